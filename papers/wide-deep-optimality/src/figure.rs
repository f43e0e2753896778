//! Agreement with the limit classifiers, singularities of the limit kernels, and accuracies.

use common::prelude::*;

use crate::Config;
use crate::activation::Activation;
use crate::claims::published_exponent;

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let panels = [
        depth_sweep(config, &table.with("panel", "A")),
        singularities(config, &table.with("panel", "B")),
        accuracies(config, &table.with("panel", "C")),
    ];
    Figure::new().row(panels).height(1.3)
}

/// Panel a: agreement with the predicted limit against depth.
fn depth_sweep(config: &Config, runs: &Table) -> Panel {
    let panel = Panel::new("depth picks the classifier")
        .x(Axis::log("depth L"))
        .y(Axis::linear("agreement with its limit").range(0.4, 1.02))
        .legend(Legend::Below)
        .shows(["limits-differ"]);
    let optimal = config.optimal();
    let singular = if optimal.has_exponent(config.population.dim) { "Hilbert estimate" } else { "singular kernel" };
    let series = [
        (optimal, singular, "singular-limit", BLUE, Marker::Circle),
        (Activation::Herm2, "nearest neighbour", "nearest-neighbour-limit", ORANGE, Marker::Square),
        (Activation::Shift, "majority vote", "majority-limit", GREEN, Marker::Triangle),
    ];
    series.into_iter().fold(panel, |panel, (activation, limit, claim, color, marker)| {
        let agreement = runs.with("activation", activation).curve("depth", "agree_limit").mean().range();
        let label = format!("{} → {limit}", activation.formula());
        let style = Style::color(color).marker(marker).size(3.0);
        panel.curve_with_band(label.as_str(), agreement, style).series_shows(label, claim)
    })
}

/// Panel b: limit kernels against distance, with the power laws of the theorem and the published exponents.
fn singularities(config: &Config, limits: &Table) -> Panel {
    let mut panel = Panel::new("limit kernels: G ∝ r^{−a}")
        .x(Axis::log("distance r = ‖x − x′‖"))
        .y(Axis::log("limit kernel G(r) / G(0.1)"))
        .legend(Legend::Below)
        .shows(["exponent", "matches-published"]);
    let mut activations: Vec<(f64, Activation)> = config.singular.iter().map(|&a| (a.dual().exponent(), a)).collect();
    activations.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let colors = [PURPLE, ORANGE, WINE, GREEN, BLUE, SKY].into_iter().cycle();
    let mut published = [Vec::new(), Vec::new()];
    for (place, (&(exponent, activation), color)) in activations.iter().zip(colors).enumerate() {
        let ln_kernel = limits.with("activation", activation).curve("r", "value").mean().alone();
        let (_, unit) = closest(&ln_kernel, 0.1);
        let (r, touched) = closest(&ln_kernel, 1e-4);
        let power_law = |exponent: f64, x: f64| exp(touched - unit - exponent * ln(x / r));
        // Of two activations with the same exponent, the one below shows on both sides.
        let is_hidden = activations[place + 1..].iter().any(|(other, _)| (other - exponent).abs() < 0.01);
        let style = Style::color(color).width(if is_hidden { 3.0 } else { 1.3 });
        let theory = ln_kernel.x.iter().map(|&x| power_law(exponent, x));
        let label = format!("a = {exponent:.2}: {}", activation.formula());
        // One entry for all power laws, after the activations.
        let slope = if place + 1 == activations.len() { "slope −a" } else { "" };
        panel = panel.curve(label, ln_kernel.map(|value| exp(value - unit)), style).line(
            slope,
            &ln_kernel.x,
            theory,
            Style::color(BLACK).dashed().width(0.7),
        );
        if let Some(exponent) = published_exponent(activation) {
            for x in [1e-5, 1e-3] {
                published[0].push(x);
                published[1].push(power_law(exponent, x));
            }
        }
    }
    let [x, y] = published;
    match x.is_empty() {
        true => panel,
        false => panel.points("published a", x, y, Style::color(BLACK).marker(Marker::Diamond).size(5.0).open()),
    }
}

/// The point of a curve whose x is closest to `target` on a logarithmic scale; NaN for an empty curve.
fn closest(curve: &Curve, target: f64) -> (f64, f64) {
    let points = curve.x.iter().copied().zip(curve.middle.iter().copied());
    let distance = |x: f64| ln(x / target).abs();
    points.min_by(|a, b| distance(a.0).total_cmp(&distance(b.0))).unwrap_or((f64::NAN, f64::NAN))
}

/// Panel c: accuracy against the number of training points.
fn accuracies(config: &Config, runs: &Table) -> Panel {
    let (name, formula) = (config.optimal().name(), config.optimal().formula());
    let panel = Panel::new("one limit nears Bayes")
        .x(Axis::log("training points n"))
        .y(Axis::linear("expected accuracy"))
        .legend(Legend::Below)
        .shows(["beats-nn"]);
    let accuracy = |name: &str| runs.with("activation", name).curve("n", "value").mean();
    let largest = runs.with("n", config.largest_n());
    let asymptote = |name: &str| largest.with("activation", name).mean("value");
    let series = [
        (name.as_str(), format!("{formula}, L = ∞"), BLUE, Marker::Circle),
        ("1nn", "nearest neighbour".to_string(), ORANGE, Marker::Square),
        ("majority", "majority vote".to_string(), GREEN, Marker::Triangle),
    ];
    let panel = series.into_iter().fold(panel, |panel, (name, label, color, marker)| {
        panel.curve_with_band(label, accuracy(name).range(), Style::color(color).marker(marker).size(3.0))
    });
    panel
        .curve_points(
            "Hilbert estimate",
            accuracy("hilbert"),
            Style::color(BLACK).marker(Marker::Circle).size(5.5).open(),
        )
        .horizontal(asymptote("bayes"), "Bayes")
        .horizontal(asymptote("cover_hart"), "nearest neighbour, n → ∞")
        .styled(Style::color(WINE).dotted())
        .in_legend()
        .series_shows("nearest neighbour", "nn-is-cover-hart")
        .series_shows("nearest neighbour, n → ∞", "nn-is-cover-hart")
}
