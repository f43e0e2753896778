//! What code of a paper may not use, because its results would differ between runs or machines. The rules are checked
//! while the paper compiles; they look at tokens, so that macros hide nothing.

use crate::Result;
use crate::tokens::Token;

/// Methods of floats whose last bits depend on the C library or the processor, called without arguments.
const FUNCTIONS: [&str; 21] = [
    "exp", "exp2", "exp_m1", "ln", "ln_1p", "log2", "log10", "sin", "cos", "sin_cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "cbrt",
];

/// The same with one argument or two.
const OF_TWO: [&str; 6] = ["powf", "powi", "atan2", "hypot", "mul_add", "log"];

/// Modules of std that a paper has no business in, and why.
const MODULES: [(&str, &str); 7] = [
    ("thread", "a cell computes alone: the engine runs cells side by side"),
    ("sync", "a cell computes alone: the engine runs cells side by side"),
    ("time", "results may not depend on a clock"),
    ("env", "results may not depend on the environment: what they depend on is a parameter"),
    ("fs", "data sets come through common::datasets, outputs are the engine's"),
    ("net", "results may not depend on a network"),
    ("process", "results may not depend on another program"),
];

/// Names that are one of these however they are imported.
const NAMES: [(&str, &str); 8] = [
    ("HashMap", "its order changes from run to run: take a BTreeMap, or the table's queries"),
    ("HashSet", "its order changes from run to run: take a BTreeSet, or `distinct` of the prelude"),
    ("RandomState", "it changes from run to run"),
    ("Instant", "results may not depend on a clock"),
    ("SystemTime", "results may not depend on a clock"),
    ("available_parallelism", "results may not depend on the number of processors"),
    ("rayon", "a cell computes alone: the engine runs cells side by side"),
    ("par_iter", "a cell computes alone: the engine runs cells side by side"),
];

/// Checks the tokens of a module.
///
/// # Errors
/// With what it uses, why it may not, and what to take instead.
pub fn check(code: &[Token]) -> Result<()> {
    for (position, token) in code.iter().enumerate() {
        let Some(word) = token.word() else { continue };
        let before = |back: usize| position.checked_sub(back).map(|at| &code[at]);
        let after = |ahead: usize| code.get(position + ahead);
        let called = matches!(after(1), Some(Token::Open('(')));
        let empty = called && matches!(after(2), Some(Token::Close(')')));
        let method = before(1).is_some_and(|token| token.is_mark('.'));
        let separated = before(1).is_some_and(|token| token.is_mark(':'));
        let parent = before(3).filter(|_| separated).and_then(Token::word);
        let of_float = matches!(parent, Some("f64" | "f32"));
        if method && (empty && FUNCTIONS.contains(&word) || called && !empty && OF_TWO.contains(&word))
            || of_float && (FUNCTIONS.contains(&word) || OF_TWO.contains(&word))
        {
            return Err(float(word));
        }
        if let Some((_, why)) = MODULES.iter().find(|(name, _)| *name == word)
            && matches!(parent, Some("std" | "core"))
        {
            return Err(format!("`std::{word}` is not for papers: {why}"));
        }
        if let Some((_, why)) = NAMES.iter().find(|(name, _)| *name == word) {
            return Err(format!("`{word}` is not for papers: {why}"));
        }
    }
    Ok(())
}

fn float(word: &str) -> String {
    let instead = match word {
        "log" => "`ln(x) / ln(base)`".to_string(),
        "powf" => "`pow(x, y)`".to_string(),
        "sin_cos" => "`sin(x)` and `cos(x)`".to_string(),
        "asinh" | "acosh" | "atanh" => "`ln_1p`, written out".to_string(),
        "mul_add" => "products and sums, or `matrix` and `reduce`".to_string(),
        "atan2" | "hypot" => format!("`{word}(x, y)`"),
        "powi" => "`powi(x, n)`".to_string(),
        _ => format!("`{word}(x)`"),
    };
    format!("the last bits of the standard library's `{word}` differ between machines: take {instead} of the prelude")
}
