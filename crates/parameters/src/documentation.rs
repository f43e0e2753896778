//! The parameters of a paper, for people and for programs.

use std::ops::Bound;

use serde::Serialize;
use serde_yaml::Value as Yaml;

use crate::rules::{Bounds, Rules};
use crate::shape::{Field, Group, Shape};
use crate::words::flow;
use crate::{Parameters, Scale, Settings};

/// Characters of the table's column of meanings, if the terminal has no room for more.
const NARROWEST: usize = 24;

/// Characters of a value in the table.
const LONGEST_VALUE: usize = 24;

/// What is known about one parameter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// The key, dotted if it is nested, as in `--set`.
    pub key: String,
    /// The type in words: `whole number`, `list of numbers`, `one of mnist, fashion`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value at default scale.
    pub default: serde_json::Value,
    /// Its value at smoke scale.
    pub smoke: serde_json::Value,
    /// Its value at paper scale.
    pub paper: serde_json::Value,
    /// The lower end of its range, or of the range of a list's numbers.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// Whether the lower end is no value itself.
    pub above_low: bool,
    /// Whether the upper end is no value itself.
    pub below_high: bool,
    /// Range, length and order in words; empty for any value.
    pub range: String,
    /// The names that it, or each value of a list, is one of.
    pub choices: Vec<&'static str>,
    /// Whether it is a list.
    pub list: bool,
    /// What it means.
    pub doc: String,
    /// What the group of keys that it is in means.
    pub group: String,
}

/// The documentation of all parameters, in the order in which they are declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Documentation {
    /// Each parameter.
    pub parameters: Vec<Parameter>,
}

impl Settings {
    /// The documentation of all parameters, with their values at each scale.
    pub fn documentation<T: Parameters>(&self) -> Documentation {
        let scales = Scale::ALL.map(|scale| self.at_scale(scale).canonical::<T>());
        let mut parameters = Vec::new();
        if let Shape::Group(group) = T::shape() {
            document(&group, "", group.doc, &scales, &mut parameters);
        }
        Documentation { parameters }
    }
}

fn document(group: &Group, prefix: &str, doc: &str, scales: &[Settings; 3], parameters: &mut Vec<Parameter>) {
    for field in &group.fields {
        let key = format!("{prefix}{}", field.key);
        match &field.shape {
            Shape::Group(inner) => {
                let doc = if field.doc.is_empty() { inner.doc } else { field.doc };
                document(inner, &format!("{key}."), doc, scales, parameters);
            }
            _ => parameters.push(parameter(field, key, doc, scales)),
        }
    }
}

fn parameter(field: &Field, key: String, group: &str, scales: &[Settings; 3]) -> Parameter {
    let value = |settings: &Settings| {
        let value = settings.value(&key).unwrap_or(&Yaml::Null);
        serde_json::to_value(value).unwrap_or(serde_json::Value::Null)
    };
    let [smoke, default, paper] = scales.each_ref().map(value);
    let bounds = bounds(&field.shape, &field.rules);
    let end = |bound: Bound<f64>| match bound {
        Bound::Included(end) | Bound::Excluded(end) => Some(end),
        Bound::Unbounded => None,
    };
    let (low, high) = bounds.map_or((Bound::Unbounded, Bound::Unbounded), |bounds| (bounds.low, bounds.high));
    Parameter {
        kind: field.shape.words(),
        default,
        smoke,
        paper,
        low: end(low),
        high: end(high),
        above_low: matches!(low, Bound::Excluded(_)),
        below_high: matches!(high, Bound::Excluded(_)),
        range: range_words(field, bounds),
        choices: field.shape.innermost().choices(),
        list: field.shape.is_list(),
        doc: field.doc.to_string(),
        group: group.to_string(),
        key,
    }
}

fn bounds(shape: &Shape, rules: &Rules) -> Option<Bounds> {
    match shape.innermost() {
        Shape::Whole(default) | Shape::Number(default) => Some(rules.range.unwrap_or(*default)),
        _ => None,
    }
}

/// Everything that the rules say: `1 or more, 2 to 20 values, rising`.
fn range_words(field: &Field, bounds: Option<Bounds>) -> String {
    let range = bounds.map_or(String::new(), |bounds| bounds.words());
    let length = field.rules.length.map_or(String::new(), |length| length.words());
    let order = field.rules.order.map_or("", |order| order.word());
    let distinct = if field.rules.distinct { "none twice" } else { "" };
    let words = [range.as_str(), length.as_str(), order, distinct];
    words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ")
}

impl Documentation {
    /// The documentation as a list of objects with the fields of [`Parameter`].
    pub fn json(&self) -> serde_json::Value {
        serde_json::to_value(&self.parameters).unwrap_or(serde_json::Value::Null)
    }

    /// The documentation as a table for a terminal so many characters wide: name, default value, range, meaning.
    pub fn table(&self, width: usize) -> String {
        let range = |parameter: &Parameter| match (parameter.choices.is_empty(), parameter.range.as_str()) {
            (true, "") => parameter.kind.clone(),
            (true, range) => range.to_string(),
            (false, "") => parameter.choices.join(", "),
            (false, range) => format!("{}; {range}", parameter.choices.join(", ")),
        };
        let mut rows = vec![["PARAMETER", "DEFAULT", "RANGE", "MEANING"].map(str::to_string)];
        for parameter in &self.parameters {
            let value = serde_yaml::to_value(&parameter.default).unwrap_or(Yaml::Null);
            rows.push([parameter.key.clone(), flow(&value), range(parameter), parameter.doc.clone()]);
        }
        let longest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let (key, value, range) = (longest(0), longest(1).min(LONGEST_VALUE), longest(2).min(LONGEST_VALUE));
        let widths = [key, value, range, width.saturating_sub(key + value + range + 6).max(NARROWEST)];
        rows.iter().map(|row| table_row(row, widths)).collect()
    }
}

/// A row of the table, on as many lines as its cells need.
fn table_row(cells: &[String; 4], widths: [usize; 4]) -> String {
    let wrapped: Vec<Vec<String>> = cells.iter().zip(widths).map(|(cell, width)| wrap(cell, width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for line in 0..height {
        let cells = wrapped.iter().zip(widths).map(|(lines, width)| {
            let cell = lines.get(line).map_or("", String::as_str);
            format!("{cell:width$}")
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// The lines of a text, broken between words; a word that is longer than a line is broken as well.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        while !word.is_empty() {
            let space = usize::from(used > 0);
            if used > 0 && used + space + word.len() > width {
                lines.push(String::new());
                used = 0;
                continue;
            }
            let taken: String = word.drain(..word.len().min(width)).collect();
            if let Some(line) = lines.last_mut() {
                line.push_str(if space == 1 { " " } else { "" });
                line.push_str(&taken);
            }
            used += space + taken.chars().count();
        }
    }
    lines
}
