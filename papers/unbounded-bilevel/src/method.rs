//! BO-REP and two methods without its three parts, on one problem.
//!
//! BO-REP: a refined start of y; then y is updated every I iterations only, by N averaged steps; x moves along the
//! normalised momentum of hypergradient estimates. The others take one lower step in each iteration and do not
//! normalise. All of them track the solution z of H z = ∇_y f by one step an iteration.

use common::prelude::*;

use crate::oracle::Oracle;
use crate::problem::{LOWER_CURVATURE, Problem};

/// Keeps the normalisation of a vanishing momentum finite.
const NORM_FLOOR: f64 = 1e-12;
/// The refinement's step j is γ / (1 + 0.02 j).
const REFINEMENT_DECAY: f64 = 0.02;

/// The algorithms that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Normalised momentum, refined start, periodic lower updates.
    Borep,
    /// Single loop, along the estimate itself.
    Sgd,
    /// Single loop, along its momentum.
    Momentum,
}

/// How y and z are updated.
#[derive(Parameters)]
pub struct Lower {
    /// Step γ of the lower variable y.
    #[range(0.0..)]
    pub gamma: f64,
    /// Step ν of the linear-system variable z.
    #[range(0.0..)]
    pub nu: f64,
    /// BO-REP: iterations I from one update of y to the next.
    pub period: usize,
    /// BO-REP: steps N of an update of y.
    pub inner_steps: usize,
}

impl Lower {
    /// Whether steps without noise bring y and z closer to their solutions, as the theorem assumes.
    pub fn converges(&self) -> bool {
        [self.gamma, self.nu].iter().all(|&step| step > 0.0 && step < 2.0 / LOWER_CURVATURE.1)
    }
}

/// An algorithm with its steps.
#[derive(Serialize)]
pub struct Algorithm {
    /// Which of the three.
    pub method: Method,
    /// Step η of x.
    pub eta: f64,
    /// Momentum β.
    pub beta: f64,
    /// BO-REP: steps of y before the first iteration.
    pub refine_steps: usize,
    /// How y and z are updated.
    pub lower: &'static Lower,
}

/// (x_t, y_t, z_t, m_t) and what is known exactly at x_t. All vectors have length d.
pub struct Iterate<'a> {
    problem: &'a Problem,
    algorithm: &'a Algorithm,
    oracle: Oracle,
    x: Vec<f64>,
    y: Vec<f64>,
    z: Vec<f64>,
    momentum: Vec<f64>,
    /// A x, the lower solution.
    solution: Vec<f64>,
    /// ∇_x f at x, exact.
    upper_slope: Vec<f64>,
    gradient_norm: f64,
    /// H z, exact.
    curved: Vec<f64>,
    /// The estimate of the hypergradient.
    estimate: Vec<f64>,
    /// For intermediate vectors, and sums of iterates.
    scratch: [Vec<f64>; 2],
    average: Vec<f64>,
}

impl<'a> Iterate<'a> {
    /// The start x_0 with y = z = m = 0; for BO-REP with y refined, under noise of its own.
    pub fn new(
        problem: &'a Problem,
        algorithm: &'a Algorithm,
        x: Vec<f64>,
        mut refinement: Oracle,
        oracle: Oracle,
    ) -> Iterate<'a> {
        let zeros = || vec![0.0; problem.dim()];
        let mut iterate = Iterate {
            problem,
            algorithm,
            oracle,
            x,
            y: zeros(),
            z: zeros(),
            momentum: zeros(),
            solution: zeros(),
            upper_slope: zeros(),
            gradient_norm: f64::NAN,
            curved: zeros(),
            estimate: zeros(),
            scratch: [zeros(), zeros()],
            average: zeros(),
        };
        iterate.evaluate();
        if algorithm.method == Method::Borep {
            std::mem::swap(&mut iterate.oracle, &mut refinement);
            for j in 0..algorithm.refine_steps {
                iterate.lower_step(algorithm.lower.gamma / (1.0 + REFINEMENT_DECAY * j as f64));
            }
            std::mem::swap(&mut iterate.oracle, &mut refinement);
        }
        iterate
    }

    /// |∇Φ(x)|, exact.
    pub fn gradient_norm(&self) -> f64 {
        self.gradient_norm
    }

    /// |y - A x|.
    pub fn lower_error(&self) -> f64 {
        let gaps = self.y.iter().zip(&self.solution).map(|(y, solution)| y - solution);
        gaps.map(|gap| gap * gap).sum::<f64>().sqrt()
    }

    /// Iteration t.
    pub fn advance(&mut self, t: usize) {
        let lower = self.algorithm.lower;
        match self.algorithm.method {
            Method::Borep if t.is_multiple_of(lower.period) => self.averaged_lower_steps(),
            Method::Borep => {}
            Method::Sgd | Method::Momentum => self.lower_step(lower.gamma),
        }
        self.estimate_hypergradient();
        self.track_linear_system();
        self.move_upper();
        self.evaluate();
    }

    /// y <- y - step G_y, where G_y is a noisy ∇_y g = H (y - A x).
    fn lower_step(&mut self, step: f64) {
        let [gap, slope] = &mut self.scratch;
        for ((gap, y), solution) in gap.iter_mut().zip(&self.y).zip(&self.solution) {
            *gap = y - solution;
        }
        self.problem.hessian_product_into(gap, slope);
        self.oracle.add_noise(slope);
        reduce::axpy(-step, slope, &mut self.y);
    }

    /// N lower steps, then y becomes the average of these N iterates.
    fn averaged_lower_steps(&mut self) {
        let lower = self.algorithm.lower;
        self.average.fill(0.0);
        for _ in 0..lower.inner_steps {
            self.lower_step(lower.gamma);
            reduce::axpy(1.0 / lower.inner_steps as f64, &self.y, &mut self.average);
        }
        self.y.copy_from_slice(&self.average);
    }

    /// h = G_x f + Aᵀ H z, with z as it was before its own step.
    fn estimate_hypergradient(&mut self) {
        self.problem.hessian_product_into(&self.z, &mut self.curved);
        self.oracle.upper_slope_into(&self.upper_slope, &mut self.estimate);
        self.problem.add_pulled_back(&self.curved, &mut self.estimate);
    }

    /// z <- z - ν [H z - ∇_y f], both noisy, with ∇_y f = y - y_ref.
    fn track_linear_system(&mut self) {
        let [residual, slope] = &mut self.scratch;
        residual.copy_from_slice(&self.curved);
        self.oracle.add_hessian_noise(&self.z, residual);
        for ((slope, y), target) in slope.iter_mut().zip(&self.y).zip(&self.problem.target) {
            *slope = y - target;
        }
        self.oracle.add_noise(slope);
        reduce::axpy(-1.0, slope, residual);
        reduce::axpy(-self.algorithm.lower.nu, residual, &mut self.z);
    }

    /// m <- β m + (1 - β) h; then x moves by η along -m / |m|, -m or -h.
    fn move_upper(&mut self) {
        let Algorithm { method, eta, beta, .. } = *self.algorithm;
        // The momentum of β = 0 is the estimate itself.
        let beta = if method == Method::Sgd { 0.0 } else { beta };
        reduce::scale(beta, &mut self.momentum);
        reduce::axpy(1.0 - beta, &self.estimate, &mut self.momentum);
        let step = match method {
            // The whole vector is normalised, and the momentum, not the estimate.
            Method::Borep => eta / (reduce::norm(&self.momentum) + NORM_FLOOR),
            Method::Sgd | Method::Momentum => eta,
        };
        reduce::axpy(-step, &self.momentum, &mut self.x);
    }

    /// What is known exactly at a new x: A x, ∇_x f and the norm of ∇Φ = ∇_x f + Aᵀ (A x - y_ref).
    fn evaluate(&mut self) {
        self.problem.lower_solution_into(&self.x, &mut self.solution);
        self.problem.upper_slope_into(&self.x, &mut self.upper_slope);
        let [residual, gradient] = &mut self.scratch;
        for ((residual, y), target) in residual.iter_mut().zip(&self.solution).zip(&self.problem.target) {
            *residual = y - target;
        }
        gradient.copy_from_slice(&self.upper_slope);
        self.problem.add_pulled_back(residual, gradient);
        self.gradient_norm = reduce::norm(gradient);
    }
}

#[cfg(test)]
mod tests;
