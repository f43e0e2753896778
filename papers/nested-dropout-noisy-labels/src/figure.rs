//! What a regression makes of noise by numbers of features, and a classifier of wrong labels.

use common::prelude::*;

use crate::Config;
use crate::claims::PUBLISHED;
use crate::toy::{CUT, END, dropout_name};

/// Rates of Dropout with their colours.
const DROPOUTS: [(f64, Color); 4] = [(0.3, OLIVE), (0.5, GREEN), (0.7, YELLOW), (0.9, PURPLE)];

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let [toy, fit, noisy] = ["toy", "fit", "noisy"].map(|experiment| table.with("experiment", experiment));
    Figure::new()
        .row([curves(&fit.with("seed", config.toy_seeds[0])), errors(config, &toy)])
        .height(1.3)
        .row([accuracies(config, &noisy), memorised(&noisy).width(0.6)])
        .height(1.3)
}

/// Panel a: the curves of the first seed.
fn curves(fit: &Table) -> Panel {
    let x = fit.column("x");
    let points = Style::color(GREY).marker(Marker::Circle).size(3.0);
    let panel = Panel::new("a large network follows the noise")
        .x(Axis::linear("x").range(0.0, END))
        .y(Axis::linear("y").range(fit.least("y_noisy").min(-1.0) - 0.2, fit.greatest("y_noisy").max(END + 1.0) + 0.2))
        .shows(["toy-truncation-denoises"])
        .points("training points", &x, fit.column("y_noisy"), points);
    [
        ("truth".to_string(), "truth", Style::color(BLACK).dashed().width(1.0)),
        (format!("nested, k = {CUT}"), "nested10", Style::color(BLUE).width(3.0)),
        ("nested, all features".to_string(), "nested_all", Style::color(SKY).width(1.6)),
        ("plain network".to_string(), "plain", Style::color(ORANGE).width(1.6)),
    ]
    .into_iter()
    .fold(panel, |panel, (label, column, style)| panel.line(label, &x, fit.column(column), style))
}

/// Panel b: errors to the truth, and the published ones.
fn errors(config: &Config, toy: &Table) -> Panel {
    let features = config.toy.toy_features as f64;
    let middle = |kind: &str| toy.kind(kind).median("mse_truth");
    let published = |panel: Panel, x: f64, y: f64, color| published(panel, "published, one run", x, y, color);
    let nested = toy.kind("nested").curve("k", "mse_truth").median().between(0.25, 0.75);
    let mut panel = Panel::new("few features are closer to the truth")
        .x(Axis::log("features used, k").range(0.9, 1.25 * features.max(100.0)))
        .y(Axis::log("squared error to the truth"))
        .shows(["toy-truncation-denoises"])
        .series_shows("nested", "toy-ordered")
        .curve_with_band("nested", &nested, Style::color(BLUE).marker(Marker::Circle))
        .horizontal(middle("plain"), "plain network")
        .styled(Style::color(ORANGE))
        .in_legend();
    panel = published(panel, features, PUBLISHED.number("toy-plain").value, ORANGE);
    for &rate in &config.toy.toy_dropouts {
        let known = DROPOUTS.iter().find(|(other, _)| *other == rate);
        let style = Style::color(known.map_or(GREY, |(_, color)| *color)).dashed();
        panel = panel.horizontal(middle(&dropout_name(rate)), format!("Dropout {rate}")).styled(style).in_legend();
        if let Some((_, color)) = known {
            panel = published(panel, features, PUBLISHED.entry("toy-dropout").at(rate).value, *color);
        }
    }
    let nested = PUBLISHED.entry("toy-nested");
    panel = nested.places().iter().zip(&nested.y).fold(panel, |panel, (&k, &error)| published(panel, k, error, BLUE));
    let line = config.toy.line_error();
    if line > 0.0 { panel.horizontal(line, "least-squares line").styled(Style::color(BLACK).dotted()) } else { panel }
}

/// Panel c: test accuracy by the number of features, and by networks that use all.
fn accuracies(config: &Config, noisy: &Table) -> Panel {
    let accuracy = |kind: &str| noisy.kind(kind).curve("k", "test_acc").mean().deviation();
    let marked = |color| Style::color(color).marker(Marker::Circle);
    let wrong = (1e4 * config.digits.wrong()).round() / 1e2;
    let mut panel = Panel::new(format!("compressed features resist {wrong}% wrong labels"))
        .x(Axis::log("features used, k"))
        .y(Axis::linear("accuracy on clean test images").range(0.0, 1.0))
        .series_shows("Nested", "compression-beats-ce")
        .series_shows("cross-entropy", "compression-beats-ce")
        .series_shows("Nested + Co-teaching", "coteaching-adds")
        .series_shows("Nested", "coteaching-adds")
        .series_shows("Nested", "truncation-helps")
        .curve_with_band("Nested + Co-teaching", accuracy("nested_co"), marked(WINE))
        .curve_with_band("Nested", accuracy("nested"), marked(BLUE));
    let best = PUBLISHED.entry("best-k");
    for (kind, color) in [("nested 1", BLUE), ("nested 2", BLUE), ("nested + co", WINE)] {
        panel = published(panel, "published best k, CIFAR-10", best.at(kind).value, 0.04, color);
    }
    let early = format!("cross-entropy, {} epochs", config.training.early_epochs);
    for (kind, label, style) in [
        ("dropout_co", "Dropout + Co-teaching", Style::color(GREEN).dashed()),
        ("dropout", "Dropout", Style::color(GREEN)),
        ("ce_early", &early, Style::color(DARK_GREY).dotted().width(0.9)),
        ("ce", "cross-entropy", Style::color(ORANGE)),
    ] {
        panel = panel.horizontal(noisy.kind(kind).mean("test_acc"), label).styled(style).in_legend();
    }
    panel
}

/// A published value.
fn published(panel: Panel, label: &str, x: f64, y: f64, color: Color) -> Panel {
    panel.points(label, [x], [y], Style::color(color).marker(Marker::Square).open().size(5.0))
}

/// Panel d: what is memorised.
fn memorised(noisy: &Table) -> Panel {
    let kinds = [("ce", "CE", ORANGE), ("dropout", "Dropout", GREEN), ("nested", "Nested", BLUE)];
    let panel = Panel::new("wrong labels memorised")
        .shows(["less-memorisation"])
        .x(Axis::categories("", kinds.map(|(_, label, _)| label)))
        .y(Axis::linear("share of them predicted").from(0.0));
    let bar = |panel: Panel, (kind, _, color): (&str, &str, Color)| {
        let only = |value: f64| kinds.map(|(other, ..)| if other == kind { value } else { f64::NAN });
        let seeds = noisy.kind(kind).each("seed", |rows| rows.least("memorised"));
        let dot = Style::color(BLACK).marker(Marker::Circle).size(3.0);
        let panel = panel.bars("", only(reduce::mean(&seeds)), color);
        seeds.into_iter().fold(panel, |panel, seed| panel.bar_markers(only(seed), dot))
    };
    // Each series has one bar: on each other none makes room for the others.
    kinds.into_iter().fold(panel, bar).stacked()
}
