//! The error of the mean against the number of draws, with the theory beside it.

use common::prelude::*;

use crate::Config;

/// Draws the figure.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let error = table.curve("n", "error").mean().between(0.1, 0.9);
    let panel = Panel::new("error of a mean")
        .x(Axis::log("draws n"))
        .y(Axis::log("distance from the expectation"))
        .curve("measured", &error, Style::color(BLUE).marker(Marker::Circle))
        .line("theory σ √(2/πn)", &error.x, error.x.iter().map(|&n| expected_error(config.deviation, n)), ORANGE);
    Figure::new().row([panel]).height(1.4)
}

/// E|X| of a centred normal X with standard deviation σ/√n.
pub fn expected_error(deviation: f64, n: f64) -> f64 {
    deviation * (2.0 / (std::f64::consts::PI * n)).sqrt()
}
