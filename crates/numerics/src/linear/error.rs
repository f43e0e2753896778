//! What can be wrong with a matrix, and the checks that find it.

use std::error::Error;
use std::fmt;

use ndarray::ArrayView2;

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
pub fn order(a: &ArrayView2<f64>) -> Result<usize> {
    let (rows, columns) = a.dim();
    if rows == columns { Ok(rows) } else { Err(LinearError::NotSquare { rows, columns }) }
}

/// An error unless every element is finite.
pub fn check_finite(a: &ArrayView2<f64>) -> Result<()> {
    match a.indexed_iter().find(|(_, value)| !value.is_finite()) {
        Some(((row, column), _)) => Err(LinearError::NotFinite { row, column }),
        None => Ok(()),
    }
}

/// An error unless a right-hand side has as many rows as the matrix.
pub fn check_rows(expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(LinearError::LengthMismatch { expected, found }) }
}
