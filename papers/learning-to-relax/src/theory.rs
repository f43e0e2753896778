//! What spectral theory says about the iteration counts of SOR on these systems.
//!
//! A is consistently ordered, so Young's theory (1971) gives the spectral radius of SOR from that of
//! the Jacobi iteration in closed form. It describes many iterations; for the counts at hand the paper
//! bounds the norm of the k-th power of the iteration matrix near its asymptote (section 2).

use common::prelude::*;

use crate::sor::{Problem, Sor};

/// The spectral radius of the Jacobi iteration: beta(c) = 4 cos(pi / (g + 1)) / (4 + c).
pub fn jacobi_radius(side: usize, shift: f64) -> f64 {
    4.0 * cos(std::f64::consts::PI / (side + 1) as f64) / (4.0 + shift)
}

/// The relaxation parameter of least spectral radius: omega* = 1 + (beta / (1 + sqrt(1 - beta^2)))^2.
pub fn optimal_omega(beta: f64) -> f64 {
    let ratio = beta / (1.0 + (1.0 - beta * beta).sqrt());
    1.0 + ratio * ratio
}

/// The spectral radius of SOR: omega - 1 from omega* on, and below
/// ((omega beta + sqrt(omega^2 beta^2 - 4 (omega - 1))) / 2)^2.
pub fn sor_radius(beta: f64, omega: f64) -> f64 {
    if omega >= optimal_omega(beta) {
        return omega - 1.0;
    }
    let product = omega * beta;
    // Next to omega* the difference can fall below zero by rounding.
    let root = (product * product - 4.0 * (omega - 1.0)).max(0.0).sqrt();
    let half_sum = (product + root) / 2.0;
    half_sum * half_sum
}

/// The asymptotic estimate of the iterations: log(eps) / log(rho).
pub fn asymptotic_iterations(eps: f64, rho: f64) -> f64 {
    ln(eps) / ln(rho)
}

/// The near-asymptotic bound U(omega) = 1 + log(eps) / log(rho + tau (1 - rho)); NaN unless tau < 1.
pub fn bound_iterations(eps: f64, rho: f64, tau: f64) -> f64 {
    match tau < 1.0 {
        true => 1.0 + ln(eps) / ln(rho + tau * (1.0 - rho)),
        false => f64::NAN,
    }
}

/// How far the norm of C^(k-1) is from its asymptote: (|C^(k-1)|_2^(1/(k-1)) - rho) / (1 - rho), for
/// C = I - A (D / omega + L)^-1 and the k >= 2 iterations that were measured.
///
/// tau is the largest of these over the relaxation parameters in question.
///
/// # Errors
/// If the singular values cannot be found.
pub fn excess(problem: &Problem, shift: f64, omega: f64, iterations: usize) -> Result<f64> {
    let rho = sor_radius(jacobi_radius(problem.grid_side, shift), omega);
    let power = iterations - 1;
    let matrix = matrix_power(iteration_matrix(problem, shift, omega), power);
    let norm = linear::singular_values(matrix.view())?[0];
    Ok((exp(ln(norm) / power as f64) - rho) / (1.0 - rho))
}

/// C = I - A (D / omega + L)^-1, n x n, which maps the residual of one iteration to that of the next.
///
/// Column i is the residual that one sweep from zero leaves of the target e_i.
pub fn iteration_matrix(problem: &Problem, shift: f64, omega: f64) -> Array2<f64> {
    let n = problem.unknowns();
    let mut sor = Sor::new(problem.grid_side);
    let mut columns = Vec::with_capacity(n * n);
    let mut unit = vec![0.0; n];
    for i in 0..n {
        unit[i] = 1.0;
        columns.extend(sor.residual_of_one_sweep(shift, &unit, omega));
        unit[i] = 0.0;
    }
    Array2::from_shape_fn((n, n), |(row, column)| columns[column * n + row])
}

/// The power of a matrix to an exponent of at least 1, by repeated squaring.
fn matrix_power(base: Array2<f64>, exponent: usize) -> Array2<f64> {
    let mut power = base.clone();
    for bit in (0..exponent.ilog2()).rev() {
        power = matrix::product(power.view(), power.view());
        if exponent >> bit & 1 == 1 {
            power = matrix::product(power.view(), base.view());
        }
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_for_ten_by_ten_points() {
        let beta = jacobi_radius(10, 0.0);
        assert!((optimal_omega(beta) - 1.5604).abs() < 1e-4);
        assert!((sor_radius(beta, 1.0) - beta * beta).abs() < 1e-14);
        assert!((sor_radius(beta, 1.0) - 0.9206).abs() < 1e-4);
        let least = sor_radius(beta, optimal_omega(beta));
        assert!((least - 0.5604).abs() < 1e-4);
        assert!((sor_radius(beta, optimal_omega(beta) - 1e-9) - least).abs() < 1e-3);
        assert!((asymptotic_iterations(1e-8, sor_radius(beta, 1.0)) - 222.7).abs() < 0.1);
    }

    #[test]
    fn powers_of_the_iteration_matrix_decay_at_the_closed_form_rate() {
        let problem = Problem { grid_side: 5, eps: 1e-8, iteration_cap: 1 };
        for (shift, omega) in [(0.0, 1.0), (-0.1, 1.3), (0.3, 1.7)] {
            let rho = sor_radius(jacobi_radius(5, shift), omega);
            let matrix = iteration_matrix(&problem, shift, omega);
            let norm = |power| linear::singular_values(matrix_power(matrix.clone(), power).view()).expect("finite")[0];
            // The ratio over many steps: constants and slow factors cancel but for a factor (2k)/k
            // from Jordan blocks at most.
            let rate = exp(ln(norm(200) / norm(100)) / 100.0);
            assert!((rate / rho - 1.0).abs() < 0.012, "{shift} {omega}: {rate} {rho}");
        }
    }

    #[test]
    fn power_by_squaring() {
        let fibonacci = Array2::from_shape_vec((2, 2), vec![1.0, 1.0, 1.0, 0.0]).expect("2 x 2");
        assert_eq!(matrix_power(fibonacci.clone(), 1), fibonacci);
        assert_eq!(matrix_power(fibonacci, 13)[[0, 0]], 377.0);
    }

    #[test]
    fn no_bound_without_its_assumption() {
        assert_eq!(bound_iterations(1e-8, 0.5, 0.0), 1.0 + asymptotic_iterations(1e-8, 0.5));
        assert!(bound_iterations(1e-8, 0.5, 1.0).is_nan());
    }
}
