//! Data sets that papers compute from.
//!
//! A [`DataSet`] describes files by their SHA-256, so that the description alone stands for the
//! contents: it is what enters the key of a cached result ([`DataSet::key`]), and no byte is handed
//! out before it has been checked against it.
//!
//! *Bundled* data sets lie compressed under `data/` of the repository: [`mnist_train`] and its like
//! hand them out as [`Images`], [`prepare`] holds what papers do to them, and a [`Split`] is what most
//! of them train and test on; [`wordnet_nouns`] hands out a dictionary. *External* data sets, which this
//! project may not redistribute, are looked for in a few folders and are optional: a paper that needs one
//! says so when it is absent. Nothing here uses the network; `make data` fetches what [`missing`] lists and
//! hands it to [`install`].

mod bundled;
mod external;
mod idx;
mod images;
mod install;
mod places;
pub mod prepare;
mod reading;
mod split;
mod wordnet;

pub use bundled::{DIGITS, FASHION_MNIST, MNIST, WORDNET, bundled};
pub use external::{STEP_LAW, external};
pub use images::{Images, digits, fashion_mnist, mnist_test, mnist_train};
pub use install::{Download, install, missing};
pub use reading::{Located, check, find, read_bytes, read_text};
pub use split::{Examples, Split};
pub use wordnet::{Nouns, Synset, wordnet_nouns};

/// Fingerprint of the code here that computes. Code that finds and checks files does not: their
/// The modules of this crate that compute, with the hashes of their code: part of the identity of what they compute.
pub const MODULES: &[reach::Module] = fingerprint::modules!(except(bundled, external, install, places, reading));

/// A data set: what its files contain, and where they come from.
#[derive(Debug, PartialEq, Eq)]
pub struct DataSet {
    /// The name of the folder that holds it.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub summary: &'static str,
    /// The files of the data set.
    pub files: &'static [DataFile],
    /// How its files come here.
    pub origin: Origin,
    /// Under what terms the files may be used and passed on.
    pub licence: &'static str,
}

/// How the files of a data set come to a machine.
#[derive(Debug, PartialEq, Eq)]
pub enum Origin {
    /// They are part of the repository, under `data/<name>/`; the text says where they were taken from.
    Bundled(&'static str),
    /// `make data` fetches them from this public folder at a fixed version; the address ends in `/`.
    Address(&'static str),
}

/// One file of a data set.
#[derive(Debug, PartialEq, Eq)]
pub struct DataFile {
    /// Name of the file in the folder of the data set and at the origin.
    pub name: &'static str,
    /// SHA-256 of the file, as 64 lower-case hexadecimal digits.
    pub sha256: &'static str,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Rows of the file, a header not counted; for images, labels and synsets, how many there are.
    pub rows: usize,
}

impl DataSet {
    /// A text that changes exactly if the name, a file name or the contents of a file do; for the
    /// keys of results computed from the data set. No file is read.
    pub fn key(&self) -> String {
        let file = |file: &DataFile| format!("{} {}\n", file.name, file.sha256);
        format!("{}\n{}", self.name, self.files.iter().map(file).collect::<String>())
    }

    /// The public address of a file; nothing for one that is part of the repository.
    pub fn url(&self, file: &DataFile) -> Option<String> {
        match self.origin {
            Origin::Address(folder) => Some(format!("{folder}{}", file.name)),
            Origin::Bundled(_) => None,
        }
    }

    /// What brings back a file that is absent or damaged, as advice to a person.
    fn remedy(&self) -> String {
        match self.origin {
            Origin::Address(folder) => format!("`make data` fetches it from {folder}"),
            Origin::Bundled(_) => {
                format!("It is part of the repository: `git checkout -- data/{}` restores it", self.name)
            }
        }
    }

    /// The file of this name.
    pub fn file(&self, name: &str) -> Option<&'static DataFile> {
        self.files.iter().find(|file| file.name == name)
    }
}
