//! Reads configuration files of unknown origin.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_yaml::{Mapping, Value as Yaml};

use crate::fault::ConfigError;
use crate::words::describe;
use crate::yaml;

/// Bytes a configuration may have.
pub(crate) const LIMIT: usize = 1 << 20;

/// The text of the file at `path`, called `shown` in messages.
pub(crate) fn read_text(path: &Path, shown: &str) -> Result<String, ConfigError> {
    let failed = |error: &dyn fmt::Display| ConfigError::new(format!("{shown}: cannot be read: {error}"));
    // Asked before opening: a pipe would be opened only when somebody opens its other end.
    let metadata = std::fs::metadata(path).map_err(|error| failed(&error))?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { "a folder" } else { "a device or pipe" };
        return Err(failed(&format!("expected a file, got {kind}")));
    }
    // A file may hold more than it says, as those of /proc do.
    read_limited(File::open(path).map_err(|error| failed(&error))?, shown)
}

/// The text on standard input.
pub(crate) fn read_stdin() -> Result<String, ConfigError> {
    read_limited(std::io::stdin().lock(), "standard input")
}

fn read_limited(source: impl Read, shown: &str) -> Result<String, ConfigError> {
    let mut bytes = Vec::new();
    let read = source.take(LIMIT as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| ConfigError::new(format!("{shown}: cannot be read: {error}")))?;
    check_size(bytes.len(), shown)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
        ConfigError::new(format!("{shown}:{line}: the text is not UTF-8"))
    })
}

fn check_size(size: usize, shown: &str) -> Result<(), ConfigError> {
    match size <= LIMIT {
        true => Ok(()),
        false => Err(ConfigError::new(format!("{shown}: cannot be read: a configuration has at most {LIMIT} bytes"))),
    }
}

/// The keys and values of a configuration's text.
pub(crate) fn parse(text: &str, shown: &str) -> Result<Mapping, ConfigError> {
    check_size(text.len(), shown)?;
    let value = yaml::value(text).map_err(|fault| {
        let place = match fault.place {
            Some((line, column)) => format!("{shown}:{line}:{column}"),
            None => shown.to_string(),
        };
        ConfigError::new(format!("{place}: not valid YAML: {}", fault.message))
    })?;
    match value {
        Yaml::Mapping(mapping) => Ok(mapping),
        other => {
            let got = describe(&other);
            Err(ConfigError::new(format!("{shown}: expected a mapping of keys and values, got {got}")))
        }
    }
}

/// The text without a byte-order mark at its beginning.
pub(crate) fn without_mark(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_string(),
        None => text,
    }
}
