//! Worst-case loss of every policy in every class, and the worst excess of each policy.

use common::prelude::*;
use common::statistics::mean;

use crate::excess::ClassLosses;
use crate::rules::Rule;
use crate::{Config, Policy};

/// A policy of the figure: what it is called and how it looks.
struct Shown {
    policy: Policy,
    label: String,
    style: Style,
}

/// The policies in the order of the legend.
fn shown(config: &Config) -> Vec<Shown> {
    let levels = &config.problem.noise_levels;
    let mut shown: Vec<Shown> = levels
        .iter()
        .enumerate()
        .map(|(index, &h)| Shown {
            policy: Policy::Specialised(h),
            label: format!("trained for h = {h:?}"),
            style: Style::color(specialised_color(index, levels.len())).marker(Marker::Circle).width(0.9).size(3.5),
        })
        .collect();
    let assumed = config.middle();
    for (policy, label, style) in [
        (Policy::Robust, "robust".to_string(), Style::color(RED).marker(Marker::Diamond).width(2.0).size(5.5)),
        (
            Policy::Average,
            "trained on average".to_string(),
            Style::color(RED).dashed().marker(Marker::Square).width(1.2),
        ),
        (
            Policy::Rule(Rule::SoftBinarySearch(assumed)),
            format!("binary search for h = {assumed:?}"),
            Style::color(BLACK).marker(Marker::Triangle).width(1.2),
        ),
        (Policy::Rule(Rule::Random), "random queries".to_string(), Style::color(GREY).marker(Marker::Cross).width(1.2)),
    ] {
        shown.push(Shown { policy, label, style });
    }
    shown
}

/// Green, blue and purple for three classes; a ramp for more.
fn specialised_color(index: usize, classes: usize) -> Color {
    match classes {
        2 => [GREEN, PURPLE][index],
        3 => [GREEN, BLUE, PURPLE][index],
        _ => Color::ramp(classes - 1 - index, classes),
    }
}

/// Draws both panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let losses = ClassLosses::new(table, &config.problem.noise_levels)?;
    let caption = format!(
        "Query policies for noisy one-dimensional thresholds, {} items and {} queries. A policy trained for the \
         hardest class fails on easy problems; the robust policy is close to the best in every class without being \
         told the noise level. Means over {} seeds, whiskers from the smallest to the largest. No policy's mean loss \
         over a class, and so no worst-case loss, can be below the exact Bayes bound. The binary search is the soft \
         one, for noisy answers.",
        config.problem.items, config.problem.queries, config.seeds,
    );
    Ok(Figure::new("")
        .caption(caption)
        .row(1.25, [worst_losses(config, &losses)?.width(1.25), excesses(config, &losses)?]))
}

/// Names of the classes, the ends with a word for them.
fn class_names(config: &Config) -> Vec<String> {
    let levels = &config.problem.noise_levels;
    let name = |(index, h): (usize, &f64)| match index {
        0 => format!("{h:?}\neasy"),
        _ if index == levels.len() - 1 => format!("{h:?}\nhard"),
        _ => format!("{h:?}"),
    };
    levels.iter().enumerate().map(name).collect()
}

/// Panel a: worst-case loss in each class, the policies side by side.
fn worst_losses(config: &Config, losses: &ClassLosses) -> Result<Panel> {
    let levels = &config.problem.noise_levels;
    let shown = shown(config);
    let mut panel = Panel::new("a", "worst-case loss per class")
        .x(Axis::categories("noise level h", class_names(config)))
        .y(Axis::linear("largest mean loss over thresholds k").from(0.0))
        .legend(Legend::Shared);
    if let Some(bounds) = losses.bounds()? {
        let side = |by: f64| (0..levels.len()).map(move |class| class as f64 + by);
        let style = Style::color(DARK_GREY).width(1.6);
        panel = panel.segments("Bayes bound", (side(-0.42), &bounds), (side(0.42), &bounds), style);
    }
    for (index, Shown { policy, label, style }) in shown.iter().enumerate() {
        let offset = 0.6 * (index as f64 / (shown.len() - 1) as f64 - 0.5);
        let x: Vec<f64> = (0..levels.len()).map(|class| class as f64 + offset).collect();
        let worst: Vec<Vec<f64>> = levels.iter().map(|&h| losses.worst(*policy, h)).collect::<Result<_>>()?;
        let over_seeds = |statistic: fn(&[f64]) -> f64| worst.iter().map(move |seeds| statistic(seeds));
        panel = panel
            .line(label, &x, over_seeds(mean), *style)
            .points("", &x, over_seeds(mean), style.width(0.9))
            .errors(over_seeds(reduce::min), over_seeds(reduce::max));
    }
    Ok(panel)
}

/// Panel b: the worst excess, one bar for each policy.
fn excesses(config: &Config, losses: &ClassLosses) -> Result<Panel> {
    let shown = shown(config);
    let labels = shown.iter().map(|shown| shown.label.clone());
    let mut panel = Panel::new("b", "worst excess over the best")
        .x(Axis::linear("largest excess over the classes"))
        .y(Axis::categories("", labels))
        .legend(Legend::None);
    for (index, Shown { policy, style, .. }) in shown.iter().enumerate() {
        let excess = losses.worst_excess(*policy)?;
        // The average policy has the robust one's colour.
        let bar = if *policy == Policy::Average { style.open() } else { *style };
        let only = |value: f64| (0..shown.len()).map(move |place| if place == index { value } else { f64::NAN });
        panel = panel.bars("", only(mean(&excess)), bar).errors(only(reduce::min(&excess)), only(reduce::max(&excess)));
    }
    // One bar a category: none makes room for others.
    Ok(panel.stacked())
}
