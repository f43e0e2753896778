//! The settings of one run: `paper.yaml` at a scale, with overrides.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_yaml::{Mapping, Value};

use super::locate::locate;
use super::reader::{Fault, Known, Node, describe, refuse_unknown};
use super::{ConfigError, Segment, nearest, path_text, yaml};

/// Bytes a configuration file may have.
const FILE_LIMIT: u64 = 1 << 20;

/// The sections of `paper.yaml`.
const SECTIONS: [&str; 5] = ["about", "default", "smoke", "paper", "variants"];

/// How large a run is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, clap::ValueEnum)]
pub enum Scale {
    /// Seconds; the figure has the right form, the claims are not judged.
    Smoke,
    /// What `figures/` holds; the claims are judged.
    Default,
    /// The published sizes.
    Paper,
}

impl Scale {
    /// The section of `paper.yaml` and the value of `--scale`.
    pub fn name(self) -> &'static str {
        match self {
            Scale::Smoke => "smoke",
            Scale::Default => "default",
            Scale::Paper => "paper",
        }
    }
}

/// What the paper is: the section `about` of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct About {
    /// Full title.
    pub title: String,
    /// Authors in the order of the paper.
    pub authors: Vec<String>,
    /// Year of the first version.
    pub year: u32,
    /// arXiv identifier, as text so that trailing zeros stay.
    pub arxiv: String,
    /// The figure that is regenerated.
    pub figure: String,
    /// What the paper shows, in a sentence or two.
    pub summary: String,
    /// Where it was published.
    pub venue: Option<String>,
    /// The heading it stands under in the gallery.
    pub topic: Option<String>,
}

/// A second run beside the default one, made when a data set is present.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Name; its figures are in `figures/<slug>.<name>/`.
    pub name: String,
    /// The data set that has to be present.
    pub data: String,
    /// The keys that differ from `default`.
    pub set: Mapping,
}

/// One change of the configuration from outside `paper.yaml`.
#[derive(Clone, Debug)]
pub struct Override {
    /// The keys from the top, one of them for a flat key.
    path: Vec<String>,
    value: Value,
    origin: Origin,
}

#[derive(Clone, Debug)]
enum Origin {
    /// A section of `paper.yaml`.
    Section(&'static str),
    /// A `--set` argument, or another one as it was typed.
    Argument(String),
    /// A file given by `--config`: its name and text.
    File(String, String),
}

impl Override {
    /// Reads `key=value`, the value as YAML, dotted keys as nested ones.
    ///
    /// # Errors
    /// When there is no `=`, no key, or the value is not YAML.
    pub fn argument(text: &str) -> Result<Override, ConfigError> {
        let shown: String = text.chars().take(80).collect();
        let place = format!("--set {shown}{}", if shown.len() < text.len() { "…" } else { "" });
        let Some((key, value)) = text.split_once('=') else {
            return Err(ConfigError::new(format!("{place}: expected key=value")));
        };
        let path: Vec<String> = key.trim().split('.').map(str::to_string).collect();
        if path.iter().any(String::is_empty) || path.len() > 16 {
            return Err(ConfigError::new(format!("{place}: expected key=value with a key")));
        }
        let value = yaml::value(value)
            .map_err(|fault| ConfigError::new(format!("{place}: the value is not YAML: {}", fault.message)))?;
        Ok(Override { path, value, origin: Origin::Argument(place) })
    }

    /// Reads a file of `key: value` lines.
    ///
    /// # Errors
    /// When the file cannot be read or is not a YAML mapping.
    pub fn file(path: &Path) -> Result<Vec<Override>, ConfigError> {
        let shown = path.display().to_string();
        let text = read_text(path, &shown)?;
        let mapping = parse_mapping(&text, &shown)?;
        mapping
            .into_iter()
            .map(|(key, value)| {
                let key = key_name(&key, &shown)?;
                let origin = Origin::File(shown.clone(), text.clone());
                Ok(Override { path: vec![key], value, origin })
            })
            .collect()
    }

    /// The override as `key=value`, to name a run by.
    pub fn summary(&self) -> String {
        let value = serde_yaml::to_string(&self.value).unwrap_or_default();
        format!("{}={}", self.path.join("."), value.trim().replace('\n', " "))
    }
}

/// The resolved configuration, which remembers where every value came from.
#[derive(Debug)]
pub struct Settings {
    /// What the paper is.
    pub about: About,
    /// The runs beside the default one.
    pub variants: Vec<Variant>,
    scale: Scale,
    shown: String,
    text: String,
    sections: BTreeMap<&'static str, Mapping>,
    merged: Value,
    origins: BTreeMap<String, Origin>,
}

impl Settings {
    /// Reads `paper.yaml` at `path` (called `shown` in messages) and resolves it at `scale`.
    ///
    /// # Errors
    /// When the file cannot be read, is not YAML, lacks a section or has an unknown one.
    pub fn load(path: &Path, shown: &str, scale: Scale, overrides: &[Override]) -> Result<Settings, ConfigError> {
        Settings::parse(read_text(path, shown)?, shown, scale, overrides)
    }

    /// As [`load`](Self::load), from the text of the file.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn parse(text: String, shown: &str, scale: Scale, overrides: &[Override]) -> Result<Settings, ConfigError> {
        let mut top = parse_mapping(&text, shown)?;
        for key in top.keys() {
            let name = key_name(key, shown)?;
            if !SECTIONS.contains(&name.as_str()) {
                let near = nearest(&name, SECTIONS);
                let hint = near.map_or(format!("the sections are {}", SECTIONS.join(", ")), |near| {
                    format!("did you mean `{near}`?")
                });
                let place = place(shown, &text, &[Segment::Key(name.clone())], true);
                return Err(ConfigError::new(format!("{place}: unknown section `{name}`; {hint}")));
            }
        }
        let mut section = |name: &'static str, required: bool| match top.remove(name) {
            Some(Value::Mapping(mapping)) => Ok(mapping),
            None if !required => Ok(Mapping::new()),
            None => Err(ConfigError::new(format!("{shown}: the section `{name}` is missing"))),
            Some(other) => {
                let place = place(shown, &text, &[Segment::Key(name.to_string())], false);
                let got = describe(&other);
                Err(ConfigError::new(format!("{place}: `{name}`: expected keys with values, got {got}")))
            }
        };
        let about = Value::Mapping(section("about", true)?);
        let variants = section("variants", false)?;
        let sections: BTreeMap<&'static str, Mapping> = [
            ("default", section("default", true)?),
            ("smoke", section("smoke", false)?),
            ("paper", section("paper", false)?),
        ]
        .into();
        let about = read(&about).map_err(|fault| describe_fault(&fault, shown, &text, "about"))?;
        let variants = read_variants(variants, shown, &text)?;
        let mut settings = Settings {
            about,
            variants,
            scale,
            shown: shown.to_string(),
            text,
            merged: Value::Mapping(Mapping::new()),
            origins: BTreeMap::new(),
            sections,
        };
        settings.resolve(overrides)?;
        Ok(settings)
    }

    /// The same settings with the changes of a variant on top.
    ///
    /// # Errors
    /// Never for a variant of these settings.
    pub fn with_variant(mut self, variant: &Variant) -> Result<Settings, ConfigError> {
        for (key, value) in &variant.set {
            let path = vec![key_name(key, &self.shown)?];
            let place = format!("{}: variant `{}`", self.shown, variant.name);
            self.apply(&path, value.clone(), Origin::Argument(place));
        }
        Ok(self)
    }

    fn resolve(&mut self, overrides: &[Override]) -> Result<(), ConfigError> {
        let scale = self.scale.name();
        for name in ["default", scale] {
            for (key, value) in self.sections[name].clone() {
                let key = key_name(&key, &self.shown)?;
                self.apply(&[key], value, Origin::Section(name));
            }
        }
        for change in overrides {
            self.apply(&change.path, change.value.clone(), change.origin.clone());
        }
        Ok(())
    }

    fn apply(&mut self, path: &[String], value: Value, origin: Origin) {
        self.origins.insert(path.join("."), origin);
        let mut place = &mut self.merged;
        for key in path {
            if !place.is_mapping() {
                *place = Value::Mapping(Mapping::new());
            }
            let Value::Mapping(mapping) = place else { return };
            place = mapping.entry(Value::String(key.clone())).or_insert(Value::Null);
        }
        merge(place, value);
    }

    /// Reads the typed configuration and refuses keys that it does not have, in every section.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        let known = Known::default();
        let result = T::deserialize(Node::root(&self.merged, &known));
        let fields = known.fields.borrow();
        // A fault may have stopped the reading before all fields were seen: then an unknown key
        // is only reported if it is the fault.
        let config = result.map_err(|fault| self.fault(&fault))?;
        if let Value::Mapping(merged) = &self.merged {
            refuse_unknown(merged, &fields, &[]).map_err(|fault| self.fault(&fault))?;
        }
        for (name, section) in &self.sections {
            refuse_unknown(section, &fields, &[])
                .map_err(|fault| describe_fault(&fault, &self.shown, &self.text, name))?;
        }
        Ok(config)
    }

    /// The resolved keys with their values, in the order of the file.
    pub fn resolved(&self) -> &Value {
        &self.merged
    }

    /// The scale.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// An error about the configuration as a whole.
    pub fn error(&self, message: String) -> ConfigError {
        ConfigError::new(format!("{}: {message}", self.shown))
    }

    /// An error about one key (dotted for nested ones), with its place.
    pub fn error_at(&self, key: &str, message: String) -> ConfigError {
        let path: Vec<Segment> = key.split('.').map(|key| Segment::Key(key.to_string())).collect();
        self.fault(&Fault { path: Some(path), message, at_key: false })
    }

    /// The value of a key (dotted for nested ones) as text for a message.
    pub fn value_text(&self, key: &str) -> String {
        let mut value = Some(&self.merged);
        for part in key.split('.') {
            value = value.and_then(|value| value.get(part));
        }
        value.map_or("nothing".to_string(), describe)
    }

    fn fault(&self, fault: &Fault) -> ConfigError {
        let path = fault.path.as_deref().unwrap_or_default();
        // The longest beginning of the path that was set as one.
        let origin = (1..=path.len()).rev().find_map(|depth| self.origins.get(&path_text(&path[..depth])));
        match origin {
            None => describe_fault(fault, &self.shown, &self.text, "default"),
            Some(Origin::Section(name)) => describe_fault(fault, &self.shown, &self.text, name),
            Some(Origin::Argument(place)) => {
                ConfigError::new(format!("{place}: `{}`: {}", path_text(path), fault.message))
            }
            Some(Origin::File(shown, text)) => {
                let place = place(shown, text, path, fault.at_key);
                ConfigError::new(format!("{place}: `{}`: {}", path_text(path), fault.message))
            }
        }
    }
}

fn merge(place: &mut Value, value: Value) {
    match (place, value) {
        (Value::Mapping(old), Value::Mapping(new)) => {
            for (key, value) in new {
                merge(old.entry(key).or_insert(Value::Null), value);
            }
        }
        (place, value) => *place = value,
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Fault> {
    let known = Known::default();
    let result = T::deserialize(Node::root(value, &known))?;
    if let Value::Mapping(mapping) = value {
        refuse_unknown(mapping, &known.fields.borrow(), &[])?;
    }
    Ok(result)
}

fn read_variants(mapping: Mapping, shown: &str, text: &str) -> Result<Vec<Variant>, ConfigError> {
    #[derive(Deserialize)]
    struct Entry {
        data: String,
        set: BTreeMap<String, Value>,
    }
    mapping
        .into_iter()
        .map(|(key, value)| {
            let name = key_name(&key, shown)?;
            let entry: Entry = read(&value).map_err(|fault| describe_fault(&fault, shown, text, "variants"))?;
            let set = entry.set.into_iter().map(|(key, value)| (Value::String(key), value));
            Ok(Variant { name, data: entry.data, set: set.collect() })
        })
        .collect()
}

fn describe_fault(fault: &Fault, shown: &str, text: &str, section: &str) -> ConfigError {
    let inner = fault.path.as_deref().unwrap_or_default();
    let mut path = vec![Segment::Key(section.to_string())];
    path.extend_from_slice(inner);
    let place = place(shown, text, &path, fault.at_key);
    match inner {
        [] => ConfigError::new(format!("{place}: section `{section}`: {}", fault.message)),
        _ => ConfigError::new(format!("{place}: `{}`: {}", path_text(inner), fault.message)),
    }
}

fn place(shown: &str, text: &str, path: &[Segment], at_key: bool) -> String {
    match locate(text, path, at_key) {
        Some((line, column)) => format!("{shown}:{line}:{column}"),
        None => shown.to_string(),
    }
}

fn key_name(key: &Value, shown: &str) -> Result<String, ConfigError> {
    match key {
        Value::String(name) => Ok(name.clone()),
        other => {
            let got = describe(other);
            Err(ConfigError::new(format!("{shown}: expected a name as key, got {got}")))
        }
    }
}

fn read_text(path: &Path, shown: &str) -> Result<String, ConfigError> {
    let failed = |error: &dyn fmt::Display| ConfigError::new(format!("{shown}: cannot be read: {error}"));
    let size = std::fs::metadata(path).map_err(|error| failed(&error))?.len();
    if size > FILE_LIMIT {
        return Err(failed(&format!("it has {size} bytes, a configuration has at most {FILE_LIMIT}")));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
        ConfigError::new(format!("{shown}:{line}: the text is not UTF-8"))
    })
}

fn parse_mapping(text: &str, shown: &str) -> Result<Mapping, ConfigError> {
    let value = yaml::value(text).map_err(|fault| {
        let place = match fault.place {
            Some((line, column)) => format!("{shown}:{line}:{column}"),
            None => shown.to_string(),
        };
        ConfigError::new(format!("{place}: not valid YAML: {}", fault.message))
    })?;
    match value {
        Value::Mapping(mapping) => Ok(mapping),
        other => {
            let got = describe(&other);
            Err(ConfigError::new(format!("{shown}: expected a mapping of keys and values, got {got}")))
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
