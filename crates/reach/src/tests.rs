//! Reaching on modules written by hand; the tests of `fingerprint` do it on source code.

use super::*;

const NOTHING: Module = Module { name: "", hash: "", always: false, defines: "", extends: "", mentions: "" };

const NUMERICS: &[Module] = &[
    Module { name: "", hash: "0", always: true, ..NOTHING },
    Module { name: "matrix", hash: "1", defines: "Matrix identity", mentions: "Matrix", ..NOTHING },
    Module { name: "matrix::products", hash: "2", extends: "Matrix f64", mentions: "Matrix fused", ..NOTHING },
    Module { name: "fused", hash: "3", defines: "fused", mentions: "f64", ..NOTHING },
    Module { name: "linear", hash: "4", defines: "solve", mentions: "Matrix", ..NOTHING },
    Module { name: "real", hash: "5", defines: "Real .clamp clamp", extends: "Real f64", mentions: "Real", ..NOTHING },
    Module { name: "use fast", hash: "6", defines: "fast", mentions: "fused", ..NOTHING },
    Module { name: "symbols", hash: "7", always: true, mentions: "exp", ..NOTHING },
    Module { name: "elementary", hash: "8", defines: "exp", ..NOTHING },
];

const COMMON: &[Module] = &[
    Module { name: "fit", hash: "9", defines: "fit", mentions: "numerics:: solve", ..NOTHING },
    Module { name: "prelude::use fused", hash: "a", defines: "fused", mentions: "numerics:: fused", ..NOTHING },
    Module { name: "all::use real::*", hash: "b", ..NOTHING },
];

/// What is reached beyond the root and the symbols by code that names both crates.
fn beyond(words: &[&str]) -> Vec<String> {
    let always = ["numerics", "numerics::symbols", "numerics::elementary"];
    let words = [words, &["numerics::", "common::"]].concat();
    let found = reached(&words, &[("numerics", NUMERICS), ("common", COMMON)]);
    for path in always {
        assert!(found.iter().any(|(found, _)| found == path), "{path}");
    }
    found.into_iter().map(|(path, _)| path).filter(|path| !always.contains(&path.as_str())).collect()
}

#[test]
fn nothing_is_reached_by_names_of_others() {
    assert!(beyond(&["f64", "product", "x"]).is_empty());
}

#[test]
fn a_type_brings_its_methods_and_what_they_call() {
    let all = ["numerics::matrix", "numerics::matrix::products", "numerics::fused"];
    assert_eq!(beyond(&["identity"]), all);
    assert_eq!(beyond(&["Matrix"]), all);
    assert_eq!(beyond(&["fused"]), ["numerics::fused", "common::prelude::use fused"]);
}

#[test]
fn globs_open_what_they_export() {
    let fused = ["numerics::fused", "common::prelude::use fused"];
    assert_eq!(beyond(&["prelude::*", "*fused", "*solve", ".clamp"]), fused);
    // Without a glob, a name that stands alone is the code's own.
    assert!(beyond(&["*fused", "*solve", ".clamp"]).is_empty());
    // These may bring in everything.
    for glob in ["::*", "unknown::*", "all::*"] {
        assert_eq!(beyond(&[glob, "*fused", "*other"]), fused, "{glob}");
        assert_eq!(beyond(&[glob, ".clamp"]), ["numerics::real"], "{glob}");
        assert!(beyond(&[glob, ".fused"]).is_empty(), "{glob}");
    }
    assert_eq!(beyond(&["real::*", ".clamp", "*fused"]), ["numerics::real"]);
}

#[test]
fn crates_reach_into_those_before_them_that_are_named() {
    let all = ["numerics::matrix", "numerics::matrix::products", "numerics::fused", "numerics::linear", "common::fit"];
    let found = beyond(&["fit"]);
    assert!(all.iter().all(|path| found.contains(&path.to_string())), "{found:?}");
    let paths =
        |words: &[&str], crates: &[Crate]| reached(words, crates).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    let ordered = [("numerics", &NUMERICS[3..5]), ("common", &COMMON[..1])];
    assert_eq!(paths(&["common::", "fit"], &ordered), ["numerics::linear", "common::fit"]);
    assert_eq!(paths(&["common::", "fit"], &[ordered[1], ordered[0]]), ["common::fit"]);
    assert!(paths(&["fit", "solve"], &ordered).is_empty());
}

#[test]
fn hashes_come_along() {
    let found = reached(&["common::fit::*", "common", "fit"], &[("common", &COMMON[..1])]);
    assert_eq!(found, [("common::fit".into(), "9")]);
    assert!(reached(&[], &[]).is_empty());
}

#[test]
fn a_module_that_is_not_mentioned_changes_nothing() {
    let mut more = NUMERICS.to_vec();
    more.insert(
        2,
        Module { name: "news", hash: "n", defines: "news", extends: "News", mentions: "Matrix exp", ..NOTHING },
    );
    let more: &'static [Module] = more.leak();
    for words in [&["numerics::", "Matrix"][..], &["numerics::", "fused", "solve"], &[]] {
        assert_eq!(reached(words, &[("numerics", more)]), reached(words, &[("numerics", NUMERICS)]));
    }
}
