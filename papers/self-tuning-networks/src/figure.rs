//! The exact check by ridge regression, the schedules of dropout rates, and what a run is worth.

use common::prelude::*;

use crate::Config;
use crate::claims::distances;
use crate::ridge::RANGE;

/// Distances below this are drawn at it.
const FLOOR: f64 = 1e-3;

/// Name in the table, claim, colour and marker of the two forms of response.
const FORMS: [(&str, &str, Color, Marker); 2] =
    [("affine", "affine-biased", ORANGE, Marker::Triangle), ("gated", "gated-exact", BLUE, Marker::Circle)];

/// Colours of the starts of dropout rates, from the lowest; more starts begin anew.
const STARTS: [Color; 7] = [BLUE, SKY, GREEN, ORANGE, RED, PURPLE, WINE];

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let (ridge, networks) = (table.with("part", "ridge"), table.with("part", "mlp"));
    let check = exact_curve(config, &ridge).below(widths(&ridge));
    let rates = [("p_in", "tuned dropout rates meet", "rate of inputs"), ("p_hid", "", "rate of hidden units")];
    let [inputs, hidden] = rates.map(|(column, title, label)| schedules(config, &networks, column, title, label));
    Figure::new().row([check, inputs.below(hidden.unlettered()), comparison(config, &networks)]).height(1.75)
}

/// Panel a, above: the loss of the exact response, and where self-tuning ends on it.
fn exact_curve(config: &Config, ridge: &Table) -> Panel {
    let exact = ridge.with("method", "exact");
    let widest = config.ridge.sigmas[config.ridge.sigmas.len() - 1];
    let first = ridge.with("seed", 0).with("sigma", widest);
    let curve = exact.curve("l_end", "val_loss").mean().alone();
    let mut panel = Panel::new("the gated response is exact")
        .x(Axis::linear("log penalty λ").range(RANGE[0], RANGE[1]))
        .y(Axis::linear("validation loss").from(0.95 * exact.least("val_loss")))
        .legend(Legend::TopLeft)
        .curve("exact", &curve, Style::color(BLACK));
    let near = |start: &f64| reduce::argmin(&curve.x.iter().map(|x| (x - start).abs()).collect::<Vec<f64>>());
    if !curve.is_empty() {
        let starts = config.ridge.starts.iter().map(|start| curve.middle[near(start)]);
        let style = Style::color(DARK_GREY).marker(Marker::Bar).size(6.0);
        panel = panel.points("", &config.ridge.starts, starts.collect::<Vec<f64>>(), style);
    }
    // The curve's own points are too coarse for its minimum.
    let optimum = exact.map(["val_loss", "subopt", "l_star"], |[loss, above, star]| (star, loss / (1.0 + above)));
    let (star, least): (Vec<f64>, Vec<f64>) = optimum.into_iter().take(1).unzip();
    panel = panel.points("optimum λ*", star, least, Style::color(BLACK).marker(Marker::Star).size(10.0));
    for (form, claim, color, marker) in FORMS {
        let (ends, label) = (first.with("method", form), format!("{form}, σ = {widest}"));
        let style = Style::color(color).marker(marker).size(5.0);
        panel = panel.series_shows(&label, claim).points(label, ends.column("l_end"), ends.column("val_loss"), style);
    }
    panel
}

/// Panel a, below: the distance from the optimum against the width of the perturbations.
fn widths(ridge: &Table) -> Panel {
    let rows = distances(ridge);
    let panel = Panel::new("")
        .unlettered()
        .x(Axis::log("perturbation width σ"))
        .y(Axis::log("|λ − λ*| at the end").from(0.7 * FLOOR))
        .legend(Legend::None)
        .shows(["too-narrow-fails"]);
    FORMS.into_iter().fold(panel, |panel, (form, claim, color, marker)| {
        let distance = rows.with("method", form).curve("sigma", "distance").median().range();
        // Side by side, so that no range hides the other.
        let aside = if marker == Marker::Circle { 0.93 } else { 1.07 };
        let distance = distance.map_x(|sigma| aside * sigma).map(|distance| distance.max(FLOOR));
        panel.curve(form, distance, Style::color(color).marker(marker)).series_shows(form, claim)
    })
}

/// Each start with its colour.
fn starts(config: &Config) -> impl Iterator<Item = (f64, Color)> {
    config.starts.iter().copied().zip(STARTS.into_iter().cycle())
}

/// Panel b: a dropout rate over the steps, from each start.
fn schedules(config: &Config, networks: &Table, column: &str, title: &str, label: &str) -> Panel {
    let tuned = networks.with("method", "stn");
    let panel = Panel::new(title)
        .x(Axis::linear("steps").range(0, config.recipe.steps))
        .y(Axis::linear(label).from(0.0))
        .legend(Legend::None)
        .shows(["starts-converge", "moves-to-interior"]);
    starts(config).fold(panel, |panel, (start, color)| {
        panel.curve("", tuned.with("start", start).curve("step", column).mean().range(), color)
    })
}

/// Panel c: the validation loss at the end, with rates that stay and with tuned ones.
fn comparison(config: &Config, networks: &Table) -> Panel {
    let ended = networks.with("step", config.recipe.steps);
    let of = |method: &str| ended.with("method", method);
    let tuned = of("stn");
    let mut panel = Panel::new("one run is worth a grid")
        .x(Axis::linear("dropout rate").from(0.0))
        // Room for the legend.
        .y(Axis::linear("validation cross-entropy at the end").to(1.12 * ended.greatest("val_ce")))
        .width(1.15)
        .shows(["one-run-equals-grid"]);
    for (k, (start, color)) in starts(config).enumerate() {
        let label = if k == 0 { "self-tuned, colours of (b)" } else { "" };
        panel = panel.horizontal(tuned.with("start", start).mean("val_ce"), label).styled(color).in_legend();
    }
    panel = panel.region("", .., tuned.least("val_ce")..tuned.greatest("val_ce"), LIGHT_GREY).curve(
        "rates that stay",
        of("fixed").curve("start", "val_ce").mean().range(),
        Style::color(BLACK).marker(Marker::Square),
    );
    let filled = Style::color(PURPLE).size(5.0).marker(Marker::Diamond);
    let open = filled.open().size(9.0);
    for (method, label, style) in
        [("final-fixed", "last tuned rates kept", open), ("replay", "tuned schedule replayed", filled)]
    {
        let rows = of(method);
        let rate = 0.5 * (rows.mean("p_in") + rows.mean("p_hid"));
        panel = panel.points(label, [rate], [rows.mean("val_ce")], style);
    }
    panel
}
