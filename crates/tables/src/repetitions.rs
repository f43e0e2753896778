//! Repeated measurements over a quantity, summarised to a curve.

use std::borrow::Borrow;
use std::ops::Deref;

use numerics::{Curve, exp, ln};

use crate::summary::{mean, quantile};

/// The values measured at each x: from [`Table::curve`](crate::Table::curve).
#[derive(Clone, Debug, PartialEq)]
pub struct Repetitions {
    x: Vec<f64>,
    values: Vec<Vec<f64>>,
}

/// A curve of middle values that can still be given an interval; otherwise it is used as the [`Curve`] that it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Summarised {
    curve: Curve,
    values: Vec<Vec<f64>>,
}

/// A statistic under the rule for NaN: one among the values makes it NaN, and so does nothing.
fn unless_nan(values: &[f64], statistic: impl FnOnce(&[f64]) -> Option<f64>) -> f64 {
    match values.iter().any(|value| value.is_nan()) {
        true => f64::NAN,
        false => statistic(values).unwrap_or(f64::NAN),
    }
}

fn sorted_quantile(values: &[f64], level: f64) -> f64 {
    unless_nan(values, |values| {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        quantile(&sorted, level)
    })
}

impl Repetitions {
    pub(crate) fn new(points: impl Iterator<Item = (f64, f64)>) -> Repetitions {
        let mut points: Vec<(f64, f64)> = points.collect();
        // Stable: the values at one x keep the order of the rows, which fixes the bits of their sum.
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut x, mut values): (Vec<f64>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
        for (at, value) in points {
            match values.last_mut().filter(|_| x.last() == Some(&at)) {
                Some(values) => values.push(value),
                None => {
                    x.push(at);
                    values.push(vec![value]);
                }
            }
        }
        Repetitions { x, values }
    }

    /// What `statistic` says of the values at each x, which are never none.
    pub fn by(&self, statistic: impl Fn(&[f64]) -> f64) -> Summarised {
        let middle: Vec<f64> = self.values.iter().map(|values| statistic(values)).collect();
        Summarised { curve: Curve::new(self.x.clone(), middle), values: self.values.clone() }
    }

    /// The arithmetic mean: infinite where a value is.
    pub fn mean(&self) -> Summarised {
        self.by(|values| unless_nan(values, mean))
    }

    /// The geometric mean of positive values.
    pub fn geometric_mean(&self) -> Summarised {
        self.by(|values| {
            let logs: Vec<f64> = values.iter().map(|&value| ln(value)).collect();
            exp(unless_nan(&logs, mean))
        })
    }

    /// The median.
    pub fn median(&self) -> Summarised {
        self.by(|values| sorted_quantile(values, 0.5))
    }

    /// The greatest value.
    pub fn greatest(&self) -> Summarised {
        self.by(|values| sorted_quantile(values, 1.0))
    }

    /// The least value.
    pub fn least(&self) -> Summarised {
        self.by(|values| sorted_quantile(values, 0.0))
    }
}

impl Summarised {
    /// With the quantiles at two levels from 0 to 1 as interval.
    pub fn between(&self, low: f64, high: f64) -> Curve {
        let quantiles = |level| self.values.iter().map(|values| sorted_quantile(values, level)).collect::<Vec<f64>>();
        self.curve.clone().between(quantiles(low), quantiles(high))
    }

    /// With least and greatest value as interval.
    pub fn range(&self) -> Curve {
        self.between(0.0, 1.0)
    }

    /// With one standard deviation (divided by n − 1) on either side; of a single value none.
    pub fn deviation(&self) -> Curve {
        self.give_or_take(|values| crate::summary::deviation(values).unwrap_or(0.0))
    }

    /// With so many standard errors of the mean on either side; of a single value none.
    pub fn standard_errors(&self, factor: f64) -> Curve {
        self.give_or_take(|values| {
            factor * crate::summary::deviation(values).unwrap_or(0.0) / (values.len() as f64).sqrt()
        })
    }

    fn give_or_take(&self, distance: impl Fn(&[f64]) -> f64) -> Curve {
        let ends = |sign: f64| {
            let middles = self.middle.iter().zip(&self.values);
            middles.map(|(middle, values)| middle + sign * distance(values)).collect::<Vec<f64>>()
        };
        self.curve.clone().between(ends(-1.0), ends(1.0))
    }

    /// Without an interval.
    pub fn alone(&self) -> Curve {
        self.curve.clone()
    }
}

impl Deref for Summarised {
    type Target = Curve;

    fn deref(&self) -> &Curve {
        &self.curve
    }
}

impl Borrow<Curve> for Summarised {
    fn borrow(&self) -> &Curve {
        &self.curve
    }
}

impl From<Summarised> for Curve {
    fn from(summarised: Summarised) -> Curve {
        summarised.curve
    }
}
