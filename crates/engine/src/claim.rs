//! Claims: statements of a paper as executable checks.

use serde::{Deserialize, Serialize};

/// A statement of the paper, what was measured for it, and whether that is within its thresholds.
///
/// ```
/// use engine::Claim;
/// let claim = Claim::new("one-step-fit", "one large step fits all training labels")
///     .at_least("mean train_acc at t = 1", 0.998, 0.985)
///     .within("mean test_acc at t = 1", 0.52, 0.44, 0.60)
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
    /// Why the claim does not apply to this configuration, if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<String>,
}

/// One measured value with its relation to a threshold.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Measure {
    /// What was measured.
    pub what: String,
    /// The measured value.
    pub value: f64,
    /// How the value is compared.
    pub relation: Relation,
    /// Lower threshold, where the relation has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper threshold, where the relation has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// How a measured value is compared with its threshold.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// value >= low
    AtLeast,
    /// value <= high
    AtMost,
    /// value > low
    Above,
    /// value < high
    Below,
    /// low <= value <= high
    Within,
    /// The value is 1 when a yes-or-no statement is true, 0 otherwise.
    True,
    /// Reported without a threshold.
    Reported,
}

/// The outcome of a claim.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every measure is within its threshold.
    Holds,
    /// At least one is not (a NaN never is).
    Fails,
    /// The claim says nothing about this configuration.
    NotApplicable,
}

impl Claim {
    /// A claim without measures yet.
    pub fn new(id: impl Into<String>, statement: impl Into<String>) -> Claim {
        Claim {
            id: id.into(),
            statement: statement.into(),
            measures: Vec::new(),
            published: None,
            note: None,
            not_applicable: None,
        }
    }

    fn measure(
        mut self,
        what: impl Into<String>,
        value: f64,
        relation: Relation,
        low: Option<f64>,
        high: Option<f64>,
    ) -> Claim {
        self.measures.push(Measure { what: what.into(), value, relation, low, high });
        self
    }

    /// Requires `value >= threshold`.
    pub fn at_least(self, what: impl Into<String>, value: f64, threshold: f64) -> Claim {
        self.measure(what, value, Relation::AtLeast, Some(threshold), None)
    }

    /// Requires `value <= threshold`.
    pub fn at_most(self, what: impl Into<String>, value: f64, threshold: f64) -> Claim {
        self.measure(what, value, Relation::AtMost, None, Some(threshold))
    }

    /// Requires `value > threshold`.
    pub fn above(self, what: impl Into<String>, value: f64, threshold: f64) -> Claim {
        self.measure(what, value, Relation::Above, Some(threshold), None)
    }

    /// Requires `value < threshold`.
    pub fn below(self, what: impl Into<String>, value: f64, threshold: f64) -> Claim {
        self.measure(what, value, Relation::Below, None, Some(threshold))
    }

    /// Requires `low <= value <= high`.
    pub fn within(self, what: impl Into<String>, value: f64, low: f64, high: f64) -> Claim {
        self.measure(what, value, Relation::Within, Some(low), Some(high))
    }

    /// Requires a yes-or-no statement to be true.
    pub fn is_true(self, what: impl Into<String>, truth: bool) -> Claim {
        self.measure(what, f64::from(u8::from(truth)), Relation::True, None, None)
    }

    /// Adds a value that has no threshold.
    pub fn report(self, what: impl Into<String>, value: f64) -> Claim {
        self.measure(what, value, Relation::Reported, None, None)
    }

    /// Adds what the paper published for this claim.
    pub fn published(mut self, published: impl Into<String>) -> Claim {
        self.published = Some(published.into());
        self
    }

    /// Adds a remark for the reader.
    pub fn note(mut self, note: impl Into<String>) -> Claim {
        self.note = Some(note.into());
        self
    }

    /// Says that the claim does not apply to this configuration, and why.
    pub fn not_applicable(mut self, why: impl Into<String>) -> Claim {
        self.not_applicable = Some(why.into());
        self
    }

    /// Says that the claim applies only where `condition` holds; `why_not` is the reason where it does not.
    pub fn applies_if(self, condition: bool, why_not: impl Into<String>) -> Claim {
        match condition {
            true => self,
            false => self.not_applicable(why_not),
        }
    }

    /// The outcome. A claim that measures nothing fails: it has shown nothing.
    pub fn verdict(&self) -> Verdict {
        if self.not_applicable.is_some() {
            return Verdict::NotApplicable;
        }
        let judged = self.measures.iter().any(|m| m.relation != Relation::Reported);
        if judged && self.measures.iter().all(Measure::holds) { Verdict::Holds } else { Verdict::Fails }
    }

    /// Whether the verdict is [`Verdict::Holds`].
    pub fn holds(&self) -> bool {
        self.verdict() == Verdict::Holds
    }
}

impl Measure {
    /// Whether the value is within its threshold. NaN never is.
    pub fn holds(&self) -> bool {
        let low = self.low.unwrap_or(f64::NAN);
        let high = self.high.unwrap_or(f64::NAN);
        match self.relation {
            Relation::AtLeast => self.value >= low,
            Relation::AtMost => self.value <= high,
            Relation::Above => self.value > low,
            Relation::Below => self.value < high,
            Relation::Within => self.value >= low && self.value <= high,
            Relation::True => self.value == 1.0,
            Relation::Reported => true,
        }
    }

    /// The threshold as text, as in `≥ 0.985`.
    pub fn threshold(&self) -> String {
        let low = short(self.low.unwrap_or(f64::NAN));
        let high = short(self.high.unwrap_or(f64::NAN));
        match self.relation {
            Relation::AtLeast => format!("≥ {low}"),
            Relation::AtMost => format!("≤ {high}"),
            Relation::Above => format!("> {low}"),
            Relation::Below => format!("< {high}"),
            Relation::Within => format!("in [{low}, {high}]"),
            Relation::True => "true".to_string(),
            Relation::Reported => "reported".to_string(),
        }
    }

    /// The value as text with about four significant digits.
    pub fn shown(&self) -> String {
        match self.relation {
            Relation::True if self.value == 1.0 => "yes".to_string(),
            Relation::True => "no".to_string(),
            _ => short(self.value),
        }
    }
}

/// A number with about four significant digits, for people.
pub fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let text = format!("{value:.3e}");
    let exponent: i32 = text.split('e').nth(1).and_then(|e| e.parse().ok()).unwrap_or(0);
    if !(-4..7).contains(&exponent) {
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        return format!("{digits}e{power}");
    }
    let decimals = (3 - exponent).max(0) as usize;
    let fixed = format!("{value:.decimals$}");
    match fixed.contains('.') {
        true => fixed.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => fixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_holds_only_when_every_measure_does() {
        let claim = Claim::new("a", "b").at_least("x", 1.0, 0.5).at_most("y", 2.0, 1.0);
        assert_eq!(claim.verdict(), Verdict::Fails);
        assert!(Claim::new("a", "b").at_least("x", 1.0, 1.0).holds());
        assert!(!Claim::new("a", "b").above("x", 1.0, 1.0).holds());
        assert!(Claim::new("a", "b").within("x", 1.0, 1.0, 2.0).holds());
        assert!(!Claim::new("a", "b").is_true("x", false).holds());
    }

    #[test]
    fn nan_and_nothing_measured_never_hold() {
        for relation in ["least", "most", "within"] {
            let claim = Claim::new("a", "b");
            let claim = match relation {
                "least" => claim.at_least("x", f64::NAN, 0.0),
                "most" => claim.at_most("x", f64::NAN, 0.0),
                _ => claim.within("x", f64::NAN, 0.0, 1.0),
            };
            assert_eq!(claim.verdict(), Verdict::Fails, "{relation}");
        }
        assert_eq!(Claim::new("a", "b").verdict(), Verdict::Fails);
        assert_eq!(Claim::new("a", "b").report("x", 1.0).verdict(), Verdict::Fails);
        assert_eq!(Claim::new("a", "b").not_applicable("no data").verdict(), Verdict::NotApplicable);
    }

    #[test]
    fn numbers_are_short() {
        let cases = [
            (0.985, "0.985"),
            (1.0, "1"),
            (1234567.0, "1234567"),
            (12345678.0, "1.235e7"),
            (0.00001234567, "1.235e-5"),
            (-0.0155, "-0.0155"),
            (33.333333, "33.33"),
            (0.0, "0"),
            (f64::INFINITY, "inf"),
        ];
        for (value, text) in cases {
            assert_eq!(short(value), text);
        }
    }
}
