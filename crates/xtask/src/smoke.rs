//! A paper at smoke scale: one thread, no cache, outputs in a folder of the caller's.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The files of a smoke run that are committed as `papers/<slug>/expected/`.
pub const EXPECTED: [&str; 2] = ["table.csv", "figure.svg"];

/// Runs a paper's program, or an emulator with it as argument, in the workspace `root`.
///
/// # Errors
/// When it cannot be run, or with what it wrote to stderr when it fails.
pub fn smoke(root: &Path, command: &mut Command, out: &Path) -> Result<()> {
    command
        .args(["--scale", "smoke", "--no-cache", "--quiet", "--threads", "1", "--out"])
        .arg(out)
        .current_dir(root)
        .env_remove("MAKEFLAGS");
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    match output.status.success() {
        true => Ok(()),
        false => bail!("{}", String::from_utf8_lossy(&output.stderr).trim()),
    }
}
