//! Fast elementary functions over whole slices.
//!
//! The functions of [`crate::elementary`] take one value at a time and branch on it, which no compiler
//! can turn into vector code. Those here are straight-line code (range reduction, polynomial, scaling
//! by a power of two) that processes as many lanes as the machine has.
//!
//! **They are functions of their own.** `exp_slice` differs from [`crate::exp`] by up to about one unit
//! in the last place, so the two are not interchangeable where bytes are compared. Like every function
//! of this crate each gives the same bits on every machine: a lane is computed by the same sequence of
//! correctly rounded operations, whatever the vector width and wherever in the slice it stands.
//!
//! Method: x = n ln 2 + r with |r| ≤ ln 2 / 2, eˣ = 2ⁿ (1 + r + r² P(r)); P is a minimax polynomial for
//! (eʳ − 1 − r) / r² with the error taken relative to eʳ − 1, fitted with a multi-precision Remez
//! iteration and rounded. Its own error is below 0.003 (`f64`) and 0.004 (`f32`) units in the last
//! place; what remains is rounding.

mod arctangent;

pub use arctangent::atan_slice_f32;

/// Declares the kernels and the slice functions of one precision.
///
/// `round` is 1.5 · 2ᵐ with m the number of stored significand bits: adding it rounds to an integer
/// and leaves that integer in the low bits, from where a shift by m moves it into the exponent.
macro_rules! precision {
    (
        $module:ident: $float:ident as $bits:ident,
        shift $shift:literal, bias $bias:literal, round $round:literal,
        ln2 $ln2_high:literal + $ln2_low:literal,
        exp in [$lowest:literal, $highest:literal], tanh saturates at $saturated:literal,
        polynomial [$highest_coefficient:literal $(, $coefficient:literal)+],
        $exp_slice:ident, $tanh_slice:ident, $sigmoid_slice:ident
    ) => {
        mod $module {
            const LOG2_E: $float = std::$float::consts::LOG2_E;

            /// Splits x into n and r with x = n ln 2 + r, |r| ≤ ln 2 / 2 up to rounding.
            #[inline(always)]
            fn reduce(x: $float) -> ($float, $float) {
                let n = x.mul_add(LOG2_E, $round) - $round;
                let r = n.mul_add(-$ln2_low, n.mul_add(-$ln2_high, x));
                (n, r)
            }

            /// eʳ − 1 for a reduced argument.
            #[inline(always)]
            fn exp_m1_reduced(r: $float) -> $float {
                let mut p: $float = $highest_coefficient;
                $(p = p.mul_add(r, $coefficient);)+
                (r * r).mul_add(p, r)
            }

            /// 2ⁿ for an integer n in the range of normal numbers.
            #[inline(always)]
            fn power_of_two(n: $float) -> $float {
                $float::from_bits((n + ($bias + $round)).to_bits() << $shift)
            }

            /// eˣ; the scaling is split in two so that results beyond the normal range come out right.
            #[inline(always)]
            pub fn exp(x: $float) -> $float {
                // Comparisons are false for NaN, which thus passes through to the result.
                let x = if x > $highest { $highest } else { x };
                let x = if x < $lowest { $lowest } else { x };
                let (n, r) = reduce(x);
                let half = (n.mul_add(0.5, $round)) - $round;
                (1.0 + exp_m1_reduced(r)) * power_of_two(half) * power_of_two(n - half)
            }

            /// tanh x = (e²ˣ − 1) / (e²ˣ + 1), from e²ˣ − 1 so that small arguments keep their digits.
            #[inline(always)]
            pub fn tanh(x: $float) -> $float {
                let doubled = 2.0 * x.abs();
                let doubled = if doubled > $saturated { $saturated } else { doubled };
                let (n, r) = reduce(doubled);
                let scale = power_of_two(n);
                let exp_m1 = scale.mul_add(exp_m1_reduced(r), scale - 1.0);
                (exp_m1 / (exp_m1 + 2.0)).copysign(x)
            }

            /// 1 / (1 + e⁻ˣ), from e⁻|ˣ| so that the left tail keeps its digits.
            #[inline(always)]
            pub fn sigmoid(x: $float) -> $float {
                let decay = exp(-x.abs());
                let numerator = if x < 0.0 { decay } else { 1.0 };
                numerator / (1.0 + decay)
            }
        }

        /// Replaces each value x by eˣ; error below 1 unit in the last place.
        ///
        /// Overflows to ∞, underflows gradually to 0, keeps NaN. Not the bits of the scalar function.
        pub fn $exp_slice(values: &mut [$float]) {
            for value in values {
                *value = $module::exp(*value);
            }
        }

        /// Replaces each value x by tanh x; error below 2.5 units in the last place.
        ///
        /// Odd, exactly ±1 in the tails, keeps NaN. Not the bits of the scalar function.
        pub fn $tanh_slice(values: &mut [$float]) {
            for value in values {
                *value = $module::tanh(*value);
            }
        }

        /// Replaces each value x by 1 / (1 + e⁻ˣ); error below 2.5 units in the last place.
        ///
        /// Underflows gradually to 0 on the left, keeps NaN. Not the bits of the scalar function.
        pub fn $sigmoid_slice(values: &mut [$float]) {
            for value in values {
                *value = $module::sigmoid(*value);
            }
        }
    };
}

precision! {
    double: f64 as u64,
    shift 52, bias 1023.0, round 6_755_399_441_055_744.0,
    ln2 6.931_471_803_691_238e-1 + 1.908_214_929_270_587_7e-10,
    exp in [-746.0, 710.0], tanh saturates at 44.0,
    polynomial [
        2.092_447_535_624_222e-9,
        2.510_904_426_288_375e-8,
        2.755_724_265_711_805_6e-7,
        2.755_724_418_367_595e-6,
        2.480_158_736_067_384e-5,
        1.984_126_988_615_689e-4,
        1.388_888_888_886_678e-3,
        8.333_333_333_321_617e-3,
        4.166_666_666_666_67e-2,
        1.666_666_666_666_667_7e-1,
        0.5
    ],
    exp_slice, tanh_slice, sigmoid_slice
}

precision! {
    single: f32 as u32,
    shift 23, bias 127.0, round 12_582_912.0,
    ln2 6.931_457_5e-1 + 1.428_606_8e-6,
    exp in [-104.0, 89.0], tanh saturates at 30.0,
    polynomial [
        1.991_417_2e-4,
        1.394_100_8e-3,
        8.333_273e-3,
        4.166_635_5e-2,
        1.666_666_7e-1,
        0.5
    ],
    exp_slice_f32, tanh_slice_f32, sigmoid_slice_f32
}
