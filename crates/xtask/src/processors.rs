//! Compares bytes across processors: the probes and the papers at smoke scale on emulated ones, and on this one with
//! parts of it hidden from the C library.
//!
//! A probe is one operation with a committed hash (`tests/probes.txt` of a crate), a paper's smoke run has committed
//! files (`papers/<slug>/expected/`): whatever differs is named.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::smoke::{self, smoke};

/// A way to run a program as if on another processor.
struct Processor {
    name: &'static str,
    /// The emulator and its arguments, or nothing.
    emulator: &'static [&'static str],
    /// What the C library is told not to use.
    hidden: &'static str,
}

/// The first x86-64 model with AVX2 and FMA, one of another maker, and the newest that the emulator knows; and this
/// processor with a C library that takes it for an older one.
const PROCESSORS: [Processor; 5] = [
    Processor { name: "emulated Haswell", emulator: &["qemu-x86_64", "-cpu", "Haswell"], hidden: "" },
    Processor { name: "emulated EPYC", emulator: &["qemu-x86_64", "-cpu", "EPYC"], hidden: "" },
    Processor { name: "emulated max", emulator: &["qemu-x86_64", "-cpu", "max"], hidden: "" },
    Processor {
        name: "C library without AVX-512",
        emulator: &[],
        hidden: "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512DQ,-AVX512BW",
    },
    Processor {
        name: "C library without FMA and AVX2",
        emulator: &[],
        hidden: "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX512F,-AVX512VL,-ERMS",
    },
];

/// An aarch64 machine, with the C library of Debian's package libc6:arm64 (not that of the cross compiler: loader and
/// library would be of two versions, and the first thread would wait for ever).
const AARCH64: Processor = Processor { name: "emulated aarch64", emulator: &["qemu-aarch64"], hidden: "" };

/// Which papers take part.
pub struct Choice {
    /// Only these.
    pub papers: Vec<String>,
    /// Only the given number of papers, those whose smoke runs take the least time here.
    pub fastest: Option<usize>,
}

/// Runs the probes and the chosen papers on all emulated x86-64 processors.
///
/// # Errors
/// When a bit differs, an old processor is not refused, or the emulator is absent.
pub fn verify(root: &Path, choice: &Choice) -> Result<()> {
    require("qemu-x86_64", "qemu-user")?;
    let programs = crate::programs(root);
    let papers = choose(root, &programs, choice)?;
    let mut faults = Vec::new();
    for processor in &PROCESSORS {
        let start = Instant::now();
        let found = differences(root, processor, "x86_64-unknown-linux-gnu", &[], &programs, &papers)?;
        report(processor, &papers, &found, start.elapsed());
        faults.extend(found);
    }
    let old = refusal(&programs, &papers)?;
    println!("emulated Nehalem: {}", if old.is_empty() { "refused, as it must be" } else { "NOT refused" });
    faults.extend(old);
    finish(faults)
}

/// The same on an emulated aarch64 machine, for which everything is built again with Debian's compiler of that
/// architecture: see `docs/reproducibility.md`.
///
/// # Errors
/// When a bit differs, or a tool is absent.
pub fn verify_aarch64(root: &Path, choice: &Choice) -> Result<()> {
    const TARGET: &str = "aarch64-unknown-linux-gnu";
    const HOW: &str = "rustc-web, libstd-rust-web-dev:arm64, gcc-aarch64-linux-gnu and qemu-user";
    for (program, package) in [("qemu-aarch64", HOW), ("aarch64-linux-gnu-gcc", HOW)] {
        require(program, package)?;
    }
    ensure!(
        Path::new("/usr/lib/rustlib").join(TARGET).is_dir(),
        "the standard library for {TARGET} is not here: install the Debian packages {HOW}"
    );
    let papers = choose(root, &crate::programs(root), choice)?;
    // A folder of its own: another compiler builds, and would replace everything in the usual one.
    let folder = root.join("target/aarch64");
    let build = [
        ("RUSTC".to_string(), "/usr/bin/rustc".to_string()),
        ("CARGO_TARGET_DIR".to_string(), folder.display().to_string()),
        ("CARGO_BUILD_TARGET".to_string(), TARGET.to_string()),
        ("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER".to_string(), "aarch64-linux-gnu-gcc".to_string()),
    ];
    let mut cargo = cargo(root);
    cargo.args(["build", "--release", "--locked"]).envs(build.clone());
    for paper in &papers {
        cargo.args(["--package", paper]);
    }
    ensure!(cargo.status()?.success(), "the papers could not be built for {TARGET}");
    let start = Instant::now();
    let programs = folder.join(TARGET).join("release");
    let found = differences(root, &AARCH64, TARGET, &build, &programs, &papers)?;
    report(&AARCH64, &papers, &found, start.elapsed());
    finish(found)
}

fn report(processor: &Processor, papers: &[String], found: &[String], took: Duration) {
    let verdict = match found.len() {
        0 => "all bytes the same".to_string(),
        count => format!("{count} DIFFER"),
    };
    println!("{}: probes and {} papers in {:.0} s: {verdict}", processor.name, papers.len(), took.as_secs_f64());
}

fn finish(faults: Vec<String>) -> Result<()> {
    match faults.is_empty() {
        true => Ok(()),
        false => bail!("not the same bytes everywhere:\n{}", faults.join("\n")),
    }
}

fn require(program: &str, package: &str) -> Result<()> {
    let found = Command::new(program).arg("--version").output();
    match found.is_ok_and(|output| output.status.success()) {
        true => Ok(()),
        false => bail!("{program} is needed: install {package}"),
    }
}

fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    cargo
}

/// The papers with a committed smoke expectation that were chosen.
fn choose(root: &Path, programs: &Path, choice: &Choice) -> Result<Vec<String>> {
    let mut papers: Vec<String> = fs::read_dir(root.join("papers"))?
        .flatten()
        .filter(|entry| entry.path().join("expected/table.csv").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    papers.sort();
    if let Some(unknown) = choice.papers.iter().find(|paper| !papers.contains(paper)) {
        bail!("there is no papers/{unknown}/expected; the papers are {}", papers.join(", "));
    }
    if !choice.papers.is_empty() {
        papers = choice.papers.clone();
    }
    if let Some(count) = choice.fastest {
        let mut timed = Vec::new();
        for paper in papers {
            let out = tempfile::tempdir()?;
            let start = Instant::now();
            smoke(root, &mut Command::new(programs.join(&paper)), &out.path().join("out"))?;
            timed.push((start.elapsed(), paper));
        }
        timed.sort();
        papers = timed.into_iter().take(count).map(|(_, paper)| paper).collect();
    }
    Ok(papers)
}

/// What differs on a processor, one line each.
fn differences(
    root: &Path,
    processor: &Processor,
    target: &str,
    build: &[(String, String)],
    programs: &Path,
    papers: &[String],
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let runner = format!("CARGO_TARGET_{}_RUNNER", target.to_uppercase().replace('-', "_"));
    let mut probes = cargo(root);
    // The whole workspace, so that dependencies have the features they were built with.
    probes.args(["test", "--release", "--locked", "--workspace", "--test", "probes", "--quiet"]);
    probes.envs(build.iter().cloned());
    if !processor.emulator.is_empty() {
        probes.env(&runner, processor.emulator.join(" "));
    }
    // Cargo itself and the compiler may use all of the processor: what is hidden is hidden from the programs only.
    if !processor.hidden.is_empty() {
        probes.env(runner, format!("env GLIBC_TUNABLES={}", processor.hidden));
    }
    let output = probes.output().context("cargo cannot be run")?;
    if !output.status.success() {
        let text = [output.stdout, output.stderr].concat();
        found.push(format!("{}: probes:\n{}", processor.name, String::from_utf8_lossy(&text)));
    }
    for paper in papers {
        let folder = tempfile::tempdir()?;
        let out = folder.path().join("out");
        let program = programs.join(paper);
        let mut command = match processor.emulator {
            [] => Command::new(&program),
            [emulator, arguments @ ..] => {
                let mut command = Command::new(emulator);
                command.args(arguments).arg(&program);
                command
            }
        };
        if !processor.hidden.is_empty() {
            command.env("GLIBC_TUNABLES", processor.hidden);
        }
        if let Err(error) = smoke(root, &mut command, &out) {
            found.push(format!("{}: {paper}: {error:#}", processor.name));
            continue;
        }
        let expected = root.join("papers").join(paper).join("expected");
        for file in smoke::EXPECTED {
            if fs::read(expected.join(file))? != fs::read(out.join(file))? {
                found.push(format!("{}: {paper}: {file} differs", processor.name));
            }
        }
    }
    Ok(found)
}

/// Runs a paper on a processor without AVX2 and FMA, which must be refused in words. What is wrong otherwise.
fn refusal(programs: &Path, papers: &[String]) -> Result<Vec<String>> {
    let Some(paper) = papers.first() else {
        return Ok(Vec::new());
    };
    let mut command = Command::new("qemu-x86_64");
    command.args(["-cpu", "Nehalem"]).arg(programs.join(paper)).arg("status");
    let output = command.output()?;
    let message = String::from_utf8_lossy(&output.stderr);
    let refused = output.status.code() == Some(2) && message.contains("needs an x86-64 processor with AVX2 and FMA");
    Ok(match refused {
        true => Vec::new(),
        false => vec![format!("emulated Nehalem: {paper}: not refused in words: {message}")],
    })
}
