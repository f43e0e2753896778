//! The claims, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least};

use crate::{Config, PUBLISHED};

/// Numbers of tasks in the three phases: memorised, identified, learned from.
const FEW: usize = 4;
const SOME: usize = 32;
const MANY: usize = 4096;

/// How far accuracies on new tasks may be from chance, and those on the first example.
const NEAR_CHANCE: f64 = 0.07;
const NEARER_CHANCE: f64 = 0.06;

/// Accuracy on the first example of a sequence.
pub fn first(run: &Table) -> f64 {
    run.with("position", 1).mean("accuracy")
}

/// Mean accuracy on the last three examples.
pub fn last(run: &Table) -> f64 {
    let length = run.greatest("position");
    run.keep("position", |position| position > length - 3.0).mean("accuracy")
}

/// What the examples of a sequence add.
pub fn gain(run: &Table) -> f64 {
    last(run) - first(run)
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let chance = 1.0 / config.reading.n_classes as f64;
    let each = |n_tasks: usize, series: &str, of: fn(&Table) -> f64| {
        table.with("n_tasks", n_tasks).with("series", series).each("seed", of)
    };
    let mean = |n_tasks, series, of| reduce::mean(&each(n_tasks, series, of));
    let largest = |values: Vec<f64>| greatest(values.into_iter().map(f64::abs));
    let off_chance =
        |n_tasks, series| largest(each(n_tasks, series, last).into_iter().map(|last| last - chance).collect());
    let both = each(MANY, "seen", last).into_iter().zip(each(MANY, "new_mnist", last));
    let above_chance = |series| mean(MANY, series, last) - chance;

    // First accuracies of growing K, as long as there is something to forget.
    let firsts: Vec<f64> = config.n_tasks.iter().map(|&n_tasks| mean(n_tasks, "seen", first)).collect();
    let falls = firsts.windows(2).filter(|pair| pair[0] > chance + NEARER_CHANCE || pair[0].is_nan());
    let falls: Vec<f64> = falls.map(|pair| pair[0] - pair[1]).collect();

    let gain_published = |series: &str, n_tasks: f64| PUBLISHED.entry(series).at(n_tasks);
    let accuracy_published = |images: &str| PUBLISHED.entry("accuracy").at(images);
    let at = |needed: &[usize], id: &str| {
        let missing = needed.iter().find(|n_tasks| !config.n_tasks.contains(n_tasks));
        let why_not = format!("{} is not among the numbers of tasks", missing.unwrap_or(&0));
        Claim::new(id)
            .applies_if(missing.is_none(), why_not)
            .applies_if(config.training.steps > 0, "nothing is trained")
            .default_scale_only("the phases of a larger transformer lie at other numbers of tasks")
    };

    vec![
        at(&[FEW], "memorise-few")
            .says("Of few tasks the seen ones are known from the first example, new ones not at all")
            .at_least(format!("min over seeds of first(seen), K = {FEW}"), least(each(FEW, "seen", first)), 0.90)
            .at_most("max over seeds of |gain(seen)|", largest(each(FEW, "seen", gain)), 0.05)
            .beside(gain_published("seen", 64.0))
            .at_most("max over seeds of |last(new MNIST) − chance|", off_chance(FEW, "new_mnist"), NEAR_CHANCE)
            .published("published gain: with 2^6 tasks"),
        at(&[SOME], "identify-some")
            .says("Of some more, accuracy rises within the sequence on seen tasks and not on new ones")
            .at_least(format!("min over seeds of gain(seen), K = {SOME}"), least(each(SOME, "seen", gain)), 0.08)
            .beside(gain_published("seen", 4096.0))
            .at_most("max over seeds of |gain(new MNIST)|", largest(each(SOME, "new_mnist", gain)), 0.08)
            .beside(gain_published("new_mnist", 4096.0))
            .published("published gains: with 2^12 tasks"),
        at(&[MANY], "learn-many")
            .says("Of many, new tasks are learned in context as well as seen ones")
            .at_least(format!("mean of last(new MNIST), K = {MANY}"), mean(MANY, "new_mnist", last), 0.60)
            .beside(accuracy_published("MNIST"))
            .at_least("min over seeds of last(new MNIST)", least(each(MANY, "new_mnist", last)), 0.45)
            .at_most(
                "max over seeds of |last(seen) − last(new MNIST)|",
                largest(both.map(|(seen, new)| seen - new).collect()),
                0.06,
            )
            .published("published accuracy: 10 classes, after 99 examples"),
        at(&[SOME, MANY], "transfers-to-fashion")
            .says("Who has learned to learn from many tasks learns Fashion-MNIST; who identifies some does not")
            .at_least(format!("mean of last(new Fashion), K = {MANY}"), mean(MANY, "new_fashion", last), 0.54)
            .beside(accuracy_published("Fashion-MNIST"))
            .at_least("min over seeds of last(new Fashion)", least(each(MANY, "new_fashion", last)), 0.40)
            .at_most(
                format!("max over seeds of |last(new Fashion) − chance|, K = {SOME}"),
                off_chance(SOME, "new_fashion"),
                NEAR_CHANCE,
            )
            .published("published accuracy: 10 classes, after 99 examples"),
        at(&[MANY], "near-1nn")
            .says("The learned learner reaches most of what a nearest-neighbour classifier does")
            .within(
                format!("last(new MNIST) over last(1-NN), both less chance, means, K = {MANY}"),
                above_chance("new_mnist") / above_chance("nn_mnist"),
                0.70..=1.15,
            )
            .beside(PUBLISHED.number("over-sgd"))
            .published("published ratio: over SGD from scratch"),
        at(&[FEW, MANY], "memory-fades")
            .says("The more tasks, the fewer are known from the first example, until none is")
            .above("least fall of mean first(seen) from one K to the next, until it is at chance", least(&falls), 0.0)
            .at_most(
                format!("|mean first(seen) − chance|, K = {MANY}"),
                (mean(MANY, "seen", first) - chance).abs(),
                NEARER_CHANCE,
            )
            .published("qualitative"),
    ]
}
