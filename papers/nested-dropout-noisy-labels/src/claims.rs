//! The claims, measured on the table.

use common::prelude::*;
use common::statistics::{geometric_mean, mean, median};

use crate::Config;
use crate::toy::{CUT, Toy};

/// Features of which the regression is claimed to have more noise than with the first [`CUT`].
const MANY: usize = 100;

/// Share of true labels among selected ones from which on the selection has found them.
const PRECISE: f64 = 0.80;

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let [mut claims, noisy] = [regression(config, table), classification(config, table)];
    claims.extend(noisy);
    claims
}

fn regression(config: &Config, table: &Table) -> Vec<Claim> {
    let &Toy { toy_points, toy_sigma: sigma, toy_features: features, toy_nested, toy_steps, .. } = &config.toy;
    let toy = table.with("experiment", "toy");
    let of = |kind: &str, k: usize| toy.kind(kind).with("k", k);
    // In the order of the seeds.
    let pairs = |of: [Table; 2], column: &str, compare: fn(f64, f64) -> f64| -> Vec<f64> {
        let [a, b] = of.map(|rows| rows.column(column));
        a.iter().zip(&b).map(|(&a, &b)| compare(a, b)).collect()
    };
    let ratio = |a: Table, b: Table| geometric_mean(&pairs([a, b], "mse_truth", |a, b| a / b));
    let more_train = pairs([of("nested", MANY), of("nested", CUT)], "mse_train", |many, few| many - few);
    let (plain, line) = (of("plain", features), config.toy.line_error());

    let noisy = |id: &str, needed: usize| {
        Claim::new(id)
            .applies_if(features >= needed, format!("the network has fewer than {needed} features"))
            .applies_if(sigma > 0.0, "there is no noise")
            .applies_if(toy_steps > 0, "no network is trained")
    };
    vec![
        noisy("toy-truncation-denoises", CUT + 1)
            .says(
                "The first 10 nested features are closer to the truth than the plain network, which follows the noise",
            )
            .at_most(
                "geometric mean of mse_truth, nested k = 10 over plain",
                ratio(of("nested", CUT), plain.clone()),
                0.70,
            )
            .beside(PUBLISHED.number("toy-truncation"))
            .at_most("median mse_train of plain over σ²", median(&plain.column("mse_train")) / (sigma * sigma), 1.0)
            .at_least(
                format!("median mse_truth of plain over that of a line, 2σ²/{toy_points}"),
                median(&plain.column("mse_truth")) / line,
                2.0,
            ),
        noisy("toy-ordered", MANY)
            .applies_if(toy_nested >= MANY as f64, format!("Nested Dropout hardly trains feature {MANY}"))
            .says("More features, more noise")
            .above(
                "geometric mean of mse_truth, nested k = 100 over k = 10",
                ratio(of("nested", MANY), of("nested", CUT)),
                1.0,
            )
            .beside(PUBLISHED.number("toy-order"))
            .at_most("median of mse_train, nested k = 100 − k = 10", median(&more_train), 0.0)
            .beside(PUBLISHED.number("toy-order-train")),
    ]
}

fn classification(config: &Config, table: &Table) -> Vec<Claim> {
    let Config { digits, training, co_teaching, .. } = config;
    let noisy = table.with("experiment", "noisy");
    let best = |kind: &str| noisy.kind(kind).with("best_k", true).mean("test_acc");
    let nested_all = noisy.kind("nested").with("k", training.features).mean("test_acc");
    // The same number in all rows of a network.
    let of_networks = |kind: &str, column: &str| mean(&noisy.kind(kind).each("seed", |rows| rows.least(column)));
    let memorised = |kind| of_networks(kind, "memorised");
    let clean = 1.0 - digits.wrong();

    // A network that has learned is right more often than its labels.
    let learned = |claim: Claim, who: &str, accuracy: f64| {
        claim.at_least(format!("mean test_acc, {who} − share of true labels"), accuracy - clean, 0.0)
    };
    let nested_learned = |claim| learned(claim, "nested at the best k", best("nested"));

    let trained = |id: &str| {
        Claim::new(id)
            .applies_if(digits.wrong() >= 0.35, "it is about half of the labels drawn anew, and fewer are")
            .applies_if(training.epochs > 0, "no network is trained")
    };
    let co_taught = |id: &str| trained(id).applies_if(co_teaching.co_epochs > 0, "no network is taught by another");
    vec![
        learned(trained("compression-beats-ce"), "ce", best("ce"))
            .says("Nested Dropout, cut at the best k, beats cross-entropy")
            .at_least("mean test_acc, nested at the best k − ce", best("nested") - best("ce"), 0.03)
            .beside(PUBLISHED.number("nested-gain"))
            .report("mean test_acc, dropout − nested at the best k", best("dropout") - best("nested"))
            .report("mean test_acc, early ce − ce", best("ce_early") - best("ce"))
            .published("Clothing1M +0.040 (workshop version +0.059), ANIMAL-10N +0.019"),
        nested_learned(co_taught("coteaching-adds"))
            .says("Co-teaching of two nested networks adds more")
            .at_least("mean test_acc at the best k, nested_co − nested", best("nested_co") - best("nested"), 0.012)
            .beside(PUBLISHED.number("co-teaching-gain"))
            .report("mean test_acc, dropout_co − nested_co", best("dropout_co") - best("nested_co"))
            .published("Clothing1M +0.018, ANIMAL-10N +0.028"),
        trained("less-memorisation")
            .says("Nested networks memorise far fewer wrong labels, and predict as well")
            .at_most("mean memorised, nested over ce", memorised("nested") / memorised("ce"), 0.5)
            .at_least("mean test_acc, all nested features − ce", nested_all - best("ce"), -0.10)
            .report("mean memorised, ce", memorised("ce"))
            .report("mean memorised, dropout", memorised("dropout"))
            .published("insight (i)"),
        nested_learned(trained("truncation-helps"))
            .says("Cutting at the best k beats using all features")
            .at_least("mean test_acc, nested at the best k − all features", best("nested") - nested_all, 0.015)
            .note("our check of the cut: no published accuracy with all features was found")
            .default_scale_only("features that are never trained weigh less the more there are"),
        nested_learned(co_taught("selection-precision"))
            .says("Small losses mark true labels")
            .at_least("mean share of true labels selected", of_networks("nested_co", "select_precision"), PRECISE)
            .note("our check of Co-teaching: no published share of true labels was found")
            .applies_if(clean < PRECISE, "any selection has as many true labels")
            .applies_if(clean / (1.0 - co_teaching.forget_rate) >= PRECISE, "more are selected than are true"),
    ]
}
