//! Runs an experiment: configuration, cells, cache, claims, provenance and the command line that
//! every paper has.
//!
//! A paper says how its cells, figure and claims follow from its parameters ([`Paper`]); [`run`] does the rest. The flow
//! is one way:
//!
//! ```text
//! paper.yaml --(scale, --set)--> Config --> [Cell] --(in parallel, cached)--> [Row] --> Table
//!                                                          Table --> Figure + [Claim] --> figures/
//! ```
//!
//! What the engine promises:
//! - A cell's result depends on the cell, its named random streams and its data sets only; threads,
//!   order, cache and shards change no byte.
//! - A cached result is used only for the same code, libraries, compiler, cell and data; a damaged
//!   one is reported and computed again.
//! - Outputs are replaced as a whole folder; a killed run leaves the old ones and keeps every
//!   finished cell.

#[cfg(target_vendor = "apple")]
mod apple;
mod cache;
mod cell;
mod checks;
mod claim;
mod code;
mod columns;
mod commands;
mod compute;
mod digest;
mod estimate;
mod options;
mod output;
mod panics;
mod paper;
mod produce;
mod provenance;
mod published;
mod replications;
mod report;
mod schedule;
mod session;
mod verify;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

pub use cell::{Cell, Plan};
pub use claim::{Claim, Each, Measure, Quantity, Relation, Verdict, short};
pub use code::Code;
pub use paper::{Derive, Paper};
pub use parameters::{About, ConfigError, Override, Parameters, Scale, Settings, Variant};
pub use produce::{ClaimsFile, JudgedClaim};
pub use provenance::{Cells, CodeHashes, Provenance, flow};
pub use published::{Compares, Entry, Number, Published};
pub use replications::{Measured, Replicated, Replications};

/// Whether these bytes would be taken for the cached rows of the cell with this key; for the fuzz target.
#[doc(hidden)]
pub fn accepts_cache_entry(entry: &[u8], key: [u8; 32]) -> bool {
    cache::accepts(entry, key)
}

/// What every step of a paper returns: a value, or an error written for people.
pub type Result<T> = anyhow::Result<T>;

/// Runs a paper's program: the body of its `main`.
///
/// Papers do not call this themselves: `common::paper!` does, with the hashes of their code.
pub fn run<C: Parameters + Send + Sync>(code: Code, paper: Paper<C>) -> ExitCode {
    run_from(code, paper, std::env::args_os())
}

/// As [`run`], with the arguments given (the first is the program's name).
pub fn run_from<C: Parameters + Send + Sync>(
    code: Code,
    paper: Paper<C>,
    arguments: impl IntoIterator<Item = impl Into<OsString>>,
) -> ExitCode {
    numerics::symbols::install();
    #[cfg(target_vendor = "apple")]
    apple::install();
    commands::main(code, arguments.into_iter().map(Into::into).collect(), &paper)
}
