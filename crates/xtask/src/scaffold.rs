//! Starts a paper: a crate with a small real experiment, its figure, its claims and its smoke expectation.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::smoke::{self, smoke};

/// The files of a new paper. In their texts `SLUG` stands for its name.
pub const TEMPLATE: [(&str, &str); 6] = [
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
/// When the name will not do, the paper exists, or something cannot be written, built or run; nothing is left then.
pub fn new_paper(root: &Path, slug: &str) -> Result<()> {
    check_name(root, slug)?;
    let folder = root.join("papers").join(slug);
    ensure!(!folder.exists(), "papers/{slug} is there already");
    if let Err(error) = write_and_build(root, slug, &folder) {
        // Half a paper would be in the way of every later build.
        let _ = fs::remove_dir_all(&folder);
        return Err(error.context(format!("papers/{slug}/ is not kept")));
    }
    run(Command::new(crate::programs(root).join(slug)).current_dir(root).env_remove("MAKEFLAGS"))?;
    println!(
        "\npapers/{slug} is a paper that runs. Now make it yours:\n\
         \x20 papers/{slug}/paper.yaml      what the paper is, its parameters at three scales\n\
         \x20 papers/{slug}/src/            the method, the figure, the claims\n\
         \x20 make reproduce PAPER={slug}   brings figures/{slug}/ up to date; look at figure.png\n\
         \x20 make expect PAPER={slug}      takes the smoke run as the expectation of `make test`"
    );
    Ok(())
}

fn write_and_build(root: &Path, slug: &str, folder: &Path) -> Result<()> {
    for (name, text) in TEMPLATE {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(&path, text.replace("SLUG", slug)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("wrote papers/{slug}/; building it");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Command::new(cargo).args(["build", "--release", "--package", slug]).current_dir(root))?;
    expect(root, slug)
}

/// Takes the smoke run of a built paper as its expectation: `papers/<slug>/expected/`.
///
/// # Errors
/// When the program cannot be run, or a file not be written.
pub fn expect(root: &Path, slug: &str) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let out = scratch.path().join("out");
    smoke(root, &mut Command::new(crate::programs(root).join(slug)), &out).with_context(|| slug.to_string())?;
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

/// Folders that cargo makes beside the programs, words of the language and names that mean something to cargo.
const RESERVED: &str = "build deps examples incremental fingerprint tmp doc package test core std alloc proc-macro \
    abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl \
    in let loop macro match mod move mut override priv pub ref return self static struct super trait true try type typeof \
    union unsafe unsized use virtual where while yield con prn aux nul";

/// Refuses what cannot name a paper.
///
/// # Errors
/// When the name is not made of lower-case words and digits joined by hyphens, does not begin with a letter, or belongs
/// to something else.
fn check_name(root: &Path, slug: &str) -> Result<()> {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    ensure!(
        slug.split('-').all(word) && slug.starts_with(|c: char| c.is_ascii_lowercase()) && slug.len() <= 60,
        "`{slug}` cannot name a paper: use lower-case words joined by hyphens, as in benign-overfitting"
    );
    ensure!(slug != "pages", "figures/pages is the gallery's own folder: name the paper otherwise");
    ensure!(
        RESERVED.split_whitespace().all(|name| name != slug),
        "`{slug}` means something to cargo or to the language: name the paper otherwise"
    );
    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
    // `cargo build -p <name>` has to say one package.
    let same = |name: &str| name.replace('_', "-") == slug;
    let taken = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).any(same);
    ensure!(!taken, "a package that is used here is called {slug}: name the paper otherwise");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_nothing_else_has_will_do() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("Cargo.lock"), "[[package]]\nname = \"serde\"\n\n[[package]]\nname = \"a_b\"\n")
            .unwrap();
        for name in ["xor-grokking", "a1-2b", "serde-paper"] {
            check_name(root.path(), name).unwrap();
        }
        for name in
            ["", "-", "Paper", "a--b", "1a", "a_b", "../a", "a b", "é", "pages", "build", "self", "serde", "a-b"]
        {
            assert!(check_name(root.path(), name).is_err(), "{name}");
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
