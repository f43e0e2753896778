//! Runs papers at their published sizes: `figures/<slug>/paper-scale/`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// Core-seconds up to which a paper is run without being named.
const LIMIT: f64 = 3600.0;

/// Runs the papers that are named, or all that are estimated at less than a core-hour.
///
/// # Errors
/// When a paper is not built, does not run, or a claim fails at its published size; the others are run all the same.
pub fn reproduce(root: &Path, named: &[String]) -> Result<()> {
    let papers = match named {
        [] => all_papers(root)?,
        named => named.to_vec(),
    };
    let mut failed = Vec::new();
    for slug in &papers {
        match estimate(root, slug) {
            Ok(seconds) if named.is_empty() && seconds > LIMIT => {
                let hours = seconds / 3600.0;
                eprintln!("{slug}: left out, about {hours:.0} core-hours; `make reproduce-paper PAPER={slug}` runs it");
            }
            Ok(_) => {
                let out = root.join("figures").join(slug).join("paper-scale");
                let mut run = program(root, slug);
                let status = run.args(["run", "--scale", "paper", "--out"]).arg(out).status()?;
                failed.extend((!status.success()).then_some(slug.as_str()));
            }
            Err(error) if named.is_empty() => eprintln!("{slug}: left out, {error:#}"),
            Err(error) => bail!("{slug}: {error:#}"),
        }
    }
    ensure!(failed.is_empty(), "not all is well at published sizes: {}", failed.join(", "));
    Ok(())
}

fn all_papers(root: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(root.join("papers"))?.flatten();
    let papers = entries.filter(|entry| entry.path().join("paper.yaml").is_file());
    let mut slugs: Vec<String> = papers.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    slugs.sort();
    Ok(slugs)
}

/// The core-seconds of a whole run at the published size, as the paper estimates them.
fn estimate(root: &Path, slug: &str) -> Result<f64> {
    let mut run = program(root, slug);
    run.args(["run", "--scale", "paper", "--dry-run", "--no-cache", "--threads", "1", "--json"]);
    let result = run.stderr(Stdio::piped()).output().context("it is not built")?;
    let told = String::from_utf8_lossy(&result.stderr).trim().to_string();
    ensure!(result.status.success(), "{told}");
    let value: serde_json::Value = serde_json::from_slice(&result.stdout)?;
    value["seconds"].as_f64().context("it does not say what it would take")
}

fn program(root: &Path, slug: &str) -> Command {
    let mut command = Command::new(crate::programs(root).join(slug));
    command.current_dir(root);
    command
}
