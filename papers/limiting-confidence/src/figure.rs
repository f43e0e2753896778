//! Coverage over training, coverage over the number of samples, and the confidence of the best policy.

use common::prelude::*;

use crate::Config;
use crate::claims::PUBLISHED;

/// The order of the loss that is compared with cross-entropy over training.
const ORDER: usize = 256;

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    Figure::new().row([over_training(table), over_samples(config, table), best_policy(config, table)]).height(1.3)
}

/// pass@N of a loss over training, one number of samples.
fn course(table: &Table, train_n: usize, test_n: usize) -> Curve {
    let rows = table.kind("coverage").with("train_n", train_n).with("test_n", test_n);
    rows.curve("epoch", "coverage").mean().range()
}

/// Panel a: what longer training does.
fn over_training(table: &Table) -> Panel {
    let panel = Panel::new("training longer hurts pass@256")
        .x(Axis::linear("epoch"))
        .y(Axis::linear("test coverage, pass@N").range(0.0, 1.0))
        .legend(Legend::Below)
        .series_shows("CE, pass@256", "ce-hurts-large-n")
        .series_shows("CE, pass@1", "ce-hurts-large-n")
        .series_shows("CE, pass@256", "dco-rescues")
        .series_shows(format!("DCO-{ORDER}, pass@{ORDER}"), "dco-rescues");
    let rescued = course(table, ORDER, ORDER);
    let panel = panel.curve_with_band(format!("DCO-{ORDER}, pass@{ORDER}"), rescued, Style::color(ORANGE).dashed());
    let shown = [(256, BLUE), (16, SKY.darker(0.2)), (1, SKY)];
    let panel = shown.iter().fold(panel, |panel, &(test_n, shade)| {
        panel.curve_with_band(format!("CE, pass@{test_n}"), course(table, 1, test_n), shade)
    });
    shown.iter().fold(panel, |panel, &(test_n, shade)| {
        let published = PUBLISHED.entry(&format!("ce-pass-{test_n}"));
        let label = if test_n == 256 { "published (MATH)" } else { "" };
        let marks = Style::color(shade).marker(Marker::Diamond).size(4.0).open();
        panel.points(label, published.places(), published.y.clone(), marks)
    })
}

/// Panel b: which loss is best for how many samples.
fn over_samples(config: &Config, table: &Table) -> Panel {
    let ended = table.kind("coverage").with("epoch", config.learner.epochs);
    let guessing = ended.curve("test_n", "uniform").mean().alone();
    let panel = Panel::new("train with the N you test with")
        .x(Axis::log2("samples at test time, N"))
        .y(Axis::linear("test coverage, pass@N").range(0.0, 1.0))
        .shows(["dco-rescues", "frontier", "above-uniform"])
        .curve("guessing", guessing, Style::color(GREY).dotted());
    config.train_n.iter().enumerate().fold(panel, |panel, (index, &train_n)| {
        let color = color(index, config.train_n.len());
        let label = if train_n == 1 { "CE".to_string() } else { format!("DCO-{train_n}") };
        let curve = ended.with("train_n", train_n).curve("test_n", "coverage").mean().range();
        let own = curve.at(train_n as f64);
        panel.curve_with_band(label, curve, color).points(
            "",
            [train_n as f64],
            [own],
            Style::color(color).marker(Marker::Circle).size(5.0),
        )
    })
}

/// Colours of the losses, from cross-entropy to the largest order.
fn color(index: usize, count: usize) -> Color {
    match index {
        0 => BLUE,
        _ if index + 1 == count => ORANGE,
        _ => [GREEN, OLIVE, PURPLE, WINE][(index - 1) % 4],
    }
}

/// Panel c: how confident the best policy is.
fn best_policy(config: &Config, table: &Table) -> Panel {
    let best = table.kind("optimal");
    Panel::new("best confidence falls with N")
        .shows(["optimal-confidence"])
        .x(Axis::log2("samples N"))
        .y(Axis::log("largest probability of the best policy"))
        .curve("theory", best.curve("n", "q1_theory").mean().alone(), DARK_GREY)
        .points("L-BFGS", best.column("n"), best.column("q1_numeric"), Style::color(PURPLE).marker(Marker::Circle))
        .note(config.posterior.to_string(), Corner::BottomLeft)
}
