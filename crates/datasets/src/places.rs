//! The folders in which data sets are looked for.

use std::path::{Path, PathBuf};

/// The environment variable that names a folder with data sets.
pub(crate) const VARIABLE: &str = "PAPERS_DATA";

/// The folders that may hold data sets, each in a folder of its own name, in order of priority.
pub(crate) fn places() -> Vec<PathBuf> {
    let start = |path: std::io::Result<PathBuf>| path.ok().and_then(|path| root_above(&path));
    let root = start(std::env::current_dir()).or_else(|| start(std::env::current_exe()));
    places_from(std::env::var_os(VARIABLE).map(PathBuf::from), root.as_deref())
}

/// The folder of `$PAPERS_DATA`, then `data/` and `data/external/` in the workspace, then `shared/data/`
/// beside it.
pub(crate) fn places_from(variable: Option<PathBuf>, root: Option<&Path>) -> Vec<PathBuf> {
    let named = variable.filter(|folder| !folder.as_os_str().is_empty());
    let beside = root.and_then(Path::parent).map(|parent| parent.join("shared").join("data"));
    named.into_iter().chain(root.map(|root| root.join("data"))).chain(root.map(external_folder)).chain(beside).collect()
}

/// Where external data sets are installed.
pub(crate) fn external_folder(root: &Path) -> PathBuf {
    root.join("data").join("external")
}

/// The workspace that a path lies in: the nearest folder with `Cargo.toml` and `papers/`.
pub(crate) fn root_above(path: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| folder.join("Cargo.toml").is_file() && folder.join("papers").is_dir();
    path.ancestors().find(is_root).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_comes_first_and_the_neighbour_last() {
        let root = Some(Path::new("/a/space"));
        let expected = ["/mine", "/a/space/data", "/a/space/data/external", "/a/shared/data"].map(PathBuf::from);
        assert_eq!(places_from(Some("/mine".into()), root), expected);
        assert_eq!(places_from(None, root), expected[1..]);
        assert_eq!(places_from(Some("".into()), root), expected[1..]);
        assert_eq!(places_from(Some("/mine".into()), None), expected[..1]);
        assert!(places_from(None, None).is_empty());
    }

    #[test]
    fn the_workspace_is_found_from_inside() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("space");
        let inside = root.join("papers").join("one").join("src");
        std::fs::create_dir_all(&inside).unwrap();
        assert_eq!(root_above(&inside), None);
        std::fs::write(root.join("Cargo.toml"), "").unwrap();
        std::fs::write(root.join("papers").join("one").join("Cargo.toml"), "").unwrap();
        assert_eq!(root_above(&inside), Some(root));
    }
}
