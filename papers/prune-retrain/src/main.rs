//! PERP: Rethinking the Prune-Retrain Paradigm in the Era of LLMs — Zimmer, Andoni, Spiegel, Pokutta 2023,
//! arXiv:2312.15230.
//!
//! A network is trained, pruned by magnitude and retrained in different parts of its parameters. Biases and
//! normalizations, a few percent of all, repair most of the damage; low-rank adapters do the rest if they respect
//! the zeros while they learn.

mod adapters;
mod claims;
mod figure;
mod network;
mod pruning;
mod retraining;

use common::datasets::{DataSet, Examples, MNIST, Split};
use common::networks::Score;
use common::prelude::*;
use network::{Network, PIXELS, POOL};
use pruning::Pruned;
use retraining::{Method, Recipe, Retrained};

/// The network before it is pruned.
#[derive(Parameters)]
pub struct Pretraining {
    /// Units of each of the two hidden layers.
    #[key("H")]
    width: usize,
    /// Training images, drawn without replacement for each seed.
    #[range(1..=60_000)]
    train_size: usize,
    /// Test images, the first of their set.
    #[range(1..=10_000)]
    test_size: usize,
    /// Steps of Adam before pruning.
    #[range(0..)]
    pretrain_steps: usize,
    /// Images of a step before pruning, drawn with replacement.
    pretrain_batch: usize,
    /// Adam's rate before pruning, constant.
    lr_pretrain: f64,
}

impl Pretraining {
    /// Weights of the hidden matrices, W0 and W1.
    fn hidden_weights(&self) -> f64 {
        self.width as f64 * (PIXELS as f64 + self.width as f64)
    }

    /// Trains a dense network from a random start, and gives all its numbers.
    fn train(&self, network: &mut Network, images: &Examples<f32>, seed: u64, random: &Streams) -> Vec<f32> {
        let mut model = network.initial(&mut random.open("init", seed));
        let rates = (0..self.pretrain_steps).map(|_| self.lr_pretrain);
        network.train(&mut model, images, self.pretrain_batch, rates, &mut random.open("pretraining batches", seed));
        model
    }
}

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    pretraining: Pretraining,
    /// Pruned shares of each hidden matrix.
    #[range(0.0..1.0)]
    #[rising]
    sparsities: Vec<f64>,
    #[flatten]
    recipe: Recipe,
    /// Runs, each with its own images, initial weights, batches and adapters.
    seeds: u64,
}

/// A pre-trained network and all that starts from it. Pre-training costs as much as many retrainings, and cells know
/// nothing of each other; one cell for each seed does it once.
#[derive(Serialize)]
struct Run {
    seed: u64,
    sparsities: &'static [f64],
    pretraining: &'static Pretraining,
    recipe: &'static Recipe,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { pretraining, sparsities, recipe, seeds } = config;
    plan.add((0..*seeds).map(|seed| Run { seed, sparsities, pretraining, recipe }));
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        let &Run { sparsities, pretraining: before, recipe, .. } = self;
        let models = (sparsities.len() * (Method::ALL.len() + 2)) as f64;
        let retrained = models * recipe.retrain_steps as f64 * recipe.retrain_batch as f64;
        let trained = before.pretrain_steps as f64 * before.pretrain_batch as f64 + retrained;
        let scored = models * before.test_size as f64;
        0.1 + (6.0 * trained + 2.0 * scored) * before.hidden_weights() / 1.2e11
    }

    fn memory(&self) -> f64 {
        let &Run { pretraining: before, recipe, .. } = self;
        let images = (before.train_size + before.test_size) as f64 * PIXELS as f64;
        // Values and gradients of each of three operations a layer, of one batch; a dozen vectors of all weights; the
        // factors of the adapters, their gradients and moments.
        let units = 2.0 * before.pretrain_batch.max(recipe.retrain_batch) as f64 * (PIXELS + 6 * before.width) as f64;
        let factors = 8.0 * recipe.low_rank.r as f64 * (PIXELS + 3 * before.width) as f64;
        4.0 * (images + units + 12.0 * before.hidden_weights() + factors)
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { seed, sparsities, pretraining: before, recipe } = self;
        let images = Split::mnist(before.train_size, before.test_size, POOL, &mut random.open("images", seed))?;
        let mut network = Network::dense(before.width, before.pretrain_batch);
        let dense = before.train(&mut network, &images.train, seed, random);
        // Adapters are multiplied out in all models, so that one network judges them.
        let mut score = |model: &[f32]| network.score(model, &images.test);
        rows.key(record! {
            /// Run: images, initial weights, batches and adapters.
            seed,
        });
        let best = score(&dense);
        rows.push(self.row(0.0, "dense", &Retrained::untouched(&dense), best, None));
        for &sparsity in sparsities {
            let pruned = Pruned::new(&dense, before.width, sparsity);
            let worst = score(&pruned.model);
            rows.push(self.row(sparsity, "none", &Retrained::untouched(&pruned.model), worst, None));
            let lost = best.accuracy - worst.accuracy;
            let mut push = |method: &str, retrained: &Retrained| {
                let score = score(&retrained.model);
                let recovered = (lost > 0.0).then(|| (score.accuracy - worst.accuracy) / lost);
                rows.push(self.row(sparsity, method, retrained, score, recovered));
            };
            for method in Method::ALL {
                let retrained = recipe.retrain(method, &pruned, &images.train, seed, random);
                if method == Method::LoraPrune {
                    push("lora-prune", &Retrained { model: pruned.masked(&retrained.model), ..retrained });
                    push("lora-unmerged", &retrained);
                } else {
                    push(&Value::of(&method).to_string(), &retrained);
                }
            }
        }
        Ok(())
    }
}

impl Run {
    /// What is recorded of a model; `recovered` where pruning lost accuracy.
    fn row(&self, sparsity: f64, method: &str, retrained: &Retrained, score: Score, recovered: Option<f64>) -> Record {
        let (width, trainable) = (self.pretraining.width, retrained.trainable);
        record! {
            /// Pruned share of each hidden matrix; 0 for the dense network.
            sparsity,
            /// Retraining method; dense: before pruning, none: not retrained, lora-unmerged: lora-prune before its
            /// weights are pruned again.
            method,
            /// Numbers that were trained after pruning.
            trainable,
            /// Numbers that were trained after pruning, as a share of the parameters of the dense network.
            trainable_share: trainable as f64 / network::parameters(width) as f64,
            /// Share of zeros among the weights of the hidden matrices as they are stored, adapters multiplied out.
            final_sparsity: pruning::zeros(&retrained.model, width),
            /// Share of the test images that are classified correctly.
            test_acc: score.accuracy,
            /// Mean cross-entropy on the test images, in nats.
            test_ce: score.loss,
            /// Share of the accuracy lost by pruning that is back; empty where none was lost.
            recovered,
        }
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
