//! Recomputes outputs from nothing and compares them byte by byte with the ones that are there.

use std::fs;
use std::path::Path;

use tables::Table;

use crate::digest::{hex, sha256};
use crate::output::{self, Files};
use crate::session::{Failure, Outcome, Target};

/// The outcome of comparing freshly made files with existing ones.
pub(crate) struct Comparison {
    /// One line for each file that differs; empty when all bytes are the same.
    pub differences: Vec<String>,
}

/// Compares `files` with the target's output folder, or with the committed hashes of a variant
/// whose outputs are not committed.
pub(crate) fn compare(target: &Target, hashes: Option<&Path>, files: &Files) -> Outcome<Comparison> {
    match hashes {
        Some(path) => compare_hashes(path, files),
        None => Ok(compare_files(&target.out, files)),
    }
}

fn compare_files(folder: &Path, files: &Files) -> Comparison {
    let mut differences = Vec::new();
    for (name, fresh) in files {
        match fs::read(folder.join(name)) {
            Err(error) => differences.push(format!("{name}: cannot be read: {error}")),
            Ok(old) if old == *fresh => {}
            Ok(old) if *name == "table.csv" => differences.push(table_difference(&old, fresh)),
            Ok(old) => differences.push(text_difference(name, &old, fresh)),
        }
    }
    Comparison { differences }
}

/// The first differing row and column of two tables, with both values and their distance.
fn table_difference(old: &[u8], fresh: &[u8]) -> String {
    let read = |bytes: &[u8]| Table::from_csv(&String::from_utf8_lossy(bytes));
    match (read(old), read(fresh)) {
        (Ok(old_table), Ok(fresh_table)) => match old_table.difference(&fresh_table) {
            Some(difference) => format!("table.csv: {difference}"),
            None => text_difference("table.csv", old, fresh),
        },
        (Err(error), _) => format!("table.csv: the existing table is unreadable: {error:#}"),
        (_, Err(error)) => format!("table.csv: the new table is unreadable: {error:#}"),
    }
}

fn text_difference(name: &str, old: &[u8], fresh: &[u8]) -> String {
    let at = old.iter().zip(fresh).take_while(|(a, b)| a == b).count();
    let line = 1 + old[..at].iter().filter(|byte| **byte == b'\n').count();
    let sizes = match old.len() == fresh.len() {
        true => String::new(),
        false => format!(" ({} bytes expected, {} now)", old.len(), fresh.len()),
    };
    match name.ends_with(".png") {
        true => format!("{name}: differs from byte {at}{sizes}"),
        false => format!("{name}: differs from line {line}, byte {at}{sizes}"),
    }
}

fn compare_hashes(path: &Path, files: &Files) -> Outcome<Comparison> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::Failed(format!(
            "the expected hashes cannot be read: {}: {error}",
            path.display()
        ))
    })?;
    let expected = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_suffix(name)?.strip_suffix("  "))
            .map(str::to_string)
    };
    let mut differences = Vec::new();
    for (name, bytes) in results(files) {
        let now = hex(&sha256(bytes));
        match expected(name) {
            Some(hash) if hash == now => {}
            Some(hash) => differences.push(format!("{name}: sha256 {hash} expected, {now} now")),
            None => differences.push(format!("{name}: no expected hash is committed")),
        }
    }
    Ok(Comparison { differences })
}

/// Hashes of files in the form that `sha256sum` writes and checks.
pub(crate) fn hash_list(files: &Files) -> String {
    results(files)
        .map(|(name, bytes)| format!("{}  {name}\n", hex(&sha256(bytes))))
        .collect()
}

/// The files whose bytes the results alone decide: provenance also changes with code that changes nothing else.
fn results(files: &Files) -> impl Iterator<Item = &(&'static str, Vec<u8>)> {
    files.iter().filter(|(name, _)| *name != "provenance.yaml")
}

/// Leaves freshly made files that differ where they can be looked at.
pub(crate) fn keep(scratch: &Path, files: &Files) -> Outcome<()> {
    output::publish(scratch, files)
        .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", scratch.display())))
}
