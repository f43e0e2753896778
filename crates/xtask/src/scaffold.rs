//! Starts a paper: a crate with a small real experiment, its figure, its claims and its smoke expectation.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::smoke::{self, smoke};

/// The files of a new paper. In their texts `SLUG` stands for its name and `TYPE` for the name as a Rust type.
const TEMPLATE: [(&str, &str); 6] = [
    ("Cargo.toml", include_str!("../template/Cargo.toml.in")),
    ("paper.yaml", include_str!("../template/paper.yaml.in")),
    ("README.md", include_str!("../template/README.md.in")),
    ("src/main.rs", include_str!("../template/src/main.rs.in")),
    ("src/figure.rs", include_str!("../template/src/figure.rs.in")),
    ("src/claims.rs", include_str!("../template/src/claims.rs.in")),
];

/// Writes `papers/<slug>/`, builds it, and makes its smoke expectation and its figure.
///
/// # Errors
/// When the name will not do, the paper exists, or something cannot be written, built or run.
pub fn new_paper(root: &Path, slug: &str) -> Result<()> {
    let kind = type_name(slug)?;
    let folder = root.join("papers").join(slug);
    ensure!(!folder.exists(), "papers/{slug} is there already");
    ensure!(!root.join("crates").join(slug).exists(), "a crate is called {slug}");
    for (name, text) in TEMPLATE {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        let text = text.replace("SLUG", slug).replace("TYPE", &kind);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("wrote papers/{slug}/; building it");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Command::new(cargo).args(["build", "--release", "--package", slug]).current_dir(root))?;
    expect(root, slug)?;
    run(Command::new(root.join("target/release").join(slug)).current_dir(root).env_remove("MAKEFLAGS"))?;
    println!(
        "\npapers/{slug} is a paper that runs. Now make it yours:\n\
         \x20 papers/{slug}/paper.yaml      what the paper is, its parameters at three scales\n\
         \x20 papers/{slug}/src/            the method, the figure, the claims\n\
         \x20 make reproduce PAPER={slug}   brings figures/{slug}/ up to date; look at figure.png\n\
         \x20 make expect PAPER={slug}      takes the smoke run as the expectation of `make test`"
    );
    Ok(())
}

/// Takes the smoke run of a built paper as its expectation: `papers/<slug>/expected/`.
///
/// # Errors
/// When the program cannot be run, or a file not be written.
pub fn expect(root: &Path, slug: &str) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let out = scratch.path().join("out");
    smoke(root, &mut Command::new(root.join("target/release").join(slug)), &out).with_context(|| slug.to_string())?;
    let expected = root.join("papers").join(slug).join("expected");
    fs::create_dir_all(&expected)?;
    for name in smoke::EXPECTED {
        fs::copy(out.join(name), expected.join(name)).with_context(|| format!("cannot write expected/{name}"))?;
    }
    println!("wrote papers/{slug}/expected/");
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    match status.success() {
        true => Ok(()),
        false => bail!("{command:?} failed"),
    }
}

/// `xor-grokking` as `XorGrokking`.
///
/// # Errors
/// When the name is not made of lower-case words and digits joined by hyphens, or does not begin with a letter.
fn type_name(slug: &str) -> Result<String> {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    ensure!(
        slug.split('-').all(word) && slug.starts_with(|c: char| c.is_ascii_lowercase()) && slug.len() <= 60,
        "`{slug}` cannot name a paper: use lower-case words joined by hyphens, as in benign-overfitting"
    );
    ensure!(slug != "pages", "figures/pages is the gallery's own folder: name the paper otherwise");
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    Ok(slug.split('-').map(capital).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_types() {
        assert_eq!(type_name("xor-grokking").unwrap(), "XorGrokking");
        assert_eq!(type_name("a1-2b").unwrap(), "A12b");
        for name in ["", "-", "Paper", "a--b", "1a", "a_b", "../a", "a b", "é", "pages"] {
            assert!(type_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_paper_that_exists_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("papers/old")).unwrap();
        assert!(new_paper(root.path(), "old").unwrap_err().to_string().contains("there already"));
        assert_eq!(fs::read_dir(root.path().join("papers/old")).unwrap().count(), 0);
    }
}
