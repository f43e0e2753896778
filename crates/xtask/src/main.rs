//! The tasks behind the Makefile that are more than a line of shell: `cargo xtask <task>`.

mod data;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

#[derive(Parser)]
#[command(about = "The tasks behind the Makefile", disable_version_flag = true)]
enum Task {
    /// Download external data sets that are missing
    Data,
}

fn main() -> ExitCode {
    let result = match Task::parse() {
        Task::Data => data::download(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace: two folders above this crate's manifest, as cargo tells it at run time.
fn workspace() -> Result<PathBuf> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
    let root = PathBuf::from(manifest).ancestors().nth(2).map(PathBuf::from);
    root.context("the crate is not two folders below the workspace")
}
