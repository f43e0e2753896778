//! Rethinking Fine-Tuning when Scaling Test-Time Compute: Limiting Confidence Improves Mathematical Reasoning — Chen,
//! Raventós, Cheng, Ganguli, Druckmann 2025, arXiv:2502.07154.
//!
//! Whoever may sample N answers succeeds if one of them is right: pass@N, or coverage. A network learns to name the
//! concept that a dictionary definition belongs to, with cross-entropy and with direct coverage optimisation, a loss
//! that stops raising a probability once it is well above 1/N. Beside it, the policy that is best for pass@N in theory.

mod claims;
mod coverage;
mod figure;
mod network;
mod policy;
mod questions;
mod training;

use common::prelude::*;
use policy::{BestPolicy, Posterior};
use questions::Task;
use training::{Learner, Training};

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    task: Task,
    #[flatten]
    learner: Learner,
    /// Orders of the losses that networks are trained with, N'; 1 is cross-entropy.
    #[range(..=MOST_SAMPLES)]
    #[rising]
    train_n: Vec<usize>,
    /// Sampled answers at test time, N.
    #[range(..=MOST_SAMPLES)]
    #[rising]
    test_n: Vec<usize>,
    /// Seeds of splits, weights and batches.
    #[range(0..)]
    #[distinct]
    seeds: Vec<u64>,
    #[flatten]
    posterior: Posterior,
    /// Sampled answers for which the best policy is computed, N; with one, every policy on the likeliest answers is best.
    #[range(2..=MOST_SAMPLES)]
    #[rising]
    theory_n: Vec<usize>,
}

/// More answers than anybody samples.
const MOST_SAMPLES: usize = 1_000_000;

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { task, learner, train_n, test_n, seeds, posterior, theory_n } = config;
    for &seed in seeds {
        plan.add(train_n.iter().map(|&train_n| Training { train_n, seed, test_n, task, learner }));
    }
    plan.add(theory_n.iter().map(|&n| BestPolicy { n, posterior }));
}

common::paper!(Config, cells, figure::draw, claims::measure);
