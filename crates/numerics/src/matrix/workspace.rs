//! Packing buffers that are kept between products, and the choice of how a product is computed.

use std::cell::RefCell;

use super::blocked::{self, Buffers, Sizes};
use super::kernel::Tiled;
use super::pack::Buffer;
use super::strided::{Strided, StridedMut};
use super::transpose::Turned;
use super::vector;

/// Packing buffers that are kept between products, so that a product allocates nothing once they have grown.
pub struct Workspace<T> {
    buffers: Buffers<T>,
    x: Buffer<T>,
    y: Buffer<T>,
}

impl<T: Tiled + Turned> Default for Workspace<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Tiled + Turned> Workspace<T> {
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
    pub(super) unsafe fn multiply(
        &mut self,
        sizes: Sizes,
        a: Strided<T>,
        b: Strided<T>,
        c: StridedMut<T>,
        accumulate: bool,
    ) {
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
                if c.row == 1 || depth <= T::kernels().depth {
                    blocked::multiply(&mut self.buffers, sizes, a, b, c.transposed(), accumulate);
                } else {
                    self.multiply_aside(sizes, a, b, c.transposed(), accumulate);
                }
            } else {
                blocked::multiply(&mut self.buffers, sizes, a, b, c, accumulate);
            }
        }
    }

    /// A product whose C has rows that are not contiguous, by way of a copy that has: each block of k would write them
    /// element by element.
    ///
    /// # Safety
    /// As `multiply`.
    unsafe fn multiply_aside(
        &mut self,
        sizes: Sizes,
        a: Strided<T>,
        b: Strided<T>,
        c: StridedMut<T>,
        accumulate: bool,
    ) {
        let copy = self.y.room(sizes.rows * sizes.columns);
        // SAFETY: the copy has the sizes of C.
        unsafe {
            if accumulate {
                for (i, row) in copy.chunks_exact_mut(sizes.columns).enumerate() {
                    for (j, value) in row.iter_mut().enumerate() {
                        *value = c.shared().read(i, j);
                    }
                }
            }
            let target = StridedMut { start: copy.as_mut_ptr(), row: sizes.columns as isize, column: 1 };
            blocked::multiply(&mut self.buffers, sizes, a, b, target, accumulate);
            for (i, row) in copy.chunks_exact(sizes.columns).enumerate() {
                for (j, &value) in row.iter().enumerate() {
                    c.write(i, j, value);
                }
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

/// A number type with packing buffers for each thread.
pub trait Buffered: Tiled + Turned {
    /// Lends this thread's packing buffers.
    fn with_workspace<R>(work: impl FnOnce(&mut Workspace<Self>) -> R) -> R;
}

macro_rules! buffered {
    ($type:ty) => {
        impl Buffered for $type {
            fn with_workspace<R>(work: impl FnOnce(&mut Workspace<Self>) -> R) -> R {
                thread_local! {
                    static WORKSPACE: RefCell<Workspace<$type>> = const { RefCell::new(Workspace::new()) };
                }
                WORKSPACE.with(|workspace| work(&mut workspace.borrow_mut()))
            }
        }
    };
}

buffered!(f32);
buffered!(f64);

/// Whether vector registers had better hold elements of a column of C than of a row: C is narrow, its columns lie side
/// by side in A, and the chains are long enough to pay for storing the elements one by one.
fn vectors_along_rows<T: Tiled + Turned>(sizes: Sizes, a: Strided<T>) -> bool {
    let narrow = sizes.columns < sizes.rows && sizes.columns <= 2 * T::kernels().width;
    narrow && a.row == 1 && sizes.depth >= 64
}

/// # Safety
/// `c` must be valid for the sizes.
unsafe fn fill_zero<T: Tiled + Turned>(sizes: Sizes, c: StridedMut<T>) {
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
