//! The thin QR factorization.

use ndarray::{Array2, ArrayView2, s};

use super::error::{Result, check_finite};
use super::reflectors::{Reflections, apply, apply_one, reflector, triangle};
use super::rows::{row, row_mut, rows_of};
use super::scaling::normalize;

/// Columns reduced together.
const PANEL: usize = 32;

/// A = Q R with orthonormal columns in Q and an upper triangular R.
#[derive(Clone, Debug)]
pub struct Qr {
    /// m x k with orthonormal columns, k = min(m, n).
    pub q: Array2<f64>,
    /// k x n, zero below the diagonal, which is not negative.
    pub r: Array2<f64>,
}

/// The thin QR factorization of an m x n matrix, by Householder reflections in blocks. The diagonal of R is not
/// negative, so the factors of a matrix with independent columns are unique.
///
/// # Errors
/// `NotFinite`.
pub fn qr(a: ArrayView2<f64>) -> Result<Qr> {
    check_finite(&a)?;
    let (m, n) = a.dim();
    let count = m.min(n);
    // Columns of A as rows.
    let mut columns = rows_of(a.t());
    let scale = normalize(&mut columns);
    let reflections = reduce_columns(&mut columns, count);
    let mut q = reflections.transposed_product(count);
    let mut r = Array2::zeros((count, n));
    for i in 0..count {
        let negative = columns[[i, i]] < 0.0;
        for j in i..n {
            let value = columns[[j, i]] * scale;
            r[[i, j]] = if negative { -value } else { value };
        }
        if negative {
            row_mut(&mut q, i).iter_mut().for_each(|value| *value = -*value);
        }
    }
    Ok(Qr { q: rows_of(q.t()), r })
}

/// Reduces the matrix whose columns are the rows of `columns` to triangular form, panel by panel.
fn reduce_columns(columns: &mut Array2<f64>, count: usize) -> Reflections {
    let (n, m) = columns.dim();
    let mut vectors = Array2::zeros((count, m));
    let mut tau = vec![0.0; count];
    for from in (0..count).step_by(PANEL) {
        let to = count.min(from + PANEL);
        for j in from..to {
            let vector = &mut row_mut(&mut vectors, j)[j..];
            vector.copy_from_slice(&row(columns, j)[j..]);
            (columns[[j, j]], tau[j]) = reflector(vector);
            apply_one(vector, tau[j], columns, j + 1..to, j);
        }
        if to < n {
            let panel = vectors.slice(s![from..to, from..]);
            let triangle = triangle(panel, &tau[from..to]);
            apply(panel, triangle.view(), &mut columns.slice_mut(s![to.., from..]));
        }
    }
    Reflections { vectors, tau, shift: 0 }
}
