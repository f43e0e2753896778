//! Figure regression: every paper at smoke scale against `papers/<slug>/expected/`, byte for byte, and the same bytes
//! however the cells are run.
//!
//! Three tests for each paper; the third asks whether a claim would hold on no data. `UPDATE_EXPECT=1` rewrites the expectations. On a failure the message names the first
//! differing cell of the table, and the actual files are left in `target/expected/<slug>/` with images of the expected
//! figure, the actual one and their difference.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use tables::Table;

const FILES: [&str; 2] = ["table.csv", "figure.svg"];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(PathBuf::from).unwrap_or_default();
    let programs = programs();
    let mut papers: Vec<String> = fs::read_dir(root.join("papers"))
        .map(|entries| entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    papers.retain(|slug| root.join("papers").join(slug).join("paper.yaml").is_file());
    papers.sort();
    let mut trials = Vec::new();
    for slug in papers {
        let paper = Paper { root: root.clone(), program: programs.join(&slug), slug };
        let (same, claims) = (paper.clone(), paper.clone());
        trials.push(Trial::test(paper.slug.clone(), move || paper.regress()));
        trials.push(Trial::test(format!("{}/same-bytes", same.slug), move || same.same_bytes()));
        trials.push(Trial::test(format!("{}/claims-on-nothing", claims.slug), move || claims.claims_on_nothing()));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The folder of the built programs: two above this test's own.
fn programs() -> PathBuf {
    let test = std::env::current_exe().unwrap_or_default();
    test.ancestors().nth(2).map(PathBuf::from).unwrap_or_default()
}

/// A paper and its built program.
#[derive(Clone)]
struct Paper {
    root: PathBuf,
    program: PathBuf,
    slug: String,
}

impl Paper {
    /// Runs the program at smoke scale with a cache of the test's own.
    fn run(&self, cache: &Path, arguments: &[&str], out: Option<&Path>) -> Result<(), Failed> {
        let out = out.map(|out| ["--out".as_ref(), out.as_os_str()]).into_iter().flatten();
        let arguments = arguments.iter().map(|argument| argument.as_ref());
        let smoke = ["--scale", "smoke", "--quiet"].map(str::as_ref);
        self.call(cache, arguments.chain(smoke).chain(out).collect())
    }

    /// Runs the program in the workspace.
    fn call(&self, cache: &Path, arguments: Vec<&OsStr>) -> Result<(), Failed> {
        if !self.program.is_file() {
            return Err("its program is not built: `make test` builds it first".into());
        }
        let mut command = Command::new(&self.program);
        command.args(&arguments).current_dir(&self.root).env_remove("MAKEFLAGS").env("PAPERS_CACHE", cache);
        let output = command.output()?;
        match output.status.success() {
            true => Ok(()),
            false => {
                let message = String::from_utf8_lossy(&output.stderr);
                Err(format!("{arguments:?} failed:\n{message}").into())
            }
        }
    }

    /// No claim of the paper holds on a table without rows, or on one whose numbers are NaN.
    fn claims_on_nothing(&self) -> Result<(), Failed> {
        self.call(Path::new(""), vec!["check-claims".as_ref()])
    }

    /// Compares a run with the committed expectation.
    fn regress(&self) -> Result<(), Failed> {
        let actual = self.root.join("target/expected").join(&self.slug);
        let _ = fs::remove_dir_all(&actual);
        self.run(Path::new(""), &["run", "--no-cache", "--threads", "1"], Some(&actual))?;
        let expected = self.root.join("papers").join(&self.slug).join("expected");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::create_dir_all(&expected)?;
            for name in FILES {
                fs::copy(actual.join(name), expected.join(name))?;
            }
            return Ok(());
        }
        let differences: Vec<String> = FILES.iter().filter_map(|name| difference(&expected, &actual, name)).collect();
        match differences.is_empty() {
            true => Ok(fs::remove_dir_all(&actual)?),
            false => Err(differences.join("\n").into()),
        }
    }

    /// Runs with other numbers of threads, in other orders, from a cold cache, a warm one and the shares of three
    /// processes: all files have the same bytes.
    fn same_bytes(&self) -> Result<(), Failed> {
        let folder = tempfile::tempdir()?;
        let place = |name: &str| folder.path().join(name);
        let (cache, shared) = (place("cache"), place("shared"));
        self.run(&cache, &["run", "--no-cache", "--threads", "1"], Some(&place("one")))?;
        for share in ["2/3", "0/3", "1/3"] {
            self.run(&shared, &["run", "--shard", share, "--threads", "2"], None)?;
        }
        for (way, cache, arguments) in [
            ("two threads, other order, cold cache", &cache, ["run", "--threads", "2", "--shuffle", "1"]),
            ("warm cache", &cache, ["render", "--threads", "2", "--shuffle", "2"]),
            ("sixteen threads, other order", &place("third"), ["run", "--threads", "16", "--shuffle", "3"]),
            ("the shares of three processes", &shared, ["render", "--threads", "1", "--shuffle", "4"]),
        ] {
            let out = place(way);
            self.run(cache, &arguments, Some(&out))?;
            for entry in fs::read_dir(place("one"))? {
                let name = entry?.file_name();
                if fs::read(place("one").join(&name))? != fs::read(out.join(&name))? {
                    return Err(format!("{way}: {} has other bytes than with one thread", name.display()).into());
                }
            }
        }
        Ok(())
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
    Some(format!("{name}: {detail}; the actual file is {}", actual.join(name).display()))
}

fn table_difference(old: &str, new: &str) -> String {
    match (Table::from_csv(old), Table::from_csv(new)) {
        (Ok(old), Ok(new)) => {
            old.difference(&new).map_or("same values, other text".to_string(), |found| found.to_string())
        }
        (Err(error), _) | (_, Err(error)) => format!("unreadable: {error:#}"),
    }
}

/// Draws both figures and their difference beside the actual files, so that a person can compare them.
fn image_difference(old: &str, new: &str, folder: &Path) -> String {
    let line = old.lines().zip(new.lines()).take_while(|(a, b)| a == b).count() + 1;
    // The images are a help only.
    if let (Ok(old), Ok(new)) = (plotting::png(old, 1500), plotting::png(new, 1500)) {
        let difference = plotting::png_difference(&old, &new).unwrap_or_default();
        for (name, png) in [("expected", old), ("actual", new), ("difference", difference)] {
            let _ = fs::write(folder.join(format!("figure.{name}.png")), png);
        }
    }
    format!("differs from line {line}; figure.expected.png, .actual.png and .difference.png show it")
}
