//! The claims of the paper, measured on the table.

use common::prelude::*;

use crate::estimators::Estimator;
use crate::pooled::{Pooled, results};
use crate::{Config, World};

/// The failure rates of the binary field and what else several claims need.
struct Measured<'a> {
    config: &'a Config,
    table: &'a Table,
    /// The oracle's results at q = 2 in the world `erm`.
    oracle: Vec<Pooled>,
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let measured = Measured { config, table, oracle: results(table, World::Erm, 2, Estimator::Oracle)? };
    Ok(vec![
        measured.rank_law()?,
        measured.no_algorithm_free_bound()?,
        measured.floor_respected()?,
        measured.floor_attained()?,
        measured.learning_costs_estimability(),
        measured.valid_but_loose()?,
        measured.stable_learner_escapes()?,
    ])
}

/// The largest value, NaN if there is none.
fn largest(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().fold(f64::NAN, |a, b| if b.is_nan() { a } else { b.max(a) })
}

/// The least value, NaN if there is none.
fn least(values: impl IntoIterator<Item = f64>) -> f64 {
    -largest(values.into_iter().map(|value| -value))
}

/// The failure rate at n samples, NaN where n is not in the grid.
fn failure_at(results: &[Pooled], n: usize) -> f64 {
    results.iter().find(|at| at.n == n).map_or(f64::NAN, Pooled::failure_rate)
}

impl Measured<'_> {
    /// The results of an estimator in the world `erm`, for all fields and numbers of samples.
    fn erm(&self, estimator: Estimator) -> Result<Vec<Pooled>> {
        let mut all = Vec::new();
        for &q in &self.config.q_list {
            all.extend(results(self.table, World::Erm, q, estimator)?);
        }
        Ok(all)
    }

    /// The first number of samples from 3/2 d on.
    fn plenty(&self) -> Option<usize> {
        self.config.n_grid.iter().copied().find(|&n| 2 * n >= 3 * self.config.d)
    }

    /// Where the grid lacks numbers of samples that the claim speaks of, the claim does not apply.
    fn needs(&self, claim: Claim, samples: &[usize]) -> Claim {
        match samples.iter().find(|n| !self.config.n_grid.contains(n)) {
            Some(n) => claim.not_applicable(format!("n_grid lacks {n}")),
            None => claim,
        }
    }

    fn rank_law(&self) -> Result<Claim> {
        let oracle = self.erm(Estimator::Oracle)?;
        let errors = oracle.iter().map(|at| (at.success - at.success_theory).abs());
        let what = "max over q and n of |success - success_theory|";
        Ok(Claim::stated("rank-law", "The learner's success follows the exact law of the rank")
            .at_most(what, largest(errors), 0.06)
            .published("exact"))
    }

    fn no_algorithm_free_bound(&self) -> Result<Claim> {
        let mut rates = Vec::new();
        for estimator in Estimator::ALL {
            let scarce = results(self.table, World::Lucky, 2, estimator)?;
            rates.extend(scarce.iter().filter(|at| at.n < at.d).map(Pooled::failure_rate));
        }
        let claim = Claim::stated(
            "no-algorithm-free-bound",
            "Without knowing the algorithm every estimator fails half the time below n = d",
        )
        .at_least("min failure rate over estimators and n < d, world lucky", least(rates.clone()), 0.42)
        .published("theorem: constant failure probability");
        Ok(if rates.is_empty() { claim.not_applicable("n_grid has no n < d") } else { claim })
    }

    fn floor_respected(&self) -> Result<Claim> {
        let mut above = Vec::new();
        for estimator in Estimator::ALL {
            above.extend(self.erm(estimator)?.iter().map(|at| at.failure_rate() - at.floor_theory));
        }
        let what = "min over estimators, q and n of failure rate - floor_theory";
        Ok(Claim::stated("floor-respected", "No estimator beats the floor for a known algorithm")
            .at_least(what, least(above), -0.07)
            .published("theorem"))
    }

    fn floor_attained(&self) -> Result<Claim> {
        let oracle = self.erm(Estimator::Oracle)?;
        let errors = oracle.iter().map(|at| (at.failure_rate() - at.floor_theory).abs());
        let peak = self.oracle.iter().max_by(|a, b| a.failure_rate().total_cmp(&b.failure_rate()));
        let d = self.config.d;
        let claim = Claim::stated(
            "floor-attained",
            "The best estimator attains the floor, which peaks where the learner starts to learn",
        )
        .at_most("max over q and n of |oracle failure rate - floor_theory|", largest(errors), 0.06)
        .in_between(
            "n at which the oracle fails most, q = 2",
            peak.map_or(f64::NAN, |at| at.n as f64),
            d as f64 - 1.0,
            d as f64,
        )
        .published("exact");
        Ok(self.needs(claim, &[d - 1, d]))
    }

    fn learning_costs_estimability(&self) -> Claim {
        let d = self.config.d;
        let edge = self.oracle.iter().find(|at| at.n + 1 == d);
        let plenty = self.plenty();
        let many = self.oracle.iter().filter(|at| 2 * at.n >= 3 * d).map(Pooled::failure_rate);
        let claim = Claim::stated(
            "learning-costs-estimability",
            "At n = d - 1 the learner often succeeds and every estimator often fails; far from it failure vanishes",
        )
        .in_between("success at n = d - 1, q = 2", edge.map_or(f64::NAN, |at| at.success), 0.33, 0.45)
        .in_between("oracle failure rate at n = d - 1, q = 2", failure_at(&self.oracle, d - 1), 0.33, 0.45)
        .at_most("oracle failure rate at n = d/2, q = 2", failure_at(&self.oracle, d / 2), 0.01)
        .at_most("max oracle failure rate at n ≥ 3d/2, q = 2", largest(many), 0.01)
        .published("theorem");
        match plenty {
            Some(_) => self.needs(claim, &[d - 1, d / 2]),
            None => claim.not_applicable("n_grid has no n ≥ 3d/2"),
        }
    }

    fn valid_but_loose(&self) -> Result<Claim> {
        let n = self.plenty().unwrap_or(0);
        let occam = results(self.table, World::Erm, 2, Estimator::Occam)?;
        let claim = Claim::stated("valid-but-loose", "The Occam bound is valid yet fails although the learner is perfect")
            .at_least(format!("Occam failure rate at n = {n}, q = 2"), failure_at(&occam, n), 0.98)
            .at_most(format!("oracle failure rate at n = {n}, q = 2"), failure_at(&self.oracle, n), 0.01)
            .published("qualitative");
        Ok(match self.plenty() {
            Some(_) => claim,
            None => claim.not_applicable("n_grid has no n ≥ 3d/2"),
        })
    }

    fn stable_learner_escapes(&self) -> Result<Claim> {
        let d = self.config.d;
        let stable = results(self.table, World::Stable, 0, Estimator::Loo)?;
        let stable = stable.iter().filter(|at| at.ratio() >= 0.5 - 1e-9).map(Pooled::failure_rate);
        let unstable = results(self.table, World::Erm, 2, Estimator::Loo)?;
        let claim = Claim::stated(
            "stable-learner-escapes",
            "Leave-one-out is reliable for a stable learner with more parameters than samples",
        )
        .at_most("max leave-one-out failure rate at n/d ≥ 0.5, stable", largest(stable), 0.03)
        .at_least("leave-one-out failure rate at n = d - 1, erm, q = 2", failure_at(&unstable, d - 1), 0.40)
        .published("follow-up paper, arXiv:2410.01969");
        if self.config.stable_ratios.iter().all(|&ratio| ratio < 0.5) {
            return Ok(claim.not_applicable("stable_ratios has none from 0.5 on"));
        }
        Ok(self.needs(claim, &[d - 1]))
    }
}
