//! Where two tables differ, cell by cell.

use std::fmt;

use crate::column::Cells;
use crate::{Table, Value};

/// How a table differs from another.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// The names of the columns or their order; nothing else was compared.
    Columns {
        /// The columns of the first table.
        left: Vec<String>,
        /// The columns of the second table.
        right: Vec<String>,
    },
    /// The number of rows, or cells in the rows that both tables have.
    Cells {
        /// The number of rows of both tables.
        rows: (usize, usize),
        /// The first different cell, row by row; `None` if only the number of rows differs.
        first: Option<DifferentCell>,
        /// The number of different cells.
        count: usize,
        /// The largest distance between different numbers that are not NaN; `None` if there are
        /// none.
        maximum: Option<f64>,
        /// The largest distance between different floats in units in the last place; `None` if
        /// there are none.
        maximum_ulps: Option<u64>,
    },
}

/// A cell that two tables disagree on.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferentCell {
    /// The row, from 0, the header not counted.
    pub row: usize,
    /// The name of the column.
    pub column: String,
    /// The value in the first table.
    pub left: Value,
    /// The value in the second table.
    pub right: Value,
    /// For two floats that are not NaN: how many floats apart they are.
    pub ulps: Option<u64>,
}

impl Table {
    /// Compares two tables bit by bit: `None` exactly if both give the same CSV. Thus an integer
    /// differs from the same float, and −0 from 0; NaN agrees with NaN.
    pub fn difference(&self, other: &Table) -> Option<Difference> {
        self.difference_by(other, identical)
    }

    /// Compares two tables as numbers: as [`difference`](Table::difference), but two numbers a and b agree
    /// where |a − b| ≤ `tolerance` · max(1, |a|, |b|), whether they are written as integers or floats.
    pub fn difference_beyond(&self, other: &Table, tolerance: f64) -> Option<Difference> {
        self.difference_by(other, |left, right| identical(left, right) || agree(left, right, tolerance))
    }

    fn difference_by(&self, other: &Table, same: impl Fn(&Value, &Value) -> bool) -> Option<Difference> {
        if self.columns() != other.columns() {
            let owned = |table: &Table| table.names().map(str::to_owned).collect();
            return Some(Difference::Columns { left: owned(self), right: owned(other) });
        }
        let pairs: Vec<(&str, Cells<'_>, Cells<'_>)> = self
            .frame
            .columns()
            .iter()
            .zip(other.frame.columns())
            .map(|(left, right)| (left.name().as_str(), Cells::of(left), Cells::of(right)))
            .collect();
        let (mut first, mut count, mut maximum, mut maximum_ulps) = (None, 0, None, None);
        for row in 0..self.len().min(other.len()) {
            for (name, left, right) in &pairs {
                let (left, right) = (left.value(row), right.value(row));
                if same(&left, &right) {
                    continue;
                }
                let ulps = distance_in_ulps(&left, &right);
                count += 1;
                maximum = larger(maximum, distance(&left, &right));
                maximum_ulps = maximum_ulps.max(ulps);
                first.get_or_insert_with(|| DifferentCell { row, column: name.to_string(), left, right, ulps });
            }
        }
        let rows = (self.len(), other.len());
        (count > 0 || rows.0 != rows.1).then_some(Difference::Cells { rows, first, count, maximum, maximum_ulps })
    }
}

fn identical(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        (Value::Float(_), Value::Integer(_)) | (Value::Integer(_), Value::Float(_)) => false,
        _ => left == right,
    }
}

fn agree(left: &Value, right: &Value, tolerance: f64) -> bool {
    match (left.as_float(), right.as_float()) {
        (Some(a), Some(b)) => a == b || (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0),
        _ => false,
    }
}

/// The distance between two numbers, unless one of them is NaN.
fn distance(left: &Value, right: &Value) -> Option<f64> {
    if let (Value::Integer(a), Value::Integer(b)) = (left, right) {
        return Some(a.abs_diff(*b) as f64);
    }
    let (a, b) = (left.as_float()?, right.as_float()?);
    let distance = if a == b { 0.0 } else { (a - b).abs() };
    (!distance.is_nan()).then_some(distance)
}

fn larger(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        _ => a.or(b),
    }
}

/// How many steps from float to float lead from one to the other; −0 and 0 are one step apart.
fn distance_in_ulps(left: &Value, right: &Value) -> Option<u64> {
    // Positions of the floats in ascending order.
    let position = |float: f64| {
        let bits = float.to_bits();
        if float.is_sign_negative() { !bits } else { bits | 1 << 63 }
    };
    match (left, right) {
        (Value::Float(a), Value::Float(b)) if !a.is_nan() && !b.is_nan() => Some(position(*a).abs_diff(position(*b))),
        _ => None,
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Columns { left, right } => {
                write!(formatter, "columns {} became {}", left.join(", "), right.join(", "))
            }
            Difference::Cells { rows, first, count, maximum, maximum_ulps } => {
                if let Some(first) = first {
                    write!(formatter, "{first}; different cells: {count}")?;
                    if let Some(maximum) = maximum {
                        write!(formatter, ", by {maximum:?} at most")?;
                    }
                    if let Some(ulps) = maximum_ulps {
                        write!(formatter, " ({ulps} ulps)")?;
                    }
                }
                if rows.0 != rows.1 {
                    let separator = if first.is_some() { "; " } else { "" };
                    write!(formatter, "{separator}{} rows became {}", rows.0, rows.1)?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for DifferentCell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DifferentCell { row, column, left, right, ulps } = self;
        write!(formatter, "row {row}, column `{column}`: {left} became {right}")?;
        match ulps {
            Some(ulps) => write!(formatter, " ({ulps} ulps)"),
            None => Ok(()),
        }
    }
}
