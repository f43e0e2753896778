//! Figure regression: every paper at smoke scale against `papers/<slug>/expected/`, byte for byte.
//!
//! One test for each paper that has the folder. `UPDATE_EXPECT=1` rewrites the expectations. On a
//! failure the message names the first differing cell of the table, and the actual files are left in
//! `target/expected/<slug>/` with images of the expected and the actual figure.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use tables::Table;

const FILES: [&str; 2] = ["table.csv", "figure.svg"];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .map(PathBuf::from)
        .unwrap_or_default();
    let programs = programs();
    let mut papers: Vec<String> = fs::read_dir(root.join("papers"))
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect()
        })
        .unwrap_or_default();
    papers.retain(|slug| root.join("papers").join(slug).join("paper.yaml").is_file());
    papers.sort();
    let trials = papers
        .into_iter()
        .map(|slug| {
            let (root, program) = (root.clone(), programs.join(&slug));
            Trial::test(slug.clone(), move || regress(&root, &slug, &program))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The folder of the built programs: two above this test's own.
fn programs() -> PathBuf {
    let test = std::env::current_exe().unwrap_or_default();
    test.ancestors().nth(2).map(PathBuf::from).unwrap_or_default()
}

fn regress(root: &Path, slug: &str, program: &Path) -> Result<(), Failed> {
    if !program.is_file() {
        return Err("its program is not built: `make test` builds it first".into());
    }
    let actual = root.join("target/expected").join(slug);
    let _ = fs::remove_dir_all(&actual);
    let output = Command::new(program)
        .args(["--scale", "smoke", "--no-cache", "--quiet", "--threads", "1", "--out"])
        .arg(&actual)
        .current_dir(root)
        .env_remove("MAKEFLAGS")
        .output()?;
    if !output.status.success() {
        return Err(format!("the smoke run failed:\n{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let expected = root.join("papers").join(slug).join("expected");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(&expected)?;
        for name in FILES {
            fs::copy(actual.join(name), expected.join(name))?;
        }
        return Ok(());
    }
    let differences: Vec<String> = FILES
        .iter()
        .filter_map(|name| difference(&expected, &actual, name))
        .collect();
    match differences.is_empty() {
        true => Ok(fs::remove_dir_all(&actual)?),
        false => Err(differences.join("\n").into()),
    }
}

/// What differs in one file, if anything does.
fn difference(expected: &Path, actual: &Path, name: &str) -> Option<String> {
    let read = |folder: &Path| fs::read_to_string(folder.join(name));
    let (old, new) = match (read(expected), read(actual)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(error), _) => return Some(format!("{name}: no expectation: {error} (UPDATE_EXPECT=1 writes it)")),
        (_, Err(error)) => return Some(format!("{name}: not written: {error}")),
    };
    if old == new {
        return None;
    }
    let detail = match name {
        "table.csv" => table_difference(&old, &new),
        _ => image_difference(&old, &new, actual),
    };
    Some(format!(
        "{name}: {detail}; the actual file is {}",
        actual.join(name).display()
    ))
}

fn table_difference(old: &str, new: &str) -> String {
    match (Table::from_csv(old), Table::from_csv(new)) {
        (Ok(old), Ok(new)) => old
            .difference(&new)
            .map_or("same values, other text".to_string(), |found| found.to_string()),
        (Err(error), _) | (_, Err(error)) => format!("unreadable: {error:#}"),
    }
}

/// Draws both figures beside the actual files, so that a person can compare them.
fn image_difference(old: &str, new: &str, folder: &Path) -> String {
    let line = old.lines().zip(new.lines()).take_while(|(a, b)| a == b).count() + 1;
    for (name, svg) in [("figure.expected.png", old), ("figure.actual.png", new)] {
        if let Ok(png) = plotting::png(svg, 1500) {
            // The images are a help only.
            let _ = fs::write(folder.join(name), png);
        }
    }
    format!("differs from line {line}; figure.expected.png and figure.actual.png show both")
}
