//! Matrix products whose bits are fixed by definition.
//!
//! Element (i, j) of a product is **one ascending chain of fused multiply-adds over k**:
//! `c = fma(a[i][0], b[0][j], 0)`, `c = fma(a[i][1], b[1][j], c)`, and so on; an accumulating product starts
//! at the old `c[i][j]` in place of zero. Each step is rounded once, as IEEE 754 fixes, so neither the tiles, the
//! blocks, the vector width nor the memory layout of the operands can change a bit. The naive triple loop with
//! `mul_add` gives the same bits.
//!
//! The product is organised like that of Goto and van de Geijn (2008), "Anatomy of high-performance matrix
//! multiplication": a tile of C in registers (module `kernel`) inside blocks that stay in the caches (`blocked`).
//!
//! ```
//! use ndarray::array;
//! use numerics::matrix::product;
//!
//! let (a, b) = (array![[1.0, 2.0], [3.0, 4.0]], array![[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]);
//! assert_eq!(product(a.view(), b.view()), array![[1.0, 2.0, 4.0], [3.0, 4.0, 10.0]]);
//! assert_eq!(product(b.t(), a.t()), product(a.view(), b.view()).t());
//! ```

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

mod arithmetic;
mod blocked;
mod kernel;
mod pack;
mod real;
mod strided;
mod transpose;
mod vector;
mod workspace;

pub use arithmetic::Arithmetic;
pub use real::Real;
pub use workspace::Workspace;

use blocked::Sizes;
use strided::{Strided, StridedMut};

/// Side of a Gram matrix below which its symmetry is not used.
const PLAIN_GRAM: usize = 96;

/// The product A B of an m x k and a k x n matrix, m x n in row-major order.
///
/// Any memory layout is accepted and none is copied first: `product(a.t(), b)` is the transposed product.
///
/// # Panics
/// If the number of columns of `a` is not the number of rows of `b`.
pub fn product<T: Real>(a: ArrayView2<T>, b: ArrayView2<T>) -> Array2<T> {
    let mut c = Array2::from_elem((a.nrows(), b.ncols()), T::ZERO);
    multiply_views(a, b, &mut c.view_mut(), false);
    c
}

/// Overwrites the m x n matrix `c` by A B.
///
/// # Panics
/// If the shapes do not fit.
pub fn product_into<T: Real>(a: ArrayView2<T>, b: ArrayView2<T>, c: &mut ArrayViewMut2<T>) {
    multiply_views(a, b, c, false);
}

/// Adds A B to the m x n matrix `c`: each chain starts at the element of `c`.
///
/// # Panics
/// If the shapes do not fit.
pub fn product_add<T: Real>(a: ArrayView2<T>, b: ArrayView2<T>, c: &mut ArrayViewMut2<T>) {
    multiply_views(a, b, c, true);
}

/// The product A x of an m x k matrix and a vector of length k.
///
/// # Panics
/// If the number of columns of `a` is not the length of `x`.
pub fn vector_product<T: Real>(a: ArrayView2<T>, x: &[T]) -> Vec<T> {
    let mut y = vec![T::ZERO; a.nrows()];
    vector_product_into(a, x, &mut y);
    y
}

/// Overwrites `y` (length m) by the product A x of an m x k matrix and a vector of length k.
///
/// # Panics
/// If the shapes do not fit.
pub fn vector_product_into<T: Real>(a: ArrayView2<T>, x: &[T], y: &mut [T]) {
    let (rows, columns) = a.dim();
    assert!(
        columns == x.len() && rows == y.len(),
        "matrix-vector product: a {rows} x {columns} matrix times a vector of length {} into one of length {}",
        x.len(),
        y.len(),
    );
    // SAFETY: a view is valid for its own shape, which was just compared with the vectors.
    unsafe { vector::multiply(strided(&a), x, y, false) }
}

/// The Gram matrix A Aᵀ of an m x k matrix, m x m and exactly symmetric.
///
/// The bits are those of `product(a, a.t())`; half of the work is saved where the matrix is large. The Gram matrix
/// of the columns is `gram(a.t())`.
pub fn gram<T: Real>(a: ArrayView2<T>) -> Array2<T> {
    let mut c = Array2::from_elem((a.nrows(), a.nrows()), T::ZERO);
    gram_lower(a, &mut c.view_mut());
    for i in 0..a.nrows() {
        for j in 0..i {
            c[[j, i]] = c[[i, j]];
        }
    }
    c
}

/// Fills the lower triangle of the Gram matrix (and parts of the upper), halving the rows.
fn gram_lower<T: Real>(a: ArrayView2<T>, c: &mut ArrayViewMut2<T>) {
    let rows = a.nrows();
    if rows <= PLAIN_GRAM {
        return product_into(a, a.t(), c);
    }
    let (top, bottom) = a.split_at(ndarray::Axis(0), rows / 2);
    let (mut c_top, c_bottom) = c.view_mut().split_at(ndarray::Axis(0), rows / 2);
    let (mut c_left, mut c_right) = c_bottom.split_at(ndarray::Axis(1), rows / 2);
    gram_lower(top, &mut c_top.slice_mut(ndarray::s![.., ..rows / 2]));
    product_into(bottom, top.t(), &mut c_left);
    gram_lower(bottom, &mut c_right);
}

/// The product of matrices held in slices, with this thread's packing buffers; see [`Workspace::gemm`].
///
/// # Panics
/// If a matrix reaches past the end of its slice.
#[allow(clippy::too_many_arguments)]
pub fn gemm<T: Real>(
    m: usize,
    n: usize,
    k: usize,
    a: &[T],
    a_row_stride: usize,
    a_column_stride: usize,
    b: &[T],
    b_row_stride: usize,
    b_column_stride: usize,
    c: &mut [T],
    c_row_stride: usize,
    c_column_stride: usize,
    accumulate: bool,
) {
    T::with_workspace(|workspace| {
        workspace.gemm(
            m,
            n,
            k,
            a,
            a_row_stride,
            a_column_stride,
            b,
            b_row_stride,
            b_column_stride,
            c,
            c_row_stride,
            c_column_stride,
            accumulate,
        );
    });
}

fn strided<T: Real>(view: &ArrayView2<T>) -> Strided<T> {
    Strided { start: view.as_ptr(), row: view.strides()[0], column: view.strides()[1] }
}

fn multiply_views<T: Real>(a: ArrayView2<T>, b: ArrayView2<T>, c: &mut ArrayViewMut2<T>, accumulate: bool) {
    let ((m, k), (rows_of_b, n)) = (a.dim(), b.dim());
    assert!(
        k == rows_of_b && c.dim() == (m, n),
        "matrix product: a {m} x {k} matrix times a {rows_of_b} x {n} matrix into a {} x {} matrix",
        c.nrows(),
        c.ncols(),
    );
    let sizes = Sizes { rows: m, columns: n, depth: k };
    let target = StridedMut { start: c.as_mut_ptr(), row: c.strides()[0], column: c.strides()[1] };
    // SAFETY: views are valid for their own shapes, and `c` is borrowed alone.
    T::with_workspace(|workspace| unsafe {
        workspace.multiply(sizes, strided(&a), strided(&b), target, accumulate);
    });
}
