//! Ordinary least squares.

use super::arithmetic::affine;
use super::builder::setters;
use super::checks::check_regression;
use anyhow::{Context, Result, ensure};
use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, concatenate};
use numerics::{linear, matrix, reduce};

/// Columns, scaled to length one, whose part orthogonal to the others is shorter than this are
/// taken as dependent on them.
const DEPENDENT: f64 = 1e-12;

/// Ordinary least squares with an intercept (the default) or without.
#[derive(Clone, Debug, PartialEq)]
pub struct LeastSquares {
    intercept: bool,
}

/// A least-squares fit.
#[derive(Clone, Debug, PartialEq)]
pub struct LeastSquaresFit {
    /// One coefficient per column.
    pub coefficients: Array1<f64>,
    /// The intercept; 0 if none was fitted.
    pub intercept: f64,
    /// Standard errors of the coefficients; NaN without residual degrees of freedom.
    pub standard_errors: Array1<f64>,
    /// Standard error of the intercept; 0 if none was fitted.
    pub intercept_error: f64,
    /// Observed less fitted values.
    pub residuals: Array1<f64>,
    /// Sum of squared residuals over the degrees of freedom.
    pub residual_variance: f64,
    /// Number of rows less that of fitted parameters.
    pub degrees_of_freedom: usize,
    /// Share of the variation explained: about the mean if there is an intercept, else about 0.
    pub r_squared: f64,
}

impl LeastSquaresFit {
    /// Fitted values for new rows.
    pub fn predict(&self, x: ArrayView2<f64>) -> Array1<f64> {
        affine(x, &self.coefficients, self.intercept)
    }
}

impl Default for LeastSquares {
    fn default() -> Self {
        Self::new()
    }
}

impl LeastSquares {
    /// Least squares with an intercept.
    pub fn new() -> Self {
        Self { intercept: true }
    }

    setters! {
        /// Whether an intercept is fitted.
        intercept: bool,
    }

    /// Fits `y` (n) on the columns of `x` (n x p).
    ///
    /// # Errors
    /// If shapes disagree, a value is not finite, there are fewer rows than parameters, or a column
    /// depends linearly on the others (or is constant beside an intercept). See [`minimum_norm`]
    /// for those cases.
    pub fn fit(&self, x: ArrayView2<f64>, y: ArrayView1<f64>) -> Result<LeastSquaresFit> {
        check_regression(x, y)?;
        let ones = Array2::ones((x.nrows(), usize::from(self.intercept)));
        let design = concatenate(Axis(1), &[x.view(), ones.view()])?;
        let (rows, parameters) = design.dim();
        ensure!(rows >= parameters, "{rows} rows cannot determine {parameters} parameters");
        let variances = unit_variances(&design)?;

        let model = linfa_linear::LinearRegression::new()
            .with_intercept(self.intercept)
            .fit(&DatasetBase::new(x, y))
            .context("linfa's least squares failed")?;
        let (coefficients, intercept) = (model.params().clone(), model.intercept());
        let residuals = &y - &affine(x, &coefficients, intercept);
        let unexplained = reduce::norm_squared(&residuals.to_vec());
        let degrees_of_freedom = rows - parameters;
        let residual_variance = if degrees_of_freedom > 0 { unexplained / degrees_of_freedom as f64 } else { f64::NAN };
        let errors: Vec<f64> = variances.iter().map(|variance| (residual_variance * variance).sqrt()).collect();
        let center = if self.intercept { reduce::mean(&y.to_vec()) } else { 0.0 };
        let variation = reduce::norm_squared(&y.mapv(|y| y - center).to_vec());
        Ok(LeastSquaresFit {
            standard_errors: Array1::from(errors[..x.ncols()].to_vec()),
            intercept_error: errors.get(x.ncols()).copied().unwrap_or(0.0),
            coefficients,
            intercept,
            residuals,
            residual_variance,
            degrees_of_freedom,
            r_squared: 1.0 - unexplained / variation,
        })
    }
}

/// The diagonal of the inverse of `designᵀ design`, from the QR factorization of the design with
/// columns of unit length; an error if a column depends on those before it.
fn unit_variances(design: &Array2<f64>) -> Result<Vec<f64>> {
    let lengths: Vec<f64> = design.columns().into_iter().map(|column| reduce::norm(&column.to_vec())).collect();
    let p = lengths.len();
    for (column, length) in lengths.iter().enumerate() {
        ensure!(*length > 0.0, "column {column} of the design is 0 throughout");
    }
    let r = linear::qr((design / &Array1::from(lengths.clone())).view())?.r;
    for column in 0..p {
        ensure!(
            r[[column, column]].abs() > DEPENDENT,
            "column {column} of the design depends linearly on those before it \
             (the intercept, if fitted, is column {})",
            p - 1
        );
    }
    // Row j of the inverse of the triangle, by substitution from its diagonal on.
    let variance = |j: usize| {
        let mut row = vec![0.0; p];
        for k in j..p {
            let below: f64 = (j..k).map(|i| row[i] * r[[i, k]]).sum();
            row[k] = (f64::from(u8::from(k == j)) - below) / r[[k, k]];
        }
        reduce::norm_squared(&row) / (lengths[j] * lengths[j])
    };
    Ok((0..p).map(variance).collect())
}

/// The coefficients of least length among those that minimise the sum of squares, without an
/// intercept: the pseudo-inverse of `x` (n x p) times `y` (n), for any n and p. Singular values
/// below `max(n, p)` roundings of the largest count as 0.
///
/// # Errors
/// If shapes disagree, a value is not finite, or the singular value decomposition does not
/// converge.
pub fn minimum_norm(x: ArrayView2<f64>, y: ArrayView1<f64>) -> Result<Array1<f64>> {
    check_regression(x, y)?;
    let svd = linear::svd(x).context("least squares of minimum norm")?;
    let largest = svd.singular_values.iter().copied().fold(0.0, f64::max);
    let least = f64::EPSILON * x.nrows().max(x.ncols()) as f64 * largest;
    let mut rotated = matrix::vector_product(svd.u.t(), &y.to_vec());
    for (value, singular) in rotated.iter_mut().zip(&svd.singular_values) {
        *value = if *singular > least { *value / singular } else { 0.0 };
    }
    Ok(Array1::from(matrix::vector_product(svd.vt.t(), &rotated)))
}

#[cfg(test)]
mod tests;
