//! Hands the compiler's version to the engine: it is part of the identity of every result.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_string());
    let version = Command::new(rustc).arg("--version").output();
    let version = version.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    println!("cargo::rustc-env=ENGINE_TOOLCHAIN={}", version.as_deref().unwrap_or("unknown").trim());
}
