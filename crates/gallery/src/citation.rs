//! What the collection as a whole is: `CITATION.cff`.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// The parts of `CITATION.cff` that the gallery shows.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Citation {
    /// Title of the collection.
    pub title: String,
    /// What it is, in a sentence or two.
    #[serde(rename = "abstract")]
    pub summary: String,
    /// Who made it.
    pub authors: Vec<Author>,
    /// Version.
    pub version: String,
    /// Day of the release, as in 2026-11-25.
    pub date_released: String,
    /// SPDX identifiers of the licences, of which a user may choose one.
    pub license: Vec<String>,
    /// Keywords.
    #[serde(default)]
    pub keywords: Vec<String>,
}

/// An author of the collection: a group or a person.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Author {
    /// A group.
    Group {
        /// Its name.
        name: String,
    },
    /// A person.
    #[serde(rename_all = "kebab-case")]
    Person {
        /// Given names.
        given_names: String,
        /// Family names.
        family_names: String,
    },
}

impl Author {
    /// The name in full.
    pub fn name(&self) -> String {
        match self {
            Author::Group { name } => name.clone(),
            Author::Person { given_names, family_names } => format!("{given_names} {family_names}"),
        }
    }
}

impl Citation {
    /// Reads the file in the workspace.
    ///
    /// # Errors
    /// When it cannot be read or lacks a part.
    pub fn read(root: &Path) -> Result<Citation> {
        let text = std::fs::read_to_string(root.join("CITATION.cff")).context("CITATION.cff")?;
        serde_yaml::from_str(&text).context("CITATION.cff")
    }
}
