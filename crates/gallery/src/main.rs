//! `gallery`: writes the pages about all papers and their RO-Crate metadata under `figures/`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;

/// Writes figures/index.html, a page for each paper, the report on all claims and RO-Crate metadata, from what is committed
///
/// Reads papers/*/paper.yaml, papers/*/README.md, figures/*/ and CITATION.cff. Files that are current stay untouched.
/// Exit codes: 0 all good; 1 an input is broken or, with --check, a file is not current; 2 wrong usage.
#[derive(Parser)]
#[command(name = "gallery", disable_version_flag = true)]
struct Options {
    /// Write nothing; fail if a file is not current
    #[arg(long)]
    check: bool,
    /// Also write the claims as JUnit XML to this file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gallery: error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let root = workspace()?;
    let (collection, site) = gallery::make(&root)?;
    for slug in &collection.without_outputs {
        eprintln!("gallery: {slug} is left out: it has no outputs in figures/{slug}/ yet");
    }
    if let Some(file) = &options.junit {
        std::fs::write(file, gallery::junit(&collection))
            .with_context(|| format!("cannot write {}", file.display()))?;
        println!("gallery: wrote {}", file.display());
    }
    let papers = collection.papers.len();
    let stale = site.stale(&root);
    if stale.is_empty() {
        println!("gallery: figures/index.html is up to date ({papers} papers)");
        return Ok(());
    }
    if options.check {
        bail!("not current (`make gallery` writes them): {}", stale.join(", "));
    }
    site.write(&root)?;
    println!("gallery: wrote figures/index.html ({papers} papers; files changed: {})", stale.len());
    Ok(())
}

/// The workspace: upwards from the current folder, else from the program's own.
fn workspace() -> Result<PathBuf> {
    let starts = [std::env::current_dir().ok(), std::env::current_exe().ok()];
    let is_root = |folder: &&Path| folder.join("papers").is_dir() && folder.join("CITATION.cff").is_file();
    let root = starts.iter().flatten().find_map(|start| start.ancestors().find(is_root));
    root.map(Path::to_path_buf)
        .context("no workspace with papers/ and CITATION.cff here or above: run this in the project's folder")
}
