//! The gallery: static pages about all papers, and RO-Crate metadata, made from what is committed.
//!
//! Reads `papers/<slug>/`, `figures/<slug>/`, `docs/` and the texts at the top; writes `figures/index.html`,
//! `figures/pages/`, the report (`figures/report.html`, `report.md`) and `figures/ro-crate-metadata.json`. It never writes
//! into `figures/<slug>/`, which is replaced as a whole by the paper's program. The same inputs give the same bytes: no
//! output holds a time, a host or a path of this machine.

mod citation;
mod claims;
mod costs;
mod drawing;
mod links;
mod markup;
mod metadata;
mod pages;
mod paper;
mod parameters;
mod preview;
mod reader;
mod readme;
mod report;
mod site;

pub use citation::Citation;
pub use paper::{Collection, Paper};
pub use report::junit;
pub use site::Site;

use std::path::Path;

use anyhow::Result;

/// Reads all papers under the workspace `root` and makes the files of the gallery.
///
/// # Errors
/// When an input cannot be read; the message names the file and what is wrong in it.
pub fn make(root: &Path) -> Result<(Collection, Site)> {
    let collection = Collection::read(root)?;
    let mut site = Site::default();
    pages::render(&collection, &mut site)?;
    let metadata = metadata::describe(&collection, &site)?;
    site.add("ro-crate-metadata.json", metadata);
    Ok((collection, site))
}
