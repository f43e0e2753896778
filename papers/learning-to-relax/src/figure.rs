//! The figure: iterations against omega for one system, and learning curves for two kinds of shifts.

use common::prelude::*;
use common::statistics::greatest;

use crate::claims::{PUBLISHED, as_published};
use crate::learners::fixed_name;
use crate::{Config, theory};

/// The methods from slow to fast: name in the table, label, colour.
const LEARNERS: [(&str, &str, Color); 4] = [
    ("tsallis_inf", "Tsallis-INF", ORANGE),
    ("tsallis_inf_cb", "Tsallis-INF-CB", BLUE),
    ("cheb_cb", "ChebCB", RED),
    ("instance_opt", "Instance-Optimal", BLACK),
];

/// Draws all panels. The bars below the learning curves name their colours.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let runs = table.kind("run");
    let [low, high] = ["low", "high"].map(|dist| runs.with("dist", dist));
    Figure::new()
        .row([one_system(config, &table.kind("bound"), &table.kind("average"))])
        .height(0.75)
        .row([
            learning_curves(config, &low, "low-variance shifts: faster is further left"),
            learning_curves(config, &high, "high-variance shifts"),
        ])
        .row([costs(config, &low, "knowing the shift pays"), costs(config, &high, "… most where shifts vary most")])
        .height(0.5)
}

/// Measured, estimated and bounded iterations for one system.
fn one_system(config: &Config, bounds: &Table, average: &Table) -> Panel {
    let optimum = theory::optimal_omega(theory::jacobi_radius(config.problem.grid_side, config.shift));
    let curve = |column| bounds.curve("omega", column).mean();
    // The usual range, wider only where other settings need it.
    let (low, high) = (bounds.least("iters").min(20.0), bounds.greatest("bound_iters").max(1000.0));
    let measured = Style::color(BLUE).marker(Marker::Circle).size(3.0);
    let panel = Panel::new(format!("one system, c = {}: ω decides, and theory tells how", config.shift))
        .x(Axis::linear("relaxation parameter ω"))
        .y(Axis::log("iterations").range(low, high))
        .legend(Legend::Right)
        .shows(["sor-theory"])
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
        .series_shows("measured, mean", "matches-published")
        .series_shows("published", "matches-published")
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

/// The fixed parameter that solves the whole sequences with the fewest iterations; none if none solves them.
fn best_fixed(config: &Config, runs: &Table) -> Option<f64> {
    let cost = |omega: f64| total(&progress(config, runs, &fixed_name(omega)));
    let whole = config.fixed.iter().copied().filter(|&omega| config.solved_with_fixed(omega) == config.instances);
    whole.min_by(|&a, &b| cost(a).total_cmp(&cost(b)))
}

/// The style of a fixed parameter: the best one stands out.
fn of_fixed(omega: f64, best: Option<f64>) -> Style {
    match best == Some(omega) {
        true => Style::color(GREEN).width(1.6),
        false => Style::color(GREY).width(0.8),
    }
}

/// Systems remaining against iterations spent.
fn learning_curves(config: &Config, runs: &Table, title: &str) -> Panel {
    let best = best_fixed(config, runs);
    // The slower of Tsallis-INF and the largest fixed parameter: how far the axis reaches.
    let largest = fixed_name(config.fixed[config.fixed.len() - 1]);
    let slower = ["tsallis_inf", &largest].map(|method| total(&progress(config, runs, method)));
    let reach = 1.2 * greatest(slower);
    let mut panel = Panel::new(title)
        .x(Axis::linear("iterations spent (thousands)").range(0, reach))
        .y(Axis::linear("systems remaining").range(0, config.instances))
        .legend(Legend::None);
    for &omega in &config.fixed {
        let (progress, style) = (progress(config, runs, &fixed_name(omega)), of_fixed(omega, best));
        let ((spent, remaining), total) = (end(&progress), total(&progress));
        if remaining > 0.0 {
            panel = panel.line("", [spent, total], [remaining, 0.0], style.dotted());
        }
        // Left of Tsallis-INF there is no room for names.
        if total > slower[0] {
            let at = (0.97 * reach).min(0.85 * total);
            let remaining = config.instances as f64 * (1.0 - at / total);
            panel = panel.annotate(at, remaining, format!("{omega:?}"), Anchor::AboveRight);
        }
        panel = panel.curve("", progress, style.dashed());
    }
    panel
        .curves(LEARNERS.map(|(method, label, color)| (label, progress(config, runs, method), color)))
        .shows(["context-helps-in-order"])
        .series_shows("ChebCB", "cheb-beats-best-fixed")
        .series_shows("ChebCB", "cheb-near-instance-opt")
        .series_shows("Instance-Optimal", "cheb-near-instance-opt")
        .series_shows("Tsallis-INF", "tsallis-no-regret")
        .series_shows("Tsallis-INF", "tsallis-regret-below-theory")
}

/// Mean iterations a system of the best fixed parameter and of the methods, over those of the best for each system.
fn costs(config: &Config, runs: &Table, title: &str) -> Panel {
    let last = runs.with("instance", config.instances);
    let optimal = last.with("method", "instance_opt");
    let over_optimal = |method: &str| {
        last.with("method", method).each("trial", |trial| {
            trial.value("mean_iters") / optimal.with("trial", trial.value("trial")).value("mean_iters")
        })
    };
    let best = best_fixed(config, runs);
    let fixed = best.map(|omega| (format!("fixed ω = {omega:?}"), over_optimal(&fixed_name(omega)), GREEN));
    let learners = LEARNERS.map(|(method, label, color)| (label.to_string(), over_optimal(method), color));
    Panel::new(title)
        .x(Axis::linear("iterations over those of Instance-Optimal").from(0))
        .shows(["cheb-beats-best-fixed", "cheb-near-instance-opt", "context-helps-in-order"])
        .named_bars(fixed.into_iter().chain(learners))
}
