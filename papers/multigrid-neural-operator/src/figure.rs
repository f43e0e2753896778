//! Errors of the networks over epochs and over parameters, and the contraction of classical cycles.

use common::prelude::*;

use crate::claims::PUBLISHED;
use crate::{Config, mgno};

/// Colours of MgNO with all its grids and with fewer; with one grid it has the last.
const FEWER_GRIDS: [Color; 5] = [RED, ORANGE, YELLOW, OLIVE, WINE];

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let training = table.with("panel", "train");
    let cycles = table.with("panel", "cycle");
    Figure::new()
        .row([errors(config, &training), efficiency(config, &training.with("epoch", config.epochs))])
        .height(1.35)
        .row([sizes(config, &cycles), grids(config, &cycles)])
}

/// Label and colour of an architecture.
fn look(config: &Config, arch: &str) -> (String, Color) {
    let grids = arch.strip_prefix("mgno").and_then(|levels| levels.parse::<usize>().ok());
    match grids {
        Some(1) => ("MgNO, one grid".to_string(), BLUE),
        Some(levels) => (format!("MgNO, {levels} grids"), FEWER_GRIDS[(config.levels - levels) % FEWER_GRIDS.len()]),
        None if arch == "fno" => ("FNO".to_string(), GREEN),
        None => (format!("one grid, ν = {}", config.cnn_smoothing), PURPLE),
    }
}

/// Panel a: errors over the epochs.
fn errors(config: &Config, rows: &Table) -> Panel {
    let panel = Panel::new("coarse grids help to learn Darcy flow")
        .x(Axis::linear("epoch").range(1.0_f64.min(config.epochs as f64 - 1.0), config.epochs))
        .y(Axis::log("relative L_{2} error").format(Format::Percent))
        .legend(Legend::Best)
        .shows(["coarse-grids-matter", "beats-deeper-cnn", "levels-monotone", "small-gap", "accurate"]);
    let error = |arch: &str, column| rows.with("arch", arch).curve("epoch", column).mean();
    let panel = config.architectures().iter().fold(panel, |panel, (arch, _)| {
        let (label, color) = look(config, arch);
        panel.curve(label, error(arch, "test_err").range(), color)
    });
    let panel = [mgno(config.levels), "fno".to_string()].iter().fold(panel, |panel, arch| {
        let (_, color) = look(config, arch);
        panel.curve("", error(arch, "train_err").alone(), Style::color(color).dotted().width(0.9))
    });
    ["rough", "multiscale"].iter().fold(panel, |panel, name| {
        let style = Style::color(GREY).dashed().width(0.8);
        panel.horizontal(PUBLISHED.number(name).value, format!("published, {name}")).styled(style)
    })
}

/// Panel b: errors in the end over the numbers of parameters.
fn efficiency(config: &Config, rows: &Table) -> Panel {
    let panel = Panel::new("… with few parameters and multiply-adds")
        // Room for the labels.
        .x(Axis::log("parameters").range(0.7 * rows.least("params"), 5.0 * rows.greatest("params")))
        .y(Axis::log("relative L_{2} test error").format(Format::Percent))
        .legend(Legend::None)
        .shows(["coarse-grids-matter", "beats-deeper-cnn", "levels-monotone", "accurate"]);
    config.architectures().iter().fold(panel, |panel, (arch, network)| {
        let (label, color) = look(config, arch);
        let label = format!("{label}\n{}", multiply_adds(network.multiply_adds(config.n)));
        // The best ones are close to each other.
        let side = if *arch == mgno(config.levels) { Anchor::Left } else { Anchor::Right };
        let rows = rows.with("arch", arch);
        let errors = rows.curve("params", "test_err").mean().range();
        panel.curve_points("", errors, Style::color(color).marker(Marker::Circle).size(5.0)).annotate(
            rows.mean("params"),
            rows.mean("test_err"),
            label,
            side,
        )
    })
}

/// A number of multiply-adds in thousands or millions.
fn multiply_adds(count: f64) -> String {
    if count < 1e6 { format!("{:.0} thousand", count / 1e3) } else { format!("{:.1} million", count / 1e6) }
}

fn rate_axis() -> Axis {
    Axis::linear("error after / before a cycle").range(0.0, 1.05)
}

/// Panel c: contraction over the size of the grid.
fn sizes(config: &Config, rows: &Table) -> Panel {
    let one = rows.with("levels", 1);
    let most = |n: usize| common::multigrid::grids(n).unwrap_or(1);
    let all: Vec<f64> = config.sizes.iter().map(|&n| rows.with("n", n).with("levels", most(n)).value("rate")).collect();
    let ticks = config.sizes.iter().map(|&n| (n as f64, n.to_string()));
    Panel::new("V-cycles do not slow down on finer grids")
        .x(Axis::log("points along each side, n").tick_labels(ticks))
        .y(rate_axis())
        .shows(["mesh-independent"])
        .line("one grid, theory", one.column("n"), one.column("rate_theory"), Style::color(BLACK).width(0.9))
        .points("one grid", one.column("n"), one.column("rate"), Style::color(BLUE).marker(Marker::Circle).size(4.0))
        .line("all grids", &config.sizes, &all, Style::color(RED).marker(Marker::Circle).size(4.0))
}

/// Panel d: contraction over the number of grids.
fn grids(config: &Config, rows: &Table) -> Panel {
    let n = config.sizes.iter().copied().max().unwrap_or(0);
    let rows = rows.with("n", n);
    Panel::new(format!("… if they reach coarse ones, n = {n}"))
        .x(Axis::linear("grids of the cycle").ticks(rows.column("levels")))
        .y(rate_axis())
        .shows(["levels-rescue"])
        .line("", rows.column("levels"), rows.column("rate"), Style::color(RED).marker(Marker::Circle).size(4.0))
}
