//! Data sets that papers compute from.
//!
//! A [`DataSet`] describes files by their SHA-256, so that the description alone stands for the
//! contents: it is what enters the key of a cached result ([`DataSet::key`]), and no byte is handed
//! out before it has been checked against it. External data sets, which this project may not
//! redistribute, are looked for in a few folders and are optional: a paper that needs one says so
//! when it is absent. Nothing here uses the network; `make data` fetches what [`missing`] lists and
//! hands it to [`install`].

mod external;
mod install;
mod places;
mod reading;

pub use external::{STEP_LAW, external};
pub use install::{Download, install, missing};
pub use reading::{Located, find, read_bytes, read_text};

/// Fingerprint of the code here that computes. Code that finds and checks files does not: their
/// contents are known by their hashes.
pub const FINGERPRINT: &str = fingerprint::of_crate!(except(external, install, places, reading));

/// A data set: what its files contain, and where they come from.
#[derive(Debug, PartialEq, Eq)]
pub struct DataSet {
    /// The name of the folder that holds it.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub summary: &'static str,
    /// Its files.
    pub files: &'static [DataFile],
    /// The public address of the folder with the files, at a fixed version, ending in `/`.
    pub origin: &'static str,
    /// Under what terms the files may be used and passed on.
    pub licence: &'static str,
}

/// One file of a data set.
#[derive(Debug, PartialEq, Eq)]
pub struct DataFile {
    /// Its name in the folder of the data set and at the origin.
    pub name: &'static str,
    /// Its SHA-256, as 64 lower-case hexadecimal digits.
    pub sha256: &'static str,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its number of rows, a header not counted.
    pub rows: usize,
}

impl DataSet {
    /// A text that changes exactly if the name, a file name or the contents of a file do; for the
    /// keys of results computed from the data set. No file is read.
    pub fn key(&self) -> String {
        let file = |file: &DataFile| format!("{} {}\n", file.name, file.sha256);
        format!("{}\n{}", self.name, self.files.iter().map(file).collect::<String>())
    }

    /// The public address of a file.
    pub fn url(&self, file: &DataFile) -> String {
        format!("{}{}", self.origin, file.name)
    }

    /// The file of this name.
    pub fn file(&self, name: &str) -> Option<&'static DataFile> {
        self.files.iter().find(|file| file.name == name)
    }
}
