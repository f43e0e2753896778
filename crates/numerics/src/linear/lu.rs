//! The factorization P A = L U with partial pivoting.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, s};

use super::error::{LinearError, Result, check_finite, check_rows, order};
use super::rows::{row, row_mut, rows_of, subtract_product};
use super::triangular::{Diagonal, solve_lower, solve_upper};
use crate::reduce::axpy;

/// Number of columns below which a panel is factored column by column.
const NARROW: usize = 16;

/// The factors of a matrix whose rows were exchanged: P A = L U.
#[derive(Clone, Debug)]
pub struct Lu {
    /// L below the diagonal (its own diagonal is one), U on and above it.
    factors: Array2<f64>,
    /// The row of A that became row i.
    rows: Vec<usize>,
    /// Whether the number of exchanges is odd.
    odd: bool,
}

/// Factors an invertible n x n matrix by elimination with partial pivoting (the largest magnitude of the column, the
/// first among equals).
///
/// # Errors
/// `NotSquare`, `NotFinite`, or `Singular` if a pivot is exactly zero. A matrix that is singular up to rounding is
/// factored; its solutions are then as large as its condition number makes them.
pub fn lu(a: ArrayView2<f64>) -> Result<Lu> {
    let n = order(&a)?;
    check_finite(&a)?;
    let mut lu = Lu { factors: rows_of(a), rows: (0..n).collect(), odd: false };
    lu.eliminate(0, n)?;
    Ok(lu)
}

/// The x with A x = b, for an invertible n x n matrix and a vector of length n.
///
/// # Errors
/// As [`lu`], and `LengthMismatch`.
pub fn solve(a: ArrayView2<f64>, b: ArrayView1<f64>) -> Result<Array1<f64>> {
    lu(a)?.solve(b)
}

/// The inverse of an n x n matrix. To solve systems, [`lu`] or [`solve`] is faster and more accurate.
///
/// # Errors
/// As [`lu`].
pub fn inverse(a: ArrayView2<f64>) -> Result<Array2<f64>> {
    let factors = lu(a)?;
    factors.solve_matrix(Array2::eye(a.nrows()).view())
}

impl Lu {
    /// The x with A x = b, of length n.
    ///
    /// # Errors
    /// `LengthMismatch` if `b` has another length than n.
    pub fn solve(&self, b: ArrayView1<f64>) -> Result<Array1<f64>> {
        let x = self.solve_matrix(b.insert_axis(Axis(1)))?;
        Ok(x.index_axis_move(Axis(1), 0))
    }

    /// The X with A X = B, of the shape of `b`.
    ///
    /// # Errors
    /// `LengthMismatch` if `b` has another number of rows than n.
    pub fn solve_matrix(&self, b: ArrayView2<f64>) -> Result<Array2<f64>> {
        check_rows(self.rows.len(), b.nrows())?;
        let mut x = rows_of(b.select(Axis(0), &self.rows).view());
        solve_lower(self.factors.view(), x.view_mut(), Diagonal::One);
        solve_upper(self.factors.view(), x.view_mut(), Diagonal::Stored);
        Ok(x)
    }

    /// The determinant: the product of the pivots with the sign of the permutation. It may overflow.
    pub fn determinant(&self) -> f64 {
        let sign = if self.odd { -1.0 } else { 1.0 };
        self.factors.diag().iter().fold(sign, |product, pivot| product * pivot)
    }

    /// Eliminates below the diagonal in columns `from..to`, whose rows above `from` are done: the left half, what it
    /// does to the right half, the right half.
    fn eliminate(&mut self, from: usize, to: usize) -> Result<()> {
        if to - from <= NARROW {
            return (from..to).try_for_each(|j| self.eliminate_column(j, to));
        }
        let middle = from + (to - from) / 2;
        self.eliminate(from, middle)?;
        let (upper, mut lower) = self.factors.view_mut().split_at(Axis(0), middle);
        let (done, mut right) = upper.split_at(Axis(1), middle);
        let corner = done.slice(s![from.., from..]);
        let mut top = right.slice_mut(s![from.., ..to - middle]);
        solve_lower(corner, top.view_mut(), Diagonal::One);
        let (multipliers, mut rest) = lower.multi_slice_mut((s![.., from..middle], s![.., middle..to]));
        subtract_product(multipliers.view(), top.view(), &mut rest);
        self.eliminate(middle, to)
    }

    /// One column, and its effect on the columns up to `to`.
    fn eliminate_column(&mut self, j: usize, to: usize) -> Result<()> {
        let n = self.rows.len();
        let mut best = j;
        for i in j + 1..n {
            if self.factors[[i, j]].abs() > self.factors[[best, j]].abs() {
                best = i;
            }
        }
        if best != j {
            for column in 0..n {
                self.factors.swap([j, column], [best, column]);
            }
            self.rows.swap(j, best);
            self.odd = !self.odd;
        }
        let pivot = self.factors[[j, j]];
        if pivot == 0.0 {
            return Err(LinearError::Singular { pivot: j });
        }
        let source = row(&self.factors, j)[j + 1..to].to_vec();
        for i in j + 1..n {
            let target = &mut row_mut(&mut self.factors, i)[j..to];
            let multiplier = target[0] / pivot;
            target[0] = multiplier;
            axpy(-multiplier, &source, &mut target[1..]);
        }
        Ok(())
    }
}
