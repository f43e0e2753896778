//! Finds data sets and hands out their checked contents.

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::places;
use crate::{DataFile, DataSet};

/// A complete data set on this machine, its contents checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The folder that holds its files.
    pub folder: PathBuf,
}

impl Located {
    /// The path of a file.
    pub fn path(&self, file: &DataFile) -> PathBuf {
        self.folder.join(file.name)
    }
}

/// Looks for a data set in `$PAPERS_DATA/<name>/`, in `data/<name>/` and `data/external/<name>/` of the
/// workspace and in `shared/data/<name>/` beside the workspace. The first folder with any of its files counts;
/// `None` if there is none. The workspace is the one around the current folder, else around the
/// program.
///
/// # Errors
/// Where this folder lacks a file of the data set, or a file has other contents than described.
pub fn find(set: &DataSet) -> Result<Option<Located>> {
    find_in(set, &places::places())
}

/// Checks that a data set is here, complete and undamaged.
///
/// # Errors
/// What is wrong with it, and what to do.
pub fn check(set: &DataSet) -> Result<()> {
    let places = places::places();
    set.files.iter().try_for_each(|file| load(set, file, &places).map(drop))
}

/// The contents of a file, read and checked once per process and shared.
///
/// # Errors
/// Where the data set is absent or damaged (see [`find`]), or has no such file.
pub fn read_bytes(set: &DataSet, file: &str) -> Result<Arc<[u8]>> {
    static READ: Shared<[u8]> = Mutex::new(BTreeMap::new());
    shared(&READ, set, file, |bytes| Ok(bytes.into()))
}

/// The contents of a text file, read and checked once per process and shared.
///
/// # Errors
/// As [`read_bytes`], and where the file is not UTF-8.
pub fn read_text(set: &DataSet, file: &str) -> Result<Arc<str>> {
    static READ: Shared<str> = Mutex::new(BTreeMap::new());
    shared(&READ, set, file, |bytes| Ok(String::from_utf8(bytes)?.into()))
}

/// Contents by their SHA-256.
pub(crate) type Shared<T> = Mutex<BTreeMap<&'static str, Arc<T>>>;

/// What `convert` makes of a file, read, checked and converted once per process.
pub(crate) fn shared<T: ?Sized>(
    read: &Shared<T>,
    set: &DataSet,
    file: &str,
    convert: impl FnOnce(Vec<u8>) -> Result<Arc<T>>,
) -> Result<Arc<T>> {
    let file = set.file(file).with_context(|| format!("data set `{}` has no file `{file}`", set.name))?;
    // Held while reading, so that no two cells read the same file. A panic elsewhere leaves the map
    // as good as it was.
    let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(contents) = read.get(file.sha256) {
        return Ok(Arc::clone(contents));
    }
    let contents = convert(load(set, file, &places::places())?).with_context(|| format!("`{}`", file.name))?;
    read.insert(file.sha256, Arc::clone(&contents));
    Ok(contents)
}

/// Reads one file of a data set, wherever it lies.
fn load(set: &DataSet, file: &DataFile, places: &[PathBuf]) -> Result<Vec<u8>> {
    let Some(folder) = folder_in(set, places) else {
        let looked: Vec<String> = places.iter().map(|place| place.join(set.name).display().to_string()).collect();
        bail!(
            "data set `{}` is not here ({}). {}; {} can name the folder that holds it. Looked in: {}",
            set.name,
            set.summary,
            set.remedy(),
            places::VARIABLE,
            looked.join(", ")
        );
    };
    check_complete(set, &folder)?;
    read_checked(&folder.join(file.name), set, file)
}

/// [`find`] among given places.
pub(crate) fn find_in(set: &DataSet, places: &[PathBuf]) -> Result<Option<Located>> {
    let Some(folder) = folder_in(set, places) else {
        return Ok(None);
    };
    check_complete(set, &folder)?;
    for file in set.files {
        read_checked(&folder.join(file.name), set, file)?;
    }
    Ok(Some(Located { folder }))
}

/// The first folder with any file of the data set.
fn folder_in(set: &DataSet, places: &[PathBuf]) -> Option<PathBuf> {
    let holds_any = |folder: &PathBuf| set.files.iter().any(|file| folder.join(file.name).exists());
    places.iter().map(|place| place.join(set.name)).find(holds_any)
}

fn check_complete(set: &DataSet, folder: &Path) -> Result<()> {
    let missing = set.files.iter().map(|file| file.name).filter(|name| !folder.join(name).exists());
    let missing: Vec<&str> = missing.collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("data set `{}` is incomplete: {} lacks {}. {}", set.name, folder.display(), missing.join(", "), set.remedy())
}

/// Reads a file of a data set and checks its contents.
///
/// # Errors
/// Where it cannot be read or has other contents than described.
pub(crate) fn read_checked(path: &Path, set: &DataSet, file: &DataFile) -> Result<Vec<u8>> {
    // A pipe would be waited for, a device may never end.
    let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    ensure!(is_file || !path.exists(), "{} of data set `{}` is no file. {}", path.display(), set.name, set.remedy());
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let found = sha256(&bytes);
    if found != file.sha256 {
        bail!(
            "{} is not the file that data set `{}` describes: its SHA-256 is {found}, expected {} \
             ({} bytes, expected {}). {}, once the file is removed",
            path.display(),
            set.name,
            file.sha256,
            bytes.len(),
            file.bytes,
            set.remedy()
        );
    }
    Ok(bytes)
}

/// Whether a file is there with the contents described.
///
/// # Errors
/// Where it is there but cannot be read.
pub(crate) fn is_intact(path: &Path, file: &DataFile) -> Result<bool> {
    let kind = std::fs::metadata(path).map(|metadata| metadata.is_file());
    ensure!(kind.unwrap_or(true), "{} is no file: remove it", path.display());
    match std::fs::read(path) {
        Ok(bytes) => Ok(sha256(&bytes) == file.sha256),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
pub(crate) mod tests;
