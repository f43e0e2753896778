//! The toy problem, accuracy over subspace dimension, its invariance, and small networks for comparison.

use common::prelude::*;
use common::statistics::{greatest, least};

use crate::Config;
use crate::intrinsic::{self, Dimension, SOLVED, runs};
use crate::network::Network;
use crate::published::{self, PUBLISHED};

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let main = intrinsic::accuracy(table, config.main_network());
    Figure::new()
        .row([toy(config, &table.kind("toy")), accuracy(config, table, &main)])
        .row([invariance(config, table), small_networks(config, table, &main)])
}

/// Relative residual and performance of the toy problem over d.
fn toy(config: &Config, toy: &Table) -> Panel {
    let groups = config.toy.groups as f64;
    let residual = toy.curve("d", "rel_residual").mean().between(0.1, 0.9);
    let performance = toy.curve("d", "performance").mean();
    let end = config.toy_d.last().map_or(groups, |&d| d as f64 + 1.0);
    let corners = [0.0, groups, end.max(groups)];
    let law = corners.map(|d| config.toy.expected_residual(d));
    let mut panel = Panel::new(format!("toy problem: solved from d = {groups} on"))
        .x(Axis::linear("subspace dimension d").range(0, end))
        .y(Axis::linear("relative residual, performance").range(-0.05, 1.05))
        .band(&residual.x, &residual.low, &residual.high, BLUE)
        .line(format!("1 − d/{groups}"), corners, law, Style::color(DARK_GREY).width(0.9));
    if (config.toy.parameters, config.toy.groups) == (1000, 10) {
        let published = published("toy").keep(|d, _| d >= 1.0 && d <= end);
        panel = panel.curve_points("e^{−loss}, published", published, of_published().marker(Marker::Square));
    }
    panel
        .points("residual", &residual.x, &residual.middle, Style::color(BLUE).size(3.6))
        .points("e^{−loss}", &performance.x, &performance.middle, Style::color(ORANGE).marker(Marker::Square).size(3.6))
        .vertical(groups, "")
        .shows(["toy-threshold"])
        .series_shows("residual", "toy-residual-law")
        .series_shows(format!("1 − d/{groups}"), "toy-residual-law")
}

fn size(Network { width, depth }: Network) -> String {
    format!("{width}\u{a0}×\u{a0}{depth}")
}

/// A published list.
fn published(name: &str) -> Curve {
    let entry = PUBLISHED.entry(name);
    Curve::new(entry.places(), entry.y.clone()).between(entry.low.clone(), entry.high.clone())
}

/// The style of published points.
fn of_published() -> Style {
    Style::color(BLACK).open().size(7.0)
}

/// The style of the main curve in panels b and d; smaller than published points, which are drawn before.
fn of_main() -> Style {
    Style::color(BLUE).marker(Marker::Circle).size(3.2)
}

/// Test accuracy of the main network over d.
fn accuracy(config: &Config, table: &Table, main: &Curve) -> Panel {
    let network = config.main_network();
    let hidden = format!("-{}", network.width).repeat(network.depth);
    let [fewest, most] = [config.main_d.first(), config.main_d.last()].map(|d| d.map_or(1.0, |&d| d as f64));
    let dimension = Dimension::measure(main);
    let title = match dimension {
        Dimension::At(d) => format!("784{hidden}-10: {d:.0} of {} suffice", network.parameters()),
        _ => format!("784{hidden}-10"),
    };
    let mut panel = Panel::new(title)
        .x(Axis::log("subspace dimension d").range(0.8 * fewest, 2.0 * most))
        .y(Axis::linear("test accuracy").to(1.02))
        .legend(Legend::BottomRight)
        .shows(["matches-published-curve", "dint-750", "far-below-native"])
        .horizontal(runs(table, "direct", network).mean("performance"), "all parameters trained")
        .styled(Style::color(GREEN).width(1.2))
        .horizontal(SOLVED, format!("{SOLVED}"));
    if network == published::NETWORK {
        // Of the close grid around the crossing every fourth point.
        let shown = published("subspace").keep(|d, _| d >= fewest && (d < 360.0 || d % 100.0 == 0.0 || d > 1000.0));
        panel = panel
            .curve("replication, dense P", published("replication-dense"), Style::color(GREY).dashed().width(1.0))
            .curve("replication, fastfood", published("replication-fastfood"), Style::color(GREY).dotted().width(1.3))
            .curve_points("published", shown, of_published());
    }
    panel = panel.curve_with_band("trained in a subspace", main, of_main());
    if let Dimension::At(d) = dimension {
        panel = panel.points("d_{int90}", [d], [SOLVED], Style::color(RED).marker(Marker::Star).size(7.0));
    }
    panel
}

/// The intrinsic dimension of all networks over their numbers of parameters.
fn invariance(config: &Config, table: &Table) -> Panel {
    let networks = config.networks();
    let parameters: Vec<f64> = networks.iter().map(|network| network.parameters() as f64).collect();
    let dimensions: Vec<Dimension> =
        networks.iter().map(|&network| Dimension::measure(&intrinsic::accuracy(table, network))).collect();
    let published = published("networks");
    let all = || parameters.iter().chain(&published.x);
    let ends = [0.5 * least(all()), 1.5 * greatest(all())];
    let shown: Vec<f64> = dimensions.iter().map(|dimension| dimension.or_bound()).collect();
    let mut panel = Panel::new("about as many for other networks")
        .x(Axis::log("parameters D").range(ends[0], ends[1]).format(Format::Si))
        .y(Axis::log("d_{int90}").range((0.7 * least(&shown)).min(300.0), (1.4 * greatest(&shown)).max(3000.0)))
        .shows(["width-invariance", "far-below-native"]);
    let grey = Style::color(GREY);
    for (ratio, style) in [(100.0, grey.dashed().width(0.9)), (250.0, grey.dotted().width(1.2))] {
        panel = panel.line(format!("D/{ratio}"), ends, ends.map(|parameters| parameters / ratio), style);
    }
    panel = panel.curve_points("published", published, of_published().size(4.5).width(0.8));
    let color = Style::color(BLUE).size(5.5);
    for (is_bound, label, style) in [(false, "", color), (true, "bound only", color.open())] {
        let chosen = |k: &usize| matches!(dimensions[*k], Dimension::At(_)) != is_bound;
        let chosen: Vec<usize> = (0..networks.len()).filter(chosen).collect();
        if chosen.is_empty() {
            continue;
        }
        let (x, y) = (chosen.iter().map(|&k| parameters[k]), chosen.iter().map(|&k| shown[k]));
        let names = chosen.iter().map(|&k| size(networks[k]));
        panel = panel.points(label, x.clone(), y.clone(), style).label_points(x, y, names);
    }
    panel
}

/// Accuracy over the number of trained parameters: subspace of the main network, and small networks.
fn small_networks(config: &Config, table: &Table, main: &Curve) -> Panel {
    let parameters = |width: usize| Network::new(width, 1).parameters() as f64;
    let runs = table.kind("direct").with("depth", 1).with_any("width", &config.direct_hidden);
    let small = runs.curve("width", "performance").mean().range();
    let names = small.x.iter().map(|h| format!("h\u{a0}=\u{a0}{h}"));
    let small = small.map_x(|width| parameters(width as usize));
    Panel::new("small networks need more parameters")
        .x(Axis::log("trained parameters"))
        .y(Axis::linear("test accuracy").range(0.0, 1.05))
        .shows(["beats-small-direct"])
        .curve_points("published", published("small-direct"), of_published().marker(Marker::Square))
        .curve_with_band(format!("subspace of {}", size(config.main_network())), main, of_main())
        .curve_points("small networks", &small, Style::color(ORANGE).marker(Marker::Square).size(4.0))
        .label_points(&small.x, &small.middle, names)
}
