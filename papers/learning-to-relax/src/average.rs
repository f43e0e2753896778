//! Iterations against the relaxation parameter on average over right-hand sides: what the authors drew.

use common::prelude::*;

use crate::sor::{self, Problem, Sor};
use crate::theory;

/// Iterations for systems that differ in their right-hand sides only.
#[derive(Serialize)]
pub struct Average {
    /// The systems, and when a solve ends.
    pub problem: &'static Problem,
    /// Their diagonal shift: c.
    pub shift: f64,
    /// Relaxation parameters: a coarse grid, and a fine one about the best.
    pub omegas: [&'static [f64]; 2],
    /// Right-hand sides.
    pub targets: usize,
}

impl Cell for Average {
    fn cost(&self) -> f64 {
        let (n, beta) = (self.problem.unknowns() as f64, theory::jacobi_radius(self.problem.grid_side, self.shift));
        let iterations =
            |omega: &f64| theory::asymptotic_iterations(self.problem.eps, theory::sor_radius(beta, *omega));
        let all: f64 = self.omegas.iter().flat_map(|omegas| omegas.iter().map(iterations)).sum();
        2e-9 * n * all * self.targets as f64
    }

    fn memory(&self) -> f64 {
        let omegas = self.omegas.iter().map(|omegas| omegas.len()).sum::<usize>();
        8.0 * (self.problem.unknowns() + omegas) as f64 * self.targets as f64
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Average { problem, shift, omegas, targets } = self;
        let mut draws = random.open("systems average", 0);
        let mut right_hand_sides = Array2::zeros((targets, problem.unknowns()));
        for mut target in right_hand_sides.rows_mut() {
            sor::sample_target(target.as_slice_mut().context("rows are contiguous")?, &mut draws);
        }
        let mut sor = Sor::new(problem.grid_side);
        rows.kind("average").key(record! { dist: "single" });
        for (omegas, grid) in omegas.into_iter().zip(["coarse", "fine"]) {
            for &omega in omegas {
                let targets = right_hand_sides.rows();
                let iterations = targets.into_iter().map(|target| {
                    Ok(sor.iterations(problem, shift, target.to_slice().context("rows are contiguous")?, omega) as f64)
                });
                let iterations = iterations.collect::<Result<Vec<f64>>>()?;
                rows.push(record! {
                    omega,
                    /// Which grid of parameters: coarse, or fine about the best one.
                    grid,
                    /// Mean of the iterations over right-hand sides.
                    iters_mean: reduce::mean(&iterations),
                    /// Fewest of them.
                    iters_least: reduce::min(&iterations),
                    /// Most of them.
                    iters_most: reduce::max(&iterations),
                });
            }
        }
        Ok(())
    }
}
