//! The claims, measured on mean test errors over the seeds, as shares of the error of full data.

use common::prelude::*;
use common::statistics::mean;

use crate::{Config, ROUNDING};

/// What was published about these claims.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let Config { setup, score_epoch, score_epochs, prune_fracs, noise, .. } = config;
    let (points, diagnostics) = (table.kind("accuracy"), table.kind("diagnostics"));
    // Mean test error.
    let error = |panel, series, x: f64| {
        let series = points.with("panel", panel).with("series", series);
        1.0 - mean(&series.keep("x", |other| (other - x).abs() <= ROUNDING).column("test_acc"))
    };
    // Test errors as shares of the one of full data, or of all the noisy data: 1 where nothing is lost.
    let (full, noisy_full) = (error("prune", "full", 0.0), error("window", "noisy_full", 0.0));
    let pruned = |series, prune_frac| error("prune", series, prune_frac) / full;
    let at_epoch = |epoch| error("epoch", "el2n", epoch) / full;
    let window = |series, offset| error("window", series, offset) / noisy_full;
    let (early, late) = (*score_epoch, score_epochs.last().copied().unwrap_or(f64::NAN));
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
            .says("Dropping the half with the lowest EL2N costs nothing, and dropping a random half does")
            .at_most("(error of EL2N at 0.5 - full) / full", pruned("el2n", 0.5) - 1.0, 0.05)
            .beside(PUBLISHED.number("half-costs"))
            .at_least("(error of random at 0.5 - full) / full", pruned("random", 0.5) - 1.0, 0.05)
            .beside(PUBLISHED.number("random-half-costs"))
            .published("half of CIFAR-10 can go, with a slight gain (abstract); follow-ups lose a little"),
        pruning(Claim::new("el2n-beats-random"), 0.6)
            .says("EL2N beats random at 60 % pruning")
            .at_least("(error of random - EL2N, at 0.6) / full", pruned("random", 0.6) - pruned("el2n", 0.6), 0.15)
            .report("the same at 0.5", pruned("random", 0.5) - pruned("el2n", 0.5))
            .beside(PUBLISHED.number("el2n-gains-at-half"))
            .published("at 50 % on CIFAR-10 a quarter of the error of full data (arXiv:2210.15809)"),
        pruning(Claim::new("init-grand-fails"), 0.5)
            .says("GraNd at initialisation is worse than random and follows the input norm")
            .at_least(
                "(error of GraNd (initialisation) - random, at 0.5) / full",
                pruned("grand_init", 0.5) - pruned("random", 0.5),
                0.15,
            )
            .beside(PUBLISHED.number("grand-init-loses"))
            .at_least("mean Spearman correlation with ‖x‖²", diagnostics.mean("spearman_grand0_norm"), 0.80)
            .beside(PUBLISHED.number("grand-init-norm"))
            .published("does not beat random, correlates strongly with the input norm (arXiv:2303.14753, abstract)"),
        trained(Claim::new("score-needs-one-epoch"))
            .says(format!("The score is ready at epoch {early}, but not at initialisation"))
            .at_most(format!("(error at epoch {early} - epoch {late}) / full"), at_epoch(early) - at_epoch(late), 0.1)
            .at_least(format!("(error at epoch 0 - epoch {early}) / full"), at_epoch(0.0) - at_epoch(early), 0.8)
            .published("a few epochs are enough")
            .applies_if(
                [0.0, early].iter().all(|epoch| score_epochs.contains(epoch)),
                "score_epochs lacks 0 or score_epoch",
            )
            .applies_if(early > 0.0 && late > early, "no score epoch is later than score_epoch, or score_epoch is 0"),
        pruning(Claim::new("overpruning-hurts"), 0.9)
            .says("At 90 % pruning the hardest examples are worse than random ones")
            .at_least("(error of EL2N - random, at 0.9) / full", pruned("el2n", 0.9) - pruned("random", 0.9), 0.5)
            .published("the curves cross between 50 and 70 % on CIFAR-10 (arXiv:2210.15809, fixed steps)")
            .default_scale_only(
                "a tenth of 60,000 images, in long trainings of 512 units, is still more than oddities: EL2N leads there",
            ),
        trained(Claim::new("noise-detector"))
            .says("The score finds wrong labels, and dropping as many top scores as labels were drawn anew helps")
            .at_least("mean AUROC of EL2N for wrong labels", diagnostics.mean("auroc_noise"), 0.97)
            .beside(PUBLISHED.number("noise-auroc"))
            .at_least(
                format!("(error at offset {top:.3} - offset {below:.3}) / all noisy data"),
                window("window", top) - window("window", below),
                1.0,
            )
            .at_least(
                format!("(error of random - offset {below:.3}) / all noisy data"),
                window("noisy_random", 0.0) - window("window", below),
                0.2,
            )
            .report("mean share of wrong labels on top", diagnostics.mean("top_wrong_frac"))
            .published("scores rank wrong labels highest; AUROC 0.993 on CIFAR-10 with 20 % of them, in another study")
            .applies_if(below >= -ROUNDING, "window_frac and noise_frac add up to more than 1")
            .applies_if(
                has_window(top) && has_window(below),
                format!("offsets lacks {top:.3} or {below:.3}, the windows with and without the top noise_frac"),
            )
            // A label drawn anew is the old one in one of ten cases.
            .applies_if(0.9 * noise.noise_frac * setup.n_train as f64 >= 1.0, "hardly a label is wrong"),
    ]
}
