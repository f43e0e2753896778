//! Tables of losses with an analysis of their own: those that the authors published, and the losses that their law
//! implies.

mod analysis;
mod measured;
mod synthetic;

pub use analysis::{Analysis, Protocol};
pub use measured::Source;
#[cfg(test)]
pub use synthetic::groups;
