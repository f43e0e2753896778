//! The learner: projected gradient descent on the unit sphere with a smoothed step loss.
//!
//! L(w) = (1/n) Σ S(-y_i <w, x_i> / σ) with the logistic sigmoid S tends to the share of wrong labels as
//! the width σ falls. It is not convex: unlike a convex surrogate it does not let far points with wrong
//! labels pull the boundary.

use common::optimize::Steps;
use common::prelude::*;

use crate::halfspace::Sample;

/// How long the learner searches.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Search {
    /// Gradient steps of each restart.
    pub steps: usize,
    /// Step size.
    pub lr: f64,
    /// Starts at uniform random unit vectors.
    pub restarts: usize,
    /// Iterates kept of each restart, evenly spaced.
    pub candidates: usize,
}

impl Search {
    /// The candidate of least training error among the kept iterates and their negatives.
    pub fn learn(&self, sample: &Sample, sigma: f64, starts: &mut Generator) -> Result<Vec<f64>> {
        let signed = signed_inputs(sample);
        let kept = Steps::new(self.steps).at((1..=self.candidates).map(|k| k * self.steps / self.candidates));
        let mut best = (f64::INFINITY, Vec::new());
        for _ in 0..self.restarts {
            let start = starts.unit_vector(sample.inputs.ncols()).to_vec();
            let descent = Descent::new(signed.view(), sigma, start);
            let run = kept.run(descent, |descent, _| descent.step(self.lr), |descent, _| descent.w.clone())?;
            for w in run.measured {
                let negative = w.iter().map(|x| -x).collect();
                for candidate in [w, negative] {
                    let error = sample.error(&candidate);
                    if error < best.0 {
                        best = (error, candidate);
                    }
                }
            }
        }
        Ok(best.1)
    }
}

/// Columns y_i x_i, d x n: all that loss and gradient see of a sample.
fn signed_inputs(sample: &Sample) -> Array2<f64> {
    let mut signed = Array2::zeros((sample.inputs.ncols(), sample.inputs.nrows()));
    for (mut row, coordinate) in signed.rows_mut().into_iter().zip(sample.inputs.columns()) {
        for (signed, (x, y)) in row.iter_mut().zip(coordinate.iter().zip(&sample.labels)) {
            *signed = x * y;
        }
    }
    signed
}

/// Gradient descent from one start.
struct Descent<'s> {
    /// Columns y_i x_i, d x n, whose rows lie contiguously.
    signed: ArrayView2<'s, f64>,
    /// Width of the step.
    sigma: f64,
    /// The iterate, of norm 1.
    w: Vec<f64>,
    /// The gradient of L on the sphere at the iterate before.
    gradient: Vec<f64>,
    /// One number a point: margin, then weight in the gradient.
    weights: Vec<f64>,
}

impl<'s> Descent<'s> {
    fn new(signed: ArrayView2<'s, f64>, sigma: f64, start: Vec<f64>) -> Descent<'s> {
        Descent { signed, sigma, gradient: vec![0.0; start.len()], w: start, weights: vec![0.0; signed.ncols()] }
    }

    /// The gradient of L at w without its part along w: G = -(1/n) Σ p_i (1 - p_i) (y_i / σ) x_i with
    /// p_i = S(-u_i), u_i = y_i <w, x_i> / σ.
    fn update_gradient(&mut self) {
        matrix::vector_product_into(self.signed.t(), &self.w, &mut self.weights);
        // p (1 - p) is even in u: with p ≤ 1/2, no digit of 1 - p is lost.
        let inverse = 1.0 / self.sigma;
        for weight in &mut self.weights {
            *weight = -inverse * weight.abs();
        }
        slices::sigmoid_slice(&mut self.weights);
        let scale = -inverse / self.weights.len() as f64;
        for weight in &mut self.weights {
            *weight *= scale * (1.0 - *weight);
        }
        for (slope, row) in self.gradient.iter_mut().zip(self.signed.rows()) {
            // A dot product sums in several lanes, a matrix product of so few rows waits for each sum.
            *slope = reduce::dot(row.to_slice().expect("rows lie contiguously"), &self.weights);
        }
        let along = reduce::dot(&self.gradient, &self.w);
        reduce::axpy(-along, &self.w, &mut self.gradient);
    }

    /// w ← (w - lr G) / |w - lr G|.
    fn step(&mut self, lr: f64) {
        self.update_gradient();
        reduce::axpy(-lr, &self.gradient, &mut self.w);
        let norm = reduce::norm(&self.w);
        reduce::scale(1.0 / norm, &mut self.w);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::halfspace::{Halfspace, Noise, NoiseModel};

    fn gaussian_sample(n: usize, eta: f64) -> (Halfspace, Sample) {
        let streams = Streams::new("test");
        let truth = Halfspace::draw(4, &mut streams.open("halfspace", 3));
        let inputs = streams.open("inputs", 3).normal_matrix(n, 4);
        let noise = Noise { model: NoiseModel::Massart, level: eta };
        let labels = noise.labels(&truth, inputs.view(), &mut streams.open("flips", 3));
        (truth, Sample { inputs, labels })
    }

    fn loss(signed: ArrayView2<f64>, sigma: f64, w: &[f64]) -> f64 {
        let margins = matrix::vector_product(signed.t(), w);
        margins.iter().map(|margin| sigmoid(-margin / sigma)).sum::<f64>() / margins.len() as f64
    }

    #[test]
    fn the_gradient_is_that_of_the_loss_on_the_sphere() {
        let (_, sample) = gaussian_sample(200, 0.3);
        let signed = signed_inputs(&sample);
        for sigma in [0.05, 0.4] {
            let start = Streams::new("test").open("start", 3).unit_vector(4).to_vec();
            let mut descent = Descent::new(signed.view(), sigma, start);
            descent.update_gradient();
            assert!(reduce::dot(&descent.gradient, &descent.w).abs() < 1e-12);
            let basis = Streams::new("test").open("directions", 3).orthonormal(4, 4);
            for direction in basis.columns() {
                // Along great circles; first order, so the tangent will do.
                let mut tangent = direction.to_vec();
                let along = reduce::dot(&tangent, &descent.w);
                reduce::axpy(-along, &descent.w, &mut tangent);
                let at = |step: f64| {
                    let mut w = descent.w.clone();
                    reduce::axpy(step, &tangent, &mut w);
                    loss(signed.view(), sigma, &w)
                };
                let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
                let slope = reduce::dot(&descent.gradient, &tangent);
                assert!((slope - difference).abs() < 1e-6, "σ = {sigma}: {slope} {difference}");
            }
        }
    }

    #[test]
    fn a_step_keeps_the_norm_and_lowers_the_loss() {
        let (_, sample) = gaussian_sample(2000, 0.2);
        let signed = signed_inputs(&sample);
        let start = Streams::new("test").open("start", 4).unit_vector(4).to_vec();
        let before = loss(signed.view(), 0.2, &start);
        let mut descent = Descent::new(signed.view(), 0.2, start);
        for _ in 0..20 {
            descent.step(0.3);
        }
        assert!((reduce::norm(&descent.w) - 1.0).abs() < 1e-14);
        assert!(loss(signed.view(), 0.2, &descent.w) < before - 0.05);
    }

    #[test]
    fn the_true_halfspace_is_found_from_any_start() {
        let (truth, sample) = gaussian_sample(4000, 0.3);
        let search = Search { steps: 200, lr: 0.3, restarts: 1, candidates: 4 };
        for seed in 0..3 {
            let mut starts = Streams::new("test").open("starts", seed);
            let w = search.learn(&sample, 0.1, &mut starts).unwrap();
            let cosine = reduce::dot(&w, &truth.normal);
            assert!(cosine > 0.99, "{cosine}");
        }
    }

    #[test]
    fn the_negative_of_an_iterate_is_a_candidate() {
        // Labels against a start that one tiny step cannot turn: only the negative is better than chance.
        let start = Streams::new("test").open("starts", 0).unit_vector(4);
        let inputs = Streams::new("test").open("inputs", 5).normal_matrix(500, 4);
        let labels = matrix::vector_product(inputs.view(), &start.to_vec());
        let labels = labels.iter().map(|s| -s.signum()).collect();
        let search = Search { steps: 1, lr: 1e-9, restarts: 1, candidates: 1 };
        let mut starts = Streams::new("test").open("starts", 0);
        let w = search.learn(&Sample { inputs, labels }, 0.1, &mut starts).unwrap();
        assert!(reduce::dot(&w, &start.to_vec()) < -0.999_999);
    }
}
