//! Sums, products and extremes of slices, in an order fixed by definition.
//!
//! A sum runs in [`LANES`] chains: element i goes to lane i mod 16, in ascending order, each lane starting at zero.
//! The lanes are then folded in halves: lane j takes lane j + 8, then j + 4, j + 2 and j + 1. That order is part of
//! the definition, not of the machine, so the bits are the same on a processor with registers of two, four, eight
//! or sixteen numbers. A dot product and a sum of squares add with a fused multiply-add.
//!
//! Fixed lanes also keep rounding errors smaller than one long chain does: they grow with n / 16.

use crate::matrix::Real;

/// Number of chains of every sum.
pub const LANES: usize = 16;

/// Folds the lanes in halves.
#[inline(always)]
fn fold<T: Real>(mut lanes: [T; LANES], join: impl Fn(T, T) -> T) -> T {
    let mut half = LANES / 2;
    while half > 0 {
        for j in 0..half {
            lanes[j] = join(lanes[j], lanes[j + half]);
        }
        half /= 2;
    }
    lanes[0]
}

/// Carries every lane over one slice.
#[inline(always)]
fn over<T: Real>(x: &[T], start: T, step: impl Fn(T, T) -> T) -> [T; LANES] {
    let mut lanes = [start; LANES];
    let (blocks, rest) = x.as_chunks::<LANES>();
    for block in blocks {
        for (lane, &value) in lanes.iter_mut().zip(block) {
            *lane = step(*lane, value);
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(rest) {
        *lane = step(*lane, value);
    }
    lanes
}

/// Sum of the elements; zero for an empty slice.
pub fn sum<T: Real>(x: &[T]) -> T {
    fold(over(x, T::ZERO, |lane, value| lane + value), |a, b| a + b)
}

/// Arithmetic mean: the sum divided by the length; NaN for an empty slice.
pub fn mean<T: Real>(x: &[T]) -> T {
    if x.is_empty() { T::NAN } else { sum(x) / T::from_f64(x.len() as f64) }
}

/// Inner product of two vectors of equal length.
///
/// # Panics
/// If the lengths differ.
pub fn dot<T: Real>(x: &[T], y: &[T]) -> T {
    same_length("dot", x.len(), y.len());
    let mut lanes = [T::ZERO; LANES];
    let ((x_blocks, x_rest), (y_blocks, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    for (x, y) in x_blocks.iter().zip(y_blocks) {
        dot_step(&mut lanes, x, y);
    }
    dot_step(&mut lanes, x_rest, y_rest);
    fold(lanes, |a, b| a + b)
}

#[inline(always)]
fn dot_step<T: Real>(lanes: &mut [T; LANES], x: &[T], y: &[T]) {
    for ((lane, &x), &y) in lanes.iter_mut().zip(x).zip(y) {
        *lane = x.fused(y, *lane);
    }
}

/// Sum of the squares, without protection against overflow.
pub fn norm_squared<T: Real>(x: &[T]) -> T {
    fold(over(x, T::ZERO, |lane, value| value.fused(value, lane)), |a, b| a + b)
}

/// Euclidean norm, the square root of [`norm_squared`]: it overflows where that does (elements beyond about 1e154 in
/// double precision) and underflows for elements below about 1e-162.
pub fn norm<T: Real>(x: &[T]) -> T {
    norm_squared(x).sqrt()
}

/// Largest element. NaNs are passed over; of a slice without any other element it is minus infinity. Of zeros of
/// both signs it is the one that comes first in the order of the lanes.
pub fn max<T: Real>(x: &[T]) -> T {
    let larger = |a: T, b: T| if b > a { b } else { a };
    fold(over(x, -T::INFINITY, larger), larger)
}

/// Smallest element. NaNs are passed over; of a slice without any other element it is infinity. Of zeros of both
/// signs it is the one that comes first in the order of the lanes.
pub fn min<T: Real>(x: &[T]) -> T {
    let smaller = |a: T, b: T| if b < a { b } else { a };
    fold(over(x, T::INFINITY, smaller), smaller)
}

/// Index of the first element equal to the largest; 0 if all are NaN.
///
/// # Panics
/// If the slice is empty.
pub fn argmax<T: Real>(x: &[T]) -> usize {
    assert!(!x.is_empty(), "argmax of an empty slice");
    let largest = max(x);
    x.iter().position(|&value| value == largest).unwrap_or(0)
}

/// Index of the first element equal to the smallest; 0 if all are NaN.
///
/// # Panics
/// If the slice is empty.
pub fn argmin<T: Real>(x: &[T]) -> usize {
    assert!(!x.is_empty(), "argmin of an empty slice");
    let smallest = min(x);
    x.iter().position(|&value| value == smallest).unwrap_or(0)
}

/// y += alpha x, each element by one fused multiply-add.
///
/// # Panics
/// If the lengths differ.
pub fn axpy<T: Real>(alpha: T, x: &[T], y: &mut [T]) {
    same_length("axpy", x.len(), y.len());
    for (y, &x) in y.iter_mut().zip(x) {
        *y = alpha.fused(x, *y);
    }
}

/// x *= alpha.
pub fn scale<T: Real>(alpha: T, x: &mut [T]) {
    for value in x {
        *value *= alpha;
    }
}

fn same_length(operation: &str, x: usize, y: usize) {
    assert!(x == y, "{operation}: vectors of lengths {x} and {y}");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of the order, written down without lanes in registers.
    fn ordered_sum(terms: &[f64]) -> f64 {
        let mut lanes: Vec<f64> =
            (0..16).map(|lane| terms.iter().skip(lane).step_by(16).fold(0.0, |a, b| a + b)).collect();
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
        assert_eq!((max(&empty), min(&empty)), (f32::NEG_INFINITY, f32::INFINITY));
    }

    #[test]
    fn extremes_pass_over_nans_and_take_the_first_of_equals() {
        let x = [f64::NAN, 1.0, -5.0, 7.0, f64::NAN, 7.0, -5.0];
        assert_eq!((max(&x), min(&x), argmax(&x), argmin(&x)), (7.0, -5.0, 3, 2));
        assert_eq!(argmax(&[f64::NAN, f64::NAN]), 0);
        assert_eq!(argmax(&[f64::NEG_INFINITY]), 0);
        // The extreme in every place, in whole blocks and in the rest.
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
}
