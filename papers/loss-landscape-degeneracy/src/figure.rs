//! Counts of effective parameters, ranks, and interactions in two bases.

use common::prelude::*;

use crate::Config;
use crate::claims::{JUDGED_HITS, PUBLISHED};
use crate::learning_coefficient::LearningCoefficient;
use crate::linear_net::{self, Net};
use crate::volume::{self, Loss};

/// Draws the panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let linear = table.kind("linear");
    let mut upper = vec![valleys(config, &table.kind("volume"))];
    for (place, &net) in config.nets.iter().enumerate() {
        let title = if place == 0 { "above the Hessian’s rank" } else { "" };
        let panel = effective_parameters(config, net, title, &linear.with("net", linear_net::name(net)));
        upper.push(match place {
            0 => panel.legend(Legend::Below),
            _ => panel.unlettered().legend(Legend::None),
        });
    }
    let moved = table.kind("interaction").with("seed", 0);
    let (neuron, ib) = (moved.with("basis", "neuron"), moved.with("basis", "ib"));
    let scale = ColorScale::viridis(WEAKEST, 1.0).log().label("|interaction|");
    let width = 7.0 * upper.len().max(3) as f64 / 3.0;
    Figure::new().width(width).row(upper).height(1.15).row([
        ranks(config, table),
        interactions("neurons: all with all", "neuron", &neuron, scale.clone().without_bar()),
        interactions("Interaction Basis: pairs", "coordinate", &ib, scale).unlettered(),
    ])
}

/// Levels over which a slope is taken, on either side.
const SPAN: usize = 2;

/// Where panel a shows the limit ε → 0.
const LIMIT: f64 = 1e-10;

/// Panel a: effective parameters of toy valleys at each level, 2 d ln V / d ln ε.
fn valleys(config: &Config, rows: &Table) -> Panel {
    let levels = volume::levels();
    let ratio = pow(levels[1] / levels[0], SPAN as f64);
    let count = |high: f64, low: f64| ln(high / low) / ln(ratio);
    let estimates = PUBLISHED.entry("trough-estimates");
    let double = |values: &[f64]| values.iter().map(|value| 2.0 * value).collect::<Vec<f64>>();
    let open = |color| Style::color(color).marker(Marker::Diamond).size(5.0).open();
    // Far below the measured levels theory shows what the counts tend to.
    let theory_levels = geomspace(LIMIT, levels[levels.len() - 1], 60);
    let panel = Panel::new("a cross counts 1, not 0")
        .x(Axis::log("level ε"))
        .y(Axis::linear("effective parameters").range(0, 2.2))
        .legend(Legend::Below)
        .shows(["cross-volume"])
        .series_shows("w₁²", "matches-published")
        .series_shows("w₁², published", "matches-published");
    let losses = [
        (Loss::CrossAndBowl, "w₁²w₂² + w₃²", ORANGE, Marker::Triangle),
        (Loss::Bowl, "w₁² + w₂²", GREEN, Marker::Diamond),
        (Loss::Trough, "w₁²", BLUE, Marker::Square),
        (Loss::Cross, "w₁²w₂², the cross", RED, Marker::Circle),
    ];
    let panel = losses.into_iter().fold(panel, |panel, (loss, formula, color, marker)| {
        let judged = rows.with("loss", loss).keep("hits", |hits| hits >= JUDGED_HITS);
        // A level that only some seeds have is one that they hit often by chance.
        let of_all = |volumes: &[f64]| match volumes.len() as u64 == config.seeds {
            true => statistics::mean(volumes),
            false => f64::NAN,
        };
        let volumes = judged.curve("eps", "volume").by(of_all).keep(|_, volume| volume.is_finite());
        let inner = SPAN..volumes.len().saturating_sub(SPAN).max(SPAN);
        let counts = inner.clone().map(|k| count(volumes.middle[k + SPAN], volumes.middle[k - SPAN]));
        let theory = theory_levels.iter().map(|&eps| count(loss.volume(eps * ratio), loss.volume(eps / ratio)));
        panel.line("", &theory_levels, theory, Style::color(color).width(0.9)).points(
            formula,
            volumes.x.get(inner.clone()).unwrap_or_default(),
            counts,
            Style::color(color).marker(marker).size(3.0),
        )
    });
    panel
        .points("cross, published", [LIMIT], [PUBLISHED.number("cross-count").value], open(RED))
        // At 1/n for their n = 1000, beside each other.
        .points("w₁², published", [0.7e-3, 1.4e-3], double(&estimates.y), open(BLUE))
        .errors(double(&estimates.low), double(&estimates.high))
}

/// A panel b: effective parameters of one net over the rank of the truth, between those of two other counts.
fn effective_parameters(config: &Config, net: Net, title: &str, rows: &Table) -> Panel {
    let ranks: Vec<f64> = config.ranks_of(net).into_iter().map(|r| r as f64).collect();
    let of_each = |count: &dyn Fn(usize) -> f64| config.ranks_of(net).into_iter().map(count).collect::<Vec<f64>>();
    let (temperatures, coldest) = (config.inverse_temperatures.len(), config.coldest());
    let theory = |r| LearningCoefficient::of_linear_net(net, r).effective_parameters_at(coldest);
    let grey = Style::color(GREY).marker(Marker::Square).open().size(4.0);
    let mut panel = Panel::new(title)
        .shows(["neff-matches-theory", "matches-published", "below-parameter-count", "not-hessian-rank"])
        .x(Axis::linear("rank r of the truth").range(-0.3, statistics::greatest(&ranks) + 0.3).ticks(&ranks))
        .y(Axis::linear("effective parameters").range(-0.5, 1.1 * linear_net::weights(net) as f64))
        .note(format!("{} net", linear_net::name(net)), Corner::BottomRight)
        .horizontal(linear_net::weights(net), format!("{} weights", linear_net::weights(net)))
        .line("rank of the Hessian", &ranks, of_each(&|r| linear_net::hessian_rank(net, r) as f64), grey);
    for (place, &b) in config.inverse_temperatures.iter().enumerate() {
        let style = Style::color(Color::ramp(place, temperatures)).marker(Marker::Circle).size(3.5);
        // Those between are known by their shade.
        let label =
            if [0, temperatures - 1].contains(&place) { format!("B = {}", power_of_ten(b)) } else { String::new() };
        panel = panel.curve_points(label, rows.with("b", b).curve("r", "neff").mean().range(), style);
    }
    panel = panel.line("theory, largest B", &ranks, of_each(&theory), Style::color(BLACK).dashed().width(0.9));
    let published = PUBLISHED.entry("linear-nets");
    match published.x.iter().position(|x| x.as_str() == Some(&linear_net::name(net))) {
        Some(k) if ranks.contains(&0.0) => {
            let style = Style::color(BLACK).marker(Marker::Diamond).size(5.0).open();
            panel.points("published, B = ∞", [0.0], [published.y[k]], style)
        }
        _ => panel,
    }
}

/// Panel c: measured against predicted ranks.
fn ranks(config: &Config, table: &Table) -> Panel {
    let mut panel = Panel::new("every rank as predicted")
        .x(Axis::linear("predicted rank").from(0))
        .y(Axis::linear("measured rank").from(0))
        .legend(Legend::Below)
        .series_shows("blocks of ReLUs", "sync-blocks-exact")
        .series_shows("linear chains, a · g", "product-rank")
        .diagonal("");
    if let [weights] = distinct(config.blocks().map(|blocks| blocks.parameters()))[..] {
        panel = panel.horizontal(weights, format!("{weights} weights of a ReLU net"));
    }
    for (kind, label, style) in [
        ("relu", "blocks of ReLUs", Style::color(BLUE).marker(Marker::Circle)),
        ("product", "linear chains, a · g", Style::color(RED).marker(Marker::Square)),
    ] {
        let rows = table.kind(kind);
        panel = panel.points(label, rows.column("rank_theory"), rows.column("rank"), style.size(3.5).open());
    }
    panel
}

/// The weakest interaction that is told apart from none.
const WEAKEST: f64 = 1e-4;

/// A panel d: sizes of the interactions in one basis, relative to the largest.
fn interactions(title: &str, name: &str, entries: &Table, scale: ColorScale) -> Panel {
    let sizes: Vec<f64> = entries.column("value").into_iter().map(f64::abs).collect();
    let largest = statistics::greatest(&sizes);
    let shown = sizes.iter().map(|size| (size / largest).max(WEAKEST));
    let [from, to] = ["from", "to"].map(|column| distinct(entries.column(column)));
    let axis = |layer: usize, places: &[f64]| {
        let ticks: Vec<f64> = places.iter().copied().step_by(places.len().div_ceil(10).max(1)).collect();
        Axis::linear(format!("{name} of layer {layer}")).ticks(ticks)
    };
    let panel = Panel::new(title).shows(["ib-invariant-diagonal"]);
    panel.x(axis(1, &from)).y(axis(2, &to).inverted()).heat_map(&from, &to, shown, scale)
}
