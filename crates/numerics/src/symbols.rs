//! The C names of the elementary functions, defined on the `libm` crate.
//!
//! Our own code calls [`crate::elementary`]. Dependencies do not: statistics, optimization and plotting
//! libraries call `f64::exp` and its kin, which the compiler turns into calls of the C symbols `exp`,
//! `log`, `tanh` and so on. A program that contains this module defines those symbols itself, so the
//! calls are bound at link time to the same code as ours, and the C library's versions, which vary
//! with library and processor, are never reached. A definition in the program takes precedence over one
//! in a shared library, and over an archive member that nothing has asked for yet.
//!
//! Not redefined are the functions that IEEE 754 or C define exactly (`sqrt`, `fma`, `fmod`, `floor`,
//! `rint`, `ldexp`, `frexp`, …): every C library gives the same bits for them.
//!
//! Two limits. The compiler evaluates a call with a constant argument while compiling, with the C
//! library of the building machine (`-C llvm-args=-disable-fp-call-folding` stops that). And a shared
//! library that was linked elsewhere keeps the functions it was linked with.

use std::hint::black_box;

/// Declares C symbols of one signature and collects their names and addresses.
macro_rules! symbols {
    (
        one: [$($one:ident)+];
        one_single: [$($one_single:ident)+];
        two: [$($two:ident)+];
        two_single: [$($two_single:ident)+];
        others: [$($other:ident)+];
    ) => {
        /// The definitions. They are reached by name through the linker, never by path.
        ///
        /// The bodies cannot call themselves: the `libm` crate's functions have mangled names and call
        /// no C symbol.
        mod definitions {
            $(
                // SAFETY: the name and signature are those of the C library's function, with its meaning.
                #[unsafe(no_mangle)]
                pub extern "C" fn $one(x: f64) -> f64 { libm::$one(x) }
            )+
            $(
                // SAFETY: as above.
                #[unsafe(no_mangle)]
                pub extern "C" fn $one_single(x: f32) -> f32 { libm::$one_single(x) }
            )+
            $(
                // SAFETY: as above.
                #[unsafe(no_mangle)]
                pub extern "C" fn $two(x: f64, y: f64) -> f64 { libm::$two(x, y) }
            )+
            $(
                // SAFETY: as above.
                #[unsafe(no_mangle)]
                pub extern "C" fn $two_single(x: f32, y: f32) -> f32 { libm::$two_single(x, y) }
            )+

            /// The optimizer merges `sin x` and `cos x` of one argument into this GNU function.
            ///
            /// # Safety
            /// Both pointers must be valid for writing.
            // SAFETY: as above.
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn sincos(x: f64, sine: *mut f64, cosine: *mut f64) {
                let (s, c) = libm::sincos(x);
                // SAFETY: the caller passes valid pointers.
                unsafe {
                    sine.write(s);
                    cosine.write(c);
                }
            }

            /// Single-precision form of `sincos`.
            ///
            /// # Safety
            /// Both pointers must be valid for writing.
            // SAFETY: as above.
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn sincosf(x: f32, sine: *mut f32, cosine: *mut f32) {
                let (s, c) = libm::sincosf(x);
                // SAFETY: the caller passes valid pointers.
                unsafe {
                    sine.write(s);
                    cosine.write(c);
                }
            }

            /// ln |Γ(x)|, with the sign of Γ(x) stored through the pointer.
            ///
            /// # Safety
            /// The pointer must be valid for writing.
            // SAFETY: as above.
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn lgamma_r(x: f64, sign: *mut i32) -> f64 {
                let (value, s) = libm::lgamma_r(x);
                // SAFETY: the caller passes a valid pointer.
                unsafe { sign.write(s) };
                value
            }

            /// Single-precision form of `lgamma_r`.
            ///
            /// # Safety
            /// The pointer must be valid for writing.
            // SAFETY: as above.
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn lgammaf_r(x: f32, sign: *mut i32) -> f32 {
                let (value, s) = libm::lgammaf_r(x);
                // SAFETY: the caller passes a valid pointer.
                unsafe { sign.write(s) };
                value
            }
        }

        /// The redefined C symbols: name and address of our definition.
        #[must_use]
        pub fn defined() -> Vec<(&'static str, *const ())> {
            vec![
                $((stringify!($one), definitions::$one as *const ()),)+
                $((stringify!($one_single), definitions::$one_single as *const ()),)+
                $((stringify!($two), definitions::$two as *const ()),)+
                $((stringify!($two_single), definitions::$two_single as *const ()),)+
                $((stringify!($other), definitions::$other as *const ()),)+
            ]
        }
    };
}

symbols! {
    one: [
        exp exp2 exp10 expm1 log log2 log10 log1p
        sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh
        cbrt erf erfc tgamma
    ];
    one_single: [
        expf exp2f exp10f expm1f logf log2f log10f log1pf
        sinf cosf tanf asinf acosf atanf sinhf coshf tanhf asinhf acoshf atanhf
        cbrtf erff erfcf tgammaf
    ];
    two: [pow atan2 hypot];
    two_single: [powf atan2f hypotf];
    others: [sincos sincosf lgamma_r lgammaf_r];
}

/// Makes sure that the program contains the definitions; call it once at the start.
///
/// A linker takes from a library only what something refers to. This function refers to every
/// definition, so whoever calls it has them all, in whatever order the libraries are linked.
pub fn install() {
    black_box(defined());
}
