//! Error over iterations, over initialisation scales, and over numbers of measurements.

use common::prelude::*;
use common::statistics::Spread;

use crate::subgradient::decay;
use crate::{Config, LARGE_ALPHA};

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let (d, r) = (config.shape.d, config.shape.r);
    let caption = format!(
        "Sub-gradient method for robust matrix recovery, d = {d}, r = {r}, m = {m}. A small initialisation makes full \
         over-parameterisation (r′ = d) indistinguishable from the known rank, for outliers of any size and for dense \
         noise, although a large initialisation reaches a lower training loss at a wrong matrix. \
         (a) {light} % of the measurements are outliers; geometric mean and range over {seeds} seeds. \
         (b) {heavy} % outliers, r′ = d; median and range over {seeds} seeds, filled where the median l1 loss is below \
         that of the truth. (c) Gaussian noise of standard deviation {sd} on every measurement; mean and range over \
         {dense} seeds.",
        m = config.m,
        light = 100.0 * config.outlier_frac,
        heavy = 100.0 * config.outlier_frac_heavy,
        seeds = config.seeds,
        sd = config.noise_sd,
        dense = config.seeds_dense,
    );
    Ok(Figure::new("").caption(caption).row(1.0, [iterations(config, &table.filter("panel", "A")?)?]).row(
        1.0,
        [
            initialisation_scales(config, &table.filter("panel", "B")?)?,
            measurements(config, &table.filter("panel", "C")?)?,
        ],
    ))
}

/// Label and colour of the series that panels a and c share: columns of U, scale of the start.
fn shared_series(config: &Config) -> [(String, usize, f64, Color); 3] {
    let small = power_of_ten(config.small_alpha);
    let (d, r) = (config.shape.d, config.shape.r);
    [
        (format!("r′ = r, α = {small}"), r, config.small_alpha, ORANGE),
        (format!("r′ = d, α = {small}"), d, config.small_alpha, BLUE),
        (format!("r′ = d, α = {}", power_of_ten(LARGE_ALPHA)), d, LARGE_ALPHA, GREEN),
    ]
}

fn guide_style() -> Style {
    Style::color(DARK_GREY).dashed().width(0.9)
}

/// Relative error over iterations, with the step size as a guide.
fn iterations(config: &Config, runs: &Table) -> Result<Panel> {
    let percent = 100.0 * config.outlier_frac;
    let mut panel = Panel::new("a", format!("{percent} % outliers: a small start finds the truth"))
        .x(Axis::linear("iteration t").range(0, config.iterations))
        // The error ends near the last step size.
        .y(Axis::log("relative error").range(config.eta_final_ratio / 10.0, 10))
        .legend(Legend::BottomLeft);
    let mut guide = None;
    let absolute = runs.filter("loss_kind", "l1")?;
    for (label, columns, alpha, color) in shared_series(config) {
        let series = absolute.filter("rank_param", columns as i64)?.filter("alpha", alpha)?;
        let spread = Spread::geometric(&series, "rel_err", "t")?;
        // Where the first two series coincide, the first shows on both sides of the second.
        let style = match columns == config.shape.r {
            true => Style::color(color).width(2.2),
            false => Style::color(color),
        };
        panel = panel.band(&spread.by, &spread.low, &spread.high, color);
        panel = panel.line(label, &spread.by, &spread.middle, style);
        if columns == config.shape.d && alpha == config.small_alpha {
            guide = Some(step_size_guide(config, &spread));
        }
    }
    let squared = Spread::geometric(&runs.filter("loss_kind", "l2")?, "rel_err", "t")?;
    let label = format!("r′ = d, α = {}, squared loss", power_of_ten(config.small_alpha));
    panel =
        panel.band(&squared.by, &squared.low, &squared.high, PURPLE).line(label, &squared.by, &squared.middle, PURPLE);
    if let Some((times, errors)) = guide {
        panel = panel.line("∝ step size η_{t}", times, errors, guide_style());
    }
    Ok(panel)
}

/// ρ^t through the error at half time, over the last four fifths of the iterations.
fn step_size_guide(config: &Config, spread: &Spread) -> ([f64; 2], [f64; 2]) {
    let last = config.iterations as f64;
    let half = spread.by.iter().position(|&t| t >= last / 2.0).unwrap_or(0);
    let log_decay = ln(decay(config.eta_final_ratio, config.iterations));
    let times = [last / 5.0, last];
    // Beside the curve, not on it.
    let guide = times.map(|t| 3.0 * spread.middle[half] * exp(log_decay * (t - spread.by[half])));
    (times, guide)
}

/// Final relative error over initialisation scales, marked by whether the fit beats the truth's.
fn initialisation_scales(config: &Config, runs: &Table) -> Result<Panel> {
    let spread = Spread::around(runs, "rel_err", "alpha", Summary::median("rel_err"))?;
    let excess = Spread::around(runs, "rel_err", "alpha", Summary::median("loss_excess"))?.middle;
    let percent = 100.0 * config.outlier_frac_heavy;
    let mut panel = Panel::new("b", format!("{percent} % outliers: the better fit is worse"))
        .x(Axis::log("initialisation scale α"))
        .y(Axis::log("final relative error"))
        .line("", &spread.by, &spread.middle, Style::color(BLUE).width(0.8));
    for (label, below, style) in [
        ("loss below the truth's", true, Style::color(BLUE).size(5.0)),
        ("loss above the truth's", false, Style::color(BLUE).size(5.0).open()),
    ] {
        let chosen = |values: &[f64]| -> Vec<f64> {
            let pairs = values.iter().zip(&excess);
            pairs.filter(|(_, excess)| (**excess < 0.0) == below).map(|(value, _)| *value).collect()
        };
        panel = panel
            .points(label, chosen(&spread.by), chosen(&spread.middle), style)
            .errors(chosen(&spread.low), chosen(&spread.high));
    }
    Ok(panel)
}

/// Final relative error over numbers of measurements, with the slope of the theory.
fn measurements(config: &Config, runs: &Table) -> Result<Panel> {
    let ticks = config.ms.iter().map(|&m| (m as f64, m.to_string()));
    let mut panel = Panel::new("c", format!("dense Gaussian noise, σ = {}", config.noise_sd))
        .x(Axis::log("measurements m").tick_labels(ticks))
        .y(Axis::log("final relative error"));
    let mut guide = None;
    // The first series coincides with the second: larger symbols, on a wider line, below its own.
    let shape = |style: Style, k: usize| match k {
        0 => style.marker(Marker::Circle).open().size(7.0).width(2.2),
        _ => style.marker(Marker::series(k)).size(3.6),
    };
    for (k, (label, columns, alpha, color)) in shared_series(config).into_iter().enumerate() {
        let series = runs.filter("rank_param", columns as i64)?.filter("alpha", alpha)?;
        let spread = Spread::arithmetic(&series, "rel_err", "m")?;
        let style = shape(Style::color(color), k);
        panel = panel
            .line(label.clone(), &spread.by, &spread.middle, style)
            .points(label, &spread.by, &spread.middle, style)
            .errors(&spread.low, &spread.high);
        if columns == config.shape.d && alpha == config.small_alpha && spread.by.len() > 1 {
            // Below the curve, not on it.
            let errors = spread.by.iter().map(|m| 0.75 * spread.middle[0] * (spread.by[0] / m).sqrt());
            guide = Some((spread.by.clone(), errors.collect::<Vec<f64>>()));
        }
    }
    if let Some((counts, errors)) = guide {
        panel = panel.line("∝ m^{−1/2}", counts, errors, guide_style());
    }
    Ok(panel)
}
