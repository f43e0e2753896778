//! A bowl of excess loss over learning rate and batch.

use common::prelude::*;

/// A marked setting: name, learning rate, batch and look.
pub type Mark = (&'static str, f64, f64, Style);

/// Runs coloured by their excess up to the end of the scale, crosses above; contours of the fitted bowl at these levels;
/// marks, the later in front. A mark outside the grid is drawn at its edge.
pub fn panel(title: String, runs: &Table, bowl: &Table, levels: &[f64], window: f64, marks: &[Mark]) -> Panel {
    let (near, far) = (runs.keep("excess", |excess| excess <= window), runs.keep("excess", |excess| excess > window));
    let panel = Panel::new(title)
        .x(Axis::log2("peak learning rate"))
        .y(Axis::log2("batch size (tokens)"))
        .legend(Legend::Below)
        .width(1.2);
    let cross = Style::color(GREY).marker(Marker::Cross).size(3.0);
    let scale = ColorScale::viridis(0.0, window).label("excess loss").format(Format::Percent);
    let panel = panel
        .points("", far.column("lr"), far.column("b"), cross)
        .points("", near.column("lr"), near.column("b"), Style::color(GREY).marker(Marker::Circle).size(4.5))
        .colored_by(near.column("excess"), scale);
    let panel = contours(panel, runs, bowl, levels);
    let inside = |column, value: f64| value.clamp(runs.least(column), runs.greatest(column));
    marks.iter().fold(panel, |panel, &(label, rate, batch, style)| {
        panel.points(label, [inside("lr", rate)], [inside("b", batch)], style)
    })
}

/// Contour lines of the fitted quadratic over the range of the runs.
fn contours(panel: Panel, runs: &Table, bowl: &Table, levels: &[f64]) -> Panel {
    let spaced = |column| linspace(ln(runs.least(column)), ln(runs.greatest(column)), 121);
    let (rates, batches) = (spaced("lr"), spaced("b"));
    let (rate, batch, floor) = (ln(bowl.value("lr_opt")), ln(bowl.value("b_opt")), bowl.value("floor"));
    let (xx, xy, yy) = (bowl.value("h_lr"), bowl.value("h_mixed"), bowl.value("h_b"));
    let excess = |ln_rate: f64, ln_batch: f64| {
        let (x, y) = (ln_rate - rate, ln_batch - batch);
        floor + (xx * x * x + 2.0 * xy * x * y + yy * y * y) / 2.0
    };
    let values: Vec<f64> = batches.iter().flat_map(|&y| rates.iter().map(move |&x| excess(x, y))).collect();
    let plain = |logs: Vec<f64>| logs.into_iter().map(exp).collect::<Vec<f64>>();
    let labels = levels.iter().map(|level| format!("{}%", 100.0 * level));
    panel
        .contours("", plain(rates), plain(batches), values, levels, Style::color(DARK_GREY).width(0.8))
        .level_labels(labels)
}
