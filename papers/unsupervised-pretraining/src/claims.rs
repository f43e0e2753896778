//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{log_log_fit, mean, median};

use crate::Config;

/// Numbers of labelled points at which least squares is compared with its law.
const LAW_AT: [usize; 3] = [200, 800, 3200];

/// Unlabelled points from which on the prediction to first order in 1/m is compared.
const FIRST_ORDER: usize = 1000;

/// Labelled points that are few for the factor model.
const FEW: usize = 200;

/// Labelled points of the mixture.
const MIXTURE_LABELS: usize = 64;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let results = Results { config, table };
    Ok(vec![
        least_squares_law(&results)?,
        representation_law(&results)?,
        one_over_m(&results)?,
        few_labels(&results)?,
        needs_unlabelled(&results)?,
        informative_condition(&results)?,
        mixture(&results)?,
    ])
}

/// The table and what is asked of it.
struct Results<'a> {
    config: &'a Config,
    table: &'a Table,
}

impl Results<'_> {
    /// The rows of one method over the seeds.
    fn rows(&self, model: &str, method: &str, m: usize, n: usize) -> Result<Table> {
        self.table.filter("model", model)?.filter("method", method)?.filter("m", m)?.filter("n", n)
    }

    /// Mean excess over the seeds.
    fn mean(&self, model: &str, method: &str, m: usize, n: usize) -> Result<f64> {
        Ok(mean(&self.rows(model, method, m, n)?.floats("excess")?))
    }

    /// Mean excess over its prediction.
    fn ratio(&self, method: &str, m: usize, n: usize) -> Result<f64> {
        let rows = self.rows("factor", method, m, n)?;
        Ok(mean(&rows.floats("excess")?) / mean(&rows.floats("predicted")?))
    }

    fn most_unlabelled(&self) -> usize {
        self.config.m_grid.iter().copied().max().unwrap_or(0)
    }

    /// The numbers of unlabelled points to which the first-order prediction applies.
    fn first_order(&self) -> Vec<usize> {
        self.config.m_grid.iter().copied().filter(|m| *m >= FIRST_ORDER).collect()
    }
}

fn least_squares_law(results: &Results) -> Result<Claim> {
    let mut claim = Claim::stated("least-squares-law", "Least squares costs v d/(n − d − 1)");
    let d = results.config.model.d;
    let mut compared = 0;
    for n in LAW_AT.into_iter().filter(|n| results.config.n_grid.contains(n) && *n > d + 1) {
        let ratio = results.ratio("least-squares", 0, n)?;
        claim = claim
            .at_most(format!("|excess/predicted − 1| at n = {n}"), (ratio - 1.0).abs(), 0.15)
            .report(format!("excess/predicted at n = {n}"), ratio);
        compared += 1;
    }
    Ok(match compared {
        0 => claim.not_applicable("n_grid has none of 200, 800, 3200 above d + 1"),
        _ => claim.published("the d/n of supervised learning (theory)"),
    })
}

fn representation_law(results: &Results) -> Result<Claim> {
    let mut claim = Claim::stated(
        "representation-law",
        "The representation costs what theory predicts to first order in 1/m, constant included",
    );
    let compared = results.first_order();
    for &m in &compared {
        let ratio = results.ratio("bias", m, results.config.n_fixed)?;
        claim = claim
            .at_most(format!("|bias/predicted − 1| at m = {m}"), (ratio - 1.0).abs(), 0.15)
            .report(format!("bias/predicted at m = {m}"), ratio);
    }
    Ok(match compared.is_empty() {
        true => claim.not_applicable("m_grid has no value of at least 1000"),
        false => claim.note("the first-order constant is our derivation"),
    })
}

fn one_over_m(results: &Results) -> Result<Claim> {
    let claim = Claim::stated("one-over-m", "The cost of the representation falls like 1/m");
    let sizes = results.first_order();
    if sizes.len() < 2 {
        return Ok(claim.not_applicable("m_grid has fewer than two values of at least 1000"));
    }
    let cost = |m: &usize| results.mean("factor", "bias", *m, results.config.n_fixed);
    let costs = sizes.iter().map(cost).collect::<Result<Vec<f64>>>()?;
    let sizes: Vec<f64> = sizes.iter().map(|m| *m as f64).collect();
    Ok(claim
        .in_between("slope of log mean bias on log m", log_log_fit(&sizes, &costs).slope, -1.12, -0.88)
        .published("an upper bound of order m^(−1/2) for bounded losses"))
}

fn few_labels(results: &Results) -> Result<Claim> {
    let claim =
        Claim::stated("few-labels", "With few labels and many unlabelled points pretraining wins by a large factor");
    if !results.config.n_grid.contains(&FEW) {
        return Ok(claim.not_applicable("n_grid does not contain 200"));
    }
    let m = results.most_unlabelled();
    let pretrained = results.mean("factor", "pretrain", m, FEW)?;
    let least_squares = results.mean("factor", "least-squares", 0, FEW)? / pretrained;
    let ridge = results.mean("factor", "ridge", 0, FEW)? / pretrained;
    Ok(claim
        .at_least(format!("least squares / pretrained at m = {m}, n = {FEW}"), least_squares, 15.0)
        .at_least(format!("best ridge / pretrained at m = {m}, n = {FEW}"), ridge, 3.5)
        .published("pretraining helps when m is far above n (theory)"))
}

fn needs_unlabelled(results: &Results) -> Result<Claim> {
    let config = results.config;
    let (m, n) = (config.m_grid[0], config.n_grid[config.n_grid.len() - 1]);
    let claim = Claim::stated("needs-unlabelled", "With few unlabelled and many labelled points pretraining loses");
    if m >= n {
        return Ok(claim.not_applicable("the smallest m is not below the largest n"));
    }
    let ratio = results.mean("factor", "pretrain", m, n)? / results.mean("factor", "least-squares", 0, n)?;
    Ok(claim
        .at_least(format!("pretrained / least squares at m = {m}, n = {n}"), ratio, 2.0)
        .published("the cost of the representation remains (theory)"))
}

fn informative_condition(results: &Results) -> Result<Claim> {
    let (m, n) = (results.most_unlabelled(), results.config.n_fixed);
    let pretrained = results.mean("uninformative", "pretrain", m, n)?;
    let least_squares = results.mean("uninformative", "least-squares", 0, n)?;
    Ok(Claim::stated("informative-condition", "If the label does not depend on the factors, pretraining never works")
        .at_least(format!("mean excess of pretraining at m = {m}, n = {n}"), pretrained, 0.9)
        .at_most(format!("mean excess of least squares at n = {n}"), least_squares, 0.06)
        .published("nothing is gained without the informative condition (theory)"))
}

fn mixture(results: &Results) -> Result<Claim> {
    let claim = Claim::stated("mixture", "After pretraining on a mixture, labels for its components are enough");
    let settings = &results.config.mixture;
    if !settings.labelled.contains(&MIXTURE_LABELS) {
        return Ok(claim.not_applicable("gmm_n_grid does not contain 64"));
    }
    let excess = |method, m| Ok(median(&results.rows("gmm", method, m, MIXTURE_LABELS)?.floats("excess")?));
    let (pretrained, own, logistic): (Result<f64>, Result<f64>, Result<f64>) =
        (excess("pretrain", settings.unlabelled), excess("self", 0), excess("logistic", 0));
    Ok(claim
        .at_most("median excess error of pretraining at n = 64", pretrained?, 0.02)
        .at_least("median excess error of the mixture of the labelled points", own?, 0.02)
        .at_least("median excess error of logistic regression", logistic?, 0.08)
        .published("a few labels for each of K components (theory)"))
}
