//! The learner: projected gradient descent on the unit sphere with a smoothed step loss.
//!
//! L(w) = (1/n) Σ S(-y_i <w, x_i> / σ) with the logistic sigmoid S tends to the share of wrong labels as
//! the width σ falls. It is not convex: unlike a convex surrogate it does not let far points with wrong
//! labels pull the boundary.

use common::optimize::Steps;
use common::prelude::*;

use crate::halfspace::Sample;

/// How long the learner searches.
#[derive(Parameters)]
#[require(candidates <= steps.max(1))]
pub struct Search {
    /// Gradient steps of each restart; without any, its start is the only candidate.
    #[range(0..)]
    pub steps: usize,
    /// Step size, at most of the order of σ: the curvature at the minimum grows like 1/σ, so that a larger step overshoots.
    pub lr: f64,
    /// Starts, at uniform random unit vectors.
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
    /// Width σ of the smoothed step.
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
mod tests;
