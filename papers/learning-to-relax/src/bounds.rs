//! Iterations against the relaxation parameter: measured, estimated and bounded.

use common::prelude::*;

use crate::sor::{self, Problem, Sor};
use crate::{Dist, Row, theory};

/// Measured, estimated and bounded iterations for one system without a shift.
#[derive(Clone, Debug, Serialize)]
pub struct Bounds {
    pub problem: Problem,
    pub omegas: Vec<f64>,
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

impl Bounds {
    /// Measures the iterations and compares them with theory.
    pub fn run(&self, random: &Streams) -> Result<Vec<Row>> {
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
