//! From row structs to columns, through a serde serializer that appends every field to its column
//! at once.
//!
//! A row is a struct, a map, or an enum whose variants hold structs. [`RowSerializer`] takes the
//! row apart, [`CellSerializer`] one field of it; both write into [`Columns`].

use std::fmt;

use anyhow::Context;
use serde::ser::{self, Impossible, Serialize, Serializer};

use crate::Value;
use crate::column::{Column, Growing, Scalar};

/// The column that tells the variants of an enum of rows apart.
const KIND: &str = "kind";

/// The columns of a table while its rows arrive, in order of first appearance.
#[derive(Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    columns: Vec<Growing>,
    /// Completed rows.
    rows: usize,
    /// The column that the next field will most likely belong to.
    next: usize,
}

impl Columns {
    /// Appends one row; fields that it lacks are null.
    ///
    /// # Errors
    /// Where the row is no struct, or a field no single value of the kind of its column.
    pub(crate) fn push<R: Serialize>(&mut self, row: &R) -> Result<(), Error> {
        self.next = 0;
        row.serialize(RowSerializer { columns: self })?;
        self.end_row();
        Ok(())
    }

    /// Appends rows given by their columns.
    ///
    /// # Errors
    /// For columns of different lengths, and for a value of another kind than its column.
    pub(crate) fn append(&mut self, part: &[(String, Column)]) -> anyhow::Result<()> {
        let length = part.first().map_or(0, |(_, column)| column.len());
        self.next = 0;
        for (name, column) in part {
            anyhow::ensure!(column.len() == length, "column `{name}` has {} rows, not {length}", column.len());
            let growing = self.column(name)?;
            for row in 0..length {
                growing.push_value(&column.value(row)).with_context(|| format!("column `{name}`"))?;
            }
        }
        self.rows += length;
        self.fill();
        Ok(())
    }

    fn end_row(&mut self) {
        self.rows += 1;
        self.fill();
    }

    /// Puts nulls where columns are shorter than the table.
    fn fill(&mut self) {
        for column in &mut self.columns {
            while column.len() < self.rows {
                column.push_null();
            }
        }
    }

    /// Appends one row of these fields; columns that it lacks are null.
    ///
    /// # Errors
    /// For a name that appears twice, and for a value of another kind than its column.
    pub(crate) fn push_fields<'f>(
        &mut self,
        fields: impl IntoIterator<Item = (&'f str, &'f Value)>,
    ) -> Result<(), Error> {
        self.next = 0;
        for (name, value) in fields {
            let pushed = self.column(name)?.push_value(value);
            pushed.map_err(|error| Error(format!("field `{name}`: {error}")))?;
        }
        self.end_row();
        Ok(())
    }

    pub(crate) fn finish(self) -> impl Iterator<Item = (String, Column)> {
        self.names.into_iter().zip(self.columns.into_iter().map(Growing::finish))
    }

    /// The column of a field of the current row.
    fn column(&mut self, name: &str) -> Result<&mut Growing, Error> {
        // Rows of one struct have their fields in the same places.
        let position = match self.names.get(self.next) {
            Some(next) if next == name => self.next,
            _ => self.names.iter().position(|known| known == name).unwrap_or_else(|| {
                self.names.push(name.to_owned());
                self.columns.push(Growing::with_nulls(self.rows));
                self.names.len() - 1
            }),
        };
        self.next = position + 1;
        let column = &mut self.columns[position];
        if column.len() > self.rows {
            return Err(Error(format!("field `{name}` appears twice in one row")));
        }
        Ok(column)
    }

    fn set<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        let column = self.column(name)?;
        value.serialize(CellSerializer { column }).map_err(|Error(message)| Error(format!("field `{name}`: {message}")))
    }

    fn set_kind(&mut self, variant: &str) -> Result<(), Error> {
        self.set(KIND, &snake_case(variant))
    }
}

/// What something serialises to as one cell.
pub(crate) fn value_of<T: Serialize + ?Sized>(value: &T) -> Result<Value, Error> {
    let mut column = Growing::default();
    value.serialize(CellSerializer { column: &mut column })?;
    Ok(column.finish().value(0))
}

/// `LargeInit` as `large_init`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut previous_is_small = false;
    for character in name.chars() {
        if character.is_uppercase() && previous_is_small {
            snake.push('_');
        }
        previous_is_small = !character.is_uppercase() && character != '_';
        snake.extend(character.to_lowercase());
    }
    snake
}

/// Why a row does not fit into the table.
#[derive(Debug)]
pub(crate) struct Error(pub(crate) String);

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Error {
        Error(message.to_string())
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Error {
        Error(error.to_string())
    }
}

/// Serializer methods that refuse, for the types that a serializer has no use for.
macro_rules! refuse {
    ($message:expr; $($method:ident($($argument:ident: $type:ty),*);)*) => {
        $(
            fn $method(self, $($argument: $type),*) -> Result<(), Error> {
                $(let _ = $argument;)*
                Err(Error($message.into()))
            }
        )*
    };
}

macro_rules! refuse_sequences {
    ($message:expr) => {
        type SerializeSeq = Impossible<(), Error>;
        type SerializeTuple = Impossible<(), Error>;
        type SerializeTupleStruct = Impossible<(), Error>;
        type SerializeTupleVariant = Impossible<(), Error>;

        fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Error> {
            Err(Error($message.into()))
        }

        fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
            Err(Error($message.into()))
        }

        fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
            Err(Error($message.into()))
        }

        fn serialize_tuple_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeTupleVariant, Error> {
            Err(Error($message.into()))
        }
    };
}

const NO_ROW: &str = "a row of a table is a struct with named fields, or an enum of such structs";

/// Takes a row apart into fields.
struct RowSerializer<'a> {
    columns: &'a mut Columns,
}

impl<'a> Serializer for RowSerializer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Fields<'a>;
    type SerializeMap = Fields<'a>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a>, Error> {
        Ok(Fields { columns: self.columns, key: String::new() })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'a>, Error> {
        Ok(Fields { columns: self.columns, key: String::new() })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Fields<'a>, Error> {
        self.columns.set_kind(variant)?;
        Ok(Fields { columns: self.columns, key: String::new() })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.columns.set_kind(variant)?;
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.columns.set_kind(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    refuse_sequences!(NO_ROW);
    refuse! { NO_ROW;
        serialize_bool(value: bool);
        serialize_i8(value: i8);
        serialize_i16(value: i16);
        serialize_i32(value: i32);
        serialize_i64(value: i64);
        serialize_u8(value: u8);
        serialize_u16(value: u16);
        serialize_u32(value: u32);
        serialize_u64(value: u64);
        serialize_f32(value: f32);
        serialize_f64(value: f64);
        serialize_char(value: char);
        serialize_str(value: &str);
        serialize_bytes(value: &[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(name: &'static str);
    }
}

/// The fields of a row. Flattened structs arrive as maps.
struct Fields<'a> {
    columns: &'a mut Columns,
    /// The key of the map entry whose value comes next.
    key: String,
}

impl ser::SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.columns.set(key, value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl ser::SerializeStructVariant for Fields<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.columns.set(key, value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl ser::SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        // A key is a cell of one throw-away column: only its text is wanted.
        let mut column = Growing::default();
        key.serialize(CellSerializer { column: &mut column })?;
        match column.finish() {
            Column::String(mut names) => self.key = names.pop().flatten().unwrap_or_default(),
            _ => return Err(Error("the name of a field is a string".into())),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.columns.set(&self.key, value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

const NO_CELL: &str = "a cell of a table is one number, boolean, string or plain enum; \
                       spread a nested struct over columns with #[serde(flatten)]";

/// Appends one field to its column.
struct CellSerializer<'a> {
    column: &'a mut Growing,
}

macro_rules! cells {
    ($($method:ident($type:ty) as $variant:ident;)*) => {
        $(
            fn $method(self, value: $type) -> Result<(), Error> {
                Ok(self.column.push(Scalar::$variant(value.into()))?)
            }
        )*
    };
}

impl Serializer for CellSerializer<'_> {
    type Ok = ();
    type Error = Error;
    type SerializeStruct = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;

    cells! {
        serialize_bool(bool) as Boolean;
        serialize_i8(i8) as Integer;
        serialize_i16(i16) as Integer;
        serialize_i32(i32) as Integer;
        serialize_i64(i64) as Integer;
        serialize_u8(u8) as Integer;
        serialize_u16(u16) as Integer;
        serialize_u32(u32) as Integer;
        serialize_f32(f32) as Float;
        serialize_f64(f64) as Float;
        serialize_str(&str) as String;
    }

    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        let integer =
            i64::try_from(value).map_err(|_| Error(format!("{value} does not fit into 64 bits with a sign")))?;
        self.serialize_i64(integer)
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.column.push_null();
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.serialize_none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        Err(Error(NO_CELL.into()))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Error> {
        Err(Error(NO_CELL.into()))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(Error(NO_CELL.into()))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        Err(Error(NO_CELL.into()))
    }

    refuse_sequences!(NO_CELL);
    refuse! { NO_CELL;
        serialize_bytes(value: &[u8]);
        serialize_unit_struct(name: &'static str);
    }
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn variants_become_snake_case() {
        for (name, snake) in [
            ("Accuracy", "accuracy"),
            ("LargeInit", "large_init"),
            ("already_snake", "already_snake"),
            ("SGD", "sgd"),
            ("Top5Error", "top5_error"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }
}
