//! What a claim measures: a number, or one for each of several things.

use std::ops::{Div, Mul, Sub};

use serde::Serialize;
use tables::Value;

/// One number for each of several things, such as data sets: a claim judges the worst and reports all.
///
/// ```
/// use engine::{Claim, Each};
/// let (regret, baseline) = (Each::of(&["mnist", "fashion"], |_| 90.0), Each::of(&["mnist", "fashion"], |_| 100.0));
/// let claim = Claim::new("beats-baseline").at_most("R / R of the baseline", regret / baseline, 0.95);
/// assert_eq!((claim.measures[0].value, claim.holds()), (0.9, true));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Each {
    pub(super) of: Vec<(String, f64)>,
}

impl Each {
    /// The quantity of each of the items, which are named by what they serialise to: a text, a number, an enum.
    pub fn of<T: Copy + Serialize>(items: &[T], quantity: impl Fn(T) -> f64) -> Each {
        Each { of: items.iter().map(|&item| (Value::of(&item).to_string(), quantity(item))).collect() }
    }

    /// Both of two lists: of each pair of values that belong together.
    fn both(self, other: Each, f: impl Fn(f64, f64) -> f64) -> Each {
        let pairs = self.of.into_iter().zip(other.of);
        Each { of: pairs.map(|((name, a), (_, b))| (name, f(a, b))).collect() }
    }

    fn map(self, f: impl Fn(f64) -> f64) -> Each {
        Each { of: self.of.into_iter().map(|(name, value)| (name, f(value))).collect() }
    }
}

macro_rules! arithmetic {
    ($($operator:ident $method:ident $f:expr;)+) => {
        $(
            impl $operator for Each {
                type Output = Each;

                fn $method(self, other: Each) -> Each {
                    self.both(other, $f)
                }
            }

            impl $operator<f64> for Each {
                type Output = Each;

                fn $method(self, other: f64) -> Each {
                    self.map(|value| $f(value, other))
                }
            }
        )+
    };
}

arithmetic! {
    Div div |a, b| a / b;
    Mul mul |a, b| a * b;
    Sub sub |a, b| a - b;
}

/// What a measure of a claim can be: a number, or one for each of several things.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// A number.
    One(f64),
    /// A number for each of several things.
    Each(Each),
}

impl From<f64> for Quantity {
    fn from(value: f64) -> Quantity {
        Quantity::One(value)
    }
}

impl From<Each> for Quantity {
    fn from(each: Each) -> Quantity {
        Quantity::Each(each)
    }
}
