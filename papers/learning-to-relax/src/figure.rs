//! The figure: iterations against omega for one system, and learning curves for two kinds of shifts.

use common::prelude::*;

use crate::claims::{PUBLISHED, as_published};
use crate::learners::fixed_name;
use crate::{Config, theory};

/// The methods in the order of the legend: name in the table, label, colour.
const LEARNERS: [(&str, &str, Color); 4] = [
    ("tsallis_inf", "Tsallis-INF", BLACK),
    ("tsallis_inf_cb", "Tsallis-INF-CB", BLUE),
    ("cheb_cb", "ChebCB", PURPLE),
    ("instance_opt", "Instance-Optimal", ORANGE),
];

/// Draws all three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let runs = table.kind("run");
    let panels = [
        one_system(config, &table.kind("bound"), &table.kind("average")),
        learning_curves(config, &runs.with("dist", "low"), "Low-variance shifts"),
        learning_curves(config, &runs.with("dist", "high"), "High-variance shifts"),
    ];
    Figure::new().row(panels).height(1.15)
}

/// Measured, estimated and bounded iterations for one system.
fn one_system(config: &Config, bounds: &Table, average: &Table) -> Panel {
    let optimum = theory::optimal_omega(theory::jacobi_radius(config.problem.grid_side, config.shift));
    let curve = |column| bounds.curve("omega", column).mean();
    // The usual range, wider only where other settings need it.
    let (low, high) = (bounds.least("iters").min(20.0), bounds.greatest("bound_iters").max(1000.0));
    let measured = Style::color(BLUE).marker(Marker::Circle).size(3.0);
    let panel = Panel::new(format!("One system, c = {}", config.shift))
        .x(Axis::linear("relaxation parameter ω"))
        .y(Axis::log("iterations").range(low, high))
        .curve("bound U(ω)", curve("bound_iters"), RED)
        .curve("log ε / log ρ", curve("asym_iters"), GREEN)
        .curve("measured, mean", average.with("grid", "coarse").curve("omega", "iters_mean").mean(), measured)
        .vertical(optimum, format!("ω* = {optimum:.4}"));
    if !as_published(config) {
        return panel;
    }
    let published = PUBLISHED.entry("mean-iterations");
    let style = Style::color(BLACK).marker(Marker::Diamond).size(4.0).open();
    panel
        .points("published", published.places(), published.y.clone(), style)
        .errors(published.low.clone(), published.high.clone())
}

/// Systems that remain against thousands of iterations that a method has spent, in the mean over trials. Starts before
/// the first system.
fn progress(config: &Config, runs: &Table, method: &str) -> Curve {
    let solves = runs.with("method", method).curve("instance", "total_iters").mean().starting_at(0.0, 0.0);
    let length = config.instances as f64;
    let spent: Vec<f64> = solves.middle.iter().map(|total| total / 1000.0).collect();
    let remaining: Vec<f64> = solves.x.iter().map(|solved| length - solved).collect();
    Curve::new(spent, remaining)
}

/// The last point of a method's progress: thousands of iterations spent, systems that remain.
fn end(progress: &Curve) -> (f64, f64) {
    (progress.x[progress.len() - 1], progress.middle[progress.len() - 1])
}

/// Thousands of iterations of the whole sequence, at the mean cost so far.
fn total(progress: &Curve) -> f64 {
    let (spent, remaining) = end(progress);
    spent * progress.middle[0] / (progress.middle[0] - remaining)
}

/// Systems remaining against iterations spent.
fn learning_curves(config: &Config, runs: &Table, title: &str) -> Panel {
    let mut panel =
        Panel::new(title).y(Axis::linear("instances remaining").range(0, config.instances)).legend(Legend::Shared);
    // The slower of Tsallis-INF and the largest fixed parameter: how far the axis reaches.
    let mut slower = total(&progress(config, runs, "tsallis_inf"));
    let last = config.fixed.len() - 1;
    for (index, &omega) in config.fixed.iter().enumerate() {
        let progress = progress(config, runs, &fixed_name(omega));
        let share = index as f64 / last.max(1) as f64;
        let style = Style::color(GREY.lighter(0.45).mix(GREEN.darker(0.35), share)).width(0.9);
        let (spent, remaining) = end(&progress);
        if remaining > 0.0 {
            panel = panel.line("", [spent, total(&progress)], [remaining, 0.0], style.dotted());
        }
        if index == last {
            slower = slower.max(total(&progress));
        }
        panel = panel.curve(format!("ω = {omega:?}"), progress, style.dashed());
    }
    panel
        .curves(LEARNERS.map(|(method, label, color)| (label, progress(config, runs, method), color)))
        .x(Axis::linear("iterations spent (thousands)").range(0, 1.2 * slower))
}
