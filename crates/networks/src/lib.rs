//! Small neural networks that are bit-stable and fast on one thread.
//!
//! Nothing here yet: the first papers derive their gradients by hand.

/// Hash of the code of this crate.
pub const FINGERPRINT: &str = fingerprint::of_crate!();
