//! Copies of parts of A and B in the order in which the micro-kernel reads them.
//!
//! Packing moves numbers and never changes one, so whether a part is packed cannot be seen in the result.

use super::kernel::ROWS;
use super::strided::Strided;
use super::transpose::{SIDE, Turned};

/// A buffer that grows and is kept from call to call.
pub struct Buffer<T> {
    storage: Vec<T>,
}

impl<T: Turned> Buffer<T> {
    pub const fn new() -> Self {
        Self { storage: Vec::new() }
    }

    /// Room for `length` elements that begins at a cache line; its contents are arbitrary.
    pub fn room(&mut self, length: usize) -> &mut [T] {
        const LINE: usize = 64;
        let spare = LINE / size_of::<T>();
        if self.storage.len() < length + spare {
            self.storage.resize(length + spare, T::ZERO);
        }
        let skip = self.storage.as_ptr().align_offset(LINE).min(spare);
        &mut self.storage[skip..skip + length]
    }
}

/// Packs `count` columns of B (`depth` rows) into a panel of `width` columns, zeros where B has none.
///
/// # Safety
/// `b` must be readable for `depth` x `count`; `panel` holds `depth` x `width` elements and `count <= width`.
pub unsafe fn pack_panel<T: Turned>(b: Strided<T>, depth: usize, count: usize, width: usize, panel: &mut [T]) {
    let panel = &mut panel[..depth * width];
    // SAFETY: the caller vouches for `b`, and `panel` has been cut to size.
    unsafe {
        if count < width {
            for (k, row) in panel.chunks_exact_mut(width).enumerate() {
                for (j, slot) in row.iter_mut().enumerate() {
                    *slot = if j < count { b.read(k, j) } else { T::ZERO };
                }
            }
        } else if b.column == 1 {
            match width {
                32 => copy_rows::<T, 32>(b, panel),
                16 => copy_rows::<T, 16>(b, panel),
                8 => copy_rows::<T, 8>(b, panel),
                _ => copy_rows::<T, 4>(b, panel),
            }
        } else if b.row == 1 && width.is_multiple_of(SIDE) {
            transpose_panel(b, depth, width, panel);
        } else {
            for (k, row) in panel.chunks_exact_mut(width).enumerate() {
                for (j, slot) in row.iter_mut().enumerate() {
                    *slot = b.read(k, j);
                }
            }
        }
    }
}

/// Packs a full panel of `W` columns of a B whose rows run along memory: of known length, so that no row costs the
/// call of a function.
///
/// # Safety
/// As `pack_panel`; moreover `b.column` is 1.
unsafe fn copy_rows<T: Turned, const W: usize>(b: Strided<T>, panel: &mut [T]) {
    let (rows, []) = panel.as_chunks_mut::<W>() else { unreachable!("whole rows") };
    for (k, row) in rows.iter_mut().enumerate() {
        // SAFETY: row k, as the caller promises.
        *row = unsafe { b.from(k, 0).start.cast::<[T; W]>().read() };
    }
}

/// Packs a full panel of a B whose columns run along memory, square by square.
///
/// # Safety
/// As `pack_panel`; moreover `b.row` is 1 and `width` a multiple of the square's side.
unsafe fn transpose_panel<T: Turned>(b: Strided<T>, depth: usize, width: usize, panel: &mut [T]) {
    let whole = depth - depth % SIDE;
    // SAFETY: squares lie inside `depth` x `width` by the bounds of the loops.
    unsafe {
        for k in (0..whole).step_by(SIDE) {
            for j in (0..width).step_by(SIDE) {
                let square = std::array::from_fn(|column| b.from(k, j + column).start.cast::<[T; SIDE]>().read());
                let corner = panel.as_mut_ptr().add(k * width + j);
                for (row, values) in T::transposed(&square).into_iter().enumerate() {
                    corner.add(row * width).cast::<[T; SIDE]>().write(values);
                }
            }
        }
        for k in whole..depth {
            for j in 0..width {
                panel[k * width + j] = b.read(k, j);
            }
        }
    }
}

/// Packs `rows` rows of A (`depth` columns) so that the rows of one k lie side by side.
///
/// # Safety
/// `a` must be readable for `rows` x `depth`; `packed` holds that many elements; `rows` is 1 to 6.
pub unsafe fn pack_rows<T: Turned>(a: Strided<T>, rows: usize, depth: usize, packed: &mut [T]) {
    let packed = &mut packed[..rows * depth];
    // SAFETY: as the caller promises.
    unsafe {
        match rows {
            1 => pack_some_rows::<T, 1>(a, packed),
            2 => pack_some_rows::<T, 2>(a, packed),
            3 => pack_some_rows::<T, 3>(a, packed),
            4 => pack_some_rows::<T, 4>(a, packed),
            5 => pack_some_rows::<T, 5>(a, packed),
            _ => pack_some_rows::<T, ROWS>(a, packed),
        }
    }
}

/// # Safety
/// `a` must be readable for `R` rows and as many columns as fill `packed`.
unsafe fn pack_some_rows<T: Turned, const R: usize>(a: Strided<T>, packed: &mut [T]) {
    let (slots, _) = packed.as_chunks_mut::<R>();
    // SAFETY: k counts the columns; squares end before the last one.
    unsafe {
        if a.row == 1 {
            for (k, slot) in slots.iter_mut().enumerate() {
                *slot = a.from(0, k).start.cast::<[T; R]>().read();
            }
            return;
        }
        let whole = if a.column == 1 { slots.len() - slots.len() % SIDE } else { 0 };
        for k in (0..whole).step_by(SIDE) {
            let mut square = [[T::ZERO; SIDE]; SIDE];
            for (row, values) in square.iter_mut().enumerate().take(R) {
                *values = a.from(row, k).start.cast::<[T; SIDE]>().read();
            }
            for (slot, values) in slots[k..k + SIDE].iter_mut().zip(T::transposed(&square)) {
                slot.copy_from_slice(&values[..R]);
            }
        }
        for (k, slot) in slots.iter_mut().enumerate().skip(whole) {
            *slot = std::array::from_fn(|row| a.read(row, k));
        }
    }
}
