//! The macros as a crate sees them, on this crate's own sources.

const WHOLE: &str = fingerprint::of_crate!();
const WITHOUT_LOCK: &str = fingerprint::of_crate!(except(lock));
const LIBRARIES: &str = fingerprint::dependencies!("fingerprint");
const WITHOUT_HASHES: &str = fingerprint::dependencies!("fingerprint", except("sha2"));

#[test]
fn every_fingerprint_is_64_digits_and_different() {
    let all = [WHOLE, WITHOUT_LOCK, LIBRARIES, WITHOUT_HASHES];
    for (position, fingerprint) in all.iter().enumerate() {
        assert_eq!(fingerprint.len(), 64);
        assert!(fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(!all[..position].contains(fingerprint));
    }
}
