//! What each paper costs at default scale: `docs/costs.yaml`, which `cargo xtask bench costs` writes.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Time and memory of a run of one paper from nothing.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Seconds on the machine that the file names.
    pub seconds: f64,
    /// Greatest memory in use, in MB.
    pub megabytes: u64,
}

/// The costs by slug; none where the file is not there.
///
/// # Errors
/// When the file cannot be read as such a table.
pub(crate) fn read(root: &Path) -> Result<BTreeMap<String, Cost>> {
    let path = root.join("docs/costs.yaml");
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let text = std::fs::read_to_string(&path).context("docs/costs.yaml")?;
    serde_yaml::from_str(&text).context("docs/costs.yaml")
}

impl Cost {
    /// In words: `6 s, 50 MB`.
    pub fn words(self) -> String {
        let seconds = match self.seconds {
            below if below < 1.0 => "under 1 s".to_string(),
            seconds => format!("{seconds:.0} s"),
        };
        format!("{seconds}, {} MB", self.megabytes)
    }
}
