//! What a run of each paper from nothing costs: `docs/costs.yaml`, which the gallery shows.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

const HEAD: &str = "\
# Seconds and greatest memory of a run of each paper from nothing at default scale, on the machine of
# docs/performance.md, with all its cores. Written by `make bench`.
";

/// Time and memory of one run.
struct Cost {
    seconds: f64,
    megabytes: u64,
}

/// Runs every built paper without its cache, one at a time, and writes the table.
///
/// # Errors
/// When a paper is not built or does not run, or the table cannot be written.
pub fn measure(root: &Path) -> Result<()> {
    let mut costs = BTreeMap::new();
    for entry in fs::read_dir(root.join("papers"))?.flatten() {
        let Ok(slug) = entry.file_name().into_string() else { continue };
        if entry.path().join("paper.yaml").is_file() {
            eprintln!("costs: {slug}");
            let cost = of_run(root, &slug).with_context(|| slug.clone())?;
            costs.insert(slug, cost);
        }
    }
    let line = |(slug, Cost { seconds, megabytes }): (&String, &Cost)| {
        format!("{slug}: {{ seconds: {seconds:.1}, megabytes: {megabytes} }}\n")
    };
    let text: String = costs.iter().map(line).collect();
    fs::write(root.join("docs/costs.yaml"), format!("{HEAD}{text}")).context("docs/costs.yaml")
}

fn of_run(root: &Path, slug: &str) -> Result<Cost> {
    let folder = tempfile::tempdir()?;
    let mut run = Command::new(crate::programs(root).join(slug));
    run.args(["run", "--no-cache", "--quiet", "--out"]).arg(folder.path().join("outputs")).current_dir(root);
    let start = Instant::now();
    let mut child = run.stdout(Stdio::null()).spawn().context("it is not built")?;
    let mut kilobytes = 0;
    let status = loop {
        // Gone with the process, so that it is read while it runs.
        kilobytes = kilobytes.max(greatest_memory(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    ensure!(status.success(), "the run ended with {status}");
    Ok(Cost { seconds: start.elapsed().as_secs_f64(), megabytes: (kilobytes + 512) / 1024 })
}

/// The greatest memory that a process has had so far, in kB; 0 where the system does not say.
fn greatest_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
