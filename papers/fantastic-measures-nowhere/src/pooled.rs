//! The output table with its seeds put together.

use common::prelude::*;

/// One row for each world, field, number of samples and estimator, each seed weighted by its trials: the columns that
/// tell them apart, `trials` and `failures` of all seeds, `success`, `mean_loss`, the two columns of theory, and
///
/// - `ratio`: samples over dimension,
/// - `failure_rate`: the share of trials on which the estimator failed; NaN where true errors are.
pub fn pooled(table: &Table) -> Table {
    let total = |column: &str| Summary::sum(column).named(column);
    let same = |column: &str| Summary::min(column).named(column);
    let product = |[mean, trials]: [f64; 2]| mean * trials;
    let share = |[part, all]: [f64; 2]| part / all;
    table
        .derive("successes", ["success", "trials"], product)
        .derive("losses", ["mean_loss", "trials"], product)
        .summary(
            ["world", "q", "d", "n", "estimator"],
            [
                total("trials"),
                total("failures"),
                total("successes"),
                total("losses"),
                same("success_theory"),
                same("floor_theory"),
            ],
        )
        .derive("ratio", ["n", "d"], share)
        .derive("success", ["successes", "trials"], share)
        .derive("mean_loss", ["losses", "trials"], share)
        .derive("failure_rate", ["failures", "trials", "losses"], |[failures, trials, losses]| {
            if losses.is_nan() { f64::NAN } else { failures / trials }
        })
}
