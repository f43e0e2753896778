use super::*;
use crate::Origin;
use std::fs;

/// The SHA-256 of "abc" and of nothing, from FIPS 180-4 and its test vectors.
pub(crate) static LETTERS: DataSet = DataSet {
    name: "letters",
    summary: "two small files",
    files: &[
        DataFile {
            name: "abc.txt",
            sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            bytes: 3,
            rows: 1,
        },
        DataFile {
            name: "empty.txt",
            sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            bytes: 0,
            rows: 0,
        },
    ],
    origin: Origin::Address("https://example.org/version-1/"),
    licence: "none needed",
};

/// Writes `letters/` with these files into a place.
pub(crate) fn put(place: &Path, files: &[(&str, &str)]) {
    fs::create_dir_all(place.join("letters")).unwrap();
    for (name, text) in files {
        fs::write(place.join("letters").join(name), text).unwrap();
    }
}

fn two_places() -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let places = ["first", "second"].map(|name| folder.path().join(name)).to_vec();
    (folder, places)
}

#[test]
fn an_absent_data_set_is_no_error_until_it_is_read() {
    let (_folder, places) = two_places();
    assert_eq!(find_in(&LETTERS, &places).unwrap(), None);
    put(&places[0], &[("other.txt", "")]);
    assert_eq!(find_in(&LETTERS, &places).unwrap(), None);
    let error = load(&LETTERS, &LETTERS.files[0], &places).unwrap_err().to_string();
    assert!(error.contains("`letters` is not here") && error.contains("second/letters"), "{error}");
}

#[test]
fn a_complete_data_set_is_found_in_the_first_place() {
    let (_folder, places) = two_places();
    put(&places[1], &[("abc.txt", "abc"), ("empty.txt", "")]);
    assert_eq!(find_in(&LETTERS, &places).unwrap().unwrap().folder, places[1].join("letters"));
    put(&places[0], &[("abc.txt", "abc"), ("empty.txt", "")]);
    let located = find_in(&LETTERS, &places).unwrap().unwrap();
    assert_eq!(located.path(&LETTERS.files[0]), places[0].join("letters").join("abc.txt"));
    assert_eq!(load(&LETTERS, &LETTERS.files[0], &places).unwrap(), b"abc");
}

#[test]
fn other_contents_are_an_error_with_both_hashes() {
    let (_folder, places) = two_places();
    put(&places[0], &[("abc.txt", "abd"), ("empty.txt", "")]);
    put(&places[1], &[("abc.txt", "abc"), ("empty.txt", "")]);
    let error = find_in(&LETTERS, &places).unwrap_err().to_string();
    for part in ["abc.txt", "a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9", "ba7816bf", "make data"]
    {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(load(&LETTERS, &LETTERS.files[0], &places).is_err());
    // The other file is intact.
    assert_eq!(load(&LETTERS, &LETTERS.files[1], &places).unwrap(), b"");
}

#[test]
fn a_partial_data_set_is_an_error_that_names_what_is_missing() {
    let (_folder, places) = two_places();
    put(&places[0], &[("abc.txt", "abc")]);
    let error = find_in(&LETTERS, &places).unwrap_err().to_string();
    assert!(error.contains("first/letters lacks empty.txt"), "{error}");
    assert!(load(&LETTERS, &LETTERS.files[0], &places).is_err());
}

#[test]
fn contents_are_converted_once_and_shared() {
    let read: Shared<str> = Mutex::new(BTreeMap::new());
    let known: Arc<str> = "abc".into();
    read.lock().unwrap().insert(LETTERS.files[0].sha256, Arc::clone(&known));
    let again = shared(&read, &LETTERS, "abc.txt", |_| panic!("read again")).unwrap();
    assert!(Arc::ptr_eq(&known, &again));
    let error = shared(&read, &LETTERS, "abd.txt", |_| panic!("read")).unwrap_err().to_string();
    assert_eq!(error, "data set `letters` has no file `abd.txt`");
}

#[test]
fn the_key_follows_names_and_hashes() {
    let key = "letters\nabc.txt ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n\
               empty.txt e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n";
    assert_eq!(LETTERS.key(), key);
    assert_eq!(LETTERS.url(&LETTERS.files[0]).as_deref(), Some("https://example.org/version-1/abc.txt"));
}
