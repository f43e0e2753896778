//! Finds data sets and hands out their checked contents.

use anyhow::{Context, Result, bail};
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
pub(crate) mod tests {
    use super::*;
    use crate::Origin;
    use std::fs;

    /// The SHA-256 of "abc" and of nothing, from FIPS 180-4 and its test vectors.
    pub(crate) static LETTERS: DataSet = DataSet {
        name: "letters",
        summary: "two small files",
        files: &[
            DataFile {
                name: "abc.txt",
                sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                bytes: 3,
                rows: 1,
            },
            DataFile {
                name: "empty.txt",
                sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                bytes: 0,
                rows: 0,
            },
        ],
        origin: Origin::Address("https://example.org/version-1/"),
        licence: "none needed",
    };

    /// Writes `letters/` with these files into a place.
    pub(crate) fn put(place: &Path, files: &[(&str, &str)]) {
        fs::create_dir_all(place.join("letters")).unwrap();
        for (name, text) in files {
            fs::write(place.join("letters").join(name), text).unwrap();
        }
    }

    fn two_places() -> (tempfile::TempDir, Vec<PathBuf>) {
        let folder = tempfile::tempdir().unwrap();
        let places = ["first", "second"].map(|name| folder.path().join(name)).to_vec();
        (folder, places)
    }

    #[test]
    fn an_absent_data_set_is_no_error_until_it_is_read() {
        let (_folder, places) = two_places();
        assert_eq!(find_in(&LETTERS, &places).unwrap(), None);
        put(&places[0], &[("other.txt", "")]);
        assert_eq!(find_in(&LETTERS, &places).unwrap(), None);
        let error = load(&LETTERS, &LETTERS.files[0], &places).unwrap_err().to_string();
        assert!(error.contains("`letters` is not here") && error.contains("second/letters"), "{error}");
    }

    #[test]
    fn a_complete_data_set_is_found_in_the_first_place() {
        let (_folder, places) = two_places();
        put(&places[1], &[("abc.txt", "abc"), ("empty.txt", "")]);
        assert_eq!(find_in(&LETTERS, &places).unwrap().unwrap().folder, places[1].join("letters"));
        put(&places[0], &[("abc.txt", "abc"), ("empty.txt", "")]);
        let located = find_in(&LETTERS, &places).unwrap().unwrap();
        assert_eq!(located.path(&LETTERS.files[0]), places[0].join("letters").join("abc.txt"));
        assert_eq!(load(&LETTERS, &LETTERS.files[0], &places).unwrap(), b"abc");
    }

    #[test]
    fn other_contents_are_an_error_with_both_hashes() {
        let (_folder, places) = two_places();
        put(&places[0], &[("abc.txt", "abd"), ("empty.txt", "")]);
        put(&places[1], &[("abc.txt", "abc"), ("empty.txt", "")]);
        let error = find_in(&LETTERS, &places).unwrap_err().to_string();
        for part in
            ["abc.txt", "a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9", "ba7816bf", "make data"]
        {
            assert!(error.contains(part), "{part}: {error}");
        }
        assert!(load(&LETTERS, &LETTERS.files[0], &places).is_err());
        // The other file is intact.
        assert_eq!(load(&LETTERS, &LETTERS.files[1], &places).unwrap(), b"");
    }

    #[test]
    fn a_partial_data_set_is_an_error_that_names_what_is_missing() {
        let (_folder, places) = two_places();
        put(&places[0], &[("abc.txt", "abc")]);
        let error = find_in(&LETTERS, &places).unwrap_err().to_string();
        assert!(error.contains("first/letters lacks empty.txt"), "{error}");
        assert!(load(&LETTERS, &LETTERS.files[0], &places).is_err());
    }

    #[test]
    fn contents_are_converted_once_and_shared() {
        let read: Shared<str> = Mutex::new(BTreeMap::new());
        let known: Arc<str> = "abc".into();
        read.lock().unwrap().insert(LETTERS.files[0].sha256, Arc::clone(&known));
        let again = shared(&read, &LETTERS, "abc.txt", |_| panic!("read again")).unwrap();
        assert!(Arc::ptr_eq(&known, &again));
        let error = shared(&read, &LETTERS, "abd.txt", |_| panic!("read")).unwrap_err().to_string();
        assert_eq!(error, "data set `letters` has no file `abd.txt`");
    }

    #[test]
    fn the_key_follows_names_and_hashes() {
        let key = "letters\nabc.txt ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n\
                   empty.txt e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n";
        assert_eq!(LETTERS.key(), key);
        assert_eq!(LETTERS.url(&LETTERS.files[0]).as_deref(), Some("https://example.org/version-1/abc.txt"));
    }
}
