//! A sequence of systems, solved one after the other by one method.

use common::prelude::*;

use crate::learners::Method;
use crate::sor::{self, Problem, Shifts, Sor};
use crate::{Dist, Row, theory};

/// One sequence solved by one method. All methods see the same systems in a trial.
#[derive(Clone, Debug, Serialize)]
pub struct Sequence {
    pub dist: Dist,
    pub trial: u64,
    pub method: Method,
    /// Systems in the sequence: T.
    pub instances: usize,
    /// How many of them are solved.
    pub solved: usize,
    pub problem: Problem,
    pub shifts: Shifts,
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
    /// Solves the sequence; returns the cost at each checkpoint.
    pub fn run(&self, random: &Streams) -> Vec<Row> {
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
    pub fn expected_iterations(&self) -> f64 {
        let beta = theory::jacobi_radius(self.problem.grid_side, self.shifts.mean());
        let (omega, factor) = match self.method {
            Method::Fixed { omega } => (omega, 1.0),
            Method::InstanceOptimal => (theory::optimal_omega(beta), 1.2),
            _ => (theory::optimal_omega(beta), 1.8),
        };
        factor * theory::asymptotic_iterations(self.problem.eps, theory::sor_radius(beta, omega))
    }
}

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
    fn mean_costs_of_fixed_parameters_agree_with_another_implementation() {
        // Means over 3 x 5000 systems with low-variance shifts by an independent program; the
        // standard error of ours is about 0.4 iterations.
        for (omega, expected) in [(1.60, 63.5), (1.80, 85.9)] {
            let sequence = Sequence {
                dist: Dist::Low,
                trial: 0,
                method: Method::Fixed { omega },
                instances: 5000,
                solved: 5000,
                problem: Problem { grid_side: 10, eps: 1e-8, iteration_cap: 10_000 },
                shifts: Shifts { range: [-0.15, 0.45], shapes: [2.0, 6.0] },
            };
            let rows = sequence.run(&Streams::new("test"));
            let Some(Row::Run(last)) = rows.last() else { panic!("no rows") };
            assert!((last.mean_iters / expected - 1.0).abs() < 0.02, "{omega}: {}", last.mean_iters);
        }
    }
}
