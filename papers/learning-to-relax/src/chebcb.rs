//! ChebCB: a contextual bandit whose predicted losses are polynomials of the context (section 4 of the
//! paper; the SquareCB of Foster and Rakhlin 2020 with regression on Chebyshev polynomials).

use common::bandits::inverse_gap_weighting;
use common::prelude::*;

/// Sweeps of coordinate descent at most.
const DESCENT_SWEEPS: usize = 200;
/// Coordinate descent ends when no weight moved by more.
const DESCENT_TOLERANCE: f64 = 1e-10;
/// Added to the diagonal of the normal equations.
const RIDGE: f64 = 1e-9;

/// The contextual bandit. In each round it
/// 1. predicts the scaled loss of each arm, y_i = theta_i . phi(c),
/// 2. draws an arm by inverse-gap weighting with gamma = eta, and sees its cost l,
/// 3. refits theta by least squares of (l - 1) / S on phi within a box whose sides fall as 1 / degree,
///    as the Chebyshev coefficients of a Lipschitz function do,
/// 4. sets eta from the squared errors of all predictions so far.
///
/// The scale S = K N and the box follow the largest and the smallest cost seen: K is the largest, Lip
/// their difference over the length of the context interval.
pub struct ChebCb {
    /// Lower end of the context interval.
    low: f64,
    /// Length of the context interval.
    length: f64,
    arms: Vec<Regression>,
    /// Chebyshev polynomials of the present context: phi.
    features: Vec<f64>,
    predicted: Vec<f64>,
    probabilities: Vec<f64>,
    /// The exploitation parameter of inverse-gap weighting.
    eta: f64,
    /// Scale of the losses, S; zero before the first cost.
    scale: f64,
    rounds: f64,
    least_cost: f64,
    largest_cost: f64,
    errors: SquaredErrors,
}

impl ChebCb {
    /// A learner over this context interval with `terms` polynomials, from degree 0.
    pub fn new(arms: usize, [low, high]: [f64; 2], terms: usize) -> ChebCb {
        ChebCb {
            low,
            length: high - low,
            arms: vec![Regression::new(terms); arms],
            features: vec![0.0; terms],
            predicted: vec![0.0; arms],
            probabilities: vec![0.0; arms],
            eta: 0.0,
            scale: 0.0,
            rounds: 0.0,
            least_cost: f64::INFINITY,
            largest_cost: 0.0,
            errors: SquaredErrors::default(),
        }
    }

    /// Draws the arm to play in this context.
    pub fn sample(&mut self, context: f64, random: &mut Generator) -> usize {
        chebyshev(2.0 * (context - self.low) / self.length - 1.0, &mut self.features);
        for (y, arm) in self.predicted.iter_mut().zip(&self.arms) {
            *y = reduce::dot(&arm.theta, &self.features);
        }
        inverse_gap_weighting(&self.predicted, self.eta, &mut self.probabilities);
        random.categorical(&self.probabilities)
    }

    /// Takes in the cost, at least 1, of the arm that was played in the context of the last draw.
    pub fn update(&mut self, played: usize, cost: f64) {
        self.rounds += 1.0;
        self.least_cost = self.least_cost.min(cost);
        self.largest_cost = self.largest_cost.max(cost);
        self.errors.add(self.predicted[played], cost);
        self.arms[played].add(&self.features, cost - 1.0);
        let terms = self.features.len() as f64;
        // 0.8 Lip for the paper's interval: the range of a Lipschitz function on it.
        let variation = self.largest_cost - self.least_cost;
        let norm = 2.0 + 4.0 * variation / self.largest_cost * (1.0 + ln(terms));
        let scale = self.largest_cost * norm;
        let bound = |degree: usize| match degree {
            0 => 1.0 / norm,
            _ => 2.0 * variation / (scale * degree as f64),
        };
        // A new scale changes the box and the targets of every arm.
        let refitted = if scale == self.scale { played..played + 1 } else { 0..self.arms.len() };
        self.arms[refitted].iter_mut().for_each(|arm| arm.fit(scale, bound));
        self.scale = scale;
        self.eta = self.exploitation(terms, variation);
    }

    /// eta = 2 t sqrt(d t / (R + 2 alpha^2 t)): R measures how well the regression has predicted,
    /// alpha bounds how well polynomials of this degree can approximate.
    fn exploitation(&self, terms: f64, variation: f64) -> f64 {
        let pi = std::f64::consts::PI;
        let lebesgue = pi + 2.0 / pi * ln(2.0 * terms + 1.0);
        let alpha = lebesgue * variation / (2.0 * self.scale * (terms + 1.0));
        let uncertainty = self.errors.total(self.scale) + 2.0 * alpha * alpha * self.rounds;
        2.0 * self.rounds * (self.arms.len() as f64 * self.rounds / uncertainty).sqrt()
    }
}

/// The Chebyshev polynomials T_0, T_1, … at x.
fn chebyshev(x: f64, values: &mut [f64]) {
    let (mut present, mut next) = (1.0, x);
    for value in values {
        *value = present;
        (present, next) = (next, 2.0 * x * next - present);
    }
}

/// sum_s (y_s - l_s / S)^2 over all rounds s, for a scale S that changes: kept as its three moments.
#[derive(Clone, Debug, Default)]
struct SquaredErrors {
    predicted_squared: f64,
    product: f64,
    cost_squared: f64,
}

impl SquaredErrors {
    fn add(&mut self, predicted: f64, cost: f64) {
        self.predicted_squared += predicted * predicted;
        self.product += predicted * cost;
        self.cost_squared += cost * cost;
    }

    fn total(&self, scale: f64) -> f64 {
        self.predicted_squared - 2.0 * self.product / scale + self.cost_squared / (scale * scale)
    }
}

/// Least squares within a box, from sums over the plays of one arm.
#[derive(Clone, Debug)]
struct Regression {
    /// sum phi phi' plus the ridge, terms x terms.
    gram: Array2<f64>,
    /// sum phi (l - 1), unscaled.
    moment: Vec<f64>,
    theta: Vec<f64>,
}

impl Regression {
    fn new(terms: usize) -> Regression {
        let gram = Array2::from_diag_elem(terms, RIDGE);
        Regression { gram, moment: vec![0.0; terms], theta: vec![0.0; terms] }
    }

    fn add(&mut self, features: &[f64], value: f64) {
        for (i, phi) in features.iter().enumerate() {
            self.moment[i] += phi * value;
            self.gram.row_mut(i).iter_mut().zip(features).for_each(|(sum, other)| *sum += phi * other);
        }
    }

    /// Minimises sum (theta . phi - value / scale)^2 over |theta_j| <= bound(j), starting from the last
    /// solution: each coordinate in turn goes to its minimum, cut off at the box.
    fn fit(&mut self, scale: f64, bound: impl Fn(usize) -> f64) {
        for _ in 0..DESCENT_SWEEPS {
            let mut moved = 0.0_f64;
            for j in 0..self.theta.len() {
                let row = self.gram.row(j);
                let slope: f64 = row.iter().zip(&self.theta).map(|(g, theta)| g * theta).sum();
                let free = self.theta[j] + (self.moment[j] / scale - slope) / row[j];
                let new = free.clamp(-bound(j), bound(j));
                moved = moved.max((new - self.theta[j]).abs());
                self.theta[j] = new;
            }
            if moved < DESCENT_TOLERANCE {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests;
