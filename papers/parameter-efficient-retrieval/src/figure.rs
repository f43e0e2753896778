//! How full fine-tuning, scattered and connected modules learn in a shallow and in a deep network.

use common::prelude::*;

use crate::Config;
use crate::claims::{PUBLISHED, gap_closed, greatest_depth, least_depth, mrr};

/// The methods: name in the table, label, look.
const METHODS: [(&str, &str, Style); 5] = [
    ("full", "full fine-tuning", Style::color(BLACK)),
    ("iaa", "connected (IAA)", Style::color(ORANGE).width(1.8)),
    ("adapter", "scattered adapters", Style::color(BLUE)),
    ("lora", "LoRA", Style::color(GREEN).dashed()),
    ("bias", "biases", Style::color(GREY).dotted()),
];

/// Draws all three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let deepest = learning(config, table, greatest_depth(config));
    let deepest = deepest.shows(["connected-beats-scattered", "near-full", "connected-learns-faster"]);
    let mut panels = vec![deepest, gaps(config, table)];
    if config.depths.len() > 1 {
        panels.insert(0, learning(config, table, least_depth(config)));
    }
    Figure::new().row(panels).height(1.3)
}

/// Panels a and b: reciprocal rank against steps.
fn learning(config: &Config, table: &Table, depth: usize) -> Panel {
    let rows = table.with("depth", depth);
    let last = config.tuning.finetune_steps as f64;
    let top = table.greatest("mrr10").max(0.33) * 1.05;
    let panel = Panel::new(format!("{depth} layers"))
        .x(Axis::linear("steps of fine-tuning").range(0.0, 1.06 * last))
        .y(Axis::linear("test MRR@10").range(0.0, top))
        .horizontal(mean_of(&rows.with("step", 0)), "before")
        .styled(Style::color(GREY).dotted())
        .legend(Legend::Shared)
        .shows(["existing-below-full", "identical-start"]);
    METHODS.iter().fold(panel, |panel, &(method, label, style)| {
        let curve = rows.with("method", method).curve("step", "mrr10").mean().range();
        if curve.x.is_empty() {
            return panel;
        }
        let panel = panel.curve_with_band(label, curve, style);
        // The published network is deep.
        match method != "bias" && depth == greatest_depth(config) {
            true => {
                let published = PUBLISHED.entry("passages").at(method).value;
                panel.points("", [1.03 * last], [published], style.marker(Marker::Diamond).open().size(5.0))
            }
            false => panel,
        }
    })
}

fn mean_of(rows: &Table) -> f64 {
    rows.mean("mrr10")
}

/// Panel c: the share of the gap that connecting closes.
fn gaps(config: &Config, table: &Table) -> Panel {
    let last = config.tuning.finetune_steps;
    let of = |depth| ["full", "adapter", "iaa"].map(|method| mrr(table, depth, method, last));
    let bars = config.depths.iter().map(|&depth| gap_closed(of(depth).map(|seeds| reduce::mean(&seeds))));
    let names = config.depths.iter().map(usize::to_string).chain(["published, 12".to_string()]);
    let panel = Panel::new("gap closed by connecting")
        .width(0.9)
        .shows(["depth-makes-the-difference"])
        .x(Axis::categories("layers", names))
        .y(Axis::linear("share of the gap").from(0.0))
        .horizontal(1.0, "full fine-tuning")
        .bars("", bars.chain([f64::NAN]).collect::<Vec<_>>(), ORANGE.lighter(0.4));
    let panel = config.depths.iter().enumerate().fold(panel, |panel, (place, &depth)| {
        let [full, adapter, iaa] = of(depth);
        let seeds = full.iter().zip(adapter).zip(iaa).map(|((&full, adapter), iaa)| gap_closed([full, adapter, iaa]));
        let seeds: Vec<f64> = seeds.collect();
        panel.points("", vec![place as f64; seeds.len()], seeds, Style::color(DARK_GREY).marker(Marker::Circle))
    });
    let published = &PUBLISHED.entry("gap-closed").y;
    let place = config.depths.len() as f64;
    let style = Style::color(BLACK).marker(Marker::Diamond).open().size(5.0);
    panel.points("", vec![place; published.len()], published.clone(), style)
}
