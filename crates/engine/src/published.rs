//! What a paper published, as data that its figure and its claims read: `papers/<slug>/published.yaml`.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tables::Value;

/// The published values of a paper by name. In its source:
///
/// ```ignore
/// pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));
/// ```
pub struct Published {
    text: &'static str,
    entries: OnceLock<Vec<(String, Entry)>>,
}

/// One published number, or a list of them.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The quantity, in our words.
    pub what: String,
    /// The number, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Where in a list the numbers belong: numbers or names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub x: Vec<serde_yaml::Value>,
    /// The numbers of a list, one for each x.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub y: Vec<f64>,
    /// Lower ends of their ranges, where there are some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub low: Vec<f64>,
    /// Upper ends of their ranges.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub high: Vec<f64>,
    /// How it compares with ours.
    pub compares: Compares,
    /// How it was read: printed, digitised, derived, second-hand; with the error of reading.
    pub reading: String,
    /// Where in the source it stands.
    pub locator: String,
    /// The source.
    pub source: String,
    /// What a reader has to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How a published number compares with one of ours.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compares {
    /// The same quantity in the same setting.
    Exact,
    /// The same quantity at another size or on other data: shown, not judged.
    Scaled,
    /// Only the order or the sign can be compared.
    Order,
}

/// A published number with its place, for a claim.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Number {
    /// The number.
    pub value: f64,
    /// How far ours may be off, where that is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// Where it stands.
    pub locator: String,
    /// How it compares with ours.
    pub compares: Compares,
}

impl Published {
    /// The values in the text of a `published.yaml`, which is read when one is asked for.
    pub const fn new(text: &'static str) -> Published {
        Published { text, entries: OnceLock::new() }
    }

    /// Reads and checks the text of a `published.yaml`.
    ///
    /// # Errors
    /// With the entry and what is wrong in it.
    pub fn read(text: &str) -> Result<Vec<(String, Entry)>, String> {
        let file: serde_yaml::Mapping = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        let entry = |(name, value): (serde_yaml::Value, serde_yaml::Value)| {
            let name = name.as_str().ok_or("names of entries are texts")?.to_string();
            let entry: Entry = serde_yaml::from_value(value).map_err(|error| format!("{name}: {error}"))?;
            entry.check().map_err(|fault| format!("{name}: {fault}"))?;
            Ok((name, entry))
        };
        file.into_iter().map(entry).collect()
    }

    /// All entries in the order of the file.
    ///
    /// # Panics
    /// When the file is not what it should be.
    #[track_caller]
    pub fn entries(&self) -> &[(String, Entry)] {
        let read = || Published::read(self.text).unwrap_or_else(|fault| panic!("published.yaml: {fault}"));
        self.entries.get_or_init(read)
    }

    /// The entry of this name.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn entry(&self, name: &str) -> &Entry {
        let found = self.entries().iter().find(|(other, _)| other == name);
        &found.unwrap_or_else(|| panic!("published.yaml has no entry `{name}`")).1
    }

    /// The number of an entry that is one.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn number(&self, name: &str) -> Number {
        let entry = self.entry(name);
        let value = entry.value.unwrap_or_else(|| panic!("published.yaml: `{name}` is a list, not a number"));
        entry.located(value)
    }
}

impl Entry {
    /// Where the numbers of a list belong.
    ///
    /// # Panics
    /// When these are names.
    #[track_caller]
    pub fn places(&self) -> Vec<f64> {
        let number = |x: &serde_yaml::Value| x.as_f64().unwrap_or_else(|| panic!("`{}` has names as x", self.what));
        self.x.iter().map(number).collect()
    }

    /// The number of a list that belongs to a place or name.
    ///
    /// # Panics
    /// When the list has none.
    #[track_caller]
    pub fn at(&self, x: impl Into<Value>) -> Number {
        let x = x.into();
        let is = |other: &serde_yaml::Value| match other.as_f64() {
            Some(number) => x == Value::Float(number),
            None => other.as_str().is_some_and(|name| x == Value::from(name)),
        };
        let position = self.x.iter().position(is);
        let position = position.unwrap_or_else(|| panic!("`{}` of published.yaml has nothing at {x}", self.what));
        self.located(self.y[position])
    }

    fn located(&self, value: f64) -> Number {
        Number { value, tolerance: None, locator: self.locator.clone(), compares: self.compares }
    }

    fn check(&self) -> Result<(), String> {
        let (x, y) = (self.x.len(), self.y.len());
        if self.value.is_some() == (y > 0) {
            return Err("either `value`, or `x` and `y`".to_string());
        }
        if x != y || [&self.low, &self.high].iter().any(|ends| !ends.is_empty() && ends.len() != y) {
            return Err(format!("{x} x, {y} y, {} low, {} high: as many of each", self.low.len(), self.high.len()));
        }
        let numbers = self.value.iter().chain(&self.y).chain(&self.low).chain(&self.high);
        match numbers.into_iter().all(|number| number.is_finite()) {
            true => Ok(()),
            false => Err("every number is finite".to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static GOOD: Published = Published::new(
        "slope: { what: s, value: -2, compares: exact, reading: printed, locator: eq. 4, source: v1 }\n\
         curve: { what: c, x: [1, 2.5], y: [0.5, 0.7], compares: scaled, reading: digitised, locator: Figure 1, source: v1 }\n\
         table: { what: t, x: [erm, rfc], y: [1, 2], compares: order, reading: printed, locator: Table 2, source: v1 }\n",
    );

    #[test]
    fn numbers_by_name_and_place() {
        assert_eq!(GOOD.number("slope").value, -2.0);
        assert_eq!(GOOD.entry("curve").places(), [1.0, 2.5]);
        assert_eq!((GOOD.entry("curve").at(1_u64).value, GOOD.entry("curve").at(2.5).value), (0.5, 0.7));
        let number = GOOD.entry("table").at("rfc");
        assert_eq!((number.value, number.locator.as_str(), number.compares), (2.0, "Table 2", Compares::Order));
        assert!(std::panic::catch_unwind(|| GOOD.entry("none")).is_err());
        assert!(std::panic::catch_unwind(|| GOOD.entry("curve").at(3.0)).is_err());
        assert!(std::panic::catch_unwind(|| GOOD.number("curve")).is_err());
    }

    #[test]
    fn faults_name_the_entry() {
        let rest = "compares: exact, reading: r, locator: l, source: s";
        for (numbers, fault) in [
            ("", "either `value`"),
            ("value: 1, x: [1], y: [1],", "either `value`"),
            ("x: [1, 2], y: [1],", "2 x, 1 y"),
            ("value: .nan,", "finite"),
            ("valeu: 1,", "unknown field"),
        ] {
            let error = Published::read(&format!("a: {{ what: w, {numbers} {rest} }}")).unwrap_err();
            assert!(error.starts_with("a: ") && error.contains(fault), "{error}");
        }
    }
}
