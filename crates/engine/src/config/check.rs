//! Checks of a configuration's values before any cell runs.

use super::{ConfigError, Settings};

/// Bytes a single cell may need: what a small machine can give to each of two cells.
const CELL_MEMORY_LIMIT: f64 = 8.0 * 1024.0 * 1024.0 * 1024.0;

/// Cells, seeds and similar counts beyond this are a typing mistake.
const COUNT_LIMIT: f64 = 1.0e6;

/// Collects what is wrong with the values of a configuration, each with its key.
///
/// The key is the name in `paper.yaml`; the message gets its place from it.
pub struct Check<'s> {
    settings: &'s Settings,
    faults: Vec<String>,
}

/// A number that can be checked against a range.
pub trait Quantity: Copy {
    /// The number as a float (exact below 2^53).
    fn quantity(self) -> f64;
}

macro_rules! quantities {
    ($($type:ty),*) => { $(impl Quantity for $type {
        fn quantity(self) -> f64 { self as f64 }
    })* };
}
quantities!(f32, f64, i32, i64, u32, u64, usize);

impl<'s> Check<'s> {
    /// A check of values that were read from these settings; the engine makes it, tests may.
    pub fn new(settings: &'s Settings) -> Check<'s> {
        Check { settings, faults: Vec::new() }
    }

    /// Ends the check.
    ///
    /// # Errors
    /// With every fault that was found.
    pub fn finish(self) -> Result<(), ConfigError> {
        match self.faults.is_empty() {
            true => Ok(()),
            false => Err(ConfigError { faults: self.faults }),
        }
    }

    /// Requires `truth`; `expected` completes the sentence "expected …".
    pub fn require(&mut self, key: &str, truth: bool, expected: &str) {
        if !truth {
            let shown = self.settings.value_text(key);
            let message = format!("expected {expected}, got {shown}");
            self.faults.extend(self.settings.error_at(key, message).faults);
        }
    }

    /// Requires `value > 0`.
    pub fn positive(&mut self, key: &str, value: impl Quantity) {
        self.require(key, value.quantity() > 0.0, "a value above 0");
    }

    /// Requires `value >= least`.
    pub fn at_least(&mut self, key: &str, value: impl Quantity, least: impl Quantity) {
        let least = least.quantity();
        self.require(key, value.quantity() >= least, &format!("at least {least}"));
    }

    /// Requires `value <= most`.
    pub fn at_most(&mut self, key: &str, value: impl Quantity, most: impl Quantity) {
        let most = most.quantity();
        self.require(key, value.quantity() <= most, &format!("at most {most}"));
    }

    /// Requires `low <= value <= high`.
    pub fn within(&mut self, key: &str, value: impl Quantity, low: impl Quantity, high: impl Quantity) {
        let (value, low, high) = (value.quantity(), low.quantity(), high.quantity());
        let holds = value >= low && value <= high;
        self.require(key, holds, &format!("a value between {low} and {high}"));
    }

    /// Requires a probability: `0 <= value <= 1`.
    pub fn probability(&mut self, key: &str, value: impl Quantity) {
        self.within(key, value, 0.0, 1.0);
    }

    /// Requires a sensible number of things (seeds, trials, steps): 1 to 1,000,000.
    pub fn count(&mut self, key: &str, value: impl Quantity) {
        self.within(key, value, 1.0, COUNT_LIMIT);
    }

    /// Requires that each of several values is above 0.
    pub fn all_positive<Q: Quantity>(&mut self, key: &str, values: &[Q]) {
        let holds = values.iter().all(|value| value.quantity() > 0.0);
        self.require(key, holds, "values above 0 only");
    }

    /// Requires that values rise strictly.
    pub fn increasing<Q: Quantity>(&mut self, key: &str, values: &[Q]) {
        let holds = values.windows(2).all(|pair| pair[0].quantity() < pair[1].quantity());
        self.require(key, holds, "values in rising order, none twice");
    }

    /// Refuses a setting under which one cell would need more than 8 GiB.
    pub fn memory(&mut self, key: &str, bytes: f64) {
        let gib = 1024.0 * 1024.0 * 1024.0;
        let expected = format!(
            "a smaller value: a cell would need about {:.1} GiB of memory, the limit is {:.0} GiB",
            bytes / gib,
            CELL_MEMORY_LIMIT / gib
        );
        self.require(key, bytes <= CELL_MEMORY_LIMIT, &expected);
    }
}
