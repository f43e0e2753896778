//! No claim holds on nothing: the claims of a paper measured on a table without rows and on one whose numbers are NaN.

use tables::Table;

use crate::session::{Failure, Outcome, Target};

/// The claims that hold where none may.
///
/// # Errors
/// When there is no table in the output folder, or a claim cannot be measured.
pub(crate) fn holding(target: &Target) -> Outcome<Vec<String>> {
    let path = target.out.join("table.csv");
    // Outputs of a variant are not committed.
    if target.variant.is_some() && !path.exists() {
        return Ok(Vec::new());
    }
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(&path).map_err(|error| failed(&error))?;
    let table = Table::from_csv(&text).map_err(|error| failed(&error))?;
    let mut holding = Vec::new();
    for (what, table) in [("no rows", table.head(0)), ("nothing but NaN", table.with_nan())] {
        let claims = target.paper.claims(&table).map_err(|error| failed(&format!("on {what}: {error:#}")))?;
        let claims = claims.into_iter().filter(|claim| claim.not_applicable.is_none() && claim.is_met());
        holding.extend(claims.map(|claim| format!("claim {} holds on {what}", claim.id)));
    }
    Ok(holding)
}
