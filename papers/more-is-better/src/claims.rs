//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{mean, median};

use crate::Config;
use crate::eigenframework::optimal_fitting_ratio;

/// Exponents α and β for which the thresholds of panel C are meant.
const EXPONENT: f64 = 1.5;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let over_features = table.filter("panel", "A")?;
    let over_samples = table.filter("panel", "B")?;
    Ok(vec![
        theory_matches(&over_features)?,
        monotone(
            Claim::stated("more-features-better", "At the best ridge the test error falls with k"),
            &over_features,
            "k",
            1.02,
        )?,
        monotone(
            Claim::stated("more-samples-better", "At the best ridge the test error falls with n"),
            &over_samples,
            "n",
            1.04,
        )?,
        double_descent(config, &over_features)?,
        overfit_when_clean(config, table)?,
        noise_moves_optimum(config, table)?,
        digits_are_overfitted(table)?,
    ])
}

/// Means over trials of measured and predicted test error and of the fitting ratio.
fn over_trials(rows: &Table, by: &[&str]) -> Result<Table> {
    rows.summarize(
        by,
        &[
            Summary::mean("test_mse").named("test"),
            Summary::mean("theory_test").named("theory"),
            Summary::mean("ratio").named("ratio"),
        ],
    )
}

fn theory_matches(over_features: &Table) -> Result<Claim> {
    let means = over_trials(over_features, &["k", "ridge"])?;
    let pairs = means.floats("test")?.into_iter().zip(means.floats("theory")?);
    let errors: Vec<f64> = pairs.map(|(test, theory)| (test / theory - 1.0).abs()).collect();
    Ok(Claim::stated("theory-matches-test", "The closed form predicts the simulated test error over k")
        .at_most("median over k and ridge of |mean test / theory − 1|", median(&errors), 0.05)
        .at_most("maximum over k and ridge of the same", reduce::max(&errors), 0.35)
        .published("lines through dots"))
}

/// At the best ridge, one size to the next.
fn monotone(claim: Claim, rows: &Table, size: &str, threshold: f64) -> Result<Claim> {
    let best = over_trials(rows, &[size, "ridge"])?
        .summarize(&[size], &[Summary::min("test").named("best")])?
        .sort(&[size])?
        .floats("best")?;
    let steps: Vec<f64> = best.windows(2).map(|pair| pair[1] / pair[0]).collect();
    let what = format!("maximum over consecutive {size} of opt(next) / opt");
    Ok(claim
        .at_most(what, reduce::max(&steps), threshold)
        .report("opt at the smallest", best[0])
        .report("opt at the largest", best[best.len() - 1])
        .published("theorem"))
}

fn double_descent(config: &Config, over_features: &Table) -> Result<Claim> {
    let smallest = over_features.filter("ridge", reduce::min(&config.ridges.values()))?;
    let means = over_trials(&smallest, &["k"])?;
    let (ks, tests, n) = (means.floats("k")?, means.floats("test")?, config.fixed_n as f64);
    let distances: Vec<f64> = ks.iter().map(|k| ln(k / n).abs()).collect();
    let nearest = reduce::argmin(&distances);
    let few = ks.iter().zip(&tests).filter(|(k, _)| **k < n / 2.0);
    let lowest = few.map(|(_, test)| *test).fold(f64::INFINITY, f64::min);
    let claim =
        Claim::stated("double-descent-without-tuning", "At the smallest ridge the test error has a peak near k = n");
    if lowest == f64::INFINITY {
        return Ok(claim.not_applicable("no k below n / 2"));
    }
    let what = format!("mean test error at k = {} over the minimum at k < n / 2", ks[nearest]);
    Ok(claim.at_least(what, tests[nearest] / lowest, 1.7).published("visible"))
}

/// Test error over the fitting ratio R, over trials or in one of them.
struct FittingCurve {
    ratios: Vec<f64>,
    tests: Vec<f64>,
}

impl FittingCurve {
    /// The mean curve, one point for each ridge.
    fn of(rows: &Table) -> Result<FittingCurve> {
        let means = over_trials(rows, &["ridge"])?;
        Ok(FittingCurve { ratios: means.floats("ratio")?, tests: means.floats("test")? })
    }

    fn best(&self) -> usize {
        reduce::argmin(&self.tests)
    }

    /// R at the lowest test error.
    fn best_ratio(&self) -> f64 {
        self.ratios[self.best()]
    }

    /// The test error of point `i` over the lowest.
    fn excess(&self, i: usize) -> f64 {
        self.tests[i] / self.tests[self.best()]
    }

    /// The point with R nearest one half.
    fn half_fitted(&self) -> usize {
        let distances: Vec<f64> = self.ratios.iter().map(|ratio| (ratio - 0.5).abs()).collect();
        reduce::argmin(&distances)
    }
}

/// The rows of a panel at one noise level; none if it is not there.
fn at_noise(table: &Table, panel: &str, sigma2_rel: f64) -> Result<Option<Table>> {
    let rows = table.filter("panel", panel)?.filter("sigma2_rel", sigma2_rel)?;
    Ok((!rows.is_empty()).then_some(rows))
}

/// Says that a claim about panel C does not apply with other exponents.
fn for_the_exponents(config: &Config, claim: Claim) -> Claim {
    let same = config.task.alpha == EXPONENT && config.task.beta == EXPONENT;
    match same {
        true => claim,
        false => claim.not_applicable(format!("the thresholds are those of alpha = beta = {EXPONENT}")),
    }
}

fn overfit_when_clean(config: &Config, table: &Table) -> Result<Claim> {
    let claim = Claim::stated("overfit-when-clean", "Without noise the best kernel regression interpolates (panel C)");
    let Some(rows) = at_noise(table, "C", 0.0)? else {
        return Ok(claim.not_applicable("no noise level 0"));
    };
    let curve = FittingCurve::of(&rows)?;
    let optimum = optimal_fitting_ratio(config.task.alpha, config.task.beta, 0.0)?;
    let claim = claim
        .at_most("R at the best ridge", curve.best_ratio(), 0.02)
        .at_least("mean test error at R nearest 0.5 over the minimum", curve.excess(curve.half_fitted()), 1.25)
        .report("R* of the formula", optimum)
        .published("R* = 0");
    Ok(for_the_exponents(config, claim))
}

fn noise_moves_optimum(config: &Config, table: &Table) -> Result<Claim> {
    let claim = Claim::stated(
        "noise-moves-optimum",
        "With relative noise 5 the best kernel regression is far from interpolation (panel C)",
    );
    let Some(rows) = at_noise(table, "C", 5.0)? else {
        return Ok(claim.not_applicable("no noise level 5"));
    };
    let curve = FittingCurve::of(&rows)?;
    let optimum = optimal_fitting_ratio(config.task.alpha, config.task.beta, 5.0)?;
    let claim = claim
        .in_between("R at the best ridge", curve.best_ratio(), 0.35, 0.68)
        // The first ridge is the interpolating one.
        .at_least("mean test error of interpolation over the minimum", curve.excess(0), 1.12)
        .report("R* of the formula", optimum)
        .published("R* = 0.524");
    Ok(for_the_exponents(config, claim))
}

fn digits_are_overfitted(table: &Table) -> Result<Claim> {
    let claim = Claim::stated(
        "mnist-obligatory-overfitting",
        "On digits without added noise the best kernel regression interpolates (panel D)",
    );
    let Some(rows) = at_noise(table, "D", 0.0)? else {
        return Ok(claim.not_applicable("no digits at noise level 0"));
    };
    let (mut ratios, mut excesses) = (Vec::new(), Vec::new());
    for (_, seed) in rows.group_by(&["trial"])? {
        let curve = FittingCurve::of(&seed)?;
        ratios.push(curve.best_ratio());
        excesses.push(curve.excess(curve.half_fitted()));
    }
    Ok(claim
        .at_most("mean over seeds of R at the best ridge", mean(&ratios), 0.05)
        .at_least("minimum over seeds of the test error at R nearest 0.5 over the minimum", reduce::min(&excesses), 1.2)
        .published("optimum near 0"))
}
