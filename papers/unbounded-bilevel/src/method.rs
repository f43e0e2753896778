//! BO-REP and two methods without its three parts, on one problem.
//!
//! BO-REP: a refined start of y; then y is updated every I iterations only, by N averaged steps; x moves along the
//! normalised momentum of hypergradient estimates. The others take one lower step in each iteration and do not
//! normalise. All of them track the solution z of H z = ∇_y f by one step an iteration.

use common::prelude::*;

use crate::oracle::Oracle;
use crate::problem::Problem;

/// The largest norm of a gradient that counts as finite.
const DIVERGED: f64 = 1e12;
/// Keeps the normalisation of a vanishing momentum finite.
const NORM_FLOOR: f64 = 1e-12;
/// The refinement's step j is γ / (1 + 0.02 j).
const REFINEMENT_DECAY: f64 = 0.02;

/// Whether a run whose gradient has this norm has diverged; NaN counts.
pub fn has_diverged(gradient_norm: f64) -> bool {
    gradient_norm.is_nan() || gradient_norm > DIVERGED
}

/// The algorithms that are compared.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Normalised momentum, refined start, periodic lower updates.
    Borep,
    /// Single loop, along the estimate itself.
    Sgd,
    /// Single loop, along its momentum.
    Momentum,
}

impl Method {
    /// The name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Method::Borep => "borep",
            Method::Sgd => "sgd",
            Method::Momentum => "momentum",
        }
    }
}

/// The lower level's share of an algorithm.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Lower {
    /// Step γ of y.
    pub gamma: f64,
    /// Step ν of z.
    pub nu: f64,
    /// BO-REP: iterations I from one update of y to the next.
    pub period: usize,
    /// BO-REP: steps N of an update of y.
    pub inner_steps: usize,
    /// BO-REP: steps of y before the first iteration.
    pub refine_steps: usize,
}

/// An algorithm with its steps.
#[derive(Clone, Debug, Serialize)]
pub struct Algorithm {
    /// Which of them.
    pub method: Method,
    /// Step η of x.
    pub eta: f64,
    /// Momentum β.
    pub beta: f64,
    /// What is done about y and z.
    pub lower: Lower,
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
            for j in 0..algorithm.lower.refine_steps {
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
        let lower = &self.algorithm.lower;
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
        let lower = &self.algorithm.lower;
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
mod tests {
    use super::*;
    use crate::problem::tests::{implicit_gradient, problem};

    fn algorithm(method: Method, eta: f64) -> Algorithm {
        Algorithm {
            method,
            eta,
            beta: 0.9,
            lower: Lower { gamma: 0.2, nu: 0.1, period: 3, inner_steps: 2, refine_steps: 40 },
        }
    }

    fn start<'a>(problem: &'a Problem, algorithm: &'a Algorithm, sigma: f64) -> Iterate<'a> {
        let oracle = |name| Oracle::new(sigma, Streams::new("test").open(name, 0));
        let x = vec![0.4, -0.9, 1.3];
        Iterate::new(problem, algorithm, x, oracle("refinement"), oracle("run"))
    }

    #[test]
    fn the_exact_norm_is_that_of_the_implicit_gradient() {
        let (problem, algorithm) = (problem(3), algorithm(Method::Sgd, 0.01));
        let iterate = start(&problem, &algorithm, 0.5);
        let expected = reduce::norm(&implicit_gradient(&problem, &iterate.x));
        assert!((iterate.gradient_norm() / expected - 1.0).abs() < 1e-12);
    }

    #[test]
    fn at_rest_the_noiseless_estimate_is_the_hypergradient() {
        // With η = 0, x stays and y and z reach their solutions for this x.
        for method in [Method::Borep, Method::Sgd, Method::Momentum] {
            let (problem, algorithm) = (problem(3), algorithm(method, 0.0));
            let mut iterate = start(&problem, &algorithm, 0.0);
            (0..1000).for_each(|t| iterate.advance(t));
            assert!(iterate.lower_error() < 1e-9, "{method:?}");
            let expected = implicit_gradient(&problem, &iterate.x);
            for (estimate, expected) in iterate.momentum.iter().zip(expected) {
                assert!((estimate - expected).abs() < 1e-9, "{method:?}: {estimate} {expected}");
            }
        }
    }

    #[test]
    fn a_normalised_step_has_length_eta() {
        let (problem, algorithm) = (problem(3), algorithm(Method::Borep, 0.25));
        let mut iterate = start(&problem, &algorithm, 0.5);
        let before = iterate.x.clone();
        iterate.advance(0);
        let moved: Vec<f64> = before.iter().zip(&iterate.x).map(|(a, b)| a - b).collect();
        // The floor under the norm shortens it a little.
        assert!((reduce::norm(&moved) - 0.25).abs() < 1e-10);
    }

    #[test]
    fn the_refinement_is_that_of_each_eigenvector_alone() {
        // Without noise, y - A x shrinks along an eigenvector of curvature h by Π_j (1 - h γ / (1 + 0.02 j)).
        let (problem, algorithm) = (problem(3), algorithm(Method::Borep, 0.01));
        let iterate = start(&problem, &algorithm, 0.0);
        let eigen = linear::symmetric_eigen(problem.lower_hessian.view()).unwrap();
        for (k, &curvature) in eigen.values.iter().enumerate() {
            let direction = eigen.vectors.column(k);
            let along = |v: &[f64]| direction.dot(&ArrayView1::from(v));
            let shrunk: f64 = (0..40).map(|j| 1.0 - curvature * 0.2 / (1.0 + 0.02 * j as f64)).product();
            let expected = along(&iterate.solution) * (1.0 - shrunk);
            assert!((along(&iterate.y) - expected).abs() < 1e-12, "{k}");
        }
    }

    #[test]
    fn borep_leaves_y_alone_between_two_updates() {
        let (problem, algorithm) = (problem(3), algorithm(Method::Borep, 0.01));
        let mut iterate = start(&problem, &algorithm, 0.5);
        let mut changed = Vec::new();
        for t in 0..7 {
            let before = iterate.y.clone();
            iterate.advance(t);
            changed.push(iterate.y != before);
        }
        assert_eq!(changed, [true, false, false, true, false, false, true]);
    }

    #[test]
    fn a_step_too_long_diverges() {
        let (problem, algorithm) = (problem(3), algorithm(Method::Sgd, 10.0));
        let mut iterate = start(&problem, &algorithm, 0.5);
        assert!(!has_diverged(iterate.gradient_norm()));
        (0..5).for_each(|t| iterate.advance(t));
        assert!(has_diverged(iterate.gradient_norm()), "{}", iterate.gradient_norm());
    }
}
