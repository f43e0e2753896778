//! From parameters, cells, figure and claims to a program: the macro [`paper!`](crate::paper) and what it expands to.

use std::process::ExitCode;

use engine::{Code, Parameters};

/// What the `paper!` macro learns about a paper's sources while they compile: the hash of those that compute, the hash
/// of all, the identifiers in those that compute, and the documentation of the table's columns.
pub type Sources = (&'static str, &'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

/// Makes the program of a paper from the type of its parameters, the function that lists its cells, the one that draws
/// its figure and the one that measures its claims.
///
/// ```ignore
/// common::paper!(Config, cells, figure::draw, claims::measure);
/// ```
///
/// (and, if the paper tabulates something that follows from several cells, a function that adds these rows to the table,
/// as fifth argument) expands to a `main` that gives the paper the command line described in `engine`, and takes the fingerprints of its
/// sources. It does not compile where computing code uses the paper's modules `figure` or `claims`, because these are
/// not part of the fingerprint of what computes.
#[macro_export]
macro_rules! paper {
    ($config:ty, $cells:path, $figure:path, $claims:path) => {
        $crate::paper!(@main $config, $cells, $figure, $claims, None);
    };
    ($config:ty, $cells:path, $figure:path, $claims:path, $derived:path) => {
        $crate::paper!(@main $config, $cells, $figure, $claims, Some($derived));
    };
    (@main $config:ty, $cells:path, $figure:path, $claims:path, $derived:expr) => {
        fn main() -> ::std::process::ExitCode {
            let paper = $crate::program::Paper::<$config> {
                cells: $cells,
                derived: $derived,
                figure: $figure,
                claims: $claims,
            };
            $crate::program::run(env!("CARGO_PKG_NAME"), $crate::program::fingerprint::paper!(), paper)
        }
    };
}

pub use engine::Paper;
pub use fingerprint;

/// The crates that compute; each may use those before it.
const CRATES: &[reach::Crate] = &[
    ("numerics", numerics::MODULES),
    ("tables", tables::MODULES),
    ("networks", networks::MODULES),
    ("datasets", datasets::MODULES),
    ("common", crate::MODULES),
];

/// Runs a paper's program; called by [`paper!`](crate::paper).
pub fn run<C: Parameters + Send + Sync>(
    slug: &'static str,
    (computing, whole, identifiers, columns): Sources,
    paper: Paper<C>,
) -> ExitCode {
    let code = Code { slug, computing, whole, identifiers, columns, crates: CRATES, libraries: crate::LIBRARIES };
    engine::run(code, paper)
}
