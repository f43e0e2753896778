//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{linear_fit, mean};

use crate::Config;
use crate::activation::Activation;

/// Depth at which the machines are compared with their limits.
const DEPTH: usize = 60;

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// The exponent that the authors built an activation for, if they did.
pub fn published_exponent(activation: Activation) -> Option<f64> {
    let (entry, name) = (PUBLISHED.entry("exponents"), activation.name());
    entry.x.iter().any(|other| other.as_str() == Some(&name)).then(|| entry.at(name).value)
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let [sweep, limits, accuracies] = ["A", "B", "C"].map(|panel| table.with("panel", panel));
    let largest = accuracies.with("n", config.largest_n());
    [depth(config, &sweep, &largest), exponents(config, &limits), optimality(config, &largest)].concat()
}

/// Mean accuracy of a classifier, or of what it tends to.
fn accuracy(runs: &Table, name: &str) -> f64 {
    runs.with("activation", name).mean("value")
}

/// Whether the classes overlap: the less they do, the more do all classifiers agree.
fn overlap(largest: &Table) -> bool {
    accuracy(largest, "bayes") - accuracy(largest, "cover_hart") > 0.05
}

/// The claims on panel a.
fn depth(config: &Config, runs: &Table, largest: &Table) -> Vec<Claim> {
    let (optimal, depths) = (config.optimal(), &config.sweep.depths);
    let deep = runs.with("depth", DEPTH);
    // Where the deep machine of an activation has come close to its limit: a layer multiplies the small distance of two
    // close points by B′, and in the end they are far apart.
    let is_deep = |claim: Claim, activation: Activation| {
        let apart = pow(activation.dual().slope_at_one(), DEPTH as f64) >= 1e15;
        claim
            .applies_if(depths.contains(&DEPTH), format!("depth {DEPTH} is not among the depths"))
            .applies_if(apart, format!("{DEPTH} layers are too few for {}", activation.formula()))
    };
    let limit = |id: &str, activation: Activation, classifier: &str, least: f64| {
        let claim = Claim::new(id)
            .says(format!("At depth {DEPTH}, the machine of {} agrees with {classifier}", activation.formula()))
            .at_least("min over seeds of agree_limit", deep.with("activation", activation).least("agree_limit"), least)
            .published("theorem, for infinite depth");
        is_deep(claim, activation)
    };
    let is_optimal = optimal.has_exponent(config.population.dim);
    let hilbert = if is_optimal { "the Hilbert estimate" } else { "the smoother of its limit kernel" };

    let machine = deep.with("activation", optimal);
    let differ = Claim::new("limits-differ")
        .says(format!(
            "The limits are different classifiers, and only depth leads to them: {} at depth {DEPTH} is neither other \
             one, and no machine of one layer is its limit",
            optimal.formula()
        ))
        .at_most("max over seeds of agree_nn", machine.greatest("agree_nn"), 0.93)
        .at_most("max over seeds of agree_majority", machine.greatest("agree_majority"), 0.80)
        .published("theorem (no number)")
        .applies_if(overlap(largest), "the classes hardly overlap: all good classifiers agree")
        .applies_if(
            accuracy(largest, "bayes") - accuracy(largest, "majority") > 0.1,
            "one class prevails: the Bayes classifier is close to the majority vote",
        );
    let shallow = |activation| runs.with("depth", 1).with("activation", activation).greatest("agree_limit");
    let machines = [optimal, Activation::Herm2, Activation::Shift];
    let differ = match depths.contains(&1) {
        true => differ.at_most("depth 1: max over seeds of agree_limit", Each::of(&machines, shallow), 0.97),
        false => differ,
    };
    vec![
        limit("singular-limit", optimal, hilbert, 0.98),
        limit("nearest-neighbour-limit", Activation::Herm2, "the nearest-neighbour rule", 0.99),
        limit("majority-limit", Activation::Shift, "the majority vote", 0.98),
        is_deep(differ, optimal),
    ]
}

/// The claims on panel b.
fn exponents(config: &Config, limits: &Table) -> Vec<Claim> {
    let measured = |activation: Activation| {
        // The end is not cut off by the rounding of its power of ten.
        let close = limits.with("activation", activation).keep("r", |r| r < 1.001e-3);
        -close.derive("ln_r", ["r"], |[r]| ln(r)).pair("ln_r", "value", linear_fit).slope
    };
    let error = |activation: Activation| (measured(activation) / activation.dual().exponent() - 1.0).abs();
    let published = PUBLISHED.entry("exponents");
    let built = published.x.iter().filter_map(|name| Activation::named(name.as_str()?));
    let matches = |claim: Claim, activation: Activation| {
        let (what, number) = (format!("a of {}", activation.formula()), published.at(activation.name()));
        claim.matches(what, activation.dual().exponent(), number, 1e-4)
    };
    let shown: Vec<Activation> =
        config.singular.iter().copied().filter(|&activation| published_exponent(activation).is_some()).collect();
    let off = |activation| (measured(activation) - published_exponent(activation).unwrap_or(f64::NAN)).abs();
    vec![
        Claim::new("exponent")
            .says("The limit kernels diverge as r to the power −a of the theorem")
            .at_most("|slope / (−a) − 1|, r from 1e-5 to 1e-3", Each::of(&config.singular, error), 0.005)
            .published("a = −4 ln A′ / ln B′"),
        built
            .fold(Claim::new("matches-published"), matches)
            .says("The activations that the authors built for an exponent have it")
            .at_most("|slope + published a|, r from 1e-5 to 1e-3", Each::of(&shown, off), 0.01)
            .applies_if(!shown.is_empty(), "no activation of panel b was built for an exponent"),
    ]
}

/// The claims on panel c, about the most training points.
fn optimality(config: &Config, largest: &Table) -> Vec<Claim> {
    let (optimal, n, dim) = (config.optimal(), config.largest_n(), config.population.dim);
    let (name, formula) = (optimal.name(), optimal.formula());
    let each_seed = |f: fn([f64; 4]) -> f64| {
        let of = |run: &Table, name| run.with("activation", name).value("value");
        mean(&largest.each("seed", |run| f([name.as_str(), "1nn", "bayes", "cover_hart"].map(|name| of(run, name)))))
    };
    let excess = each_seed(|[singular, nearest, bayes, _]| (bayes - singular) / (bayes - nearest));
    let gap = each_seed(|[_, nearest, _, cover_hart]| (nearest - cover_hart).abs());
    let is_dense = n >= 1000 && pow(n as f64, 1.0 / dim as f64) >= 5.0;
    let sparse = format!("{n} points are too few for dimension {dim}");
    vec![
        Claim::new("beats-nn")
            .says(format!("At n = {n}, the limit of {formula} loses less than the nearest-neighbour rule"))
            // Two-sided: at a finite n it is not Bayes optimal.
            .within("mean over seeds of (Bayes − singular kernel) / (Bayes − 1-NN)", excess, 0.02..=0.5)
            .published("consistency (no number)")
            .applies_if(is_dense, &sparse)
            .applies_if(optimal.has_exponent(dim), format!("the exponent of {formula} is not the dimension"))
            .applies_if(overlap(largest), "the classes hardly overlap: the nearest-neighbour rule loses little"),
        Claim::new("nn-is-cover-hart")
            .says(format!("At n = {n}, the nearest-neighbour rule has its asymptotic accuracy"))
            .at_most("mean over seeds of |accuracy − (1 − E 2η(1 − η))|", gap, 0.015)
            .report("mean accuracy of 1-NN", accuracy(largest, "1nn"))
            .report("mean Cover–Hart accuracy", accuracy(largest, "cover_hart"))
            .published("Cover and Hart 1967")
            .applies_if(is_dense, &sparse),
    ]
}
