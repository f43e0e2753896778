//! The claims, measured on means over the seeds.

use common::prelude::*;
use common::statistics::mean;

use crate::{Config, ROUNDING};

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let Config { setup, score_epoch, score_epochs, prune_fracs, noise, .. } = config;
    let (points, diagnostics) = (table.kind("accuracy"), table.kind("diagnostics"));
    let accuracy = |panel, series, x: f64| {
        let series = points.with("panel", panel).with("series", series);
        mean(&series.keep("x", |other| (other - x).abs() <= ROUNDING).column("test_acc"))
    };
    let diagnostic = |column| mean(&diagnostics.column(column));
    let pruned = |series, prune_frac| accuracy("prune", series, prune_frac);
    let at_epoch = |epoch| accuracy("epoch", "el2n", epoch);
    let (early, late) = (*score_epoch, score_epochs.last().copied().unwrap_or(f64::NAN));
    let at_offset = |offset| accuracy("window", "window", offset);
    // The window at the upper end, and the one that leaves out as many as there are labels drawn anew.
    let top = 1.0 - noise.window_frac;
    let below = top - noise.noise_frac;

    let trained = |claim: Claim| claim.applies_if(setup.final_steps() > 0, "no network is trained");
    let pruning = |claim, prune_frac: f64| {
        trained(claim).applies_if(prune_fracs.contains(&prune_frac), format!("prune_fracs lacks {prune_frac}"))
    };
    let has_window = |offset: f64| noise.offsets.iter().any(|other| (other - offset).abs() <= ROUNDING);

    vec![
        pruning(Claim::new("half-for-free"), 0.5)
            .says("Dropping the half with the lowest EL2N costs nothing")
            .at_most("mean accuracy, full - EL2N at 0.5", pruned("full", 0.0) - pruned("el2n", 0.5), 0.002)
            .published("half of CIFAR-10 can go, with a slight gain (abstract)"),
        pruning(Claim::new("el2n-beats-random"), 0.6).says("EL2N beats random at 60 % pruning").at_least(
            "mean accuracy at 0.6, EL2N - random",
            pruned("el2n", 0.6) - pruned("random", 0.6),
            0.006,
        ),
        pruning(Claim::new("init-grand-fails"), 0.5)
            .says("GraNd at initialisation is worse than random and follows the input norm")
            .at_least(
                "mean accuracy at 0.5, random - GraNd (initialisation)",
                pruned("random", 0.5) - pruned("grand_init", 0.5),
                0.006,
            )
            .at_least("mean Spearman correlation with ‖x‖²", diagnostic("spearman_grand0_norm"), 0.80)
            .published("does not beat random, correlates strongly with the input norm (arXiv:2303.14753, abstract)"),
        trained(Claim::new("score-needs-one-epoch"))
            .says(format!("The score is ready at epoch {early}, but not at initialisation"))
            .at_most(format!("mean accuracy, epoch {late} - epoch {early}"), at_epoch(late) - at_epoch(early), 0.004)
            .at_least(format!("mean accuracy, epoch {early} - epoch 0"), at_epoch(early) - at_epoch(0.0), 0.03)
            .published("a few epochs are enough")
            .applies_if(
                [0.0, early].iter().all(|epoch| score_epochs.contains(epoch)),
                "score_epochs lacks 0 or score_epoch",
            )
            .applies_if(early > 0.0 && late > early, "no score epoch is later than score_epoch, or score_epoch is 0"),
        pruning(Claim::new("overpruning-hurts"), 0.9)
            .says("At 90 % pruning the hardest examples are worse than random ones")
            .at_least("mean accuracy at 0.9, random - EL2N", pruned("random", 0.9) - pruned("el2n", 0.9), 0.03)
            .published("the curves cross"),
        trained(Claim::new("noise-detector"))
            .says("The score finds wrong labels, and dropping as many top scores as labels were drawn anew helps")
            .at_least("mean AUROC of EL2N for wrong labels", diagnostic("auroc_noise"), 0.97)
            .at_least(
                format!("mean accuracy, offset {below:.3} - offset {top:.3}"),
                at_offset(below) - at_offset(top),
                0.08,
            )
            .at_least(
                format!("mean accuracy, offset {below:.3} - random"),
                at_offset(below) - accuracy("window", "noisy_random", 0.0),
                0.01,
            )
            .report("mean share of wrong labels on top", diagnostic("top_wrong_frac"))
            .applies_if(below >= -ROUNDING, "window_frac and noise_frac add up to more than 1")
            .applies_if(
                has_window(top) && has_window(below),
                format!("offsets lacks {top:.3} or {below:.3}, the windows with and without the top noise_frac"),
            )
            // A label drawn anew is the old one in one of ten cases.
            .applies_if(0.9 * noise.noise_frac * setup.n_train as f64 >= 1.0, "hardly a label is wrong"),
    ]
}
