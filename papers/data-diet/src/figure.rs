//! Test accuracy against the share pruned, the epoch of the score, and the window of scores under label noise.

use common::prelude::*;

use crate::{Config, HALF};

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let means = table.filter("kind", "accuracy")?.summarize(
        &["panel", "series", "x"],
        &[Summary::mean("test_acc").named("mean"), Summary::std("test_acc").named("deviation")],
    )?;
    let caption = format!(
        "EL2N after one epoch: half of MNIST can be dropped at no cost; the gradient norm at initialisation is worse \
         than random; with label noise the top decile must be dropped too. Clean-test accuracy of new networks \
         trained for as many steps as on all {} images ({} hidden units, standing in for CIFAR-10 and a residual \
         network), mean ± 1 standard deviation over {} seeds. (a) Share of the pool that is pruned. (b) Epoch of the \
         EL2N score by which half is pruned. (c) With {} of the labels drawn anew: windows of {} of the pool in \
         rising order of EL2N.",
        config.setup.n_train,
        config.setup.hidden,
        config.seeds.len(),
        percent(config.noise_frac),
        percent(config.window_frac),
    );
    Ok(Figure::new("")
        .caption(caption)
        .row(1.0, [pruning(config, &means)?, epochs(config, &means)?, windows(config, &means)?]))
}

/// A share as a percentage.
fn percent(share: f64) -> String {
    format!("{} %", (1000.0 * share).round() / 10.0)
}

/// One series: where it has points, their means, and one standard deviation below and above.
struct Points {
    x: Vec<f64>,
    mean: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Points {
    fn of(means: &Table, panel: &str, series: &str) -> Result<Points> {
        let rows = means.filter("panel", panel)?.filter("series", series)?;
        let mean = rows.floats("mean")?;
        // A single seed has no deviation.
        let deviations: Vec<f64> = rows.floats("deviation")?;
        let deviations = deviations.into_iter().map(|d| if d.is_nan() { 0.0 } else { d });
        let spread: Vec<(f64, f64)> = mean.iter().zip(deviations).map(|(m, d)| (m - d, m + d)).collect();
        let (low, high) = spread.into_iter().unzip();
        Ok(Points { x: rows.floats("x")?, mean, low, high })
    }

    fn at(&self, x: f64) -> Option<f64> {
        let place = self.x.iter().position(|other| (other - x).abs() < 1e-9);
        place.map(|place| self.mean[place])
    }
}

/// Accuracies from `usual` to 1, or from a lower twentieth where a series goes lower.
fn accuracy_axis(usual: f64, series: &[&Points]) -> Axis {
    let lows = series.iter().flat_map(|points| points.low.iter().copied());
    let lowest = lows.fold(usual, |a, b| if b < a { b } else { a });
    let low = if lowest < usual { ((20.0 * lowest).floor() / 20.0).max(0.0) } else { usual };
    Axis::linear("clean-test accuracy").range(low, 1.0)
}

/// A line with a marker at each point, and its band.
fn add(panel: Panel, label: String, points: &Points, color: Color, marker: Marker) -> Panel {
    panel.band(&points.x, &points.low, &points.high, color).line(
        label,
        &points.x,
        &points.mean,
        Style::color(color).marker(marker),
    )
}

/// A reference line, if there is something to refer to.
fn reference(panel: Panel, value: Option<f64>, label: String, style: Style) -> Panel {
    match value {
        Some(value) => panel.horizontal(value, label).styled(style).in_legend(),
        None => panel,
    }
}

fn all_data() -> Style {
    Style::color(DARK_GREY).dashed().width(1.0)
}

fn by_chance() -> Style {
    Style::color(ORANGE).dotted().width(1.2)
}

fn pruning(config: &Config, means: &Table) -> Result<Panel> {
    let of = |series: &str| Points::of(means, "prune", series);
    let (full, random, el2n, grand) = (of("full")?, of("random")?, of("el2n")?, of("grand_init")?);
    let panel = Panel::new("a", "pruning by a score")
        .x(Axis::linear("fraction pruned").range(0.0, 0.95))
        .y(accuracy_axis(0.65, &[&full, &random, &el2n, &grand]));
    let el2n_label = format!("EL2N (epoch {})", config.score_epoch);
    let panel = reference(panel, full.at(0.0), "full data".into(), all_data());
    let panel = add(panel, el2n_label, &el2n, BLUE, Marker::Circle);
    let panel = add(panel, "random".into(), &random, ORANGE, Marker::Square);
    let grand_label = "GraNd (initialisation)".into();
    Ok(add(panel, grand_label, &grand, PURPLE, Marker::Triangle))
}

fn epochs(config: &Config, means: &Table) -> Result<Panel> {
    let el2n = Points::of(means, "epoch", "el2n")?;
    let of = |series: &str| Points::of(means, "prune", series);
    let (full, random) = (of("full")?, of("random")?);
    let names: Vec<String> = config.score_epochs.iter().map(f64::to_string).collect();
    let places: Vec<f64> = (0..el2n.x.len()).map(|place| place as f64).collect();
    let half = percent(HALF);
    let panel = Panel::new("b", format!("{half} pruned by EL2N"))
        .x(Axis::categories("epoch of the score", names))
        .y(accuracy_axis(0.75, &[&el2n, &full]));
    let panel = reference(panel, full.at(0.0), "full data".into(), all_data());
    let panel = reference(panel, random.at(HALF), format!("random {half}"), by_chance());
    Ok(panel.points("EL2N", &places, &el2n.mean, BLUE).errors(&el2n.low, &el2n.high))
}

fn windows(config: &Config, means: &Table) -> Result<Panel> {
    let of = |series: &str| Points::of(means, "window", series);
    let (window, full, random) = (of("window")?, of("noisy_full")?, of("noisy_random")?);
    let panel = Panel::new("c", format!("{} of labels randomised", percent(config.noise_frac)))
        .x(Axis::linear("fraction of lowest EL2N skipped"))
        .y(accuracy_axis(0.7, &[&window, &full, &random]));
    let width = percent(config.window_frac);
    let panel = reference(panel, full.at(0.0), "all noisy data".into(), all_data());
    let panel = reference(panel, random.at(0.0), format!("random {width}"), by_chance());
    Ok(add(panel, format!("window of {width}"), &window, BLUE, Marker::Circle))
}
