//! A bilevel problem with a known hypergradient, whose upper curvature has no bound.
//!
//! Lower level: g(x, y) = (y - A x)ᵀ H (y - A x) / 2, with solution y*(x) = A x.
//! Upper level: f(x, y) = Σ_i [cosh(κ x_i) / κ² + cos(2 x_i) / 2] + |y - y_ref|² / 2.
//! The curvature of f in x grows like cosh(κ x), which is at most a constant plus κ times its gradient: the (L0, L1)
//! condition in place of a Lipschitz gradient. Near 0 it is negative, so f is not convex.

use common::prelude::*;

/// Curvature of the lower level: least (the μ of strong convexity) and greatest eigenvalue of H.
pub const LOWER_CURVATURE: (f64, f64) = (0.5, 2.0);
/// The entries of A are normal with this standard deviation over sqrt(d).
const COUPLING: f64 = 0.5;

/// What fixes an instance of the problem.
#[derive(Parameters)]
pub struct Instance {
    /// Dimension d of the upper and of the lower variable.
    pub dim: usize,
    /// Growth κ of the upper curvature, which has the part cosh(κ x); at 0 it is bounded.
    #[range(0.0..)]
    pub kappa: f64,
    /// The draw of H, A and y_ref, which all runs share.
    #[range(0..)]
    pub problem_seed: u64,
}

impl Instance {
    /// The start x_0: signs -, +, -, ... on sizes that are evenly spaced from 1 to `x_max`. Were the sizes equal, one
    /// lucky step could carry all coordinates into the basin.
    pub fn start(&self, x_max: f64) -> Vec<f64> {
        let sizes = spaced(1.0, x_max, self.dim);
        let signed = sizes.iter().enumerate().map(|(i, size)| if i % 2 == 0 { -size } else { *size });
        signed.collect()
    }
}

/// A bound on the norm at the start of the part of ∇_x f that grows without bound, in `dim` dimensions.
pub fn start_slope(kappa: f64, dim: usize, x_max: f64) -> f64 {
    unbounded_slope(kappa, x_max) * (dim as f64).sqrt()
}

/// The derivative of cosh(κ x) / κ²: sinh(κ x) / κ, or its limit x at κ = 0.
fn unbounded_slope(kappa: f64, x: f64) -> f64 {
    if kappa > 0.0 { sinh(kappa * x) / kappa } else { x }
}

/// `count` values evenly spaced from `low` to `high`; `low` alone if there is only one. Unlike [`linspace`] it rounds
/// the width of a step first, on which the last bits of the results depend.
fn spaced(low: f64, high: f64, count: usize) -> Vec<f64> {
    let width = (high - low) / (count.max(2) - 1) as f64;
    (0..count).map(|k| low + width * k as f64).collect()
}

/// An instance, with its exact derivatives.
pub struct Problem {
    /// H, d x d: the Hessian of g in y.
    pub lower_hessian: Array2<f64>,
    /// A, d x d: the lower solution is A x.
    pub solution_map: Array2<f64>,
    /// y_ref, d.
    pub target: Vec<f64>,
    /// Growth κ of the upper curvature.
    pub kappa: f64,
}

impl Problem {
    /// Draws H = Q diag(h) Qᵀ with a Haar orthogonal Q, then A, then y_ref.
    pub fn sample(instance: &Instance, random: &Streams) -> Problem {
        let mut generator = random.open("problem", instance.problem_seed);
        let dim = instance.dim;
        let basis = generator.orthonormal(dim, dim);
        let curvatures = Array1::from_vec(spaced(LOWER_CURVATURE.0, LOWER_CURVATURE.1, dim));
        // Half of the spectrum on each side, so that H is symmetric to the last bit.
        let half = &basis * &curvatures.mapv(f64::sqrt);
        Problem {
            lower_hessian: matrix::gram(half.view()),
            solution_map: generator.normal_matrix(dim, dim) * (COUPLING / (dim as f64).sqrt()),
            target: generator.normal_vector(dim).to_vec(),
            kappa: instance.kappa,
        }
    }

    /// Dimension d of x and of y.
    pub fn dim(&self) -> usize {
        self.target.len()
    }

    /// y*(x) = A x.
    pub fn lower_solution_into(&self, x: &[f64], solution: &mut [f64]) {
        matrix::vector_product_into(self.solution_map.view(), x, solution);
    }

    /// ∇_x f(x, y) = sinh(κ x) / κ - sin(2 x), element by element; y has no part in it.
    pub fn upper_slope_into(&self, x: &[f64], slope: &mut [f64]) {
        for (slope, &x) in slope.iter_mut().zip(x) {
            *slope = unbounded_slope(self.kappa, x) - sin(2.0 * x);
        }
    }

    /// The product H v.
    pub fn hessian_product_into(&self, v: &[f64], product: &mut [f64]) {
        matrix::vector_product_into(self.lower_hessian.view(), v, product);
    }

    /// Adds Aᵀ v: the mixed derivative of g is -Aᵀ H, so that a hypergradient is ∇_x f + Aᵀ (H z).
    pub fn add_pulled_back(&self, v: &[f64], gradient: &mut [f64]) {
        for (row, &v) in self.solution_map.outer_iter().zip(v) {
            for (gradient, &a) in gradient.iter_mut().zip(row) {
                *gradient += v * a;
            }
        }
    }
}

#[cfg(test)]
pub mod tests;
