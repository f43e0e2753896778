//! Histograms and heat maps.

use super::kind::{Count, Draw, Entry, Frame, Handle, named};
use crate::axis::Axis;
use crate::color::{Color, ColorScale};
use crate::scale::{Extent, Scale};
use crate::shape::{Drawn, Layer, Point, Shape, clip_line, clip_polygon};
use crate::style::Style;

/// Heights over intervals, filled or as an outline.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Histogram {
    pub(crate) label: String,
    /// One more than heights.
    pub(crate) edges: Vec<f64>,
    pub(crate) heights: Vec<f64>,
    pub(crate) style: Style,
}

/// Opacity of a filled histogram, so that two of them can be compared.
const FILL_OPACITY: f64 = 0.45;

impl Draw for Histogram {
    fn check(&self, _axes: [&Axis; 2]) -> Result<(), String> {
        let name = named("a histogram", &self.label);
        if self.edges.len() != self.heights.len() + 1 && !(self.edges.is_empty() && self.heights.is_empty()) {
            return Err(format!(
                "{name} with {} edges and {} heights (there must be one more edge than heights)",
                self.edges.len(),
                self.heights.len()
            ));
        }
        Ok(())
    }

    fn count(&self) -> Count {
        let bins = self.edges.windows(2).zip(&self.heights);
        Count::of(bins.map(|(edges, &height)| [edges[0], edges[1], height]))
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        self.edges.iter().for_each(|&edge| x.anchor(edge));
        if !self.heights.is_empty() {
            y.anchor(0.0);
        }
        y.include_all(&self.heights);
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        let Style { color, opacity, dash, .. } = self.style;
        let width = self.style.width.unwrap_or(if self.style.open { 1.1 } else { 0.7 });
        let mut shapes = Vec::new();
        for corners in self.outlines(frame) {
            let area = clip_polygon(&corners);
            if !self.style.open && area.len() >= 3 {
                let shape = Shape::Area { corners: area, color, opacity: FILL_OPACITY * opacity };
                shapes.push(Drawn { layer: Layer::Bar, shape });
            }
            for points in clip_line(&corners) {
                shapes.push(Drawn { layer: Layer::Line, shape: Shape::Line { points, color, width, dash, opacity } });
            }
        }
        shapes
    }

    fn entries(&self, _frame: &Frame) -> Vec<Entry> {
        let Style { color, opacity, .. } = self.style;
        let handle = if self.style.open {
            Handle::Line(Style { width: self.style.width.or(Some(1.1)), ..self.style })
        } else {
            Handle::Patch { color, opacity: FILL_OPACITY * opacity, outlined: true }
        };
        vec![Entry { label: self.label.clone(), handles: vec![handle], end: None }]
    }
}

impl Histogram {
    /// The steps over each run of bins that are not empty, from the base up and back to it.
    fn outlines(&self, frame: &Frame) -> Vec<Vec<Point>> {
        let base = base(&frame.y);
        let mut outlines: Vec<Vec<Point>> = Vec::new();
        let mut open = false;
        for (pair, &height) in self.edges.windows(2).zip(&self.heights) {
            let (x0, x1) = (frame.x.position(pair[0]), frame.x.position(pair[1]));
            let top = frame.y.position_of_end(height);
            let is_empty = x0.is_nan() || x1.is_nan() || top.is_nan() || (top - base).abs() < 1e-9 || height <= 0.0;
            if !is_empty {
                if !open {
                    outlines.push(vec![(x0, base)]);
                }
                if let Some(outline) = outlines.last_mut() {
                    // The way back to the base moves on with every bin.
                    if open {
                        outline.pop();
                    }
                    outline.extend([(x0, top), (x1, top), (x1, base)]);
                }
            }
            open = !is_empty;
        }
        outlines
    }
}

/// The place from which bars and histograms rise: zero, or the lower end of an axis that does not
/// hold it.
pub(crate) fn base(scale: &Scale) -> f64 {
    let end = if scale.inverted { 1.0 } else { 0.0 };
    if scale.contains(0.0) { scale.position(0.0) } else { end }
}

/// Coloured cells over a grid.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HeatMap {
    pub(crate) xs: Vec<f64>,
    pub(crate) ys: Vec<f64>,
    /// Row by row: `values[row * xs.len() + column]`.
    pub(crate) values: Vec<f64>,
    pub(crate) scale: ColorScale,
}

/// What is wrong with a grid, if anything: sizes, or coordinates that do not ascend or descend.
pub(crate) fn check_grid(name: &str, xs: &[f64], ys: &[f64], values: &[f64]) -> Result<(), String> {
    if values.len() != xs.len() * ys.len() {
        return Err(format!(
            "{name} with {} x values, {} y values and {} values (must be their product)",
            xs.len(),
            ys.len(),
            values.len()
        ));
    }
    for (axis, centers) in [("x", xs), ("y", ys)] {
        let ascending = centers.windows(2).all(|pair| pair[0] < pair[1]);
        let descending = centers.windows(2).all(|pair| pair[0] > pair[1]);
        if !(ascending || descending) {
            return Err(format!("{name} whose {axis} values neither ascend nor descend"));
        }
    }
    Ok(())
}

impl Draw for HeatMap {
    fn check(&self, _axes: [&Axis; 2]) -> Result<(), String> {
        check_grid("a heat map", &self.xs, &self.ys, &self.values)
    }

    /// NaN is an empty cell; infinite values have the colours of the ends.
    fn count(&self) -> Count {
        Count { drawn: self.values.iter().filter(|value| !value.is_nan()).count(), left_out: 0 }
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        for (extent, centers) in [(x, &self.xs), (y, &self.ys)] {
            for edge in outer_edges(centers) {
                extent.anchor(edge);
            }
            extent.include_all(centers);
        }
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        let (x, y) = (cell_edges(&self.xs, &frame.x), cell_edges(&self.ys, &frame.y));
        let mut cells: Vec<(Color, [Point; 2])> = Vec::new();
        for (row, values) in self.values.chunks(self.xs.len().max(1)).enumerate() {
            let mut colors = Vec::with_capacity(values.len());
            for (column, &value) in values.iter().enumerate() {
                colors.push((column, self.scale.color(value)));
            }
            // Neighbours of one colour are one cell.
            for run in colors.chunk_by(|a, b| a.1 == b.1) {
                let Some(color) = run[0].1 else { continue };
                let (first, last) = (run[0].0, run[run.len() - 1].0);
                let corners = [(x[first], y[row]), (x[last + 1], y[row + 1])];
                if corners.iter().any(|corner| corner.0.is_nan() || corner.1.is_nan()) {
                    continue;
                }
                let clipped = corners.map(|(x, y)| (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0)));
                if clipped[0].0 != clipped[1].0 && clipped[0].1 != clipped[1].1 {
                    cells.push((color, clipped));
                }
            }
        }
        cells.sort_by_key(|cell| cell.0);
        cells
            .chunk_by(|a, b| a.0 == b.0)
            .map(|run| {
                let rectangles = run.iter().map(|cell| cell.1).collect();
                Drawn { layer: Layer::Map, shape: Shape::Cells { rectangles, color: run[0].0 } }
            })
            .collect()
    }

    fn color_scale(&self) -> Option<&ColorScale> {
        Some(&self.scale)
    }
}

/// The outer edges of equally spaced cells in data values; for other spacings the half cells are
/// not symmetric, and the axis simply ends where this guess does.
fn outer_edges(centers: &[f64]) -> Vec<f64> {
    match centers {
        [] => Vec::new(),
        [only] => vec![only - 0.5, only + 0.5],
        [first, second, ..] => {
            let (before, last) = (centers[centers.len() - 2], centers[centers.len() - 1]);
            let ratio = second / first;
            if *first > 0.0 && last > 0.0 && ratio > 1.0 && (last / before - ratio).abs() < 1e-6 * ratio {
                // A geometric grid: cells meet at geometric means.
                let half = ratio.sqrt();
                vec![first / half, last * half]
            } else {
                vec![first - (second - first) / 2.0, last + (last - before) / 2.0]
            }
        }
    }
}

/// Places where cells begin and end: halfway between centres, measured along the axis.
fn cell_edges(centers: &[f64], scale: &Scale) -> Vec<f64> {
    let places: Vec<f64> = centers.iter().map(|&center| scale.position(center)).collect();
    match places[..] {
        [] => vec![0.0],
        [only] => match outer_edges(centers)[..] {
            [low, high] => vec![scale.position_of_end(low), scale.position_of_end(high)],
            _ => vec![only - 0.5, only + 0.5],
        },
        _ => {
            let last = places.len() - 1;
            let mut edges = vec![places[0] - (places[1] - places[0]) / 2.0];
            edges.extend(places.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0));
            edges.push(places[last] + (places[last] - places[last - 1]) / 2.0);
            edges
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_meet_halfway_on_either_scale() {
        let linear = Scale::fixed(crate::axis::Kind::Linear, 0.0, 4.0);
        assert_eq!(cell_edges(&[1.0, 2.0, 3.0], &linear), [0.125, 0.375, 0.625, 0.875]);
        let log = Scale::fixed(crate::axis::Kind::Log10, 1.0, 100.0);
        let edges = cell_edges(&[1.0, 10.0, 100.0], &log);
        assert!(edges.iter().zip([-0.25, 0.25, 0.75, 1.25]).all(|(a, b)| (a - b).abs() < 1e-12), "{edges:?}");
    }

    #[test]
    fn outer_edges_follow_the_spacing() {
        assert_eq!(outer_edges(&[0.0, 1.0, 2.0]), [-0.5, 2.5]);
        assert_eq!(outer_edges(&[3.0]), [2.5, 3.5]);
        let [low, high] = outer_edges(&[1.0, 4.0, 16.0])[..] else { panic!() };
        assert_eq!((low, high), (0.5, 32.0));
    }

    #[test]
    fn equal_neighbours_become_one_cell() {
        let map = HeatMap {
            xs: vec![0.0, 1.0, 2.0],
            ys: vec![0.0, 1.0],
            values: vec![1.0, 1.0, 0.0, f64::NAN, 0.0, 0.0],
            scale: ColorScale::greys(0.0, 1.0),
        };
        let (mut x, mut y) = (Extent::of(&crate::axis::Kind::Linear), Extent::of(&crate::axis::Kind::Linear));
        map.extend(&mut x, &mut y);
        let axis = Axis::linear("");
        let frame = Frame { x: Scale::fit(&axis, &x), y: Scale::fit(&axis, &y) };
        let shapes = map.shapes(&frame);
        let counts: Vec<usize> = shapes
            .iter()
            .map(|drawn| match &drawn.shape {
                Shape::Cells { rectangles, .. } => rectangles.len(),
                _ => 0,
            })
            .collect();
        // One black run of two cells; two white runs of one and two; nothing for NaN.
        assert_eq!(counts, [1, 2]);
        let Shape::Cells { rectangles, .. } = &shapes[0].shape else { panic!() };
        let [low, high] = rectangles[0];
        assert_eq!((low, high.1), ((0.0, 0.0), 0.5));
        assert!((high.0 - 2.0 / 3.0).abs() < 1e-12);
    }
}
