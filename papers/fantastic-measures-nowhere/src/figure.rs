//! The figure: failures without and with knowledge of the algorithm, their trade-off with learning, and an escape.

use common::prelude::*;
use common::statistics::wilson_interval;

use crate::Config;
use crate::estimators::Estimator;
use crate::pooled::pooled;
use crate::theory::{World, exact};

/// The estimators in the order of the legend, with label, colour and marker.
const SERIES: [(Estimator, &str, Color, Marker); 5] = [
    (Estimator::Zero, "training error (0)", ORANGE, Marker::Square),
    (Estimator::Occam, "Occam bound", SKY, Marker::Diamond),
    (Estimator::Loo, "leave-one-out", PURPLE, Marker::Triangle),
    (Estimator::Learned, "learned estimator", GREEN, Marker::TriangleDown),
    (Estimator::Oracle, "best possible", RED, Marker::Circle),
];

/// Panels a and b end at this many samples for each dimension.
const LARGEST_RATIO: usize = 2;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let pooled = pooled(table);
    let (erm, lucky) = (pooled.with("world", World::Erm), pooled.with("world", World::Lucky));
    Figure::new()
        .row([
            failures(config, &lucky, World::Lucky, "algorithm unknown: a coin below n = d"),
            failures(config, &erm, World::Erm, "algorithm known: fails where it learns"),
        ])
        .height(1.2)
        .row([trade_off(config, &erm), escape(config, &erm, &pooled.with("world", "stable"))])
}

/// Failure rates over a column, with 95 % intervals.
fn rates(rows: &Table, x: &str) -> Curve {
    let interval = |[failures, trials]: [f64; 2]| wilson_interval(failures as u64, trials as u64, 0.95);
    let intervals = rows.map(["failures", "trials"], interval);
    let (low, high): (Vec<f64>, Vec<f64>) = intervals.iter().map(|ends| (ends.low, ends.high)).unzip();
    Curve::new(rows.column(x), rows.column("failure_rate")).between(low, high)
}

fn marked(color: Color, marker: Marker) -> Style {
    Style::color(color).marker(marker).size(3.6)
}

/// Failure rates against n/d, with a thin line through the markers.
fn joined_rates(panel: Panel, label: &str, rows: &Table, color: Color, marker: Marker) -> Panel {
    let rates = rates(rows, "ratio");
    panel.line("", &rates.x, &rates.middle, Style::color(color).width(0.6).opacity(0.6)).curve_points(
        label,
        &rates,
        marked(color, marker),
    )
}

/// The learner's exact success and the floor for n = 1, 2, …, `most` samples.
fn theory(world: World, q: u64, d: usize, most: usize) -> (Vec<f64>, Vec<f64>) {
    exact(world, q, d, most)[1..].iter().map(|exact| (exact.success, exact.floor)).unzip()
}

/// Panels a and b: failure rates of all estimators against n/d, and the exact floor below which none can be.
fn failures(config: &Config, rows: &Table, world: World, title: &str) -> Panel {
    let (d, q) = (config.d, config.q_list[0]);
    let (success, floor) = theory(world, q, d, LARGEST_RATIO * d);
    let ratio: Vec<f64> = (1..=success.len()).map(|n| n as f64 / d as f64).collect();
    let rows = rows.with("q", q).keep("ratio", |ratio| ratio <= LARGEST_RATIO as f64);
    let mut panel = Panel::new(title)
        .x(Axis::linear("samples over dimension, n/d").range(0.25, LARGEST_RATIO as f64 + 0.05))
        .y(Axis::linear(format!("failure probability, q = {q}")).range(-0.03, 1.03))
        // One legend is for both panels: the first has room for it.
        .legend(if world == World::Lucky { Legend::Best } else { Legend::None })
        .vertical(1.0, "")
        .styled(Style::color(GREY).dotted())
        .band(&ratio, vec![0.0; ratio.len()], &floor, GREY)
        .line("floor (theory)", &ratio, &floor, Style::color(GREY).width(3.0));
    panel = match world {
        World::Lucky => panel.annotate(0.62, 0.24, "impossible", Anchor::Center),
        World::Erm => {
            let learner = rows.with("estimator", Estimator::Oracle);
            let (at, measured) = (learner.column("ratio"), learner.column("success"));
            let ring = Style::color(BLACK).marker(Marker::Circle).size(6.5).open();
            // The region is too narrow for a text in it.
            let inside = (1.01, (floor[d - 1] / 2.0).min(0.12));
            panel
                .line("", &ratio, &success, Style::color(BLACK).width(0.8))
                .points("", at, measured, ring)
                .annotate(1.2, 0.84, "rings: the learner’s success", Anchor::Right)
                .arrow((1.4, 0.25), inside, Style::color(DARK_GREY).width(0.8))
                .annotate(1.4, 0.25, "impossible", Anchor::Right)
        }
    };
    let add = |panel, (estimator, label, color, marker)| {
        joined_rates(panel, label, &rows.with("estimator", estimator), color, marker)
    };
    SERIES.into_iter().fold(panel, add)
}

/// Panel c: failure probability of the best estimator against success of the learner, parametric in n.
fn trade_off(config: &Config, erm: &Table) -> Panel {
    let mut panel = Panel::new("learning costs estimability")
        .x(Axis::linear("success probability of the learner").range(-0.03, 1.03))
        .y(Axis::linear("failure of best estimator").range(-0.02, 0.6))
        .legend(Legend::TopRight)
        .shows(["floor-attained", "learning-costs-estimability"]);
    let most = config.n_grid[config.n_grid.len() - 1].max(2 * config.d);
    for (index, &q) in config.q_list.iter().enumerate() {
        let color = [BLUE, ORANGE, GREEN, PURPLE, RED, SKY][index % 6];
        let (success, floor) = theory(World::Erm, q, config.d, most);
        let label = format!("q = {q}");
        let oracle = erm.with("q", q).with("estimator", Estimator::Oracle);
        panel = panel.line(&label, success, floor, Style::color(color).width(0.9)).curve_points(
            &label,
            rates(&oracle, "success"),
            marked(color, Marker::series(index)),
        );
    }
    panel.points("constant predictor", [0.0], [0.0], Style::color(BLACK).marker(Marker::Star).size(7.0))
}

/// Panel d: leave-one-out for the finite field and for the minimum-norm classifier.
fn escape(config: &Config, erm: &Table, stable: &Table) -> Panel {
    let (q, low) = (config.q_list[0], config.stable_ratios[0]);
    let field = erm.with("q", q).with("estimator", Estimator::Loo);
    let field = field.keep("ratio", |ratio| ratio >= low - 1e-9 && ratio < 1.0);
    let panel = Panel::new("a stable learner escapes")
        .x(Axis::linear("samples over dimension, n/d").range(low - 0.05, 1.02))
        .y(Axis::linear("probability").range(-0.03, 1.03))
        .shows(["stable-learner-escapes"]);
    let add = |panel, (name, rows, color, marker): (String, &Table, Color, Marker)| {
        joined_rates(panel, &format!("{name}: leave-one-out fails"), rows, color, marker).points(
            format!("{name}: true error"),
            rows.column("ratio"),
            rows.column("mean_loss"),
            Style::color(color).marker(marker).open(),
        )
    };
    [
        (format!("random consistent, F_{{{q}}}"), &field, BLUE, Marker::Circle),
        ("minimum norm".to_string(), stable, ORANGE, Marker::Square),
    ]
    .into_iter()
    .fold(panel, add)
}
