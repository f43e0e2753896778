//! The tasks behind the Makefile that are more than a line of shell: `cargo xtask <task>`.

mod bench;
mod check;
mod citation;
mod costs;
mod data;
mod paper_scale;
mod processors;
mod scaffold;
mod slurm;
mod smoke;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

#[derive(Parser)]
#[command(about = "The tasks behind the Makefile", disable_version_flag = true)]
enum Task {
    /// Download external data sets that are missing
    Data,
    /// Start a paper from the template
    New {
        /// Its name: lower-case words joined by hyphens
        slug: String,
    },
    /// Take the smoke runs of built papers as their expectations
    Expect {
        /// The papers
        #[arg(required = true)]
        papers: Vec<String>,
    },
    /// Say what is still to do before papers are finished: lints, template, README, claims, figure, bytes, pages
    Check {
        /// The papers, built
        #[arg(required = true)]
        papers: Vec<String>,
    },
    /// Write .zenodo.json and codemeta.json from CITATION.cff
    Citation,
    /// Compare the bytes of probes and smoke runs on emulated processors with the committed ones
    VerifyCpus {
        /// Only these papers
        papers: Vec<String>,
        /// Only this many papers, those with the fastest smoke runs
        #[arg(long, value_name = "N")]
        fastest: Option<usize>,
        /// On an emulated aarch64 machine instead of x86-64 ones; builds everything for it first
        #[arg(long)]
        aarch64: bool,
    },
    /// Time kernels, training steps, the engine and whole cells beside their peers
    Bench(bench::Benchmarks),
    /// Run papers at their published sizes into figures/SLUG/paper-scale/; without names, all under a core-hour
    PaperScale {
        /// The papers, built
        papers: Vec<String>,
    },
    /// Submit a sweep to Slurm: a job array over shares of the cells, and a job that renders
    Slurm(slurm::Sweep),
}

fn main() -> ExitCode {
    let result = match Task::parse() {
        Task::Data => data::download(),
        Task::New { slug } => workspace().and_then(|root| scaffold::new_paper(&root, &slug)),
        Task::Expect { papers } => {
            workspace().and_then(|root| papers.iter().try_for_each(|slug| scaffold::expect(&root, slug)))
        }
        Task::Check { papers } => workspace().and_then(|root| check_all(&root, &papers)),
        Task::Citation => workspace().and_then(|root| citation::write(&root)),
        Task::VerifyCpus { papers, fastest, aarch64 } => workspace().and_then(|root| {
            let choice = processors::Choice { papers, fastest };
            match aarch64 {
                true => processors::verify_aarch64(&root, &choice),
                false => processors::verify(&root, &choice),
            }
        }),
        Task::Bench(benchmarks) => workspace().and_then(|root| bench::run(&root, &benchmarks)),
        Task::PaperScale { papers } => workspace().and_then(|root| paper_scale::reproduce(&root, &papers)),
        Task::Slurm(sweep) => workspace().and_then(|root| slurm::submit(&root, &sweep)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Checks papers, all of them even if one has faults.
fn check_all(root: &Path, papers: &[String]) -> Result<()> {
    let faults: Vec<String> =
        papers.iter().filter_map(|slug| check::check(root, slug).err()).map(|error| format!("{error:#}")).collect();
    anyhow::ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// The workspace: two folders above this crate's manifest, as cargo tells it at run time.
fn workspace() -> Result<PathBuf> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
    let root = PathBuf::from(manifest).ancestors().nth(2).map(PathBuf::from);
    root.context("the crate is not two folders below the workspace")
}

/// The folder of built programs.
fn programs(root: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    root.join(target).join("release")
}
