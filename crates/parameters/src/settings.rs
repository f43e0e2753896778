//! The settings of one run: `paper.yaml` at a scale, with overrides.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_yaml::{Mapping, Value as Yaml};

use crate::fault::{ConfigError, Fault, Faults, REPORTED, Segment, path_text};
use crate::node::{Node, unknown_key};
use crate::overrides::Origin;
use crate::shape::{Group, Shape};
use crate::words::{describe, nearest, shortened};
use crate::{About, Override, Parameters, Rules, Scale, Value, Variant, input, locate};

/// The sections of `paper.yaml`.
const SECTIONS: [&str; 5] = ["about", "default", "smoke", "paper", "variants"];

/// Bytes that are read once more to find the places of faults. A text as long as a person writes is read once for
/// each; of one as long as the limit, the first faults have a line and a column, the others only the file.
const REREAD: usize = 2 << 20;

/// The resolved configuration, which remembers where every value came from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the paper is.
    pub about: About,
    /// The runs beside the default one.
    pub variants: Vec<Variant>,
    scale: Scale,
    shown: String,
    text: Arc<str>,
    sections: BTreeMap<&'static str, Mapping>,
    merged: Yaml,
    origins: Origins,
}

/// Where a value and those below it were written.
#[derive(Clone, Debug)]
struct Origins {
    origin: Arc<Origin>,
    /// Of the keys below that were written elsewhere.
    below: BTreeMap<String, Origins>,
}

impl Origins {
    fn new(origin: &Arc<Origin>) -> Origins {
        Origins { origin: origin.clone(), below: BTreeMap::new() }
    }

    /// Where the value at the path was written.
    fn find(&self, path: &[Segment]) -> &Origin {
        match path.split_first() {
            Some((Segment::Key(key), rest)) => self.below.get(key).map_or(&self.origin, |below| below.find(rest)),
            _ => &self.origin,
        }
    }
}

/// A variant as it is written.
#[derive(Parameters)]
struct VariantEntry {
    data: String,
    set: AnyKeys,
}

/// Keys that are checked elsewhere.
#[derive(serde::Serialize)]
struct AnyKeys(Mapping);

impl Value for AnyKeys {
    type Scalar = AnyKeys;

    fn shape() -> Shape {
        Shape::Group(Group { doc: "", fields: Vec::new() })
    }

    fn read(node: &Node<'_>) -> Option<AnyKeys> {
        match node.value {
            Yaml::Mapping(mapping) => Some(AnyKeys(mapping.clone())),
            _ => node.refuse(|| "keys with values".to_string()),
        }
    }
}

impl Settings {
    /// Reads `paper.yaml` at `path` (called `shown` in messages) and resolves it at `scale`.
    ///
    /// # Errors
    /// When the file cannot be read, is not YAML, lacks a section or has an unknown one.
    pub fn load(path: &Path, shown: &str, scale: Scale, overrides: &[Override]) -> Result<Settings, ConfigError> {
        Settings::parse(input::read_text(path, shown)?, shown, scale, overrides)
    }

    /// As [`load`](Self::load), from the text of the file.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn parse(text: String, shown: &str, scale: Scale, overrides: &[Override]) -> Result<Settings, ConfigError> {
        let text = input::without_mark(text);
        let mut top = input::parse(&text, shown)?;
        refuse_unknown_sections(&top, shown, &text)?;
        let mut section = |name: &'static str, required: bool| match top.remove(name) {
            Some(Yaml::Mapping(mapping)) => Ok(mapping),
            None if !required => Ok(Mapping::new()),
            None => Err(ConfigError::new(format!("{shown}: the section `{name}` is missing"))),
            Some(other) => {
                let place = place(shown, &text, &[Segment::Key(name.to_string())], false);
                let got = describe(&other);
                Err(ConfigError::new(format!("{place}: `{name}`: expected keys with values, got {got}")))
            }
        };
        let about = Yaml::Mapping(section("about", true)?);
        let variants = section("variants", false)?;
        let sections: BTreeMap<&'static str, Mapping> = [
            ("default", section("default", true)?),
            ("smoke", section("smoke", false)?),
            ("paper", section("paper", false)?),
        ]
        .into();
        let about = read(&about).map_err(|faults| section_error("about", faults, shown, &text))?;
        let variants = read_variants(variants, shown, &text)?;
        let mut settings = Settings {
            about,
            variants,
            scale,
            shown: shown.to_string(),
            text: text.into(),
            merged: Yaml::Null,
            origins: Origins::new(&Arc::new(Origin::Section("default"))),
            sections,
        };
        settings.resolve();
        overrides.iter().for_each(|change| settings.apply(&change.path, change.value.clone(), &change.origin));
        Ok(settings)
    }

    /// The same settings with the changes of a variant on top.
    pub fn with_variant(mut self, variant: &Variant) -> Settings {
        let origin = Arc::new(Origin::Argument(format!("{}: variant `{}`", self.shown, variant.name)));
        self.apply(&[], Yaml::Mapping(variant.set.clone()), &origin);
        self
    }

    /// The same paper at another scale, without overrides and variants.
    pub fn at_scale(&self, scale: Scale) -> Settings {
        let mut settings = Settings { scale, ..self.clone() };
        settings.resolve();
        settings
    }

    fn resolve(&mut self) {
        self.merged = Yaml::Mapping(Mapping::new());
        self.origins = Origins::new(&Arc::new(Origin::Section("default")));
        for name in ["default", self.scale.name()] {
            let section = Yaml::Mapping(self.sections[name].clone());
            self.apply(&[], section, &Arc::new(Origin::Section(name)));
        }
    }

    /// Sets what is at the end of the keys.
    fn apply(&mut self, path: &[String], value: Yaml, origin: &Arc<Origin>) {
        let (mut place, mut origins) = (&mut self.merged, &mut self.origins);
        for key in path {
            if !place.is_mapping() {
                *place = Yaml::Mapping(Mapping::new());
                *origins = Origins::new(origin);
            }
            let Yaml::Mapping(mapping) = place else { return };
            place = mapping.entry(Yaml::String(key.clone())).or_insert(Yaml::Null);
            origins = origins.below.entry(key.clone()).or_insert_with(|| Origins::new(origin));
        }
        merge(place, origins, value, origin);
    }

    /// Reads the typed configuration and refuses keys that it does not have, in every section.
    ///
    /// # Errors
    /// Every fault (the first 20), each with its place.
    pub fn read<T: Parameters>(&self) -> Result<T, ConfigError> {
        let (config, (faults, mut omitted)) = match read(&self.merged) {
            Ok(config) => (Some(config), (Vec::new(), 0)),
            Err(faults) => (None, faults),
        };
        let mut placed: Vec<(&Origin, &Fault)> =
            faults.iter().map(|fault| (self.origins.find(&fault.path), fault)).collect();
        let elsewhere = self.unknown_keys_elsewhere(&T::shape(), &mut omitted);
        placed.extend(elsewhere.iter().map(|(origin, fault)| (origin, fault)));
        match config {
            Some(config) if placed.is_empty() && omitted == 0 => Ok(config),
            _ => Err(lines(placed, omitted, &self.shown, &self.text)),
        }
    }

    /// The unknown keys of the sections that have no part in these settings: those of other scales and of variants.
    fn unknown_keys_elsewhere(&self, shape: &Shape, omitted: &mut usize) -> Vec<(Origin, Fault)> {
        let others = self.sections.iter().filter(|(name, _)| !["default", self.scale.name()].contains(name));
        let others = others.map(|(name, mapping)| (*name, Vec::new(), mapping));
        let variants = self.variants.iter().map(|variant| {
            let path = [&variant.name, "set"].map(|key| Segment::Key(key.to_string())).to_vec();
            ("variants", path, &variant.set)
        });
        let mut unknown = Vec::new();
        for (section, mut path, mapping) in others.chain(variants) {
            let faults = Faults::default();
            refuse_unknown(mapping, shape, &mut path, &faults);
            let (faults, more) = faults.finish();
            *omitted += more;
            unknown.extend(faults.into_iter().map(|fault| (Origin::Section(section), fault)));
        }
        unknown
    }

    /// The same settings with all numbers in the one form of their type: `n: 2.0` is `n: 2` where a whole number is
    /// meant. So two configurations that mean the same resolve to the same values.
    pub fn canonical<T: Parameters>(mut self) -> Settings {
        T::shape().canonicalize(&mut self.merged);
        self
    }

    /// The resolved keys with their values, in the order of the file.
    pub fn resolved(&self) -> &Yaml {
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
        let fault = Fault { path, message, at_key: false };
        lines([(self.origins.find(&fault.path), &fault)], 0, &self.shown, &self.text)
    }

    /// The value of a key (dotted for nested ones) as text for a message.
    pub fn value_text(&self, key: &str) -> String {
        self.value(key).map_or("nothing".to_string(), describe)
    }

    /// The value of a key, dotted for nested ones.
    pub(crate) fn value(&self, key: &str) -> Option<&Yaml> {
        key.split('.').try_fold(&self.merged, |value, part| value.get(part))
    }

    /// An error about a key of the section `about`, with its place.
    pub(crate) fn error_in_about(&self, key: &str, message: String) -> ConfigError {
        let fault = Fault { path: vec![Segment::Key(key.to_string())], message, at_key: false };
        lines([(&Origin::Section("about"), &fault)], 0, &self.shown, &self.text)
    }
}

/// Puts a value in the place of another one; of mappings, key by key.
fn merge(place: &mut Yaml, origins: &mut Origins, value: Yaml, origin: &Arc<Origin>) {
    match (place, value) {
        (Yaml::Mapping(old), Yaml::Mapping(new)) => {
            for (key, value) in new {
                let name = key.as_str().unwrap_or_default().to_string();
                let origins = origins.below.entry(name).or_insert_with(|| Origins::new(origin));
                merge(old.entry(key).or_insert(Yaml::Null), origins, value, origin);
            }
        }
        (place, value) => {
            *place = value;
            *origins = Origins::new(origin);
        }
    }
}

fn read<T: Value>(value: &Yaml) -> Result<T, (Vec<Fault>, usize)> {
    let faults = Faults::default();
    let read = T::read(&Node { value, path: None, rules: Rules::DEFAULT, faults: &faults });
    match (read, faults.finish()) {
        (Some(value), (faults, _)) if faults.is_empty() => Ok(value),
        (_, faults) => Err(faults),
    }
}

fn read_variants(mapping: Mapping, shown: &str, text: &str) -> Result<Vec<Variant>, ConfigError> {
    let variant = |(name, entry): (Yaml, Yaml)| {
        let name = name.as_str().unwrap_or_default().to_string();
        let VariantEntry { data, set } = read(&entry).map_err(|(mut faults, omitted)| {
            faults.iter_mut().for_each(|fault| fault.path.insert(0, Segment::Key(name.clone())));
            section_error("variants", (faults, omitted), shown, text)
        })?;
        Ok(Variant { name, data, set: set.0 })
    };
    mapping.into_iter().map(variant).collect()
}

/// The error that tells of faults in one section.
fn section_error(
    section: &'static str,
    (faults, omitted): (Vec<Fault>, usize),
    shown: &str,
    text: &str,
) -> ConfigError {
    let origin = Origin::Section(section);
    lines(faults.iter().map(|fault| (&origin, fault)), omitted, shown, text)
}

/// Notes the keys of a mapping, and of those in it, that the shape does not have.
fn refuse_unknown(mapping: &Mapping, shape: &Shape, path: &mut Vec<Segment>, faults: &Faults) {
    let Shape::Group(group) = shape.innermost() else { return };
    let known: Vec<&'static str> = group.fields.iter().map(|field| field.key).collect();
    for (key, value) in mapping {
        let name = key.as_str().unwrap_or_default();
        path.push(Segment::Key(name.to_string()));
        match (group.fields.iter().find(|field| field.key == name), value) {
            (None, _) => faults.at_last_key(path, || unknown_key(name, &known)),
            (Some(field), Yaml::Mapping(inner)) => refuse_unknown(inner, &field.shape, path, faults),
            _ => {}
        }
        path.pop();
    }
}

fn refuse_unknown_sections(top: &Mapping, shown: &str, text: &str) -> Result<(), ConfigError> {
    let Some(name) = top.keys().filter_map(Yaml::as_str).find(|name| !SECTIONS.contains(name)) else {
        return Ok(());
    };
    let hint = match nearest(name, SECTIONS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the sections are {}", SECTIONS.join(", ")),
    };
    let place = place(shown, text, &[Segment::Key(name.to_string())], true);
    Err(ConfigError::new(format!("{place}: unknown section `{}`; {hint}", shortened(name))))
}

/// The lines that tell of the faults, each with its place.
fn lines<'f>(
    faults: impl IntoIterator<Item = (&'f Origin, &'f Fault)>,
    omitted: usize,
    shown: &str,
    text: &str,
) -> ConfigError {
    let mut budget = REREAD;
    let mut find = |shown: &str, text: &str, path: &[Segment], at_key: bool| match budget.checked_sub(text.len()) {
        Some(left) => {
            budget = left;
            place(shown, text, path, at_key)
        }
        None => shown.to_string(),
    };
    let line = |(origin, fault): (&Origin, &Fault)| {
        let Fault { path, message, at_key } = fault;
        let (place, section) = match origin {
            Origin::Section(section) => {
                let mut whole = vec![Segment::Key(section.to_string())];
                whole.extend_from_slice(path);
                (find(shown, text, &whole, *at_key), Some(section))
            }
            Origin::Argument(place) => (place.clone(), None),
            Origin::File(shown, text) => (find(shown, text, path, *at_key), None),
        };
        match (path.as_slice(), section) {
            ([], Some(section)) => format!("{place}: section `{section}`: {message}"),
            ([], None) => format!("{place}: {message}"),
            _ => format!("{place}: `{}`: {message}", path_text(path)),
        }
    };
    let mut faults = faults.into_iter();
    let mut lines: Vec<String> = faults.by_ref().take(REPORTED).map(line).collect();
    match omitted + faults.count() {
        0 => {}
        1 => lines.push(format!("{shown}: one more fault")),
        more => lines.push(format!("{shown}: {more} more faults")),
    }
    ConfigError { faults: lines }
}

fn place(shown: &str, text: &str, path: &[Segment], at_key: bool) -> String {
    match locate::locate(text, path, at_key) {
        Some((line, column)) => format!("{shown}:{line}:{column}"),
        None => shown.to_string(),
    }
}
