//! The operations of a tape, one family to a file: what they compute, their shapes and their gradients.

mod activation;
mod arithmetic;
mod attention;
mod convolution;
mod earlier;
mod linear;
mod loss;
mod normalization;
mod pooling;
mod selection;
mod spectral;

pub use convolution::Window;
pub use loss::softmax_rows;

use crate::Number;
use crate::value::{Gradients, Values};

/// A recorded operation. It holds the handles of its inputs and whatever the backward pass needs.
pub(crate) trait Operation<T: Number> {
    /// Computes the output, overwriting it.
    fn forward(&mut self, values: &Values<T>, output: &mut [T]);

    /// Passes the gradient by the output on to the inputs that need one.
    fn backward(&mut self, values: &Values<T>, output: &[T], gradient: &[T], gradients: &mut Gradients<T>);
}
