//! The inverse tangent over slices.

use std::f32::consts::FRAC_PI_2;

/// Coefficients of P in arctan z = z + z s P(s), s = z², for z up to 1, highest power first: minimax for the relative
/// error of the arctangent, which is below 2e-8 before they are rounded.
const ARCTANGENT: [f32; 8] = [
    2.920_691_2e-3,
    -1.636_792_3e-2,
    4.321_185e-2,
    -7.552_213e-2,
    1.066_600_4e-1,
    -1.421_105_6e-1,
    1.999_377_3e-1,
    -3.333_315_3e-1,
];

/// π/2 − `FRAC_PI_2`, of which single precision has lost this.
const FRAC_PI_2_REST: f32 = -4.371_139e-8;

/// arctan |x| = π/2 − arctan(1 / |x|) beyond 1.
#[inline(always)]
fn arctangent(x: f32) -> f32 {
    let size = x.abs();
    // A comparison is false for NaN, which thus passes through.
    let far = size > 1.0;
    let (numerator, denominator) = if far { (1.0, size) } else { (size, 1.0) };
    let z = numerator / denominator;
    let s = z * z;
    let p = ARCTANGENT.into_iter().fold(0.0_f32, |p, coefficient| p.mul_add(s, coefficient));
    let near = (z * s).mul_add(p, z);
    let angle = if far { FRAC_PI_2 - (near - FRAC_PI_2_REST) } else { near };
    angle.copysign(x)
}

/// Replaces each value x by arctan x, in [−π/2, π/2]; error below 1.5 units in the last place.
///
/// Odd, keeps NaN. Not the bits of the scalar function.
pub fn atan_slice_f32(values: &mut [f32]) {
    for value in values {
        *value = arctangent(*value);
    }
}
