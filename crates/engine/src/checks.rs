//! What is checked of a paper's figure and claims, on the table that lies in its output folder.

use tables::Table;

use crate::session::{Failure, Outcome, Target};

/// The claims that hold on a table without rows, or on one whose numbers are NaN: none may.
///
/// # Errors
/// When there is no table in the output folder, or a claim cannot be measured.
pub(crate) fn claims_on_nothing(target: &Target) -> Outcome<Vec<String>> {
    let Some(table) = stored_table(target)? else { return Ok(Vec::new()) };
    let mut holding = Vec::new();
    for (what, table) in [("no rows", table.head(0)), ("nothing but NaN", table.with_nan())] {
        let claims = target.paper.claims(&table);
        let claims = claims.map_err(|error| Failure::Failed(format!("{}: on {what}: {error:#}", target.shown)))?;
        let claims = claims.into_iter().filter(|claim| claim.not_applicable.is_none() && claim.is_met());
        holding.extend(claims.map(|claim| format!("claim {} holds on {what}", claim.id)));
    }
    Ok(holding)
}

/// The lines of the figure that go back and forth in x, and the claims that it names and that are not there.
///
/// # Errors
/// When there is no table in the output folder, or the figure cannot be drawn.
pub(crate) fn faults_of_figure(target: &Target) -> Outcome<Vec<String>> {
    let Some(table) = stored_table(target)? else { return Ok(Vec::new()) };
    let figure =
        target.paper.figure(&table).map_err(|error| Failure::Failed(format!("{}: {error:#}", target.shown)))?;
    let hint = "its x goes back and forth: sort the rows, or ask the table for a curve";
    let mut faults: Vec<String> = figure.unsorted_lines().into_iter().map(|line| format!("{line}: {hint}")).collect();
    let claims =
        target.paper.claims(&table).map_err(|error| Failure::Failed(format!("{}: {error:#}", target.shown)))?;
    let unknown = figure.claims().filter(|id| claims.iter().all(|claim| claim.id != *id));
    faults.extend(unknown.map(|id| format!("the figure is said to show a claim `{id}`, which there is not")));
    Ok(faults)
}

/// The table in the output folder; none of a variant that is not there, because its outputs are not committed.
fn stored_table(target: &Target) -> Outcome<Option<Table>> {
    let path = target.out.join("table.csv");
    if target.variant.is_some() && !path.exists() {
        return Ok(None);
    }
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(&path).map_err(|error| failed(&error))?;
    Table::from_csv(&text).map(Some).map_err(|error| failed(&error))
}
