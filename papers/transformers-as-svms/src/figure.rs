//! Saturation of the attention, alignment with both SVM solutions, and the ranks of these.

use common::prelude::*;

use crate::Config;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let curves = table.kind("curve");
    let (w, kq) = (curves.with("param", "W"), curves.with("param", "KQ"));
    let saturation = Panel::new("saturation of the softmax")
        .x(iterations(config))
        .y(Axis::linear("largest softmax probability").range(0.0, 1.02))
        .legend(Legend::BottomRight)
        .curve("training W", over_instances(&w, "softmax_max"), BLUE)
        .curve("training (K, Q)", over_instances(&kq, "softmax_max"), RED);
    Figure::new()
        .row([saturation, alignment(config, "training W", &w)])
        .row([alignment(config, "training (K, Q)", &kq), ranks(config, &table.kind("ranks"))])
}

/// A column against the iteration: mean and standard deviation over the instances.
fn over_instances(runs: &Table, column: &str) -> Curve {
    runs.curve("iter", column).mean().deviation()
}

fn iterations(config: &Config) -> Axis {
    Axis::linear("iteration").range(0, config.training.iterations)
}

/// Correlation of the trained weights with both SVM solutions.
fn alignment(config: &Config, title: &str, runs: &Table) -> Panel {
    Panel::new(title)
        .x(iterations(config))
        .y(Axis::linear("correlation").range(0.0, 1.05))
        .legend(Legend::BottomRight)
        .horizontal(1.0, "")
        .styled(Style::color(GREY).dotted().width(0.9))
        .curve("with W_{F} (Frobenius)", over_instances(runs, "corr_fro"), BLUE)
        .curve("with W_{N} (nuclear)", over_instances(runs, "corr_nuc"), RED)
}

/// Mean rank of both solutions against the dimension, one colour for each n.
fn ranks(config: &Config, ranks: &Table) -> Panel {
    let panel = Panel::new("rank of W_{F} (solid) and W_{N} (dashed)")
        .x(Axis::linear("dimension d").ticks(config.rank_d.iter().map(|&d| d as f64)))
        .y(Axis::linear("mean rank").from(0.0));
    config.rank_n.iter().enumerate().fold(panel, |panel, (k, &n)| {
        let of_size = ranks.with("n", n);
        let style = Style::color(Color::ramp(k, config.rank_n.len())).marker(Marker::series(k));
        panel.curve(format!("n = {n}"), of_size.curve("d", "rank_fro").mean(), style).curve(
            "",
            of_size.curve("d", "rank_nuc").mean(),
            style.dashed().open(),
        )
    })
}
