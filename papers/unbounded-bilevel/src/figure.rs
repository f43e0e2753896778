//! Convergence, tolerance of the step size, and the rate of the theorem.

use common::prelude::*;
use common::statistics::{Spread, least_finite, log_log_fit};

use crate::Config;

/// Name in the table, label and colour of each method.
const METHODS: [(&str, &str, Color); 3] =
    [("borep", "BO-REP", BLUE), ("sgd", "SGD-bilevel", ORANGE), ("momentum", "momentum-bilevel", GREEN)];

/// Above the gradient norm from which on a run has diverged.
const OUTSIDE: f64 = 1e15;

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let runs = table.filter("panel", "conv")?.filter("horizon", config.iterations as i64)?;
    let scale = Scale::of(&runs)?;
    let finals = Finals::of(&runs, config.iterations)?;
    let rate = table.filter("panel", "rate")?;
    let caption = format!(
        "A bilevel problem whose upper curvature grows like cosh(κ x), κ = {}, in {} dimensions, with noisy derivatives \
         (σ = {}). (a) Exact hypergradient norm, running median over 2 % of the run (less near its ends), of BO-REP \
         and of the methods without normalisation at their best step; dotted one step further. {} (b) Mean of the last \
         tenth of {} iterations; crosses: at least one run has diverged. (c) Average over the whole run under the \
         theorem's steps, which promise T^(-1/4), that is ε^(-4) iterations for accuracy ε. Geometric mean (a, b), mean \
         (c), and range over {} noise seeds.",
        config.instance.kappa,
        config.instance.dim,
        config.sigma,
        finals.reach(),
        config.iterations,
        config.seeds,
    );
    Ok(Figure::new("")
        .caption(caption)
        .row(1.1, [convergence(config, &runs, &finals, &scale)?])
        .row(1.0, [tolerance(&finals, &scale), horizons(&rate)?]))
}

/// The box of the gradient norms in panels a and b.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// From below the smallest value to the power of ten above the start.
    fn of(runs: &Table) -> Result<Scale> {
        let starts = runs.filter("t", 0)?.floats("grad_norm")?;
        let smallest = runs.floats("grad_norm_median")?.into_iter().fold(1.0, f64::min);
        Ok(Scale {
            low: pow(10.0, log10(smallest.max(1e-12)).floor()),
            high: pow(10.0, log10(reduce::max(&starts).max(1.0)).floor() + 1.0),
        })
    }

    /// Where diverged runs are drawn: a row for each method, from the top.
    fn diverged(&self, row: usize) -> f64 {
        self.high * pow(self.low / self.high, 0.05 + 0.07 * row as f64)
    }

    fn axis(&self, label: &str) -> Axis {
        Axis::log(label).range(self.low, self.high)
    }
}

/// The final gradient norm of each method over its steps.
struct Finals {
    methods: Vec<Spread>,
}

impl Finals {
    fn of(runs: &Table, horizon: usize) -> Result<Finals> {
        let last = runs.filter("t", horizon as i64)?;
        let of_method = |(method, _, _): &(&str, &str, Color)| {
            Spread::geometric(&last.filter("method", *method)?, "final_grad", "eta")
        };
        Ok(Finals { methods: METHODS.iter().map(of_method).collect::<Result<_>>()? })
    }

    /// What (b) shows of the largest steps, for the caption.
    fn reach(&self) -> String {
        let largest = |spread: &Spread| reduce::max(&spread.filter(f64::is_finite).by);
        let (borep, plain) = (largest(&self.methods[0]), largest(&self.methods[1]).max(largest(&self.methods[2])));
        match borep.is_finite() && plain.is_finite() {
            true => format!(
                "Without normalisation no step of the grid above {} is finite on all seeds; BO-REP goes up to {}.",
                step(plain),
                step(borep)
            ),
            false => String::new(),
        }
    }
}

/// A step size as a label: 0.01, 3·10^{-5}.
fn step(eta: f64) -> String {
    if eta >= 1e-3 {
        return format!("{eta}");
    }
    let scientific = format!("{eta:e}");
    match scientific.split_once("e-") {
        Some(("1", exponent)) => format!("10^{{−{exponent}}}"),
        Some((digits, exponent)) => format!("{digits}·10^{{−{exponent}}}"),
        None => scientific,
    }
}

/// The curve of one method at one step, with its band.
fn curve(
    panel: Panel,
    runs: &Table,
    label: String,
    method: &str,
    eta: f64,
    style: Style,
    color: Color,
) -> Result<Panel> {
    let run = runs.filter("method", method)?.filter("eta", eta)?;
    let spread = Spread::geometric(&run, "grad_norm_median", "t")?;
    // A finite number far outside, so that the curve of a run that diverges is drawn until it leaves the box.
    let spread = spread.through_first_infinite().capped(OUTSIDE);
    // So that the start has a place on a logarithmic axis.
    let x: Vec<f64> = spread.by.iter().map(|t| t + 1.0).collect();
    Ok(panel.band(&x, &spread.low, &spread.high, color).line(label, &x, &spread.middle, style))
}

/// Gradient norm over iterations.
fn convergence(config: &Config, runs: &Table, finals: &Finals, scale: &Scale) -> Result<Panel> {
    let mut panel = Panel::new("a", "convergence")
        .x(Axis::log("iteration t + 1").range(1, config.iterations + 1))
        .y(scale.axis("hypergradient norm ‖∇Φ(x_{t})‖"))
        .legend(Legend::BottomLeft);
    for ((method, name, color), spread) in METHODS.into_iter().zip(&finals.methods) {
        let best = match method {
            "borep" => spread.by.iter().position(|&eta| eta == config.eta_shown),
            _ => least_finite(&spread.middle),
        };
        let Some(best) = best else { continue };
        let label = format!("{name}, η = {}", step(spread.by[best]));
        panel = curve(panel, runs, label, method, spread.by[best], Style::color(color), color)?;
        if method == "momentum" && best + 1 < spread.by.len() {
            let next = spread.by[best + 1];
            let fate = if spread.middle[best + 1].is_infinite() { ": diverges" } else { "" };
            let label = format!("{name}, η = {}{fate}", step(next));
            panel = curve(panel, runs, label, method, next, Style::color(color).dotted(), color)?;
        }
    }
    Ok(panel)
}

/// Final gradient norm over step sizes; what has diverged is below the upper border, a row for each method.
fn tolerance(finals: &Finals, scale: &Scale) -> Panel {
    let mut panel = Panel::new("b", "tolerance of the step size")
        .x(Axis::log("step size η"))
        .y(scale.axis("final hypergradient norm"));
    let mut rows = 0;
    for (k, ((_, name, color), spread)) in METHODS.into_iter().zip(&finals.methods).enumerate() {
        // The methods without normalisation nearly coincide: the last is drawn inside the symbols of the first.
        let style = match k {
            1 => Style::color(color).marker(Marker::series(k)).open().size(6.5).width(2.4),
            _ => Style::color(color).marker(Marker::series(k)),
        };
        let finite = spread.filter(f64::is_finite);
        if !finite.by.is_empty() {
            panel = panel
                .line(name, &finite.by, &finite.middle, style)
                .points(name, &finite.by, &finite.middle, style)
                .errors(&finite.low, &finite.high);
        }
        let lost = spread.filter(f64::is_infinite).capped(scale.diverged(rows));
        if let Some(last) = lost.by.last() {
            // Down to the least run, where one has not diverged.
            let least = lost.low.iter().zip(&lost.middle);
            let least = least.map(|(low, middle)| if low < middle { *low } else { f64::NAN });
            panel = panel
                .points("", &lost.by, &lost.middle, Style::color(color).marker(Marker::Cross).size(5.0))
                .errors(least, &lost.high);
            if rows == 0 {
                panel = panel.annotate(1.2 * last, scale.diverged(rows), "diverged", Anchor::Auto);
            }
            rows += 1;
        }
    }
    panel
}

/// Average gradient norm over horizons, with its fit and the slope of the theorem.
fn horizons(rate: &Table) -> Result<Panel> {
    let averages = Spread::arithmetic(rate, "avg_grad", "horizon")?;
    let ticks = averages.by.iter().map(|&horizon| (horizon, horizon.to_string()));
    let mut panel = Panel::new("c", "rate under the theorem's steps")
        .x(Axis::log("horizon T").tick_labels(ticks))
        .y(Axis::log("average hypergradient norm"));
    let finite = averages.filter(f64::is_finite);
    if finite.by.len() < averages.by.len() {
        panel = panel.note("no dot: diverged", Corner::BottomLeft);
    }
    if !finite.by.is_empty() {
        panel = panel.points("BO-REP", &finite.by, &finite.middle, BLUE).errors(&finite.low, &finite.high);
    }
    let fit = log_log_fit(&averages.by, &averages.middle);
    if fit.slope.is_finite() {
        let (first, fitted) = (averages.by[0], averages.by.iter().map(|&horizon| fit.power_law_at(horizon)));
        let label = format!("fit T^{{{:.3}}}", fit.slope).replace('-', "−");
        panel = panel.line(label, &averages.by, fitted.collect::<Vec<f64>>(), BLUE);
        let theory = averages.by.iter().map(|horizon| averages.middle[0] * pow(horizon / first, -0.25));
        let style = Style::color(DARK_GREY).dashed().width(0.9);
        panel = panel.line("theorem T^{−1/4}", &averages.by, theory.collect::<Vec<f64>>(), style);
    }
    Ok(panel)
}
