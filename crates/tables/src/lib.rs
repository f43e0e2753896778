//! Tables of results.
//!
//! A [`Table`] holds the rows of all cells of an experiment, in the order of the cells. It is a
//! thin layer over an eager polars frame: four kinds of columns (booleans, 64-bit integers, 64-bit
//! floats, strings), any of them with missing values, and only operations whose result does not
//! depend on threads, hashing or chance. Grouping and selecting keep the order of first appearance;
//! sums run from the first row to the last.
//!
//! ```
//! use tables::{Rows, Table, record};
//!
//! let mut rows = Rows::default();
//! for (method, seed, loss) in [("momentum", 0, 0.25), ("plain", 0, 1.0), ("momentum", 1, 0.75)] {
//!     rows.push(record! { method, seed, loss });
//! }
//! let table = Table::stack([rows.into_columns()])?;
//! assert_eq!(table.with("method", "momentum").mean("loss"), 0.5);
//! assert_eq!(Table::from_csv(&table.to_csv())?.difference(&table), None);
//! # anyhow::Ok(())
//! ```

mod column;
mod csv;
mod difference;
mod groups;
mod query;
mod record;
mod repetitions;

/// The modules of this crate with the hashes of their code: part of the identity of what they compute.
pub const MODULES: &[reach::Module] = fingerprint::modules!();

/// Hash of the code of this crate.
pub const FINGERPRINT: &str = fingerprint::of_crate!();

#[cfg(test)]
mod properties;
mod rows;
mod summary;
#[cfg(test)]
mod tests;
mod value;

pub use column::Column;
pub use difference::{Difference, DifferentCell};
pub use query::Names;
pub use record::{Record, Rows};
pub use repetitions::{Repetitions, Summarised};
pub use summary::Summary;
pub use value::Value;

use anyhow::{Result, anyhow, bail, ensure};
use polars::prelude as polars;
use std::fmt;

use column::Cells;

/// Rows and named columns. Cheap to clone: columns are shared.
///
/// A column without a single value is a column of floats, whatever it was made from.
#[derive(Clone)]
pub struct Table {
    frame: polars::DataFrame,
}

impl Table {
    /// A table of named columns, for example `Table::from_columns([("x", Column::from(vec![1.0,
    /// 2.0]))])`.
    ///
    /// # Errors
    /// For columns of different lengths, and for repeated names.
    pub fn from_columns<N: AsRef<str>>(columns: impl IntoIterator<Item = (N, Column)>) -> Result<Table> {
        let mut built: Vec<polars::Column> = Vec::new();
        for (name, column) in columns {
            let name = name.as_ref();
            if let Some(first) = built.first() {
                let (found, expected) = (column.len(), first.len());
                ensure!(found == expected, "column `{name}` has {found} rows, `{}` has {expected}", first.name());
            }
            ensure!(built.iter().all(|other| other.name() != name), "column `{name}` appears twice");
            built.push(column.or_floats().into_polars(name));
        }
        Ok(Table { frame: polars::DataFrame::new_infer_height(built)? })
    }

    /// Reads what [`Table::to_csv`] has written, and most other CSV with a header.
    ///
    /// Every column becomes integers if all its fields are, else floats, else booleans (`true`,
    /// `false`), else strings; an empty field is null. A quoted field is always a string, a quoted
    /// column never one of numbers.
    ///
    /// # Errors
    /// With the line number, for rows shorter or longer than the header, misplaced quotes and
    /// repeated names.
    pub fn from_csv(text: &str) -> Result<Table> {
        Table::from_columns(csv::read(text)?)
    }

    /// The table as CSV: RFC 4180 with `\n` line ends, floats in the shortest digits that give them
    /// back (and `inf`, `-inf`, `NaN`), an empty field for null. [`Table::from_csv`] gives the same
    /// table back.
    pub fn to_csv(&self) -> String {
        let cells: Vec<Cells<'_>> = self.frame.columns().iter().map(Cells::of).collect();
        csv::write(self.names(), &cells, self.len())
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.frame.height()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names of the columns, in order.
    pub fn columns(&self) -> Vec<&str> {
        self.names().collect()
    }

    /// The names of the columns with the kind of their values: boolean, integer, number or string.
    pub fn types(&self) -> Vec<(&str, &'static str)> {
        let kind = |column: &polars::Column| match Cells::of(column) {
            Cells::Boolean(_) => "boolean",
            Cells::Integer(_) => "integer",
            Cells::Float(_) => "number",
            Cells::String(_) => "string",
        };
        self.names().zip(self.frame.columns().iter().map(kind)).collect()
    }

    /// The same table with NaN for every float that is there.
    pub fn with_nan(&self) -> Table {
        let nan = |column: &polars::Column| match Cells::of(column) {
            Cells::Float(values) => {
                let nan: Vec<Option<f64>> = values.iter().map(|value| value.map(|_| f64::NAN)).collect();
                Column::Float(nan).into_polars(column.name())
            }
            _ => column.clone(),
        };
        let columns = self.frame.columns().iter().map(nan).collect();
        Table { frame: polars::DataFrame::new(self.len(), columns).expect("columns keep their lengths") }
    }

    /// The columns with numbers that are NaN or infinite, and how many.
    pub fn not_finite(&self) -> Vec<(&str, usize)> {
        let count = |column: &polars::Column| match Cells::of(column) {
            Cells::Float(values) => values.iter().flatten().filter(|value| !value.is_finite()).count(),
            _ => 0,
        };
        let counts = self.names().zip(self.frame.columns().iter().map(count));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// Whether there is a column of this name.
    fn has(&self, column: &str) -> bool {
        self.names().any(|name| name == column)
    }

    /// The rows whose value in the column satisfies a condition.
    pub(crate) fn choose(&self, column: &str, condition: impl Fn(&Value) -> bool) -> Result<Table> {
        if self.is_empty() {
            return Ok(self.clone());
        }
        let cells = self.cells(column)?;
        let mask: Vec<bool> = (0..self.len()).map(|row| condition(&cells.value(row))).collect();
        let mask = <polars::BooleanChunked as polars::NewChunkedArray<_, _>>::from_slice("mask".into(), &mask);
        Ok(Table { frame: self.frame.filter_seq(&mask)? })
    }

    /// The numbers of a column, booleans as 0 and 1.
    pub(crate) fn numbers(&self, column: &str) -> Result<Vec<Option<f64>>> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        let cells = self.numeric(column)?;
        Ok((0..self.len()).map(|row| cells.value(row).as_number()).collect())
    }

    /// The cells of a column that is not one of strings.
    pub(crate) fn numeric(&self, column: &str) -> Result<Cells<'_>> {
        match self.cells(column)? {
            cells @ Cells::String(_) => Err(wrong_kind(column, &cells, "numbers")),
            cells => Ok(cells),
        }
    }

    pub(crate) fn strings_or_missing(&self, column: &str) -> Result<Vec<Option<String>>> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        match self.cells(column)? {
            Cells::String(values) => Ok(values.iter().map(|value| value.map(str::to_owned)).collect()),
            // A column without a single value is one of floats.
            Cells::Float(values) if values.iter().all(|value| value.is_none()) => Ok(vec![None; self.len()]),
            other => Err(wrong_kind(column, &other, "strings")),
        }
    }

    /// The values of a column of any kind.
    ///
    /// # Errors
    /// For an unknown column.
    pub fn values(&self, column: &str) -> Result<Vec<Value>> {
        let cells = self.cells(column)?;
        Ok((0..self.len()).map(|row| cells.value(row)).collect())
    }

    /// The table with one more column at its end, or with another content in the column of this
    /// name.
    ///
    /// # Errors
    /// For a column of another length.
    pub(crate) fn with_column(&self, name: &str, column: impl Into<Column>) -> Result<Table> {
        let column = column.into();
        let (found, expected) = (column.len(), self.len());
        ensure!(self.frame.width() == 0 || found == expected, "column `{name}` has {found} rows, not {expected}");
        let column = column.or_floats().into_polars(name);
        let mut columns = self.frame.columns().to_vec();
        match columns.iter().position(|other| other.name() == name) {
            Some(position) => columns[position] = column,
            None => columns.push(column),
        }
        Ok(Table { frame: polars::DataFrame::new_infer_height(columns)? })
    }

    /// The first rows, at most `count`.
    pub fn head(&self, count: usize) -> Table {
        Table { frame: self.frame.head(Some(count)) }
    }

    /// The rows in ascending order of the columns, the first one first, in the order of [`Value`];
    /// rows that are equal there keep their order.
    ///
    /// # Errors
    /// For an unknown column.
    pub(crate) fn sort(&self, columns: &[&str]) -> Result<Table> {
        self.check(columns)?;
        if columns.is_empty() {
            return Ok(self.clone());
        }
        let options = polars::SortMultipleOptions::default()
            .with_maintain_order(true)
            .with_multithreaded(false)
            .with_nulls_last(false);
        Ok(Table { frame: self.frame.sort(columns.iter().copied(), options)? })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.frame.columns().iter().map(|column| column.name().as_str())
    }

    /// # Errors
    /// For an unknown column, with the columns that exist.
    fn cells(&self, column: &str) -> Result<Cells<'_>> {
        self.check(&[column])?;
        Ok(Cells::of(self.frame.column(column)?))
    }

    fn check(&self, columns: &[&str]) -> Result<()> {
        match columns.iter().find(|column| !self.has(column)) {
            None => Ok(()),
            Some(column) if self.frame.width() == 0 => {
                bail!("no column `{column}`: the table has no columns")
            }
            Some(column) => bail!("no column `{column}`; the columns are {}", self.columns().join(", ")),
        }
    }

    /// The rows at these positions.
    fn take(&self, rows: &[polars::IdxSize]) -> Result<Table> {
        let rows = <polars::IdxCa as polars::NewChunkedArray<_, _>>::from_slice("rows".into(), rows);
        let take = |column: &polars::Column| column.take(&rows);
        let columns = self.frame.columns().iter().map(take).collect::<polars::PolarsResult<_>>()?;
        Ok(Table { frame: polars::DataFrame::new(rows.len(), columns)? })
    }
}

impl fmt::Debug for Table {
    /// The size and the first rows, as CSV.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 10;
        writeln!(formatter, "{} rows, {} columns", self.len(), self.frame.width())?;
        formatter.write_str(&self.head(SHOWN).to_csv())?;
        if self.len() > SHOWN { formatter.write_str("...\n") } else { Ok(()) }
    }
}

fn wrong_kind(column: &str, cells: &Cells<'_>, wanted: &str) -> anyhow::Error {
    anyhow!("column `{column}` holds {}, not {wanted}", cells.kind())
}
