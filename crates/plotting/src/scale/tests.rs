//! Ranges, and places on every kind of axis.

use super::*;

fn fitted(axis: &Axis, values: &[f64]) -> Scale {
    let mut extent = Extent::of(&axis.kind);
    extent.include_all(values);
    Scale::fit(axis, &extent)
}

#[test]
fn linear_range_is_padded_by_four_percent() {
    let scale = fitted(&Axis::linear(""), &[0.0, 10.0, f64::NAN, f64::INFINITY]);
    assert_eq!((scale.low, scale.high), (-0.4, 10.4));
    assert_eq!(scale.position(-0.4), 0.0);
    assert_eq!(scale.position(10.4), 1.0);
    assert!(scale.position(f64::NAN).is_nan());
}

#[test]
fn anchored_end_is_not_padded() {
    let axis = Axis::linear("");
    let mut extent = Extent::of(&axis.kind);
    extent.anchor(0.0);
    extent.include(10.0);
    let scale = Scale::fit(&axis, &extent);
    assert_eq!((scale.low, scale.high), (0.0, 10.4));
}

#[test]
fn log_axis_ignores_what_is_not_positive() {
    let scale = fitted(&Axis::log("").range(1, 1000), &[-5.0, 0.0, 3.0]);
    assert!((scale.position(10.0) - 1.0 / 3.0).abs() < 1e-15);
    assert!(scale.position(0.0).is_nan());
    assert!(scale.position(-1.0).is_nan());
    let inverted = fitted(&Axis::log("").range(1, 1000).inverted(), &[]);
    assert!((inverted.position(10.0) - 2.0 / 3.0).abs() < 1e-15);
}

#[test]
fn half_fixed_range_keeps_the_fixed_end() {
    let scale = fitted(&Axis::linear("").from(0), &[5.0, 10.0]);
    assert_eq!(scale.low, 0.0);
    assert!(scale.high > 10.0);
    let above = fitted(&Axis::linear("").from(20), &[5.0, 10.0]);
    assert!(above.low == 20.0 && above.high > 20.0, "{above:?}");
}

#[test]
fn constant_and_empty_data_get_a_range() {
    for axis in [Axis::linear(""), Axis::log(""), Axis::log2(""), Axis::symlog("", 1.0)] {
        for values in [&[][..], &[3.0], &[0.0], &[-2.0, -2.0], &[1e300], &[1e-300], &[1.0, 1.0 + 1e-15]] {
            let scale = fitted(&axis, values);
            assert!(scale.low < scale.high, "{axis:?} {values:?} {scale:?}");
        }
    }
}

#[test]
fn padding_stays_within_the_floats() {
    for axis in [Axis::log(""), Axis::log2(""), Axis::symlog("", 1.0), Axis::linear("")] {
        let scale = fitted(&axis, &[-1e300, 5e-324, 1e300]);
        assert!(scale.low.is_finite() && scale.high.is_finite(), "{scale:?}");
    }
}

#[test]
fn symlog_is_linear_inside_and_decades_outside() {
    assert_eq!(symlog(0.05, 0.1), 0.5);
    assert_eq!(symlog(0.1, 0.1), 1.0);
    assert!((symlog(-10.0, 0.1) - -3.0).abs() < 1e-15);
    for value in [-1e6, -3.0, -0.1, -0.02, 0.0, 0.07, 0.1, 2.5, 1e9] {
        let there_and_back = symlog_inverse(symlog(value, 0.1), 0.1);
        assert!((there_and_back - value).abs() <= 1e-12 * value.abs(), "{value} {there_and_back}");
    }
}

#[test]
fn infinite_ends_lie_outside() {
    let scale = fitted(&Axis::log("").range(1, 10), &[]);
    assert_eq!(scale.position_of_end(f64::INFINITY), 2.0);
    assert_eq!(scale.position_of_end(f64::NEG_INFINITY), -1.0);
    assert_eq!(scale.position_of_end(0.0), -1.0);
}
