//! What is left of a concept in answers and in parameters after each way to unlearn it.

use common::prelude::*;

use crate::Config;
use crate::claims::{PUBLISHED, of_seeds};

/// The methods: name in the table, label, colour and marker.
const METHODS: [(&str, &str, Color, Marker); 5] = [
    ("ga", "gradient ascent", SKY, Marker::TriangleDown),
    ("gd", "gradient difference", BLUE, Marker::Circle),
    ("npo_kl", "NPO + KL", PURPLE, Marker::Square),
    ("needle", "noise on its vector", ORANGE, Marker::Diamond),
    ("random_unit", "other unit silenced", GREY, Marker::Triangle),
];

/// Kinds of prompts: column and name.
const KINDS: [(&str, &str); 4] = [
    ("acc_forget", "unlearned\nquestions"),
    ("acc_heldout", "other\ntemplates"),
    ("acc_jailbreak", "other\nname"),
    ("acc_others", "other\nconcepts"),
];

/// How far dots are shifted, so that equal ones are seen.
const JITTER: f64 = 0.01;

/// Draws all three panels.
pub fn draw(_: &Config, table: &Table) -> Figure {
    Figure::new().row([traces(table), answers(table), activations(table)]).height(1.35)
}

/// Panel a: accuracy on held-out prompts against what is left of the concept vector.
fn traces(table: &Table) -> Panel {
    let panel = Panel::new("hidden or erased")
        .width(1.25)
        .x(Axis::linear("words of its vector kept").range(-0.05, 1.08))
        .y(Axis::linear("held-out accuracy").range(-0.05, 1.05))
        .annotate(0.93, 0.5, "hidden", Anchor::Left)
        .annotate(0.0, 0.36, "erased", Anchor::Right)
        .legend(Legend::Shared)
        .series_shows("gradient difference", "unlearning-hides")
        .series_shows("NPO + KL", "unlearning-hides")
        .series_shows("noise on its vector", "needle-erases")
        .series_shows("other unit silenced", "unit-matters");
    METHODS.iter().fold(panel, |panel, &(method, label, color, marker)| {
        let rows = table.kind("unlearning").with("method", method);
        // The golden ratio spreads any number of dots evenly.
        let shifted = |column, step: f64| {
            let values: Vec<f64> = rows.column(column);
            let shift = |i: usize| JITTER * (2.0 * ((i + 1) as f64 * step).fract() - 1.0);
            values.into_iter().enumerate().map(move |(i, value)| value + shift(i)).collect::<Vec<f64>>()
        };
        let style = Style::color(color).marker(marker).size(3.4).opacity(0.7);
        panel.points(label, shifted("jaccard", 0.618_034), shifted("acc_heldout", 0.754_878), style)
    })
}

/// Panel b: accuracy on each kind of prompt.
fn answers(table: &Table) -> Panel {
    let panel = Panel::new("what is still answered")
        .width(1.9)
        .x(Axis::categories("", KINDS.map(|(_, name)| name)))
        .y(Axis::linear("accuracy").range(0.0, 1.02))
        .legend(Legend::Shared)
        .series_shows("gradient difference", "unlearning-hides")
        .series_shows("NPO + KL", "unlearning-hides")
        .series_shows("gradient difference", "jailbreak-recovers")
        .series_shows("noise on its vector", "jailbreak-recovers")
        .series_shows("noise on its vector", "needle-erases")
        .series_shows("other unit silenced", "unit-matters");
    METHODS.iter().fold(panel, |panel, &(method, label, color, _)| {
        let seeds = KINDS.map(|(column, _)| of_seeds(table, method, column));
        let [mean, least, greatest] =
            [reduce::mean, reduce::min, reduce::max].map(|of| seeds.each_ref().map(|values| of(values)));
        panel.bars(label, mean, color).errors(least, greatest).bar_markers(published(method), published_style())
    })
}

fn published_style() -> Style {
    Style::color(BLACK).marker(Marker::Diamond).size(4.5).open()
}

/// The published agreement for each kind of prompt; NaN where there is none.
fn published(method: &str) -> [f64; 4] {
    let jailbreak = |method: &str| PUBLISHED.entry("jailbreak").at(method).value;
    match method {
        "gd" => [f64::NAN, f64::NAN, jailbreak("gd"), f64::NAN],
        "needle" => {
            let [concept, others] = ["needle-concept", "needle-others"].map(|name| PUBLISHED.number(name).value);
            [f64::NAN, concept, jailbreak("needle"), others]
        }
        _ => [f64::NAN; 4],
    }
}

/// Panel c: the activation of the concept's unit.
fn activations(table: &Table) -> Panel {
    let panel = Panel::new("activation of its unit")
        .width(1.1)
        .x(Axis::categories("", ["GA", "GD", "NPO", "noise", "other"]))
        .y(Axis::linear("after / before").from(0.0))
        .horizontal(1.0, "")
        .shows(["by-suppression"]);
    METHODS
        .iter()
        .enumerate()
        .fold(panel, |panel, (place, &(method, _, color, _))| {
            let seeds = of_seeds(table, method, "act_ratio");
            let only = |value: f64| (0..METHODS.len()).map(move |other| if other == place { value } else { f64::NAN });
            panel
                .bars("", only(reduce::mean(&seeds)), color)
                .errors(only(reduce::min(&seeds)), only(reduce::max(&seeds)))
        })
        .stacked()
}
