//! Hashes of the code that computes, as compile-time constants.
//!
//! The result cache of the engine must notice when code that computes a result has changed, and
//! must not care about anything else. A hash of the source files would change with every comment, a
//! hash of the compiled binary with every figure. These macros hash the *tokens* of a crate, read
//! from its source files while it is compiled:
//!
//! - [`modules!`] lists the modules of a library that computes, each with its hash and with the names
//!   by which the crate `reach` finds out which modules a paper needs;
//! - [`paper!`] gives the fingerprints of a paper, the names that its computing code mentions and
//!   the documentation of its columns, and refuses to compile a paper whose computing code reaches
//!   into its figure and claims;
//! - [`of_crate!`] gives one hash for a whole crate;
//! - [`dependencies!`] gives the hash of the versions of the external libraries that a crate is
//!   built from.
//!
//! A fingerprint does not depend on white space, comments, documentation, lint attributes, the
//! attributes of `#[derive(Parameters)]`, `#[cfg(test)]` items, `#[test]` functions, trailing commas,
//! or whether a module lies in a file of its own. It does depend on everything else, including names
//! and the order of items, and on the contents of files that are pulled in with `include_str!` or
//! `include_bytes!`. Every fingerprint is 64 hexadecimal digits of SHA-256.

// This crate is compiled before all others, and on the machine that builds.
#[cfg(windows)]
compile_error!(
    "Windows is not supported: outputs are exchanged as whole folders and papers share the cores by make's job server, \
     both as Unix has them. Use WSL (the Windows Subsystem for Linux) and a checkout inside it."
);

mod arguments;
mod columns;
mod imports;
mod lock;
mod mentions;
mod modules;
mod names;
mod paper;
mod rules;
mod source;
#[cfg(test)]
mod tests;
mod tokens;

use proc_macro::TokenStream;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use arguments::Arguments;
use paper::Paper;
use source::Source;

/// What went wrong, in words for whoever reads the compiler's message.
type Result<T> = std::result::Result<T, String>;

/// The fingerprint of the library (or, without `src/lib.rs`, of the program) being compiled: a
/// string literal.
///
/// ```
/// pub const FINGERPRINT: &str = fingerprint::of_crate!();
/// assert_eq!(FINGERPRINT.len(), 64);
/// ```
/// `of_crate!(except(command_line, progress))` leaves out top-level modules that do not compute.
///
/// # Errors
/// A compile error where a source file cannot be read or a module of `except` does not exist.
#[proc_macro]
pub fn of_crate(input: TokenStream) -> TokenStream {
    expand(input, |arguments| {
        let source = read_crate(&arguments)?;
        Ok(block(&source.files, &format!("{:?}", source.hash())))
    })
}

/// The modules of the library (or, without `src/lib.rs`, of the program) being compiled, as an
/// expression of type `&'static [reach::Module]`; the crate needs the dependency `reach`.
///
/// ```
/// pub const MODULES: &[reach::Module] = fingerprint::modules!();
/// assert!(MODULES[0].always);
/// ```
/// The root comes first, each module before its submodules. Every name that a module re-exports with
/// `pub use` (`pub(crate) use`, …) has an entry of its own.
/// `modules!(except(command_line, progress))` leaves out top-level modules that do not compute.
///
/// # Errors
/// A compile error where a source file cannot be read or a module of `except` does not exist.
#[proc_macro]
pub fn modules(input: TokenStream) -> TokenStream {
    expand(input, |arguments| {
        let source = read_crate(&arguments)?;
        Ok(block(&source.files, &modules::expression(&modules::entries(&source))))
    })
}

/// What the compiler can tell about the paper being compiled: a tuple
/// `(compute, whole, identifiers, columns)` of type
/// `(&'static str, &'static str, &'static [&'static str], &'static [(&'static str, &'static str)])`.
///
/// `whole` is the fingerprint of all of the paper's code. `compute` leaves out what only shows
/// results: the modules `figure` and `claims`, `use` declarations that import from nowhere but these
/// modules, and all but the first two arguments of `common::paper!(Config, cells, figure::draw,
/// claims::measure)`. `identifiers` are what the computing code mentions, as the sorted words that
/// `reach::reached` takes. `columns` are the documented fields of every `record!`, in order of appearance,
/// as pairs of name and text; the first text of a name counts.
///
/// # Errors
/// A compile error where a source file cannot be read, and where computing code could use the
/// figure or claims code, a change of which would go unnoticed: a path into these modules, a name
/// imported from them, or an `impl` in them for a type that is defined elsewhere.
#[proc_macro]
pub fn paper(input: TokenStream) -> TokenStream {
    expand(input, |arguments| {
        let (files, Paper { compute, whole, identifiers, columns }) = read_paper(&arguments)?;
        let identifiers: Vec<String> = identifiers.into_iter().collect();
        let tuple = format!(
            "({compute:?}, {whole:?}, &{identifiers:?} as &'static [&'static str], \
             &{columns:?} as &'static [(&'static str, &'static str)])"
        );
        Ok(block(&files, &tuple))
    })
}

/// The hash of the name, version and checksum of every external library that a package of the
/// workspace is built from, according to `Cargo.lock`: a string literal.
///
/// ```
/// const LIBRARIES: &str = fingerprint::dependencies!("fingerprint", except("sha2"));
/// assert_eq!(LIBRARIES.len(), 64);
/// ```
/// The libraries in `except(…)`, and those that are reached only through them, are left out.
/// `Cargo.lock` does not tell a package's test dependencies from the others, so they belong into
/// `except(…)` as well.
///
/// # Errors
/// A compile error where `Cargo.lock` cannot be read or lacks a package named here.
#[proc_macro]
pub fn dependencies(input: TokenStream) -> TokenStream {
    expand(input, |Arguments { names, except }| {
        let [package] = names.as_slice() else {
            return Err("dependencies! takes one package name, then except(\"name\", …)".into());
        };
        let path = lock::find(&manifest_folder()?)?;
        let text = String::from_utf8(read_file(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
        let hash = lock::hash(&text, package, &except).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(block(&[path], &format!("{hash:?}")))
    })
}

/// Runs a macro: parses its arguments and turns an error into `compile_error!`.
fn expand(input: TokenStream, macro_body: impl FnOnce(Arguments) -> Result<String>) -> TokenStream {
    // The compiler's lexer would report spans in files it does not know; the fallback also makes
    // the unit tests run the same code as the compiler does.
    proc_macro2::fallback::force();
    let expression = syn::parse_str::<Arguments>(&input.to_string())
        .map_err(|error| error.to_string())
        .and_then(macro_body)
        .unwrap_or_else(|message| format!("compile_error!({:?})", format!("fingerprint: {message}")));
    expression.parse().expect("the expansion is made of literals only")
}

/// An expression that makes the compiler run the macro again when one of `files` has changed. The
/// constant is unused, so neither the bytes nor the paths get into the binary.
fn block(files: &[PathBuf], expression: &str) -> String {
    let mut text = String::from("{ ");
    for file in files {
        write!(text, "const _: &[u8] = include_bytes!({:?}); ", file.display().to_string()).expect("string");
    }
    text + expression + " }"
}

/// The crate being compiled, without the modules in `except(…)`.
fn read_crate(arguments: &Arguments) -> Result<Source> {
    if !arguments.names.is_empty() {
        return Err("expected nothing but except(module, …)".into());
    }
    let root = manifest_folder()?.join("src");
    let library = root.join("lib.rs");
    let root = if library.exists() { library } else { root.join("main.rs") };
    let mut source = Source::read(&root, &read_file)?;
    source.leave_out(&arguments.except)?;
    Ok(source)
}

/// The paper being compiled, and its files.
fn read_paper(arguments: &Arguments) -> Result<(Vec<PathBuf>, Paper)> {
    if *arguments != Arguments::default() {
        return Err("expected no arguments".into());
    }
    let source = Source::read(&manifest_folder()?.join("src").join("main.rs"), &read_file)?;
    Ok((source.files.clone(), Paper::divide(source)?))
}

fn manifest_folder() -> Result<PathBuf> {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| "CARGO_MANIFEST_DIR is not set: build with cargo".into())
}

fn read_file(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
