//! The claims, measured on the table; errors are those after the last epoch.

use common::prelude::*;
use common::statistics::{greatest, least, mean};

use crate::{Config, mgno};

/// What the paper published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// Sizes between which the contraction of V-cycles is compared.
const COARSE: usize = 15;
const FINE: usize = 63;
/// Grids up to which each one more is judged: on the grid of 15 points the next would have one point.
const JUDGED_LEVELS: usize = 3;
/// Why what networks reach is judged at the default scale only.
const MEASURED: &str = "measured on 15 × 15 points with 150 samples; the paper scale takes days and has not been run";

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let last = table.with("panel", "train").with("epoch", config.epochs);
    let (deepest, deeper_cnn) = (mgno(config.levels), format!("cnn{}", config.cnn_smoothing));
    let each = |arch: &str, column| last.with("arch", arch).column(column);
    let ratios = |above: Vec<f64>, below: Vec<f64>| above.iter().zip(below).map(|(a, b)| a / b).collect::<Vec<f64>>();
    let over = |arch: &str| ratios(each(&deepest, "test_err"), each(arch, "test_err"));
    let gaps = |arch: &str| last.with("arch", arch).map(["test_err", "train_err"], |[test, train]| test - train);
    let error = |arch: &str, column| last.with("arch", arch).mean(column);

    let judged: Vec<f64> = (1..=config.levels.min(JUDGED_LEVELS))
        .map(|levels| last.with("arch", mgno(levels)).median("test_err"))
        .collect();
    let gains = judged.windows(2).map(|pair| 1.0 - pair[1] / pair[0]);

    let cycles = table.with("panel", "cycle");
    let rate = |n: usize| {
        let rows = cycles.with("n", n);
        rows.with("levels", rows.greatest("levels")).value("rate")
    };
    // A single point is solved, not smoothed.
    let smoothed = cycles.keep("n", |n| n > 1.0);
    let from_theory = smoothed.map(["rate", "rate_theory"], |[rate, theory]| (rate - theory).abs());
    let largest = cycles.with("n", cycles.greatest("n")).sorted("levels").column("rate");
    let steps = largest.windows(2).map(|pair| pair[0] - pair[1]);

    let learns = |id: &str| Claim::new(id).default_scale_only(MEASURED);
    let compares = |id: &str| learns(id).applies_if(config.levels > 1, "there are no coarser grids");
    // About one run in 25 of the network with all grids gets stuck near an error of 0.09: means and medians are judged,
    // the worst run is reported.
    vec![
        compares("coarse-grids-matter")
            .says("The V-cycle beats the same layer on one grid by a factor")
            .at_most(format!("mean over seeds of test_err({deepest}) / test_err(mgno1)"), mean(&over(&mgno(1))), 0.40)
            .report("max over seeds of the same", greatest(over(&mgno(1))))
            .note("our control: the same layer without its coarse grids"),
        compares("beats-deeper-cnn")
            .says("It also beats a network on one grid with more smoothing steps")
            .at_most(
                format!("mean over seeds of test_err({deepest}) / test_err({deeper_cnn})"),
                mean(&over(&deeper_cnn)),
                0.95,
            )
            .report("max over seeds of the same", greatest(over(&deeper_cnn)))
            .published("easier training than CNNs")
            .applies_if(config.cnn_smoothing > config.smoothing, "the other network smooths no more"),
        compares("levels-monotone")
            .says("Each added grid helps a typical run")
            .at_least(
                format!("least share of the median test_err that one more grid removes, up to {JUDGED_LEVELS}"),
                least(gains),
                0.05,
            )
            .note("our control"),
        learns("small-gap")
            .says("MgNO overfits no more than the spectral model")
            .at_most(
                format!("mean over seeds of the ratio of test_err − train_err, {deepest} over fno"),
                mean(&ratios(gaps(&deepest), gaps("fno"))),
                1.0,
            )
            .above("min over seeds of test_err − train_err, fno", least(gaps("fno")), 0.0)
            .at_most(
                format!(
                    "mean train_err({deepest}) / mean train_err(fno): a network that has learned less overfits less"
                ),
                error(&deepest, "train_err") / error("fno", "train_err"),
                2.0,
            )
            .report(format!("mean train_err({deepest})"), error(&deepest, "train_err"))
            .report("mean train_err(fno)", error("fno", "train_err"))
            .published("less overfitting than spectral models"),
        learns("accurate")
            .says("MgNO with all its grids reaches a few percent")
            .at_most(format!("mean over seeds of test_err({deepest})"), error(&deepest, "test_err"), 0.065)
            .beside(PUBLISHED.number("rough"))
            .report("max over seeds of the same", greatest(each(&deepest, "test_err")))
            .published("0.34 % (rough) and 0.72 % (multiscale) at full size (second-hand)"),
        Claim::new("mesh-independent")
            .says("The rate of V-cycles does not depend on the grid; on one grid it follows theory")
            .at_most(format!("|rate({FINE}) − rate({COARSE})|, all grids"), (rate(FINE) - rate(COARSE)).abs(), 0.03)
            .at_most("max over n of |rate − theory|, one grid", greatest(from_theory), 0.0005)
            .published("optimal multigrid theory")
            .applies_if(
                [COARSE, FINE].iter().all(|n| config.sizes.contains(n)),
                format!("{COARSE} and {FINE} are not among the sizes"),
            ),
        Claim::new("levels-rescue")
            .says("On a fine grid more levels mean faster contraction")
            .above("least decrease of the rate by one more grid, n the largest", least(steps), 0.0)
            .at_least(
                "rate with one grid − rate with all, n the largest",
                largest.first().zip(largest.last()).map_or(f64::NAN, |(one, all)| one - all),
                0.5,
            )
            .note("classical theory; the paper has no such figure")
            .applies_if(config.sizes.iter().any(|n| *n >= FINE), format!("no size of {FINE} or more")),
    ]
}
