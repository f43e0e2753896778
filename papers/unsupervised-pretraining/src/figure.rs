//! Excess risk against labelled and unlabelled points, with the predictions of theory.

use common::prelude::*;

use crate::Config;
use crate::classification::unseen_component_error;
use crate::factor_model::Label;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    Figure::new()
        .row([labelled_points(config, table), unlabelled_points(config, table)])
        .height(1.25)
        .row([failing_condition(config, table), mixture(config, table)])
        .height(1.25)
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

/// The same value from one end to the other.
fn level((low, high): (f64, f64), value: f64) -> Curve {
    Curve::new([low, high], [value; 2])
}

/// The ends of a rising grid, with a little room.
fn ends(grid: &[usize]) -> (f64, f64) {
    (grid[0] as f64 * 0.88, grid[grid.len() - 1] as f64 * 1.14)
}

/// The style of a measured series.
fn measured(color: Color, marker: Marker) -> Style {
    Style::color(color).marker(marker).size(3.2)
}

/// The style of a prediction.
fn theory(color: Color) -> Style {
    Style::color(color.darker(0.3)).dashed().width(0.9)
}

/// A panel of excess risks of the factor model over numbers of points.
fn risks(title: String, points: &str, (low, high): (f64, f64)) -> Panel {
    Panel::new(title)
        .x(Axis::log(points).range(low, high))
        .y(Axis::log("excess risk").format(Format::Power))
        .legend(Legend::Below)
}

/// Panel a: risk against labelled points.
fn labelled_points(config: &Config, table: &Table) -> Panel {
    let Config { model, m_grid, .. } = config;
    let (low, high) = ends(&config.n_grid);
    let last = m_grid.len() - 1;
    let mut shown = vec![(m_grid[usize::from(last > 1)], SKY, Marker::Triangle), (m_grid[last], BLUE, Marker::Circle)];
    shown.dedup_by_key(|(m, ..)| *m);
    let mut panel = risks("factor model".into(), "labelled points n", (low, high))
        // Above the variance that nothing explains there is only the peak of least squares.
        .y(Axis::log("excess risk").format(Format::Power).to(3.5 * model.unexplained(Label::Informative)))
        .shows(["few-labels"])
        .series_shows("least squares", "least-squares-law");
    for (method, label, style) in [
        ("least-squares", "least squares", measured(ORANGE, Marker::Square)),
        ("ridge", "best ridge", measured(ORANGE, Marker::Diamond).open().dashed()),
    ] {
        panel = panel.curve_with_band(label, mean(&rows(table, Label::Informative, method), "n"), style);
    }
    for &(m, color, marker) in &shown {
        let curve = mean(&rows(table, Label::Informative, "pretrain").with("m", m), "n");
        panel = panel.curve_with_band(format!("pretrained, m = {m}"), curve, measured(color, marker));
    }
    panel = panel.curve("true representation", mean(&rows(table, Label::Informative, "oracle"), "n"), GREY);
    for (m, color, _) in shown {
        panel = panel.curve("prediction", prediction((low, high), |n| model.pretrained_risk(m, n)), theory(color));
    }
    panel = panel.curve(
        "prediction",
        prediction((low, high), |n| model.least_squares_risk(Label::Informative, n)),
        theory(ORANGE),
    );
    if model.d as f64 > low && (model.d as f64) < high {
        panel = panel.vertical(model.d, "n = d").styled(Style::color(DARK_GREY).dotted().width(0.9));
    }
    panel
}

/// Mean excess of least squares at the fixed n.
fn least_squares(config: &Config, table: &Table, label: Label) -> f64 {
    rows(table, label, "least-squares").with("n", config.n_fixed).mean("excess")
}

/// Panel b: risk against unlabelled points.
fn unlabelled_points(config: &Config, table: &Table) -> Panel {
    let (model, n) = (&config.model, config.n_fixed);
    let ends = ends(&config.m_grid);
    let at_n = |method| mean(&rows(table, Label::Informative, method).with("n", n), "m");
    let mut panel = risks(format!("the same at n = {n}"), "unlabelled points m", ends)
        .series_shows("its representation's part", "representation-law")
        .series_shows("its representation's part", "one-over-m")
        .series_shows("pretrained", "needs-unlabelled")
        .series_shows("least squares", "needs-unlabelled")
        .curve("least squares", level(ends, least_squares(config, table, Label::Informative)), ORANGE)
        .curve_with_band("pretrained", at_n("pretrain"), measured(BLUE, Marker::Circle))
        .curve_with_band("its representation's part", at_n("bias"), measured(GREEN, Marker::Triangle))
        .curve("prediction", prediction(ends, |m| model.pretrained_risk(m, n)), theory(BLUE))
        .curve("prediction", prediction(ends, |m| Some(model.representation_risk(m))), theory(GREEN));
    if let Some(limit) = model.oracle_risk(n) {
        panel = panel.curve("limit v r/(n − r − 1)", level(ends, limit), Style::color(GREY).dotted());
    }
    panel
}

/// Panel c: the same for a label that does not depend on the factors.
fn failing_condition(config: &Config, table: &Table) -> Panel {
    let (model, n) = (&config.model, config.n_fixed);
    let ends = ends(&config.m_grid);
    let mut panel = risks(format!("when the condition fails, n = {n}"), "unlabelled points m", ends)
        .series_shows("pretrained, uninformative", "informative-condition")
        .series_shows("least squares, uninformative", "informative-condition");
    let labels = [
        (Label::Informative, "informative", BLUE, Marker::Circle),
        (Label::Uninformative, "uninformative", RED, Marker::Square),
    ];
    for (label, name, color, marker) in labels {
        let pretrained = mean(&rows(table, label, "pretrain").with("n", n), "m");
        let least_squares = level(ends, least_squares(config, table, label));
        panel = panel.curve_with_band(format!("pretrained, {name}"), pretrained, measured(color, marker)).curve(
            format!("least squares, {name}"),
            least_squares,
            color.lighter(0.35),
        );
    }
    for (label, _, color, _) in labels.into_iter().rev() {
        if let Some(law) = model.least_squares_risk(label, n) {
            panel = panel.curve("prediction", level(ends, law), theory(color));
        }
    }
    panel
}

/// Panel d: classification of a mixture.
fn mixture(config: &Config, table: &Table) -> Panel {
    let settings = &config.gmm.settings;
    let (low, high) = ends(&settings.n_grid);
    let mut panel = Panel::new(format!("mixture of {} Gaussians", settings.k))
        .x(Axis::log("labelled points n").range(low, high))
        .y(Axis::linear("excess classification error").range(0.0, 0.3))
        .legend(Legend::Below)
        .shows(["mixture"]);
    for (method, label, color, marker) in [
        ("logistic", "logistic regression".to_string(), ORANGE, Marker::Square),
        ("self", "mixture of the labelled points".to_string(), GREEN, Marker::Triangle),
        ("pretrain", format!("pretrained, m = {}", settings.m), BLUE, Marker::Circle),
    ] {
        let curve = rows(table, "gmm", method).curve("n", "excess").median().between(0.25, 0.75);
        panel = panel.curve_with_band(label, curve, measured(color, marker));
    }
    // The prediction is one of the mean, which single seeds with an unseen component lift above the median.
    let mean = rows(table, "gmm", "pretrain").curve("n", "excess").mean();
    let n = geomspace(low, high, 121);
    let unseen: Vec<f64> = n.iter().map(|&n| unseen_component_error(settings.k, n)).collect();
    panel.curve_points("the same, mean", mean.alone(), measured(BLUE, Marker::Circle).open()).line(
        "prediction (1 − 1/K)^{n}/2",
        &n,
        unseen,
        Style::color(GREY).dashed().width(0.9),
    )
}
