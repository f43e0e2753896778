//! Coherence and learning with real and random labels, and what is left of memorization where rare directions are
//! suppressed.

use common::prelude::*;

use crate::claims::{MATCHED, of_rule};
use crate::rules::Rule;
use crate::{Config, easy};

/// Rules whose curves with invented rare features claims are about.
const ABOUT: [(Rule, &str); 8] = [
    (Rule::Sgd, "suppression-is-selective"),
    (Rule::Winsor(2), "suppression-is-selective"),
    (Rule::Slow, "slowness-is-not-enough"),
    (Rule::Sgd, "memorization-stopped"),
    (Rule::Winsor(2), "memorization-stopped"),
    (Rule::Sgd, "generalization-improves"),
    (Rule::Winsor(2), "generalization-improves"),
    (Rule::Median3, "median-of-means-too"),
];

/// Draws the six panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let train = table.with("experiment", "train").derive("time", ["step"], |[step]| step + 1.0);
    let invented = suppression(config, table, "robust", "invented rare features", &config.rules);
    let invented = ABOUT
        .into_iter()
        .filter(|(rule, _)| config.rules.contains(rule))
        .fold(invented, |panel, (rule, claim)| panel.series_shows(look(rule).0, claim));
    Figure::new()
        .row([coherence(config, &train), accuracies(config, &train), first_learned(config, &train)])
        .height(1.05)
        .row([
            invented,
            suppression(config, table, "vocabulary", "rare patch codes", &config.vocabulary_rules)
                .shows(["real-rare-features"]),
            easy_and_hard(config, &table.with("experiment", "easy")),
        ])
        .height(1.25)
}

fn percent(share: f64) -> String {
    format!("{}%", (1e4 * share).round() / 1e2)
}

/// The runs at each noise level, with its colour, from real to random labels.
fn by_noise(config: &Config, train: &Table) -> Vec<(f64, Table, Color)> {
    const COLORS: [Color; 5] = [BLUE, SKY, GREEN, ORANGE, RED];
    let place = |noise: f64| (noise * (COLORS.len() - 1) as f64).round() as usize;
    config.noise_levels.iter().map(|&noise| (noise, train.with("noise", noise), COLORS[place(noise)])).collect()
}

fn over_time(config: &Config, title: impl Into<String>) -> Panel {
    Panel::new(title).x(Axis::log("optimizer steps + 1").range(1.0, config.descent.steps as f64 + 1.0))
}

fn coherence(config: &Config, train: &Table) -> Panel {
    let curves = by_noise(config, train).into_iter().map(|(noise, runs, color)| {
        (format!("{} random", percent(noise)), runs.curve("time", "coherence").mean().range(), color)
    });
    over_time(config, "coherence of the gradients")
        .y(Axis::log("m-coherence").range(0.04, 1.3 * train.greatest("coherence").max(20.0)))
        .shows(["real-versus-random", "dose-response", "memorization-raises"])
        .horizontal(1.0, "every example alone")
        .curves(curves)
}

fn accuracies(config: &Config, train: &Table) -> Panel {
    let curves = by_noise(config, train).into_iter().flat_map(|(_, runs, color)| {
        [("train_acc", Style::color(color)), ("test_acc", Style::color(color).dashed())]
            .map(|(column, style)| ("", runs.curve("time", column).mean(), style))
    });
    over_time(config, "fit and generalization")
        .y(Axis::linear("accuracy").range(0.0, 1.02))
        .legend(Legend::Best)
        .shows(["same-fit-different-test"])
        .line("given labels", [0.0], [f64::NAN], BLACK)
        .line("test", [0.0], [f64::NAN], Style::color(BLACK).dashed())
        .curves(curves)
}

/// Kept and wrong labels at the noise level closest to a half.
fn first_learned(config: &Config, train: &Table) -> Panel {
    let distances: Vec<f64> = config.noise_levels.iter().map(|noise| (noise - 0.5).abs()).collect();
    let noise = config.noise_levels[reduce::argmin(&distances)];
    let fit = |column| train.with("noise", noise).curve("time", column).mean().range();
    over_time(config, format!("learned first, {} random", percent(noise)))
        .y(Axis::linear("share fitted").range(0.0, 1.02))
        .shows(["pristine-first"])
        .curve("kept labels", fit("pristine_fit"), GREEN)
        .curve("wrong labels", fit("corrupt_fit"), ORANGE)
}

/// Label and look of a rule, from the back to the front.
fn look(rule: Rule) -> (String, Style) {
    match rule {
        Rule::Sgd => ("SGD".into(), Style::color(BLACK).width(2.4)),
        Rule::Slow => ("slow SGD".into(), Style::color(YELLOW).dashed()),
        Rule::Winsor(c) => (format!("winsorized, c = {c}"), [SKY, BLUE, BLUE, PURPLE][c.clamp(1, 4) - 1].into()),
        Rule::Median3 => ("median of 3 groups".into(), GREEN.into()),
        Rule::Rolling => ("rolling median".into(), RED.into()),
    }
}

/// Wrong labels fitted against kept labels fitted, in the course of training.
fn suppression(config: &Config, table: &Table, experiment: &str, title: &str, rules: &[Rule]) -> Panel {
    let mut panel = Panel::new(title)
        .x(Axis::linear("kept labels fitted").range(0.0, 1.2).ticks([0.0, 0.2, 0.4, 0.6, 0.8, 1.0]))
        .y(Axis::log("wrong labels fitted").range(0.03, 1.3))
        .legend(Legend::Shared)
        .vertical(MATCHED, "");
    let mut labelled: Vec<f64> = Vec::new();
    for &rule in rules {
        let runs = of_rule(table, experiment, config.robust_noise, rule);
        let courses =
            ["pristine_fit", "corrupt_fit", "test_acc"].map(|column| runs.curve("step", column).mean().alone().middle);
        let [x, y, accuracy] = courses.each_ref().map(|course| course.last().copied().unwrap_or(f64::NAN));
        let [pristine, corrupt, _] = courses;
        let (label, style) = look(rule);
        panel = panel.line(label.clone(), pristine, corrupt, style);
        // Slow descent ends where the other one does.
        if rule != Rule::Slow {
            panel = panel.points(label, [x], [y], style.marker(Marker::Circle));
        }
        // Texts a tenth apart do not cover each other.
        if labelled.iter().all(|other| (ln(y) - ln(*other)).abs() > 0.1) {
            panel = panel.annotate(x, y, format!("{accuracy:.2}"), Anchor::Right);
            labelled.push(y);
        }
    }
    panel
}

/// Early coherence above, accuracy among their like below.
fn easy_and_hard(config: &Config, halves: &Table) -> Panel {
    let bars = |title: &str, axis: Axis, rows: &Table, column| {
        let mut panel = Panel::new(title).x(Axis::categories("", ["easy", "hard"])).y(axis);
        for (name, color) in [("easy", SKY), ("hard", BLUE)] {
            let only = |value: f64| ["easy", "hard"].map(|place| if place == name { value } else { f64::NAN });
            let runs = rows.with("rule", name).each("seed", |run| run.mean(column));
            let dot = Style::color(BLACK).marker(Marker::Circle).size(3.0);
            panel = panel.bars("", only(reduce::mean(&runs)), color);
            panel = runs.into_iter().fold(panel, |panel, run| panel.bar_markers(only(run), dot));
        }
        // Each series has one bar: on each other none makes room for the others.
        panel.stacked().shows(["easy-is-coherent"])
    };
    let (early, end) = (halves.keep("step", easy::is_early), halves.with("step", config.easy.easy_steps));
    bars("easy and hard digits", Axis::linear("early m-coherence").from(0.0), &early, "coherence")
        .below(bars("", Axis::linear("test accuracy").range(0.0, 1.08), &end, "test_acc").unlettered())
}
