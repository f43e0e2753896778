//! Kernel regression with the tangent kernel of a ReLU network on handwritten digits.

use common::datasets::prepare::normalize_rows;
use common::datasets::{Images, mnist_test, mnist_train};
use common::estimate::{ShiftedSystems, scale_by_penalty};
use common::kernels::relu_tangent_kernel;
use common::prelude::*;

use crate::task::Errors;

/// Digits are of ten classes.
const CLASSES: usize = 10;

/// How many digits, and which kernel.
#[derive(Parameters)]
pub struct Problem {
    /// Training images.
    #[range(..=60_000)]
    pub n_train: usize,
    /// Test images.
    #[range(..=10_000)]
    pub n_test: usize,
    /// Hidden layers of the network; 0 makes its kernel the inner product of images.
    #[range(0..)]
    pub depth: usize,
}

/// A regression problem on random digits.
pub struct Digits {
    /// The regularised systems of the kernel of the training images.
    systems: ShiftedSystems,
    /// Kernel of test (rows) and training images.
    cross: Array2<f64>,
    train_targets: Array2<f64>,
    test_targets: Array2<f64>,
}

impl Digits {
    /// Draws training and test images.
    ///
    /// # Errors
    /// If the images are not to be had.
    pub fn sample(problem: &Problem, random: &Generator) -> Result<Digits> {
        let (train, train_targets) = sample_images(&mnist_train()?, problem.n_train, &mut random.split("train"));
        let (test, test_targets) = sample_images(&mnist_test()?, problem.n_test, &mut random.split("test"));
        let mut kernel = matrix::gram(train.view());
        for i in 0..kernel.nrows() {
            for j in 0..i {
                kernel[[i, j]] = relu_tangent_kernel(kernel[[i, j]], problem.depth);
            }
            // An image with itself, whatever the rounding of its length.
            kernel[[i, i]] = 1.0;
        }
        let mut cross = matrix::product(test.view(), train.t());
        cross.mapv_inplace(|rho| relu_tangent_kernel(rho, problem.depth));
        Ok(Digits { systems: ShiftedSystems::new(kernel.view())?, cross, train_targets, test_targets })
    }

    /// The errors at each ridge with Gaussian noise on all targets, its variances adding up to `noise_var` for each
    /// image, after which targets have unit length again, as in the authors' code. Whatever the variance, the draws are
    /// the same but for their size.
    pub fn errors(&self, noise_var: f64, ridges: &[f64], random: &Generator) -> Vec<Errors> {
        let scale = (noise_var / CLASSES as f64).sqrt();
        let noisy = |targets: &Array2<f64>, name: &str| {
            let mut noisy = targets + random.split(name).normal_matrix(targets.nrows(), CLASSES) * scale;
            normalize_rows(noisy.view_mut());
            noisy
        };
        let train = noisy(&self.train_targets, "train noise");
        let test = noisy(&self.test_targets, "test noise");
        let dual = self.systems.solve(train.view(), ridges);
        let predictions = matrix::product(self.cross.view(), dual.view());
        let residuals = scale_by_penalty(dual, ridges);
        let columns = |i: usize| s![.., i * CLASSES..(i + 1) * CLASSES];
        let errors = |i: usize| Errors {
            test: mean_square(&(&predictions.slice(columns(i)) - &test)),
            train: mean_square(&residuals.slice(columns(i)).to_owned()),
        };
        (0..ridges.len()).map(errors).collect()
    }
}

/// Mean over the rows of the squared length.
fn mean_square(rows: &Array2<f64>) -> f64 {
    rows.iter().map(|x| x * x).sum::<f64>() / rows.nrows() as f64
}

/// Random images of unit length, one a row, and their targets: one-hot minus the mean of the classes, of unit length.
fn sample_images(images: &Images, count: usize, random: &mut Generator) -> (Array2<f64>, Array2<f64>) {
    let indices = random.sample(images.len(), count);
    let mut rows = images.rows::<f64>(&indices, 1);
    normalize_rows(rows.view_mut());
    let mean = 1.0 / CLASSES as f64;
    let length = (1.0 - mean).sqrt();
    let targets = Array2::from_shape_fn((count, CLASSES), |(i, class)| {
        let hot = if images.label(indices[i]) == class { 1.0 } else { 0.0 };
        (hot - mean) / length
    });
    (rows, targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_interpolated_and_predicted() {
        let problem = Problem { n_train: 200, n_test: 300, depth: 3 };
        let random = Streams::new("test").open("digits", 0);
        let digits = Digits::sample(&problem, &random).unwrap();
        let lengths = digits.train_targets.rows().into_iter().map(|row| row.dot(&row));
        assert!(lengths.into_iter().all(|length| (length - 1.0).abs() < 1e-14));
        let [interpolating, moderate, zero] = digits.errors(0.0, &[1e-8, 1.0, 1e9], &random)[..] else {
            panic!("three ridges");
        };
        assert!(interpolating.train < 1e-10 && interpolating.test < 0.6, "{interpolating:?}");
        assert!(moderate.train > interpolating.train && moderate.train < moderate.test);
        assert!((zero.test - 1.0).abs() < 1e-6 && (zero.train - 1.0).abs() < 1e-6, "{zero:?}");
        // Noise leaves the lengths, but the targets are harder to predict.
        let [noisy, zero] = digits.errors(2.0, &[1.0, 1e9], &random)[..] else { panic!("two ridges") };
        assert!((zero.test - 1.0).abs() < 1e-6 && noisy.test > moderate.test + 0.2, "{noisy:?} {zero:?}");
    }
}
