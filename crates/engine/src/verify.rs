//! Compares outputs that were recomputed from nothing byte by byte with the ones that are there, and leaves a page
//! that shows where they differ.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use parameters::Scale;
use tables::Table;

use crate::claim::Verdict;
use crate::digest::{hex, sha256};
use crate::output::{self, Files};
use crate::produce::ClaimsFile;
use crate::provenance::Provenance;
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
    // A large table of published sizes is not committed, but its hash is.
    let published_sizes = Provenance::stored(folder).filter(|stored| stored.scale == Scale::Paper.name());
    let uncommitted = published_sizes.and_then(|stored| stored.outputs.get("table.csv").cloned());
    for (name, fresh) in files {
        match fs::read(folder.join(name)) {
            Err(error)
                if error.kind() == ErrorKind::NotFound
                    && *name == "table.csv"
                    && uncommitted.as_ref() == Some(&hex(&sha256(fresh))) => {}
            Err(error) => differences.push(format!("{name}: cannot be read: {error}")),
            Ok(old) if old == *fresh => {}
            Ok(old) if *name == "table.csv" => differences.push(table_difference(&old, fresh)),
            Ok(old) => differences.push(text_difference(name, &old, fresh)),
        }
    }
    // The table first: where it differs, the other files do because of it.
    differences.sort_by_key(|line| !line.starts_with("table.csv"));
    Comparison { differences }
}

/// Compares only the table of `files` with the one in the target's folder, as numbers, and the verdicts of the claims:
/// what can be asked of a machine that is outside the promise of same bytes.
pub(crate) fn compare_within(folder: &Path, files: &Files, tolerance: f64) -> Outcome<Comparison> {
    let read = |name: &str| {
        let fresh = files.iter().find(|(file, _)| *file == name).map(|(_, bytes)| bytes.as_slice());
        let path = folder.join(name);
        fs::read(&path)
            .map(|old| (old, fresh.unwrap_or_default()))
            .map_err(|error| Failure::Failed(format!("cannot read {}: {error}", path.display())))
    };
    let unreadable = |error: String| Failure::Failed(format!("{}: {error}", folder.display()));
    let mut differences = Vec::new();
    let (old, fresh) = read("table.csv")?;
    let table = |bytes: &[u8]| {
        Table::from_csv(&String::from_utf8_lossy(bytes)).map_err(|error| unreadable(format!("table.csv: {error:#}")))
    };
    if let Some(difference) = table(&old)?.difference_beyond(&table(fresh)?, tolerance) {
        differences.push(format!("table.csv: {difference}"));
    }
    let (old, fresh) = read("claims.yaml")?;
    let verdicts = |bytes: &[u8]| -> Outcome<Vec<(String, Verdict)>> {
        let file: ClaimsFile =
            serde_yaml::from_slice(bytes).map_err(|error| unreadable(format!("claims.yaml: {error}")))?;
        Ok(file.claims.into_iter().map(|judged| (judged.claim.id, judged.verdict)).collect())
    };
    if verdicts(&old)? != verdicts(fresh)? {
        differences.push("claims.yaml: other claims or verdicts".to_string());
    }
    Ok(Comparison { differences })
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
    if String::from_utf8_lossy(old).replace("\r\n", "\n").as_bytes() == fresh {
        return format!("{name}: only its line ends differ: git has converted them (core.autocrlf)");
    }
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
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Failed(format!("the expected hashes cannot be read: {}: {error}", path.display())))?;
    let expected =
        |name: &str| text.lines().find_map(|line| line.strip_suffix(name)?.strip_suffix("  ")).map(str::to_string);
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
    results(files).map(|(name, bytes)| format!("{}  {name}\n", hex(&sha256(bytes)))).collect()
}

/// The files whose bytes the results alone decide: provenance also changes with code that changes nothing else.
fn results(files: &Files) -> impl Iterator<Item = &(&'static str, Vec<u8>)> {
    files.iter().filter(|(name, _)| *name != "provenance.yaml")
}

/// Leaves freshly made files that differ where they can be looked at, with a page that shows the expected figure, the
/// new one and their difference side by side.
pub(crate) fn keep(scratch: &Path, target: &Target, files: &Files, comparison: &Comparison) -> Outcome<()> {
    let mut kept = files.clone();
    let expected = fs::read(target.out.join("figure.png")).ok();
    let actual = files.iter().find(|(name, _)| *name == "figure.png").map(|(_, bytes)| bytes);
    let difference = match (&expected, actual) {
        (Some(expected), Some(actual)) => plotting::png_difference(expected, actual).ok(),
        _ => None,
    };
    kept.push(("index.html", page(target, comparison).into_bytes()));
    kept.extend(expected.map(|bytes| ("expected.png", bytes)));
    kept.extend(difference.map(|bytes| ("difference.png", bytes)));
    output::publish(scratch, &kept)
        .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", scratch.display())))
}

/// The page that shows a difference: what [`keep`] writes as `index.html`.
fn page(target: &Target, comparison: &Comparison) -> String {
    let title = format!("{} differs", escaped(&target.shown));
    let lines: String = comparison.differences.iter().map(|line| format!("<li>{}</li>\n", escaped(line))).collect();
    let pictures: String =
        [("expected.png", "expected"), ("figure.png", "recomputed"), ("difference.png", "difference (red)")]
            .iter()
            .map(|(file, name)| {
                format!(
                    "<figure><figcaption>{name}</figcaption><a href=\"{file}\"><img src=\"{file}\" \
             alt=\"no {name} picture\"></a></figure>\n"
                )
            })
            .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>\n\
         body {{ font: 16px/1.5 sans-serif; margin: 2em; }}\n\
         div {{ display: flex; gap: 1em; flex-wrap: wrap; }}\n\
         figure {{ flex: 1 1 25em; margin: 0; }}\nimg {{ width: 100%; border: 1px solid #ccc; }}\n\
         </style>\n<h1>{title}</h1>\n<ul>\n{lines}</ul>\n<div>\n{pictures}</div>\n\
         <p>The recomputed files are beside this page.</p>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Only the table of published sizes may be missing, and only if it would be the one that was made.
    #[test]
    fn what_is_missing_differs() {
        let place = tempfile::tempdir().unwrap();
        let files: Files = vec![("table.csv", b"a\n1\n".to_vec()), ("figure.png", b"pixels".to_vec())];
        let differences = |scale: &str, table: &[u8]| {
            let provenance = format!(
                "{{ format: 1, paper: x, scale: {scale}, config: {{}}, code: {{ computing: a, whole: b, crates: {{}}, \
                 drawing: {{}} }}, libraries: c, toolchain: d, cells: {{ count: 0, keys: e }}, \
                 outputs: {{ table.csv: {}, figure.png: {} }} }}",
                hex(&sha256(table)),
                hex(&sha256(b"pixels"))
            );
            fs::write(place.path().join("provenance.yaml"), provenance).unwrap();
            compare_files(place.path(), &files).differences.len()
        };
        assert_eq!(differences("default", b"a\n1\n"), 2);
        assert_eq!(differences("paper", b"a\n2\n"), 2);
        assert_eq!(differences("paper", b"a\n1\n"), 1);
    }
}
