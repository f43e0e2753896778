//! The learned policies of one seed: trained, and judged on every instance.

use common::prelude::*;

use crate::adversary::Adversary;
use crate::policy::Policy;
use crate::thresholds::Thresholds;
use crate::training::Training;

/// What the policies of one seed share.
#[derive(Clone, Copy, Serialize)]
pub struct Study {
    /// The problem with all classes.
    pub problem: &'static Thresholds,
    /// How each policy is trained and judged.
    pub training: &'static Training,
    /// The seed of weights, training and evaluation; each policy has random numbers of its own.
    pub seed: u64,
}

/// The method as a whole: the specialised policies, then the robust one, which needs theirs.
#[derive(Serialize)]
pub struct Robust {
    /// What the policies share.
    pub study: Study,
    /// Gradient steps of the robust policy.
    pub updates_robust: usize,
}

/// The policy for a uniform prior over all instances of all classes.
#[derive(Serialize)]
pub struct Average(pub Study);

impl Study {
    /// Trains a policy, writes its loss on every instance, and gives the largest running mean loss of the training.
    fn learn(&self, policy: Policy, adversary: Adversary, updates: usize, random: &Streams, rows: &mut Rows) -> f64 {
        let name = policy.name();
        let open = |what| random.open(&format!("{what} {name}"), self.seed);
        let trained = self.training.train(self.problem, adversary, updates, &mut open("train"));
        let losses = trained.evaluate(self.training, &mut open("evaluate"));
        losses.iter().for_each(|loss| loss.write(&name, self.seed, rows));
        trained.worst
    }
}

impl Cell for Robust {
    fn cost(&self) -> f64 {
        let Study { problem, training, .. } = self.study;
        let classes = problem.noise_levels.len();
        let updates = classes as f64 * training.updates as f64 + self.updates_robust as f64;
        training.cost(problem, classes + 1, updates)
    }

    fn memory(&self) -> f64 {
        self.study.training.memory(self.study.problem)
    }

    /// Specialised policies are trained first; the worst-case loss of each is the star of its class. Then the robust
    /// policy is trained for the least worst excess.
    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let Study { problem, training, .. } = self.study;
        let mut stars = Vec::new();
        for &h in &problem.noise_levels {
            let class: Vec<_> = problem.class(h).collect();
            let adversary = Adversary::new(class, vec![0.0; problem.items + 1]);
            let star = self.study.learn(Policy::Specialised(h), adversary, training.updates, random, rows);
            stars.resize(stars.len() + problem.items + 1, star);
        }
        let adversary = Adversary::new(problem.instances(), stars);
        self.study.learn(Policy::Robust, adversary, self.updates_robust, random, rows);
        Ok(())
    }
}

impl Cell for Average {
    fn cost(&self) -> f64 {
        self.0.training.cost(self.0.problem, 1, self.0.training.updates as f64)
    }

    fn memory(&self) -> f64 {
        self.0.training.memory(self.0.problem)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let prior = Adversary::prior(self.0.problem.instances());
        self.0.learn(Policy::Average, prior, self.0.training.updates, random, rows);
        Ok(())
    }
}
