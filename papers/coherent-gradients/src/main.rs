//! On the Generalization Mystery in Deep Learning — Chatterjee, Zielinski 2022, arXiv:2203.10036.
//!
//! Gradient descent steps along the average of the gradients of single examples. With real labels these agree, and a
//! step helps many examples at once; with random labels each is on its own. Robust averages, which suppress what few
//! examples want, memorize less.

mod claims;
mod comparison;
mod digits;
mod easy;
mod features;
mod figure;
mod loss_ratio;
mod network;
mod rules;
mod training;

use common::prelude::*;
use comparison::{Features, Robust};
use easy::Halves;
use loss_ratio::LossRatio;
use rules::Rule;
use training::Noisy;

/// Images that MNIST has to train on.
const IMAGES: usize = 60_000;
/// Pixels along a side of them.
const SIDE: usize = 28;

/// The digits of a run.
#[derive(Parameters)]
#[require(SIDE.is_multiple_of(pool), "1, 2, 4, 7, 14 or 28, which divide 28")]
pub struct Digits {
    /// Training images, drawn without replacement: m.
    #[range(2..=IMAGES)]
    n: usize,
    /// Test images, the first of their set.
    #[range(1..=10_000)]
    n_test: usize,
    /// Side of the squares of pixels that are averaged; divides 28.
    pool: usize,
}

/// Plain descent on partly random labels.
#[derive(Parameters)]
pub struct Descent {
    /// Recorded steps of training, evenly spaced in log step.
    #[range(2..)]
    marks: usize,
    /// Hidden units where coherence is measured.
    hidden: usize,
    /// Examples of a batch there.
    batch: usize,
    /// Step size there: eta.
    lr: f64,
    /// Steps there.
    steps: usize,
}

/// The comparison of rules.
#[derive(Parameters)]
pub struct Comparison {
    /// Recorded steps where rules are compared, from 10, evenly spaced in log step.
    #[range(2..)]
    robust_marks: usize,
    /// Hidden units where rules are compared.
    robust_hidden: usize,
    /// Examples of a batch there.
    #[range(3..)]
    robust_batch: usize,
    /// Step size there.
    robust_lr: f64,
    /// Slow descent has so many times the steps, of a size so many times smaller.
    #[range(2..)]
    slow_factor: usize,
}

/// The comparison of easy and hard examples.
#[derive(Parameters)]
#[require(easy_batch <= easy_pool / 4)]
pub struct Easy {
    /// Images of which a half is easy; a quarter of all is trained on, and 9/40 are tested on.
    // Halves lose up to one image of each class.
    #[range(200..=IMAGES)]
    easy_pool: usize,
    /// Hidden units where easy and hard examples are compared, also of the scout.
    easy_hidden: usize,
    /// Examples of a batch there.
    easy_batch: usize,
    /// Step size there.
    easy_lr: f64,
    /// Steps of the scout, whose errors tell easy from hard.
    scout_steps: usize,
    /// Steps of training on easy or on hard examples.
    easy_steps: usize,
}

/// Invented rare features, which say nothing about the class.
#[derive(Clone, Copy, Debug, Parameters)]
pub struct RareInputs {
    /// Inputs besides the pixels in the task with invented rare features.
    #[range(0..)]
    rare: usize,
    /// Probability that such an input is on.
    #[range(0.0..=1.0)]
    rare_probability: f64,
    /// Its value when it is on; otherwise it is 0.
    rare_value: f64,
}

/// The parameters.
#[derive(Parameters)]
#[require(descent.batch <= digits.n, "at most n")]
#[require(comparison.robust_batch <= digits.n, "at most n")]
#[require(levels_fit([rules, clean_rules, vocabulary_rules], comparison), "levels c with 2 c < robust_batch")]
pub struct Config {
    #[flatten]
    digits: Digits,
    /// Runs, each with images, labels, weights and batches of its own.
    seeds: u64,
    #[flatten]
    descent: Descent,
    /// Shares of random labels.
    #[range(0.0..=1.0)]
    #[rising]
    noise_levels: Vec<f64>,
    #[flatten]
    comparison: Comparison,
    /// Share of random labels where rules are compared.
    #[range(0.0..=1.0)]
    robust_noise: f64,
    #[flatten]
    rare: RareInputs,
    /// Steps in the task with invented rare features.
    robust_steps: usize,
    /// Rules that are compared there.
    #[length(0..)]
    #[distinct]
    rules: Vec<Rule>,
    /// Rules that are compared there without random labels too.
    #[length(0..)]
    #[distinct]
    clean_rules: Vec<Rule>,
    /// Steps in the task with codes of patches.
    vocabulary_steps: usize,
    /// Rules that are compared there.
    #[length(0..)]
    #[distinct]
    vocabulary_rules: Vec<Rule>,
    #[flatten]
    easy: Easy,
}

/// Whether more values of a coordinate are kept than replaced.
fn levels_fit(rules: [&Vec<Rule>; 3], comparison: &Comparison) -> bool {
    rules.into_iter().flatten().all(|rule| 2 * rule.name_and_level().1 < comparison.robust_batch)
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { digits, descent, comparison, easy, rare, .. } = config;
    let seeds = || 0..config.seeds;
    for &noise in &config.noise_levels {
        plan.add(seeds().map(|seed| Noisy { noise, digits, descent, seed }));
    }
    for (features, rules, noise, steps) in [
        (Features::Rare(rare), &config.rules, config.robust_noise, config.robust_steps),
        (Features::Rare(rare), &config.clean_rules, 0.0, config.robust_steps),
        (Features::Vocabulary, &config.vocabulary_rules, config.robust_noise, config.vocabulary_steps),
    ] {
        for &rule in rules {
            plan.add(seeds().map(|seed| Robust { features, rule, noise, digits, comparison, steps, seed }));
        }
    }
    plan.add(seeds().map(|seed| Halves { easy, pool: digits.pool, seed }));
    for permuted in [false, true] {
        plan.add(seeds().map(|seed| LossRatio { permuted, hidden: descent.hidden, digits, seed }));
    }
}

/// What leads the rows of a run.
fn key(experiment: &str, noise: f64, (rule, c): (&str, usize), lr: f64, seed: u64) -> Record {
    record! {
        /// train: training on partly random labels; robust: rules compared with invented rare features; vocabulary: the
        /// same with codes of patches; easy: easy and hard examples; fd: finite differences of losses.
        experiment,
        /// Share of random labels; in fd 1 for permuted ones.
        noise,
        /// sgd, slow, winsor, median3 or rolling; in easy the examples, easy or hard.
        rule,
        /// Level of winsorization.
        c,
        /// Step size.
        lr,
        seed,
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
