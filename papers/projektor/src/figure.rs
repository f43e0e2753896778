//! Predicted against measured accuracy, projections to larger sizes, and the mixture that the distance selects.

use common::prelude::*;

use crate::Config;
use crate::claims::PUBLISHED;
use crate::sources::{ALONE, Grid, UNIFORM};
use crate::stage2::project;

/// Name in the table, label and look of the models of panel a.
const MODELS: [(&str, &str, Style); 4] = [
    ("constant", "constant", Style::color(GREY).marker(Marker::Circle).size(3.0).open()),
    ("quadratic", "quadratic in p", Style::color(SKY).marker(Marker::Triangle).size(3.0)),
    ("linear", "linear in p", Style::color(GREY).marker(Marker::Square).size(3.0)),
    ("ot", "OT", Style::color(ORANGE).marker(Marker::Circle).size(3.4)),
];

/// Name in the table and label of the models of panel b.
const RATIOS: [(&str, &str); 5] = [
    ("constant", "constant"),
    ("pq", "squares\nof p"),
    ("quadratic", "quadratic\nin p"),
    ("ot", "OT"),
    ("pq-ot", "OT and\nsquares"),
];

/// Model and transform in the table, label and look of the projections of panel d.
const PROJECTIONS: [(&str, Option<&str>, &str, Color); 3] = [
    ("as-is", None, "accuracy at N_{1} as it is", GREY),
    ("raw", Some("acc"), "line in accuracy", SKY),
    ("raw", Some("logerr"), "line in log error", ORANGE),
];

/// Draws the five panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    Figure::new()
        .row([unseen_ratios(config, table), extrapolation(config, table)])
        .height(1.25)
        .row([unseen_sizes(config, table), projection_errors(config, table), selection(config, table)])
        .height(1.25)
}

/// Panel a: predictions for mixtures far from those tried.
fn unseen_ratios(config: &Config, table: &Table) -> Panel {
    let predictions = table.kind("prediction").with("n", config.study.n0);
    let (low, high) = (predictions.least("acc") - 0.1, predictions.greatest("acc") + 0.1);
    let axis = |label| Axis::linear(label).range(low, high);
    let panel = Panel::new(format!("stage 1: unseen ratios, N = {}", config.study.n0))
        .x(axis("measured accuracy"))
        .y(axis("predicted accuracy"))
        .square()
        .diagonal("")
        .series_shows("OT", "ot-tracks-accuracy")
        .series_shows("OT", "ot-beats-linear")
        .series_shows("linear in p", "ot-beats-linear");
    MODELS.iter().fold(panel, |panel, &(model, label, style)| {
        let rows = predictions.with("model", model);
        panel.points(label, rows.column("acc"), rows.column("predicted"), style)
    })
}

/// Panel b: errors on these mixtures, relative to the linear model.
fn extrapolation(config: &Config, table: &Table) -> Panel {
    let models = table.kind("model");
    let ratios = |n: usize, model| {
        let error = |rows: &Table, model| rows.with("model", model).mean("mae_extra");
        models.with("n", n).each("seed", |rows| error(rows, model) / error(rows, "linear"))
    };
    let panel = Panel::new("unseen ratios: error relative to linear")
        .x(Axis::categories("", RATIOS.map(|(_, label)| label)))
        .y(Axis::linear("mean absolute error / linear").from(0.0))
        .horizontal(1.0, "linear in p")
        .shows(["ot-beats-linear", "ot-beats-constant", "ot-beats-quadratic"]);
    let sizes = [(config.study.n0, SKY), (config.study.n1, BLUE)];
    let panel = sizes.iter().fold(panel, |panel, &(n, color)| {
        let ratios = RATIOS.map(|(model, _)| ratios(n, model));
        let [mean, least, greatest] =
            [reduce::mean, reduce::min, reduce::max].map(|of| ratios.each_ref().map(|values| of(values)));
        panel.bars(format!("N = {n}"), mean, color).errors(least, greatest)
    });
    let errors = PUBLISHED.entry("errors");
    let published = RATIOS.map(|(model, _)| match errors.x.iter().any(|name| name.as_str() == Some(model)) {
        true => errors.at(model).value / errors.at("linear").value,
        false => f64::NAN,
    });
    let style = Style::color(BLACK).marker(Marker::Diamond).size(5.0).open();
    panel.points("published, other data", (0..RATIOS.len()).map(|place| place as f64), published, style)
}

/// Panel c: error against size for some mixtures, and the lines through the small sizes.
fn unseen_sizes(config: &Config, table: &Table) -> Panel {
    let study = &config.study;
    let grid = Grid::new(study.divisions, study.fit_below);
    let run = table.with("seed", 0);
    let selected = run.kind("select").map(["p1", "p2", "p3"], |p| p);
    let shown = [
        ("source 1", ALONE[0], BLUE, Marker::Square),
        ("source 2", ALONE[1], PURPLE, Marker::Triangle),
        ("source 3", ALONE[2], GREEN, Marker::TriangleDown),
        ("equal shares", UNIFORM, DARK_GREY, Marker::Circle),
        ("selected", selected.first().copied().unwrap_or(UNIFORM), ORANGE, Marker::Star),
    ];
    // Ticks have little room: 4.8k.
    let short = |n: usize| if n < 1000 { n.to_string() } else { format!("{}k", n as f64 / 1000.0) };
    let sizes = [study.n0, study.n1].into_iter().chain(study.targets.iter().copied());
    let panel = Panel::new("stage 2: unseen sizes")
        .width(1.15)
        .shows(["projection-holds"])
        .x(Axis::log("training points N").tick_labels(sizes.map(|n| (n as f64, short(n)))))
        .y(Axis::log("error").tick_labels([0.05, 0.1, 0.2, 0.4, 0.7].map(|error| (error, error.to_string()))))
        .legend(Legend::Below);
    shown.into_iter().fold(panel, |panel, (label, p, color, marker)| {
        let [p1, p2, p3] = grid.mixtures[grid.nearest(p)];
        let rows = run.kind("mixture").with("p1", p1).with("p2", p2).with("p3", p3);
        let error = rows.curve("n", "acc").mean().map(|accuracy| 1.0 - accuracy);
        let [(n0, e0), (n1, e1)] = [study.n0, study.n1].map(|n| (n as f64, error.at(n as f64)));
        let last = error.x.last().copied().unwrap_or(n1);
        let end = exp(project(last, [n0, n1], [ln(e0), ln(e1)]));
        panel
            .line("", [n0, n1], [e0, e1], Style::color(color))
            .line("", [n1, last], [e1, end], Style::color(color).dashed())
            .points(label, error.x, error.middle, Style::color(color).marker(marker))
    })
}

/// Panel d: errors of projections over all mixtures.
fn projection_errors(config: &Config, table: &Table) -> Panel {
    let targets = &config.study.targets;
    let projections = table.kind("projection");
    let panel = Panel::new("how far off")
        .width(0.85)
        .series_shows("line in log error", "projection-holds")
        .series_shows("line in log error", "projection-beats-as-is")
        .series_shows("accuracy at N_{1} as it is", "projection-beats-as-is")
        .series_shows("line in log error", "log-error-is-the-right-scale")
        .series_shows("line in accuracy", "log-error-is-the-right-scale")
        .x(Axis::categories("predicted size N", targets.iter().map(usize::to_string)))
        .y(Axis::linear("mean absolute error").from(0.0))
        .legend(Legend::Below);
    PROJECTIONS.iter().fold(panel, |panel, &(model, transform, label, color)| {
        let rows = projections.with("model", model).with("transform", transform);
        let error = rows.curve("n", "mae_proj").mean().range();
        panel.bars(label, error.middle, color).errors(error.low, error.high)
    })
}

/// Panel e: accuracy at the largest size over the simplex, and the descents on the distance.
fn selection(config: &Config, table: &Table) -> Panel {
    let largest = config.study.targets.last().copied().unwrap_or(0);
    // The corners of the triangle are the sources.
    let placed =
        table.derive("x", ["p2", "p3"], |[p2, p3]| p2 + 0.5 * p3).derive("y", ["p3"], |[p3]| 0.75_f64.sqrt() * p3);
    let mixtures = placed.kind("mixture").with("n", largest).summary(["x", "y"], [Summary::mean("acc").named("acc")]);
    let (least, greatest) = (mixtures.least("acc"), mixtures.greatest("acc"));
    let best = mixtures.keep("acc", |accuracy| accuracy == greatest);
    let path = placed.kind("path");
    // A circle for each mixture, as large as the grid is coarse.
    let circles = Style::color(BLUE).marker(Marker::Circle).size(100.0 / (config.study.divisions + 1) as f64);
    let star = Style::color(BLACK).marker(Marker::Star).size(7.0).open();
    // Points lie above lines: the descents are dots, close to each other.
    let dots = Style::color(RED).marker(Marker::Circle).size(2.2);
    Panel::new(format!("selection, N = {largest}"))
        .width(1.25)
        .shows(["selection-near-best"])
        .square()
        .x(Axis::hidden().range(-0.12, 1.12))
        .y(Axis::hidden().range(-0.2, 1.04))
        .points("", mixtures.column("x"), mixtures.column("y"), circles)
        .colored_by(mixtures.column("acc"), ColorScale::viridis(least, greatest).label("test accuracy"))
        .points("best mixture", best.column("x"), best.column("y"), star)
        .points("descent on OT", path.column("x"), path.column("y"), dots)
        .annotate(0.0, -0.06, "source 1", Anchor::Below)
        .annotate(1.0, -0.06, "source 2", Anchor::Below)
        .annotate(0.5, 0.93, "source 3", Anchor::Above)
        .legend(Legend::Below)
}
