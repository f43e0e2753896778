//! Exact CSV: writing a table and reading it back gives the same table, bit by bit.
//!
//! RFC 4180 with `\n` line ends. Floats are written in the shortest digits that give them back and
//! always look like floats (`1.0`); a missing value is an empty field. So that kinds survive, a
//! quoted field is always a string, and a string that could be taken for something else (`12`,
//! `true`, the empty one) is quoted.

use anyhow::{Result, bail, ensure};
use std::borrow::Cow;
use std::fmt::Write as _;

use crate::column::{Cells, Column};

/// Writes a header and the rows. Without columns, the text is empty.
pub(crate) fn write<'a>(names: impl Iterator<Item = &'a str>, columns: &[Cells<'_>], rows: usize) -> String {
    let mut text = String::new();
    for (position, name) in names.enumerate() {
        if position > 0 {
            text.push(',');
        }
        write_string(&mut text, name, has_separators(name) || name.is_empty() || name.starts_with('\u{feff}'));
    }
    if columns.is_empty() {
        return text;
    }
    text.push('\n');
    for row in 0..rows {
        for (position, column) in columns.iter().enumerate() {
            if position > 0 {
                text.push(',');
            }
            write_cell(&mut text, column, row);
        }
        text.push('\n');
    }
    text
}

fn write_cell(text: &mut String, column: &Cells<'_>, row: usize) {
    // Writing into a string cannot fail.
    let _ = match column {
        Cells::Boolean(values) => values.get(row).map_or(Ok(()), |boolean| write!(text, "{boolean}")),
        Cells::Integer(values) => values.get(row).map_or(Ok(()), |integer| write!(text, "{integer}")),
        Cells::Float(values) => values.get(row).map_or(Ok(()), |float| write!(text, "{float:?}")),
        Cells::String(values) => {
            if let Some(string) = values.get(row) {
                write_string(text, string, has_separators(string) || Kind::of(string) != Kind::String);
            }
            Ok(())
        }
    };
}

fn has_separators(string: &str) -> bool {
    string.contains([',', '"', '\n', '\r'])
}

fn write_string(text: &mut String, string: &str, quoted: bool) {
    if quoted {
        text.push('"');
        text.push_str(&string.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(string);
    }
}

/// What an unquoted field can be; the later kinds hold what the earlier cannot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Integer,
    Float,
    Boolean,
    String,
}

impl Kind {
    fn of(text: &str) -> Kind {
        if text.is_empty() {
            Kind::Null
        } else if text.parse::<i64>().is_ok() {
            Kind::Integer
        } else if text.parse::<f64>().is_ok() {
            Kind::Float
        } else if text == "true" || text == "false" {
            Kind::Boolean
        } else {
            Kind::String
        }
    }

    /// The kind of a column that holds both.
    fn join(self, other: Kind) -> Kind {
        match (self, other) {
            (Kind::Null, kind) | (kind, Kind::Null) => kind,
            (Kind::Integer, Kind::Float) | (Kind::Float, Kind::Integer) => Kind::Float,
            (a, b) if a == b => a,
            _ => Kind::String,
        }
    }
}

/// One field of a record.
struct Field<'a> {
    text: Cow<'a, str>,
    quoted: bool,
}

/// Reads a header and rows: names and columns.
///
/// # Errors
/// With the line number, for quotes in wrong places, ragged rows and repeated names.
pub(crate) fn read(text: &str) -> Result<Vec<(String, Column)>> {
    let mut records = Records { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1 };
    let Some((_, header)) = records.next()? else {
        return Ok(Vec::new());
    };
    let names: Vec<String> = header.into_iter().map(|field| field.text.into_owned()).collect();
    for (position, name) in names.iter().enumerate() {
        ensure!(!names[..position].contains(name), "line 1: column `{name}` appears twice");
    }
    let mut columns: Vec<Vec<Field<'_>>> = names.iter().map(|_| Vec::new()).collect();
    while let Some((line, record)) = records.next()? {
        let (found, expected) = (record.len(), names.len());
        ensure!(found == expected, "line {line}: {found} fields where the header has {expected}");
        for (column, field) in columns.iter_mut().zip(record) {
            column.push(field);
        }
    }
    Ok(names.into_iter().zip(columns.into_iter().map(infer)).collect())
}

/// The column that holds all these fields: integers, else floats, else booleans, else strings.
fn infer(fields: Vec<Field<'_>>) -> Column {
    let kind_of = |field: &Field<'_>| {
        if field.quoted { Kind::String } else { Kind::of(&field.text) }
    };
    let kind = fields.iter().map(kind_of).fold(Kind::Null, Kind::join);
    match kind {
        // An empty field parses as nothing, which is what it is.
        Kind::Integer => Column::Integer(fields.iter().map(|field| field.text.parse().ok()).collect()),
        Kind::Float | Kind::Null => Column::Float(fields.iter().map(|field| field.text.parse().ok()).collect()),
        Kind::Boolean => Column::Boolean(fields.iter().map(|field| field.text.parse().ok()).collect()),
        Kind::String => {
            let string = |field: Field<'_>| (field.quoted || !field.text.is_empty()).then(|| field.text.into_owned());
            Column::String(fields.into_iter().map(string).collect())
        }
    }
}

/// Reads record after record.
struct Records<'a> {
    rest: &'a str,
    /// The line that `rest` starts in, from 1.
    line: usize,
}

impl<'a> Records<'a> {
    /// The next record and the line it starts in; `None` at the end.
    fn next(&mut self) -> Result<Option<(usize, Vec<Field<'a>>)>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (start, mut record) = (self.line, Vec::new());
        loop {
            record.push(match self.rest.strip_prefix('"') {
                Some(rest) => self.quoted(rest)?,
                None => self.unquoted()?,
            });
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            let end = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n'));
            match end {
                Some(rest) => {
                    self.rest = rest;
                    self.line += 1;
                }
                None if self.rest.is_empty() => {}
                None => bail!("line {}: text behind the closing quote of a field", self.line),
            }
            return Ok(Some((start, record)));
        }
    }

    fn unquoted(&mut self) -> Result<Field<'a>> {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let (mut text, rest) = self.rest.split_at(end);
        if rest.starts_with('\n') {
            text = text.strip_suffix('\r').unwrap_or(text);
        }
        ensure!(!text.contains('"'), "line {}: a quote inside an unquoted field", self.line);
        self.rest = rest;
        Ok(Field { text: text.into(), quoted: false })
    }

    /// A quoted field, read behind its opening quote.
    fn quoted(&mut self, mut rest: &'a str) -> Result<Field<'a>> {
        let (start, mut text) = (self.line, Cow::Borrowed(""));
        loop {
            let Some((part, behind)) = rest.split_once('"') else {
                bail!("line {start}: a quoted field does not end");
            };
            text += part;
            self.line += part.matches('\n').count();
            match behind.strip_prefix('"') {
                Some(behind) => {
                    text += "\"";
                    rest = behind;
                }
                None => {
                    self.rest = &self.rest[self.rest.len() - behind.len()..];
                    return Ok(Field { text, quoted: true });
                }
            }
        }
    }
}
