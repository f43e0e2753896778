//! Normalised gradient descent on the attention weights, as one matrix W or as a product K Qᵀ.
//!
//! The plain gradient vanishes as the weights diverge; steps of constant length keep them going.

use common::optimize::Steps;
use common::prelude::*;

use crate::attention::{Attention, Problem};

/// The parameters of a training run.
#[derive(Parameters)]
pub struct Training {
    /// Steps of normalised gradient descent. The tokens that define the SVMs are those selected after the last one.
    #[range(0..)]
    pub iterations: usize,
    /// Steps that the curves show, and after which weights and solutions are compared; all steps if there are fewer.
    #[range(0..)]
    pub shown: usize,
    /// Length of a step: η.
    pub lr: f64,
    /// Ridge penalty on K and Q: λ.
    #[range(0.0..)]
    pub kq_penalty: f64,
    /// Iterations between two recorded ones.
    pub record_every: usize,
}

impl Training {
    /// Steps until the last comparison.
    pub fn compared(&self) -> usize {
        self.shown.min(self.iterations)
    }
}

/// Attention weights in one of their parameterisations.
pub trait Weights {
    /// The attention weights W, d x d.
    fn matrix(&self) -> &Array2<f64>;

    /// A step of normalised gradient descent, given ∂L/∂W.
    fn step(&mut self, gradient: &Array2<f64>, training: &Training);
}

/// One trained matrix.
pub struct Single {
    w: Array2<f64>,
}

/// Key and query weights, W = K Qᵀ.
pub struct Product {
    key: Array2<f64>,
    query: Array2<f64>,
    w: Array2<f64>,
    key_gradient: Array2<f64>,
    query_gradient: Array2<f64>,
}

/// A d x d matrix as a linear layer starts by default: uniform on ±1/√d.
fn default_initialisation(d: usize, random: &mut Generator) -> Array2<f64> {
    let bound = 1.0 / (d as f64).sqrt();
    Array2::from_shape_simple_fn((d, d), || random.uniform_in(-bound, bound))
}

/// weights −= lr gradient / (‖gradient‖ + ε). The ε turns a gradient that has underflown to zero into
/// a step of zero.
fn normalised_step(weights: &mut Array2<f64>, gradient: &Array2<f64>, lr: f64) {
    let rate = lr / (arrays::norm(gradient) + f64::EPSILON);
    arrays::axpy(-rate, gradient, weights);
}

impl Single {
    /// Draws the initial weights.
    pub fn sample(d: usize, random: &mut Generator) -> Single {
        Single { w: default_initialisation(d, random) }
    }
}

impl Weights for Single {
    fn matrix(&self) -> &Array2<f64> {
        &self.w
    }

    fn step(&mut self, gradient: &Array2<f64>, training: &Training) {
        normalised_step(&mut self.w, gradient, training.lr);
    }
}

impl Product {
    /// Draws the initial K, then Q.
    pub fn sample(d: usize, random: &mut Generator) -> Product {
        let (key, query) = (default_initialisation(d, random), default_initialisation(d, random));
        Product {
            w: matrix::product(key.view(), query.t()),
            key_gradient: Array2::zeros((d, d)),
            query_gradient: Array2::zeros((d, d)),
            key,
            query,
        }
    }
}

impl Weights for Product {
    fn matrix(&self) -> &Array2<f64> {
        &self.w
    }

    /// Both factors move from the old pair, each by its own normalised gradient.
    fn step(&mut self, gradient: &Array2<f64>, training: &Training) {
        let ridge = 2.0 * training.kq_penalty;
        matrix::product_into(gradient.view(), self.query.view(), &mut self.key_gradient.view_mut());
        matrix::product_into(gradient.t(), self.key.view(), &mut self.query_gradient.view_mut());
        self.key_gradient.scaled_add(ridge, &self.key);
        self.query_gradient.scaled_add(ridge, &self.query);
        normalised_step(&mut self.key, &self.key_gradient, training.lr);
        normalised_step(&mut self.query, &self.query_gradient, training.lr);
        matrix::product_into(self.key.view(), self.query.t(), &mut self.w.view_mut());
    }
}

/// The weights after some number of steps.
pub struct Snapshot {
    /// Steps done so far.
    pub iteration: usize,
    /// Attention weights W, d x d.
    pub weights: Array2<f64>,
    /// Mean over the inputs of the largest softmax probability.
    pub softmax_max: f64,
}

/// A finished training run.
pub struct Trained {
    /// The recorded iterations, the last one that is shown included.
    pub snapshots: Vec<Snapshot>,
    /// The token that each input attends to after all iterations.
    pub selected: Vec<usize>,
}

/// Trains from the given weights. Of the steps that are shown it records the first, every `record_every`-th and the last.
///
/// # Errors
/// None of its own; see [`Steps`].
pub fn train(problem: &Problem, start: impl Weights, training: &Training) -> Result<Trained> {
    let (mut attention, mut observed) = (Attention::new(problem), Attention::new(problem));
    let mut step = |weights: &mut _, _| take_step(weights, &mut attention, training);
    let compared = training.compared();
    let recorded = [1].into_iter().chain((training.record_every..=compared).step_by(training.record_every));
    let shown = Steps::new(compared).at(recorded).run(start, &mut step, |weights, iteration| Snapshot {
        iteration,
        softmax_max: observed.saturation(weights.matrix()),
        weights: weights.matrix().clone(),
    })?;
    let end = Steps::new(training.iterations - compared).run(shown.state, step, |_, _| ())?;
    Ok(Trained { snapshots: shown.measured, selected: observed.selected(end.state.matrix()) })
}

fn take_step(weights: &mut impl Weights, attention: &mut Attention, training: &Training) {
    let gradient = attention.gradient(weights.matrix());
    weights.step(gradient, training);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attention::Shape;

    const TRAINING: Training = Training { iterations: 30, shown: 25, lr: 0.1, kq_penalty: 0.0, record_every: 10 };

    #[test]
    fn steps_have_the_length_of_the_learning_rate() {
        let mut random = Streams::new("test").open("descent", 0);
        let mut weights = Single::sample(4, &mut random);
        let (before, gradient) = (weights.matrix().clone(), random.normal_matrix(4, 4) * 1e-9);
        weights.step(&gradient, &TRAINING);
        let moved = weights.matrix() - &before;
        let length = moved.iter().map(|x| x * x).sum::<f64>().sqrt();
        assert!((length - 0.1).abs() < 1e-6 && (&moved * &gradient).sum() < 0.0);
        let before = weights.matrix().clone();
        weights.step(&Array2::zeros((4, 4)), &TRAINING);
        assert_eq!(weights.matrix(), before);
    }

    #[test]
    fn factors_move_by_the_chain_rule_with_the_penalty() {
        let mut random = Streams::new("test").open("descent", 1);
        let mut weights = Product::sample(3, &mut random);
        let (key, query, gradient) = (weights.key.clone(), weights.query.clone(), random.normal_matrix(3, 3));
        let training = Training { kq_penalty: 0.3, ..TRAINING };
        weights.step(&gradient, &training);
        // ⟨G, K Qᵀ⟩ + λ ‖K‖² + λ ‖Q‖² has the gradients G Q + 2 λ K and Gᵀ K + 2 λ Q.
        for (moved, slope) in [
            (&weights.key - &key, gradient.dot(&query) + 0.6 * &key),
            (&weights.query - &query, gradient.t().dot(&key) + 0.6 * &query),
        ] {
            let norm = slope.iter().map(|x| x * x).sum::<f64>().sqrt();
            let error = (moved + 0.1 * slope / norm).fold(0.0, |a: f64, b| a.max(b.abs()));
            assert!(error < 1e-12, "{error}");
        }
    }

    #[test]
    fn the_first_every_tenth_and_the_last_shown_step_are_recorded() {
        let mut random = Streams::new("test").open("descent", 2);
        let problem = Problem::sample(&Shape { n: 2, tokens: 3, d: 3 }, &mut random);
        let trained = train(&problem, Single::sample(3, &mut random), &TRAINING).unwrap();
        let iterations: Vec<usize> = trained.snapshots.iter().map(|snapshot| snapshot.iteration).collect();
        assert_eq!(iterations, [1, 10, 20, 25]);
    }
}
