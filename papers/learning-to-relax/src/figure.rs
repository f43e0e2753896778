//! The figure: iterations against omega for one system, and learning curves for two kinds of shifts.

use common::prelude::*;

use crate::learners::fixed_name;
use crate::{Config, theory};

/// What the figure shows, for the gallery.
const CAPTION: &str = "Learning the SOR relaxation parameter from iteration counts alone. Faster = further left. \
                       The bandit comes close to the best fixed omega; the contextual bandit, told the diagonal \
                       shift, beats every fixed omega and approaches the instance-optimal choice.";

/// The methods in the order of the legend: name in the table, label, colour.
const LEARNERS: [(&str, &str, Color); 4] = [
    ("tsallis_inf", "Tsallis-INF", BLACK),
    ("tsallis_inf_cb", "Tsallis-INF-CB", BLUE),
    ("cheb_cb", "ChebCB", PURPLE),
    ("instance_opt", "Instance-Optimal", ORANGE),
];

/// Draws all three panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let runs = table.filter("kind", "run")?;
    let panels = [
        one_system(config, &table.filter("kind", "bound")?)?,
        learning_curves(config, &runs.filter("dist", "low")?, "b", "Low-variance shifts")?,
        learning_curves(config, &runs.filter("dist", "high")?, "c", "High-variance shifts")?,
    ];
    Ok(Figure::new("").caption(CAPTION).row(1.15, panels))
}

/// Panel a: measured, estimated and bounded iterations at c = 0.
fn one_system(config: &Config, bounds: &Table) -> Result<Panel> {
    let omega = bounds.floats("omega")?;
    let optimum = theory::optimal_omega(theory::jacobi_radius(config.problem.grid_side, 0.0));
    let (iterations, bound) = (bounds.floats("iters")?, bounds.floats("bound_iters")?);
    // The usual range, wider only where other settings need it.
    let (low, high) = (reduce::min(&iterations).min(20.0), reduce::max(&bound).max(1000.0));
    let measured = Style::color(BLUE).marker(Marker::Circle).size(3.0);
    Ok(Panel::new("a", "One system, c = 0")
        .x(Axis::linear("relaxation parameter ω"))
        .y(Axis::log("iterations").range(low, high))
        .line("bound U(ω)", &omega, &bound, RED)
        .line("log ε / log ρ", &omega, bounds.floats("asym_iters")?, GREEN)
        .line("measured", &omega, &iterations, measured)
        .vertical(optimum, format!("ω* = {optimum:.4}")))
}

/// The mean over trials of the iterations (in thousands) that a method has spent, against the systems
/// that remain; both start before the first system.
struct Curve {
    spent: Vec<f64>,
    remaining: Vec<f64>,
}

impl Curve {
    fn of(config: &Config, runs: &Table, method: &str) -> Result<Curve> {
        let means =
            runs.filter("method", method)?.summarize(&["instance"], &[Summary::mean("total_iters").named("spent")])?;
        let length = config.instances as f64;
        let spent = means.floats("spent")?.into_iter().map(|total| total / 1000.0);
        let remaining = means.floats("instance")?.into_iter().map(|solved| length - solved);
        Ok(Curve {
            spent: [0.0].into_iter().chain(spent).collect(),
            remaining: [length].into_iter().chain(remaining).collect(),
        })
    }

    /// The last point measured.
    fn end(&self) -> (f64, f64) {
        (self.spent[self.spent.len() - 1], self.remaining[self.remaining.len() - 1])
    }

    /// Iterations (in thousands) of the whole sequence, at the mean cost so far.
    fn total(&self) -> f64 {
        let (spent, remaining) = self.end();
        spent * self.remaining[0] / (self.remaining[0] - remaining)
    }
}

/// Panels b and c: systems remaining against iterations spent.
fn learning_curves(config: &Config, runs: &Table, letter: &str, title: &str) -> Result<Panel> {
    let mut panel = Panel::new(letter, title)
        .y(Axis::linear("instances remaining").range(0, config.instances))
        .legend(Legend::Shared);
    let mut slower = 0.0;
    for (index, &omega) in config.fixed.iter().enumerate() {
        let curve = Curve::of(config, runs, &fixed_name(omega))?;
        let share = index as f64 / (config.fixed.len() - 1).max(1) as f64;
        let style = Style::color(GREY.lighter(0.45).mix(GREEN.darker(0.35), share)).width(0.9);
        let (spent, remaining) = curve.end();
        if remaining > 0.0 {
            panel = panel.line("", [spent, curve.total()], [remaining, 0.0], style.dotted());
        }
        panel = panel.line(format!("ω = {omega:?}"), &curve.spent, &curve.remaining, style.dashed());
        // Rising: the last one stays.
        slower = curve.total();
    }
    for (method, label, color) in LEARNERS {
        let curve = Curve::of(config, runs, method)?;
        if method == "tsallis_inf" {
            slower = curve.total().max(slower);
        }
        panel = panel.line(label, &curve.spent, &curve.remaining, color);
    }
    Ok(panel.x(Axis::linear("iterations spent (thousands)").range(0, 1.2 * slower)))
}
