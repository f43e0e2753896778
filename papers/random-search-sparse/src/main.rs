//! Random Search as a Baseline for Sparse Neural Network Architecture Search — Farahani 2024, arXiv:2403.08265.
//!
//! Many random sub-networks are cut out of an untrained parent by removing hidden nodes; the one with the lowest loss
//! is trained. It is compared with sub-networks that nobody chose, and with the whole parent.

mod claims;
mod extreme;
mod figure;
mod mask;
mod search;
mod training;

use common::datasets::{DataSet, MNIST};
use common::prelude::*;
use mask::Mask;
use search::Search;
use training::{Setup, Task, Trained};

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    setup: Setup,
    /// Shares of the nodes of each hidden layer that are removed: p.
    #[range(0.0..1.0)]
    #[rising]
    sparsities: Vec<f64>,
    /// Random masks that the search chooses from: T.
    n_candidates: usize,
    /// Plain random masks, for each seed and sparsity.
    n_random: usize,
    /// Runs, each with images, parent, masks and batches of its own.
    seeds: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let &Config { ref setup, ref sparsities, n_candidates, n_random, seeds } = config;
    for seed in 0..seeds {
        plan.add([Dense { seed, setup }]);
        plan.add(sparsities.iter().map(|&sparsity| Sparse { sparsity, n_candidates, n_random, seed, setup }));
    }
}

/// Training of the whole parent.
#[derive(Serialize)]
struct Dense {
    seed: u64,
    setup: &'static Setup,
}

impl Cell for Dense {
    fn cost(&self) -> f64 {
        self.setup.seconds(0.0, 1, 1)
    }

    fn memory(&self) -> f64 {
        self.setup.memory(0.0, 1, 1)
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let task = Task::new(self.setup, self.seed, random)?;
        let dense = task.network(&Mask::full(&self.setup.widths())).train(0);
        rows.key(key(self.seed, 0.0));
        push(rows, "dense", 0, &dense);
        Ok(())
    }
}

/// Random search at one sparsity, and training of its winner and of plain random sub-networks.
#[derive(Serialize)]
struct Sparse {
    sparsity: f64,
    n_candidates: usize,
    n_random: usize,
    seed: u64,
    setup: &'static Setup,
}

impl Cell for Sparse {
    fn cost(&self) -> f64 {
        self.setup.seconds(self.sparsity, 1 + self.n_random, self.n_candidates)
    }

    fn memory(&self) -> f64 {
        self.setup.memory(self.sparsity, 1 + self.n_random, self.n_candidates + self.n_random)
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Sparse { sparsity, n_candidates, n_random, seed, setup } = self;
        let task = Task::new(setup, seed, random)?;
        let (widths, mut masks) = (setup.widths(), random.open(&format!("masks {sparsity}"), seed));
        let mut draw = |count| (0..count).map(|_| Mask::random(&widths, sparsity, &mut masks)).collect::<Vec<_>>();
        // Plain masks are fresh: none of those that the search has looked at.
        let (candidates, plain) = (draw(n_candidates), draw(n_random));

        let search = Search::among(&candidates, &task);
        rows.key(key(seed, sparsity)).kind("candidates").push(search.record());
        push(rows, "search", 0, &task.network(&candidates[search.winner]).train(0));
        for (number, mask) in plain.iter().enumerate() {
            push(rows, "random", number, &task.network(mask).train(number));
        }
        Ok(())
    }
}

fn key(seed: u64, sparsity: f64) -> Record {
    record! {
        seed,
        /// Share of the nodes of each hidden layer that is removed; 0 for the dense parent.
        sparsity,
    }
}

/// One row for each epoch of a training.
fn push(rows: &mut Rows, kind: &str, mask: usize, trained: &Trained) {
    for (epoch, &test_acc) in (1..).zip(&trained.test_acc) {
        rows.kind(kind).push(record! {
            /// Number of the plain random mask, also of its order of batches; 0 for search and dense.
            mask,
            /// Passes over the training images.
            epoch: epoch as u64,
            /// Share of the test images that are classified correctly.
            test_acc,
            /// Loss before training on the images that the search looks at, in nats.
            init_loss: trained.init_loss,
            /// Parameters of the compact network.
            n_params: trained.n_params,
        });
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
