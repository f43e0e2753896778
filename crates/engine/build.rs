//! Hands the compiler's version to the engine, where it is part of the identity of every result, and refuses to build
//! without the flags that fix the bits.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CARGO_ENCODED_RUSTFLAGS");
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_string());
    let version = Command::new(rustc).arg("--version").output();
    let version = version.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    let version = version.as_deref().unwrap_or("unknown").trim().to_string();

    let flags = variable("CARGO_ENCODED_RUSTFLAGS").replace('\u{1f}', " ");
    let mut needed = vec!["-disable-fp-call-folding"];
    if variable("CARGO_CFG_TARGET_ARCH") == "x86_64" {
        needed.push("target-cpu=x86-64-v3");
    }
    for flag in needed {
        if !flags.contains(flag) {
            println!(
                "cargo::error=built without the flag {flag} of .cargo/config.toml, results would have other bits: \
                 $RUSTFLAGS and other configurations of cargo replace the flags there; unset RUSTFLAGS, or add it to them"
            );
        }
    }
    // Ours are the same for everybody; others are named with the compiler.
    let ours = ["-C", "target-cpu=x86-64-v3", "llvm-args=-disable-fp-call-folding"];
    let others: Vec<&str> = flags.split_whitespace().filter(|flag| !ours.contains(flag)).collect();
    let others = if others.is_empty() { String::new() } else { format!(" with {}", others.join(" ")) };
    println!("cargo::rustc-env=ENGINE_TOOLCHAIN={version}{others}");
}
