//! Small neural networks that are bit-stable and fast on one thread.
//!
//! A [`Tape`] records operations once, with all shapes checked and all buffers made, and then runs forwards and
//! backwards as often as wanted. The parameters are one flat vector outside the tape. [`Optimizer`]s update that
//! vector, [`schedules`] give factors of the rate, [`Batches`] choose examples, and a [`Classifier`] puts these
//! together for the most common task.
//!
//! Every sum has a fixed order (matrix products and reductions come from `numerics`), so the same steps give the
//! same bits on every machine; every operation's gradient is tested against finite differences.

mod classifier;
mod number;
mod operations;
mod optimizers;
mod parameters;
pub mod per_example;
mod sampling;
pub mod schedules;
mod tape;
mod value;

pub use classifier::{Classifier, Layer, Score};
pub use number::Number;
pub use operations::{Window, softmax_rows};
pub use optimizers::{Adam, Optimizer, Sgd, add_decay, clip_norm};
pub use parameters::{Init, Parameter};
pub use sampling::{Batches, draw_dropout, draw_indices};
pub use tape::Tape;
pub use value::{Labels, Value};

/// The modules of this crate that compute, with the hashes of their code: part of the identity of what they compute.
pub const MODULES: &[reach::Module] = fingerprint::modules!();
