//! The bits of every operation are those recorded in `tests/probes.txt`.
//!
//! `UPDATE_EXPECT=1` records them anew.

use std::fs;
use std::path::Path;

use numerics::probes;

#[test]
fn bits_are_the_recorded_ones() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/probes.txt");
    let all = probes::all();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, probes::render(&all)).expect("write tests/probes.txt");
    }
    let recorded = fs::read_to_string(&file).expect("read tests/probes.txt");
    if let Err(differences) = probes::compare(&all, &recorded) {
        panic!("operations whose bits are not the recorded ones:\n{differences}");
    }
}

#[test]
fn names_are_unique_and_without_spaces() {
    let mut names: Vec<&str> = probes::all().iter().map(probes::Probe::name).collect();
    assert!(names.iter().all(|name| !name.contains(char::is_whitespace)));
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn a_changed_missing_or_stale_probe_is_named() {
    let all = probes::all();
    let [first, second] = [all[0], all[1]];
    let recorded = format!("{} 0123456789abcdef\nremoved/probe 0\n", first.name());
    let report = probes::compare(&[first, second], &recorded).expect_err("three differences");
    assert_eq!(report.lines().count(), 3);
    for name in [first.name(), second.name(), "removed/probe"] {
        assert!(report.contains(name), "{report}");
    }
}
