//! Straight lines by least squares.

use super::distribution::{student_cdf, student_critical};
use super::{Interval, assert_paired, is_constant, is_positive, weighted_mean};
use numerics::{exp, ln, reduce};

/// A least-squares line `y = intercept + slope x`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearFit {
    /// Slope of the line.
    pub slope: f64,
    /// Value of the line at `x = 0`.
    pub intercept: f64,
    /// Standard error of the slope; NaN for two points.
    pub slope_error: f64,
    /// Standard error of the intercept; NaN for two points.
    pub intercept_error: f64,
    /// Share of the (weighted) variance of `y` that the line explains; NaN if `y` is constant.
    pub r_squared: f64,
    /// Number of points.
    pub points: usize,
}

impl LinearFit {
    const UNKNOWN: Self = Self {
        slope: f64::NAN,
        intercept: f64::NAN,
        slope_error: f64::NAN,
        intercept_error: f64::NAN,
        r_squared: f64::NAN,
        points: 0,
    };

    /// The line at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.intercept + self.slope * x
    }

    /// Student's t interval for the slope, with `points - 2` degrees of freedom.
    pub fn slope_interval(&self, level: f64) -> Interval {
        let critical = student_critical(level, self.points as f64 - 2.0);
        Interval::around(self.slope, critical * self.slope_error)
    }

    /// Two-sided p-value of the hypothesis that the slope is 0.
    pub fn slope_p_value(&self) -> f64 {
        2.0 * student_cdf(-(self.slope / self.slope_error).abs(), self.points as f64 - 2.0)
    }

    /// For a fit of logarithms ([`log_log_fit`]): the power law `exp(intercept) x^slope`.
    pub fn power_law_at(&self, x: f64) -> f64 {
        exp(self.at(ln(x)))
    }
}

/// Ordinary least squares. All NaN for fewer than two points or equal `x`.
///
/// # Panics
/// If the slices differ in length.
pub fn linear_fit(x: &[f64], y: &[f64]) -> LinearFit {
    weighted_linear_fit(x, y, &vec![1.0; x.len()])
}

/// Least squares with weights, which are inverse variances up to one unknown factor: points of
/// weight 4 have half the noise of points of weight 1. All NaN for a negative weight.
///
/// # Panics
/// If the slices differ in length.
pub fn weighted_linear_fit(x: &[f64], y: &[f64], weights: &[f64]) -> LinearFit {
    assert_paired(x, y);
    assert_paired(x, weights);
    if x.len() < 2 || is_constant(x) {
        return LinearFit::UNKNOWN;
    }
    let (center_x, center_y) = (weighted_mean(x, weights), weighted_mean(y, weights));
    // Square roots of the weights on both sides turn weighted sums into plain products.
    let roots: Vec<f64> = weights.iter().map(|weight| weight.sqrt()).collect();
    let centered = |values: &[f64], center: f64| -> Vec<f64> {
        values.iter().zip(&roots).map(|(value, root)| root * (value - center)).collect()
    };
    let (dx, dy) = (centered(x, center_x), centered(y, center_y));
    let (sxx, sxy, syy) = (reduce::norm_squared(&dx), reduce::dot(&dx, &dy), reduce::norm_squared(&dy));
    if !is_positive(sxx) {
        return LinearFit::UNKNOWN;
    }
    let slope = sxy / sxx;
    let residuals: Vec<f64> = dx.iter().zip(&dy).map(|(dx, dy)| dy - slope * dx).collect();
    let unexplained = reduce::norm_squared(&residuals);
    let noise = if x.len() > 2 { unexplained / (x.len() - 2) as f64 } else { f64::NAN };
    LinearFit {
        slope,
        intercept: center_y - slope * center_x,
        slope_error: (noise / sxx).sqrt(),
        intercept_error: (noise * (1.0 / reduce::sum(weights) + center_x * center_x / sxx)).sqrt(),
        r_squared: 1.0 - unexplained / syy,
        points: x.len(),
    }
}

/// Least squares of `ln y` on `ln x`: the slope is the exponent of a power law. All NaN unless
/// every value is positive.
///
/// # Panics
/// If the slices differ in length.
pub fn log_log_fit(x: &[f64], y: &[f64]) -> LinearFit {
    if x.iter().chain(y).any(|value| !is_positive(*value)) {
        assert_paired(x, y);
        return LinearFit::UNKNOWN;
    }
    let logarithms = |values: &[f64]| -> Vec<f64> { values.iter().map(|value| ln(*value)).collect() };
    linear_fit(&logarithms(x), &logarithms(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The first of Anscombe's four sets (American Statistician 27, 1973).
    const X: [f64; 11] = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
    const Y: [f64; 11] = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];

    fn check(fit: LinearFit, expected: [f64; 5]) {
        let actual = [fit.intercept, fit.slope, fit.intercept_error, fit.slope_error, fit.r_squared];
        for (actual, expected) in actual.into_iter().zip(expected) {
            assert!((actual / expected - 1.0).abs() < 1e-12, "{actual} is not {expected}");
        }
    }

    #[test]
    fn anscombes_first_set() {
        // scipy 1.17.1, linregress.
        let fit = linear_fit(&X, &Y);
        let expected =
            [3.0000909090909103, 0.5000909090909091, 1.1247467908086437, 0.11790550059563408, 0.666542459508775];
        check(fit, expected);
        let interval = fit.slope_interval(0.95);
        assert!(
            (interval.low - 0.2333701363851875).abs() < 1e-10 && (interval.high - 0.7668116817966308).abs() < 1e-10
        );
        assert!((fit.slope_p_value() - 0.0021696288730787905).abs() < 1e-12);
    }

    #[test]
    fn weights_are_inverse_variances() {
        // statsmodels 0.15.0, WLS.
        let weights = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0];
        let expected =
            [3.314429124499082, 0.47827141207634327, 1.0889491864177263, 0.10830982081698029, 0.68419985891417];
        check(weighted_linear_fit(&X, &Y, &weights), expected);
    }

    #[test]
    fn a_power_law_is_a_line_in_logarithms() {
        let x = [1.0, 2.0, 4.0, 8.0];
        let y = [3.0, 0.75, 0.1875, 0.046875];
        let fit = log_log_fit(&x, &y);
        assert!((fit.slope + 2.0).abs() < 1e-14 && (fit.r_squared - 1.0).abs() < 1e-14);
        assert!((fit.power_law_at(16.0) - 3.0 / 256.0).abs() < 1e-14);
    }

    #[test]
    fn no_line_gives_nan() {
        assert!(linear_fit(&[], &[]).slope.is_nan() && linear_fit(&[1.0], &[1.0]).slope.is_nan());
        assert!(linear_fit(&[2.0, 2.0], &[1.0, 3.0]).slope.is_nan());
        assert!(linear_fit(&[1.0, 2.0, f64::NAN], &[1.0, 2.0, 3.0]).slope.is_nan());
        assert!(log_log_fit(&[1.0, 0.0], &[1.0, 2.0]).slope.is_nan());
        assert!(weighted_linear_fit(&[1.0, 2.0], &[1.0, 2.0], &[1.0, -1.0]).slope.is_nan());
        // The mean of equal numbers may differ from them by rounding.
        assert!(linear_fit(&[0.1; 3], &[1.0, 2.0, 3.0]).slope.is_nan());
        for (x, y) in [(vec![], vec![]), (vec![3.0], vec![1.0]), (vec![1.0, f64::INFINITY], vec![1.0, 2.0])] {
            let fit = log_log_fit(&x, &y);
            assert!(fit.slope.is_nan() && fit.power_law_at(2.0).is_nan() && fit.r_squared.is_nan());
            assert!(fit.slope_p_value().is_nan() && fit.slope_interval(0.95).high.is_nan());
        }
        assert!(log_log_fit(&[1.0, 2.0, 3.0], &[1.0, f64::NAN, 2.0]).slope.is_nan());
        assert!(log_log_fit(&[1.0, 2.0, 3.0], &[1.0, f64::INFINITY, 2.0]).slope.is_nan());
        assert_eq!(linear_fit(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]).slope_p_value(), 0.0);
        let two = linear_fit(&[1.0, 2.0], &[1.0, 3.0]);
        assert_eq!((two.slope, two.intercept, two.at(5.0)), (2.0, -1.0, 9.0));
        assert!(two.slope_error.is_nan() && two.slope_interval(0.9).low.is_nan());
    }
}
