//! Order statistics: quantiles and ranks.

use std::borrow::Borrow;

use numerics::{order, reduce};

use super::{has_nan, sorted};

/// The `q` quantile, `0 <= q <= 1`, by linear interpolation between order statistics: type 7 of
/// Hyndman and Fan (American Statistician 50, 1996), the default of numpy and R.
pub fn quantile(x: &[f64], q: f64) -> f64 {
    quantiles(x, &[q])[0]
}

/// Several [`quantile`]s by one sort, in the order of `q`.
pub fn quantiles(x: &[f64], q: &[f64]) -> Vec<f64> {
    let Some(sorted) = sorted(x) else {
        return vec![f64::NAN; q.len()];
    };
    q.iter().map(|q| interpolate(&sorted, *q)).collect()
}

fn interpolate(sorted: &[f64], q: f64) -> f64 {
    if !(0.0..=1.0).contains(&q) {
        return f64::NAN;
    }
    let position = q * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let fraction = position - position.floor();
    // With no fraction there is nothing to interpolate, and inf - inf must not be formed.
    if fraction == 0.0 || sorted[below] == sorted[below + 1] {
        sorted[below]
    } else {
        sorted[below] + fraction * (sorted[below + 1] - sorted[below])
    }
}

/// The median: the 0.5 [`quantile`].
pub fn median(x: &[f64]) -> f64 {
    quantile(x, 0.5)
}

/// The 0.75 [`quantile`] less the 0.25 quantile.
pub fn interquartile_range(x: &[f64]) -> f64 {
    let quartiles = quantiles(x, &[0.25, 0.75]);
    quartiles[1] - quartiles[0]
}

/// Ranks from 1, lowest first; equal values share the mean of their ranks. All NaN if a value is.
pub fn ranks(x: &[f64]) -> Vec<f64> {
    if has_nan(x) {
        return vec![f64::NAN; x.len()];
    }
    let mut ranks = vec![0.0; x.len()];
    for tie in ties(x) {
        let rank = tie.first_rank as f64 + 0.5 * (tie.members.len() - 1) as f64;
        for index in tie.members {
            ranks[index] = rank;
        }
    }
    ranks
}

/// Equal values: the indices that hold them and the rank that the first would have alone.
pub(super) struct Tie {
    pub first_rank: usize,
    pub members: Vec<usize>,
}

/// Groups of equal values in ascending order. The values must not be NaN; 0 and -0 are equal.
pub(super) fn ties(x: &[f64]) -> Vec<Tie> {
    let mut ties: Vec<Tie> = Vec::new();
    for (position, index) in order::argsort(x).into_iter().enumerate() {
        match ties.last_mut() {
            Some(tie) if x[tie.members[0]] == x[index] => tie.members.push(index),
            _ => ties.push(Tie { first_rank: position + 1, members: vec![index] }),
        }
    }
    ties
}

/// The greatest value; NaN if one is NaN or there is none, so that a run that went wrong meets no threshold.
pub fn greatest(values: impl IntoIterator<Item = impl Borrow<f64>>) -> f64 {
    reduce::max(&collected(values))
}

/// The least value; NaN if one is NaN or there is none, so that a run that went wrong meets no threshold.
pub fn least(values: impl IntoIterator<Item = impl Borrow<f64>>) -> f64 {
    reduce::min(&collected(values))
}

/// The [`greatest`] of the first values of some lists of one length, of the second ones, and so on: one number for each
/// place. Empty for no lists.
///
/// ```
/// use common::statistics::greatest_of_each;
///
/// assert_eq!(greatest_of_each([[1.0, 5.0], [3.0, 4.0]]), [3.0, 5.0]);
/// ```
///
/// # Panics
/// If the lists differ in length.
pub fn greatest_of_each(lists: impl IntoIterator<Item = impl AsRef<[f64]>>) -> Vec<f64> {
    let mut lists = lists.into_iter();
    let Some(first) = lists.next() else { return Vec::new() };
    let mut result = first.as_ref().to_vec();
    for list in lists {
        let list = list.as_ref();
        assert_eq!(result.len(), list.len(), "lists of different lengths: {} and {}", result.len(), list.len());
        result.iter_mut().zip(list).for_each(|(kept, value)| *kept = reduce::max(&[*kept, *value]));
    }
    result
}

fn collected(values: impl IntoIterator<Item = impl Borrow<f64>>) -> Vec<f64> {
    values.into_iter().map(|value| *value.borrow()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_numpy() {
        // numpy.quantile(x, q), numpy 2.4.6.
        let x = [3.5, -1.0, 8.25, 2.0, 2.0, 19.0, 0.125];
        let expected = [-1.0, -0.325, 1.0625, 2.0, 5.875, 12.55, 19.0];
        for (q, expected) in [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0].into_iter().zip(expected) {
            assert!((quantile(&x, q) - expected).abs() < 1e-14, "quantile {q}");
        }
        assert_eq!(median(&[4.0, 1.0]), 2.5);
        assert_eq!(interquartile_range(&x), 4.8125);
    }

    #[test]
    fn quantiles_of_odd_samples() {
        assert!(median(&[]).is_nan() && median(&[1.0, f64::NAN]).is_nan());
        assert!(quantile(&[1.0], -0.1).is_nan() && quantile(&[1.0], f64::NAN).is_nan());
        assert_eq!(quantile(&[7.0], 0.3), 7.0);
        assert_eq!(median(&[f64::INFINITY, f64::INFINITY, 0.0]), f64::INFINITY);
        assert_eq!(quantile(&[f64::NEG_INFINITY, f64::NEG_INFINITY, 0.0], 0.25), f64::NEG_INFINITY);
    }

    #[test]
    fn a_nan_is_no_extreme() {
        assert_eq!((greatest([1.0, 3.0, 2.0]), least([1.0, -3.0, 2.0])), (3.0, -3.0));
        assert!(greatest([1.0, f64::NAN, 2.0]).is_nan() && least([f64::NAN, 1.0]).is_nan());
        assert!(greatest([0.0; 0]).is_nan() && least(Vec::<f64>::new()).is_nan());
        let infinite = [f64::NEG_INFINITY; 2];
        assert_eq!((greatest(infinite), least(infinite.iter().map(|x| -x))), (f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn extremes_of_each_place() {
        let lists = vec![vec![1.0, f64::NAN, -2.0], vec![0.5, 1.0, -1.0], vec![0.75, 1.0, -3.0]];
        let greatest = greatest_of_each(&lists);
        assert_eq!((greatest[0], greatest[2]), (1.0, -1.0));
        assert!(greatest[1].is_nan());
        assert!(greatest_of_each(Vec::<Vec<f64>>::new()).is_empty());
    }

    #[test]
    fn equal_values_share_their_ranks() {
        assert_eq!(ranks(&[10.0, 20.0, 10.0, 5.0, 10.0]), [3.0, 5.0, 3.0, 1.0, 3.0]);
        assert_eq!(ranks(&[0.0, -0.0]), [1.5, 1.5]);
        assert!(ranks(&[1.0, f64::NAN]).iter().all(|rank| rank.is_nan()));
        assert!(ranks(&[]).is_empty());
    }
}
