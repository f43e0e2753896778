//! From an experiment to a program: the macro [`paper!`](crate::paper) and what it expands to.

use std::process::ExitCode;

use engine::{Code, Experiment};

/// What the `paper!` macro learns about a paper's sources while they compile: the hash of those
/// that compute, the hash of all, and which optional computing crates they name.
pub type Sources = (&'static str, &'static str, &'static [&'static str]);

/// Makes an experiment the program of its crate.
///
/// ```ignore
/// common::paper!(XorGrokking);
/// ```
///
/// expands to a `main` that gives the paper the command line described in `engine`, and takes the
/// fingerprints of its sources. It does not compile where computing code uses the paper's modules
/// `figure` or `claims`, because these are not part of the fingerprint of what computes.
#[macro_export]
macro_rules! paper {
    ($experiment:ty) => {
        fn main() -> ::std::process::ExitCode {
            $crate::program::run::<$experiment>(env!("CARGO_PKG_NAME"), $crate::program::fingerprint::of_paper!())
        }
    };
}

pub use fingerprint;

/// Runs a paper's program; called by [`paper!`](crate::paper).
pub fn run<E: Experiment>(slug: &'static str, (computing, whole, uses): Sources) -> ExitCode {
    let mut crates =
        vec![("common", crate::FINGERPRINT), ("numerics", numerics::FINGERPRINT), ("tables", tables::FINGERPRINT)];
    if uses.contains(&"networks") {
        crates.push(("networks", networks::FINGERPRINT));
    }
    if uses.contains(&"datasets") {
        crates.push(("datasets", datasets::FINGERPRINT));
    }
    let libraries = crate::LIBRARIES;
    engine::run::<E>(Code { slug, computing, whole, crates: crates.leak(), libraries })
}
