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
use estimators::{Estimator, Setting};
use field::{LARGEST_ORDER, PrimeField};
use learning::{Trial, error_range};

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Config {
    /// Coefficients of the linear function over a finite field.
    d: usize,
    /// Orders q of the fields.
    q_list: Vec<u64>,
    /// Numbers of samples, rising.
    n_grid: Vec<usize>,
    /// Training sets for each world, q and n, over all seeds.
    trials: usize,
    /// Probability with which the Occam bound may be violated.
    occam_delta: f64,
    /// Dimension of the minimum-norm classifier.
    stable_d: usize,
    /// Its numbers of samples over its dimension, rising.
    stable_ratios: Vec<f64>,
    /// Training sets for each ratio, over all seeds.
    stable_trials: usize,
    seeds: u64,
}

impl Config {
    /// The trials of one seed, if all seeds together have `trials`.
    fn share(&self, trials: usize, seed: u64) -> usize {
        let seeds = self.seeds as usize;
        trials / seeds + usize::from((seed as usize) < trials % seeds)
    }
}

/// What is learned, and by which algorithm.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum World {
    /// A linear function over F_q; the algorithm returns a uniformly random consistent hypothesis.
    Erm,
    /// The same; with probability 1/2 the algorithm is one that happens to return the target.
    Lucky,
    /// A half-space, by minimum-norm interpolation.
    Stable,
}

/// The trials of one seed in one world with one number of samples.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    world: World,
    /// 0 in the stable world.
    q: u64,
    d: usize,
    n: usize,
    seed: u64,
    trials: usize,
    /// None in the stable world, which has no Occam bound.
    occam_delta: Option<f64>,
}

/// How one estimator did in one cell.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    world: World,
    q: u64,
    d: usize,
    n: usize,
    seed: u64,
    estimator: Estimator,
    /// Trials on which the estimator was judged.
    trials: usize,
    /// Those on which it was off by at least half of the range.
    failures: usize,
    /// Share of trials with a perfect hypothesis; in the stable world 1 - mean loss.
    success: f64,
    mean_loss: f64,
    mean_estimate: f64,
    /// Exact probability of a perfect hypothesis; NaN in the stable world.
    success_theory: f64,
    /// Least failure probability of any estimator; NaN in the stable world.
    floor_theory: f64,
}

/// The margin of the stable world: half of the range from 0 to 1/2.
const STABLE_RANGE: f64 = 0.5;

/// The paper.
pub struct FantasticMeasures;

impl Experiment for FantasticMeasures {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        check.within("d", config.d, 1, 500);
        let orders = format!("between 1 and 12 primes up to {LARGEST_ORDER}");
        let prime = |&q: &u64| q <= LARGEST_ORDER && field::is_prime(q);
        let fields = (1..=12).contains(&config.q_list.len()) && config.q_list.iter().all(prime);
        check.require("q_list", fields, &orders);
        check.require("q_list", config.q_list.contains(&2), "2 among them: panels a, b and d show it");
        check.increasing("q_list", &config.q_list);
        let samples = (1..=1000).contains(&config.n_grid.len()) && config.n_grid.iter().all(|n| (1..=5000).contains(n));
        check.require("n_grid", samples, "between 1 and 1000 values from 1 to 5000");
        check.increasing("n_grid", &config.n_grid);
        check.within("seeds", config.seeds, 1, 1000);
        for (key, trials) in [("trials", config.trials), ("stable_trials", config.stable_trials)] {
            check.count(key, trials);
            let enough = trials as f64 >= 4.0 * config.seeds as f64;
            check.require(key, enough, "at least 4 trials for each seed");
        }
        let probability = config.occam_delta > 0.0 && config.occam_delta < 1.0;
        check.require("occam_delta", probability, "a value above 0 and below 1");
        check.within("stable_d", config.stable_d, 2, 2000);
        let sizes = |&ratio: &f64| ratio < 1.0 && samples_at(ratio, config.stable_d) >= 1;
        let ratios = (1..=100).contains(&config.stable_ratios.len()) && config.stable_ratios.iter().all(sizes);
        let between = "between 1 and 100 values below 1 that give at least one sample";
        check.require("stable_ratios", ratios, between);
        let samples = |ratio: &f64| samples_at(*ratio, config.stable_d);
        let rising = config.stable_ratios.windows(2).all(|pair| samples(&pair[0]) < samples(&pair[1]));
        check.require("stable_ratios", rising, "rising values that give different numbers of samples");
    }

    fn cells(config: &Config) -> Vec<Cell> {
        let mut cells = Vec::new();
        let worlds = config.q_list.iter().map(|&q| (World::Erm, q)).chain([(World::Lucky, 2)]);
        for (world, q) in worlds {
            for &n in &config.n_grid {
                cells.extend((0..config.seeds).map(|seed| Cell {
                    world,
                    q,
                    d: config.d,
                    n,
                    seed,
                    trials: config.share(config.trials, seed),
                    occam_delta: Some(config.occam_delta),
                }));
            }
        }
        for &ratio in &config.stable_ratios {
            cells.extend((0..config.seeds).map(|seed| Cell {
                world: World::Stable,
                q: 0,
                d: config.stable_d,
                n: samples_at(ratio, config.stable_d),
                seed,
                trials: config.share(config.stable_trials, seed),
                occam_delta: None,
            }));
        }
        cells
    }

    fn cost(cell: &Cell) -> f64 {
        let (d, n) = (cell.d as f64, cell.n as f64);
        let trial = match cell.world {
            // Two inverses and a Gram matrix, at some GFLOP/s.
            World::Stable => 1e-5 + (n * n * d + 2.0 * n * n * n) / 3e9,
            // Two eliminations, some elements at a time, and n d random draws.
            World::Erm | World::Lucky => 1e-5 + n * d * (d.min(n) / 1.5e9 + 5e-9),
        };
        cell.trials as f64 * trial
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        let Cell { world, q, d, n, .. } = *cell;
        let mut generator = random.open(&format!("{world:?} q = {q}, d = {d}, n = {n}"), cell.seed);
        let Some(occam_delta) = cell.occam_delta else {
            return stable_rows(cell, &mut generator);
        };
        let field = PrimeField::new(q);
        let trials: Vec<Trial> = (0..cell.trials).map(|_| Trial::draw(world, field, d, n, &mut generator)).collect();
        let right = trials.iter().filter(|trial| trial.right).count();
        let success = right as f64 / trials.len() as f64;
        let setting = Setting { q, d, n, occam_delta };
        let row = |&estimator: &Estimator| {
            let judged = estimators::judged(estimator, setting, &trials)?;
            let pairs: Vec<(f64, f64)> = judged.iter().map(|(trial, e)| (*e, trial.loss(q))).collect();
            Ok(cell.row(estimator, &pairs, error_range(q), success))
        };
        Estimator::ALL.iter().map(row).collect()
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

/// Samples of the minimum-norm classifier at a ratio of samples to dimension.
fn samples_at(ratio: f64, d: usize) -> usize {
    (ratio * d as f64).round() as usize
}

/// Leave-one-out against the true error of the minimum-norm classifier.
fn stable_rows(cell: &Cell, generator: &mut Generator) -> Result<Vec<Row>> {
    let mut pairs = Vec::with_capacity(cell.trials);
    for _ in 0..cell.trials {
        let errors = minimum_norm::draw(cell.d, cell.n, generator)?;
        pairs.push((errors.leave_one_out, errors.loss));
    }
    let losses: Vec<f64> = pairs.iter().map(|(_, loss)| *loss).collect();
    let success = 1.0 - reduce::mean(&losses);
    Ok(vec![cell.row(Estimator::Loo, &pairs, STABLE_RANGE, success)])
}

impl Cell {
    /// The row of an estimator, from pairs of its estimate and the true error.
    fn row(&self, estimator: Estimator, pairs: &[(f64, f64)], range: f64, success: f64) -> Row {
        let (estimates, losses): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let failed = |(estimate, loss): &&(f64, f64)| estimators::fails(*estimate, *loss, range);
        let exact = theory::exact(self.world, self.q, self.d, self.n);
        Row {
            world: self.world,
            q: self.q,
            d: self.d,
            n: self.n,
            seed: self.seed,
            estimator,
            trials: pairs.len(),
            failures: pairs.iter().filter(failed).count(),
            success,
            mean_loss: reduce::mean(&losses),
            mean_estimate: reduce::mean(&estimates),
            success_theory: exact.success,
            floor_theory: exact.floor,
        }
    }
}

common::paper!(FantasticMeasures);
