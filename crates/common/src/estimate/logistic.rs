//! Logistic regression with two classes.

use super::arithmetic::affine;
use super::builder::setters;
use super::checks::{check_matrix, check_one_each, check_penalty};
use anyhow::{Context, Result, ensure};
use linfa::DatasetBase;
use linfa::prelude::ParamGuard;
use linfa::traits::Fit;
use ndarray::{Array1, ArrayView2};
use numerics::{matrix, reduce, sigmoid};

/// Logistic regression with two classes: minimises `sum_i ln(1 + exp(-s_i (x_i w + b))) + penalty
/// |w|^2 / 2`, `s_i` being 1 for true and -1 for false and the intercept `b` (fitted by default)
/// not penalised, by linfa's L-BFGS.
///
/// The loss is a *sum*: for a penalty on the mean loss multiply it by the number of rows;
/// scikit-learn's `C` is the inverse of this penalty.
#[derive(Clone, Debug, PartialEq)]
pub struct Logistic {
    penalty: f64,
    intercept: bool,
    iterations: usize,
    tolerance: f64,
}

/// A fit of [`Logistic`].
#[derive(Clone, Debug, PartialEq)]
pub struct LogisticFit {
    /// One coefficient per column.
    pub coefficients: Array1<f64>,
    /// The intercept; 0 if none was fitted.
    pub intercept: f64,
    /// Euclidean norm of the gradient of the mean loss (penalty included, divided by the number of
    /// rows).
    pub gradient_norm: f64,
    /// Whether the norm of the gradient is at most the tolerance.
    pub converged: bool,
}

impl LogisticFit {
    /// The logits `x w + b` for new rows.
    pub fn logits(&self, x: ArrayView2<f64>) -> Array1<f64> {
        affine(x, &self.coefficients, self.intercept)
    }

    /// Probabilities of true for new rows.
    pub fn probabilities(&self, x: ArrayView2<f64>) -> Array1<f64> {
        self.logits(x).mapv(sigmoid)
    }

    /// The more probable class for new rows; true where both are equally so.
    pub fn predict(&self, x: ArrayView2<f64>) -> Vec<bool> {
        self.logits(x).iter().map(|logit| *logit >= 0.0).collect()
    }
}

impl Logistic {
    /// With the given penalty, at least 0; an intercept, at most 1000 iterations, tolerance 1e-6.
    pub fn new(penalty: f64) -> Self {
        Self { penalty, intercept: true, iterations: 1000, tolerance: 1e-6 }
    }

    setters! {
        /// Whether an intercept is fitted.
        intercept: bool,
        /// The largest number of iterations.
        iterations: usize,
        /// Tolerance on the norm of the gradient of the mean loss.
        tolerance: f64,
    }

    /// Fits labels (n) on the columns of `x` (n x p).
    ///
    /// # Errors
    /// If shapes disagree, a value is not finite, the penalty is negative, the tolerance not
    /// positive, or only one class occurs. Without a penalty separable classes have no finite fit:
    /// `converged` then depends on the tolerance.
    pub fn fit(&self, x: ArrayView2<f64>, labels: &[bool]) -> Result<LogisticFit> {
        check_matrix(x)?;
        check_one_each(x, labels.len(), "labels")?;
        check_penalty(self.penalty, "logistic regression")?;
        ensure!(labels.contains(&true) && labels.contains(&false), "only one class occurs");
        let rows = labels.len() as f64;
        let model = linfa_logistic::LogisticRegression::default()
            .alpha(self.penalty)
            .with_intercept(self.intercept)
            .max_iterations(self.iterations as u64)
            // Half the tolerance, for linfa's own gradient is rounded otherwise than ours.
            .gradient_tolerance(0.5 * self.tolerance * rows)
            .check()?
            .fit(&DatasetBase::new(x, Array1::from(labels.to_vec())))
            .context("linfa's logistic regression failed")?;
        // linfa models the probability of the more frequent class.
        let sign = if model.labels().pos.class { 1.0 } else { -1.0 };
        let mut fit = LogisticFit {
            coefficients: model.params() * sign,
            intercept: model.intercept() * sign,
            gradient_norm: f64::NAN,
            converged: false,
        };
        fit.gradient_norm = self.gradient_norm(x, labels, &fit) / rows;
        fit.converged = fit.gradient_norm <= self.tolerance;
        Ok(fit)
    }

    /// linfa keeps quiet when its line search fails, so the gradient at its result is computed
    /// anew.
    fn gradient_norm(&self, x: ArrayView2<f64>, labels: &[bool], fit: &LogisticFit) -> f64 {
        let errors: Vec<f64> = fit
            .probabilities(x)
            .iter()
            .zip(labels)
            .map(|(probability, label)| probability - f64::from(u8::from(*label)))
            .collect();
        let mut gradient = matrix::vector_product(x.t(), &errors);
        reduce::axpy(self.penalty, &fit.coefficients.to_vec(), &mut gradient);
        if self.intercept {
            gradient.push(reduce::sum(&errors));
        }
        reduce::norm(&gradient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::tests::iris;
    use ndarray::{array, s};

    #[test]
    fn agrees_with_sklearn() {
        // sklearn 1.9.1, LogisticRegression(C=0.5, tol=1e-12) on versicolor against virginica.
        let (x, species) = iris();
        let x = x.slice(s![10.., ..]);
        let virginica: Vec<bool> = species[10..].iter().map(|species| *species == 2).collect();
        let fit = Logistic::new(2.0).tolerance(1e-9).fit(x, &virginica).unwrap();
        let expected = array![0.5686691501637212, 0.0787545046648225, 1.1363009637083725, 0.8107707639285872];
        assert!((&fit.coefficients - &expected).iter().all(|d| d.abs() < 1e-6), "{fit:?}");
        assert!((fit.intercept + 11.099536703761146).abs() < 1e-5 && fit.converged);
        let fit = Logistic::new(2.0).intercept(false).tolerance(1e-9).fit(x, &virginica).unwrap();
        let expected = array![-0.45517268387206716, -0.6456042354894185, 0.7018947773533281, 0.8410831048179142];
        assert!((&fit.coefficients - &expected).iter().all(|d| d.abs() < 1e-6), "{fit:?}");
        assert_eq!(fit.intercept, 0.0);
    }

    #[test]
    fn the_sign_does_not_follow_the_frequencies() {
        let x = array![[-2.0], [-1.0], [1.0], [2.0], [3.0]];
        let labels = [false, false, true, true, true];
        let fit = Logistic::new(1.0).fit(x.view(), &labels).unwrap();
        let opposite = labels.map(|label| !label);
        let mirrored = Logistic::new(1.0).fit(x.view(), &opposite).unwrap();
        assert!(fit.coefficients[0] > 0.0);
        assert!((&fit.coefficients + &mirrored.coefficients)[0].abs() < 1e-6);
        assert_eq!(fit.predict(x.view()), labels);
        let sum = &fit.probabilities(x.view()) + &mirrored.probabilities(x.view());
        assert!(sum.iter().all(|p| (p - 1.0).abs() < 1e-6));
    }

    #[test]
    fn too_few_iterations_are_reported() {
        let (x, species) = iris();
        let setosa: Vec<bool> = species.iter().map(|species| *species == 0).collect();
        let fit = Logistic::new(1e-6).iterations(2).fit(x.view(), &setosa).unwrap();
        assert!(!fit.converged && fit.gradient_norm > 1e-6);
    }

    #[test]
    fn impossible_fits_are_errors() {
        let x = array![[1.0], [2.0]];
        assert!(Logistic::new(1.0).fit(x.view(), &[true, true]).is_err());
        assert!(Logistic::new(1.0).fit(x.view(), &[true]).is_err());
        assert!(Logistic::new(-1.0).fit(x.view(), &[true, false]).is_err());
        assert!(Logistic::new(1.0).fit(array![[1.0], [f64::NAN]].view(), &[true, false]).is_err());
    }
}
