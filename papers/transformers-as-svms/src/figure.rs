//! Saturation of the attention, alignment with both SVM solutions, and the ranks of these.

use common::prelude::*;

use crate::Config;
use crate::claims::{PUBLISHED, as_published, published_ranks};

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let curves = table.kind("curve");
    let (w, kq) = (curves.with("param", "W"), curves.with("param", "KQ"));
    let mut saturation = Panel::new("each input attends to one token")
        .shows(["attention-saturates", "matches-published"])
        .x(iterations(config))
        .y(Axis::linear("largest softmax probability").range(0.0, 1.02))
        .legend(Legend::BottomRight)
        .curve("training W", over_instances(&w, "softmax_max"), BLUE)
        .curve("training (K, Q)", over_instances(&kq, "softmax_max"), RED);
    let mut of_w = alignment(config, "training W: towards W_{F}", &w)
        .shows(["matches-published"])
        .series_shows("with W_{F} (Frobenius)", "w-goes-to-frobenius");
    let of_kq = alignment(config, "training (K, Q): towards W_{N}", &kq)
        .series_shows("with W_{N} (nuclear)", "kq-goes-to-nuclear");
    if as_published(config) {
        saturation = published(config, saturation, "w-softmax", BLUE);
        saturation = published(config, saturation, "kq-softmax", RED);
        of_w = published(config, of_w, "w-frobenius", BLUE);
        of_w = published(config, of_w, "w-nuclear", RED);
    }
    Figure::new().row([saturation, of_w]).row([of_kq, ranks(config, &table.kind("ranks"))])
}

/// A column against the iteration: mean and standard deviation over the instances.
fn over_instances(runs: &Table, column: &str) -> Curve {
    runs.curve("iter", column).mean().deviation()
}

fn iterations(config: &Config) -> Axis {
    Axis::linear("iteration").range(0, config.training.compared())
}

/// Adds what is shown of a published curve.
fn published(config: &Config, panel: Panel, name: &str, color: Color) -> Panel {
    let (entry, end) = (PUBLISHED.entry(name), config.training.compared() as f64);
    let (x, y): (Vec<f64>, Vec<f64>) =
        entry.places().into_iter().zip(entry.y.iter().copied()).filter(|(x, _)| *x <= end).unzip();
    panel.points("published", x, y, Style::color(color.darker(0.3)).marker(Marker::Diamond).open())
}

/// Correlation of the trained weights with both SVM solutions.
fn alignment(config: &Config, title: &str, runs: &Table) -> Panel {
    Panel::new(title)
        .shows(["norms-are-distinguished"])
        .x(iterations(config))
        .y(Axis::linear("correlation").range(0.0, 1.05))
        .legend(Legend::BottomRight)
        .horizontal(1.0, "")
        .styled(Style::color(GREY).dotted().width(0.9))
        .curve("with W_{F} (Frobenius)", over_instances(runs, "corr_fro"), BLUE)
        .curve("with W_{N} (nuclear)", over_instances(runs, "corr_nuc"), RED)
}

/// Mean rank of both solutions against the dimension, one colour for each n; published ranks lie beneath.
fn ranks(config: &Config, ranks: &Table) -> Panel {
    let panel = Panel::new("W_{N} (dashed) has lower rank than W_{F}")
        .x(Axis::linear("dimension d").ticks(config.rank_d.iter().map(|&d| d as f64)))
        .y(Axis::linear("mean rank").range(0.0, 1.25 * config.rank_n.last().map_or(1.0, |&n| n as f64)))
        .legend(Legend::TopLeft)
        .shows(["nuclear-svm-lower-rank", "frobenius-rank-is-n", "matches-published"]);
    let panel =
        published_ranks(config).fold(panel, |panel, n| {
            let style = Style::color(DARK_GREY).open().size(6.0);
            let [frobenius, nuclear] =
                ["frobenius", "nuclear"].map(|norm| PUBLISHED.entry(&format!("rank-{norm}-{n}")));
            panel
                .points("published W_{F}", frobenius.places(), frobenius.y.clone(), style.marker(Marker::Diamond))
                .points("published W_{N}", nuclear.places(), nuclear.y.clone(), style.marker(Marker::TriangleDown))
        });
    config.rank_n.iter().enumerate().fold(panel, |panel, (k, &n)| {
        let of_size = ranks.with("n", n);
        let style = Style::color(Color::ramp(k, config.rank_n.len())).marker(Marker::Circle).size(3.2);
        panel.curve(format!("n = {n}"), of_size.curve("d", "rank_fro").mean(), style).curve(
            "",
            of_size.curve("d", "rank_nuc").mean(),
            style.dashed(),
        )
    })
}
