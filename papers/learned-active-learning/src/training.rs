//! Adversarial training of query policies by the policy gradient.

use common::networks::schedules;
use common::prelude::*;

use crate::adversary::Adversary;
use crate::episodes::{Episodes, TOGETHER};
use crate::network::Network;
use crate::thresholds::Thresholds;

/// How a policy is trained and judged.
#[derive(Parameters)]
pub struct Training {
    /// Width of the policy network.
    pub hidden: usize,
    /// Gradient steps of a specialised policy and of the average one.
    pub updates: usize,
    /// Episodes of a gradient step.
    pub batch: usize,
    /// Step size of Adam; falls linearly to a tenth of it.
    #[range(..=1.0)]
    pub lr: f64,
    /// Reward for a spread choice of the item, a factor of its entropy; falls linearly to 0.
    #[range(0.0..=10.0)]
    pub entropy_bonus: f64,
    /// Episodes on each instance by which a policy is judged.
    #[range(2..)]
    pub eval_episodes: usize,
}

/// Share of the step size that is left at the end of a training.
const LAST_RATE: f64 = 0.1;

impl Training {
    /// Trains a new policy against an adversary.
    pub fn train(
        &self,
        problem: &Thresholds,
        mut adversary: Adversary,
        updates: usize,
        random: &mut Generator,
    ) -> Network {
        let mut network = Network::new(problem, self.hidden, self.batch, random);
        let mut episodes = Episodes::new(problem, self.batch);
        let mut instances = Vec::with_capacity(self.batch);
        for update in 0..updates {
            instances.clear();
            instances.extend(adversary.sample(self.batch, random));
            let losses = episodes.play(&mut network, &instances, random);
            let advantages = adversary.judge(losses);
            let left = schedules::linear(update, updates);
            network.learn(advantages, self.entropy_bonus * left, self.lr * (LAST_RATE + (1.0 - LAST_RATE) * left));
        }
        network
    }

    /// Estimated seconds of so many trainings with this many updates in all, and of their evaluations.
    pub fn cost(&self, problem: &Thresholds, policies: usize, updates: f64) -> f64 {
        let (hidden, items, queries) = (self.hidden as f64, problem.items as f64, problem.queries as f64);
        let choice = 0.05e-9 * hidden * (4.0 * items + 2.0) + 1e-9 * hidden + 10e-9 * items;
        let played = policies as f64 * problem.instance_count() * self.eval_episodes as f64;
        // With its gradient, an episode of a training costs half as much again.
        choice * queries * (1.5 * updates * self.batch as f64 + played)
    }

    /// Estimated bytes of a training and of its evaluation.
    pub fn memory(&self, problem: &Thresholds) -> f64 {
        let (hidden, items, queries) = (self.hidden as f64, problem.items as f64, problem.queries as f64);
        // What was seen, twice; neurons before and after tanh, logits and probabilities, with their derivatives.
        let recorded = self.batch.max(TOGETHER) as f64 * queries * (13.0 * items + 4.0 * hidden + 10.0);
        // Weights, their gradient and the two moments of Adam.
        let weights = 4.0 * hidden * (4.0 * items + 4.0);
        8.0 * (recorded + self.eval_episodes as f64 + weights)
    }
}

#[cfg(test)]
mod tests {
    use common::statistics::greatest;

    use super::*;
    use crate::episodes::evaluate;

    /// Three items, two queries, no noise: the middle item and then the one on the right side solve
    /// it. Random queries do not.
    #[test]
    fn binary_search_is_learned() {
        let problem = Thresholds { items: 3, queries: 2, noise_levels: vec![1.0] };
        let training =
            Training { hidden: 8, batch: 32, lr: 0.03, entropy_bonus: 0.01, updates: 300, eval_episodes: 1000 };
        let mut random = Streams::new("test").open("two queries", 0);
        let mut worst = |updates| {
            let adversary = Adversary::new(problem.instances(), vec![0.0; 4]);
            let mut network = training.train(&problem, adversary, updates, &mut random);
            let estimates = evaluate(&mut network, &problem, training.eval_episodes, &mut random);
            greatest(estimates.iter().map(|estimate| estimate.loss))
        };
        assert!(worst(1) > 0.3);
        assert!(worst(300) < 0.05);
    }
}
