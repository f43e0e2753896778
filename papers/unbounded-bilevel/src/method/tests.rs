use super::*;
use crate::problem::tests::{implicit_gradient, problem};

fn algorithm(method: Method, eta: f64) -> Algorithm {
    const LOWER: Lower = Lower { gamma: 0.2, nu: 0.1, period: 3, inner_steps: 2 };
    Algorithm { method, eta, beta: 0.9, refine_steps: 40, lower: &LOWER }
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
    assert!(iterate.gradient_norm() < 1e3);
    (0..5).for_each(|t| iterate.advance(t));
    assert!(iterate.gradient_norm().is_nan() || iterate.gradient_norm() > 1e12, "{}", iterate.gradient_norm());
}

#[test]
fn only_steps_that_contract_converge() {
    let lower = |gamma, nu| Lower { gamma, nu, period: 1, inner_steps: 1 };
    assert!(lower(0.2, 0.99).converges());
    for (gamma, nu) in [(0.0, 0.1), (0.2, 0.0), (1.0, 0.1), (0.2, 1.5)] {
        assert!(!lower(gamma, nu).converges(), "{gamma} {nu}");
    }
}
