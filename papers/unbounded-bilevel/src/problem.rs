//! A bilevel problem with a known hypergradient, whose upper curvature has no bound.
//!
//! Lower level: g(x, y) = (y - A x)ᵀ H (y - A x) / 2, with solution y*(x) = A x.
//! Upper level: f(x, y) = Σ_i [cosh(κ x_i) / κ² + cos(2 x_i) / 2] + |y - y_ref|² / 2.
//! The curvature of f in x grows like cosh(κ x), which is at most a constant plus κ times its gradient: the (L0, L1)
//! condition in place of a Lipschitz gradient. Near 0 it is negative, so f is not convex.

use common::prelude::*;

/// Curvature of the lower level: least (the μ of strong convexity) and greatest eigenvalue of H.
const LOWER_CURVATURE: (f64, f64) = (0.5, 2.0);
/// The entries of A are normal with this standard deviation over sqrt(d).
const COUPLING: f64 = 0.5;

/// What fixes an instance of the problem.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Instance {
    /// Dimension d of x and of y.
    pub dim: usize,
    /// Growth κ of the upper curvature.
    pub kappa: f64,
    /// The draw of H, A and y_ref.
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

/// `count` values evenly spaced from `low` to `high`; `low` alone if there is only one.
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
    /// κ.
    pub kappa: f64,
}

impl Problem {
    /// Draws H = Q diag(h) Qᵀ with a Haar orthogonal Q, then A, then y_ref.
    pub fn draw(instance: &Instance, random: &Streams) -> Problem {
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

    /// d.
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
            *slope = sinh(self.kappa * x) / self.kappa - sin(2.0 * x);
        }
    }

    /// H v.
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
pub mod tests {
    use super::*;

    pub fn problem(dim: usize) -> Problem {
        let instance = Instance { dim, kappa: 1.5, problem_seed: 3 };
        Problem::draw(&instance, &Streams::new("test"))
    }

    /// Φ(x) = f(x, A x), written out from the definition.
    fn objective(problem: &Problem, x: &[f64]) -> f64 {
        let kappa = problem.kappa;
        let own: f64 = x.iter().map(|&x| cosh(kappa * x) / (kappa * kappa) + 0.5 * cos(2.0 * x)).sum();
        let y = problem.solution_map.dot(&Array1::from_vec(x.to_vec()));
        let distance: f64 = y.iter().zip(&problem.target).map(|(y, r)| (y - r) * (y - r)).sum();
        own + 0.5 * distance
    }

    /// ∇Φ(x) by the implicit function theorem: ∇_x f + Aᵀ H z*, H z* = A x - y_ref.
    pub fn implicit_gradient(problem: &Problem, x: &[f64]) -> Vec<f64> {
        let mut residual = vec![0.0; problem.dim()];
        problem.lower_solution_into(x, &mut residual);
        for (residual, target) in residual.iter_mut().zip(&problem.target) {
            *residual -= target;
        }
        let z = linear::solve(problem.lower_hessian.view(), ArrayView1::from(&residual)).unwrap();
        let mut weighted = vec![0.0; problem.dim()];
        problem.hessian_product_into(&z.to_vec(), &mut weighted);
        let mut gradient = vec![0.0; problem.dim()];
        problem.upper_slope_into(x, &mut gradient);
        problem.add_pulled_back(&weighted, &mut gradient);
        gradient
    }

    #[test]
    fn the_hypergradient_is_that_of_the_reduced_objective() {
        let problem = problem(4);
        let x = [0.3, -1.1, 2.0, 0.7];
        let gradient = implicit_gradient(&problem, &x);
        for i in 0..4 {
            let shifted = |by: f64| {
                let mut x = x;
                x[i] += by;
                objective(&problem, &x)
            };
            let slope = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
            assert!((gradient[i] - slope).abs() < 1e-7, "{i}: {} {slope}", gradient[i]);
        }
    }

    #[test]
    fn the_lower_curvature_is_spread_as_it_should() {
        let values = linear::symmetric_eigenvalues(problem(7).lower_hessian.view()).unwrap();
        for (k, value) in values.iter().enumerate() {
            assert!((value - (0.5 + 0.25 * k as f64)).abs() < 1e-12, "{k}: {value}");
        }
    }

    #[test]
    fn the_start_alternates_between_one_and_the_largest() {
        let instance = |dim| Instance { dim, kappa: 2.0, problem_seed: 0 };
        assert_eq!(instance(4).start(7.0), [-1.0, 3.0, -5.0, 7.0]);
        assert_eq!(instance(1).start(7.0), [-1.0]);
    }
}
