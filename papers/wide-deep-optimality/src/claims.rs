//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{linear_fit, mean};

use crate::Config;
use crate::activation::Activation;

/// Depth at which the machines are compared with their limits.
const DEPTH: usize = 60;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let (optimal, n) = (config.optimal(), config.largest_n());
    let name = optimal.name();
    let is_optimal = optimal.has_exponent(config.population.dim);
    let hilbert = if is_optimal { "the Hilbert estimate" } else { "the smoother of its limit kernel" };
    let deep = table.with("panel", "A").with("depth", DEPTH);
    let machine = deep.with("activation", optimal);
    // Where the deep machine of an activation has come close to its limit: a layer multiplies the small distance of two
    // close points by B′, and in the end they are far apart.
    let is_deep = |claim: Claim, activation: Activation| {
        let apart = pow(activation.dual().slope_at_one(), DEPTH as f64) >= 1e15;
        claim
            .applies_if(config.sweep.depths.contains(&DEPTH), format!("depth {DEPTH} is not among the depths"))
            .applies_if(apart, format!("{DEPTH} layers are too few for {}", activation.name()))
    };
    let limit = |id: &str, activation: Activation, classifier: &str, least: f64| {
        let claim = Claim::new(id)
            .says(format!("At depth {DEPTH}, {} agrees with {classifier}", activation.name()))
            .at_least("min over seeds of agree_limit", deep.with("activation", activation).least("agree_limit"), least)
            .published("theorem, for infinite depth");
        is_deep(claim, activation)
    };

    let exponent_error = |activation: Activation| {
        let limit = table.with("panel", "B").with("activation", activation);
        // The end is not cut off by the rounding of its power of ten.
        let close = limit.keep("r", |r| r < 1.001e-3).derive("ln_r", ["r"], |[r]| ln(r));
        let slope = close.pair("ln_r", "value", linear_fit).slope;
        (-slope / activation.dual().exponent() - 1.0).abs()
    };

    let largest = table.with("panel", "C").with("n", n);
    let accuracy = |name: &str| largest.with("activation", name).mean("value");
    let each_seed = |f: fn(f64, f64, f64, f64) -> f64| {
        let of = |run: &Table, name: &str| run.with("activation", name).value("value");
        largest.each("seed", |run| f(of(run, &name), of(run, "1nn"), of(run, "bayes"), of(run, "cover_hart")))
    };
    let excess = each_seed(|singular, nearest, bayes, _| (bayes - singular) / (bayes - nearest));
    let gap = each_seed(|_, nearest, _, cover_hart| (nearest - cover_hart).abs());
    // The less the classes overlap, the more do all classifiers agree.
    let overlap = accuracy("bayes") - accuracy("cover_hart");
    let dim = config.population.dim;
    let is_dense = n >= 1000 && pow(n as f64, 1.0 / dim as f64) >= 5.0;
    let sparse = format!("{n} points are too few for dimension {dim}");
    let beyond_majority = accuracy("bayes") - accuracy("majority");

    vec![
        limit("singular-limit", optimal, hilbert, 0.98),
        limit("nearest-neighbour-limit", Activation::Herm2, "the nearest-neighbour rule", 0.99),
        limit("majority-limit", Activation::Shift, "the majority vote", 0.98),
        is_deep(Claim::new("limits-differ"), optimal)
            .says(format!("The limits are different classifiers: {name} at depth {DEPTH} is neither other one"))
            .at_most("max over seeds of agree_nn", machine.greatest("agree_nn"), 0.93)
            .at_most("max over seeds of agree_majority", machine.greatest("agree_majority"), 0.80)
            .published("theorem (no number)")
            .applies_if(overlap > 0.05, "the classes hardly overlap: all good classifiers agree")
            .applies_if(
                beyond_majority > 0.1,
                "one class prevails: the Bayes classifier is close to the majority vote",
            ),
        Claim::new("exponent")
            .says("The limit kernels diverge as r to the power −a of the theorem")
            .at_most("|slope / (−a) − 1|, r from 1e-5 to 1e-3", Each::of(&config.singular, exponent_error), 0.005)
            .published("a = −4 ln A′ / ln B′"),
        Claim::new("beats-nn")
            .says(format!("At n = {n}, {name} loses less than the nearest-neighbour rule"))
            .at_most(format!("mean over seeds of (Bayes − {name}) / (Bayes − 1-NN)"), mean(&excess), 0.5)
            .published("consistency (no number)")
            .applies_if(is_dense, &sparse)
            .applies_if(is_optimal, format!("the exponent of {name} is not the dimension"))
            .applies_if(overlap > 0.05, "the classes hardly overlap: the nearest-neighbour rule loses little"),
        Claim::new("nn-is-cover-hart")
            .says(format!("At n = {n}, the nearest-neighbour rule has its asymptotic accuracy"))
            .at_most("mean over seeds of |accuracy − (1 − E 2η(1 − η))|", mean(&gap), 0.015)
            .report("mean accuracy of 1-NN", accuracy("1nn"))
            .report("mean Cover–Hart accuracy", accuracy("cover_hart"))
            .published("Cover and Hart 1967")
            .applies_if(is_dense, &sparse),
    ]
}
