//! Test accuracy against the share pruned, the epoch of the score, and the window of scores under label noise.

use common::prelude::*;

use crate::Config;
use crate::pruning::HALF;

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let points = table.kind("accuracy");
    // Mean and standard deviation over the seeds.
    let accuracy =
        |panel, series| points.with("panel", panel).with("series", series).curve("x", "test_acc").mean().deviation();
    let [full, random, el2n, grand] = ["full", "random", "el2n", "grand_init"].map(|series| accuracy("prune", series));
    let pruning = Panel::new("pruning by a score")
        .x(Axis::linear("fraction pruned").range(0.0, config.prune_fracs.iter().copied().fold(0.95, f64::max)))
        .y(accuracy_axis(0.65, [&full, &random, &el2n, &grand]));
    let pruning = reference(pruning, full.at(0.0), "full data", all_data())
        .curve_with_band(format!("EL2N (epoch {})", config.score_epoch), el2n, marked(BLUE, Marker::Circle))
        .curve_with_band("random", &random, marked(ORANGE, Marker::Square))
        .curve_with_band("GraNd (initialisation)", grand, marked(PURPLE, Marker::Triangle));

    let half = percent(HALF);
    let by_epoch = accuracy("epoch", "el2n");
    let places: Vec<f64> = (0..by_epoch.len()).map(|place| place as f64).collect();
    let epochs = Panel::new(format!("{half} pruned by EL2N"))
        .x(Axis::categories("epoch of the score", config.score_epochs.iter().map(f64::to_string)))
        .y(accuracy_axis(0.75, [&by_epoch, &full, &random.keep(|prune_frac, _| prune_frac == HALF)]));
    let epochs = reference(epochs, full.at(0.0), "full data", all_data());
    let epochs = reference(epochs, random.at(HALF), format!("random {half}"), by_chance()).curve_points(
        "EL2N",
        Curve { x: places, ..by_epoch },
        BLUE,
    );

    let [window, full, random] = ["window", "noisy_full", "noisy_random"].map(|series| accuracy("window", series));
    let width = percent(config.noise.window_frac);
    let windows = Panel::new(format!("{} of labels randomised", percent(config.noise.noise_frac)))
        .x(Axis::linear("fraction of lowest EL2N skipped"))
        .y(accuracy_axis(0.7, [&window, &full, &random]));
    let windows = reference(windows, full.at(0.0), "all noisy data", all_data());
    let windows = reference(windows, random.at(0.0), format!("random {width}"), by_chance()).curve_with_band(
        format!("window of {width}"),
        window,
        marked(BLUE, Marker::Circle),
    );
    Figure::new().row([pruning, epochs, windows])
}

/// A share as a percentage.
fn percent(share: f64) -> String {
    format!("{} %", (1e8 * share).round() / 1e6)
}

/// Accuracies from `usual` to 1, or from a lower twentieth where a curve goes lower.
fn accuracy_axis<'c>(usual: f64, curves: impl IntoIterator<Item = &'c Curve>) -> Axis {
    let lowest = curves.into_iter().flat_map(|curve| &curve.low).fold(usual, |lowest, &low| lowest.min(low));
    let low = if lowest < usual { ((20.0 * lowest).floor() / 20.0).max(0.0) } else { usual };
    Axis::linear("clean-test accuracy").range(low, 1.0)
}

fn marked(color: Color, marker: Marker) -> Style {
    Style::color(color).marker(marker)
}

/// A reference line, if there is something to refer to.
fn reference(panel: Panel, value: f64, label: impl Into<String>, style: Style) -> Panel {
    match value.is_nan() {
        true => panel,
        false => panel.horizontal(value, label).styled(style).in_legend(),
    }
}

fn all_data() -> Style {
    Style::color(DARK_GREY).dashed().width(1.0)
}

fn by_chance() -> Style {
    Style::color(ORANGE).dotted().width(1.2)
}
