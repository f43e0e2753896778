//! Accuracy against sparsity for each choice of what to retrain, and what each choice costs.

use common::prelude::*;

use crate::Config;

/// Sparsity of panel b; the closest one of the configuration is taken.
const SHOWN: f64 = 0.9;

/// The same for what the caption says of few parameters.
const MODERATE: f64 = 0.8;

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
    ("bias+norm", "biases + norm", Anchor::Right, BLUE, 1.0),
    ("perp", "biases + norm\n+ head", Anchor::Left, PURPLE, 1.0),
    ("lora-unmerged", "LoRA, unmerged", Anchor::Left, ORANGE, 0.9),
    ("masklora", "MaskLoRA", Anchor::Left, RED, 1.0),
    ("scalelora", "ScaleLoRA", Anchor::Right, OLIVE, 1.1),
    ("lora-prune", "LoRA-Prune", Anchor::Right, ORANGE, 1.0),
    ("full", "full", Anchor::Left, WINE, 1.0),
];

/// The sparsity of the configuration that is closest to this one.
fn closest(config: &Config, sparsity: f64) -> f64 {
    let distances: Vec<f64> = config.sparsities.iter().map(|other| (other - sparsity).abs()).collect();
    config.sparsities[reduce::argmin(&distances)]
}

/// A share in percent, with one digit where it needs one.
fn percent(share: f64) -> String {
    format!("{}%", (1000.0 * share).round() / 10.0)
}

/// Draws the two panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let moderate = closest(config, MODERATE);
    let few = table.filter("sparsity", moderate)?.filter("method", "bias+norm")?;
    let mean = |column: &str| -> Result<f64> { Ok(statistics::mean(&few.floats(column)?)) };
    let caption = format!(
        "After magnitude pruning, training {} of the parameters (biases and normalizations) for {} steps {} at {} \
         sparsity. Masking an adapter during training (MaskLoRA) keeps its gain at high sparsity; masking it only \
         when it is merged (LoRA-Prune) throws the gain away. (b) Share of the lost accuracy that is back at {} \
         sparsity; methods with adapters train equally many parameters and stand side by side. Means and ranges \
         over {} seeds; handwritten digits of 14 × 14 pixels, two hidden layers of {} units.",
        percent(mean("trainable_share")?),
        config.recipe.retrain_steps,
        recovery(mean("recovered")?),
        percent(moderate),
        percent(closest(config, SHOWN)),
        config.seeds,
        config.pretraining.width,
    );
    Ok(Figure::new("").caption(caption).row(1.4, [accuracies(config, table)?, costs(config, table)?]))
}

/// What retraining does to the lost accuracy; NaN if none was lost.
fn recovery(share: f64) -> String {
    match share.is_nan() {
        true => "finds nothing lost".to_string(),
        false => format!("recovers {:.0}% of the lost accuracy", 100.0 * share),
    }
}

/// A column against another: x, and mean, smallest and largest y over the seeds.
fn over_seeds(rows: &Table, x: &str, y: &str) -> Result<[Vec<f64>; 4]> {
    let mean = Summary::mean(y).named("mean");
    let summary = rows.summarize(&[x], &[mean, Summary::min(y).named("low"), Summary::max(y).named("high")])?;
    let column = |name: &str| summary.floats(name);
    Ok([column(x)?, column("mean")?, column("low")?, column("high")?])
}

/// Panel a: test accuracy against sparsity, on a logarithmic axis of the share that is kept.
fn accuracies(config: &Config, table: &Table) -> Result<Panel> {
    let kept = |sparsities: &[f64]| -> Vec<f64> { sparsities.iter().map(|s| 1.0 - s).collect() };
    let shares = kept(&config.sparsities);
    let ticks = shares.iter().zip(&config.sparsities).map(|(kept, s)| (*kept, percent(*s)));
    let axis = Axis::log("sparsity of the hidden matrices").inverted().tick_labels(ticks);
    let mut panel = Panel::new("a", "accuracy after pruning and retraining")
        .x(axis.range(0.9 * reduce::min(&shares), 1.1 * reduce::max(&shares)))
        .y(Axis::linear("test accuracy").range(0.1, 1.0))
        .legend(Legend::Shared);
    for (method, label, color, look) in LINES {
        let [sparsity, mean, low, high] = over_seeds(&table.filter("method", method)?, "sparsity", "test_acc")?;
        let x = kept(&sparsity);
        panel = panel.band(&x, &low, &high, color).line(label, &x, &mean, look(color));
    }
    let dense = statistics::mean(&table.filter("method", "dense")?.floats("test_acc")?);
    Ok(panel.horizontal(dense, "dense"))
}

/// Panel b: recovered accuracy against the share of the parameters that are trained.
fn costs(config: &Config, table: &Table) -> Result<Panel> {
    let sparsity = closest(config, SHOWN);
    let shown = table.filter("sparsity", sparsity)?;
    let mut panel = Panel::new("b", format!("recovered accuracy, {} sparsity", percent(sparsity)))
        .x(Axis::log("trained share of the parameters").to(1.15).format(Format::Percent))
        .y(Axis::linear("recovered share of the lost accuracy"))
        .legend(Legend::None);
    for (method, label, anchor, color, beside) in POINTS {
        let [share, mean, low, high] = over_seeds(&shown.filter("method", method)?, "trainable_share", "recovered")?;
        if mean[0].is_nan() {
            panel = panel.note("nothing was lost", Corner::TopLeft);
            break;
        }
        let x = [share[0] * beside];
        let style = Style::color(color).marker(Marker::Circle).size(5.0);
        let style = if method == "lora-unmerged" { style.open() } else { style };
        panel = panel.points("", x, &mean, style).errors(&low, &high);
        panel = panel.annotate(x[0], mean[0], label, anchor);
    }
    Ok(panel)
}
