//! The claims, measured on means over the seeds.

use common::prelude::*;
use common::statistics::mean;

use crate::Config;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let means = Means { table };
    Ok(vec![
        half_for_free(&means)?,
        el2n_beats_random(&means)?,
        init_grand_fails(&means)?,
        score_needs_one_epoch(config, &means)?,
        overpruning_hurts(&means)?,
        noise_detector(config, &means)?,
    ])
}

/// Means over the seeds.
struct Means<'t> {
    table: &'t Table,
}

impl Means<'_> {
    /// Test accuracy of a series at `x`; nothing where it has no such point.
    fn accuracy(&self, panel: &str, series: &str, x: f64) -> Result<Option<f64>> {
        let series = self.table.filter("panel", panel)?.filter("series", series)?;
        let point = series.filter_by("x", |value| value.as_float().is_some_and(|other| (other - x).abs() < 1e-9))?;
        Ok((!point.is_empty()).then_some(mean(&point.floats("test_acc")?)))
    }

    fn pruned(&self, series: &str, prune_frac: f64) -> Result<Option<f64>> {
        self.accuracy("prune", series, prune_frac)
    }

    /// A column of the diagnostics.
    fn diagnostic(&self, column: &str) -> Result<f64> {
        let present = self.table.filter_by(column, |value| !value.is_null())?;
        Ok(mean(&present.floats(column)?))
    }
}

fn half_for_free(means: &Means) -> Result<Claim> {
    let claim = Claim::stated("half-for-free", "Dropping the half with the lowest EL2N costs nothing")
        .published("half of CIFAR-10 can go, with a slight gain (abstract)");
    let (Some(full), Some(half)) = (means.pruned("full", 0.0)?, means.pruned("el2n", 0.5)?) else {
        return Ok(claim.not_applicable("prune_fracs lacks 0.5"));
    };
    Ok(claim.at_most("mean accuracy, full - EL2N at 0.5", full - half, 0.002))
}

fn el2n_beats_random(means: &Means) -> Result<Claim> {
    let claim = Claim::stated("el2n-beats-random", "EL2N beats random at 60 % pruning");
    let (Some(el2n), Some(random)) = (means.pruned("el2n", 0.6)?, means.pruned("random", 0.6)?) else {
        return Ok(claim.not_applicable("prune_fracs lacks 0.6"));
    };
    Ok(claim.at_least("mean accuracy at 0.6, EL2N - random", el2n - random, 0.006))
}

fn init_grand_fails(means: &Means) -> Result<Claim> {
    let claim =
        Claim::stated("init-grand-fails", "GraNd at initialisation is worse than random and follows the input norm")
            .published("does not beat random, correlates strongly with the input norm (arXiv:2303.14753, abstract)");
    let (Some(random), Some(grand)) = (means.pruned("random", 0.5)?, means.pruned("grand_init", 0.5)?) else {
        return Ok(claim.not_applicable("prune_fracs lacks 0.5"));
    };
    let correlation = means.diagnostic("spearman_grand0_norm")?;
    Ok(claim.at_least("mean accuracy at 0.5, random - GraNd (initialisation)", random - grand, 0.006).at_least(
        "mean Spearman correlation with ‖x‖²",
        correlation,
        0.80,
    ))
}

fn score_needs_one_epoch(config: &Config, means: &Means) -> Result<Claim> {
    let claim =
        Claim::stated("score-needs-one-epoch", "The score is ready after about one epoch, but not at initialisation")
            .published("a few epochs are enough");
    let (early, late) = (config.score_epoch, config.score_epochs.last().copied().unwrap_or(0.0));
    let at = |epoch: f64| means.accuracy("epoch", "el2n", epoch);
    let (Some(start), Some(one), Some(last)) = (at(0.0)?, at(early)?, at(late)?) else {
        return Ok(claim.not_applicable("score_epochs lacks 0 or score_epoch"));
    };
    if early <= 0.0 || late <= early {
        return Ok(claim.not_applicable("no score epoch is later than score_epoch, or score_epoch is 0"));
    }
    Ok(claim.at_most(format!("mean accuracy, epoch {late} - epoch {early}"), last - one, 0.004).at_least(
        format!("mean accuracy, epoch {early} - epoch 0"),
        one - start,
        0.03,
    ))
}

fn overpruning_hurts(means: &Means) -> Result<Claim> {
    let claim = Claim::stated("overpruning-hurts", "At 90 % pruning the hardest examples are worse than random ones")
        .published("the curves cross");
    let (Some(random), Some(el2n)) = (means.pruned("random", 0.9)?, means.pruned("el2n", 0.9)?) else {
        return Ok(claim.not_applicable("prune_fracs lacks 0.9"));
    };
    Ok(claim.at_least("mean accuracy at 0.9, random - EL2N", random - el2n, 0.03))
}

fn noise_detector(config: &Config, means: &Means) -> Result<Claim> {
    let claim =
        Claim::stated("noise-detector", "The score finds wrong labels, and dropping the top decile rescues training");
    // The window at the upper end, and the one that leaves out as many as there are labels drawn anew.
    let top = 1.0 - config.window_frac;
    let below = top - config.noise_frac;
    let at = |offset: f64| means.accuracy("window", "window", offset);
    let random = means.accuracy("window", "noisy_random", 0.0)?;
    let (Some(below_acc), Some(top_acc), Some(random_acc)) = (at(below)?, at(top)?, random) else {
        let needed = format!("offsets lacks {top:.3} or {below:.3}, the windows with and without the top noise_frac");
        return Ok(claim.not_applicable(needed));
    };
    if config.noise_frac == 0.0 {
        return Ok(claim.not_applicable("no label is wrong"));
    }
    let detection = means.diagnostic("auroc_noise")?;
    Ok(claim
        .at_least("mean AUROC of EL2N for wrong labels", detection, 0.97)
        .at_least(format!("mean accuracy, offset {below:.3} - offset {top:.3}"), below_acc - top_acc, 0.08)
        .at_least(format!("mean accuracy, offset {below:.3} - random"), below_acc - random_acc, 0.01)
        .report("mean share of wrong labels on top", means.diagnostic("top_wrong_frac")?))
}
