//! Series over the names of a category axis, side by side, and strokes across the categories.

use super::joined::Joined;
use super::kind::{Count, Draw, Entry, Frame, named, same_length};
use super::notes::Segments;
use crate::axis::{Axis, Kind};
use crate::scale::Extent;
use crate::shape::Drawn;
use crate::style::Style;

/// Curves with one point a category, each a little beside the one before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Beside {
    /// With places in categories instead of their x.
    pub(crate) curves: Vec<Joined>,
}

/// Share of a category's room over which its points are spread.
const SPREAD: f64 = 0.6;

impl Beside {
    /// Moves the points of each curve to their places in the categories 0, 1, 2 and so on.
    pub(crate) fn new(mut curves: Vec<Joined>) -> Self {
        let count = curves.len();
        for (index, Joined { curve, .. }) in curves.iter_mut().enumerate() {
            let share = if count == 1 { 0.5 } else { index as f64 / (count - 1) as f64 };
            let offset = SPREAD * (share - 0.5);
            curve.x = (0..curve.x.len()).map(|category| category as f64 + offset).collect();
        }
        Beside { curves }
    }
}

impl Beside {
    /// The shapes of all curves, each with the label of its own.
    pub(crate) fn labelled_shapes(&self, frame: &Frame) -> Vec<(String, Drawn)> {
        let labelled =
            |joined: &Joined| joined.shapes(frame).into_iter().map(|drawn| (joined.label.clone(), drawn)).collect();
        self.curves.iter().flat_map::<Vec<_>, _>(labelled).collect()
    }
}

impl Draw for Beside {
    fn check(&self, [x, y]: [&Axis; 2]) -> Result<(), String> {
        for joined in &self.curves {
            one_per_category("a curve beside others", &joined.label, "point", joined.curve.x.len(), x)?;
            joined.check([x, y])?;
        }
        Ok(())
    }

    fn count(&self) -> Count {
        self.curves.iter().fold(Count::default(), |count, joined| count.plus(joined.count()))
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        self.curves.iter().for_each(|joined| joined.extend(x, y));
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        self.curves.iter().flat_map(|joined| joined.shapes(frame)).collect()
    }

    /// Lines with markers only: whiskers on so many would crowd the legend.
    fn entries(&self, frame: &Frame) -> Vec<Entry> {
        let shown = self.curves.iter().filter(|joined| !joined.curve.is_empty());
        shown.flat_map(|joined| joined.line(joined.style).entries(frame)).collect()
    }
}

/// A stroke across the room of each category.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TicksAcross {
    pub(crate) label: String,
    pub(crate) values: Vec<f64>,
    pub(crate) style: Style,
}

/// From the middle of a category to either end of its stroke.
const HALF_STROKE: f64 = 0.42;

impl TicksAcross {
    fn segments(&self) -> Segments {
        let side = |by: f64| (0..self.values.len()).map(|category| category as f64 + by).collect();
        Segments {
            label: self.label.clone(),
            from: (side(-HALF_STROKE), self.values.clone()),
            to: (side(HALF_STROKE), self.values.clone()),
            style: self.style,
            arrows: false,
        }
    }
}

impl Draw for TicksAcross {
    fn check(&self, [x, _]: [&Axis; 2]) -> Result<(), String> {
        match self.values.len() {
            0 => Ok(()),
            count => one_per_category("ticks across categories", &self.label, "tick", count, x),
        }
    }

    fn count(&self) -> Count {
        self.segments().count()
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        self.segments().extend(x, y);
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        self.segments().shapes(frame)
    }

    fn entries(&self, frame: &Frame) -> Vec<Entry> {
        self.segments().entries(frame)
    }
}

/// An error unless x is a category axis with as many names as there are values.
fn one_per_category(kind: &str, label: &str, value: &str, count: usize, x: &Axis) -> Result<(), String> {
    match &x.kind {
        Kind::Categories(names) => same_length(&named(kind, label), &[("category", names.len()), (value, count)]),
        _ => Err(format!("{} but no category axis (use Axis::categories for x)", named(kind, label))),
    }
}
