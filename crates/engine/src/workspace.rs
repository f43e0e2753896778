//! Where things are: the workspace's folders, found at run time so that no path is in a binary.

use std::path::{Path, PathBuf};

use crate::digest::{hex, sha256};

/// The folders of the workspace that a paper uses.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    slug: &'static str,
}

impl Workspace {
    /// Looks for the workspace upwards from the current folder, then from the program's own.
    pub fn find(slug: &'static str) -> Result<Workspace, String> {
        let current = std::env::current_dir().ok();
        let program = std::env::current_exe().ok();
        let starts = [current, program];
        let root = starts
            .iter()
            .flatten()
            .find_map(|start| start.ancestors().find(|folder| is_root(folder, slug)).map(Path::to_path_buf));
        match root {
            Some(root) => Ok(Workspace { root, slug }),
            None => Err(format!(
                "no workspace with papers/{slug}/paper.yaml here or above: run this in the project's folder"
            )),
        }
    }

    /// The paper's configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.root.join("papers").join(self.slug).join("paper.yaml")
    }

    /// The configuration file as messages call it.
    pub fn config_shown(&self) -> String {
        format!("papers/{}/paper.yaml", self.slug)
    }

    /// The folder of committed outputs, or of a variant beside it.
    pub fn figures(&self, variant: Option<&str>) -> PathBuf {
        let name = match variant {
            Some(variant) => format!("{}.{variant}", self.slug),
            None => self.slug.to_string(),
        };
        self.root.join("figures").join(name)
    }

    /// The folder for outputs of a run that is not the default one.
    pub fn runs(&self, name: &str) -> PathBuf {
        self.all_runs().join(name)
    }

    /// The folder of all runs that are not the default one.
    pub fn all_runs(&self) -> PathBuf {
        self.target().join("runs").join(self.slug)
    }

    /// The folder of cached cells: `$PAPERS_CACHE/<slug>` or `target/cells/<slug>`.
    pub fn cells(&self) -> PathBuf {
        match std::env::var_os("PAPERS_CACHE") {
            // A relative one begins where the project does, wherever it is called from.
            Some(folder) if !folder.is_empty() => self.root.join(folder).join(self.slug),
            _ => self.target().join("cells").join(self.slug),
        }
    }

    /// The scratch folder of `verify`.
    pub fn scratch(&self, variant: Option<&str>) -> PathBuf {
        let folder = self.figures(variant);
        self.target().join("verify").join(folder.file_name().unwrap_or_default())
    }

    /// A file that says which outputs in `out` were made by this checkout, not fetched with it.
    pub fn made_file(&self, out: &Path) -> PathBuf {
        let name = hex(&sha256(self.shown(out).as_bytes())[..8]);
        self.target().join("made").join(format!("{}-{name}", self.slug))
    }

    /// The committed hashes of a variant whose outputs are not committed.
    pub fn variant_hashes(&self, variant: &str) -> PathBuf {
        let expected = self.root.join("papers").join(self.slug).join("expected");
        expected.join(format!("{variant}.sha256"))
    }

    /// The path relative to the workspace, where it is inside.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    /// A source that was written after this program, as messages call it.
    pub fn newer_source(&self) -> Option<String> {
        let built = std::env::current_exe().and_then(std::fs::metadata).and_then(|program| program.modified()).ok()?;
        let crates = std::fs::read_dir(self.root.join("crates")).into_iter().flatten().flatten();
        // Crates that no paper is made of.
        let beside = |name: &std::ffi::OsStr| ["explore", "gallery", "xtask"].iter().any(|other| name == *other);
        let crates = crates.filter(|entry| !beside(&entry.file_name())).map(|entry| entry.path().join("src"));
        let mut folders: Vec<PathBuf> = crates.chain([self.root.join("papers").join(self.slug).join("src")]).collect();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let (path, kind) = (entry.path(), entry.file_type().ok()?);
                let is_source = path.extension().is_some_and(|extension| extension == "rs");
                match entry.metadata().and_then(|source| source.modified()) {
                    _ if kind.is_dir() => folders.push(path),
                    Ok(written) if is_source && written > built => return Some(self.shown(&path)),
                    _ => {}
                }
            }
        }
        None
    }

    fn target(&self) -> PathBuf {
        self.root.join("target")
    }
}

fn is_root(folder: &Path, slug: &str) -> bool {
    folder.join("Cargo.toml").is_file() && folder.join("papers").join(slug).join("paper.yaml").is_file()
}
