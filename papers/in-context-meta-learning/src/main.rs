//! General-Purpose In-Context Learning by Meta-Learning Transformers — Kirsch, Harrison, Sohl-Dickstein, Metz 2022,
//! arXiv:2212.04458.
//!
//! A transformer reads labelled examples of a task and labels the next input. Trained on few tasks it memorises them, on
//! more it identifies the one it is in, and on many it has become a learner of tasks that it has never seen.

mod claims;
mod figure;
mod learner;
mod tasks;
mod transformer;

use common::datasets::{self, DataSet, FASHION_MNIST, MNIST};
use common::prelude::*;
use learner::{Learner, Training};
use tasks::{PIXELS, Tasks, standardised};
use transformer::Size;

/// What was published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// What a transformer reads, and how it is judged.
#[derive(Clone, Copy, Parameters)]
pub struct Reading {
    /// Examples of a sequence: n.
    // The first position is none of the last three.
    #[range(4..=10_000)]
    seq_len: usize,
    /// Classes: the first of each data set, C.
    #[range(2..=10)]
    n_classes: usize,
    /// Sequences on which each accuracy is measured, each of a task of its own where tasks are new.
    eval_sequences: usize,
}

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    /// Numbers of training tasks: K.
    #[rising]
    n_tasks: Vec<usize>,
    #[flatten]
    reading: Reading,
    #[flatten]
    size: Size,
    #[flatten]
    training: Training,
    /// Runs, each with its own tasks, weights and sequences.
    #[range(0..)]
    #[distinct]
    seeds: Vec<u64>,
}

/// One transformer, trained on K tasks.
#[derive(Serialize)]
struct Run {
    n_tasks: usize,
    seed: u64,
    reading: &'static Reading,
    size: &'static Size,
    training: &'static Training,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { reading, size, training, seeds, .. } = config;
    for &n_tasks in &config.n_tasks {
        plan.add(seeds.iter().map(|&seed| Run { n_tasks, seed, reading, size, training }));
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        let &Reading { seq_len, eval_sequences, .. } = self.reading;
        let trained = self.training.steps as f64 * self.training.batch as f64;
        let judged = 3.0 * eval_sequences as f64;
        let n = seq_len as f64;
        let drawn = (trained + judged) * (1e-5 + n * (PIXELS * PIXELS) as f64 / 3e10);
        let passes = 3.0 * trained + judged;
        let neighbours = 2.0 * eval_sequences as f64 * n * n * PIXELS as f64 / 2e9;
        0.1 + drawn + passes * n * self.size.multiplications(seq_len) / 2e10 + neighbours
    }

    fn memory(&self) -> f64 {
        let &Reading { seq_len, n_classes, .. } = self.reading;
        let images = 9000.0 * n_classes as f64 * PIXELS as f64;
        let positions = self.training.batch as f64 * seq_len as f64;
        let tape = positions * self.size.numbers_of_a_position(seq_len);
        4.0 * (4.0 * images + tape + 5.0 * self.size.parameters()) + 1e3 * seq_len as f64
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST, &FASHION_MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { n_tasks, seed, reading, size, training } = self;
        let &Reading { seq_len, n_classes, eval_sequences } = reading;
        let [train, test, fashion] = [datasets::mnist_train()?, datasets::mnist_test()?, datasets::fashion_mnist()?]
            .map(|images| standardised(&images, n_classes));
        // Task k, the initial weights and the sequences that judge are the same for all K of a seed.
        let [seen, new] = ["tasks", "new tasks"].map(|name| Tasks::new(random, name, seed));
        let mut learner = Learner::new(size, n_classes, seq_len, training.batch, &mut random.open("weights", seed));
        let train_loss = learner.train(training, (&seen, n_tasks), &train, &mut random.open("sequences", seed));
        rows.key(record! {
            /// Number of training tasks, K.
            n_tasks,
            /// Run: tasks, weights and sequences.
            seed,
        });
        let mut push = |series: &str, accuracies: &[f64]| {
            for (i, &accuracy) in accuracies.iter().enumerate() {
                rows.push(record! {
                    /// seen: training tasks and images; new_mnist, new_fashion: tasks that were not trained on, with
                    /// images of MNIST's test set and of Fashion-MNIST; nn_mnist, nn_fashion: on the same sequences,
                    /// the label of the nearest earlier example.
                    series,
                    /// Place in the sequence, from 1; one less is the number of labelled examples before it.
                    position: i + 1,
                    /// Share of the sequences in which the label at this place is predicted.
                    accuracy,
                    /// Mean loss of the last 50 training steps, in nats; empty without training.
                    train_loss,
                });
            }
        };
        let judging = |series: &str| random.open(&format!("judging sequences {series}"), seed);
        let of_seen = |random: &mut Generator| seen.number(random.below(n_tasks));
        let [seen, _] = learner.evaluate(eval_sequences, &train, &mut judging("seen"), of_seen);
        push("seen", &seen);
        for (series, baseline, examples) in [("new_mnist", "nn_mnist", &test), ("new_fashion", "nn_fashion", &fashion)]
        {
            let mut fresh = 0..;
            let next = |_: &mut Generator| new.number(fresh.next().unwrap_or_default());
            let [accuracies, nearest] = learner.evaluate(eval_sequences, examples, &mut judging(series), next);
            push(series, &accuracies);
            push(baseline, &nearest);
        }
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
