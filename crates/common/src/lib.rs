//! The one crate a paper depends on.

pub mod estimate;
pub mod optimize;
pub mod statistics;
