//! The Cholesky factorization A = L Lᵀ.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, s};

use super::error::{LinearError, Result, check_finite, check_rows, order};
use super::rows::{rows_of, subtract_product};
use super::triangular::{Diagonal, solve_lower, solve_upper};

/// Order below which a block is factored element by element.
const SMALL: usize = 32;
/// Order below which the symmetry of an update is not used.
const PLAIN_UPDATE: usize = 96;

/// The lower triangular factor of a symmetric positive definite matrix.
#[derive(Clone, Debug)]
pub struct Cholesky {
    factor: Array2<f64>,
}

/// Factors a symmetric positive definite n x n matrix as A = L Lᵀ. Only the lower triangle is read.
///
/// # Errors
/// `NotSquare`, `NotFinite`, or `NotPositiveDefinite` at the first pivot that is not positive.
pub fn cholesky(a: ArrayView2<f64>) -> Result<Cholesky> {
    let n = order(&a)?;
    let mut factor = rows_of(a);
    for i in 0..n {
        factor.slice_mut(s![i, i + 1..]).fill(0.0);
    }
    check_finite(&factor.view())?;
    factor_in_place(factor.view_mut(), 0)?;
    for i in 0..n {
        factor.slice_mut(s![i, i + 1..]).fill(0.0);
    }
    Ok(Cholesky { factor })
}

impl Cholesky {
    /// The lower triangular factor L, n x n, zero above the diagonal.
    pub fn factor(&self) -> &Array2<f64> {
        &self.factor
    }

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
        check_rows(self.factor.nrows(), b.nrows())?;
        let mut x = rows_of(b);
        solve_lower(self.factor.view(), x.view_mut(), Diagonal::Stored);
        solve_upper(self.factor.t(), x.view_mut(), Diagonal::Stored);
        Ok(x)
    }
}

/// Replaces the lower triangle of a diagonal block by its factor; `first` is the place of the block in the matrix.
fn factor_in_place(mut a: ArrayViewMut2<f64>, first: usize) -> Result<()> {
    let n = a.nrows();
    if n <= SMALL {
        return factor_small(a, first);
    }
    let half = n / 2;
    let (top, bottom) = a.view_mut().split_at(Axis(0), half);
    let (mut corner, _) = top.split_at(Axis(1), half);
    let (mut below, mut rest) = bottom.split_at(Axis(1), half);
    factor_in_place(corner.view_mut(), first)?;
    // X Lᵀ = B, as L Xᵀ = Bᵀ.
    solve_lower(corner.view(), below.view_mut().reversed_axes(), Diagonal::Stored);
    subtract_gram(below.view(), rest.view_mut());
    factor_in_place(rest, first + half)
}

/// Subtracts A Aᵀ from the lower triangle of C.
fn subtract_gram(a: ArrayView2<f64>, mut c: ArrayViewMut2<f64>) {
    let n = a.nrows();
    if n <= PLAIN_UPDATE {
        return subtract_product(a, a.t(), &mut c);
    }
    let (upper, lower) = a.split_at(Axis(0), n / 2);
    let (top, bottom) = c.split_at(Axis(0), n / 2);
    let (corner, _) = top.split_at(Axis(1), n / 2);
    let (mut below, rest) = bottom.split_at(Axis(1), n / 2);
    subtract_gram(upper, corner);
    subtract_product(lower, upper.t(), &mut below);
    subtract_gram(lower, rest);
}

/// Row by row, each element one chain.
fn factor_small(mut a: ArrayViewMut2<f64>, first: usize) -> Result<()> {
    for i in 0..a.nrows() {
        for j in 0..=i {
            let mut value = a[[i, j]];
            for k in 0..j {
                value = (-a[[i, k]]).mul_add(a[[j, k]], value);
            }
            if j < i {
                a[[i, j]] = value / a[[j, j]];
            } else if value > 0.0 {
                a[[i, i]] = value.sqrt();
            } else {
                return Err(LinearError::NotPositiveDefinite { pivot: first + i });
            }
        }
    }
    Ok(())
}
