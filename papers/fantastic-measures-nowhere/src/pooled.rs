//! The output table with its seeds put together.

use common::prelude::*;
use common::statistics::{Interval, wilson_interval};

use crate::World;
use crate::estimators::Estimator;

/// How one estimator did at one number of samples, over all seeds.
#[derive(Clone, Copy, Debug)]
pub struct Pooled {
    /// Dimension.
    pub d: usize,
    /// Samples.
    pub n: usize,
    /// Trials on which the estimator was judged.
    pub trials: u64,
    /// Those on which it failed.
    pub failures: u64,
    /// Share of perfect hypotheses; in the stable world 1 - mean loss.
    pub success: f64,
    /// Mean true error.
    pub mean_loss: f64,
    /// Exact probability of a perfect hypothesis.
    pub success_theory: f64,
    /// Least failure probability of any estimator.
    pub floor_theory: f64,
}

impl Pooled {
    /// Samples over dimension.
    pub fn ratio(&self) -> f64 {
        self.n as f64 / self.d as f64
    }

    /// The share of trials on which the estimator failed.
    pub fn failure_rate(&self) -> f64 {
        self.failures as f64 / self.trials as f64
    }

    /// The 95 % Wilson interval of the failure probability.
    pub fn failure_interval(&self) -> Interval {
        wilson_interval(self.failures, self.trials, 0.95)
    }
}

/// The results of an estimator in a world, one for each number of samples, rising.
///
/// # Errors
/// If the table lacks a column.
pub fn results(table: &Table, world: World, q: u64, estimator: Estimator) -> Result<Vec<Pooled>> {
    let rows = table
        .filter("world", format!("{world:?}").to_lowercase())?
        .filter("q", q)?
        .filter("estimator", format!("{estimator:?}").to_lowercase())?
        .sort(&["n"])?;
    rows.group_by(&["n"])?.iter().map(|(_, seeds)| pool(seeds)).collect()
}

/// Puts the rows of several seeds together, each weighted by its trials.
fn pool(seeds: &Table) -> Result<Pooled> {
    let trials = seeds.floats("trials")?;
    let total = reduce::sum(&trials);
    let weighted = |column: &str| -> Result<f64> { Ok(reduce::dot(&seeds.floats(column)?, &trials) / total) };
    let first = |column: &str| -> Result<f64> { Ok(seeds.floats(column)?[0]) };
    Ok(Pooled {
        d: first("d")? as usize,
        n: first("n")? as usize,
        trials: total as u64,
        failures: reduce::sum(&seeds.floats("failures")?) as u64,
        success: weighted("success")?,
        mean_loss: weighted("mean_loss")?,
        success_theory: first("success_theory")?,
        floor_theory: first("floor_theory")?,
    })
}
