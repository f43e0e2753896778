//! Regression with the tangent kernel of a two-layer ReLU network, by gradient descent and to its end.

use common::prelude::*;

use crate::diffusion::D;

/// H(z, z') = z.z' (pi - theta) / 2 pi with the angle theta between z and z', for all rows of two matrices: the tangent
/// kernel of the trained first layer. Both outputs have this kernel and nothing in common, since their signs in the
/// second layer are independent.
pub fn tangent_kernel(points: ArrayView2<f64>, others: ArrayView2<f64>) -> Array2<f64> {
    let squared =
        |rows: ArrayView2<f64>| -> Vec<f64> { rows.rows().into_iter().map(|z| arrays::dot(&z, &z)).collect() };
    let (squares, other_squares) = (squared(points), squared(others));
    let mut kernel = matrix::product(points, others.t());
    for (mut row, square) in kernel.rows_mut().into_iter().zip(squares) {
        for (inner, other_square) in row.iter_mut().zip(&other_squares) {
            let cosine = *inner / (square * other_square).sqrt();
            *inner *= kernels::degrees_0_and_1(cosine).0 / 2.0;
        }
    }
    kernel
}

/// Kernel regression in training: predictions at z are sum_i H(z, z_i) C_i, and a step of gradient descent is
/// C += (eta / n) R, R -= (eta / n) H R with the residuals R, which start at the labels.
pub struct KernelDescent<'k> {
    /// H of the training points: n x n.
    kernel: ArrayView2<'k, f64>,
    /// C transposed: D x n.
    coefficients: Array2<f64>,
    /// R transposed: D x n.
    residuals: Array2<f64>,
    /// H R transposed: D x n.
    change: Array2<f64>,
}

impl<'k> KernelDescent<'k> {
    /// Before the first step, on points with the kernel `kernel` (n x n) and `labels` (n x D).
    pub fn new(kernel: ArrayView2<'k, f64>, labels: ArrayView2<f64>) -> KernelDescent<'k> {
        let zeros = Array2::zeros((D, labels.nrows()));
        KernelDescent {
            kernel,
            coefficients: zeros.clone(),
            residuals: labels.t().as_standard_layout().into_owned(),
            change: zeros,
        }
    }

    /// A step at rate eta.
    pub fn step(&mut self, eta: f64) {
        let rate = eta / self.kernel.nrows() as f64;
        arrays::axpy(rate, &self.residuals, &mut self.coefficients);
        // The kernel is symmetric: its rows are its columns.
        matrix::product_into(self.residuals.view(), self.kernel, &mut self.change.view_mut());
        arrays::axpy(-rate, &self.change, &mut self.residuals);
    }

    /// Mean squared residual of the training points.
    pub fn train_loss(&self) -> f64 {
        arrays::norm_squared(&self.residuals) / self.kernel.nrows() as f64
    }

    /// Predictions (points x D) where the kernel with the training points is `kernel` (points x n).
    pub fn predict(&self, kernel: ArrayView2<f64>) -> Array2<f64> {
        matrix::product(kernel, self.coefficients.t())
    }
}

/// Added to the diagonal of the kernel when it is inverted.
const JITTER: f64 = 1e-10;

/// The coefficients (n x D) at which gradient descent ends: those of the interpolant, with H C = labels.
///
/// # Errors
/// Where the kernel is not positive definite, as for two equal points.
pub fn interpolant(kernel: ArrayView2<f64>, labels: ArrayView2<f64>) -> Result<Array2<f64>> {
    let mut raised = kernel.to_owned();
    raised.diag_mut().iter_mut().for_each(|value| *value += JITTER);
    let factor = linear::cholesky(raised.view()).context("the kernel matrix cannot be inverted")?;
    Ok(factor.solve_matrix(labels)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(n: usize) -> (Array2<f64>, Array2<f64>) {
        let mut random = Streams::new("test").open("problem", 0);
        (random.normal_matrix(n, 4), random.normal_matrix(n, D))
    }

    #[test]
    fn special_angles_have_their_closed_forms() {
        let points = array![[2.0, 0.0], [-1.0, 0.0], [0.0, 3.0], [1.0, 1.0]];
        let kernel = tangent_kernel(points.view(), points.view());
        // The angle 0 gives half the inner product, pi and pi/2 give nothing, pi/4 gives 3/8.
        assert_eq!((kernel[[0, 0]], kernel[[0, 1]], kernel[[0, 2]]), (2.0, 0.0, 0.0));
        assert!((kernel[[0, 3]] - 0.75).abs() < 1e-15);
        assert_eq!(kernel, kernel.t());
    }

    #[test]
    fn the_kernel_is_that_of_random_gradients() {
        // E [w.z > 0] [w.z' > 0] z.z' over normal w.
        let (points, count) = (problem(2).0, 100_000);
        let mut random = Streams::new("test").open("weights", 0);
        let both = (0..count).filter(|_| {
            let w = random.normal_vector(4);
            points.rows().into_iter().all(|z| arrays::dot(&w, &z) > 0.0)
        });
        let expected = both.count() as f64 / f64::from(count) * arrays::dot(&points.row(0), &points.row(1));
        let kernel = tangent_kernel(points.view(), points.view())[[0, 1]];
        assert!((kernel - expected).abs() < 0.02, "{kernel} {expected}");
    }

    #[test]
    fn residuals_are_what_predictions_lack() {
        let (points, labels) = problem(20);
        let kernel = tangent_kernel(points.view(), points.view());
        let mut descent = KernelDescent::new(kernel.view(), labels.view());
        assert_eq!(descent.train_loss(), arrays::norm_squared(&labels) / 20.0);
        (0..50).for_each(|_| descent.step(1.0));
        let lack = &labels - descent.predict(kernel.view());
        assert!((arrays::norm_squared(&lack) / 20.0 - descent.train_loss()).abs() < 1e-12);
    }

    #[test]
    fn descent_ends_at_the_interpolant() {
        let (points, labels) = problem(4);
        let kernel = tangent_kernel(points.view(), points.view());
        let coefficients = interpolant(kernel.view(), labels.view()).unwrap();
        let mut descent = KernelDescent::new(kernel.view(), labels.view());
        (0..20_000).for_each(|_| descent.step(2.0));
        assert!((&descent.coefficients.t() - &coefficients).iter().all(|gap| gap.abs() < 1e-6));
        assert!((matrix::product(kernel.view(), coefficients.view()) - labels).iter().all(|gap| gap.abs() < 1e-8));
    }
}
