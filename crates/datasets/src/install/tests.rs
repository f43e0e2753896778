use super::*;
use crate::reading::tests::{LETTERS, put};

fn names(downloads: &[Download]) -> Vec<&str> {
    downloads.iter().map(|download| download.file.name).collect()
}

#[test]
fn what_is_missing_is_what_to_download() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("space");
    let (own, other) = (external_folder(&root), folder.path().join("other"));
    let places = [own.clone(), other.clone()];
    let missing = || missing_of(&[&LETTERS], &root, &places).unwrap();
    let all = missing();
    assert_eq!(names(&all), ["abc.txt", "empty.txt"]);
    assert_eq!(all[0].url, "https://example.org/version-1/abc.txt");
    assert_eq!(all[0].target, own.join("letters").join("abc.txt"));
    put(&own, &[("empty.txt", "")]);
    assert_eq!(names(&missing()), ["abc.txt"]);
    put(&own, &[("abc.txt", "damaged")]);
    assert_eq!(names(&missing()), ["abc.txt"]);
    put(&other, &[("abc.txt", "abc"), ("empty.txt", "")]);
    assert!(missing().is_empty());
}

#[test]
fn right_downloads_are_moved_into_place() {
    let folder = tempfile::tempdir().unwrap();
    let (downloaded, root) = (folder.path().join("download"), folder.path().join("space"));
    put(&external_folder(&root), &[("abc.txt", "damaged"), ("empty.txt", "")]);
    fs::write(&downloaded, "abc").unwrap();
    install(&LETTERS, &LETTERS.files[0], &downloaded, &root).unwrap();
    assert!(!downloaded.exists());
    assert!(missing_of(&[&LETTERS], &root, &[external_folder(&root)]).unwrap().is_empty());
    let left = fs::read_dir(external_folder(&root).join("letters")).unwrap().count();
    assert_eq!(left, LETTERS.files.len());
}

#[test]
fn wrong_downloads_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (downloaded, root) = (folder.path().join("download"), folder.path().join("space"));
    fs::write(&downloaded, "<html>not found</html>").unwrap();
    let error = install(&LETTERS, &LETTERS.files[0], &downloaded, &root).unwrap_err().to_string();
    assert!(error.contains("SHA-256"), "{error}");
    assert!(downloaded.exists() && !external_folder(&root).exists());
}

#[test]
fn a_failed_write_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (downloaded, root) = (folder.path().join("download"), folder.path().join("space"));
    fs::write(&downloaded, "abc").unwrap();
    // A folder in the place of the file cannot be replaced.
    let place = external_folder(&root).join("letters");
    fs::create_dir_all(place.join("abc.txt").join("inside")).unwrap();
    assert!(install(&LETTERS, &LETTERS.files[0], &downloaded, &root).is_err());
    assert_eq!(fs::read_dir(&place).unwrap().count(), 1);
    assert!(downloaded.exists());
}
