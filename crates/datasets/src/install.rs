//! What to download, and how a downloaded file takes its place.

use anyhow::{Context, Result};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::places::{external_folder, places};
use crate::reading::{find_in, is_intact, read_checked};
use crate::{DataFile, DataSet, external};

/// One file to download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// The data set that it belongs to.
    pub set: &'static DataSet,
    /// What it has to contain.
    pub file: &'static DataFile,
    /// Where it comes from.
    pub url: String,
    /// Where [`install`] puts it.
    pub target: PathBuf,
}

/// What has to be downloaded into the workspace `root` to have all external data sets: nothing for
/// a data set that is complete anywhere it is looked for, else every file that `data/external/`
/// lacks or holds with other contents.
///
/// # Errors
/// Where a file is there but cannot be read.
pub fn missing(root: &Path) -> Result<Vec<Download>> {
    missing_of(external(), root, &places())
}

fn missing_of(sets: &[&'static DataSet], root: &Path, places: &[PathBuf]) -> Result<Vec<Download>> {
    let mut downloads = Vec::new();
    for set in sets {
        let complete = |place: &PathBuf| matches!(find_in(set, std::slice::from_ref(place)), Ok(Some(_)));
        if places.iter().any(complete) {
            continue;
        }
        for file in set.files {
            let target = target(set, file, root);
            if let Some(url) = set.url(file)
                && !is_intact(&target, file)?
            {
                downloads.push(Download { set, file, url, target });
            }
        }
    }
    Ok(downloads)
}

fn target(set: &DataSet, file: &DataFile, root: &Path) -> PathBuf {
    external_folder(root).join(set.name).join(file.name)
}

/// Checks a downloaded file and moves it to its place under `data/external/` of the workspace
/// `root`. At no moment is there a half-written file in that place.
///
/// # Errors
/// Where the file has other contents than described (it is left where it was), and where writing
/// fails.
pub fn install(set: &DataSet, file: &DataFile, downloaded: &Path, root: &Path) -> Result<()> {
    let bytes = read_checked(downloaded, set, file)?;
    let target = target(set, file, root);
    let folder = target.parent().context("a target lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    // The download may lie on another disk, from which nothing can be renamed; and two processes
    // may install at once.
    let partial = folder.join(format!(".{}.{}", file.name, std::process::id()));
    let written = write_synced(&partial, &bytes).and_then(|()| fs::rename(&partial, &target));
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&partial);
    }
    written.with_context(|| format!("cannot write {}", target.display()))?;
    fs::remove_file(downloaded).with_context(|| format!("cannot remove {}", downloaded.display()))
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
