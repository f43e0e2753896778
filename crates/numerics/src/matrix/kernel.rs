//! The innermost loop: one tile of C held in registers while k runs.
//!
//! Written with arrays of constant size, which the compiler turns into fused multiply-adds on whole vector
//! registers: twelve accumulators of the sixteen registers of AVX2, the rest for a row of B and a broadcast
//! of A. Where the processor has AVX-512, the same code is compiled a second time for its registers, which hold
//! twice as much. Every element has its own chain, so neither the shape of the tile nor the choice between the
//! two can be seen in the result.

use super::arithmetic::Arithmetic;

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
    /// Longest block of k, so that a panel of B, `width` columns of it, stays in a first-level cache.
    pub depth: usize,
    pub wide: [TileFunction<T>; ROWS],
    pub half: [TileFunction<T>; ROWS],
}

/// A number type with micro-kernels.
pub trait Tiled: Arithmetic {
    /// The micro-kernels for this processor: those for the registers of AVX-512 where it has them.
    fn kernels() -> &'static Kernels<Self>;
}

/// # Safety
/// `a`, `b` and `c` must be valid for `R` x `depth`, `depth` x `W` and `R` x `W` elements at the given
/// distances, and `c` must not overlap the others.
#[inline(always)]
unsafe fn tile<T: Arithmetic, const R: usize, const W: usize>(tile: &Tile<T>) {
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

/// [`tile`] compiled for the registers of AVX-512.
///
/// # Safety
/// As `tile`; moreover the processor must have AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn tile_512<T: Arithmetic, const R: usize, const W: usize>(arguments: &Tile<T>) {
    // SAFETY: as the caller promises.
    unsafe { tile::<T, R, W>(arguments) }
}

/// The kernels with 1 to 6 rows of one type and width.
macro_rules! by_rows {
    ($tile:ident, $type:ty, $width:literal) => {
        [
            $tile::<$type, 1, $width>,
            $tile::<$type, 2, $width>,
            $tile::<$type, 3, $width>,
            $tile::<$type, 4, $width>,
            $tile::<$type, 5, $width>,
            $tile::<$type, 6, $width>,
        ]
    };
}

static SINGLE: Kernels<f32> =
    Kernels { width: 16, depth: 384, wide: by_rows!(tile, f32, 16), half: by_rows!(tile, f32, 8) };

static DOUBLE: Kernels<f64> =
    Kernels { width: 8, depth: 384, wide: by_rows!(tile, f64, 8), half: by_rows!(tile, f64, 4) };

#[cfg(target_arch = "x86_64")]
static SINGLE_512: Kernels<f32> =
    Kernels { width: 32, depth: 256, wide: by_rows!(tile_512, f32, 32), half: by_rows!(tile_512, f32, 16) };

#[cfg(target_arch = "x86_64")]
static DOUBLE_512: Kernels<f64> =
    Kernels { width: 16, depth: 256, wide: by_rows!(tile_512, f64, 16), half: by_rows!(tile_512, f64, 8) };

macro_rules! tiled {
    ($type:ty, $usual:ident, $wider:ident) => {
        impl Tiled for $type {
            fn kernels() -> &'static Kernels<$type> {
                #[cfg(target_arch = "x86_64")]
                if std::arch::is_x86_feature_detected!("avx512f") {
                    return &$wider;
                }
                &$usual
            }
        }
    };
}

tiled!(f32, SINGLE, SINGLE_512);
tiled!(f64, DOUBLE, DOUBLE_512);
