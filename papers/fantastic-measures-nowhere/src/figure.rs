//! The figure: failures without and with knowledge of the algorithm, their trade-off with learning, and an escape.

use common::prelude::*;

use crate::estimators::Estimator;
use crate::pooled::{Pooled, results};
use crate::theory::exact;
use crate::{Config, World};

/// What the figure shows, for the gallery.
const CAPTION: &str = "No estimator may enter the shaded region: with fewer independent samples than dimensions, every \
                       consistent hypothesis is either perfect or useless and the data do not say which. Points: \
                       simulation; lines: exact rank distribution of random matrices over F_q.";

/// The estimators in the order of the legend, with label, colour and marker.
const SERIES: [(Estimator, &str, Color, Marker); 5] = [
    (Estimator::Zero, "training error (0)", ORANGE, Marker::Square),
    (Estimator::Occam, "Occam bound", SKY, Marker::Diamond),
    (Estimator::Loo, "leave-one-out", PURPLE, Marker::Triangle),
    (Estimator::Learned, "learned estimator", GREEN, Marker::TriangleDown),
    (Estimator::Oracle, "best possible", RED, Marker::Circle),
];

/// Panels a and b end at this many samples for each dimension.
const LARGEST_RATIO: f64 = 2.0;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let unknown = failures(config, table, World::Lucky, "a", "Algorithm unknown (q = 2)")?;
    let known = failures(config, table, World::Erm, "b", "Algorithm known (q = 2)")?;
    Ok(Figure::new("")
        .caption(CAPTION)
        .row(1.1, [unknown, known])
        .row(1.0, [trade_off(config, table)?, escape(config, table)?]))
}

/// Adds markers with error bars at the failure rates; `x` gives the place of each.
fn rates(panel: Panel, label: &str, at: &[Pooled], x: impl Fn(&Pooled) -> f64, color: Color, marker: Marker) -> Panel {
    if at.is_empty() {
        return panel;
    }
    let column = |value: &dyn Fn(&Pooled) -> f64| at.iter().map(value).collect::<Vec<f64>>();
    let (x, rate) = (column(&x), column(&Pooled::failure_rate));
    panel
        .points(label, &x, &rate, Style::color(color).marker(marker).size(3.6))
        .errors(column(&|p| p.failure_interval().low), column(&|p| p.failure_interval().high))
}

/// As [`rates`] against n/d, with a thin line through the markers.
fn joined_rates(panel: Panel, label: &str, at: &[Pooled], color: Color, marker: Marker) -> Panel {
    if at.is_empty() {
        return panel;
    }
    let (ratio, rate): (Vec<f64>, Vec<f64>) = at.iter().map(|at| (at.ratio(), at.failure_rate())).unzip();
    let panel = panel.line("", ratio, rate, Style::color(color).width(0.6).opacity(0.6));
    rates(panel, label, at, Pooled::ratio, color, marker)
}

/// Panels a and b: failure probability of each estimator against n/d, and the exact floor.
fn failures(config: &Config, table: &Table, world: World, letter: &str, title: &str) -> Result<Panel> {
    let samples = 1..=(LARGEST_RATIO * config.d as f64) as usize;
    let ratio: Vec<f64> = samples.clone().map(|n| n as f64 / config.d as f64).collect();
    let theory: Vec<_> = samples.map(|n| exact(world, 2, config.d, n)).collect();
    let floor: Vec<f64> = theory.iter().map(|exact| exact.floor).collect();
    let mut panel = Panel::new(letter, title)
        .x(Axis::linear("samples over dimension, n/d").range(0.25, LARGEST_RATIO + 0.05))
        .y(Axis::linear("failure probability").range(-0.03, 1.03))
        .legend(Legend::Shared)
        .vertical(1.0, "")
        .styled(Style::color(GREY).dotted())
        .band(&ratio, vec![0.0; ratio.len()], &floor, GREY)
        .line("floor (theory)", &ratio, &floor, Style::color(GREY).width(3.0));
    if world == World::Erm {
        let success: Vec<f64> = theory.iter().map(|exact| exact.success).collect();
        let oracle = within_panel(results(table, world, 2, Estimator::Oracle)?);
        let at: Vec<f64> = oracle.iter().map(Pooled::ratio).collect();
        let measured: Vec<f64> = oracle.iter().map(|at| at.success).collect();
        panel = panel.line("learner's success", &ratio, &success, Style::color(BLACK).width(0.8)).points(
            "learner's success",
            at,
            measured,
            Style::color(BLACK).marker(Marker::Circle).size(6.5).open(),
        );
    }
    for (estimator, label, color, marker) in SERIES {
        let at = within_panel(results(table, world, 2, estimator)?);
        panel = joined_rates(panel, label, &at, color, marker);
    }
    Ok(match world {
        World::Lucky => panel.annotate(0.62, 0.24, "impossible", Anchor::Center),
        // The region is too narrow for a text in it.
        _ => panel.arrow((1.4, 0.25), (1.01, 0.12), Style::color(DARK_GREY).width(0.8)).annotate(
            1.4,
            0.25,
            "impossible",
            Anchor::Right,
        ),
    })
}

fn within_panel(results: Vec<Pooled>) -> Vec<Pooled> {
    results.into_iter().filter(|at| at.ratio() <= LARGEST_RATIO).collect()
}

/// Panel c: failure probability of the best estimator against success of the learner, parametric in n.
fn trade_off(config: &Config, table: &Table) -> Result<Panel> {
    let mut panel = Panel::new("c", "Learning costs estimability")
        .x(Axis::linear("success probability of the learner").range(-0.03, 1.03))
        .y(Axis::linear("failure of best estimator").range(-0.02, 0.6))
        .legend(Legend::TopRight);
    let most = config.n_grid.iter().copied().max().unwrap_or(0).max(2 * config.d);
    for (index, &q) in config.q_list.iter().enumerate() {
        let color = [BLUE, ORANGE, GREEN, PURPLE, RED, SKY][index % 6];
        let theory: Vec<_> = (1..=most).map(|n| exact(World::Erm, q, config.d, n)).collect();
        let success: Vec<f64> = theory.iter().map(|exact| exact.success).collect();
        let floor: Vec<f64> = theory.iter().map(|exact| exact.floor).collect();
        let label = format!("q = {q}");
        let oracle = results(table, World::Erm, q, Estimator::Oracle)?;
        panel = panel.line(&label, &success, &floor, Style::color(color).width(0.9));
        panel = rates(panel, &label, &oracle, |at| at.success, color, Marker::series(index));
    }
    let constant = Style::color(BLACK).marker(Marker::Star).size(7.0);
    Ok(panel.points("constant predictor", [0.0], [0.0], constant))
}

/// Panel d: leave-one-out fails for the finite field and works for the minimum-norm classifier.
fn escape(config: &Config, table: &Table) -> Result<Panel> {
    let stable = results(table, World::Stable, 0, Estimator::Loo)?;
    let low = reduce::min(&config.stable_ratios);
    let mut field = results(table, World::Erm, 2, Estimator::Loo)?;
    field.retain(|at| at.ratio() >= low - 1e-9 && at.n < at.d);
    let mut panel = Panel::new("d", "A stable learner escapes")
        .x(Axis::linear("samples over dimension, n/d").range(low - 0.05, 1.02))
        .y(Axis::linear("probability").range(-0.03, 1.03));
    for (name, at, color, marker) in
        [("random consistent, F_{2}", &field, BLUE, Marker::Circle), ("minimum norm", &stable, ORANGE, Marker::Square)]
    {
        let label = format!("{name}: leave-one-out fails");
        panel = joined_rates(panel, &label, at, color, marker);
        if !at.is_empty() {
            let ratio: Vec<f64> = at.iter().map(Pooled::ratio).collect();
            let loss: Vec<f64> = at.iter().map(|at| at.mean_loss).collect();
            let style = Style::color(color).marker(marker).open();
            panel = panel.points(format!("{name}: true error"), ratio, loss, style);
        }
    }
    Ok(panel)
}
