//! The marks of a panel: data, checks, extents and shapes. One file per kind.

pub(crate) mod bars;
pub(crate) mod contours;
pub(crate) mod grid;
pub(crate) mod line;
pub(crate) mod notes;
pub(crate) mod points;
pub(crate) mod reference;

use crate::axis::{Axis, Kind};
use crate::color::{Color, ColorScale};
use crate::place::Wanted;
use crate::scale::{Extent, Scale};
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

/// One kind of mark.
pub(crate) trait Draw {
    /// What the data lack, in words that complete "the panel has …"; names the series.
    fn check(&self, axes: [&Axis; 2]) -> Result<(), String>;

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

/// A mark of any kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mark {
    Line(line::Line),
    Band(line::Band),
    Points(points::Points),
    Histogram(grid::Histogram),
    HeatMap(grid::HeatMap),
    Bars(bars::Bars),
    Contours(contours::Contours),
    Reference(reference::Reference),
    Region(notes::Region),
    Annotation(notes::Annotation),
    Note(notes::Note),
    Segments(notes::Segments),
}

impl Mark {
    pub(crate) fn as_draw(&self) -> &dyn Draw {
        match self {
            Mark::Line(mark) => mark,
            Mark::Band(mark) => mark,
            Mark::Points(mark) => mark,
            Mark::Histogram(mark) => mark,
            Mark::HeatMap(mark) => mark,
            Mark::Bars(mark) => mark,
            Mark::Contours(mark) => mark,
            Mark::Reference(mark) => mark,
            Mark::Region(mark) => mark,
            Mark::Annotation(mark) => mark,
            Mark::Note(mark) => mark,
            Mark::Segments(mark) => mark,
        }
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

/// An error if there are values and none is finite.
pub(crate) fn some_finite(name: &str, column: &str, values: &[f64]) -> Result<(), String> {
    if values.is_empty() || values.iter().any(|value| value.is_finite()) {
        return Ok(());
    }
    Err(format!("{name} whose {} {column} values are all NaN or infinite", values.len()))
}

/// Whether an axis has names instead of numbers.
pub(crate) fn is_categorical(axis: &Axis) -> bool {
    matches!(axis.kind, Kind::Categories(_))
}
