//! What a count tells about a frequency, the price of not memorizing, of privacy and of smoothing, and who pays.

use common::prelude::*;

use crate::Config;
use crate::discrete::{BAND_EPS, BANDS, LARGEST_SHOWN};
use crate::prior::Prior;
use crate::theory::{CountLaw, private_excess};

/// A count of panel a is shown if at least so many points of all seeds have it.
const FEWEST_POINTS: f64 = 30.0;

/// Points of the theory lines of panel c.
const CURVE: usize = 80;

/// Up to so many privacy parameters are each named on the axis of panel c.
const FEW_TICKS: usize = 8;

/// A prior with its look, its theory and what was measured under it.
struct Series {
    label: String,
    /// Of the markers; lines have it without a marker.
    style: Style,
    law: CountLaw,
    rows: Table,
}

impl Series {
    fn all(config: &Config, table: &Table) -> Vec<Series> {
        let looks = [
            (BLUE, Marker::Circle),
            (GREEN, Marker::Square),
            (ORANGE, Marker::Triangle),
            (PURPLE, Marker::TriangleDown),
        ];
        let series = |(prior, (color, marker)): (Prior, (Color, Marker))| {
            let (label, color, marker) = match prior {
                Prior::Zipf { exponent: 1.0, .. } => ("Zipf".to_string(), color, marker),
                Prior::Zipf { exponent: 0.5, .. } => ("square-root Zipf".to_string(), color, marker),
                Prior::Zipf { exponent, .. } => (format!("Zipf, s = {exponent}"), color, marker),
                Prior::Outlier { .. } => ("outliers".to_string(), RED, Marker::Diamond),
            };
            Series {
                label,
                style: Style::color(color).marker(marker).size(4.0),
                law: CountLaw::expected(prior, config.n, LARGEST_SHOWN, config.eps_grid[0]),
                rows: table.with("prior", prior.name()),
            }
        };
        config.priors().into_iter().zip(looks.into_iter().cycle()).map(series).collect()
    }

    /// Expected excess error if all singletons are ignored and guessed instead of fitting labels that are wrong
    /// with probability `noise`.
    fn price(&self, config: &Config, noise: f64) -> f64 {
        let unfitted = self.law.points[1] * (1.0 - 1.0 / config.m as f64 - noise);
        self.law.excess(&[0.0, unfitted])
    }
}

/// Draws the five panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let series = Series::all(config, table);
    Figure::new()
        .row([counts(config, &series), ignoring(config, &series)])
        .row([privacy(config, &series), smoothing(config, &series[0])])
        .row([bands(&series[0])])
        .height(0.75)
}

/// Mean over the seeds of what was measured at each setting, ± one standard deviation.
fn measured(rows: &Table) -> Curve {
    rows.curve("setting", "measured").mean().deviation()
}

/// Adds theory as a line and what was measured in a panel as markers.
fn compare(panel: Panel, theory: Curve, series: &Series, name: &str) -> Panel {
    panel.curve(&series.label, theory, series.style.plain()).curve_points(
        &series.label,
        measured(&series.rows.with("panel", name)),
        series.style,
    )
}

/// Panel a: frequency of the points with each count.
fn counts(config: &Config, all: &[Series]) -> Panel {
    let (n, top) = (config.n as f64, LARGEST_SHOWN as f64 + 1.0);
    let mut panel = Panel::new("counts overstate rare points")
        .x(Axis::linear("occurrences in the sample, l").range(-0.3, LARGEST_SHOWN as f64 + 0.3))
        .y(Axis::linear("n × mean frequency D(x)").range(-0.3, top))
        .legend(Legend::TopLeft)
        .series_shows(&all[0].label, "zipf-tau1")
        .line("n D(x) = l", [0.0, top], [0.0, top], Style::color(GREY).dashed());
    for Series { label, style, law, rows } in all {
        let expected: Vec<f64> = law.tau.iter().take(LARGEST_SHOWN + 1).map(|tau| n * tau).collect();
        let counts = rows.with("panel", "count");
        let is_frequent = |count, _| reduce::sum(&counts.with("setting", count).column("points")) >= FEWEST_POINTS;
        panel = panel.line(label, 0..expected.len(), &expected, style.plain());
        panel = panel.curve_points(label, measured(&counts).keep(is_frequent), *style);
    }
    let singleton = n * all[0].law.tau[1];
    // Where each point is seen many times there are no singletons, or far above the panel.
    if (0.0..=top).contains(&singleton) {
        let note = format!("singletons: {singleton:.2}/n");
        panel = panel.arrow((3.2, 0.9), (1.15, singleton), Style::color(DARK_GREY).width(0.8));
        panel = panel.annotate(3.2, 0.9, note, Anchor::Right);
    }
    panel
}

/// Panel b: excess error if a share of the singletons is ignored.
fn ignoring(config: &Config, all: &[Series]) -> Panel {
    let panel = Panel::new("what is not memorized costs, if it has a tail")
        .x(Axis::linear("share q of singletons ignored").range(-0.04, 1.04))
        .y(Axis::linear("excess test error"))
        .legend(Legend::None);
    let law = |series: &Series, noise| Curve::new([0.0, 1.0], [0.0, series.price(config, noise)]);
    let panel = all.iter().fold(panel, |panel, series| compare(panel, law(series, 0.0), series, "ignore"));
    let leading = &all[0];
    let noisy = format!("{} % wrong labels", (1e4 * config.noise).round() / 100.0);
    let named = |panel: Panel, series: &Series| {
        panel.annotate(0.6, 0.6 * series.price(config, 0.0), &series.label, Anchor::AboveLeft)
    };
    // Below its line.
    let panel =
        all.iter().fold(panel, named).annotate(1.04, leading.price(config, config.noise) * 0.42, &noisy, Anchor::Left);
    let panel = panel
        .shows(["excess-law"])
        .series_shows("outliers", "outliers-are-worthless")
        .series_shows(&leading.label, "outliers-are-worthless")
        .series_shows(&noisy, "noisy-labels-too");
    panel.curve(&noisy, law(leading, config.noise), leading.style.plain().dashed()).curve_points(
        &noisy,
        measured(&leading.rows.with("panel", "noise")),
        leading.style.open(),
    )
}

/// Panel c: excess error of the private histogram.
fn privacy(config: &Config, all: &[Series]) -> Panel {
    let grid = &config.eps_grid;
    let axis = Axis::log("privacy parameter ε");
    let panel = Panel::new("privacy pays that price")
        .x(if grid.len() <= FEW_TICKS { axis.ticks(grid) } else { axis })
        .y(Axis::log("excess test error").range(1e-4, 1))
        .legend(Legend::None)
        .shows(["privacy-law"]);
    let eps = geomspace(grid[0], grid[grid.len() - 1], CURVE);
    let law = |Series { law, .. }: &Series| {
        let excess = eps.iter().map(|&eps| private_excess(law, &law.points, eps, config.m));
        Curve::new(eps.clone(), excess.collect::<Vec<f64>>())
    };
    let middle = |panel: Panel, series: &Series| {
        panel.annotate(eps[CURVE / 2], law(series).middle[CURVE / 2], &series.label, Anchor::AboveRight)
    };
    let panel = all.iter().fold(panel, middle);
    all.iter().fold(panel, |panel, series| compare(panel, law(series), series, "private"))
}

/// Panel d: excess error of k-nearest neighbours.
fn smoothing(config: &Config, series: &Series) -> Panel {
    let theory = series.rows.with("panel", "knn").curve("setting", "predicted").mean().alone();
    let panel = Panel::new(format!("and so do k-nearest neighbours ({})", series.label))
        .x(Axis::linear("neighbours k").ticks(&config.knn_k))
        .y(Axis::linear("excess test error over k = 1"))
        .legend(Legend::None)
        .shows(["knn-law"]);
    compare(panel, theory, series, "knn")
}

/// Panel e: accuracy by frequency.
fn bands(series: &Series) -> Panel {
    let name = |band: usize| match BANDS.get(band + 1) {
        Some(high) if band == 0 => format!("below {high}"),
        Some(high) => format!("{}–{high}", BANDS[band]),
        None => format!("above {}", BANDS[band]),
    };
    let panel = Panel::new(format!("it falls on rare subpopulations ({})", series.label))
        .x(Axis::categories("n D(x) of the subpopulation", (0..BANDS.len()).map(name)))
        .y(Axis::linear("accuracy").range(0, 1.02))
        .legend(Legend::Right)
        .shows(["rare-groups-pay"]);
    let bars = |panel: Panel, (eps, color): (f64, Color)| {
        let label = if eps.is_finite() { format!("private, ε = {eps}") } else { "full memorization".to_string() };
        let rows = series.rows.with("panel", "subgroup").with("eps", eps);
        let accuracy = rows.curve("setting", "measured").mean();
        panel.bars(label, (0..BANDS.len()).map(|band| accuracy.at(band as f64)), color)
    };
    BAND_EPS.into_iter().zip([BLUE, SKY, LIGHT_GREY]).fold(panel, bars)
}
