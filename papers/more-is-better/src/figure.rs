//! Test error over features, over samples, and over the ratio of training to test error.

use common::prelude::*;

use crate::eigenframework::{noiseless_interpolation, optimal_fitting_ratio, predict};
use crate::task::Task;
use crate::{Config, KernelConfig, LogSpaced};

/// Points of a line of theory.
const LINE_POINTS: usize = 121;

/// Draws the panels, three of them without digits.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let digits_caption = match config.mnist.seeds {
        0 => String::new(),
        seeds => format!(
            "; d, ReLU network kernel on MNIST, n = {}, mean and range over {seeds} seeds",
            config.mnist.problem.n_train
        ),
    };
    let caption = format!(
        "More features, more data, less training error: random-feature ridge regression. Dots: simulation; lines: \
         closed-form theory (no fitted constants). At the optimal ridge the error falls monotonically in k and n \
         (a, n = {}; b, k = {}; mean and standard error over {} trials); c, d: the best test error sits at small \
         train/test ratio unless label noise is large (c, kernel limit, n = {}, mean and standard errors over {} \
         trials; dotted: best ratio of the formula{digits_caption}).",
        config.fixed_n, config.fixed_k, config.trials, config.kernel.n, config.kernel.trials,
    );
    let (n, k) = (config.fixed_n, config.fixed_k);
    let fixed = |panel: Panel, at: usize| panel.vertical(at as f64, "").styled(Style::color(GREY).dotted());
    let over_features = fixed(Panel::new("a", format!("more features, n = {n} (dotted: k = n)")), n)
        .x(size_axis("random features k", &config.ks));
    let over_samples = fixed(Panel::new("b", format!("more samples, k = {k} (dotted: n = k)")), k)
        .x(size_axis("samples n", &config.ns));
    let features = sweep(config, over_features, &table.filter("panel", "A")?, "k", |k| (n, k))?;
    let samples = sweep(config, over_samples, &table.filter("panel", "B")?, "n", |n| (n, k))?;
    let mut lower = vec![kernel(config, &table.filter("panel", "C")?)?];
    if config.mnist.seeds > 0 {
        lower.push(digits(config, &table.filter("panel", "D")?)?);
    }
    Ok(Figure::new("").caption(caption).row(1.1, [features, samples.legend(Legend::None)]).row(1.0, lower))
}

/// An axis that leaves room for the first and last dots.
fn size_axis(label: &str, sizes: &[usize]) -> Axis {
    Axis::log(label).range(0.9 * sizes[0] as f64, 1.1 * sizes[sizes.len() - 1] as f64)
}

/// Places of ridges that are shown one by one, among those of a list: the first, 4th, 7th and 9th of 11.
fn shown_ridges(count: usize) -> Vec<usize> {
    let place = |share: f64| (share * (count - 1) as f64).round() as usize;
    let mut places = [0.0, 0.3, 0.6, 0.8].map(place).to_vec();
    places.dedup();
    places
}

/// A ridge as a power of ten, with up to two decimals in the exponent; as it is where that is short.
fn ridge_label(ridge: f64) -> String {
    let exponent = (100.0 * log10(ridge)).round() / 100.0;
    match (0.0..=2.0).contains(&exponent) && exponent.fract() == 0.0 {
        true => format!("{ridge:.0}"),
        false => format!("10^{{{}}}", exponent.to_string().replace('-', "−")),
    }
}

/// Test error over the column `size`, for a few ridges and the best; `sizes` gives n and k.
fn sweep(
    config: &Config,
    panel: Panel,
    rows: &Table,
    size: &str,
    sizes: impl Fn(usize) -> (usize, usize),
) -> Result<Panel> {
    let ridges = config.ridges.values();
    let means = rows.summarize(
        &[size, "ridge"],
        &[Summary::mean("test_mse").named("mean"), Summary::std("test_mse").named("deviation")],
    )?;
    let measured = rows.floats(size)?;
    let grid = integers_between(reduce::min(&measured), reduce::max(&measured));
    // One row for each ridge.
    let task = config.task.task();
    let mut theory = Array2::zeros((ridges.len(), grid.len()));
    for (mut line, &ridge) in theory.rows_mut().into_iter().zip(&ridges) {
        for (test, &size) in line.iter_mut().zip(&grid) {
            let (n, k) = sizes(size);
            *test = predict(&task, n, Some(k), ridge, config.noise_var)?.test;
        }
    }
    // The best ridge lies behind the others, one of which may coincide with it.
    let best_theory = theory.columns().into_iter().map(|column| reduce::min(&column.to_vec()));
    let black = Style::color(BLACK);
    let mut panel = panel.y(Axis::log("test MSE")).line("best δ", grid.iter().copied(), best_theory, black.width(3.0));
    let dots = best_ridge_rows(&means, size)?;
    panel = with_dots(panel, "best δ", &dots, size, config.trials, black.size(4.2))?;
    let shown = shown_ridges(ridges.len());
    for (color, &i) in shown.iter().enumerate() {
        let label = format!("δ = {}", ridge_label(ridges[i]));
        let style = Style::color(Color::ramp(color, shown.len())).size(3.0);
        let dots = means.filter("ridge", ridges[i])?;
        panel = panel.line(label.as_str(), grid.iter().copied(), theory.row(i), style.width(1.2));
        panel = with_dots(panel, &label, &dots, size, config.trials, style)?;
    }
    Ok(panel)
}

/// Different whole numbers with evenly spaced logarithms.
fn integers_between(low: f64, high: f64) -> Vec<usize> {
    let step = ln(high / low) / (LINE_POINTS - 1) as f64;
    let mut sizes: Vec<usize> = (0..LINE_POINTS).map(|i| (low * exp(i as f64 * step)).round() as usize).collect();
    sizes.dedup();
    sizes
}

/// Means over trials with their standard errors.
fn with_dots(panel: Panel, label: &str, means: &Table, x: &str, trials: u64, style: Style) -> Result<Panel> {
    let mean = means.floats("mean")?;
    let (low, high) = interval(&mean, &means.floats("deviation")?, trials);
    Ok(panel.points(label, means.floats(x)?, &mean, style).errors(low, high))
}

/// One standard error of a mean to both sides.
fn interval(means: &[f64], deviations: &[f64], trials: u64) -> (Vec<f64>, Vec<f64>) {
    let root = (trials as f64).sqrt();
    let pairs = means.iter().zip(deviations);
    pairs.map(|(mean, deviation)| (mean - deviation / root, mean + deviation / root)).unzip()
}

/// For each size, the row of the ridge with the lowest mean.
fn best_ridge_rows(means: &Table, size: &str) -> Result<Table> {
    let best = means.summarize(&[size], &[Summary::min("mean").named("mean")])?;
    best.join_on(means, &[size, "mean"])
}

/// The axes of test error over fitting ratio.
fn fitting_panel(letter: &str, title: String) -> Panel {
    Panel::new(letter, title)
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
    let mut levels: Vec<f64> = levels.copied().collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    let place = levels.iter().position(|&other| other == level);
    Color::series(place.unwrap_or(0))
}

/// Each value divided by a unit.
fn in_units_of(unit: f64, values: &[f64]) -> Vec<f64> {
    values.iter().map(|value| value / unit).collect()
}

/// Test error of kernel regression over the fitting ratio, with finite-size theory and the formula's best ratio.
fn kernel(config: &Config, rows: &Table) -> Result<Panel> {
    let kernel = &config.kernel;
    let mut panel = fitting_panel("c", format!("kernel limit, n = {} (dotted: R*)", kernel.n));
    let power_law = kernel.task(&config.task);
    let task = power_law.task();
    let unit = noiseless_interpolation(&task, kernel.n)?;
    for &level in &kernel.sigma2_rel {
        let (label, color) = (noise_label(level), noise_color(config, level));
        let style = Style::color(color);
        let means = rows.filter("sigma2_rel", level)?.summarize(
            &["ridge"],
            &[
                Summary::mean("ratio").named("ratio"),
                Summary::std("ratio").named("ratio_deviation"),
                Summary::mean("test_mse").named("mean"),
                Summary::std("test_mse").named("deviation"),
            ],
        )?;
        let least = reduce::min(&means.floats("mean")?);
        let relative = means
            .with_column("mean", in_units_of(least, &means.floats("mean")?))?
            .with_column("deviation", in_units_of(least, &means.floats("deviation")?))?;
        let (ratios, tests) = kernel_theory(kernel, &task, level * unit)?;
        panel = panel.line(label.as_str(), &ratios, &tests, style.width(1.2));
        let ratio = means.floats("ratio")?;
        let (left, right) = interval(&ratio, &means.floats("ratio_deviation")?, kernel.trials);
        let faint = Style::color(color.lighter(0.6)).size(0.5);
        panel = panel.points("", &ratio, relative.floats("mean")?, faint).x_errors(left, right);
        panel = with_dots(panel, &label, &relative, "ratio", kernel.trials, style.size(3.0))?;
        let optimum = optimal_fitting_ratio(power_law.alpha, power_law.beta, level)?;
        panel = panel.vertical(optimum, "").styled(style.width(1.2).dotted());
    }
    Ok(panel)
}

/// Fitting ratios and test errors, over the lowest of them, in the kernel limit.
fn kernel_theory(kernel: &KernelConfig, task: &Task, noise_var: f64) -> Result<(Vec<f64>, Vec<f64>)> {
    let ridges = LogSpaced { count: LINE_POINTS, ..kernel.ridges.clone() };
    let (mut ratios, mut tests) = (Vec::new(), Vec::new());
    for ridge in ridges.after(kernel.interpolating_ridge) {
        let theory = predict(task, kernel.n, None, ridge, noise_var)?;
        ratios.push(theory.train / theory.test);
        tests.push(theory.test);
    }
    let tests = in_units_of(reduce::min(&tests), &tests);
    Ok((ratios, tests))
}

/// Test error on digits over the fitting ratio, each seed over its own minimum.
fn digits(config: &Config, rows: &Table) -> Result<Panel> {
    let mnist = &config.mnist;
    let mut panel = fitting_panel("d", format!("MNIST, n = {}", mnist.problem.n_train));
    for &level in &mnist.sigma2_rel {
        let rows = rows.filter("sigma2_rel", level)?;
        let least = rows.summarize(&["trial"], &[Summary::min("test_mse").named("least")])?;
        let rows = rows.join_on(&least, &["trial"])?;
        let pairs = rows.floats("test_mse")?.into_iter().zip(rows.floats("least")?);
        let excess: Vec<f64> = pairs.map(|(test, least)| test / least).collect();
        let summary = rows.with_column("excess", excess)?.summarize(
            &["ridge"],
            &[
                Summary::mean("ratio").named("ratio"),
                Summary::mean("excess").named("middle"),
                Summary::min("excess").named("low"),
                Summary::max("excess").named("high"),
            ],
        )?;
        let (ratios, middle) = (summary.floats("ratio")?, summary.floats("middle")?);
        let (label, color) = (noise_label(level), noise_color(config, level));
        let style = Style::color(color);
        panel = panel
            .line(label.as_str(), &ratios, &middle, style.width(0.8))
            .points(label, &ratios, &middle, style.size(3.0))
            .errors(summary.floats("low")?, summary.floats("high")?);
    }
    Ok(panel)
}
