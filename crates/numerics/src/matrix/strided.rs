//! A matrix in memory as the product sees it: an address and two distances.

use super::arithmetic::Arithmetic;

/// A matrix that is only read; its size is known to whoever holds it.
#[derive(Clone, Copy)]
pub struct Strided<T> {
    /// Address of element (0, 0).
    pub start: *const T,
    /// Distance from a row to the next, in elements.
    pub row: isize,
    /// Distance from a column to the next, in elements.
    pub column: isize,
}

impl<T: Arithmetic> Strided<T> {
    /// The same memory with rows and columns exchanged.
    pub fn transposed(self) -> Self {
        Self { start: self.start, row: self.column, column: self.row }
    }

    /// The part that begins at element (i, j). Forms an address without reading it.
    pub fn from(self, i: usize, j: usize) -> Self {
        let distance = i as isize * self.row + j as isize * self.column;
        Self { start: self.start.wrapping_offset(distance), ..self }
    }

    /// # Safety
    /// Element (i, j) must lie inside the matrix.
    #[inline(always)]
    pub unsafe fn read(self, i: usize, j: usize) -> T {
        // SAFETY: as the caller promises.
        unsafe { *self.from(i, j).start }
    }
}

/// A matrix that is written.
#[derive(Clone, Copy)]
pub struct StridedMut<T> {
    /// Address of element (0, 0).
    pub start: *mut T,
    /// Distance from a row to the next, in elements.
    pub row: isize,
    /// Distance from a column to the next, in elements.
    pub column: isize,
}

impl<T: Arithmetic> StridedMut<T> {
    /// The same memory with rows and columns exchanged.
    pub fn transposed(self) -> Self {
        Self { start: self.start, row: self.column, column: self.row }
    }

    /// The part that begins at element (i, j). Forms an address without reading it.
    pub fn from(self, i: usize, j: usize) -> Self {
        let distance = i as isize * self.row + j as isize * self.column;
        Self { start: self.start.wrapping_offset(distance), ..self }
    }

    /// The same matrix, to be read.
    pub fn shared(self) -> Strided<T> {
        Strided { start: self.start, row: self.row, column: self.column }
    }

    /// # Safety
    /// Element (i, j) must lie inside the matrix.
    #[inline(always)]
    pub unsafe fn write(self, i: usize, j: usize, value: T) {
        // SAFETY: as the caller promises.
        unsafe { *self.from(i, j).start = value }
    }
}
