//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{mean, median, pearson, spearman};

use crate::Config;

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
    let delayed: Vec<f64> = t_fit.iter().zip(&t_grok).map(|(fit, grok)| grok / fit).collect();
    let delayed = delayed.iter().filter(|&&delay| delay >= 5.0 && delay.is_finite()).count() as f64 / seeds as f64;
    let ratio = median(&t_grok) / median(&reached("mid", "test_acc", 0.9));

    let of_large = |claim: Claim| claim.applies_if(config.large.seeds > 0, "no runs with the large step");
    let delay = Claim::new("delay-law")
        .says("Time to generalise scales as 1/alpha, with overfitting first")
        .within(
            "median t_grok(small) / median t_grok(mid) · alpha_small / alpha_mid",
            ratio * config.small.alpha / config.mid.alpha,
            0.7..=1.4,
        )
        .at_least("share of small runs with t_grok ≥ 5 t_fit", delayed, 0.9)
        .published("Figure 1, right, shows the delay")
        .applies_if(seeds > 0, "no runs with the mid and the small step");
    let claims = [
        Claim::new("one-step-fit")
            .says("One large step fits all training labels, flipped ones too, and is at chance on test data")
            .at_least("mean train_acc at t = 1", first.mean("train_acc"), 0.985)
            .at_least("mean flipped_acc at t = 1", first.mean("flipped_acc"), 0.95)
            .within("mean test_acc at t = 1", first.mean("test_acc"), 0.44..=0.60)
            .published("theorem: all training labels fitted, test error about 1/2"),
        Claim::new("grok-later")
            .says("By T_large the test accuracy is near 1 and the noisy labels are still fitted")
            .at_least("median test_acc at T_large", last.median("test_acc"), 0.985)
            .at_least("mean test_acc at T_large", last.mean("test_acc"), 0.90)
            .at_least("mean train_acc at T_large", last.mean("train_acc"), 0.995)
            .at_least("mean flipped_acc at T_large", last.mean("flipped_acc"), 0.95)
            .published("test accuracy near 100 %, training accuracy 100 % (Figure 1, left)"),
        Claim::new("linear-at-one")
            .says("At t = 1 the network acts as the linear classifier sum_i y_i x_i, at T_large no more")
            .at_least("mean linear_agree at t = 1", first.mean("linear_agree"), 0.93)
            .at_most("mean linear_agree at T_large", last.mean("linear_agree"), 0.70)
            .published("the network is about linear at t = 1 (eq. 4.3)"),
        Claim::new("features-emerge")
            .says("Positive neurons do not prefer mu1 at t = 1 but do at the end")
            .within("median align_pos at t = 1", first.median("align_pos"), 0.6..=1.6)
            .at_least("median align_pos at T_large", last.median("align_pos"), 12.0)
            .published("Figure 3"),
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
    claims.map(of_large).into_iter().chain([delay]).collect()
}
