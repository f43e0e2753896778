//! Ordinary least squares.

use super::{affine, check_regression};
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
    /// Rows less fitted parameters.
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
    /// With an intercept.
    pub fn new() -> Self {
        Self { intercept: true }
    }

    /// Whether an intercept is fitted.
    pub fn intercept(mut self, intercept: bool) -> Self {
        self.intercept = intercept;
        self
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
mod tests {
    use super::*;
    use ndarray::{array, s};

    /// Longley's employment data (JASA 62, 1967), a standard of ill-conditioning: deflator, gross
    /// national product, unemployed, armed forces, population, year; total employment.
    fn longley() -> (Array2<f64>, Array1<f64>) {
        let rows = array![
            [60323.0, 83.0, 234289.0, 2356.0, 1590.0, 107608.0, 1947.0],
            [61122.0, 88.5, 259426.0, 2325.0, 1456.0, 108632.0, 1948.0],
            [60171.0, 88.2, 258054.0, 3682.0, 1616.0, 109773.0, 1949.0],
            [61187.0, 89.5, 284599.0, 3351.0, 1650.0, 110929.0, 1950.0],
            [63221.0, 96.2, 328975.0, 2099.0, 3099.0, 112075.0, 1951.0],
            [63639.0, 98.1, 346999.0, 1932.0, 3594.0, 113270.0, 1952.0],
            [64989.0, 99.0, 365385.0, 1870.0, 3547.0, 115094.0, 1953.0],
            [63761.0, 100.0, 363112.0, 3578.0, 3350.0, 116219.0, 1954.0],
            [66019.0, 101.2, 397469.0, 2904.0, 3048.0, 117388.0, 1955.0],
            [67857.0, 104.6, 419180.0, 2822.0, 2857.0, 118734.0, 1956.0],
            [68169.0, 108.4, 442769.0, 2936.0, 2798.0, 120445.0, 1957.0],
            [66513.0, 110.8, 444546.0, 4681.0, 2637.0, 121950.0, 1958.0],
            [68655.0, 112.6, 482704.0, 3813.0, 2552.0, 123366.0, 1959.0],
            [69564.0, 114.2, 502601.0, 3931.0, 2514.0, 125368.0, 1960.0],
            [69331.0, 115.7, 518173.0, 4806.0, 2572.0, 127852.0, 1961.0],
            [70551.0, 116.9, 554894.0, 4007.0, 2827.0, 130081.0, 1962.0]
        ];
        (rows.slice(s![.., 1..]).to_owned(), rows.column(0).to_owned())
    }

    fn close(actual: f64, expected: f64) {
        assert!((actual / expected - 1.0).abs() < 1e-8, "{actual} is not {expected}");
    }

    #[test]
    fn longley_as_certified_by_nist() {
        // NIST Statistical Reference Datasets, linear regression, "Longley": certified values.
        let (x, y) = longley();
        let fit = LeastSquares::new().fit(x.view(), y.view()).unwrap();
        close(fit.intercept, -3482258.63459582);
        close(fit.intercept_error, 890420.383607373);
        let certified = [
            (15.0618722713733, 84.9149257747669),
            (-0.358191792925910e-01, 0.334910077722432e-01),
            (-2.02022980381683, 0.488399681651699),
            (-1.03322686717359, 0.214274163161675),
            (-0.511041056535807e-01, 0.226073200069370),
            (1829.15146461355, 455.478499142212),
        ];
        for (j, (coefficient, error)) in certified.into_iter().enumerate() {
            close(fit.coefficients[j], coefficient);
            close(fit.standard_errors[j], error);
        }
        close(fit.r_squared, 0.995479004577296);
        close(fit.residual_variance.sqrt(), 304.854073561965);
        assert_eq!(fit.degrees_of_freedom, 9);
        assert!((&fit.predict(x.view()) + &fit.residuals - &y).iter().all(|d| d.abs() < 1e-9));
    }

    #[test]
    fn without_an_intercept_variation_is_about_zero() {
        // NIST StRD "NoInt1": y = 130..140 on x = 60..70; certified values.
        let x = Array2::from_shape_fn((11, 1), |(i, _)| 60.0 + i as f64);
        let y = Array1::from_shape_fn(11, |i| 130.0 + i as f64);
        let fit = LeastSquares::new().intercept(false).fit(x.view(), y.view()).unwrap();
        close(fit.coefficients[0], 2.07438016528926);
        close(fit.standard_errors[0], 0.165289256198347e-01);
        close(fit.r_squared, 0.999365492298663);
        assert_eq!((fit.intercept, fit.intercept_error), (0.0, 0.0));
    }

    #[test]
    fn dependent_columns_are_named() {
        let x = array![[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 8.0]];
        let y = array![1.0, 2.0, 3.0, 5.0];
        let error = LeastSquares::new().fit(x.view(), y.view()).unwrap_err().to_string();
        assert!(error.contains("column 1 of the design depends"), "{error}");
        let constant = array![[3.0], [3.0], [3.0], [3.0]];
        assert!(LeastSquares::new().fit(constant.view(), y.view()).is_err());
        assert!(LeastSquares::new().intercept(false).fit(constant.view(), y.view()).is_ok());
        assert!(LeastSquares::new().fit(x.slice(s![..2, ..]), y.slice(s![..2])).is_err());
        assert!(LeastSquares::new().fit(x.view(), array![1.0, f64::NAN, 0.0, 0.0].view()).is_err());
        assert!(LeastSquares::new().fit(x.view(), array![1.0].view()).is_err());
    }

    #[test]
    fn as_many_rows_as_parameters_leave_no_errors() {
        let fit = LeastSquares::new().fit(array![[1.0], [3.0]].view(), array![1.0, 5.0].view()).unwrap();
        close(fit.coefficients[0], 2.0);
        assert!(fit.standard_errors[0].is_nan() && fit.residual_variance.is_nan());
    }

    #[test]
    fn the_minimum_norm_solution_interpolates_in_the_row_space() {
        // One equation 3a + 4b = 25: the shortest solution is (3, 4).
        let w = minimum_norm(array![[3.0, 4.0]].view(), array![25.0].view()).unwrap();
        close(w[0], 3.0);
        close(w[1], 4.0);
        // Two equal columns share the coefficient.
        let x = array![[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]];
        let w = minimum_norm(x.view(), array![2.0, 4.0, 6.0].view()).unwrap();
        close(w[0], 1.0);
        close(w[1], 1.0);
    }
}
