//! `vary`: a grid of bent configurations, one row of results each.

use parameters::Override;
use serde_json::{Value, json};

use super::{compute, computing, jobs, open_cache, tell};
use crate::claim::Verdict;
use crate::compute as cells;
use crate::produce::{JudgedClaim, judge};
use crate::report::{Reporter, say};
use crate::session::{Failure, Outcome, Session, Target};

/// Configurations beyond this many are a typing mistake.
const MOST: usize = 1000;

/// Computes every combination of the values and prints measures and verdicts.
///
/// # Errors
/// For a wrong grid, before anything is computed, and where computing fails.
pub(super) fn vary(session: &Session, grid: &[String], reporter: &Reporter) -> Outcome<()> {
    let combinations = combinations(grid)?;
    let targets: Vec<Target> =
        combinations.iter().map(|changes| session.bent(changes)).collect::<Outcome<Vec<Target>>>()?;
    let cache = open_cache(session)?;
    let how = computing(session, Some(&cache), reporter);
    if session.options.dry_run {
        let estimate = cells::estimate(&jobs(session, &targets), how)?;
        let text = format!("{}: {} configurations: {estimate}", session.code.slug, targets.len());
        return tell(session, &text, || estimate.json());
    }
    let (results, _) = compute(session, &targets, how)?;
    for ((changes, target), rows) in combinations.iter().zip(&targets).zip(&results) {
        let failed = |error: anyhow::Error| Failure::Failed(format!("{error:#}"));
        let table = target.paper.table(rows).map_err(failed)?;
        let claims = judge(target, target.paper.claims(&table).map_err(failed)?);
        let values: Vec<String> = changes.iter().map(Override::summary).collect();
        match session.options.json {
            true => say(&as_json(&values, &claims).to_string())?,
            false => say(&as_text(&values, &claims))?,
        }
    }
    Ok(())
}

/// Every combination of `KEY=V1,V2,…`, the last key the fastest.
fn combinations(grid: &[String]) -> Outcome<Vec<Vec<Override>>> {
    let mut all: Vec<Vec<Override>> = vec![Vec::new()];
    for argument in grid {
        let values = Override::list(argument)?;
        all = all
            .iter()
            .flat_map(|some| values.iter().map(|value| [some.as_slice(), std::slice::from_ref(value)].concat()))
            .collect();
        if all.len() > MOST {
            return Err(Failure::Usage(format!("these are more than {MOST} configurations")));
        }
    }
    Ok(all)
}

fn as_text(values: &[String], claims: &[JudgedClaim]) -> String {
    let mut text = values.join(", ");
    for judged in claims {
        let verdict = match judged.verdict {
            Verdict::Holds => "holds",
            Verdict::Fails => "misses",
            Verdict::KnownDeviation => "known",
            Verdict::NotApplicable => "n/a",
        };
        text.push_str(&format!("\n  {verdict:<6}  {}: {}", judged.claim.id, judged.result()));
    }
    text
}

fn as_json(values: &[String], claims: &[JudgedClaim]) -> Value {
    json!({ "set": values, "claims": claims })
}
