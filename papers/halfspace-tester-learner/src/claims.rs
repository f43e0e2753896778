//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{log_log_fit, mean};

use crate::Config;

/// The Massart level at which convex surrogates are judged: about where they are worst.
const STALL_LEVEL: f64 = 0.3;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let massart = table.filter("panel", "massart")?;
    Ok(vec![
        massart_optimal(&massart)?,
        convex_stalls(&massart)?,
        linear_in_width(&table.filter("panel", "width")?)?,
        completeness(table)?,
        soundness(config, table)?,
        local_tests_needed(&table.filter("marginal", "cross")?)?,
        adversarial_constant(&table.filter("panel", "adversarial")?)?,
    ])
}

/// Mean of a column over all rows.
fn column_mean(table: &Table, column: &str) -> Result<f64> {
    Ok(mean(&table.floats(column)?))
}

/// Share of the rows in which a column of booleans is true.
fn rate(table: &Table, column: &str) -> Result<f64> {
    let values = table.booleans(column)?;
    Ok(values.iter().filter(|&&value| value).count() as f64 / values.len() as f64)
}

fn massart_optimal(massart: &Table) -> Result<Claim> {
    let means = massart.summarize(&["level"], &[Summary::mean("excess_gd").named("mean")])?;
    Ok(Claim::stated("massart-optimal", "opt + epsilon at every Massart level")
        .at_most("maximum over eta of mean excess_gd", reduce::max(&means.floats("mean")?), 0.012)
        .published("theorem: opt + epsilon"))
}

fn convex_stalls(massart: &Table) -> Result<Claim> {
    let eta = STALL_LEVEL;
    let claim = Claim::stated("convex-stalls", "Convex surrogates do not get there").published("known");
    let rows = massart.filter("level", eta)?;
    if rows.is_empty() {
        return Ok(claim.not_applicable(format!("eta_grid lacks eta = {eta}")));
    }
    let logistic = column_mean(&rows, "excess_logistic")?;
    let average = column_mean(&rows, "excess_average")?;
    let learner = column_mean(&rows, "excess_gd")?;
    Ok(claim
        .at_least(format!("mean excess_logistic at eta = {eta}"), logistic, 0.04)
        .at_least(format!("mean excess_average at eta = {eta}"), average, 0.04)
        .at_least("mean excess_logistic over mean excess_gd", logistic / learner, 5.0)
        .at_least("mean excess_average over mean excess_gd", average / learner, 5.0))
}

fn linear_in_width(width: &Table) -> Result<Claim> {
    let means = width.summarize(&["sigma"], &[Summary::mean("excess_gd").named("mean")])?;
    let fit = log_log_fit(&means.floats("sigma")?, &means.floats("mean")?);
    let claim = Claim::stated("linear-in-width", "Excess error is proportional to sigma")
        .in_between("log-log slope of mean excess_gd on sigma", fit.slope, 0.70, 1.15)
        .published("theory: angle O(sigma)");
    Ok(match means.len() {
        1 => claim.not_applicable("one width has no slope"),
        _ => claim,
    })
}

fn completeness(table: &Table) -> Result<Claim> {
    let gauss = table.filter("marginal", "gauss")?;
    // Runs that share a seed share the inputs.
    let seeds = gauss.summarize(&["seed"], &[Summary::mean("accepted").named("rate")])?;
    let rates = seeds.floats("rate")?;
    let always = rates.iter().filter(|&&rate| rate == 1.0).count();
    Ok(Claim::stated("completeness", "Gaussian data are accepted")
        .at_least("acceptance rate over all gauss cells", rate(&gauss, "accepted")?, 0.97)
        .report("distinct Gaussian samples (seeds)", rates.len() as f64)
        .report("share of them accepted in every cell", always as f64 / rates.len() as f64)
        .published("theorem"))
}

fn soundness(config: &Config, table: &Table) -> Result<Claim> {
    let judged = table
        .filter("noise", "massart")?
        .filter("sigma", config.sigma)?
        .filter_by("panel", |panel| matches!(panel.as_str(), Some("massart" | "marginal")))?;
    let accepted = judged.filter("accepted", true)?;
    let claim = Claim::stated("soundness", "Accepted implies near-optimal (Massart cells with the default sigma)")
        .published("theorem");
    if accepted.is_empty() {
        return Ok(claim.not_applicable("nothing is accepted"));
    }
    let worst = reduce::max(&accepted.floats("excess_gd")?);
    Ok(claim
        .at_most("maximum excess_gd over accepted cells", worst, config.epsilon)
        .report("accepted cells", accepted.len() as f64)
        .report("of which with inputs that are not Gaussian", {
            let others = accepted.filter_by("marginal", |marginal| marginal.as_str() != Some("gauss"))?;
            others.len() as f64
        }))
}

fn local_tests_needed(cross: &Table) -> Result<Claim> {
    let claim = Claim::stated(
        "local-tests-needed",
        "Degree-3 global moments accept inputs on which the learner fails; the tester does not",
    )
    .published("qualitative");
    if cross.is_empty() {
        return Ok(claim.not_applicable("marginals lacks cross"));
    }
    Ok(claim
        .at_least("cross: mean excess_gd", column_mean(cross, "excess_gd")?, 0.05)
        .at_least("cross: rate of accepted_moment3", rate(cross, "accepted_moment3")?, 0.9)
        .at_most("cross: rate of accepted", rate(cross, "accepted")?, 0.0))
}

fn adversarial_constant(adversarial: &Table) -> Result<Claim> {
    let opt = adversarial.floats("opt")?;
    let over_opt = |column: &str| -> Result<Vec<f64>> {
        let excess = adversarial.floats(column)?;
        Ok(excess.iter().zip(&opt).map(|(excess, opt)| (opt + excess) / opt).collect())
    };
    let means = adversarial
        .with_column("gd_over_opt", over_opt("excess_gd")?)?
        .with_column("logistic_over_opt", over_opt("excess_logistic")?)?
        .summarize(
            &["level"],
            &[Summary::mean("gd_over_opt").named("gd"), Summary::mean("logistic_over_opt").named("logistic")],
        )?;
    let worst = reduce::max(&means.floats("gd")?);
    let mut claim = Claim::stated("adversarial-constant", "O(opt) under adversarial noise, better than convex").at_most(
        "maximum over opt of mean (opt + excess_gd)/opt",
        worst,
        1.6,
    );
    for level in [0.01, 0.03] {
        let rows = means.filter("level", level)?;
        if !rows.is_empty() {
            let what = format!("mean (opt + excess_logistic)/opt at opt = {level}");
            claim = claim.at_least(what, column_mean(&rows, "logistic")?, 1.9);
        }
    }
    Ok(claim.published("theorem: O(opt) + epsilon"))
}
