//! Adversarial training of query policies by the policy gradient.

use common::networks::{Adam, Optimizer};
use common::prelude::*;

use crate::adversary::Adversary;
use crate::episodes::{Episodes, Estimate, TOGETHER, evaluate};
use crate::network::{Network, NetworkPolicy, Recording};
use crate::thresholds::Thresholds;

/// How a policy is trained and judged.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Training {
    /// Hidden neurons.
    pub hidden: usize,
    /// Episodes of a gradient step.
    pub batch: usize,
    /// First step size of Adam; the last one is a tenth of it.
    pub lr: f64,
    /// First bonus for the entropy of a choice; the last one is 0.
    pub entropy_bonus: f64,
    /// Gradient steps of a policy, except the robust one.
    pub updates: usize,
    /// Episodes on each instance by which a policy is judged.
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
        let mut network = Network::draw(problem.items, self.hidden, random);
        let mut gradient = Network::zeros(problem.items, self.hidden);
        let mut adam = [Adam::new(network.first.len()), Adam::new(network.second.len())];
        let mut recording = Recording::new(problem, self.hidden, self.batch);
        let mut episodes = Episodes::new(problem, self.batch);
        let mut batch = vec![0; self.batch];
        let mut instances = vec![adversary.instance(0); self.batch];
        let mut advantages = vec![0.0; self.batch];
        for update in 0..updates {
            adversary.draw(&mut batch, random);
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
            estimates.iter().fold(0.0_f64, |worst, estimate| worst.max(estimate.loss))
        };
        assert!(worst(1) > 0.3);
        assert!(worst(300) < 0.05);
    }
}
