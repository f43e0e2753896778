//! Squares of eight by eight numbers turned in vector registers.
//!
//! The compiler moves the numbers one by one where this is written as loops, which would cost a tenth of a product
//! with a transposed operand and half the speed of a matrix-vector product; so on x86-64 the shuffles are spelled
//! out. The loops remain for other machines: they do the same operations on the same numbers.

use super::arithmetic::Arithmetic;

/// Rows and columns of a square.
pub const SIDE: usize = 8;

/// A small square matrix.
pub type Square<T> = [[T; SIDE]; SIDE];

/// A number type whose squares can be turned.
pub trait Turned: Arithmetic {
    /// Rows and columns of a small square exchanged.
    fn transposed(square: &Square<Self>) -> Square<Self>;

    /// Continues the chains of rows of A, whose columns are contiguous, eight in each group of sums, over a multiple of
    /// four factors.
    ///
    /// # Safety
    /// `a` must be readable for so many rows of `x.len()` numbers, `row` apart.
    unsafe fn advance(a: *const Self, row: isize, x: &[Self], sums: &mut [[Self; SIDE]]);
}

macro_rules! turned {
    // The groups of eight rows that advance together fill four registers: enough that no chain waits for its own last
    // sum, and few enough that the processor fetches each row ahead.
    ($type:ty, $transpose:path, $advance:path, $groups:literal) => {
        impl Turned for $type {
            #[inline(always)]
            fn transposed(square: &Square<Self>) -> Square<Self> {
                $transpose(square)
            }

            #[inline(always)]
            unsafe fn advance(a: *const Self, row: isize, x: &[Self], sums: &mut [[Self; SIDE]]) {
                let (many, rest) = sums.as_chunks_mut::<$groups>();
                let first_of_rest = a.wrapping_offset((SIDE * $groups * many.len()) as isize * row);
                // SAFETY: as the caller promises.
                unsafe {
                    for (index, groups) in many.iter_mut().enumerate() {
                        $advance(a.offset((SIDE * $groups * index) as isize * row), row, x, groups);
                    }
                    for (index, group) in rest.iter_mut().enumerate() {
                        let first = first_of_rest.offset((SIDE * index) as isize * row);
                        $advance(first, row, x, std::array::from_mut(group));
                    }
                }
            }
        }
    };
}

turned!(f32, single, advance_single, 4);
turned!(f64, double, advance_double, 2);

#[cfg(all(target_arch = "x86_64", target_feature = "fma"))]
use wide::{advance_double, advance_single, double, single};

#[cfg(not(all(target_arch = "x86_64", target_feature = "fma")))]
use plain::{advance as advance_double, advance as advance_single, transposed as double, transposed as single};

#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "fma"))))]
mod plain {
    use super::super::arithmetic::Arithmetic;
    use super::{SIDE, Square};

    /// Rows and columns exchanged.
    pub fn transposed<T: Arithmetic>(square: &Square<T>) -> Square<T> {
        std::array::from_fn(|i| std::array::from_fn(|j| square[j][i]))
    }

    /// As [`Turned::advance`](super::Turned::advance), for any number of factors.
    ///
    /// # Safety
    /// `a` must be readable for `G` times eight rows of `x.len()` numbers, `row` apart.
    pub unsafe fn advance<T: Arithmetic, const G: usize>(a: *const T, row: isize, x: &[T], sums: &mut [[T; SIDE]; G]) {
        for (k, &factor) in x.iter().enumerate() {
            for (i, sum) in sums.as_flattened_mut().iter_mut().enumerate() {
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

    use super::{SIDE, Square};

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

    /// As [`Turned::advance`](super::Turned::advance). The halves of a register are loaded from rows four apart, so
    /// that no step of the turn crosses them.
    ///
    /// # Safety
    /// `a` must be readable for `G` times eight rows of `x.len()` numbers, `row` apart.
    pub unsafe fn advance_single<const G: usize>(a: *const f32, row: isize, x: &[f32], sums: &mut [[f32; SIDE]; G]) {
        // SAFETY: eight rows by four columns inside what the caller vouches for.
        unsafe {
            let mut chains: [__m256; G] = from_fn(|g| _mm256_loadu_ps(sums[g].as_ptr()));
            for (block, factors) in x.as_chunks::<4>().0.iter().enumerate() {
                for (g, chain) in chains.iter_mut().enumerate() {
                    let corner = a.offset((SIDE * g) as isize * row).add(4 * block);
                    let rows: [__m256; 4] = from_fn(|i| {
                        let upper = corner.offset(i as isize * row);
                        _mm256_loadu2_m128(upper.offset(4 * row), upper)
                    });
                    let pairs = [
                        _mm256_unpacklo_ps(rows[0], rows[1]),
                        _mm256_unpackhi_ps(rows[0], rows[1]),
                        _mm256_unpacklo_ps(rows[2], rows[3]),
                        _mm256_unpackhi_ps(rows[2], rows[3]),
                    ]
                    .map(|pair| _mm256_castps_pd(pair));
                    let columns = [
                        _mm256_unpacklo_pd(pairs[0], pairs[2]),
                        _mm256_unpackhi_pd(pairs[0], pairs[2]),
                        _mm256_unpacklo_pd(pairs[1], pairs[3]),
                        _mm256_unpackhi_pd(pairs[1], pairs[3]),
                    ];
                    for (column, factor) in columns.into_iter().zip(factors) {
                        *chain = _mm256_fmadd_ps(_mm256_castpd_ps(column), _mm256_set1_ps(*factor), *chain);
                    }
                }
            }
            for (sums, chain) in sums.iter_mut().zip(chains) {
                _mm256_storeu_ps(sums.as_mut_ptr(), chain);
            }
        }
    }

    /// As [`Turned::advance`](super::Turned::advance).
    ///
    /// # Safety
    /// `a` must be readable for `G` times eight rows of `x.len()` numbers, `row` apart.
    pub unsafe fn advance_double<const G: usize>(a: *const f64, row: isize, x: &[f64], sums: &mut [[f64; SIDE]; G]) {
        // SAFETY: squares of four by four inside what the caller vouches for.
        unsafe {
            let mut chains: [[__m256d; 2]; G] =
                from_fn(|g| from_fn(|half| _mm256_loadu_pd(sums[g].as_ptr().add(4 * half))));
            for (block, factors) in x.as_chunks::<4>().0.iter().enumerate() {
                for (g, chain) in chains.as_flattened_mut().iter_mut().enumerate() {
                    let corner = a.offset(4 * g as isize * row).add(4 * block);
                    let rows = from_fn(|i| _mm256_loadu_pd(corner.offset(i as isize * row)));
                    for (column, factor) in turn_double(rows).into_iter().zip(factors) {
                        *chain = _mm256_fmadd_pd(column, _mm256_set1_pd(*factor), *chain);
                    }
                }
            }
            for (sum, chain) in sums.as_flattened_mut().chunks_exact_mut(4).zip(chains.as_flattened()) {
                _mm256_storeu_pd(sum.as_mut_ptr(), *chain);
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
        const ROWS: usize = 2 * SIDE;
        let numbers: Vec<f64> = (0..ROWS * 25).map(|i| 1.0 / (1.0 + i as f64)).collect();
        let singles: Vec<f32> = numbers.iter().map(|&value| value as f32).collect();
        let (mut sums, mut expected) = ([[0.1; SIDE]; 2], [[0.1; SIDE]; 2]);
        let (mut single_sums, mut single_expected) = ([[0.1_f32; SIDE]; 2], [[0.1_f32; SIDE]; 2]);
        // SAFETY: sixteen rows of twenty-five numbers, of which twenty-four are used.
        unsafe {
            advance_double(numbers.as_ptr(), 25, &numbers[..24], &mut sums);
            plain::advance(numbers.as_ptr(), 25, &numbers[..24], &mut expected);
            advance_single(singles.as_ptr(), 25, &singles[..24], &mut single_sums);
            plain::advance(singles.as_ptr(), 25, &singles[..24], &mut single_expected);
        }
        assert_eq!(sums.map(|row| row.map(f64::to_bits)), expected.map(|row| row.map(f64::to_bits)));
        assert_eq!(single_sums.map(|row| row.map(f32::to_bits)), single_expected.map(|row| row.map(f32::to_bits)));
    }
}
