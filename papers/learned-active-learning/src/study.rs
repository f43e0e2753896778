//! All policies of one seed: learned or made by hand, and judged on every instance.

use common::prelude::*;
use common::statistics::greatest;

use crate::adversary::Adversary;
use crate::episodes::{QueryPolicy, evaluate};
use crate::policy::Policy;
use crate::rules::Rule;
use crate::thresholds::Thresholds;
use crate::training::Training;

/// The method as a whole, and what it is compared with. Each policy has random numbers of its own.
#[derive(Serialize)]
pub struct Study {
    /// The problem with all classes.
    pub problem: &'static Thresholds,
    /// How each policy is trained and judged.
    pub training: &'static Training,
    /// Gradient steps of the robust policy.
    pub updates_robust: usize,
    /// The seed of weights, training and evaluation.
    pub seed: u64,
}

impl Study {
    /// Writes the loss of a policy on every instance, over fresh episodes. Gives M(p, h), the largest of each class.
    fn judge(&self, policy: Policy, asks: &mut impl QueryPolicy, random: &Streams, rows: &mut Rows) -> Vec<f64> {
        let (name, seed) = (policy.name(), self.seed);
        let mut random = random.open(&format!("evaluate {name}"), seed);
        let estimates = evaluate(asks, self.problem, self.training.eval_episodes, &mut random);
        for estimate in &estimates {
            rows.push(record! {
                policy: &name,
                seed,
                /// The class: an answer is right with probability (1 + h) / 2.
                h: estimate.instance.h,
                /// The instance, by its number of positive items; -1 for the mean over the class.
                k: estimate.instance.k,
                /// Mean loss over the evaluation episodes; the exact value for the policy "bayes".
                loss: estimate.loss,
                /// Standard error of the mean loss.
                std_err: estimate.std_err,
            });
        }
        let classes = estimates.chunks(self.problem.items + 1);
        classes.map(|class| greatest(class.iter().map(|estimate| estimate.loss))).collect()
    }
}

impl Cell for Study {
    fn cost(&self) -> f64 {
        let (classes, updates) = (self.problem.noise_levels.len(), self.training.updates as f64);
        let updates = (classes as f64 + 1.0) * updates + self.updates_robust as f64;
        // Rules are judged a little faster than networks.
        self.training.cost(self.problem, 2 * classes + 3, updates)
    }

    fn memory(&self) -> f64 {
        self.training.memory(self.problem)
    }

    /// The star of a class is M(p, h) of the policy trained for it, by fresh episodes; the robust policy is trained for
    /// the least worst excess over the stars.
    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Study { problem, training, updates_robust, seed } = self;
        let train = |policy: Policy, adversary, updates| {
            training.train(problem, adversary, updates, &mut random.open(&format!("train {}", policy.name()), seed))
        };
        let mut stars = Vec::new();
        for (class, &h) in problem.noise_levels.iter().enumerate() {
            let policy = Policy::Specialised(h);
            let adversary = Adversary::new(problem.class(h).collect(), vec![0.0; problem.items + 1]);
            let mut network = train(policy, adversary, training.updates);
            let star = self.judge(policy, &mut network, random, rows)[class];
            stars.extend(vec![star; problem.items + 1]);
        }
        let robust = (Policy::Robust, Adversary::new(problem.instances(), stars), updates_robust);
        let average = (Policy::Average, Adversary::prior(problem.instances()), training.updates);
        for (policy, adversary, updates) in [robust, average] {
            self.judge(policy, &mut train(policy, adversary, updates), random, rows);
        }
        let searches = problem.noise_levels.iter().map(|&h| Rule::SoftBinarySearch(h));
        for rule in [Rule::Random].into_iter().chain(searches) {
            self.judge(Policy::Rule(rule), &mut rule.policy(problem), random, rows);
        }
        Ok(())
    }
}
