//! Where an output came from, and what has changed since.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_yaml::Value;

/// Changes when cached cells or outputs of an older engine must not be used any more.
pub(crate) const FORMAT: u32 = 2;

/// The compiler that built this program.
pub(crate) const TOOLCHAIN: &str = env!("ENGINE_TOOLCHAIN");

/// What the outputs of a paper depend on: the file `provenance.yaml`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Provenance {
    /// Format of this file and of cached cells.
    pub format: u32,
    /// The paper's slug.
    pub paper: String,
    /// smoke, default or paper.
    pub scale: String,
    /// The variant of the default run, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Which replication of the experiment it is; none for the experiment itself.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub replication: u64,
    /// The resolved configuration.
    pub config: Value,
    /// The figure's caption.
    #[serde(default)]
    pub caption: String,
    /// Hashes of the sources.
    pub code: CodeHashes,
    /// Hash of the locked versions of the external libraries that compute.
    pub libraries: String,
    /// The compiler.
    pub toolchain: String,
    /// External and embedded data sets with their hashes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    /// The cells: how many, and a hash of all their identities.
    pub cells: Cells,
    /// Hash of each other file in the folder.
    #[serde(default)]
    pub outputs: BTreeMap<String, String>,
}

fn is_zero(replication: &u64) -> bool {
    *replication == 0
}

/// Hashes of the sources behind a paper.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct CodeHashes {
    /// The paper's sources that compute cells.
    pub computing: String,
    /// All sources of the paper.
    pub whole: String,
    /// Hash of what parameters and columns mean.
    #[serde(default)]
    pub documentation: String,
    /// The modules of crates that the computing sources reach.
    pub crates: BTreeMap<String, String>,
    /// The crates that turn the table into files.
    pub drawing: BTreeMap<String, String>,
}

/// Number of cells, and a hash of all their identities.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Cells {
    /// How many.
    pub count: usize,
    /// SHA-256 over the keys in order.
    pub keys: String,
}

impl Provenance {
    /// The one in a folder of outputs; none where there is none that can be read.
    pub(crate) fn stored(folder: &Path) -> Option<Provenance> {
        serde_yaml::from_str(&fs::read_to_string(folder.join("provenance.yaml")).ok()?).ok()
    }

    /// What is different now, one readable line each; empty when the outputs are current.
    pub fn changes(&self, now: &Provenance) -> Vec<String> {
        let mut changes = Vec::new();
        let mut note = |differs: bool, text: String| {
            if differs {
                changes.push(text);
            }
        };
        note(self.format != now.format, format!("engine format: {} -> {}", self.format, now.format));
        note(self.paper != now.paper, format!("paper: {} -> {}", self.paper, now.paper));
        note(self.scale != now.scale, format!("scale: {} -> {}", self.scale, now.scale));
        note(self.variant != now.variant, "variant".to_string());
        note(self.toolchain != now.toolchain, format!("toolchain: {} -> {}", self.toolchain, now.toolchain));
        note(self.libraries != now.libraries, "libraries: the locked versions changed".to_string());
        let (old, new) = (&self.code, &now.code);
        if old.computing != new.computing {
            note(true, "code: what the paper computes".to_string());
        } else {
            note(old.whole != new.whole, "code: the paper's figure or claims".to_string());
        }
        note(old.documentation != new.documentation, "code: what the parameters and columns mean".to_string());
        note(self.caption != now.caption, "caption".to_string());
        changes.extend(map_changes("code: module", &old.crates, &new.crates));
        changes.extend(map_changes("code: crate", &old.drawing, &new.drawing));
        changes.extend(map_changes("data", &self.data, &now.data));
        config_changes("", &self.config, &now.config, &mut changes);
        if changes.is_empty() && self.cells != now.cells {
            changes.push("cells: the paper now asks for others".to_string());
        }
        changes
    }
}

fn map_changes(what: &str, old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<String> {
    let mut changes = Vec::new();
    for (name, hash) in new {
        match old.get(name) {
            Some(before) if before == hash => {}
            Some(_) => changes.push(format!("{what} {name}")),
            None => changes.push(format!("{what} {name}: new")),
        }
    }
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    changes.extend(gone.map(|name| format!("{what} {name}: no longer used")));
    changes
}

/// Lists changed keys as `config key: old -> new`, nested ones with dots.
pub(crate) fn config_changes(prefix: &str, old: &Value, new: &Value, changes: &mut Vec<String>) {
    let (Value::Mapping(old), Value::Mapping(new)) = (old, new) else {
        if old != new {
            changes.push(format!("config {prefix}: {} -> {}", flow(old), flow(new)));
        }
        return;
    };
    let name = |key: &Value| match prefix {
        "" => flow(key),
        _ => format!("{prefix}.{}", flow(key)),
    };
    for (key, value) in new {
        match old.get(key) {
            Some(before) => config_changes(&name(key), before, value, changes),
            None => changes.push(format!("config {}: (absent) -> {}", name(key), flow(value))),
        }
    }
    for (key, value) in old {
        if !new.contains_key(key) {
            changes.push(format!("config {}: {} -> (absent)", name(key), flow(value)));
        }
    }
}

/// A value of a configuration on one line.
pub fn flow(value: &Value) -> String {
    match value {
        Value::Sequence(list) => {
            format!("[{}]", list.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Value::Mapping(map) => {
            let pairs: Vec<String> = map.iter().map(|(k, v)| format!("{}: {}", flow(k), flow(v))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        other => serde_yaml::to_string(other).unwrap_or_default().trim().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provenance(config: &str) -> Provenance {
        Provenance {
            format: FORMAT,
            paper: "p".into(),
            scale: "default".into(),
            variant: None,
            replication: 0,
            config: serde_yaml::from_str(config).unwrap(),
            caption: String::new(),
            code: CodeHashes {
                computing: "a".into(),
                whole: "b".into(),
                documentation: String::new(),
                crates: [("numerics".to_string(), "c".to_string())].into(),
                drawing: BTreeMap::new(),
            },
            libraries: "d".into(),
            toolchain: "rustc 1".into(),
            data: BTreeMap::new(),
            cells: Cells { count: 3, keys: "e".into() },
            outputs: BTreeMap::new(),
        }
    }

    #[test]
    fn changes_name_keys_with_old_and_new_values() {
        let old = provenance("{ n: 3, eta: 0.05, list: [1, 2], deep: { a: 1 }, gone: x }");
        let new = provenance("{ n: 3, eta: 0.1, list: [1, 3], deep: { a: 2 }, fresh: true }");
        let expected = [
            "config eta: 0.05 -> 0.1",
            "config list: [1, 2] -> [1, 3]",
            "config deep.a: 1 -> 2",
            "config fresh: (absent) -> true",
            "config gone: x -> (absent)",
        ];
        assert_eq!(old.changes(&new), expected);
        assert!(old.changes(&old).is_empty());
    }

    #[test]
    fn code_changes_say_what_they_reach() {
        let old = provenance("{}");
        let mut new = old.clone();
        new.code.whole = "x".into();
        assert_eq!(old.changes(&new), ["code: the paper's figure or claims"]);
        new.code.computing = "y".into();
        new.code.crates.insert("numerics".into(), "z".into());
        new.toolchain = "rustc 2".into();
        let expected = ["toolchain: rustc 1 -> rustc 2", "code: what the paper computes", "code: module numerics"];
        assert_eq!(old.changes(&new), expected);
    }

    #[test]
    fn it_survives_being_written_and_read() {
        let old = provenance("{ n: 3, eta: 1.0e-15 }");
        let text = serde_yaml::to_string(&old).unwrap();
        assert_eq!(serde_yaml::from_str::<Provenance>(&text).unwrap(), old);
    }
}
