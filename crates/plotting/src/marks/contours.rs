//! Contour lines by marching squares.

use std::collections::BTreeMap;

use super::grid::check_grid;
use super::kind::{Count, Draw, Entry, Frame, Handle, named};
use crate::axis::Axis;
use crate::place::{Hold, Spot, Wanted};
use crate::scale::Extent;
use crate::shape::{Drawn, Layer, Point, is_inside};
use crate::style::Style;

/// Lines of equal value over a grid.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Contours {
    pub(crate) label: String,
    pub(crate) xs: Vec<f64>,
    pub(crate) ys: Vec<f64>,
    /// Row by row: `values[row * xs.len() + column]`.
    pub(crate) values: Vec<f64>,
    pub(crate) levels: Vec<f64>,
    /// One text per level, or none at all.
    pub(crate) level_labels: Vec<String>,
    pub(crate) style: Style,
}

impl Draw for Contours {
    fn check(&self, _axes: [&Axis; 2]) -> Result<(), String> {
        let name = named("contours", &self.label);
        check_grid(&name, &self.xs, &self.ys, &self.values)?;
        if !self.level_labels.is_empty() && self.level_labels.len() != self.levels.len() {
            return Err(format!(
                "{name} with {} levels and {} level labels",
                self.levels.len(),
                self.level_labels.len()
            ));
        }
        Ok(())
    }

    /// NaN is a hole in the grid.
    fn count(&self) -> Count {
        Count::of_present(&self.values)
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        x.include_all(&self.xs);
        y.include_all(&self.ys);
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        let style = Style { width: self.style.width.or(Some(0.8)), ..self.style };
        self.levels
            .iter()
            .flat_map(|&level| self.lines(frame, level))
            .flat_map(|line| super::line::stroke(&line, &style, Layer::Line))
            .collect()
    }

    fn entries(&self, _frame: &Frame) -> Vec<Entry> {
        let style = Style { width: self.style.width.or(Some(0.8)), ..self.style };
        vec![Entry { label: self.label.clone(), handles: vec![Handle::Line(style)], end: None }]
    }

    fn texts(&self, frame: &Frame) -> Vec<Wanted> {
        let mut texts = Vec::new();
        for (&level, label) in self.levels.iter().zip(&self.level_labels) {
            let lines = self.lines(frame, level);
            let Some(longest) = lines.iter().max_by_key(|line| line.len()) else {
                continue;
            };
            // Some places along the line; the one with most room will be taken.
            let step = (longest.len() / 24).max(1);
            let spots = longest
                .iter()
                .step_by(step)
                .filter(|&&place| is_inside(place))
                .map(|&place| Spot::new(place, (0.0, 0.0), Hold::Middle, Hold::Middle))
                .collect();
            texts.push(Wanted { is_optional: true, ..Wanted::new(label, self.style.color, spots) });
        }
        texts
    }
}

impl Contours {
    /// The lines of a level in places. Crossings are interpolated along the axes as drawn, so that
    /// contours on logarithmic axes are as smooth as on linear ones.
    fn lines(&self, frame: &Frame, level: f64) -> Vec<Vec<Point>> {
        let xs: Vec<f64> = self.xs.iter().map(|&x| frame.x.position(x)).collect();
        let ys: Vec<f64> = self.ys.iter().map(|&y| frame.y.position(y)).collect();
        contour(&xs, &ys, &self.values, level)
    }
}

/// An edge of the grid: its lower node, and whether it runs along x.
type Edge = (usize, usize, bool);

/// The contour lines of one level on a grid, by marching squares: every cell contributes the
/// segments between the crossings of its edges, and segments that share an edge are joined. In the
/// ambiguous case of a saddle the mean of the four corners decides. Cells with a corner that is not
/// finite are left out.
pub(crate) fn contour(xs: &[f64], ys: &[f64], values: &[f64], level: f64) -> Vec<Vec<Point>> {
    if !level.is_finite() {
        return Vec::new();
    }
    let columns = xs.len();
    let value = |column: usize, row: usize| values[row * columns + column];
    let mut neighbours: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
    for row in 0..ys.len().saturating_sub(1) {
        for column in 0..columns.saturating_sub(1) {
            let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(dx, dy)| value(column + dx, row + dy));
            for (from, to) in cell_segments(corners, level, column, row) {
                neighbours.entry(from).or_default().push(to);
                neighbours.entry(to).or_default().push(from);
            }
        }
    }
    let crossing = |&(column, row, along_x): &Edge| -> Point {
        let other = if along_x { (column + 1, row) } else { (column, row + 1) };
        let (a, b) = (value(column, row), value(other.0, other.1));
        let share = (level - a) / (b - a);
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.5 };
        (xs[column] + share * (xs[other.0] - xs[column]), ys[row] + share * (ys[other.1] - ys[row]))
    };
    join(neighbours).iter().map(|line| line.iter().map(crossing).collect()).collect()
}

/// The one or two segments of a cell, given its corners counter-clockwise from the lower left.
fn cell_segments(corners: [f64; 4], level: f64, column: usize, row: usize) -> Vec<(Edge, Edge)> {
    if corners.iter().any(|corner| !corner.is_finite()) {
        return Vec::new();
    }
    let bottom = (column, row, true);
    let right = (column + 1, row, false);
    let top = (column, row + 1, true);
    let left = (column, row, false);
    let above = corners.map(|corner| corner > level);
    match above {
        [false, false, false, false] | [true, true, true, true] => vec![],
        [true, false, false, false] | [false, true, true, true] => vec![(left, bottom)],
        [false, true, false, false] | [true, false, true, true] => vec![(bottom, right)],
        [false, false, true, false] | [true, true, false, true] => vec![(right, top)],
        [false, false, false, true] | [true, true, true, false] => vec![(top, left)],
        [true, true, false, false] | [false, false, true, true] => vec![(left, right)],
        [false, true, true, false] | [true, false, false, true] => vec![(bottom, top)],
        [true, false, true, false] | [false, true, false, true] => {
            let center = corners.iter().map(|corner| corner / 4.0).sum::<f64>() > level;
            // The corners that agree with the centre are connected through it; the lines cut off
            // the other two.
            if center == above[0] { vec![(bottom, right), (top, left)] } else { vec![(left, bottom), (right, top)] }
        }
    }
}

/// Joins segments into lines: first those that end at the border, then closed ones.
fn join(mut neighbours: BTreeMap<Edge, Vec<Edge>>) -> Vec<Vec<Edge>> {
    let mut lines = Vec::new();
    let ends: Vec<Edge> = neighbours.iter().filter(|(_, others)| others.len() == 1).map(|(edge, _)| *edge).collect();
    let all: Vec<Edge> = neighbours.keys().copied().collect();
    for start in ends.into_iter().chain(all) {
        let mut line = vec![start];
        let mut at = start;
        while let Some(next) = neighbours.get_mut(&at).and_then(Vec::pop) {
            if let Some(back) = neighbours.get_mut(&next)
                && let Some(index) = back.iter().position(|&edge| edge == at)
            {
                back.swap_remove(index);
            }
            line.push(next);
            at = next;
        }
        if line.len() > 1 {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(count: usize, f: impl Fn(f64, f64) -> f64) -> (Vec<f64>, Vec<f64>) {
        let axis: Vec<f64> = (0..count).map(|i| -1.0 + 2.0 * i as f64 / (count - 1) as f64).collect();
        let values = axis.iter().flat_map(|&y| axis.iter().map(move |&x| (x, y))).map(|(x, y)| f(x, y)).collect();
        (axis, values)
    }

    #[test]
    fn contour_of_a_paraboloid_is_one_closed_circle() {
        let (axis, values) = grid(81, |x, y| x * x + y * y);
        let lines = contour(&axis, &axis, &values, 0.49);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].first(), lines[0].last());
        for &(x, y) in &lines[0] {
            assert!(((x * x + y * y).sqrt() - 0.7).abs() < 5e-4, "({x}, {y})");
        }
        // Area by the shoelace formula, against pi r^2.
        let area: f64 = lines[0].windows(2).map(|p| (p[0].0 * p[1].1 - p[1].0 * p[0].1) / 2.0).sum();
        assert!((area.abs() - std::f64::consts::PI * 0.49).abs() < 2e-3, "{area}");
    }

    #[test]
    fn contour_of_a_plane_is_exact() {
        let (axis, values) = grid(5, |x, y| x + 2.0 * y);
        let lines = contour(&axis, &axis, &values, 0.3);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].iter().all(|(x, y)| (x + 2.0 * y - 0.3).abs() < 1e-12));
    }

    #[test]
    fn saddle_gives_two_lines_that_do_not_cross() {
        let (axis, values) = grid(4, |x, y| x * y);
        assert_eq!(contour(&axis, &axis, &values, 0.05).len(), 2);
        assert_eq!(contour(&axis, &axis, &values, -0.05).len(), 2);
    }

    #[test]
    fn missing_cells_cut_the_line() {
        let (axis, mut values) = grid(21, |x, y| x * x + y * y);
        assert_eq!(contour(&axis, &axis, &values, 0.5).len(), 1);
        values[10 * 21 + 17] = f64::NAN;
        let cut = contour(&axis, &axis, &values, 0.5);
        assert_eq!(cut.len(), 1);
        assert_ne!(cut[0].first(), cut[0].last());
    }

    #[test]
    fn level_outside_the_values_has_no_line() {
        let (axis, values) = grid(5, |x, _| x);
        assert!(contour(&axis, &axis, &values, 7.0).is_empty());
        assert!(contour(&axis, &axis, &values, f64::NAN).is_empty());
        assert!(contour(&[], &[], &[], 0.0).is_empty());
    }
}
