//! Configurations: a paper's `paper.yaml`, its scales and what the command line changes of it.
//!
//! Every mistake is reported with its place (file, line and column, or the `--set` argument), the
//! key, what was expected and, for an unknown key, the nearest valid one.

mod check;
mod locate;
mod reader;
mod settings;
mod yaml;

pub use check::{Check, Quantity};
pub use settings::{About, Override, Scale, Settings, Variant};

use std::fmt;

/// What is wrong with a configuration: one line for each fault.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigError {
    /// Lines of the form `place: key: what was expected`.
    pub faults: Vec<String>,
}

impl ConfigError {
    pub(crate) fn new(fault: impl Into<String>) -> ConfigError {
        ConfigError { faults: vec![fault.into()] }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.faults.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

/// One step of the way to a value: `alphas[1]` is `[Key("alphas"), Index(1)]`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Segment {
    Key(String),
    Index(usize),
}

/// The path as text: `schedule.steps[2]`.
pub(crate) fn path_text(path: &[Segment]) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Key(key) if text.is_empty() => text.push_str(key),
            Segment::Key(key) => {
                text.push('.');
                text.push_str(key);
            }
            Segment::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

/// The candidate nearest to `word`, if one is near enough to be what was meant.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= 1 + candidate.len() / 4 || candidate.starts_with(word) && !word.is_empty()
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
