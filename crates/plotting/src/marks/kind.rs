//! What every kind of mark can do, and what the kinds share.

use crate::axis::{Axis, Kind};
use crate::color::{Color, ColorScale};
use crate::place::Wanted;
use crate::scale::{Extent, Scale, is_finite};
use crate::shape::{Drawn, Point};
use crate::style::Style;
use crate::svg::MarkerStyle;

/// The two scales of a panel.
pub(crate) struct Frame {
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

impl Frame {
    pub(crate) fn point(&self, x: f64, y: f64) -> Point {
        (self.x.position(x), self.y.position(y))
    }

    /// The values at a place, as a reader wants them: `0.5, 12`.
    pub(crate) fn values_at(&self, (x, y): Point) -> String {
        format!("{}, {}", self.x.text_at(x), self.y.text_at(y))
    }

    /// Name and value of a bar, given its corners.
    pub(crate) fn value_of_bar(&self, corners: &[Point]) -> String {
        let upright = !matches!(self.y.kind, Kind::Categories(_));
        let side = |corner: &Point| if upright { corner.0 } else { corner.1 };
        let length = |corner: &Point| if upright { corner.1 } else { corner.0 };
        let ends = |of: &dyn Fn(&Point) -> f64| {
            corners
                .iter()
                .map(of)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)))
        };
        let ((left, right), (low, high)) = (ends(&side), ends(&length));
        let (across, along) = if upright { (&self.x, &self.y) } else { (&self.y, &self.x) };
        // The end that is not at the base; bars may hang below it.
        let base = along.position(0.0);
        let end = if base.is_nan() || (high - base).abs() >= (low - base).abs() { high } else { low };
        format!("{}, {}", across.text_at((left + right) / 2.0), along.text_at(end))
    }

    pub(crate) fn points(&self, x: &[f64], y: &[f64]) -> Vec<Point> {
        x.iter().zip(y).map(|(&x, &y)| self.point(x, y)).collect()
    }
}

/// What a mark says about itself in a legend.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Handle {
    Line(Style),
    Marker(MarkerStyle),
    /// A vertical error bar through the marker.
    ErrorBar(Color),
    Patch {
        color: Color,
        opacity: f64,
        outlined: bool,
    },
}

/// A labelled group of handles.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) label: String,
    pub(crate) handles: Vec<Handle>,
    /// The last visible place of a line, where a direct label belongs.
    pub(crate) end: Option<(Point, Color)>,
}

/// How many values of a mark are drawn, and how many are left out because they are NaN or infinite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) drawn: usize,
    pub(crate) left_out: usize,
}

impl Count {
    /// Counts values, or points of several coordinates, by whether all their parts are finite.
    pub(crate) fn of<const PARTS: usize>(values: impl IntoIterator<Item = [f64; PARTS]>) -> Self {
        let mut count = Count::default();
        for value in values {
            match value.iter().all(|part| is_finite(*part)) {
                true => count.drawn += 1,
                false => count.left_out += 1,
            }
        }
        count
    }

    /// Counts values of which NaN stands for "none": it is neither drawn nor missing.
    pub(crate) fn of_present(values: &[f64]) -> Self {
        Count::of(values.iter().filter(|value| !value.is_nan()).map(|&value| [value]))
    }

    pub(crate) fn plus(self, other: Count) -> Self {
        Count { drawn: self.drawn + other.drawn, left_out: self.left_out + other.left_out }
    }
}

/// One kind of mark.
pub(crate) trait Draw {
    /// What the data lack, in words that complete "the panel has …"; names the series.
    fn check(&self, axes: [&Axis; 2]) -> Result<(), String>;

    /// How many of its values can be drawn, and how many cannot because they are not finite.
    fn count(&self) -> Count {
        Count::default()
    }

    /// Widens the ranges of the axes to what automatic ranges should show.
    fn extend(&self, x: &mut Extent, y: &mut Extent);

    /// The shapes to draw.
    fn shapes(&self, frame: &Frame) -> Vec<Drawn>;

    /// Its entries in the legend.
    fn entries(&self, _frame: &Frame) -> Vec<Entry> {
        Vec::new()
    }

    /// Texts inside the panel.
    fn texts(&self, _frame: &Frame) -> Vec<Wanted> {
        Vec::new()
    }

    /// The scale that its colour bar shows.
    fn color_scale(&self) -> Option<&ColorScale> {
        None
    }
}

/// Default line width in points.
pub(crate) const LINE_WIDTH: f64 = 1.3;
/// Width of error bars in points.
pub(crate) const ERROR_WIDTH: f64 = 0.8;
/// Default marker diameter in points.
pub(crate) const MARKER_SIZE: f64 = 4.0;

/// The name of a series for error messages.
pub(crate) fn named(kind: &str, label: &str) -> String {
    if label.is_empty() { format!("{kind} without a label") } else { format!("{kind} \"{label}\"") }
}

/// An error unless all columns have one length.
pub(crate) fn same_length(name: &str, columns: &[(&str, usize)]) -> Result<(), String> {
    if columns.windows(2).all(|pair| pair[0].1 == pair[1].1) {
        return Ok(());
    }
    let lengths: Vec<String> = columns.iter().map(|(column, length)| format!("{length} {column} values")).collect();
    Err(format!("{name} with {}", lengths.join(" and ")))
}

/// Whether an axis has names instead of numbers.
pub(crate) fn is_categorical(axis: &Axis) -> bool {
    matches!(axis.kind, Kind::Categories(_))
}
