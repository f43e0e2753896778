//! Questions to a table that read as sentences.
//!
//! ```
//! # use tables::Table;
//! # let table = Table::from_csv("setting,seed,t,acc\nlarge,0,1,0.5\nlarge,0,2,0.75\nlarge,1,1,0.5\nlarge,1,2,1.0\n")?;
//! let large = table.with("setting", "large");
//! assert_eq!(large.with("t", 2).mean("acc"), 0.875);
//! assert_eq!(large.each("seed", |run| run.greatest("acc")), [0.75, 1.0]);
//! let curve = large.curve("t", "acc").median().range();
//! assert_eq!((curve.x, curve.low), (vec![1.0, 2.0], vec![0.5, 0.75]));
//! # anyhow::Ok(())
//! ```
//!
//! One rule everywhere: a missing value is skipped, NaN is kept and makes what is computed from it NaN, and nothing
//! (no row, no value) gives NaN. A claim measured on NaN never holds.
//!
//! A table without rows answers every question with nothing, whatever its columns: where no cell of a kind was asked
//! for, the columns of its rows do not exist.
//!
//! Otherwise a column that does not exist, a text where a number was asked for, and several rows where one was expected are
//! mistakes in the program: they panic at the caller's line, and the engine tells it.

use serde::Serialize;

use crate::repetitions::Repetitions;
use crate::{Summary, Table, Value};

/// The columns to group by: one name, or an array of names.
pub trait Names {
    /// The names in order.
    fn names(&self) -> Vec<&str>;
}

impl Names for &str {
    fn names(&self) -> Vec<&str> {
        vec![self]
    }
}

impl<const N: usize> Names for [&str; N] {
    fn names(&self) -> Vec<&str> {
        self.to_vec()
    }
}

/// The value, or a panic at the line of the paper that asked.
#[track_caller]
fn asked<T>(result: anyhow::Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error:#}"),
    }
}

/// Which rows.
impl Table {
    /// The rows of a kind: those with this value in the column `kind`.
    #[track_caller]
    pub fn kind(&self, kind: &str) -> Table {
        self.with("kind", kind)
    }

    /// The rows that have a value in a column. The value is anything that serialises to one: a number, a text, a
    /// boolean, an enum (its name), `None` for a missing one. Numbers are compared as numbers, as in [`Value`].
    ///
    /// # Panics
    /// For an unknown column.
    #[track_caller]
    pub fn with(&self, column: &str, value: impl Serialize) -> Table {
        let value = Value::of(&value);
        asked(self.choose(column, |other| *other == value))
    }

    /// The rows that have one of several values in a column.
    ///
    /// # Panics
    /// For an unknown column.
    #[track_caller]
    pub fn with_any<V: Serialize>(&self, column: &str, values: impl IntoIterator<Item = V>) -> Table {
        let values: Vec<Value> = values.into_iter().map(|value| Value::of(&value)).collect();
        asked(self.choose(column, |other| values.contains(other)))
    }

    /// The rows that have another value, or none, in a column.
    ///
    /// # Panics
    /// For an unknown column.
    #[track_caller]
    pub fn without(&self, column: &str, value: impl Serialize) -> Table {
        let value = Value::of(&value);
        asked(self.choose(column, |other| *other != value))
    }

    /// The rows whose number in a column satisfies a condition; a missing one does not.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn keep(&self, column: &str, condition: impl Fn(f64) -> bool) -> Table {
        if self.is_empty() {
            return self.clone();
        }
        asked(self.numeric(column));
        asked(self.choose(column, |value| value.as_number().is_some_and(&condition)))
    }

    /// The rows in ascending order of a column, or of several, the first one first; equal rows keep their order.
    ///
    /// # Panics
    /// For an unknown column.
    #[track_caller]
    pub fn sorted(&self, by: impl Names) -> Table {
        asked(self.sort(&by.names()))
    }

    /// The rows split by the values of a column: each value in order of first appearance, with its rows.
    ///
    /// # Panics
    /// For an unknown column.
    #[track_caller]
    pub fn groups(&self, by: &str) -> Vec<(Value, Table)> {
        let groups = asked(self.group_by(&[by]));
        groups.into_iter().map(|(mut key, rows)| (key.remove(0), rows)).collect()
    }
}

/// Numbers of all rows.
impl Table {
    /// The numbers of a column (booleans count as 0 and 1); missing ones are left out.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn column(&self, column: &str) -> Vec<f64> {
        asked(self.numbers(column)).into_iter().flatten().collect()
    }

    /// The texts of a column; missing ones are left out.
    ///
    /// # Panics
    /// For an unknown column, and for one of numbers.
    #[track_caller]
    pub fn texts(&self, column: &str) -> Vec<String> {
        asked(self.strings_or_missing(column)).into_iter().flatten().collect()
    }

    /// The different values of a column, in order of first appearance.
    ///
    /// # Panics
    /// For an unknown column.
    #[track_caller]
    pub fn distinct(&self, column: &str) -> Vec<Value> {
        asked(self.distinct_values(column))
    }

    /// The number of the only row; NaN if it is missing or there is no row.
    ///
    /// # Panics
    /// For several rows, for an unknown column, and for one of texts.
    #[track_caller]
    pub fn value(&self, column: &str) -> f64 {
        let values = asked(self.numbers(column));
        assert!(values.len() < 2, "expected one row for `{column}`, found {}", values.len());
        values.first().copied().flatten().unwrap_or(f64::NAN)
    }

    /// The text of the only row; empty if it is missing or there is no row.
    ///
    /// # Panics
    /// For several rows, for an unknown column, and for one of numbers.
    #[track_caller]
    pub fn text(&self, column: &str) -> String {
        let mut values = asked(self.strings_or_missing(column));
        assert!(values.len() < 2, "expected one row for `{column}`, found {}", values.len());
        values.pop().flatten().unwrap_or_default()
    }

    #[track_caller]
    fn statistic(&self, column: &str, summary: Summary) -> f64 {
        if self.is_empty() {
            return f64::NAN;
        }
        asked(self.numeric(column));
        let summary = asked(self.summarize(&[], &[summary.named("value")]));
        asked(summary.numbers("value"))[0].unwrap_or(f64::NAN)
    }

    /// The arithmetic mean of a column; of booleans it is the share that is true.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn mean(&self, column: &str) -> f64 {
        self.statistic(column, Summary::mean(column))
    }

    /// The median of a column.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn median(&self, column: &str) -> f64 {
        self.statistic(column, Summary::median(column))
    }

    /// The quantile of a column at a level from 0 to 1, as in [`Summary::quantile`].
    ///
    /// # Panics
    /// For an unknown column, for one of texts, and for a level outside 0 to 1.
    #[track_caller]
    pub fn quantile(&self, column: &str, level: f64) -> f64 {
        self.statistic(column, Summary::quantile(column, level))
    }

    /// The sample standard deviation of a column (divided by n − 1); NaN for a single value.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn standard_deviation(&self, column: &str) -> f64 {
        self.statistic(column, Summary::std(column))
    }

    /// The least number of a column.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn least(&self, column: &str) -> f64 {
        self.statistic(column, Summary::min(column))
    }

    /// The greatest number of a column.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn greatest(&self, column: &str) -> f64 {
        self.statistic(column, Summary::max(column))
    }
}

/// Numbers of each row or of each group of rows.
impl Table {
    /// What `measure` says of each group of rows that agree in a column, or in several, in order of first appearance.
    ///
    /// # Panics
    /// For an unknown column.
    #[track_caller]
    pub fn each<T>(&self, by: impl Names, mut measure: impl FnMut(&Table) -> T) -> Vec<T> {
        asked(self.group_by(&by.names())).iter().map(|(_, rows)| measure(rows)).collect()
    }

    /// A number computed from the numbers of several columns, for each row that has all of them.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn map<const N: usize, T>(&self, columns: [&str; N], f: impl Fn([f64; N]) -> T) -> Vec<T> {
        let columns = columns.map(|column| asked(self.numbers(column)));
        let row = |row: usize| -> Option<[f64; N]> {
            let values = columns.each_ref().map(|column| column[row]);
            values.iter().all(Option::is_some).then(|| values.map(Option::unwrap_or_default))
        };
        (0..self.len()).filter_map(row).map(f).collect()
    }

    /// What `f` makes of two columns, of the rows that have a number in both: a correlation, a fit.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn pair<T>(&self, a: &str, b: &str, f: impl FnOnce(&[f64], &[f64]) -> T) -> T {
        let (a, b): (Vec<f64>, Vec<f64>) = self.map([a, b], |[a, b]| (a, b)).into_iter().unzip();
        f(&a, &b)
    }

    /// With one more column, computed from the numbers of others in each row; missing where one of them is.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn derive<const N: usize>(&self, name: &str, columns: [&str; N], f: impl Fn([f64; N]) -> f64) -> Table {
        let columns = columns.map(|column| asked(self.numbers(column)));
        let row = |row: usize| -> Option<f64> {
            let values = columns.each_ref().map(|column| column[row]);
            values.iter().all(Option::is_some).then(|| f(values.map(Option::unwrap_or_default)))
        };
        let derived: Vec<Option<f64>> = (0..self.len()).map(row).collect();
        asked(self.with_column(name, derived))
    }

    /// The least number in `by` at which the number in `column` satisfies a condition: the time of an event. Infinite if
    /// it never does, NaN if there is a NaN in `column`, or nothing.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn first(&self, by: &str, column: &str, condition: impl Fn(f64) -> bool) -> f64 {
        match self.mean(column).is_nan() {
            true => f64::NAN,
            false => self.keep(column, condition).column(by).into_iter().fold(f64::INFINITY, f64::min),
        }
    }

    /// The numbers of column `y` for each number of column `x`, in ascending order: repetitions to be summarised.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn curve(&self, x: &str, y: &str) -> Repetitions {
        let (x, y) = (asked(self.numbers(x)), asked(self.numbers(y)));
        Repetitions::new(x.into_iter().zip(y).filter_map(|(x, y)| Some((x?, y?))))
    }

    /// The edges of the bins whose ends are in two columns, in ascending order, each once.
    ///
    /// # Panics
    /// For an unknown column, and for one of texts.
    #[track_caller]
    pub fn edges(&self, left: &str, right: &str) -> Vec<f64> {
        let mut edges = self.column(left);
        edges.extend(self.column(right));
        edges.sort_by(f64::total_cmp);
        edges.dedup();
        edges
    }

    /// One row for each combination of values in some columns, in order of first appearance: these values, then the
    /// summaries of the rows that have them.
    ///
    /// # Panics
    /// For an unknown column, statistics of texts, a sum of integers beyond 64 bits, a quantile outside 0 to 1, and two
    /// results of the same name.
    #[track_caller]
    pub fn summary<const N: usize>(&self, by: impl Names, summaries: [Summary; N]) -> Table {
        asked(self.summarize(&by.names(), &summaries))
    }
}
