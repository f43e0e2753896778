//! Wrong choices over the rounds for all methods, and in the end over the exploration parameter.

use common::prelude::*;

use crate::Config;
use crate::contexts::{ARMS, Dataset};
use crate::players::Name;

/// The look of the two methods of the paper.
const WEIGHTED: [(Name, &str, Color, Marker); 2] =
    [(Name::Square, "NeuSquareCB", BLUE, Marker::Square), (Name::Fast, "NeuFastCB", RED, Marker::Circle)];

/// The others.
const BASELINES: [(Name, &str, Color); 2] = [(Name::Ucb, "NeuralUCB", GREEN), (Name::Ts, "NeuralTS", OLIVE)];

/// Draws one column of two panels for each data set.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let caption = format!(
        "Ten-armed bandits from image classification: a wrong arm costs 1, and only the arm that was played shows its \
         loss (means over {} seeds; bands and whiskers from the least to the most). With the same exploration \
         parameter (γ = {}, upper row) NeuFastCB, which regresses with the Kullback-Leibler loss, makes fewer mistakes \
         than NeuSquareCB: its exploration fades where the predicted loss of the best arm goes to zero. With a large γ, \
         tuned by hand, the two meet (lower row, without perturbation; dashed: the γ of the upper row).",
        config.seeds, config.gamma,
    );
    let (mut curves, mut sweeps) = (Vec::new(), Vec::new());
    for (&dataset, letters) in config.datasets.iter().zip([["a", "c"], ["b", "d"]]) {
        let rows = table.filter("dataset", dataset.text())?;
        // With one data set the panels are a and b.
        let second = if config.datasets.len() == 1 { "b" } else { letters[1] };
        curves.push(regret_curves(config, &rows, Panel::new(letters[0], title(dataset)))?);
        sweeps.push(sensitivity(config, &rows, Panel::new(second, format!("{}, no perturbation", title(dataset))))?);
    }
    Ok(Figure::new("").caption(caption).row(1.05, curves).row(1.0, sweeps))
}

fn title(dataset: Dataset) -> &'static str {
    match dataset {
        Dataset::Mnist => "MNIST",
        Dataset::Fashion => "Fashion-MNIST",
    }
}

fn epsilon_label(config: &Config) -> String {
    format!("ε-greedy, ε = {}", config.epsilon)
}

/// Wrong choices so far of all methods.
fn regret_curves(config: &Config, rows: &Table, panel: Panel) -> Result<Panel> {
    let rounds = config.setting.rounds as f64;
    let chance = (ARMS - 1) as f64 / ARMS as f64;
    let uniform = Style::color(BLACK).dotted().width(0.9);
    let compared = rows.filter("perturb", config.strength().perturb)?.filter("gamma", config.gamma)?;
    let baselines = rows.filter("gamma", 0.0)?;
    let mut series = vec![(baselines.filter("method", "eps")?, epsilon_label(config), GREY)];
    for (name, label, color) in BASELINES {
        series.push((baselines.filter("method", name.text())?, label.to_string(), color));
    }
    for (name, label, color, _) in WEIGHTED {
        series.push((compared.filter("method", name.text())?, label.to_string(), color));
    }
    let mut highest = 0.0_f64;
    let mut panel = panel.legend(Legend::Shared).line("uniform arms", [0.0, rounds], [0.0, chance * rounds], uniform);
    for (runs, label, color) in series {
        let [round, mean, low, high] = spread(&runs, "round")?;
        highest = highest.max(reduce::max(&high));
        // Every run starts without a mistake.
        let from_zero = |values: Vec<f64>| -> Vec<f64> { [0.0].into_iter().chain(values).collect() };
        let (x, mean, low, high) = (from_zero(round), from_zero(mean), from_zero(low), from_zero(high));
        panel = panel.band(&x, &low, &high, color).line(label, &x, mean, color);
    }
    Ok(panel
        .x(Axis::linear("round").range(0, rounds).format(Format::Thousands))
        .y(Axis::linear("wrong arms so far").range(0, 1.15 * highest).format(Format::Thousands)))
}

/// Wrong choices in all rounds of the two methods without perturbation, for each exploration parameter.
fn sensitivity(config: &Config, rows: &Table, panel: Panel) -> Result<Panel> {
    let last = rows.filter("round", config.setting.rounds)?;
    let unperturbed = last.filter("perturb", 0.0)?;
    let greedy = reduce::mean(&last.filter("method", "eps")?.floats("regret")?);
    let mut panel = panel
        .x(Axis::log("exploration parameter γ"))
        .y(Axis::linear(format!("wrong arms in {} rounds", config.setting.rounds)).from(0).format(Format::Thousands))
        .legend(Legend::Shared)
        .horizontal(greedy, epsilon_label(config))
        .styled(Style::color(GREY))
        .in_legend()
        // The comparison above, there with a perturbation.
        .vertical(config.gamma, "as above")
        .styled(Style::color(GREY).dashed().width(0.8));
    for (name, label, color, marker) in WEIGHTED {
        let runs = unperturbed.filter("method", name.text())?.sort(&["gamma"])?;
        let [gamma, mean, low, high] = spread(&runs, "gamma")?;
        panel = panel
            .line(label, &gamma, &mean, color)
            .points(label, &gamma, &mean, Style::color(color).marker(marker))
            .errors(low, high);
    }
    Ok(panel)
}

/// The values of `by` with mean, least and most over seeds of the regret.
fn spread(runs: &Table, by: &str) -> Result<[Vec<f64>; 4]> {
    let statistics = [
        Summary::mean("regret").named("mean"),
        Summary::min("regret").named("low"),
        Summary::max("regret").named("high"),
    ];
    let summary = runs.summarize(&[by], &statistics)?;
    let column = |name| summary.floats(name);
    Ok([column(by)?, column("mean")?, column("low")?, column("high")?])
}
