//! Convergence, tolerance of the step size, and the rate of the theorem.

use common::prelude::*;
use common::statistics::log_log_fit;

use crate::Config;
use crate::claims::PUBLISHED;

/// Name in the table, label and colour of each method.
const METHODS: [(&str, &str, Color); 3] =
    [("borep", "BO-REP", BLUE), ("sgd", "SGD-bilevel", ORANGE), ("momentum", "momentum-bilevel", GREEN)];

/// A finite number far above the box of the panels, at which a curve that diverges leaves it.
const OUTSIDE: f64 = 1e15;

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let runs = table.with("panel", "conv").with("horizon", config.iterations);
    let last = runs.with("t", config.iterations);
    let finals = METHODS.map(|(method, ..)| last.with("method", method).curve("eta", "final_grad").median().range());
    let norms = Norms::of(&runs);
    Figure::new()
        .row([convergence(config, &runs, &finals, &norms)])
        .height(1.1)
        .row([tolerance(&finals, &norms), rate(config, &table.with("panel", "rate"))])
}

/// The range of the gradient norms in panels a and b.
struct Norms {
    low: f64,
    high: f64,
}

impl Norms {
    /// From below the smallest value to the power of ten above the start.
    fn of(runs: &Table) -> Norms {
        let smallest = runs.least("grad_norm_median").min(1.0);
        let start = runs.with("t", 0).greatest("grad_norm").max(1.0);
        Norms { low: pow(10.0, log10(smallest.max(1e-12)).floor()), high: pow(10.0, log10(start).floor() + 1.0) }
    }

    /// Where diverged runs are drawn: a row for each method, from the top.
    fn diverged(&self, row: usize) -> f64 {
        self.high * pow(self.low / self.high, 0.05 + 0.07 * row as f64)
    }

    fn axis(&self, label: &str) -> Axis {
        Axis::log(label).range(self.low, self.high)
    }
}

/// A step size as a label: 0.01, 3·10^{−5}.
fn step(eta: f64) -> String {
    if (1e-3..1e6).contains(&eta) {
        return format!("{eta}");
    }
    let scientific = format!("{eta:e}").replace('-', "−");
    match scientific.split_once('e') {
        Some(("1", exponent)) => format!("10^{{{exponent}}}"),
        Some((digits, exponent)) => format!("{digits}·10^{{{exponent}}}"),
        None => scientific,
    }
}

/// Gradient norm over iterations, median over the seeds: each method at one step, the last one at the next step as well.
fn convergence(config: &Config, runs: &Table, finals: &[Curve; 3], norms: &Norms) -> Panel {
    let last = runs.with("t", config.iterations);
    let curve = |method, eta| {
        let run = runs.with("method", method).with("eta", eta);
        let norms = run.curve("t", "grad_norm_median").median().range();
        // The range of runs some of which diverge would fill the panel.
        let norms = if norms.high.contains(&f64::INFINITY) { Curve::new(norms.x, norms.middle) } else { norms };
        // So that the start has a place on a logarithmic axis.
        norms.through_first_infinite().capped(OUTSIDE).map_x(|t| t + 1.0)
    };
    let fate = |method, eta| {
        let ends = last.with("method", method).with("eta", eta).column("final_grad");
        match (ends.iter().filter(|norm| norm.is_infinite()).count(), ends.len()) {
            (0, _) => String::new(),
            (lost, all) if lost == all => ": diverges".to_string(),
            (lost, all) => format!(": {lost} of {all} runs diverge"),
        }
    };
    let mut panel = Panel::new("normalised steps are slow first, lowest at the end")
        .x(Axis::log("iteration t + 1").range(1, config.iterations + 1))
        .y(norms.axis("hypergradient norm ‖∇Φ(x_{t})‖"))
        .legend(Legend::BottomLeft)
        .shows(["borep-beats-tuned-plain", "gap-persists", "plain-diverges"]);
    for ((method, name, color), finals) in METHODS.into_iter().zip(finals) {
        let finite = finals.keep(|_, norm| norm.is_finite());
        let best = match method {
            "borep" => Some(config.eta_shown),
            _ => argsort(&finite.middle).first().map(|&best| finite.x[best]),
        };
        let Some(best) = best else { continue };
        let next = finals.x.iter().copied().find(|&eta| eta > best).filter(|_| method == "momentum");
        let shown =
            [(best, Style::color(color))].into_iter().chain(next.map(|next| (next, Style::color(color).dotted())));
        for (eta, style) in shown {
            let label = format!("{name}, η = {}{}", step(eta), fate(method, eta));
            panel = panel.curve(label, curve(method, eta), style);
        }
    }
    panel
}

/// Final gradient norm over step sizes; what has diverged is below the upper border, a row for each method.
fn tolerance(finals: &[Curve; 3], norms: &Norms) -> Panel {
    let mut panel = Panel::new("BO-REP takes far larger steps")
        .x(Axis::log("step size η"))
        .y(norms.axis("final hypergradient norm"));
    let mut rows = 0;
    for (k, ((_, name, color), finals)) in METHODS.into_iter().zip(finals).enumerate() {
        let style = Style::color(color).marker(Marker::series(k));
        // The methods without normalisation nearly coincide: the last is drawn inside the symbols of the first.
        let style = if k == 1 { style.open().size(6.5).width(2.4) } else { style };
        let finite = finals.keep(|_, norm| norm.is_finite()).capped(norms.diverged(rows));
        panel = panel.curve(name, finite, style);
        let mut lost = finals.keep(|_, norm| norm.is_infinite()).capped(norms.diverged(rows));
        // Whiskers down to the least run, where one has not diverged.
        for (low, top) in lost.low.iter_mut().zip(&lost.middle) {
            *low = if *low < *top { *low } else { f64::NAN };
        }
        if let Some(last) = lost.x.last() {
            if rows == 0 {
                panel = panel.annotate(1.2 * last, norms.diverged(rows), "diverged", Anchor::Auto);
            }
            panel = panel.curve_points("", &lost, Style::color(color).marker(Marker::Cross).size(5.0));
            rows += 1;
        }
    }
    panel
        .shows(["borep-beats-tuned-plain", "gap-persists"])
        .series_shows("SGD-bilevel", "plain-diverges")
        .series_shows("momentum-bilevel", "plain-diverges")
        .series_shows("BO-REP", "borep-never-diverges")
}

/// Average gradient norm over horizons, with its fit, and the slope of the theorem where its assumptions hold.
fn rate(config: &Config, runs: &Table) -> Panel {
    let averages = runs.curve("horizon", "avg_grad").mean().range();
    let finite = averages.keep(|_, norm| norm.is_finite());
    let ticks = averages.x.iter().map(|&horizon| (horizon, horizon.to_string()));
    let mut panel = Panel::new("average norm falls like the theorem's T^{−1/4}")
        .x(Axis::log("horizon T").tick_labels(ticks))
        .y(Axis::log("average hypergradient norm"))
        .shows(["rate-quarter", "matches-published"])
        .curve_points("BO-REP", &finite, BLUE);
    if finite.len() < averages.len() {
        panel = panel.note("no dot: diverged", Corner::BottomLeft);
    }
    let fit = log_log_fit(&averages.x, &averages.middle);
    if fit.slope.is_finite() {
        let fitted: Vec<f64> = averages.x.iter().map(|&horizon| fit.power_law_at(horizon)).collect();
        panel = panel.line(format!("fit T^{{{:.3}}}", fit.slope).replace('-', "−"), &averages.x, fitted, BLUE);
    }
    if let Some((first, start)) = averages.x.first().zip(averages.middle.first()).filter(|_| config.lower.converges()) {
        let exponent = PUBLISHED.number("rate").value;
        let theory: Vec<f64> = averages.x.iter().map(|horizon| start * pow(horizon / first, exponent)).collect();
        let style = Style::color(DARK_GREY).dashed().width(0.9);
        panel = panel.line("published T^{−1/4}", &averages.x, theory, style);
    }
    panel
}
