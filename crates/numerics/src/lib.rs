//! Arithmetic with the same bits everywhere.
//!
//! The results of this workspace are compared byte by byte across machines. That needs arithmetic whose
//! every operation is defined to the last bit; the standard library and most numerical libraries do not
//! offer it, because their elementary functions, summation orders and blockings follow the machine. This
//! crate is where all arithmetic that could differ lives:
//!
//! | module | what it fixes |
//! |---|---|
//! | [`elementary`] | exp, ln, tanh, …: one implementation, not the C library's |
//! | [`slices`] | fast exp, tanh, sigmoid and arctan over slices, whatever the vector width |
//! | [`symbols`] | the C functions that *dependencies* call, bound to the same implementation |
//! | [`matrix`], [`reduce`], [`arrays`] | the order in which products and sums are accumulated |
//! | [`order`], [`spacing`] | sorted lists; evenly spaced numbers, also in their logarithms |
//! | [`linear`] | factorizations built on these |
//! | [`fourier`] | discrete Fourier transforms of any length |
//! | [`special`] | error function, gamma, beta, normal distribution |
//! | [`random`] | random streams by name, and the distributions drawn from them |
//! | [`curve`] | a quantity over another one, as tables give it and figures draw it |
//! | [`probes`] | one hash per operation, to see which one changed |
//!
//! It computes only: no input or output, no threads, no clock, no environment. The single exception runs
//! before `main`: on x86-64 Linux a processor without AVX2 and FMA is refused ([`require_cpu`]).
//!
//! Crates outside this one may not call the standard library's elementary functions;
//! `clippy.toml` at the root of the workspace lists them.

// This crate is where the disallowed functions are wrapped, tested and compared against.
#![allow(clippy::disallowed_methods)]

pub mod arrays;
pub mod curve;
pub mod elementary;
pub mod fourier;
pub mod linear;
pub mod matrix;
pub mod order;
pub mod probes;
mod processor;
pub mod random;
pub mod reduce;
pub mod slices;
pub mod spacing;
pub mod special;
pub mod symbols;

pub use curve::Curve;
pub use elementary::*;
pub use processor::require_cpu;
pub use slices::{
    atan_slice_f32, exp_slice, exp_slice_f32, sigmoid_slice, sigmoid_slice_f32, tanh_slice, tanh_slice_f32,
};

/// The modules of this crate that compute, with the hashes of their code: part of the identity of what they compute.
pub const MODULES: &[reach::Module] = fingerprint::modules!(except(curve, probes));
