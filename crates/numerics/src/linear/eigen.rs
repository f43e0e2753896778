//! Eigenvalues and eigenvectors of symmetric matrices.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::error::{LinearError, Result, check_finite, order};
use super::rotations::{Direction, RotatedRows, rotation};
use super::rows::{row_mut, rows_of};
use super::scaling::{fix_sign, normalize};
use super::tridiagonal::{Tridiagonal, tridiagonalize};
use crate::matrix::gram;

/// Iterations per eigenvalue; two are usual.
const MOST_ITERATIONS: usize = 100;
/// Iterations after which an off-diagonal element also counts as zero where it is within rounding of the norm.
const PATIENCE: usize = 30;

/// A = V diag(values) Vᵀ.
#[derive(Clone, Debug)]
pub struct SymmetricEigen {
    /// The n eigenvalues in ascending order.
    pub values: Array1<f64>,
    /// n x n: column i is the unit eigenvector of value i, its component of largest magnitude positive.
    pub vectors: Array2<f64>,
}

/// Eigenvalues and eigenvectors of a symmetric n x n matrix. Only the lower triangle is read.
///
/// Tridiagonalization, then the implicit QL algorithm (Golub and Van Loan 2013, section 8.3). Errors of the values are
/// a few units of rounding times the largest magnitude among them; the vectors are orthonormal to the same precision,
/// also where values coincide.
///
/// # Errors
/// `NotSquare`, `NotFinite` or (never seen) `NotConverged`.
pub fn symmetric_eigen(a: ArrayView2<f64>) -> Result<SymmetricEigen> {
    let n = order(&a)?;
    let (reduced, scale) = reduce(a)?;
    let Tridiagonal { mut diagonal, off_diagonal, reflections } = reduced;
    let mut rows = RotatedRows::new(reflections.transposed_product(n), Direction::Up);
    implicit_ql(&mut diagonal, off_diagonal, Some(&mut rows))?;
    let rows = rows.finish();
    let mut places: Vec<usize> = (0..n).collect();
    places.sort_by(|&i, &j| diagonal[i].total_cmp(&diagonal[j]));
    let mut rows = rows_of(rows.select(Axis(0), &places).view());
    for i in 0..n {
        fix_sign(row_mut(&mut rows, i));
    }
    Ok(SymmetricEigen { values: places.iter().map(|&i| diagonal[i] * scale).collect(), vectors: rows_of(rows.t()) })
}

/// Eigenvalues of a symmetric n x n matrix in ascending order. Only the lower triangle is read.
///
/// # Errors
/// As [`symmetric_eigen`].
pub fn symmetric_eigenvalues(a: ArrayView2<f64>) -> Result<Array1<f64>> {
    order(&a)?;
    let (reduced, scale) = reduce(a)?;
    let mut diagonal = reduced.diagonal;
    implicit_ql(&mut diagonal, reduced.off_diagonal, None)?;
    diagonal.sort_by(f64::total_cmp);
    Ok(diagonal.into_iter().map(|value| value * scale).collect())
}

/// The spectral norm of an m x n matrix, its largest singular value; zero for an empty matrix.
///
/// The square root of the largest eigenvalue of the smaller Gram matrix, which is as accurate as a singular value
/// decomposition for the largest value (not for the others).
///
/// # Errors
/// `NotFinite` or (never seen) `NotConverged`.
pub fn spectral_norm(a: ArrayView2<f64>) -> Result<f64> {
    check_finite(&a)?;
    let mut scaled = rows_of(if a.nrows() <= a.ncols() { a } else { a.reversed_axes() });
    let scale = normalize(&mut scaled);
    let values = symmetric_eigenvalues(gram(scaled.view()).view())?;
    Ok(values.last().map_or(0.0, |largest| largest.max(0.0).sqrt() * scale))
}

/// Tridiagonal form of the lower triangle, of normal size, and the factor that restores the size.
fn reduce(a: ArrayView2<f64>) -> Result<(Tridiagonal, f64)> {
    let n = a.nrows();
    let mut whole = Array2::zeros((n, n));
    for i in 0..n {
        for j in 0..=i {
            whole[[i, j]] = a[[i, j]];
            whole[[j, i]] = a[[i, j]];
        }
    }
    check_finite(&whole.view())?;
    let scale = normalize(&mut whole);
    Ok((tridiagonalize(whole), scale))
}

/// Eigenvalues of a symmetric tridiagonal matrix, left in `diagonal` in no order; `rows` is multiplied by the
/// transposed eigenvectors from the left.
fn implicit_ql(diagonal: &mut [f64], mut off_diagonal: Vec<f64>, mut rows: Option<&mut RotatedRows>) -> Result<()> {
    let mut rotations = Vec::new();
    let norm = norm_bound(diagonal, &off_diagonal);
    for first in 0..diagonal.len() {
        let mut iterations = 0;
        loop {
            // Elements have normal size (the largest is about 1), and tridiagonalization has left errors of this size.
            // In a block of small elements, as of a matrix of low numerical rank, there is nothing below it but these
            // errors, on which the iteration would turn for ever. Where the norm is far above the largest element, as
            // of a large Gram matrix, so are the errors.
            let nothing = f64::EPSILON * if iterations < PATIENCE { 1.0 } else { norm };
            let last = end_of_block(diagonal, &off_diagonal, first, nothing);
            if last == first {
                break;
            }
            iterations += 1;
            if iterations > MOST_ITERATIONS {
                return Err(LinearError::NotConverged { sought: "eigenvalues" });
            }
            rotations.clear();
            ql_step(&mut diagonal[first..=last], &mut off_diagonal[first..last], &mut rotations);
            if let Some(rows) = rows.as_deref_mut() {
                rows.turn(last, &rotations);
            }
        }
    }
    Ok(())
}

/// A bound of the spectral norm: the largest sum of magnitudes in a row.
fn norm_bound(diagonal: &[f64], off_diagonal: &[f64]) -> f64 {
    let element = |i: Option<usize>| i.and_then(|i| off_diagonal.get(i)).map_or(0.0, |value| value.abs());
    let rows = diagonal.iter().enumerate();
    let sums = rows.map(|(i, value)| value.abs() + element(Some(i)) + element(i.checked_sub(1)));
    sums.fold(1.0, f64::max)
}

/// The last row of the block that begins at `first`: after it, the off-diagonal element is zero up to rounding, or
/// below `nothing`.
fn end_of_block(diagonal: &[f64], off_diagonal: &[f64], first: usize, nothing: f64) -> usize {
    (first..off_diagonal.len())
        .find(|&i| {
            let neighbours = diagonal[i].abs() + diagonal[i + 1].abs();
            off_diagonal[i].abs() <= f64::EPSILON * neighbours + nothing
        })
        .unwrap_or(diagonal.len() - 1)
}

/// One implicit QL step with Wilkinson's shift on a block: `e[i]` couples `d[i]` and `d[i + 1]`. The rotations run
/// from the last pair of rows up to the first.
fn ql_step(d: &mut [f64], e: &mut [f64], rotations: &mut Vec<(f64, f64)>) {
    let last = d.len() - 1;
    let half_gap = (d[1] - d[0]) / (2.0 * e[0]);
    let (_, _, size) = rotation(half_gap, 1.0);
    let shift = d[0] - e[0] / (half_gap + if half_gap < 0.0 { -size.abs() } else { size.abs() });
    let (mut c, mut s) = (1.0, 1.0);
    let mut bulge = d[last] - shift;
    let mut carried = 0.0;
    for i in (0..last).rev() {
        let (f, b) = (s * e[i], c * e[i]);
        let r;
        (c, s, r) = rotation(bulge, f);
        if i + 1 < last {
            e[i + 1] = r;
        }
        let above = d[i + 1] - carried;
        let t = (d[i] - above) * s + 2.0 * c * b;
        carried = s * t;
        d[i + 1] = above + carried;
        bulge = c * t - b;
        rotations.push((c, s));
    }
    d[0] -= carried;
    e[0] = bulge;
}
