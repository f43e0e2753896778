//! Confidence intervals.

use super::distribution::{Beta, ContinuousCDF, student_critical};
use super::{has_nan, mean, quantiles, standard_error};
use numerics::random::Generator;
use numerics::special::normal_quantile;

/// An interval `[low, high]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
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
mod tests {
    use super::*;
    use crate::statistics::{mean, standard_deviation};
    use numerics::random::Streams;

    fn check(interval: Interval, low: f64, high: f64) {
        assert!((interval.low - low).abs() < 1e-12 && (interval.high - high).abs() < 1e-12, "{interval:?}");
    }

    #[test]
    fn t_interval_of_the_second_sleep_sample() {
        // scipy 1.17.1, ttest_1samp(...).confidence_interval(0.9).
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let interval = t_interval(&second, 0.9);
        assert!(
            (interval.low - 1.1693340350169195).abs() < 1e-10 && (interval.high - 3.4906659649830796).abs() < 1e-10
        );
        assert!(interval.contains(2.33) && !interval.contains(1.0) && !interval.contains(f64::NAN));
    }

    #[test]
    fn intervals_for_proportions() {
        // statsmodels 0.15.0, proportion_confint: "wilson" and "beta"; 81/263 and 15/148 are
        // Newcombe's examples (Statistics in Medicine 17, 1998), who prints .2553 to .3662 and
        // .0624 to .1605 for Wilson.
        check(wilson_interval(0, 10, 0.95), 0.0, 0.27753279986288926);
        check(wilson_interval(3, 10, 0.95), 0.10779126740630104, 0.6032218525388546);
        check(wilson_interval(10, 10, 0.95), 0.7224672001371106, 1.0);
        check(wilson_interval(81, 263, 0.95), 0.2552885198782742, 0.36620957698280004);
        check(clopper_pearson_interval(0, 10, 0.95), 0.0, 0.30849710781876083);
        check(clopper_pearson_interval(3, 10, 0.95), 0.06673951117773447, 0.6524528500599973);
        check(clopper_pearson_interval(10, 10, 0.95), 0.6915028921812392, 1.0);
        check(clopper_pearson_interval(15, 148, 0.95), 0.05784401008344857, 0.161650490349479);
    }

    #[test]
    fn a_bootstrap_interval_of_the_mean_is_about_the_normal_one() {
        let mut generator = Streams::new("statistics").open("bootstrap", 1);
        let x: Vec<f64> = (0..400).map(|_| generator.normal()).collect();
        let interval = bootstrap_interval(&x, 0.95, 4000, &mut generator, mean);
        let half_width = 1.96 * standard_deviation(&x) / 20.0;
        // The noise of an end at 4000 resamples is about 3 % of the half width.
        assert!((interval.low - (mean(&x) - half_width)).abs() < 0.12 * half_width, "{interval:?}");
        assert!((interval.high - (mean(&x) + half_width)).abs() < 0.12 * half_width, "{interval:?}");
    }

    #[test]
    fn the_generator_alone_decides() {
        let draw = |seed| {
            let mut generator = Streams::new("statistics").open("bootstrap", seed);
            bootstrap_interval(&[1.0, 2.0, 4.0, 8.0, 16.0], 0.9, 50, &mut generator, mean)
        };
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
        let mut generator = Streams::new("statistics").open("resample", 0);
        let drawn = resample(5, &mut generator);
        assert!(drawn.len() == 5 && drawn.iter().all(|index| *index < 5));
    }

    #[test]
    fn nothing_to_bound_gives_nan() {
        let mut generator = Streams::new("statistics").open("bootstrap", 0);
        assert!(bootstrap_interval(&[], 0.9, 10, &mut generator, mean).low.is_nan());
        assert!(bootstrap_interval(&[1.0], 0.9, 0, &mut generator, mean).low.is_nan());
        assert!(t_interval(&[1.0], 0.9).high.is_nan() && t_interval(&[1.0, 2.0], 1.0).high.is_nan());
        assert!(wilson_interval(0, 0, 0.95).low.is_nan() && wilson_interval(2, 1, 0.95).low.is_nan());
        assert!(clopper_pearson_interval(0, 0, 0.95).low.is_nan());
        assert!(clopper_pearson_interval(1, 2, f64::NAN).low.is_nan());
    }
}
