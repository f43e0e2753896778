//! The innermost loop: one tile of C held in registers while k runs.
//!
//! Written with arrays of constant size, which the compiler turns into fused multiply-adds on whole vector
//! registers: twelve accumulators of the sixteen registers of AVX2, the rest for a row of B and a broadcast
//! of A. Every element has its own chain, so the shape of the tile cannot be seen in the result.

use super::real::Real;

/// Most rows of a tile.
pub const ROWS: usize = 6;

/// One call of a micro-kernel: rows x width elements of C, `depth` steps over k.
pub struct Tile<T> {
    /// Number of terms of each chain.
    pub depth: usize,
    /// First element of A, and its distances to the next row and to the next k.
    pub a: *const T,
    pub a_row: isize,
    pub a_step: isize,
    /// First element of B, whose columns are contiguous, and the distance to the next k.
    pub b: *const T,
    pub b_step: isize,
    /// First element of C, whose columns are contiguous, and the distance to the next row.
    pub c: *mut T,
    pub c_row: isize,
    /// Continue the chains found in C, rather than start at zero.
    pub accumulate: bool,
}

/// A micro-kernel for one tile shape.
pub type TileFunction<T> = unsafe fn(&Tile<T>);

/// The micro-kernels of one number type, indexed by the number of rows less one.
pub struct Kernels<T> {
    /// Columns of a wide tile (two vector registers); a half tile has half as many.
    pub width: usize,
    pub wide: [TileFunction<T>; ROWS],
    pub half: [TileFunction<T>; ROWS],
}

/// # Safety
/// `a`, `b` and `c` must be valid for `R` x `depth`, `depth` x `W` and `R` x `W` elements at the given
/// distances, and `c` must not overlap the others.
unsafe fn tile<T: Real, const R: usize, const W: usize>(tile: &Tile<T>) {
    let mut chains = [[T::ZERO; W]; R];
    // SAFETY: the caller vouches for every address formed here.
    unsafe {
        if tile.accumulate {
            for (i, row) in chains.iter_mut().enumerate() {
                *row = tile.c.offset(i as isize * tile.c_row).cast::<[T; W]>().read();
            }
        }
        let (mut a, mut b) = (tile.a, tile.b);
        for _ in 0..tile.depth {
            let b_values = b.cast::<[T; W]>().read();
            for (i, row) in chains.iter_mut().enumerate() {
                let a_value = *a.offset(i as isize * tile.a_row);
                for (chain, &b_value) in row.iter_mut().zip(&b_values) {
                    *chain = a_value.fused(b_value, *chain);
                }
            }
            a = a.wrapping_offset(tile.a_step);
            b = b.wrapping_offset(tile.b_step);
        }
        for (i, &row) in chains.iter().enumerate() {
            tile.c.offset(i as isize * tile.c_row).cast::<[T; W]>().write(row);
        }
    }
}

/// The kernels with 1 to 6 rows of one type and width.
macro_rules! by_rows {
    ($type:ty, $width:literal) => {
        [
            tile::<$type, 1, $width>,
            tile::<$type, 2, $width>,
            tile::<$type, 3, $width>,
            tile::<$type, 4, $width>,
            tile::<$type, 5, $width>,
            tile::<$type, 6, $width>,
        ]
    };
}

pub static SINGLE: Kernels<f32> = Kernels {
    width: 16,
    wide: by_rows!(f32, 16),
    half: by_rows!(f32, 8),
};

pub static DOUBLE: Kernels<f64> = Kernels {
    width: 8,
    wide: by_rows!(f64, 8),
    half: by_rows!(f64, 4),
};
