//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{linear_fit, mean};

use crate::Config;
use crate::activation::{Activation, SINGULAR};

/// Depth at which the machines are compared with their limits.
const DEPTH: usize = 60;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let deep = table.filter("panel", "A")?.filter("depth", DEPTH)?;
    let optimal = config.optimal().name();
    let mut claims = vec![
        limit(&deep, optimal, "agree_hilbert", 0.98, "singular-limit", "the Hilbert estimate")?,
        limit(&deep, "herm2", "agree_nn", 0.99, "nearest-neighbour-limit", "the nearest-neighbour rule")?,
        limit(&deep, "shift", "agree_majority", 0.98, "majority-limit", "the majority vote")?,
        limits_differ(&deep, optimal)?,
    ];
    if !config.depths.contains(&DEPTH) {
        let absent = |claim: Claim| claim.not_applicable(format!("depth {DEPTH} is not among the depths"));
        claims = claims.into_iter().map(absent).collect();
    }
    claims.push(exponent(&table.filter("panel", "B")?)?);
    let largest = table.filter("panel", "C")?.filter("n", config.largest_n())?;
    claims.push(beats_nearest_neighbor(config, &largest)?);
    claims.push(nearest_neighbor_is_cover_hart(config, &largest)?);
    Ok(claims)
}

/// Agreement of one activation's deep machine with its limit.
fn limit(deep: &Table, activation: &str, column: &str, least: f64, id: &str, name: &str) -> Result<Claim> {
    let agreement = deep.filter("activation", activation)?.floats(column)?;
    let lowest = agreement.iter().copied().fold(f64::INFINITY, f64::min);
    Ok(Claim::stated(id, format!("At depth {DEPTH}, {activation} agrees with {name}"))
        .at_least(format!("min over seeds of {column}"), lowest, least)
        .published("theorem, for infinite depth"))
}

/// The singular limit is neither of the other two.
fn limits_differ(deep: &Table, optimal: &str) -> Result<Claim> {
    let machine = deep.filter("activation", optimal)?;
    let largest =
        |column: &str| -> Result<f64> { Ok(machine.floats(column)?.into_iter().fold(f64::NEG_INFINITY, f64::max)) };
    let statement = format!("The limits are different classifiers: {optimal} at depth {DEPTH} is neither other one");
    Ok(Claim::stated("limits-differ", statement)
        .at_most("max over seeds of agree_nn", largest("agree_nn")?, 0.93)
        .at_most("max over seeds of agree_majority", largest("agree_majority")?, 0.80)
        .published("theorem (no number)"))
}

/// The slope of ln G over ln r against the exponent of the theorem.
fn exponent(limits: &Table) -> Result<Claim> {
    let mut worst = 0.0_f64;
    for activation in SINGULAR {
        worst = worst.max((fitted_exponent(limits, activation)? / activation.dual().exponent() - 1.0).abs());
    }
    Ok(Claim::stated("exponent", "The limit kernels diverge as r to the power −a of the theorem")
        .at_most("max over activations of |slope / (−a) − 1|, r from 1e-5 to 1e-3", worst, 0.005)
        .published("a = −4 ln A′ / ln B′"))
}

/// Minus the slope of a least-squares line through ln G over ln r, r from 1e-5 to 1e-3.
fn fitted_exponent(limits: &Table, activation: Activation) -> Result<f64> {
    let limit = limits.filter("activation", activation.name())?;
    // The end is not cut off by the rounding of its power of ten.
    let close = limit.filter_by("r", |r| r.as_float().is_some_and(|r| r < 1.001e-3))?;
    let ln_r: Vec<f64> = close.floats("r")?.into_iter().map(ln).collect();
    Ok(-linear_fit(&ln_r, &close.floats("value")?).slope)
}

/// The mean over seeds at the largest n of an accuracy.
fn accuracy(largest: &Table, name: &str) -> Result<f64> {
    Ok(mean(&largest.filter("activation", name)?.floats("value")?))
}

/// Excess error of the optimal activation in units of that of the nearest-neighbour rule.
fn beats_nearest_neighbor(config: &Config, largest: &Table) -> Result<Claim> {
    let optimal = config.optimal().name();
    let bayes = largest.filter("activation", "bayes")?.floats("value")?;
    let losses = |name: &str| -> Result<Vec<f64>> {
        let values = largest.filter("activation", name)?.floats("value")?;
        Ok(bayes.iter().zip(values).map(|(bayes, value)| bayes - value).collect())
    };
    let ratios: Vec<f64> = losses(optimal)?.iter().zip(losses("1nn")?).map(|(a, b)| a / b).collect();
    let n = config.largest_n();
    Ok(Claim::stated("beats-nn", format!("At n = {n}, {optimal} loses less than the nearest-neighbour rule"))
        .at_most(format!("mean over seeds of (Bayes − {optimal}) / (Bayes − 1-NN)"), mean(&ratios), 0.5)
        .published("consistency (no number)"))
}

/// The nearest-neighbour rule against its asymptotic accuracy.
fn nearest_neighbor_is_cover_hart(config: &Config, largest: &Table) -> Result<Claim> {
    let nearest = largest.filter("activation", "1nn")?.floats("value")?;
    let theory = largest.filter("activation", "cover_hart")?.floats("value")?;
    let gaps: Vec<f64> = nearest.iter().zip(theory).map(|(a, b)| (a - b).abs()).collect();
    let statement = format!("At n = {}, the nearest-neighbour rule has its asymptotic accuracy", config.largest_n());
    Ok(Claim::stated("nn-is-cover-hart", statement)
        .at_most("mean over seeds of |accuracy − (1 − E 2η(1 − η))|", mean(&gaps), 0.015)
        .report("mean accuracy of 1-NN", accuracy(largest, "1nn")?)
        .report("mean Cover–Hart accuracy", accuracy(largest, "cover_hart")?)
        .published("Cover and Hart 1967"))
}
