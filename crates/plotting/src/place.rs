//! Boxes and texts inside a panel, and the positions at which a text may stand.

use crate::color::Color;
use crate::shape::Point;

/// A rectangle in points, from the top left corner of the panel, y downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rect {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Rect {
    pub(crate) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Moved as little as possible so that it lies within the given size with a little white around
    /// it, its top left corner first.
    pub(crate) fn moved_into(mut self, width: f64, height: f64) -> Self {
        self.left = self.left.min(width - self.width - INSET).max(INSET);
        self.top = self.top.min(height - self.height - INSET).max(INSET);
        self
    }
}

/// Least distance of a text from the border of its panel, in points.
pub(crate) const INSET: f64 = 1.0;

/// Which point of a text stands at its spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    Start,
    Middle,
    End,
}

/// A possible position of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot {
    pub(crate) at: Point,
    /// Shift in points, right and down.
    pub(crate) shift: (f64, f64),
    pub(crate) horizontal: Hold,
    pub(crate) vertical: Hold,
    pub(crate) rotated: bool,
}

impl Spot {
    pub(crate) fn new(at: Point, shift: (f64, f64), horizontal: Hold, vertical: Hold) -> Self {
        Spot { at, shift, horizontal, vertical, rotated: false }
    }

    pub(crate) fn rotated(mut self) -> Self {
        self.rotated = true;
        self
    }

    /// The box of a text of this size at this spot, in a panel of the given size.
    pub(crate) fn rect(&self, (width, height): (f64, f64), panel: (f64, f64)) -> Rect {
        let (width, height) = if self.rotated { (height, width) } else { (width, height) };
        let share = |hold: Hold| match hold {
            Hold::Start => 0.0,
            Hold::Middle => 0.5,
            Hold::End => 1.0,
        };
        let (x, y) = (self.at.0 * panel.0 + self.shift.0, (1.0 - self.at.1) * panel.1 + self.shift.1);
        Rect { left: x - share(self.horizontal) * width, top: y - share(self.vertical) * height, width, height }
    }
}

/// A text that wants to stand in the panel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) markup: String,
    pub(crate) color: Color,
    /// A white outline, for text on top of lines.
    pub(crate) halo: bool,
    /// Possible positions, best first. A single one is taken whatever lies there.
    pub(crate) spots: Vec<Spot>,
    /// Places from left to right and from bottom to top that the text should not leave.
    pub(crate) within: Option<[(f64, f64); 2]>,
    /// Whether the text is left out where it would cover another one.
    pub(crate) is_optional: bool,
}

impl Wanted {
    /// A text that must be drawn, at any of these spots.
    pub(crate) fn new(markup: &str, color: Color, spots: Vec<Spot>) -> Self {
        Wanted { markup: markup.into(), color, halo: true, spots, within: None, is_optional: false }
    }
}
