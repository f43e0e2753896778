//! Weights of the first layer, and accuracy where a shortcut fails.

use common::prelude::*;

use crate::Config;
use crate::claims::{Setting, best, regime, settings};
use crate::compander::Compander;
use crate::regimes::Regime;

const STANDARD: Style = Style::color(DARK_GREY);
const DECAYED: Style = Style::color(GREY).dashed();
const CLIPPED: Style = Style::color(BLUE);
const COMPANDED: Style = Style::color(RED);

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    Figure::new()
        .row([weights(config, table), accuracies(config, table)])
        .row([against_distribution(config, table), changes(config, table)])
}

/// The runs of a method at the step size of comparison.
fn compared(config: &Config, runs: &Table, method: &str, decay: f64) -> Table {
    runs.with("method", method).with("lr", config.lr).with("weight_decay", decay)
}

fn most_decay(config: &Config) -> f64 {
    config.standard_decays.last().copied().unwrap_or(f64::NAN)
}

fn weights(config: &Config, table: &Table) -> Panel {
    let bins = table.kind("hist");
    let bound = Compander::new(&config.companding, config.setup.pixels()).bound();
    let edges = bins.edges("bin_left", "bin_right");
    let panel = [("clip", "clipped", CLIPPED), ("standard", "standard", STANDARD), ("wc", "compander", COMPANDED)]
        .into_iter()
        .fold(Panel::new("first layer: bounded, off zero"), |panel, (method, label, style)| {
            let density = bins.with("method", method).curve("bin_left", "density").mean().alone().middle;
            if density.is_empty() { panel } else { panel.histogram(label, edges.clone(), density, style.open()) }
        });
    panel
        .shows(["bounded-weights", "democratic-weights"])
        .x(Axis::linear("weight").range(-0.5, 0.5))
        .y(Axis::linear("density").from(0.0))
        .legend(Legend::TopLeft)
        .vertical(-bound, "")
        .styled(Style::color(RED).dotted())
        .vertical(bound, "bound")
        .styled(Style::color(RED).dotted())
}

fn accuracies(config: &Config, table: &Table) -> Panel {
    let shifts = table.kind("runs").with("regime", "shift");
    let over = |method, decay| compared(config, &shifts, method, decay).curve("strength", "test_acc").mean();
    let of_best = |&s: &f64| best(&settings(&regime(table, "shift", s), "standard"));
    let tuned = Curve::new(config.shortcuts.clone(), config.shortcuts.iter().map(of_best).collect::<Vec<f64>>());
    let (companded, decay) = (over("wc", 0.0), most_decay(config));
    let last = config.shortcuts.last().copied().unwrap_or(f64::NAN);
    let gain = companded.at(last) - tuned.at(last);
    let panel = Panel::new("accuracy where the shortcut fails")
        .shows(["decay-is-no-substitute"])
        .series_shows("compander (WC)", "shift-gain")
        .series_shows("best standard", "shift-gain")
        .series_shows("compander (WC)", "not-only-the-bound")
        .series_shows("clipped", "not-only-the-bound")
        .x(Axis::linear("shortcut strength s").ticks(config.shortcuts.clone()))
        .y(Axis::linear("shifted test accuracy"))
        .curve("compander (WC)", companded.deviation(), COMPANDED.width(2.0))
        .curve("clipped", over("clip", 0.0).alone(), CLIPPED)
        .curve("best standard", &tuned, Style::color(BLACK).marker(Marker::Circle))
        .curve("standard", over("standard", 0.0).alone(), STANDARD)
        .note(format!("WC: {:+.1} points at s = {last}", 100.0 * gain), Corner::TopRight);
    if decay == 0.0 {
        return panel;
    }
    panel.curve(format!("standard, decay {decay}"), over("standard", decay).alone(), DECAYED)
}

/// Shifted against in-distribution accuracy, at the two strongest shortcuts.
fn against_distribution(config: &Config, table: &Table) -> Panel {
    let mut panel = Panel::new("all settings, both accuracies")
        .x(Axis::linear("in-distribution test accuracy"))
        .y(Axis::linear("shifted test accuracy"))
        .legend(Legend::None)
        .shows(["no-loss-in-distribution", "gain-at-equal-accuracy", "gain-grows-with-shortcut"]);
    for (place, &s) in config.shortcuts.iter().rev().take(2).enumerate() {
        let runs = regime(table, "shift", s);
        let marked = |style: Style, marker| match place {
            0 => style.marker(marker),
            _ => style.marker(marker).open(),
        };
        for (method, plain, decayed) in
            [("standard", STANDARD, DECAYED), ("clip", CLIPPED, CLIPPED), ("wc", COMPANDED, COMPANDED)]
        {
            let all = settings(&runs, method);
            panel = joined(panel, all.iter().filter(|one| one.decay == 0.0), marked(plain, Marker::Circle));
            panel = joined(panel, all.iter().filter(|one| one.decay > 0.0), marked(decayed, Marker::Square));
        }
        if let Some(first) = settings(&runs, "standard").first() {
            panel = panel.annotate(first.in_acc, first.test_acc, format!("s = {s}"), Anchor::Auto);
        }
    }
    panel
}

fn joined<'s>(panel: Panel, settings: impl Iterator<Item = &'s Setting>, style: Style) -> Panel {
    let (x, y): (Vec<f64>, Vec<f64>) = settings.map(|setting| (setting.in_acc, setting.test_acc)).unzip();
    panel.line("", x, y, style)
}

/// What weight decay and companding change at the same step size, in each regime.
fn changes(config: &Config, table: &Table) -> Panel {
    let shifts = config.shortcuts.iter().map(|&s| Regime::Shift(s));
    let regimes: Vec<Regime> = shifts.chain(config.noises.iter().map(|&q| Regime::Noise(q))).collect();
    let name = |regime: &Regime| match *regime {
        Regime::Shift(0.0) => "clean".to_string(),
        Regime::Shift(s) => format!("s = {s}"),
        Regime::Noise(q) => format!("{} % noise", (1e4 * q).round() / 1e2),
    };
    let mean = |of: &Regime, method, decay| {
        compared(config, &regime(table, of.name(), of.strength()), method, decay).mean("test_acc")
    };
    let change = |method, decay| regimes.iter().map(move |of| mean(of, method, decay) - mean(of, "standard", 0.0));
    let decay = most_decay(config);
    Panel::new("weight decay helps elsewhere")
        .shows(["decay-is-no-substitute", "tuned-decay-wins"])
        .series_shows("compander", "helps-with-noise")
        .series_shows("compander", "honest-limit")
        .x(Axis::categories("", regimes.iter().map(name)))
        .y(Axis::linear("gain over standard"))
        .bars(format!("weight decay {decay}"), change("standard", decay), Style::color(GREY))
        .bars("compander", change("wc", 0.0), COMPANDED)
        .horizontal(0.0, "")
}
