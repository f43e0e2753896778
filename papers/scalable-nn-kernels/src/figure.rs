//! Measured errors beside exact theory, the error over the tilt, and accuracy over trained parameters.

use common::prelude::*;

use crate::claims::root_mean_square;
use crate::universal::Activation;
use crate::{Config, Sphere};

/// Label of the lines of exact theory.
const THEORY: &str = "exact theory";

/// Hidden units and features of the two networks of the claim on compression.
const COMPRESSED: usize = 64;
const COMPRESSING: usize = 1024;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let [layers, relu, tilts, networks] = ["A", "B", "C", "D"].map(|panel| table.with("panel", panel));
    Figure::new()
        .row([universal(config, &layers), arc_cosine(&relu)])
        .height(1.1)
        .row([variance_control(config, &tilts), accuracies(&networks)])
        .height(1.1)
}

/// R over m with the range of the runs, and the line of theory.
fn errors(panel: Panel, label: &str, runs: &Table, color: Color, marker: Marker) -> Panel {
    let theory = runs.curve("m", "theory").mean();
    panel.line(THEORY, &theory.x, &theory.middle, theory_line()).curve_points(
        label,
        runs.curve("m", "rel_error").by(root_mean_square).range(),
        Style::color(color).marker(marker).size(4.5),
    )
}

fn theory_line() -> Style {
    Style::color(BLACK).dashed().width(1.1)
}

fn error_axes(title: impl Into<String>) -> Panel {
    Panel::new(title).x(Axis::log("features m")).y(Axis::log("relative error of f(w·x)"))
}

/// Panel a.
fn universal(config: &Config, layers: &Table) -> Panel {
    let radius = config.radii.last().copied().unwrap_or_default();
    let looks = |activation| match activation {
        Activation::Cos => ("cos z", BLUE, Marker::Circle),
        Activation::Sin => ("sin z", ORANGE, Marker::Square),
        Activation::Gauss => ("exp(−z^{2}/2)", GREEN, Marker::Triangle),
    };
    config.activations.iter().fold(
        error_axes(format!("universal features, |x| = |w| = {radius}")).shows([
            "urf-exact-variance",
            "universal",
            "mc-rate",
        ]),
        |panel, &activation| {
            let (label, color, marker) = looks(activation);
            let runs = layers.with("kind", activation).with("radius", radius);
            errors(panel, label, &runs, color, marker)
        },
    )
}

/// Panel b.
fn arc_cosine(runs: &Table) -> Panel {
    let panel = error_axes("ReLU features: arc-cosine kernel").shows(["relu-arc-cosine", "mc-rate"]);
    errors(panel, "ReLU", runs, PURPLE, Marker::Circle)
}

/// Panel c: R over the tilt with the middle four fifths of the runs.
fn variance_control(config: &Config, rows: &Table) -> Panel {
    let tilt = &config.tilt;
    let panel = Panel::new(format!("a tilt of the features, f = cos, m = {}", tilt.m))
        .x(Axis::linear("tilt M"))
        .y(Axis::linear("relative error of f(w·x)").from(0))
        .shows(["tilt-helps"]);
    let looks = [(BLUE, Marker::Circle), (RED, Marker::Square), (GREEN, Marker::Triangle), (PURPLE, Marker::Diamond)];
    tilt.vectors.iter().zip(looks.into_iter().cycle()).fold(panel, |panel, (&Sphere { d, radius }, (color, marker))| {
        let rows = rows.with("d", d).with("radius", radius);
        let theory = rows.with("kind", "theory");
        let optimum = rows.with("kind", "optimum").value("tilt");
        let error = rows.with("kind", Activation::Cos).curve("tilt", "rel_error").by(root_mean_square);
        let panel = match optimum.is_finite() {
            true => panel.vertical(optimum, "").styled(Style::color(color).dotted().width(1.0)),
            false => panel,
        };
        panel.line(THEORY, theory.column("tilt"), theory.column("theory"), theory_line()).curve_points(
            format!("d = {d}, norms {radius}"),
            error.between(0.1, 0.9),
            Style::color(color).marker(marker).size(4.5),
        )
    })
}

/// Panel d: accuracy over trained parameters, with an arrow from the perceptron of the claim on compression to the
/// bundled network.
fn accuracies(rows: &Table) -> Panel {
    let of = |kind: &str| rows.with("kind", kind);
    let curve = |kind| of(kind).curve("params", "accuracy").mean().range();
    let style = |color, marker| Style::color(color).marker(marker).size(4.5);
    let panel = Panel::new("bundled network and perceptron, MNIST")
        .x(Axis::log("trained parameters"))
        .y(Axis::linear("test accuracy").to(1.08))
        .legend(Legend::BottomRight)
        .shows(["five-fold-compression", "beats-mlp-at-equal-size"])
        .curve("bundled, in closed form", curve("bundled"), style(RED, Marker::Circle))
        .curve("perceptron, backpropagation", curve("mlp"), style(DARK_GREY, Marker::Square));
    let end = |kind, m: usize| {
        let runs = of(kind).with("m", m);
        (runs.mean("params"), runs.mean("accuracy"))
    };
    let (from, to) = (end("mlp", COMPRESSED), end("bundled", COMPRESSING));
    if !(from.0.is_finite() && to.0.is_finite()) {
        return panel;
    }
    // Above the curves, so that it hides no point.
    let height = from.1.max(to.1) + 0.06;
    panel
        .arrow((from.0, height), (to.0, height), Style::color(BLACK))
        .annotate(to.0, height, format!("÷ {:.2} (published: up to 5)", from.0 / to.0), Anchor::Left)
        .annotate(from.0, from.1, format!("h = {COMPRESSED}"), Anchor::Below)
        .annotate(to.0, to.1, format!("m = {COMPRESSING}"), Anchor::AboveLeft)
}
