//! How Over-Parameterization Slows Down Gradient Descent in Matrix Sensing: The Curses of Symmetry and
//! Initialization — Xiong, Ding, Du 2023, arXiv:2310.01769, the simulated convergence curves.
//!
//! Gradient descent recovers a matrix of rank r from linear measurements by fitting a product of two
//! factors with k columns. With k > r a symmetric product X Xᵀ is stuck at an error of 1/t², while an
//! asymmetric one F Gᵀ whose factors start at different scales converges geometrically, at a rate that
//! falls with the square of the initial scale unless a single step re-balances the factors.

mod claims;
mod descent;
mod figure;
mod sensing;

use anyhow::Context;
use common::prelude::*;
use descent::{Descent, Factors};
use optimize::Steps;
use sensing::Sensing;

/// What is measured of the unknown matrix.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measurements {
    /// Inner products with m Gaussian matrices.
    Gaussian,
    /// Every entry: full matrix factorisation.
    Identity,
}

/// The unknown matrix and its measurements.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Problem {
    /// The matrix is n x n.
    n: usize,
    /// Its rank.
    r: usize,
    /// Measurements.
    m: usize,
    sensing: Measurements,
}

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    problem: Problem,
    /// Columns of the over-parameterised factors.
    k: usize,
    /// Step size.
    eta: f64,
    /// Steps of each run: T.
    iterations: usize,
    /// Scales of F at the start, falling.
    alphas: Vec<f64>,
    /// Scale of G over that of F at the start.
    init_ratio: f64,
    /// Scale of X at the start.
    sym_alpha: f64,
    /// When the changed step is made: T_s.
    switch_iter: usize,
    /// Singular values of F after it.
    switch_gamma: f64,
    seeds: u64,
    record_every: usize,
}

impl Config {
    /// The asymptotic error (k - r) / (2 eta t)² of over-parameterised symmetric gradient descent: each
    /// superfluous singular value x obeys dx/dt = -eta x³, so that x² -> 1 / (2 eta t).
    fn inverse_square_law(&self, t: f64) -> f64 {
        let rate = 2.0 * self.eta * t;
        (self.k - self.problem.r) as f64 / (rate * rate)
    }

    /// The smallest scale of F at the start.
    fn smallest_alpha(&self) -> f64 {
        self.alphas.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

/// The five ways to run gradient descent.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// X Xᵀ with r columns.
    SymExact,
    /// X Xᵀ with k > r columns.
    SymOver,
    /// F Gᵀ with k > r columns.
    AsymOver,
    /// The same with the changed step.
    AsymOverSwitched,
    /// F Gᵀ with r columns.
    AsymExact,
}

/// How the factors of an asymmetric product start and whether they are re-balanced.
#[derive(Clone, Debug, Serialize)]
pub struct Asymmetric {
    init_ratio: f64,
    /// Iteration and singular value of the changed step.
    switch: Option<(usize, f64)>,
}

/// One run of gradient descent. Runs of the same seed recover the same matrix from the same measurements.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    run: Method,
    k: usize,
    alpha: f64,
    seed: u64,
    /// `None` for a symmetric product.
    asymmetric: Option<Asymmetric>,
    eta: f64,
    iterations: usize,
    record_every: usize,
    problem: Problem,
}

/// One run at one recorded iteration.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    run: Method,
    /// Columns of the factors.
    k: usize,
    /// Scale of the first factor at the start.
    alpha: f64,
    seed: u64,
    /// Steps done.
    t: usize,
    /// ‖W_t - M*‖² in the Frobenius norm.
    err: f64,
    /// Smallest eigenvalue of FᵀF, or XᵀX, after the last step; the same on all rows of the run.
    lambda_min: f64,
}

/// The paper.
pub struct MatrixSensingCurses;

impl Experiment for MatrixSensingCurses {
    type Config = Config;
    type Cell = Run;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let Problem { n, r, m, sensing } = config.problem;
        check.within("n", n, 2, 1000);
        check.within("r", r, 1, n.saturating_sub(1));
        let range = format!("more columns than the rank and at most n: {} to {n}", r.saturating_add(1));
        check.require("k", config.k > r && config.k <= n, &range);
        check.positive("m", m);
        if sensing == Measurements::Gaussian {
            let (entries, measurements) = (n as f64 * n as f64, m as f64);
            check.memory("n", 8.0 * entries * entries);
            check.memory("m", 8.0 * entries * (2.0 * measurements + entries));
        }
        check.positive("eta", config.eta);
        check.at_most("eta", config.eta, 1.0);
        check.within("iterations", config.iterations, 8, 1_000_000);
        check.all_positive("alphas", &config.alphas);
        let falling = config.alphas.windows(2).all(|pair| pair[0] > pair[1]);
        check.require("alphas", falling && !config.alphas.is_empty(), "at least one value, in falling order");
        check.require("alphas", config.alphas.iter().all(|&alpha| alpha <= 10.0), "values of at most 10");
        check.within("init_ratio", config.init_ratio, 0.0, 10.0);
        check.positive("sym_alpha", config.sym_alpha);
        check.at_most("sym_alpha", config.sym_alpha, 10.0);
        let within = config.switch_iter < config.iterations;
        check.require("switch_iter", within, "fewer iterations than the run has");
        check.positive("switch_gamma", config.switch_gamma);
        check.at_most("switch_gamma", config.switch_gamma, 10.0);
        check.count("seeds", config.seeds);
        check.within("record_every", config.record_every, 1, config.iterations / 8);
    }

    fn cells(config: &Config) -> Vec<Run> {
        let (r, k, smallest) = (config.problem.r, config.k, config.smallest_alpha());
        let plain = Asymmetric { init_ratio: config.init_ratio, switch: None };
        let switch = Some((config.switch_iter, config.switch_gamma));
        let switched = Asymmetric { switch, ..plain.clone() };
        let of_seed = |seed| {
            let run = |run, k, alpha, asymmetric: Option<&Asymmetric>| Run {
                run,
                k,
                alpha,
                seed,
                asymmetric: asymmetric.cloned(),
                eta: config.eta,
                iterations: config.iterations,
                record_every: config.record_every,
                problem: config.problem.clone(),
            };
            let mut runs =
                vec![run(Method::SymExact, r, config.sym_alpha, None), run(Method::SymOver, k, config.sym_alpha, None)];
            runs.extend(config.alphas.iter().map(|&alpha| run(Method::AsymOver, k, alpha, Some(&plain))));
            runs.push(run(Method::AsymOverSwitched, k, smallest, Some(&switched)));
            runs.push(run(Method::AsymExact, r, smallest, Some(&plain)));
            runs
        };
        (0..config.seeds).flat_map(of_seed).collect()
    }

    fn cost(run: &Run) -> f64 {
        // The Gram matrix at about 20 GFLOP/s, and a product with it every step at about 5.
        let entries = (run.problem.n * run.problem.n) as f64;
        let gram = run.problem.m as f64 * entries * entries / 20.0e9;
        gram + run.iterations as f64 * 2.0 * entries * entries / 5.0e9
    }

    fn run(run: &Run, random: &Streams) -> Result<Vec<Row>> {
        let sensing = Sensing::draw(&run.problem, &mut random.open("data", run.seed));
        // One stream for all asymmetric runs: those of different scales start in the same direction.
        let (n, k, alpha) = (run.problem.n, run.k, run.alpha);
        let (start, switch) = match &run.asymmetric {
            None => (Factors::symmetric(n, k, alpha, &mut random.open("symmetric", run.seed)), None),
            Some(Asymmetric { init_ratio, switch }) => {
                let mut generator = random.open("asymmetric", run.seed);
                (Factors::asymmetric(n, k, alpha, *init_ratio, &mut generator), *switch)
            }
        };
        let mut rebalanced = Ok(());
        let finished = Steps::new(run.iterations).every(run.record_every).run(
            Descent::new(&sensing, run.eta, start),
            |descent, t| {
                if let Some((_, gamma)) = switch.filter(|(iteration, _)| *iteration == t) {
                    rebalanced = descent.rebalance(gamma);
                }
                descent.step();
            },
            |descent, t| (t, descent.squared_error()),
        )?;
        let lambda_min = rebalanced
            .and_then(|()| finished.state.factors().smallest_eigenvalue())
            .context("gradient descent diverged: it needs a smaller eta, or more measurements m")?;
        let row = |(t, err)| Row { run: run.run, k, alpha, seed: run.seed, t, err, lambda_min };
        Ok(finished.measured.into_iter().map(row).collect())
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

common::paper!(MatrixSensingCurses);
