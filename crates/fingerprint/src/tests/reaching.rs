//! What is reached in small crates: `modules!` and the crate `reach` together.

use reach::Module;

use super::read;
use crate::mentions::{Identifiers, Mentions};
use crate::modules;

/// The modules of a crate, as `modules!` lists them.
fn modules_of(text: &str) -> &'static [Module] {
    let source = read(&[("src/lib.rs", text)]).unwrap();
    let leak = |text: String| -> &'static str { text.leak() };
    let words = |identifiers: Identifiers| leak(identifiers.into_iter().collect::<Vec<_>>().join(" "));
    let module = |entry: modules::Entry| Module {
        name: leak(entry.name),
        hash: leak(entry.hash),
        always: entry.always,
        defines: words(entry.names.defines),
        extends: words(entry.names.extends),
        mentions: words(entry.names.mentions.words()),
    };
    modules::entries(&source).into_iter().map(module).collect::<Vec<_>>().leak()
}

/// What code reaches in a crate `n` of this text, with hashes.
fn reached_with_hashes(code: &str, text: &str) -> Vec<(String, &'static str)> {
    let mut mentions = Mentions::default();
    mentions.globs.insert(String::new());
    mentions.named.insert("n".into());
    mentions.add(code.parse().unwrap());
    let identifiers = mentions.words();
    let identifiers: Vec<&str> = identifiers.iter().map(String::as_str).collect();
    reach::reached(&identifiers, &[("n", modules_of(text))])
}

/// The reached modules but the root, without the name of the crate.
fn reached(code: &str, text: &str) -> Vec<String> {
    let paths = reached_with_hashes(code, text).into_iter().map(|(path, _)| path);
    paths.filter(|path| path != "n").map(|path| path["n::".len()..].to_owned()).collect()
}

const CRATE: &str = "
    pub mod matrix {
        pub struct Matrix { rows: usize }
        impl Matrix { pub fn identity(rows: usize) -> Matrix { Matrix { rows } } }
        pub mod products { impl super::Matrix { pub fn times(&self) -> f64 { crate::fused::chain(1.0) } } }
    }
    mod fused { pub fn chain(x: f64) -> f64 { x * UNIT } const UNIT: f64 = 1.0; }
    pub mod linear { use crate::matrix::Matrix; pub fn solve(a: &Matrix) {} }
    pub mod real {
        pub trait Real: Sized { const ZERO: Self; fn clamped(self) -> Self; }
        mod double { impl super::Real for f64 { const ZERO: f64 = 0.0; fn clamped(self) -> f64 { super::half(self) } } }
        fn half(x: f64) -> f64 { x }
    }
    pub mod elementary {
        macro_rules! functions { ($($name:ident)+) => { $(pub fn $name(x: f64) -> f64 { x })+ pub fn always_there() {} } }
        functions! { exp ln }
    }
    pub mod symbols { #[unsafe(no_mangle)] pub extern \"C\" fn expf(x: f32) -> f32 { x } }
    pub use fused::chain;
    pub use linear::{solve as solved};";

/// What everything reaches in `CRATE`.
const ALWAYS: &str = "symbols";

fn beyond(code: &str) -> Vec<String> {
    let mut found = reached(code, CRATE);
    found.retain(|path| path != ALWAYS);
    found
}

#[test]
fn names_reach_their_modules_and_what_these_need() {
    assert!(beyond("let x = 1.0; f64::max(x, y)").is_empty());
    assert_eq!(beyond("n::chain(x)"), ["use chain", "fused"]);
    let matrix = ["matrix", "matrix::products", "fused"];
    assert_eq!(beyond("Matrix::identity(3)"), [&["use chain"], &matrix[..]].concat());
    assert_eq!(beyond("solved(a)"), [&["use chain", "use solved"], &matrix[..], &["linear"]].concat());
}

#[test]
fn traits_are_reached_by_name_and_by_method() {
    for code in ["T: Real", "x.clamped()", "x.clamped::<f64>()", "f64::clamped(x)", "T::ZERO", "xs.map(f64::clamped)"] {
        assert_eq!(beyond(code), ["real", "real::double"], "{code}");
    }
    assert!(beyond("x.clamped").is_empty());
}

#[test]
fn what_macros_define_is_reached() {
    for code in ["exp(x)", "format!(\"{}\", ln(2.0))", "always_there()"] {
        assert_eq!(beyond(code), ["elementary"], "{code}");
    }
}

#[test]
fn macro_calls_are_tied_to_the_macro() {
    let text = "
        mod defining { macro_rules! implement { ($t:ident) => { impl Shape for $t { fn area(&self) {} } fn helper() {} } } }
        mod shape { pub trait Shape { fn area(&self); } }
        mod calling { implement!(Disk); struct Disk; }
        mod local { thread_local! { static SPACE: RefCell<Vec<f64>> = RefCell::new(Vec::new()); } }";
    let all = ["defining", "shape", "calling"];
    for code in ["Disk", "helper()", "x.area()", "Shape"] {
        assert_eq!(reached(code, text), all, "{code}");
    }
    assert!(reached("Vec::new(); RefCell::new(1)", text).is_empty());
    assert_eq!(reached("SPACE", text), ["local"]);
}

#[test]
fn fields_labels_and_variables_in_text_reach_nothing() {
    let names = "Point { chain: 1.0 }; p.chain; 'chain: loop {} fn f(chain: f64) {} \"{chain} and UNIT\"";
    assert!(beyond(names).is_empty());
    assert!(beyond("record! { chain: 1.0 }").is_empty());
    // The arguments of other macros may be anything.
    for code in ["m! { chain: 1.0 }", "\"{:UNIT$}\"", "\"{UNIT:.3}\"", "#[serde(with = \"n::chain\")] a", "0..chain"] {
        assert!(beyond(code).contains(&"fused".to_string()), "{code}");
    }
}

#[test]
fn an_unused_function_changes_its_module_only() {
    let more = CRATE.replace("pub fn solve", "pub fn unused() { exp(1.0) } pub fn solve");
    let (before, after) = (modules_of(CRATE), modules_of(&more));
    for (old, new) in before.iter().zip(after) {
        assert_eq!(old.hash != new.hash, old.name == "linear", "{}", old.name);
    }
    for code in ["Matrix", "chain", "exp", "Real"] {
        assert_eq!(reached_with_hashes(code, CRATE), reached_with_hashes(code, &more), "{code}");
    }
    assert_ne!(reached_with_hashes("solve", CRATE), reached_with_hashes("solve", &more));
}

#[test]
fn a_new_module_and_its_re_export_change_nothing_for_others() {
    let more =
        format!("pub mod news; {CRATE} mod news {{ pub fn news(m: &Matrix) {{ exp(1.0) }} }} pub use news::news;")
            .replace("pub mod news; ", "");
    for code in ["Matrix", "chain", "exp", "Real", "solve"] {
        assert_eq!(reached_with_hashes(code, CRATE), reached_with_hashes(code, &more), "{code}");
    }
    assert!(reached("news()", &more).contains(&"use news".to_string()));
}

#[test]
fn the_target_of_a_re_export_counts_for_those_who_use_it() {
    let changed = CRATE.replace("pub use fused::chain", "pub use elementary::chain");
    assert_ne!(reached_with_hashes("chain", CRATE), reached_with_hashes("chain", &changed));
    assert_eq!(reached_with_hashes("exp", CRATE), reached_with_hashes("exp", &changed));
    let globs = |path: &str| reached_with_hashes("", &format!("mod a {{ pub use {path}::*; }}"));
    assert_ne!(globs("b"), globs("c"));
}

#[test]
fn names_that_work_unnamed_are_found() {
    let text = "
        mod shapes { pub enum Shape { Disk, Square } pub trait Area { fn area(&self); } }
        mod other { pub trait Grow { fn grow(&self); } }
        mod prelude { pub use super::shapes::Area; pub use super::other::Grow as _; }
        mod drawing { use crate::prelude::*; pub fn draw(x: f64) { x.area() } }
        mod listing { use crate::shapes::Shape::*; pub fn list() { Disk; } }
        mod plain { pub fn plain(x: f64) { x.area(); x.chain(); chain } }";
    assert_eq!(reached("listing::list()", text), ["shapes", "other", "prelude::use Area", "prelude::use _", "listing"]);
    assert_eq!(reached("n::draw(1.0)", text), ["shapes", "other", "prelude::use Area", "prelude::use _", "drawing"]);
    assert_eq!(reached("n::plain(1.0)", text), ["other", "prelude::use _", "plain"]);
}

#[test]
fn a_glob_opens_what_its_module_exports() {
    let text = "pub mod prelude { pub use crate::fused::chain; } mod fused { pub fn chain() {} } pub mod ln { pub fn ln() {} }";
    let words = |code: &str| {
        let source = read(&[("src/main.rs", code)]).unwrap();
        crate::paper::Paper::divide(source).unwrap().identifiers.into_iter().collect::<Vec<_>>()
    };
    let reached = |code: &str| {
        let words = words(code);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        reach::reached(&words, &[("n", modules_of(text))]).into_iter().map(|(path, _)| path).collect::<Vec<_>>()
    };
    // The variable `ln` is none of the crate's functions.
    let paper = "use n::prelude::*; fn f() { let ln = 1.0; chain(ln) }";
    assert_eq!(reached(paper), ["n", "n::prelude::use chain", "n::fused"]);
    assert_eq!(reached("use n::prelude::*; mod a { use super::*; fn f(ln: f64) { ln; } }"), ["n"]);
    assert!(reached("use n::prelude::*; fn f() { n::ln::ln() }").contains(&"n::ln".to_string()));
}
