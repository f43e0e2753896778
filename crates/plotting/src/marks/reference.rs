//! Reference lines from border to border, and where their labels stand.

use super::kind::{Count, Draw, Entry, Frame, Handle};
use super::line::stroke;
use crate::axis::Axis;
use crate::place::{Hold, Spot, Wanted};
use crate::scale::Extent;
use crate::shape::{Drawn, Layer, Point, is_inside};
use crate::style::Style;

/// A line from border to border.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reference {
    pub(crate) line: Through,
    pub(crate) label: String,
    pub(crate) style: Style,
    /// Whether the label stands in the legend and not beside the line.
    pub(crate) in_legend: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Through {
    Horizontal(f64),
    Vertical(f64),
    /// All points with equal coordinates.
    Diagonal,
}

impl Draw for Reference {
    fn check(&self, _axes: [&Axis; 2]) -> Result<(), String> {
        Ok(())
    }

    fn count(&self) -> Count {
        match self.line {
            Through::Horizontal(value) | Through::Vertical(value) => Count::of([[value]]),
            Through::Diagonal => Count { drawn: 1, left_out: 0 },
        }
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        match self.line {
            Through::Horizontal(value) => y.include(value),
            Through::Vertical(value) => x.include(value),
            Through::Diagonal => {}
        }
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        let places: Vec<Point> = match self.line {
            Through::Horizontal(value) => vec![(0.0, frame.y.position(value)), (1.0, frame.y.position(value))],
            Through::Vertical(value) => vec![(frame.x.position(value), 0.0), (frame.x.position(value), 1.0)],
            // Curved where the axes differ, so many points of the x axis.
            Through::Diagonal => {
                let (low, high) = (frame.x.low.max(frame.y.low), frame.x.high.min(frame.y.high));
                let ends = [low, high].map(|value| frame.point(value, value));
                let straight = std::mem::discriminant(&frame.x.kind) == std::mem::discriminant(&frame.y.kind);
                if straight { ends.to_vec() } else { self.curved_diagonal(frame) }
            }
        };
        stroke(&places, &self.style, Layer::Guide)
    }

    fn entries(&self, _frame: &Frame) -> Vec<Entry> {
        let label = if self.in_legend { self.label.clone() } else { String::new() };
        vec![Entry { label, handles: vec![Handle::Line(self.style)], end: None }]
    }

    fn texts(&self, frame: &Frame) -> Vec<Wanted> {
        if self.label.is_empty() || self.in_legend {
            return Vec::new();
        }
        let spots = match self.line {
            Through::Horizontal(value) => beside_horizontal(frame.y.position(value)),
            Through::Vertical(value) => beside_vertical(frame.x.position(value)),
            Through::Diagonal => {
                let (low, high) = (frame.x.low.max(frame.y.low), frame.x.high.min(frame.y.high));
                beside_diagonal(frame.point(low, low), frame.point(high, high))
            }
        };
        vec![Wanted::new(&self.label, self.style.color.darker(0.25), spots)]
    }
}

/// The ends first, then along the line.
const ALONG: [f64; 11] = [1.0, 0.0, 0.5, 0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4];

/// How a text is held at a share of a line, so that it stays beside it up to both ends.
fn hold(share: f64) -> Hold {
    if share == 0.0 {
        Hold::Start
    } else if share == 1.0 {
        Hold::End
    } else {
        Hold::Middle
    }
}

/// Away from the border at either end of a line, in points.
fn inward(share: f64) -> f64 {
    if share == 0.0 {
        3.0
    } else if share == 1.0 {
        -3.0
    } else {
        0.0
    }
}

fn beside_horizontal(y: f64) -> Vec<Spot> {
    if !is_inside((0.5, y)) {
        return Vec::new();
    }
    let above = |x: f64| Spot::new((x, y), (inward(x), -1.5), hold(x), Hold::End);
    let below = |x: f64| Spot::new((x, y), (inward(x), 1.5), hold(x), Hold::Start);
    ALONG.into_iter().flat_map(|x| [above(x), below(x)]).collect()
}

fn beside_vertical(x: f64) -> Vec<Spot> {
    if !is_inside((x, 0.5)) {
        return Vec::new();
    }
    // Measured from the top, where the vertical coordinate of texts begins.
    let vertical = |y: f64| hold(1.0 - y);
    let right = |y: f64, away: f64| Spot::new((x, y), (away, inward(1.0 - y)), Hold::Start, vertical(y));
    let left = |y: f64, away: f64| Spot::new((x, y), (-away, inward(1.0 - y)), Hold::End, vertical(y));
    let level = ALONG.into_iter().flat_map(|y| [right(y, 2.5), left(y, 2.5)]);
    let upright = ALONG.into_iter().flat_map(|y| [right(y, 1.5).rotated(), left(y, 1.5).rotated()]);
    level.chain(upright).collect()
}

fn beside_diagonal(start: Point, end: Point) -> Vec<Spot> {
    let at = |share: f64| (start.0 + share * (end.0 - start.0), start.1 + share * (end.1 - start.1));
    let spots = [0.9, 0.8, 0.7, 0.3, 0.2, 0.5].into_iter().flat_map(|share| {
        let below = Spot::new(at(share), (4.0, 1.0), Hold::Start, Hold::Start);
        let above = Spot::new(at(share), (-4.0, -1.0), Hold::End, Hold::End);
        [below, above]
    });
    spots.filter(|spot| is_inside(spot.at)).collect()
}

impl Reference {
    fn curved_diagonal(&self, frame: &Frame) -> Vec<Point> {
        let step = |i: i32| frame.x.low + (frame.x.high - frame.x.low) * f64::from(i) / 400.0;
        (0..=400).map(|i| frame.point(step(i), step(i))).collect()
    }
}
