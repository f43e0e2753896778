//! Sizes and signs of vectors and matrices.

use ndarray::Array2;

/// Multiplies by a power of two, which is exact, so that the largest magnitude lies in [1, 2). Gives the power that
/// undoes it. The squares of elements that matter then neither overflow nor underflow.
pub fn normalize(a: &mut Array2<f64>) -> f64 {
    let largest = largest(a.iter());
    if largest == 0.0 {
        return 1.0;
    }
    // Two steps, as the inverse of the smallest powers of two is not a number.
    let first = if largest < f64::MIN_POSITIVE { power_of_two(500) } else { 1.0 };
    let exponent = ((largest * first).to_bits() >> 52) as i32 - 1023;
    let (half, rest) = (exponent / 2, exponent - exponent / 2);
    a.mapv_inplace(|value| value * first * power_of_two(-half) * power_of_two(-rest));
    power_of_two(half) * power_of_two(rest) / first
}

/// The largest magnitude; zero of no numbers.
pub fn largest<'a>(values: impl IntoIterator<Item = &'a f64>) -> f64 {
    values.into_iter().fold(0.0, |largest: f64, value| largest.max(value.abs()))
}

/// Two to a power from -1022 to 1023.
pub fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// Turns the sign of a vector, if need be, so that its first component of largest magnitude is positive. Tells
/// whether it did.
pub fn fix_sign(vector: &mut [f64]) -> bool {
    let mut largest = 0.0_f64;
    for &value in vector.iter() {
        if value.abs() > largest.abs() {
            largest = value;
        }
    }
    if largest < 0.0 {
        for value in vector {
            *value = -*value;
        }
    }
    largest < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizing_is_exact_for_all_sizes() {
        for largest in [1.0, 3.7, -1e300, f64::MAX, 1e-300, f64::MIN_POSITIVE, 5e-324, 1e-310] {
            let original = Array2::from_shape_vec((1, 2), vec![largest, 0.0]).unwrap();
            let mut scaled = original.clone();
            let back = normalize(&mut scaled);
            let size = scaled[[0, 0]].abs();
            assert!((1.0..2.0).contains(&size), "{largest}: {size}");
            assert_eq!(scaled.mapv(|value| value * back), original, "{largest}");
        }
        assert_eq!(normalize(&mut Array2::zeros((2, 2))), 1.0);
    }

    #[test]
    fn signs_follow_the_first_of_the_largest() {
        let mut vector = [0.1, -2.0, 2.0];
        assert!(fix_sign(&mut vector));
        assert_eq!(vector, [-0.1, 2.0, -2.0]);
        assert!(!fix_sign(&mut vector));
        assert!(!fix_sign(&mut [0.0, 0.0]));
    }
}
