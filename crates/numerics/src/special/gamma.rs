//! The gamma function and its relatives.

use super::log_deviance;
use crate::elementary::{exp, ln, tan};

const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;

/// The gamma function Γ(x).
///
/// NaN at the negative integers and at −∞, ±∞ at ±0, ∞ above 171.62. Relative error below 1e-14.
#[inline]
#[must_use]
pub fn gamma(x: f64) -> f64 {
    libm::tgamma(x)
}

/// ln |Γ(x)|; ∞ at zero and the negative integers. Relative error below 1e-14 for positive x away from
/// the roots 1 and 2, absolute error near them below 1e-15.
#[inline]
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// The digamma function ψ(x) = Γ′(x) / Γ(x); NaN at zero and the negative integers.
///
/// Upward recurrence to x ≥ 10, then the asymptotic series (DLMF 5.5.2 and 5.11.2); reflection for
/// negative x (DLMF 5.5.4). Error below 2e-15 relative to max(1, |ψ|).
#[must_use]
pub fn digamma(x: f64) -> f64 {
    if x == f64::NEG_INFINITY || (x <= 0.0 && x == x.floor()) {
        return f64::NAN;
    }
    if x < 0.0 {
        // The fractional part has the same cotangent and no rounding of πx to lose.
        let fraction = x - x.floor();
        let fraction = if fraction > 0.5 { fraction - 1.0 } else { fraction };
        return digamma(1.0 - x) - std::f64::consts::PI / tan(std::f64::consts::PI * fraction);
    }
    /// B₂ₖ / 2k for k = 7, …, 1.
    const COEFFICIENTS: [f64; 7] =
        [1.0 / 12.0, -691.0 / 32760.0, 1.0 / 132.0, -1.0 / 240.0, 1.0 / 252.0, -1.0 / 120.0, 1.0 / 12.0];
    let mut shifted = x;
    let mut reciprocals = 0.0;
    while shifted < 10.0 {
        reciprocals += 1.0 / shifted;
        shifted += 1.0;
    }
    let inverse_square = 1.0 / (shifted * shifted);
    let series = COEFFICIENTS.iter().fold(0.0, |sum, c| inverse_square * (sum + c));
    ln(shifted) - 0.5 / shifted - series - reciprocals
}

/// ln Γ(x) − [(x − 1/2) ln x − x + ln(2π) / 2] for x > 0: what Stirling's formula leaves out.
///
/// The asymptotic series (DLMF 5.11.1) from 10 on, where its eighth term is below 1e-17.
pub fn stirling_remainder(x: f64) -> f64 {
    if x < 10.0 {
        return ln_gamma(x) - ((x - 0.5) * ln(x) - x + HALF_LN_TAU);
    }
    /// B₂ₖ / (2k (2k − 1)) for k = 7, …, 1.
    const COEFFICIENTS: [f64; 7] =
        [1.0 / 156.0, -691.0 / 360_360.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0];
    let inverse_square = 1.0 / (x * x);
    COEFFICIENTS.iter().fold(0.0, |sum, c| sum * inverse_square + c) / x
}

/// The regularized lower incomplete gamma function P(a, x) = γ(a, x) / Γ(a), the distribution function of
/// a gamma variate with shape a.
///
/// For a > 0 and x ≥ 0, else NaN. Relative error below 1e-13 where the series applies (x < a + 1), the
/// absolute error of the complement otherwise. The work grows as √a.
#[must_use]
pub fn regularized_gamma_lower(a: f64, x: f64) -> f64 {
    match incomplete_gamma(a, x) {
        Tail::Lower(p) => p,
        Tail::Upper(q) => 1.0 - q,
    }
}

/// The regularized upper incomplete gamma function Q(a, x) = 1 − P(a, x), accurate in the upper tail.
///
/// For a > 0 and x ≥ 0, else NaN.
#[must_use]
pub fn regularized_gamma_upper(a: f64, x: f64) -> f64 {
    match incomplete_gamma(a, x) {
        Tail::Lower(p) => 1.0 - p,
        Tail::Upper(q) => q,
    }
}

/// The tail that was computed directly; the other one is its complement.
enum Tail {
    Lower(f64),
    Upper(f64),
}

fn incomplete_gamma(a: f64, x: f64) -> Tail {
    if !(a > 0.0 && a.is_finite() && x >= 0.0) {
        Tail::Lower(f64::NAN)
    } else if x == 0.0 {
        Tail::Lower(0.0)
    } else if x == f64::INFINITY {
        Tail::Upper(0.0)
    } else if x < a + 1.0 {
        Tail::Lower(gamma_density(a, x) * lower_series(a, x))
    } else {
        Tail::Upper(gamma_density(a, x) * a * upper_fraction(a, x))
    }
}

/// xᵃ e⁻ˣ / Γ(a + 1), free of the cancellation between large logarithms.
fn gamma_density(a: f64, x: f64) -> f64 {
    if a < 1.0 {
        return exp(a * ln(x) - x) / gamma(a + 1.0);
    }
    let exponent = -a * log_deviance(x, a, x - a) - stirling_remainder(a);
    exp(exponent) / (std::f64::consts::TAU * a).sqrt()
}

/// Σ xⁿ / ((a + 1) … (a + n)) from n = 0 (DLMF 8.11.4); the terms decrease because x < a + 1.
fn lower_series(a: f64, x: f64) -> f64 {
    let mut denominator = a;
    let mut term = 1.0;
    let mut sum = 1.0;
    while term > sum * (0.1 * f64::EPSILON) {
        denominator += 1.0;
        term *= x / denominator;
        sum += term;
    }
    sum
}

/// The continued fraction 1 / (x + 1 − a − 1 (1 − a) / (x + 3 − a − …)) (DLMF 8.9.2, even part), by
/// the modified Lentz method.
fn upper_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = f64::INFINITY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    let mut n = 0.0;
    loop {
        n += 1.0;
        let numerator = -n * (n - a);
        b += 2.0;
        d = 1.0 / nonzero(numerator.mul_add(d, b));
        c = nonzero(b + numerator / c);
        let step = c * d;
        fraction *= step;
        if (step - 1.0).abs() < f64::EPSILON {
            return fraction;
        }
    }
}

/// Keeps a denominator of Lentz's method away from zero.
pub(super) fn nonzero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}
