//! The elementary functions of this crate: the same bits on every machine.

pub(crate) use numerics::{exp2, log2, log10, pow};

/// 10^exponent, correctly rounded. A decade must not be off by an ulp: its tick label says it is
/// exact.
pub(crate) fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(f64::NAN)
}
