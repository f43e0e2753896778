//! Small language models trained here, on dictionary text: a grid of learning rates and batches for each size and number
//! of tokens.

mod cell;
mod corpus;
mod network;
mod study;

pub use cell::{Grid, Group, Role};
pub use study::{Recipe, Study, Test, Trained};
