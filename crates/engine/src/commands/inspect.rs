//! Commands that compute nothing: `status`, `cells`, `parameters`, and the check of claims on nothing.

use serde_json::{Value, json};

use super::{open_cache, tell};
use crate::cache::Found;
use crate::report::say;
use crate::session::{Failure, Outcome, Session, Target};
use crate::{checks, compute, replications};

/// Says what makes the outputs stale.
///
/// # Errors
/// Without a message of its own when anything does: the exit code tells it to scripts.
pub(super) fn status(session: &Session, target: &Target) -> Outcome<()> {
    let mut why = target.staleness();
    why.extend(replications::staleness(target));
    why.extend(compute::data_faults(target.paper.cells.iter()));
    why.extend(session.workspace.newer_source().map(|source| format!("the program is older than {source}: build it")));
    let (slug, shown, cells) = (session.code.slug, &target.shown, target.keys.len());
    let cache = open_cache(session)?;
    let cached = target.keys.iter().filter(|key| cache.contains(key)).count();
    let mut text = match why.is_empty() {
        true => format!("{slug}: {shown} is current ({cells} cells)"),
        false => format!("{slug}: {shown} is stale; {cached} of {cells} cells are cached"),
    };
    why.iter().for_each(|change| text.push_str(&format!("\n  {change}")));
    tell(session, &text, || {
        json!({
            "paper": slug,
            "scale": target.settings.scale().name(),
            "variant": target.variant,
            "out": shown,
            "current": why.is_empty(),
            "why": why,
            "cells": cells,
            "cached": cached,
        })
    })?;
    match why.is_empty() {
        true => Ok(()),
        false => Err(Failure::Failed(String::new())),
    }
}

/// Lists the cells with their state and cost.
pub(super) fn cells(session: &Session, target: &Target) -> Outcome<()> {
    let cache = open_cache(session)?;
    let (mut text, mut list) = (String::new(), Vec::new());
    for (key, cell) in target.keys.iter().zip(&target.paper.cells) {
        let (state, took) = match cache.get(key) {
            Ok(Found::Rows(_, seconds)) => ("cached", Some(seconds)),
            Ok(Found::Damaged(_)) => ("damaged", None),
            Ok(Found::Absent) | Err(_) => ("not computed", None),
        };
        let shown = took.map_or(state.to_string(), |seconds| format!("{state}, took {seconds:.3} s"));
        let (key, label) = (key.short(), cell.label());
        text.push_str(&format!("{key}  {shown:<22}  about {:>7.3} s  {label}\n", cell.cost));
        if session.options.json {
            list.push(json!({
                "key": key, "cell": label, "state": state, "took": took, "cost": cell.cost, "memory": cell.memory,
            }));
        }
    }
    tell(session, &text, || {
        let (variant, scale) = (&target.variant, target.settings.scale().name());
        json!({ "paper": session.code.slug, "scale": scale, "variant": variant, "cells": list })
    })
}

/// Says what each parameter means.
pub(super) fn parameters(session: &Session) -> Outcome<()> {
    let documentation = session.documentation()?;
    match session.options.json {
        true => say(&Value::to_string(&documentation.json())),
        false => say(&documentation.table(terminal_width())),
    }
}

/// Characters in a line of the terminal; 100 if there is none.
fn terminal_width() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stdout());
    size.map_or(100, |size| usize::from(size.ws_col)).max(60)
}

/// Fails when a claim would hold on a table without rows, or on one of nothing but NaN.
pub(super) fn check_claims(target: &Target) -> Outcome<()> {
    none_of(&checks::claims_on_nothing(target)?)
}

/// Fails when a line of the figure goes back and forth in x.
pub(super) fn check_figure(target: &Target) -> Outcome<()> {
    none_of(&checks::faults_of_figure(target)?)
}

fn none_of(faults: &[String]) -> Outcome<()> {
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Failure::Failed(faults.join("\n"))),
    }
}
