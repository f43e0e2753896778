//! The toy problem, accuracy over subspace dimension, its invariance, and small networks for comparison.

use common::prelude::*;
use common::statistics::mean;

use crate::intrinsic::{Curve, Dimension, SOLVED, of_network};
use crate::training::Network;
use crate::{Config, published};

/// Ratios of D to d that are drawn for reference.
const RATIOS: [f64; 2] = [100.0, 250.0];

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let groups = config.toy.groups;
    let caption = format!(
        "Training in a random d-dimensional subspace. (a) A toy problem with codimension {groups}: the smallest \
         residual follows 1 − d/{groups} and vanishes at d = {groups}; mean and 10–90 % band over {} seeds. (b) \
         Accuracy on MNIST over d; open circles are published values. (c) The dimension at which the accuracy reaches \
         {SOLVED} hardly changes with the number of parameters D. (d) Directly trained small networks with as many \
         parameters; mean and range over {} seeds.",
        config.toy_seeds, config.direct_seeds,
    );
    let main = Curve::of(config.main_network(), table)?;
    let direct = table.filter("kind", "direct")?;
    Ok(Figure::new("")
        .caption(caption)
        .row(1.0, [toy(config, &table.filter("kind", "toy")?)?, accuracy(config, &main, &direct)?])
        .row(1.0, [invariance(config, table)?, small_networks(config, &main, &direct)?]))
}

/// Relative residual and performance of the toy problem over d.
fn toy(config: &Config, runs: &Table) -> Result<Panel> {
    let groups = config.toy.groups;
    let summary = runs.summarize(
        &["d"],
        &[
            Summary::mean("rel_residual").named("mean"),
            Summary::quantile("rel_residual", 0.1).named("low"),
            Summary::quantile("rel_residual", 0.9).named("high"),
            Summary::mean("performance").named("performance"),
        ],
    )?;
    let d = summary.floats("d")?;
    let end = config.toy_d[config.toy_d.len() - 1] + 1;
    let corners = [0.0, groups as f64, end.max(groups) as f64];
    let law = corners.map(|d| config.toy.expected_residual(d));
    Ok(Panel::new("a", format!("toy problem, D = {}", config.toy.parameters))
        .x(Axis::linear("subspace dimension d").range(0, end))
        .y(Axis::linear("relative residual, performance").range(0.0, 1.05))
        .band(&d, summary.floats("low")?, summary.floats("high")?, BLUE)
        .line(format!("1 − d/{groups}"), corners, law, Style::color(DARK_GREY).width(0.9))
        .points("residual", &d, summary.floats("mean")?, Style::color(BLUE).size(3.6))
        .points("e^{−loss}", &d, summary.floats("performance")?, Style::color(ORANGE).marker(Marker::Square).size(3.6))
        .vertical(groups as f64, ""))
}

fn size(Network { width, depth }: Network) -> String {
    format!("{width}\u{a0}×\u{a0}{depth}")
}

/// The main curve's line and points, in panels b and d; after published points, which are larger.
fn subspace_runs(panel: Panel, label: impl Into<String>, main: &Curve) -> Panel {
    let label = label.into();
    let style = Style::color(BLUE).marker(Marker::Circle).size(3.2);
    panel
        .band(&main.dimensions, &main.low, &main.high, BLUE)
        .line(label.clone(), &main.dimensions, &main.mean, style)
        .points(label, &main.dimensions, &main.mean, style)
}

/// Test accuracy of the main network over d.
fn accuracy(config: &Config, main: &Curve, direct: &Table) -> Result<Panel> {
    let network = config.main_network();
    let hidden = format!("-{}", network.width).repeat(network.depth);
    let [fewest, most] = [main.dimensions[0], main.dimensions[main.dimensions.len() - 1]];
    let native = mean(&of_network(network, direct)?.floats("performance")?);
    let mut panel = Panel::new("b", format!("MNIST, 784{hidden}-10"))
        .x(Axis::log("subspace dimension d").range(0.8 * fewest, 2.0 * most))
        .y(Axis::linear("test accuracy").range(0.0, 1.05))
        .horizontal(native, "all parameters trained")
        .styled(Style::color(GREEN).width(1.2))
        .in_legend()
        .horizontal(SOLVED, format!("{SOLVED}"))
        .in_legend();
    if network == published::NETWORK {
        let (d, (low, high)): (Vec<f64>, (Vec<f64>, Vec<f64>)) =
            published::SUBSPACE.iter().map(|&(d, low, high)| (d as f64, (low, high))).unzip();
        let middle: Vec<f64> = low.iter().zip(&high).map(|(low, high)| 0.5 * (low + high)).collect();
        panel = panel.points("published", d, middle, Style::color(BLACK).open().size(7.0)).errors(low, high);
    }
    panel = subspace_runs(panel, "trained in a subspace", main);
    if let Dimension::At(d) = main.dimension() {
        let style = Style::color(GREY).dashed().width(0.9);
        panel = panel.segments("", ([d], [0.0]), ([d], [SOLVED]), style).annotate(
            d,
            0.62,
            format!("d_{{int90}} = {d:.0}"),
            Anchor::Left,
        );
    }
    Ok(panel)
}

/// d_int90 of all networks over their numbers of parameters.
fn invariance(config: &Config, table: &Table) -> Result<Panel> {
    let (mut at, mut bounds): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
    for network in config.networks() {
        let place = (network.parameters() as f64, size(network));
        match Curve::of(network, table)?.dimension() {
            Dimension::At(d) => at.push((place, d)),
            bound => bounds.push((place, bound.or_bound())),
        }
    }
    let all: Vec<(f64, f64)> = at.iter().chain(&bounds).map(|((x, _), y)| (*x, *y)).collect();
    let extreme = |values: &dyn Fn(&(f64, f64)) -> f64, pick: fn(f64, f64) -> f64, start: f64| {
        all.iter().map(values).fold(start, pick)
    };
    let fewest = 0.7 * extreme(&|(x, _)| *x, f64::min, f64::INFINITY);
    let most = 1.5 * extreme(&|(x, _)| *x, f64::max, 0.0);
    let low = extreme(&|(_, y)| 0.7 * y, f64::min, 300.0);
    let high = extreme(&|(_, y)| 1.4 * y, f64::max, 3000.0);
    let mut panel = Panel::new("c", "the dimension belongs to the problem")
        .x(Axis::log("parameters D").range(fewest, most).format(Format::Si))
        .y(Axis::log("d_{int90}").range(low, high));
    for (ratio, style) in
        RATIOS.into_iter().zip([Style::color(GREY).dashed().width(0.9), Style::color(GREY).dotted().width(1.2)])
    {
        let ends = [fewest, most];
        panel = panel.line(format!("D/{ratio}"), ends, ends.map(|x| x / ratio), style);
    }
    let color = Style::color(BLUE).size(5.0);
    for (points, label, style) in [(at, "", color), (bounds, "bound only", color.open())] {
        if points.is_empty() {
            continue;
        }
        let x: Vec<f64> = points.iter().map(|((x, _), _)| *x).collect();
        let y: Vec<f64> = points.iter().map(|(_, y)| *y).collect();
        let names = points.into_iter().map(|((_, name), _)| name);
        panel = panel.points(label, &x, &y, style).label_points(&x, &y, names);
    }
    Ok(panel)
}

/// Accuracy over the number of trained parameters: subspace of the main network, and small networks.
fn small_networks(config: &Config, main: &Curve, direct: &Table) -> Result<Panel> {
    let (mut parameters, mut middle, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for network in config.small_networks() {
        let accuracies = of_network(network, direct)?.floats("performance")?;
        parameters.push(network.parameters() as f64);
        middle.push(mean(&accuracies));
        low.push(reduce::min(&accuracies));
        high.push(reduce::max(&accuracies));
    }
    let (x, y): (Vec<f64>, Vec<f64>) = published::SMALL
        .iter()
        .map(|&(width, accuracy)| (Network { width, depth: 1 }.parameters() as f64, accuracy))
        .unzip();
    let panel = Panel::new("d", "the same number of trained parameters")
        .x(Axis::log("trained parameters"))
        .y(Axis::linear("test accuracy").range(0.0, 1.05))
        .points("published", x, y, Style::color(BLACK).marker(Marker::Square).open().size(7.0));
    let style = Style::color(ORANGE).marker(Marker::Square).size(4.0);
    Ok(subspace_runs(panel, format!("subspace of {}", size(config.main_network())), main)
        .points("small networks", &parameters, &middle, style)
        .errors(low, high)
        .label_points(&parameters, &middle, config.direct_hidden.iter().map(|h| format!("h\u{a0}=\u{a0}{h}"))))
}
