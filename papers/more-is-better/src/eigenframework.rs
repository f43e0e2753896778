//! The eigenframework: test and training error of random-feature ridge regression in closed form.
//!
//! The errors depend on the task through its eigenvalues λ_i, its target coefficients v_i and its noise σ² alone,
//! and on n, k and the ridge δ through two numbers κ and γ, which solve
//! Σ λ_i/(λ_i + γ) + δ/κ = n and Σ λ_i/(λ_i + γ) + kκ/γ = k. For k = ∞ they are equal.

use common::optimize::brent_root;
use common::prelude::*;

use crate::task::{Errors, Task};

/// Where ln γ is looked for.
const LN_GAMMA: (f64, f64) = (-60.0, 60.0);

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
        let root = brent_root(LN_GAMMA.0, LN_GAMMA.1, 1e-13, balance).context(
            "the eigenframework has no solution: more samples than modes, or numbers of too many magnitudes",
        )?;
        Ok(Constants::at(task, k, exp(root.parameters)))
    }
}

/// The mean errors for `n` samples, `k` random features (none is the kernel limit) and ridge δ, with label noise
/// of variance `noise_var`.
///
/// # Errors
/// If the equations have no solution: at δ = 0 with more samples than modes.
pub fn predict(task: &Task, n: usize, k: Option<usize>, ridge: f64, noise_var: f64) -> Result<Errors> {
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
    Ok(Errors { test, train: ratio * ratio * test })
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
/// NaN for exponents that are not above 1.
pub fn optimal_fitting_ratio(alpha: f64, beta: f64, sigma2_rel: f64) -> f64 {
    if alpha <= 1.0 || beta <= 1.0 {
        return f64::NAN;
    }
    let slope =
        |u: f64| alpha - beta - (alpha - 1.0) * beta * u + alpha * (alpha - 1.0) * sigma2_rel * pow(1.0 - u, beta);
    if slope(0.0) <= 0.0 {
        return 0.0;
    }
    brent_root(0.0, 1.0, 1e-14, slope).map_or(f64::NAN, |root| root.parameters * root.parameters)
}

#[cfg(test)]
mod tests;
