//! Worst-case loss of every policy in every class, and the worst excess of each policy.

use common::prelude::*;

use crate::Config;
use crate::excess::ClassLosses;
use crate::policy::Policy;
use crate::rules::Rule;

/// Draws both panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let levels = &config.problem.noise_levels;
    let losses = ClassLosses::new(table, levels);
    let shown = shown(levels);
    let worst = Panel::new("worst-case loss per class")
        .x(Axis::categories("noise level h", class_names(levels)))
        .y(Axis::linear("largest mean loss over thresholds k").from(0.0))
        .legend(Legend::Shared)
        .ticks_across("Bayes bound", losses.bounds(), Style::color(DARK_GREY).width(1.6))
        .curves_beside(shown.iter().map(|(policy, label, style)| (label, losses.worst(*policy), *style)))
        .width(1.25);
    // The average policy has the robust one's colour.
    let bar = |policy, style: Style| if policy == Policy::Average { style.open() } else { style };
    let excess = Panel::new("worst excess over the best")
        .x(Axis::linear("largest excess over the classes"))
        .legend(Legend::None)
        .named_bars(
            shown.iter().map(|&(policy, ref label, style)| (label, losses.worst_excess(policy), bar(policy, style))),
        );
    Figure::new().row([worst, excess]).height(1.25)
}

/// The policies in the order of the legend, with label and look.
fn shown(levels: &[f64]) -> Vec<(Policy, String, Style)> {
    let assumed = levels[levels.len() / 2];
    let specialised = levels.iter().enumerate().map(|(index, &h)| {
        let style = Style::color(specialised_color(index, levels.len())).marker(Marker::Circle).width(0.9).size(3.5);
        (Policy::Specialised(h), format!("trained for h = {h:?}"), style)
    });
    let search = format!("binary search for h = {assumed:?}");
    let others = [
        (Policy::Robust, "robust".into(), Style::color(RED).marker(Marker::Diamond).width(2.0).size(5.5)),
        (Policy::Average, "trained on average".into(), Style::color(RED).dashed().marker(Marker::Square).width(1.2)),
        (
            Policy::Rule(Rule::SoftBinarySearch(assumed)),
            search,
            Style::color(BLACK).marker(Marker::Triangle).width(1.2),
        ),
        (Policy::Rule(Rule::Random), "random queries".into(), Style::color(GREY).marker(Marker::Cross).width(1.2)),
    ];
    specialised.chain(others).collect()
}

/// Green, blue and purple for three classes; a ramp for more.
fn specialised_color(index: usize, classes: usize) -> Color {
    match classes {
        2 => [GREEN, PURPLE][index],
        3 => [GREEN, BLUE, PURPLE][index],
        _ => Color::ramp(classes - 1 - index, classes),
    }
}

/// Names of the classes, the ends with a word for them.
fn class_names(levels: &[f64]) -> Vec<String> {
    let last = levels.len() - 1;
    let name = |(index, h): (usize, &f64)| match index {
        _ if last == 0 => format!("{h:?}"),
        0 => format!("{h:?}\neasy"),
        _ if index == last => format!("{h:?}\nhard"),
        _ => format!("{h:?}"),
    };
    levels.iter().enumerate().map(name).collect()
}
