//! The two number types of the products, reductions and decompositions.

use std::cell::RefCell;
use std::fmt::{Debug, Display};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use super::Workspace;
use super::kernel::{self, Kernels};
use super::transpose::{self, GROUP, Square};

/// A floating-point number: `f32` or `f64`.
///
/// Sealed: only operations whose bits IEEE 754 fixes are offered (sum, difference, product, quotient,
/// square root, fused multiply-add), so a computation written over `Real` gives the same bits on every machine.
pub trait Real:
    Internal
    + Copy
    + Debug
    + Default
    + Display
    + PartialEq
    + PartialOrd
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + SubAssign
    + Mul<Output = Self>
    + MulAssign
    + Div<Output = Self>
    + DivAssign
    + Neg<Output = Self>
    + Send
    + Sync
    + 'static
{
    /// Positive zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
    /// Positive infinity.
    const INFINITY: Self;
    /// A quiet not-a-number.
    const NAN: Self;

    /// `self * factor + addend` with one rounding.
    fn fused(self, factor: Self, addend: Self) -> Self;
    /// Square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// Magnitude.
    fn abs(self) -> Self;
    /// Nearest number of this type.
    fn from_f64(value: f64) -> Self;
    /// The same number in double precision (exact).
    fn to_f64(self) -> f64;
}

/// What the product needs of a number type and users do not.
pub trait Internal: Sized + 'static {
    /// The micro-kernels for this type.
    fn kernels() -> &'static Kernels<Self>;
    /// Rows and columns of a small square exchanged.
    fn transposed(square: &Square<Self>) -> Square<Self>;
    /// Continues the chains of sixteen rows of A, whose columns are contiguous, over a multiple of eight factors.
    ///
    /// # Safety
    /// `a` must be readable for sixteen rows of `x.len()` numbers, `row` apart.
    unsafe fn advance(a: *const Self, row: isize, x: &[Self], sums: &mut [Self; GROUP]);
    /// Lends this thread's packing buffers.
    fn with_workspace<R>(work: impl FnOnce(&mut Workspace<Self>) -> R) -> R;
}

macro_rules! real {
    ($type:ident, $kernels:path, $transpose:path, $advance:path) => {
        impl Real for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const INFINITY: Self = $type::INFINITY;
            const NAN: Self = $type::NAN;

            #[inline(always)]
            fn fused(self, factor: Self, addend: Self) -> Self {
                self.mul_add(factor, addend)
            }

            #[inline(always)]
            fn sqrt(self) -> Self {
                self.sqrt()
            }

            #[inline(always)]
            fn abs(self) -> Self {
                self.abs()
            }

            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as $type
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
        }

        impl Internal for $type {
            fn kernels() -> &'static Kernels<Self> {
                $kernels()
            }

            #[inline(always)]
            fn transposed(square: &Square<Self>) -> Square<Self> {
                $transpose(square)
            }

            #[inline(always)]
            unsafe fn advance(a: *const Self, row: isize, x: &[Self], sums: &mut [Self; GROUP]) {
                // SAFETY: as the caller promises.
                unsafe { $advance(a, row, x, sums) }
            }

            fn with_workspace<R>(work: impl FnOnce(&mut Workspace<Self>) -> R) -> R {
                thread_local! {
                    static WORKSPACE: RefCell<Workspace<$type>> = const { RefCell::new(Workspace::new()) };
                }
                WORKSPACE.with(|workspace| work(&mut workspace.borrow_mut()))
            }
        }
    };
}

real!(f32, kernel::single, transpose::single, transpose::advance_single);
real!(f64, kernel::double, transpose::double, transpose::advance_double);
