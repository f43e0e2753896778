//! `run` and `render`: outputs from cells.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{compute, computing, jobs, open_cache, tell};
use crate::claim::Verdict;
use crate::compute::{self as cells, Counts};
use crate::digest::{hex, sha256};
use crate::output;
use crate::produce::{self, ClaimsFile};
use crate::report::Reporter;
use crate::session::{Failure, Outcome, Session, Target};
use crate::{replications, verify};

/// Brings the outputs of a target up to date.
pub(super) fn run(session: &Session, target: &Target, reporter: &Reporter) -> Outcome<()> {
    if let Some((index, count)) = session.options.shard {
        return run_shard(session, target, reporter, index, count);
    }
    if session.options.dry_run {
        return dry_run(session, target, reporter);
    }
    output::recover(&target.out);
    let mut why = target.staleness();
    let current = why.is_empty();
    if current && made_here(session, target) && !session.options.no_cache {
        let claims = stored_claims(target)?;
        let (slug, cells) = (session.code.slug, target.keys.len());
        let text = format!("{slug}: {} is up to date ({cells} cells, nothing changed)", target.shown);
        tell(session, &text, || as_json(session, target, &claims, None))?;
        return failing_claims(target, &claims);
    }
    if current {
        why.push(if session.options.no_cache { "--no-cache" } else { "not yet made by this checkout" }.to_string());
    }
    reporter.note(&format!("{}: {}", target.shown, why.join("; ")));
    let cache = match session.options.no_cache {
        true => None,
        false => Some(open_cache(session)?),
    };
    let how = computing(session, cache.as_ref(), reporter);
    let (results, counts) = compute(session, std::slice::from_ref(target), how)?;
    let (files, claims) = render(session, target, &results[0])?;
    if current {
        for difference in verify::compare(target, None, &files)?.differences {
            reporter.warning(&format!("the new bytes are not those that were there: {difference}"));
        }
    }
    write(session, target, files, reporter)?;
    let (slug, cells, Counts { computed, cached, .. }) = (session.code.slug, target.keys.len(), &counts);
    let line = format!("{slug}: wrote {} ({cells} cells: {computed} computed, {cached} cached)", target.shown);
    tell(session, &with_claims(&line, &claims), || as_json(session, target, &claims, Some(&counts)))?;
    failing_claims(target, &claims)
}

/// Makes the outputs of a target from cached cells only.
pub(super) fn render_cached(session: &Session, target: &Target, reporter: &Reporter, wait: u64) -> Outcome<()> {
    let cache = open_cache(session)?;
    let missing = || target.keys.iter().filter(|key| !cache.contains(key)).count();
    let start = Instant::now();
    while missing() > 0 && start.elapsed() < Duration::from_secs(wait) {
        std::thread::sleep(Duration::from_millis(500));
    }
    let missing = missing();
    if missing > 0 {
        return Err(Failure::Failed(format!(
            "{}: {missing} of {} cells are not cached; `run` computes them",
            target.shown,
            target.keys.len()
        )));
    }
    let how = computing(session, Some(&cache), reporter);
    let (results, counts) = compute(session, std::slice::from_ref(target), how)?;
    let (files, claims) = render(session, target, &results[0])?;
    write(session, target, files, reporter)?;
    let (slug, shown) = (session.code.slug, &target.shown);
    let line = format!("{slug}: wrote {shown} from {} cached cells", target.keys.len());
    tell(session, &with_claims(&line, &claims), || as_json(session, target, &claims, Some(&counts)))?;
    failing_claims(target, &claims)
}

/// The files of a target. Where figure or claims cannot be made, the table is kept where it can be looked at.
fn render(session: &Session, target: &Target, results: &[Vec<u8>]) -> Outcome<(output::Files, ClaimsFile)> {
    produce::render(target, results, &session.code).map_err(|failure| {
        let (Failure::Failed(message) | Failure::Usage(message)) = &failure;
        let folder = session.workspace.scratch(target.variant.as_deref());
        let table = target.paper.table(results).map(|table| table.to_csv().into_bytes());
        match table.map(|table| output::publish(&folder, &vec![("table.csv", table)])) {
            Ok(Ok(())) => {
                let kept = session.workspace.shown(&folder);
                Failure::Failed(format!("{message}\nall cells are kept; their table is {kept}/table.csv"))
            }
            _ => failure,
        }
    })
}

fn run_shard(session: &Session, target: &Target, reporter: &Reporter, index: usize, count: usize) -> Outcome<()> {
    let all = jobs(session, std::slice::from_ref(target));
    let share: Vec<cells::Job> = all.into_iter().skip(index).step_by(count).collect();
    let cache = open_cache(session)?;
    let (_, counts) = cells::compute(&share, computing(session, Some(&cache), reporter))?;
    if counts.unstored > 0 {
        return Err(Failure::Failed(format!(
            "share {index} of {count}: {} of its {} cells were computed but could not be cached",
            counts.unstored,
            share.len()
        )));
    }
    let (slug, Counts { computed, cached, .. }) = (session.code.slug, counts);
    let text = format!(
        "{slug}: share {index} of {count}: {computed} cells computed, {cached} cached; `render` makes the figure from all"
    );
    tell(
        session,
        &text,
        || json!({ "paper": slug, "share": index, "of": count, "computed": computed, "cached": cached }),
    )
}

/// Says what a run would compute, and what that would take.
fn dry_run(session: &Session, target: &Target, reporter: &Reporter) -> Outcome<()> {
    let cache = open_cache(session)?;
    let how = computing(session, Some(&cache).filter(|_| !session.options.no_cache), reporter);
    let estimate = cells::estimate(&jobs(session, std::slice::from_ref(target)), how)?;
    let (slug, why) = (session.code.slug, target.staleness());
    let shown = if why.is_empty() { "nothing changed".to_string() } else { why.join("; ") };
    tell(session, &format!("{slug}: {}: {shown}\n  {estimate}", target.shown), || {
        let mut value = estimate.json();
        value["paper"] = slug.into();
        value["out"] = target.shown.clone().into();
        value["why"] = why.into();
        value
    })
}

fn write(session: &Session, target: &Target, mut files: output::Files, reporter: &Reporter) -> Outcome<()> {
    warn_of_infinities(reporter, target, &files);
    // They cost twenty runs: what is out of date is told by `status`, and only `replicate` makes them anew.
    files.extend(replications::stored(&target.out).map(|bytes| (output::REPLICATIONS, bytes)));
    output::publish(&target.out, &files).map_err(|error| {
        Failure::Failed(format!("cannot write {}: {error}; the old outputs are intact", target.shown))
    })?;
    // Only saves work later: without the note the outputs are made once more.
    let note = session.workspace.made_file(&target.out);
    let _ = note.parent().map(std::fs::create_dir_all);
    let _ = std::fs::write(note, provenance_hash(target).unwrap_or_default());
    Ok(())
}

/// Tells which columns of the table that is written hold NaN or infinities.
fn warn_of_infinities(reporter: &Reporter, target: &Target, files: &output::Files) {
    let text = files.iter().find(|(name, _)| *name == "table.csv").map(|(_, bytes)| String::from_utf8_lossy(bytes));
    let Some(Ok(table)) = text.map(|text| tables::Table::from_csv(&text)) else { return };
    let counts: Vec<String> =
        table.not_finite().into_iter().map(|(column, count)| format!("{count} in {column}")).collect();
    if !counts.is_empty() {
        let columns = counts.join(", ");
        reporter.note(&format!("{}/table.csv holds numbers that are NaN or infinite: {columns}", target.shown));
    }
}

/// Whether this checkout made the outputs that are there, rather than got them with the sources.
fn made_here(session: &Session, target: &Target) -> bool {
    let note = std::fs::read_to_string(session.workspace.made_file(&target.out)).ok();
    note.is_some() && note == provenance_hash(target)
}

fn provenance_hash(target: &Target) -> Option<String> {
    let bytes = std::fs::read(target.out.join("provenance.yaml")).ok()?;
    Some(hex(&sha256(&bytes)))
}

fn stored_claims(target: &Target) -> Outcome<ClaimsFile> {
    let text = std::fs::read_to_string(target.out.join("claims.yaml")).unwrap_or_default();
    serde_yaml::from_str(&text).map_err(|error| Failure::Failed(format!("{}/claims.yaml: {error}", target.shown)))
}

/// A line and the claims in one text, so that papers that run side by side do not mix.
fn with_claims(line: &str, file: &ClaimsFile) -> String {
    let mut text = format!("{line}\n");
    for judged in &file.claims {
        let mark = match judged.verdict {
            Verdict::Holds => "holds ",
            Verdict::Fails if file.judged => "FAILS ",
            Verdict::Fails => "misses",
            Verdict::KnownDeviation => "known ",
            Verdict::NotApplicable => "n/a   ",
        };
        text.push_str(&format!("  {mark} {}: {}\n", judged.claim.id, judged.result()));
    }
    if !file.judged {
        text.push_str("  (smoke scale: the thresholds are for the default scale and are not judged)\n");
    }
    text
}

fn as_json(session: &Session, target: &Target, file: &ClaimsFile, counts: Option<&Counts>) -> Value {
    json!({
        "paper": session.code.slug,
        "scale": file.scale,
        "variant": target.variant,
        "out": target.shown,
        "written": counts.is_some(),
        "cells": target.keys.len(),
        "computed": counts.map_or(0, |counts| counts.computed),
        "cached": counts.map_or(target.keys.len(), |counts| counts.cached),
        "judged": file.judged,
        "claims": file.claims,
    })
}

fn failing_claims(target: &Target, file: &ClaimsFile) -> Outcome<()> {
    let missed = |claim: &crate::Claim| -> String {
        if claim.is_met() {
            return "it is declared a known deviation but holds: take the declaration away".to_string();
        }
        let missed = claim.measures.iter().filter(|measure| !measure.holds());
        let missed = missed
            .map(|measure| format!("{} is {}, not {}", measure.what, measure.shown(), measure.threshold()))
            .collect::<Vec<String>>();
        missed.join("; ")
    };
    let failing = file.failing();
    let lines: Vec<String> = failing
        .map(|judged| format!("claim {} fails in {}: {}", judged.claim.id, target.shown, missed(&judged.claim)))
        .collect();
    match lines.is_empty() {
        true => Ok(()),
        false => Err(Failure::Failed(lines.join("\n"))),
    }
}
