//! Matrices in row-major order, row by row.

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::matrix::product_add;

/// C -= A B.
pub fn subtract_product(a: ArrayView2<f64>, b: ArrayView2<f64>, c: &mut ArrayViewMut2<f64>) {
    // Changing a sign is exact, so this is the chain of products subtracted from C.
    product_add(a.mapv(|value| -value).view(), b, c);
}

/// Row i of a matrix that the factorizations have laid out in rows.
pub fn row(a: &Array2<f64>, i: usize) -> &[f64] {
    let columns = a.ncols();
    let values = a.as_slice().expect("matrices made here are in row-major order");
    &values[i * columns..(i + 1) * columns]
}

/// Row i of a matrix that the factorizations have laid out in rows, to be written.
pub fn row_mut(a: &mut Array2<f64>, i: usize) -> &mut [f64] {
    let columns = a.ncols();
    let values = a.as_slice_mut().expect("matrices made here are in row-major order");
    &mut values[i * columns..(i + 1) * columns]
}

/// A copy in row-major order.
pub fn rows_of(a: ArrayView2<f64>) -> Array2<f64> {
    let mut copy = Array2::zeros(a.dim());
    copy.assign(&a);
    copy
}
