//! Evenly spaced numbers, in their values or in their logarithms.
//!
//! Each number is one fixed formula of its index, so that the bits are the same everywhere.

use crate::{exp, ln, pow};

/// `count` evenly spaced numbers from `low` to `high`, both included exactly; `low` alone for a count of 1.
///
/// Number k is low + (high − low) k / (count − 1).
///
/// ```
/// use numerics::spacing::linspace;
///
/// assert_eq!(linspace(0.0, 1.0, 5), [0.0, 0.25, 0.5, 0.75, 1.0]);
/// ```
pub fn linspace(low: f64, high: f64, count: usize) -> Vec<f64> {
    let last = count.saturating_sub(1);
    let at = |k: usize| if k == last && k > 0 { high } else { low + (high - low) * k as f64 / last.max(1) as f64 };
    (0..count).map(at).collect()
}

/// `count` numbers from 10^`low` to 10^`high` with evenly spaced logarithms; 10^`low` alone for a count of 1.
///
/// Number k is 10^(low + k s) with s = (high − low) / (count − 1).
///
/// ```
/// use numerics::spacing::logspace;
///
/// assert_eq!(logspace(-1.0, 2.0, 4), [0.1, 1.0, 10.0, 100.0]);
/// ```
pub fn logspace(low: f64, high: f64, count: usize) -> Vec<f64> {
    let step = (high - low) / intervals(count);
    (0..count).map(|k| pow(10.0, low + k as f64 * step)).collect()
}

/// `count` numbers from `low` to `high`, both positive, with evenly spaced logarithms; `low` alone for a count of 1.
///
/// Number k is low e^(k s) with s = ln(high / low) / (count − 1): the first number is `low` exactly, the last one is
/// `high` up to rounding.
pub fn geomspace(low: f64, high: f64, count: usize) -> Vec<f64> {
    let step = ln(high / low) / intervals(count);
    (0..count).map(|k| low * exp(k as f64 * step)).collect()
}

/// The times at which something that runs for `last` steps is looked at: 0, 1 and about `count` whole numbers up to
/// `last` with evenly spaced logarithms, rising, each once. Fewer than `count` where rounding lets some coincide.
///
/// ```
/// use numerics::spacing::log_spaced;
///
/// assert_eq!(log_spaced(4, 1000), [0, 1, 10, 100, 1000]);
/// assert_eq!(log_spaced(4, 0), [0]);
/// ```
pub fn log_spaced(count: usize, last: usize) -> Vec<usize> {
    let spaced = geomspace(1.0, last.max(1) as f64, count).into_iter().map(|time| time.round() as usize);
    let mut times: Vec<usize> = [0, 1].into_iter().chain(spaced).filter(|&time| time <= last).collect();
    times.dedup();
    times
}

/// Intervals between `count` numbers; 1 where there are none, to be divided by.
fn intervals(count: usize) -> f64 {
    (count.max(2) - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_exact_and_steps_even() {
        let numbers = linspace(-0.3, 1.1, 8);
        assert_eq!((numbers.len(), numbers[0], numbers[7]), (8, -0.3, 1.1));
        assert!(numbers.windows(2).all(|pair| (pair[1] - pair[0] - 0.2).abs() < 1e-15));
        assert_eq!(linspace(3.0, -3.0, 3), [3.0, 0.0, -3.0]);
        // High less low rounds up to 2: the last number is the end all the same.
        assert_eq!(linspace(-1.0, 1.0 - f64::EPSILON / 2.0, 3)[2], 1.0 - f64::EPSILON / 2.0);
        assert_eq!((linspace(2.0, 5.0, 1), linspace(2.0, 5.0, 0)), (vec![2.0], vec![]));
    }

    #[test]
    fn logarithms_are_evenly_spaced() {
        for numbers in [logspace(-2.0, 4.0, 13), geomspace(0.01, 1e4, 13)] {
            assert_eq!((numbers.len(), numbers[0]), (13, 0.01));
            assert!((numbers[12] / 1e4 - 1.0).abs() < 1e-14);
            assert!(numbers.windows(2).all(|pair| (pair[1] / pair[0] / 10f64.sqrt() - 1.0).abs() < 1e-14));
        }
        assert_eq!((logspace(2.0, 3.0, 1), logspace(2.0, 3.0, 0)), (vec![100.0], vec![]));
        assert_eq!((geomspace(2.0, 3.0, 1), geomspace(2.0, 3.0, 0)), (vec![2.0], vec![]));
    }

    #[test]
    fn recorded_times_rise_and_end_with_the_last() {
        assert_eq!(log_spaced(60, 10), (0..=10).collect::<Vec<usize>>());
        for (count, last) in [(2, 1), (20, 1000), (60, 3000)] {
            let times = log_spaced(count, last);
            assert_eq!((times[0], times[1], times[times.len() - 1]), (0, 1, last));
            assert!(times.is_sorted_by(|a, b| a < b) && times.len() <= count + 1);
        }
        assert_eq!((log_spaced(0, 9), log_spaced(1, 9)), (vec![0, 1], vec![0, 1]));
    }
}
