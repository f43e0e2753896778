//! Noisy thresholds on a line: what can be asked, what is answered, what is announced in the end.

use common::prelude::*;

/// The problem: D items on a line, of which the first k are positive, and T queries to find k.
#[derive(Parameters)]
pub struct Thresholds {
    /// Items on the line, D.
    pub items: usize,
    /// Queries before a hypothesis is announced, T.
    pub queries: usize,
    /// Difficulty classes h, from easy to hard: an answer is right with probability (1 + h) / 2.
    #[range(..=1.0)]
    #[falling]
    pub noise_levels: Vec<f64>,
}

/// One thing to be found out: a threshold k at a noise level h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instance {
    /// An answer is right with probability (1 + h) / 2.
    pub h: f64,
    /// Number of positive items, from 0 to D: the right hypothesis.
    pub k: usize,
}

impl Thresholds {
    /// The D + 1 instances of a difficulty class.
    pub fn class(&self, h: f64) -> impl Iterator<Item = Instance> + use<> {
        (0..=self.items).map(move |k| Instance { h, k })
    }

    /// The instances of all classes, class after class.
    pub fn instances(&self) -> Vec<Instance> {
        self.noise_levels.iter().flat_map(|&h| self.class(h)).collect()
    }

    /// The number of instances of all classes.
    pub fn instance_count(&self) -> f64 {
        self.noise_levels.len() as f64 * (self.items as f64 + 1.0)
    }

    /// Queries that tell D + 1 hypotheses apart if there is no noise: the least t with 2^t > D.
    pub fn binary_search_queries(&self) -> usize {
        (usize::BITS - self.items.leading_zeros()) as usize
    }
}

impl Instance {
    /// The answer ±1 to a query of item i, counted from 0.
    pub fn answer(self, item: usize, random: &mut Generator) -> i32 {
        let right = random.bernoulli(0.5 * (1.0 + self.h));
        if right == (item < self.k) { 1 } else { -1 }
    }
}

/// A noise level in the name of a policy: with two decimals, or with all where two do not give it back.
pub fn level_name(h: f64) -> String {
    let short = format!("{h:.2}");
    if short.parse() == Ok(h) { short } else { h.to_string() }
}

/// What has been asked and answered in an episode.
#[derive(Clone, Debug)]
pub struct History {
    /// How often each item was queried: n.
    counts: Vec<i32>,
    /// Sum of the answers of each item: s.
    sums: Vec<i32>,
    /// For each hypothesis k the gap max score - score(k), where score(k) = s_1 + … + s_k.
    gaps: Vec<i32>,
}

impl History {
    /// Nothing asked yet about this many items.
    pub fn new(items: usize) -> History {
        History { counts: vec![0; items], sums: vec![0; items], gaps: vec![0; items + 1] }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.counts.fill(0);
        self.sums.fill(0);
        self.gaps.fill(0);
    }

    /// Notes the answer ±1 to a query of an item, counted from 0.
    pub fn note(&mut self, item: usize, answer: i32) {
        self.counts[item] += 1;
        self.sums[item] += answer;
        // All hypotheses that hold the item positive gain the answer.
        for gap in &mut self.gaps[item + 1..] {
            *gap -= answer;
        }
        let least = self.gaps.iter().fold(i32::MAX, |least, &gap| least.min(gap));
        for gap in &mut self.gaps {
            *gap -= least;
        }
    }

    /// How often each item was queried.
    pub fn counts(&self) -> &[i32] {
        &self.counts
    }

    /// Sum of the answers of each item.
    pub fn sums(&self) -> &[i32] {
        &self.sums
    }

    /// For each hypothesis, by how much its score falls short of the largest. At noise level h its
    /// likelihood is ((1 - h) / (1 + h))^gap, relative to the largest one.
    pub fn gaps(&self) -> &[i32] {
        &self.gaps
    }

    /// Loss h |khat - k| of the announcement, in which the policy has no say: khat is the median of
    /// the most likely hypotheses, which are the same for every h. Of two medians each is announced
    /// half of the time.
    pub fn loss(&self, instance: Instance) -> f64 {
        let mut best = self.gaps.iter().enumerate().filter(|(_, gap)| **gap == 0).map(|(k, _)| k);
        let count = best.clone().count();
        let lower = best.nth((count - 1) / 2).unwrap_or(0);
        let upper = if count % 2 == 0 { best.next().unwrap_or(lower) } else { lower };
        let distance = lower.abs_diff(instance.k) + upper.abs_diff(instance.k);
        0.5 * instance.h * distance as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(items: usize, notes: &[(usize, i32)]) -> History {
        let mut history = History::new(items);
        for &(item, answer) in notes {
            history.note(item, answer);
        }
        history
    }

    #[test]
    fn gaps_are_those_of_the_scores() {
        let history = history(4, &[(0, 1), (3, -1), (1, -1), (1, -1), (2, 1)]);
        assert_eq!(history.sums(), [1, -2, 1, -1]);
        assert_eq!(history.counts(), [1, 2, 1, 1]);
        // Scores of k = 0..4: 0, 1, -1, 0, -1.
        assert_eq!(history.gaps(), [1, 0, 2, 1, 2]);
    }

    #[test]
    fn the_median_of_the_best_hypotheses_is_announced() {
        let at = |k| Instance { h: 0.6, k };
        // Nothing known about five items: k = 2 or 3.
        let empty = History::new(5);
        assert!((empty.loss(at(0)) - 0.6 * 2.5).abs() < 1e-15);
        assert!((empty.loss(at(3)) - 0.6 * 0.5).abs() < 1e-15);
        // Item 2 (counted from 1) positive, item 5 not: k = 2, 3 or 4, so 3.
        let asked = history(5, &[(1, 1), (4, -1)]);
        assert_eq!(asked.loss(at(3)), 0.0);
        assert!((asked.loss(at(5)) - 1.2).abs() < 1e-15);
    }

    #[test]
    fn answers_are_right_as_often_as_the_noise_level_says() {
        let mut random = Streams::new("test").open("answers", 0);
        let mut positive = |h, item| {
            let instance = Instance { h, k: 3 };
            (0..20_000).filter(|_| instance.answer(item, &mut random) == 1).count()
        };
        assert_eq!((positive(1.0, 2), positive(1.0, 3)), (20_000, 0));
        assert!(positive(0.6, 2).abs_diff(16_000) < 300);
        assert!(positive(0.6, 3).abs_diff(4_000) < 300);
    }
}
