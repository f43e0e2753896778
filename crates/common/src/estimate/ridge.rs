//! Ridge regression.

use super::arithmetic::{centered, column_means};
use super::builder::setters;
use super::checks::{check_matrix, check_one_each, check_penalty};
use anyhow::{Context, Result};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use numerics::{linear, matrix};

/// Ridge regression: minimises `|Y - X W - b|^2 + penalty |W|^2`, the intercept `b` (fitted by
/// default) not penalised, by a Cholesky factorization of the smaller of `XᵀX` and `XXᵀ`.
#[derive(Clone, Debug, PartialEq)]
pub struct Ridge {
    penalty: f64,
    intercept: bool,
}

/// A ridge fit of one or several targets.
#[derive(Clone, Debug, PartialEq)]
pub struct RidgeFit {
    /// Coefficients, columns of the data x targets.
    pub coefficients: Array2<f64>,
    /// One intercept per target; 0 if none was fitted.
    pub intercepts: Array1<f64>,
}

impl RidgeFit {
    /// Fitted values for new rows, rows x targets.
    pub fn predict(&self, x: ArrayView2<f64>) -> Array2<f64> {
        matrix::product(x, self.coefficients.view()) + &self.intercepts
    }
}

impl Ridge {
    /// With the given penalty, at least 0, and an intercept.
    pub fn new(penalty: f64) -> Self {
        Self { penalty, intercept: true }
    }

    setters! {
        /// Whether an intercept is fitted.
        intercept: bool,
    }

    /// Fits one target `y` (n) on the columns of `x` (n x p); the fit has one column.
    ///
    /// # Errors
    /// As [`fit_targets`](Self::fit_targets).
    pub fn fit(&self, x: ArrayView2<f64>, y: ArrayView1<f64>) -> Result<RidgeFit> {
        self.fit_targets(x, y.insert_axis(Axis(1)))
    }

    /// Fits several targets `y` (n x t) on the columns of `x` (n x p).
    ///
    /// # Errors
    /// If shapes disagree, a value is not finite, the penalty is negative, or the penalty is 0 (or
    /// too small to matter) and the columns are dependent.
    pub fn fit_targets(&self, x: ArrayView2<f64>, y: ArrayView2<f64>) -> Result<RidgeFit> {
        check_matrix(x)?;
        check_matrix(y).context("targets")?;
        check_one_each(x, y.nrows(), "rows of targets")?;
        let penalty = self.penalty;
        check_penalty(penalty, "ridge regression")?;
        let (x_means, y_means) = if self.intercept {
            (column_means(x), column_means(y))
        } else {
            (Array1::zeros(x.ncols()), Array1::zeros(y.ncols()))
        };
        let (x, y) = (centered(x, &x_means), centered(y, &y_means));
        let solve = |mut gram: Array2<f64>, right: ArrayView2<f64>| -> Result<Array2<f64>> {
            gram.diag_mut().mapv_inplace(|value| value + penalty);
            let factor = linear::cholesky(gram.view())
                .context("the columns are linearly dependent: a ridge needs a larger penalty")?;
            Ok(factor.solve_matrix(right)?)
        };
        // Dependent columns with penalty 0 can pass the primal factorization on rounding alone, and
        // centred data always have dependent rows: the dual form is for wide data only.
        let coefficients = if x.ncols() <= x.nrows() {
            let right = matrix::product(x.t(), y.view());
            solve(matrix::product(x.t(), x.view()), right.view())?
        } else {
            let dual = solve(matrix::product(x.view(), x.t()), y.view())?;
            matrix::product(x.t(), dual.view())
        };
        let shift = matrix::vector_product(coefficients.t(), &x_means.to_vec());
        Ok(RidgeFit { intercepts: y_means - Array1::from(shift), coefficients })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::LeastSquares;
    use ndarray::array;

    #[test]
    fn agrees_with_sklearn() {
        // sklearn 1.9.1, Ridge(alpha=2.5), with and without an intercept.
        let x = array![[1.0, 4.0], [2.0, 1.0], [3.5, 0.5], [5.0, -2.0], [6.0, 3.0]];
        let y = array![[3.0, 1.0], [1.0, 0.0], [2.5, 2.0], [0.0, 5.0], [7.0, -1.0]];
        let fit = Ridge::new(2.5).fit_targets(x.view(), y.view()).unwrap();
        let expected = array![[0.7778039307991055, -0.13875485465458393], [0.9524538072260799, -0.743674237966341]];
        assert!((&fit.coefficients - &expected).iter().all(|d| d.abs() < 1e-13), "{fit:?}");
        let expected = array![-1.2605037071907725, 2.8524185006472873];
        assert!((&fit.intercepts - &expected).iter().all(|d| d.abs() < 1e-13), "{fit:?}");
        let fit = Ridge::new(2.5).intercept(false).fit(x.view(), y.column(0)).unwrap();
        let expected = array![0.5302002920926351, 0.8213540580012517];
        assert!((&fit.coefficients.column(0) - &expected).iter().all(|d| d.abs() < 1e-13));
        assert_eq!(fit.intercepts, array![0.0]);
    }

    #[test]
    fn wide_data_give_the_solution_of_the_normal_equations() {
        let x = array![[1.0, 2.0, -1.0], [0.5, -1.0, 3.0]];
        let y = array![1.0, 2.0];
        let fit = Ridge::new(0.7).intercept(false).fit(x.view(), y.view()).unwrap();
        let w = fit.coefficients.column(0);
        let gradient = x.t().dot(&(x.dot(&w) - &y)) + 0.7 * &w;
        assert!(gradient.iter().all(|g| g.abs() < 1e-14), "{gradient}");
    }

    #[test]
    fn no_penalty_is_least_squares() {
        let x = array![[1.0, 4.0], [2.0, 1.0], [3.5, 0.5], [5.0, -2.0], [6.0, 3.0]];
        let y = array![3.0, 1.0, 2.5, 0.0, 7.0];
        let ridge = Ridge::new(0.0).fit(x.view(), y.view()).unwrap();
        let plain = LeastSquares::new().fit(x.view(), y.view()).unwrap();
        assert!((&ridge.coefficients.column(0) - &plain.coefficients).iter().all(|d| d.abs() < 1e-13));
        assert!((&ridge.predict(x.view()).column(0) - &plain.predict(x.view())).iter().all(|d| d.abs() < 1e-12));
    }

    #[test]
    fn impossible_fits_are_errors() {
        let x = array![[1.0], [2.0]];
        assert!(Ridge::new(-1.0).fit(x.view(), array![1.0, 2.0].view()).is_err());
        assert!(Ridge::new(1.0).fit(x.view(), array![1.0].view()).is_err());
        assert!(Ridge::new(1.0).fit(x.view(), array![1.0, f64::INFINITY].view()).is_err());
        let constant = array![[1.0], [1.0]];
        assert!(Ridge::new(0.0).fit(constant.view(), array![1.0, 2.0].view()).is_err());
    }
}
