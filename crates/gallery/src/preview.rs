//! The first rows of a table, for people.

use anyhow::{Context, Result};
use serde::Serialize;
use tables::{Table, Value};

/// Most rows and most cells that a page shows.
const ROWS: usize = 200;
const CELLS: usize = 3000;

/// The beginning of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// The columns.
    pub columns: Vec<Column>,
    /// The first rows as text, floats to four significant digits.
    pub rows: Vec<Vec<String>>,
    /// How many rows the whole table has.
    pub total: usize,
}

/// A column of a preview.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Whether all its values that are shown are numbers.
    pub numeric: bool,
}

impl Preview {
    /// Reads the beginning of a table from its CSV text.
    ///
    /// # Errors
    /// When the text is not such a table.
    pub fn read(csv: &str) -> Result<Preview> {
        let width = csv.lines().next().map_or(1, |header| header.split(',').count());
        let limit = (CELLS / width.max(1)).clamp(20, ROWS);
        let (beginning, total) = beginning(csv, limit);
        let table = Table::from_csv(beginning)?;
        let names = table.columns();
        let values: Vec<Vec<Value>> = names.iter().map(|name| table.values(name)).collect::<Result<_>>()?;
        let columns = names.iter().zip(&values).map(|(name, values)| Column {
            name: name.to_string(),
            numeric: values.iter().all(|value| value.is_null() || value.as_float().is_some()),
        });
        let rows = (0..table.len()).map(|row| values.iter().map(|column| text(&column[row])).collect());
        Ok(Preview {
            columns: columns.collect(),
            rows: rows.collect(),
            total: total.checked_sub(1).context("it has no header")?,
        })
    }
}

/// The header and the first `limit` rows, and the number of records in all. A line break in quotes ends no record.
fn beginning(csv: &str, limit: usize) -> (&str, usize) {
    let (mut records, mut end, mut quoted) = (0, csv.len(), false);
    for (place, byte) in csv.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                records += 1;
                if records == limit + 1 {
                    end = place + 1;
                }
            }
            _ => {}
        }
    }
    (&csv[..end], records)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Integer(integer) => integer.to_string(),
        Value::Float(float) => engine::short(*float),
        Value::String(string) => string.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_and_the_number_of_all() {
        let mut csv = String::from("name,x,n\n");
        csv.push_str("\"a\nb\",0.123456,\n");
        for row in 0..500 {
            csv.push_str(&format!("r,1.0,{row}\n"));
        }
        let preview = Preview::read(&csv).unwrap();
        assert_eq!((preview.total, preview.rows.len()), (501, 200));
        assert_eq!(preview.rows[0], ["a\nb", "0.1235", ""]);
        assert_eq!(preview.rows[199], ["r", "1", "198"]);
        let numeric: Vec<bool> = preview.columns.iter().map(|column| column.numeric).collect();
        assert_eq!(numeric, [false, true, true]);
    }

    #[test]
    fn ragged_rows_are_refused() {
        assert!(Preview::read("a,b\n1\n").unwrap_err().to_string().contains("line 2"));
        assert!(Preview::read("").is_err());
    }
}
