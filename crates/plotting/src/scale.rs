//! From data values to places along an axis.

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged};

use crate::axis::{Axis, Kind};
use crate::decimal::Decimal;
use crate::math;

/// Beyond this size a difference of two values could overflow; such values count as not finite.
const LARGEST: f64 = 1e300;

/// Whether a value can be drawn: it is a number, and not so large that differences overflow.
pub(crate) fn is_finite(value: f64) -> bool {
    value.abs() <= LARGEST
}

/// The values that an axis has to show.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    low: f64,
    high: f64,
    /// Values at which the axis may end exactly, such as the base of bars.
    anchors: Vec<f64>,
    positive_only: bool,
}

impl Extent {
    pub(crate) fn of(kind: &Kind) -> Self {
        Extent {
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
            anchors: Vec::new(),
            positive_only: matches!(kind, Kind::Log10 | Kind::Log2),
        }
    }

    /// Whether the axis has a place for a value.
    fn has_place(&self, value: f64) -> bool {
        is_finite(value) && (value > 0.0 || !self.positive_only)
    }

    pub(crate) fn include(&mut self, value: f64) {
        if self.has_place(value) {
            self.low = self.low.min(value);
            self.high = self.high.max(value);
        }
    }

    pub(crate) fn include_all(&mut self, values: &[f64]) {
        values.iter().for_each(|&value| self.include(value));
    }

    /// Includes a value and allows the axis to end there without padding.
    pub(crate) fn anchor(&mut self, value: f64) {
        self.include(value);
        self.anchors.push(value);
    }
}

/// An axis with a definite range: maps values to places from 0 (left or bottom) to 1.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    pub(crate) kind: Kind,
    /// Ends of the range as data values, low below high.
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// The same after the transformation that makes the axis linear.
    transformed: (f64, f64),
    pub(crate) inverted: bool,
}

impl Scale {
    /// The scale of an axis: fixed ends as given, the others so that they hold the data with a
    /// little padding.
    pub(crate) fn fit(axis: &Axis, extent: &Extent) -> Self {
        let mut scale =
            Scale { kind: axis.kind.clone(), low: 0.0, high: 1.0, transformed: (0.0, 1.0), inverted: axis.inverted };
        let mut extent = extent.clone();
        let mut fixed = [axis.low, axis.high].map(|end| end.filter(|&end| extent.has_place(end)));
        if let [Some(low), Some(high)] = fixed
            && low >= high
        {
            // Both ends came from the same value: a range around it.
            (extent.low, extent.high) = (low, low);
            extent.anchors.clear();
            fixed = [None, None];
        }
        let (low, high) = match &axis.kind {
            Kind::Categories(names) => (-0.5, names.len().max(1) as f64 - 0.5),
            _ => scale.padded(fixed, extent),
        };
        scale.set_range(fixed[0].unwrap_or(low), fixed[1].unwrap_or(high));
        scale
    }

    /// A scale with both ends given, for a colour bar.
    pub(crate) fn fixed(kind: Kind, low: f64, high: f64) -> Self {
        let axis = Axis { kind, ..Axis::linear("") };
        let mut extent = Extent::of(&axis.kind);
        extent.anchor(low);
        extent.anchor(high);
        Scale::fit(&axis, &extent)
    }

    fn set_range(&mut self, low: f64, high: f64) {
        (self.low, self.high) = (low, high);
        self.transformed = (self.transform(low), self.transform(high));
    }

    /// The automatic range: the extent of the data and of the fixed ends, widened by 4 % on each
    /// side that is not anchored.
    fn padded(&self, fixed: [Option<f64>; 2], mut extent: Extent) -> (f64, f64) {
        if extent.low > extent.high {
            // No data: a range that contains the fixed end, if there is one.
            let start = fixed.iter().flatten().copied().next().unwrap_or(1.0);
            extent.include(start);
            if extent.low > extent.high {
                extent.include(1.0);
            }
        }
        if let Some(low) = fixed[0] {
            extent.low = low;
            extent.high = extent.high.max(low);
        }
        if let Some(high) = fixed[1] {
            extent.high = high;
            extent.low = extent.low.min(high);
        }
        let (mut low, mut high) = (self.transform(extent.low), self.transform(extent.high));
        let size = low.abs().max(high.abs());
        if high - low <= 1e-12 * size || high == low {
            // Constant data: a range around them on which ticks can still be told apart.
            let half = match self.kind {
                Kind::Linear | Kind::Categories(_) => (0.1 * size).max(f64::MIN_POSITIVE),
                _ => 0.5,
            };
            let half = if size == 0.0 { 1.0 } else { half };
            let free = |end: Option<f64>| if end.is_none() { half } else { 0.0 };
            (low, high) = (low - free(fixed[0]), high + free(fixed[1]));
        } else {
            let padding = 0.04 * (high - low);
            let anchored = |value: f64| extent.anchors.contains(&value);
            if !anchored(extent.low) {
                low -= padding;
            }
            if !anchored(extent.high) {
                high += padding;
            }
        }
        (self.inverse(low), self.inverse(high))
    }

    /// The quantity that is linear along the axis; NaN where the scale has no place for the value.
    fn transform(&self, value: f64) -> f64 {
        match self.kind {
            Kind::Linear | Kind::Categories(_) => value,
            Kind::Log10 | Kind::Log2 if value <= 0.0 => f64::NAN,
            Kind::Log10 => math::log10(value),
            Kind::Log2 => math::log2(value),
            Kind::Symlog(threshold) => symlog(value, threshold),
        }
    }

    /// The inverse of `transform`.
    fn inverse(&self, transformed: f64) -> f64 {
        match self.kind {
            Kind::Linear | Kind::Categories(_) => transformed,
            // Padding must not leave the range of floats.
            Kind::Log10 => math::pow(10.0, transformed).clamp(f64::MIN_POSITIVE, f64::MAX),
            Kind::Log2 => math::exp2(transformed).clamp(f64::MIN_POSITIVE, f64::MAX),
            Kind::Symlog(threshold) => symlog_inverse(transformed, threshold).clamp(f64::MIN, f64::MAX),
        }
    }

    /// The place of a value: 0 at the left or bottom end of the axis, 1 at the other, beyond that
    /// outside; NaN where it has none.
    pub(crate) fn position(&self, value: f64) -> f64 {
        if !is_finite(value) {
            return f64::NAN;
        }
        let (low, high) = self.transformed;
        let place = (self.transform(value) - low) / (high - low);
        if self.inverted { 1.0 - place } else { place }
    }

    /// The place of an end of an interval, which may be infinite: then it is far outside.
    pub(crate) fn position_of_end(&self, value: f64) -> f64 {
        if value.is_nan() {
            return f64::NAN;
        }
        let beyond = |positive: bool| if positive != self.inverted { 2.0 } else { -1.0 };
        let place = self.position(value);
        if place.is_nan() { beyond(value > 0.0) } else { place }
    }

    /// The value at a place, the inverse of [`position`](Scale::position), in words: a name, or a number of four digits.
    pub(crate) fn text_at(&self, place: f64) -> String {
        let (low, high) = self.transformed;
        let share = if self.inverted { 1.0 - place } else { place };
        let value = self.inverse(low + share * (high - low));
        match &self.kind {
            Kind::Categories(names) => names.get(value.round().max(0.0) as usize).cloned().unwrap_or_default(),
            // What is left of zero after there and back.
            _ if value.abs() < 1e-9 * (self.high - self.low) => "0".into(),
            _ => Decimal::nearest(value, 4).text(),
        }
    }

    /// The scale as a page reads it: kind, and the values at the left or lower end and at the other.
    pub(crate) fn as_data(&self) -> String {
        let kind = match &self.kind {
            Kind::Linear => "linear".into(),
            Kind::Log10 | Kind::Log2 => "log".into(),
            Kind::Symlog(threshold) => format!("symlog {threshold}"),
            Kind::Categories(names) => return format!("names {}", names.join("|")),
        };
        let (from, to) = if self.inverted { (self.high, self.low) } else { (self.low, self.high) };
        let [from, to] = [from, to].map(|end| Decimal::nearest(end, 6).text());
        format!("{kind} {from} {to}")
    }

    /// Whether a value lies in the range of the axis, ends included up to rounding.
    pub(crate) fn contains(&self, value: f64) -> bool {
        let place = self.position(value);
        (-1e-9..=1.0 + 1e-9).contains(&place)
    }

    /// Number of transformed units (decades, octaves or plain units) from end to end.
    pub(crate) fn span(&self) -> f64 {
        self.transformed.1 - self.transformed.0
    }
}

fn symlog(value: f64, threshold: f64) -> f64 {
    let size = value.abs();
    if size <= threshold { value / threshold } else { (1.0 + math::log10(size / threshold)).copysign(value) }
}

fn symlog_inverse(transformed: f64, threshold: f64) -> f64 {
    let size = transformed.abs();
    if size <= 1.0 { transformed * threshold } else { (threshold * math::pow(10.0, size - 1.0)).copysign(transformed) }
}

/// The coordinate of plotters along each side of a panel: places from 0 to 1. The scales of this
/// crate have been applied before, because plotters' own logarithmic coordinate takes its logarithm
/// from the platform.
#[derive(Clone, Copy)]
pub(crate) struct Place;

impl Ranged for Place {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        (f64::from(start) + value * f64::from(end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        // Ticks are drawn by `frame`, which knows their labels.
        Vec::new()
    }

    fn range(&self) -> std::ops::Range<f64> {
        0.0..1.0
    }
}

#[cfg(test)]
mod tests;
