//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{Spread, least_finite, log_log_fit, mean};

use crate::Config;

/// Without normalisation, this step and larger ones diverge.
const PLAIN_DIVERGES_FROM: f64 = 3e-4;
/// BO-REP is judged at this step and larger ones.
const BOREP_JUDGED_FROM: f64 = 0.01;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let ahead = "Without normalisation no step reaches what BO-REP does, each method at its best step";
    Ok(vec![
        rate_quarter(table)?,
        ahead_of_plain(
            Claim::stated("borep-beats-tuned-plain", format!("{ahead}, early on")),
            &summaries(table, "conv", config.early())?,
            5.0,
        )?,
        plain_diverges(config, table)?,
        borep_never_diverges(&summaries(table, "conv", config.iterations)?)?,
        refinement_helps_start(config, table)?,
        ahead_of_plain(
            Claim::stated("gap-persists", format!("{ahead}, at the end")),
            &summaries(table, "conv", config.iterations)?,
            2.0,
        )?,
    ])
}

/// The last rows of a study's runs over this many iterations: those that hold the means.
fn summaries(table: &Table, panel: &str, horizon: usize) -> Result<Table> {
    let runs = table.filter("panel", panel)?.filter("horizon", horizon as i64)?;
    runs.filter("t", horizon as i64)
}

/// A method's rows with a step of at least `least`.
fn with_steps_from(runs: &Table, least: f64) -> Result<Table> {
    runs.filter_by("eta", |eta| eta.as_float().is_some_and(|eta| eta >= least))
}

fn rate_quarter(table: &Table) -> Result<Claim> {
    let averages = Spread::arithmetic(&table.filter("panel", "rate")?, "avg_grad", "horizon")?;
    let claim = Claim::stated(
        "rate-quarter",
        "Under the theorem's steps, the average hypergradient of BO-REP falls like T^(-1/4)",
    )
    .in_between(
        "log-log slope of the mean avg_grad over T",
        log_log_fit(&averages.by, &averages.middle).slope,
        -0.30,
        -0.20,
    )
    .published("theorem: -1/4, that is O~(eps^-4) oracle calls");
    Ok(match averages.by.len() {
        1 => claim.not_applicable("one horizon has no slope"),
        _ => claim,
    })
}

/// The smallest mean final_grad over the steps of a method; infinite if every step has diverged on a seed.
fn best(runs: &Table, method: &str) -> Result<f64> {
    let finals = Spread::arithmetic(&runs.filter("method", method)?, "final_grad", "eta")?;
    Ok(least_finite(&finals.middle).map_or(f64::INFINITY, |index| finals.middle[index]))
}

fn ahead_of_plain(claim: Claim, runs: &Table, threshold: f64) -> Result<Claim> {
    let plain = best(runs, "sgd")?.min(best(runs, "momentum")?);
    let borep = best(runs, "borep")?;
    let horizon = runs.at(0, "horizon")?.as_integer().unwrap_or_default();
    let claim = claim
        .at_least(
            format!("best mean final_grad at T = {horizon}, without normalisation over BO-REP"),
            plain / borep,
            threshold,
        )
        .report("best without normalisation", plain)
        .report("best of BO-REP", borep)
        .published("ordering only");
    Ok(match plain.is_finite() {
        true => claim,
        false => claim.not_applicable("no step of the grid is finite without normalisation"),
    })
}

fn plain_diverges(config: &Config, table: &Table) -> Result<Claim> {
    let mut claim = Claim::stated(
        "plain-diverges",
        format!("Without normalisation, every run with a step of at least {PLAIN_DIVERGES_FROM:e} diverges"),
    )
    .published("qualitative");
    for horizon in horizons(config) {
        let runs = with_steps_from(&summaries(table, "conv", horizon)?, PLAIN_DIVERGES_FROM)?;
        let plain = runs.filter_by("method", |method| method.as_str() != Some("borep"))?;
        let finals = plain.floats("final_grad")?;
        if finals.is_empty() {
            return Ok(claim.not_applicable("the grid has no such step"));
        }
        let diverged: Vec<f64> = finals.iter().map(|value| f64::from(u8::from(value.is_infinite()))).collect();
        let what = format!("share of the {} runs that have diverged at T = {horizon}", finals.len());
        claim = claim.at_least(what, mean(&diverged), 1.0);
    }
    Ok(claim)
}

/// Both T of panels A and B; one if they agree.
fn horizons(config: &Config) -> Vec<usize> {
    let mut horizons = vec![config.early(), config.iterations];
    horizons.dedup();
    horizons
}

fn borep_never_diverges(runs: &Table) -> Result<Claim> {
    let judged = with_steps_from(&runs.filter("method", "borep")?, BOREP_JUDGED_FROM)?;
    let finals = judged.floats("final_grad")?;
    let claim = Claim::stated(
        "borep-never-diverges",
        format!("BO-REP stays bounded at every step of at least {BOREP_JUDGED_FROM}"),
    )
    .at_most("maximum final_grad over these steps and seeds", reduce::max(&finals), 2.0)
    .published("qualitative");
    Ok(match finals.is_empty() {
        true => claim.not_applicable("the grid has no such step"),
        false => claim,
    })
}

fn refinement_helps_start(config: &Config, table: &Table) -> Result<Claim> {
    let runs = summaries(table, "start", config.start_iterations)?;
    let errors = Spread::arithmetic(&runs, "avg_lower_err", "refine_steps")?;
    let (without, with) = (errors.middle.first(), errors.middle.last());
    let (without, with) = (without.copied().unwrap_or(f64::NAN), with.copied().unwrap_or(f64::NAN));
    let claim = Claim::stated("refinement-helps-start", "The refinement makes the lower variable accurate from the start")
        .at_least(
            format!(
                "mean lower_err over the first {} iterations, without refinement over with",
                config.start_iterations
            ),
            without / with,
            2.0,
        )
        .report("without refinement", without)
        .report("with refinement", with)
        .note("the mechanism, not a number of the paper");
    Ok(match config.lower.refine_steps {
        0 => claim.not_applicable("refine_steps is 0"),
        _ => claim,
    })
}
