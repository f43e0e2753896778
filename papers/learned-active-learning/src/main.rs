//! Learning to Actively Learn: A Robust Approach — Zhang, Jain, Jamieson 2020, arXiv:2010.15382, the
//! experiment with thresholds on a line.
//!
//! Query policies are learned by adversarial training. One trained for the hardest problems is bad on
//! easy ones; the robust policy minimises the largest excess, over classes of difficulty, of its
//! worst-case loss over the best worst-case loss of the class.

mod adversary;
mod bound;
mod claims;
mod episodes;
mod excess;
mod figure;
mod network;
mod policy;
mod rules;
mod study;
mod thresholds;
mod training;

use bound::Bound;
use common::prelude::*;
use study::Study;
use thresholds::Thresholds;
use training::Training;

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    problem: Thresholds,
    #[flatten]
    training: Training,
    /// Gradient steps of the robust policy.
    #[range(0..)]
    updates_robust: usize,
    /// Trainings and evaluations of each policy.
    // No more than a plan has room for: the list of cells goes through all of them.
    #[range(..=1_000_000)]
    seeds: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let &Config { ref problem, ref training, updates_robust, seeds } = config;
    plan.add((0..seeds).map(|seed| Study { problem, training, updates_robust, seed }));
    let &Thresholds { items, queries, ref noise_levels } = problem;
    if bound::is_feasible(items, queries) {
        plan.add(noise_levels.iter().map(|&h| Bound { items, queries, h }));
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
