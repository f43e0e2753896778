//! Statistics of groups of rows.

use anyhow::{Context, Result, anyhow, bail, ensure};
use polars::prelude as polars;

use crate::column::Cells;
use crate::{Column, Table, Value};

/// One statistic of one column, for [`Table::summary`].
///
/// Missing values are skipped; NaN is a value, and makes every statistic but the count NaN. Where
/// nothing is left to compute from, the result is null (the sum of nothing is 0). Booleans count as
/// 0 and 1, so that the mean of a column of booleans is a fraction. Sums run from the first row of
/// a group to the last.
#[derive(Clone, Debug)]
pub struct Summary {
    statistic: Statistic,
    column: String,
    name: String,
}

#[derive(Clone, Copy, Debug)]
enum Statistic {
    Count,
    Sum,
    Mean,
    Deviation,
    Minimum,
    Maximum,
    Quantile(f64),
}

impl Summary {
    fn new(statistic: Statistic, column: &str, suffix: &str) -> Summary {
        Summary { statistic, column: column.to_owned(), name: format!("{column}_{suffix}") }
    }

    /// How many rows have a value in the column, as `<column>_count`.
    pub fn count(column: &str) -> Summary {
        Summary::new(Statistic::Count, column, "count")
    }

    /// The sum, as `<column>_sum`: an integer for integers and booleans.
    pub fn sum(column: &str) -> Summary {
        Summary::new(Statistic::Sum, column, "sum")
    }

    /// The arithmetic mean, as `<column>_mean`.
    pub fn mean(column: &str) -> Summary {
        Summary::new(Statistic::Mean, column, "mean")
    }

    /// The median, the mean of the two middle values for an even count, as `<column>_median`.
    pub fn median(column: &str) -> Summary {
        Summary::new(Statistic::Quantile(0.5), column, "median")
    }

    /// The sample standard deviation (divided by n − 1), as `<column>_std`; null for a single
    /// value.
    pub fn std(column: &str) -> Summary {
        Summary::new(Statistic::Deviation, column, "std")
    }

    /// The smallest value, as `<column>_min`: an integer for integers.
    pub fn min(column: &str) -> Summary {
        Summary::new(Statistic::Minimum, column, "min")
    }

    /// The largest value, as `<column>_max`: an integer for integers.
    pub fn max(column: &str) -> Summary {
        Summary::new(Statistic::Maximum, column, "max")
    }

    /// The quantile at `level` between 0 and 1, as `<column>_quantile_<level>`.
    ///
    /// Linear interpolation between order statistics, type 7 of Hyndman and Fan (1996), Sample
    /// Quantiles in Statistical Packages: the value at position (n − 1)·level of the sorted values,
    /// counted from 0.
    pub fn quantile(column: &str, level: f64) -> Summary {
        Summary::new(Statistic::Quantile(level), column, &format!("quantile_{level}"))
    }

    /// The statistic under another name.
    pub fn named(mut self, name: &str) -> Summary {
        name.clone_into(&mut self.name);
        self
    }

    /// The statistic of the given rows.
    fn of(&self, cells: &Cells<'_>, rows: &[polars::IdxSize]) -> Result<Value> {
        let values = || rows.iter().map(|row| cells.value(*row as usize)).filter(|value| !value.is_null());
        match (self.statistic, cells) {
            (Statistic::Count, _) => Ok(values().count().into()),
            (_, Cells::String(_)) => Err(anyhow!("strings have no statistic but the count")),
            (Statistic::Sum, Cells::Integer(_) | Cells::Boolean(_)) => {
                let sum = values().try_fold(0_i64, |sum, value| sum.checked_add(integer(&value)));
                Ok(sum.context("the sum of the integers exceeds 64 bits")?.into())
            }
            (Statistic::Minimum, Cells::Integer(_)) => Ok(values().min().unwrap_or(Value::Null)),
            (Statistic::Maximum, Cells::Integer(_)) => Ok(values().max().unwrap_or(Value::Null)),
            _ => self.of_floats(values().map(|value| float(&value)).collect()).map(Value::from),
        }
    }

    fn of_floats(&self, mut values: Vec<f64>) -> Result<Option<f64>> {
        if let Statistic::Quantile(level) = self.statistic {
            ensure!((0.0..=1.0).contains(&level), "a quantile lies between 0 and 1, not at {level}");
        }
        if values.iter().any(|value| value.is_nan()) {
            return Ok(Some(f64::NAN));
        }
        Ok(match self.statistic {
            Statistic::Sum => Some(sum(&values)),
            Statistic::Mean => mean(&values),
            Statistic::Deviation => deviation(&values),
            Statistic::Minimum => values.into_iter().reduce(f64::min),
            Statistic::Maximum => values.into_iter().reduce(f64::max),
            Statistic::Quantile(level) => {
                values.sort_unstable_by(f64::total_cmp);
                quantile(&values, level)
            }
            Statistic::Count => bail!("a count is no float"),
        })
    }
}

impl Table {
    /// One row per combination of values in the columns `by`, in order of first appearance: these
    /// values, then the summaries of the rows that have them. Without columns, one row for the
    /// whole table.
    ///
    /// # Errors
    /// For an unknown column, statistics of strings, an integer sum beyond 64 bits, a quantile
    /// outside [0, 1], and two results of the same name.
    pub(crate) fn summarize(&self, by: &[&str], summaries: &[Summary]) -> Result<Table> {
        let groups = match self.positions(by)? {
            // A whole table without rows still has statistics.
            groups if groups.is_empty() && by.is_empty() => vec![Vec::new()],
            groups => groups,
        };
        let mut columns = Vec::new();
        for name in by {
            let cells = self.cells(name)?;
            let key = groups.iter().map(|rows| cells.value(rows[0] as usize));
            columns.push((name.to_string(), Column::from_values(key)?));
        }
        for summary in summaries {
            let cells = self.cells(&summary.column)?;
            let values = groups.iter().map(|rows| summary.of(&cells, rows));
            let values = values.collect::<Result<Vec<_>>>().with_context(|| format!("`{}`", summary.name))?;
            columns.push((summary.name.clone(), Column::from_values(values)?));
        }
        Table::from_columns(columns)
    }
}

fn integer(value: &Value) -> i64 {
    match value {
        Value::Boolean(boolean) => i64::from(*boolean),
        other => other.as_integer().unwrap_or_default(),
    }
}

fn float(value: &Value) -> f64 {
    match value {
        Value::Boolean(boolean) => f64::from(u8::from(*boolean)),
        other => other.as_float().unwrap_or(f64::NAN),
    }
}

/// In order, one addition after the other.
fn sum(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value)
}

pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| numerics::reduce::mean(values))
}

/// Sample standard deviation, from deviations from the mean.
pub(crate) fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values).filter(|_| values.len() > 1)?;
    let squares = values.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
    Some((squares / (values.len() - 1) as f64).sqrt())
}

/// Type 7 quantile of sorted values.
pub(crate) fn quantile(sorted: &[f64], level: f64) -> Option<f64> {
    let position = sorted.len().checked_sub(1)? as f64 * level;
    let below = position.floor();
    let fraction = position - below;
    let lower = sorted[below as usize];
    // Without this, an infinite value next to an exact hit would turn into NaN.
    match sorted.get(below as usize + 1) {
        Some(upper) if fraction > 0.0 && *upper != lower => Some(lower + fraction * (upper - lower)),
        _ => Some(lower),
    }
}
