//! Accuracy over width with both limits, the distance from the limit, and how much features move.

use common::prelude::*;
use common::statistics::{geometric_mean, greatest, least};

use crate::Config;
use crate::claims::{PUBLISHED, WIDE};

const MUP: Style = Style::color(BLUE).marker(Marker::Circle).size(3.6);
const MUP_LIMIT: Style = Style::color(BLACK).dashed();
const NTK: Style = Style::color(GREEN).marker(Marker::Square).size(3.6);
const NTK_LIMIT: Style = Style::color(GREEN).dashed();

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let widths: Vec<f64> = config.widths.iter().chain(&config.ntk_widths).map(|&n| n as f64).collect();
    let width = || Axis::log("width n").range(0.7 * least(&widths), 1.4 * greatest(&widths));
    let learning = &config.setting.learning;
    let title = |steps| match steps {
        1 => "accuracy after one step in a new task".to_string(),
        _ => format!("the same after {steps} steps"),
    };
    let short = accuracy(config, table, "accuracy", title(learning.inner_steps_test));
    let mut long = accuracy(config, table, "accuracy_long", title(learning.inner_steps_long));
    if (config.setting.shape.ways, config.setting.shape.shots) == (5, 1) {
        let published = PUBLISHED.entry("accuracy");
        let style = Style::color(BLACK).open().size(4.0);
        long = long.points("published, Omniglot", published.places(), published.y.clone(), style);
    }
    Figure::new().row([short.x(width()), long.x(width())]).row([distance(table).x(width()), movement(table).x(width())])
}

/// The rows of a kind of network.
fn of(table: &Table, param: &str) -> Table {
    table.with("param", param)
}

/// Meta-test accuracy over width.
fn accuracy(config: &Config, table: &Table, column: &str, title: String) -> Panel {
    let accuracy = |param| of(table, param).mean(column);
    let chance = 1.0 / config.setting.shape.ways as f64;
    // The same scale in both panels.
    let highest = table.greatest("accuracy").max(table.greatest("accuracy_long"));
    Panel::new(title)
        .y(Axis::linear("meta-test accuracy").range(0.75 * chance, 1.08 * highest))
        .legend(Legend::Shared)
        .curve_with_band("μP, width n", of(table, "mup").curve("width", column).mean().range(), MUP)
        .horizontal(accuracy("mup_limit"), "μP, infinite width")
        .styled(MUP_LIMIT)
        .in_legend()
        .horizontal(accuracy("linear_ntk"), "NTK, infinite width")
        .styled(NTK_LIMIT)
        .in_legend()
        .horizontal(accuracy("linear_kernel"), "the same, not meta-trained")
        .styled(Style::color(GREEN).dotted().width(1.6))
        .in_legend()
        .horizontal(chance, "chance")
        .styled(Style::color(GREY).width(0.7))
        .series_shows("μP, infinite width", "limit-beats-kernel")
        .series_shows("NTK, infinite width", "limit-beats-kernel")
        .series_shows("the same, not meta-trained", "limit-beats-kernel")
        .series_shows("μP, width n", "width-helps")
        .series_shows("μP, width n", "reaches-limit")
        .series_shows("μP, infinite width", "reaches-limit")
}

/// Relative distance of the test logits from the limit's over width.
fn distance(table: &Table) -> Panel {
    let runs = of(table, "mup");
    let means = runs.curve("width", "logit_distance").geometric_mean();
    // A line of slope -1/2 through the middle of the wide networks.
    let scaled: Vec<f64> =
        means.x.iter().zip(&means.middle).filter(|(n, _)| **n >= WIDE).map(|(n, y)| y * n.sqrt()).collect();
    let constant = geometric_mean(&scaled);
    let law: Vec<f64> = means.x.iter().map(|n| constant / n.sqrt()).collect();
    Panel::new("distance of each run from the limit")
        .y(Axis::log("‖Z_{n} − Z_{∞}‖ / ‖Z_{∞}‖").to(2.0))
        .legend(Legend::Shared)
        .shows(["half-power-convergence"])
        .line("∝ n^{−1/2}", &means.x, law, Style::color(GREY).width(0.9))
        .points("μP, width n", runs.column("width"), runs.column("logit_distance"), MUP.size(3.0))
}

/// Relative change of the feature kernel over width.
fn movement(table: &Table) -> Panel {
    let moved = |param| of(table, param).curve("width", "kernel_change").mean().range();
    Panel::new("do features move?")
        .y(Axis::log("relative change of UᵀU"))
        .legend(Legend::Shared)
        .curve("μP, width n", moved("mup"), MUP)
        .curve("NTK, width n", moved("ntk"), NTK)
        .horizontal(of(table, "mup_limit").mean("kernel_change"), "μP, infinite width")
        .styled(MUP_LIMIT)
        .in_legend()
        .series_shows("μP, width n", "features-move")
        .series_shows("μP, infinite width", "features-move")
        .series_shows("NTK, width n", "ntk-freezes")
}
