//! `replicate`: do the claims hold with other random numbers?

use std::fs;

use serde_json::json;

use super::{compute, computing, open_cache, tell};
use crate::compute as cells;
use crate::output;
use crate::replications::{Replicated, Replications};
use crate::report::Reporter;
use crate::session::{Failure, Outcome, Session, Target};

/// Computes the whole experiment `count` times with other random numbers, and writes how its claims fared.
///
/// # Errors
/// When a claim that applies held in fewer than 19 of 20, and where computing or writing fails.
pub(super) fn replicate(session: &Session, target: &Target, count: u64, reporter: &Reporter) -> Outcome<()> {
    if !target.out.join("provenance.yaml").exists() {
        let shown = &target.shown;
        return Err(Failure::Failed(format!(
            "{shown} has no outputs that replications could stand beside: run it first"
        )));
    }
    let replicated: Vec<Target> =
        (1..=count).map(|number| session.replication(target, number)).collect::<Outcome<_>>()?;
    let cache = open_cache(session)?;
    let how = computing(session, Some(&cache), reporter);
    if session.options.dry_run {
        let estimate = cells::estimate(&super::jobs(session, &replicated), how)?;
        let text = format!("{}: {count} replications of {}: {estimate}", session.code.slug, target.shown);
        return tell(session, &text, || estimate.json());
    }
    let (results, _) = compute(session, &replicated, how)?;
    let failed = |error: anyhow::Error| Failure::Failed(format!("{error:#}"));
    let claims = replicated.iter().zip(&results).map(|(target, rows)| {
        let table = target.paper.table(rows).map_err(failed)?;
        target.paper.claims(&table).map_err(failed)
    });
    let replications = Replications::new(target, session.code.slug, &claims.collect::<Outcome<Vec<_>>>()?);
    write(target, &replications)?;
    let mut text = format!("{}: {count} replications of {}", session.code.slug, target.shown);
    for Replicated { id, held, of, known_deviation, .. } in &replications.claims {
        let known = if *known_deviation { " (a known deviation)" } else { "" };
        text.push_str(&format!("\n  held in {held} of {of}  {id}{known}"));
    }
    tell(session, &text, || json!(replications))?;
    let shaky: Vec<String> = replications.shaky().map(|claim| shaky_line(claim, target)).collect();
    match shaky.is_empty() || target.settings.scale() == parameters::Scale::Smoke {
        true => Ok(()),
        false => Err(Failure::Failed(shaky.join("\n"))),
    }
}

fn shaky_line(claim: &Replicated, target: &Target) -> String {
    let Replicated { id, held, of, .. } = claim;
    format!("claim {id} of {} held in {held} of {of} replications: fewer than 19 of 20", target.shown)
}

/// Puts the replications beside the outputs that are there.
fn write(target: &Target, replications: &Replications) -> Outcome<()> {
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(format!("cannot write {}: {error}", target.shown));
    let text = serde_yaml::to_string(replications).map_err(|error| failed(&error))?;
    let mut files: output::Files = Vec::new();
    for name in output::FILES {
        let bytes = fs::read(target.out.join(name)).map_err(|error| failed(&format!("{name}: {error}")))?;
        files.push((name, bytes));
    }
    files.push((output::REPLICATIONS, text.into_bytes()));
    output::publish(&target.out, &files).map_err(|error| failed(&error))
}
