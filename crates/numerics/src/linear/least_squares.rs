//! Linear least squares of any shape and rank.

use ndarray::{Array1, ArrayView1, ArrayView2, Axis};

use super::error::{LinearError, Result, check_finite, check_rows};
use super::qr::{Qr, qr};
use super::rows::rows_of;
use super::svd::svd;
use super::triangular::{Diagonal, solve_lower, solve_upper};
use crate::matrix::vector_product;

/// The x of length n that minimizes ‖A x - b‖ for an m x n matrix; the shortest one where several do.
///
/// By the QR factorization of A (or of Aᵀ where m < n). If the diagonal of R shows that the rank may not be full,
/// by the singular value decomposition, without the singular values below max(m, n) ε times the largest.
///
/// # Errors
/// `NotFinite`, `LengthMismatch` if `b` has another length than m, or (never seen) `NotConverged`.
pub fn least_squares(a: ArrayView2<f64>, b: ArrayView1<f64>) -> Result<Array1<f64>> {
    let (m, n) = a.dim();
    check_rows(m, b.len())?;
    check_finite(&a)?;
    if let Some(row) = b.iter().position(|value| !value.is_finite()) {
        return Err(LinearError::NotFinite { row, column: 0 });
    }
    let b = b.to_vec();
    let factors = qr(if m < n { a.reversed_axes() } else { a })?;
    if !full_rank(&factors, m.max(n)) {
        return shortest(a, &b);
    }
    let Qr { q, r } = factors;
    if m < n {
        // A = Rᵀ Qᵀ, so the shortest solution is Q y with Rᵀ y = b.
        let mut y = column(b);
        solve_lower(r.t(), y.view_mut(), Diagonal::Stored);
        Ok(vector_product(q.view(), &y.into_raw_vec_and_offset().0).into())
    } else {
        let mut x = column(vector_product(q.t(), &b));
        solve_upper(r.view(), x.view_mut(), Diagonal::Stored);
        Ok(x.index_axis_move(Axis(1), 0))
    }
}

fn column(values: Vec<f64>) -> ndarray::Array2<f64> {
    Array1::from(values).insert_axis(Axis(1))
}

/// Whether no diagonal element of R is small against the largest. Dependent columns leave one of about unit
/// rounding; the margin makes sure that such a matrix is never taken for one of full rank.
fn full_rank(factors: &Qr, longest: usize) -> bool {
    const MARGIN: f64 = 1024.0;
    let diagonal = factors.r.diag();
    let largest = diagonal.iter().fold(0.0, |largest: f64, &value| largest.max(value));
    let threshold = MARGIN * longest as f64 * f64::EPSILON * largest;
    diagonal.iter().all(|&value| value > threshold)
}

/// The shortest solution, by singular values.
fn shortest(a: ArrayView2<f64>, b: &[f64]) -> Result<Array1<f64>> {
    let (m, n) = a.dim();
    let factors = svd(a)?;
    let largest = factors.singular_values.first().copied().unwrap_or(0.0);
    let threshold = m.max(n) as f64 * f64::EPSILON * largest;
    let mut components = vector_product(factors.u.t(), b);
    for (component, &value) in components.iter_mut().zip(&factors.singular_values) {
        *component = if value > threshold { *component / value } else { 0.0 };
    }
    Ok(vector_product(rows_of(factors.vt.t()).view(), &components).into())
}
