//! Error over iterations, over initialisation scales, and over numbers of measurements.

use common::prelude::*;

use crate::subgradient::decay;
use crate::{Config, LARGE_ALPHA};

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    Figure::new().row([iterations(config, &table.with("panel", "A"))]).row([
        initialisation_scales(config, &table.with("panel", "B")),
        measurements(config, &table.with("panel", "C")),
    ])
}

/// The series that panels a and c share, from the small start and known rank, small start and r' columns, large start
/// and r' columns: label, runs and colour.
fn shared_series(config: &Config, runs: &Table) -> [(String, Table, Color); 3] {
    let (small, columns) = (config.small_alpha, config.columns());
    let (known, wide) = ("r".to_string(), config.columns_name());
    [(&known, config.shape.r, small, ORANGE), (&wide, columns, small, BLUE), (&wide, columns, LARGE_ALPHA, GREEN)].map(
        |(name, columns, alpha, color)| {
            let label = format!("r′ = {name}, α = {}", power_of_ten(alpha));
            (label, runs.with("rank_param", columns).with("alpha", alpha), color)
        },
    )
}

fn guide_style() -> Style {
    Style::color(DARK_GREY).dashed().width(0.9)
}

/// Relative error over iterations, with the step size as a guide.
fn iterations(config: &Config, runs: &Table) -> Panel {
    let errors = |runs: &Table| runs.curve("t", "rel_err").geometric_mean().range();
    let [known, full, large] = shared_series(config, &runs.with("loss_kind", "l1"));
    let squared = format!("{}, squared loss", full.0);
    let (times, guide) = step_size_guide(config, &errors(&full.1));
    Panel::new(format!("outliers, p = {}: a small start finds the truth", config.outlier_frac))
        .x(Axis::linear("iteration t").range(0, config.iterations))
        // The error of a small start ends near the last step size.
        .y(Axis::log("relative error").range(config.eta_final_ratio / 10.0, 10))
        .legend(Legend::BottomLeft)
        // Where the first two series coincide, the first shows on both sides of the second.
        .curve(&known.0, errors(&known.1), Style::color(known.2).width(2.2))
        .curve(&full.0, errors(&full.1), full.2)
        .curve(&large.0, errors(&large.1), large.2)
        .curve(&squared, errors(&runs.with("loss_kind", "l2")), PURPLE)
        .line("∝ step size η_{t}", times, guide, guide_style())
        .series_shows(&full.0, "exact-recovery-overparam")
        .series_shows(&full.0, "agnostic-to-rank")
        .series_shows(known.0, "agnostic-to-rank")
        .series_shows(full.0, "linear-rate")
        .series_shows("∝ step size η_{t}", "linear-rate")
        .series_shows(large.0, "large-init-fails")
        .series_shows(squared, "squared-loss-breaks")
}

/// ρ^t through the error at half time, over the last four fifths of the iterations.
fn step_size_guide(config: &Config, errors: &Curve) -> ([f64; 2], [f64; 2]) {
    let last = config.iterations as f64;
    let late = errors.keep(|t, _| t >= last / 2.0);
    let [half, error] = [&late.x, &late.middle].map(|values| values.first().copied().unwrap_or(f64::NAN));
    let log_decay = ln(decay(config.eta_final_ratio, config.iterations));
    let times = [last / 5.0, last];
    // Beside the curve, not on it.
    (times, times.map(|t| 3.0 * error * exp(log_decay * (t - half))))
}

/// Final relative error over initialisation scales, marked by whether the fit beats the truth's.
fn initialisation_scales(config: &Config, runs: &Table) -> Panel {
    let errors = runs.curve("alpha", "rel_err").median();
    let excess = runs.curve("alpha", "loss_excess").median();
    let where_below = |below: bool| errors.range().keep(|alpha, _| (excess.at(alpha) < 0.0) == below);
    let marker = Style::color(BLUE).size(5.0);
    Panel::new(format!("p = {}: the better fit is the worse answer", config.outlier_frac_heavy))
        .x(Axis::log("initialisation scale α"))
        .shows(["lower-loss-worse-answer"])
        .y(Axis::log("final relative error"))
        .curve("", errors.alone(), Style::color(BLUE).width(0.8))
        .curve_points("loss below the truth's", where_below(true), marker)
        .curve_points("loss above the truth's", where_below(false), marker.open())
}

/// Final relative error over numbers of measurements, with the slope of the theory.
fn measurements(config: &Config, runs: &Table) -> Panel {
    let errors = |runs: &Table| runs.curve("m", "rel_err").mean().range();
    let [known, full, large] = shared_series(config, runs);
    let full_errors = errors(&full.1);
    let ticks = config.ms.iter().map(|&m| (m as f64, m.to_string()));
    // The first series coincides with the second: larger symbols, on a wider line, below its own.
    let wide = Style::color(known.2).marker(Marker::Circle).open().size(7.0).width(2.2);
    let marked = |color, k| Style::color(color).marker(Marker::series(k)).size(3.6);
    let panel = Panel::new("dense noise: the rank does not matter")
        .x(Axis::log("measurements m").tick_labels(ticks))
        .y(Axis::log("final relative error"))
        .curve(&known.0, errors(&known.1), wide)
        .curve(&full.0, &full_errors, marked(full.2, 1))
        .curve(&large.0, errors(&large.1), marked(large.2, 2))
        .series_shows(known.0, "gaussian-rank-free-rate")
        .series_shows(full.0, "gaussian-rank-free-rate")
        .series_shows(large.0, "large-init-is-noisier");
    if full_errors.len() < 2 || config.noise_sd == 0.0 {
        return panel;
    }
    // Below the curve, not on it.
    let (first, error) = (full_errors.x[0], full_errors.middle[0]);
    let guide = full_errors.x.iter().map(|m| 0.75 * error * (first / m).sqrt());
    panel.line("∝ m^{−1/2}", &full_errors.x, guide, guide_style())
}
