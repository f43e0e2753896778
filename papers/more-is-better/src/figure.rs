//! Test error over features, over samples, and over the ratio of training to test error.

use common::prelude::*;
use common::statistics::least;

use crate::Config;
use crate::eigenframework::{noiseless_interpolation, optimal_fitting_ratio, predict};
use crate::task::Errors;

/// Points of a line of theory.
const LINE_POINTS: usize = 121;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let (n, k) = (config.fixed_n, config.fixed_k);
    let fixed = |title: String, at: usize| {
        Panel::new(title).vertical(at as f64, "").styled(Style::color(GREY).dotted()).y(Axis::log("test MSE"))
    };
    let over_features =
        fixed(format!("more features, n = {n} (dotted: k = n)"), n).x(size_axis("random features k", &config.ks));
    let over_samples = fixed(format!("more samples, k = {k} (dotted: n = k)"), k).x(size_axis("samples n", &config.ns));
    let over_features = sweep(config, over_features, &table.with("panel", "A"), "k", &config.ks, |k| (n, k));
    let over_samples = sweep(config, over_samples, &table.with("panel", "B"), "n", &config.ns, |n| (n, k));
    Figure::new()
        .row([over_features, over_samples.legend(Legend::None)])
        .height(1.1)
        .row([kernel(config, &table.with("panel", "C")), digits(config, &table.with("panel", "D"))])
}

/// An axis that leaves room for the first and last dots.
fn size_axis(label: &str, sizes: &[usize]) -> Axis {
    Axis::log(label).range(0.9 * sizes[0] as f64, 1.1 * sizes[sizes.len() - 1] as f64)
}

/// Places of ridges that are shown one by one, among those of a list: the first, 4th, 7th and 9th of 11.
fn shown_ridges(count: usize) -> Vec<usize> {
    distinct([0.0, 0.3, 0.6, 0.8].map(|share: f64| (share * (count - 1) as f64).round() as usize))
}

/// A ridge as a power of ten, with up to two decimals in the exponent; as it is where that is short.
fn ridge_label(ridge: f64) -> String {
    let exponent = (100.0 * log10(ridge)).round() / 100.0;
    match (0.0..=2.0).contains(&exponent) && exponent.fract() == 0.0 {
        true => format!("{ridge:.0}"),
        false => format!("10^{{{}}}", exponent.to_string().replace('-', "−")),
    }
}

/// Test error over the column `size`, for a few ridges and the best; `n_and_k` gives both from a size.
fn sweep(
    config: &Config,
    panel: Panel,
    rows: &Table,
    size: &str,
    sizes: &[usize],
    n_and_k: impl Fn(usize) -> (usize, usize),
) -> Panel {
    let grid = whole_numbers(sizes[0], sizes[sizes.len() - 1]);
    let task = config.task.task();
    let theory = |ridge: f64| {
        let test = grid.iter().map(|&size| {
            let (n, k) = n_and_k(size);
            predict(&task, n, Some(k), ridge, config.noise_var).map_or(f64::NAN, |errors| errors.test)
        });
        Curve::new(grid.iter().map(|&size| size as f64).collect::<Vec<f64>>(), test.collect::<Vec<f64>>())
    };
    let dots = |ridge: f64| rows.with("ridge", ridge).curve(size, "test_mse").mean().standard_errors(1.0);
    let ridges = config.ridges.values();
    let lines: Vec<Curve> = ridges.iter().map(|&ridge| theory(ridge)).collect();
    let measured: Vec<Curve> = ridges.iter().map(|&ridge| dots(ridge)).collect();
    // The best ridge lies behind the others, one of which may coincide with it.
    let black = Style::color(BLACK);
    let panel = panel.curve("best δ", lowest(&lines), black.width(3.0)).curve_points(
        "best δ",
        lowest(&measured),
        black.size(4.2),
    );
    let shown = shown_ridges(ridges.len());
    shown.iter().enumerate().fold(panel, |panel, (color, &i)| {
        let label = format!("δ = {}", ridge_label(ridges[i]));
        let style = Style::color(Color::ramp(color, shown.len())).size(3.0);
        panel.curve(label.as_str(), &lines[i], style.width(1.2)).curve_points(label, &measured[i], style)
    })
}

/// Different whole numbers with evenly spaced logarithms.
fn whole_numbers(low: usize, high: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> =
        geomspace(low as f64, high as f64, LINE_POINTS).into_iter().map(|number| number.round() as usize).collect();
    numbers.dedup();
    numbers
}

/// At each place the lowest of curves over the same x, with its interval.
fn lowest(curves: &[Curve]) -> Curve {
    let mut lowest = curves[0].clone();
    for curve in &curves[1..] {
        for i in 0..lowest.len().min(curve.len()) {
            if curve.middle[i] < lowest.middle[i] {
                lowest.middle[i] = curve.middle[i];
                if curve.has_interval() {
                    (lowest.low[i], lowest.high[i]) = (curve.low[i], curve.high[i]);
                }
            }
        }
    }
    lowest
}

/// The axes of test error over fitting ratio.
fn fitting_panel(title: String) -> Panel {
    Panel::new(title)
        .x(Axis::linear("fitting ratio R = train MSE / test MSE").range(-0.02, 1.06))
        .y(Axis::log("test MSE / minimum"))
        .legend(Legend::Shared)
}

fn noise_label(level: f64) -> String {
    format!("σ^{{2}}_{{rel}} = {level}")
}

/// The colour of a noise level, the same in both panels.
fn noise_color(config: &Config, level: f64) -> Color {
    let levels = config.kernel.sigma2_rel.iter().chain(&config.mnist.sigma2_rel);
    let levels = distinct(sorted(levels.copied()));
    Color::series(levels.iter().position(|&other| other == level).unwrap_or(0))
}

/// Test error of kernel regression over the fitting ratio, with finite-size theory and the formula's best ratio.
fn kernel(config: &Config, rows: &Table) -> Panel {
    let kernel = &config.kernel;
    let optimum = |level| optimal_fitting_ratio(config.task.alpha, config.task.beta, level);
    let dotted = if optimum(0.0).is_nan() { "" } else { " (dotted: R*)" };
    let panel = fitting_panel(format!("kernel limit, n = {}{dotted}", kernel.n));
    kernel.sigma2_rel.iter().fold(panel, |panel, &level| {
        let (label, color) = (noise_label(level), noise_color(config, level));
        let style = Style::color(color);
        let rows = rows.with("sigma2_rel", level);
        let ratios = rows.curve("ridge", "ratio").mean().standard_errors(1.0);
        let tests = rows.curve("ridge", "test_mse").mean().standard_errors(1.0);
        let lowest = least(&tests.middle);
        let tests = Curve { x: ratios.middle.clone(), ..tests.map(|test| test / lowest) };
        let panel = panel
            .curve(label.as_str(), kernel_theory(config, level), style.width(1.2))
            .points("", &tests.x, &tests.middle, Style::color(color.lighter(0.6)).size(0.5))
            .x_errors(ratios.low, ratios.high)
            .curve_points(label, tests, style.size(3.0));
        match optimum(level) {
            ratio if ratio.is_nan() => panel,
            ratio => panel.vertical(ratio, "").styled(style.width(1.2).dotted()),
        }
    })
}

/// Test error, over the lowest, over the fitting ratio in the kernel limit.
fn kernel_theory(config: &Config, sigma2_rel: f64) -> Curve {
    let kernel = &config.kernel;
    let task = config.kernel_task().task();
    let unit = noiseless_interpolation(&task, kernel.n).unwrap_or(f64::NAN);
    let mut ridges = kernel.penalties.ridges.spaced(LINE_POINTS);
    ridges.insert(0, kernel.penalties.interpolating_ridge);
    let errors = ridges.iter().filter_map(|&ridge| predict(&task, kernel.n, None, ridge, sigma2_rel * unit).ok());
    let (ratios, tests): (Vec<f64>, Vec<f64>) = errors.map(|Errors { test, train }| (train / test, test)).unzip();
    let lowest = least(&tests);
    Curve::new(ratios, tests).map(|test| test / lowest)
}

/// Test error on digits over the fitting ratio, each seed over its own minimum.
fn digits(config: &Config, rows: &Table) -> Panel {
    let mnist = &config.mnist;
    let panel = fitting_panel(format!("MNIST, n = {}", mnist.problem.n_train));
    mnist.sigma2_rel.iter().fold(panel, |panel, &level| {
        let rows = rows.with("sigma2_rel", level);
        let lowest = |trial: f64| rows.with("trial", trial).least("test_mse");
        let excess = rows.derive("excess", ["trial", "test_mse"], |[trial, test]| test / lowest(trial));
        let excess = excess.curve("ridge", "excess").mean().range();
        let curve = Curve { x: rows.curve("ridge", "ratio").mean().middle.clone(), ..excess };
        let style = Style::color(noise_color(config, level)).size(3.0).width(0.8);
        panel.curve(noise_label(level), curve, style.marker(Marker::Circle))
    })
}
