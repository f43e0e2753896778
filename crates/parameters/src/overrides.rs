//! Changes of the configuration from outside `paper.yaml`.

use std::path::Path;
use std::sync::Arc;

use serde_yaml::Value as Yaml;

use crate::fault::ConfigError;
use crate::words::{flow, shortened};
use crate::{Parameters, Scale, Settings, input, yaml};

/// Most keys of a dotted key.
const DEEPEST_KEY: usize = 16;

/// One change of the configuration from outside `paper.yaml`.
#[derive(Clone, Debug)]
pub struct Override {
    /// The keys from the top, one of them for a flat key.
    pub(crate) path: Vec<String>,
    pub(crate) value: Yaml,
    pub(crate) origin: Arc<Origin>,
}

/// Where a value was written.
#[derive(Debug)]
pub(crate) enum Origin {
    /// A section of `paper.yaml`.
    Section(&'static str),
    /// A `--set` argument, or another place in words.
    Argument(String),
    /// A file given by `--config`: its name and text.
    File(String, String),
}

/// What a file given by `--config` asks for.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// The changes, one for each key.
    pub changes: Vec<Override>,
    /// The paper and the scale of the run that it repeats, if it is the provenance of one.
    pub repeats: Option<(String, Scale)>,
}

impl ConfigFile {
    /// Reads a file of `key: value` lines, or the `provenance.yaml` of a run; `-` is standard input.
    ///
    /// # Errors
    /// When the file cannot be read or is not a YAML mapping, or a provenance names no scale.
    pub fn read(path: &Path) -> Result<ConfigFile, ConfigError> {
        let (shown, text) = match path.as_os_str() == "-" {
            true => ("standard input".to_string(), input::read_stdin()?),
            false => {
                let shown = path.display().to_string();
                let text = input::read_text(path, &shown)?;
                (shown, text)
            }
        };
        let text = input::without_mark(text);
        let mut mapping = input::parse(&text, &shown)?;
        let repeats = match (mapping.get("format"), mapping.get("paper"), mapping.get("cells")) {
            (Some(_), Some(Yaml::String(paper)), Some(_)) => {
                let scale = mapping.get("scale").and_then(Yaml::as_str).and_then(|name| name.parse().ok());
                let missing = || ConfigError::new(format!("{shown}: `scale`: expected smoke, default or paper"));
                Some((paper.clone(), scale.ok_or_else(missing)?))
            }
            _ => None,
        };
        if repeats.is_some() {
            mapping = match mapping.remove("config") {
                Some(Yaml::Mapping(config)) => config,
                _ => return Err(ConfigError::new(format!("{shown}: `config`: expected keys with values"))),
            };
        }
        let origin = Arc::new(Origin::File(shown, text));
        let change = |(key, value): (Yaml, Yaml)| {
            let key = key.as_str().unwrap_or_default().to_string();
            Override { path: vec![key], value, origin: origin.clone() }
        };
        Ok(ConfigFile { changes: mapping.into_iter().map(change).collect(), repeats })
    }
}

impl Override {
    /// Reads `key=value`, the value as YAML, dotted keys as nested ones.
    ///
    /// # Errors
    /// When there is no `=`, no key, or the value is not YAML.
    pub fn argument(text: &str) -> Result<Override, ConfigError> {
        let place = format!("--set {}", shortened(text));
        let Some((key, value)) = text.split_once('=') else {
            return Err(ConfigError::new(format!("{place}: expected key=value")));
        };
        let path: Vec<String> = key.trim().split('.').take(DEEPEST_KEY + 1).map(str::to_string).collect();
        if path.iter().any(String::is_empty) || path.len() > DEEPEST_KEY {
            return Err(ConfigError::new(format!("{place}: expected key=value with a key")));
        }
        if value.len() > input::LIMIT {
            return Err(ConfigError::new(format!("{place}: a value has at most {} bytes", input::LIMIT)));
        }
        let value = yaml::value(value)
            .map_err(|fault| ConfigError::new(format!("{place}: the value is not YAML: {}", fault.message)))?;
        Ok(Override { path, value, origin: Arc::new(Origin::Argument(place)) })
    }

    /// The override with its numbers in the one form of their type, as `--set n=2.0` means `n=2`.
    pub fn canonical<T: Parameters>(mut self) -> Override {
        T::shape().canonicalize_at(&self.path, &mut self.value);
        self
    }

    /// Reads `key=value,value,…`: one change for each of the values, which are YAML.
    ///
    /// # Errors
    /// As [`argument`](Self::argument), and when there is no value.
    pub fn list(text: &str) -> Result<Vec<Override>, ConfigError> {
        let place = shortened(text);
        let Some((key, values)) = text.split_once('=') else {
            return Err(ConfigError::new(format!("{place}: expected key=value,value")));
        };
        let whole = Override::argument(&format!("{key}=[{values}]"))?;
        match whole.value {
            Yaml::Sequence(values) if !values.is_empty() => Ok(values
                .into_iter()
                .map(|value| Override { path: whole.path.clone(), value, origin: whole.origin.clone() })
                .collect()),
            _ => Err(ConfigError::new(format!("{place}: expected key=value,value"))),
        }
    }

    /// Whether the settings have this value already.
    pub fn is_in(&self, settings: &Settings) -> bool {
        settings.value(&self.path.join(".")) == Some(&self.value)
    }

    /// The override as `key=value`, to name a run by. Two that mean the same have one summary if they are
    /// [`canonical`](Self::canonical).
    pub fn summary(&self) -> String {
        format!("{}={}", self.path.join("."), flow(&self.value))
    }
}
