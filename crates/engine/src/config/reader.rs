//! Reads typed configurations out of YAML values, with messages for people.
//!
//! Two things set it apart from the values' own deserializer: every fault carries the path of the
//! value it is about, and a struct field without a key of its own groups keys of the same level.

use std::cell::RefCell;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_yaml::{Mapping, Value};

use super::{Segment, nearest};

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
        Fault {
            path: Some(path.to_vec()),
            message: message.into(),
            at_key: false,
        }
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
        Fault {
            path: None,
            message: message.to_string(),
            at_key: false,
        }
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
        Node {
            value,
            path: Vec::new(),
            root: Some(known),
        }
    }

    fn child(&self, value: &'a Value, segment: Segment) -> Node<'a> {
        let mut path = self.path.clone();
        path.push(segment);
        Node {
            value,
            path,
            root: None,
        }
    }

    fn expected<T>(&self, what: &str) -> Result<T, Fault> {
        Err(Fault::at(
            &self.path,
            format!("expected {what}, got {}", describe(self.value)),
        ))
    }

    /// Gives a fault raised by a visitor this node's path.
    fn placed<T>(path: &[Segment], result: Result<T, Fault>) -> Result<T, Fault> {
        result.map_err(|fault| Fault {
            path: fault.path.or_else(|| Some(path.to_vec())),
            ..fault
        })
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
                Node::placed(
                    &path,
                    visitor.visit_seq(Entries {
                        node: self,
                        list,
                        next: 0,
                    }),
                )
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
        Node::placed(
            &path,
            visitor.visit_map(Pairs {
                node: self,
                entries,
                value: None,
            }),
        )
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
        let section = Section {
            node: &self,
            mapping,
            known,
            field: None,
        };
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
        Node::placed(
            &path,
            visitor.visit_enum(Choice {
                name,
                content,
                path: self.path,
            }),
        )
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct identifier ignored_any
    }
}

/// Refuses the first key of a mapping that no struct has asked for.
pub(super) fn refuse_unknown(mapping: &Mapping, fields: &[&'static str], path: &[Segment]) -> Result<(), Fault> {
    for key in mapping.keys() {
        let name = match key {
            Value::String(name) => name.clone(),
            other => describe(other),
        };
        if !fields.contains(&name.as_str()) {
            let mut path = path.to_vec();
            path.push(Segment::Key(name.clone()));
            return Err(Fault {
                path: Some(path),
                message: unknown(&name, fields),
                at_key: true,
            });
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

/// The fields of a struct, read from a mapping; also stands in for a field without a key, whose
/// type may be a struct that groups keys of the same mapping.
struct Section<'n, 'de> {
    node: &'n Node<'de>,
    mapping: &'de Mapping,
    known: &'n Known,
    /// The absent key this section stands for; `None` for the mapping itself.
    field: Option<&'static str>,
}

impl<'n, 'de> Section<'n, 'de> {
    fn read<V: Visitor<'de>>(&self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        Node::placed(
            &self.node.path,
            visitor.visit_map(Fields {
                section: self,
                fields,
                next: 0,
            }),
        )
    }

    fn missing<T>(&self) -> Result<T, Fault> {
        let field = self.field.unwrap_or("?");
        self.known.fields.borrow_mut().push(field);
        let near = nearest(field, self.mapping.keys().filter_map(Value::as_str));
        let hint = near.map_or(String::new(), |near| format!(" (is `{near}` meant to be it?)"));
        Err(Fault::at(
            &self.node.path,
            format!("the key `{field}` is missing{hint}"),
        ))
    }
}

impl<'de> Deserializer<'de> for Section<'_, 'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Fault> {
        self.missing()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.known.fields.borrow_mut().extend(self.field);
        visitor.visit_none()
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.read(fields, visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Fields<'s, 'n, 'de> {
    section: &'s Section<'n, 'de>,
    fields: &'static [&'static str],
    next: usize,
}

impl<'de> MapAccess<'de> for Fields<'_, '_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(field) = self.fields.get(self.next) else {
            return Ok(None);
        };
        seed.deserialize(IntoDeserializer::<Fault>::into_deserializer(*field))
            .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let field = self.fields[self.next];
        self.next += 1;
        let Section {
            node, mapping, known, ..
        } = *self.section;
        match mapping.get(field) {
            Some(value) => {
                known.fields.borrow_mut().push(field);
                seed.deserialize(node.child(value, Segment::Key(field.to_string())))
            }
            None => seed.deserialize(Section {
                node,
                mapping,
                known,
                field: Some(field),
            }),
        }
    }
}

struct Entries<'de> {
    node: Node<'de>,
    list: &'de [Value],
    next: usize,
}

impl<'de> SeqAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(value) = self.list.get(self.next) else {
            return Ok(None);
        };
        let node = self.node.child(value, Segment::Index(self.next));
        self.next += 1;
        seed.deserialize(node).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.list.len() - self.next)
    }
}

struct Pairs<'de> {
    node: Node<'de>,
    entries: serde_yaml::mapping::Iter<'de>,
    value: Option<(String, &'de Value)>,
}

impl<'de> MapAccess<'de> for Pairs<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        let name = match key {
            Value::String(name) => name.clone(),
            other => describe(other),
        };
        let node = self.node.child(key, Segment::Key(name.clone()));
        self.value = Some((name, value));
        seed.deserialize(node).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some((name, value)) = self.value.take() else {
            return Err(Fault::custom("a value was asked for before its key"));
        };
        seed.deserialize(self.node.child(value, Segment::Key(name)))
    }
}

/// A variant of an enum, with its content if it has any.
struct Choice<'de> {
    name: &'de str,
    content: Option<Node<'de>>,
    path: Vec<Segment>,
}

impl<'de> EnumAccess<'de> for Choice<'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let name: StrDeserializer<'_, Fault> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> Choice<'de> {
    fn content(self) -> Result<Node<'de>, Fault> {
        let Choice { name, content, path } = self;
        content.ok_or_else(|| Fault::at(&path, format!("`{name}` needs a value: {{ {name}: … }}")))
    }
}

impl<'de> VariantAccess<'de> for Choice<'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.content {
            None => Ok(()),
            Some(node) => Err(Fault::at(&node.path, format!("`{}` takes no value", self.name))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(self.content()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        self.content()?.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.content()?.deserialize_struct("", fields, visitor)
    }
}
