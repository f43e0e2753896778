//! Fingerprints of small crates held in memory.

use std::path::Path;

use crate::paper::Paper;
use crate::source::Source;

mod reaching;
mod rules;

/// Reads a crate whose files are pairs of a path and a text; the first is the root.
fn read(files: &[(&str, &str)]) -> Result<Source, String> {
    let read_file = |path: &Path| match files.iter().find(|(name, _)| Path::new(name) == path) {
        Some((_, text)) => Ok(text.as_bytes().to_vec()),
        None => Err(format!("cannot read {}: no such file", path.display())),
    };
    Source::read(Path::new(files[0].0), &read_file)
}

fn of_files(files: &[(&str, &str)]) -> String {
    read(files).unwrap().hash()
}

fn of_text(text: &str) -> String {
    of_files(&[("src/lib.rs", text)])
}

/// `compute` and `whole` of a paper.
fn of_paper(files: &[(&str, &str)]) -> Result<(String, String), String> {
    let paper = Paper::divide(read(files)?)?;
    Ok((paper.compute, paper.whole))
}

fn of_paper_text(text: &str) -> Result<(String, String), String> {
    of_paper(&[("src/main.rs", text)])
}

const BASE: &str = "pub fn step(x: f64, rate: f64) -> f64 { let y = 2.0 * x; clip(x - rate * y, 1.0) }";

#[test]
fn what_computes_nothing_changes_nothing() {
    let commented = "
        //! About the crate.

        /// One step.
        pub fn step(x: f64, rate: f64) -> f64 {
            // Why.
            let y = 2.0 * x;
            clip(x - rate * y, 1.0) /* clipped */
        }";
    let spread = "
        pub fn step(
            x: f64,
            rate: f64,
        ) -> f64 {
            let y = 2.0 * x;
            clip(
                x - rate * y,
                1.0,
            )
        }";
    let with_lints = "
        #![warn(missing_docs)]
        #[allow(clippy::all)]
        pub fn step(x: f64, rate: f64) -> f64 {
            #[expect(unused)]
            let y = 2.0 * x;
            clip(x - rate * y, 1.0)
        }";
    let with_tests = "
        #[cfg(test)]
        use std::fmt;
        #[cfg(test)]
        mod elsewhere;
        #[test]
        #[ignore]
        fn slow() { assert!(true); }
        pub fn step(x: f64, rate: f64) -> f64 {
            #[cfg(test)]
            let z = 1;
            let y = 2.0 * x;
            clip(x - rate * y, 1.0)
        }
        #[cfg(test)]
        mod tests { use super::*; #[test] fn a() {} }";
    for same in [commented, spread, with_lints, with_tests] {
        assert_eq!(of_text(BASE), of_text(same), "{same}");
    }
}

#[test]
fn what_computes_changes_the_fingerprint() {
    let changes =
        [("2.0", "2.5"), ("- rate", "+ rate"), ("let y", "let z"), ("1.0)", "1.0, 2)"), ("step", "walk"), ("pub ", "")];
    for (from, to) in changes {
        let other = BASE.replacen(from, to, 1);
        assert_ne!(other, BASE);
        assert_ne!(of_text(BASE), of_text(&other), "{other}");
    }
    assert_ne!(of_text("#[derive(Clone)] struct A;"), of_text("struct A;"));
    assert_ne!(of_text("#[cfg(unix)] fn a() {}"), of_text("#[cfg(windows)] fn a() {}"));
    assert_ne!(of_text("fn a() { m!(b << c) }"), of_text("fn a() { m!(b < < c) }"));
    assert_eq!(
        of_text("struct A { #[range(0..=1)] b: f64 }"),
        of_text("#[require(b > 0)] struct A { #[rising] #[length(2..)] b: f64 }")
    );
    assert_ne!(of_text("fn a() { \"b\" }"), of_text("fn a() { b }"));
}

#[test]
fn a_tuple_of_one_keeps_its_comma() {
    assert_ne!(of_text("fn a() -> (f64,) { b }"), of_text("fn a() -> (f64) { b }"));
    assert_ne!(of_text("fn a() { let b = (c,); }"), of_text("fn a() { let b = (c); }"));
    assert_ne!(of_text("fn a() { match b { c => (d,), } }"), of_text("fn a() { match b { c => (d), } }"));
    assert_eq!(of_text("fn a() { b::<T>(c,); d(e)(f,)? }"), of_text("fn a() { b::<T>(c); d(e)(f)? }"));
    assert_eq!(of_text("struct A { b: f64, }"), of_text("struct A { b: f64 }"));
}

#[test]
fn modules_are_followed() {
    let inline = of_text("mod a { pub fn f() {} mod b { fn g() {} } } mod c { fn h() {} }");
    let root = "mod a; mod c;";
    let beside = [
        ("src/lib.rs", root),
        ("src/a.rs", "pub fn f() {} mod b;"),
        ("src/a/b.rs", "fn g() {}"),
        ("src/c/mod.rs", "fn h() {}"),
    ];
    assert_eq!(of_files(&beside), inline);
    let nested = [
        ("src/lib.rs", "mod a { pub fn f() {} mod b; } mod c;"),
        ("src/a/b.rs", "fn g() {}"),
        ("src/c.rs", "fn h() {}"),
    ];
    assert_eq!(of_files(&nested), inline);
    let mut changed = beside;
    changed[2].1 = "fn g() { }\nfn more() {}";
    assert_ne!(of_files(&changed), inline);
}

#[test]
fn path_attributes_are_followed() {
    let files = [
        ("src/lib.rs", "mod a;"),
        ("src/a.rs", "#[path = \"other.rs\"] mod b; mod c { #[path = \"d.rs\"] mod e; }"),
        ("src/other.rs", "mod child;"),
        ("src/child.rs", "fn f() {}"),
        ("src/a/c/d.rs", "fn g() {}"),
    ];
    let source = read(&files).unwrap();
    assert_eq!(source.files, files.map(|(name, _)| name).map(Path::new));
}

#[test]
fn a_missing_module_is_named() {
    let error = read(&[("src/lib.rs", "mod gone;")]).err().unwrap();
    assert!(error.contains("src/gone.rs"), "{error}");
    let error = read(&[("src/lib.rs", "mod a { } ")]).unwrap().leave_out(&["b".into()]).unwrap_err();
    assert!(error.contains("`b`"), "{error}");
    let error = read(&[("src/lib.rs", "mod a { ")]).err().unwrap();
    assert!(error.contains("src/lib.rs"), "{error}");
}

#[test]
fn included_files_count() {
    let crate_with =
        |content| of_files(&[("src/lib.rs", "const A: &str = include_str!(\"../a.txt\");"), ("src/../a.txt", content)]);
    assert_eq!(crate_with("1"), crate_with("1"));
    assert_ne!(crate_with("1"), crate_with("2"));
    let dynamic = [("src/lib.rs", "const A: &str = include_str!(concat!(\"a\", \".txt\"));")];
    assert!(read(&dynamic).err().unwrap().contains("include_str!"));
    assert!(read(&[("src/lib.rs", "include!(\"a.rs\");"), ("src/a.rs", "")]).is_err());
}

#[test]
fn excepted_modules_do_not_count() {
    let hash = |text| {
        let mut source = read(&[("src/lib.rs", text)]).unwrap();
        source.leave_out(&["progress".into()]).unwrap();
        source.hash()
    };
    assert_eq!(hash("mod progress { fn a() {} } fn f() {}"), hash("mod progress { mod c { fn b() {} } } fn f() {}"));
    assert_ne!(hash("mod progress { fn a() {} } fn f() {}"), hash("mod progress { fn a() {} } fn g() {}"));
    // Only at the top level.
    assert_ne!(
        hash("mod progress {} mod m { mod progress { fn a() {} } }"),
        hash("mod progress {} mod m { mod progress { fn b() {} } }")
    );
}

const PAPER: &str = "
use common::prelude::*;
use figure::draw;
use crate::{claims::judge as verdict, figure::{style, self}};
struct Row { loss: f64 }
impl Cell for Descent {
    fn run(&self, rows: &mut Rows) {
        let claims = 1;
        rows.push(record! { loss: helper(self.x, 0.1) });
    }
}
fn helper(x: f64, rate: f64) -> f64 { x - rate }
mod figure {
    use super::*;
    struct Style;
    impl Style { fn new() -> impl Fn() -> f64 { || 5.0 } }
    impl<T: Fn() -> f64> From<T> for Style {}
    /// The figure.
    fn draw() { scale(3) }
}
mod claims { fn judge(row: &Row) -> bool { row.loss < 6.0 } }
common::paper!(Config, cells, draw, verdict);
";

#[test]
fn figure_and_claims_change_only_the_whole() {
    let (compute, whole) = of_paper_text(PAPER).unwrap();
    let show = [
        ("scale(3)", "scale(33)"),
        ("cells, draw, verdict", "cells, figure::other, verdict"),
        ("5.0", "5.5"),
        ("6.0", "6.6"),
        ("use figure::draw;", "use figure::{draw, more};"),
    ];
    for (from, to) in show {
        let (other_compute, other_whole) = of_paper_text(&PAPER.replacen(from, to, 1)).expect(to);
        assert_eq!(compute, other_compute, "{to}");
        assert_ne!(whole, other_whole, "{to}");
    }
    for (from, to) in [
        ("0.1", "0.2"),
        ("x - rate", "x + rate"),
        ("loss: f64 }", "loss: f64, more: f64 }"),
        ("let claims = 1", "let claims = 2"),
    ] {
        let (other_compute, other_whole) = of_paper_text(&PAPER.replacen(from, to, 1)).expect(to);
        assert_ne!(compute, other_compute, "{to}");
        assert_ne!(whole, other_whole, "{to}");
    }
    assert_eq!((compute, whole), of_paper_text(&PAPER.replace("/// The figure.", "// nothing")).unwrap());
}

#[test]
fn figure_and_claims_may_lie_in_files() {
    let root = "
        mod figure;
        mod claims;
        mod model;
        impl Cell for A { fn run() { model::f() } }
        common::paper!(Config, cells, figure::g, claims::h);";
    let files = |figure, model| {
        of_paper(&[
            ("src/main.rs", root),
            ("src/figure.rs", figure),
            ("src/figure/part.rs", "fn h() {}"),
            ("src/claims.rs", ""),
            ("src/model.rs", model),
        ])
        .unwrap()
    };
    assert_eq!(files("mod part;", "fn f() {}").0, files("mod part; fn g() {}", "fn f() {}").0);
    assert_ne!(files("mod part;", "fn f() {}").0, files("mod part;", "fn f() { 1 }").0);
}

#[test]
fn computing_code_cannot_reach_into_figure_and_claims() {
    for (code, named) in [
        ("fn f() { figure::g() }", "figure::g"),
        ("fn f() { crate::claims::g() }", "crate::claims::g"),
        ("mod model { fn f() { super::figure::g() } }", "super::figure::g"),
        ("fn f() { self::figure::inner::g() }", "self::figure::inner::g"),
        ("use figure::g; fn f() { g(1) }", "`g`"),
        ("use figure::g as h; fn f() { h(1) }", "`h`"),
        ("use crate::figure as shown; fn f() { shown::g(1) }", "`shown`"),
        ("use claims::*;", "claims::*"),
        ("use crate::{figure::g, model::h};", "split"),
        ("fn f() { use crate::figure::g; g() }", "`g`"),
        ("struct Row; mod figure { impl Row { fn ratio(&self) {} } }", "`Row`"),
        ("struct Row; mod claims { trait Ratio {} impl<'a> Ratio for &'a mut super::Row<'a> {} }", "`Row`"),
        ("mod figure { #[macro_export] macro_rules! m { () => {} } }", "macros"),
    ] {
        let error = of_paper_text(code).expect_err(code);
        assert!(error.contains(named), "{code}: {error}");
    }
}

#[test]
fn other_uses_of_the_words_are_fine() {
    for code in [
        "fn f() { common::claims::g(); row.figure::<f64>(); let claims: figure = 1; }",
        "impl Other for A { fn figure() {} }",
        "struct A { claims: Vec<f64>, figure: ::std::string::String }",
        "fn f() { draw.g() } use figure::g;",
    ] {
        of_paper_text(code).expect(code);
    }
}

#[test]
fn only_two_arguments_of_the_program_compute() {
    let program = |arguments: &str| format!("mod figure {{}} mod claims {{}} common::paper!({arguments});");
    let compute = |arguments: &str| of_paper_text(&program(arguments)).unwrap().0;
    let all = compute("Config, cells, figure::draw, claims::measure");
    assert_eq!(all, compute("Config, cells, figure::plot, claims::all,"));
    assert_ne!(all, compute("Config, plan, figure::draw, claims::measure"));
    assert_eq!(compute("Xor"), compute("Xor,"));
    assert!(of_paper_text(&program("Config, figure::cells, figure::draw, claims::measure")).is_err());
}

#[test]
fn a_paper_lists_what_its_computing_code_mentions_and_its_columns() {
    let text = "
        use common::{networks, optimize::{descend as go}, prelude::*};
        mod figure { use super::*; fn draw() { shown() } }
        mod model { fn f(rate: f64) { rows.push(record! { t,
            /// Mean
            /// loss.
            loss: g(1).mean() }) } }
        common::paper!(Config, cells, figure::draw, claims::measure);";
    let paper = Paper::divide(read(&[("src/main.rs", text)]).unwrap()).unwrap();
    assert_eq!(paper.columns, [("loss".to_string(), "Mean loss.".to_string())]);
    let expected = [
        "*Config",
        "*cells",
        "*common",
        "*f",
        "*g",
        "*rows",
        "*t",
        ".mean",
        ".push",
        "common::",
        "descend",
        "networks",
        "optimize::",
        "paper",
        "prelude::",
        "prelude::*",
        "record",
    ];
    assert_eq!(paper.identifiers.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    let other = text.replace("Mean", "Median");
    assert_eq!(of_paper_text(text), of_paper_text(&other));
}
