//! The eigenframework: test and training error of random-feature ridge regression in closed form.
//!
//! The errors depend on the task through its eigenvalues λ_i, its target coefficients v_i and its noise σ² alone,
//! and on n, k and the ridge δ through two numbers κ and γ, which solve
//! Σ λ_i/(λ_i + γ) + δ/κ = n and Σ λ_i/(λ_i + γ) + kκ/γ = k. For k = ∞ they are equal.

use common::optimize::brent_root;
use common::prelude::*;

use crate::task::Task;

/// Where ln γ is looked for.
const LN_GAMMA: (f64, f64) = (-60.0, 60.0);

/// What the eigenframework says of one n, k and ridge.
#[derive(Clone, Copy, Debug)]
pub struct Prediction {
    /// Expected test error, label noise included.
    pub test: f64,
    /// Expected training error.
    pub train: f64,
}

/// The solution of the two equations.
struct Constants {
    kappa: f64,
    gamma: f64,
    /// z = Σ λ_i/(λ_i + γ).
    z: f64,
}

impl Constants {
    /// The constants at this γ, of which the second equation gives κ = γ(k − z)/k.
    fn at(task: &Task, k: f64, gamma: f64) -> Constants {
        let z: f64 = task.eigenvalues.iter().map(|value| value / (value + gamma)).sum();
        let kappa = gamma * (1.0 - z / k);
        Constants { kappa, gamma, z }
    }

    fn solve(task: &Task, n: f64, k: f64, ridge: f64) -> Result<Constants> {
        // How far the left side of the first equation is from n: falls with γ, from 1 to −1 whatever the magnitudes.
        let balance = |ln_gamma: f64| {
            let Constants { kappa, z, .. } = Constants::at(task, k, exp(ln_gamma));
            let left = z + ridge / kappa;
            if kappa > 0.0 { (left - n) / (left + n) } else { 1.0 }
        };
        let root = brent_root(LN_GAMMA.0, LN_GAMMA.1, 1e-13, balance)
            .context("the eigenframework has no solution: more samples than modes at ridge zero")?;
        Ok(Constants::at(task, k, exp(root.parameters)))
    }
}

/// The mean errors for `n` samples, `k` random features (none is the kernel limit) and ridge δ, with label noise
/// of variance `noise_var`.
///
/// # Errors
/// If the equations have no solution: at δ = 0 with more samples than modes.
pub fn predict(task: &Task, n: usize, k: Option<usize>, ridge: f64, noise_var: f64) -> Result<Prediction> {
    let (n, k) = (n as f64, k.map_or(f64::INFINITY, |k| k as f64));
    let Constants { kappa, gamma, z } = Constants::solve(task, n, k, ridge)?;
    let learned = |value: f64| value / (value + gamma);
    let learned_squares = task.eigenvalues.iter().map(|&value| learned(value) * learned(value));
    let q: f64 = learned_squares.sum();
    // k/(k − q), and (q(k − 2z) + z²)/(n(k − q)), in forms that hold for k = ∞.
    let features = 1.0 / (1.0 - q / k);
    let fitting = (q * (1.0 - 2.0 * z / k) + z * z / k) * features / n;
    let missed = |value: f64| (gamma - features * kappa * learned(value)) / (value + gamma);
    let modes = task.eigenvalues.iter().zip(&task.target);
    let bias: f64 = modes.map(|(&value, v)| missed(value) * v * v).sum();
    let test = (bias + noise_var) / (1.0 - fitting);
    let ratio = ridge / (n * kappa);
    Ok(Prediction { test, train: ratio * ratio * test })
}

/// The test error of the kernel limit at zero noise and zero ridge, the unit of relative noise.
///
/// # Errors
/// If there are more samples than modes.
pub fn noiseless_interpolation(task: &Task, n: usize) -> Result<f64> {
    Ok(predict(task, n, None, 0.0, 0.0)?.test)
}

/// The ratio R* of training to test error at which the test error is least, for n → ∞ and power laws
/// λ_i = i^(−α), v_i² = i^(−β) with α, β > 1 and relative noise σ²_rel.
///
/// With u = √R the test error is proportional to
/// (1 − u + ασ²_rel(1−u)^β) / (1 + (α−1)u) · (1−u)^(−β).
///
/// # Errors
/// If α or β is not above 1, or the noise negative.
pub fn optimal_fitting_ratio(alpha: f64, beta: f64, sigma2_rel: f64) -> Result<f64> {
    let slope =
        |u: f64| alpha - beta - (alpha - 1.0) * beta * u + alpha * (alpha - 1.0) * sigma2_rel * pow(1.0 - u, beta);
    if slope(0.0) <= 0.0 {
        return Ok(0.0);
    }
    let u = brent_root(0.0, 1.0, 1e-14, slope)?.parameters;
    Ok(u * u)
}

#[cfg(test)]
mod tests {
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
        let cases = [
            (30.0, 80.0, 1e-3),
            (80.0, 30.0, 1e-3),
            (50.0, 50.0, 10.0),
            (20.0, 900.0, 1e-6),
            (40.0, f64::INFINITY, 0.0),
        ];
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
            let ratio = optimal_fitting_ratio(1.5, 1.5, sigma2_rel).unwrap();
            assert!((ratio - expected).abs() < 5e-4, "{sigma2_rel}: {ratio}");
        }
        for (alpha, beta, sigma2_rel) in [(1.5, 1.5, 1.0), (1.8, 1.3, 0.0), (1.3, 1.9, 20.0)] {
            let test = |u: f64| {
                let noise = alpha * sigma2_rel * pow(1.0 - u, beta);
                (1.0 - u + noise) / (1.0 + (alpha - 1.0) * u) * pow(1.0 - u, -beta)
            };
            let u = brent_minimize(0.0, 0.999, 1e-10, test).unwrap().parameters;
            let ratio = optimal_fitting_ratio(alpha, beta, sigma2_rel).unwrap();
            assert!((u * u - ratio).abs() < 1e-6, "{alpha}, {beta}: {} {ratio}", u * u);
        }
    }
}
