//! Householder reflections H = I - τ v vᵀ, alone and in blocks.
//!
//! Vectors are kept as rows, so that they and the rows they act on run along memory. A product of reflections is
//! applied as I - Vᵀ T V with a small upper triangle T (Schreiber and Van Loan 1989, the compact WY form).

use ndarray::{Array2, ArrayView2, ArrayViewMut2, s};

use super::rows::{row, row_mut, subtract_product};
use super::scaling::{largest, power_of_two};
use crate::matrix::{gram, product};
use crate::reduce;

/// Reflections applied together.
const BLOCK: usize = 64;

/// Replaces x by the v (with v[0] = 1) of the reflection that maps x to β e₀, and gives (β, τ).
///
/// If x is a multiple of e₀ already, τ is 0 and β is x[0]; else β has the sign opposite to x[0], so that nothing
/// cancels. The elements may be as small as they like but not so large that their squares overflow.
pub fn reflector(x: &mut [f64]) -> (f64, f64) {
    // What is left of a matrix of low rank can be tiny; multiplied by a power of two, its squares do not vanish.
    let scale = if largest(&*x) < 1e-140 { power_of_two(900) } else { 1.0 };
    reduce::scale(scale, x);
    let Some((&mut first, tail)) = x.split_first_mut() else {
        return (0.0, 0.0);
    };
    let tail_norm = reduce::norm(tail);
    x[0] = 1.0;
    if tail_norm == 0.0 {
        x[1..].fill(0.0);
        return (first / scale, 0.0);
    }
    let size = first.mul_add(first, tail_norm * tail_norm).sqrt();
    let beta = if first > 0.0 { -size } else { size };
    let pivot = first - beta;
    x[1..].iter_mut().for_each(|value| *value /= pivot);
    (beta / scale, -pivot / beta)
}

/// Reflections one after the other: row i of `vectors` is zero before column `i + shift`, where it is one.
pub struct Reflections {
    pub vectors: Array2<f64>,
    pub tau: Vec<f64>,
    pub shift: usize,
}

impl Reflections {
    /// The triangle T of reflections `from..to`: H(from) ... H(to - 1) = I - Vᵀ T V.
    fn triangle(&self, from: usize, to: usize) -> Array2<f64> {
        triangle(self.vectors.slice(s![from..to, from + self.shift..]), &self.tau[from..to])
    }

    /// The transpose of the first `rows` columns of H(0) H(1) ... H(last).
    pub fn transposed_product(&self, rows: usize) -> Array2<f64> {
        let (count, columns) = self.vectors.dim();
        let mut result = Array2::zeros((rows, columns));
        result.diag_mut().fill(1.0);
        let mut to = count;
        while to > 0 {
            let from = (to - 1) / BLOCK * BLOCK;
            // Rows and columns before this one are still those of the identity and are not touched.
            let first = from + self.shift;
            if first < rows {
                let triangle = self.triangle(from, to);
                let vectors = self.vectors.slice(s![from..to, first..]);
                apply(vectors, triangle.t(), &mut result.slice_mut(s![first.., first..]));
            }
            to = from;
        }
        result
    }
}

/// The triangle T with H(0) H(1) ... = I - Vᵀ T V, for reflections whose vectors are the rows of V.
pub fn triangle(vectors: ArrayView2<f64>, tau: &[f64]) -> Array2<f64> {
    let products = gram(vectors);
    let mut triangle = Array2::zeros((tau.len(), tau.len()));
    for (j, &factor) in tau.iter().enumerate() {
        triangle[[j, j]] = factor;
        for i in 0..j {
            let known = (i..j).fold(0.0_f64, |sum, k| f64::mul_add(triangle[[i, k]], products[[k, j]], sum));
            triangle[[i, j]] = -factor * known;
        }
    }
    triangle
}

/// Multiplies every row of `rows` by I - Vᵀ T V from the right.
pub fn apply(vectors: ArrayView2<f64>, triangle: ArrayView2<f64>, rows: &mut ArrayViewMut2<f64>) {
    let components = product(rows.view(), vectors.t());
    let weights = product(components.view(), triangle);
    subtract_product(weights.view(), vectors, rows);
}

/// Applies a single reflection to rows `rows` of a matrix, from column `first` on.
pub fn apply_one(vector: &[f64], tau: f64, matrix: &mut Array2<f64>, rows: std::ops::Range<usize>, first: usize) {
    for i in rows {
        let target = &mut row_mut(matrix, i)[first..];
        let component = reduce::dot(vector, target);
        reduce::axpy(-tau * component, vector, target);
    }
}

/// y -= Σ (u_q · x) w_q over the first `count` rows of two matrices, from column `first` on in U and `second` in W.
pub fn subtract_projections(
    u: (&Array2<f64>, usize),
    w: (&Array2<f64>, usize),
    count: usize,
    x: &[f64],
    y: &mut [f64],
) {
    for q in 0..count {
        let component = reduce::dot(&row(u.0, q)[u.1..], x);
        reduce::axpy(-component, &row(w.0, q)[w.1..], y);
    }
}
