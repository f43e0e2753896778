//! Special functions: error function, gamma, beta and normal distribution.
//!
//! Arguments outside the domain give NaN; nothing panics. The stated accuracies are relative errors
//! measured against 50-digit values on the points of `tests/special.rs`.

mod beta;
mod gamma;
mod normal;

pub use beta::{ln_beta, regularized_beta};
pub(crate) use gamma::stirling_remainder;
pub use gamma::{digamma, gamma, ln_gamma, regularized_gamma_lower, regularized_gamma_upper};
pub use normal::{erf, erfc, normal_cdf, normal_pdf, normal_quantile};

/// D(value / base) with D(λ) = λ − 1 − ln λ, for positive arguments.
///
/// `excess` is value − base, which the caller may know more exactly than subtraction would give it. Near
/// λ = 1 the logarithm is 2 artanh s with s = t / (2 + t), t = λ − 1, and t − 2 s = t s, so that nothing
/// cancels.
fn log_deviance(value: f64, base: f64, excess: f64) -> f64 {
    let t = excess / base;
    if t.abs() >= 0.5 {
        return t - crate::elementary::ln(value / base);
    }
    let s = t / (2.0 + t);
    let squared = s * s;
    // |s| ≤ 1/3, so that 16 terms reach the last bit.
    let mut sum = 0.0;
    for k in (1..=16).rev() {
        sum = squared * (sum + 1.0 / f64::from(2 * k + 1));
    }
    t * s - 2.0 * s * sum
}
