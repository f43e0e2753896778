//! The constants, the limits and the published ratios.

use super::*;
use crate::task::PowerLaw;
use common::optimize::brent_minimize;

fn task(modes: usize) -> Task {
    let (alpha, beta) = (1.5, 1.3);
    PowerLaw { modes, alpha, beta }.task()
}

#[test]
fn the_constants_solve_both_equations() {
    let task = task(500);
    let cases =
        [(30.0, 80.0, 1e-3), (80.0, 30.0, 1e-3), (50.0, 50.0, 10.0), (20.0, 900.0, 1e-6), (40.0, f64::INFINITY, 0.0)];
    for (n, k, ridge) in cases {
        let Constants { kappa, gamma, .. } = Constants::solve(&task, n, k, ridge).unwrap();
        let z: f64 = task.eigenvalues.iter().map(|value| value / (value + gamma)).sum();
        assert!((z + ridge / kappa - n).abs() < 1e-6, "n = {n}, k = {k}");
        assert!((z / k + kappa / gamma - 1.0).abs() < 1e-12, "n = {n}, k = {k}");
    }
}

#[test]
fn many_features_are_the_kernel_limit_in_its_own_form() {
    let (task, n, noise) = (task(500), 40, 0.2);
    for ridge in [0.0, 1e-3, 1.0] {
        let constants = Constants::solve(&task, n as f64, f64::INFINITY, ridge).unwrap();
        let learned = |value: &f64| value / (value + constants.kappa);
        let squares: f64 = task.eigenvalues.iter().map(|value| learned(value) * learned(value)).sum();
        let missed = task.eigenvalues.iter().zip(&task.target);
        let missed: f64 = missed.map(|(value, v)| (1.0 - learned(value)) * (1.0 - learned(value)) * v * v).sum();
        let expected = n as f64 / (n as f64 - squares) * (missed + noise);
        let limit = predict(&task, n, None, ridge, noise).unwrap();
        assert!((limit.test / expected - 1.0).abs() < 1e-12);
        let many = predict(&task, n, Some(1_000_000_000), ridge, noise).unwrap();
        assert!((many.test / limit.test - 1.0).abs() < 1e-6, "ridge {ridge}");
        assert!((many.train - limit.train).abs() < 1e-6 * limit.test, "ridge {ridge}");
    }
}

#[test]
fn ends_of_the_ridge_are_interpolation_and_the_zero_predictor() {
    let task = task(300);
    let variance: f64 = task.target.iter().map(|v| v * v).sum();
    let zero = predict(&task, 20, Some(40), 1e9, 0.5).unwrap();
    assert!((zero.test / (variance + 0.5) - 1.0).abs() < 1e-6);
    assert!((zero.train / zero.test - 1.0).abs() < 1e-6);
    assert!(predict(&task, 20, None, 0.0, 0.5).unwrap().train == 0.0);
    assert!(noiseless_interpolation(&task, 301).is_err());
}

#[test]
fn optimal_ratios_are_the_published_ones_and_minimise_the_test_error() {
    for (sigma2_rel, expected) in [(0.0, 0.0), (1.0, 0.185), (5.0, 0.524)] {
        let ratio = optimal_fitting_ratio(1.5, 1.5, sigma2_rel);
        assert!((ratio - expected).abs() < 5e-4, "{sigma2_rel}: {ratio}");
    }
    for (alpha, beta, sigma2_rel) in [(1.5, 1.5, 1.0), (1.8, 1.3, 0.0), (1.3, 1.9, 20.0)] {
        let test = |u: f64| {
            let noise = alpha * sigma2_rel * pow(1.0 - u, beta);
            (1.0 - u + noise) / (1.0 + (alpha - 1.0) * u) * pow(1.0 - u, -beta)
        };
        let u = brent_minimize(0.0, 0.999, 1e-10, test).unwrap().parameters;
        let ratio = optimal_fitting_ratio(alpha, beta, sigma2_rel);
        assert!((u * u - ratio).abs() < 1e-6, "{alpha}, {beta}: {} {ratio}", u * u);
    }
}

#[test]
fn the_formula_is_for_exponents_above_one() {
    assert!(optimal_fitting_ratio(1.0, 1.5, 1.0).is_nan() && optimal_fitting_ratio(1.5, 0.5, 1.0).is_nan());
}
