//! The rows that a cell writes: records with a key in front.

use std::borrow::Cow;

use crate::rows::{self, Columns};
use crate::{Column, Table, Value};
use anyhow::{Context, Result};

/// Named values: a row of a table, or a part of one. Made by [`record!`](crate::record!).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    fields: Vec<(Cow<'static, str>, Value)>,
}

/// A record: `record! { t, accuracy: right as f64 / n as f64 }`.
///
/// A value is anything that serialises to one number, boolean or text; an enum without data is its name, `None` is a
/// missing value. Documentation of a field (`/// …` above it) becomes the documentation of the column.
///
/// ```
/// use tables::{Record, record};
/// let t = 3;
/// let row: Record = record! { t, /** Share of right answers. */ accuracy: 0.5 };
/// assert_eq!(row, record! { t: 3, accuracy: 0.5 });
/// ```
#[macro_export]
macro_rules! record {
    (@value $name:ident) => { $name };
    (@value $name:ident $value:expr) => { $value };
    ($($(#[$documentation:meta])* $name:ident $(: $value:expr)?),* $(,)?) => {
        $crate::Record::new([$((stringify!($name), $crate::Value::of(&$crate::record!(@value $name $($value)?)))),*])
    };
}

impl Record {
    /// A record of these fields.
    pub fn new<const N: usize>(fields: [(&'static str, Value); N]) -> Record {
        let plain = |name: &'static str| Cow::Borrowed(name.strip_prefix("r#").unwrap_or(name));
        Record { fields: fields.into_iter().map(|(name, value)| (plain(name), value)).collect() }
    }

    /// These fields, then those of another record.
    pub fn and(mut self, other: Record) -> Record {
        self.fields.extend(other.fields);
        self
    }
}

/// The rows of one cell, as it writes them.
///
/// ```
/// use tables::{Rows, Table, record};
/// let mut rows = Rows::default();
/// rows.key(record! { method: "plain", seed: 0 });
/// rows.kind("step").push(record! { t: 1, loss: 0.5 });
/// rows.kind("end").push(record! { steps: 1 });
/// let table = Table::stack([rows.into_columns()])?;
/// assert_eq!(table.to_csv(), "kind,method,seed,t,loss,steps\nstep,plain,0,1,0.5,\nend,plain,0,,,1\n");
/// # anyhow::Ok(())
/// ```
#[derive(Default)]
pub struct Rows {
    kind: Option<Value>,
    key: Record,
    columns: Columns,
}

/// The column that tells kinds of rows apart.
const KIND: &str = "kind";

impl Rows {
    /// The columns that lead every row from here on.
    pub fn key(&mut self, key: Record) -> &mut Rows {
        self.key = key;
        self
    }

    /// The kind of every row from here on: the value of a column `kind`, the first of all.
    pub fn kind(&mut self, kind: &str) -> &mut Rows {
        self.kind = Some(kind.into());
        self
    }

    /// Adds a row: kind, key and these fields.
    ///
    /// # Panics
    /// For a name that appears twice in the row, and for a value of another kind than those that the column has.
    #[track_caller]
    pub fn push(&mut self, record: Record) {
        let kind = self.kind.iter().map(|kind| (KIND, kind));
        let fields = self.key.fields.iter().chain(&record.fields).map(|(name, value)| (name.as_ref(), value));
        if let Err(error) = self.columns.push_fields(kind.chain(fields)) {
            panic!("{error}");
        }
    }

    /// The rows by columns, in order of first appearance; missing where a row lacks the field.
    pub fn into_columns(self) -> Vec<(String, Column)> {
        self.columns.finish().collect()
    }
}

impl Table {
    /// The rows of several tables below each other, given by their columns. Columns are in order of first appearance,
    /// missing where a part lacks them.
    ///
    /// # Errors
    /// For a column that holds values of different kinds in different parts, and for parts with ragged columns.
    pub fn stack(parts: impl IntoIterator<Item = Vec<(String, Column)>>) -> Result<Table> {
        let mut columns = rows::Columns::default();
        for part in parts {
            columns.append(&part).context("rows do not fit together")?;
        }
        Table::from_columns(columns.finish())
    }
}
