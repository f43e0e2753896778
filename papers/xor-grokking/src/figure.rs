//! Accuracy against time for two step sizes, what the neurons point at, and which way they lean.

use common::prelude::*;

use crate::claims::{PUBLISHED, as_published, published_step};
use crate::{Config, Training};

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let times = table.kind("time");
    let first = times.with("setting", "large").with("t", 1);
    let accuracies = |setting, training: &Training| {
        let runs = times.with("setting", setting);
        let curve = |column| runs.curve("t", column).median().between(0.2, 0.8).map_x(|t| t + 1.0);
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
        .shows(["lean-law"])
        .diagonal("y = x")
        .points("one run each", first.column("share_plus_pred"), first.column("share_plus"), PURPLE);
    let mut large = accuracies("large", &config.large).shows(["one-step-fit", "grok-later", "matches-published"]);
    // The series are those of panel a.
    let mut small = accuracies("small", &config.small).legend(Legend::None).shows(["delay-law", "matches-published"]);
    if as_published(config) {
        large = published(large, "test-large", 1.0, GREEN.darker(0.3));
        small = published(small, "test-small", published_step(config), GREEN.darker(0.3));
        small = published(small, "train-small", published_step(config), BLUE.darker(0.3));
    }
    Figure::new().row([large, small]).row([alignments(config.large.steps, &table.kind("alignment")), lean])
}

/// Adds a published curve whose steps are so many of ours.
fn published(panel: Panel, name: &str, step: f64, color: Color) -> Panel {
    let entry = PUBLISHED.entry(name);
    let times: Vec<f64> = entry.places().iter().map(|t| t * step + 1.0).collect();
    let panel = panel.points("published", times, entry.y.clone(), Style::color(color).marker(Marker::Diamond).open());
    if entry.low.is_empty() { panel } else { panel.errors(entry.low.clone(), entry.high.clone()) }
}

/// Densities of the projections of positive neurons, pooled over the runs with the large step.
fn alignments(last: usize, bins: &Table) -> Panel {
    let panel = Panel::new("positive neurons, large step")
        .x(Axis::linear("⟨w, μ⟩ / (α ‖μ‖^{2})"))
        .y(Axis::log("density").from(0.1))
        .legend(Legend::TopRight)
        .shows(["features-emerge"]);
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
