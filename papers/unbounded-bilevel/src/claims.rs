//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{least, log_log_fit, mean, median};

use crate::Config;

/// Without normalisation, this step and larger ones diverge.
const PLAIN_DIVERGES_FROM: f64 = 3e-4;
/// BO-REP is judged at this step and larger ones.
const BOREP_JUDGED_FROM: f64 = 0.01;
/// How many of the largest horizons tell what the slope tends to.
const LARGEST: usize = 4;

/// Why claims about the rate do not apply.
const NOISELESS: &str = "without noise gradients fall faster than the theorem promises";

/// What the paper published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let is_unbounded = config.instance.kappa > 0.0;
    let of_unnormalised = |claim: Claim| claim.applies_if(is_unbounded, "with kappa = 0 the curvature is bounded");
    let of_borep = |claim: Claim| {
        claim.applies_if(config.lower.converges(), "with these gamma and nu, y and z do not approach their solutions")
    };
    let ahead = "Without normalisation no step reaches what BO-REP does, each method at its best step";
    let early =
        ahead_of_plain("borep-beats-tuned-plain", table, config.early(), 5.0).says(format!("{ahead}, early on"));
    let late = ahead_of_plain("gap-persists", table, config.gap(), 2.0).says(format!("{ahead}, later on"));
    vec![
        of_borep(rate_quarter(config, table)),
        of_unnormalised(of_borep(early)),
        of_unnormalised(plain_diverges(config, table)),
        of_borep(borep_never_diverges(config, table)),
        of_borep(refinement_helps_start(config, table)),
        of_unnormalised(of_borep(late)),
        of_borep(matches_published(config, table)),
    ]
}

/// The rows of a study's runs after this many iterations: those that hold the means over them.
fn runs_at(table: &Table, panel: &str, horizon: usize) -> Table {
    table.with("panel", panel).with("horizon", horizon).with("t", horizon)
}

/// The largest of some rising steps.
fn reach(etas: &[f64]) -> f64 {
    etas.last().copied().unwrap_or(f64::NAN)
}

fn rate_quarter(config: &Config, table: &Table) -> Claim {
    let averages = table.with("panel", "rate").curve("horizon", "avg_grad").mean();
    Claim::new("rate-quarter")
        .says("Under the theorem's steps, the average hypergradient of BO-REP falls like T^(-1/4)")
        .within(
            "log-log slope of the mean avg_grad over T",
            log_log_fit(&averages.x, &averages.middle).slope,
            -0.30..=-0.20,
        )
        .beside(PUBLISHED.number("rate"))
        .published("theorem: -1/4, that is O~(eps^-4) oracle calls")
        .applies_if(config.horizons.len() > 1, "one horizon has no slope")
        .applies_if(config.sigma > 0.0, NOISELESS)
}

/// The slope over the largest horizons beside that of the theorem. The tolerances are for what these horizons still lack.
fn matches_published(config: &Config, table: &Table) -> Claim {
    let averages = table.with("panel", "rate").curve("horizon", "avg_grad").mean();
    let from = averages.len().saturating_sub(LARGEST);
    let slope = log_log_fit(&averages.x[from..], &averages.middle[from..]).slope;
    let first = averages.x.get(from).copied().unwrap_or(f64::NAN);
    let tolerance = if first >= 16_000.0 { 0.015 } else { 0.025 };
    Claim::new("matches-published")
        .says("The slope tends to the -1/4 of the theorem")
        .matches(
            format!("log-log slope of the mean avg_grad over the {LARGEST} largest T"),
            slope,
            PUBLISHED.number("rate"),
            tolerance,
        )
        .published("-1/4 as an upper bound, up to logarithms")
        .applies_if(config.horizons.len() >= LARGEST, "too few horizons")
        .applies_if(first >= 4000.0, "the horizons are too short to tell what the slope tends to")
        .applies_if(config.lower.period <= 10, "with rarer updates of y the slope tends to its limit at larger T")
        .applies_if(config.sigma > 0.0, NOISELESS)
}

/// The smallest final_grad over the steps of a method, where `statistic` tells that of a step from its runs. Infinite if
/// every step has diverged: for a mean on one seed, for a median on half of them.
fn best(runs: &Table, method: &str, statistic: fn(&[f64]) -> f64) -> f64 {
    least(&runs.with("method", method).curve("eta", "final_grad").by(statistic).middle)
}

fn ahead_of_plain(id: &str, table: &Table, horizon: usize, threshold: f64) -> Claim {
    let runs = runs_at(table, "conv", horizon);
    let [typical, finite] = [median, mean].map(|statistic: fn(&[f64]) -> f64| {
        (least(["sgd", "momentum"].map(|method| best(&runs, method, statistic))), best(&runs, "borep", statistic))
    });
    Claim::new(id)
        .at_least(
            format!("best median final_grad at T = {horizon}, without normalisation over BO-REP"),
            typical.0 / typical.1,
            threshold,
        )
        .at_least("the same of means, thus of steps that are finite on all seeds", finite.0 / finite.1, threshold)
        .report("best median without normalisation", typical.0)
        .report("best median of BO-REP", typical.1)
        .published("ordering only")
        .applies_if(!finite.0.is_infinite(), "no step of the grid is finite without normalisation")
}

fn plain_diverges(config: &Config, table: &Table) -> Claim {
    let claim = Claim::new("plain-diverges")
        .says(format!("Without normalisation, runs with a step of at least {PLAIN_DIVERGES_FROM:e} diverge"))
        .published("qualitative")
        .applies_if(reach(&config.eta_plain) >= PLAIN_DIVERGES_FROM, "the grid has no such step");
    config.judged().into_iter().fold(claim, |claim, horizon| {
        let plain = runs_at(table, "conv", horizon).without("method", "borep");
        let finals = plain.keep("eta", |eta| eta >= PLAIN_DIVERGES_FROM).column("final_grad");
        let has_diverged = |&norm: &f64| if norm.is_nan() { norm } else { f64::from(norm.is_infinite()) };
        let diverged: Vec<f64> = finals.iter().map(has_diverged).collect();
        let what = format!("share of the {} runs that have diverged at T = {horizon}", finals.len());
        claim.at_least(what, mean(&diverged), 0.95)
    })
}

fn borep_never_diverges(config: &Config, table: &Table) -> Claim {
    let runs = runs_at(table, "conv", config.gap()).with("method", "borep");
    let greatest = runs.keep("eta", |eta| eta >= BOREP_JUDGED_FROM).greatest("final_grad");
    Claim::new("borep-never-diverges")
        .says(format!("BO-REP stays bounded at every step of at least {BOREP_JUDGED_FROM}"))
        .at_most(format!("maximum final_grad over these steps and seeds at T = {}", config.gap()), greatest, 2.0)
        .published("qualitative")
        .applies_if(reach(&config.eta_borep) >= BOREP_JUDGED_FROM, "the grid has no such step")
}

fn refinement_helps_start(config: &Config, table: &Table) -> Claim {
    let iterations = config.start_iterations;
    let runs = runs_at(table, "start", iterations);
    let error = |refine_steps| runs.with("refine_steps", refine_steps).mean("avg_lower_err");
    let (without, with) = (error(0), error(config.refine_steps));
    Claim::new("refinement-helps-start")
        .says("The refinement makes the lower variable accurate from the start")
        .at_least(
            format!("mean lower_err over the first {iterations} iterations, without refinement over with"),
            without / with,
            1.3,
        )
        .report("without refinement", without)
        .report("with refinement", with)
        .note("the mechanism, not a number of the paper; how much it gains depends on the problem, by |A x_0|")
        .applies_if(config.refine_steps > 0, "refine_steps is 0")
}
