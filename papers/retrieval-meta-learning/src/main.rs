//! Retrieval-Augmented Meta Learning for Low-Resource Text Classification — Li, Li, Li, Luoyiching, Zheng, Zhou, Su 2023,
//! arXiv:2309.04979.
//!
//! A meta-learner tells new classes apart from one or five texts of each. With passages retrieved from texts without
//! labels, and learned attention to them, it does so better; with random passages it does not.

mod claims;
mod collection;
mod figure;
mod fusion;
mod learning;

use collection::Sources;
use common::datasets::{DataSet, WORDNET};
use common::prelude::*;
use fusion::Method;
use learning::{Recipe, Task};

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    sources: Sources,
    #[flatten]
    recipe: Recipe,
    /// Examples of each class.
    #[rising]
    #[range(1..)]
    shots: Vec<usize>,
    /// Passages that attention is given: m. The mean and random passages have the most only.
    #[rising]
    #[range(1..)]
    n_passages: Vec<usize>,
    /// Runs, each with its own split of the classes and its own episodes.
    seeds: u64,
}

/// One network.
#[derive(Serialize)]
struct Run {
    method: Method,
    n_passages: usize,
    shots: usize,
    seed: u64,
    /// Passages that are retrieved for all networks alike.
    retrieved: usize,
    sources: &'static Sources,
    recipe: &'static Recipe,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { sources, recipe, shots, n_passages, seeds } = config;
    let retrieved = most(config);
    let mut methods = vec![(Method::None, 0), (Method::Random, retrieved), (Method::Mean, retrieved)];
    methods.extend(n_passages.iter().map(|&m| (Method::Attention, m)));
    for (method, n_passages) in methods {
        for &shots in shots {
            plan.add((0..*seeds).map(|seed| Run { method, n_passages, shots, seed, retrieved, sources, recipe }));
        }
    }
}

/// The largest number of passages.
pub fn most(config: &Config) -> usize {
    config.n_passages.last().copied().unwrap_or(0)
}

/// Labelled texts, at most: all nouns.
const NOUNS: usize = 82_192;

impl Run {
    fn texts(&self) -> f64 {
        let Recipe { way, query, .. } = *self.recipe;
        way as f64 * (self.shots as f64 + query as f64)
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        let (d, m, recipe) = (self.sources.dim as f64, self.n_passages as f64, self.recipe);
        let products = if self.method == Method::None { 4.0 } else { 14.0 };
        // Passages are read from all over the corpus, which takes longer than the sums over them.
        let fused = self.texts() * (products * d * d + 50.0 * m * d);
        let learned = recipe.train_episodes as f64 * (fused + 20.0 * d * d);
        let tested = recipe.test_episodes as f64 * self.texts() * 3.0 * d * recipe.way as f64;
        // Reading, retrieving and embedding are shared by all cells.
        let shared = 2e-9 * self.sources.corpus_size as f64 * (d + 100.0 + self.retrieved as f64);
        shared + 6e-11 * (learned + tested)
    }

    fn memory(&self) -> f64 {
        let (d, m, recipe) = (self.sources.dim as f64, self.n_passages as f64, self.recipe);
        let (nouns, all) = (NOUNS as f64, self.retrieved as f64);
        // All texts as vectors, the directions of word space with what finds them, the numbers of passages.
        let texts = nouns * (2.0 * d + 4.0 * (d + 8.0) + 2.0 * all + m);
        let batches = (nouns + self.texts()) * (7.0 * d + 3.0 * m);
        8.0 * (texts + batches + 12.0 * d * d + 2.0 * recipe.way as f64 * d) + 3e8
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&WORDNET]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { method, n_passages, shots, seed, retrieved, sources, recipe } = self;
        let task = Task { method, m: n_passages, shots, seed, sources, recipe, retrieved };
        let outcome = task.learn(random)?;
        rows.push(record! {
            /// What is fused with a text: nothing, random passages, the mean of retrieved ones, or attention to them.
            method,
            /// Passages of a text: m, 0 without.
            n_passages,
            /// Examples of each class.
            shots,
            /// Run: split of the classes, episodes, random passages.
            seed,
            /// Share of test queries that are right before meta-training.
            acc_before: outcome.before,
            /// Share of test queries that are right after meta-training.
            acc_after: outcome.after,
            /// Weight of the passages after meta-training, 2 σ(g); 0 without passages.
            gate: outcome.gate,
            /// Mean entropy of α over test texts, nats: ln m for the mean, 0 without passages.
            attn_entropy: outcome.entropy,
        });
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
