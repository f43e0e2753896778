//! Squares of eight by eight numbers turned in vector registers.
//!
//! The compiler moves the numbers one by one where this is written as loops, which would cost a tenth of a product
//! with a transposed operand and half the speed of a matrix-vector product; so on x86-64 the shuffles are spelled
//! out. The loops remain for other machines: they do the same operations on the same numbers.

use super::arithmetic::Arithmetic;

/// Rows and columns of a square.
pub const SIDE: usize = 8;

/// Rows whose chains [`Turned::advance`] carries on together.
pub const GROUP: usize = 16;

/// A small square matrix.
pub type Square<T> = [[T; SIDE]; SIDE];

/// A number type whose squares can be turned.
pub trait Turned: Arithmetic {
    /// Rows and columns of a small square exchanged.
    fn transposed(square: &Square<Self>) -> Square<Self>;

    /// Continues the chains of sixteen rows of A, whose columns are contiguous, over a multiple of eight factors.
    ///
    /// # Safety
    /// `a` must be readable for sixteen rows of `x.len()` numbers, `row` apart.
    unsafe fn advance(a: *const Self, row: isize, x: &[Self], sums: &mut [Self; GROUP]);
}

macro_rules! turned {
    ($type:ty, $transpose:path, $advance:path) => {
        impl Turned for $type {
            #[inline(always)]
            fn transposed(square: &Square<Self>) -> Square<Self> {
                $transpose(square)
            }

            #[inline(always)]
            unsafe fn advance(a: *const Self, row: isize, x: &[Self], sums: &mut [Self; GROUP]) {
                // SAFETY: as the caller promises.
                unsafe { $advance(a, row, x, sums) }
            }
        }
    };
}

turned!(f32, single, advance_single);
turned!(f64, double, advance_double);

#[cfg(all(target_arch = "x86_64", target_feature = "fma"))]
use wide::{advance_double, advance_single, double, single};

#[cfg(not(all(target_arch = "x86_64", target_feature = "fma")))]
use plain::{advance as advance_double, advance as advance_single, transposed as double, transposed as single};

#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "fma"))))]
mod plain {
    use super::super::arithmetic::Arithmetic;
    use super::{GROUP, Square};

    /// Rows and columns exchanged.
    pub fn transposed<T: Arithmetic>(square: &Square<T>) -> Square<T> {
        std::array::from_fn(|i| std::array::from_fn(|j| square[j][i]))
    }

    /// Continues the chains of sixteen rows of A, whose columns are contiguous, over all factors.
    ///
    /// # Safety
    /// `a` must be readable for sixteen rows of `x.len()` numbers, `row` apart.
    pub unsafe fn advance<T: Arithmetic>(a: *const T, row: isize, x: &[T], sums: &mut [T; GROUP]) {
        for (k, &factor) in x.iter().enumerate() {
            for (i, sum) in sums.iter_mut().enumerate() {
                // SAFETY: element (i, k), as the caller promises.
                let value = unsafe { *a.offset(i as isize * row).add(k) };
                *sum = value.fused(factor, *sum);
            }
        }
    }
}

#[cfg(all(target_arch = "x86_64", target_feature = "fma"))]
mod wide {
    use std::arch::x86_64::*;
    use std::array::from_fn;

    use super::{GROUP, Square};

    /// Turns eight registers: pairs, then pairs of pairs, then halves.
    #[inline(always)]
    unsafe fn turn_single(rows: [__m256; 8]) -> [__m256; 8] {
        // SAFETY: AVX is there at compile time.
        unsafe {
            let pairs: [__m256; 8] = from_fn(|i| match i % 2 {
                0 => _mm256_unpacklo_ps(rows[i], rows[i + 1]),
                _ => _mm256_unpackhi_ps(rows[i - 1], rows[i]),
            });
            let fours: [__m256; 8] = from_fn(|i| {
                let first = i - i % 4 + i % 4 / 2;
                match i % 2 {
                    0 => _mm256_shuffle_ps::<0b01_00_01_00>(pairs[first], pairs[first + 2]),
                    _ => _mm256_shuffle_ps::<0b11_10_11_10>(pairs[first], pairs[first + 2]),
                }
            });
            from_fn(|i| match i / 4 {
                0 => _mm256_permute2f128_ps::<0x20>(fours[i], fours[i + 4]),
                _ => _mm256_permute2f128_ps::<0x31>(fours[i - 4], fours[i]),
            })
        }
    }

    /// Turns four registers: pairs, then halves.
    #[inline(always)]
    unsafe fn turn_double(rows: [__m256d; 4]) -> [__m256d; 4] {
        // SAFETY: AVX is there at compile time.
        unsafe {
            let pairs: [__m256d; 4] = from_fn(|i| match i % 2 {
                0 => _mm256_unpacklo_pd(rows[i], rows[i + 1]),
                _ => _mm256_unpackhi_pd(rows[i - 1], rows[i]),
            });
            from_fn(|i| match i / 2 {
                0 => _mm256_permute2f128_pd::<0x20>(pairs[i], pairs[i + 2]),
                _ => _mm256_permute2f128_pd::<0x31>(pairs[i - 2], pairs[i]),
            })
        }
    }

    /// Rows and columns exchanged.
    #[inline(always)]
    pub fn single(square: &Square<f32>) -> Square<f32> {
        let mut result = [[0.0; 8]; 8];
        // SAFETY: every load and store covers one row of eight numbers.
        unsafe {
            let rows = from_fn(|i| _mm256_loadu_ps(square[i].as_ptr()));
            for (row, values) in result.iter_mut().zip(turn_single(rows)) {
                _mm256_storeu_ps(row.as_mut_ptr(), values);
            }
        }
        result
    }

    /// Rows and columns exchanged, quarter by quarter.
    #[inline(always)]
    pub fn double(square: &Square<f64>) -> Square<f64> {
        let mut result = [[0.0; 8]; 8];
        for i in [0, 4] {
            for j in [0, 4] {
                // SAFETY: every load and store covers half a row of eight numbers.
                unsafe {
                    let rows = from_fn(|k| _mm256_loadu_pd(square[i + k].as_ptr().add(j)));
                    for (k, values) in turn_double(rows).into_iter().enumerate() {
                        _mm256_storeu_pd(result[j + k].as_mut_ptr().add(i), values);
                    }
                }
            }
        }
        result
    }

    /// Continues the chains of sixteen rows of A over all factors, whose number is a multiple of eight.
    ///
    /// # Safety
    /// `a` must be readable for sixteen rows of `x.len()` numbers, `row` apart.
    pub unsafe fn advance_single(a: *const f32, row: isize, x: &[f32], sums: &mut [f32; GROUP]) {
        // SAFETY: squares of eight by eight inside the rows that the caller vouches for.
        unsafe {
            let mut chains: [__m256; 2] = from_fn(|g| _mm256_loadu_ps(sums[8 * g..].as_ptr()));
            for (block, factors) in x.chunks_exact(8).enumerate() {
                for (g, chain) in chains.iter_mut().enumerate() {
                    let corner = a.offset(8 * g as isize * row).add(8 * block);
                    let rows = from_fn(|i| _mm256_loadu_ps(corner.offset(i as isize * row)));
                    for (column, factor) in turn_single(rows).into_iter().zip(factors) {
                        *chain = _mm256_fmadd_ps(column, _mm256_set1_ps(*factor), *chain);
                    }
                }
            }
            for (g, &chain) in chains.iter().enumerate() {
                _mm256_storeu_ps(sums[8 * g..].as_mut_ptr(), chain);
            }
        }
    }

    /// Continues the chains of sixteen rows of A over all factors, whose number is a multiple of eight.
    ///
    /// # Safety
    /// `a` must be readable for sixteen rows of `x.len()` numbers, `row` apart.
    pub unsafe fn advance_double(a: *const f64, row: isize, x: &[f64], sums: &mut [f64; GROUP]) {
        // SAFETY: squares of four by four inside the rows that the caller vouches for.
        unsafe {
            let mut chains: [__m256d; 4] = from_fn(|g| _mm256_loadu_pd(sums[4 * g..].as_ptr()));
            for (block, factors) in x.chunks_exact(4).enumerate() {
                for (g, chain) in chains.iter_mut().enumerate() {
                    let corner = a.offset(4 * g as isize * row).add(4 * block);
                    let rows = from_fn(|i| _mm256_loadu_pd(corner.offset(i as isize * row)));
                    for (column, factor) in turn_double(rows).into_iter().zip(factors) {
                        *chain = _mm256_fmadd_pd(column, _mm256_set1_pd(*factor), *chain);
                    }
                }
            }
            for (g, &chain) in chains.iter().enumerate() {
                _mm256_storeu_pd(sums[4 * g..].as_mut_ptr(), chain);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_turned_as_by_loops() {
        let numbers: Square<f64> = std::array::from_fn(|i| std::array::from_fn(|j| (10 * i + j) as f64));
        let singles = numbers.map(|row| row.map(|value| value as f32));
        assert_eq!(double(&numbers), plain::transposed(&numbers));
        assert_eq!(single(&singles), plain::transposed(&singles));
    }

    #[test]
    fn chains_advance_as_by_loops() {
        let numbers: Vec<f64> = (0..GROUP * 25).map(|i| 1.0 / (1.0 + i as f64)).collect();
        let singles: Vec<f32> = numbers.iter().map(|&value| value as f32).collect();
        let (mut sums, mut expected) = ([0.1; GROUP], [0.1; GROUP]);
        let (mut single_sums, mut single_expected) = ([0.1_f32; GROUP], [0.1_f32; GROUP]);
        // SAFETY: sixteen rows of twenty-five numbers, of which twenty-four are used.
        unsafe {
            advance_double(numbers.as_ptr(), 25, &numbers[..24], &mut sums);
            plain::advance(numbers.as_ptr(), 25, &numbers[..24], &mut expected);
            advance_single(singles.as_ptr(), 25, &singles[..24], &mut single_sums);
            plain::advance(singles.as_ptr(), 25, &singles[..24], &mut single_expected);
        }
        assert_eq!(sums.map(f64::to_bits), expected.map(f64::to_bits));
        assert_eq!(single_sums.map(f32::to_bits), single_expected.map(f32::to_bits));
    }
}
