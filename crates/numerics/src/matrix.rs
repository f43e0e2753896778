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

mod blocked;
mod kernel;
mod pack;
mod real;
mod strided;
mod transpose;
mod vector;

pub use real::Real;

use blocked::{Buffers, Sizes};
use pack::Buffer;
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

/// Packing buffers that are kept between products, so that a product allocates nothing once they have grown.
pub struct Workspace<T> {
    buffers: Buffers<T>,
    x: Buffer<T>,
    y: Buffer<T>,
}

impl<T: Real> Default for Workspace<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Real> Workspace<T> {
    /// Empty buffers.
    pub const fn new() -> Self {
        Self { buffers: Buffers { a: Buffer::new(), b: Buffer::new() }, x: Buffer::new(), y: Buffer::new() }
    }

    /// C = A B, or C += A B where `accumulate` is set, for an m x k matrix A, a k x n matrix B and an m x n matrix C.
    ///
    /// Element (i, j) of a matrix is at `i * row_stride + j * column_stride` of its slice, so a transposed matrix is
    /// the same slice with its strides exchanged. Two elements of C must not share a place, else what is found
    /// there is one of the two.
    ///
    /// # Panics
    /// If a matrix reaches past the end of its slice.
    #[allow(clippy::too_many_arguments)]
    pub fn gemm(
        &mut self,
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
        check_extent("A", m, k, a_row_stride, a_column_stride, a.len());
        check_extent("B", k, n, b_row_stride, b_column_stride, b.len());
        check_extent("C", m, n, c_row_stride, c_column_stride, c.len());
        let sizes = Sizes { rows: m, columns: n, depth: k };
        let a = Strided { start: a.as_ptr(), row: a_row_stride as isize, column: a_column_stride as isize };
        let b = Strided { start: b.as_ptr(), row: b_row_stride as isize, column: b_column_stride as isize };
        let c = StridedMut { start: c.as_mut_ptr(), row: c_row_stride as isize, column: c_column_stride as isize };
        // SAFETY: every element was checked to lie in its slice, and `c` is borrowed alone.
        unsafe { self.multiply(sizes, a, b, c, accumulate) }
    }

    /// Chooses how to compute a product.
    ///
    /// # Safety
    /// The operands must be valid for the sizes, and C must not overlap A or B.
    unsafe fn multiply(&mut self, sizes: Sizes, a: Strided<T>, b: Strided<T>, c: StridedMut<T>, accumulate: bool) {
        let Sizes { rows, columns, depth } = sizes;
        // SAFETY: as the caller promises; exchanging A with Bᵀ and B with Aᵀ gives Cᵀ, whose chains are the same.
        unsafe {
            if rows == 0 || columns == 0 || (depth == 0 && accumulate) {
                // Nothing to write.
            } else if depth == 0 {
                fill_zero(sizes, c);
            } else if columns == 1 {
                self.multiply_vector(sizes, a, b, c, accumulate);
            } else if rows == 1 {
                let sizes = Sizes { rows: columns, columns: 1, depth };
                self.multiply_vector(sizes, b.transposed(), a.transposed(), c.transposed(), accumulate);
            } else if (c.row == 1 && c.column != 1) || vectors_along_rows(sizes, a) {
                let sizes = Sizes { rows: columns, columns: rows, depth };
                let (a, b) = (b.transposed(), a.transposed());
                blocked::multiply(&mut self.buffers, sizes, a, b, c.transposed(), accumulate);
            } else {
                blocked::multiply(&mut self.buffers, sizes, a, b, c, accumulate);
            }
        }
    }

    /// A product with one column, through contiguous copies of the vectors where they are not contiguous.
    ///
    /// # Safety
    /// As `multiply`, with `sizes.columns == 1`.
    unsafe fn multiply_vector(
        &mut self,
        sizes: Sizes,
        a: Strided<T>,
        b: Strided<T>,
        c: StridedMut<T>,
        accumulate: bool,
    ) {
        // SAFETY: b holds `depth` and c `rows` elements.
        unsafe {
            let x = if b.row == 1 {
                std::slice::from_raw_parts(b.start, sizes.depth)
            } else {
                let copy = self.x.room(sizes.depth);
                for (k, value) in copy.iter_mut().enumerate() {
                    *value = b.read(k, 0);
                }
                copy
            };
            if c.row == 1 {
                let y = std::slice::from_raw_parts_mut(c.start, sizes.rows);
                return vector::multiply(a, x, y, accumulate);
            }
            let y = self.y.room(sizes.rows);
            for (i, value) in y.iter_mut().enumerate() {
                *value = c.shared().read(i, 0);
            }
            vector::multiply(a, x, y, accumulate);
            for (i, &value) in y.iter().enumerate() {
                c.write(i, 0, value);
            }
        }
    }
}

/// Whether vector registers had better hold elements of a column of C than of a row: C is narrow, its columns lie side
/// by side in A, and the chains are long enough to pay for storing the elements one by one.
fn vectors_along_rows<T: Real>(sizes: Sizes, a: Strided<T>) -> bool {
    let narrow = sizes.columns < sizes.rows && sizes.columns < 2 * T::kernels().width;
    narrow && a.row == 1 && sizes.depth >= 64
}

/// # Safety
/// `c` must be valid for the sizes.
unsafe fn fill_zero<T: Real>(sizes: Sizes, c: StridedMut<T>) {
    for i in 0..sizes.rows {
        for j in 0..sizes.columns {
            // SAFETY: element (i, j) of the matrix.
            unsafe { c.write(i, j, T::ZERO) };
        }
    }
}

/// Panics unless a strided matrix ends inside its slice.
fn check_extent(name: &str, rows: usize, columns: usize, row_stride: usize, column_stride: usize, length: usize) {
    if rows == 0 || columns == 0 {
        return;
    }
    let last = (rows - 1)
        .checked_mul(row_stride)
        .zip((columns - 1).checked_mul(column_stride))
        .and_then(|(down, across)| down.checked_add(across));
    assert!(
        last.is_some_and(|last| last < length),
        "matrix product: {name} is {rows} x {columns} with strides {row_stride} and {column_stride}, \
         which reaches past its slice of length {length}"
    );
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
