//! Of the models trained here: the bowl of the held-out group, the law of the others, and what recommendations cost.

use common::prelude::*;
use common::statistics::{mean, quantiles};

use super::bowl;
use crate::Config;
use crate::claims::PUBLISHED;
use crate::law::PowerLaw;
use crate::losses::Setting;
use crate::trained::{Recipe, Study, Trained};

/// A recommendation with its name, colour, and marker in the bowl, if it has one.
type Shown = (Recipe, &'static str, Color, Option<(Marker, f64)>);

/// The recommendations from the best to the worst.
const RECIPES: [Shown; 7] = [
    (Recipe::Bowl, "bottom of its own bowl", GREY, Some((Marker::Circle, 4.0))),
    (Recipe::Law, "law of the other groups", BLUE, Some((Marker::Square, 9.0))),
    (Recipe::OneRate, "one rate, law's batch", OLIVE, None),
    (Recipe::OneBatch, "one batch, law's rate", YELLOW, None),
    (Recipe::OneSetting, "one setting for all", ORANGE, Some((Marker::Diamond, 8.0))),
    (Recipe::Copied, "copied from the smallest", PURPLE, Some((Marker::Cross, 9.0))),
    (Recipe::Published, "published law as it stands", RED, Some((Marker::Triangle, 8.0))),
];

/// Draws the panels: a to c of the first seed, d and e of all.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let study = Study::of(config, table, 0);
    let runs = config.grid.rates.len() * config.grid.batches.len() * (study.fitted.len() + 1);
    Figure::new()
        .title(format!("{runs} small language models trained here"))
        .row([bowl_panel(config, table, &study), rate_panel(&study), batch_panel(&study)])
        .height(1.15)
        .row([cost_panel(config, table), check_panel(table)])
        .height(0.75)
}

/// 30944 as 30,944.
fn thousands(count: f64) -> String {
    let digits = format!("{count}");
    let from_end = |index: usize| digits.len() - index;
    let spaced = digits.char_indices().map(|(index, digit)| match index > 0 && from_end(index) % 3 == 0 {
        true => format!(",{digit}"),
        false => digit.to_string(),
    });
    spaced.collect()
}

fn bowl_panel(config: &Config, table: &Table, study: &Study) -> Panel {
    let held_out = &study.held_out;
    let rows = table.with("seed", 0).with("role", "held-out");
    let (runs, bowl) = (rows.kind("run"), rows.kind("group"));
    let best = runs.keep("excess", |excess| excess == 0.0);
    let first = |column| best.column(column).first().copied().unwrap_or(f64::NAN);
    let star = Style::color(WINE).marker(Marker::Star).size(9.0);
    // The bottom of the bowl in front: it may lie on the law.
    let recipes = RECIPES.iter().rev().filter_map(|&(recipe, name, color, marker)| {
        let (marker, size) = marker?;
        let setting = study.recommend(recipe, &study.law, held_out);
        let color = if recipe == Recipe::Bowl { BLACK } else { color };
        Some((name, setting.rate(), setting.batch(), Style::color(color).marker(marker).size(size)))
    });
    let marks: Vec<bowl::Mark> = [("best run", first("lr"), first("b"), star)].into_iter().chain(recipes).collect();
    let levels = [0.0625, 0.125, 0.25, 0.5].map(|share| share * config.grid.grid_window);
    let title = format!("held out: N = {}, D = {}", thousands(held_out.n), thousands(held_out.d));
    bowl::panel(title, &runs, &bowl, &levels, config.grid.grid_window, &marks).shows([
        "convex-bowl",
        "larger-batch-larger-rate",
        "larger-model",
    ])
}

/// The fitted groups of each model size, with colours.
fn sizes(study: &Study) -> Vec<(Color, &[Trained])> {
    let sizes: Vec<&[Trained]> = study.fitted.chunk_by(|a, b| a.n == b.n).collect();
    let count = sizes.len();
    sizes.into_iter().enumerate().map(|(index, size)| (Color::ramp(index, count), size)).collect()
}

/// The bowl minima of groups over D, with their bootstrap intervals.
fn minima(groups: &[Trained], of: fn(Setting) -> f64) -> Curve {
    let interval = |group: &Trained| {
        quantiles(&group.resampled.iter().map(|&minimum| of(minimum)).collect::<Vec<f64>>(), &[0.025, 0.975])
    };
    let (low, high): (Vec<f64>, Vec<f64>) = groups.iter().map(interval).map(|ends| (ends[0], ends[1])).unzip();
    let best: Vec<f64> = groups.iter().map(|group| of(group.minimum)).collect();
    Curve::new(tokens(groups), best).between(low, high)
}

fn tokens(groups: &[Trained]) -> Vec<f64> {
    groups.iter().map(|group| group.d).collect()
}

/// A line with the published exponent of D through the minimum of the middle group.
fn published_slope(study: &Study, exponent: &str, of: fn(Setting) -> f64) -> Curve {
    let sizes = sizes(study);
    let (_, size) = sizes[(sizes.len() - 1) / 2];
    let middle = &size[(size.len() - 1) / 2];
    let slope = PUBLISHED.number(exponent).value;
    let along: Vec<f64> = size.iter().map(|group| of(middle.minimum) * pow(group.d / middle.d, slope)).collect();
    Curve::new(tokens(size), along)
}

/// A panel over D that shows the minima of all groups, the held-out one open.
fn with_minima(panel: Panel, study: &Study, of: fn(Setting) -> f64) -> Panel {
    let sizes = sizes(study);
    let middle = (sizes.len() - 1) as f64 / 2.0;
    let panel = sizes.iter().enumerate().fold(panel, |panel, (index, (color, size))| {
        // Side by side, so that no interval covers another.
        let aside = exp2(0.08 * (index as f64 - middle));
        let minima = minima(size, of).map_x(|d| d * aside);
        panel.curve_points(format!("N = {}", thousands(size[0].n)), minima, Style::color(*color).size(4.5))
    });
    let held_out = &study.held_out;
    let open = Style::color(BLACK).marker(Marker::Square).size(6.5).open();
    panel.points(format!("N = {}, held out", thousands(held_out.n)), [held_out.d], [of(held_out.minimum)], open)
}

fn rate_panel(study: &Study) -> Panel {
    let panel = Panel::new(format!("learning rate ∝ N^{{{:.2}}} D^{{{:.2}}}", study.law.a_n, study.law.a_d))
        .x(Axis::log2("tokens D"))
        .y(Axis::log2("best learning rate"))
        .legend(Legend::Below)
        .shows(["lr-falls-with-size", "lr-rises-with-data"]);
    let panel = sizes(study).into_iter().fold(panel, |panel, (color, size)| {
        let rates: Vec<f64> = size.iter().map(|group| study.law.predict(group.n, group.d).rate()).collect();
        panel.curve("", Curve::new(tokens(size), rates), color)
    });
    let published = PUBLISHED.number("rate-data-exponent").value;
    let dashed = Style::color(RED).dashed();
    let slope = published_slope(study, "rate-data-exponent", Setting::rate);
    with_minima(panel.curve(format!("published slope {published}"), slope, dashed), study, Setting::rate)
}

fn batch_panel(study: &Study) -> Panel {
    let d = tokens(sizes(study)[0].1);
    // The law of the batch has no N.
    let batch = |law: &PowerLaw, d: f64| law.predict(1.0, d).batch();
    let line: Vec<f64> = d.iter().map(|&d| batch(&study.law, d)).collect();
    let band = d.iter().map(|&d| study.interval(|law| batch(law, d)));
    let (low, high): (Vec<f64>, Vec<f64>) = band.map(|[low, high]| (low, high)).unzip();
    let published = PUBLISHED.number("batch-exponent").value;
    let panel = Panel::new(format!("batch ∝ D^{{{:.2}}}", study.law.b_d))
        .x(Axis::log2("tokens D"))
        .y(Axis::log2("best batch size (tokens)"))
        .legend(Legend::Below)
        .shows(["batch-rises-with-data", "batch-ignores-size"])
        .curve_with_band("law, all N", Curve::new(d, line).between(low, high), BLACK)
        .curve(
            format!("published slope {published}"),
            published_slope(study, "batch-exponent", Setting::batch),
            Style::color(RED).dashed(),
        );
    with_minima(panel, study, Setting::batch)
}

/// The mean excess of each recommendation in the three tests, over all seeds.
fn cost_panel(config: &Config, table: &Table) -> Panel {
    let studies: Vec<Study> = (0..config.seeds).map(|seed| Study::of(config, table, seed)).collect();
    let costs = |recipe, test: usize| {
        let cost = |study: &Study| {
            let tests = [Study::larger_model, Study::more_data, Study::any_size];
            study.cost(recipe, &tests[test](study))
        };
        mean(&studies.iter().map(cost).collect::<Vec<f64>>())
    };
    let axis = Axis::log("excess loss of following a recommendation").range(1.0e-3, 0.2).format(Format::Percent);
    let names = ["larger model", "more data", "any size"];
    let larger = |recipe| format!("{:.2}%", 100.0 * costs(recipe, 0));
    let title = format!("larger model: law {}, copied {}", larger(Recipe::Law), larger(Recipe::Copied));
    let panel = Panel::new(title).x(axis).y(Axis::categories("", names)).legend(Legend::Right).width(2.4);
    let panel = panel.shows(["larger-model", "more-data", "any-size"]);
    RECIPES.iter().fold(panel, |panel, &(recipe, name, color, _)| {
        // Drawn where it is told: far below the sizes and numbers of tokens that it was made for.
        let is_shown = |test| recipe != Recipe::Published || test == 0;
        let excess = (0..names.len()).map(|test| if is_shown(test) { costs(recipe, test) } else { f64::NAN });
        panel.bars(name, excess.collect::<Vec<f64>>(), color)
    })
}

/// Recovered less planted exponents of synthetic losses, with their bootstrap intervals.
fn check_panel(table: &Table) -> Panel {
    let laws = table.with("source", "synthetic").kind("law").with("method", "refit");
    let planted = PowerLaw::published();
    let exponents = [("a_n", planted.a_n), ("a_d", planted.a_d), ("b_d", planted.b_d)];
    let off = |end: &str| exponents.map(|(exponent, planted)| laws.mean(&format!("{exponent}{end}")) - planted);
    let places = [0.0, 1.0, 2.0];
    let axis = Axis::linear("").range(-0.5, 2.5).tick_labels(places.into_iter().zip(["a_N", "a_D", "b_D"]));
    Panel::new("planted law, synthetic losses:\nmethod check")
        .x(axis)
        .y(Axis::linear("recovered − planted").range(-0.05, 0.05))
        .legend(Legend::None)
        .shows(["method-check"])
        .horizontal(0.0, "")
        .points("", places, off(""), Style::color(BLACK).marker(Marker::Circle).size(4.5))
        .errors(off("_lo"), off("_hi"))
}
