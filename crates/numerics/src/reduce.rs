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

/// Arithmetic mean: the sum divided by the length; NaN for an empty slice or one with a NaN.
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

/// Largest element; NaN if one is NaN or there is none. Of zeros of both signs it is the one that comes first in the
/// order of the lanes.
pub fn max<T: Real>(x: &[T]) -> T {
    if x.is_empty() { T::NAN } else { largest(x, |a, b| b > a || b.is_nan()) }
}

/// Smallest element; NaN if one is NaN or there is none. Of zeros of both signs it is the one that comes first in the
/// order of the lanes.
pub fn min<T: Real>(x: &[T]) -> T {
    if x.is_empty() { T::NAN } else { smallest(x, |a, b| b < a || b.is_nan()) }
}

/// The last of the elements, after minus infinity, that `exceeds` the one kept before it.
#[inline(always)]
fn largest<T: Real>(x: &[T], exceeds: impl Fn(T, T) -> bool) -> T {
    let keep = |a: T, b: T| if exceeds(a, b) { b } else { a };
    fold(over(x, -T::INFINITY, keep), keep)
}

/// The last of the elements, after infinity, that `undercuts` the one kept before it.
#[inline(always)]
fn smallest<T: Real>(x: &[T], undercuts: impl Fn(T, T) -> bool) -> T {
    let keep = |a: T, b: T| if undercuts(a, b) { b } else { a };
    fold(over(x, T::INFINITY, keep), keep)
}

/// Index of the first element equal to the largest that is not NaN; 0 if all are.
///
/// # Panics
/// If the slice is empty.
pub fn argmax<T: Real>(x: &[T]) -> usize {
    assert!(!x.is_empty(), "argmax of an empty slice");
    let largest = largest(x, |a, b| b > a);
    x.iter().position(|&value| value == largest).unwrap_or(0)
}

/// Index of the first element equal to the smallest that is not NaN; 0 if all are.
///
/// # Panics
/// If the slice is empty.
pub fn argmin<T: Real>(x: &[T]) -> usize {
    assert!(!x.is_empty(), "argmin of an empty slice");
    let smallest = smallest(x, |a, b| b < a);
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
mod tests;
