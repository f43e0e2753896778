//! Three phases: what a sequence adds against the number of training tasks, what is known without it, and how the learner
//! that was learned learns.

use common::prelude::*;

use crate::claims::{first, gain, last};
use crate::{Config, PUBLISHED};

/// The series of tasks: name in the table and of the published gains, label, look.
const SERIES: [(&str, &str, Color, Marker); 3] = [
    ("seen", "seen tasks (MNIST)", BLUE, Marker::Circle),
    ("new_mnist", "new tasks (MNIST)", ORANGE, Marker::Square),
    ("new_fashion", "new tasks (Fashion-MNIST)", GREEN, Marker::Triangle),
];

/// The published transformer, with more classes, begins to learn at so many times the tasks.
const LARGER: f64 = 128.0;

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let largest = config.n_tasks.last().copied().unwrap_or(0);
    Figure::new()
        .row([gains(config, table), known(config, table), learning(config, &table.with("n_tasks", largest))])
        .height(1.5)
}

/// A measure of the runs against K: mean, least and greatest over the seeds.
fn over_tasks(config: &Config, table: &Table, series: &str, of: fn(&Table) -> f64) -> Curve {
    let runs = table.with("series", series);
    let values: Vec<Vec<f64>> =
        config.n_tasks.iter().map(|&n_tasks| runs.with("n_tasks", n_tasks).each("seed", of)).collect();
    let all = |statistic: fn(&[f64]) -> f64| values.iter().map(|values| statistic(values)).collect::<Vec<f64>>();
    let n_tasks: Vec<f64> = config.n_tasks.iter().map(|&n_tasks| n_tasks as f64).collect();
    Curve::new(n_tasks, all(reduce::mean)).between(all(reduce::min), all(reduce::max))
}

/// The ends of the axis of K, with room for the first and last markers.
fn ends(config: &Config) -> [f64; 2] {
    let (least, greatest) = (config.n_tasks[0], config.n_tasks[config.n_tasks.len() - 1]);
    [least as f64 / 1.3, greatest as f64 * 1.3]
}

fn tasks_axis(config: &Config) -> Axis {
    let [low, high] = ends(config);
    Axis::log2("training tasks K").range(low, high)
}

/// The phases as intervals of K: memorise while most seen tasks are known from the first example, learn once new tasks
/// are, and identify between these. Borders lie in the middle between two points.
fn phases(config: &Config, table: &Table) -> [(&'static str, [f64; 2], Color); 3] {
    let [low, high] = ends(config);
    let reached =
        |curve: Curve, condition: fn(f64) -> bool| match curve.middle.iter().position(|&value| condition(value)) {
            None => high,
            Some(0) => low,
            Some(place) => (curve.x[place - 1] * curve.x[place]).sqrt(),
        };
    let learn = reached(over_tasks(config, table, "new_mnist", gain), |gain| gain >= 0.2);
    let identify = reached(over_tasks(config, table, "seen", first), |first| first < 0.8).min(learn);
    [("memorise", [low, identify], BLUE), ("identify", [identify, learn], GREY), ("learn", [learn, high], ORANGE)]
}

/// Panel a: what the examples of a sequence add, against K.
fn gains(config: &Config, table: &Table) -> Panel {
    let mut panel = Panel::new("what the examples add")
        .width(1.35)
        .x(tasks_axis(config))
        .y(Axis::linear("gain in accuracy, first to last example").range(-0.1, 0.7))
        .legend(Legend::Below)
        .shows(["memorise-few", "identify-some", "learn-many"])
        .series_shows("new tasks (Fashion-MNIST)", "transfers-to-fashion");
    for (phase, [start, end], color) in phases(config, table) {
        if start < end {
            panel = panel.region(phase, start..end, .., color);
        }
    }
    let open = |color, marker| Style::color(color).marker(marker).size(3.6).open();
    for (series, label, color, marker) in SERIES {
        let published = PUBLISHED.entry(series);
        let n_tasks = published.places().into_iter().map(|n_tasks| n_tasks / LARGER);
        panel = panel.points("", n_tasks, &published.y, open(color, marker)).curve_with_band(
            label,
            over_tasks(config, table, series, gain),
            Style::color(color).marker(marker),
        );
    }
    panel.points(format!("published, at K / {LARGER}"), [1.0], [f64::NAN], open(DARK_GREY, Marker::Circle))
}

/// Panel b: seen tasks, before an example is seen and after.
fn known(config: &Config, table: &Table) -> Panel {
    let accuracy = |of| over_tasks(config, table, "seen", of);
    Panel::new("accuracy on seen tasks")
        .shows(["memorise-few", "identify-some"])
        .series_shows("first example", "memory-fades")
        .x(tasks_axis(config))
        .y(Axis::linear("accuracy").range(0.0, 1.0))
        .legend(Legend::Below)
        .curve_with_band("last examples", accuracy(last), Style::color(BLUE).marker(Marker::Circle))
        .curve_with_band("first example", accuracy(first), Style::color(SKY).marker(Marker::Diamond))
        .horizontal(1.0 / config.reading.n_classes as f64, "chance")
        .styled(Style::color(DARK_GREY).dotted())
}

/// Panel c: accuracy on new tasks within the sequence, for the largest K.
fn learning(config: &Config, table: &Table) -> Panel {
    let curve = |series: &str| table.with("series", series).curve("position", "accuracy").mean();
    let nearest = Style::color(GREY).dashed();
    let learned = SERIES[1..].iter().map(|&(series, label, color, marker)| {
        (label, curve(series).range(), Style::color(color).marker(marker).size(3.0))
    });
    let panel = Panel::new(format!("new tasks, K = {}", config.n_tasks[config.n_tasks.len() - 1]))
        .x(Axis::linear("position in the sequence"))
        .y(Axis::linear("accuracy").range(0.0, 1.0))
        .legend(Legend::Below)
        .series_shows("new tasks (MNIST)", "learn-many")
        .series_shows("new tasks (Fashion-MNIST)", "transfers-to-fashion")
        .series_shows("new tasks (MNIST)", "near-1nn")
        .series_shows("nearest earlier example", "near-1nn")
        .curve("nearest earlier example", curve("nn_mnist"), nearest)
        .curve("nearest earlier example", curve("nn_fashion"), nearest);
    learned
        .fold(panel, |panel, (label, curve, style)| panel.curve_with_band(label, curve, style))
        .horizontal(1.0 / config.reading.n_classes as f64, "chance")
        .styled(Style::color(DARK_GREY).dotted())
}
