//! The slice functions against the scalar ones: accuracy, extremes, and independence of position.

use numerics::{
    atan_slice_f32, exp_slice, exp_slice_f32, sigmoid_slice, sigmoid_slice_f32, tanh_slice, tanh_slice_f32,
};
use proptest::prelude::*;

/// Distance of two doubles in representable numbers; 0 for two NaN.
fn ulps(a: f64, b: f64) -> u64 {
    if a.is_nan() || b.is_nan() {
        return if a.is_nan() && b.is_nan() { 0 } else { u64::MAX };
    }
    let ordered = |x: f64| {
        let bits = x.to_bits() as i64;
        if bits < 0 { i64::MIN - bits } else { bits }
    };
    ordered(a).abs_diff(ordered(b))
}

/// Error of a single-precision result in units of the last place of the exact value.
fn error_f32(value: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if value == rounded || (value.is_nan() && exact.is_nan()) {
        return 0.0;
    }
    let spacing = f64::from(rounded.abs().next_up()) - f64::from(rounded.abs());
    (f64::from(value) - exact).abs() / spacing
}

fn grid(low: f64, high: f64, points: usize) -> Vec<f64> {
    (0..points).map(|i| low + (high - low) * i as f64 / (points - 1) as f64).collect()
}

const EXTREMES: [f64; 17] = [
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    2.2e-308,
    1e-20,
    -1e-20,
    709.782_712_893_383_9,
    709.782_712_893_384,
    -708.396,
    -745.133_219_101_941_1,
    -745.2,
    1e300,
    -1e300,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

fn assert_close(slice: fn(&mut [f64]), scalar: fn(f64) -> f64, allowed: u64) {
    let mut points = [grid(-750.0, 712.0, 200_001), grid(-3.0, 3.0, 200_001)].concat();
    points.extend((0..1100).map(|k| (if k % 2 == 0 { 1.0 } else { -1.0 }) * numerics::powi(2.0, -k)));
    points.extend(EXTREMES);
    let mut values = points.clone();
    slice(&mut values);
    for (&x, &value) in points.iter().zip(&values) {
        let distance = ulps(value, scalar(x));
        assert!(distance <= allowed, "at {x:e}: {value:e} is {distance} ulps from {:e}", scalar(x));
    }
}

#[test]
fn exp_agrees_with_the_scalar_function() {
    assert_close(exp_slice, numerics::exp, 1);
}

#[test]
fn tanh_agrees_with_the_scalar_function() {
    assert_close(tanh_slice, numerics::tanh, 4);
}

#[test]
fn sigmoid_agrees_with_the_scalar_function() {
    assert_close(sigmoid_slice, numerics::sigmoid, 3);
}

#[test]
fn extremes_are_exact() {
    let mut values = [710.0, 1e300, f64::INFINITY, -746.0, -1e300, f64::NEG_INFINITY, -0.0];
    exp_slice(&mut values);
    assert_eq!(values, [f64::INFINITY, f64::INFINITY, f64::INFINITY, 0.0, 0.0, 0.0, 1.0]);

    let mut values = [f64::INFINITY, f64::NEG_INFINITY, 50.0, -0.0];
    tanh_slice(&mut values);
    assert_eq!(values.map(f64::to_bits), [1.0_f64, -1.0, 1.0, -0.0].map(f64::to_bits));

    let mut values = [f64::INFINITY, f64::NEG_INFINITY, 0.0];
    sigmoid_slice(&mut values);
    assert_eq!(values, [1.0, 0.0, 0.5]);

    let mut values = [89.0_f32, f32::INFINITY, -104.0, f32::NEG_INFINITY, 0.0];
    exp_slice_f32(&mut values);
    assert_eq!(values, [f32::INFINITY, f32::INFINITY, 0.0, 0.0, 1.0]);

    let mut values = [f32::INFINITY, f32::NEG_INFINITY, 1e38, -0.0];
    atan_slice_f32(&mut values);
    let quarter = std::f32::consts::FRAC_PI_2;
    assert_eq!(values.map(f32::to_bits), [quarter, -quarter, quarter, -0.0].map(f32::to_bits));

    for slice in [exp_slice_f32, tanh_slice_f32, sigmoid_slice_f32, atan_slice_f32] {
        let mut values = [f32::NAN; 9];
        slice(&mut values);
        assert!(values.iter().all(|value| value.is_nan()));
    }
}

/// Every 997th single-precision number, compared with the double-precision function.
fn assert_close_f32(slice: fn(&mut [f32]), exact: fn(f64) -> f64, allowed: f64) {
    let points: Vec<f32> = (0..=u32::MAX / 997).map(|i| f32::from_bits(997 * i)).collect();
    let mut values = points.clone();
    slice(&mut values);
    for (&x, &value) in points.iter().zip(&values) {
        // Beyond these the results are 0, ±1 or ∞, checked in `extremes_are_exact`.
        if x.abs() > 105.0 || x.is_nan() {
            continue;
        }
        let error = error_f32(value, exact(f64::from(x)));
        assert!(error <= allowed, "at {x:e}: {value:e} is off by {error} ulps");
    }
}

#[test]
fn exp_f32_is_accurate_over_all_numbers() {
    assert_close_f32(exp_slice_f32, numerics::exp, 1.0);
}

#[test]
fn tanh_f32_is_accurate_over_all_numbers() {
    assert_close_f32(tanh_slice_f32, numerics::tanh, 2.5);
}

#[test]
fn sigmoid_f32_is_accurate_over_all_numbers() {
    assert_close_f32(sigmoid_slice_f32, numerics::sigmoid, 2.5);
}

#[test]
fn atan_f32_is_accurate_over_all_numbers() {
    let mut values: Vec<f32> = (0..=u32::MAX / 997).map(|i| f32::from_bits(997 * i)).filter(|x| !x.is_nan()).collect();
    let points = values.clone();
    atan_slice_f32(&mut values);
    for (&x, &value) in points.iter().zip(&values) {
        let error = error_f32(value, numerics::atan(f64::from(x)));
        assert!(error <= 1.5, "at {x:e}: {value:e} is off by {error} ulps");
    }
}

proptest! {
    /// A value's result must not depend on where in a vector or remainder loop it falls.
    #[test]
    fn position_does_not_matter(points in prop::collection::vec(-800.0..800.0_f64, 1..70)) {
        for slice in [exp_slice, tanh_slice, sigmoid_slice] {
            let mut together = points.clone();
            slice(&mut together);
            for (&x, &value) in points.iter().zip(&together) {
                let mut alone = [x];
                slice(&mut alone);
                prop_assert_eq!(alone[0].to_bits(), value.to_bits());
            }
        }
        for slice in [exp_slice_f32, tanh_slice_f32, sigmoid_slice_f32, atan_slice_f32] {
            let mut together: Vec<f32> = points.iter().map(|&x| x as f32 / 8.0).collect();
            let single = together.clone();
            slice(&mut together);
            for (&x, &value) in single.iter().zip(&together) {
                let mut alone = [x];
                slice(&mut alone);
                prop_assert_eq!(alone[0].to_bits(), value.to_bits());
            }
        }
    }

    #[test]
    fn tanh_is_odd(x in -50.0..50.0_f64) {
        let mut values = [x, -x];
        tanh_slice(&mut values);
        prop_assert_eq!(values[0], -values[1]);
    }
}
