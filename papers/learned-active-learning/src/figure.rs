//! Worst-case loss of every policy in each class, and the worst excess of each policy.

use common::prelude::*;

use crate::Config;
use crate::excess::ClassLosses;
use crate::policy::Policy;
use crate::rules::Rule;

/// Draws a panel for each class and one for the excess, two in a row.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let levels = &config.problem.noise_levels;
    let losses = ClassLosses::new(table, levels);
    let shown = shown(levels);
    let bars = |panel: Panel, values: &dyn Fn(Policy) -> Vec<f64>| {
        let bars = shown.iter().map(|(policy, label, style)| (label, values(*policy), *style));
        panel.legend(Legend::Shared).named_bars(bars)
    };
    let most = 1.05 * table.greatest("loss");
    let classes = levels.iter().enumerate().map(|(index, &h)| {
        let (title, claims): (_, &[&str]) = match index {
            0 => (
                "easy problems: hard training fails",
                &["hard-trained-fails-easy", "robust-beats-prior", "binary-search-discovered"],
            ),
            _ if index + 1 == levels.len() => ("hard problems: nobody does well", &["competitive-with-hand-made"]),
            _ => ("in between: robust adapts", &["competitive-with-hand-made"]),
        };
        let panel = Panel::new(title)
            .shows(claims.iter().copied())
            .x(Axis::linear(format!("worst-case loss at h = {h:?}")).range(0, most));
        let panel = bars(panel, &|policy| losses.worst(policy, h));
        match losses.bound(h) {
            Some(bound) => {
                let panel = panel.vertical(bound, "Bayes bound").styled(Style::color(DARK_GREY).dashed().width(1.4));
                panel.in_legend().series_shows("Bayes bound", "bayes-bound-respected")
            }
            None => panel,
        }
    });
    let excess = Panel::new("worst excess: robust is near 0")
        .x(Axis::linear("largest excess over the classes").from(0.0))
        .shows(["robust-small-excess", "hard-trained-fails-easy"]);
    let panels: Vec<Panel> = classes.chain([bars(excess, &|policy| losses.worst_excess(policy))]).collect();
    panels.chunks(2).fold(Figure::new(), |figure, row| figure.row(row.iter().cloned()))
}

/// The policies from top to bottom, with label and look.
fn shown(levels: &[f64]) -> Vec<(Policy, String, Style)> {
    let assumed = levels[levels.len() / 2];
    let specialised = levels.iter().enumerate().map(|(index, &h)| {
        let color = BLUE.lighter(0.7 * (1.0 - (index + 1) as f64 / levels.len() as f64));
        (Policy::Specialised(h), format!("trained for h = {h:?}"), Style::color(color))
    });
    let search = Policy::Rule(Rule::SoftBinarySearch(assumed));
    let others = [
        (Policy::Average, "trained on average".into(), Style::color(RED).open()),
        (search, format!("binary search, h = {assumed:?}"), Style::color(BLACK)),
        (Policy::Rule(Rule::Random), "random queries".into(), Style::color(GREY)),
    ];
    let robust = (Policy::Robust, "robust".into(), Style::color(RED));
    [robust].into_iter().chain(specialised).chain(others).collect()
}
