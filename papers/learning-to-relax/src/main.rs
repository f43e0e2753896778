//! Learning to Relax: Setting Solver Parameters Across a Sequence of Linear System Instances —
//! Khodak, Chow, Balcan, Talwalkar 2023, arXiv:2310.02246, the learning curves and the bound figure.
//!
//! A sequence of linear systems is solved by successive over-relaxation. Its parameter omega is chosen
//! by learners that see nothing but the iterations of each solve, and by contextual learners that
//! also see the diagonal shift c of the system.

mod bounds;
mod chebcb;
mod claims;
mod figure;
mod learners;
mod sequence;
mod sor;
mod theory;

use bounds::{Bound, Bounds};
use common::prelude::*;
use learners::Method;
use sequence::{Run, Sequence};
use sor::{Problem, Shifts};

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    problem: Problem,
    /// Systems in a sequence: T.
    instances: usize,
    /// Sequences for each distribution of shifts.
    trials: u64,
    /// The interval of the shifts.
    shift_range: [f64; 2],
    /// Beta shapes (a, b) of the shifts.
    low_variance: [f64; 2],
    high_variance: [f64; 2],
    /// The parameters that learners choose from, rising.
    omega_grid: Vec<f64>,
    /// Parameters that are kept for a whole sequence, rising.
    fixed: Vec<f64>,
    /// Fixed parameters below this solve the first `fixed_short` systems only: they are slow.
    fixed_full_from: f64,
    fixed_short: usize,
    /// The interval of shifts that contextual learners assume.
    context_range: [f64; 2],
    context_bins: usize,
    /// Chebyshev polynomials in ChebCB: m.
    cheb_terms: usize,
}

impl Config {
    /// Systems of a sequence that a fixed parameter solves.
    fn solved_with_fixed(&self, omega: f64) -> usize {
        let short = omega < self.fixed_full_from;
        if short { self.fixed_short.min(self.instances) } else { self.instances }
    }

    /// Every method with the systems of a sequence that it solves.
    fn methods(&self) -> Vec<(Method, usize)> {
        let (omegas, context) = (&self.omega_grid, self.context_range);
        let fixed = self.fixed.iter().map(|&omega| (Method::Fixed { omega }, self.solved_with_fixed(omega)));
        let all = [
            Method::TsallisInf { omegas: omegas.clone() },
            Method::TsallisInfCb { omegas: omegas.clone(), context, bins: self.context_bins },
            Method::ChebCb { omegas: omegas.clone(), context, terms: self.cheb_terms },
            Method::InstanceOptimal,
        ];
        fixed.chain(all.into_iter().map(|method| (method, self.instances))).collect()
    }

    /// The sequences with shifts of one distribution: each trial with each method.
    fn sequences(&self, dist: Dist, shapes: [f64; 2]) -> impl Iterator<Item = Cell> {
        let shifts = Shifts { range: self.shift_range, shapes };
        let methods = self.methods();
        (0..self.trials).flat_map(move |trial| {
            let sequence = |(method, solved): &(Method, usize)| Sequence {
                dist,
                trial,
                method: method.clone(),
                instances: self.instances,
                solved: *solved,
                problem: self.problem.clone(),
                shifts,
            };
            methods.iter().map(sequence).map(Cell::Sequence).collect::<Vec<Cell>>()
        })
    }
}

/// Where the shifts come from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dist {
    Low,
    High,
    /// A single system without a shift.
    Single,
}

/// A unit of computation.
#[derive(Clone, Debug, Serialize)]
pub enum Cell {
    Sequence(Sequence),
    Bounds(Bounds),
}

/// The output table: the cost of sequences, and iterations against omega.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Row {
    Run(Run),
    Bound(Bound),
}

pub struct LearningToRelax;

impl Experiment for LearningToRelax {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let problem = &config.problem;
        // Powers of the dense n x n iteration matrix take minutes beyond.
        check.within("grid_side", problem.grid_side, 2, 40);
        check.within("eps", problem.eps, 1e-13, 0.5);
        check.count("iteration_cap", problem.iteration_cap);
        check.count("instances", config.instances);
        check.within("trials", config.trials, 1, 10_000);
        let least = -problem.least_eigenvalue();
        let definite = format!("[low, high] with {least:.4} < low < high, so that all systems are positive definite");
        let [low, high] = config.shift_range;
        check.require("shift_range", least < low && low < high && high < f64::INFINITY, &definite);
        check.all_positive("low_variance", &config.low_variance);
        check.all_positive("high_variance", &config.high_variance);
        check_omegas(check, "omega_grid", &config.omega_grid);
        check_omegas(check, "fixed", &config.fixed);
        check.within("fixed_full_from", config.fixed_full_from, 0.0, 2.0);
        check.count("fixed_short", config.fixed_short);
        let [from, to] = config.context_range;
        let covers = from <= low && high <= to && from < to && (to - from).is_finite();
        check.require("context_range", covers, "an interval that holds shift_range");
        check.within("context_bins", config.context_bins, 1, 1000);
        check.within("cheb_terms", config.cheb_terms, 1, 100);
    }

    fn cells(config: &Config) -> Vec<Cell> {
        let bounds = Bounds { problem: config.problem.clone(), omegas: config.omega_grid.clone() };
        let low = config.sequences(Dist::Low, config.low_variance);
        let high = config.sequences(Dist::High, config.high_variance);
        low.chain(high).chain([Cell::Bounds(bounds)]).collect()
    }

    fn cost(cell: &Cell) -> f64 {
        match cell {
            Cell::Sequence(sequence) => {
                // About 2 ns for each unknown in an iteration.
                let iterations = sequence.expected_iterations() * sequence.solved as f64;
                2e-9 * sequence.problem.unknowns() as f64 * iterations
            }
            Cell::Bounds(bounds) => {
                // About a dozen products of n x n matrices for each parameter, at 20 GFLOP/s.
                let n = bounds.problem.unknowns() as f64;
                12.0 * bounds.omegas.len() as f64 * 2.0 * n * n * n / 20e9
            }
        }
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        match cell {
            Cell::Sequence(sequence) => Ok(sequence.run(random)),
            Cell::Bounds(bounds) => bounds.run(random),
        }
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

/// Relaxation parameters: between one and a thousand, rising, and within (0, 2), where SOR converges.
fn check_omegas(check: &mut Check, key: &str, omegas: &[f64]) {
    let inside = omegas.iter().all(|omega| *omega > 0.0 && *omega < 2.0);
    check.require(key, inside, "values above 0 and below 2 only");
    check.require(key, (1..=1000).contains(&omegas.len()), "between 1 and 1000 values");
    check.increasing(key, omegas);
}

common::paper!(LearningToRelax);
