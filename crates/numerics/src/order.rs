//! Lists in order: sorted, without repetitions, and the order that would sort them.

use crate::matrix::Real;

/// The indices that sort `values`, lowest first: a stable sort, so equal values stay in their order. Minus zero counts
/// as below zero, NaN as above every other number (below all where its sign bit is set).
///
/// ```
/// use numerics::order::argsort;
///
/// assert_eq!(argsort(&[0.3, 0.1, 0.3, -2.0]), [3, 1, 0, 2]);
/// ```
pub fn argsort<T: Real>(values: &[T]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].total_order(values[j]));
    order
}

/// The indices that sort `values`, greatest first; equal values stay in their order. The order of [`argsort`] otherwise.
pub fn argsort_descending<T: Real>(values: &[T]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[j].total_order(values[i]));
    order
}

/// The values, lowest first, in the order of [`argsort`].
pub fn sorted<T: Real>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut sorted: Vec<T> = values.into_iter().collect();
    sorted.sort_by(|a, b| a.total_order(*b));
    sorted
}

/// Each item once, where it comes first. Quadratic time: for short lists.
///
/// ```
/// use numerics::order::distinct;
///
/// assert_eq!(distinct([2, 7, 2, 1, 7]), [2, 7, 1]);
/// ```
pub fn distinct<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_stay_in_their_order() {
        let values = [0.5_f32, -1.0, 0.5, 3.0, -1.0];
        assert_eq!(argsort(&values), [1, 4, 0, 2, 3]);
        assert_eq!(argsort_descending(&values), [3, 0, 2, 1, 4]);
        assert!(argsort::<f64>(&[]).is_empty());
    }

    #[test]
    fn every_number_has_its_place() {
        let values = [f64::NAN, 0.0, f64::INFINITY, -0.0, f64::NEG_INFINITY];
        assert_eq!(argsort(&values), [4, 3, 1, 2, 0]);
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<u64>>();
        let expected = [f64::NEG_INFINITY, -0.0, 0.0, f64::INFINITY, f64::NAN];
        assert_eq!(bits(&sorted(values)), bits(&expected));
    }

    #[test]
    fn items_are_kept_where_they_come_first() {
        assert_eq!(distinct(["b", "a", "b", "c", "a"]), ["b", "a", "c"]);
        // No NaN equals another.
        assert_eq!(distinct([f64::NAN, f64::NAN]).len(), 2);
    }
}
