//! Adversarial training of query policies by the policy gradient.

use common::networks::{Adam, Optimizer};
use common::prelude::*;

use crate::adversary::Adversary;
use crate::episodes::{Episodes, Estimate, TOGETHER, evaluate};
use crate::network::{Network, NetworkPolicy, Recording};
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

/// Share of the step size that falls off in the course of a training.
const RATE_DECAY: f64 = 0.9;

/// A trained policy.
pub struct Trained<'p> {
    problem: &'p Thresholds,
    network: Network,
    /// The largest running mean loss over the instances it was trained on.
    pub worst: f64,
}

impl Training {
    /// Trains a new policy against an adversary.
    pub fn train<'p>(
        &self,
        problem: &'p Thresholds,
        mut adversary: Adversary,
        updates: usize,
        random: &mut Generator,
    ) -> Trained<'p> {
        let mut network = Network::sample(problem.items, self.hidden, random);
        let mut gradient = Network::zeros(problem.items, self.hidden);
        let mut adam = [Adam::new(network.first.len()), Adam::new(network.second.len())];
        let mut recording = Recording::new(problem, self.hidden, self.batch);
        let mut episodes = Episodes::new(problem, self.batch);
        let mut batch = vec![0; self.batch];
        let mut instances = vec![adversary.instance(0); self.batch];
        let mut advantages = vec![0.0; self.batch];
        for update in 0..updates {
            adversary.sample(&mut batch, random);
            for (instance, &number) in instances.iter_mut().zip(&batch) {
                *instance = adversary.instance(number);
            }
            let mut policy = NetworkPolicy { network: &network, recording: &mut recording };
            let losses = episodes.play(&mut policy, &instances, random);
            adversary.advantages(&batch, losses, &mut advantages);
            let done = update as f64 / updates as f64;
            let bonus = self.entropy_bonus * (1.0 - done);
            recording.gradient(&network, &advantages, bonus, &mut gradient);
            let rate = self.lr * (1.0 - RATE_DECAY * done);
            let layers = [(&mut network.first, &gradient.first), (&mut network.second, &gradient.second)];
            for (adam, (weights, gradient)) in adam.iter_mut().zip(layers) {
                let whole = "a matrix of its own is contiguous";
                adam.step(weights.as_slice_mut().expect(whole), gradient.as_slice().expect(whole), rate);
            }
            adversary.turn();
        }
        Trained { problem, network, worst: adversary.worst() }
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
        let recorded = self.batch.max(TOGETHER) as f64 * (queries + 1.0) * (6.0 * items + 2.0 * hidden);
        let losses = problem.instance_count() * self.eval_episodes as f64;
        // Weights, their gradient and the two moments of Adam.
        let weights = 4.0 * hidden * (4.0 * items + 4.0);
        8.0 * (recorded + losses + weights)
    }
}

impl Trained<'_> {
    /// The loss on every instance of every class, over fresh episodes with sampled items.
    pub fn evaluate(&self, training: &Training, random: &mut Generator) -> Vec<Estimate> {
        let mut policy = NetworkPolicy {
            network: &self.network,
            recording: &mut Recording::new(self.problem, training.hidden, TOGETHER),
        };
        evaluate(&mut policy, self.problem, training.eval_episodes, random)
    }
}

#[cfg(test)]
mod tests {
    use common::statistics::greatest;

    use super::*;

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
            let trained = training.train(&problem, adversary, updates, &mut random);
            let estimates = trained.evaluate(&training, &mut random);
            greatest(estimates.iter().map(|estimate| estimate.loss))
        };
        assert!(worst(1) > 0.3);
        assert!(worst(300) < 0.05);
    }
}
