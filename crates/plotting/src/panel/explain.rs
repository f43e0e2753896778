//! Methods of a panel that explain the data: reference lines, regions, texts and arrows.

use std::ops::{Bound, RangeBounds};

use super::Panel;
use crate::color::{Color, DARK_GREY, GREY};
use crate::marks::Mark;
use crate::marks::notes::{Anchor, Annotation, Corner, Note, Region, Segments};
use crate::marks::reference::{Reference, Through};
use crate::number::{Number, Series};
use crate::style::Style;

impl Panel {
    fn reference(self, line: Through, label: impl Into<String>) -> Self {
        let style = Style::color(GREY).dashed().width(0.9);
        self.add(Mark::Reference(Reference { line, label: label.into(), style, in_legend: false }))
    }

    /// A grey dashed line at this y from border to border, with its label beside it.
    pub fn horizontal(self, y: impl Number, label: impl Into<String>) -> Self {
        self.reference(Through::Horizontal(y.number()), label)
    }

    /// A grey dashed line at this x from border to border, with its label beside it.
    pub fn vertical(self, x: impl Number, label: impl Into<String>) -> Self {
        self.reference(Through::Vertical(x.number()), label)
    }

    /// The grey dashed line y = x.
    pub fn diagonal(self, label: impl Into<String>) -> Self {
        self.reference(Through::Diagonal, label)
    }

    /// Another style for the reference line added last.
    pub fn styled(mut self, style: impl Into<Style>) -> Self {
        match self.marks.last_mut() {
            Some(Mark::Reference(reference)) => reference.style = style.into(),
            _ => return self.problem("styled", "a reference line"),
        }
        self
    }

    /// Moves the label of the reference line added last into the legend.
    pub fn in_legend(mut self) -> Self {
        match self.marks.last_mut() {
            Some(Mark::Reference(reference)) => reference.in_legend = true,
            _ => return self.problem("in_legend", "a reference line"),
        }
        self
    }

    /// A shaded rectangle with a label inside; an open end reaches the border: `.region("memorise",
    /// ..8.0, .., GREY)`.
    pub fn region(
        self,
        label: impl Into<String>,
        x: impl RangeBounds<f64>,
        y: impl RangeBounds<f64>,
        color: Color,
    ) -> Self {
        self.add(Mark::Region(Region { label: label.into(), x: ends(x), y: ends(y), color }))
    }

    /// A text at a point.
    pub fn annotate(self, x: impl Number, y: impl Number, text: impl Into<String>, anchor: Anchor) -> Self {
        let (x, y, text) = (x.number(), y.number(), text.into());
        self.add(Mark::Annotation(Annotation { x, y, text, anchor, color: DARK_GREY }))
    }

    /// One text beside each point, where it covers least.
    pub fn label_points<L: Into<String>>(
        mut self,
        x: impl Series,
        y: impl Series,
        labels: impl IntoIterator<Item = L>,
    ) -> Self {
        let (x, y) = (x.collect_numbers(), y.collect_numbers());
        let labels: Vec<String> = labels.into_iter().map(Into::into).collect();
        if x.len() != y.len() || x.len() != labels.len() {
            let counts = format!("{} x values, {} y values and {} labels", x.len(), y.len(), labels.len());
            self.problems.push(format!("`label_points` with {counts}"));
            return self;
        }
        for ((x, y), text) in x.into_iter().zip(y).zip(labels) {
            self = self.annotate(x, y, text, Anchor::Auto);
        }
        self
    }

    /// A text in a corner of the panel.
    pub fn note(self, text: impl Into<String>, corner: Corner) -> Self {
        self.add(Mark::Note(Note { text: text.into(), corner }))
    }

    /// A straight line from each `(x0, y0)` to `(x1, y1)`.
    pub fn segments(
        self,
        label: impl Into<String>,
        from: (impl Series, impl Series),
        to: (impl Series, impl Series),
        style: impl Into<Style>,
    ) -> Self {
        self.add(Mark::Segments(Segments {
            label: label.into(),
            from: (from.0.collect_numbers(), from.1.collect_numbers()),
            to: (to.0.collect_numbers(), to.1.collect_numbers()),
            style: style.into(),
            arrows: false,
        }))
    }

    /// An arrow from one point to another.
    pub fn arrow(self, from: (f64, f64), to: (f64, f64), style: impl Into<Style>) -> Self {
        self.add(Mark::Segments(Segments {
            label: String::new(),
            from: (vec![from.0], vec![from.1]),
            to: (vec![to.0], vec![to.1]),
            style: style.into(),
            arrows: true,
        }))
    }
}

fn ends(range: impl RangeBounds<f64>) -> (f64, f64) {
    let end = |bound: Bound<&f64>, open: f64| match bound {
        Bound::Included(value) | Bound::Excluded(value) => *value,
        Bound::Unbounded => open,
    };
    (end(range.start_bound(), f64::NEG_INFINITY), end(range.end_bound(), f64::INFINITY))
}
