//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least};

use crate::Config;
use crate::estimators::Estimator;
use crate::pooled::pooled;
use crate::theory::World;

/// Measures every claim. Where panels a, b and d show one field, claims speak of that field too.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let Config { d, ref n_grid, ref stable_ratios, .. } = *config;
    let q = config.q_list[0];
    let pooled = pooled(table);
    let (erm, lucky) = (pooled.with("world", World::Erm), pooled.with("world", World::Lucky));
    let oracles = erm.with("estimator", Estimator::Oracle);
    let distance = |[a, b]: [f64; 2]| (a - b).abs();
    let law_error = greatest(oracles.map(["success", "success_theory"], distance));
    let scarce = lucky.keep("ratio", |ratio| ratio < 1.0);
    let best = scarce.with("estimator", Estimator::Oracle).greatest("failure_rate");
    let above_floor = least(erm.map(["failure_rate", "floor_theory"], |[rate, floor]| rate - floor));
    let off_floor = greatest(oracles.map(["failure_rate", "floor_theory"], distance));

    let oracle = oracles.with("q", q);
    let highest = oracle.greatest("failure_rate");
    let peak = oracle.keep("failure_rate", |rate| rate >= highest).greatest("n");
    let edge = d - 1;
    let success = oracle.with("n", edge).value("success");
    let rate = |estimator, n: usize| erm.with("q", q).with("estimator", estimator).with("n", n).value("failure_rate");
    let many = oracle.keep("ratio", |ratio| ratio >= 1.5).greatest("failure_rate");
    // From about 3d on, the Occam bound is tight again.
    let loose = n_grid.iter().copied().find(|&n| 2 * n >= 3 * d && n <= 2 * d);
    let n = loose.unwrap_or(0);
    let stable = pooled.with("world", "stable");
    let stable = stable.keep("ratio", |ratio| ratio >= 0.5 - 1e-9).greatest("failure_rate");

    let has = |n: usize| n_grid.contains(&n);
    let lacks = |n: usize| format!("n_grid lacks {n}");
    let other_field = "q_list does not begin with 2";

    vec![
        Claim::new("rank-law")
            .says("The learner's success follows the exact law of the rank")
            .at_most("max over q and n of |success - success_theory|", law_error, 0.06)
            .published("exact"),
        Claim::new("no-algorithm-free-bound")
            .says("Without knowing the algorithm every estimator fails half the time below n = d")
            .at_least("min failure rate over estimators and n < d, world lucky", scarce.least("failure_rate"), 0.42)
            .at_most("max over n < d of that of the best possible", best, 0.58)
            .published("theorem: constant failure probability")
            .applies_if(n_grid[0] < d, "n_grid has no n < d"),
        Claim::new("floor-respected")
            .says("No estimator beats the floor for a known algorithm")
            .at_least("min over estimators, q and n of failure rate - floor_theory", above_floor, -0.07)
            .published("theorem"),
        Claim::new("floor-attained")
            .says("The best estimator attains the floor, which peaks where the learner starts to learn")
            .at_most("max over q and n of |oracle failure rate - floor_theory|", off_floor, 0.06)
            .within(format!("n at which the oracle fails most, q = {q}"), peak, edge as f64..=d as f64)
            .published("exact")
            .applies_if(has(edge), lacks(edge))
            .applies_if(has(d), lacks(d)),
        Claim::new("learning-costs-estimability")
            .says("At n = d - 1 the learner often succeeds and no estimator is reliable; far from it failure vanishes")
            .within("success at n = d - 1, q = 2", success, 0.33..=0.45)
            .within("oracle failure rate at n = d - 1, q = 2", rate(Estimator::Oracle, edge), 0.33..=0.45)
            .at_most("oracle failure rate at n = d/2, q = 2", rate(Estimator::Oracle, d / 2), 0.01)
            .at_most("max oracle failure rate at n ≥ 3d/2, q = 2", many, 0.01)
            .published("theorem")
            .applies_if(q == 2, other_field)
            .applies_if(2 * n_grid[n_grid.len() - 1] >= 3 * d, "n_grid has no n ≥ 3d/2")
            .applies_if(has(edge), lacks(edge))
            .applies_if(has(d / 2), lacks(d / 2)),
        Claim::new("valid-but-loose")
            .says("The Occam bound is valid yet fails although the learner is perfect")
            .at_least(format!("Occam failure rate at n = {n}, q = {q}"), rate(Estimator::Occam, n), 0.98)
            .at_most(format!("oracle failure rate at n = {n}, q = {q}"), rate(Estimator::Oracle, n), 0.01)
            .published("qualitative")
            .applies_if(loose.is_some(), "n_grid has no n from 3d/2 to 2d"),
        Claim::new("stable-learner-escapes")
            .says("Leave-one-out is reliable for a stable learner with more parameters than samples")
            .at_most("max leave-one-out failure rate at n/d ≥ 0.5, stable", stable, 0.03)
            .at_least("leave-one-out failure rate at n = d - 1, erm, q = 2", rate(Estimator::Loo, edge), 0.40)
            .published("follow-up paper, arXiv:2410.01969")
            .applies_if(q == 2, other_field)
            .applies_if(stable_ratios[stable_ratios.len() - 1] >= 0.5, "stable_ratios has none from 0.5 on")
            .applies_if(has(edge), lacks(edge)),
    ]
}
