//! `verify`: everything recomputed from nothing and compared with the outputs that are there.

use serde_json::json;

use super::{compute, computing, tell};
use crate::report::Reporter;
use crate::session::{Failure, Outcome, Session, Target};
use crate::{produce, verify as comparing};

/// Recomputes a target without the cache and compares.
///
/// # Errors
/// With every difference.
pub(super) fn verify(session: &Session, target: &Target, reporter: &Reporter) -> Outcome<()> {
    let how = computing(session, None, reporter);
    let (results, _) = compute(session, std::slice::from_ref(target), how)?;
    let (files, _) = produce::render(target, &results[0], &session.code)?;
    let (slug, variant) = (session.code.slug, target.variant.as_deref());
    let hashes = variant.map(|variant| session.workspace.variant_hashes(variant));
    if let Some(path) = hashes.as_deref().filter(|_| std::env::var_os("UPDATE_EXPECT").is_some()) {
        path.parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(path, comparing::hash_list(&files)))
            .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", path.display())))?;
        let shown = session.workspace.shown(path);
        return tell(session, &format!("{slug}: wrote {shown}"), || json!({ "paper": slug, "written": shown }));
    }
    let tolerance = session.options.tolerance.filter(|_| variant.is_none());
    let comparison = match tolerance {
        Some(tolerance) => comparing::compare_within(&target.out, &files, tolerance)?,
        None => comparing::compare(target, hashes.as_deref(), &files)?,
    };
    let (shown, cells) = (&target.shown, target.keys.len());
    let scratch = session.workspace.scratch(variant);
    let same = comparison.differences.is_empty();
    let as_json = || {
        json!({
            "paper": slug,
            "variant": target.variant,
            "out": shown,
            "cells": cells,
            "tolerance": tolerance,
            "same": same,
            "differences": comparison.differences,
            "scratch": (!same).then(|| session.workspace.shown(&scratch)),
        })
    };
    if same {
        let text = match tolerance {
            Some(tolerance) => format!(
                "{slug}: {shown} agrees within {tolerance:e}: {cells} cells recomputed, tables compared as numbers and \
                 verdicts as they are; bytes and figures were not compared"
            ),
            None => format!("{slug}: {shown} is verified: {cells} cells recomputed, all bytes the same"),
        };
        return tell(session, &text, as_json);
    }
    comparing::keep(&scratch, target, &files, &comparison)?;
    if session.options.json {
        tell(session, "", as_json)?;
        return Err(Failure::Failed(String::new()));
    }
    let mut lines = vec![format!(
        "{shown} differs; the new files and a page that shows the difference are in {}",
        session.workspace.shown(&scratch)
    )];
    lines.extend(comparison.differences);
    Err(Failure::Failed(lines.join("\n")))
}
