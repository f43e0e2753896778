//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, mean, median, pearson, spearman};

use crate::Config;

/// What the paper published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// Whether data, network and large step are those of the published figures.
pub fn as_published(config: &Config) -> bool {
    let model = &config.model;
    (model.n, model.n_test, model.p, model.m) == (200, 200, 40_000, 1000)
        && (model.mu_coef, model.eta, model.omega, config.large.alpha) == (2.5, 0.05, 1e-15, 1e-12)
}

/// How many of our small steps a published one is worth, whose alpha is 1e-16.
pub fn published_step(config: &Config) -> f64 {
    1e-16 / config.small.alpha
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let times = table.kind("time");
    let large = times.with("setting", "large");
    let (first, last) = (large.with("t", 1), large.with("t", config.large.steps));
    // Runs with less imbalance are the "good runs" of the theory.
    let good = last.keep("imb", |imb| imb < 1.5);
    let lean_errors =
        first.map(["share_plus", "share_plus_pred"], |[measured, predicted]| (measured - predicted).abs());

    // When accuracies reach a level, in the first runs: the same seed has the same data and initial weights in both
    // settings.
    let seeds = config.mid.seeds.min(config.small.seeds);
    let reached = |setting, column, level| {
        let runs = times.with("setting", setting).keep("seed", |seed| seed < seeds as f64);
        runs.each("seed", |run| run.first("t", column, |accuracy| accuracy >= level))
    };
    let (t_fit, t_grok) = (reached("small", "train_acc", 0.99), reached("small", "test_acc", 0.9));
    // A run that has not generalised by T is neither delayed nor not; that half of them have, the medians below ask.
    let generalised = || t_fit.iter().zip(&t_grok).filter(|(_, grok)| grok.is_finite());
    let delayed = generalised().filter(|&(fit, grok)| grok / fit >= 5.0).count() as f64 / generalised().count() as f64;
    let ratio = median(&t_grok) / median(&reached("mid", "test_acc", 0.9));
    // When the median over all small runs reaches a level.
    let crosses = |column, level| {
        let curve = times.with("setting", "small").curve("t", column).median();
        let first = curve.middle.iter().position(|&accuracy| accuracy >= level);
        first.map_or(f64::INFINITY, |first| curve.x[first])
    };
    let crossing = crosses("test_acc", 0.9);

    let of_large = |claim: Claim| claim.applies_if(config.large.seeds > 0, "no runs with the large step");
    let delay = Claim::new("delay-law")
        .says("Time to generalise scales as 1/alpha, with overfitting first")
        .within(
            "median t_grok(small) / median t_grok(mid) · alpha_small / alpha_mid",
            ratio * config.small.alpha / config.mid.alpha,
            0.7..=1.4,
        )
        .at_least("share with t_grok ≥ 5 t_fit of the small runs that generalise by T", delayed, 0.9)
        .report(
            "small: t at which the median test_acc is 0.9, times alpha_small / 1e-16",
            crossing / published_step(config),
        )
        .beside(PUBLISHED.number("grok-time"))
        .report("the same t over that at which the median train_acc is 0.99", crossing / crosses("train_acc", 0.99))
        .beside(PUBLISHED.number("delay"))
        .applies_if(seeds > 0, "no runs with the mid and the small step");
    let claims = [
        Claim::new("one-step-fit")
            .says("One large step fits all training labels, flipped ones too, and is at chance on test data")
            .at_least("mean train_acc at t = 1", first.mean("train_acc"), 0.985)
            .at_least("mean flipped_acc at t = 1", first.mean("flipped_acc"), 0.95)
            .within("mean test_acc at t = 1", first.mean("test_acc"), 0.44..=0.60)
            .beside(PUBLISHED.entry("test-large").at(1))
            .published("theorem: all training labels fitted, test error about 1/2"),
        Claim::new("grok-later")
            .says("By T_large the test accuracy is near 1 and the noisy labels are still fitted")
            .at_least("median test_acc at T_large", last.median("test_acc"), 0.985)
            .beside(PUBLISHED.entry("test-large").at(50))
            .at_least("mean test_acc at T_large", last.mean("test_acc"), 0.90)
            .at_least("mean train_acc at T_large", last.mean("train_acc"), 0.995)
            .at_least("mean flipped_acc at T_large", last.mean("flipped_acc"), 0.95)
            .published("test accuracy near 100 %, training accuracy 100 %"),
        Claim::new("linear-at-one")
            .says("At t = 1 the network acts as the linear classifier sum_i y_i x_i, at T_large no more")
            .at_least("mean linear_agree at t = 1", first.mean("linear_agree"), 0.93)
            .at_most("mean linear_agree at T_large", last.mean("linear_agree"), 0.70)
            .published("the network is about linear at t = 1 (eq. 4.3)"),
        Claim::new("features-emerge")
            .says("Positive neurons do not prefer mu1 at t = 1 but do at the end")
            .within("median align_pos at t = 1", first.median("align_pos"), 0.6..=1.6)
            .beside(PUBLISHED.entry("alignment").at(1))
            .at_least("median align_pos at T_large", last.median("align_pos"), 12.0)
            .report("median align_pos at t = 10", large.with("t", 10).median("align_pos"))
            .beside(PUBLISHED.entry("alignment").at(10)),
        Claim::new("lean-law")
            .says("The share of positive neurons leaning to +mu1 at t = 1 follows Φ(E D / √Var D)")
            .at_most("mean |share_plus - share_plus_pred|", mean(&lean_errors), 0.03)
            .at_least("Pearson correlation", first.pair("share_plus", "share_plus_pred", pearson), 0.97)
            .note("our derivation, not in the paper"),
        Claim::new("bad-runs-explained")
            .says("Failures are the imbalanced runs")
            .at_least("mean test_acc at T_large over runs with imb < 1.5", good.mean("test_acc"), 0.985)
            .at_most("Spearman correlation of imb and test_acc", last.pair("imb", "test_acc", spearman), -0.5)
            .published("the theory excludes imbalanced runs (\"good run\")"),
    ];
    claims.map(of_large).into_iter().chain([delay, matches_published(config, &times)]).collect()
}

/// Features, accuracies and the small-step training curve beside the published ones. The tolerances are those of 40 runs
/// against 100: 2.5 standard errors of the features, the 99 % points for test accuracies, and 3 standard errors of the
/// training accuracy with 8 runs.
fn matches_published(config: &Config, times: &Table) -> Claim {
    let (large, small) = (times.with("setting", "large"), times.with("setting", "small"));
    let (h1, test, train) = (PUBLISHED.entry("h1"), PUBLISHED.entry("test-large"), PUBLISHED.entry("train-small"));
    let features = Each::of(&[1, 3, 10], |t: u32| large.with("t", t).mean("mean_h1") / h1.at(t).value);
    // Mean distance of a quantile of the large runs over t = 2, ..., 10.
    let distance = |level, published: &[f64]| {
        let ours = |t| large.with("t", t).quantile("test_acc", level);
        mean(&(2..=10).map(|t| (ours(t) - published[t]).abs()).collect::<Vec<f64>>())
    };
    let fitted = small.curve("t", "train_acc").median();
    let fits =
        [10, 20, 30].map(|t| (between(&fitted, f64::from(t) * published_step(config)) - train.at(t).value).abs());
    Claim::new("matches-published")
        .says("Features, accuracies and the small-step training curve are the published ones")
        .within("mean over large runs of mean_h1 / published, by t", features, 0.9..=1.1)
        .at_most("large, mean over t = 2..10 of |median test_acc − published|", distance(0.5, &test.y), 0.07)
        .at_most("the same of the 20 % quantile", distance(0.2, &test.low), 0.105)
        .at_most("small, max over 10, 20, 30 published steps of |median train_acc − published|", greatest(fits), 0.06)
        .published("Figures 1 and 3, 100 runs")
        .applies_if(as_published(config), "published for other data, network or large step")
        .applies_if(config.large.steps >= 10, "ends before the published curves")
        .applies_if(config.large.seeds >= 40 && config.small.seeds >= 8, "tolerances are those of 40 and 8 runs")
        .applies_if(
            config.small.alpha <= 1e-15 && config.small.steps as f64 >= 30.0 * published_step(config),
            "the small step is too large, or there are too few, to follow the published training curve",
        )
        .applies_if(config.n_rec >= 30, "n_rec leaves too few times to interpolate between")
}

/// A curve between its points, by linear interpolation.
fn between(curve: &Curve, x: f64) -> f64 {
    let Some(right) = curve.x.iter().position(|&right| right >= x).filter(|&right| right > 0) else { return f64::NAN };
    let share = (x - curve.x[right - 1]) / (curve.x[right] - curve.x[right - 1]);
    curve.middle[right - 1] + share * (curve.middle[right] - curve.middle[right - 1])
}
