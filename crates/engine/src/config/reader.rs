//! Reads typed configurations out of YAML values, with messages for people.
//!
//! Two things set it apart from the values' own deserializer: every fault carries the path of the
//! value it is about, and a struct field without a key of its own groups keys of the same level.

use std::cell::RefCell;
use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use serde_yaml::{Mapping, Value};

use super::{Segment, nearest};
use access::{Choice, Entries, Pairs, Section};

mod access;

/// A fault with the path of the value it is about.
#[derive(Debug)]
pub(super) struct Fault {
    pub path: Option<Vec<Segment>>,
    pub message: String,
    /// The fault is about the key, not about its value.
    pub at_key: bool,
}

impl Fault {
    fn at(path: &[Segment], message: impl Into<String>) -> Fault {
        Fault { path: Some(path.to_vec()), message: message.into(), at_key: false }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Fault {
        Fault { path: None, message: message.to_string(), at_key: false }
    }
}

/// The keys of one mapping that structs have asked for.
#[derive(Default)]
pub(super) struct Known {
    pub fields: RefCell<Vec<&'static str>>,
}

/// A value with its path.
pub(super) struct Node<'a> {
    value: &'a Value,
    path: Vec<Segment>,
    /// Where a root node notes the fields that exist.
    root: Option<&'a Known>,
}

impl<'a> Node<'a> {
    pub fn root(value: &'a Value, known: &'a Known) -> Node<'a> {
        Node { value, path: Vec::new(), root: Some(known) }
    }

    fn child(&self, value: &'a Value, segment: Segment) -> Node<'a> {
        let mut path = self.path.clone();
        path.push(segment);
        Node { value, path, root: None }
    }

    fn expected<T>(&self, what: &str) -> Result<T, Fault> {
        Err(Fault::at(&self.path, format!("expected {what}, got {}", describe(self.value))))
    }

    /// Gives a fault raised by a visitor this node's path.
    fn placed<T>(path: &[Segment], result: Result<T, Fault>) -> Result<T, Fault> {
        result.map_err(|fault| Fault { path: fault.path.or_else(|| Some(path.to_vec())), ..fault })
    }

    fn whole_number(&self, low: i128, high: i128) -> Result<i128, Fault> {
        let range = match (low, high) {
            (0, _) => "a whole number, 0 or more".to_string(),
            _ => "a whole number".to_string(),
        };
        let Value::Number(number) = self.value else {
            return self.expected(&range);
        };
        let whole = match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(value), _, _) => i128::from(value),
            (_, Some(value), _) => i128::from(value),
            (_, _, Some(value)) if value.floor() == value && value.abs() < 9.0e15 => value as i128,
            _ => return self.expected(&range),
        };
        match whole >= low && whole <= high {
            true => Ok(whole),
            false if whole < 0 => self.expected(&range),
            false => self.expected(&format!("a whole number from {low} to {high}")),
        }
    }

    fn float(&self) -> Result<f64, Fault> {
        match self.value {
            Value::Number(number) => match number.as_f64() {
                Some(value) if value.is_finite() => Ok(value),
                _ => self.expected("a finite number"),
            },
            _ => self.expected("a number"),
        }
    }

    fn mapping(&self) -> Result<&'a Mapping, Fault> {
        match self.value {
            Value::Mapping(mapping) => Ok(mapping),
            _ => self.expected("keys with values"),
        }
    }
}

/// The value as a person would name it.
pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => match number.as_f64() {
            Some(value) if value.is_nan() => "NaN".to_string(),
            Some(value) if value.is_infinite() => "infinity".to_string(),
            _ => number.to_string(),
        },
        Value::String(text) if text.chars().count() > 60 => {
            format!("the text \"{}…\"", text.chars().take(60).collect::<String>())
        }
        Value::String(text) => format!("the text \"{text}\""),
        Value::Sequence(list) if list.is_empty() => "an empty list".to_string(),
        Value::Sequence(list) if list.len() <= 8 => {
            let shown: Vec<String> = list.iter().map(describe).collect();
            format!("[{}]", shown.join(", "))
        }
        Value::Sequence(list) => format!("a list of {} values", list.len()),
        Value::Mapping(mapping) => format!("a mapping of {} keys", mapping.len()),
        Value::Tagged(_) => "a tagged value".to_string(),
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ty),*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let whole = self.whole_number(<$type>::MIN as i128, <$type>::MAX as i128)?;
            Node::placed(&self.path, visitor.$visit(whole as $type))
        })*
    };
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Fault;

    whole_numbers!(
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64
    );

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) if number.is_u64() => self.deserialize_u64(visitor),
            Value::Number(number) if number.is_i64() => self.deserialize_i64(visitor),
            Value::Number(_) => self.deserialize_f64(visitor),
            Value::String(text) => Node::placed(&self.path, visitor.visit_borrowed_str(text)),
            Value::Sequence(_) => self.deserialize_seq(visitor),
            Value::Mapping(_) => self.deserialize_map(visitor),
            Value::Tagged(_) => self.expected("a plain value"),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        Node::placed(&self.path, visitor.visit_f64(self.float()?))
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = self.float()?;
        match (value as f32).is_finite() {
            true => Node::placed(&self.path, visitor.visit_f64(value)),
            false => self.expected("a number within single precision"),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Bool(value) => visitor.visit_bool(*value),
            _ => self.expected("true or false"),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::String(text) => Node::placed(&self.path, visitor.visit_borrowed_str(text)),
            _ => self.expected("text"),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Sequence(list) if !list.is_empty() => {
                let path = self.path.clone();
                Node::placed(&path, visitor.visit_seq(Entries { node: self, list, next: 0 }))
            }
            _ => self.expected("a list with at least one value"),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Sequence(list) if list.len() == len => self.deserialize_seq(visitor),
            _ => self.expected(&format!("a list of {len} values")),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let entries = self.mapping()?.iter();
        let path = self.path.clone();
        Node::placed(&path, visitor.visit_map(Pairs { node: self, entries, value: None }))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let mapping = self.mapping()?;
        let own = Known::default();
        let known = self.root.unwrap_or(&own);
        let section = Section { node: &self, mapping, known, field: None };
        let value = section.read(fields, visitor)?;
        if self.root.is_none() {
            refuse_unknown(mapping, &known.fields.borrow(), &self.path)?;
        }
        Ok(value)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let (name, content) = match self.value {
            Value::String(name) => (name.as_str(), None),
            Value::Mapping(mapping) if mapping.len() == 1 => match mapping.iter().next() {
                Some((Value::String(name), content)) => (name.as_str(), Some(content)),
                _ => return self.expected(&format!("one of {}", variants.join(", "))),
            },
            _ => return self.expected(&format!("one of {}", variants.join(", "))),
        };
        if !variants.contains(&name) {
            return self.expected(&format!("one of {}", variants.join(", ")));
        }
        let content = content.map(|content| self.child(content, Segment::Key(name.to_string())));
        let path = self.path.clone();
        Node::placed(&path, visitor.visit_enum(Choice { name, content, path: self.path }))
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct identifier ignored_any
    }
}

/// A key as a person would write it.
fn key_text(key: &Value) -> String {
    match key {
        Value::String(name) => name.clone(),
        other => describe(other),
    }
}

/// Refuses the first key of a mapping that no struct has asked for.
pub(super) fn refuse_unknown(mapping: &Mapping, fields: &[&'static str], path: &[Segment]) -> Result<(), Fault> {
    for key in mapping.keys() {
        let name = key_text(key);
        if !fields.contains(&name.as_str()) {
            let mut path = path.to_vec();
            path.push(Segment::Key(name.clone()));
            return Err(Fault { path: Some(path), message: unknown(&name, fields), at_key: true });
        }
    }
    Ok(())
}

fn unknown(name: &str, fields: &[&'static str]) -> String {
    match nearest(name, fields.iter().copied()) {
        Some(near) => format!("unknown key; did you mean `{near}`?"),
        None => {
            let mut sorted: Vec<&str> = fields.to_vec();
            sorted.sort_unstable();
            format!("unknown key; the keys are {}", sorted.join(", "))
        }
    }
}
