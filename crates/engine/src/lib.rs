//! Runs an experiment: configuration, cells, cache, claims, provenance and the command line that
//! every paper has.
//!
//! A paper implements [`Experiment`]; [`run`] does the rest. The flow is one way:
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

mod cache;
mod claim;
mod command;
mod config;
mod digest;
mod experiment;
mod options;
mod output;
mod produce;
mod provenance;
mod report;
mod schedule;
mod session;
mod verify;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

pub use claim::{Claim, Measure, Relation, Verdict, short};
pub use config::{About, Check, ConfigError, Override, Quantity, Scale, Settings, Variant};
pub use experiment::{Code, Experiment, Result};
pub use produce::{ClaimsFile, JudgedClaim};
pub use provenance::{Cells, CodeHashes, Provenance, flow};

/// Whether these bytes would be taken for the cached rows of the cell with this key; for the fuzz target.
#[doc(hidden)]
pub fn accepts_cache_entry(entry: &[u8], key: [u8; 32]) -> bool {
    cache::accepts(entry, key)
}

/// Runs the program of the paper `E`: the body of its `main`.
///
/// Papers do not call this themselves: `common::paper!` does, with the hashes of their code.
pub fn run<E: Experiment>(code: Code) -> ExitCode {
    run_from::<E>(code, std::env::args_os())
}

/// As [`run`], with the arguments given (the first is the program's name).
pub fn run_from<E: Experiment>(
    code: Code,
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> ExitCode {
    numerics::symbols::install();
    let arguments = arguments.into_iter().map(Into::into).collect();
    command::main(code, arguments, &experiment::Plan::new::<E>)
}
