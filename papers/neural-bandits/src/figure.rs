//! Wrong choices over the rounds for all methods, and in the end over the exploration parameter.

use common::prelude::*;

use crate::Config;
use crate::contexts::{ARMS, Dataset};

/// The two methods of the paper.
const WEIGHTED: [(&str, &str, Color, Marker); 2] =
    [("square", "NeuSquareCB", BLUE, Marker::Square), ("fast", "NeuFastCB", RED, Marker::Circle)];

/// Draws one column of two panels for each data set.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let panels = config.datasets.iter().map(|&dataset| {
        let rows = table.with("dataset", dataset);
        let name = match dataset {
            Dataset::Mnist => "MNIST",
            Dataset::Fashion => "Fashion",
        };
        let curves = regret_curves(config, &rows, &format!("NeuFastCB beats NeuSquareCB, {name}"));
        let curves = match dataset {
            Dataset::Mnist => curves
                .series_shows("NeuFastCB", "learns-and-beats-greedy-mixing")
                .series_shows(epsilon_label(config), "learns-and-beats-greedy-mixing"),
            Dataset::Fashion => curves,
        };
        (curves, sensitivity(config, &rows, &format!("NeuFastCB depends less on γ, {name}")))
    });
    let (curves, sweeps): (Vec<Panel>, Vec<Panel>) = panels.unzip();
    Figure::new().row(curves).height(1.25).row(sweeps)
}

/// Wrong choices so far of all methods; only those of the paper have a band, so that the others show.
fn regret_curves(config: &Config, rows: &Table, title: &str) -> Panel {
    let rounds = config.setting.rounds as f64;
    let chance = (ARMS - 1) as f64 / ARMS as f64;
    let compared = rows.with("perturb", config.strength.perturb).with("gamma", config.gamma);
    let baselines = rows.with_any("method", ["eps", "ucb", "ts"]);
    let highest = compared.greatest("regret").max(baselines.greatest("regret"));
    // Every run starts without a mistake.
    let regret = |runs: &Table, method| {
        runs.with("method", method).curve("round", "regret").mean().range().starting_at(0.0, 0.0)
    };
    let line = |method| baselines.with("method", method).curve("round", "regret").mean().starting_at(0.0, 0.0);
    Panel::new(title)
        .x(Axis::linear("round").range(0, rounds).format(Format::Thousands))
        .y(Axis::linear("wrong arms so far").range(0, 1.05 * highest).format(Format::Thousands))
        .legend(Legend::Shared)
        .line("uniform arms", [0.0, rounds], [0.0, chance * rounds], Style::color(BLACK).dotted().width(0.9))
        .curves(
            WEIGHTED
                .map(|(method, label, color, _)| (label, regret(&compared, method), Style::color(color).width(1.8))),
        )
        .curve(epsilon_label(config), line("eps"), GREY)
        .curve("NeuralUCB", line("ucb"), Style::color(GREEN).dashed())
        .curve("NeuralTS", line("ts"), Style::color(OLIVE).dash_dotted())
        .series_shows("NeuFastCB", "kl-beats-square")
        .series_shows("NeuSquareCB", "kl-beats-square")
}

/// Wrong choices in all rounds of the two methods without perturbation, for each exploration parameter.
fn sensitivity(config: &Config, rows: &Table, title: &str) -> Panel {
    let last = rows.with("round", config.setting.rounds);
    let unperturbed = last.with("perturb", 0.0);
    let regret = |method| unperturbed.with("method", method).curve("gamma", "regret").mean().range();
    Panel::new(title)
        .x(Axis::log("exploration parameter γ"))
        .y(Axis::linear(format!("wrong arms in {} rounds", config.setting.rounds)).format(Format::Thousands))
        .legend(Legend::Shared)
        .shows(["kl-tolerates-gamma", "kl-wins-when-exploring"])
        .horizontal(last.with("method", "eps").mean("regret"), epsilon_label(config))
        .styled(Style::color(GREY))
        .in_legend()
        // The comparison above, there with a perturbation.
        .vertical(config.gamma, "as above")
        .styled(Style::color(GREY).dashed().width(0.8))
        .curves(
            WEIGHTED.map(|(method, label, color, marker)| (label, regret(method), Style::color(color).marker(marker))),
        )
}

fn epsilon_label(config: &Config) -> String {
    format!("ε-greedy, ε = {}", config.epsilon)
}
