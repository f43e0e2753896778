//! PERP: Rethinking the Prune-Retrain Paradigm in the Era of LLMs — Zimmer, Andoni, Spiegel, Pokutta 2023,
//! arXiv:2312.15230.
//!
//! A network is trained, pruned by magnitude and retrained in different parts of its parameters. Biases and
//! normalizations, a few percent of all, repair most of the damage; low-rank adapters do the rest if they respect
//! the zeros while they learn.

mod adapters;
mod claims;
mod digits;
mod figure;
mod network;
mod pruning;
mod retraining;

use common::datasets::{DataSet, MNIST};
use common::prelude::*;
use digits::{Digits, TEST_IMAGES, TRAINING_IMAGES};
use network::Network;
use pruning::Pruned;
use retraining::{Method, Recipe, Retrained};

/// The network before it is pruned.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Pretraining {
    /// Units of each hidden layer.
    #[serde(rename = "H")]
    width: usize,
    /// Training images, drawn without replacement.
    train_size: usize,
    /// Test images, the first of their set.
    test_size: usize,
    /// Steps of Adam.
    pretrain_steps: usize,
    /// Images of a step, drawn with replacement.
    pretrain_batch: usize,
    /// Adam's rate.
    lr_pretrain: f64,
}

impl Pretraining {
    /// Trains a dense network from a random start, and gives all its numbers.
    fn train(&self, network: &mut Network, training: &Digits, seed: u64, random: &Streams) -> Vec<f32> {
        let mut model = network.initial(&mut random.open("init", seed));
        let mut batches = random.open("pretraining batches", seed);
        let steps = (self.pretrain_steps, self.pretrain_batch);
        network.train(&mut model, training, steps, |_| self.lr_pretrain, &mut batches);
        model
    }
}

/// The parameters, as in `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    pretraining: Pretraining,
    /// Pruned shares of each hidden matrix, rising.
    sparsities: Vec<f64>,
    recipe: Recipe,
    seeds: u64,
}

/// A pre-trained network and all that starts from it. Pre-training costs as much as many retrainings, and cells know
/// nothing of each other; one cell for each seed does it once.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    seed: u64,
    sparsities: Vec<f64>,
    pretraining: Pretraining,
    recipe: Recipe,
}

/// The output table: a network after pruning and retraining.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    /// Of images, initial weights, batches and adapters.
    seed: u64,
    /// Pruned share of each hidden matrix; 0 for the dense network.
    sparsity: f64,
    /// A retraining method; or dense: before pruning, none: not retrained, lora-unmerged: lora-prune before its
    /// weights are pruned again.
    method: String,
    /// Numbers that were trained after pruning.
    trainable: usize,
    /// The same as a share of the parameters of the dense network.
    trainable_share: f64,
    /// Share of zeros among the weights of the hidden matrices.
    final_sparsity: f64,
    test_acc: f64,
    /// Mean cross-entropy on the test images, in nats.
    test_ce: f64,
    /// Share of the accuracy lost by pruning that is back; empty where none was lost.
    recovered: Option<f64>,
}

/// The paper.
pub struct PruneRetrain;

impl Experiment for PruneRetrain {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let (before, recipe) = (&config.pretraining, &config.recipe);
        check.within("H", before.width, 1, 4096);
        check.within("train_size", before.train_size, 1, TRAINING_IMAGES);
        check.within("test_size", before.test_size, 1, TEST_IMAGES);
        for (key, steps) in [("pretrain_steps", before.pretrain_steps), ("retrain_steps", recipe.retrain_steps)] {
            check.count(key, steps);
        }
        for (key, batch) in [("pretrain_batch", before.pretrain_batch), ("retrain_batch", recipe.retrain_batch)] {
            check.within(key, batch, 1, 10_000);
        }
        for (key, rate) in [
            ("lr_pretrain", before.lr_pretrain),
            ("lr_vectors", recipe.lr_vectors),
            ("lr_matrices", recipe.lr_matrices),
        ] {
            check.require(key, rate > 0.0 && rate <= 1.0, "a rate above 0 and at most 1");
        }
        let inside = config.sparsities.iter().all(|&sparsity| sparsity > 0.0 && sparsity < 1.0);
        check.require("sparsities", inside && !config.sparsities.is_empty(), "at least one share between 0 and 1");
        check.increasing("sparsities", &config.sparsities);
        check.within("r", recipe.low_rank.r, 1, 1024);
        check.within("factor", recipe.low_rank.factor, 0.0, 1000.0);
        check.within("seeds", config.seeds, 1, 10_000);
    }

    fn cells(config: &Config) -> Vec<Cell> {
        (0..config.seeds)
            .map(|seed| Cell {
                seed,
                sparsities: config.sparsities.clone(),
                pretraining: config.pretraining.clone(),
                recipe: config.recipe.clone(),
            })
            .collect()
    }

    fn cost(cell: &Cell) -> f64 {
        let (before, recipe) = (&cell.pretraining, &cell.recipe);
        let models = (cell.sparsities.len() * (Method::ALL.len() + 2)) as f64;
        let retrained = models * (recipe.retrain_steps * recipe.retrain_batch) as f64;
        let trained = (before.pretrain_steps * before.pretrain_batch) as f64 + retrained;
        let scored = models * before.test_size as f64;
        0.1 + (6.0 * trained + 2.0 * scored) * network::parameters(before.width) as f64 / 1.2e11
    }

    fn data(_cell: &Cell) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        let (seed, before) = (cell.seed, &cell.pretraining);
        let (training, testing) = Digits::draw(before.train_size, before.test_size, &mut random.open("images", seed))?;
        let mut network = Network::dense(before.width, before.pretrain_batch);
        let dense = before.train(&mut network, &training, seed, random);
        // Adapters are multiplied out in all models, so that one network judges them.
        let mut judge = |sparsity: f64, method: &str, retrained: &Retrained| {
            let score = network.score(&retrained.model, &testing);
            Row {
                seed,
                sparsity,
                method: method.to_string(),
                trainable: retrained.trainable,
                trainable_share: retrained.trainable as f64 / network::parameters(before.width) as f64,
                final_sparsity: pruning::zeros(&retrained.model, before.width),
                test_acc: score.accuracy,
                test_ce: score.loss,
                recovered: None,
            }
        };
        let mut rows = vec![judge(0.0, "dense", &Retrained::untouched(&dense))];
        let best = rows[0].test_acc;
        for &sparsity in &cell.sparsities {
            let pruned = Pruned::new(&dense, before.width, sparsity);
            let none = judge(sparsity, "none", &Retrained::untouched(&pruned.model));
            let (worst, lost) = (none.test_acc, best - none.test_acc);
            rows.push(none);
            for (method, retrained) in retrain_all(&pruned, &training, cell, random)? {
                let row = judge(sparsity, method, &retrained);
                let recovered = (lost > 0.0).then(|| (row.test_acc - worst) / lost);
                rows.push(Row { recovered, ..row });
            }
        }
        Ok(rows)
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

/// A pruned model after each method, with the name that the table has for it.
fn retrain_all(
    pruned: &Pruned,
    training: &Digits,
    cell: &Cell,
    random: &Streams,
) -> Result<Vec<(&'static str, Retrained)>> {
    let mut all = Vec::new();
    for method in Method::ALL {
        let mut retrained = cell.recipe.retrain(method, pruned, training, cell.seed, random);
        // The one method whose result has to be pruned again.
        let mut unmerged = None;
        if method == Method::LoraPrune {
            let model = pruned.masked(&retrained.model);
            let trainable = retrained.trainable;
            unmerged = Some(std::mem::replace(&mut retrained, Retrained { model, trainable }));
        }
        ensure!(pruned.keeps(&retrained.model), "a pruned weight came back when {} was merged", method.name());
        all.push((method.name(), retrained));
        all.extend(unmerged.map(|unmerged| ("lora-unmerged", unmerged)));
    }
    Ok(all)
}

common::paper!(PruneRetrain);
