//! Squared error against iteration: the curse of symmetry, the curse of initialization, one changed step.

use common::prelude::*;

use crate::Config;
use crate::claims::FLOOR;

/// Colours of the scales of the asymmetric runs, largest first.
const SCALES: [Color; 6] = [GREEN, BLUE, PURPLE, OLIVE, WINE, SKY];

/// Without imbalance left in F the theory of the asymmetric rate says nothing.
const NO_IMBALANCE: f64 = 1e-6;

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let problem = &config.problem;
    let caption = format!(
        "Squared recovery error of gradient descent in matrix sensing (n = {}, rank r = {}, k = {} columns, \
         m = {} measurements, η = {}). (a) Over-parameterised symmetric descent is stuck at 1/t². (b) Asymmetric \
         descent is geometric with an exponent that grows with the square of its initial scale α; dashed: \
         exp(−2ηλ_min t); a curve bends where the first of its seeds reaches rounding. (c) One re-balancing step, at the dotted line, removes the dependence on α. Geometric \
         mean and range over {} seeds.",
        problem.n, problem.r, config.k, problem.m, config.eta, config.seeds,
    );
    Ok(Figure::new("")
        .caption(caption)
        .row(1.25, [symmetry(config, table)?, initialization(config, table)?, changed_step(config, table)?]))
}

/// The curve of one run: geometric mean, lowest and highest squared error over the seeds.
struct Curve {
    t: Vec<f64>,
    middle: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    /// Mean over the seeds of the smallest eigenvalue left in F.
    lambda_min: f64,
}

impl Curve {
    fn of(table: &Table, run: &str, alpha: f64) -> Result<Curve> {
        let rows = table.filter("run", run)?.filter("alpha", alpha)?;
        let logs: Vec<f64> = rows.floats("err")?.iter().map(|err| ln(err.max(FLOOR))).collect();
        let summary = rows.with_column("log_err", logs)?.summarize(
            &["t"],
            &[
                Summary::mean("log_err").named("middle"),
                Summary::min("log_err").named("low"),
                Summary::max("log_err").named("high"),
                Summary::mean("lambda_min").named("lambda_min"),
            ],
        )?;
        let errors = |column| Ok(summary.floats(column)?.into_iter().map(exp).collect::<Vec<f64>>());
        let (middle, low, high): (Result<_>, Result<_>, Result<_>) = (errors("middle"), errors("low"), errors("high"));
        Ok(Curve {
            t: summary.floats("t")?,
            middle: middle?,
            low: low?,
            high: high?,
            lambda_min: summary.floats("lambda_min")?.last().copied().unwrap_or(f64::NAN),
        })
    }

    fn draw(&self, panel: Panel, label: impl Into<String>, color: Color) -> Panel {
        panel.band(&self.t, &self.low, &self.high, color).line(label, &self.t, &self.middle, Style::color(color))
    }
}

/// Panel a: error against t on logarithmic axes.
fn symmetry(config: &Config, table: &Table) -> Result<Panel> {
    let (r, k, alpha, last) = (config.problem.r, config.k, config.sym_alpha, config.iterations as f64);
    let first = config.record_every.max(20) as f64;
    let largest = config.alphas[0];
    let mut panel = Panel::new("a", "curse of symmetry")
        .x(Axis::log("iteration t").range(first, last))
        .y(Axis::log("squared error ‖W_{t} − M*‖^{2}").range(1e-12, 10.0))
        .legend(Legend::Below);
    for (run, alpha, label, color) in [
        ("sym_exact", alpha, format!("XXᵀ, k = r = {r}"), GREY),
        ("sym_over", alpha, format!("XXᵀ, k = {k}"), RED),
        ("asym_over", largest, format!("FGᵀ, k = {k}, α = {largest}"), SCALES[0]),
    ] {
        panel = Curve::of(table, run, alpha)?.draw(panel, label, color);
    }
    let law = [first, last].map(|t| config.inverse_square_law(t));
    Ok(panel.line("(k − r)/(2ηt)^{2}", [first, last], law, Style::color(BLACK).dashed().width(0.8)))
}

/// Panels b and c: error against t, on a linear and a logarithmic axis.
fn semilogarithmic(config: &Config, letter: &str, title: &str) -> Panel {
    Panel::new(letter, title)
        .x(Axis::linear("iteration t").range(0, config.iterations))
        .y(Axis::log("squared error").range(1e-26, 10.0))
        .legend(Legend::Below)
}

/// Panel b: one asymmetric run for each initial scale, with the rate that theory gives it.
fn initialization(config: &Config, table: &Table) -> Result<Panel> {
    let mut panel = semilogarithmic(config, "b", "curse of initialization");
    let ends = [0.0, config.iterations as f64];
    let mut theory: Vec<[f64; 2]> = Vec::new();
    for (index, &alpha) in config.alphas.iter().enumerate() {
        let color = SCALES[index % SCALES.len()];
        let curve = Curve::of(table, "asym_over", alpha)?;
        panel = curve.draw(panel, format!("FGᵀ, k = {}, α = {alpha}", config.k), color);
        // Through the curve's point half-way, unless that is rounding already.
        let half = curve.t.iter().position(|t| 2.0 * t >= config.iterations as f64).unwrap_or(0);
        let (middle, at) = (curve.t[half], curve.middle[half]);
        if curve.lambda_min >= NO_IMBALANCE && at > 100.0 * FLOOR {
            let rate = 2.0 * config.eta * curve.lambda_min;
            theory.push(ends.map(|t| at * exp(-rate * (t - middle))));
        }
    }
    for line in theory {
        let style = Style::color(DARK_GREY).dashed().width(0.8);
        panel = panel.line("slope −2ηλ_{min}", ends, line, style);
    }
    Ok(panel)
}

/// Panel c: the smallest scale with and without the changed step, and the exact parameterisation.
fn changed_step(config: &Config, table: &Table) -> Result<Panel> {
    let (r, k, alpha) = (config.problem.r, config.k, config.smallest_alpha());
    let mut panel = semilogarithmic(config, "c", "one changed step");
    let plain = SCALES[(config.alphas.len() - 1) % SCALES.len()];
    for (run, label, color) in [
        ("asym_over", format!("FGᵀ, k = {k}, α = {alpha}"), plain),
        ("asym_over_switched", "with the changed step".to_string(), ORANGE),
        ("asym_exact", format!("FGᵀ, k = r = {r}, α = {alpha}"), GREY),
    ] {
        panel = Curve::of(table, run, alpha)?.draw(panel, label, color);
    }
    Ok(panel.vertical(config.switch_iter, "T_{s}").styled(Style::color(DARK_GREY).dotted().width(0.9)))
}
