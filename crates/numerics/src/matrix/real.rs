//! The two number types of the products, reductions and decompositions.

use super::workspace::Buffered;

/// A floating-point number: `f32` or `f64`.
///
/// Sealed, and with the operations of [`Arithmetic`](super::Arithmetic) only, so a computation written over `Real`
/// gives the same bits on every machine.
pub trait Real: Buffered {}

impl Real for f32 {}
impl Real for f64 {}
