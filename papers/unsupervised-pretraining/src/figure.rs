//! Excess risk against labelled and unlabelled points, with the predictions of theory.

use common::prelude::*;

use crate::Config;
use crate::classification::unseen_component_error;
use crate::factor_model::gaussian_design;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let most = config.m_grid[config.m_grid.len() - 1];
    let caption = format!(
        "Unsupervised pretraining trades labelled for unlabelled data. Markers: simulation, with ± one standard error \
         over {} seeds; thin dashed lines: predictions with no fitted constant. With m = {most} unlabelled points the \
         labelled-data cost falls from d/n to r/n (d = {}, r = {}). (a) Risk against labelled points; the ridge \
         penalty is chosen with knowledge of the true risk. (b) Risk against unlabelled points at n = {}. (c) The \
         same for a label that does not depend on the factors. (d) Mixture of {} Gaussians: median and interquartile \
         range over {} seeds; open markers and the prediction: mean.",
        config.seeds, config.model.d, config.model.r, config.n_fixed, config.mixture.components, config.gmm_seeds,
    );
    Ok(Figure::new("")
        .caption(caption)
        .row(1.25, [labelled_points(config, table)?, unlabelled_points(config, table)?])
        .row(1.25, [failing_condition(config, table)?, mixture(config, table)?]))
}

/// One method over numbers of points: the middle and a band around it.
struct Curve {
    x: Vec<f64>,
    middle: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Curve {
    /// Mean and standard error over the seeds, by the column `x`.
    fn of_means(rows: &Table, x: &str) -> Result<Curve> {
        let groups = rows.group_by(&[x])?;
        let mut curve = Curve { x: Vec::new(), middle: Vec::new(), low: Vec::new(), high: Vec::new() };
        for (_, group) in groups {
            let excess = group.floats("excess")?;
            let middle = statistics::mean(&excess);
            let error = if excess.len() > 1 { statistics::standard_error(&excess) } else { 0.0 };
            curve.x.push(group.floats(x)?[0]);
            curve.middle.push(middle);
            curve.low.push((middle - error).max(middle / 100.0));
            curve.high.push(middle + error);
        }
        Ok(curve)
    }

    /// Median and quartiles over the seeds, by the number of labelled points.
    fn of_medians(rows: &Table) -> Result<Curve> {
        let summary = rows.summarize(
            &["n"],
            &[
                Summary::median("excess").named("middle"),
                Summary::quantile("excess", 0.25).named("low"),
                Summary::quantile("excess", 0.75).named("high"),
            ],
        )?;
        Ok(Curve {
            x: summary.floats("n")?,
            middle: summary.floats("middle")?,
            low: summary.floats("low")?,
            high: summary.floats("high")?,
        })
    }

    fn draw(&self, panel: Panel, label: &str, style: Style, color: Color) -> Panel {
        panel.band(&self.x, &self.low, &self.high, color).line(label, &self.x, &self.middle, style)
    }
}

/// The vertical axis of the factor model's panels.
fn risk_axis() -> Axis {
    Axis::log("excess risk").format(Format::Power)
}

/// The style of a measured series.
fn measured(color: Color, marker: Marker) -> Style {
    Style::color(color).marker(marker).size(3.2)
}

/// The style of a prediction.
fn theory(color: Color) -> Style {
    Style::color(color.darker(0.3)).dashed().width(0.9)
}

/// Numbers evenly spaced in the logarithm from `low` to `high`.
fn spaced(low: f64, high: f64) -> Vec<f64> {
    let ratio = ln(high / low) / 120.0;
    (0..=120).map(|k| low * exp(f64::from(k) * ratio)).collect()
}

/// The ends of a rising grid, as an axis wants them: with a little room.
fn ends(grid: &[usize]) -> (f64, f64) {
    (grid[0] as f64 * 0.88, grid[grid.len() - 1] as f64 * 1.14)
}

/// The rows of one method.
fn rows(table: &Table, model: &str, method: &str) -> Result<Table> {
    table.filter("model", model)?.filter("method", method)
}

/// A prediction at numbers of labelled points, where there is one.
fn predicted(panel: Panel, n: &[f64], color: Color, law: impl Fn(usize) -> Option<f64>) -> Panel {
    let known = n.iter().map(|n| n.round()).filter_map(|n| law(n as usize).map(|risk| (n, risk)));
    let (x, y): (Vec<f64>, Vec<f64>) = known.unzip();
    if x.len() < 2 { panel } else { panel.line("prediction", x, y, theory(color)) }
}

/// Panel a.
fn labelled_points(config: &Config, table: &Table) -> Result<Panel> {
    let model = &config.model;
    let (low, high) = ends(&config.n_grid);
    let n = spaced(low, high);
    let last = config.m_grid.len() - 1;
    let mut panel = Panel::new("a", "factor model")
        .x(Axis::log("labelled points n").range(low, high))
        // Above the variance that nothing explains there is only the peak of least squares.
        .y(risk_axis().to(3.5 * model.unexplained()))
        .legend(Legend::Below);
    let mut shown = vec![(usize::from(last > 1), SKY, Marker::Triangle), (last, BLUE, Marker::Circle)];
    shown.dedup_by_key(|(index, ..)| *index);
    for (method, label, style, color) in [
        ("least-squares", "least squares", measured(ORANGE, Marker::Square), ORANGE),
        ("ridge", "best ridge", measured(ORANGE, Marker::Diamond).open().dashed(), ORANGE),
    ] {
        panel = Curve::of_means(&rows(table, "factor", method)?, "n")?.draw(panel, label, style, color);
    }
    for &(index, color, marker) in &shown {
        let m = config.m_grid[index];
        let of_m = rows(table, "factor", "pretrain")?.filter("m", m)?;
        let label = format!("pretrained, m = {m}");
        panel = Curve::of_means(&of_m, "n")?.draw(panel, &label, measured(color, marker), color);
    }
    let oracle = Curve::of_means(&rows(table, "factor", "oracle")?, "n")?;
    panel = oracle.draw(panel, "true representation", Style::color(GREY), GREY);
    for (index, color, _) in shown {
        panel = predicted(panel, &n, color, |n| model.pretrained_risk(config.m_grid[index], n));
    }
    panel = predicted(panel, &n, ORANGE, |n| model.least_squares_risk(n));
    if model.d as f64 > low && (model.d as f64) < high {
        panel = panel.vertical(model.d, "n = d").styled(Style::color(DARK_GREY).dotted().width(0.9));
    }
    Ok(panel)
}

/// Mean excess of least squares at the fixed n.
fn least_squares(config: &Config, table: &Table, model: &str) -> Result<f64> {
    let of_n = rows(table, model, "least-squares")?.filter("n", config.n_fixed)?;
    Ok(statistics::mean(&of_n.floats("excess")?))
}

/// Panel b.
fn unlabelled_points(config: &Config, table: &Table) -> Result<Panel> {
    let (model, n) = (&config.model, config.n_fixed);
    let (low, high) = ends(&config.m_grid);
    let m = spaced(low, high);
    let at_n = |method| rows(table, "factor", method)?.filter("n", n);
    let mut panel = Panel::new("b", format!("the same at n = {n}"))
        .x(Axis::log("unlabelled points m").range(low, high))
        .y(risk_axis())
        .legend(Legend::Below);
    let flat = [least_squares(config, table, "factor")?; 2];
    panel = panel.line("least squares", [low, high], flat, Style::color(ORANGE));
    panel = Curve::of_means(&at_n("pretrain")?, "m")?.draw(panel, "pretrained", measured(BLUE, Marker::Circle), BLUE);
    panel = Curve::of_means(&at_n("bias")?, "m")?.draw(
        panel,
        "its representation's part",
        measured(GREEN, Marker::Triangle),
        GREEN,
    );
    let part: Vec<f64> = m.iter().map(|m| model.representation_risk(m.round() as usize)).collect();
    panel = predicted(panel, &m, BLUE, |m| model.pretrained_risk(m, n));
    panel = panel.line("prediction", &m, part, theory(GREEN));
    if let Some(limit) = model.oracle_risk(n) {
        panel = panel.line("limit v r/(n − r − 1)", [low, high], [limit; 2], Style::color(GREY).dotted());
    }
    Ok(panel)
}

/// Panel c.
fn failing_condition(config: &Config, table: &Table) -> Result<Panel> {
    let n = config.n_fixed;
    let (low, high) = ends(&config.m_grid);
    let mut panel = Panel::new("c", format!("when the condition fails, n = {n}"))
        .x(Axis::log("unlabelled points m").range(low, high))
        .y(risk_axis())
        .legend(Legend::Below);
    for (model, name, color, marker) in
        [("factor", "informative", BLUE, Marker::Circle), ("uninformative", "uninformative", RED, Marker::Square)]
    {
        let of_n = rows(table, model, "pretrain")?.filter("n", n)?;
        let curve = Curve::of_means(&of_n, "m")?;
        panel = curve.draw(panel, &format!("pretrained, {name}"), measured(color, marker), color);
        let flat = [least_squares(config, table, model)?; 2];
        panel = panel.line(format!("least squares, {name}"), [low, high], flat, Style::color(color.lighter(0.35)));
    }
    if let Some(law) = gaussian_design(config.model.eps * config.model.eps, config.model.d, n) {
        panel = panel.line("prediction", [low, high], [law; 2], theory(RED));
    }
    if let Some(law) = config.model.least_squares_risk(n) {
        panel = panel.line("prediction", [low, high], [law; 2], theory(BLUE));
    }
    Ok(panel)
}

/// Panel d.
fn mixture(config: &Config, table: &Table) -> Result<Panel> {
    let settings = &config.mixture;
    let (low, high) = ends(&settings.labelled);
    let n = spaced(low, high);
    let mut panel = Panel::new("d", format!("mixture of {} Gaussians", settings.components))
        .x(Axis::log("labelled points n").range(low, high))
        .y(Axis::linear("excess classification error").range(0.0, 0.3))
        .legend(Legend::Below);
    for (method, label, color, marker) in [
        ("logistic", "logistic regression".to_string(), ORANGE, Marker::Square),
        ("self", "mixture of the labelled points".to_string(), GREEN, Marker::Triangle),
        ("pretrain", format!("pretrained, m = {}", settings.unlabelled), BLUE, Marker::Circle),
    ] {
        let curve = Curve::of_medians(&rows(table, "gmm", method)?)?;
        panel = curve.draw(panel, &label, measured(color, marker), color);
    }
    // The prediction is one of the mean, which single seeds with an unseen component lift above the median.
    let means = Curve::of_means(&rows(table, "gmm", "pretrain")?, "n")?;
    let open = Style::color(BLUE).marker(Marker::Circle).size(3.2).open();
    panel = panel.points("the same, mean", &means.x, &means.middle, open);
    let unseen: Vec<f64> = n.iter().map(|n| unseen_component_error(settings.components, *n)).collect();
    Ok(panel.line("prediction (1 − 1/K)^{n}/2", &n, unseen, Style::color(GREY).dashed().width(0.9)))
}
