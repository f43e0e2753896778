//! `gc`: removes cached cells that nothing needs any more.

use std::collections::BTreeSet;
use std::fs;

use parameters::Scale;
use serde_json::json;

use super::{open_cache, runs, tell};
use crate::replications;
use crate::session::{Failure, Outcome, Session, Target};

/// Removes the cells of the cache that neither the present configurations at any scale, nor variants, replications or
/// runs under `target/runs/` need with the present code.
pub(super) fn collect(session: &Session) -> Outcome<()> {
    let mut needed = BTreeSet::new();
    let mut keep = |target: &Target| needed.extend(target.keys.iter().map(|key| crate::digest::hex(&key.0)));
    for scale in Scale::ALL {
        // A scale whose parameters are at fault needs nothing.
        let Ok(target) = session.plain(scale) else { continue };
        keep(&target);
        let count = replications::read(&target.out).map_or(0, |replications| replications.count);
        for number in 1..=count {
            keep(&session.replication(&target, number)?);
        }
    }
    for target in session.variants()? {
        keep(&target);
    }
    for (folder, _) in runs::folders(&session.workspace.all_runs()) {
        // A run that the present code would refuse needs nothing.
        if let Ok(target) = session.repeated(&folder.join("provenance.yaml")) {
            keep(&target);
        }
    }
    let cache = open_cache(session)?;
    let (mut kept, mut removed, mut bytes) = (0_u64, 0_u64, 0_u64);
    for (name, path, size) in cache.entries() {
        if needed.contains(&name) {
            kept += 1;
            continue;
        }
        if !session.options.dry_run {
            let failed = |error: std::io::Error| Failure::Failed(format!("cannot remove {}: {error}", path.display()));
            fs::remove_file(&path).map_err(failed)?;
        }
        (removed, bytes) = (removed + 1, bytes + size);
    }
    let (slug, megabytes) = (session.code.slug, bytes as f64 / 1e6);
    let what = if session.options.dry_run { "would be removed" } else { "removed" };
    tell(
        session,
        &format!("{slug}: {removed} cells {what} ({megabytes:.1} MB), {kept} kept"),
        || json!({ "paper": slug, "removed": removed, "bytes": bytes, "kept": kept, "dry_run": session.options.dry_run }),
    )
}
