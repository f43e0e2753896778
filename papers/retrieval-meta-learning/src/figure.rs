//! Accuracy on new classes by method, and by the number of passages.

use common::prelude::*;

use crate::{Config, most};

/// The methods: name in the table, label, colour.
const METHODS: [(&str, &str, Color); 4] = [
    ("none", "no retrieval", GREY),
    ("random", "random passages", SKY),
    ("mean", "retrieved, mean", BLUE),
    ("attention", "retrieved, attention (RAML)", ORANGE),
];

/// Draws both panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    Figure::new().row([methods(config, table), passages(config, table)])
}

/// Panel a: accuracy of each method after meta-training, and before.
fn methods(config: &Config, table: &Table) -> Panel {
    let top = table.greatest("acc_after").max(0.85);
    let panel = Panel::new("retrieval helps, random passages do not")
        .width(1.5)
        .x(Axis::categories("examples of each class", config.shots.iter().map(usize::to_string)))
        .y(Axis::linear("accuracy on new classes").range(0.0, top + 0.02))
        .horizontal(1.0 / config.recipe.way as f64, "chance")
        .legend(Legend::Shared)
        .shows(["retrieval-helps-1shot", "retrieval-helps-5shot", "meta-training-helps"])
        .series_shows("random passages", "random-does-not")
        .series_shows("retrieved, mean", "attention-beats-mean")
        .series_shows("retrieved, attention (RAML)", "attention-beats-mean");
    METHODS.iter().fold(panel, |panel, &(method, label, color)| {
        let rows = table.with("method", method).without("n_passages", 0);
        let rows = if method == "none" { table.with("method", method) } else { rows.with("n_passages", most(config)) };
        let of = |column: &'static str, statistic: fn(&[f64]) -> f64| {
            let rows = rows.clone();
            config
                .shots
                .iter()
                .map(move |&shots| statistic(&rows.with("shots", shots).column(column)))
                .collect::<Vec<_>>()
        };
        panel
            .bars(label, of("acc_after", reduce::mean), color)
            .errors(of("acc_after", reduce::min), of("acc_after", reduce::max))
            .bar_markers(of("acc_before", reduce::mean), Style::color(WHITE).marker(Marker::Dash).size(9.0).width(1.8))
    })
}

/// Panel b: accuracy of attention against the number of passages.
fn passages(config: &Config, table: &Table) -> Panel {
    let numbers: Vec<usize> = [0].into_iter().chain(config.n_passages.iter().copied()).collect();
    let place = |m: f64| numbers.iter().position(|&number| number as f64 == m).map_or(f64::NAN, |place| place as f64);
    let rows = table.with_any("method", ["none", "attention"]).derive("place", ["n_passages"], |[m]| place(m));
    let panel = Panel::new("more passages, more accuracy")
        .x(Axis::categories("passages of each text", numbers.iter().map(usize::to_string)))
        .y(Axis::linear("accuracy on new classes"))
        .legend(Legend::Direct)
        .shows(["more-passages"]);
    let looks = [Marker::Circle, Marker::Square, Marker::Triangle].into_iter().cycle();
    config.shots.iter().zip(looks).fold(panel, |panel, (&shots, marker)| {
        let curve = rows.with("shots", shots).curve("place", "acc_after").mean().range();
        panel.curve_with_band(format!("{shots}-shot"), curve, Style::color(ORANGE).marker(marker))
    })
}
