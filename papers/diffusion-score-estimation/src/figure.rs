//! Error against training time, network against kernel, error against sample size, and what is learned.

use common::prelude::*;
use common::statistics::log_log_fit;

use crate::Config;

/// The least error over the recorded steps of kernel regression, against the sample size.
pub fn best(table: &Table) -> Curve {
    let runs = table.kind("kernel").summary(["n", "seed"], [Summary::min("error").named("error")]);
    runs.curve("n", "error").mean().range()
}

/// The error where the step was chosen on held-out points, against the sample size.
pub fn held_out(table: &Table) -> Curve {
    table.kind("kernel").with("holdout_choice", true).curve("n", "error").mean().range()
}

/// The error of the interpolant against the sample size.
pub fn interpolated(table: &Table) -> Curve {
    table.kind("interpolant").curve("n", "error").mean().range()
}

/// The distance of networks from the kernel after so many steps, against the width.
pub fn coupling(table: &Table, tau: usize) -> Summarised {
    table.kind("net").with("tau", tau).curve("width", "coupling").mean()
}

/// The runs of networks and kernels that have their training points in common: what lies between them is due to the
/// networks.
pub fn paired(config: &Config, table: &Table) -> Table {
    let seeds = config.networks.seeds.min(config.kernels.seeds) as f64;
    table.with("n", config.networks.n).keep("seed", |seed| seed < seeds)
}

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    Figure::new()
        .row([training_time(config, table), width(config, table)])
        .row([sample_size(table), line(config, &table.kind("slice"))])
}

/// Panel a: error against training time at the sample size of the networks.
fn training_time(config: &Config, table: &Table) -> Panel {
    let (n, widths) = (config.networks.n, &config.networks.widths);
    let runs = paired(config, table);
    let kernel = runs.kind("kernel");
    let mean = |rows: &Table, column| rows.curve("tau", column).mean().alone();
    let error = mean(&kernel, "error");
    let nets = widths.iter().enumerate().map(|(place, &width)| {
        let style = Style::color(Color::ramp(place, widths.len())).width(1.0);
        (format!("m = {width}"), mean(&runs.kind("net").with("width", width), "error"), style)
    });
    let panel = Panel::new(format!("error over training time, n = {n}"))
        .x(Axis::log("gradient steps τ"))
        // Room for a label below the least error.
        .y(Axis::log("mean squared error").from(0.6 * reduce::min(&error.middle)))
        .shows(["u-shape", "same-minimum"])
        .curve("kernel", &error, Style::color(BLACK).width(2.6))
        .curves(nets)
        .curve("training loss", mean(&kernel, "train_loss"), Style::color(BLACK).dashed().width(0.9))
        .horizontal(kernel.mean("noise_floor"), "label noise")
        .styled(Style::color(GREY).dotted())
        .horizontal(runs.kind("interpolant").mean("error"), "interpolant, τ = ∞")
        .styled(Style::color(RED).dash_dotted());
    if error.is_empty() {
        return panel;
    }
    let least = reduce::argmin(&error.middle);
    let (tau, error) = (error.x[least], error.middle[least]);
    panel.points("", [tau], [error], Style::color(RED).marker(Marker::Diamond).size(6.0)).annotate(
        tau,
        error,
        format!("best: τ = {tau}"),
        Anchor::BelowLeft,
    )
}

/// Panel b: distance of network and kernel against the width.
fn width(config: &Config, table: &Table) -> Panel {
    let widths: Vec<f64> = config.networks.widths.iter().map(|&width| width as f64).collect();
    let early = coupling(table, 10);
    let guide: Vec<f64> =
        widths.iter().map(|m| 0.6 * early.middle.first().unwrap_or(&f64::NAN) * (widths[0] / m).sqrt()).collect();
    let nets = table.kind("net");
    let last = nets.greatest("tau");
    let weights = format!("weights, τ = {last}");
    let marked = |color, marker| Style::color(color).marker(marker);
    Panel::new(format!("distance of networks from the kernel, n = {}", config.networks.n))
        .x(Axis::log("width m"))
        .y(Axis::log("distance"))
        .series_shows("predictions, τ = 10", "coupling-law")
        .series_shows("predictions, τ = 100", "coupling-law")
        .series_shows(&weights, "lazy-weights")
        .line("∝ m^{−1/2}", widths, guide, Style::color(GREY).dashed())
        .curve("predictions, τ = 10", early.range(), marked(BLUE, Marker::Circle))
        .curve("predictions, τ = 100", coupling(table, 100).range(), marked(RED, Marker::Square))
        .curve(
            weights,
            nets.with("tau", last).curve("width", "movement").mean().range(),
            marked(GREEN, Marker::Triangle),
        )
}

/// Panel c: error against the sample size.
fn sample_size(table: &Table) -> Panel {
    let best = best(table);
    let slope = log_log_fit(&best.x, &best.middle).slope;
    let stopped = format!("stopped at the best step: slope {slope:.2}").replace('-', "−");
    let marked = |color, marker| Style::color(color).marker(marker);
    Panel::new("error over sample size, kernel")
        .x(Axis::log("training points n"))
        .y(Axis::log("squared error to f*"))
        .shows(["u-shape"])
        .series_shows("trained to interpolation", "overfit-does-not-improve")
        .series_shows(&stopped, "sample-rate")
        .curve("trained to interpolation", interpolated(table), marked(RED, Marker::Square))
        .curve("stopped on held-out points", held_out(table), marked(ORANGE, Marker::Triangle))
        .curve(stopped, best, marked(BLUE, Marker::Circle))
}

/// Panel d: the conditional mean along a line.
fn line(config: &Config, slice: &Table) -> Panel {
    let curve = |column| slice.curve("u", column).mean().alone();
    let width = config.networks.widths.last().copied().unwrap_or_default();
    let best = slice.mean("tau");
    Panel::new(format!("conditional mean at t = {}, n = {}", config.slice.t, config.slice.n))
        .x(Axis::linear(format!("u, with x = (u, {})", config.slice.height)))
        .y(Axis::linear("first coordinate of f"))
        .shows(["u-shape"])
        .curve("kernel, τ = ∞", curve("interpolant"), Style::color(RED).width(0.9))
        .curve("truth f*", curve("truth"), Style::color(BLACK).width(2.6))
        .curve(format!("kernel, τ = {best}"), curve("early"), BLUE)
        .curve(format!("m = {width}, τ = {best}"), curve("net"), Style::color(ORANGE).dashed())
}
