//! Folders are replaced as a whole, and nothing that is not ours is touched.

use std::os::unix::fs::symlink;

use super::*;

const PROVENANCE: &str = "{ format: 1, paper: x, scale: default, config: {}, \
    code: { computing: a, whole: b, crates: {}, drawing: {} }, libraries: c, toolchain: d, cells: { count: 0, keys: e } }";

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

fn files(text: &str) -> Files {
    let bytes = || text.as_bytes().to_vec();
    vec![("table.csv", bytes()), ("figure.svg", bytes()), ("provenance.yaml", PROVENANCE.into())]
}

#[test]
fn a_folder_is_replaced_as_a_whole() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("figures/paper");
    publish(&folder, &files("one")).unwrap();
    fs::write(folder.join("claims.yaml"), "old").unwrap();
    publish(&folder, &files("two")).unwrap();
    assert_eq!((read(&folder, "table.csv"), read(&folder, "figure.svg")), ("two".into(), "two".into()));
    assert!(!folder.join("claims.yaml").exists());
    assert_eq!(fs::read_dir(place.path().join("figures")).unwrap().count(), 1);
}

#[test]
fn stepwise_exchange_and_recovery() {
    let place = tempfile::tempdir().unwrap();
    let (folder, fresh) = (place.path().join("paper"), place.path().join("fresh"));
    write_folder(&folder, &files("old")).unwrap();
    write_folder(&fresh, &files("new")).unwrap();
    swap_in_steps(&fresh, &folder).unwrap();
    assert_eq!((read(&folder, "table.csv"), read(&fresh, "table.csv")), ("new".into(), "old".into()));
    fs::rename(&folder, aside(&folder)).unwrap();
    recover(&folder);
    assert_eq!(read(&folder, "table.csv"), "new");
    fs::create_dir(aside(&folder)).unwrap();
    fs::write(aside(&folder).join("thesis.tex"), "mine").unwrap();
    assert!(swap_in_steps(&fresh, &folder).is_err());
    assert_eq!((read(&folder, "table.csv"), read(&aside(&folder), "thesis.tex")), ("new".into(), "mine".into()));
}

/// Why outputs of the paper `x` may not be written to a folder that the user chose.
fn refusal(folder: &Path) -> String {
    writable(folder, "x", Place::Chosen).expect_err("it should be refused")
}

#[test]
fn only_new_empty_and_own_folders_are_written_to() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    assert_eq!(writable(&at("new/deep"), "x", Place::Chosen), Ok(at("new/deep")));
    fs::create_dir(at("own")).unwrap();
    assert_eq!(writable(&at("own"), "x", Place::Chosen), Ok(at("own")));
    publish(&at("own"), &files("old")).unwrap();
    assert_eq!(writable(&at("own"), "x", Place::Chosen), Ok(at("own")));
    let other = writable(&at("own"), "y", Place::Chosen).unwrap_err();
    assert!(other.contains("holds outputs of x, not of y"), "{other}");

    fs::create_dir(at("table")).unwrap();
    fs::write(at("table/table.csv"), "mine").unwrap();
    assert!(refusal(&at("table")).contains("without a provenance.yaml"));
    assert_eq!(writable(&at("table"), "x", Place::Own), Ok(at("table")));
    fs::write(at("own/note.txt"), "mine").unwrap();
    assert!(refusal(&at("own")).contains("holds note.txt, which is not an output of a paper"));
    assert!(writable(&at("own"), "x", Place::Own).is_err());
    fs::create_dir_all(at("folder/table.csv")).unwrap();
    assert!(refusal(&at("folder")).contains("holds table.csv (a folder)"));
    fs::create_dir(at("links")).unwrap();
    symlink(at("own/table.csv"), at("links/table.csv")).unwrap();
    assert!(refusal(&at("links")).contains("holds table.csv (a link)"));
}

#[test]
fn what_is_no_folder_is_refused_and_stays() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    fs::write(at("file"), "mine").unwrap();
    assert!(refusal(&at("file")).contains("is a file, not a folder"));
    assert!(
        refusal(&at("file/below")).contains("cannot be used") || refusal(&at("file/below")).contains("is not a folder")
    );
    assert!(refusal(&at("new/../file")).contains("without `..`"));
    assert!(refusal(Path::new("/dev/null")).contains("is a device, not a folder"));
    assert!(refusal(Path::new("")).contains("has no name"));
    symlink(at("nowhere"), at("dangling")).unwrap();
    assert!(refusal(&at("dangling")).contains("leads nowhere"));
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    assert!(refusal(&at("socket")).contains("is a socket"));
    // What became a file while the cells ran is not replaced either.
    assert!(publish(&at("file"), &files("new")).is_err());
    assert_eq!(read(place.path(), "file"), "mine");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 3);
}

#[test]
fn a_linked_folder_is_followed() {
    let place = tempfile::tempdir().unwrap();
    let (real, link) = (place.path().join("real"), place.path().join("link"));
    fs::create_dir(&real).unwrap();
    symlink(&real, &link).unwrap();
    publish(&writable(&link, "x", Place::Chosen).unwrap(), &files("new")).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(read(&real, "table.csv"), "new");
}

#[test]
fn outputs_at_published_sizes_stay_with_the_others_and_apart_from_them() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("paper");
    let nested = folder.join(PAPER_SCALE);
    let with_claims = |text: &str| [files(text), vec![("claims.yaml", b"claims: []".to_vec())]].concat();
    publish(&folder, &with_claims("default")).unwrap();
    publish(&writable(&nested, "x", Place::Chosen).unwrap(), &files("published")).unwrap();
    publish(&writable(&folder, "x", Place::Own).unwrap(), &with_claims("newer")).unwrap();
    assert_eq!((read(&folder, "table.csv"), read(&nested, "table.csv")), ("newer".into(), "published".into()));
    publish(&nested, &files("again")).unwrap();
    assert_eq!((read(&folder, "table.csv"), read(&nested, "table.csv")), ("newer".into(), "again".into()));
    // Nothing lies in the outputs for a moment that is not one; a process that dies leaves them alone.
    assert_eq!((beside(&nested), aside(&nested)), (place.path(), place.path().join(".replaced-paper-paper-scale")));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    fs::write(nested.join("thesis.tex"), "mine").unwrap();
    assert!(refusal(&folder).contains("holds thesis.tex, which is not an output of a paper in paper-scale"));
}

#[test]
fn what_was_put_into_the_folder_meanwhile_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("paper");
    publish(&folder, &files("old")).unwrap();
    fs::write(folder.join("note.txt"), "mine").unwrap();
    let message = publish(&folder, &files("new")).unwrap_err().to_string();
    let kept = Path::new(message.rsplit("see ").next().unwrap());
    assert_eq!((read(&folder, "table.csv"), read(kept, "note.txt")), ("new".into(), "mine".into()));
}

#[test]
fn folders_that_only_look_like_ours_stay() {
    let place = tempfile::tempdir().unwrap();
    let old = std::time::SystemTime::now() - Duration::from_secs(3600);
    let make = |name: &str, file: &str| {
        let folder = place.path().join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(file), "text").unwrap();
        File::open(&folder).unwrap().set_modified(old).unwrap();
        folder
    };
    let mine = make(".writing-my-thesis", "table.csv");
    let also_mine = make(".writing-4000000-0123456789abcdef-0", "thesis.tex");
    let left = make(".writing-4000000-0123456789abcdef-1", "table.csv");
    publish(&place.path().join("paper"), &files("new")).unwrap();
    assert!(mine.join("table.csv").exists() && also_mine.join("thesis.tex").exists() && !left.exists());
}
