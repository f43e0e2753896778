//! The external data sets: public, but not ours to redistribute.

use crate::{DataFile, DataSet, Origin};

/// All external data sets.
pub fn external() -> &'static [&'static DataSet] {
    static ALL: [&DataSet; 1] = [&STEP_LAW];
    &ALL
}

/// Final losses of language models over learning rate and batch size: Li et al. 2025, Predictable
/// Scale: Part I, Step Law, arXiv:2503.04715.
///
/// In the dense and mixture-of-experts files, one row per trained model: `N` parameters without
/// embeddings, `D` training tokens, `lr` peak learning rate, `bs` batch size in sequences of 2048
/// tokens, `smooth loss` smoothed final training loss, and the shape of the model. The third file
/// holds 1000 bootstrap fits by the authors, in natural logarithms: `lr_intercept`, `lr_coefN`,
/// `lr_coefD`, `bs_intercept`, `bs_coefD` (batch size in tokens).
pub static STEP_LAW: DataSet = DataSet {
    name: "steplaw",
    summary: "losses of language models over learning rate and batch size (Step Law, arXiv:2503.04715)",
    files: &[
        DataFile {
            name: "dense_lr_bs_loss.csv",
            sha256: "9e46181076c04d450294d75dfe6f72adc416e231e154a07b337e378f9410002c",
            bytes: 344_476,
            rows: 1911,
        },
        DataFile {
            name: "moe_lr_bs_loss.csv",
            sha256: "653d585244a7b227423007e8b796bc16d76f6d24eb87b1919b8f048a91897b92",
            bytes: 232_920,
            rows: 708,
        },
        DataFile {
            name: "1004_fitted_lr_bs_scaling_model_parameters.csv",
            sha256: "2252afbba5530e6ba6167e8101bd2b9082a018a58cb5922cc8672891a7f4336c",
            bytes: 97_581,
            rows: 1000,
        },
    ],
    origin: Origin::Address(
        "https://raw.githubusercontent.com/step-law/steplaw/32a8f4cc50247695fb56cc6c9117abdf67c97763/data/",
    ),
    licence: "none stated: neither the files nor an extract of them may be committed or passed on",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{find, read_text};

    #[test]
    fn descriptions_are_well_formed() {
        for set in external() {
            let Origin::Address(address) = set.origin else {
                panic!("{} has no address", set.name);
            };
            assert!(address.starts_with("https://") && address.ends_with('/'), "{address}");
            for file in set.files {
                let digits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                assert!(file.sha256.len() == 64 && file.sha256.bytes().all(digits), "{}", file.name);
                assert!(!file.name.contains(['/', '\\', ' ']), "{}", file.name);
                assert_eq!(set.file(file.name), Some(file));
            }
        }
    }

    /// Where the files are at hand, they have the sizes and rows of their description; their hashes
    /// are checked by every reading. Elsewhere there is nothing to check.
    #[test]
    fn files_at_hand_are_as_described() {
        for set in external() {
            let Some(located) = find(set).unwrap() else {
                eprintln!("{} is not at hand", set.name);
                continue;
            };
            for file in set.files {
                let text = read_text(set, file.name).unwrap();
                assert_eq!(text.len() as u64, file.bytes, "{}", located.path(file).display());
                assert_eq!(text.lines().count(), file.rows + 1, "{}", located.path(file).display());
            }
        }
    }
}
