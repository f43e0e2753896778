//! The claims of the paper, measured on the table.

use std::ops::RangeInclusive;

use common::prelude::*;
use common::statistics::log_log_fit;

use crate::Config;
use crate::factor_model::Label;

/// What the paper published.
static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// What a measured mean over its prediction is called near 1.
const NEAR_1: RangeInclusive<f64> = 0.85..=1.15;

/// Measures every claim. Means over the seeds for the factor model, medians for the mixture.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let Config { model, m_grid, n_grid, n_fixed, gmm, .. } = config;
    let n_fixed = *n_fixed;
    let rows = |model: &str, method: &str, m: usize, n: usize| {
        table.with("model", model).with("method", method).with("m", m).with("n", n)
    };
    let excess = |model: &str, method: &str, m: usize, n: usize| rows(model, method, m, n).mean("excess");
    let ratio = |method: &str, m: usize, n: usize| {
        let rows = rows("factor", method, m, n);
        rows.mean("excess") / rows.mean("predicted")
    };
    let median = |method: &str, m: usize| rows("gmm", method, m, 64).median("excess");

    let law_at: Vec<usize> = [200, 800, 3200].into_iter().filter(|n| n_grid.contains(n) && *n > model.d + 1).collect();
    let first_order: Vec<usize> = m_grid.iter().copied().filter(|&m| m >= 1000).collect();
    let costs: Vec<f64> = first_order.iter().map(|&m| excess("factor", "bias", m, n_fixed)).collect();
    let sizes: Vec<f64> = first_order.iter().map(|&m| m as f64).collect();
    let (m_least, m_most, n_most) = (m_grid[0], m_grid[m_grid.len() - 1], n_grid[n_grid.len() - 1]);
    let over_pretrained = |method: &str| excess("factor", method, 0, 200) / excess("factor", "pretrain", m_most, 200);
    let (few, many) = (format!("m = {m_most}, n = 200"), format!("m = {m_least}, n = {n_most}"));
    let loss = excess("factor", "pretrain", m_least, n_most) / excess("factor", "least-squares", 0, n_most);
    // Sigma² is the variance of the direction that the uninformative label depends on.
    let unlearnt = excess("uninformative", "pretrain", m_most, n_fixed) / (model.sigma * model.sigma);
    let learnt = excess("uninformative", "least-squares", 0, n_fixed);
    let law = model.least_squares_risk(Label::Uninformative, n_fixed);
    let ridge = excess("factor", "ridge", 0, 200) / excess("factor", "least-squares", 0, 200);

    vec![
        Claim::new("least-squares-law")
            .says("Least squares costs v d/(n − d − 1)")
            .within("mean excess / mean prediction at n", Each::of(&law_at, |n| ratio("least-squares", 0, n)), NEAR_1)
            .published("the d/n of supervised learning (theory)")
            .applies_if(!law_at.is_empty(), "n_grid has none of 200, 800, 3200 above d + 1"),
        Claim::new("representation-law")
            .says("The representation costs what theory predicts to first order in 1/m, constant included")
            .within("mean bias / mean prediction at m", Each::of(&first_order, |m| ratio("bias", m, n_fixed)), NEAR_1)
            .note("the first-order constant is our derivation")
            .applies_if(!first_order.is_empty(), "m_grid has no value of at least 1000"),
        Claim::new("one-over-m")
            .says("The cost of the representation falls like 1/m")
            .within("slope of log mean bias on log m", log_log_fit(&sizes, &costs).slope, -1.12..=-0.88)
            .beside(PUBLISHED.number("rate-in-m"))
            .published("an upper bound of order m^(−1/2) for bounded losses, which is kept")
            .applies_if(first_order.len() > 1, "m_grid has fewer than two values of at least 1000"),
        Claim::new("few-labels")
            .says("With few labels and many unlabelled points pretraining wins by a large factor")
            .at_least(format!("least squares / pretrained at {few}"), over_pretrained("least-squares"), 15.0)
            .at_least(format!("best ridge / pretrained at {few}"), over_pretrained("ridge"), 3.5)
            .at_most("best ridge / least squares at n = 200", ridge, 0.5)
            .published("pretraining helps when m is far above n (theory)")
            .applies_if(n_grid.contains(&200), "n_grid does not contain 200"),
        Claim::new("needs-unlabelled")
            .says("With few unlabelled and many labelled points pretraining loses")
            .at_least(format!("pretrained / least squares at {many}"), loss, 2.0)
            .published("the cost of the representation remains (theory)")
            .applies_if(m_least < n_most, "the smallest m is not below the largest n"),
        Claim::new("informative-condition")
            .says("If the label does not depend on the factors, pretraining never works")
            .within(format!("mean excess of pretraining over sigma², m = {m_most}, n = {n_fixed}"), unlearnt, 0.9..=1.2)
            .within(
                format!("mean excess of least squares / prediction at n = {n_fixed}"),
                learnt / law.unwrap_or(f64::NAN),
                NEAR_1,
            )
            .published("nothing is gained without the informative condition (theory)")
            .applies_if(law.is_some(), "n_fixed is not above d + 1"),
        Claim::new("mixture")
            .says("After pretraining on a mixture, labels for its components are enough")
            .at_most("median excess error of pretraining at n = 64", median("pretrain", gmm.settings.m), 0.02)
            .within("median excess error of the mixture of the labelled points", median("self", 0), 0.02..=0.2)
            .within("median excess error of logistic regression", median("logistic", 0), 0.08..=0.2)
            .published("a few labels for each of K components (theory)")
            .applies_if(gmm.settings.n_grid.contains(&64), "gmm.n_grid does not contain 64")
            .applies_if(gmm.seeds > 0, "gmm.seeds is 0"),
    ]
}
