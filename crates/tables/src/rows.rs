//! Columns that grow row by row, and what a value serialises to as one cell.

use std::fmt;

use anyhow::Context;
use serde::ser::{self, Impossible, Serialize, Serializer};

use crate::Value;
use crate::column::{Column, Growing, Scalar};

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
}

/// What something serialises to as one cell.
pub(crate) fn value_of<T: Serialize + ?Sized>(value: &T) -> Result<Value, Error> {
    let mut column = Growing::default();
    value.serialize(CellSerializer { column: &mut column })?;
    Ok(column.finish().value(0))
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
