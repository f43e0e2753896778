//! Fantastic Generalization Measures are Nowhere to be Found — Gastpar, Nachum, Shafer, Weinberger 2023,
//! arXiv:2309.13658: an exact simulation of the two main theorems for linear functions over finite fields.
//!
//! A linear function over F_q is learned from fewer samples than it has coefficients. Every consistent hypothesis is
//! then either perfect or as bad as guessing, and no estimate of the true error can tell which. How often each
//! estimator fails is compared with the least that any can, which is known exactly.

mod claims;
mod estimators;
mod field;
mod figure;
mod learning;
mod minimum_norm;
mod pooled;
mod theory;

use common::prelude::*;
use estimators::{Estimator, occam_bound};
use field::{LARGEST_ORDER, PrimeField, is_prime};
use learning::{Trial, error_range};
use minimum_norm::StableRun;
use theory::{World, exact};

/// The parameters.
#[derive(Parameters)]
#[require(q_list.iter().all(|&q| is_prime(q) && q <= LARGEST_ORDER), "primes up to 37")]
#[require(trials >= seeds)]
#[require(stable_trials >= seeds)]
#[require(samples_differ(stable_ratios, stable_d), "ratios that give different numbers of samples, 1 or more")]
pub struct Config {
    /// Dimension: coefficients of the linear function over a finite field.
    d: usize,
    /// Orders q of the fields, primes up to 37; panels a, b and d show the first one.
    #[rising]
    q_list: Vec<u64>,
    /// Numbers of samples of linear functions.
    #[rising]
    n_grid: Vec<usize>,
    /// Training sets for each world, q and n, split evenly over the seeds.
    trials: u64,
    /// Probability with which the Occam bound may be violated.
    #[range(..=1.0)]
    occam_delta: f64,
    /// Dimension of the minimum-norm classifier.
    stable_d: usize,
    /// Samples of the minimum-norm classifier over its dimension.
    #[range(..1.0)]
    #[rising]
    stable_ratios: Vec<f64>,
    /// Training sets of the minimum-norm classifier for each ratio, split evenly over the seeds.
    stable_trials: u64,
    /// Parts of the trials, each with random numbers of its own.
    seeds: u64,
}

/// Samples of the minimum-norm classifier in d dimensions at a ratio of samples to dimension.
fn samples_at(ratio: f64, d: usize) -> usize {
    (ratio * d as f64).round() as usize
}

fn samples_differ(ratios: &[f64], d: usize) -> bool {
    samples_at(ratios[0], d) > 0 && ratios.windows(2).all(|pair| samples_at(pair[0], d) < samples_at(pair[1], d))
}

/// The trials of one seed in one world of linear functions with one number of samples.
#[derive(Serialize)]
struct LinearRun {
    world: World,
    q: u64,
    d: usize,
    n: usize,
    seed: u64,
    trials: u64,
    occam_delta: f64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { d, trials, occam_delta, stable_d, stable_trials, seeds, .. } = *config;
    // An even share of the trials, the rest to the first seeds.
    let share = |trials: u64, seed: u64| trials / seeds + u64::from(seed < trials % seeds);
    let worlds = config.q_list.iter().map(|&q| (World::Erm, q)).chain([(World::Lucky, config.q_list[0])]);
    for (world, q) in worlds {
        for &n in &config.n_grid {
            let run = |seed| LinearRun { world, q, d, n, seed, trials: share(trials, seed), occam_delta };
            plan.add((0..seeds).map(run));
        }
    }
    for &ratio in &config.stable_ratios {
        let n = samples_at(ratio, stable_d);
        plan.add((0..seeds).map(|seed| StableRun { d: stable_d, n, seed, trials: share(stable_trials, seed) }));
    }
}

impl Cell for LinearRun {
    fn cost(&self) -> f64 {
        // Two eliminations, some elements at a time, and n d random draws.
        let (d, n) = (self.d as f64, self.n as f64);
        self.trials as f64 * (1e-5 + n * d * (d.min(n) / 1.5e9 + 5e-9))
    }

    fn memory(&self) -> f64 {
        let (d, n) = (self.d as f64, self.n as f64);
        32.0 * self.trials as f64 + 8.0 * n * d
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let LinearRun { world, q, d, n, seed, .. } = *self;
        let mut generator = random.open(&format!("{world:?} q = {q}, d = {d}, n = {n}"), seed);
        let field = PrimeField::new(q);
        let trials: Vec<Trial> = (0..self.trials).map(|_| Trial::sample(world, field, d, n, &mut generator)).collect();
        let success = trials.iter().filter(|trial| trial.right).count() as f64 / trials.len() as f64;
        let (range, exact) = (error_range(q), exact(world, q, d, n)[n]);
        let occam = occam_bound(q, d, n, self.occam_delta);
        rows.key(record! {
            /// erm: linear functions, and the algorithm returns a random consistent hypothesis; lucky: the same, or an
            /// algorithm that happens to return the target; stable: minimum-norm classification.
            world,
            /// Order of the field; 0 in the stable world.
            q,
            /// Dimension of the samples.
            d,
            /// Samples in each training set.
            n,
            seed,
        });
        for estimator in Estimator::ALL {
            let judged = estimator.judged(&trials, range, occam)?;
            estimator.push(&judged, range, success, exact, rows);
        }
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
