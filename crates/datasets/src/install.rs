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
mod tests {
    use super::*;
    use crate::reading::tests::{LETTERS, put};

    fn names(downloads: &[Download]) -> Vec<&str> {
        downloads.iter().map(|download| download.file.name).collect()
    }

    #[test]
    fn what_is_missing_is_what_to_download() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("space");
        let (own, other) = (external_folder(&root), folder.path().join("other"));
        let places = [own.clone(), other.clone()];
        let missing = || missing_of(&[&LETTERS], &root, &places).unwrap();
        let all = missing();
        assert_eq!(names(&all), ["abc.txt", "empty.txt"]);
        assert_eq!(all[0].url, "https://example.org/version-1/abc.txt");
        assert_eq!(all[0].target, own.join("letters").join("abc.txt"));
        put(&own, &[("empty.txt", "")]);
        assert_eq!(names(&missing()), ["abc.txt"]);
        put(&own, &[("abc.txt", "damaged")]);
        assert_eq!(names(&missing()), ["abc.txt"]);
        put(&other, &[("abc.txt", "abc"), ("empty.txt", "")]);
        assert!(missing().is_empty());
    }

    #[test]
    fn right_downloads_are_moved_into_place() {
        let folder = tempfile::tempdir().unwrap();
        let (downloaded, root) = (folder.path().join("download"), folder.path().join("space"));
        put(&external_folder(&root), &[("abc.txt", "damaged"), ("empty.txt", "")]);
        fs::write(&downloaded, "abc").unwrap();
        install(&LETTERS, &LETTERS.files[0], &downloaded, &root).unwrap();
        assert!(!downloaded.exists());
        assert!(missing_of(&[&LETTERS], &root, &[external_folder(&root)]).unwrap().is_empty());
        let left = fs::read_dir(external_folder(&root).join("letters")).unwrap().count();
        assert_eq!(left, LETTERS.files.len());
    }

    #[test]
    fn wrong_downloads_change_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (downloaded, root) = (folder.path().join("download"), folder.path().join("space"));
        fs::write(&downloaded, "<html>not found</html>").unwrap();
        let error = install(&LETTERS, &LETTERS.files[0], &downloaded, &root).unwrap_err().to_string();
        assert!(error.contains("SHA-256"), "{error}");
        assert!(downloaded.exists() && !external_folder(&root).exists());
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let (downloaded, root) = (folder.path().join("download"), folder.path().join("space"));
        fs::write(&downloaded, "abc").unwrap();
        // A folder in the place of the file cannot be replaced.
        let place = external_folder(&root).join("letters");
        fs::create_dir_all(place.join("abc.txt").join("inside")).unwrap();
        assert!(install(&LETTERS, &LETTERS.files[0], &downloaded, &root).is_err());
        assert_eq!(fs::read_dir(&place).unwrap().count(), 1);
        assert!(downloaded.exists());
    }
}
