//! The claims, measured on the table: the worst seed is judged.

use common::prelude::*;
use common::statistics::{greatest, least};

use crate::Config;

/// Weights of the hidden matrices below which rounding to whole weights can change a share by more than 0.001.
const FEW_WEIGHTS: f64 = 1000.0;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let Config { pretraining, sparsities, recipe, .. } = config;
    let accuracy = |rows: &Table, method| rows.with("method", method).value("test_acc");
    let gains = |method, than, sparsity: f64| {
        let rows = table.with("sparsity", sparsity).without("method", "dense");
        rows.each("seed", |run| accuracy(run, method) - accuracy(run, than))
    };
    let shares: Vec<f64> =
        gains("bias+norm", "none", 0.8).iter().zip(gains("full", "none", 0.8)).map(|(few, all)| few / all).collect();
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

    vec![
        at(0.95, learned(Claim::new("pruning-collapses")))
            .says("Without retraining the network breaks at 95 % sparsity")
            .at_most(
                "max over seeds of acc(none) at 0.95",
                table.with("sparsity", 0.95).with("method", "none").greatest("test_acc"),
                0.45,
            )
            .at_least("min over seeds of acc(dense)", table.with("method", "dense").least("test_acc"), 0.92)
            .published("collapse"),
        at(0.8, retrained(Claim::new("tiny-subset-recovers")))
            .says("Biases and normalizations give back most of the loss at 80 % sparsity")
            .at_least("min over seeds of (acc(bias+norm) − none) / (full − none) at 0.8", least(shares), 0.75)
            .published("about 1 with 0.3 % of the parameters"),
        at(0.9, retrained(Claim::new("biases-alone")))
            .says("Biases alone already lift 90 % sparsity by a lot")
            .at_least("min over seeds of acc(bias) − acc(none) at 0.9", least(gains("bias", "none", 0.9)), 0.15),
        adapted(Claim::new("masklora-near-full"))
            .says("MaskLoRA stays close to full retraining everywhere")
            .at_most("max over seeds and sparsities of acc(full) − acc(masklora)", greatest(gaps), 0.03)
            .published("matches full retraining"),
        at(0.95, adapted(Claim::new("mask-during-training")))
            .says("Masking during training beats masking at merge time")
            .at_least(
                "min over seeds of acc(masklora) − acc(lora-prune) at 0.95",
                least(gains("masklora", "lora-prune", 0.95)),
                0.10,
            )
            .published("large at high sparsity"),
        at(0.95, adapted(Claim::new("merge-is-the-culprit")))
            .says("LoRA-Prune loses its gain exactly at the merge")
            .at_least(
                "min over seeds of acc(lora-unmerged) − acc(lora-prune) at 0.95",
                least(gains("lora-unmerged", "lora-prune", 0.95)),
                0.10,
            ),
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
