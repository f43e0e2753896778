//! Learning to Relax: Setting Solver Parameters Across a Sequence of Linear System Instances —
//! Khodak, Chow, Balcan, Talwalkar 2023, arXiv:2310.02246, the learning curves and the bound figure.
//!
//! A sequence of linear systems is solved by successive over-relaxation. Its parameter omega is chosen
//! by learners that see nothing but the iterations of each solve, and by contextual learners that
//! also see the diagonal shift c of the system.

mod bandits;
mod chebcb;
mod claims;
mod figure;
mod learners;
mod sor;
mod theory;

use common::prelude::*;
use learners::Method;
use sor::{Problem, Shifts, Sor};

/// The parameters, as in the card's table and in `paper.yaml`.
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

/// One sequence solved by one method. All methods see the same systems in a trial.
#[derive(Clone, Debug, Serialize)]
pub struct Sequence {
    dist: Dist,
    trial: u64,
    method: Method,
    /// Systems in the sequence: T.
    instances: usize,
    /// How many of them are solved.
    solved: usize,
    problem: Problem,
    shifts: Shifts,
}

/// Measured, estimated and bounded iterations for one system without a shift.
#[derive(Clone, Debug, Serialize)]
pub struct Bounds {
    problem: Problem,
    omegas: Vec<f64>,
}

/// The output table: the cost of sequences, and iterations against omega.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Row {
    Run(Run),
    Bound(Bound),
}

/// One method in one trial at one checkpoint.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Run {
    dist: Dist,
    trial: u64,
    method: String,
    /// Systems solved so far.
    instance: usize,
    /// Iterations spent so far.
    total_iters: u64,
    mean_iters: f64,
}

/// One relaxation parameter on the system without a shift.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Bound {
    dist: Dist,
    omega: f64,
    /// Measured iterations.
    iters: f64,
    /// Spectral radius of the iteration.
    rho: f64,
    /// log(eps) / log(rho).
    asym_iters: f64,
    /// The near-asymptotic bound.
    bound_iters: f64,
}

/// Checkpoints of a full sequence.
const CHECKPOINTS: usize = 50;

/// The numbers of systems after which the cost is noted: evenly spaced, and the last one solved.
fn checkpoints(instances: usize, solved: usize) -> Vec<usize> {
    let even = (1..=CHECKPOINTS).map(|k| (2 * k * instances + CHECKPOINTS) / (2 * CHECKPOINTS));
    let mut times: Vec<usize> = even.filter(|&t| t > 0 && t < solved).chain([solved]).collect();
    times.dedup();
    times
}

impl Sequence {
    /// Solves the sequence.
    fn run(&self, random: &Streams) -> Vec<Row> {
        let name = self.method.name();
        // The systems must not depend on the method.
        let mut systems = random.open(&format!("systems {:?}", self.dist), self.trial);
        let mut choices = random.open(&format!("choices {:?} {name}", self.dist), self.trial);
        let mut learner = self.method.start(self.problem.grid_side);
        let mut sor = Sor::new(self.problem.grid_side);
        let mut target = vec![0.0; self.problem.unknowns()];
        let checkpoints = checkpoints(self.instances, self.solved);
        let (mut rows, mut total) = (Vec::with_capacity(checkpoints.len()), 0);
        for instance in 1..=self.solved {
            let shift = self.shifts.draw(&mut systems);
            sor::draw_target(&mut target, &mut systems);
            let omega = learner.choose(shift, &mut choices);
            let iterations = sor.iterations(&self.problem, shift, &target, omega);
            learner.learn(iterations as f64);
            total += iterations as u64;
            if checkpoints.binary_search(&instance).is_ok() {
                rows.push(Row::Run(Run {
                    dist: self.dist,
                    trial: self.trial,
                    method: name.clone(),
                    instance,
                    total_iters: total,
                    mean_iters: total as f64 / instance as f64,
                }));
            }
        }
        rows
    }

    /// Iterations a solve is expected to take.
    fn expected_iterations(&self) -> f64 {
        let beta = theory::jacobi_radius(self.problem.grid_side, self.shifts.mean());
        let (omega, factor) = match self.method {
            Method::Fixed { omega } => (omega, 1.0),
            Method::InstanceOptimal => (theory::optimal_omega(beta), 1.2),
            _ => (theory::optimal_omega(beta), 1.8),
        };
        factor * theory::asymptotic_iterations(self.problem.eps, theory::sor_radius(beta, omega))
    }
}

impl Bounds {
    /// Measures the iterations and compares them with theory.
    fn run(&self, random: &Streams) -> Result<Vec<Row>> {
        let (problem, shift) = (&self.problem, 0.0);
        let mut target = vec![0.0; problem.unknowns()];
        sor::draw_target(&mut target, &mut random.open("systems Single", 0));
        let mut sor = Sor::new(problem.grid_side);
        let mut measure = |&omega: &f64| (omega, sor.iterations(problem, shift, &target, omega));
        let measured: Vec<(f64, usize)> = self.omegas.iter().map(&mut measure).collect();
        let mut tau = 0.0_f64;
        for &(omega, iterations) in measured.iter().filter(|(_, iterations)| *iterations > 1) {
            tau = tau.max(theory::excess(problem, shift, omega, iterations)?);
        }
        let beta = theory::jacobi_radius(problem.grid_side, shift);
        let row = |(omega, iterations): (f64, usize)| {
            let rho = theory::sor_radius(beta, omega);
            Row::Bound(Bound {
                dist: Dist::Single,
                omega,
                iters: iterations as f64,
                rho,
                asym_iters: theory::asymptotic_iterations(problem.eps, rho),
                bound_iters: theory::bound_iterations(problem.eps, rho, tau),
            })
        };
        Ok(measured.into_iter().map(row).collect())
    }
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
        check.count("trials", config.trials);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoints_are_even_and_end_with_the_last_system() {
        assert_eq!(checkpoints(5000, 5000).len(), 50);
        assert_eq!(checkpoints(5000, 500), [100, 200, 300, 400, 500]);
        assert_eq!(checkpoints(5000, 250), [100, 200, 250]);
        assert_eq!(checkpoints(3, 3), [1, 2, 3]);
        assert!(checkpoints(60, 60).contains(&6));
    }

    #[test]
    fn the_mean_cost_of_a_fixed_parameter_is_that_of_the_prototype() {
        // Means over the low-variance shifts; the standard error is about 0.4 iterations.
        for (omega, expected) in [(1.60, 63.5), (1.80, 85.9)] {
            let sequence = Sequence {
                dist: Dist::Low,
                trial: 0,
                method: Method::Fixed { omega },
                instances: 1000,
                solved: 1000,
                problem: Problem { grid_side: 10, eps: 1e-8, iteration_cap: 10_000 },
                shifts: Shifts { range: [-0.15, 0.45], shapes: [2.0, 6.0] },
            };
            let rows = sequence.run(&Streams::new("test"));
            let Some(Row::Run(last)) = rows.last() else { panic!("no rows") };
            assert!((last.mean_iters / expected - 1.0).abs() < 0.02, "{omega}: {}", last.mean_iters);
        }
    }
}
