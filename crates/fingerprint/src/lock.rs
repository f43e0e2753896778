//! `Cargo.lock`: the exact versions of the external libraries.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::Result;
use crate::tokens;

/// One `[[package]]` of the lock file.
#[derive(Default)]
struct Package {
    name: String,
    version: String,
    /// Where it comes from; empty for a package of the workspace.
    source: String,
    checksum: String,
    /// `name`, `name version` or `name version (source)`, as far as needed to be unique.
    dependencies: Vec<String>,
}

impl Package {
    fn answers_to(&self, reference: &str) -> bool {
        let mut parts = reference.splitn(3, ' ');
        parts.next() == Some(&self.name)
            && parts.next().is_none_or(|version| version == self.version)
            && parts.next().is_none_or(|source| source.trim_matches(['(', ')']) == self.source)
    }
}

/// The `Cargo.lock` in `folder` or the nearest folder above it.
pub fn find(folder: &Path) -> Result<PathBuf> {
    folder
        .ancestors()
        .map(|folder| folder.join("Cargo.lock"))
        .find(|path| path.is_file())
        .ok_or_else(|| format!("there is no Cargo.lock in {} or above it", folder.display()))
}

/// SHA-256 over the lines `name version checksum` of all external packages that `root` needs,
/// sorted, without the packages in `except` and what only they need.
pub fn hash(lock: &str, root: &str, except: &[String]) -> Result<String> {
    let packages = parse(lock);
    let mut by_name: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    for package in &packages {
        by_name.entry(&package.name).or_default().push(package);
    }
    for name in except.iter().map(String::as_str).chain([root]) {
        if !by_name.contains_key(name) {
            return Err(format!("there is no package `{name}`"));
        }
    }
    let mut reached: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    let mut lines = BTreeSet::new();
    let mut open: Vec<&Package> = by_name[root].clone();
    while let Some(package) = open.pop() {
        let key = (package.name.as_str(), package.version.as_str(), package.source.as_str());
        if except.contains(&package.name) || !reached.insert(key) {
            continue;
        }
        if !package.source.is_empty() {
            // A package from a repository has no checksum; its source names the commit.
            let content = if package.checksum.is_empty() { &package.source } else { &package.checksum };
            lines.insert(format!("{} {} {content}\n", package.name, package.version));
        }
        for reference in &package.dependencies {
            let name = reference.split(' ').next().unwrap_or_default();
            let candidates = by_name.get(name).ok_or_else(|| format!("there is no package `{reference}`"))?;
            open.extend(candidates.iter().filter(|candidate| candidate.answers_to(reference)));
        }
    }
    Ok(tokens::hash_bytes(lines.into_iter().collect::<String>().as_bytes()))
}

/// The packages of a lock file. Cargo writes one key or one array element a line, which is all that
/// is read.
fn parse(lock: &str) -> Vec<Package> {
    let mut packages: Vec<Package> = Vec::new();
    for line in lock.lines().map(str::trim) {
        if line == "[[package]]" {
            packages.push(Package::default());
        }
        let Some(package) = packages.last_mut() else {
            continue;
        };
        let value = |text: &str| text.trim().trim_matches(['"', ',']).to_owned();
        match line.split_once(" = ") {
            Some(("name", text)) => package.name = value(text),
            Some(("version", text)) => package.version = value(text),
            Some(("source", text)) => package.source = value(text),
            Some(("checksum", text)) => package.checksum = value(text),
            None if line.starts_with('"') => package.dependencies.push(value(line)),
            _ => {}
        }
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
version = 4

[[package]]
name = "ours"
version = "0.1.0"
dependencies = [
 "also-ours",
 "twin 1.0.0",
]

[[package]]
name = "also-ours"
version = "0.1.0"
dependencies = [
 "heavy",
]

[[package]]
name = "heavy"
version = "3.0.0"
source = "registry"
checksum = "33"
dependencies = [
 "only-heavy",
 "twin 2.0.0 (registry)",
]

[[package]]
name = "only-heavy"
version = "4.0.0"
source = "registry"
checksum = "44"

[[package]]
name = "twin"
version = "1.0.0"
source = "registry"
checksum = "11"

[[package]]
name = "twin"
version = "2.0.0"
source = "registry"
checksum = "22"
"#;

    #[test]
    fn hash_covers_the_external_closure() {
        let expected = "heavy 3.0.0 33\nonly-heavy 4.0.0 44\ntwin 1.0.0 11\ntwin 2.0.0 22\n";
        assert_eq!(hash(LOCK, "ours", &[]).unwrap(), tokens::hash_bytes(expected.as_bytes()));
    }

    #[test]
    fn excepted_packages_hide_what_only_they_need() {
        let except = ["heavy".to_string()];
        assert_eq!(hash(LOCK, "ours", &except).unwrap(), tokens::hash_bytes(b"twin 1.0.0 11\n"));
        let changed = LOCK.replace("\"44\"", "\"45\"");
        assert_eq!(hash(LOCK, "ours", &except), hash(&changed, "ours", &except));
        assert_ne!(hash(LOCK, "ours", &[]), hash(&changed, "ours", &[]));
    }

    #[test]
    fn versions_of_our_own_packages_do_not_count() {
        let changed = LOCK.replace("version = \"0.1.0\"", "version = \"0.2.0\"");
        assert_eq!(hash(LOCK, "ours", &[]), hash(&changed, "ours", &[]));
    }

    #[test]
    fn unknown_packages_are_errors() {
        assert!(hash(LOCK, "theirs", &[]).unwrap_err().contains("theirs"));
        assert!(hash(LOCK, "ours", &["polar".to_string()]).unwrap_err().contains("polar"));
    }
}
