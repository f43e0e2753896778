//! What papers may not use is refused while they compile, also inside macros and in what only shows.

use super::*;

fn refused(code: &str) -> String {
    of_paper_text(&format!("fn run(x: f64) -> f64 {{ {code} }}")).unwrap_err()
}

#[test]
fn what_differs_between_machines_is_refused() {
    for (code, instead) in [
        ("x.exp()", "take `exp(x)` of the prelude"),
        ("(1.0 + x).ln()", "`ln(x)`"),
        ("x.powi(2)", "`powi(x, n)`"),
        ("f64::sin(x)", "`sin(x)`"),
        ("[x].iter().copied().map(f64::tanh).sum()", "`tanh(x)`"),
        ("x.mul_add(2.0, 1.0)", "products and sums"),
        ("format!(\"{}\", x.log(2.0)).len() as f64", "`ln(x) / ln(base)`"),
        ("x.hypot(1.0)", "`hypot(x, y)`"),
    ] {
        assert!(refused(code).contains(instead), "{code}: {}", refused(code));
    }
}

#[test]
fn clocks_threads_the_environment_and_hash_maps_are_refused() {
    for (code, word) in [
        ("use std::time::Instant; x", "std::time"),
        ("std::thread::spawn(|| 1); x", "std::thread"),
        ("std::env::var(\"SEED\").map_or(x, |_| x)", "std::env"),
        ("let m: std::collections::HashMap<u8, f64> = Default::default(); m.values().sum()", "HashMap"),
        ("std::fs::read(\"x\").map_or(x, |_| x)", "std::fs"),
        ("let n = Instant::now(); x", "Instant"),
    ] {
        assert!(refused(code).contains(word), "{code}: {}", refused(code));
    }
    let showing = [("src/main.rs", "mod figure;"), ("src/figure.rs", "fn draw(x: f64) -> f64 { x.cos() }")];
    assert!(of_paper(&showing).unwrap_err().starts_with("in module `figure`: "));
}

#[test]
fn ours_and_tests_are_not_meant() {
    let fine = "fn run(x: f64) -> f64 { let y = tape.tanh(v); scale.log(); exp(x).sqrt().abs() + numerics::powi(x, 2) }
                #[cfg(test)] mod tests { use std::time::Instant; fn t(x: f64) -> f64 { x.exp() } }";
    of_paper_text(fine).unwrap();
}
