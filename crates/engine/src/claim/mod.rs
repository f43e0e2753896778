//! Claims: statements of a paper as executable checks.

mod each;
mod measure;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::published::Number;

pub use each::{Each, Quantity};
pub use measure::{Measure, Relation, short};

/// A statement of the paper, what was measured for it, and whether that is within its thresholds.
///
/// ```
/// use engine::Claim;
/// let claim = Claim::new("one-step-fit")
///     .says("One large step fits all training labels")
///     .at_least("mean train_acc at t = 1", 0.998, 0.985)
///     .within("mean test_acc at t = 1", 0.52, 0.44..=0.60)
///     .published("100 % train, test error about 1/2");
/// assert!(claim.holds());
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Claim {
    /// Short name, unique in the paper.
    pub id: String,
    /// What is claimed, in one sentence.
    pub statement: String,
    /// What was measured, each beside its threshold.
    pub measures: Vec<Measure>,
    /// The value or statement the paper published, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// A remark for the reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why it is known to miss, where the paper's crate declares that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_deviation: Option<String>,
    /// Why its thresholds are those of the default sizes only, where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_scale_only: Option<String>,
    /// Why the claim does not apply to this configuration, if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<String>,
}

/// The outcome of a claim.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every measure is within its threshold.
    Holds,
    /// At least one is not (a NaN never is); or all are, of a claim that is declared to miss: the excuse has outlived its
    /// cause.
    Fails,
    /// At least one is not, as declared, with the reason.
    KnownDeviation,
    /// The claim says nothing about this configuration.
    NotApplicable,
}

impl Claim {
    /// A claim that says and measures nothing yet.
    pub fn new(id: &str) -> Claim {
        Claim {
            id: id.to_string(),
            statement: String::new(),
            measures: Vec::new(),
            published: None,
            note: None,
            known_deviation: None,
            default_scale_only: None,
            not_applicable: None,
        }
    }

    /// What is claimed, in one sentence.
    pub fn says(mut self, statement: impl Into<String>) -> Claim {
        self.statement = statement.into();
        self
    }

    /// Requires `value >= threshold`; of each of several values.
    pub fn at_least(self, what: impl Into<String>, value: impl Into<Quantity>, threshold: f64) -> Claim {
        self.measure(what, value, Relation::AtLeast, Some(threshold), None)
    }

    /// Requires `value <= threshold`; of each of several values.
    pub fn at_most(self, what: impl Into<String>, value: impl Into<Quantity>, threshold: f64) -> Claim {
        self.measure(what, value, Relation::AtMost, None, Some(threshold))
    }

    /// Requires `value > threshold`; of each of several values.
    pub fn above(self, what: impl Into<String>, value: impl Into<Quantity>, threshold: f64) -> Claim {
        self.measure(what, value, Relation::Above, Some(threshold), None)
    }

    /// Requires `value < threshold`; of each of several values.
    pub fn below(self, what: impl Into<String>, value: impl Into<Quantity>, threshold: f64) -> Claim {
        self.measure(what, value, Relation::Below, None, Some(threshold))
    }

    /// Requires a value in an interval; each of several values.
    pub fn within(self, what: impl Into<String>, value: impl Into<Quantity>, interval: RangeInclusive<f64>) -> Claim {
        self.measure(what, value, Relation::Within, Some(*interval.start()), Some(*interval.end()))
    }

    /// Requires a yes-or-no statement to be true. A statement about all of several things is true of none: say with
    /// [`applies_if`](Self::applies_if) that there have to be some.
    pub fn is_true(self, what: impl Into<String>, truth: bool) -> Claim {
        self.measure(what, f64::from(u8::from(truth)), Relation::True, None, None)
    }

    /// Adds a value that has no threshold; each of several values by itself.
    pub fn report(mut self, what: impl Into<String>, value: impl Into<Quantity>) -> Claim {
        self.measures.extend(Measure::reported(what.into(), value.into()));
        self
    }

    fn measure(
        mut self,
        what: impl Into<String>,
        value: impl Into<Quantity>,
        relation: Relation,
        low: Option<f64>,
        high: Option<f64>,
    ) -> Claim {
        self.measures.push(Measure::judged(what.into(), value.into(), relation, low, high));
        self
    }

    /// Requires a value to be the published number within a tolerance, and shows that number beside it.
    pub fn matches(mut self, what: impl Into<String>, value: f64, published: Number, tolerance: f64) -> Claim {
        let [low, high] = [published.value - tolerance, published.value + tolerance];
        self = self.within(what, value, low..=high);
        self.beside(Number { tolerance: Some(tolerance), ..published })
    }

    /// Shows a published number beside the last measure. It is not judged: for another size, other data, or an order.
    pub fn beside(mut self, published: Number) -> Claim {
        if let Some(measure) = self.measures.last_mut() {
            measure.published = Some(published);
        }
        self
    }

    /// Adds what the paper published for this claim, in words.
    pub fn published(mut self, published: impl Into<String>) -> Claim {
        self.published = Some(published.into());
        self
    }

    /// Adds a remark for the reader.
    pub fn note(mut self, note: impl Into<String>) -> Claim {
        self.note = Some(note.into());
        self
    }

    /// Declares that this claim of the paper is known to miss here, and why. That is shown, and ends no run in an error;
    /// it does once the claim holds, so that no excuse outlives its cause.
    pub fn known_deviation(mut self, why: impl Into<String>) -> Claim {
        self.known_deviation = Some(why.into());
        self
    }

    /// Says that the thresholds are those of the default sizes, and why: at paper scale the values are reported and not
    /// judged. Where theory tells how a threshold goes with the sizes, a formula is better.
    pub fn default_scale_only(mut self, why: impl Into<String>) -> Claim {
        self.default_scale_only = Some(why.into());
        self
    }

    /// Says that the claim applies only where `condition` holds; `why_not` is the reason where it does not. The first
    /// reason stays.
    pub fn applies_if(mut self, condition: bool, why_not: impl Into<String>) -> Claim {
        if !condition && self.not_applicable.is_none() {
            self.not_applicable = Some(why_not.into());
        }
        self
    }

    /// The outcome. A claim that measures nothing fails: it has shown nothing.
    pub fn verdict(&self) -> Verdict {
        if self.not_applicable.is_some() {
            return Verdict::NotApplicable;
        }
        let numbers = self.measures.iter().all(|measure| !measure.value.is_nan());
        match (self.is_met(), self.known_deviation.is_some()) {
            (true, false) => Verdict::Holds,
            (false, true) if numbers && self.is_judged() => Verdict::KnownDeviation,
            _ => Verdict::Fails,
        }
    }

    fn is_judged(&self) -> bool {
        self.measures.iter().any(|measure| measure.relation != Relation::Reported)
    }

    /// Whether there are thresholds and every measure is within its own, whatever is declared.
    pub fn is_met(&self) -> bool {
        self.is_judged() && self.measures.iter().all(Measure::holds)
    }

    /// Whether the verdict is [`Verdict::Holds`].
    pub fn holds(&self) -> bool {
        self.verdict() == Verdict::Holds
    }
}
