//! Optimizers: updates of a flat vector of parameters by its gradient.

use crate::Number;

/// One update of the parameters. The rate is given at every step, so that a schedule is any function of the step.
pub trait Optimizer<T> {
    /// Moves `theta` against the gradient.
    ///
    /// # Panics
    /// If the lengths differ from each other or from that of the optimizer's state.
    fn step(&mut self, theta: &mut [T], gradient: &[T], rate: f64);
}

/// Gradient descent: plain, with heavy-ball momentum (Polyak 1964) or Nesterov's.
///
/// With g the gradient plus `weight_decay` · θ: v ← μ v + g, then θ ← θ − rate · v (heavy ball) or
/// θ ← θ − rate · (g + μ v) (Nesterov, in the form of Sutskever et al. 2013 that PyTorch has); plain: θ ← θ − rate · g.
#[derive(Clone, Debug)]
pub struct Sgd<T> {
    momentum: f64,
    nesterov: bool,
    weight_decay: f64,
    velocity: Vec<T>,
}

impl<T: Number> Sgd<T> {
    /// Gradient descent without momentum.
    pub fn plain() -> Self {
        Self { momentum: 0.0, nesterov: false, weight_decay: 0.0, velocity: Vec::new() }
    }

    /// Gradient descent with heavy-ball momentum for `count` parameters, at rest.
    pub fn heavy_ball(count: usize, momentum: f64) -> Self {
        let velocity = vec![T::ZERO; count];
        Self { momentum, velocity, ..Self::plain() }
    }

    /// Gradient descent with Nesterov's momentum for `count` parameters, at rest.
    pub fn nesterov(count: usize, momentum: f64) -> Self {
        let nesterov = true;
        Self { nesterov, ..Self::heavy_ball(count, momentum) }
    }

    /// Adds `decay` · θ to every gradient. For some of the parameters only, use [`add_decay`] on their ranges.
    pub fn weight_decay(self, decay: f64) -> Self {
        let weight_decay = decay;
        Self { weight_decay, ..self }
    }
}

impl<T: Number> Optimizer<T> for Sgd<T> {
    fn step(&mut self, theta: &mut [T], gradient: &[T], rate: f64) {
        let lengths = [theta.len(), gradient.len()];
        let (rate, decay, momentum) = (T::from_f64(-rate), T::from_f64(self.weight_decay), T::from_f64(self.momentum));
        if self.velocity.is_empty() {
            check(lengths, theta.len());
            for (theta, &g) in theta.iter_mut().zip(gradient) {
                *theta = rate.fused(decay.fused(*theta, g), *theta);
            }
            return;
        }
        check(lengths, self.velocity.len());
        for ((theta, &g), v) in theta.iter_mut().zip(gradient).zip(&mut self.velocity) {
            let g = decay.fused(*theta, g);
            *v = momentum.fused(*v, g);
            let direction = if self.nesterov { momentum.fused(*v, g) } else { *v };
            *theta = rate.fused(direction, *theta);
        }
    }
}

/// Adam (Kingma and Ba 2015), and AdamW (Loshchilov and Hutter 2019) with [`decoupled_decay`](Self::decoupled_decay).
///
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²; then θ ← θ − rate · m̂ / (√v̂ + ε), where m̂ = m / (1 − β₁ᵗ) and
/// v̂ = v / (1 − β₂ᵗ) at step t. Defaults: β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸.
#[derive(Clone, Debug)]
pub struct Adam<T> {
    betas: [f64; 2],
    epsilon: f64,
    weight_decay: f64,
    decoupled_decay: f64,
    /// β₁ᵗ and β₂ᵗ.
    powers: [f64; 2],
    first: Vec<T>,
    second: Vec<T>,
}

impl<T: Number> Adam<T> {
    /// Adam for `count` parameters, before the first step.
    pub fn new(count: usize) -> Self {
        Self {
            betas: [0.9, 0.999],
            epsilon: 1e-8,
            weight_decay: 0.0,
            decoupled_decay: 0.0,
            powers: [1.0; 2],
            first: vec![T::ZERO; count],
            second: vec![T::ZERO; count],
        }
    }

    /// Sets the decay rates β₁ and β₂ of the two moments.
    pub fn betas(self, first: f64, second: f64) -> Self {
        let betas = [first, second];
        Self { betas, ..self }
    }

    /// Sets ε, the number added to the root of the second moment.
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }

    /// Adds `decay` · θ to every gradient.
    pub fn weight_decay(self, decay: f64) -> Self {
        let weight_decay = decay;
        Self { weight_decay, ..self }
    }

    /// AdamW: θ ← (1 − rate · `decay`) θ before every step, untouched by the moments.
    pub fn decoupled_decay(self, decay: f64) -> Self {
        let decoupled_decay = decay;
        Self { decoupled_decay, ..self }
    }
}

impl<T: Number> Optimizer<T> for Adam<T> {
    fn step(&mut self, theta: &mut [T], gradient: &[T], rate: f64) {
        check([theta.len(), gradient.len()], self.first.len());
        for (power, beta) in self.powers.iter_mut().zip(self.betas) {
            *power *= beta;
        }
        let number = T::from_f64;
        let [beta1, beta2] = self.betas.map(number);
        let [rest1, rest2] = self.betas.map(|beta| number(1.0 - beta));
        let step = number(-rate / (1.0 - self.powers[0]));
        let root = number(1.0 / (1.0 - self.powers[1]).sqrt());
        let (epsilon, decay) = (number(self.epsilon), number(self.weight_decay));
        let keep = number(1.0 - rate * self.decoupled_decay);
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((theta, &g), (m, v)) in theta.iter_mut().zip(gradient).zip(moments) {
            let g = decay.fused(*theta, g);
            *m = beta1.fused(*m, rest1 * g);
            *v = beta2.fused(*v, rest2 * g * g);
            *theta = step.fused(*m / v.sqrt().fused(root, epsilon), keep * *theta);
        }
    }
}

fn check(lengths: [usize; 2], state: usize) {
    assert!(
        lengths == [state; 2],
        "an optimizer for {state} parameters was given {} parameters and a gradient of {}",
        lengths[0],
        lengths[1]
    );
}

/// Adds `decay` · θ to the gradient of an ordinary quadratic penalty, `decay` / 2 · ‖θ‖².
///
/// # Panics
/// If the lengths differ.
pub fn add_decay<T: Number>(gradient: &mut [T], theta: &[T], decay: f64) {
    numerics::reduce::axpy(T::from_f64(decay), theta, gradient);
}

/// Scales a gradient down to this Euclidean norm if it is longer; gives the norm it had.
pub fn clip_norm<T: Number>(gradient: &mut [T], longest: f64) -> f64 {
    let norm = numerics::reduce::norm(gradient).to_f64();
    if norm > longest {
        numerics::reduce::scale(T::from_f64(longest / norm), gradient);
    }
    norm
}
