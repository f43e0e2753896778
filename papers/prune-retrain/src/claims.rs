//! The claims, measured on the table. What differs much from seed to seed is judged by the 95 % interval of its mean.

use common::prelude::*;
use common::statistics::{greatest, mean, t_interval};

use crate::Config;

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// Weights of the hidden matrices below which rounding to whole weights can change a share by more than 0.001.
const FEW_WEIGHTS: f64 = 1000.0;

/// Units of a hidden layer up to which pruning to 90 or 95 % costs what the thresholds say.
const NARROW: usize = 128;

/// Why claims about this damage say nothing of wider layers.
const WIDE: &str = "of a wider layer more weights are left at the same sparsity, so that there is less to repair";

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let Config { pretraining, sparsities, recipe, .. } = config;
    let accuracy = |rows: &Table, method| rows.with("method", method).value("test_acc");
    let gains = |method, than, sparsity: f64| {
        let rows = table.with("sparsity", sparsity).without("method", "dense");
        rows.each("seed", |run| accuracy(run, method) - accuracy(run, than))
    };
    let low = |values: &[f64]| t_interval(values, 0.95).low;
    let (dense, deep) = (table.with("method", "dense"), table.with("sparsity", 0.95));
    let broken = t_interval(&deep.with("method", "none").column("test_acc"), 0.95).high;
    let halved = table.with("sparsity", 0.5).with("method", "none").least("test_acc");
    let shares: Vec<f64> =
        gains("bias+norm", "none", 0.8).iter().zip(gains("full", "none", 0.8)).map(|(few, all)| few / all).collect();
    let trained = 100.0 * table.with("method", "bias+norm").greatest("trainable_share");
    let gaps = sparsities.iter().flat_map(|&sparsity| gains("full", "masklora", sparsity));
    let merged = table.without("method", "dense").without("method", "lora-unmerged");
    let distances = merged.map(["final_sparsity", "sparsity"], |[zeros, sparsity]| (zeros - sparsity).abs());

    // What a claim on accuracies asks of the settings.
    let learned = |claim: Claim| claim.applies_if(pretraining.pretrain_steps > 0, "the network was never trained");
    let retrained = |claim| learned(claim).applies_if(recipe.retrain_steps > 0, "nothing is retrained");
    let adapted =
        |claim| retrained(claim).applies_if(recipe.low_rank.factor > 0.0, "the adapters are multiplied by zero");
    let at = |sparsity: f64, claim: Claim| {
        claim.applies_if(sparsities.contains(&sparsity), format!("{sparsity} is not among the sparsities"))
    };
    let interval = |claim: Claim| claim.applies_if(config.seeds > 2, "fewer than three seeds have no interval of use");
    let damaged = |claim| interval(claim).default_scale_only(WIDE).applies_if(pretraining.width <= NARROW, WIDE);

    vec![
        at(0.5, at(0.95, damaged(learned(Claim::new("pruning-collapses")))))
            .says("Without retraining the network survives 50 % sparsity and breaks at 95 %")
            .at_most("upper end of the 95 % interval of mean acc(none) at 0.95", broken, 0.45)
            .at_least("min over seeds of acc(none) at 0.5", halved, 0.85)
            .at_least("min over seeds of acc(dense)", dense.least("test_acc"), 0.92)
            .published("collapse"),
        at(0.8, interval(retrained(Claim::new("tiny-subset-recovers"))))
            .says("Biases and normalizations give back most of the loss at 80 % sparsity")
            .at_least(
                "lower end of the 95 % interval of the mean of (acc(bias+norm) − none) / (full − none) at 0.8",
                low(&shares),
                0.75,
            )
            .at_least(
                "min over seeds of the share of the loss that full retraining gives back at 0.8",
                table.with("sparsity", 0.8).with("method", "full").least("recovered"),
                0.5,
            )
            .at_most("parameters in biases and normalizations, %", trained, 5.0)
            .beside(PUBLISHED.entry("enough-first-version").at("high"))
            .published("0.27 to 0.35 % of the parameters match full retraining (abstract of v1)"),
        at(0.9, damaged(retrained(Claim::new("biases-alone"))))
            .says("Biases alone already lift 90 % sparsity by a lot")
            .at_least(
                "lower end of the 95 % interval of mean acc(bias) − acc(none) at 0.9",
                low(&gains("bias", "none", 0.9)),
                0.15,
            )
            .note("no accuracy of the original could be verified"),
        at(0.95, adapted(Claim::new("masklora-near-full")))
            .says("MaskLoRA stays close to full retraining everywhere")
            .at_most("max over seeds and sparsities of acc(full) − acc(masklora)", greatest(gaps), 0.03)
            .at_least(
                "min over seeds of the share of the loss that MaskLoRA gives back at 0.95",
                deep.with("method", "masklora").least("recovered"),
                0.5,
            )
            .published("matches full retraining"),
        at(0.95, damaged(adapted(Claim::new("mask-during-training"))))
            .says("Masking during training beats masking at merge time")
            .at_least(
                "lower end of the 95 % interval of mean acc(masklora) − acc(lora-prune) at 0.95",
                low(&gains("masklora", "lora-prune", 0.95)),
                0.10,
            )
            .published("large at high sparsity"),
        at(0.95, damaged(adapted(Claim::new("merge-is-the-culprit"))))
            .says("LoRA-Prune loses its gain exactly at the merge: before it, it is no worse than MaskLoRA")
            .at_least(
                "lower end of the 95 % interval of mean acc(lora-unmerged) − acc(lora-prune) at 0.95",
                low(&gains("lora-unmerged", "lora-prune", 0.95)),
                0.10,
            )
            .at_least(
                "mean acc(lora-unmerged) − acc(masklora) at 0.95",
                mean(&gains("lora-unmerged", "masklora", 0.95)),
                0.0,
            )
            .note("no accuracy of the original could be verified"),
        Claim::new("sparsity-kept")
            .says("Every merged model has the prescribed zeros")
            .at_most("max over sparse models of |final_sparsity − sparsity|", greatest(distances), 0.001)
            .published("exact")
            .applies_if(
                pretraining.hidden_weights() >= FEW_WEIGHTS,
                "the matrices have so few weights that no number of zeros comes close to the sparsity",
            ),
    ]
}
