//! What a parameter is made of: the description that documentation, unknown keys and canonical values come from.

use serde_yaml::{Mapping, Number, Value as Yaml};

use crate::Rules;
use crate::rules::Bounds;

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A whole number, with its range where `#[range]` does not say another.
    Whole(Bounds),
    /// A number, with its range where `#[range]` does not say another.
    Number(Bounds),
    /// True or false.
    Truth,
    /// Text; in words, what kind of text, as in `width x depth`. Empty for any.
    Text(&'static str),
    /// One of these.
    Choice(Vec<Alternative>),
    /// A list; its length if that is fixed.
    List(Box<Shape>, Option<usize>),
    /// A value or nothing.
    Optional(Box<Shape>),
    /// Keys with values.
    Group(Group),
}

/// A struct of parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What it is: the first paragraph of the struct's documentation.
    pub doc: &'static str,
    /// Its keys, in order; those of flattened groups among them.
    pub fields: Vec<Field>,
}

/// One key of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The key in `paper.yaml`.
    pub key: &'static str,
    /// What it means: the first paragraph of the field's documentation.
    pub doc: &'static str,
    /// What its value is.
    pub shape: Shape,
    /// What its attributes say.
    pub rules: Rules,
}

/// One variant of a choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The name in `paper.yaml`.
    pub name: &'static str,
    /// What it is: the first paragraph of the variant's documentation.
    pub doc: &'static str,
    /// What stands behind the name, as in `zipf: 1.0`; most have nothing.
    pub content: Option<Shape>,
}

impl Shape {
    /// The type in words: `whole number`, `list of numbers`, `one of mnist, fashion`.
    pub fn words(&self) -> String {
        match self {
            Shape::Whole(_) => "whole number".to_string(),
            Shape::Number(_) => "number".to_string(),
            Shape::Truth => "true or false".to_string(),
            Shape::Text("") => "text".to_string(),
            Shape::Text(kind) => format!("text: {kind}"),
            Shape::Choice(_) => format!("one of {}", self.choices().join(", ")),
            Shape::List(element, length) => {
                let elements = element.plural();
                match length {
                    Some(length) => format!("list of {length} {elements}"),
                    None => format!("list of {elements}"),
                }
            }
            Shape::Optional(value) => format!("{}, or null", value.words()),
            Shape::Group(_) => "keys with values".to_string(),
        }
    }

    fn plural(&self) -> String {
        match self {
            Shape::Whole(_) => "whole numbers".to_string(),
            Shape::Number(_) => "numbers".to_string(),
            Shape::Text("") => "texts".to_string(),
            Shape::Choice(_) => self.choices().join(", "),
            Shape::List(element, _) => format!("lists of {}", element.plural()),
            Shape::Group(_) => "mappings".to_string(),
            Shape::Truth | Shape::Text(_) | Shape::Optional(_) => self.words(),
        }
    }

    /// What lists and options hold in the end.
    pub(crate) fn innermost(&self) -> &Shape {
        match self {
            Shape::List(inner, _) | Shape::Optional(inner) => inner.innermost(),
            other => other,
        }
    }

    pub(crate) fn is_list(&self) -> bool {
        match self {
            Shape::List(..) => true,
            Shape::Optional(inner) => inner.is_list(),
            _ => false,
        }
    }

    /// The names of the alternatives of a choice; empty for anything else.
    pub(crate) fn choices(&self) -> Vec<&'static str> {
        match self {
            Shape::Choice(alternatives) => alternatives.iter().map(|alternative| alternative.name).collect(),
            _ => Vec::new(),
        }
    }

    /// Writes numbers in the one form of their type: 2.0 is 2 where whole numbers are meant, 2 is 2.0 where floats are.
    pub(crate) fn canonicalize(&self, value: &mut Yaml) {
        match (self, value) {
            (Shape::Whole(_), Yaml::Number(number)) => {
                if let Some(whole) = whole(number) {
                    *number = match u64::try_from(whole) {
                        Ok(whole) => Number::from(whole),
                        Err(_) => Number::from(whole),
                    };
                }
            }
            (Shape::Number(_), Yaml::Number(number)) => {
                if let Some(float) = number.as_f64() {
                    // No sign on zero.
                    *number = Number::from(float + 0.0);
                }
            }
            (Shape::Optional(inner), value) => inner.canonicalize(value),
            (Shape::List(element, _), Yaml::Sequence(list)) => {
                list.iter_mut().for_each(|value| element.canonicalize(value));
            }
            (Shape::Group(group), Yaml::Mapping(mapping)) => {
                for field in &group.fields {
                    canonicalize_entry(mapping, field.key, &field.shape);
                }
            }
            (Shape::Choice(alternatives), Yaml::Mapping(mapping)) => {
                for Alternative { name, content, .. } in alternatives {
                    if let Some(content) = content {
                        canonicalize_entry(mapping, name, content);
                    }
                }
            }
            _ => {}
        }
    }

    /// As [`canonicalize`](Self::canonicalize), for a value at the end of these keys.
    pub(crate) fn canonicalize_at(&self, path: &[String], value: &mut Yaml) {
        let Some((key, rest)) = path.split_first() else {
            return self.canonicalize(value);
        };
        let inner = match self.innermost() {
            Shape::Group(group) => group.fields.iter().find(|field| field.key == key).map(|field| &field.shape),
            Shape::Choice(alternatives) => {
                alternatives.iter().find(|choice| choice.name == key).and_then(|choice| choice.content.as_ref())
            }
            _ => None,
        };
        if let Some(shape) = inner {
            shape.canonicalize_at(rest, value);
        }
    }
}

fn canonicalize_entry(mapping: &mut Mapping, key: &str, shape: &Shape) {
    if let Some(value) = mapping.get_mut(key) {
        shape.canonicalize(value);
    }
}

/// The number if it is whole, however it is written; floats of 2^63 and more are taken for no whole numbers.
pub(crate) fn whole(number: &Number) -> Option<i64> {
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => Some(whole),
        (_, Some(float)) if number.is_f64() && float.floor() == float && float.abs() < 9.0e18 => Some(float as i64),
        _ => None,
    }
}
