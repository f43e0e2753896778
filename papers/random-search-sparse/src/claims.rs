//! The claims, measured on means over seeds.

use common::prelude::*;
use common::statistics::{mean, t_interval};

use crate::Config;
use crate::extreme::expected_maximum;
use crate::training::CLASSES;

/// Whether the null result is claimed for a sparsity: at 0 there is nothing to choose, and of very few nodes any may be
/// dead.
fn is_pooled(sparsity: f64) -> bool {
    sparsity > 0.0 && sparsity <= 0.9
}

/// Accuracies that differ by less are as good as equal.
pub const EQUIVALENT: f64 = 0.006;

/// Test accuracy of the search's winner − mean of the plain random masks, for each seed and sparsity in these rows.
pub fn advantages(rows: &Table) -> Vec<f64> {
    let rows = rows.with_any("kind", ["search", "random"]);
    rows.each(["seed", "sparsity"], |pair| pair.kind("search").mean("test_acc") - pair.kind("random").mean("test_acc"))
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let ended = table.with("epoch", config.setup.epochs);
    let random = |sparsity: f64, column| ended.kind("random").with("sparsity", sparsity).mean(column);
    let dense = |column| ended.kind("dense").mean(column);
    let candidates = table.kind("candidates");
    let candidate = |sparsity: f64, column| candidates.with("sparsity", sparsity).mean(column);

    let pooled = |rows: &Table| rows.keep("sparsity", is_pooled);
    let differences = advantages(&pooled(&ended));
    let interval = t_interval(&differences, 0.90);
    let learned = pooled(&ended).with_any("kind", ["search", "random"]).mean("test_acc");
    let m_t = expected_maximum(config.n_candidates);
    let start = |kind| ended.kind(kind).with("sparsity", 0.5).mean("init_loss");

    let has = |sparsities: &[f64], id: &str| {
        let missing = sparsities.iter().find(|sparsity| !config.sparsities.contains(sparsity));
        let why_not = format!("sparsities lacks {}", missing.unwrap_or(&f64::NAN));
        Claim::new(id).applies_if(missing.is_none(), why_not)
    };
    let null = |id: &str| {
        let count = config.sparsities.iter().filter(|&&sparsity| is_pooled(sparsity)).count() as u64;
        Claim::new(id)
            .applies_if(count > 0, "no sparsity is above 0 and at most 0.9")
            .applies_if(count * config.seeds > 1, "one difference has no confidence interval")
    };
    let chooses = |claim: Claim| {
        claim
            .applies_if(config.n_candidates > 1, "one candidate is no choice")
            .applies_if(config.sparsities.last() > Some(&0.0), "where no node is removed there is nothing to choose")
    };

    vec![
        null("search-is-null")
            .says("After training the search's winner is as good as a plain random sub-network")
            .at_most(
                "|mean difference of final accuracies| + half its 90 % confidence interval, p ≤ 0.9",
                mean(&differences).abs() + 0.5 * interval.width(),
                EQUIVALENT,
            )
            .at_least("mean final accuracy of both, p ≤ 0.9", learned, 0.5)
            .report("mean difference", mean(&differences))
            .published("neither better (abstract)"),
        null("no-faster-convergence")
            .says("Nor does it learn faster")
            .at_most(
                "|mean difference of accuracies averaged over epochs|, p ≤ 0.9",
                mean(&advantages(&pooled(table))).abs(),
                0.008,
            )
            .at_least("mean final accuracy of both, p ≤ 0.9", learned, 0.5)
            .published("nor more efficient in convergence (abstract)"),
        chooses(Claim::new("extreme-value-gain"))
            .says("The search lowers the initial loss by as much as the best of as many normal numbers is low")
            .at_most(
                format!("|mean gain in standard deviations − {m_t:.3}|"),
                (candidates.mean("z_gain") - m_t).abs(),
                0.6,
            )
            .report("mean gain in standard deviations", candidates.mean("z_gain"))
            .published("theory"),
        chooses(has(&[0.5], "search-does-lower-loss"))
            .says("The search does find better starting points")
            .at_least(
                "mean initial loss, all candidates − best, p = 0.5",
                candidate(0.5, "loss_mean") - candidate(0.5, "loss_min"),
                0.10,
            )
            .at_least("mean initial loss, plain random − search, p = 0.5", start("random") - start("search"), 0.10)
            .note("our check that the search does what it is for; no loss of the paper was at hand"),
        has(&[0.9], "sparse-keeps-accuracy")
            .says("Most of the accuracy survives without 90 % of the nodes")
            .at_least("mean accuracy, random at 0.9 over dense", random(0.9, "test_acc") / dense("test_acc"), 0.94)
            .at_least("mean accuracy, random at 0.9", random(0.9, "test_acc"), 0.5)
            .at_most("parameters, random at 0.9 over dense", random(0.9, "n_params") / dense("n_params"), 0.12)
            .published("a significant level of performance is preserved (abstract)"),
        has(&[0.25, 0.75, 0.9, 0.95], "monotone-cost")
            .says("But it is not free")
            .at_least("mean accuracy, dense", dense("test_acc"), 0.5)
            .at_least("mean accuracy, dense − random at 0.9", dense("test_acc") - random(0.9, "test_acc"), 0.01)
            .above("mean accuracy, random at 0.25 − at 0.75", random(0.25, "test_acc") - random(0.75, "test_acc"), 0.0)
            .above("mean accuracy, random at 0.75 − at 0.95", random(0.75, "test_acc") - random(0.95, "test_acc"), 0.0)
            .note("the other side of the claim before; no accuracy of the paper was at hand")
            .default_scale_only("ten times the images and longer training let wide networks do with few nodes"),
        has(&[0.95], "init-loss-to-ln10")
            .says("The sparser a network, the closer its initial loss is to that of saying nothing, ln 10")
            .at_most(
                "|mean initial loss of the candidates at 0.95 − ln 10|",
                (candidate(0.95, "loss_mean") - ln(CLASSES as f64)).abs(),
                0.02,
            )
            .at_least("mean initial loss, dense − ln 10", dense("init_loss") - ln(CLASSES as f64), 0.1)
            .published("theory"),
    ]
}
