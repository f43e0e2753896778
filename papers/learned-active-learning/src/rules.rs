//! Query rules made by hand, to compare with.

use common::prelude::*;

use crate::episodes::QueryPolicy;
use crate::thresholds::{History, Thresholds, level_name};

/// The assumed noise level in place of 1, which would give wrong answers no explanation.
const NEARLY_NOISE_FREE: f64 = 0.999;

/// Distances from 1/2 that differ by less are equal: sums of the same terms in another order.
const TIE: f64 = 1e-9;

/// A rule made by hand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A uniformly random item.
    Random,
    /// Generalised binary search with noisy answers, for an assumed noise level.
    SoftBinarySearch(f64),
}

impl Rule {
    /// The name in the table.
    pub fn name(self) -> String {
        match self {
            Rule::Random => "random".into(),
            Rule::SoftBinarySearch(h) => format!("sgbs_{}", level_name(h)),
        }
    }

    /// The rule at work.
    pub fn policy(self, problem: &Thresholds) -> RulePolicy {
        let h = match self {
            Rule::Random => 0.0,
            Rule::SoftBinarySearch(h) => h.min(NEARLY_NOISE_FREE),
        };
        let ratio = (1.0 - h) / (1.0 + h);
        RulePolicy {
            rule: self,
            likelihoods: (0..=problem.queries).map(|gap| powi(ratio, gap as i32)).collect(),
            tails: vec![0.0; problem.items],
        }
    }
}

/// A [`Rule`] at work.
pub struct RulePolicy {
    rule: Rule,
    /// Likelihood of a hypothesis, by its gap.
    likelihoods: Vec<f64>,
    /// For each item, the weight of the hypotheses under which that item is positive.
    tails: Vec<f64>,
}

impl RulePolicy {
    /// An item whose probability of being positive is nearest to 1/2, and with it the probability
    /// of a positive answer; ties at random.
    fn most_uncertain(&mut self, history: &History, random: &mut Generator) -> usize {
        let mut total = 0.0;
        // Hypothesis k holds the items 0, …, k - 1 positive.
        for (k, &gap) in history.gaps().iter().enumerate().rev() {
            total += self.likelihoods[gap as usize];
            if k > 0 {
                self.tails[k - 1] = total;
            }
        }
        let distance = |tail: f64| (tail / total - 0.5).abs();
        let nearest = self.tails.iter().fold(f64::INFINITY, |least, &tail| least.min(distance(tail)));
        let mut tied = (0..self.tails.len()).filter(|&item| distance(self.tails[item]) < nearest + TIE);
        let chosen = random.below(tied.clone().count());
        tied.nth(chosen).unwrap_or(0)
    }
}

impl QueryPolicy for RulePolicy {
    fn choose(&mut self, _step: usize, histories: &[History], items: &mut [usize], random: &mut Generator) {
        for (item, history) in items.iter_mut().zip(histories) {
            *item = match self.rule {
                Rule::Random => random.below(self.tails.len()),
                Rule::SoftBinarySearch(_) => self.most_uncertain(history, random),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use common::statistics::greatest;

    use super::*;
    use crate::episodes::evaluate;

    fn problem(queries: usize) -> Thresholds {
        Thresholds { items: 10, queries, noise_levels: vec![1.0] }
    }

    #[test]
    fn binary_search_solves_noise_free_thresholds_in_four_queries() {
        let worst = |queries| {
            let problem = problem(queries);
            let mut random = Streams::new("test").open("search", 0);
            let mut policy = Rule::SoftBinarySearch(1.0).policy(&problem);
            let estimates = evaluate(&mut policy, &problem, 300, &mut random);
            greatest(estimates.iter().map(|estimate| estimate.loss))
        };
        // Eleven hypotheses: three queries leave some of them together.
        assert!(worst(3) > 0.1);
        assert_eq!(worst(4), 0.0);
    }

    #[test]
    fn the_first_query_is_one_of_the_two_in_the_middle() {
        let problem = problem(4);
        let mut random = Streams::new("test").open("first", 0);
        let mut policy = Rule::SoftBinarySearch(0.6).policy(&problem);
        let mut chosen = [0; 10];
        for _ in 0..1000 {
            chosen[policy.most_uncertain(&History::new(10), &mut random)] += 1;
        }
        assert_eq!(chosen[4] + chosen[5], 1000);
        assert!(chosen[4] > 400 && chosen[5] > 400);
    }
}
