//! Volumes, effective parameters, ranks, and interactions in two bases.

use common::prelude::*;

use crate::Config;
use crate::learning_coefficient::LearningCoefficient;
use crate::linear_net::Net;
use crate::volume::{self, Loss};

/// Draws the panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let caption = format!(
        "Effective parameter counts of two-layer linear nets against the exact learning coefficient; free directions \
         from synchronised ReLUs are Σ k_b²; the Interaction Basis is gauge invariant and diagonal. \
         (a) Share of the box below a level, {samples} points a seed; lines exact. (b) 2 B E[L] by Gibbs sampling, mean \
         and two standard errors over {chains} chains a seed; dashed 2λ − 2(m−1)/ln B; grey ticks the rank of the \
         Hessian. (c) Rank of the behavioural Hessian. (d) Size of W₂ between the hidden layers of a linear chain in a \
         random gauge, relative to its largest entry. {seeds} seeds; (d) seed 0.",
        samples = config.samples,
        chains = config.chains,
        seeds = config.seeds,
    );
    let linear = table.filter("kind", "linear")?;
    let mut upper = vec![volumes(config, &table.filter("kind", "volume")?)?];
    let top = 1.2 * reduce::max(&[linear.floats("neff")?, linear.floats("neff_theory")?].concat());
    for (place, net) in config.nets.iter().enumerate() {
        let letter = if place == 0 { "b" } else { "" };
        upper.push(effective_parameters(config, net, (letter, top), &linear.filter("net", net.name())?)?);
    }
    let moved = table.filter("kind", "interaction")?.filter("seed", 0)?;
    let scale = ColorScale::viridis(WEAKEST, 1.0).log().label("|interaction|");
    let width = 7.0 * upper.len().max(3) as f64 / 3.0;
    Ok(Figure::new("").caption(caption).width(width).row(1.15, upper).row(
        1.0,
        [
            ranks(config, table)?,
            interactions(
                Panel::new("d", "W₂, neuron basis"),
                "neuron",
                &moved.filter("basis", "neuron")?,
                scale.clone().without_bar(),
            )?,
            interactions(Panel::new("", "W₂, Interaction Basis"), "coordinate", &moved.filter("basis", "ib")?, scale)?,
        ],
    ))
}

/// Panel a: measured against exact volumes.
fn volumes(config: &Config, rows: &Table) -> Result<Panel> {
    let mut panel = Panel::new("a", "volume of a valley")
        .x(Axis::log("level ε"))
        .y(Axis::log("share of the box with K(w) < ε").from(20.0 / config.samples as f64).to(1))
        .legend(Legend::Below);
    let levels = volume::levels();
    for (loss, label, color, marker) in [
        (Loss::Cross, "w₁²w₂²", RED, Marker::Circle),
        (Loss::Trough, "w₁²", BLUE, Marker::Square),
        (Loss::CrossAndBowl, "w₁²w₂² + w₃²", ORANGE, Marker::Triangle),
        (Loss::Bowl, "w₁² + w₂²", GREEN, Marker::Diamond),
    ] {
        let LearningCoefficient { lambda, multiplicity } = loss.learning_coefficient();
        let lambda = if lambda == 0.5 { "½".into() } else { lambda.to_string() };
        let label = format!("{label}: λ = {lambda}, m = {multiplicity}");
        let means = rows
            .filter("loss", loss.name())?
            .summarize(&["eps"], &[Summary::mean("volume").named("volume"), Summary::count("seed").named("seeds")])?;
        // A level that only some seeds have is one that they hit often by chance.
        let means = means.filter("seeds", config.seeds)?;
        let exact: Vec<f64> = levels.iter().map(|&eps| loss.volume(eps)).collect();
        panel = panel.line("", &levels, &exact, Style::color(color).width(0.9));
        if means.is_empty() {
            continue;
        }
        panel = panel.points(
            label,
            means.floats("eps")?,
            means.floats("volume")?,
            Style::color(color).marker(marker).size(3.0),
        );
    }
    Ok(panel)
}

/// A panel b: effective parameters of one net against the inverse temperature.
fn effective_parameters(config: &Config, net: &Net, (letter, top): (&str, f64), rows: &Table) -> Result<Panel> {
    let (low, high) = (reduce::min(&config.inverse_temperatures), config.coldest());
    // Places to the right of the measurements, in units of their range.
    let beyond = |share: f64| high * pow(10.0, share * log10(high / low).max(1.0));
    let title = format!("{} linear net, {} weights", net.name(), net.parameters());
    let mut panel = Panel::new(letter, title)
        .x(Axis::log("inverse temperature B").range(low / 1.6, beyond(0.4)))
        .y(Axis::linear("effective parameters 2B E[L]").range(-0.04 * top, top))
        .legend(Legend::Below);
    let grid: Vec<f64> = (0..=40).map(|k| low * pow(high / low, f64::from(k) / 40.0)).collect();
    for (place, r) in config.ranks_of(net).into_iter().enumerate() {
        let color = Color::ramp(place, config.ranks.len());
        let coefficient = LearningCoefficient::of_linear_net(net, r);
        let theory: Vec<f64> = grid.iter().map(|&b| coefficient.effective_parameters_at(b)).collect();
        // One entry for all of them.
        let label = if place == 0 { "theory" } else { "" };
        panel = panel.line(label, &grid, theory, Style::color(color).dashed().width(0.9));
        let style = Style::color(color).marker(Marker::series(place));
        panel = over_seeds(panel, config.seeds, &rows.filter("r", r)?, &format!("r = {r}"), style)?;
    }
    // A rank has no temperature.
    let (aside, further) = (beyond(0.12), beyond(0.19));
    for (place, r) in config.ranks_of(net).into_iter().enumerate() {
        let label = if place == 0 { "Hessian rank" } else { "" };
        let tick = Style::color(GREY).marker(Marker::Dash).size(9.0);
        panel = panel.points(label, [aside], [net.hessian_rank(r)], tick).annotate(
            further,
            net.hessian_rank(r),
            format!("r = {r}"),
            Anchor::Right,
        );
    }
    Ok(panel)
}

/// Mean of neff over seeds at each B, with two standard errors: the chains of all seeds are independent.
fn over_seeds(panel: Panel, seeds: u64, runs: &Table, label: &str, style: Style) -> Result<Panel> {
    let variances: Vec<f64> = runs.floats("neff_se")?.iter().map(|error| error * error).collect();
    let means = runs
        .with_column("variance", variances)?
        .summarize(&["b"], &[Summary::mean("neff").named("neff"), Summary::mean("variance").named("variance")])?;
    let (b, neff) = (means.floats("b")?, means.floats("neff")?);
    let two_errors = |variance: &f64| 2.0 * (variance / seeds as f64).sqrt();
    let bars: Vec<f64> = means.floats("variance")?.iter().map(two_errors).collect();
    let low = neff.iter().zip(&bars).map(|(middle, bar)| middle - bar);
    let high = neff.iter().zip(&bars).map(|(middle, bar)| middle + bar);
    Ok(panel.points(label, b, &neff, style).errors(low, high))
}

/// Panel c: measured against predicted ranks.
fn ranks(config: &Config, table: &Table) -> Result<Panel> {
    let mut panel = Panel::new("c", "rank of the Hessian")
        .x(Axis::linear("predicted").from(0))
        .y(Axis::linear("measured").from(0))
        .legend(Legend::Below)
        .diagonal("");
    let weights = |sizes: &Vec<usize>| config.blocks(sizes).parameters();
    let weights: Vec<usize> = config.partitions.iter().map(weights).collect();
    if weights.iter().all(|count| *count == weights[0]) {
        panel = panel.horizontal(weights[0], format!("{} weights of a ReLU net", weights[0]));
    }
    for (kind, label, style) in [
        ("relu", "synchronised ReLUs", Style::color(BLUE).marker(Marker::Circle)),
        ("product", "activations × gradients", Style::color(RED).marker(Marker::Square)),
    ] {
        let rows = table.filter("kind", kind)?;
        panel = panel.points(label, rows.floats("rank_theory")?, rows.floats("rank")?, style.size(3.5).open());
    }
    Ok(panel)
}

/// The weakest interaction that is told apart from none.
const WEAKEST: f64 = 1e-4;

/// Panel d: sizes of the interactions in one basis, relative to the largest.
fn interactions(panel: Panel, name: &str, entries: &Table, scale: ColorScale) -> Result<Panel> {
    let sizes: Vec<f64> = entries.floats("value")?.iter().map(|value| value.abs()).collect();
    let largest = reduce::max(&sizes);
    let shown: Vec<f64> = sizes.iter().map(|size| (size / largest).max(WEAKEST)).collect();
    let places =
        |column: &str| -> Result<Vec<usize>> { Ok((1..=reduce::max(&entries.floats(column)?) as usize).collect()) };
    let (from, to) = (places("from")?, places("to")?);
    let axis = |layer: usize, places: &[usize]| {
        let ticks: Vec<usize> = places.iter().copied().step_by(places.len().div_ceil(10)).collect();
        Axis::linear(format!("{name} of layer {layer}")).ticks(ticks)
    };
    Ok(panel.x(axis(1, &from)).y(axis(2, &to).inverted()).heat_map(&from, &to, &shown, scale))
}
