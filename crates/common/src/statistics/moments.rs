//! Means and spreads.

use super::{mean, sorted};
use numerics::{exp, ln, reduce};

/// Mean with weights `w >= 0`, which need not sum to one.
///
/// # Panics
/// If the slices differ in length.
pub fn weighted_mean(x: &[f64], w: &[f64]) -> f64 {
    super::assert_paired(x, w);
    if w.iter().any(|weight| *weight < 0.0) { f64::NAN } else { reduce::dot(x, w) / reduce::sum(w) }
}

/// Unbiased sample variance, with divisor `n - 1`, by two passes. NaN for fewer than two values.
pub fn variance(x: &[f64]) -> f64 {
    if x.len() < 2 {
        return f64::NAN;
    }
    let center = mean(x);
    let deviations: Vec<f64> = x.iter().map(|value| value - center).collect();
    reduce::norm_squared(&deviations) / (x.len() - 1) as f64
}

/// Square root of the [`variance`].
pub fn standard_deviation(x: &[f64]) -> f64 {
    variance(x).sqrt()
}

/// Standard error of the mean: [`standard_deviation`] over the square root of `n`.
pub fn standard_error(x: &[f64]) -> f64 {
    (variance(x) / x.len() as f64).sqrt()
}

/// Geometric mean of positive values; 0 if one is 0, NaN if one is negative.
pub fn geometric_mean(x: &[f64]) -> f64 {
    if x.iter().any(|value| *value < 0.0) {
        return f64::NAN;
    }
    let logarithms: Vec<f64> = x.iter().map(|value| ln(*value)).collect();
    exp(mean(&logarithms))
}

/// Mean without the `floor(fraction n)` lowest and as many highest values; `fraction` in `[0,
/// 0.5)`.
pub fn trimmed_mean(x: &[f64], fraction: f64) -> f64 {
    match (sorted(x), cut(x.len(), fraction)) {
        (Some(sorted), Some(cut)) => mean(&sorted[cut..sorted.len() - cut]),
        _ => f64::NAN,
    }
}

/// Mean after the `floor(fraction n)` lowest values are raised to the next one and as many highest
/// lowered; `fraction` in `[0, 0.5)`.
pub fn winsorized_mean(x: &[f64], fraction: f64) -> f64 {
    let (Some(mut sorted), Some(cut)) = (sorted(x), cut(x.len(), fraction)) else {
        return f64::NAN;
    };
    let top = sorted.len() - cut;
    let (low, high) = (sorted[cut], sorted[top - 1]);
    sorted[..cut].fill(low);
    sorted[top..].fill(high);
    mean(&sorted)
}

fn cut(n: usize, fraction: f64) -> Option<usize> {
    let cut = (0.0..0.5).contains(&fraction).then(|| (fraction * n as f64).floor() as usize)?;
    (2 * cut < n).then_some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Michelson's first series of 20 speeds of light, km/s minus 299000 (R's `morley`, experiment
    /// 1).
    const MORLEY: [f64; 20] = [
        850.0, 740.0, 900.0, 1070.0, 930.0, 850.0, 950.0, 980.0, 980.0, 880.0, 1000.0, 980.0, 930.0, 650.0, 760.0,
        810.0, 1000.0, 1000.0, 960.0, 960.0,
    ];

    fn close(actual: f64, expected: f64) {
        assert!((actual - expected).abs() <= 1e-13 * expected.abs(), "{actual} is not {expected}");
    }

    #[test]
    fn moments_of_michelsons_first_series() {
        // numpy 2.4.6 and scipy 1.17.1: mean, var(ddof=1), sem, gmean, trim_mean(0.1),
        // mstats.winsorize(0.1).
        close(mean(&MORLEY), 909.0);
        close(variance(&MORLEY), 11_009.473_684_210_527);
        close(standard_deviation(&MORLEY), 104.926_039_114_275_77);
        close(standard_error(&MORLEY), 23.462_175_606_932_24);
        close(geometric_mean(&MORLEY), 902.744_881_505_870_6);
        close(trimmed_mean(&MORLEY, 0.1), 920.0);
        close(winsorized_mean(&MORLEY, 0.1), 912.0);
        close(weighted_mean(&[1.0, 2.0, 4.0], &[1.0, 0.0, 3.0]), 3.25);
    }

    #[test]
    fn the_variance_of_a_shifted_sample_keeps_its_digits() {
        let x: Vec<f64> = (0..10).map(|i| 1e9 + f64::from(i % 2)).collect();
        close(variance(&x), 10.0 / 36.0);
    }

    #[test]
    fn too_small_or_not_a_number_gives_nan() {
        for statistic in [mean::<f64>, variance, standard_error, geometric_mean, |x: &[f64]| trimmed_mean(x, 0.1)] {
            assert!(statistic(&[]).is_nan());
            assert!(statistic(&[1.0, f64::NAN, 2.0]).is_nan());
        }
        assert!(variance(&[1.0]).is_nan() && standard_error(&[1.0]).is_nan());
        assert!(geometric_mean(&[1.0, -1.0]).is_nan());
        assert_eq!(geometric_mean(&[1.0, 0.0]), 0.0);
        assert!(trimmed_mean(&[1.0, 2.0], 0.5).is_nan() && winsorized_mean(&[1.0], f64::NAN).is_nan());
    }
}
