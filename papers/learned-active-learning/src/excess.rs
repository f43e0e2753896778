//! The quantities by which policies are compared: worst-case loss in a class, and the worst excess.

use common::prelude::*;

use crate::Policy;

/// Losses of every policy in every class, one for each seed.
pub struct ClassLosses {
    /// Columns policy, seed, h, worst and mean.
    table: Table,
    /// The difficulty classes, from easy to hard.
    noise_levels: Vec<f64>,
}

impl ClassLosses {
    /// Takes the maximum and the mean over the instances of each class.
    ///
    /// # Errors
    /// When the table has not the columns of the output table.
    pub fn new(table: &Table, noise_levels: &[f64]) -> Result<ClassLosses> {
        let summaries = [Summary::max("loss").named("worst"), Summary::mean("loss").named("mean")];
        Ok(ClassLosses {
            table: table.summarize(&["policy", "seed", "h"], &summaries)?,
            noise_levels: noise_levels.to_vec(),
        })
    }

    fn column(&self, policy: Policy, h: f64, column: &str) -> Result<Vec<f64>> {
        self.table.filter("policy", policy.name())?.filter("h", h)?.floats(column)
    }

    /// M(p, h): the largest loss over the instances of the class, for each seed.
    ///
    /// # Errors
    /// When the table lacks what it should hold, as for the other methods.
    pub fn worst(&self, policy: Policy, h: f64) -> Result<Vec<f64>> {
        self.column(policy, h, "worst")
    }

    /// A(p, h): the mean loss over the instances of the class, for each seed.
    ///
    /// # Errors
    /// As for [`worst`](Self::worst).
    pub fn mean(&self, policy: Policy, h: f64) -> Result<Vec<f64>> {
        self.column(policy, h, "mean")
    }

    /// The exact bound on the mean loss of each class, if it was computed.
    ///
    /// # Errors
    /// As for [`worst`](Self::worst).
    pub fn bounds(&self) -> Result<Option<Vec<f64>>> {
        let bounds = self.table.filter("policy", Policy::Bayes.name())?.floats("mean")?;
        Ok((!bounds.is_empty()).then_some(bounds))
    }

    /// E(p): the largest excess, over the classes, of the worst-case loss over that of the policy
    /// specialised for the class, for each seed.
    ///
    /// # Errors
    /// As for [`worst`](Self::worst).
    pub fn worst_excess(&self, policy: Policy) -> Result<Vec<f64>> {
        let mut excess: Vec<f64> = Vec::new();
        for &h in &self.noise_levels {
            let star = self.worst(Policy::Specialised(h), h)?;
            let losses = self.worst(policy, h)?;
            excess.resize(losses.len(), f64::NEG_INFINITY);
            for ((excess, loss), star) in excess.iter_mut().zip(losses).zip(star) {
                *excess = excess.max(loss - star);
            }
        }
        Ok(excess)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excess_is_counted_class_by_class_and_seed_by_seed() -> Result<()> {
        let mut columns = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut put = |policy: Policy, seed: i64, h: f64, losses: [f64; 2]| {
            for loss in losses {
                columns.0.push(policy.name());
                columns.1.push(seed);
                columns.2.push(h);
                columns.3.push(loss);
            }
        };
        put(Policy::Specialised(1.0), 0, 1.0, [0.0, 0.25]);
        put(Policy::Specialised(0.5), 0, 0.5, [0.5, 0.75]);
        put(Policy::Robust, 0, 1.0, [0.25, 0.5]);
        put(Policy::Robust, 0, 0.5, [0.5, 0.5]);
        put(Policy::Specialised(1.0), 1, 1.0, [0.5, 0.5]);
        put(Policy::Specialised(0.5), 1, 0.5, [0.5, 0.5]);
        put(Policy::Robust, 1, 1.0, [0.25, 0.0]);
        put(Policy::Robust, 1, 0.5, [0.25, 0.625]);
        let (policy, seed, h, loss) = columns;
        let table = Table::from_columns([
            ("policy", Column::from(policy)),
            ("seed", Column::from(seed)),
            ("h", Column::from(h)),
            ("loss", Column::from(loss)),
        ])?;
        let losses = ClassLosses::new(&table, &[1.0, 0.5])?;
        assert_eq!(losses.worst(Policy::Robust, 0.5)?, [0.5, 0.625]);
        assert_eq!(losses.mean(Policy::Robust, 1.0)?, [0.375, 0.125]);
        assert_eq!(losses.worst_excess(Policy::Robust)?, [0.25, 0.125]);
        assert_eq!(losses.bounds()?, None);
        Ok(())
    }
}
