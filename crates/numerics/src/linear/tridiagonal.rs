//! Reduction of a symmetric matrix to tridiagonal form, A = Q T Qᵀ.
//!
//! Panels of columns are reduced one column at a time; the rest of the matrix then takes a panel's reflections in one
//! product (Dongarra, Sorensen and Hammarling 1989). The matrix is kept whole rather than by one triangle: that
//! doubles the arithmetic of the products, which is cheap, and makes every access run along memory.

use ndarray::{Array2, Axis, concatenate, s};

use super::reflectors::{Reflections, reflector, subtract_projections};
use super::rows::{row, row_mut};
use crate::matrix::{product_add, vector_product_into};
use crate::reduce::{axpy, dot, scale};

/// Columns reduced together.
const PANEL: usize = 32;

/// A symmetric tridiagonal matrix and the reflections that lead to it.
pub struct Tridiagonal {
    pub diagonal: Vec<f64>,
    /// Below the diagonal, one shorter than it.
    pub off_diagonal: Vec<f64>,
    /// Q is their product, in order.
    pub reflections: Reflections,
}

/// Reduces a symmetric matrix, both triangles of which are given.
pub fn tridiagonalize(mut a: Array2<f64>) -> Tridiagonal {
    let n = a.nrows();
    let count = n.saturating_sub(1);
    let mut result = Tridiagonal {
        diagonal: vec![0.0; n],
        off_diagonal: vec![0.0; count],
        reflections: Reflections { vectors: Array2::zeros((count, n)), tau: vec![0.0; count], shift: 1 },
    };
    for from in (0..count).step_by(PANEL) {
        let to = count.min(from + PANEL);
        let partners = reduce_panel(&mut a, from, to, &mut result);
        // A -= V Wᵀ + W Vᵀ on what is left.
        let vectors = result.reflections.vectors.slice(s![from..to, to..]);
        let partners = partners.slice(s![.., to..]);
        let left = concatenate![Axis(0), vectors, partners].mapv(|value| -value);
        let right = concatenate![Axis(0), partners, vectors];
        product_add(left.t(), right.view(), &mut a.slice_mut(s![to.., to..]));
    }
    if n > 0 {
        result.diagonal[n - 1] = a[[n - 1, n - 1]];
    }
    result
}

/// Reduces columns `from..to` and gives the W of the update A - V Wᵀ - W Vᵀ, one row for each reflection.
fn reduce_panel(a: &mut Array2<f64>, from: usize, to: usize, result: &mut Tridiagonal) -> Array2<f64> {
    let n = a.nrows();
    let Reflections { vectors, tau, .. } = &mut result.reflections;
    let mut partners = Array2::<f64>::zeros((to - from, n));
    let mut panel = Array2::<f64>::zeros((to - from, n));
    for j in from..to {
        let done = j - from;
        let current = &mut row_mut(a, j)[j..];
        for q in 0..done {
            axpy(-panel[[q, j]], &row(&partners, q)[j..], current);
            axpy(-partners[[q, j]], &row(&panel, q)[j..], current);
        }
        result.diagonal[j] = current[0];
        let vector = &mut current[1..];
        (result.off_diagonal[j], tau[j]) = reflector(vector);
        row_mut(vectors, j)[j + 1..].copy_from_slice(vector);
        row_mut(&mut panel, done)[j + 1..].copy_from_slice(vector);

        let vector = &row(vectors, j)[j + 1..];
        let mut partner = vec![0.0; vector.len()];
        // Of a symmetric matrix either form serves; this one streams over few rows at a time.
        let rest = a.slice(s![j + 1.., j + 1..]).reversed_axes();
        vector_product_into(rest, vector, &mut partner);
        subtract_projections((&partners, j + 1), (&panel, j + 1), done, vector, &mut partner);
        subtract_projections((&panel, j + 1), (&partners, j + 1), done, vector, &mut partner);
        scale(tau[j], &mut partner);
        axpy(-0.5 * tau[j] * dot(&partner, vector), vector, &mut partner);
        row_mut(&mut partners, done)[j + 1..].copy_from_slice(&partner);
    }
    partners
}
