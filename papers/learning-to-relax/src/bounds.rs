//! Iterations against the relaxation parameter: measured, estimated and bounded.

use common::prelude::*;

use crate::sor::{self, Problem, Sor};
use crate::theory;

/// Measured, estimated and bounded iterations for one system.
#[derive(Serialize)]
pub struct Bounds {
    /// The system, and when a solve ends.
    pub problem: &'static Problem,
    /// Its diagonal shift: c.
    pub shift: f64,
    /// Relaxation parameters.
    pub omegas: &'static [f64],
}

impl Cell for Bounds {
    fn cost(&self) -> f64 {
        // About a dozen products of n x n matrices for each parameter, at 20 GFLOP/s.
        let n = self.problem.unknowns() as f64;
        12.0 * self.omegas.len() as f64 * 2.0 * n * n * n / 20e9
    }

    fn memory(&self) -> f64 {
        // The iteration matrix, two of its powers, and what their singular values need.
        let n = self.problem.unknowns() as f64;
        8.0 * 5.0 * n * n
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Bounds { problem, shift, omegas } = self;
        let mut target = vec![0.0; problem.unknowns()];
        sor::sample_target(&mut target, &mut random.open("systems Single", 0));
        let mut sor = Sor::new(problem.grid_side);
        let mut measure = |&omega: &f64| (omega, sor.iterations(problem, shift, &target, omega));
        let measured: Vec<(f64, usize)> = omegas.iter().map(&mut measure).collect();
        let mut tau = 0.0_f64;
        for &(omega, iterations) in measured.iter().filter(|(_, iterations)| *iterations > 1) {
            tau = tau.max(theory::excess(problem, shift, omega, iterations)?);
        }
        let beta = theory::jacobi_radius(problem.grid_side, shift);
        rows.kind("bound").key(record! { dist: "single" });
        for (omega, iterations) in measured {
            let rho = theory::sor_radius(beta, omega);
            rows.push(record! {
                /// Relaxation parameter.
                omega,
                /// Iterations that a solve took.
                iters: iterations as f64,
                /// Spectral radius of the iteration.
                rho,
                /// Asymptotic estimate of the iterations: log(eps) / log(rho).
                asym_iters: theory::asymptotic_iterations(problem.eps, rho),
                /// Near-asymptotic bound U(omega) on the iterations; NaN where its assumption tau < 1 fails.
                bound_iters: theory::bound_iterations(problem.eps, rho, tau),
            });
        }
        Ok(())
    }
}
