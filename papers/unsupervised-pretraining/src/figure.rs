//! Excess risk against labelled and unlabelled points, with the predictions of theory.

use common::prelude::*;

use crate::Config;
use crate::classification::unseen_component_error;
use crate::factor_model::Label;

/// Draws the four panels. Colours mean the same in all of them, so that one legend is enough.
pub fn draw(config: &Config, table: &Table) -> Figure {
    Figure::new().row([labelled_points(config, table), mixture(config, table)]).height(1.15).row([
        unlabelled_points(config, table, Label::Informative),
        unlabelled_points(config, table, Label::Uninformative),
    ])
}

/// Mean over the seeds ± one standard error, cut off above 0 for logarithmic axes.
fn mean(rows: &Table, x: &str) -> Curve {
    let mut curve = rows.curve(x, "excess").mean().standard_errors(1.0);
    for (low, middle) in curve.low.iter_mut().zip(&curve.middle) {
        *low = low.max(middle / 100.0);
    }
    curve
}

/// The rows of one method on one model.
fn rows(table: &Table, model: impl Serialize, method: &str) -> Table {
    table.with("model", model).with("method", method)
}

/// A law at about 120 whole numbers from `low` to `high`, evenly spaced in the logarithm; without those at which it says
/// nothing.
fn prediction((low, high): (f64, f64), law: impl Fn(usize) -> Option<f64>) -> Curve {
    let at = geomspace(low, high, 121).into_iter().map(f64::round);
    let (x, y): (Vec<f64>, Vec<f64>) = at.filter_map(|n| Some((n, law(n as usize)?))).unzip();
    Curve::new(x, y)
}

/// The ends of a rising grid, with a little room.
fn ends(grid: &[usize]) -> (f64, f64) {
    (grid[0] as f64 * 0.88, grid[grid.len() - 1] as f64 * 1.14)
}

/// The style of labelled points alone.
fn supervised() -> Style {
    Style::color(ORANGE).marker(Marker::Square).size(3.6)
}

/// The style of a representation learnt from unlabelled points.
fn pretrained() -> Style {
    Style::color(BLUE).marker(Marker::Circle).size(3.6)
}

/// The axis of excess risks of the factor model.
fn risk() -> Axis {
    Axis::log("excess risk").format(Format::Power)
}

/// A panel of what all have: labelled points alone, pretraining, and predictions.
fn panel(title: String, [x, y]: [Axis; 2], alone: &Curve, after: &Curve, laws: &[Curve]) -> Panel {
    let panel = Panel::new(title)
        .x(x)
        .y(y)
        .legend(Legend::Shared)
        .curve_with_band("labelled points alone", alone, supervised())
        .curve_with_band("pretrained on unlabelled points", after, pretrained());
    let style = Style::color(BLACK).dashed().width(0.9);
    laws.iter().fold(panel, |panel, law| panel.curve("prediction, no fitted constant", law, style))
}

/// Names a curve beside its k-th point.
fn named(panel: Panel, name: impl Into<String>, curve: &Curve, k: usize, anchor: Anchor) -> Panel {
    match (curve.x.get(k), curve.middle.get(k)) {
        (Some(x), Some(y)) => panel.annotate(*x, *y, name, anchor),
        _ => panel,
    }
}

/// Risk against labelled points.
fn labelled_points(config: &Config, table: &Table) -> Panel {
    let Config { model, m_grid, n_grid, .. } = config;
    let (ends, last) = (ends(n_grid), n_grid.len() - 1);
    let of = |method| rows(table, Label::Informative, method);
    let (few, many) = (m_grid[usize::from(m_grid.len() > 2)], m_grid[m_grid.len() - 1]);
    let [after_few, after_many] = [few, many].map(|m| mean(&of("pretrain").with("m", m), "n"));
    let [least_squares, ridge, oracle] = ["least-squares", "ridge", "oracle"].map(|method| mean(&of(method), "n"));
    let mut laws = vec![prediction(ends, |n| model.least_squares_risk(Label::Informative, n))];
    laws.extend([few, many].map(|m| prediction(ends, |n| model.pretrained_risk(m, n))));
    // Above the variance that nothing explains there is only the peak of least squares.
    let axes =
        [Axis::log("labelled points n").range(ends.0, ends.1), risk().to(3.5 * model.unexplained(Label::Informative))];
    let mut panel = panel("after pretraining few labels are enough".into(), axes, &least_squares, &after_many, &laws)
        .curve("", &oracle, Style::color(GREY))
        .curve("", &ridge, supervised().marker(Marker::Diamond).open())
        .curve_with_band("", &after_few, pretrained().open());
    if model.d as f64 > ends.0 && (model.d as f64) < ends.1 {
        panel = panel.vertical(model.d, "n = d").styled(Style::color(DARK_GREY).dotted().width(0.9));
    }
    panel = named(panel, "least squares", &least_squares, last.saturating_sub(3), Anchor::AboveRight);
    panel = named(panel, "best ridge", &ridge, 1, Anchor::Above);
    panel = named(panel, format!("m = {few}"), &after_few, last.saturating_sub(3), Anchor::AboveRight);
    panel = named(panel, format!("m = {many}"), &after_many, last.saturating_sub(2), Anchor::AboveRight);
    named(panel, "true factors", &oracle, last.saturating_sub(1), Anchor::BelowLeft)
}

/// Risk against unlabelled points, for a label that depends on the factors and for one that does not.
fn unlabelled_points(config: &Config, table: &Table, label: Label) -> Panel {
    let (model, n, informative) = (&config.model, config.n_fixed, label == Label::Informative);
    let ends = ends(&config.m_grid);
    let at_n = |method| mean(&rows(table, label, method).with("n", n), "m");
    let m: Vec<f64> = config.m_grid.iter().map(|&m| m as f64).collect();
    let level = |value| Curve::new(m.clone(), vec![value; m.len()]);
    let least_squares = rows(table, label, "least-squares").with("n", n).mean("excess");
    let mut laws: Vec<Curve> = model.least_squares_risk(label, n).map(level).into_iter().collect();
    if informative {
        laws.push(prediction(ends, |m| model.pretrained_risk(m, n)));
        laws.push(prediction(ends, |m| Some(model.representation_risk(m))));
    }
    let title = match informative {
        true => "unlabelled points buy the representation",
        false => "… but only if that carries the label",
    };
    // One range, so that the two panels compare.
    let least = 0.5 * model.representation_risk(config.m_grid[config.m_grid.len() - 1]);
    let axes =
        [Axis::log("unlabelled points m").range(ends.0, ends.1), risk().range(least, 3.0 * model.sigma * model.sigma)];
    let panel = panel(title.into(), axes, &level(least_squares), &at_n("pretrain"), &laws);
    if !informative {
        return panel;
    }
    let part = at_n("bias");
    let panel = panel.curve("", &part, pretrained().open());
    let panel = named(panel, "representation’s part", &part, part.len().saturating_sub(2), Anchor::BelowLeft);
    match model.oracle_risk(n) {
        Some(limit) => panel.horizontal(limit, "labels’ part, v r/(n − r − 1)"),
        None => panel,
    }
}

/// Classification of a mixture.
fn mixture(config: &Config, table: &Table) -> Panel {
    let settings = &config.gmm.settings;
    let ends = ends(&settings.n_grid);
    let [logistic, own, after] = ["logistic", "self", "pretrain"].map(|method| mean(&rows(table, "gmm", method), "n"));
    let n = geomspace(ends.0, ends.1, 121);
    let unseen: Vec<f64> = n.iter().map(|&n| unseen_component_error(settings.k, n)).collect();
    let axes = [
        Axis::log("labelled points n").range(ends.0, ends.1),
        Axis::linear("excess classification error").range(0.0, 0.35),
    ];
    let title = format!("the same for a mixture of {} Gaussians", settings.k);
    let panel = panel(title, axes, &logistic, &after, &[Curve::new(n, unseen)]).curve_with_band(
        "",
        &own,
        supervised().marker(Marker::Diamond).open(),
    );
    let panel = named(panel, "logistic regression", &logistic, logistic.len() / 2, Anchor::AboveRight);
    named(panel, "fitted mixture", &own, own.len() / 2, Anchor::BelowLeft)
}
