//! A sequence of systems, solved one after the other by one method.

use common::prelude::*;

use crate::learners::Method;
use crate::sor::{self, Problem, Shifts, Sor};
use crate::theory;

/// How far the shifts of a sequence vary.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dist {
    /// Low variance.
    Low,
    /// High variance.
    High,
}

/// One sequence solved by one method. All methods see the same systems in a trial.
#[derive(Serialize)]
pub struct Sequence {
    /// How far the shifts vary.
    pub dist: Dist,
    /// Which of the sequences.
    pub trial: u64,
    /// Who chooses the relaxation parameters.
    pub method: Method,
    /// Systems in the sequence: T.
    pub instances: usize,
    /// How many of them are solved.
    pub solved: usize,
    /// The systems, and when a solve ends.
    pub problem: &'static Problem,
    /// Distribution of the shifts.
    pub shifts: Shifts,
}

/// Checkpoints of a full sequence.
const CHECKPOINTS: usize = 50;

/// The number of systems solved at checkpoint k of a full sequence, counted from 1: a fiftieth of them each, rounded.
pub fn checkpoint(instances: usize, k: usize) -> usize {
    (2 * k * instances + CHECKPOINTS) / (2 * CHECKPOINTS)
}

/// The numbers of systems after which the cost is noted: evenly spaced, and the last one solved.
fn checkpoints(instances: usize, solved: usize) -> Vec<usize> {
    let even = (1..=CHECKPOINTS).map(|k| checkpoint(instances, k));
    let mut times: Vec<usize> = even.filter(|&t| t > 0 && t < solved).chain([solved]).collect();
    times.dedup();
    times
}

impl Sequence {
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

impl Cell for Sequence {
    fn cost(&self) -> f64 {
        // About 2 ns for each unknown in an iteration.
        2e-9 * self.problem.unknowns() as f64 * self.expected_iterations() * self.solved as f64
    }

    fn memory(&self) -> f64 {
        48.0 * self.problem.unknowns() as f64 + self.method.memory()
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let method = self.method.name();
        // The systems must not depend on the method.
        let mut systems = random.open(&format!("systems {:?}", self.dist), self.trial);
        let mut choices = random.open(&format!("choices {:?} {method}", self.dist), self.trial);
        let mut learner = self.method.start(self.problem.grid_side);
        let mut sor = Sor::new(self.problem.grid_side);
        let mut target = vec![0.0; self.problem.unknowns()];
        let checkpoints = checkpoints(self.instances, self.solved);
        rows.kind("run").key(record! {
            /// Variance of the shifts; of the bounds, a single system.
            dist: self.dist,
            /// Which of the sequences.
            trial: self.trial,
            /// Who chooses the relaxation parameters.
            method,
        });
        let mut total: u64 = 0;
        for instance in 1..=self.solved {
            let shift = self.shifts.sample(&mut systems);
            sor::sample_target(&mut target, &mut systems);
            let omega = learner.choose(shift, &mut choices);
            let iterations = sor.iterations(self.problem, shift, &target, omega);
            learner.learn(iterations as f64);
            total += iterations as u64;
            if checkpoints.binary_search(&instance).is_ok() {
                rows.push(record! {
                    /// Systems solved so far.
                    instance,
                    /// Iterations spent so far.
                    total_iters: total,
                    /// Iterations spent so far for each system.
                    mean_iters: total as f64 / instance as f64,
                });
            }
        }
        Ok(())
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
                problem: &Problem { grid_side: 10, eps: 1e-8, iteration_cap: 10_000 },
                shifts: Shifts { range: [-0.15, 0.45], shapes: [2.0, 6.0] },
            };
            let mut rows = Rows::default();
            sequence.run(&Streams::new("test"), &mut rows).unwrap();
            let table = Table::stack([rows.into_columns()]).unwrap();
            let cost = table.with("instance", 5000).value("mean_iters");
            assert!((cost / expected - 1.0).abs() < 0.02, "{omega}: {cost}");
        }
    }
}
