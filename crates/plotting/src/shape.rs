//! Geometry of what is drawn inside a panel, in places from 0 to 1 along its sides, and its
//! clipping.

use crate::color::Color;
use crate::style::Dash;
use crate::svg::MarkerStyle;

/// A place in a panel: 0 to 1 from left to right and from bottom to top.
pub(crate) type Point = (f64, f64);

/// Something to draw, already clipped to the panel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Line {
        points: Vec<Point>,
        color: Color,
        width: f64,
        dash: Dash,
        opacity: f64,
    },
    Area {
        corners: Vec<Point>,
        color: Color,
        opacity: f64,
    },
    /// Rectangles of one colour without seams, each by two opposite corners.
    Cells {
        rectangles: Vec<[Point; 2]>,
        color: Color,
    },
    Markers {
        centers: Vec<Point>,
        style: MarkerStyle,
    },
    /// A line with a head whose size does not depend on the panel.
    Arrow {
        from: Point,
        to: Point,
        color: Color,
        width: f64,
    },
}

/// What lies below what, from the bottom up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    Region,
    Map,
    Band,
    Bar,
    Guide,
    Line,
    Error,
    Marker,
    Arrow,
}

impl Layer {
    /// Whether legends and labels must keep away, and not only should.
    pub(crate) fn is_data(self) -> bool {
        !matches!(self, Layer::Region | Layer::Guide)
    }
}

/// A shape in its layer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drawn {
    pub(crate) layer: Layer,
    pub(crate) shape: Shape,
}

/// Places further out than this are pulled in before clipping, so that no product overflows. The
/// direction of a line that leaves the panel by more than a thousand panel heights does not change
/// visibly.
const FAR: f64 = 1e3;

/// The visible parts of a polyline. A place that is not a number breaks the line.
pub(crate) fn clip_line(points: &[Point]) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for pair in points.windows(2) {
        let Some((from, to)) = clip_segment(pair[0], pair[1]) else {
            open = false;
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if open && piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
        open = to == pulled_in(pair[1]);
    }
    pieces.iter().map(|piece| thinned(piece)).collect()
}

fn is_place(point: Point) -> bool {
    !point.0.is_nan() && !point.1.is_nan()
}

fn pulled_in(point: Point) -> Point {
    (point.0.clamp(-FAR, FAR), point.1.clamp(-FAR, FAR))
}

/// The part of a segment inside the unit square (Liang and Barsky).
pub(crate) fn clip_segment(from: Point, to: Point) -> Option<(Point, Point)> {
    if !is_place(from) || !is_place(to) {
        return None;
    }
    let (from, to) = (pulled_in(from), pulled_in(to));
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut start, mut end) = (0.0_f64, 1.0_f64);
    for (step, distance) in [(-dx, from.0), (dx, 1.0 - from.0), (-dy, from.1), (dy, 1.0 - from.1)] {
        if step == 0.0 {
            if distance < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            start = start.max(distance / step);
        } else {
            end = end.min(distance / step);
        }
    }
    if start > end {
        return None;
    }
    let at = |share: f64| match share {
        // The ends themselves, so that consecutive segments share their point exactly.
        0.0 => from,
        1.0 => to,
        _ => (from.0 + share * dx, from.1 + share * dy),
    };
    Some((at(start), at(end)))
}

/// The part of a polygon inside the unit square (Sutherland and Hodgman). Edges along the border
/// may remain, which filling does not show.
pub(crate) fn clip_polygon(corners: &[Point]) -> Vec<Point> {
    let mut polygon: Vec<Point> = corners.iter().copied().filter(|&corner| is_place(corner)).map(pulled_in).collect();
    // Distance inside of each of the four sides.
    let sides: [fn(Point) -> f64; 4] = [|p| p.0, |p| 1.0 - p.0, |p| p.1, |p| 1.0 - p.1];
    for inside in sides {
        let mut kept = Vec::with_capacity(polygon.len() + 4);
        for (index, &corner) in polygon.iter().enumerate() {
            let before = polygon[(index + polygon.len() - 1) % polygon.len()];
            let (d0, d1) = (inside(before), inside(corner));
            if (d0 < 0.0) != (d1 < 0.0) {
                let share = d0 / (d0 - d1);
                kept.push((before.0 + share * (corner.0 - before.0), before.1 + share * (corner.1 - before.1)));
            }
            if d1 >= 0.0 {
                kept.push(corner);
            }
        }
        polygon = kept;
    }
    polygon
}

/// Whether a place is in the panel, its border included.
pub(crate) fn is_inside((x, y): Point) -> bool {
    let range = -1e-9..=1.0 + 1e-9;
    range.contains(&x) && range.contains(&y)
}

/// The runs of consecutive places that are numbers.
pub(crate) fn runs(points: &[Point]) -> impl Iterator<Item = &[Point]> {
    points.split(|&point| !is_place(point)).filter(|run| !run.is_empty())
}

/// Columns into which a long line is thinned: about a tenth of a point each.
const COLUMNS: f64 = 2000.0;

/// Reduces the points within one narrow column to the first, lowest, highest and last, which look
/// the same. A run of a million iterations becomes a file of some kilobytes.
pub(crate) fn thinned(points: &[Point]) -> Vec<Point> {
    let column = |point: &Point| (point.0 * COLUMNS).floor();
    let mut kept = Vec::new();
    for run in points.chunk_by(|a, b| column(a) == column(b)) {
        if run.len() <= 4 {
            kept.extend_from_slice(run);
            continue;
        }
        let mut chosen = [0, extreme(run, |a, b| a < b), extreme(run, |a, b| a > b), run.len() - 1];
        chosen.sort_unstable();
        for (position, index) in chosen.into_iter().enumerate() {
            if position == 0 || chosen[position - 1] != index {
                kept.push(run[index]);
            }
        }
    }
    kept
}

fn extreme(run: &[Point], better: impl Fn(f64, f64) -> bool) -> usize {
    (1..run.len()).fold(0, |best, index| if better(run[index].1, run[best].1) { index } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_the_border() {
        let pieces = clip_line(&[(-1.0, 0.5), (0.5, 0.5), (0.5, 3.0), (0.75, 3.0), (0.75, 0.0)]);
        assert_eq!(pieces, [vec![(0.0, 0.5), (0.5, 0.5), (0.5, 1.0)], vec![(0.75, 1.0), (0.75, 0.0)]]);
        assert_eq!(clip_line(&[(0.0, 2.0), (1.0, 3.0)]), Vec::<Vec<Point>>::new());
        // A slanted line through a corner region.
        let (from, to) = clip_segment((-0.5, 0.0), (0.5, 1.0)).unwrap();
        assert_eq!((from, to), ((0.0, 0.5), (0.5, 1.0)));
    }

    #[test]
    fn gaps_break_lines() {
        let gap = (0.5, f64::NAN);
        let pieces = clip_line(&[(0.0, 0.0), (0.2, 0.1), gap, (0.6, 0.1), (0.8, 0.2)]);
        assert_eq!(pieces.len(), 2);
        assert_eq!(runs(&[gap, (0.1, 0.1), gap, gap, (0.2, 0.2), (0.3, 0.3)]).count(), 2);
    }

    #[test]
    fn far_and_infinite_points_do_not_matter() {
        let pieces = clip_line(&[(0.5, 0.5), (0.5, f64::INFINITY), (0.6, 1e300), (0.6, 0.5)]);
        assert_eq!(pieces, [vec![(0.5, 0.5), (0.5, 1.0)], vec![(0.6, 1.0), (0.6, 0.5)]]);
    }

    #[test]
    fn polygons_are_cut_to_the_square() {
        let diamond = [(0.5, -0.5), (1.5, 0.5), (0.5, 1.5), (-0.5, 0.5)];
        let clipped = clip_polygon(&diamond);
        let area: f64 = (0..clipped.len())
            .map(|i| {
                let (a, b) = (clipped[i], clipped[(i + 1) % clipped.len()]);
                (a.0 * b.1 - b.0 * a.1) / 2.0
            })
            .sum();
        assert!((area - 1.0).abs() < 1e-12, "the square lies inside the diamond: {area}");
        assert!(clip_polygon(&[(2.0, 2.0), (3.0, 2.0), (3.0, 3.0)]).is_empty());
    }

    #[test]
    fn thinning_keeps_ends_and_extremes() {
        let points: Vec<Point> = (0..100_000).map(|i| (f64::from(i) / 1e5, f64::from(i % 7))).collect();
        let thin = thinned(&points);
        assert!(thin.len() <= 8004, "{}", thin.len());
        assert_eq!((thin[0], thin[thin.len() - 1]), (points[0], points[99_999]));
        assert!(thin.iter().filter(|point| point.1 == 6.0).count() >= 2000);
        let few = [(0.1, 0.2), (0.1, 0.3), (0.9, 0.1)];
        assert_eq!(thinned(&few), few);
    }
}
