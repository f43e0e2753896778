//! Elementary functions whose bits do not depend on the machine.
//!
//! The standard library hands `exp`, `ln`, `tanh` and their kin to the C library of the machine, whose
//! results differ between libraries, between versions of one library and between the processors that
//! one version selects code for. The functions here are compiled from the `libm` crate instead: Rust
//! code made of additions, multiplications, divisions, square roots and fused multiply-adds, each of
//! which IEEE 754 defines to the last bit. The `arch` feature of that crate swaps in machine
//! instructions for exactly those correctly rounded operations, so it changes speed and no bit.
//!
//! Each function exists for `f64` under its plain name and for `f32` with the suffix `_f32`. Domains
//! and special values are those of the C standard (Annex F): an argument outside the domain gives NaN,
//! and nothing panics. The sign and payload of a NaN are the one thing that is not fixed.

/// Declares an `f64` and an `f32` function of one argument with a shared description.
macro_rules! functions_of_one {
    ($($(#[$doc:meta])+ $name:ident, $name_f32:ident = $libm:ident, $libm_f32:ident;)+) => {$(
        $(#[$doc])+
        #[inline]
        #[must_use]
        pub fn $name(x: f64) -> f64 {
            libm::$libm(x)
        }

        $(#[$doc])+
        ///
        /// Single precision.
        #[inline]
        #[must_use]
        pub fn $name_f32(x: f32) -> f32 {
            libm::$libm_f32(x)
        }
    )+};
}

functions_of_one! {
    /// The exponential eˣ.
    exp, exp_f32 = exp, expf;
    /// eˣ − 1, accurate also for small x.
    exp_m1, exp_m1_f32 = expm1, expm1f;
    /// The power 2ˣ.
    exp2, exp2_f32 = exp2, exp2f;
    /// The natural logarithm; −∞ at zero, NaN below.
    ln, ln_f32 = log, logf;
    /// ln(1 + x), accurate also for small x.
    ln_1p, ln_1p_f32 = log1p, log1pf;
    /// The logarithm to base 2.
    log2, log2_f32 = log2, log2f;
    /// The logarithm to base 10.
    log10, log10_f32 = log10, log10f;
    /// The sine of an angle in radians.
    sin, sin_f32 = sin, sinf;
    /// The cosine of an angle in radians.
    cos, cos_f32 = cos, cosf;
    /// The tangent of an angle in radians.
    tan, tan_f32 = tan, tanf;
    /// The inverse sine, in [−π/2, π/2].
    asin, asin_f32 = asin, asinf;
    /// The inverse cosine, in [0, π].
    acos, acos_f32 = acos, acosf;
    /// The inverse tangent, in [−π/2, π/2].
    atan, atan_f32 = atan, atanf;
    /// The hyperbolic sine.
    sinh, sinh_f32 = sinh, sinhf;
    /// The hyperbolic cosine.
    cosh, cosh_f32 = cosh, coshf;
    /// The hyperbolic tangent.
    tanh, tanh_f32 = tanh, tanhf;
    /// The real cube root.
    cbrt, cbrt_f32 = cbrt, cbrtf;
}

/// Declares an `f64` and an `f32` function of two arguments with a shared description.
macro_rules! functions_of_two {
    ($($(#[$doc:meta])+ $name:ident, $name_f32:ident ($a:ident, $b:ident) = $libm:ident, $libm_f32:ident;)+) => {$(
        $(#[$doc])+
        #[inline]
        #[must_use]
        pub fn $name($a: f64, $b: f64) -> f64 {
            libm::$libm($a, $b)
        }

        $(#[$doc])+
        ///
        /// Single precision.
        #[inline]
        #[must_use]
        pub fn $name_f32($a: f32, $b: f32) -> f32 {
            libm::$libm_f32($a, $b)
        }
    )+};
}

functions_of_two! {
    /// The power baseᵉˣᵖᵒⁿᵉⁿᵗ; NaN for a negative base with a fractional exponent.
    pow, pow_f32 (base, exponent) = pow, powf;
    /// The angle of the point (x, y), in [−π, π].
    atan2, atan2_f32 (y, x) = atan2, atan2f;
    /// √(x² + y²) without undue overflow or underflow.
    hypot, hypot_f32 (x, y) = hypot, hypotf;
}

/// Declares the functions that are composed of the ones above, once per precision.
macro_rules! composed {
    ($float:ident, $powi:ident, $sigmoid:ident, $softplus:ident, $log_sum_exp:ident;
     $exp:ident, $ln:ident, $ln_1p:ident) => {
        /// An integer power by binary exponentiation, low bit of the exponent first.
        ///
        /// A negative exponent gives the reciprocal of the positive power. The error grows with the
        /// logarithm of the exponent; the order of the multiplications is part of the definition.
        #[must_use]
        pub fn $powi(base: $float, exponent: i32) -> $float {
            let mut remaining = exponent.unsigned_abs();
            let mut square = base;
            let mut power = 1.0;
            while remaining > 0 {
                if remaining & 1 == 1 {
                    power *= square;
                }
                square *= square;
                remaining >>= 1;
            }
            if exponent < 0 { 1.0 / power } else { power }
        }

        /// The logistic function 1 / (1 + e⁻ˣ), accurate in both tails.
        #[must_use]
        pub fn $sigmoid(x: $float) -> $float {
            let decay = $exp(-x.abs());
            let numerator = if x < 0.0 { decay } else { 1.0 };
            numerator / (1.0 + decay)
        }

        /// ln(1 + eˣ), without overflow for large x and accurate for very negative x.
        #[must_use]
        pub fn $softplus(x: $float) -> $float {
            let positive_part = if x < 0.0 { 0.0 } else { x };
            positive_part + $ln_1p($exp(-x.abs()))
        }

        /// ln Σ eˣ over the values, without overflow; −∞ for no values, NaN if one of them is NaN.
        #[must_use]
        pub fn $log_sum_exp(values: &[$float]) -> $float {
            if values.iter().any(|value| value.is_nan()) {
                return $float::NAN;
            }
            let largest = values.iter().copied().fold($float::NEG_INFINITY, $float::max);
            if largest.is_infinite() {
                return largest;
            }
            let mut sum = 0.0;
            for &value in values {
                sum += $exp(value - largest);
            }
            largest + $ln(sum)
        }
    };
}

composed!(f64, powi, sigmoid, softplus, log_sum_exp; exp, ln, ln_1p);
composed!(f32, powi_f32, sigmoid_f32, softplus_f32, log_sum_exp_f32; exp_f32, ln_f32, ln_1p_f32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powi_is_exact_where_the_power_is() {
        assert_eq!(powi(3.0, 5), 243.0);
        assert_eq!(powi(-2.0, 3), -8.0);
        assert_eq!(powi(2.0, -3), 0.125);
        assert_eq!(powi(0.0, 0), 1.0);
        assert_eq!(powi(2.0, i32::MIN), 0.0);
        assert_eq!(powi_f32(1.5, 2), 2.25);
    }

    #[test]
    fn sigmoid_is_accurate_in_both_tails() {
        assert_eq!(sigmoid(0.0), 0.5);
        assert_eq!(sigmoid(-740.0), exp(-740.0));
        assert_eq!(sigmoid(40.0), 1.0);
        assert!(sigmoid(f64::NAN).is_nan());
        // 1 / (1 + e) to 20 digits.
        assert!((sigmoid(-1.0) / 0.268_941_421_369_995_1 - 1.0).abs() < 3e-16);
    }

    #[test]
    fn softplus_has_the_right_asymptotes() {
        assert_eq!(softplus(1000.0), 1000.0);
        assert_eq!(softplus(-700.0), exp(-700.0));
        assert!((softplus(0.0) - std::f64::consts::LN_2).abs() < 2e-16);
        assert!(softplus(f64::NAN).is_nan());
    }

    #[test]
    fn log_sum_exp_survives_large_values() {
        let value = log_sum_exp(&[1000.0, 1000.0]);
        assert!((value - (1000.0 + std::f64::consts::LN_2)).abs() < 2e-13);
        assert_eq!(log_sum_exp(&[]), f64::NEG_INFINITY);
        assert_eq!(log_sum_exp(&[f64::NEG_INFINITY]), f64::NEG_INFINITY);
        assert_eq!(log_sum_exp(&[0.0, f64::INFINITY]), f64::INFINITY);
        assert!(log_sum_exp(&[f64::INFINITY, f64::NAN]).is_nan());
        assert_eq!(log_sum_exp_f32(&[3.0]), 3.0);
    }
}
