//! Elastic net and lasso.

use super::arithmetic::{affine, centered, column_means};
use super::builder::setters;
use super::checks::{check_penalty, check_regression};
use anyhow::{Context, Result, ensure};
use linfa::DatasetBase;
use linfa::prelude::ParamGuard;
use linfa::traits::Fit;
use ndarray::{Array1, ArrayView1, ArrayView2};
use numerics::reduce;

/// Elastic net: minimises `|y - X w - b|^2 / (2 n) + penalty (l1 |w|_1 + (1 - l1) |w|_2^2 / 2)`,
/// the intercept `b` (fitted by default) not penalised, by linfa's coordinate descent.
#[derive(Clone, Debug, PartialEq)]
pub struct ElasticNet {
    penalty: f64,
    l1_ratio: f64,
    intercept: bool,
    iterations: u32,
    tolerance: f64,
}

/// An elastic-net fit.
#[derive(Clone, Debug, PartialEq)]
pub struct ElasticNetFit {
    /// One coefficient per column; unused columns have 0 exactly.
    pub coefficients: Array1<f64>,
    /// The intercept; 0 if none was fitted.
    pub intercept: f64,
    /// Sweeps over the columns.
    pub iterations: usize,
    /// Whether the duality gap fell below the tolerance times `|y|^2` (of the centred target).
    pub converged: bool,
}

impl ElasticNetFit {
    /// Fitted values for new rows.
    pub fn predict(&self, x: ArrayView2<f64>) -> Array1<f64> {
        affine(x, &self.coefficients, self.intercept)
    }
}

impl ElasticNet {
    /// With the given penalty and share of it on the l1 norm, in `(0, 1]`; at most 1000 sweeps,
    /// tolerance 1e-8. For a share of 0 see [`Ridge`](super::Ridge).
    pub fn new(penalty: f64, l1_ratio: f64) -> Self {
        Self { penalty, l1_ratio, intercept: true, iterations: 1000, tolerance: 1e-8 }
    }

    /// All of the penalty on the l1 norm.
    pub fn lasso(penalty: f64) -> Self {
        Self::new(penalty, 1.0)
    }

    setters! {
        /// Whether an intercept is fitted.
        intercept: bool,
        /// The largest number of sweeps over the columns.
        iterations: u32,
        /// Tolerance on the duality gap, relative to `|y|^2` of the centred target.
        tolerance: f64,
    }

    /// Fits `y` (n) on the columns of `x` (n x p).
    ///
    /// # Errors
    /// If shapes disagree, a value is not finite, the penalty or the tolerance is negative, or the
    /// l1 share not in `(0, 1]`. Stopping early is no error: see [`ElasticNetFit::converged`].
    pub fn fit(&self, x: ArrayView2<f64>, y: ArrayView1<f64>) -> Result<ElasticNetFit> {
        check_regression(x, y)?;
        check_penalty(self.penalty, "an elastic net")?;
        ensure!(
            self.l1_ratio > 0.0 && self.l1_ratio <= 1.0,
            "the l1 share of an elastic net is in (0, 1], not {}",
            self.l1_ratio
        );
        // linfa takes the mean of y for the intercept, which is right for centred columns only.
        let (x_means, y_mean) =
            if self.intercept { (column_means(x), reduce::mean(&y.to_vec())) } else { (Array1::zeros(x.ncols()), 0.0) };
        let target = y.mapv(|y| y - y_mean);
        let size = reduce::norm_squared(&target.to_vec());
        let model = linfa_elasticnet::ElasticNet::params()
            .penalty(self.penalty)
            .l1_ratio(self.l1_ratio)
            .with_intercept(false)
            .max_iterations(self.iterations)
            .tolerance(self.tolerance)
            .check()?
            .fit(&DatasetBase::new(centered(x, &x_means), target))
            .context("linfa's elastic net failed")?;
        let coefficients = model.hyperplane().clone();
        let shift = reduce::dot(&coefficients.to_vec(), &x_means.to_vec());
        Ok(ElasticNetFit {
            intercept: y_mean - shift,
            coefficients,
            iterations: model.n_steps() as usize,
            converged: size == 0.0 || model.duality_gap() < self.tolerance * size,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Ridge;
    use ndarray::array;

    fn data() -> (ndarray::Array2<f64>, Array1<f64>) {
        let x = array![
            [11.0, 4.0, 0.3],
            [12.0, 1.0, -0.8],
            [13.5, 0.5, 0.1],
            [15.0, -2.0, 0.9],
            [16.0, 3.0, -0.2],
            [14.0, 1.5, 0.4]
        ];
        (x, array![3.0, 1.0, 2.5, 0.0, 7.0, 4.0])
    }

    #[test]
    fn agrees_with_sklearn_on_columns_that_are_not_centred() {
        // sklearn 1.9.1, Lasso(alpha=0.4, tol=1e-12) and ElasticNet(alpha=0.4, l1_ratio=0.3,
        // tol=1e-12).
        let (x, y) = data();
        let fit = ElasticNet::lasso(0.4).tolerance(1e-13).fit(x.view(), y.view()).unwrap();
        let expected = array![0.7696022366247298, 0.9544923116024908, 0.0];
        assert!((&fit.coefficients - &expected).iter().all(|d| d.abs() < 1e-6), "{fit:?}");
        assert!((fit.intercept + 8.809753462955902).abs() < 1e-5 && fit.converged);
        assert_eq!(fit.coefficients[2], 0.0);
        let fit = ElasticNet::new(0.4, 0.3).tolerance(1e-13).fit(x.view(), y.view()).unwrap();
        let expected = array![0.7939029435034596, 0.9648920623433058, 0.0];
        assert!((&fit.coefficients - &expected).iter().all(|d| d.abs() < 1e-6), "{fit:?}");
    }

    #[test]
    fn a_small_l1_share_is_nearly_ridge() {
        let (x, y) = data();
        let net = ElasticNet::new(0.5, 1e-9).tolerance(1e-12).fit(x.view(), y.view()).unwrap();
        let ridge = Ridge::new(0.5 * 6.0).fit(x.view(), y.view()).unwrap();
        assert!((&net.coefficients - &ridge.coefficients.column(0)).iter().all(|d| d.abs() < 1e-5));
    }

    #[test]
    fn a_large_penalty_leaves_the_mean() {
        let (x, y) = data();
        let fit = ElasticNet::lasso(100.0).fit(x.view(), y.view()).unwrap();
        assert_eq!(fit.coefficients, array![0.0, 0.0, 0.0]);
        assert!((fit.predict(x.view()) - 17.5 / 6.0).iter().all(|d| d.abs() < 1e-14));
    }

    #[test]
    fn limits_and_errors() {
        let (x, y) = data();
        assert!(!ElasticNet::lasso(0.01).iterations(2).fit(x.view(), y.view()).unwrap().converged);
        assert!(ElasticNet::new(1.0, 0.0).fit(x.view(), y.view()).is_err());
        assert!(ElasticNet::lasso(-1.0).fit(x.view(), y.view()).is_err());
        assert!(ElasticNet::lasso(f64::NAN).fit(x.view(), y.view()).is_err());
    }
}
