//! The definition of the orders, and values known by hand.

use super::*;

/// The definition of the order, written down without lanes in registers.
fn ordered_sum(terms: &[f64]) -> f64 {
    let mut lanes: Vec<f64> = (0..16).map(|lane| terms.iter().skip(lane).step_by(16).fold(0.0, |a, b| a + b)).collect();
    while lanes.len() > 1 {
        let upper = lanes.split_off(lanes.len() / 2);
        lanes.iter_mut().zip(upper).for_each(|(low, high)| *low += high);
    }
    lanes[0]
}

/// Numbers of mixed signs and sizes.
fn numbers(length: usize) -> Vec<f64> {
    (0..length).map(|i| ((i * i + 7) % 101) as f64 / 7.0 - 6.0 / (1 + i % 13) as f64).collect()
}

#[test]
fn sums_have_the_bits_of_the_definition() {
    for length in [0, 1, 2, 15, 16, 17, 31, 32, 100, 1000] {
        let x = numbers(length);
        assert_eq!(sum(&x).to_bits(), ordered_sum(&x).to_bits(), "length {length}");
    }
}

#[test]
fn dot_is_one_fused_chain_per_lane() {
    for length in [0, 1, 16, 17, 45, 333] {
        let (x, mut y) = (numbers(length), numbers(length));
        y.reverse();
        let mut lanes = [0.0_f64; 16];
        for i in 0..length {
            lanes[i % 16] = x[i].mul_add(y[i], lanes[i % 16]);
        }
        assert_eq!(dot(&x, &y).to_bits(), ordered_sum(&lanes).to_bits(), "length {length}");
        assert_eq!(norm_squared(&x).to_bits(), dot(&x, &x).to_bits());
    }
}

#[test]
fn known_values() {
    let x: Vec<f64> = (1..=100).map(f64::from).collect();
    assert_eq!(sum(&x), 5050.0);
    assert_eq!(mean(&x), 50.5);
    assert_eq!(norm_squared(&x), 338_350.0);
    assert_eq!(norm(&[3.0_f32, 4.0]), 5.0);
    assert_eq!((max(&x), min(&x), argmax(&x), argmin(&x)), (100.0, 1.0, 99, 0));
}

#[test]
fn empty_slices() {
    let empty: [f32; 0] = [];
    assert_eq!((sum(&empty), dot(&empty, &empty), norm(&empty)), (0.0, 0.0, 0.0));
    assert!(mean(&empty).is_nan());
    assert!(max(&empty).is_nan() && min(&empty).is_nan());
}

#[test]
fn a_nan_anywhere_is_the_extreme_and_has_no_place() {
    for length in [1, 15, 16, 17, 40] {
        for place in 0..length {
            let mut x = numbers(length);
            x[place] = f64::NAN;
            assert!(max(&x).is_nan() && min(&x).is_nan(), "{place} of {length}");
        }
    }
    let x = [f64::NAN, 1.0, -5.0, 7.0, f64::NAN, 7.0, -5.0];
    assert_eq!((argmax(&x), argmin(&x)), (3, 2));
    assert_eq!(argmax(&[f64::NAN, f64::NAN]), 0);
    assert_eq!(argmax(&[f64::NEG_INFINITY]), 0);
    let infinite = [f64::NEG_INFINITY; 3];
    assert_eq!((max(&infinite), min(&infinite.map(f64::abs))), (f64::NEG_INFINITY, f64::INFINITY));
}

#[test]
fn extremes_are_found_in_every_place() {
    // In whole blocks and in the rest.
    for place in 0..40 {
        let mut x = vec![0.0_f32; 40];
        x[place] = 2.0;
        assert_eq!((max(&x), argmax(&x)), (2.0, place));
        x[place] = -2.0;
        assert_eq!((min(&x), argmin(&x)), (-2.0, place));
    }
}

#[test]
fn axpy_and_scale() {
    let mut y = vec![1.0_f64; 20];
    axpy(0.1, &[3.0; 20], &mut y);
    assert!(y.iter().all(|&value| value == 0.1_f64.mul_add(3.0, 1.0)));
    scale(-2.0, &mut y);
    assert!(y.iter().all(|&value| value == -2.0 * 0.1_f64.mul_add(3.0, 1.0)));
}

#[test]
#[should_panic(expected = "dot: vectors of lengths 2 and 3")]
fn lengths_must_agree() {
    dot(&[1.0, 2.0], &[1.0, 2.0, 3.0]);
}
