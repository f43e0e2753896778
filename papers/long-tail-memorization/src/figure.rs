//! What a count tells about a frequency, the price of not memorizing, of privacy and of smoothing, and who pays.

use common::prelude::*;

use crate::Config;
use crate::discrete::{BAND_EPS, BANDS, LARGEST_SHOWN, expected_law, private_excess};
use crate::prior::Prior;
use crate::theory::CountLaw;

/// A count of panel a is shown if at least so many points of all seeds have it.
const FEWEST_POINTS: f64 = 30.0;

/// Points of the theory lines of panel c.
const CURVE: usize = 80;

/// Up to so many privacy parameters are each named on the axis of panel c.
const FEW_TICKS: usize = 8;

/// A prior with its look and its theory.
struct Series {
    prior: Prior,
    label: String,
    color: Color,
    marker: Marker,
    law: CountLaw,
}

impl Series {
    fn all(config: &Config) -> Result<Vec<Series>> {
        let mut all = Vec::new();
        for (index, prior) in config.priors().into_iter().enumerate() {
            let (label, color, marker) = match prior {
                Prior::Zipf { exponent: 1.0, .. } => ("Zipf".to_string(), index, index),
                Prior::Zipf { exponent: 0.5, .. } => ("square-root Zipf".to_string(), index, index),
                Prior::Zipf { exponent, .. } => (format!("Zipf, s = {exponent}"), index, index),
                Prior::Outlier { .. } => ("outliers".to_string(), 4, 4),
            };
            all.push(Series {
                label,
                color: [BLUE, GREEN, ORANGE, PURPLE, RED][color],
                marker: [Marker::Circle, Marker::Square, Marker::Triangle, Marker::TriangleDown, Marker::Diamond]
                    [marker],
                law: expected_law(&prior, config.n, &config.eps_grid)?,
                prior,
            });
        }
        Ok(all)
    }

    fn line(&self) -> Style {
        Style::color(self.color)
    }

    fn points(&self) -> Style {
        Style::color(self.color).marker(self.marker).size(4.0)
    }

    /// Expected excess error if all singletons are ignored and guessed instead of fitting labels that are wrong
    /// with probability `noise`.
    fn price(&self, config: &Config, noise: f64) -> f64 {
        let unfitted = self.law.points[1] * (1.0 - 1.0 / config.m as f64 - noise);
        self.law.excess(&[0.0, unfitted])
    }
}

/// Draws the five panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let series = Series::all(config)?;
    let caption = format!(
        "Feldman's long-tail model with n = {} samples. Points: simulation, mean over seeds, bars ±1 standard \
         deviation. Lines: theory, no fitted constants. Under a {} prior every singleton that is not fitted costs \
         about {:.2}/n of test error (a, b); under the outlier prior the sample has as many singletons, but they \
         are worthless. A private learner (c) and one that smooths (d, k-nearest neighbours on Gaussian clusters) \
         pay by the same law, and the rare subpopulations bear it (e).",
        config.n,
        series[0].label,
        config.n as f64 * series[0].law.tau[1],
    );
    Ok(Figure::new("")
        .caption(caption)
        .row(1.0, [counts(config, table, &series)?, ignoring(config, table, &series)?])
        .row(1.0, [privacy(config, table, &series)?, smoothing(table, &series[0])?])
        .row(0.75, [bands(table, &series[0])?]))
}

/// The rows of a panel for a prior.
fn rows(table: &Table, panel: &str, prior: &Prior) -> Result<Table> {
    table.filter("panel", panel)?.filter("prior", prior.name())
}

/// Mean and standard deviation over seeds of what was measured at each setting, and the points behind it.
fn over_seeds(rows: &Table) -> Result<Table> {
    rows.summarize(
        &["setting"],
        &[
            Summary::mean("measured").named("mean"),
            Summary::std("measured").named("deviation"),
            Summary::mean("predicted").named("theory"),
            Summary::sum("points").named("points"),
        ],
    )
}

/// Markers at the means over seeds, with bars of one standard deviation.
fn measured(panel: Panel, label: &str, summary: &Table, style: Style) -> Result<Panel> {
    if summary.is_empty() {
        return Ok(panel);
    }
    let (mean, deviation) = (summary.floats("mean")?, summary.floats("deviation")?);
    let end = |sign: f64| -> Vec<f64> {
        let ends = mean.iter().zip(&deviation);
        ends.map(|(mean, deviation)| mean + sign * deviation).collect()
    };
    let (low, high) = (end(-1.0), end(1.0));
    Ok(panel.points(label, summary.floats("setting")?, &mean, style).errors(low, high))
}

/// Panel a: frequency of the points with each count.
fn counts(config: &Config, table: &Table, series: &[Series]) -> Result<Panel> {
    let top = LARGEST_SHOWN as f64 + 1.0;
    let mut panel = Panel::new("a", "what a count tells about frequency")
        .x(Axis::linear("occurrences in the sample, l").range(-0.3, LARGEST_SHOWN as f64 + 0.3))
        .y(Axis::linear("n × mean frequency D(x)").range(-0.3, top))
        .legend(Legend::Shared)
        .line("empirical frequency l/n", [0.0, top], [0.0, top], Style::color(GREY).dashed());
    let n = config.n as f64;
    for series in series {
        let expected: Vec<f64> = series.law.tau.iter().take(LARGEST_SHOWN + 1).map(|tau| n * tau).collect();
        let summary = over_seeds(&rows(table, "count", &series.prior)?)?;
        let summary = summary.filter_by("points", |points| points.as_float() >= Some(FEWEST_POINTS))?;
        // Where each point is seen many times there are no small counts, and τ is undefined.
        if expected.iter().any(|value| value.is_finite()) {
            panel = panel.line(&series.label, 0..=LARGEST_SHOWN, expected, series.line());
        }
        panel = measured(panel, &series.label, &summary, series.points())?;
    }
    let singleton = n * series[0].law.tau[1];
    if singleton.is_nan() {
        return Ok(panel);
    }
    let note = format!("singletons: {singleton:.2}/n");
    Ok(panel.arrow((3.2, 0.9), (1.15, singleton), Style::color(DARK_GREY).width(0.8)).annotate(
        3.2,
        0.9,
        note,
        Anchor::Right,
    ))
}

/// Panel b: excess error if a share of the singletons is ignored.
fn ignoring(config: &Config, table: &Table, series: &[Series]) -> Result<Panel> {
    let mut panel = Panel::new("b", "the price of not memorizing")
        .x(Axis::linear("share q of singletons ignored").range(-0.04, 1.04))
        .y(Axis::linear("excess test error"))
        .legend(Legend::Shared);
    let leading = &series[0];
    let percent = (1e4 * config.noise).round() / 100.0;
    let noisy = format!("{}, {percent} % wrong labels", leading.label);
    for series in series {
        let price = series.price(config, 0.0);
        let summary = over_seeds(&rows(table, "ignore", &series.prior)?)?;
        panel = panel.line(&series.label, [0.0, 1.0], [0.0, price], series.line());
        panel = measured(panel, &series.label, &summary, series.points())?;
    }
    let price = leading.price(config, config.noise);
    let summary = over_seeds(&rows(table, "noise", &leading.prior)?)?;
    panel = panel.line(&noisy, [0.0, 1.0], [0.0, price], leading.line().dashed());
    measured(panel, &noisy, &summary, leading.points().open())
}

/// Panel c: excess error of the private histogram.
fn privacy(config: &Config, table: &Table, series: &[Series]) -> Result<Panel> {
    let mut axis = Axis::log("privacy parameter ε");
    if config.eps_grid.len() <= FEW_TICKS {
        axis = axis.ticks(&config.eps_grid);
    }
    let mut panel = Panel::new("c", "the price of privacy")
        .x(axis)
        .y(Axis::log("excess test error").range(1e-4, 1))
        .legend(Legend::Shared);
    let (low, high) = (reduce::min(&config.eps_grid), reduce::max(&config.eps_grid));
    let step = ln(high / low) / (CURVE - 1) as f64;
    let eps: Vec<f64> = (0..CURVE).map(|k| low * exp(step * k as f64)).collect();
    for series in series {
        let excess = |&eps: &f64| private_excess(&series.law, &series.law.points, eps, config.m);
        let excess: Vec<f64> = eps.iter().map(excess).collect();
        let summary = over_seeds(&rows(table, "private", &series.prior)?)?;
        panel = panel.line(&series.label, &eps, excess, series.line());
        panel = measured(panel, &series.label, &summary, series.points())?;
    }
    Ok(panel)
}

/// Panel d: excess error of k-nearest neighbours.
fn smoothing(table: &Table, series: &Series) -> Result<Panel> {
    let summary = over_seeds(&rows(table, "knn", &series.prior)?)?;
    let panel = Panel::new("d", "a real learner: k-nearest neighbours")
        .x(Axis::linear("neighbours k").ticks(summary.floats("setting")?))
        .y(Axis::linear("excess test error over k = 1"))
        .legend(Legend::Shared)
        .line(&series.label, summary.floats("setting")?, summary.floats("theory")?, series.line());
    measured(panel, &series.label, &summary, series.points())
}

/// Panel e: accuracy by frequency.
fn bands(table: &Table, series: &Series) -> Result<Panel> {
    let name = |band: usize| match BANDS.get(band + 1) {
        Some(high) if band == 0 => format!("below {high}"),
        Some(high) => format!("{}–{high}", BANDS[band]),
        None => format!("above {}", BANDS[band]),
    };
    let mut panel = Panel::new("e", format!("who pays ({})", series.label))
        .x(Axis::categories("n D(x) of the subpopulation", (0..BANDS.len()).map(name)))
        .y(Axis::linear("accuracy").range(0, 1.02))
        .legend(Legend::Right);
    let rows = rows(table, "subgroup", &series.prior)?;
    for (eps, color) in BAND_EPS.into_iter().zip([BLUE, SKY, LIGHT_GREY]) {
        let label = match eps.is_finite() {
            true => format!("private, ε = {eps}"),
            false => "full memorization".to_string(),
        };
        let summary = over_seeds(&rows.filter("eps", eps)?)?;
        let mut means = vec![f64::NAN; BANDS.len()];
        for (band, mean) in summary.floats("setting")?.iter().zip(summary.floats("mean")?) {
            means[*band as usize] = mean;
        }
        panel = panel.bars(label, means, color);
    }
    Ok(panel)
}
