//! The sub-gradient method on the l1 loss of U Uᵀ, and gradient descent on the squared loss.

use common::prelude::*;

use crate::measurements::{Measurements, mean_absolute, symmetric_length, symmetric_matrix, symmetric_vector};

/// What is minimised, and with which steps.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Descent {
    /// The mean of |e_i| by sub-gradient steps of size eta0 ρ^t, where ρ^T is `final_ratio`.
    Absolute {
        /// The first step size.
        eta0: f64,
        /// Step size after T iterations over the first.
        final_ratio: f64,
    },
    /// Half the mean of e_i^2 by gradient steps of constant size.
    Squared {
        /// The step size.
        eta: f64,
    },
}

impl Descent {
    /// The name of the loss in the table.
    pub fn loss(self) -> &'static str {
        match self {
            Descent::Absolute { .. } => "l1",
            Descent::Squared { .. } => "l2",
        }
    }
}

/// ρ, by which an iteration shrinks the step size so that T of them shrink it by `final_ratio`.
pub fn decay(final_ratio: f64, iterations: usize) -> f64 {
    pow(final_ratio, 1.0 / iterations as f64)
}

/// The sign, 0 for 0.
fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// An iterate U with all that a step needs.
pub struct Iterate<'m> {
    measurements: &'m Measurements,
    /// d x r'.
    factor: Array2<f64>,
    /// U Uᵀ, d x d.
    product: Array2<f64>,
    /// The symmetric vector of U Uᵀ.
    vector: Vec<f64>,
    /// e_i = <A_i, U Uᵀ> - y_i.
    residuals: Vec<f64>,
    /// What multiplies A_i in the gradient: sign(e_i), or e_i on the squared loss.
    weights: Vec<f64>,
    /// The symmetric vector of m G, with G the (sub-)gradient with respect to U Uᵀ.
    direction: Vec<f64>,
    /// m G, d x d.
    gradient: Array2<f64>,
    /// m G U, d x r'.
    step: Array2<f64>,
}

impl<'m> Iterate<'m> {
    /// The start `factor` (d x r').
    pub fn new(measurements: &'m Measurements, factor: Array2<f64>) -> Self {
        let (d, columns) = factor.dim();
        let (length, count) = (symmetric_length(d), measurements.count());
        let mut iterate = Iterate {
            measurements,
            factor,
            product: Array2::zeros((d, d)),
            vector: vec![0.0; length],
            residuals: vec![0.0; count],
            weights: vec![0.0; count],
            direction: vec![0.0; length],
            gradient: Array2::zeros((d, d)),
            step: Array2::zeros((d, columns)),
        };
        iterate.measure();
        iterate
    }

    /// Brings U Uᵀ and the residuals up to date with U.
    fn measure(&mut self) {
        matrix::product_into(self.factor.view(), self.factor.t(), &mut self.product.view_mut());
        symmetric_vector(&self.product, &mut self.vector);
        matrix::vector_product_into(self.measurements.sensing.view(), &self.vector, &mut self.residuals);
        reduce::axpy(-1.0, &self.measurements.values, &mut self.residuals);
    }

    /// U - 2 η G U with G = (1/m) Σ w_i A_i, symmetrised; `weight` gives w_i from e_i.
    fn descend(&mut self, eta: f64, weight: impl Fn(f64) -> f64) {
        for (weighted, &residual) in self.weights.iter_mut().zip(&self.residuals) {
            *weighted = weight(residual);
        }
        matrix::vector_product_into(self.measurements.sensing.t(), &self.weights, &mut self.direction);
        symmetric_matrix(&self.direction, &mut self.gradient);
        matrix::product_into(self.gradient.view(), self.factor.view(), &mut self.step.view_mut());
        self.factor.scaled_add(-2.0 * eta / self.measurements.count() as f64, &self.step);
        self.measure();
    }

    /// Iteration t of T.
    pub fn advance(&mut self, descent: Descent, t: usize, iterations: usize) {
        match descent {
            Descent::Absolute { eta0, final_ratio } => {
                let shrunk = pow(final_ratio, t as f64 / iterations as f64);
                self.descend(eta0 * shrunk, sign);
            }
            Descent::Squared { eta } => self.descend(eta, |residual| residual),
        }
    }

    /// |U Uᵀ - X*|_F / |X*|_F; infinite once U has diverged.
    pub fn relative_error(&self) -> f64 {
        let truth = &self.measurements.truth;
        let difference: Vec<f64> = self.vector.iter().zip(truth).map(|(x, true_x)| x - true_x).collect();
        infinite_if_undefined(reduce::norm(&difference) / reduce::norm(truth))
    }

    /// The l1 loss (1/m) Σ |e_i|; infinite once U has diverged.
    pub fn loss(&self) -> f64 {
        infinite_if_undefined(mean_absolute(&self.residuals))
    }
}

/// Products of an overflowed U are infinite or, as differences of infinities, undefined.
fn infinite_if_undefined(x: f64) -> f64 {
    if x.is_nan() { f64::INFINITY } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two measurements of a 2 x 2 matrix: X_11 should be 4, and 2 X_12 should be -1.
    fn two_measurements() -> Measurements {
        let root = std::f64::consts::SQRT_2;
        Measurements {
            sensing: array![[1.0, 0.0, 0.0], [0.0, root, 0.0]],
            values: vec![4.0, -1.0],
            truth: vec![4.0, -0.5 * root, 1.0],
            truth_loss: 0.0,
        }
    }

    #[test]
    fn a_step_is_the_one_by_hand() {
        let data = two_measurements();
        // U = (1, 1)ᵀ: residuals 1 - 4 = -3 and 2 + 1 = 3; X - X* = [[-3, 1.5], [1.5, 0]].
        let start = array![[1.0], [1.0]];
        let mut iterate = Iterate::new(&data, start.clone());
        assert!((iterate.loss() - 3.0).abs() < 1e-14);
        assert!((iterate.relative_error() - (13.5f64 / 17.5).sqrt()).abs() < 1e-14);
        // G = (1/2) [[-1, 1], [1, 0]], hence G U = (0, 1/2), and the step -2 η G U = (0, -η).
        iterate.advance(Descent::Absolute { eta0: 0.25, final_ratio: 0.5 }, 0, 10);
        assert!((iterate.factor[[0, 0]] - 1.0).abs() < 1e-14);
        assert!((iterate.factor[[1, 0]] - 0.75).abs() < 1e-14);
        // On the squared loss the same gradient is three times as long.
        let mut iterate = Iterate::new(&data, start);
        iterate.advance(Descent::Squared { eta: 0.25 }, 5, 10);
        assert!((iterate.factor[[1, 0]] - 0.25).abs() < 1e-14);
    }

    #[test]
    fn a_diverged_iterate_is_infinitely_wrong() {
        let data = two_measurements();
        let mut iterate = Iterate::new(&data, array![[10.0], [-10.0]]);
        for t in 0..20 {
            iterate.advance(Descent::Squared { eta: 1.0 }, t, 20);
        }
        assert_eq!((iterate.relative_error(), iterate.loss()), (f64::INFINITY, f64::INFINITY));
    }

    #[test]
    fn steps_shrink_to_the_final_ratio() {
        assert!((powi(decay(1e-5, 1500), 1500) - 1e-5).abs() < 1e-15);
    }

    #[test]
    fn a_residual_of_zero_has_no_sign() {
        assert_eq!([sign(0.0), sign(-0.0), sign(-2.0), sign(1e-300)], [0.0, 0.0, -1.0, 1.0]);
    }
}
