//! What every estimator asks of its data and its knobs. Errors name the place and the value.

use anyhow::{Result, ensure};
use ndarray::{ArrayView1, ArrayView2};

/// A matrix that is not empty, of finite numbers.
pub fn check_matrix(x: ArrayView2<f64>) -> Result<()> {
    ensure!(x.nrows() > 0 && x.ncols() > 0, "the data are {} x {}", x.nrows(), x.ncols());
    for ((row, column), value) in x.indexed_iter() {
        ensure!(value.is_finite(), "row {row}, column {column} of the data is {value}");
    }
    Ok(())
}

/// As [`check_matrix`], and a finite target for each row.
pub fn check_regression(x: ArrayView2<f64>, y: ArrayView1<f64>) -> Result<()> {
    check_matrix(x)?;
    check_one_each(x, y.len(), "targets")?;
    for (row, value) in y.iter().enumerate() {
        ensure!(value.is_finite(), "target {row} is {value}");
    }
    Ok(())
}

/// One of `what` for each row.
pub fn check_one_each(x: ArrayView2<f64>, count: usize, what: &str) -> Result<()> {
    ensure!(x.nrows() == count, "{} rows of data for {count} {what}", x.nrows());
    Ok(())
}

/// A strength of regularization.
pub fn check_penalty(penalty: f64, of: &str) -> Result<()> {
    ensure!(penalty >= 0.0 && penalty.is_finite(), "the penalty of {of} is at least 0 and finite, not {penalty}");
    Ok(())
}

/// Numbers of clusters, runs and so on, by name.
pub fn check_counts<const N: usize>(counts: [(&str, usize); N], of: &str) -> Result<()> {
    for (name, count) in counts {
        ensure!(count > 0, "the number of {name} of {of} is at least 1, not 0");
    }
    Ok(())
}
