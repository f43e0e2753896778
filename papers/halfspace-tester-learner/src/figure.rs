//! Excess error over noise level and width, error over the adversary's budget, and who is accepted.

use common::prelude::*;

use crate::Config;

/// The column of the learner's excess error, its label and colour.
const LEARNER: (&str, &str, Color) = ("excess_gd", "tester-learner", BLUE);

/// The column of the excess error of each convex learner, its label, colour and marker. The markers have no inside: the verdict is not about these.
const BASELINES: [(&str, &str, Color, Marker); 2] = [
    ("excess_logistic", "logistic regression", ORANGE, Marker::Cross),
    ("excess_average", "averaging", GREEN, Marker::Plus),
];

/// Distance between the dots of the first and the last seed in panel d, in columns.
const SPREAD: f64 = 0.5;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let panel = |name| table.with("panel", name);
    Figure::new()
        .row([massart(&panel("massart")), width(config, &panel("width"))])
        .row([adversarial(config, &panel("adversarial")), marginals(config, &panel("marginal"))])
}

/// The tester-learner over a column, with markers that are filled where the tester accepted every seed.
fn tester_learner(panel: Panel, rows: &Table, by: &str) -> Panel {
    let (column, label, color) = LEARNER;
    let (errors, accepted) = (rows.curve(by, column).mean().range(), rows.curve(by, "accepted").least());
    let judged = |verdict| errors.keep(|x, _| (accepted.at(x) == 1.0) == verdict);
    let rejected = Style::color(color).open();
    panel.line(label, &errors.x, &errors.middle, color).curve_points(label, judged(true), color).curve_points(
        "rejected in some seed",
        judged(false),
        rejected,
    )
}

/// The three learners over the level of the noise.
fn learners(panel: Panel, rows: &Table) -> Panel {
    let curve = |column| rows.curve("level", column).mean().range();
    let baselines =
        BASELINES.map(|(column, label, color, marker)| (label, curve(column), Style::color(color).marker(marker)));
    tester_learner(panel, rows, "level").curves(baselines)
}

/// Excess error over the Massart level.
fn massart(rows: &Table) -> Panel {
    let panel = Panel::new("Massart noise")
        .x(Axis::linear("flipping probability η"))
        .y(Axis::linear("excess error over opt").from(0))
        .series_shows("tester-learner", "massart-optimal")
        .series_shows("logistic regression", "convex-stalls")
        .series_shows("averaging", "convex-stalls");
    learners(panel, rows)
}

/// Excess error over the width of the smoothed step.
fn width(config: &Config, rows: &Table) -> Panel {
    let ticks = config.sigma_grid.iter().map(|&sigma| (sigma, format!("{sigma:?}")));
    let panel = Panel::new(format!("accuracy against width, η = {}", config.eta))
        .x(Axis::log("width σ of the smoothed step").tick_labels(ticks))
        .y(Axis::log("excess error over opt"))
        .series_shows("tester-learner", "linear-in-width");
    // Through the point nearest to the middle of the default grid.
    let errors = rows.curve("sigma", "excess_gd").mean();
    let distance = |sigma: f64| ln(sigma / 0.1).abs();
    let middle = errors.x.iter().copied().min_by(|&a, &b| distance(a).total_cmp(&distance(b))).unwrap_or(f64::NAN);
    let guide = errors.x.iter().map(|x| errors.at(middle) * x / middle);
    let (column, label, color, _) = BASELINES[0];
    tester_learner(panel, rows, "sigma")
        .line("∝ σ", &errors.x, guide, Style::color(GREY).dashed().width(0.9))
        .horizontal(rows.mean(column), label)
        .styled(Style::color(color).dashed().width(0.9))
}

/// Error over the share of labels that the adversary flips.
fn adversarial(config: &Config, rows: &Table) -> Panel {
    let columns = [LEARNER.0, BASELINES[0].0, BASELINES[1].0];
    let errors = columns
        .into_iter()
        .fold(rows.clone(), |rows, column| rows.derive(column, [column, "opt"], |[excess, opt]| excess + opt));
    let ticks = config.opt_grid.iter().map(|&opt| (opt, opt.to_string()));
    let ends = [0.85 * config.opt_grid[0], config.opt_grid[config.opt_grid.len() - 1] / 0.85];
    let middle = (ends[0] * ends[1]).sqrt();
    // The learners are those of panel a.
    let panel = Panel::new("adversarial noise")
        .x(Axis::log("share of flipped labels, opt").range(ends[0], ends[1]).tick_labels(ticks))
        .y(Axis::log("error of the output").range(0.8 * ends[0], 4.0 * ends[1]))
        .legend(Legend::None)
        .shows(["adversarial-constant"]);
    let guide = |panel: Panel, (factor, label, anchor): (f64, &str, Anchor)| {
        panel.line("", ends, ends.map(|opt| factor * opt), Style::color(GREY).dashed().width(0.9)).annotate(
            middle,
            factor * middle,
            label,
            anchor,
        )
    };
    let guides = [(1.0, "opt", Anchor::BelowRight), (3.0, "3 opt", Anchor::AboveLeft)];
    guides.into_iter().fold(learners(panel, &errors), guide)
}

/// Excess error of each seed, by input distribution and verdict, with acceptance rates.
fn marginals(config: &Config, rows: &Table) -> Panel {
    let groups = rows.groups("marginal");
    let percent = |runs: &Table, column| (100.0 * runs.mean(column)).round();
    let names = groups
        .iter()
        .map(|(name, runs)| format!("{name}\n{} / {}", percent(runs, "accepted"), percent(runs, "accepted_moment3")));
    let panel = Panel::new(format!("who is accepted, η = {}", config.eta))
        .x(Axis::categories("% accepted: tester / degree-3 moments", names))
        .y(Axis::symlog("excess error over opt", 0.01))
        .shows(["completeness", "soundness", "local-tests-needed"]);
    let seeds = config.seeds_marginals as f64;
    let dots = |panel: Panel, (verdict, label, style): (bool, &str, Style)| {
        let place = |k: usize, seed: f64| k as f64 + SPREAD * ((seed + 0.5) / seeds - 0.5);
        let dots = groups.iter().enumerate().flat_map(|(k, (_, runs))| {
            runs.with("accepted", verdict).map(["seed", "excess_gd"], |[seed, excess]| (place(k, seed), excess))
        });
        let (x, y): (Vec<f64>, Vec<f64>) = dots.unzip();
        panel.points(label, x, y, style)
    };
    [(true, "accepted", Style::color(BLUE)), (false, "rejected", Style::color(BLUE).open())]
        .into_iter()
        .fold(panel, dots)
        .horizontal(config.epsilon, format!("ε = {:?}", config.epsilon))
}
