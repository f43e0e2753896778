//! Names that only Apple's C library has, and that the optimizer puts there in the place of those that
//! [`numerics::symbols`] defines.
//!
//! They are here and not beside the others, because what one system needs is no reason to compute every result anew on
//! all of them.

use std::hint::black_box;

/// Sine and cosine, returned together in two registers.
#[repr(C)]
pub struct Both<T>(T, T);

// SAFETY: the names and signatures are those of the C library's functions, with their meaning.
#[unsafe(no_mangle)]
extern "C" fn __sincos_stret(x: f64) -> Both<f64> {
    let (sine, cosine) = libm::sincos(x);
    Both(sine, cosine)
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn __sincosf_stret(x: f32) -> Both<f32> {
    let (sine, cosine) = libm::sincosf(x);
    Both(sine, cosine)
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn __exp10(x: f64) -> f64 {
    libm::exp10(x)
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn __exp10f(x: f32) -> f32 {
    libm::exp10f(x)
}

/// Makes sure that the program contains the definitions.
pub(crate) fn install() {
    black_box([__sincos_stret as *const (), __sincosf_stret as *const (), __exp10 as *const (), __exp10f as *const ()]);
}
