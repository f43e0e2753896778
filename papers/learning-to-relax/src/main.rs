//! Learning to Relax: Setting Solver Parameters Across a Sequence of Linear System Instances —
//! Khodak, Chow, Balcan, Talwalkar 2023, arXiv:2310.02246, the learning curves and the bound figure.
//!
//! A sequence of linear systems is solved by successive over-relaxation. Its parameter omega is chosen
//! by learners that see nothing but the iterations of each solve, and by contextual learners that
//! also see the diagonal shift c of the system.

mod average;
mod bounds;
mod chebcb;
mod claims;
mod figure;
mod learners;
mod sequence;
mod sor;
mod theory;

use average::Average;
use bounds::Bounds;
use common::prelude::*;
use learners::Method;
use sequence::{Dist, Sequence};
use sor::{Problem, Shifts};

/// The parameters.
#[derive(Parameters)]
#[require(
    -problem.least_eigenvalue() < shift,
    "a shift above minus the least eigenvalue of A_0, 8 sin^2(pi / (2 (g + 1))), so that the system is positive definite"
)]
#[require(
    -problem.least_eigenvalue() < shift_range[0] && shift_range[0] <= shift_range[1],
    "an interval above minus the least eigenvalue of A_0, so that all systems are positive definite"
)]
#[require(
    context_range[0] <= shift_range[0] && shift_range[1] <= context_range[1],
    "an interval that holds shift_range"
)]
#[require(
    (f64::MIN_POSITIVE..f64::INFINITY).contains(&(context_range[1] - context_range[0])),
    "an interval of positive and finite length"
)]
pub struct Config {
    #[flatten]
    problem: Problem,
    /// Diagonal shift c of the single system of panel a.
    #[range(..)]
    shift: f64,
    /// Systems in a sequence: T.
    instances: usize,
    /// Sequences for each distribution of shifts.
    trials: u64,
    /// Interval of the diagonal shifts: low + (high - low) Beta(a, b). Two equal ends are a single shift.
    #[range(..)]
    shift_range: [f64; 2],
    /// Beta shapes (a, b) of the shifts of low variance.
    low_variance: [f64; 2],
    /// Beta shapes (a, b) of the shifts of high variance.
    high_variance: [f64; 2],
    /// Relaxation parameters that learners choose from. SOR converges between 0 and 2.
    #[range(..2.0)]
    #[rising]
    omega_grid: Vec<f64>,
    /// More relaxation parameters, about the best one of panel a.
    #[range(..2.0)]
    #[rising]
    fine_grid: Vec<f64>,
    /// Right-hand sides over which the iterations of panel a are averaged.
    targets: usize,
    /// Relaxation parameters that are kept for a whole sequence.
    #[range(..2.0)]
    #[rising]
    fixed: Vec<f64>,
    /// Fixed parameters below this are slow: they solve the first systems of a sequence only.
    #[range(0.0..=2.0)]
    fixed_full_from: f64,
    /// How many systems slow fixed parameters solve.
    fixed_short: usize,
    /// Interval of shifts that the contextual learners assume.
    #[range(..)]
    context_range: [f64; 2],
    /// Bins of Tsallis-INF-CB.
    context_bins: usize,
    /// Chebyshev polynomials in ChebCB, from degree 0: m.
    cheb_terms: usize,
}

impl Config {
    /// Systems of a sequence that a fixed parameter solves.
    fn solved_with_fixed(&self, omega: f64) -> usize {
        let short = omega < self.fixed_full_from;
        if short { self.fixed_short.min(self.instances) } else { self.instances }
    }

    /// Every method with the systems of a sequence that it solves.
    fn methods(&'static self) -> Vec<(Method, usize)> {
        let (omegas, context) = (self.omega_grid.as_slice(), self.context_range);
        let fixed = self.fixed.iter().map(|&omega| (Method::Fixed { omega }, self.solved_with_fixed(omega)));
        let all = [
            Method::TsallisInf { omegas },
            Method::TsallisInfCb { omegas, context, bins: self.context_bins },
            Method::ChebCb { omegas, context, terms: self.cheb_terms },
            Method::InstanceOptimal,
        ];
        fixed.chain(all.into_iter().map(|method| (method, self.instances))).collect()
    }
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let &Config { ref problem, instances, .. } = config;
    for (dist, shapes) in [(Dist::Low, config.low_variance), (Dist::High, config.high_variance)] {
        let shifts = Shifts { range: config.shift_range, shapes };
        for trial in 0..config.trials {
            let sequence = |(method, solved)| Sequence { dist, trial, method, instances, solved, problem, shifts };
            plan.add(config.methods().into_iter().map(sequence));
        }
    }
    let omegas = [config.omega_grid.as_slice(), config.fine_grid.as_slice()];
    plan.add([Average { problem, shift: config.shift, omegas, targets: config.targets }]);
    plan.add([Bounds { problem, shift: config.shift, omegas: &config.omega_grid }]);
}

common::paper!(Config, cells, figure::draw, claims::measure);
