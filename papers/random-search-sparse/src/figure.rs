//! Accuracy after training and loss before it against sparsity, what the search gains, and learning curves.

use common::prelude::*;
use common::statistics::{mean, t_interval};

use crate::Config;
use crate::claims::{EQUIVALENT, advantages};
use crate::extreme::expected_maximum;
use crate::training::CLASSES;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let ended = table.with("epoch", config.setup.epochs);
    Figure::new()
        .row([accuracy(config, &ended), before_training(config, table)])
        .row([learning(config, table), advantage(config, &ended)])
        .height(1.1)
}

const SEARCH: Style = Style::color(BLUE).marker(Marker::Circle).size(3.6);
// Drawn larger and open, so that it shows around the other.
const RANDOM: Style = Style::color(ORANGE).marker(Marker::Square).size(7.0).open();
const DENSE: Style = Style::color(DARK_GREY).dashed();

/// The compared networks, with their look, from the back to the front.
fn networks(config: &Config) -> [(&'static str, String, Style); 3] {
    let search = format!("random search (best of {})", config.n_candidates);
    [("dense", "dense parent".into(), DENSE), ("random", "random sparse".into(), RANDOM), ("search", search, SEARCH)]
}

fn over_sparsities(config: &Config, title: &str) -> Panel {
    let ticks = config.sparsities.iter().copied();
    Panel::new(title).x(Axis::linear("share of hidden nodes removed, p").ticks(ticks))
}

fn accuracy(config: &Config, ended: &Table) -> Panel {
    let [(_, label, look), sparse @ ..] = networks(config);
    let dense = ended.kind("dense").curve("sparsity", "test_acc").mean().deviation();
    let parent = |ends: &[f64]| ends.first().copied().unwrap_or(f64::NAN);
    let curves = sparse
        .map(|(kind, label, look)| (label, ended.kind(kind).curve("sparsity", "test_acc").mean().deviation(), look));
    let panel = over_sparsities(config, "after training: search = random")
        .y(Axis::linear("test accuracy"))
        .legend(Legend::Shared)
        .shows(["search-is-null", "sparse-keeps-accuracy", "monotone-cost"])
        .region("", .., parent(&dense.low)..parent(&dense.high), LIGHT_GREY)
        .horizontal(parent(&dense.middle), label)
        .styled(look)
        .in_legend();
    curves.into_iter().fold(panel, |panel, (label, curve, look)| panel.curve_with_band(label, curve, look))
}

fn before_training(config: &Config, table: &Table) -> Panel {
    let candidates = table.kind("candidates");
    let [center, deviation, best] =
        ["loss_mean", "loss_sd", "loss_min"].map(|column| candidates.curve("sparsity", column).mean().alone());
    let shifted = |deviations: f64| {
        let middles = center.middle.iter().zip(&deviation.middle);
        middles.map(|(center, deviation)| center + deviations * deviation).collect::<Vec<f64>>()
    };
    let all = center.clone().between(shifted(-1.0), shifted(1.0));
    let theory = shifted(-expected_maximum(config.n_candidates));
    over_sparsities(config, "before training: a head start by luck")
        .y(Axis::linear("initial loss"))
        .shows(["search-does-lower-loss"])
        .series_shows("best of them", "extreme-value-gain")
        .series_shows("expected for the best", "extreme-value-gain")
        .series_shows("all candidates", "init-loss-to-ln10")
        .legend(Legend::TopRight)
        .horizontal(ln(CLASSES as f64), "ln 10")
        .styled(Style::color(DARK_GREY).dotted())
        .curve("all candidates", all, ORANGE)
        .curve("best of them", best, SEARCH)
        .line("expected for the best", &center.x, theory, Style::color(BLACK).dashed())
}

fn learning(config: &Config, table: &Table) -> Panel {
    let distances: Vec<f64> = config.sparsities.iter().map(|sparsity| (sparsity - 0.9).abs()).collect();
    let sparsity = config.sparsities[reduce::argmin(&distances)];
    let panel = Panel::new(format!("learning at p = {sparsity}"))
        .x(Axis::linear("epoch"))
        .y(Axis::linear("test accuracy"))
        .legend(Legend::Shared)
        .shows(["no-faster-convergence"]);
    networks(config).into_iter().fold(panel, |panel, (kind, label, look)| {
        let runs = table.kind(kind).with("sparsity", if kind == "dense" { 0.0 } else { sparsity });
        panel.curve_with_band(label, runs.curve("epoch", "test_acc").mean().deviation(), look)
    })
}

fn advantage(config: &Config, ended: &Table) -> Panel {
    let at = |&sparsity: &f64| advantages(&ended.with("sparsity", sparsity));
    let differences: Vec<Vec<f64>> = config.sparsities.iter().map(at).collect();
    let intervals = differences.iter().map(|differences| t_interval(differences, 0.90));
    let (low, high): (Vec<f64>, Vec<f64>) = intervals.map(|interval| (interval.low, interval.high)).unzip();
    let middle: Vec<f64> = differences.iter().map(|differences| mean(differences)).collect();
    let widest = low.iter().chain(&high).fold(2.0 * EQUIVALENT, |widest, end| widest.max(end.abs()));
    over_sparsities(config, "search − random, after training")
        .y(Axis::linear("difference of accuracies").range(-widest, widest))
        .shows(["search-is-null"])
        .region("as good as equal", .., -EQUIVALENT..EQUIVALENT, GREY)
        .horizontal(0.0, "")
        .curve_points("", Curve::new(config.sparsities.clone(), middle).between(low, high), SEARCH)
}
