//! What there is, in lists made at start: papers with their programs, and files that may be read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::jobs::Changes;
use crate::program;

/// The longest value that is handed on, in bytes.
const LONGEST_VALUE: usize = 4096;

/// The part of `paper.yaml` that says what a paper is.
#[derive(Debug, Deserialize, Serialize)]
pub struct About {
    title: String,
    authors: Vec<String>,
    year: u16,
    summary: String,
}

#[derive(Deserialize)]
struct PaperFile {
    about: About,
}

/// A paper.
pub struct Paper {
    /// Its slug.
    pub slug: String,
    /// What it is.
    pub about: About,
    /// Its program, which may not be built.
    pub program: PathBuf,
    /// What the program says its parameters are, and when the program was built that said so.
    parameters: Mutex<Option<(SystemTime, Value)>>,
}

/// All papers, and what else can be read.
pub struct Papers {
    /// The workspace.
    pub root: PathBuf,
    papers: BTreeMap<String, Paper>,
    files: BTreeMap<String, PathBuf>,
}

impl Papers {
    /// Lists the papers of the workspace at `root` and its files; `programs` is the folder of the built programs.
    ///
    /// # Errors
    /// When there is no paper, or one cannot be read.
    pub fn find(root: &Path, programs: &Path) -> Result<Papers> {
        let mut papers = BTreeMap::new();
        let folder = root.join("papers");
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
            let entry = entry?;
            let file = entry.path().join("paper.yaml");
            let Some(slug) = entry.file_name().to_str().filter(|name| is_slug(name)).map(str::to_string) else {
                continue;
            };
            if !file.is_file() {
                continue;
            }
            let shown = format!("papers/{slug}/paper.yaml");
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {shown}"))?;
            let PaperFile { about } = serde_yaml::from_str(&text).with_context(|| shown)?;
            let paper =
                Paper { slug: slug.clone(), about, program: programs.join(&slug), parameters: Mutex::new(None) };
            papers.insert(slug, paper);
        }
        if papers.is_empty() {
            bail!("no paper in {}", folder.display());
        }
        let mut files = BTreeMap::new();
        for name in ["figures", "papers"] {
            list(&root.join(name), name, &mut files);
        }
        for name in ["README.md", "CITATION.cff", "LICENSE-APACHE", "LICENSE-MIT"] {
            files.insert(name.to_string(), root.join(name));
        }
        Ok(Papers { root: root.to_path_buf(), papers, files })
    }

    /// A paper by its slug.
    pub fn get(&self, slug: &str) -> Option<&Paper> {
        self.papers.get(slug)
    }

    /// The slugs of all papers.
    pub fn slugs(&self) -> impl Iterator<Item = &str> {
        self.papers.keys().map(String::as_str)
    }

    /// The contents of a listed file, by its path in the workspace.
    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.files.get(path)?).ok()
    }

    /// The figures and claims that are committed.
    pub fn committed(&self, paper: &Paper) -> PathBuf {
        self.root.join("figures").join(&paper.slug)
    }

    /// A line on papers whose programs are not built.
    pub fn not_built(&self) -> Option<String> {
        let absent = |paper: &&Paper| !paper.program.is_file();
        let names: Vec<&str> = self.papers.values().filter(absent).map(|paper| paper.slug.as_str()).collect();
        let all = if names.len() == self.papers.len() { "no paper is built".to_string() } else { names.join(", ") };
        (!names.is_empty()).then(|| format!("not built: {all}; `make explore` builds all papers first"))
    }

    /// What a paper's program says of its parameters: the list that `parameters --json` prints.
    ///
    /// # Errors
    /// When the program is not built or says nothing, as a sentence.
    pub fn parameters(&self, paper: &Paper) -> Result<Value, String> {
        let slug = &paper.slug;
        let built = fs::metadata(&paper.program).and_then(|program| program.modified()).map_err(|_| {
            format!(
                "{slug} is not built: run `make explore`, or `cargo build --release -p {slug}` and load this page again"
            )
        })?;
        let mut known = paper.parameters.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = known.as_ref().filter(|(when, _)| *when == built) {
            return Ok(value.clone());
        }
        let value = program::parameters(&paper.program, &self.root)?;
        *known = Some((built, value.clone()));
        Ok(value)
    }

    /// Checks that changes are of parameters that the paper has; what the values may be, the paper's program knows.
    ///
    /// # Errors
    /// What is wrong, as a sentence.
    pub fn check(&self, paper: &Paper, changes: &Changes) -> Result<(), String> {
        let parameters = self.parameters(paper)?;
        let keys: Vec<&str> =
            parameters.as_array().into_iter().flatten().filter_map(|one| one["key"].as_str()).collect();
        for (key, value) in changes {
            if !keys.contains(&key.as_str()) {
                return Err(format!("{} has no parameter `{}`", paper.slug, shortened(key)));
            }
            if value.len() > LONGEST_VALUE {
                return Err(format!(
                    "`{key}`: a value of {} bytes; at most {LONGEST_VALUE} are handed on",
                    value.len()
                ));
            }
            if value.chars().any(char::is_control) {
                return Err(format!("`{key}`: a value is one line without control characters"));
            }
        }
        Ok(())
    }
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

fn is_slug(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Adds the plain files below a folder; links and hidden ones are left out.
fn list(folder: &Path, shown: &str, files: &mut BTreeMap<String, PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (name, Ok(kind)) = (entry.file_name(), entry.file_type()) else { continue };
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
        let shown = format!("{shown}/{name}");
        match () {
            () if kind.is_dir() => list(&entry.path(), &shown, files),
            () if kind.is_file() => drop(files.insert(shown, entry.path())),
            () => {}
        }
    }
}
