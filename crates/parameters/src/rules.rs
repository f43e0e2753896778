//! What a parameter may be: its range, its length, its order.

use std::ops::{Bound, RangeBounds};

use crate::words::plain;

/// The largest whole number that a parameter may be: 2^53. Sums of sizes up to it do not wrap around, and it is exact
/// as a float.
pub const LARGEST_WHOLE: u64 = 1 << 53;

/// A type of number that a parameter may have.
#[diagnostic::on_unimplemented(message = "`#[range]` is for numbers, and `{Self}` is none")]
pub trait Number: Copy {
    /// Whether it is a whole number.
    const WHOLE: bool;
    /// What values may be unless `#[range]` says otherwise: whole numbers without sign from 1, ones with sign any,
    /// floats above 0.
    const DEFAULT: Bounds;
    /// The number as a float, exact below 2^53.
    fn float(self) -> f64;
}

macro_rules! numbers {
    ($whole:literal, $low:expr; $($type:ty),*) => { $(impl Number for $type {
        const WHOLE: bool = $whole;
        const DEFAULT: Bounds = Bounds { low: $low, high: Bound::Unbounded };
        fn float(self) -> f64 { self as f64 }
    })* };
}
numbers!(true, Bound::Included(1.0); u8, u16, u32, u64, usize);
numbers!(true, Bound::Unbounded; i8, i16, i32, i64, isize);
numbers!(false, Bound::Excluded(0.0); f32, f64);

/// The ends of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The lower end.
    pub low: Bound<f64>,
    /// The upper end.
    pub high: Bound<f64>,
}

impl Bounds {
    /// The range of `#[range]` on numbers of type `N`. A range with an upper end only keeps the lower end of the
    /// type's default, so that `..=0.5` on a float is above 0 and at most 0.5; `..` allows every number.
    pub fn of<N: Number>(range: impl RangeBounds<N>) -> Bounds {
        let end = |bound: Bound<&N>| match bound {
            Bound::Included(end) => Bound::Included(end.float()),
            Bound::Excluded(end) => Bound::Excluded(end.float()),
            Bound::Unbounded => Bound::Unbounded,
        };
        match (end(range.start_bound()), end(range.end_bound())) {
            (Bound::Unbounded, Bound::Unbounded) => Bounds { low: Bound::Unbounded, high: Bound::Unbounded },
            (Bound::Unbounded, high) => Bounds { low: N::DEFAULT.low, high }.settled(N::WHOLE),
            (low, high) => Bounds { low, high }.settled(N::WHOLE),
        }
    }

    /// Ends of whole numbers belong to the range.
    fn settled(self, whole: bool) -> Bounds {
        match (whole, self.high) {
            (true, Bound::Excluded(high)) => Bounds { high: Bound::Included(high - 1.0), ..self },
            _ => self,
        }
    }

    pub(crate) fn contains(&self, value: f64) -> bool {
        (self.low, self.high).contains(&value)
    }

    /// The range in words: `1 or more`, `from 0 to 0.5`, `above 0, at most 1`; empty for every number.
    pub(crate) fn words(&self) -> String {
        let low = match self.low {
            Bound::Included(low) => format!("{} or more", plain(low)),
            Bound::Excluded(low) => format!("above {}", plain(low)),
            Bound::Unbounded => String::new(),
        };
        let high = match self.high {
            Bound::Included(high) => format!("at most {}", plain(high)),
            Bound::Excluded(high) => format!("below {}", plain(high)),
            Bound::Unbounded => String::new(),
        };
        match (self.low, self.high) {
            (Bound::Included(low), Bound::Included(high)) if low == high => format!("equal to {}", plain(low)),
            (Bound::Included(low), Bound::Included(high)) => format!("from {} to {}", plain(low), plain(high)),
            _ if low.is_empty() || high.is_empty() => low + &high,
            _ => format!("{low}, {high}"),
        }
    }

    /// What is expected of a value: `a whole number, 1 or more`, `a number from 0 to 0.5`.
    pub(crate) fn expected(&self, noun: &str) -> String {
        match (self.low, self.words()) {
            (_, words) if words.is_empty() => noun.to_string(),
            (Bound::Included(_), words) if !words.starts_with(['f', 'e']) => format!("{noun}, {words}"),
            (_, words) => format!("{noun} {words}"),
        }
    }
}

/// How long a list may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Length {
    /// Fewest values.
    pub least: usize,
    /// Most values.
    pub most: usize,
}

impl Length {
    /// What `#[length]` says.
    pub fn of(range: impl RangeBounds<usize>) -> Length {
        let least = match range.start_bound() {
            Bound::Included(&least) => least,
            Bound::Excluded(&below) => below.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let most = match range.end_bound() {
            Bound::Included(&most) => most,
            Bound::Excluded(&above) => above.saturating_sub(1),
            Bound::Unbounded => usize::MAX,
        };
        Length { least, most }
    }

    /// What is expected of a list: `a list with at least one value`.
    pub(crate) fn expected(self) -> String {
        match (self.words(), self.least, self.most) {
            (words, _, _) if words.is_empty() => "a list".to_string(),
            (words, 1.., usize::MAX) => format!("a list with {words}"),
            (words, _, _) => format!("a list of {words}"),
        }
    }

    /// The length in words: `at least 2 values`, `2 to 20 values`; empty for every length.
    pub(crate) fn words(self) -> String {
        let values = |count: usize| if count == 1 { "one value".to_string() } else { format!("{count} values") };
        match self {
            Length { least: 0, most: usize::MAX } => String::new(),
            Length { least, most: usize::MAX } => format!("at least {}", values(least)),
            Length { least: 0, most } => format!("at most {}", values(most)),
            Length { least, most } if least == most => values(least),
            Length { least, most } => format!("{least} to {}", values(most)),
        }
    }
}

impl Default for Length {
    /// At least one value.
    fn default() -> Length {
        Length { least: 1, most: usize::MAX }
    }
}

/// How the values of a list follow each other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Order {
    /// Each above the one before.
    Rising,
    /// Each below the one before.
    Falling,
}

impl Order {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Order::Rising => "rising",
            Order::Falling => "falling",
        }
    }
}

/// What the attributes of a field say about its values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rules {
    /// The range of the number, or of every number of a list; the default of the type if none.
    pub range: Option<Bounds>,
    /// The length of the list; at least one value if none.
    pub length: Option<Length>,
    /// The order of the list.
    pub order: Option<Order>,
    /// Whether no value of the list may stand there twice.
    pub distinct: bool,
}

impl Rules {
    /// No rules: the defaults of the types.
    pub const DEFAULT: Rules = Rules { range: None, length: None, order: None, distinct: false };

    /// The rules for the values of a list with these rules.
    pub(crate) fn of_elements(&self) -> Rules {
        Rules { range: self.range, ..Rules::DEFAULT }
    }
}
