//! The policies that are compared, and what they are called in the table.

use crate::rules::Rule;
use crate::thresholds::level_name;

/// What asks the queries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Policy {
    /// Trained for one class alone.
    Specialised(f64),
    /// Trained for the least worst excess over all classes.
    Robust,
    /// Trained on a uniform prior over all instances.
    Average,
    /// Made by hand.
    Rule(Rule),
    /// The best that is possible on average with a known class.
    Bayes,
}

impl Policy {
    /// The name in the table.
    pub fn name(self) -> String {
        match self {
            Policy::Specialised(h) => format!("spec_{}", level_name(h)),
            Policy::Robust => "robust".into(),
            Policy::Average => "average".into(),
            Policy::Rule(rule) => rule.name(),
            Policy::Bayes => "bayes".into(),
        }
    }
}
