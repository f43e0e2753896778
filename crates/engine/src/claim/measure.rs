//! Measured values beside their thresholds.

use serde::{Deserialize, Serialize};

use super::Quantity;
use crate::published::Number;

/// One measured value with its relation to a threshold.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Measure {
    /// What was measured.
    pub what: String,
    /// The measured value; of several, the one that is judged: the worst.
    pub value: f64,
    /// How the value is compared.
    pub relation: Relation,
    /// Lower threshold, where the relation has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper threshold, where the relation has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// What the paper published for it, where that is a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Number>,
    /// All values by what they belong to, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub each: Vec<(String, f64)>,
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

impl Measure {
    pub(super) fn judged(
        what: String,
        value: Quantity,
        relation: Relation,
        low: Option<f64>,
        high: Option<f64>,
    ) -> Measure {
        let measure = Measure { what, value: f64::NAN, relation, low, high, published: None, each: Vec::new() };
        match value {
            Quantity::One(value) => Measure { value, ..measure },
            Quantity::Each(each) => {
                let excess = |value: f64| Measure { value, ..measure.clone() }.excess();
                // NaN is greater than every number in this order; nothing is NaN.
                let worst = each.of.iter().map(|(_, value)| *value).max_by(|&a, &b| excess(a).total_cmp(&excess(b)));
                Measure { value: worst.unwrap_or(f64::NAN), each: each.of, ..measure }
            }
        }
    }

    /// Values without a threshold, one measure for each of several.
    pub(super) fn reported(what: String, value: Quantity) -> Vec<Measure> {
        let one = |what, value: f64| Measure::judged(what, value.into(), Relation::Reported, None, None);
        match value {
            Quantity::One(value) => vec![one(what, value)],
            Quantity::Each(each) => {
                each.of.into_iter().map(|(name, value)| one(format!("{what}, {name}"), value)).collect()
            }
        }
    }

    /// How far the value is on the wrong side of its threshold; negative on the right side.
    fn excess(&self) -> f64 {
        let below = self.low.map(|low| low - self.value);
        let above = self.high.map(|high| self.value - high);
        let excess = below.into_iter().chain(above).reduce(f64::max).unwrap_or(0.0);
        // One sign of NaN, so that it is the greatest in the total order.
        if self.value.is_nan() { f64::NAN.abs() } else { excess }
    }

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

    /// The value as text with about four significant digits; of several also each.
    pub fn shown(&self) -> String {
        let worst = match self.relation {
            Relation::True if self.value == 1.0 => "yes".to_string(),
            Relation::True => "no".to_string(),
            _ => short(self.value),
        };
        if self.each.len() < 2 {
            return worst;
        }
        let each: Vec<String> = self.each.iter().map(|(name, value)| format!("{name} {}", short(*value))).collect();
        format!("{worst} ({})", each.join(", "))
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
