//! Volumes, effective parameters, ranks, and interactions in two bases.

use common::prelude::*;

use crate::Config;
use crate::learning_coefficient::LearningCoefficient;
use crate::linear_net::Net;
use crate::volume::{self, Loss};

/// Draws the panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let linear = table.kind("linear");
    let top = 1.2 * statistics::greatest([linear.column("neff"), linear.column("neff_theory")].concat());
    let mut upper = vec![volumes(config, &table.kind("volume"))];
    for (place, &net) in config.nets.iter().enumerate() {
        let panel = effective_parameters(config, net, top, &linear.with("net", net.name()));
        upper.push(if place == 0 { panel } else { panel.unlettered() });
    }
    let moved = table.kind("interaction").with("seed", 0);
    let (neuron, ib) = (moved.with("basis", "neuron"), moved.with("basis", "ib"));
    let scale = ColorScale::viridis(WEAKEST, 1.0).log().label("|interaction|");
    let width = 7.0 * upper.len().max(3) as f64 / 3.0;
    Figure::new().width(width).row(upper).height(1.15).row([
        ranks(config, table),
        interactions("W₂, neuron basis", "neuron", &neuron, scale.clone().without_bar()),
        interactions("W₂, Interaction Basis", "coordinate", &ib, scale).unlettered(),
    ])
}

/// Panel a: measured against exact volumes.
fn volumes(config: &Config, rows: &Table) -> Panel {
    let panel = Panel::new("volume of a valley")
        .x(Axis::log("level ε"))
        .y(Axis::log("share of the box with K(w) < ε").from(20.0 / config.samples as f64).to(1))
        .legend(Legend::Below);
    let levels = volume::levels();
    let losses = [
        (Loss::Cross, "w₁²w₂²", RED, Marker::Circle),
        (Loss::Trough, "w₁²", BLUE, Marker::Square),
        (Loss::CrossAndBowl, "w₁²w₂² + w₃²", ORANGE, Marker::Triangle),
        (Loss::Bowl, "w₁² + w₂²", GREEN, Marker::Diamond),
    ];
    losses.into_iter().fold(panel, |panel, (loss, formula, color, marker)| {
        let LearningCoefficient { lambda, multiplicity } = loss.learning_coefficient();
        let lambda = if lambda == 0.5 { "½".into() } else { lambda.to_string() };
        // A level that only some seeds have is one that they hit often by chance.
        let of_all = |volumes: &[f64]| match volumes.len() as u64 == config.seeds {
            true => statistics::mean(volumes),
            false => f64::NAN,
        };
        let measured = rows.with("loss", loss).curve("eps", "volume").by(of_all).keep(|_, volume| volume.is_finite());
        panel
            .line("", &levels, levels.iter().map(|&eps| loss.volume(eps)), Style::color(color).width(0.9))
            .curve_points(
                format!("{formula}: λ = {lambda}, m = {multiplicity}"),
                measured,
                Style::color(color).marker(marker).size(3.0),
            )
    })
}

/// A panel b: effective parameters of one net against the inverse temperature.
fn effective_parameters(config: &Config, net: Net, top: f64, rows: &Table) -> Panel {
    let (low, high) = (config.inverse_temperatures[0], config.coldest());
    // Places to the right of the measurements, in units of their range.
    let beyond = |share: f64| high * pow(10.0, share * log10(high / low).max(1.0));
    let mut panel = Panel::new(format!("{} linear net, {} weights", net.name(), net.parameters()))
        .x(Axis::log("inverse temperature B").range(low / 1.6, beyond(0.4)))
        .y(Axis::linear("effective parameters 2B E[L]").range(-0.04 * top, top))
        .legend(Legend::Below);
    let grid = geomspace(low, high, 41);
    for (place, r) in config.ranks_of(net).into_iter().enumerate() {
        let color = Color::ramp(place, config.ranks.len());
        let coefficient = LearningCoefficient::of_linear_net(net, r);
        let theory = grid.iter().map(|&b| coefficient.effective_parameters_at(b));
        // One entry for the theory of all ranks.
        let label = if place == 0 { "theory" } else { "" };
        panel = panel.line(label, &grid, theory, Style::color(color).dashed().width(0.9)).curve_points(
            format!("r = {r}"),
            over_seeds(config.seeds, &rows.with("r", r)),
            Style::color(color).marker(Marker::series(place)),
        );
    }
    // A rank has no temperature.
    let (aside, further) = (beyond(0.12), beyond(0.19));
    for (place, r) in config.ranks_of(net).into_iter().enumerate() {
        let rank = net.hessian_rank(r);
        let label = if place == 0 { "Hessian rank" } else { "" };
        panel = panel.points(label, [aside], [rank], Style::color(GREY).marker(Marker::Dash).size(9.0)).annotate(
            further,
            rank,
            format!("r = {r}"),
            Anchor::Right,
        );
    }
    panel
}

/// Mean of neff over seeds at each B, with two standard errors: the chains of all seeds are independent.
fn over_seeds(seeds: u64, runs: &Table) -> Curve {
    let neff = runs.curve("b", "neff").mean();
    let variance = runs.derive("variance", ["neff_se"], |[error]| error * error).curve("b", "variance").mean();
    let ends = |sign: f64| {
        let two_errors = variance.middle.iter().map(|variance| 2.0 * (variance / seeds as f64).sqrt());
        neff.middle.iter().zip(two_errors).map(|(middle, bar)| middle + sign * bar).collect::<Vec<f64>>()
    };
    neff.alone().between(ends(-1.0), ends(1.0))
}

/// Panel c: measured against predicted ranks.
fn ranks(config: &Config, table: &Table) -> Panel {
    let mut panel = Panel::new("rank of the Hessian")
        .x(Axis::linear("predicted").from(0))
        .y(Axis::linear("measured").from(0))
        .legend(Legend::Below)
        .diagonal("");
    if let [weights] = distinct(config.blocks().map(|blocks| blocks.parameters()))[..] {
        panel = panel.horizontal(weights, format!("{weights} weights of a ReLU net"));
    }
    for (kind, label, style) in [
        ("relu", "synchronised ReLUs", Style::color(BLUE).marker(Marker::Circle)),
        ("product", "activations × gradients", Style::color(RED).marker(Marker::Square)),
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
    Panel::new(title).x(axis(1, &from)).y(axis(2, &to).inverted()).heat_map(&from, &to, shown, scale)
}
