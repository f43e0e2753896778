//! The synthetic task: a linear target on white Gaussian inputs, seen through a kernel with a power-law spectrum.

use common::prelude::*;

/// A task with eigenvalues λ_i = i^(−α) and target coefficients v_i = i^(−β/2), i = 1..M.
#[derive(Parameters)]
pub struct PowerLaw {
    /// Modes: the dimension of the inputs.
    #[key("M")]
    pub modes: usize,
    /// Exponent of the kernel eigenvalues i^(−alpha).
    pub alpha: f64,
    /// Exponent of the squared target coefficients i^(−beta).
    #[range(0.0..)]
    pub beta: f64,
}

/// Errors of a predictor.
#[derive(Clone, Copy, Debug)]
pub struct Errors {
    /// Mean squared error on new points, label noise included.
    pub test: f64,
    /// Mean squared error on the training points.
    pub train: f64,
}

/// Kernel eigenvalues and target coefficients, mode by mode.
#[derive(Clone, Debug)]
pub struct Task {
    /// λ_i, the eigenvalues of the kernel Σ λ_i x_i x'_i.
    pub eigenvalues: Array1<f64>,
    /// v_i, the coefficients of the target Σ v_i x_i.
    pub target: Array1<f64>,
}

impl PowerLaw {
    /// The task.
    pub fn task(&self) -> Task {
        let power = |exponent: f64| (1..=self.modes).map(|i| pow(i as f64, exponent)).collect();
        Task { eigenvalues: power(-self.alpha), target: power(-self.beta / 2.0) }
    }
}

impl Task {
    /// Inputs (n x M) from N(0, I), one a row, with their labels y = Σ v_i x_i + N(0, σ²) (n x 1).
    pub fn sample(&self, n: usize, noise_var: f64, random: &Generator) -> (Array2<f64>, Array2<f64>) {
        let inputs = random.split("inputs").normal_matrix(n, self.target.len());
        let clean = matrix::product(inputs.view(), self.target.view().insert_axis(ndarray::Axis(1)));
        let noise = random.split("noise").normal_matrix(n, 1);
        (inputs, clean + noise * noise_var.sqrt())
    }

    /// The test error ‖b − v‖² + σ² of the predictor b·x, exactly: the inputs are white.
    pub fn test_mse(&self, predictor: ArrayView1<f64>, noise_var: f64) -> f64 {
        let differences = predictor.iter().zip(&self.target).map(|(b, v)| b - v);
        differences.map(|d| d * d).sum::<f64>() + noise_var
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_test_error_is_that_of_many_samples() {
        let (modes, alpha, beta) = (20, 1.5, 1.2);
        let task = PowerLaw { modes, alpha, beta }.task();
        assert_eq!((task.eigenvalues[0], task.target[0]), (1.0, 1.0));
        assert!((task.eigenvalues[3] - 0.125).abs() < 1e-15);
        assert!((task.target[3] - pow(4.0, -0.6)).abs() < 1e-15);
        let predictor = Array1::from_shape_fn(modes, |i| if i % 2 == 0 { 0.5 } else { -0.1 });
        let (inputs, labels) = task.sample(40_000, 0.3, &Streams::new("test").open("task", 0));
        let predicted = matrix::vector_product(inputs.view(), &predictor.to_vec());
        let errors = labels.iter().zip(predicted).map(|(y, f)| (y - f) * (y - f));
        let sampled = errors.sum::<f64>() / 40_000.0;
        let exact = task.test_mse(predictor.view(), 0.3);
        // The mean of n squared normals has relative standard error sqrt(2 / n) = 0.7 %.
        assert!((sampled / exact - 1.0).abs() < 0.03, "{sampled} {exact}");
    }
}
