//! The types that a parameter may have.

use serde::ser::SerializeMap;
use serde_yaml::Value as Yaml;

use crate::node::{Node, Section};
use crate::rules::{LARGEST_WHOLE, Length, Number};
use crate::shape::{self, Field, Shape};

/// A type that a parameter may have.
///
/// Derived for structs and enums by `#[derive(Parameters)]`; written by hand for a type that is written in a form of
/// its own:
///
/// ```
/// use parameters::{Node, Shape, Value};
///
/// /// Hidden layers, written as 50x2.
/// struct Network {
///     width: usize,
///     depth: usize,
/// }
///
/// impl Value for Network {
///     type Scalar = String;
///
///     fn shape() -> Shape {
///         Shape::Text("width x depth, as in 50x2")
///     }
///
///     fn read(node: &Node<'_>) -> Option<Network> {
///         node.parse("a width and a depth, as in 50x2", |text| {
///             let (width, depth) = text.split_once('x')?;
///             Some(Network { width: width.parse().ok()?, depth: depth.parse().ok()? })
///         })
///     }
/// }
///
/// /// Layer sizes, written as a list of three.
/// struct Net {
///     inputs: usize,
///     hidden: usize,
///     outputs: usize,
/// }
///
/// impl Value for Net {
///     type Scalar = usize;
///
///     fn shape() -> Shape {
///         <[usize; 3]>::shape()
///     }
///
///     fn read(node: &Node<'_>) -> Option<Net> {
///         let [inputs, hidden, outputs] = Value::read(node)?;
///         Some(Net { inputs, hidden, outputs })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter",
    note = "derive `Parameters` for it, or implement `parameters::Value`"
)]
pub trait Value: Sized {
    /// The type of the numbers in it, which `#[range]` is about; the type itself if there are none.
    type Scalar;

    /// What a value is, for documentation.
    fn shape() -> Shape;

    /// Reads a value under the rules of the node. `None` if it cannot be read; then a fault has been noted.
    fn read(node: &Node<'_>) -> Option<Self>;

    /// What an absent key means; `None` if it must be there.
    fn absent() -> Option<Self> {
        None
    }
}

/// A struct of parameters: what `#[derive(Parameters)]` makes of a struct, with [`Value`] and `serde::Serialize`.
pub trait Parameters: Value {
    /// How many keys it has, those of flattened groups among them.
    const KEYS: usize;

    /// Its keys, in order; those of flattened groups among them.
    fn fields() -> Vec<Field>;

    /// Reads the keys of a mapping, which may have others besides. `None` if a key is missing or cannot be read.
    fn read_keys(section: &Section<'_>) -> Option<Self>;

    /// Serialises the keys into a map.
    ///
    /// # Errors
    /// Those of the serialiser.
    fn write_keys<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

macro_rules! whole_numbers {
    ($($type:ty),*) => { $(impl Value for $type {
        type Scalar = $type;

        fn shape() -> Shape {
            Shape::Whole(<$type>::DEFAULT)
        }

        fn read(node: &Node<'_>) -> Option<$type> {
            whole_number(node, <$type>::DEFAULT, <$type>::MIN as i128, <$type>::MAX as i128)?.try_into().ok()
        }
    })* };
}
whole_numbers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

fn whole_number(node: &Node<'_>, default: crate::Bounds, least: i128, most: i128) -> Option<i64> {
    let bounds = node.rules.range.unwrap_or(default);
    let expected = || bounds.expected("a whole number");
    let Yaml::Number(number) = node.value else {
        return node.refuse(expected);
    };
    let largest = i128::from(LARGEST_WHOLE);
    // A whole number that no i64 holds is too large, whatever the range.
    let whole = match shape::whole(number).map(i128::from) {
        Some(whole) => whole,
        None if number.is_u64() => i128::MAX,
        None => return node.refuse(expected),
    };
    if !bounds.contains(whole as f64) {
        return node.refuse(expected);
    }
    let most = most.min(largest);
    if whole > most {
        let limit = if most == largest { "2^53".to_string() } else { most.to_string() };
        return node.refuse(|| format!("a whole number of at most {limit}"));
    }
    let least = least.max(-largest);
    if whole < least {
        let limit = if least == -largest { "-2^53".to_string() } else { least.to_string() };
        return node.refuse(|| format!("a whole number, {limit} or more"));
    }
    i64::try_from(whole).ok()
}

impl Value for f64 {
    type Scalar = f64;

    fn shape() -> Shape {
        Shape::Number(f64::DEFAULT)
    }

    fn read(node: &Node<'_>) -> Option<f64> {
        let bounds = node.rules.range.unwrap_or(f64::DEFAULT);
        let Yaml::Number(number) = node.value else {
            return node.refuse(|| "a number".to_string());
        };
        match number.as_f64() {
            // No sign on zero.
            Some(value) if bounds.contains(value) && value.is_finite() => Some(value + 0.0),
            Some(value) if value.is_finite() => node.refuse(|| bounds.expected("a number")),
            _ => node.refuse(|| "a finite number".to_string()),
        }
    }
}

impl Value for f32 {
    type Scalar = f32;

    fn shape() -> Shape {
        Shape::Number(f32::DEFAULT)
    }

    fn read(node: &Node<'_>) -> Option<f32> {
        let single = f64::read(node)? as f32;
        match single.is_finite() && node.rules.range.unwrap_or(f32::DEFAULT).contains(f64::from(single)) {
            true => Some(single),
            false => node.refuse(|| "a number within single precision".to_string()),
        }
    }
}

impl Value for bool {
    type Scalar = bool;

    fn shape() -> Shape {
        Shape::Truth
    }

    fn read(node: &Node<'_>) -> Option<bool> {
        match node.value {
            Yaml::Bool(value) => Some(*value),
            _ => node.refuse(|| "true or false".to_string()),
        }
    }
}

impl Value for String {
    type Scalar = String;

    fn shape() -> Shape {
        Shape::Text("")
    }

    fn read(node: &Node<'_>) -> Option<String> {
        node.parse("text", |text| Some(text.to_string()))
    }
}

impl<T: Value> Value for Option<T> {
    type Scalar = T::Scalar;

    fn shape() -> Shape {
        Shape::Optional(Box::new(T::shape()))
    }

    fn read(node: &Node<'_>) -> Option<Option<T>> {
        match node.value {
            Yaml::Null => Some(None),
            _ => T::read(node).map(Some),
        }
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }
}

impl<T: Value> Value for Vec<T> {
    type Scalar = T::Scalar;

    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()), None)
    }

    fn read(node: &Node<'_>) -> Option<Vec<T>> {
        node.list(node.rules.length.unwrap_or_default())
    }
}

impl<T: Value, const N: usize> Value for [T; N] {
    type Scalar = T::Scalar;

    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()), Some(N))
    }

    fn read(node: &Node<'_>) -> Option<[T; N]> {
        node.list(Length { least: N, most: N })?.try_into().ok()
    }
}

/// A type with a list in it, which `#[rising]`, `#[falling]` and `#[distinct]` are about.
#[diagnostic::on_unimplemented(message = "`#[rising]`, `#[falling]` and `#[distinct]` are for lists")]
pub trait List {
    /// Of the list.
    type Item;

    /// The values; empty if there is no list.
    fn items(&self) -> &[Self::Item];
}

impl<T> List for Vec<T> {
    type Item = T;

    fn items(&self) -> &[T] {
        self
    }
}

impl<T, const N: usize> List for [T; N] {
    type Item = T;

    fn items(&self) -> &[T] {
        self
    }
}

impl<L: List> List for Option<L> {
    type Item = L::Item;

    fn items(&self) -> &[L::Item] {
        self.as_ref().map_or(&[], List::items)
    }
}
