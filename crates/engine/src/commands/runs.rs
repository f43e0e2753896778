//! `runs`: what lies under `target/runs/`.

use std::fs;
use std::path::Path;

use parameters::Scale;
use serde_json::{Value, json};

use super::tell;
use crate::claim::Verdict;
use crate::produce::ClaimsFile;
use crate::provenance::{Provenance, config_changes};
use crate::session::{Outcome, Session};

/// A run that was not the plain default one.
struct Run {
    folder: String,
    scale: String,
    /// What differs from the present configuration at its scale.
    changed: Vec<String>,
    claims: ClaimsFile,
}

/// Lists the runs of the paper with what they changed and how their claims fared.
pub(super) fn list(session: &Session) -> Outcome<()> {
    let mut text = String::new();
    let mut list = Vec::new();
    for (folder, provenance) in folders(&session.workspace.all_runs()) {
        let Some(run) = read(session, &folder, provenance) else { continue };
        let count = |verdict| run.claims.claims.iter().filter(|claim| claim.verdict == verdict).count();
        let holds = count(Verdict::Holds);
        let misses = count(Verdict::Fails) + count(Verdict::KnownDeviation);
        let changed = if run.changed.is_empty() { "nothing changed".to_string() } else { run.changed.join("; ") };
        text.push_str(&format!(
            "{}: {holds} of {} claims hold; {}, {changed}\n",
            run.folder,
            holds + misses,
            run.scale
        ));
        list.push(as_json(&run));
    }
    if text.is_empty() {
        text = format!("{}: no runs besides the default one", session.code.slug);
    }
    tell(session, &text, || json!({ "paper": session.code.slug, "runs": list }))
}

/// The folders with outputs, by name.
pub(super) fn folders(runs: &Path) -> Vec<(std::path::PathBuf, Provenance)> {
    let mut folders: Vec<_> = fs::read_dir(runs).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    let provenance = |folder: &Path| {
        let text = fs::read_to_string(folder.join("provenance.yaml")).ok()?;
        serde_yaml::from_str::<Provenance>(&text).ok()
    };
    folders.into_iter().filter_map(|folder| Some((folder.clone(), provenance(&folder)?))).collect()
}

fn read(session: &Session, folder: &Path, provenance: Provenance) -> Option<Run> {
    let claims = serde_yaml::from_str(&fs::read_to_string(folder.join("claims.yaml")).ok()?).ok()?;
    let scale: Scale = provenance.scale.parse().ok()?;
    let mut changed = Vec::new();
    let present = session.configuration(scale).ok()?;
    config_changes("", &present, &provenance.config, &mut changed);
    let changed = changed.into_iter().map(|change| change.trim_start_matches("config ").to_string()).collect();
    Some(Run { folder: session.workspace.shown(folder), scale: provenance.scale, changed, claims })
}

fn as_json(run: &Run) -> Value {
    let verdicts: serde_json::Map<String, Value> =
        run.claims.claims.iter().map(|claim| (claim.claim.id.clone(), json!(claim.verdict))).collect();
    json!({ "out": run.folder, "scale": run.scale, "changed": run.changed, "verdicts": verdicts })
}
