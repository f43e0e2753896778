//! Methods of a panel that draw curves: a quantity over another one, with the interval of its repetitions.

use std::borrow::Borrow;

use numerics::{Curve, reduce};

use super::Panel;
use crate::axis::Axis;
use crate::marks::Mark;
use crate::marks::beside::{Beside, TicksAcross};
use crate::marks::joined::Joined;
use crate::marks::line::{Band, Line};
use crate::marks::points::Points;
use crate::number::Series;
use crate::style::Style;

impl Panel {
    /// A curve: a line with its intervals as a band; if the style has a marker, a line, markers and whiskers.
    ///
    /// ```
    /// # use plotting::*;
    /// let accuracy = numerics::Curve::new([1.0, 2.0], [0.5, 0.9]).between([0.4, 0.8], [0.6, 1.0]);
    /// Panel::new("accuracy")
    ///     .curve("train", &accuracy, BLUE)
    ///     .curve("test", &accuracy, Style::color(RED).marker(Marker::Square));
    /// ```
    pub fn curve(self, label: impl Into<String>, curve: impl Borrow<Curve>, style: impl Into<Style>) -> Self {
        let (label, curve, style) = (label.into(), curve.borrow(), style.into());
        if style.marker.is_some() && curve.has_interval() {
            return self.add(Mark::Joined(Joined { label, curve: curve.clone(), style }));
        }
        self.curve_with_band(label, curve, style)
    }

    /// Several curves, each with its label and style.
    pub fn curves<L, C, S>(self, curves: impl IntoIterator<Item = (L, C, S)>) -> Self
    where
        L: Into<String>,
        C: Borrow<Curve>,
        S: Into<Style>,
    {
        curves.into_iter().fold(self, |panel, (label, curve, style)| panel.curve(label, curve, style))
    }

    /// A curve whose intervals are a band even if the style has a marker.
    pub fn curve_with_band(self, label: impl Into<String>, curve: impl Borrow<Curve>, style: impl Into<Style>) -> Self {
        let (label, style): (String, Style) = (label.into(), style.into());
        let Curve { x, middle, low, high } = curve.borrow().clone();
        let line = Line { label: label.clone(), x: x.clone(), y: middle, style };
        let panel = match low.is_empty() && high.is_empty() {
            true => self,
            false => self.add(Mark::Band(Band { label, x, low, high, color: style.color })),
        };
        panel.add(Mark::Line(line))
    }

    /// The points of a curve with their intervals as whiskers, without a line. The points can be refined as those of
    /// [`points`](Panel::points).
    pub fn curve_points(self, label: impl Into<String>, curve: impl Borrow<Curve>, style: impl Into<Style>) -> Self {
        self.add(Mark::Points(Points::of_curve(label.into(), curve.borrow(), style.into())))
    }

    /// Curves over a category axis x, side by side within each category, as a line, markers and whiskers each. The
    /// first point of a curve belongs to the first category and so on; the curve's own x does not count.
    ///
    /// A number of points that is not that of the categories makes the figure an error when it is drawn.
    pub fn curves_beside<L, C, S>(self, curves: impl IntoIterator<Item = (L, C, S)>) -> Self
    where
        L: Into<String>,
        C: Borrow<Curve>,
        S: Into<Style>,
    {
        let joined = |(label, curve, style): (L, C, S)| {
            let curve: &Curve = curve.borrow();
            Joined { label: label.into(), curve: curve.clone(), style: style.into() }
        };
        self.add(Mark::Beside(Beside::new(curves.into_iter().map(joined).collect())))
    }

    /// A stroke across each category of the axis x at its value, for instance a bound; no values give none.
    ///
    /// A number of values that is neither that of the categories nor zero makes the figure an error when it is drawn.
    pub fn ticks_across(self, label: impl Into<String>, values: impl Series, style: impl Into<Style>) -> Self {
        let (label, values, style) = (label.into(), values.collect_numbers(), style.into());
        self.add(Mark::TicksAcross(TicksAcross { label, values, style }))
    }

    /// A lying bar for each name, at the mean of its values, with whiskers from the least to the greatest if there are
    /// several. The names become the axis y, from top to bottom.
    pub fn named_bars<L, V, S>(self, bars: impl IntoIterator<Item = (L, V, S)>) -> Self
    where
        L: Into<String>,
        V: Series,
        S: Into<Style>,
    {
        let bars: Vec<(String, Vec<f64>, Style)> = bars
            .into_iter()
            .map(|(label, values, style)| (label.into(), values.collect_numbers(), style.into()))
            .collect();
        let names: Vec<&str> = bars.iter().map(|(name, ..)| name.as_str()).collect();
        let mut panel = self.y(Axis::categories("", names));
        for (index, (_, values, style)) in bars.iter().enumerate() {
            let only = |value: f64| (0..bars.len()).map(move |place| if place == index { value } else { f64::NAN });
            let mean = reduce::mean(values);
            // Infinite bars are not drawn either, but count as left out; NaN is where the other names are.
            let bar = if mean.is_nan() && !values.is_empty() { f64::INFINITY } else { mean };
            panel = panel.bars("", only(bar), *style);
            if values.len() > 1 {
                panel = panel.errors(only(reduce::min(values)), only(reduce::max(values)));
            }
        }
        // Each series has one bar: on each other none makes room for the others.
        if bars.is_empty() { panel } else { panel.stacked() }
    }
}
