//! The first rows of a table, for people.

use anyhow::{Result, ensure};
use serde::Serialize;
use tables::{Table, Value};

/// Most rows and most cells that a page shows of a kind.
const ROWS: usize = 200;
const CELLS: usize = 2000;

/// The beginning of a table, of each kind of its rows on its own.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// The kinds in the order of the table; one without a name if the rows are all alike.
    pub kinds: Vec<Kind>,
    /// How many rows the whole table has.
    pub total: usize,
}

/// Rows of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct Kind {
    /// What the column `kind` says; empty where there is none.
    pub name: String,
    /// The columns in which these rows have values.
    pub columns: Vec<Column>,
    /// The first rows as text, floats to four significant digits.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are of this kind.
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
        ensure!(!csv.is_empty(), "it has no header");
        let table = Table::from_csv(csv)?;
        let names = table.columns();
        let values: Vec<Vec<Value>> = names.iter().map(|name| table.values(name)).collect::<Result<_>>()?;
        let kind = names.iter().position(|name| *name == "kind");
        let mut kinds: Vec<(String, Vec<usize>)> = Vec::new();
        let of_rows: Vec<String> = match kind {
            Some(kind) => values[kind].iter().map(text).collect(),
            None => vec![String::new(); table.len()],
        };
        for (row, name) in of_rows.into_iter().enumerate() {
            match kinds.iter_mut().find(|(other, _)| *other == name) {
                Some((_, rows)) => rows.push(row),
                None => kinds.push((name, vec![row])),
            }
        }
        let shown = kinds.into_iter().map(|(name, rows)| {
            let has_values = |column: &usize| rows.iter().any(|&row| !values[*column][row].is_null());
            let columns: Vec<usize> =
                (0..names.len()).filter(|column| Some(*column) != kind).filter(has_values).collect();
            let limit = (CELLS / columns.len().max(1)).clamp(20, ROWS);
            let first = &rows[..rows.len().min(limit)];
            let is_number = |value: &Value| value.is_null() || value.as_float().is_some();
            Kind {
                columns: columns
                    .iter()
                    .map(|&column| Column {
                        name: names[column].to_string(),
                        numeric: first.iter().all(|&row| is_number(&values[column][row])),
                    })
                    .collect(),
                rows: first
                    .iter()
                    .map(|&row| columns.iter().map(|&column| text(&values[column][row])).collect())
                    .collect(),
                total: rows.len(),
                name,
            }
        });
        Ok(Preview { kinds: shown.collect(), total: table.len() })
    }
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
    fn the_first_rows_of_each_kind() {
        let mut csv = String::from("kind,name,x,n\n");
        csv.push_str("one,\"a\nb\",0.123456,\n");
        for row in 0..500 {
            csv.push_str(&format!("two,,1.0,{row}\n"));
        }
        let preview = Preview::read(&csv).unwrap();
        let [one, two] = &preview.kinds[..] else { panic!("{preview:?}") };
        assert_eq!((preview.total, one.total, two.total, two.rows.len()), (501, 1, 500, 200));
        assert_eq!(one.rows, [["a\nb", "0.1235"]]);
        assert_eq!(two.rows[199], ["1", "199"]);
        let numeric: Vec<bool> = one.columns.iter().map(|column| column.numeric).collect();
        assert_eq!(numeric, [false, true]);
    }

    #[test]
    fn ragged_rows_are_refused() {
        assert!(Preview::read("a,b\n1\n").unwrap_err().to_string().contains("line 2"));
        assert!(Preview::read("").is_err());
    }
}
