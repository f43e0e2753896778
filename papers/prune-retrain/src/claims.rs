//! The claims, measured on the table.

use common::prelude::*;

use crate::Config;
use crate::retraining::Method;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let results = Results { config, table };
    Ok(vec![
        pruning_collapses(&results)?,
        tiny_subset_recovers(&results)?,
        biases_alone(&results)?,
        masklora_near_full(&results)?,
        mask_during_training(&results)?,
        merge_is_the_culprit(&results)?,
        sparsity_kept(&results)?,
    ])
}

/// The table with what claims ask of it.
struct Results<'a> {
    config: &'a Config,
    table: &'a Table,
}

impl Results<'_> {
    /// Accuracies of a method at a sparsity, one for each seed; none if the sparsity is not in the configuration.
    fn accuracies(&self, method: &str, sparsity: f64) -> Result<Vec<f64>> {
        self.table.filter("sparsity", sparsity)?.filter("method", method)?.floats("test_acc")
    }

    /// By how much one method is more accurate than another, for each seed.
    fn gains(&self, method: &str, than: &str, sparsity: f64) -> Result<Vec<f64>> {
        let pairs = self.accuracies(method, sparsity)?.into_iter();
        Ok(pairs.zip(self.accuracies(than, sparsity)?).map(|(a, b)| a - b).collect())
    }

    /// The claim, set aside if the configuration lacks its sparsity.
    fn at(&self, sparsity: f64, claim: Claim) -> Claim {
        match self.config.sparsities.contains(&sparsity) {
            true => claim,
            false => claim.not_applicable(format!("{sparsity} is not among the sparsities")),
        }
    }
}

fn pruning_collapses(results: &Results) -> Result<Claim> {
    let claim = Claim::stated("pruning-collapses", "Without retraining the network breaks at 95 % sparsity")
        .at_most("max over seeds of acc(none) at 0.95", reduce::max(&results.accuracies("none", 0.95)?), 0.45)
        .at_least("min over seeds of acc(dense)", reduce::min(&results.accuracies("dense", 0.0)?), 0.92)
        .published("collapse");
    Ok(results.at(0.95, claim))
}

fn tiny_subset_recovers(results: &Results) -> Result<Claim> {
    let (few, all) = (results.gains("bias+norm", "none", 0.8)?, results.gains("full", "none", 0.8)?);
    let shares: Vec<f64> = few.iter().zip(&all).map(|(few, all)| few / all).collect();
    let claim =
        Claim::stated("tiny-subset-recovers", "Biases and normalizations give back most of the loss at 80 % sparsity")
            .at_least("min over seeds of (acc(bias+norm) − none) / (full − none) at 0.8", reduce::min(&shares), 0.75)
            .published("about 1 with 0.3 % of the parameters");
    Ok(results.at(0.8, claim))
}

fn biases_alone(results: &Results) -> Result<Claim> {
    let gains = results.gains("bias", "none", 0.9)?;
    let claim = Claim::stated("biases-alone", "Biases alone already lift 90 % sparsity by a lot").at_least(
        "min over seeds of acc(bias) − acc(none) at 0.9",
        reduce::min(&gains),
        0.15,
    );
    Ok(results.at(0.9, claim))
}

fn masklora_near_full(results: &Results) -> Result<Claim> {
    let mut gaps = Vec::new();
    for &sparsity in &results.config.sparsities {
        gaps.extend(results.gains("full", "masklora", sparsity)?);
    }
    Ok(Claim::stated("masklora-near-full", "MaskLoRA stays close to full retraining everywhere")
        .at_most("max over seeds and sparsities of acc(full) − acc(masklora)", reduce::max(&gaps), 0.03)
        .published("matches full retraining"))
}

fn mask_during_training(results: &Results) -> Result<Claim> {
    let gains = results.gains("masklora", "lora-prune", 0.95)?;
    let claim = Claim::stated("mask-during-training", "Masking during training beats masking at merge time")
        .at_least("min over seeds of acc(masklora) − acc(lora-prune) at 0.95", reduce::min(&gains), 0.10)
        .published("large at high sparsity");
    Ok(results.at(0.95, claim))
}

fn merge_is_the_culprit(results: &Results) -> Result<Claim> {
    let gains = results.gains("lora-unmerged", "lora-prune", 0.95)?;
    let claim = Claim::stated("merge-is-the-culprit", "LoRA-Prune loses its gain exactly at the merge").at_least(
        "min over seeds of acc(lora-unmerged) − acc(lora-prune) at 0.95",
        reduce::min(&gains),
        0.10,
    );
    Ok(results.at(0.95, claim))
}

fn sparsity_kept(results: &Results) -> Result<Claim> {
    let mut distances = Vec::new();
    for method in ["none"].into_iter().chain(Method::ALL.map(Method::name)) {
        let rows = results.table.filter("method", method)?;
        let pairs = rows.floats("final_sparsity")?.into_iter().zip(rows.floats("sparsity")?);
        distances.extend(pairs.map(|(zeros, sparsity)| (zeros - sparsity).abs()));
    }
    Ok(Claim::stated("sparsity-kept", "Every merged model has the prescribed zeros")
        .at_most("max over sparse models of |final_sparsity − sparsity|", reduce::max(&distances), 0.001)
        .published("exact"))
}
