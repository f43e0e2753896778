//! Saturation of the attention, alignment with both SVM solutions, and the ranks of these.

use common::prelude::*;

use crate::Config;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let shape = &config.shape;
    let caption = format!(
        "Attention weights converge in direction to the SVM solution of the norm that the parameterisation implies: \
         Frobenius for W, nuclear for (K, Q). n = {} inputs, T = {} tokens, dimension d = {}; mean ± standard \
         deviation over {} instances. (d) Nuclear-norm solutions have lower rank (T = {}, mean over {} instances).",
        shape.n, shape.tokens, shape.d, config.instances, config.rank_tokens, config.rank_instances,
    );
    let curves = table.filter("kind", "curve")?;
    Ok(Figure::new("")
        .caption(caption)
        .row(1.0, [saturation(config, &curves)?, alignment(config, "b", "training W", &curves.filter("param", "W")?)?])
        .row(
            1.0,
            [
                alignment(config, "c", "training (K, Q)", &curves.filter("param", "KQ")?)?,
                ranks(config, &table.filter("kind", "ranks")?)?,
            ],
        ))
}

/// Mean over the instances of a column against the iteration, with a band of one standard deviation.
fn with_band(panel: Panel, runs: &Table, column: &str, label: &str, color: Color) -> Result<Panel> {
    let summary =
        runs.summarize(&["iter"], &[Summary::mean(column).named("mean"), Summary::std(column).named("std")])?;
    let (x, mean, std) = (summary.floats("iter")?, summary.floats("mean")?, summary.floats("std")?);
    let edge = |sign: f64| -> Vec<f64> { mean.iter().zip(&std).map(|(mean, std)| mean + sign * std).collect() };
    // A single instance has no standard deviation.
    let panel = match std.iter().all(|std| std.is_finite()) {
        true => panel.band(&x, edge(-1.0), edge(1.0), color),
        false => panel,
    };
    Ok(panel.line(label, &x, &mean, color))
}

fn iterations(config: &Config) -> Axis {
    Axis::linear("iteration").range(0, config.training.iterations)
}

/// Panel a: how sure the layer is of its tokens.
fn saturation(config: &Config, curves: &Table) -> Result<Panel> {
    let mut panel = Panel::new("a", "softmax saturates")
        .x(iterations(config))
        .y(Axis::linear("largest softmax probability").range(0.0, 1.02))
        .legend(Legend::BottomRight);
    for (param, label, color) in [("W", "training W", BLUE), ("KQ", "training (K, Q)", RED)] {
        panel = with_band(panel, &curves.filter("param", param)?, "softmax_max", label, color)?;
    }
    Ok(panel)
}

/// Panels b and c: correlation of the trained weights with both SVM solutions.
fn alignment(config: &Config, letter: &str, title: &str, runs: &Table) -> Result<Panel> {
    let mut panel = Panel::new(letter, title)
        .x(iterations(config))
        .y(Axis::linear("correlation").range(0.0, 1.05))
        .legend(Legend::BottomRight)
        .horizontal(1.0, "")
        .styled(Style::color(GREY).dotted().width(0.9));
    for (column, label, color) in
        [("corr_fro", "with W_{F} (Frobenius)", BLUE), ("corr_nuc", "with W_{N} (nuclear)", RED)]
    {
        panel = with_band(panel, runs, column, label, color)?;
    }
    Ok(panel)
}

/// Panel d: mean rank of both solutions against the dimension, one colour for each n.
fn ranks(config: &Config, ranks: &Table) -> Result<Panel> {
    let mut panel = Panel::new("d", "rank of W_{F} (solid) and W_{N} (dashed)")
        .x(Axis::linear("dimension d").ticks(config.rank_d.iter().map(|&d| d as f64)))
        .y(Axis::linear("mean rank").from(0.0));
    let solved = ranks.filter_by("rank_fro", |rank| !rank.is_null())?;
    if solved.is_empty() {
        panel = panel.note("no problem of these sizes\nhas a solution", Corner::TopLeft);
    }
    for (k, &n) in config.rank_n.iter().enumerate() {
        let color = Color::ramp(k, config.rank_n.len());
        let of_size = solved.filter("n", n)?.summarize(
            &["d"],
            &[Summary::mean("rank_fro").named("frobenius"), Summary::mean("rank_nuc").named("nuclear")],
        )?;
        if of_size.is_empty() {
            continue;
        }
        let d = of_size.floats("d")?;
        let style = Style::color(color).marker(Marker::series(k));
        panel = panel.line(format!("n = {n}"), &d, &of_size.floats("frobenius")?, style).line(
            "",
            &d,
            &of_size.floats("nuclear")?,
            style.dashed().open(),
        );
    }
    Ok(panel)
}
