//! Excess error over noise level and width, error over the adversary's budget, and who is accepted.

use common::prelude::*;

use crate::Config;

/// The learners: column of the excess error, label, colour.
const LEARNERS: [(&str, &str, Color); 3] = [
    ("excess_gd", "tester-learner", BLUE),
    ("excess_logistic", "logistic regression", ORANGE),
    ("excess_average", "averaging", GREEN),
];

/// Distance between the dots of two seeds in panel d, in columns.
const SPREAD: f64 = 0.5;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let caption = format!(
        "Gradient descent on a smoothed step loss attains opt + O(σ) where convex surrogates stall, and the tests near \
         its decision boundary accept Gaussian inputs, accept no bad output, and reject the cross-polytope that fools \
         global moments of degree 3. d = {d}, n = {n}; σ = {sigma} in a, c and d, η = {eta} in b and d. Mean, smallest \
         and largest of {seeds} seeds in a to c (filled: all accepted; the learners of c are those of a); one dot a seed \
         in d, linear up to 0.01 and logarithmic above.",
        d = config.sizes.d,
        n = config.sizes.n,
        sigma = config.sigma,
        eta = config.eta,
        seeds = config.seeds,
    );
    Ok(Figure::new("")
        .caption(caption)
        .row(1.0, [massart(&table.filter("panel", "massart")?)?, width(config, &table.filter("panel", "width")?)?])
        .row(
            1.0,
            [
                adversarial(config, &table.filter("panel", "adversarial")?)?,
                marginals(config, &table.filter("panel", "marginal")?)?,
            ],
        ))
}

/// A column summarised over seeds, by rising values of another.
struct Spread {
    by: Vec<f64>,
    mean: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    /// Whether the tester accepted in every seed.
    accepted: Vec<bool>,
}

impl Spread {
    fn of(rows: &Table, by: &str, column: &str) -> Result<Spread> {
        let summary = rows.sort(&[by])?.summarize(
            &[by],
            &[
                Summary::mean(column).named("mean"),
                Summary::min(column).named("low"),
                Summary::max(column).named("high"),
                Summary::mean("accepted").named("accepted"),
            ],
        )?;
        Ok(Spread {
            by: summary.floats(by)?,
            mean: summary.floats("mean")?,
            low: summary.floats("low")?,
            high: summary.floats("high")?,
            accepted: summary.floats("accepted")?.into_iter().map(|rate| rate == 1.0).collect(),
        })
    }

    /// A line with markers and ranges.
    fn draw(&self, panel: Panel, label: &str, style: Style) -> Panel {
        panel
            .line(label, &self.by, &self.mean, style)
            .points(label, &self.by, &self.mean, style)
            .errors(&self.low, &self.high)
    }

    /// The same with markers that are filled where the tester accepted every seed.
    fn draw_verdicts(&self, mut panel: Panel, label: &str, color: Color) -> Panel {
        panel = panel.line(label, &self.by, &self.mean, color);
        for (verdict, label, style) in
            [(true, label, Style::color(color)), (false, "rejected in some seed", Style::color(color).open())]
        {
            let chosen = |values: &[f64]| -> Vec<f64> {
                let pairs = values.iter().zip(&self.accepted);
                pairs.filter(|(_, accepted)| **accepted == verdict).map(|(value, _)| *value).collect()
            };
            panel = panel
                .points(label, chosen(&self.by), chosen(&self.mean), style)
                .errors(chosen(&self.low), chosen(&self.high));
        }
        panel
    }
}

/// The three learners over a column.
fn learners(mut panel: Panel, rows: &Table, by: &str) -> Result<Panel> {
    for (k, (column, label, color)) in LEARNERS.into_iter().enumerate() {
        let spread = Spread::of(rows, by, column)?;
        panel = match k {
            0 => spread.draw_verdicts(panel, label, color),
            // Markers without an inside: the verdict is not about these.
            1 => spread.draw(panel, label, Style::color(color).marker(Marker::Cross)),
            _ => spread.draw(panel, label, Style::color(color).marker(Marker::Plus)),
        };
    }
    Ok(panel)
}

/// Panel a: excess error over the Massart level.
fn massart(rows: &Table) -> Result<Panel> {
    let panel = Panel::new("a", "Massart noise")
        .x(Axis::linear("flipping probability η"))
        .y(Axis::linear("excess error over opt").from(0));
    learners(panel, rows, "level")
}

/// Panel b: excess error over the width of the smoothed step.
fn width(config: &Config, rows: &Table) -> Result<Panel> {
    let spread = Spread::of(rows, "sigma", "excess_gd")?;
    let logistic = rows.summarize(&[], &[Summary::mean("excess_logistic").named("mean")])?.floats("mean")?[0];
    let ticks = config.sigma_grid.iter().map(|&sigma| (sigma, sigma.to_string()));
    let panel = Panel::new("b", format!("accuracy against width, η = {}", config.eta))
        .x(Axis::log("width σ of the smoothed step").tick_labels(ticks))
        .y(Axis::log("excess error over opt"));
    let panel = spread.draw_verdicts(panel, LEARNERS[0].1, LEARNERS[0].2);
    // Through the point nearest to the middle of the default grid.
    let distance = |sigma: f64| ln(sigma / 0.1).abs();
    let near = |&a: &usize, &b: &usize| distance(spread.by[a]).total_cmp(&distance(spread.by[b]));
    let middle = (0..spread.by.len()).min_by(near).context("no width")?;
    let guide: Vec<f64> = spread.by.iter().map(|x| spread.mean[middle] * x / spread.by[middle]).collect();
    Ok(panel
        .line("∝ σ", &spread.by, &guide, Style::color(GREY).dashed().width(0.9))
        .horizontal(logistic, LEARNERS[1].1)
        .styled(Style::color(ORANGE).dashed().width(0.9)))
}

/// Panel c: error over the share of labels that the adversary flips.
fn adversarial(config: &Config, rows: &Table) -> Result<Panel> {
    let opt = rows.floats("opt")?;
    let mut errors = rows.clone();
    for (column, ..) in LEARNERS {
        let total: Vec<f64> = rows.floats(column)?.iter().zip(&opt).map(|(excess, opt)| excess + opt).collect();
        errors = errors.with_column(column, total)?;
    }
    let ticks = config.opt_grid.iter().map(|&opt| (opt, opt.to_string()));
    let ends = [0.85 * config.opt_grid[0], config.opt_grid[config.opt_grid.len() - 1] / 0.85];
    // The learners are those of panel a.
    let panel = Panel::new("c", "adversarial noise")
        .x(Axis::log("share of flipped labels, opt").range(ends[0], ends[1]).tick_labels(ticks))
        .y(Axis::log("error of the output").range(0.8 * ends[0], 4.0 * ends[1]))
        .legend(Legend::None);
    let mut panel = learners(panel, &errors, "level")?;
    for (factor, label, anchor) in [(1.0, "opt", Anchor::BelowRight), (3.0, "3 opt", Anchor::AboveLeft)] {
        let heights = ends.map(|opt| factor * opt);
        let middle = (ends[0] * ends[1]).sqrt();
        panel = panel.line("", ends, heights, Style::color(GREY).dashed().width(0.9)).annotate(
            middle,
            factor * middle,
            label,
            anchor,
        );
    }
    Ok(panel)
}

/// Panel d: excess error of each seed, by input distribution and verdict, with acceptance rates.
fn marginals(config: &Config, rows: &Table) -> Result<Panel> {
    let rates = rows.summarize(
        &["marginal"],
        &[Summary::mean("accepted").named("tester"), Summary::mean("accepted_moment3").named("moments")],
    )?;
    let names = rates.strings("marginal")?;
    let percent = |column: &str| -> Result<Vec<f64>> {
        Ok(rates.floats(column)?.iter().map(|rate| (100.0 * rate).round()).collect())
    };
    let (tester, moments) = (percent("tester")?, percent("moments")?);
    let columns = names.iter().zip(tester.iter().zip(&moments));
    let columns = columns.map(|(name, (tester, moments))| format!("{name}\n{tester} / {moments}"));
    let mut panel = Panel::new("d", format!("who is accepted, η = {}", config.eta))
        .x(Axis::categories("% accepted: tester / degree-3 moments", columns))
        .y(Axis::symlog("excess error over opt", 0.01));
    let seeds = config.seeds_marginals as f64;
    for (verdict, label, style) in
        [(true, "accepted", Style::color(BLUE)), (false, "rejected", Style::color(BLUE).open())]
    {
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for (k, name) in names.iter().enumerate() {
            let chosen = rows.filter("marginal", name.as_str())?.filter("accepted", verdict)?;
            let places = chosen.floats("seed")?.into_iter();
            x.extend(places.map(|seed| k as f64 + SPREAD * ((seed + 0.5) / seeds - 0.5)));
            y.extend(chosen.floats("excess_gd")?);
        }
        panel = panel.points(label, x, y, style);
    }
    Ok(panel.horizontal(config.epsilon, format!("ε = {}", config.epsilon)))
}
