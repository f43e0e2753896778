//! What a node hands to the visitors of serde: the fields of a struct, the entries of a list or mapping, the variant of an
//! enum.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_yaml::{Mapping, Value};

use super::{Fault, Known, Node, key_text};
use crate::config::{Segment, nearest};

/// The fields of a struct, read from a mapping; also stands in for a field without a key, whose
/// type may be a struct that groups keys of the same mapping.
pub(super) struct Section<'n, 'de> {
    pub(super) node: &'n Node<'de>,
    pub(super) mapping: &'de Mapping,
    pub(super) known: &'n Known,
    /// The absent key this section stands for; `None` for the mapping itself.
    pub(super) field: Option<&'static str>,
}

impl<'n, 'de> Section<'n, 'de> {
    pub(super) fn read<V: Visitor<'de>>(&self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        Node::placed(&self.node.path, visitor.visit_map(Fields { section: self, fields, next: 0 }))
    }

    fn missing<T>(&self) -> Result<T, Fault> {
        let field = self.field.unwrap_or("?");
        self.known.fields.borrow_mut().push(field);
        let near = nearest(field, self.mapping.keys().filter_map(Value::as_str));
        let hint = near.map_or(String::new(), |near| format!(" (is `{near}` meant to be it?)"));
        Err(Fault::at(&self.node.path, format!("the key `{field}` is missing{hint}")))
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

pub(super) struct Fields<'s, 'n, 'de> {
    pub(super) section: &'s Section<'n, 'de>,
    pub(super) fields: &'static [&'static str],
    pub(super) next: usize,
}

impl<'de> MapAccess<'de> for Fields<'_, '_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(field) = self.fields.get(self.next) else {
            return Ok(None);
        };
        seed.deserialize(IntoDeserializer::<Fault>::into_deserializer(*field)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let field = self.fields[self.next];
        self.next += 1;
        let Section { node, mapping, known, .. } = *self.section;
        match mapping.get(field) {
            Some(value) => {
                known.fields.borrow_mut().push(field);
                seed.deserialize(node.child(value, Segment::Key(field.to_string())))
            }
            None => seed.deserialize(Section { node, mapping, known, field: Some(field) }),
        }
    }
}

pub(super) struct Entries<'de> {
    pub(super) node: Node<'de>,
    pub(super) list: &'de [Value],
    pub(super) next: usize,
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

pub(super) struct Pairs<'de> {
    pub(super) node: Node<'de>,
    pub(super) entries: serde_yaml::mapping::Iter<'de>,
    pub(super) value: Option<(String, &'de Value)>,
}

impl<'de> MapAccess<'de> for Pairs<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        let name = key_text(key);
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
pub(super) struct Choice<'de> {
    pub(super) name: &'de str,
    pub(super) content: Option<Node<'de>>,
    pub(super) path: Vec<Segment>,
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
