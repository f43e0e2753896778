//! The files of the gallery, and how they come to `figures/`.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};

/// The folder inside `figures/` that holds the pages of the papers and what they share.
pub(crate) const PAGES: &str = "pages";

/// The files of the gallery by their path inside `figures/`.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Site {
    /// Path, with `/` between its parts, and contents.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Site {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, contents: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), contents.into());
    }

    /// The files that are absent, have other contents or should not be there, as paths in the workspace.
    pub fn stale(&self, root: &Path) -> Vec<String> {
        let figures = root.join("figures");
        let changed =
            self.files.iter().filter(|(path, contents)| fs::read(figures.join(path)).ok().as_ref() != Some(contents));
        let mut stale: Vec<String> = changed.map(|(path, _)| format!("figures/{path}")).collect();
        stale.extend(self.leftovers(root).into_iter().map(|path| format!("figures/{path}")));
        stale
    }

    /// Writes the files that are not current, each at once, and removes pages of papers that are gone.
    ///
    /// # Errors
    /// When a file cannot be written or removed.
    pub fn write(&self, root: &Path) -> Result<()> {
        let figures = root.join("figures");
        let pages = figures.join(PAGES);
        fs::create_dir_all(&pages).context("cannot make figures/pages")?;
        // The name is one of those that git ignores and that the papers' programs clear away after a crash.
        let temporary = figures.join(format!(".writing-{}-gallery", std::process::id()));
        for (path, contents) in &self.files {
            let place = figures.join(path);
            if fs::read(&place).ok().as_ref() == Some(contents) {
                continue;
            }
            let written = fs::write(&temporary, contents).and_then(|()| fs::rename(&temporary, &place));
            if written.is_err() {
                let _ = fs::remove_file(&temporary);
            }
            written.with_context(|| format!("cannot write figures/{path}"))?;
        }
        for path in self.leftovers(root) {
            match fs::remove_file(figures.join(&path)) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("cannot remove figures/{path}"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Pages that are there but not part of this gallery.
    fn leftovers(&self, root: &Path) -> Vec<String> {
        let Ok(entries) = fs::read_dir(root.join("figures").join(PAGES)) else {
            return Vec::new();
        };
        let names = entries.flatten().map(|entry| entry.file_name());
        let mut paths: Vec<String> = names
            .filter_map(|name| Some(format!("{PAGES}/{}", name.to_str()?)))
            .filter(|path| path.ends_with(".html") && !self.files.contains_key(path))
            .collect();
        paths.sort();
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_written_and_old_pages_go() {
        let root = tempfile::tempdir().unwrap();
        let pages = root.path().join("figures/pages");
        let mut site = Site::default();
        site.add("index.html", "one");
        site.add("pages/a.html", "a");
        assert_eq!(site.stale(root.path()), ["figures/index.html", "figures/pages/a.html"]);
        site.write(root.path()).unwrap();
        assert!(site.stale(root.path()).is_empty());
        fs::write(pages.join("gone.html"), "x").unwrap();
        fs::write(pages.join("notes.txt"), "x").unwrap();
        let before = fs::metadata(pages.join("a.html")).unwrap().modified().unwrap();
        site.add("index.html", "two");
        assert_eq!(site.stale(root.path()), ["figures/index.html", "figures/pages/gone.html"]);
        site.write(root.path()).unwrap();
        assert!(!pages.join("gone.html").exists() && pages.join("notes.txt").exists());
        assert_eq!(fs::read(root.path().join("figures/index.html")).unwrap(), b"two");
        assert_eq!(fs::metadata(pages.join("a.html")).unwrap().modified().unwrap(), before);
        assert_eq!(fs::read_dir(root.path().join("figures")).unwrap().count(), 2);
    }
}
