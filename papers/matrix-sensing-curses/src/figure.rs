//! Squared error against iteration: the curse of symmetry, the curse of initialization, one changed step.

use common::prelude::*;

use crate::Config;
use crate::claims::PUBLISHED;
use crate::theory::{FLOOR, NO_IMBALANCE, above_floor, inverse_square_law};

/// Colours of the scales of the asymmetric runs, largest first.
const SCALES: [Color; 6] = [GREEN, BLUE, PURPLE, OLIVE, WINE, SKY];

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let iterations = table.kind("iteration").derive("drawn", ["err"], |[err]| above_floor(err));
    let runs = |run: &str, alpha: f64| iterations.with("run", run).with("alpha", alpha);
    Figure::new().row([symmetry(config, runs), initialization(config, runs), changed_step(config, runs)]).height(1.25)
}

/// Geometric mean and range of the squared error over the seeds.
fn errors(runs: &Table) -> Curve {
    runs.curve("t", "drawn").geometric_mean().range()
}

/// Panel a: error against t on logarithmic axes.
fn symmetry(config: &Config, runs: impl Fn(&str, f64) -> Table) -> Panel {
    let (r, k, alpha, largest) = (config.problem.r, config.k, config.sym_alpha, config.alphas[0]);
    let last = config.descent.iterations;
    let ends = [config.descent.record_every.max(20).min(last / 2) as f64, last as f64];
    let law = ends.map(|t| inverse_square_law(k - r, config.descent.eta, t));
    let over = errors(&runs("sym_over", alpha));
    let symmetric = format!("XXᵀ, k = {k}");
    let published = Style::color(BLACK).marker(Marker::Diamond).size(4.0).open();
    let times = geomspace(ends[1] / 20.0, ends[1], 5);
    let exponent = PUBLISHED.number("symmetric-exponent").value;
    let guide: Vec<f64> = times.iter().map(|t| over.at(ends[1]) * pow(t / ends[1], exponent)).collect();
    Panel::new("XXᵀ is stuck at 1/t²")
        .x(Axis::log("iteration t").range(ends[0], ends[1]))
        .y(Axis::log("squared error ‖W_{t} − M*‖^{2}").range(1e-12, 10.0))
        .legend(Legend::Below)
        .shows(["asymmetry-beats-symmetry"])
        .series_shows(&symmetric, "sym-over-is-inverse-square")
        .series_shows(&symmetric, "sym-over-prefactor")
        .series_shows("(k − r)/(2ηt)^{2}", "sym-over-prefactor")
        .series_shows("published slope, −2", "matches-published")
        .curve(format!("XXᵀ, k = r = {r}"), errors(&runs("sym_exact", alpha)), GREY)
        .curve(symmetric, over, RED)
        .curve(format!("FGᵀ, k = {k}, α = {largest}"), errors(&runs("asym_over", largest)), SCALES[0])
        .line("(k − r)/(2ηt)^{2}", ends, law, Style::color(BLACK).dashed().width(0.8))
        .points("published slope, −2", times, guide, published)
}

/// Panels b and c: error against t, on a linear and a logarithmic axis.
fn semilogarithmic(config: &Config, title: &str) -> Panel {
    Panel::new(title)
        .x(Axis::linear("iteration t").range(0, config.descent.iterations))
        .y(Axis::log("squared error").range(1e-26, 10.0))
        .legend(Legend::Below)
}

/// Panel b: one asymmetric run for each initial scale, with the rate that theory gives it.
fn initialization(config: &Config, runs: impl Fn(&str, f64) -> Table) -> Panel {
    let last = config.descent.iterations as f64;
    let mut panel = semilogarithmic(config, "FGᵀ is slow from small α").shows([
        "asym-rate-matches-imbalance",
        "asym-rate-quadratic-in-alpha",
        "matches-published",
    ]);
    let mut theory: Vec<[f64; 2]> = Vec::new();
    for (&alpha, color) in config.alphas.iter().zip(SCALES.into_iter().cycle()) {
        let runs = runs("asym_over", alpha);
        let curve = errors(&runs);
        panel = panel.curve(format!("FGᵀ, k = {}, α = {alpha}", config.k), &curve, color);
        // Through the curve's point half-way, unless that is rounding already.
        let half = curve.keep(|t, _| 2.0 * t >= last);
        let final_runs = runs.with("t", config.descent.iterations);
        let is_imbalanced = final_runs.least("lambda_min") >= NO_IMBALANCE;
        if let (Some(&middle), Some(&at)) = (half.x.first(), half.middle.first())
            && at > 100.0 * FLOOR
            && is_imbalanced
        {
            let rate = 2.0 * config.descent.eta * final_runs.mean("lambda_min");
            theory.push([0.0, last].map(|t| at * exp(-rate * (t - middle))));
        }
    }
    for line in theory {
        let style = Style::color(DARK_GREY).dashed().width(0.8);
        panel = panel.line("slope −2ηλ_{min}", [0.0, last], line, style);
    }
    panel
}

/// Panel c: the smallest scale with and without the changed step, and the exact parameterisation.
fn changed_step(config: &Config, runs: impl Fn(&str, f64) -> Table) -> Panel {
    let (r, k, alpha) = (config.problem.r, config.k, config.smallest_alpha());
    let plain = SCALES[(config.alphas.len() - 1) % SCALES.len()];
    semilogarithmic(config, "one step cures it")
        .shows(["one-step-removes-alpha"])
        .curve(format!("FGᵀ, k = {k}, α = {alpha}"), errors(&runs("asym_over", alpha)), plain)
        .curve("with the changed step", errors(&runs("asym_over_switched", alpha)), ORANGE)
        .curve(format!("FGᵀ, k = r = {r}, α = {alpha}"), errors(&runs("asym_exact", alpha)), GREY)
        .vertical(config.switch_iter, "T_{s}")
        .styled(Style::color(DARK_GREY).dotted().width(0.9))
}
