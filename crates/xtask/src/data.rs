//! Downloads external data sets by curl; every file is checked before it takes its place.

use std::process::Command;

use anyhow::{Context, Result, bail};

/// Fetches every file of an external data set that is missing.
///
/// # Errors
/// When curl is absent or fails, or a file has another hash than it must have.
pub fn download() -> Result<()> {
    let root = crate::workspace()?;
    let downloads = datasets::missing(&root)?;
    if downloads.is_empty() {
        println!("all external data sets are here");
        return Ok(());
    }
    let scratch = tempfile::tempdir()?;
    for download in downloads {
        println!("{} ({}): {}", download.file.name, download.set.licence, download.url);
        let fetched = scratch.path().join(download.file.name);
        let status = Command::new("curl")
            .args(["--fail", "--location", "--silent", "--show-error", "--output"])
            .arg(&fetched)
            .arg(&download.url)
            .status()
            .context("curl is needed to download data sets")?;
        if !status.success() {
            bail!("{} could not be downloaded; a network is needed", download.url);
        }
        datasets::install(download.set, download.file, &fetched, &root)?;
    }
    Ok(())
}
