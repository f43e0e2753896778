//! Random-feature ridge regression: a two-layer linear-readout model whose first layer is random and frozen.
//!
//! The features are φ(x) = W diag(√λ) x / √k with W (k x M) of independent N(0, 1). Since they are linear in x, so is
//! the predictor, and its test error is exact.

use common::estimate::RidgePath;
use common::prelude::*;

use crate::task::{Errors, Task};

/// Random features of a set of samples, as many as wanted at most.
pub struct RandomFeatures<'t> {
    task: &'t Task,
    noise_var: f64,
    /// W diag(√λ), k x M.
    map: Array2<f64>,
    /// √k times the features of the samples, n x k.
    features: Array2<f64>,
    /// Labels of the samples, n x 1.
    labels: Array2<f64>,
}

impl<'t> RandomFeatures<'t> {
    /// Draws `n` samples and `k` features.
    pub fn sample(task: &'t Task, noise_var: f64, n: usize, k: usize, random: &Generator) -> Self {
        let (inputs, labels) = task.sample(n, noise_var, random);
        let mut map = random.split("features").normal_matrix(k, task.eigenvalues.len());
        map *= &task.eigenvalues.mapv(f64::sqrt);
        RandomFeatures { features: matrix::product(inputs.view(), map.t()), task, noise_var, map, labels }
    }

    /// The errors at each ridge with the first `n` samples and the first `k` features.
    ///
    /// # Errors
    /// If a feature is not finite.
    pub fn errors(&self, n: usize, k: usize, ridges: &[f64]) -> Result<Vec<Errors>> {
        let scale = 1.0 / (k as f64).sqrt();
        let features = &self.features.slice(s![..n, ..k]) * scale;
        let path = RidgePath::fit(features.view(), self.labels.slice(s![..n, ..]), ridges)?;
        let map = self.map.slice(s![..k, ..]);
        let predictors = matrix::product(path.coefficients.t(), map) * scale;
        Ok(errors(self.task, self.noise_var, &predictors, &path))
    }
}

/// The errors of kernel regression at each ridge, with the kernel Σ λ_i x_i x'_i that is the limit k → ∞.
///
/// # Errors
/// If a kernel value is not finite.
pub fn kernel_errors(task: &Task, noise_var: f64, n: usize, ridges: &[f64], random: &Generator) -> Result<Vec<Errors>> {
    let (inputs, labels) = task.sample(n, noise_var, random);
    // The kernel is that of the features √λ_i x_i.
    let roots = task.eigenvalues.mapv(f64::sqrt);
    let features = inputs * &roots;
    let path = RidgePath::fit(features.view(), labels.view(), ridges)?;
    let predictors = &path.coefficients.t() * &roots;
    Ok(errors(task, noise_var, &predictors, &path))
}

/// The errors of predictors, one a row, and of the path they come from.
fn errors(task: &Task, noise_var: f64, predictors: &Array2<f64>, path: &RidgePath) -> Vec<Errors> {
    let train = path.residuals.columns().into_iter().map(|residuals| {
        let squares: f64 = residuals.iter().map(|r| r * r).sum();
        squares / residuals.len() as f64
    });
    let test = predictors.rows().into_iter().map(|b| task.test_mse(b, noise_var));
    test.zip(train).map(|(test, train)| Errors { test, train }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eigenframework::predict;
    use crate::task::PowerLaw;

    const RIDGES: [f64; 2] = [0.1, 3.0];

    fn task() -> Task {
        let (modes, alpha, beta) = (300, 1.5, 1.5);
        PowerLaw { modes, alpha, beta }.task()
    }

    #[test]
    fn mean_errors_are_those_of_the_eigenframework() {
        let (task, random, trials) = (task(), Streams::new("test"), 40);
        for (n, k) in [(60, 30), (30, 60), (40, 0)] {
            let mut means = [(0.0, 0.0); 2];
            for trial in 0..trials {
                let random = random.open("trial", trial);
                let errors = match k {
                    0 => kernel_errors(&task, 0.2, n, &RIDGES, &random),
                    k => RandomFeatures::sample(&task, 0.2, n, k, &random).errors(n, k, &RIDGES),
                };
                for (mean, errors) in means.iter_mut().zip(errors.unwrap()) {
                    mean.0 += errors.test / trials as f64;
                    mean.1 += errors.train / trials as f64;
                }
            }
            for ((test, train), ridge) in means.into_iter().zip(RIDGES) {
                let theory = predict(&task, n, (k > 0).then_some(k), ridge, 0.2).unwrap();
                assert!((test / theory.test - 1.0).abs() < 0.06, "{n}, {k}, {ridge}: {test} {theory:?}");
                assert!((train / theory.train - 1.0).abs() < 0.10, "{n}, {k}, {ridge}: {train} {theory:?}");
            }
        }
    }

    #[test]
    fn fewer_samples_and_features_are_the_first_ones() {
        let (task, random) = (task(), Streams::new("test").open("trial", 1));
        let many = RandomFeatures::sample(&task, 0.2, 30, 40, &random);
        let few = RandomFeatures::sample(&task, 0.2, 12, 20, &random);
        let (many, few) = (many.errors(12, 20, &RIDGES).unwrap(), few.errors(12, 20, &RIDGES).unwrap());
        for (many, few) in many.iter().zip(few) {
            assert_eq!((many.test, many.train), (few.test, few.train));
        }
    }
}
