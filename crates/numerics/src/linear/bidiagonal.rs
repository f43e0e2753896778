//! Reduction of a square matrix to upper bidiagonal form, A = P B Qᵀ.
//!
//! Rows and columns are reduced in turn; the rest of the matrix takes the reflections of a panel in one product
//! (Dongarra, Sorensen and Hammarling 1989).

use ndarray::{Array2, Axis, concatenate, s};

use super::reflectors::{Reflections, reflector, subtract_projections};
use super::rows::{row, row_mut};
use crate::matrix::{product_add, vector_product_into};
use crate::reduce::{axpy, scale};

/// Rows and columns reduced together.
const PANEL: usize = 32;

/// An upper bidiagonal matrix and the reflections that lead to it.
pub struct Bidiagonal {
    pub diagonal: Vec<f64>,
    /// Above the diagonal, one shorter than it.
    pub super_diagonal: Vec<f64>,
    /// P is their product, in order.
    pub left: Reflections,
    /// Q is their product, in order.
    pub right: Reflections,
}

/// The update A - Vᵀ Y - Xᵀ U of a panel, whose V and U are the reflections' vectors: one row each.
struct Panel {
    from: usize,
    x: Array2<f64>,
    y: Array2<f64>,
}

/// Reduces a square matrix.
pub fn bidiagonalize(mut a: Array2<f64>) -> Bidiagonal {
    let n = a.nrows();
    let reflections =
        |count: usize, shift| Reflections { vectors: Array2::zeros((count, n)), tau: vec![0.0; count], shift };
    let mut result = Bidiagonal {
        diagonal: vec![0.0; n],
        super_diagonal: vec![0.0; n.saturating_sub(1)],
        left: reflections(n, 0),
        right: reflections(n.saturating_sub(1), 1),
    };
    for from in (0..n).step_by(PANEL) {
        let to = n.min(from + PANEL);
        let empty = Array2::zeros((to - from, n));
        let mut panel = Panel { from, x: empty.clone(), y: empty };
        for j in from..to {
            panel.reduce_column(&a, j, &mut result);
            if j + 1 < n {
                panel.reduce_row(&a, j, &mut result);
            }
        }
        if to < n {
            let v = result.left.vectors.slice(s![from..to, to..]);
            let u = result.right.vectors.slice(s![from..to, to..]);
            let left = concatenate![Axis(0), v, panel.x.slice(s![.., to..])].mapv(|value| -value);
            let right = concatenate![Axis(0), panel.y.slice(s![.., to..]), u];
            product_add(left.t(), right.view(), &mut a.slice_mut(s![to.., to..]));
        }
    }
    result
}

impl Panel {
    /// Brings column j up to date, reflects it onto the diagonal, and finds the reflection's row of Y.
    fn reduce_column(&mut self, a: &Array2<f64>, j: usize, result: &mut Bidiagonal) {
        let (from, done) = (self.from, j - self.from);
        let Bidiagonal { left, right, .. } = result;
        let mut vector = a.slice(s![j.., j]).to_vec();
        for q in 0..done {
            axpy(-self.y[[q, j]], &row(&left.vectors, from + q)[j..], &mut vector);
            axpy(-right.vectors[[from + q, j]], &row(&self.x, q)[j..], &mut vector);
        }
        let (beta, tau) = reflector(&mut vector);
        result.diagonal[j] = beta;
        left.tau[j] = tau;
        row_mut(&mut left.vectors, j)[j..].copy_from_slice(&vector);

        let mut y = vec![0.0; a.ncols() - j - 1];
        vector_product_into(a.slice(s![j.., j + 1..]).reversed_axes(), &vector, &mut y);
        let earlier = left.vectors.slice(s![from..j, ..]).to_owned();
        subtract_projections((&earlier, j), (&self.y, j + 1), done, &vector, &mut y);
        let earlier = right.vectors.slice(s![from..j, ..]).to_owned();
        subtract_projections((&self.x, j), (&earlier, j + 1), done, &vector, &mut y);
        scale(tau, &mut y);
        row_mut(&mut self.y, done)[j + 1..].copy_from_slice(&y);
    }

    /// Brings row j up to date, reflects it onto its first element right of the diagonal, and finds the
    /// reflection's row of X.
    fn reduce_row(&mut self, a: &Array2<f64>, j: usize, result: &mut Bidiagonal) {
        let (from, done) = (self.from, j - self.from);
        let Bidiagonal { left, right, .. } = result;
        let mut vector = row(a, j)[j + 1..].to_vec();
        for q in 0..=done {
            axpy(-left.vectors[[from + q, j]], &row(&self.y, q)[j + 1..], &mut vector);
        }
        for q in 0..done {
            axpy(-self.x[[q, j]], &row(&right.vectors, from + q)[j + 1..], &mut vector);
        }
        let (beta, tau) = reflector(&mut vector);
        result.super_diagonal[j] = beta;
        right.tau[j] = tau;
        row_mut(&mut right.vectors, j)[j + 1..].copy_from_slice(&vector);

        let mut x = vec![0.0; a.nrows() - j - 1];
        vector_product_into(a.slice(s![j + 1.., j + 1..]), &vector, &mut x);
        let earlier = left.vectors.slice(s![from..=j, ..]).to_owned();
        subtract_projections((&self.y, j + 1), (&earlier, j + 1), done + 1, &vector, &mut x);
        let earlier = right.vectors.slice(s![from..j, ..]).to_owned();
        subtract_projections((&earlier, j + 1), (&self.x, j + 1), done, &vector, &mut x);
        scale(tau, &mut x);
        row_mut(&mut self.x, done)[j + 1..].copy_from_slice(&x);
    }
}
