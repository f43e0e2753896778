use super::*;

pub fn problem(dim: usize) -> Problem {
    let instance = Instance { dim, kappa: 1.5, problem_seed: 3 };
    Problem::sample(&instance, &Streams::new("test"))
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

#[test]
fn the_slope_tends_to_that_of_bounded_curvature() {
    for x in [-3.0, 0.0, 0.7] {
        assert_eq!(unbounded_slope(0.0, x), x);
        assert!((unbounded_slope(1e-4, x) - x).abs() < 1e-7);
    }
}
