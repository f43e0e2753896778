//! Accuracy against time for two step sizes, what the neurons point at, and which way they lean.

use common::prelude::*;

use crate::{Config, Training};

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let times = table.kind("time");
    let first = times.with("setting", "large").with("t", 1);
    let accuracies = |setting, training: &Training| {
        let runs = times.with("setting", setting);
        let curve = |column| runs.curve("t", column).median().between(0.1, 0.9).map_x(|t| t + 1.0);
        Panel::new(format!("{setting} step, α = {}", power_of_ten(training.alpha)))
            .x(Axis::log("gradient steps + 1").range(1.0, training.steps as f64 + 1.0))
            .y(Axis::linear("accuracy").range(0.4, 1.02))
            .horizontal(0.5, "chance")
            .curve("train", curve("train_acc"), BLUE)
            .curve("train, flipped labels", curve("flipped_acc"), ORANGE)
            .curve("test, clean labels", curve("test_acc"), GREEN)
    };
    let lean = Panel::new("lean of positive neurons at t = 1")
        .x(Axis::linear("predicted share leaning to +μ_{1}").range(0.0, 1.0))
        .y(Axis::linear("measured share").range(0.0, 1.0))
        .legend(Legend::TopLeft)
        .diagonal("y = x")
        .points("one run each", first.column("share_plus_pred"), first.column("share_plus"), PURPLE);
    let large = accuracies("large", &config.large);
    // The series are those of panel a.
    let small = accuracies("small", &config.small).legend(Legend::None);
    Figure::new().row([large, small]).row([alignments(config.large.steps, &table.kind("alignment")), lean])
}

/// Densities of the projections of positive neurons, pooled over the runs with the large step.
fn alignments(last: usize, bins: &Table) -> Panel {
    let panel = Panel::new("positive neurons, large step")
        .x(Axis::linear("⟨w, μ⟩ / (α ‖μ‖^{2})"))
        .y(Axis::log("density").from(0.1))
        .legend(Legend::TopRight);
    let histogram = |panel: Panel, (t, axis, style): (usize, &str, Style)| {
        let runs = bins.with("t", t).with("axis", axis);
        let pooled = runs.curve("bin_left", "density").mean();
        let label = format!("μ_{{{}}}, t = {t}", axis.trim_start_matches("mu"));
        panel.histogram(label, runs.edges("bin_left", "bin_right"), &pooled.middle, style)
    };
    [
        (last, "mu1", Style::color(ORANGE)),
        (last, "mu2", Style::color(RED).open()),
        (1, "mu1", Style::color(SKY)),
        (1, "mu2", Style::color(BLUE).open()),
    ]
    .into_iter()
    .fold(panel, histogram)
}
