//! The laws of the error, and what is fitted to the recorded errors of a run to compare with them.

use common::prelude::*;
use common::statistics::{linear_fit, log_log_fit};

/// Squared errors between these are in the geometric phase: below the first phase, above rounding.
const GEOMETRIC: std::ops::Range<f64> = 1e-22..1e-4;

/// Squared errors below this are rounding.
pub const FLOOR: f64 = 1e-30;

/// With a smaller eigenvalue λ_min of FᵀF there is no imbalance left in F, and the law exp(-2 η λ_min t) says nothing.
pub const NO_IMBALANCE: f64 = 1e-6;

/// The squared error, or [`FLOOR`] if it is below.
pub fn above_floor(err: f64) -> f64 {
    if err < FLOOR { FLOOR } else { err }
}

/// The asymptotic squared error (k - r) / (2 η t)² of symmetric gradient descent with k - r superfluous columns, after
/// t steps of size η: each superfluous singular value x obeys dx/dt = -η x³, so that x² -> 1 / (2 η t).
pub fn inverse_square_law(superfluous: usize, eta: f64, t: f64) -> f64 {
    let rate = 2.0 * eta * t;
    superfluous as f64 / (rate * rate)
}

/// The slope of log err against log t over the last three quarters of a run; `errors` over the steps.
pub fn exponent(errors: &Curve) -> f64 {
    let end = errors.x.last().copied().unwrap_or(f64::NAN);
    let late = errors.keep(|t, _| t >= end / 4.0);
    log_log_fit(&late.x, &late.middle).slope
}

/// The slope of log err against t in the geometric phase after step `start`: over the later half of its recorded errors
/// if there are at least 8, NaN if there are fewer than 4.
pub fn late_slope(errors: &Curve, start: f64) -> f64 {
    let geometric = errors.keep(|t, err| t > start && err > GEOMETRIC.start && err < GEOMETRIC.end).map(ln);
    let first = match geometric.len() {
        0..4 => return f64::NAN,
        4..8 => 0,
        count => count / 2,
    };
    linear_fit(&geometric.x[first..], &geometric.middle[first..]).slope
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(err: impl Fn(f64) -> f64) -> Curve {
        let t: Vec<f64> = (1..=200).map(|k| 20.0 * f64::from(k)).collect();
        let err: Vec<f64> = t.iter().map(|t| err(*t)).collect();
        Curve::new(t, err)
    }

    #[test]
    fn fits_find_the_rate_of_a_power_law_and_of_a_geometric_curve() {
        assert!((exponent(&errors(|t| 3.0 / (t * t))) + 2.0).abs() < 1e-12);
        // A fast first phase and a floor, which the window must leave out.
        let geometric = errors(|t| 10.0 * exp(-0.05 * t) + exp(-0.01 * t) + 4e-30);
        assert!((late_slope(&geometric, 0.0) + 0.01).abs() < 1e-6);
        assert!(late_slope(&errors(|t| exp(-t)), 0.0).is_nan());
    }
}
