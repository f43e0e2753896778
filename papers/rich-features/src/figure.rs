//! Test accuracy by method and start, and in the course of vREx.

use common::prelude::*;

use crate::Config;
use crate::claims::PUBLISHED;

/// Name in the table, label and colour of each start.
const STARTS: [(&str, &str, Color); 4] = [
    ("rand", "random weights", GREY),
    ("erm", "ERM pre-training", ORANGE),
    ("rfc", "RFC", SKY),
    ("rfc_frozen", "RFC, frozen", BLUE),
];

/// Methods in the table, and their labels.
const METHODS: [(&str, &str); 3] = [("vrex", "vREx"), ("irm", "IRMv1"), ("erm", "no penalty (ERM)")];

/// Draws the two panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    Figure::new().row([accuracies(config, &table.kind("results")), course(config, &table.kind("curves"))]).height(1.1)
}

fn accuracy_axis() -> Axis {
    Axis::linear("test accuracy (OoD)").range(0.0, 0.8)
}

/// Panel a: bars of the starts, grouped by method.
fn accuracies(config: &Config, results: &Table) -> Panel {
    let dots = Style::color(BLACK).marker(Marker::Circle).size(2.5);
    let diamonds = Style::color(BLACK).marker(Marker::Diamond).size(5.5).open();
    // A category without bars has the labels of the lines.
    let names = METHODS.iter().map(|(_, label)| *label).chain([""]);
    let mut panel = Panel::new("penalties work on rich features")
        .x(Axis::categories("", names))
        .y(accuracy_axis())
        .legend(Legend::Shared)
        .width(1.25)
        .shows(["erm-uses-colour"])
        .series_shows("RFC, frozen", "rich-frozen-near-oracle")
        .series_shows("random weights", "rich-beats-random")
        .series_shows("RFC, frozen", "rich-beats-random")
        .series_shows("RFC, frozen", "frozen-reliable");
    for (init, label, color) in STARTS {
        let runs = METHODS.map(|(method, _)| results.with("method", method).with("init", init));
        let mean = runs.each_ref().map(|runs| runs.mean("test_acc"));
        let deviation = runs.each_ref().map(|runs| runs.standard_deviation("test_acc"));
        let end = |sign: f64| by_category(|method| mean[method] + sign * deviation[method]);
        panel = panel.bars(label, by_category(|method| mean[method]), color).errors(end(-1.0), end(1.0));
        for seed in &config.seeds {
            let run = runs.each_ref().map(|runs| runs.with("seed", seed).value("test_acc"));
            panel = panel.bar_markers(by_category(|method| run[method]), dots);
        }
        let known = by_category(|method| {
            if mean[method].is_nan() { f64::NAN } else { PUBLISHED.entry(METHODS[method].0).at(init).value }
        });
        panel = panel.bar_markers(known, diamonds);
    }
    let oracle = results.with("method", "oracle").mean("test_acc");
    let dotted = Style::color(GREY).dotted().width(0.9);
    let lines = [
        (1.0 - config.digits.label_noise, "best possible", Anchor::AboveLeft, dotted),
        (oracle, "oracle", Anchor::BelowLeft, Style::color(DARK_GREY).dashed().width(0.9)),
        (0.5, "chance", Anchor::AboveLeft, dotted),
        (1.0 - config.digits.e_test, "colour alone", Anchor::AboveLeft, dotted),
    ];
    let panel = panel.points("published", [f64::NAN], [f64::NAN], diamonds);
    lines.into_iter().fold(panel, |panel, (accuracy, label, anchor, style)| {
        panel.horizontal(accuracy, "").styled(style).annotate(3.49, accuracy, label, anchor)
    })
}

/// A number for each method, and none for the category of the labels.
fn by_category(value: impl Fn(usize) -> f64) -> [f64; METHODS.len() + 1] {
    std::array::from_fn(|method| if method < METHODS.len() { value(method) } else { f64::NAN })
}

/// Panel b: test accuracy against the steps of vREx.
fn course(config: &Config, curves: &Table) -> Panel {
    let steps = config.penalties.ood_steps as f64;
    let panel = Panel::new("vREx from each start")
        .x(Axis::linear("optimizer step").range(0.0, steps.max(1.0)))
        .y(accuracy_axis())
        .legend(Legend::Shared)
        .vertical(config.penalties.anneal_steps as f64, "penalty begins")
        .styled(Style::color(ORANGE).dotted().width(1.0))
        .series_shows("random weights", "rich-beats-random")
        .series_shows("RFC, frozen", "rich-beats-random");
    panel.curves(STARTS.map(|(init, label, color)| {
        let runs = curves.with("method", "vrex").with("init", init);
        (label, runs.curve("step", "test_acc").mean().deviation().keep(|step, _| step <= steps), color)
    }))
}
