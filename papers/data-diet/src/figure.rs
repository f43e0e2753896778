//! Test error against the share pruned, ours and published, the epoch of the score, and the window of scores under label
//! noise; all as multiples of the error of full data.

use common::prelude::*;

use crate::Config;
use crate::claims::PUBLISHED;
use crate::pruning::HALF;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let points = table.kind("accuracy").derive("error", ["test_acc"], |[accuracy]| 1.0 - accuracy);
    let of = |panel, series| points.with("panel", panel).with("series", series);
    // Multiples of the mean error of the data that nothing is left out of, with the standard deviation over the seeds.
    let curve = |panel, series, whole: f64| of(panel, series).curve("x", "error").mean().deviation().map(|e| e / whole);
    let full = of("prune", "full").mean("error");
    let [random, el2n, grand] = ["random", "el2n", "grand_init"].map(|series| curve("prune", series, full));
    let range = [0.0, config.prune_fracs.iter().copied().fold(0.95, f64::max)];
    let scored = format!("EL2N (epoch {})", config.score_epoch);
    let pruning = compared("lowest EL2N first: half goes for free", "full data")
        .x(Axis::linear("fraction pruned").range(range[0], range[1]))
        .legend(Legend::TopLeft)
        .curve_with_band("random", &random, marked(ORANGE, Marker::Square))
        .curve_with_band("GraNd (initialisation)", grand, marked(PURPLE, Marker::Triangle))
        .curve_with_band(&scored, el2n, marked(BLUE, Marker::Circle))
        .series_shows(&scored, "half-for-free")
        .series_shows(&scored, "el2n-beats-random")
        .series_shows("random", "el2n-beats-random")
        .series_shows("GraNd (initialisation)", "init-grand-fails")
        .series_shows(&scored, "overpruning-hurts")
        .series_shows("random", "overpruning-hurts");

    let by_epoch = curve("epoch", "el2n", full);
    let places: Vec<f64> = (0..by_epoch.len()).map(|place| place as f64).collect();
    let epochs = compared("a fraction of an epoch is enough", "full data")
        .x(Axis::categories("epoch of the score", config.score_epochs.iter().map(f64::to_string)))
        .legend(Legend::TopRight)
        .shows(["score-needs-one-epoch"])
        .curve_points(
            format!("EL2N, {} pruned", percent(HALF)),
            Curve { x: places, ..by_epoch },
            marked(BLUE, Marker::Circle),
        );
    let epochs = by_chance(epochs, random.at(HALF), HALF);

    let noisy_full = of("window", "noisy_full").mean("error");
    let [window, random] = ["window", "noisy_random"].map(|series| curve("window", series, noisy_full));
    let width = config.noise.window_frac;
    let windows =
        compared(format!("{} of labels random: skip the top", percent(config.noise.noise_frac)), "all noisy data")
            .x(Axis::linear("fraction of lowest EL2N skipped"))
            .legend(Legend::TopLeft)
            .shows(["noise-detector"])
            .curve_with_band(format!("window of {}", percent(width)), window, marked(BLUE, Marker::Circle));
    let windows = by_chance(windows, random.at(0.0), 1.0 - width);
    Figure::new().row([pruning, published(range)]).row([epochs, windows])
}

/// The published curves on CIFAR-10.
fn published([start, end]: [f64; 2]) -> Panel {
    let panel = compared("the same on CIFAR-10, published", "full data")
        .x(Axis::linear("fraction pruned").range(start, end))
        .legend(Legend::TopLeft)
        .shows(["half-for-free", "el2n-beats-random", "init-grand-fails", "overpruning-hurts"]);
    let [steps, epochs] = [Marker::Square, Marker::Diamond];
    let curves = [
        ("random, fixed steps", "random-fixed-steps", marked(ORANGE, steps)),
        ("EL2N, fixed steps", "el2n-fixed-steps", marked(BLUE, steps)),
        ("random, fixed epochs", "random-fixed-epochs", marked(ORANGE.darker(0.35), epochs)),
        ("GraNd, fixed epochs", "grand-init-fixed-epochs", marked(PURPLE.darker(0.35), epochs)),
        ("EL2N, fixed epochs", "el2n-fixed-epochs", marked(BLUE.darker(0.35), epochs)),
    ];
    let add = |panel: Panel, (label, name, style): (&str, &str, Style)| {
        let entry = PUBLISHED.entry(name);
        let full = 1.0 - entry.at(0).value;
        panel.curve(
            label,
            Curve::new(entry.places(), entry.y.clone()).map(|accuracy| (1.0 - accuracy) / full),
            style.open(),
        )
    };
    curves.into_iter().fold(panel, add)
}

/// A share as a percentage.
fn percent(share: f64) -> String {
    format!("{} %", (1e8 * share).round() / 1e6)
}

/// A panel of multiples of the test error of the data that nothing is left out of.
fn compared(title: impl Into<String>, whole: &str) -> Panel {
    let ticks = [0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0];
    Panel::new(title)
        .y(Axis::log(format!("test error / error of {whole}")).ticks(ticks))
        .horizontal(1.0, whole)
        .styled(Style::color(DARK_GREY).dashed().width(1.0))
}

fn marked(color: Color, marker: Marker) -> Style {
    Style::color(color).marker(marker)
}

/// The line of a random part, if there is one.
fn by_chance(panel: Panel, error: f64, pruned: f64) -> Panel {
    match error.is_nan() {
        true => panel,
        false => panel
            .horizontal(error, format!("random, {} pruned", percent(pruned)))
            .styled(Style::color(ORANGE).dotted().width(1.2))
            .in_legend(),
    }
}
