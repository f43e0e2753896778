//! Test error over features, over samples, and over the ratio of training to test error.

use common::prelude::*;
use common::statistics::least;

use crate::Config;
use crate::claims::{PUBLISHED, as_published, ridge_name};
use crate::eigenframework::{noiseless_interpolation, optimal_fitting_ratio, predict};
use crate::task::Errors;

/// Points of a line of theory.
const LINE_POINTS: usize = 121;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let (n, k) = (config.fixed_n, config.fixed_k);
    let sizes = |title: &str, at: usize, label: &str, sizes: &[usize]| {
        let panel = Panel::new(title).vertical(at as f64, "").styled(Style::color(GREY).dotted());
        // Room for the first and last dots.
        let (low, high) = (0.9 * sizes[0] as f64, 1.1 * sizes[sizes.len() - 1] as f64);
        panel.x(Axis::log(label).range(low, high)).y(Axis::log("test MSE"))
    };
    let over_features = sizes("at the best ridge, more features help", n, "random features k (dotted: n)", &config.ks);
    let over_samples = sizes("at the best ridge, more samples help", k, "samples n (dotted: k)", &config.ns);
    let (over_features, over_samples) = (
        sweep(config, over_features, &table.with("panel", "A"), "k", &config.ks, |k| (n, k)),
        sweep(config, over_samples, &table.with("panel", "B"), "n", &config.ns, |n| (n, k)),
    );
    let smallest = format!("δ = {}", ridge_label(config.ridges.values()[0]));
    let over_features = over_features
        .shows(["theory-matches-test", "matches-published"])
        .series_shows("best δ", "more-features-better")
        .series_shows(smallest, "double-descent-without-tuning");
    let over_samples =
        over_samples.legend(Legend::None).shows(["matches-published"]).series_shows("best δ", "more-samples-better");
    Figure::new()
        .row([over_features, over_samples])
        .height(1.1)
        .row([kernel(config, &table.with("panel", "C")), digits(config, &table.with("panel", "D"))])
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
    let shown = shown_ridges(ridges.len()).into_iter().enumerate();
    let shown = shown.map(|(color, i)| {
        let style = Style::color(Color::ramp(color, 4)).width(1.2).size(3.0);
        (format!("δ = {}", ridge_label(ridges[i])), lines[i].clone(), measured[i].clone(), ridge_name(ridges[i]), style)
    });
    let name = if size == "k" { "features" } else { "samples" };
    let published = |name: &str| as_published(config).then(|| PUBLISHED.entry(name));
    // The best ridge lies behind the others, one of which may coincide with it.
    let best = Style::color(BLACK).width(3.0).size(3.6);
    let best = ("best δ".to_string(), lowest(&lines), lowest(&measured), Some("best"), best);
    [best].into_iter().chain(shown).fold(panel, |panel, (label, line, measured, ridge, style)| {
        let mut panel = panel.curve(label.as_str(), line, style);
        if let Some(entry) = ridge.and_then(|ridge| published(&format!("{name}-{ridge}"))) {
            let label = if ridge == Some("best") { "published" } else { "" };
            let within = |size, _| (sizes[0] as f64..=sizes[sizes.len() - 1] as f64).contains(&size);
            let curve = Curve::new(entry.places(), entry.y.clone()).keep(within);
            panel = panel.points(label, curve.x, curve.middle, style.marker(Marker::Diamond).size(4.6).open());
        }
        panel.curve_points(label, measured, style)
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
fn fitting_panel(title: &str) -> Panel {
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
    let panel =
        fitting_panel("noisier labels are best fitted less").shows(["overfit-when-clean", "noise-moves-optimum"]);
    kernel.sigma2_rel.iter().fold(panel, |panel, &level| {
        let (label, style) = (noise_label(level), Style::color(noise_color(config, level)));
        let rows = rows.with("sigma2_rel", level);
        let tests = rows.curve("ridge", "test_mse").mean().standard_errors(1.0);
        let lowest = least(&tests.middle);
        let tests = Curve { x: rows.curve("ridge", "ratio").mean().middle.clone(), ..tests.map(|test| test / lowest) };
        let panel = panel.curve(label.as_str(), kernel_theory(config, level), style.width(1.2)).curve_points(
            label,
            tests,
            style.size(3.0),
        );
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
    let panel = fitting_panel("the same on MNIST digits").shows(["mnist-obligatory-overfitting"]);
    mnist.sigma2_rel.iter().fold(panel, |panel, &level| {
        let rows = rows.with("sigma2_rel", level);
        let lowest = |trial: f64| rows.with("trial", trial).least("test_mse");
        let excess = rows.derive("excess", ["trial", "test_mse"], |[trial, test]| test / lowest(trial));
        let excess = excess.curve("ridge", "excess").mean().range();
        let curve = Curve { x: rows.curve("ridge", "ratio").mean().middle.clone(), ..excess };
        let style = Style::color(noise_color(config, level)).size(3.0).width(0.8);
        let panel = match [0.0, 1.0, 5.0, 50.0].contains(&level) {
            true => {
                let entry = PUBLISHED.entry(&format!("mnist-{level}"));
                let excess: Vec<f64> = entry.y.iter().map(|test| test / least(&entry.y)).collect();
                let style = Style::color(DARK_GREY).marker(Marker::Diamond).size(4.6).open();
                panel.points("published (another kernel)", entry.places(), excess, style)
            }
            false => panel,
        };
        panel.curve(noise_label(level), curve, style.marker(Marker::Circle))
    })
}
