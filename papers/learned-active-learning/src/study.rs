//! The learned policies of one seed: trained, and judged on every instance.

use common::prelude::*;

use crate::adversary::Adversary;
use crate::thresholds::Thresholds;
use crate::training::{Trained, Training};
use crate::{Policy, Row};

/// What the policies of one seed share.
#[derive(Clone, Debug, Serialize)]
pub struct Study {
    /// With all classes.
    pub problem: Thresholds,
    /// Of each policy.
    pub training: Training,
    /// Of initial weights, training and evaluation; each policy has random numbers of its own.
    pub seed: u64,
}

impl Study {
    /// The method as a whole. Specialised policies are trained first; the worst-case loss of each
    /// is the star of its class. Then the robust policy is trained for the least worst excess.
    pub fn robust(&self, updates_robust: usize, random: &Streams) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut stars = Vec::new();
        for &h in &self.problem.noise_levels {
            let class: Vec<_> = self.problem.class(h).collect();
            let none = vec![0.0; class.len()];
            let policy = Policy::Specialised(h);
            let trained = self.train(policy, Adversary::new(class, none), self.training.updates, random);
            stars.extend(self.problem.class(h).map(|_| trained.worst));
            rows.extend(self.judge(policy, &trained, random));
        }
        let adversary = Adversary::new(self.problem.instances(), stars);
        let trained = self.train(Policy::Robust, adversary, updates_robust, random);
        rows.extend(self.judge(Policy::Robust, &trained, random));
        rows
    }

    /// The policy for a uniform prior over all instances of all classes.
    pub fn average(&self, random: &Streams) -> Vec<Row> {
        let prior = Adversary::prior(self.problem.instances());
        let trained = self.train(Policy::Average, prior, self.training.updates, random);
        self.judge(Policy::Average, &trained, random)
    }

    fn train(&self, policy: Policy, adversary: Adversary, updates: usize, random: &Streams) -> Trained<'_> {
        let mut random = random.open(&format!("train {}", policy.name()), self.seed);
        self.training.train(&self.problem, adversary, updates, &mut random)
    }

    fn judge(&self, policy: Policy, trained: &Trained, random: &Streams) -> Vec<Row> {
        let mut random = random.open(&format!("evaluate {}", policy.name()), self.seed);
        Row::each(policy, self.seed, &trained.evaluate(&self.training, &mut random))
    }

    /// Estimated seconds of so many trainings with this many updates in all, and evaluations.
    pub fn cost(&self, policies: usize, updates: usize) -> f64 {
        let Training { hidden, batch, eval_episodes, .. } = self.training;
        let Thresholds { items, queries, .. } = self.problem;
        let weights = hidden * (4 * items + 2);
        let choice = 0.05e-9 * weights as f64 + 1e-9 * hidden as f64 + 10e-9 * items as f64;
        let played = policies * self.problem.instances().len() * eval_episodes;
        // With its gradient, an episode of a training costs half as much again.
        choice * queries as f64 * (1.5 * (updates * batch) as f64 + played as f64)
    }
}
