//! Reads YAML of unknown origin, in time and memory linear in its size.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Mapping, Number, Value};

use crate::words::shortened;

/// Brackets that may be open at once. serde_yaml itself follows 128 levels, but only after libyaml has read all of
/// them, and each token takes it time that grows with the brackets that are open.
const OPEN_BRACKETS: usize = 32;

/// The value of a YAML text.
///
/// Keys are text, none twice in a mapping; tags are refused, and so is a text whose aliases repeat more than it could
/// say itself.
///
/// # Errors
/// A message, with line and column where they are known.
pub(crate) fn value(text: &str) -> Result<Value, NotYaml> {
    if let Some(at) = too_deep(text) {
        let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        return Err(NotYaml {
            message: format!("more than {OPEN_BRACKETS} brackets are open"),
            place: Some((1 + text[..at].matches('\n').count(), 1 + text[line_start..at].chars().count())),
        });
    }
    let reader = Reader { nodes_left: Cell::new(2 * text.len() + 16), refusal: RefCell::new(None) };
    let result = Tree { reader: &reader }.deserialize(serde_yaml::Deserializer::from_str(text));
    result.map_err(|error| {
        let message = reader.refusal.take().unwrap_or_else(|| without_place(&error.to_string()));
        NotYaml { message, place: error.location().map(|location| (location.line(), location.column())) }
    })
}

/// Why a text is not YAML.
#[derive(Debug)]
pub(crate) struct NotYaml {
    /// What is wrong.
    pub message: String,
    /// Line and column, from 1.
    pub place: Option<(usize, usize)>,
}

/// A message of serde_yaml without the place at its end, which is told before it.
fn without_place(message: &str) -> String {
    let end = message
        .rfind(" at line ")
        .filter(|at| message[at + " at line ".len()..].chars().all(|c| c.is_ascii_digit() || " column".contains(c)));
    message[..end.unwrap_or(message.len())].to_string()
}

/// Where one bracket too many opens. Brackets in quotes and comments count as well: a text with so many of them
/// unclosed is no configuration either way.
fn too_deep(text: &str) -> Option<usize> {
    let mut open = 0usize;
    text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > OPEN_BRACKETS
    })
}

/// What one reading shares.
struct Reader {
    /// Values that may still come. Without aliases, every value takes at least half a byte of the text.
    nodes_left: Cell<usize>,
    /// The message of an error of ours, which serde_yaml's error would only repeat with additions.
    refusal: RefCell<Option<String>>,
}

/// Reads one value.
#[derive(Clone, Copy)]
struct Tree<'r> {
    reader: &'r Reader,
}

impl Tree<'_> {
    fn refuse<T, E: Error>(self, message: String) -> Result<T, E> {
        let error = E::custom(&message);
        *self.reader.refusal.borrow_mut() = Some(message);
        Err(error)
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.reader.nodes_left.get().checked_sub(1) {
            Some(left) => self.reader.nodes_left.set(left),
            None => return self.refuse("its aliases repeat too much".to_string()),
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    // Beyond 64 bits, serde_yaml offers 128.
    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Number((value as f64).into()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::Number((value as f64).into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(Number::from(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    // An empty text.
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Sequence(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut mapping = Mapping::new();
        while let Some(key) = entries.next_key_seed(Key { tree: self, before: &mapping })? {
            let value = entries.next_value_seed(self)?;
            mapping.insert(Value::String(key), value);
        }
        Ok(Value::Mapping(mapping))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<Value, A::Error> {
        self.refuse("a value with a tag, as in `!name`".to_string())
    }
}

/// Reads a key of a mapping that has others before it.
struct Key<'r> {
    tree: Tree<'r>,
    before: &'r Mapping,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a name as key")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<String, E> {
        match self.before.contains_key(name) {
            true => self.tree.refuse(format!("the key `{}` is there twice", shortened(name))),
            false => Ok(name.to_string()),
        }
    }
}
