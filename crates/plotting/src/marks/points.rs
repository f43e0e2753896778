//! Scattered points with error bars and colours.

use numerics::Curve;

use super::kind::{Count, Draw, ERROR_WIDTH, Entry, Frame, Handle, LINE_WIDTH, MARKER_SIZE, named, same_length};
use crate::axis::Axis;
use crate::color::{Color, ColorScale, GREY, LIGHT_GREY, WHITE};
use crate::scale::Extent;
use crate::shape::{Drawn, Layer, Point, Shape, clip_segment, is_inside};
use crate::style::{Dash, Marker, Style};
use crate::svg::MarkerStyle;

/// Intervals given by their ends.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Intervals {
    pub(crate) low: Vec<f64>,
    pub(crate) high: Vec<f64>,
}

/// Markers at data points.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Points {
    pub(crate) label: String,
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
    pub(crate) style: Style,
    pub(crate) x_errors: Option<Intervals>,
    pub(crate) y_errors: Option<Intervals>,
    pub(crate) colors: Option<(Vec<f64>, ColorScale)>,
}

impl Draw for Points {
    fn check(&self, _axes: [&Axis; 2]) -> Result<(), String> {
        let name = named("points", &self.label);
        let mut columns = vec![("x", self.x.len()), ("y", self.y.len())];
        if let Some(errors) = &self.x_errors {
            columns.extend([("low x error", errors.low.len()), ("high x error", errors.high.len())]);
        }
        if let Some(errors) = &self.y_errors {
            columns.extend([("low error", errors.low.len()), ("high error", errors.high.len())]);
        }
        if let Some((values, _)) = &self.colors {
            columns.push(("colour", values.len()));
        }
        same_length(&name, &columns)
    }

    fn count(&self) -> Count {
        Count::of(self.x.iter().zip(&self.y).map(|(&x, &y)| [x, y]))
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        extend(&self.x, &self.y, x, y);
        if let Some(errors) = &self.x_errors {
            x.include_all(&errors.low);
            x.include_all(&errors.high);
        }
        if let Some(errors) = &self.y_errors {
            y.include_all(&errors.low);
            y.include_all(&errors.high);
        }
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        let places = frame.points(&self.x, &self.y);
        let mut shapes = self.error_bars(frame, &places);
        match &self.colors {
            None => shapes.extend(markers(&places, &self.style)),
            Some((values, scale)) => {
                let colored: Vec<(Point, Color)> = places
                    .iter()
                    .zip(values)
                    .filter(|(place, _)| is_inside(**place))
                    .map(|(&place, &value)| (place, scale.color(value).unwrap_or(LIGHT_GREY)))
                    .collect();
                for run in colored.chunk_by(|a, b| a.1 == b.1) {
                    let run_places: Vec<Point> = run.iter().map(|&(place, _)| place).collect();
                    shapes.extend(markers(&run_places, &Style { color: run[0].1, ..self.style }));
                }
            }
        }
        shapes
    }

    fn entries(&self, _frame: &Frame) -> Vec<Entry> {
        let color = if self.colors.is_some() { GREY } else { self.style.color };
        let style = Style { color, ..self.style };
        let mut handles = Vec::new();
        if self.y_errors.is_some() {
            handles.push(Handle::ErrorBar(color));
        }
        handles.push(Handle::Marker(marker_style(&style, 1)));
        vec![Entry { label: self.label.clone(), handles, end: None }]
    }

    fn color_scale(&self) -> Option<&ColorScale> {
        self.colors.as_ref().map(|(_, scale)| scale)
    }
}

impl Points {
    /// The points of a curve, with whiskers if it has intervals.
    pub(crate) fn of_curve(label: String, curve: &Curve, style: Style) -> Self {
        let whiskers = || Intervals { low: curve.low.clone(), high: curve.high.clone() };
        let (x, y, y_errors) = (curve.x.clone(), curve.middle.clone(), curve.has_interval().then(whiskers));
        Points { label, x, y, style, x_errors: None, y_errors, colors: None }
    }

    fn error_bars(&self, frame: &Frame, places: &[Point]) -> Vec<Drawn> {
        let mut shapes = Vec::new();
        for (index, &place) in places.iter().enumerate() {
            let color = match &self.colors {
                Some((values, scale)) => scale.color(values[index]).unwrap_or(LIGHT_GREY),
                None => self.style.color,
            };
            if let Some(errors) = &self.y_errors {
                let end = |value: f64| (place.0, frame.y.position_of_end(value));
                shapes.extend(error_bar(end(errors.low[index]), end(errors.high[index]), color, Marker::Dash));
            }
            if let Some(errors) = &self.x_errors {
                let end = |value: f64| (frame.x.position_of_end(value), place.1);
                shapes.extend(error_bar(end(errors.low[index]), end(errors.high[index]), color, Marker::Bar));
            }
        }
        shapes
    }
}

/// A thin line between two places, with a cap at each end that is visible.
pub(crate) fn error_bar(low: Point, high: Point, color: Color, cap: Marker) -> Vec<Drawn> {
    let Some((from, to)) = clip_segment(low, high) else {
        return Vec::new();
    };
    let line = Shape::Line { points: vec![from, to], color, width: ERROR_WIDTH, dash: Dash::Solid, opacity: 1.0 };
    let mut shapes = vec![Drawn { layer: Layer::Error, shape: line }];
    let centers: Vec<Point> = [low, high].into_iter().filter(|&end| is_inside(end)).collect();
    if !centers.is_empty() {
        let style =
            MarkerStyle { marker: cap, size: 3.0, fill: None, edge: Some(color), width: ERROR_WIDTH, opacity: 1.0 };
        shapes.push(Drawn { layer: Layer::Error, shape: Shape::Markers { centers, style } });
    }
    shapes
}

/// The markers of the places that are inside the panel.
pub(crate) fn markers(places: &[Point], style: &Style) -> Option<Drawn> {
    let centers: Vec<Point> = places.iter().copied().filter(|&place| is_inside(place)).collect();
    if centers.is_empty() {
        return None;
    }
    let style = marker_style(style, centers.len());
    Some(Drawn { layer: Layer::Marker, shape: Shape::Markers { centers, style } })
}

/// Up to this many filled markers get a thin white edge, which keeps neighbours apart.
const EDGED: usize = 300;

/// How `count` markers of a style are drawn.
pub(crate) fn marker_style(style: &Style, count: usize) -> MarkerStyle {
    let marker = style.marker.unwrap_or(Marker::Circle);
    let size = style.size.unwrap_or(MARKER_SIZE);
    let (fill, edge, width) = if marker.is_stroke() {
        (None, Some(style.color), style.width.unwrap_or(1.0).min(LINE_WIDTH))
    } else if style.open {
        (Some(WHITE), Some(style.color), 0.9)
    } else {
        (Some(style.color), (count <= EDGED && style.opacity == 1.0).then_some(WHITE), 0.4)
    };
    MarkerStyle { marker, size, fill, edge, width, opacity: style.opacity }
}

/// Includes the points that have both coordinates.
pub(crate) fn extend(xs: &[f64], ys: &[f64], x: &mut Extent, y: &mut Extent) {
    for (&a, &b) in xs.iter().zip(ys) {
        if a.is_finite() && b.is_finite() {
            x.include(a);
            y.include(b);
        }
    }
}
