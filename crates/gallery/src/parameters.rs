//! The parameters of a paper at its three scales, each with the comment beside it in `paper.yaml`.

use std::collections::BTreeMap;

use anyhow::Result;
use engine::{About, ConfigError, Scale, Settings, flow};
use serde::Serialize;
use serde_yaml::Value;

/// One key of a paper's configuration.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Parameter {
    /// The key, nested ones with dots.
    pub key: String,
    /// What it means; empty where `paper.yaml` does not say.
    pub meaning: String,
    /// Its values at default, smoke and paper scale; none for a key that only holds others.
    pub values: Option<[String; 3]>,
}

/// Reads `paper.yaml` (called `shown` in messages): what the paper is, and its parameters in the order of the file.
///
/// # Errors
/// When the text is not a configuration.
pub(crate) fn read(text: &str, shown: &str) -> Result<(About, Vec<Parameter>)> {
    let at = |scale| Settings::parse(text.to_string(), shown, scale, &[]);
    let [default, smoke, paper] = [at(Scale::Default)?, at(Scale::Smoke)?, at(Scale::Paper)?];
    let meanings = comments(text);
    let (smoke, paper) = (flat(&smoke), flat(&paper));
    let mut parameters = Vec::new();
    for (key, value) in flatten("", default.resolved()) {
        let meaning = meanings.get(&key).cloned().unwrap_or_default();
        let other = |values: &BTreeMap<String, String>| values.get(&key).cloned().unwrap_or_default();
        let values = value.map(|value| [value, other(&smoke), other(&paper)]);
        // A key that holds others is worth a row for its comment only.
        if values.is_some() || !meaning.is_empty() {
            parameters.push(Parameter { key, meaning, values });
        }
    }
    match parameters.is_empty() {
        true => Err(no_parameters(shown).into()),
        false => Ok((default.about, parameters)),
    }
}

fn no_parameters(shown: &str) -> ConfigError {
    ConfigError { faults: vec![format!("{shown}: section `default`: it has no keys")] }
}

/// All keys with their values on one line, in order; a key that holds others comes before them without a value.
fn flatten(prefix: &str, value: &Value) -> Vec<(String, Option<String>)> {
    let Value::Mapping(mapping) = value else {
        return Vec::new();
    };
    let mut keys = Vec::new();
    for (name, value) in mapping {
        let key = format!("{prefix}{}", flow(name));
        match value {
            Value::Mapping(inner) if !inner.is_empty() => {
                let below = flatten(&format!("{key}."), value);
                keys.push((key, None));
                keys.extend(below);
            }
            _ => keys.push((key, Some(flow(value)))),
        }
    }
    keys
}

fn flat(settings: &Settings) -> BTreeMap<String, String> {
    let keys = flatten("", settings.resolved()).into_iter();
    keys.filter_map(|(key, value)| Some((key, value?))).collect()
}

/// The comments behind the keys of the section `default`, by dotted key.
fn comments(text: &str) -> BTreeMap<String, String> {
    let section = text.lines().skip_while(|line| !line.starts_with("default:")).skip(1);
    let section = section.take_while(|line| line.starts_with([' ', '#']) || line.is_empty());
    let mut found = BTreeMap::new();
    // The keys that the present line is inside of, each with its indentation.
    let mut inside: Vec<(usize, &str)> = Vec::new();
    for line in section {
        let (code, comment) = split_comment(line);
        let Some((name, _)) = code.trim().split_once(':') else {
            continue;
        };
        let indentation = code.len() - code.trim_start().len();
        inside.retain(|(outer, _)| *outer < indentation);
        inside.push((indentation, name));
        let key: Vec<&str> = inside.iter().map(|(_, name)| *name).collect();
        if let Some(comment) = comment {
            found.insert(key.join("."), comment.to_string());
        }
    }
    found
}

/// The line without its comment, and the comment, if there is one outside of quotes.
fn split_comment(line: &str) -> (&str, Option<&str>) {
    let mut quote = None;
    let mut before = ' ';
    for (place, character) in line.char_indices() {
        match (quote, character) {
            (None, '#') if before.is_whitespace() => return (&line[..place], Some(line[place + 1..].trim())),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        before = character;
    }
    (line, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
about: { title: T, authors: [A], year: 2026, arxiv: '0000.00000', figure: F, summary: S }
default:
  n: 3        # points, # of them
  # a comment of its own
  name: 'a # b'
  list: [1,   # not a key
         2]
  deep:       # a group
    a: 1.0e-6 # inner
    b: 2
smoke: { n: 1, deep: { a: 0.5 } }
paper:
  n: 9        # not the meaning
";

    #[test]
    fn values_at_three_scales_with_their_meaning() {
        let (about, parameters) = read(TEXT, "paper.yaml").unwrap();
        assert_eq!(about.title, "T");
        let rows: Vec<(&str, &str, String)> = parameters
            .iter()
            .map(|p| {
                let values = p.values.as_ref().map(|values| values.join(" | "));
                (p.key.as_str(), p.meaning.as_str(), values.unwrap_or_default())
            })
            .collect();
        let expected = [
            ("n", "points, # of them", "3 | 1 | 9"),
            ("name", "", "a # b | a # b | a # b"),
            ("list", "not a key", "[1, 2] | [1, 2] | [1, 2]"),
            ("deep", "a group", ""),
            ("deep.a", "inner", "1e-6 | 0.5 | 1e-6"),
            ("deep.b", "", "2 | 2 | 2"),
        ];
        let expected: Vec<(&str, &str, String)> = expected.map(|(k, m, v)| (k, m, v.to_string())).into();
        assert_eq!(rows.len(), expected.len(), "{rows:?}");
        for (row, expected) in rows.iter().zip(&expected) {
            assert_eq!((row.0, row.1), (expected.0, expected.1));
            assert_eq!(row.2.replace('\'', ""), expected.2);
        }
    }

    #[test]
    fn a_broken_file_is_named() {
        let error = read("about: 3\n", "papers/x/paper.yaml").unwrap_err().to_string();
        assert!(error.starts_with("papers/x/paper.yaml:1:8: `about`"), "{error}");
    }
}
