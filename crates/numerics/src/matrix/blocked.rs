//! The product in blocks that fit the caches.
//!
//! Blocks of k are visited in ascending order, and a block continues the chains that the one before it left
//! in C (storing a number and reading it back changes nothing). Everything else here is order of memory access.

use super::kernel::{Kernels, ROWS, Tile, TileFunction, Tiled};
use super::pack::{Buffer, pack_panel, pack_rows};
use super::strided::{Strided, StridedMut};
use super::transpose::Turned;

/// Bytes of A worked on at a time: they stay in a second-level cache of 256 KiB.
const BYTES_OF_A: usize = 192 * 1024;
/// Widest block of columns of B.
const COLUMNS: usize = 2048;
/// Bytes of B below which its rows are read in place.
const BYTES_OF_DIRECT_B: usize = 32 * 1024;
/// Length of the chains from which on it pays to fetch the next tile of C early.
const LONG: usize = 128;
/// Largest tile of C, in elements.
const TILE: usize = ROWS * 32;

/// Sizes of a product: C is `rows` x `columns`, and `depth` is the length of the sums.
#[derive(Clone, Copy)]
pub struct Sizes {
    pub rows: usize,
    pub columns: usize,
    pub depth: usize,
}

/// Packing buffers.
pub struct Buffers<T> {
    pub a: Buffer<T>,
    pub b: Buffer<T>,
}

/// A panel of B: `width` columns, the first `columns` of which belong to C.
struct Panel<T> {
    start: *const T,
    step: isize,
    columns: usize,
    wide: bool,
}

/// C = A B, or C += A B, for sizes that are not zero.
///
/// # Safety
/// The operands must be valid for the sizes, and C must not overlap A or B.
pub unsafe fn multiply<T: Tiled + Turned>(
    buffers: &mut Buffers<T>,
    sizes: Sizes,
    a: Strided<T>,
    b: Strided<T>,
    c: StridedMut<T>,
    accumulate: bool,
) {
    let direct = reads_b_in_place(sizes, b);
    let blocks = sizes.depth.div_ceil(T::kernels().depth);
    for j in (0..sizes.columns).step_by(COLUMNS) {
        let columns = COLUMNS.min(sizes.columns - j);
        let mut k = 0;
        for block in 0..blocks {
            let depth = share(sizes.depth, blocks, block);
            let part = Sizes { rows: sizes.rows, columns, depth };
            // SAFETY: parts of the operands that the caller vouches for.
            unsafe {
                let source = Source::new(&mut buffers.b, b.from(k, j), part, direct);
                let continues = accumulate || block > 0;
                multiply_block(&mut buffers.a, part, a.from(0, k), &source, c.from(0, j), continues);
            }
            k += depth;
        }
    }
}

/// Size of part `index` when `total` is cut into `parts` nearly equal parts.
fn share(total: usize, parts: usize, index: usize) -> usize {
    total / parts + usize::from(index < total % parts)
}

/// Whether packing B costs more than it saves: few rows use it, or it is small.
fn reads_b_in_place<T: Tiled + Turned>(sizes: Sizes, b: Strided<T>) -> bool {
    b.column == 1 && (sizes.rows <= 2 * ROWS || sizes.depth * sizes.columns * size_of::<T>() <= BYTES_OF_DIRECT_B)
}

/// Whether a copy of A, read once by each panel of B, costs less than reading it where it is. Rows that run along
/// memory are read nearly as fast as a copy, unless they are a multiple of half a page apart: then they fall on the
/// same few sets of the cache.
fn packing_a_pays<T: Tiled + Turned>(a: Strided<T>, panels: usize) -> bool {
    const HALF_PAGE: usize = 2048;
    let crowded = (a.row.unsigned_abs() * size_of::<T>()).is_multiple_of(HALF_PAGE);
    if a.column == 1 && !crowded { panels > 16 } else { panels > 4 }
}

/// Where the panels of one block of B are found.
struct Source<T> {
    /// Whole panels: in place, or packed one after the other.
    whole: Strided<T>,
    /// Distance from a whole panel to the next.
    next: isize,
    /// The last panel, if it is not whole: packed with zeros, or in place where it is just half a panel.
    rest: Strided<T>,
    columns: usize,
    width: usize,
}

impl<T: Tiled + Turned> Source<T> {
    /// # Safety
    /// `b` must be readable for `part.depth` x `part.columns`.
    unsafe fn new(buffer: &mut Buffer<T>, b: Strided<T>, part: Sizes, direct: bool) -> Self {
        let width = T::kernels().width;
        let whole = part.columns / width;
        let rest = part.columns % width;
        let rest_in_place = direct && rest == width / 2;
        let packed_panels = if direct { 0 } else { whole };
        let packs_rest = rest > 0 && !rest_in_place;
        let panel_size = width * part.depth;
        let rest_width = if rest <= width / 2 { width / 2 } else { width };
        let room = buffer.room((packed_panels + usize::from(packs_rest)) * panel_size);
        // SAFETY: panels within the part of `b` that the caller vouches for.
        unsafe {
            let mut panels = room.chunks_exact_mut(panel_size);
            for (index, panel) in panels.by_ref().take(packed_panels).enumerate() {
                pack_panel(b.from(0, index * width), part.depth, width, width, panel);
            }
            if let Some(panel) = panels.next() {
                pack_panel(b.from(0, whole * width), part.depth, rest, rest_width, panel);
            }
        }
        let packed = Strided { start: room.as_ptr(), row: width as isize, column: 1 };
        Self {
            whole: if direct { b } else { packed },
            next: if direct { width } else { panel_size } as isize,
            rest: if rest_in_place {
                b.from(0, whole * width)
            } else {
                let start = packed.start.wrapping_add(packed_panels * panel_size);
                Strided { start, row: rest_width as isize, column: 1 }
            },
            columns: part.columns,
            width,
        }
    }

    fn panels(&self) -> impl Iterator<Item = Panel<T>> + '_ {
        (0..self.columns.div_ceil(self.width)).map(|index| {
            let columns = self.width.min(self.columns - index * self.width);
            let wide = columns > self.width / 2;
            if columns == self.width {
                let start = self.whole.start.wrapping_offset(index as isize * self.next);
                Panel { start, step: self.whole.row, columns, wide }
            } else {
                Panel { start: self.rest.start, step: self.rest.row, columns, wide }
            }
        })
    }
}

/// One block of k and of columns: all rows, in blocks that stay in the second-level cache.
///
/// # Safety
/// As `multiply`.
unsafe fn multiply_block<T: Tiled + Turned>(
    buffer: &mut Buffer<T>,
    part: Sizes,
    a: Strided<T>,
    b: &Source<T>,
    c: StridedMut<T>,
    accumulate: bool,
) {
    let kernels = T::kernels();
    let most = (BYTES_OF_A / (part.depth * size_of::<T>())).next_multiple_of(ROWS);
    let packs = packing_a_pays(a, part.columns.div_ceil(b.width));
    for first in (0..part.rows).step_by(most) {
        let rows = most.min(part.rows - first);
        let a = a.from(first, 0);
        let tiles = rows.div_ceil(ROWS);
        // SAFETY: tiles within the operands that the caller vouches for.
        unsafe {
            let packed = packs.then(|| pack_tiles(buffer, a, rows, part.depth));
            for (index, panel) in b.panels().enumerate() {
                let mut i = 0;
                for tile in 0..tiles {
                    let height = share(rows, tiles, tile);
                    let a = match packed {
                        Some(start) => Strided { start: start.add(i * part.depth), row: 1, column: height as isize },
                        None => a.from(i, 0),
                    };
                    let c = c.from(first + i, index * b.width);
                    if part.depth >= LONG {
                        (height..2 * height).for_each(|row| prefetch(c.from(row, 0).start));
                    }
                    multiply_tile(kernels, height, part.depth, a, &panel, c, accumulate);
                    i += height;
                }
            }
        }
    }
}

/// Asks for a cache line that will soon be needed; any address will do.
#[inline(always)]
fn prefetch<T>(address: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, which reads nothing.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(address.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

/// Packs the tiles of a block of A one after the other.
///
/// # Safety
/// `a` must be readable for `rows` x `depth`.
unsafe fn pack_tiles<T: Tiled + Turned>(buffer: &mut Buffer<T>, a: Strided<T>, rows: usize, depth: usize) -> *const T {
    let packed = buffer.room(rows * depth);
    let tiles = rows.div_ceil(ROWS);
    let mut i = 0;
    for tile in 0..tiles {
        let height = share(rows, tiles, tile);
        // SAFETY: rows i .. i + height of `a`.
        unsafe { pack_rows(a.from(i, 0), height, depth, &mut packed[i * depth..]) };
        i += height;
    }
    packed.as_ptr()
}

/// One tile, by way of a small buffer where C has fewer columns than the panel or they are not contiguous.
///
/// # Safety
/// As `multiply`, for a tile of `rows` x `panel.columns`.
#[inline(always)]
unsafe fn multiply_tile<T: Tiled + Turned>(
    kernels: &Kernels<T>,
    rows: usize,
    depth: usize,
    a: Strided<T>,
    panel: &Panel<T>,
    c: StridedMut<T>,
    accumulate: bool,
) {
    let functions = if panel.wide { &kernels.wide } else { &kernels.half };
    let function: TileFunction<T> = functions[rows - 1];
    let width = if panel.wide { kernels.width } else { kernels.width / 2 };
    let mut tile = Tile {
        depth,
        a: a.start,
        a_row: a.row,
        a_step: a.column,
        b: panel.start,
        b_step: panel.step,
        c: c.start,
        c_row: c.row,
        accumulate,
    };
    // SAFETY: the caller vouches for the operands; the buffer holds the largest tile.
    unsafe {
        if panel.columns == width && c.column == 1 {
            return function(&tile);
        }
        let mut values = [T::ZERO; TILE];
        if accumulate {
            for i in 0..rows {
                for j in 0..panel.columns {
                    values[i * width + j] = c.shared().read(i, j);
                }
            }
        }
        tile.c = values.as_mut_ptr();
        tile.c_row = width as isize;
        function(&tile);
        for i in 0..rows {
            for j in 0..panel.columns {
                c.write(i, j, values[i * width + j]);
            }
        }
    }
}
