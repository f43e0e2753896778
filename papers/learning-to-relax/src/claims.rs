//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least, mean};

use crate::learners::fixed_name;
use crate::{Config, theory};

/// What one trial cost, in mean iterations a system.
struct Trial {
    dist: Value,
    tsallis: f64,
    /// Tsallis-INF after a tenth of the sequence.
    tsallis_early: f64,
    tsallis_cb: f64,
    cheb: f64,
    instance_optimal: f64,
    best_fixed: f64,
}

impl Trial {
    /// Regret of Tsallis-INF a system against the best fixed parameter, at T.
    fn regret(&self) -> f64 {
        self.tsallis - self.best_fixed
    }

    /// The same after a tenth of the sequence, against the same parameter.
    fn early_regret(&self) -> f64 {
        self.tsallis_early - self.best_fixed
    }
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let trials = trials(config, &table.filter("kind", "run")?)?;
    Ok(vec![
        cheb_beats_best_fixed(&trials),
        cheb_near_instance_optimum(&trials),
        context_helps_in_order(&trials),
        tsallis_no_regret(&trials),
        tsallis_regret_below_theory(config, &trials),
        sor_theory(config, &table.filter("kind", "bound")?)?,
    ])
}

fn trials(config: &Config, runs: &Table) -> Result<Vec<Trial>> {
    let early = runs.filter("instance", early_instance(config))?;
    // Only methods that solved the whole sequence have a row here.
    let groups = runs.filter("instance", config.instances)?.group_by(&["dist", "trial"])?;
    let trial = |(key, group): (Vec<Value>, Table)| {
        let early = early.filter("dist", key[0].clone())?.filter("trial", key[1].clone())?;
        let mut best_fixed = f64::INFINITY;
        for &omega in config.fixed.iter().filter(|&&omega| config.solved_with_fixed(omega) == config.instances) {
            best_fixed = best_fixed.min(cost(&group, &fixed_name(omega))?);
        }
        Ok(Trial {
            dist: key[0].clone(),
            tsallis: cost(&group, "tsallis_inf")?,
            tsallis_early: cost(&early, "tsallis_inf")?,
            tsallis_cb: cost(&group, "tsallis_inf_cb")?,
            cheb: cost(&group, "cheb_cb")?,
            instance_optimal: cost(&group, "instance_opt")?,
            best_fixed,
        })
    };
    groups.into_iter().map(trial).collect()
}

/// The checkpoint at a tenth of the sequence.
fn early_instance(config: &Config) -> usize {
    ((config.instances + 5) / 10).max(1)
}

/// Mean iterations a system of one method, in a table with one row for each method.
fn cost(group: &Table, method: &str) -> Result<f64> {
    let value = group.filter("method", method)?.only("mean_iters")?;
    Ok(value.as_float().unwrap_or(f64::NAN))
}

fn cheb_beats_best_fixed(trials: &[Trial]) -> Claim {
    let ratios = trials.iter().map(|trial| trial.cheb / trial.best_fixed);
    Claim::stated("cheb-beats-best-fixed", "The contextual bandit beats every fixed omega")
        .at_most("max over trials of cost(cheb_cb) / cost(best fixed)", greatest(ratios), 0.85)
        .published("curve left of the best fixed omega")
}

fn cheb_near_instance_optimum(trials: &[Trial]) -> Claim {
    let ratios = trials.iter().map(|trial| trial.cheb / trial.instance_optimal);
    Claim::stated("cheb-near-instance-opt", "The contextual bandit comes close to the instance optimum")
        .at_most("max over trials of cost(cheb_cb) / cost(instance_opt)", greatest(ratios), 1.30)
        .published("close to the instance optimum (no number)")
}

fn context_helps_in_order(trials: &[Trial]) -> Claim {
    let bins = trials.iter().map(|trial| trial.tsallis / trial.tsallis_cb);
    let regression = trials.iter().map(|trial| trial.tsallis_cb / trial.cheb);
    Claim::stated("context-helps-in-order", "More use of context is better: ChebCB, then Tsallis-INF-CB, then Tsallis-INF")
        .at_least("min over trials of cost(tsallis_inf) / cost(tsallis_inf_cb)", least(bins), 1.04)
        .at_least("min over trials of cost(tsallis_inf_cb) / cost(cheb_cb)", least(regression), 1.04)
        .published("same order")
}

fn tsallis_no_regret(trials: &[Trial]) -> Claim {
    let of_dist = |dist: &str| {
        let trials = trials.iter().filter(|trial| trial.dist == Value::from(dist));
        mean(&trials.map(|trial| trial.regret() / trial.early_regret()).collect::<Vec<f64>>())
    };
    let what = "mean over trials of [regret a system at T] / [same at T/10]";
    Claim::stated("tsallis-no-regret", "Average regret of Tsallis-INF against the best fixed omega shrinks")
        .at_most(format!("{what}, low variance"), of_dist("low"), 0.75)
        .at_most(format!("{what}, high variance"), of_dist("high"), 0.75)
        .published("regret O(sqrt(dT)), whose exponent gives 0.32")
}

fn tsallis_regret_below_theory(config: &Config, trials: &[Trial]) -> Claim {
    let (arms, instances) = (config.omega_grid.len() as f64, config.instances as f64);
    let unit = 4.0 * (arms * instances).sqrt();
    let shares: Vec<f64> = trials.iter().map(|trial| trial.regret() * instances / (unit * trial.tsallis)).collect();
    Claim::stated(
        "tsallis-regret-below-theory",
        "Total regret of Tsallis-INF is below the textbook 4 sqrt(dT) in units of the mean cost",
    )
    .at_most("max over trials of regret / (4 sqrt(dT) cost(tsallis_inf))", greatest(shares.iter().copied()), 1.0)
    .above("min over trials of the same", least(shares.iter().copied()), 0.0)
    .published("4 sqrt(dT) + 1 for losses in [0, 1] (Zimmert and Seldin)")
}

fn sor_theory(config: &Config, bounds: &Table) -> Result<Claim> {
    let (omegas, iterations) = (bounds.floats("omega")?, bounds.floats("iters")?);
    let against = |column: &str| -> Result<Vec<f64>> {
        Ok(bounds.floats(column)?.iter().zip(&iterations).map(|(theory, count)| theory / count).collect())
    };
    let (asymptotic, bound) = (against("asym_iters")?, against("bound_iters")?);
    let fewest = omegas[reduce::argmin(&iterations)];
    let optimum = theory::optimal_omega(theory::jacobi_radius(config.problem.grid_side, 0.0));
    Ok(Claim::stated("sor-theory", "Closed-form spectral theory predicts the counts at c = 0")
        .at_most(
            "max over omega of |asym_iters / iters - 1|",
            greatest(asymptotic.iter().map(|ratio| (ratio - 1.0).abs())),
            0.30,
        )
        .at_most("distance of the omega of fewest iterations from ω*", (fewest - optimum).abs(), 0.05)
        .at_least("min over omega of bound_iters / iters", least(bound), 1.0)
        .published("exact theory; the bound holds"))
}
