//! The one crate a paper depends on.
//!
//! A paper begins with `use common::prelude::*;` and ends with `common::paper!(…);`. In between it
//! finds here what is not its own idea:
//!
//! | door | behind it |
//! |---|---|
//! | [`optimize`] | argmin: minimisers, root finders, stepping loops |
//! | [`estimate`] | linfa: regression, classification, clustering, components |
//! | [`statistics`] | statrs: summaries, intervals, fits, tests, distributions |
//! | [`bandits`], [`kernels`] | ours: Tsallis-INF, inverse-gap weighting; arc-cosine and tangent kernels, linear networks of infinite width |
//! | [`darcy`], [`multigrid`] | ours: Darcy flow with random coefficients; grid transfers and V-cycles |
//! | [`random_features`] | ours: ReLU features of the arc-cosine kernel, with the variance of their error |
//! | [`text`] | ours: words, TF-IDF, latent semantic analysis, retrieval |
//! | [`transport`] | ours: entropic optimal transport, Sinkhorn in the log domain |
//! | [`memo`] | ours: values that the cells of a process share |
//! | [`prelude`] | the other crates of the workspace, re-exported |
//! | [`paper!`] | from parameters, cells, figure and claims to a program |

pub mod bandits;
pub mod darcy;
pub mod estimate;
pub mod kernels;
pub mod memo;
pub mod multigrid;
pub mod optimize;
pub mod prelude;
pub mod program;
pub mod random_features;
pub mod statistics;
pub mod text;
pub mod transport;

// Named by the papers that use them (`common::networks::…`), as crates only: the `paper!` macro sees from the name
// which of them a paper's results depend on.
pub use {datasets, networks};

/// The modules of this crate that compute, with the hashes of their code.
pub const MODULES: &[reach::Module] = fingerprint::modules!(except(program));

/// Hash of the versions of the external libraries that take part in computing.
pub const LIBRARIES: &str = fingerprint::dependencies!(
    "common",
    except("engine", "parameters", "plotting", "reach", "linfa-clustering", "rand_xoshiro", "proptest", "tempfile")
);
