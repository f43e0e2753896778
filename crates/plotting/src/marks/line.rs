//! Lines and the bands around them.

use super::kind::{Count, Draw, Entry, Frame, Handle, LINE_WIDTH, named, same_length};
use crate::axis::Axis;
use crate::color::Color;
use crate::marks::points;
use crate::scale::Extent;
use crate::shape::{Drawn, Layer, Shape, clip_line, clip_polygon, is_inside, runs, thinned};
use crate::style::{Marker, Style};

/// A polyline, with markers if its style has one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
    pub(crate) style: Style,
}

impl Line {
    /// Whether x turns around at more than a third of the points. A path in a plane turns around too, but seldom.
    pub(crate) fn is_unsorted(&self) -> bool {
        let steps: Vec<f64> = self.x.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step != 0.0).collect();
        let turns = steps.windows(2).filter(|pair| pair[0] * pair[1] < 0.0).count();
        turns > 1 && 3 * turns > steps.len()
    }
}

impl Draw for Line {
    fn check(&self, _axes: [&Axis; 2]) -> Result<(), String> {
        let name = named("a line", &self.label);
        same_length(&name, &[("x", self.x.len()), ("y", self.y.len())])
    }

    fn count(&self) -> Count {
        Count::of(self.x.iter().zip(&self.y).map(|(&x, &y)| [x, y]))
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        points::extend(&self.x, &self.y, x, y);
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        let places = frame.points(&self.x, &self.y);
        let mut shapes = stroke(&places, &self.style, Layer::Line);
        // A point between two gaps has no line to belong to: a dot as wide as the line is thick,
        // twice.
        let width = self.style.width.unwrap_or(LINE_WIDTH);
        let alone: Vec<_> = runs(&places).filter(|run| run.len() == 1 && is_inside(run[0])).map(|run| run[0]).collect();
        if !alone.is_empty() && self.style.marker.is_none() {
            let style = Style { marker: Some(Marker::Circle), size: Some(2.0 * width), open: false, ..self.style };
            shapes.push(Drawn {
                layer: Layer::Line,
                shape: Shape::Markers { centers: alone, style: points::marker_style(&style, 1) },
            });
        }
        if self.style.marker.is_some() {
            shapes.extend(points::markers(&places, &self.style));
        }
        shapes
    }

    fn entries(&self, frame: &Frame) -> Vec<Entry> {
        let mut handles = vec![Handle::Line(self.style)];
        if self.style.marker.is_some() {
            handles.push(Handle::Marker(points::marker_style(&self.style, 1)));
        }
        let places = frame.points(&self.x, &self.y);
        let end = places.iter().rev().copied().find(|&place| is_inside(place));
        vec![Entry { label: self.label.clone(), handles, end: end.map(|end| (end, self.style.color)) }]
    }
}

/// The visible parts of a polyline in a style.
pub(crate) fn stroke(places: &[(f64, f64)], style: &Style, layer: Layer) -> Vec<Drawn> {
    let &Style { color, dash, opacity, .. } = style;
    let width = style.width.unwrap_or(LINE_WIDTH);
    let line = |points| Drawn { layer, shape: Shape::Line { points, color, width, dash, opacity } };
    clip_line(places).into_iter().map(line).collect()
}

/// The area between two curves over the same x.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Band {
    /// The name of the series whose spread it shows; the legend does not list it.
    pub(crate) label: String,
    pub(crate) x: Vec<f64>,
    pub(crate) low: Vec<f64>,
    pub(crate) high: Vec<f64>,
    pub(crate) color: Color,
}

/// Opacity of bands: the lines on top stay the strongest ink, and crossing bands stay visible.
pub(crate) const BAND_OPACITY: f64 = 0.2;

impl Draw for Band {
    fn check(&self, _axes: [&Axis; 2]) -> Result<(), String> {
        let name = named("a band", &self.label);
        same_length(&name, &[("x", self.x.len()), ("low", self.low.len()), ("high", self.high.len())])
    }

    /// Infinite ends reach the border. What is missing is counted with the line in the middle.
    fn count(&self) -> Count {
        let points = Count::of(self.x.iter().zip(&self.low).zip(&self.high).map(|((&x, &low), &high)| [x, low, high]));
        Count { left_out: 0, ..points }
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        points::extend(&self.x, &self.low, x, y);
        points::extend(&self.x, &self.high, x, y);
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        let edge = |values: &[f64]| -> Vec<(f64, f64)> {
            let place = |(&x, &y): (&f64, &f64)| (frame.x.position(x), frame.y.position_of_end(y));
            self.x.iter().zip(values).map(place).collect()
        };
        let (low, high) = (edge(&self.low), edge(&self.high));
        let exists = |index: usize| ![low[index].0, low[index].1, high[index].1].iter().any(|part| part.is_nan());
        let indices: Vec<usize> = (0..self.x.len()).collect();
        let mut shapes = Vec::new();
        for run in indices.split(|&index| !exists(index)).filter(|run| run.len() > 1) {
            let range = run[0]..run[run.len() - 1] + 1;
            let mut corners = thinned(&low[range.clone()]);
            corners.extend(thinned(&high[range]).into_iter().rev());
            let corners = clip_polygon(&corners);
            if corners.len() >= 3 {
                shapes.push(Drawn {
                    layer: Layer::Band,
                    shape: Shape::Area { corners, color: self.color, opacity: BAND_OPACITY },
                });
            }
        }
        shapes
    }
}
