//! What explains the data: shaded regions, texts, segments and arrows.

use super::kind::{Count, Draw, Entry, Frame, Handle, named, same_length};
use super::line::stroke;
use crate::axis::Axis;
use crate::color::{Color, DARK_GREY};
use crate::place::{Hold, Spot, Wanted};
use crate::scale::Extent;
use crate::shape::{Drawn, Layer, Point, Shape, clip_polygon, clip_segment, is_inside};
use crate::style::Style;

/// A shaded rectangle; an infinite side reaches the border.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Region {
    pub(crate) label: String,
    pub(crate) x: (f64, f64),
    pub(crate) y: (f64, f64),
    pub(crate) color: Color,
}

impl Region {
    fn corners(&self, frame: &Frame) -> Vec<Point> {
        let x = [self.x.0, self.x.1].map(|value| frame.x.position_of_end(value));
        let y = [self.y.0, self.y.1].map(|value| frame.y.position_of_end(value));
        clip_polygon(&[(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])])
    }
}

impl Draw for Region {
    fn check(&self, _axes: [&Axis; 2]) -> Result<(), String> {
        Ok(())
    }

    fn count(&self) -> Count {
        let is_missing = [self.x.0, self.x.1, self.y.0, self.y.1].iter().any(|end| end.is_nan());
        Count { drawn: usize::from(!is_missing), left_out: usize::from(is_missing) }
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        [self.x.0, self.x.1].into_iter().for_each(|end| x.include(end));
        [self.y.0, self.y.1].into_iter().for_each(|end| y.include(end));
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        let corners = self.corners(frame);
        if corners.len() < 3 {
            return Vec::new();
        }
        vec![Drawn { layer: Layer::Region, shape: Shape::Area { corners, color: self.color, opacity: 0.22 } }]
    }

    fn texts(&self, frame: &Frame) -> Vec<Wanted> {
        let corners = self.corners(frame);
        if self.label.is_empty() || corners.len() < 3 {
            return Vec::new();
        }
        let end =
            |pick: fn(&Point) -> f64, best: fn(f64, f64) -> f64| corners.iter().map(pick).reduce(best).unwrap_or(0.5);
        let (left, right) = (end(|p| p.0, f64::min), end(|p| p.0, f64::max));
        let (bottom, top) = (end(|p| p.1, f64::min), end(|p| p.1, f64::max));
        let middle = (left + right) / 2.0;
        use Hold::{End, Middle, Start};
        let spots = [
            Spot::new((middle, top), (0.0, 3.0), Middle, Start),
            Spot::new((middle, bottom), (0.0, -3.0), Middle, End),
            Spot::new((left, top), (3.0, 3.0), Start, Start),
            Spot::new((right, top), (-3.0, 3.0), End, Start),
            Spot::new((left, bottom), (3.0, -3.0), Start, End),
            Spot::new((right, bottom), (-3.0, -3.0), End, End),
            Spot::new((middle, (top + bottom) / 2.0), (0.0, 0.0), Middle, Middle),
        ];
        let height = |share: f64| bottom + share * (top - bottom);
        let along = [0.85, 0.15, 0.7, 0.3, 0.6, 0.4];
        let level = along.map(|share| Spot::new((middle, height(share)), (0.0, 0.0), Middle, Middle));
        let spots: Vec<Spot> = spots.into_iter().chain(level).collect();
        let upright: Vec<Spot> = spots.iter().map(|spot| spot.rotated()).collect();
        let spots = spots.into_iter().chain(upright).collect();
        let text = Wanted::new(&self.label, self.color.darker(0.45), spots);
        vec![Wanted { halo: false, within: Some([(left, right), (bottom, top)]), ..text }]
    }
}

/// Where a text lies with respect to its point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// Where it covers least, of the eight directions.
    #[default]
    Auto,
    /// On the point.
    Center,
    /// To the left of the point.
    Left,
    /// To the right of the point.
    Right,
    /// Above the point.
    Above,
    /// Below the point.
    Below,
    /// Above and to the left.
    AboveLeft,
    /// Above and to the right.
    AboveRight,
    /// Below and to the left.
    BelowLeft,
    /// Below and to the right.
    BelowRight,
}

/// A text at a point.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Annotation {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) text: String,
    pub(crate) anchor: Anchor,
    pub(crate) color: Color,
}

impl Draw for Annotation {
    fn check(&self, _axes: [&Axis; 2]) -> Result<(), String> {
        Ok(())
    }

    fn extend(&self, _x: &mut Extent, _y: &mut Extent) {}

    fn shapes(&self, _frame: &Frame) -> Vec<Drawn> {
        Vec::new()
    }

    fn texts(&self, frame: &Frame) -> Vec<Wanted> {
        let place = frame.point(self.x, self.y);
        if !is_inside(place) {
            return Vec::new();
        }
        use Hold::{End, Middle, Start};
        let spot = |anchor: Anchor, far: f64| {
            let (x, y, horizontal, vertical) = match anchor {
                Anchor::Center | Anchor::Auto => (0.0, 0.0, Middle, Middle),
                Anchor::Left => (-4.0, 0.0, End, Middle),
                Anchor::Right => (4.0, 0.0, Start, Middle),
                Anchor::Above => (0.0, -4.0, Middle, End),
                Anchor::Below => (0.0, 4.0, Middle, Start),
                Anchor::AboveLeft => (-3.0, -2.5, End, End),
                Anchor::AboveRight => (3.0, -2.5, Start, End),
                Anchor::BelowLeft => (-3.0, 2.5, End, Start),
                Anchor::BelowRight => (3.0, 2.5, Start, Start),
            };
            Spot::new(place, (x * far, y * far), horizontal, vertical)
        };
        let spots = if self.anchor == Anchor::Auto {
            use Anchor::{Above, AboveLeft, AboveRight, Below, BelowLeft, BelowRight, Left, Right};
            let around = [AboveRight, Right, Above, BelowRight, Below, AboveLeft, Left, BelowLeft];
            [1.0, 2.0, 3.0].into_iter().flat_map(|far| around.map(|anchor| spot(anchor, far))).collect()
        } else {
            vec![spot(self.anchor, 1.0)]
        };
        vec![Wanted::new(&self.text, self.color, spots)]
    }
}

/// A part of the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Corner {
    /// Where least is covered.
    #[default]
    Best,
    /// Top left.
    TopLeft,
    /// Top right.
    TopRight,
    /// Bottom left.
    BottomLeft,
    /// Bottom right.
    BottomRight,
}

impl Corner {
    /// Spots in the corner, or in all corners and the middles of the sides.
    pub(crate) fn spots(self) -> Vec<Spot> {
        use Hold::{End, Middle, Start};
        let spot = |x: f64, y: f64| {
            let hold = |share: f64, flipped: bool| match (share, flipped) {
                (0.5, _) => Middle,
                (0.0, false) | (1.0, true) => Start,
                _ => End,
            };
            let inward = |share: f64| 5.0 * (1.0 - 2.0 * share);
            Spot::new((x, y), (inward(x), -inward(y)), hold(x, false), hold(y, true))
        };
        match self {
            Corner::TopLeft => vec![spot(0.0, 1.0)],
            Corner::TopRight => vec![spot(1.0, 1.0)],
            Corner::BottomLeft => vec![spot(0.0, 0.0)],
            Corner::BottomRight => vec![spot(1.0, 0.0)],
            Corner::Best => {
                [(1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0), (0.5, 1.0), (0.5, 0.0), (1.0, 0.5), (0.0, 0.5)]
                    .map(|(x, y)| spot(x, y))
                    .to_vec()
            }
        }
    }
}

/// A text in a corner.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Note {
    pub(crate) text: String,
    pub(crate) corner: Corner,
}

impl Draw for Note {
    fn check(&self, _axes: [&Axis; 2]) -> Result<(), String> {
        Ok(())
    }

    fn extend(&self, _x: &mut Extent, _y: &mut Extent) {}

    fn shapes(&self, _frame: &Frame) -> Vec<Drawn> {
        Vec::new()
    }

    fn texts(&self, _frame: &Frame) -> Vec<Wanted> {
        vec![Wanted::new(&self.text, DARK_GREY, self.corner.spots())]
    }
}

/// Straight lines between pairs of points, with or without arrow heads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segments {
    pub(crate) label: String,
    pub(crate) from: (Vec<f64>, Vec<f64>),
    pub(crate) to: (Vec<f64>, Vec<f64>),
    pub(crate) style: Style,
    pub(crate) arrows: bool,
}

impl Draw for Segments {
    fn check(&self, _axes: [&Axis; 2]) -> Result<(), String> {
        same_length(
            &named("segments", &self.label),
            &[("x0", self.from.0.len()), ("y0", self.from.1.len()), ("x1", self.to.0.len()), ("y1", self.to.1.len())],
        )
    }

    fn count(&self) -> Count {
        let from = self.from.0.iter().zip(&self.from.1);
        let to = self.to.0.iter().zip(&self.to.1);
        Count::of(from.zip(to).map(|((&x0, &y0), (&x1, &y1))| [x0, y0, x1, y1]))
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        for (xs, ys) in [&self.from, &self.to] {
            super::points::extend(xs, ys, x, y);
        }
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        let from = frame.points(&self.from.0, &self.from.1);
        let to = frame.points(&self.to.0, &self.to.1);
        let mut shapes = Vec::new();
        for (from, to) in from.into_iter().zip(to) {
            let Some((start, end)) = clip_segment(from, to) else {
                continue;
            };
            // A head only where the arrow ends in the panel.
            if self.arrows && is_inside(to) {
                let shape = Shape::Arrow {
                    from: start,
                    to: end,
                    color: self.style.color,
                    width: self.style.width.unwrap_or(1.0),
                };
                shapes.push(Drawn { layer: Layer::Arrow, shape });
            } else {
                shapes.extend(stroke(&[from, to], &self.style, Layer::Line));
            }
        }
        shapes
    }

    fn entries(&self, _frame: &Frame) -> Vec<Entry> {
        vec![Entry { label: self.label.clone(), handles: vec![Handle::Line(self.style)], end: None }]
    }
}
