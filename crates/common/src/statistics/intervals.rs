//! Confidence intervals.

use super::distribution::{Beta, ContinuousCDF, student_critical};
use super::{has_nan, mean, quantiles, standard_error};
use numerics::random::Generator;
use numerics::special::normal_quantile;

/// An interval `[low, high]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Interval {
    const UNKNOWN: Self = Self { low: f64::NAN, high: f64::NAN };

    /// Centre plus or minus half a width.
    pub fn around(center: f64, half_width: f64) -> Self {
        Self { low: center - half_width, high: center + half_width }
    }

    /// Whether the value lies in the interval, the ends included.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Upper end less lower end.
    pub fn width(&self) -> f64 {
        self.high - self.low
    }
}

fn is_level(level: f64) -> bool {
    level > 0.0 && level < 1.0
}

/// Student's t interval for the mean of a normal sample; `level` is the coverage, 0.95 for a 95 %
/// interval. NaN for fewer than two values.
pub fn t_interval(x: &[f64], level: f64) -> Interval {
    let critical = student_critical(level, x.len() as f64 - 1.0);
    Interval::around(mean(x), critical * standard_error(x))
}

/// Percentile bootstrap interval of a statistic: the quantiles `(1 - level)/2` and `(1 + level)/2`
/// of its values on `resamples` samples drawn with replacement (Efron and Tibshirani, *An
/// Introduction to the Bootstrap*, 1993, section 13.3). NaN if the statistic is NaN on any of them.
///
/// ```
/// use common::statistics::{bootstrap_interval, median};
/// use numerics::random::Streams;
///
/// let mut generator = Streams::new("example").open("bootstrap", 0);
/// let interval = bootstrap_interval(&[1.0, 2.0, 3.0, 4.0, 9.0], 0.9, 200, &mut generator, median);
/// assert!(interval.contains(3.0));
/// ```
pub fn bootstrap_interval(
    x: &[f64],
    level: f64,
    resamples: usize,
    generator: &mut Generator,
    mut statistic: impl FnMut(&[f64]) -> f64,
) -> Interval {
    if x.is_empty() || has_nan(x) || !is_level(level) {
        return Interval::UNKNOWN;
    }
    let mut sample = vec![0.0; x.len()];
    let values: Vec<f64> = (0..resamples)
        .map(|_| {
            sample.fill_with(|| x[generator.below(x.len())]);
            statistic(&sample)
        })
        .collect();
    let ends = quantiles(&values, &[0.5 - 0.5 * level, 0.5 + 0.5 * level]);
    Interval { low: ends[0], high: ends[1] }
}

/// Indices of `n` draws with replacement from `n` items: a bootstrap sample of something that is no
/// slice of numbers.
pub fn resample(n: usize, generator: &mut Generator) -> Vec<usize> {
    (0..n).map(|_| generator.below(n)).collect()
}

/// Wilson's score interval for a proportion (JASA 22, 1927), without continuity correction. NaN for
/// no trials.
pub fn wilson_interval(successes: u64, trials: u64, level: f64) -> Interval {
    if !is_level(level) || successes > trials || trials == 0 {
        return Interval::UNKNOWN;
    }
    let (successes, trials) = (successes as f64, trials as f64);
    let z = normal_quantile(0.5 + 0.5 * level);
    let failures = trials - successes;
    let center = (successes + 0.5 * z * z) / (trials + z * z);
    let half_width = z / (trials + z * z) * (successes * failures / trials + 0.25 * z * z).sqrt();
    // With no success the ends are 0 and z^2/(n + z^2) exactly; rounding must not move the first
    // below 0.
    Interval { low: (center - half_width).max(0.0), high: (center + half_width).min(1.0) }
}

/// The exact interval of Clopper and Pearson for a proportion (Biometrika 26, 1934). NaN for no
/// trials.
pub fn clopper_pearson_interval(successes: u64, trials: u64, level: f64) -> Interval {
    if !is_level(level) || successes > trials || trials == 0 {
        return Interval::UNKNOWN;
    }
    let tail = 0.5 - 0.5 * level;
    let (successes, failures) = (successes as f64, (trials - successes) as f64);
    let quantile = |a: f64, b: f64, p: f64| Beta::new(a, b).map_or(f64::NAN, |beta| beta.inverse_cdf(p));
    Interval {
        low: if successes == 0.0 { 0.0 } else { quantile(successes, failures + 1.0, tail) },
        high: if failures == 0.0 { 1.0 } else { quantile(successes + 1.0, failures, 1.0 - tail) },
    }
}

#[cfg(test)]
mod tests;
