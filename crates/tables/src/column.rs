//! The four kinds of columns, and their way into and out of polars.

use anyhow::{Result, bail};
use polars::prelude as polars;
use serde::{Deserialize, Serialize};

use crate::Value;

/// The values of one column, with `None` where there is none.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Column {
    /// Truth values.
    Boolean(Vec<Option<bool>>),
    /// 64-bit integers.
    Integer(Vec<Option<i64>>),
    /// 64-bit floats.
    Float(Vec<Option<f64>>),
    /// Texts.
    String(Vec<Option<String>>),
}

/// Integers up to this size are floats too.
const EXACT: u64 = 1 << 53;

impl Column {
    /// The number of values, missing ones included.
    pub fn len(&self) -> usize {
        match self {
            Column::Boolean(values) => values.len(),
            Column::Integer(values) => values.len(),
            Column::Float(values) => values.len(),
            Column::String(values) => values.len(),
        }
    }

    /// Whether the column has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value in a row; null beyond the end.
    pub(crate) fn value(&self, row: usize) -> Value {
        match self {
            Column::Boolean(values) => values.get(row).copied().flatten().into(),
            Column::Integer(values) => values.get(row).copied().flatten().into(),
            Column::Float(values) => values.get(row).copied().flatten().into(),
            Column::String(values) => values.get(row).cloned().flatten().into(),
        }
    }

    /// Builds a column from values of one kind; integers among floats become floats where that
    /// loses nothing. Without any value, it is a column of floats.
    ///
    /// # Errors
    /// For values that do not fit into one column.
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> Result<Column> {
        let mut growing = Growing::default();
        for value in values {
            growing.push_value(&value)?;
        }
        Ok(growing.finish())
    }

    /// A column without a single value counts as floats, as it does when read back from CSV.
    pub(crate) fn or_floats(self) -> Column {
        let empty = match &self {
            Column::Boolean(values) => values.iter().all(Option::is_none),
            Column::Integer(values) => values.iter().all(Option::is_none),
            Column::String(values) => values.iter().all(Option::is_none),
            Column::Float(_) => false,
        };
        if empty { Column::Float(vec![None; self.len()]) } else { self }
    }

    pub(crate) fn into_polars(self, name: &str) -> polars::Column {
        match self {
            Column::Boolean(values) => polars::Column::new(name.into(), values),
            Column::Integer(values) => polars::Column::new(name.into(), values),
            Column::Float(values) => polars::Column::new(name.into(), values),
            Column::String(values) => polars::Column::new(name.into(), values),
        }
    }
}

macro_rules! column_from {
    ($($variant:ident: $($source:ty),+;)+) => {
        $($(
            impl From<Vec<$source>> for Column {
                fn from(values: Vec<$source>) -> Column {
                    Column::$variant(values.into_iter().map(|value| Some(value.into())).collect())
                }
            }

            impl From<Vec<Option<$source>>> for Column {
                fn from(values: Vec<Option<$source>>) -> Column {
                    Column::$variant(values.into_iter().map(|value| value.map(Into::into)).collect())
                }
            }
        )+)+
    };
}

column_from! {
    Boolean: bool;
    Integer: i32, i64, u32;
    Float: f32, f64;
    String: &str, String;
}

impl From<Vec<usize>> for Column {
    /// # Panics
    /// For an integer that does not fit into 64 bits with a sign.
    fn from(values: Vec<usize>) -> Column {
        let integer = |value| i64::try_from(value).expect("an integer cell holds at most 2^63 - 1");
        Column::Integer(values.into_iter().map(|value| Some(integer(value))).collect())
    }
}

/// A value on its way into a column.
pub(crate) enum Scalar<'a> {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(&'a str),
}

impl Scalar<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Scalar::Boolean(_) => "a boolean",
            Scalar::Integer(_) => "an integer",
            Scalar::Float(_) => "a float",
            Scalar::String(_) => "a string",
        }
    }
}

/// A column that finds out its kind while it grows.
#[derive(Default)]
pub(crate) struct Growing {
    /// Missing values before the first value.
    leading: usize,
    column: Option<Column>,
}

impl Growing {
    pub(crate) fn with_nulls(count: usize) -> Growing {
        Growing { leading: count, column: None }
    }

    pub(crate) fn len(&self) -> usize {
        self.column.as_ref().map_or(self.leading, Column::len)
    }

    pub(crate) fn push_null(&mut self) {
        match &mut self.column {
            None => self.leading += 1,
            Some(Column::Boolean(values)) => values.push(None),
            Some(Column::Integer(values)) => values.push(None),
            Some(Column::Float(values)) => values.push(None),
            Some(Column::String(values)) => values.push(None),
        }
    }

    /// # Errors
    /// For a value of another kind, and for an integer that cannot join floats without rounding.
    pub(crate) fn push(&mut self, scalar: Scalar<'_>) -> Result<()> {
        let leading = self.leading;
        let column = self.column.get_or_insert_with(|| match scalar {
            Scalar::Boolean(_) => Column::Boolean(vec![None; leading]),
            Scalar::Integer(_) => Column::Integer(vec![None; leading]),
            Scalar::Float(_) => Column::Float(vec![None; leading]),
            Scalar::String(_) => Column::String(vec![None; leading]),
        });
        match (&mut *column, scalar) {
            (Column::Boolean(values), Scalar::Boolean(boolean)) => values.push(Some(boolean)),
            (Column::Integer(values), Scalar::Integer(integer)) => values.push(Some(integer)),
            (Column::Float(values), Scalar::Float(float)) => values.push(Some(float)),
            (Column::String(values), Scalar::String(string)) => values.push(Some(string.to_owned())),
            (Column::Float(values), Scalar::Integer(integer)) => values.push(Some(exact_float(integer)?)),
            (Column::Integer(integers), Scalar::Float(float)) => {
                let mut floats: Vec<Option<f64>> =
                    integers.iter().map(|integer| integer.map(exact_float).transpose()).collect::<Result<_>>()?;
                floats.push(Some(float));
                *column = Column::Float(floats);
            }
            (column, scalar) => {
                let kind = match column {
                    Column::Boolean(_) => "booleans",
                    Column::Integer(_) => "integers",
                    Column::Float(_) => "floats",
                    Column::String(_) => "strings",
                };
                bail!("{} in a column of {kind}", scalar.kind());
            }
        }
        Ok(())
    }

    /// # Errors
    /// As [`push`](Growing::push).
    pub(crate) fn push_value(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Null => {
                self.push_null();
                Ok(())
            }
            Value::Boolean(boolean) => self.push(Scalar::Boolean(*boolean)),
            Value::Integer(integer) => self.push(Scalar::Integer(*integer)),
            Value::Float(float) => self.push(Scalar::Float(*float)),
            Value::String(string) => self.push(Scalar::String(string)),
        }
    }

    pub(crate) fn finish(self) -> Column {
        self.column.unwrap_or_else(|| Column::Float(vec![None; self.leading]))
    }
}

fn exact_float(integer: i64) -> Result<f64> {
    if integer.unsigned_abs() > EXACT {
        bail!("the integer {integer} in a column of floats would be rounded");
    }
    Ok(integer as f64)
}

/// A column of a polars frame, ready to be read cell by cell.
pub(crate) enum Cells<'a> {
    Boolean(&'a polars::BooleanChunked),
    Integer(&'a polars::Int64Chunked),
    Float(&'a polars::Float64Chunked),
    String(&'a polars::StringChunked),
}

impl<'a> Cells<'a> {
    /// # Panics
    /// For a column of a kind that a table never holds.
    pub(crate) fn of(column: &'a polars::Column) -> Cells<'a> {
        let read = || -> polars::PolarsResult<Cells<'a>> {
            Ok(match column.dtype() {
                polars::DataType::Boolean => Cells::Boolean(column.bool()?),
                polars::DataType::Int64 => Cells::Integer(column.i64()?),
                polars::DataType::Float64 => Cells::Float(column.f64()?),
                _ => Cells::String(column.str()?),
            })
        };
        read().expect("a table holds booleans, 64-bit integers and floats, and strings")
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Cells::Boolean(_) => "booleans",
            Cells::Integer(_) => "integers",
            Cells::Float(_) => "floats",
            Cells::String(_) => "strings",
        }
    }

    /// The value in a row; null beyond the end.
    pub(crate) fn value(&self, row: usize) -> Value {
        match self {
            Cells::Boolean(values) => values.get(row).into(),
            Cells::Integer(values) => values.get(row).into(),
            Cells::Float(values) => values.get(row).into(),
            Cells::String(values) => values.get(row).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_join_floats_exactly_or_not_at_all() {
        let column = |values: Vec<Value>| Column::from_values(values);
        assert_eq!(column(vec![1.into(), 2.5.into(), 3.into()]).unwrap(), vec![1.0, 2.5, 3.0].into());
        let large = (1_i64 << 53) + 1;
        assert!(column(vec![large.into(), 2.5.into()]).is_err());
        assert!(column(vec![2.5.into(), large.into()]).is_err());
        assert_eq!(column(vec![large.into()]).unwrap(), vec![large].into());
    }

    #[test]
    fn kinds_do_not_mix() {
        let error = Column::from_values(vec![1.into(), "a".into()]).unwrap_err();
        assert_eq!(error.to_string(), "a string in a column of integers");
        assert!(Column::from_values(vec![true.into(), 1.into()]).is_err());
    }

    #[test]
    fn missing_values_take_the_kind_of_the_others() {
        let column = Column::from_values(vec![Value::Null, "a".into(), Value::Null]).unwrap();
        assert_eq!(column, vec![None, Some("a"), None].into());
        assert_eq!(Column::from_values(vec![Value::Null]).unwrap(), Column::Float(vec![None]));
        assert_eq!(Column::Integer(vec![None, None]).or_floats(), Column::Float(vec![None, None]));
        assert_eq!(Column::Integer(vec![None, Some(1)]).or_floats(), Column::Integer(vec![None, Some(1)]));
    }
}
