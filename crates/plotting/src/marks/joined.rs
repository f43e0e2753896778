//! Curves with markers: points, whiskers and a line through them.

use numerics::Curve;

use super::kind::{Count, Draw, Entry, Frame};
use super::line::Line;
use super::points::Points;
use crate::axis::Axis;
use crate::scale::Extent;
use crate::shape::Drawn;
use crate::style::Style;

/// Points with whiskers and a line through them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Joined {
    pub(crate) label: String,
    pub(crate) curve: Curve,
    pub(crate) style: Style,
}

impl Joined {
    /// The line through the points, with a style of its own: plain below the points, with the marker in a legend.
    pub(crate) fn line(&self, style: Style) -> Line {
        Line { label: self.label.clone(), x: self.curve.x.clone(), y: self.curve.middle.clone(), style }
    }

    fn points(&self) -> Points {
        Points::of_curve(self.label.clone(), &self.curve, self.style)
    }
}

impl Draw for Joined {
    fn check(&self, axes: [&Axis; 2]) -> Result<(), String> {
        self.points().check(axes)
    }

    fn count(&self) -> Count {
        self.points().count()
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        self.points().extend(x, y);
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        [self.line(self.style.plain()).shapes(frame), self.points().shapes(frame)].concat()
    }

    fn entries(&self, frame: &Frame) -> Vec<Entry> {
        [self.line(self.style.plain()).entries(frame), self.points().entries(frame)].concat()
    }
}
