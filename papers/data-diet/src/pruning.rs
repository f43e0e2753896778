//! How many examples stay, and which places in the order of their scores they have.

use std::ops::Range;

/// Share that panel c prunes.
pub const HALF: f64 = 0.5;

/// How many of `count` examples stay where a share is pruned.
pub fn kept(count: usize, prune_frac: f64) -> usize {
    (count as f64 * (1.0 - prune_frac)).round() as usize
}

/// The places of a window in the rising order of `count` scores: those after the lowest `offset` and before
/// `offset + width`, both shares of all.
pub fn window(count: usize, offset: f64, width: f64) -> Range<usize> {
    let place = |share: f64| ((share * count as f64).round() as usize).min(count);
    place(offset)..place(offset + width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::prelude::{argsort, argsort_descending};

    const SCORES: [f64; 10] = [0.3, 0.9, 0.1, 0.5, 0.5, 0.2, 0.8, 0.4, 0.5, 0.0];

    #[test]
    fn the_highest_stay_and_of_equal_ones_the_first() {
        let highest = |prune_frac| argsort_descending(&SCORES)[..kept(10, prune_frac)].to_vec();
        assert_eq!(highest(0.8), [1, 6]);
        assert_eq!(highest(0.6), [1, 6, 3, 4]);
        assert_eq!((kept(20_000, 0.9), kept(10, 0.84), kept(10, 0.86), kept(10, 0.0)), (2000, 2, 1, 10));
    }

    #[test]
    fn windows_skip_the_lowest() {
        let order = argsort(&SCORES);
        assert_eq!(order[window(10, 0.0, 0.2)], [9, 2]);
        assert_eq!(order[window(10, 0.2, 0.3)], [5, 0, 7]);
        // At the upper end a window has as many scores as pruning leaves; 0.6 + 0.4 may be a little more than 1.
        assert_eq!((window(10, 0.6, 0.4), kept(10, 0.6)), (6..10, 4));
        assert_eq!(window(10, 1.0, 0.4), 10..10);
    }
}
