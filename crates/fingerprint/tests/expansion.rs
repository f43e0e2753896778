//! The macros as a crate sees them, on this crate's own sources.

const WHOLE: &str = fingerprint::of_crate!();
const WITHOUT_LOCK: &str = fingerprint::of_crate!(except(lock));
const LIBRARIES: &str = fingerprint::dependencies!("fingerprint");
const WITHOUT_HASHES: &str = fingerprint::dependencies!("fingerprint", except("sha2"));
const MODULES: &[reach::Module] = fingerprint::modules!(except(lock));

#[test]
fn every_fingerprint_is_64_digits_and_different() {
    let mut all = vec![WHOLE, WITHOUT_LOCK, LIBRARIES, WITHOUT_HASHES];
    all.extend(MODULES.iter().map(|module| module.hash));
    for (position, fingerprint) in all.iter().enumerate() {
        assert_eq!(fingerprint.len(), 64);
        assert!(fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(!all[..position].contains(fingerprint));
    }
}

#[test]
fn the_list_has_every_module_but_those_left_out() {
    let names: Vec<&str> = MODULES.iter().map(|module| module.name).collect();
    let expected =
        ["", "arguments", "columns", "imports", "mentions", "modules", "names", "paper", "rules", "source", "tokens"];
    assert_eq!(names, expected);
    let found = reach::reached(&["fingerprint", "Arguments"], &[("fingerprint", MODULES)]);
    assert!(found.iter().any(|(path, _)| path == "fingerprint::arguments"));
}
