//! The marks of a panel: data, checks, extents and shapes. One file per kind.

pub(crate) mod bars;
pub(crate) mod beside;
pub(crate) mod contours;
pub(crate) mod grid;
pub(crate) mod joined;
pub(crate) mod kind;
pub(crate) mod line;
pub(crate) mod notes;
pub(crate) mod points;
pub(crate) mod reference;

use kind::{Draw, Frame};

use crate::shape::Drawn;

/// A mark of any kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mark {
    Line(line::Line),
    Band(line::Band),
    Points(points::Points),
    Joined(joined::Joined),
    Histogram(grid::Histogram),
    HeatMap(grid::HeatMap),
    Bars(bars::Bars),
    Beside(beside::Beside),
    TicksAcross(beside::TicksAcross),
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
            Mark::Joined(mark) => mark,
            Mark::Histogram(mark) => mark,
            Mark::HeatMap(mark) => mark,
            Mark::Bars(mark) => mark,
            Mark::Beside(mark) => mark,
            Mark::TicksAcross(mark) => mark,
            Mark::Contours(mark) => mark,
            Mark::Reference(mark) => mark,
            Mark::Region(mark) => mark,
            Mark::Annotation(mark) => mark,
            Mark::Note(mark) => mark,
            Mark::Segments(mark) => mark,
        }
    }

    /// What the mark is called in the legend; empty for marks without a name, or with several.
    pub(crate) fn label(&self) -> &str {
        match self {
            Mark::Line(mark) => &mark.label,
            Mark::Band(mark) => &mark.label,
            Mark::Points(mark) => &mark.label,
            Mark::Joined(mark) => &mark.label,
            Mark::Histogram(mark) => &mark.label,
            Mark::Contours(mark) => &mark.label,
            Mark::Reference(mark) => &mark.label,
            Mark::Region(mark) => &mark.label,
            Mark::Segments(mark) => &mark.label,
            Mark::TicksAcross(mark) => &mark.label,
            Mark::HeatMap(_) | Mark::Bars(_) | Mark::Beside(_) | Mark::Annotation(_) | Mark::Note(_) => "",
        }
    }

    /// The labels of its series.
    pub(crate) fn labels(&self) -> Vec<&str> {
        match self {
            Mark::Bars(bars) => bars.series.iter().map(|series| series.label.as_str()).collect(),
            Mark::Beside(beside) => beside.curves.iter().map(|joined| joined.label.as_str()).collect(),
            mark => vec![mark.label()],
        }
    }

    /// Its shapes, each with the label of its series.
    pub(crate) fn series(&self, frame: &Frame) -> Vec<(String, Drawn)> {
        match self {
            Mark::Bars(bars) => bars.labelled_shapes(frame),
            Mark::Beside(beside) => beside.labelled_shapes(frame),
            mark => mark.as_draw().shapes(frame).into_iter().map(|drawn| (mark.label().to_string(), drawn)).collect(),
        }
    }

    /// Whether the mark shows data, and does not only explain them.
    pub(crate) fn is_data(&self) -> bool {
        !matches!(self, Mark::Reference(_) | Mark::Region(_) | Mark::Annotation(_) | Mark::Note(_))
    }

    /// Whether the mark stands in the legend; a series without values does not.
    pub(crate) fn has_entry(&self) -> bool {
        match self {
            Mark::Line(line) => !line.x.is_empty(),
            Mark::Points(points) => !points.x.is_empty(),
            Mark::Joined(joined) => !joined.curve.is_empty(),
            Mark::Histogram(histogram) => !histogram.heights.is_empty(),
            Mark::TicksAcross(ticks) => !ticks.values.is_empty(),
            _ => true,
        }
    }
}
