//! Agreement with the limit classifiers, singularities of the limit kernels, and accuracies.

use common::prelude::*;

use crate::Config;
use crate::activation::{Activation, SINGULAR};

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let dim = config.population.dim;
    let caption = format!(
        "Infinitely wide kernels become 1-NN, majority vote or a singular-kernel (Hilbert) classifier as depth \
         grows, according to the activation (a, n = {}, lines are means and bands ranges over {} seeds). The \
         limit kernels diverge with the exponent of the theorem (b, dashed). The singular kernel with exponent \
         a = d approaches the Bayes accuracy (c, d = {dim}). Data: two Dirichlet classes projected on the unit \
         sphere of dimension {dim}.",
        config.n_train, config.seeds,
    );
    Ok(Figure::new("").caption(caption).row(
        1.3,
        [
            depth_sweep(config, &table.filter("panel", "A")?)?,
            singularities(&table.filter("panel", "B")?)?,
            accuracies(config, &table.filter("panel", "C")?)?,
        ],
    ))
}

/// Mean and range over seeds of a column against another.
fn over_seeds(panel: Panel, runs: &Table, x: &str, y: &str, label: &str, style: (Color, Marker)) -> Result<Panel> {
    let (color, marker) = style;
    let summary = runs.summarize(
        &[x],
        &[Summary::mean(y).named("mean"), Summary::min(y).named("low"), Summary::max(y).named("high")],
    )?;
    let (x, low, high) = (summary.floats(x)?, summary.floats("low")?, summary.floats("high")?);
    let style = Style::color(color).marker(marker).size(3.0);
    Ok(panel.band(&x, low, high, color).line(label, &x, summary.floats("mean")?, style))
}

/// Panel a: agreement with the predicted limit against depth.
fn depth_sweep(config: &Config, runs: &Table) -> Result<Panel> {
    let mut panel = Panel::new("a", "depth picks the classifier")
        .x(Axis::log("depth L"))
        .y(Axis::linear("agreement with limit classifier").range(0.4, 1.02))
        .legend(Legend::Below);
    for (activation, limit, style) in [
        (config.optimal(), "Hilbert", (BLUE, Marker::Circle)),
        (Activation::Herm2, "1-NN", (ORANGE, Marker::Square)),
        (Activation::Shift, "majority", (GREEN, Marker::Triangle)),
    ] {
        let label = format!("{} → {limit}", activation.name());
        let runs = runs.filter("activation", activation.name())?;
        panel = over_seeds(panel, &runs, "depth", "agree_limit", &label, style)?;
    }
    Ok(panel)
}

/// Index of the value closest to `target` on a logarithmic scale.
fn closest(values: &[f64], target: f64) -> usize {
    let distances: Vec<f64> = values.iter().map(|value| ln(value / target).abs()).collect();
    reduce::argmin(&distances)
}

/// Panel b: limit kernels against distance, with the power laws of the theorem.
fn singularities(limits: &Table) -> Result<Panel> {
    let mut panel = Panel::new("b", "the singularity exponent")
        .x(Axis::log("distance r = ‖x − x′‖"))
        .y(Axis::log("limit kernel G(r) / G(0.1)"))
        .note("legend: activation and a", Corner::TopRight)
        .legend(Legend::Below);
    let colors = [SKY, GREEN, BLUE, ORANGE, WINE, PURPLE];
    for (activation, color) in SINGULAR.into_iter().zip(colors) {
        let limit = limits.filter("activation", activation.name())?;
        let (r, ln_kernel) = (limit.floats("r")?, limit.floats("value")?);
        let (unit, touch) = (ln_kernel[closest(&r, 0.1)], closest(&r, 1e-4));
        let exponent = activation.dual().exponent();
        let kernel: Vec<f64> = ln_kernel.iter().map(|value| exp(value - unit)).collect();
        let line = |x: &f64| exp(ln_kernel[touch] - unit - exponent * ln(x / r[touch]));
        let theory: Vec<f64> = r.iter().map(line).collect();
        let label = format!("{}: {exponent:.2}", activation.name());
        // Two activations have the same exponent; the one below shows on both sides.
        let width = if activation == Activation::P3 { 3.0 } else { 1.3 };
        panel = panel.line(label, &r, &kernel, Style::color(color).width(width));
        // One entry for all of them, after the activations.
        let slope = if activation == SINGULAR[SINGULAR.len() - 1] { "slope −a" } else { "" };
        panel = panel.line(slope, &r, &theory, Style::color(BLACK).dashed().width(0.7));
    }
    Ok(panel)
}

/// Panel c: accuracy against the number of training points.
fn accuracies(config: &Config, runs: &Table) -> Result<Panel> {
    let optimal = config.optimal().name();
    let mut panel = Panel::new("c", format!("optimality, d = {}", config.population.dim))
        .x(Axis::log("training points n"))
        .y(Axis::linear("accuracy"))
        .legend(Legend::Below);
    for (name, label, style) in [
        (optimal, format!("{optimal}, L = ∞"), (BLUE, Marker::Circle)),
        ("1nn", "1-NN".to_string(), (ORANGE, Marker::Square)),
        ("majority", "majority".to_string(), (GREEN, Marker::Triangle)),
    ] {
        panel = over_seeds(panel, &runs.filter("activation", name)?, "n", "value", &label, style)?;
    }
    let hilbert = runs.filter("activation", "hilbert")?.summarize(&["n"], &[Summary::mean("value").named("mean")])?;
    let open = Style::color(BLACK).marker(Marker::Circle).size(5.5).open();
    panel = panel.points("Hilbert estimate", hilbert.floats("n")?, hilbert.floats("mean")?, open);
    let largest = runs.filter("n", config.largest_n())?;
    let asymptote =
        |name: &str| -> Result<f64> { Ok(statistics::mean(&largest.filter("activation", name)?.floats("value")?)) };
    Ok(panel
        .horizontal(asymptote("bayes")?, "Bayes")
        .horizontal(asymptote("cover_hart")?, "1-NN, n → ∞")
        .styled(Style::color(WINE).dotted())
        .in_legend())
}
