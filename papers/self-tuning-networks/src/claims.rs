//! The claims, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least, mean, median, t_interval};

use crate::Config;

/// Evaluations at the end whose mean is a run's tuned rate.
const LAST: usize = 5;

/// Widths of the perturbations that claims are about.
const TOO_NARROW: f64 = 0.01;
const NARROW: f64 = 0.1;
const RIGHT: f64 = 0.5;
const WIDE: [f64; 3] = [0.5, 1.0, 2.0];
const WIDEST: f64 = 2.0;

/// A log penalty below which there is nothing to find: the penalty is less than the least eigenvalues, and all losses are
/// alike. The optimum is there in 7 of 1000 regressions.
const FLAT: f64 = -4.0;

/// A smaller distance from the optimum is as good as none.
const RESOLUTION: f64 = 0.002;

/// Distances from the exact optimum, |λ_end − λ*|.
pub fn distances(rows: &Table) -> Table {
    rows.derive("distance", ["l_end", "l_star"], |[end, star]| (end - star).abs())
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let mut claims = ridge(config, table);
    claims.extend(dropout(config, table));
    claims
}

/// Claims on the regression, where the exact response is known.
fn ridge(config: &Config, table: &Table) -> Vec<Claim> {
    let sigmas = &config.ridge.sigmas;
    let all = distances(&table.with("part", "ridge").without("method", "exact"));
    let rows = all.keep("l_star", |optimum| optimum >= FLAT);
    let of = |method: &str, widths: &[f64]| rows.with("method", method).with_any("sigma", widths);
    let distances = |method: &str, width: f64| of(method, &[width]).column("distance");
    // Of the mean over regressions; single ones with a flat loss are far from convergence after the last step.
    let bound = |rows: &Table| t_interval(&rows.each("seed", |runs| runs.mean("distance")), 0.95).high;
    let (gated, narrow) = (of("gated", &WIDE), of("affine", &[NARROW]));
    let stalled = median(&distances("gated", TOO_NARROW));
    let about = |id: &str, widths: &[f64]| {
        let missing = widths.iter().find(|sigma| !sigmas.contains(sigma));
        let why_not = format!("{} is not among the widths", missing.unwrap_or(&f64::NAN));
        let several = config.ridge.seeds > 1;
        Claim::new(id).applies_if(missing.is_none(), why_not).applies_if(several, "one regression gives no interval")
    };
    vec![
        about("gated-exact", &WIDE)
            .says("The gated response finds the true optimum with wide perturbations")
            .at_most("upper 95 % bound of the mean |λ_end − λ*|, gated, σ = 0.5, 1 and 2", bound(&gated), 0.08)
            .report("largest of them", gated.greatest("distance"))
            .report("share of regressions that have an optimum", rows.len() as f64 / all.len() as f64)
            .published("exact by theorem"),
        about("affine-biased", &[WIDEST, NARROW])
            .says("The affine response is biased by wide perturbations, not by narrow ones")
            .at_least("median |λ_end − λ*|, σ = 2", median(&distances("affine", WIDEST)), 0.3)
            .at_most("upper 95 % bound of the mean |λ_end − λ*|, σ = 0.1", bound(&narrow), 0.08)
            .report("largest of them", narrow.greatest("distance"))
            .published("qualitative"),
        about("too-narrow-fails", &[TOO_NARROW, RIGHT])
            .says("With too narrow perturbations the slope of the response is not learned")
            .at_least("largest |λ_end − λ*|, affine, σ = 0.01", greatest(distances("affine", TOO_NARROW)), 1.0)
            .at_least("median |λ_end − λ*|, gated, σ = 0.01", stalled, 0.03)
            .at_least(
                "the same over that of σ = 0.5",
                stalled / greatest([median(&distances("gated", RIGHT)), RESOLUTION]),
                5.0,
            )
            .published("qualitative (figure)"),
    ]
}

/// The claims on tuned dropout rates.
fn dropout(config: &Config, table: &Table) -> Vec<Claim> {
    let networks = table.with("part", "mlp");
    let tuned = networks.with("method", "stn");
    let end = |rows: &Table, column: &str| {
        let values = rows.sorted("step").column(column);
        mean(&values[values.len().saturating_sub(LAST)..])
    };
    let ends = |column: &str| tuned.each(["seed", "start"], |run| end(run, column));
    let [in_ends, hid_ends] = ["p_in", "p_hid"].map(ends);
    let reach = config.starts[config.starts.len() - 1] - config.starts[0];
    let spreads = |column: &str| {
        tuned.each("seed", |runs| {
            let ends = runs.each("start", |run| end(run, column));
            (greatest(&ends) - least(&ends)) / reach
        })
    };
    let [in_spreads, hid_spreads] = ["p_in", "p_hid"].map(spreads);

    let last = networks.with("step", config.recipe.steps);
    let fixed = |column: &str| last.with("method", "fixed").curve("start", column).mean().alone().middle;
    let against = |column: &str, reference: f64| last.with("method", "stn").mean(column) / reference;
    let [fixed_val, fixed_test] = ["val_ce", "test_ce"].map(fixed);
    let best_of_seed = networks.each("seed", |runs| {
        let ends = runs.with("step", config.recipe.steps);
        ends.with("method", "stn").mean("val_ce") / ends.with("method", "fixed").least("val_ce")
    });
    let once = |method: &str| last.with("method", method).mean("val_ce");

    vec![
        Claim::new("starts-converge")
            .says("All starts end together")
            .at_most("spread of the ends over that of the starts, p_in, mean over seeds", mean(&in_spreads), 0.25)
            .at_most("the same, p_hid", mean(&hid_spreads), 0.35)
            .at_most("the same, p_in, worst seed", greatest(&in_spreads), 0.40)
            .at_most("the same, p_hid, worst seed", greatest(&hid_spreads), 0.60)
            .published("starts 0.05, 0.3, 0.5, 0.7, 0.9 of an LSTM meet (figure; starts from the commands)")
            .applies_if(reach > 0.0, "there is one start only"),
        Claim::new("moves-to-interior")
            .says("Tuned rates are neither none nor the highest")
            .within("mean end of p_in", mean(&in_ends), 0.15..=0.45)
            .within("mean end of p_hid", mean(&hid_ends), 0.15..=0.45)
            .at_least("least end of both", least([least(&in_ends), least(&hid_ends)]), 0.04)
            .at_most("greatest end of both", greatest([greatest(&in_ends), greatest(&hid_ends)]), 0.64)
            .published("0.78 for the output dropout of an LSTM, 0.68 by grid search (README of the code)"),
        Claim::new("one-run-equals-grid")
            .says("One run matches the best rate of the grid and beats the worst")
            .within("mean final val_ce, over the best of the grid", against("val_ce", least(&fixed_val)), 0.85..=1.15)
            .at_most("the same, over the worst of the grid", against("val_ce", greatest(&fixed_val)), 0.75)
            .within(
                "mean final test_ce, over the best of the grid",
                against("test_ce", least(&fixed_test)),
                0.85..=1.15,
            )
            .report("mean final val_ce over the seed's own best of the grid, each seed", mean(&best_of_seed))
            .report("mean final val_ce, replayed schedule − its last rates kept", once("replay") - once("final-fixed"))
            .published("better than the best of a grid")
            .applies_if(config.fixed.len() > 2, "a grid has at least three rates"),
    ]
}
