//! The quantities by which policies are compared: worst-case loss in a class, and the worst excess.

use common::prelude::*;
use common::statistics::{greatest_of_each, mean};

use crate::policy::Policy;

/// Losses of every policy in every class, one for each seed.
pub struct ClassLosses<'c> {
    /// Columns policy, seed, h, worst, mean and difficulty, which is -h.
    table: Table,
    /// The difficulty classes, from easy to hard.
    noise_levels: &'c [f64],
}

impl<'c> ClassLosses<'c> {
    /// Takes the maximum and the mean over the instances of each class.
    pub fn new(table: &Table, noise_levels: &'c [f64]) -> ClassLosses<'c> {
        let losses = [Summary::max("loss").named("worst"), Summary::mean("loss").named("mean")];
        let table = table.summary(["policy", "seed", "h"], losses).derive("difficulty", ["h"], |[h]| -h);
        ClassLosses { table, noise_levels }
    }

    fn of(&self, policy: Policy, h: f64) -> Table {
        self.table.with("policy", policy.name()).with("h", h)
    }

    /// M(p, h): the largest loss over the instances of each class, from easy to hard, with its range over the seeds.
    pub fn worst(&self, policy: Policy) -> Curve {
        self.table.with("policy", policy.name()).curve("difficulty", "worst").mean().range()
    }

    /// The mean over the seeds of M(p, h), the largest loss over the instances of the class.
    pub fn mean_worst(&self, policy: Policy, h: f64) -> f64 {
        mean(&self.of(policy, h).column("worst"))
    }

    /// A(p, h): the mean loss over the instances of the class, for each seed.
    pub fn mean(&self, policy: Policy, h: f64) -> Vec<f64> {
        self.of(policy, h).column("mean")
    }

    /// The exact bound on the mean loss of each class, from easy to hard; empty if it was not computed.
    pub fn bounds(&self) -> Vec<f64> {
        self.table.with("policy", Policy::Bayes.name()).column("mean")
    }

    /// E(p): the largest excess, over the classes, of the worst-case loss over that of the policy
    /// specialised for the class, for each seed.
    pub fn worst_excess(&self, policy: Policy) -> Vec<f64> {
        greatest_of_each(self.noise_levels.iter().map(|&h| {
            let (losses, stars) = (self.of(policy, h), self.of(Policy::Specialised(h), h));
            let pairs = losses.column("worst").into_iter().zip(stars.column("worst"));
            pairs.map(|(loss, star)| loss - star).collect::<Vec<f64>>()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excess_is_counted_class_by_class_and_seed_by_seed() -> Result<()> {
        let table = Table::from_csv(
            "policy,seed,h,loss\n\
             spec_1.00,0,1.0,0.0\nspec_1.00,0,1.0,0.25\nspec_0.50,0,0.5,0.5\nspec_0.50,0,0.5,0.75\n\
             robust,0,1.0,0.25\nrobust,0,1.0,0.5\nrobust,0,0.5,0.5\nrobust,0,0.5,0.5\n\
             spec_1.00,1,1.0,0.5\nspec_1.00,1,1.0,0.5\nspec_0.50,1,0.5,0.5\nspec_0.50,1,0.5,0.5\n\
             robust,1,1.0,0.25\nrobust,1,1.0,0.0\nrobust,1,0.5,0.25\nrobust,1,0.5,0.625\n",
        )?;
        let losses = ClassLosses::new(&table, &[1.0, 0.5]);
        let worst = losses.worst(Policy::Robust);
        assert_eq!((worst.middle, worst.low, worst.high), (vec![0.375, 0.5625], vec![0.25, 0.5], vec![0.5, 0.625]));
        assert_eq!(losses.mean(Policy::Robust, 1.0), [0.375, 0.125]);
        assert_eq!(losses.worst_excess(Policy::Robust), [0.25, 0.125]);
        assert!(losses.bounds().is_empty());
        Ok(())
    }
}
