//! The quantities by which policies are compared: worst-case loss in a class, and the worst excess.

use common::prelude::*;
use common::statistics::{greatest_of_each, mean};

use crate::policy::Policy;

/// Losses of every policy in every class, one for each seed.
pub struct ClassLosses<'c> {
    /// Columns policy, seed, h, worst and mean.
    table: Table,
    /// The difficulty classes, from easy to hard.
    noise_levels: &'c [f64],
}

impl<'c> ClassLosses<'c> {
    /// Takes the maximum and the mean over the instances of each class.
    pub fn new(table: &Table, noise_levels: &'c [f64]) -> ClassLosses<'c> {
        let losses = [Summary::max("loss").named("worst"), Summary::mean("loss").named("mean")];
        ClassLosses { table: table.summary(["policy", "seed", "h"], losses), noise_levels }
    }

    fn of(&self, policy: Policy, h: f64, column: &str) -> Vec<f64> {
        self.table.with("policy", policy.name()).with("h", h).column(column)
    }

    /// M(p, h): the largest loss over the instances of the class, for each seed.
    pub fn worst(&self, policy: Policy, h: f64) -> Vec<f64> {
        self.of(policy, h, "worst")
    }

    /// The mean over the seeds of M(p, h).
    pub fn mean_worst(&self, policy: Policy, h: f64) -> f64 {
        mean(&self.worst(policy, h))
    }

    /// A(p, h): the mean loss over the instances of the class, for each seed.
    pub fn mean(&self, policy: Policy, h: f64) -> Vec<f64> {
        self.of(policy, h, "mean")
    }

    /// The exact bound on the mean loss of the class, if it was computed.
    pub fn bound(&self, h: f64) -> Option<f64> {
        self.mean(Policy::Bayes, h).first().copied()
    }

    /// E(p): the largest excess, over the classes, of the worst-case loss over that of the policy
    /// specialised for the class, for each seed.
    pub fn worst_excess(&self, policy: Policy) -> Vec<f64> {
        greatest_of_each(self.noise_levels.iter().map(|&h| {
            let pairs = self.worst(policy, h).into_iter().zip(self.worst(Policy::Specialised(h), h));
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
        assert_eq!(losses.worst(Policy::Robust, 1.0), [0.5, 0.25]);
        assert_eq!(losses.mean(Policy::Robust, 1.0), [0.375, 0.125]);
        assert_eq!(losses.worst_excess(Policy::Robust), [0.25, 0.125]);
        assert!(losses.bound(1.0).is_none());
        Ok(())
    }
}
