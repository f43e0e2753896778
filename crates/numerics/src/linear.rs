//! Factorizations of dense matrices in double precision, with the same bits on every machine.
//!
//! Every operation is one that IEEE 754 fixes (`+ - * /`, square root, fused multiply-add), in an order that depends
//! on the sizes alone: products come from [`crate::matrix`], sums from [`crate::reduce`]. Work of cubic order runs
//! through blocked products, so these are also fast.
//!
//! | function | method |
//! |---|---|
//! | [`cholesky`] | recursive, lower triangle |
//! | [`lu`], [`solve`], [`inverse`] | recursive, partial pivoting |
//! | [`qr`] | Householder reflections in blocks |
//! | [`least_squares`] | QR; singular values where the rank is not full |
//! | [`symmetric_eigen`] | Householder tridiagonalization in blocks, implicit QL |
//! | [`svd`] | QR, Householder bidiagonalization in blocks, implicit QR |
//!
//! Signs that mathematics leaves open are fixed: the diagonal of R in A = Q R is not negative; the component of largest
//! magnitude of each eigenvector and of each left singular vector is positive (the first, among equals).
//!
//! ```
//! use ndarray::array;
//! use numerics::linear::{LinearError, cholesky, symmetric_eigen};
//!
//! let a = array![[2.0, 1.0], [1.0, 2.0]];
//! let eigen = symmetric_eigen(a.view())?;
//! assert!((eigen.values[0] - 1.0).abs() < 1e-15 && (eigen.values[1] - 3.0).abs() < 1e-15);
//! let x = cholesky(a.view())?.solve(array![3.0, 3.0].view())?;
//! assert!((x[0] - 1.0).abs() < 1e-15 && (x[1] - 1.0).abs() < 1e-15);
//! # Ok::<(), LinearError>(())
//! ```
//!
//! References: Golub and Van Loan, *Matrix Computations* (4th ed., 2013), chapters 4, 5 and 8; Anderson et al.,
//! *LAPACK Users' Guide* (3rd ed., 1999).

use std::error::Error;
use std::fmt;

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::matrix::product_add;

mod bidiagonal;
mod cholesky;
mod eigen;
mod least_squares;
mod lu;
mod qr;
mod reflectors;
mod rotations;
mod svd;
mod triangular;
mod tridiagonal;

pub use cholesky::{Cholesky, cholesky};
pub use eigen::{SymmetricEigen, spectral_norm, symmetric_eigen, symmetric_eigenvalues};
pub use least_squares::least_squares;
pub use lu::{Lu, inverse, lu, solve};
pub use qr::{Qr, qr};
pub use svd::{Svd, singular_values, svd};

/// Why a factorization or a solution does not exist or was not found.
#[derive(Clone, Debug, PartialEq)]
pub enum LinearError {
    /// The method needs as many rows as columns.
    NotSquare {
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        columns: usize,
    },
    /// A right-hand side has another number of rows than the matrix.
    LengthMismatch {
        /// Rows of the matrix.
        expected: usize,
        /// Rows of the right-hand side.
        found: usize,
    },
    /// An element is infinite or NaN.
    NotFinite {
        /// Row of the first such element.
        row: usize,
        /// Column of the first such element.
        column: usize,
    },
    /// The leading minor that ends at this row is not positive.
    NotPositiveDefinite {
        /// Row and column of the pivot that was not positive, from 0.
        pivot: usize,
    },
    /// No row has a pivot other than zero in this column.
    Singular {
        /// Column of the pivot, from 0.
        pivot: usize,
    },
    /// An iteration did not end within its generous limit.
    NotConverged {
        /// What was to be found.
        sought: &'static str,
    },
}

impl fmt::Display for LinearError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSquare { rows, columns } => {
                write!(formatter, "a square matrix is needed, not one of {rows} x {columns}")
            }
            Self::LengthMismatch { expected, found } => {
                write!(formatter, "the right-hand side has {found} rows where the matrix has {expected}")
            }
            Self::NotFinite { row, column } => {
                write!(formatter, "the element in row {row}, column {column} (from 0) is not finite")
            }
            Self::NotPositiveDefinite { pivot } => {
                write!(formatter, "the matrix is not positive definite: pivot {pivot} (from 0) is not positive")
            }
            Self::Singular { pivot } => {
                write!(formatter, "the matrix is singular: pivot {pivot} (from 0) is zero")
            }
            Self::NotConverged { sought } => write!(formatter, "the {sought} did not converge"),
        }
    }
}

impl Error for LinearError {}

/// Result of a factorization.
pub type Result<T> = std::result::Result<T, LinearError>;

/// The order of a square matrix.
fn order(a: &ArrayView2<f64>) -> Result<usize> {
    let (rows, columns) = a.dim();
    if rows == columns { Ok(rows) } else { Err(LinearError::NotSquare { rows, columns }) }
}

/// An error unless every element is finite.
fn check_finite(a: &ArrayView2<f64>) -> Result<()> {
    match a.indexed_iter().find(|(_, value)| !value.is_finite()) {
        Some(((row, column), _)) => Err(LinearError::NotFinite { row, column }),
        None => Ok(()),
    }
}

/// An error unless a right-hand side has as many rows as the matrix.
fn check_rows(expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(LinearError::LengthMismatch { expected, found }) }
}

/// C -= A B.
fn subtract_product(a: ArrayView2<f64>, b: ArrayView2<f64>, c: &mut ArrayViewMut2<f64>) {
    // Changing a sign is exact, so this is the chain of products subtracted from C.
    product_add(a.mapv(|value| -value).view(), b, c);
}

/// Row i of a matrix that this module has laid out in rows.
fn row(a: &Array2<f64>, i: usize) -> &[f64] {
    let columns = a.ncols();
    let values = a.as_slice().expect("matrices made here are in row-major order");
    &values[i * columns..(i + 1) * columns]
}

/// Row i of a matrix that this module has laid out in rows, to be written.
fn row_mut(a: &mut Array2<f64>, i: usize) -> &mut [f64] {
    let columns = a.ncols();
    let values = a.as_slice_mut().expect("matrices made here are in row-major order");
    &mut values[i * columns..(i + 1) * columns]
}

/// A copy in row-major order.
fn rows_of(a: ArrayView2<f64>) -> Array2<f64> {
    let mut copy = Array2::zeros(a.dim());
    copy.assign(&a);
    copy
}

/// Multiplies by a power of two, which is exact, so that the largest magnitude lies in [1, 2). Gives the power that
/// undoes it. The squares of elements that matter then neither overflow nor underflow.
fn normalize(a: &mut Array2<f64>) -> f64 {
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
fn largest<'a>(values: impl IntoIterator<Item = &'a f64>) -> f64 {
    values.into_iter().fold(0.0, |largest: f64, value| largest.max(value.abs()))
}

/// Two to a power from -1022 to 1023.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// Turns the sign of a vector, if need be, so that its first component of largest magnitude is positive. Tells
/// whether it did.
fn fix_sign(vector: &mut [f64]) -> bool {
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
