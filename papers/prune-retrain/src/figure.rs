//! Accuracy against sparsity for each choice of what to retrain, and what each choice costs.

use common::prelude::*;

use crate::Config;
use crate::claims::PUBLISHED;

/// Sparsity of panel b; the closest one of the configuration is taken.
const SHOWN: f64 = 0.9;

/// Name in the table, label, colour and look of a line.
type Line = (&'static str, &'static str, Color, fn(Color) -> Style);

/// The lines of panel a, from the back to the front.
const LINES: [Line; 8] = [
    ("full", "full retraining", WINE, |color| Style::color(color).width(2.4)),
    ("masklora", "MaskLoRA", RED, with_circles),
    ("lora-prune", "LoRA-Prune", ORANGE, |color| Style::color(color).dashed().width(1.6)),
    ("perp", "biases + norm + head", PURPLE, with_circles),
    ("bias+norm", "biases + norm", BLUE, with_circles),
    ("norm", "norm", GREEN, with_circles),
    ("bias", "biases", SKY, with_circles),
    ("none", "no retraining", BLACK, |color| Style::color(color).dotted()),
];

fn with_circles(color: Color) -> Style {
    Style::color(color).marker(Marker::Circle).size(3.0)
}

/// Name in the table, label and its place, look, and factor of x of the points of panel b. The factor sets the
/// methods with adapters side by side: they train equally many parameters.
const POINTS: [(&str, &str, Anchor, Color, f64); 9] = [
    ("bias", "biases", Anchor::Right, SKY, 1.0),
    ("norm", "norm", Anchor::Left, GREEN, 1.0),
    ("bias+norm", "biases\n+ norm", Anchor::Right, BLUE, 1.0),
    ("perp", "with head", Anchor::Left, PURPLE, 1.0),
    ("lora-unmerged", "LoRA, unmerged", Anchor::Left, ORANGE, 0.9),
    ("masklora", "MaskLoRA", Anchor::Left, RED, 1.0),
    ("scalelora", "ScaleLoRA", Anchor::Right, OLIVE, 1.1),
    ("lora-prune", "LoRA-Prune", Anchor::Right, ORANGE, 1.0),
    ("full", "full", Anchor::Left, WINE, 1.0),
];

/// Draws the two panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let sparsities = &config.sparsities;
    let distances: Vec<f64> = sparsities.iter().map(|sparsity| (sparsity - SHOWN).abs()).collect();
    let shown = sparsities[reduce::argmin(&distances)];
    let costs = costs(shown, &table.with("sparsity", shown)).width(1.1);
    Figure::new().row([accuracies(sparsities, table), costs]).height(1.4)
}

/// A share in percent, with as many digits as it needs, up to six.
fn percent(share: f64) -> String {
    format!("{}%", (1e8 * share).round() / 1e6)
}

/// Panel a: test accuracy against sparsity, on a logarithmic axis of the share that is kept.
fn accuracies(sparsities: &[f64], table: &Table) -> Panel {
    let kept: Vec<f64> = sparsities.iter().map(|sparsity| 1.0 - sparsity).collect();
    let ticks = kept.iter().zip(sparsities).map(|(&kept, &sparsity)| (kept, percent(sparsity)));
    let axis = Axis::log("sparsity of the hidden matrices").inverted().tick_labels(ticks);
    let accuracy = |method| table.with("method", method).curve("sparsity", "test_acc").mean().standard_errors(2.0);
    let panel = Panel::new("MaskLoRA keeps up with full retraining")
        .x(axis.range(0.9 * reduce::min(&kept), 1.1 * reduce::max(&kept)))
        // Below chance only where the network has not learned.
        .y(Axis::linear("test accuracy").range(table.least("test_acc").min(0.1), 1.0))
        .legend(Legend::Shared);
    LINES
        .iter()
        .fold(panel, |panel, &(method, label, color, look)| {
            panel.curve_with_band(label, accuracy(method).map_x(|sparsity| 1.0 - sparsity), look(color))
        })
        .horizontal(table.with("method", "dense").mean("test_acc"), "dense")
        .series_shows("no retraining", "pruning-collapses")
        .series_shows("biases + norm", "tiny-subset-recovers")
        .series_shows("full retraining", "tiny-subset-recovers")
        .series_shows("biases", "biases-alone")
        .series_shows("MaskLoRA", "masklora-near-full")
        .series_shows("full retraining", "masklora-near-full")
        .series_shows("MaskLoRA", "mask-during-training")
        .series_shows("LoRA-Prune", "mask-during-training")
}

/// Panel b: recovered accuracy against the share of the parameters that are trained, at one sparsity, with the shares
/// that were enough for language models.
fn costs(sparsity: f64, rows: &Table) -> Panel {
    let panel = Panel::new(format!("a few percent recover most, {} sparsity", percent(sparsity)))
        .x(Axis::log("trained share of the parameters").to(1.15).format(Format::Percent))
        .y(Axis::linear("recovered share of the lost accuracy"))
        .legend(Legend::None)
        .shows(["tiny-subset-recovers", "biases-alone", "masklora-near-full"])
        .shows(["mask-during-training", "merge-is-the-culprit"]);
    if rows.column("recovered").is_empty() {
        return panel.note("nothing was lost", Corner::TopLeft);
    }
    let panel = [("published, v3 and v4", "enough-later-versions"), ("published, v1", "enough-first-version")]
        .into_iter()
        .fold(panel, |panel, (label, name)| {
            let [low, high] = ["low", "high"].map(|end| PUBLISHED.entry(name).at(end).value / 100.0);
            panel.region(label, low..=high, .., GREY)
        });
    POINTS.iter().fold(panel, |panel, &(method, label, anchor, color, beside)| {
        let rows = rows.with("method", method);
        // All seeds train equally many parameters: one point.
        let point =
            rows.curve("trainable_share", "recovered").mean().standard_errors(2.0).map_x(|share| share * beside);
        let style = Style::color(color).marker(Marker::Circle).size(5.0);
        let style = if method == "lora-unmerged" { style.open() } else { style };
        let (x, y) = (rows.mean("trainable_share") * beside, rows.mean("recovered"));
        panel.curve_points("", point, style).annotate(x, y, label, anchor)
    })
}
