//! Coverage, and the loss that raises it.

use common::prelude::*;

/// pass@N of an answer of probability p: 1 − (1 − p)^N, the chance that one of N samples is it.
pub fn coverage(n: usize, p: f64) -> f64 {
    -exp_m1(n as f64 * ln_1p(-p))
}

/// Below this N p, [`damping`] is its series: 1 − (1 − p)^N would lose its digits.
const SMALL: f64 = 1e-3;

/// F(N, p) = N (1 − p)^(N−1) p / (1 − (1 − p)^N), by which the loss −ln(1 − (1 − p)^N) has a smaller gradient than
/// cross-entropy, −ln p: near 1 for N p far below 1, and near 0 far above.
pub fn damping(n: usize, p: f64) -> f64 {
    let order = n as f64;
    if n == 1 {
        1.0
    } else if order * p < SMALL {
        1.0 - (order - 1.0) * p / 2.0
    } else {
        order * exp((order - 1.0) * ln_1p(-p)) * p / coverage(n, p)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_is_the_chance_of_one_hit() {
        assert!((coverage(1, 0.3) - 0.3).abs() < 1e-15 && (coverage(2, 0.3) - 0.51).abs() < 1e-15);
        assert!((coverage(1_000_000, 1e-12) - 1e-6).abs() < 1e-12);
        assert_eq!([coverage(5, 0.0), coverage(5, 1.0)], [0.0, 1.0]);
    }

    /// The derivative of −ln(1 − (1 − p)^N) by ln p is −F.
    #[test]
    fn damping_is_the_ratio_of_the_gradients() {
        for n in [1, 2, 16, 256] {
            for p in [1e-9, 1e-6, 0.99e-3 / n as f64, 1.01e-3 / n as f64, 1e-2, 0.3, 0.9] {
                let loss = |ln_p: f64| -ln(coverage(n, exp(ln_p)));
                let slope = (loss(ln(p) - 1e-5) - loss(ln(p) + 1e-5)) / 2e-5;
                assert!((damping(n, p) - slope).abs() < 1e-7, "{n} {p}: {} {slope}", damping(n, p));
            }
            assert_eq!([damping(n, 0.0), damping(n, 1.0)], [1.0, if n == 1 { 1.0 } else { 0.0 }]);
        }
    }
}
