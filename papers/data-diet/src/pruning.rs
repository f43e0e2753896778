//! Which examples stay.

/// How many of `count` examples stay where a share is pruned.
pub fn kept(count: usize, prune_frac: f64) -> usize {
    (count as f64 * (1.0 - prune_frac)).round() as usize
}

/// The examples with the highest scores, those with the lowest share of scores pruned. Of equal scores the example
/// that comes first stays.
pub fn highest(scores: &[f64], prune_frac: f64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    // A stable sort: equal scores stay in the order of the examples.
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    order.truncate(kept(scores.len(), prune_frac));
    order
}

/// The examples in a window of scores: in rising order, those after the lowest `offset` and before `offset + width`,
/// both shares of all.
pub fn window(scores: &[f64], offset: f64, width: f64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let place = |share: f64| ((share * scores.len() as f64).round() as usize).min(scores.len());
    order[place(offset)..place(offset + width)].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORES: [f64; 10] = [0.3, 0.9, 0.1, 0.5, 0.5, 0.2, 0.8, 0.4, 0.5, 0.0];

    #[test]
    fn the_highest_stay_and_of_equal_ones_the_first() {
        assert_eq!(highest(&SCORES, 0.8), [1, 6]);
        assert_eq!(highest(&SCORES, 0.6), [1, 6, 3, 4]);
        assert_eq!(highest(&SCORES, 0.0).len(), 10);
        assert_eq!((kept(20_000, 0.9), kept(10, 0.84), kept(10, 0.86)), (2000, 2, 1));
    }

    #[test]
    fn windows_skip_the_lowest() {
        assert_eq!(window(&SCORES, 0.0, 0.2), [9, 2]);
        assert_eq!(window(&SCORES, 0.2, 0.3), [5, 0, 7]);
        // At the upper end a window has the scores that pruning leaves, whichever of the equal ones it takes.
        let scores = |ids: Vec<usize>| ids.into_iter().map(|id| SCORES[id]).collect::<Vec<f64>>();
        let mut top = scores(window(&SCORES, 0.6, 0.4));
        top.reverse();
        assert_eq!(top, scores(highest(&SCORES, 0.6)));
    }
}
