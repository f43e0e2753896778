//! One cell of a table.

use std::cmp::Ordering;
use std::fmt;

use serde::Serialize;

use crate::rows;

/// One cell of a table.
///
/// Values are ordered `Null < Boolean < numbers < String`. Integers and floats compare as the
/// numbers they are, without rounding: `Integer(3) == Float(3.0)`, and 2⁵³ + 1 differs from every
/// float. So that values can be grouped and sorted, NaN equals NaN and is the largest number; −0
/// equals 0.
#[derive(Clone, Debug)]
pub enum Value {
    /// No value: what a row does not have, or an undefined statistic.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A 64-bit integer.
    Integer(i64),
    /// A 64-bit float.
    Float(f64),
    /// A text.
    String(String),
}

impl Value {
    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The number, with an integer rounded to the nearest float; `None` for anything else.
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Value::Integer(integer) => Some(*integer as f64),
            Value::Float(float) => Some(*float),
            _ => None,
        }
    }

    /// The number, with a boolean as 0 or 1; `None` for anything else.
    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            Value::Boolean(boolean) => Some(f64::from(u8::from(*boolean))),
            other => other.as_float(),
        }
    }

    /// The integer; `None` for anything else.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// The truth value; `None` for anything else.
    pub fn as_boolean(&self) -> Option<bool> {
        match self {
            Value::Boolean(boolean) => Some(*boolean),
            _ => None,
        }
    }

    /// The text; `None` for anything else.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(string) => Some(string),
            _ => None,
        }
    }

    /// What something serialises to: a number, a boolean, a text, an enum without data (its name), `None`.
    ///
    /// # Panics
    /// For anything that is no single value, and for an integer beyond 64 bits with a sign.
    #[track_caller]
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Value {
        match rows::value_of(value) {
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }

    /// Position of the kind in the order of values.
    fn rank(&self) -> u8 {
        match self {
            Value::Null => 0,
            Value::Boolean(_) => 1,
            Value::Integer(_) | Value::Float(_) => 2,
            Value::String(_) => 3,
        }
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
            (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
            (Value::Float(a), Value::Float(b)) => compare_floats(*a, *b),
            (Value::Integer(a), Value::Float(b)) => compare_integer_with_float(*a, *b),
            (Value::Float(a), Value::Integer(b)) => compare_integer_with_float(*b, *a).reverse(),
            (Value::String(a), Value::String(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Value) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Value {}

fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

fn compare_integer_with_float(integer: i64, float: f64) -> Ordering {
    // ±2⁶³ are floats; every float in between has an integer part that fits.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() || float >= LIMIT {
        return Ordering::Less;
    }
    if float < -LIMIT {
        return Ordering::Greater;
    }
    let whole = float.trunc();
    integer.cmp(&(whole as i64)).then_with(|| compare_floats(whole, float))
}

impl fmt::Display for Value {
    /// As in CSV (a float in the shortest digits that give it back), but `null` for no value and
    /// texts unquoted.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => formatter.pad("null"),
            Value::Boolean(boolean) => fmt::Display::fmt(boolean, formatter),
            Value::Integer(integer) => fmt::Display::fmt(integer, formatter),
            Value::Float(float) => fmt::Debug::fmt(float, formatter),
            Value::String(string) => formatter.pad(string),
        }
    }
}

macro_rules! value_from {
    ($($variant:ident: $($source:ty),+;)+) => {
        $($(
            impl From<$source> for Value {
                fn from(value: $source) -> Value {
                    Value::$variant(value.into())
                }
            }
        )+)+
    };
}

value_from! {
    Boolean: bool;
    Integer: i8, i16, i32, i64, u8, u16, u32;
    Float: f32, f64;
    String: &str, &String, String, char;
}

macro_rules! value_from_wide {
    ($($source:ty),+) => {
        $(
            impl From<$source> for Value {
                /// # Panics
                /// For an integer that does not fit into 64 bits with a sign.
                fn from(value: $source) -> Value {
                    let integer = i64::try_from(value);
                    Value::Integer(integer.expect("an integer cell holds at most 2^63 - 1"))
                }
            }
        )+
    };
}

value_from_wide!(u64, usize, isize);

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

impl From<&Value> for Value {
    fn from(value: &Value) -> Value {
        value.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_exactly() {
        let large = 9_007_199_254_740_993_i64; // 2^53 + 1 lies between two floats.
        assert_eq!(Value::from(3), Value::from(3.0));
        assert_ne!(Value::from(large), Value::from(large as f64));
        assert!(Value::from(large) > Value::from(9_007_199_254_740_992.0));
        assert!(Value::from(large) < Value::from(9_007_199_254_740_994.0));
        assert!(Value::from(-3) > Value::from(-3.5));
        assert!(Value::from(3) < Value::from(3.5));
        assert!(Value::from(i64::MAX) < Value::from(i64::MAX as f64));
        assert_eq!(Value::from(i64::MIN), Value::from(i64::MIN as f64));
        assert!(Value::from(i64::MIN) > Value::from(f64::NEG_INFINITY));
        assert!(Value::from(i64::MAX) < Value::from(f64::INFINITY));
        assert!(Value::from(i64::MAX) < Value::from(f64::NAN));
    }

    #[test]
    fn order_is_total() {
        let ascending = [
            Value::Null,
            false.into(),
            true.into(),
            f64::NEG_INFINITY.into(),
            (-2).into(),
            0.into(),
            0.5.into(),
            f64::INFINITY.into(),
            f64::NAN.into(),
            "".into(),
            "a".into(),
        ];
        for (i, a) in ascending.iter().enumerate() {
            for (j, b) in ascending.iter().enumerate() {
                assert_eq!(a.cmp(b), i.cmp(&j), "{a} and {b}");
            }
        }
        assert_eq!(Value::from(0.0), Value::from(-0.0));
    }

    #[test]
    fn display_is_exact() {
        let shown = |value: Value| value.to_string();
        assert_eq!(shown(Value::Null), "null");
        assert_eq!(shown(1.0.into()), "1.0");
        assert_eq!(shown(0.1.into()), "0.1");
        assert_eq!(shown(f64::NAN.into()), "NaN");
        assert_eq!(shown(true.into()), "true");
        assert_eq!(shown("a,b".into()), "a,b");
        assert_eq!(shown(None::<f64>.into()), "null");
        assert_eq!(shown(7usize.into()), "7");
    }
}
