//! A folder that looks like the workspace, with the synthetic experiment `examples/sweep.rs` as its only paper.

// Each test program uses some of this.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The configuration of the synthetic experiment.
pub const PAPER: &str = "\
about: { title: Sweep, authors: [A], year: 2026, arxiv: \"0000.00000\", figure: F, summary: S, caption: 'Sums of {draws} numbers.' }
default:
  cells: 40
  draws: 1000
  errs: null
  panics: null
  threshold: 500
  mistaken: false
smoke: { cells: 5 }
";

/// A folder that looks like the workspace, with the example as its only paper.
pub struct Place(tempfile::TempDir);

impl Place {
    pub fn new(paper: &str) -> Place {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("papers/sweep")).unwrap();
        fs::write(folder.path().join("Cargo.toml"), "").unwrap();
        fs::write(folder.path().join("papers/sweep/paper.yaml"), paper).unwrap();
        Place(folder)
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.0.path().join(relative)
    }

    /// A call of the program that has not begun.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(self.0.path());
        for variable in ["PAPERS_CACHE", "PAPERS_DATA", "MAKEFLAGS", "UPDATE_EXPECT"] {
            command.env_remove(variable);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs the program, asserts its exit code, gives what it wrote to stdout and stderr.
    pub fn expect(&self, arguments: &[&str], code: i32) -> (String, String) {
        expect(self.run(arguments), code)
    }

    /// Names and contents of the files in a folder, sorted.
    pub fn outputs(&self, relative: &str) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(self.path(relative))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (name(&path), fs::read(&path).unwrap()))
            .collect();
        files.sort();
        files
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().unwrap().parent().unwrap().join("examples/sweep")
}

/// Asserts the exit code of a run; gives what it wrote to stdout and stderr.
pub fn expect(output: Output, code: i32) -> (String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(code), "{stdout}{stderr}");
    (stdout, stderr)
}
