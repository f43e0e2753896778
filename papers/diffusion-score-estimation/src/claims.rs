//! The claims, measured on the table. Thresholds belong to the sizes that are named.

use common::prelude::*;
use common::statistics::{greatest, log_log_fit, mean};

use crate::Config;
use crate::figure::{best, coupling, held_out, interpolated, paired};

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let (nets, kernels, points) = (table.kind("net"), table.kind("kernel"), &config.kernels.n);
    let (best, held_out, interpolated) = (best(table), held_out(table), interpolated(table));
    let first = kernels.with("tau", 1).curve("n", "error").mean().alone();
    let rate = best.keep(|n, _| (100.0..=800.0).contains(&n));
    // The smallest and the largest width of the law, and the widths from one to the other.
    let [narrow, wide] = [64, 4096];
    let law = |curve: Curve| {
        let curve = curve.keep(|m, _| (narrow as f64..=wide as f64).contains(&m));
        log_log_fit(&curve.x, &curve.middle).slope
    };
    let [early, late] = [10, 100].map(|tau| coupling(table, tau).alone());
    let movement = nets.with("tau", 100).curve("width", "movement").mean().alone();
    // Score matching estimates the error up to a mean of `n_test` products of mean 0.
    let identity =
        kernels.with("n", 400).map(["dsm_test", "noise_floor", "error"], |[loss, noise, error]| loss - noise - error);
    let scatter = (2000.0 / config.n_test as f64).sqrt();
    // On the same points and among the same steps.
    let last = config.networks.tau_max.min(config.kernels.tau_max) as f64;
    let runs = paired(config, table).keep("tau", |tau| tau <= last);
    let apart = runs.kind("net").with("width", wide).each("seed", |net| {
        let kernel = runs.kind("kernel").with("seed", net.column("seed")[0]).least("error");
        (net.least("error") - kernel).abs() / kernel
    });

    // What a claim asks of the settings.
    let sizes = |claim: Claim, needed: &[usize]| {
        claim.applies_if(needed.iter().all(|n| points.contains(n)), format!("needs kernels with n = {needed:?}"))
    };
    let widths = |claim: Claim, steps| {
        let has = |width| config.networks.widths.contains(&width);
        claim
            .applies_if(has(narrow) && has(wide), format!("needs networks of width {narrow} and {wide}"))
            .applies_if(config.networks.tau_max >= steps, format!("needs networks with {steps} steps"))
    };

    vec![
        sizes(Claim::new("u-shape"), &[400])
            .says("Early stopping beats long training")
            .at_least("inf(400) / best(400)", interpolated.at(400.0) / best.at(400.0), 4.0)
            .at_least("error after one step at n = 400 / best(400)", first.at(400.0) / best.at(400.0), 5.0)
            .published("theorem: the error goes to 0 with an early-stopping rule"),
        sizes(Claim::new("sample-rate"), &[100, 800])
            .says("With early stopping the error falls with n")
            .within(
                "slope of log best(n) on log n, n = 100 to 800",
                log_log_fit(&rate.x, &rate.middle).slope,
                -0.95..=-0.40,
            )
            .at_least("best(100) / best(800)", best.at(100.0) / best.at(800.0), 2.2)
            .published("theorem: the error tends to 0"),
        sizes(Claim::new("overfit-does-not-improve"), &[100, 800])
            .says("Interpolation hardly improves with n")
            .at_least("inf(800) / inf(100)", interpolated.at(800.0) / interpolated.at(100.0), 0.6)
            .at_least("inf(800) / ho(800)", interpolated.at(800.0) / held_out.at(800.0), 4.0)
            .note(
                "our contrast: the theorem is about stopping early, and the conference version has no such experiment",
            ),
        widths(Claim::new("coupling-law"), 100)
            .says("The network follows the kernel, closer for larger width")
            .within(
                "slope of log mean coupling after 10 steps on log m, m = 64 to 4096",
                law(early.clone()),
                -0.65..=-0.35,
            )
            .at_most(
                "coupling(4096) / coupling(64) after 100 steps",
                late.at(wide as f64) / late.at(narrow as f64),
                0.4,
            )
            .at_most("coupling(4096) after 10 steps", early.at(wide as f64), 0.03)
            .published("theorem: the gap vanishes as a power of 1/m"),
        widths(Claim::new("lazy-weights"), 100)
            .says("Weights move less in wider networks")
            .within("slope of log movement after 100 steps on log m, m = 64 to 4096", law(movement), -0.6..=-0.35)
            .published("the regime of the tangent kernel"),
        sizes(Claim::new("dsm-identity"), &[400])
            .says("The score-matching loss is the error plus the label noise")
            .at_most(
                "max over seeds and steps at n = 400 of |dsm_test − noise_floor − error|",
                greatest(identity.iter().map(|gap| gap.abs())),
                0.06 * scatter,
            )
            .published("the identity behind the reformulation"),
        widths(Claim::new("same-minimum"), 1)
            .says("The best error of a wide network is the kernel's")
            .at_most(
                "mean over seeds of |best error of width 4096 − best of the kernel| / best of the kernel",
                mean(&apart),
                0.15,
            )
            .published("theorem on the coupling"),
    ]
}
