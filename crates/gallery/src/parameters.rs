//! What the parameters of a paper mean and their values at its three scales, from `parameters.json`.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One parameter.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Parameter {
    /// The key, nested ones with dots.
    pub key: String,
    /// What it means.
    pub doc: String,
    /// What the group of keys that it is in means.
    pub group: String,
    /// Its range in words, or the names that it is one of.
    pub range: String,
    /// The names that it is one of; none for numbers.
    pub choices: Vec<String>,
    /// Its value at default scale.
    #[serde(deserialize_with = "flow")]
    pub default: String,
    /// Its value at smoke scale.
    #[serde(deserialize_with = "flow")]
    pub smoke: String,
    /// Its value at paper scale.
    #[serde(deserialize_with = "flow")]
    pub paper: String,
}

/// Reads the file at `path`, called `shown` in messages.
///
/// # Errors
/// When the file cannot be read, or is none that a paper's program wrote.
pub(crate) fn read(path: &Path, shown: &str) -> Result<Vec<Parameter>> {
    let text = std::fs::read_to_string(path).with_context(|| shown.to_string())?;
    serde_json::from_str(&text).with_context(|| shown.to_string())
}

/// A value on one line, as it is written after `--set`.
fn flow<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    fn text(value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Array(values) => format!("[{}]", values.iter().map(text).collect::<Vec<_>>().join(", ")),
            Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
                Some(float) => format!("{float:?}"),
                None => number.to_string(),
            },
            other => other.to_string(),
        }
    }
    Ok(text(&Value::deserialize(deserializer)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"[{"key": "large.alpha", "type": "number", "default": 1e-12, "smoke": [1, 0.5], "paper": "mnist",
        "low": 0.0, "high": null, "range": "above 0", "choices": [], "list": false, "doc": "Step.", "group": "Runs."}]"#;

    #[test]
    fn values_are_written_as_they_are_set() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("parameters.json");
        std::fs::write(&path, TEXT).unwrap();
        let parameters = read(&path, "parameters.json").unwrap();
        let Parameter { key, default, smoke, paper, .. } = &parameters[0];
        assert_eq!(
            (key.as_str(), default.as_str(), smoke.as_str(), paper.as_str()),
            ("large.alpha", "1e-12", "[1, 0.5]", "mnist")
        );
        std::fs::write(&path, "{}").unwrap();
        assert!(format!("{:#}", read(&path, "figures/x/parameters.json").unwrap_err()).starts_with("figures/x/"));
    }
}
