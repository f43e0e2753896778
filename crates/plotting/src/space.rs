//! Finding room inside a panel: what is taken, and where a text or legend covers least.

use std::ops::Range;

use crate::place::{Rect, Spot, Wanted};
use crate::shape::{Drawn, Point, Shape};

/// What is taken in a panel, as a grid of small cells.
pub(crate) struct Space {
    size: (f64, f64),
    columns: usize,
    rows: usize,
    cells: Vec<Cover>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Cover {
    #[default]
    Free,
    /// Guides and regions: better kept clear.
    Soft,
    Data,
    Text,
}

/// Side of a cell in points.
const CELL: f64 = 1.5;

impl Space {
    /// The space of a panel of this size in points with these shapes in it.
    pub(crate) fn new(width: f64, height: f64, shapes: &[Drawn]) -> Self {
        let count = |length: f64| (length / CELL).ceil().clamp(1.0, 4000.0) as usize;
        let (columns, rows) = (count(width), count(height));
        let mut space = Space { size: (width, height), columns, rows, cells: vec![Cover::Free; columns * rows] };
        for Drawn { layer, shape } in shapes {
            let cover = if layer.is_data() { Cover::Data } else { Cover::Soft };
            match shape {
                Shape::Line { points, .. } => points.windows(2).for_each(|pair| space.segment(pair[0], pair[1], cover)),
                Shape::Arrow { from, to, .. } => space.segment(*from, *to, cover),
                Shape::Area { corners, .. } if layer.is_data() => space.area(corners, cover),
                Shape::Area { .. } => {}
                Shape::Cells { rectangles, .. } => {
                    for [(x0, y0), (x1, y1)] in rectangles {
                        space.area(&[(*x0, *y0), (*x1, *y0), (*x1, *y1), (*x0, *y1)], cover);
                    }
                }
                Shape::Markers { centers, style } => {
                    for &center in centers {
                        let (x, y) = space.points(center);
                        let size = style.size;
                        space
                            .fill(Rect { left: x - size / 2.0, top: y - size / 2.0, width: size, height: size }, cover);
                    }
                }
            }
        }
        space
    }

    fn points(&self, (x, y): Point) -> (f64, f64) {
        (x * self.size.0, (1.0 - y) * self.size.1)
    }

    fn mark(&mut self, column: f64, row: f64, cover: Cover) {
        let (column, row) = (column.floor(), row.floor());
        if column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64 {
            let cell = &mut self.cells[row as usize * self.columns + column as usize];
            *cell = (*cell).max(cover);
        }
    }

    fn segment(&mut self, from: Point, to: Point, cover: Cover) {
        let ((x0, y0), (x1, y1)) = (self.points(from), self.points(to));
        let steps = ((x1 - x0).abs().max((y1 - y0).abs()) / (0.7 * CELL)).ceil().clamp(1.0, 1e4);
        for step in 0..=steps as usize {
            let share = step as f64 / steps;
            self.mark((x0 + share * (x1 - x0)) / CELL, (y0 + share * (y1 - y0)) / CELL, cover);
        }
    }

    /// Marks the inside of a polygon, row by row (even-odd rule), and its edges.
    fn area(&mut self, corners: &[Point], cover: Cover) {
        let corners: Vec<(f64, f64)> = corners.iter().map(|&corner| self.points(corner)).collect();
        let edges = || corners.iter().zip(corners.iter().cycle().skip(1));
        let lowest = corners.iter().fold(f64::INFINITY, |best, corner| best.min(corner.1));
        let highest = corners.iter().fold(f64::NEG_INFINITY, |best, corner| best.max(corner.1));
        let first = (lowest / CELL).floor().max(0.0) as usize;
        let last = ((highest / CELL).ceil().max(0.0) as usize).min(self.rows);
        for row in first..last {
            let y = ((row as f64 + 0.5) * CELL).clamp(lowest, highest);
            let mut crossings: Vec<f64> = edges()
                .filter(|(a, b)| (a.1 <= y) != (b.1 <= y))
                .map(|(a, b)| a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0))
                .collect();
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                let mut column = (pair[0] / CELL).floor();
                while column * CELL < pair[1] {
                    self.mark(column, row as f64, cover);
                    column += 1.0;
                }
            }
        }
    }

    fn fill(&mut self, rect: Rect, cover: Cover) {
        for (row, column) in self.cells_of(rect) {
            self.mark(column as f64, row as f64, cover);
        }
    }

    /// Marks a rectangle as taken by text.
    pub(crate) fn take(&mut self, rect: Rect) {
        self.fill(rect, Cover::Text);
    }

    /// Columns and rows that a rectangle touches.
    fn range_of(&self, rect: Rect) -> (Range<usize>, Range<usize>) {
        let range = |start: f64, end: f64, count: usize| {
            let first = (start / CELL).floor().clamp(0.0, count as f64) as usize;
            let last = (end / CELL).ceil().clamp(0.0, count as f64) as usize;
            first..last.max(first)
        };
        (range(rect.left, rect.right(), self.columns), range(rect.top, rect.bottom(), self.rows))
    }

    fn cells_of(&self, rect: Rect) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (columns, rows) = self.range_of(rect);
        rows.flat_map(move |row| columns.clone().map(move |column| (row, column)))
    }

    /// What is taken, for many questions about it.
    pub(crate) fn census(&self) -> Census<'_> {
        let mut sums = vec![(0_u32, 0_u32); (self.columns + 1) * (self.rows + 1)];
        for row in 0..self.rows {
            let mut line = (0, 0);
            for column in 0..self.columns {
                match self.cells[row * self.columns + column] {
                    Cover::Free => {}
                    Cover::Soft => line.1 += 1,
                    Cover::Data | Cover::Text => line.0 += 1,
                }
                let above = sums[row * (self.columns + 1) + column + 1];
                sums[(row + 1) * (self.columns + 1) + column + 1] = (above.0 + line.0, above.1 + line.1);
            }
        }
        Census { space: self, sums }
    }

    /// Number of cells of data and text, and of guides, that a rectangle covers.
    fn covered(&self, rect: Rect) -> (usize, usize) {
        self.cells_of(rect).fold((0, 0), |(hard, soft), (row, column)| match self.cells[row * self.columns + column] {
            Cover::Free => (hard, soft),
            Cover::Soft => (hard, soft + 1),
            Cover::Data | Cover::Text => (hard + 1, soft),
        })
    }

    /// Whether a rectangle covers text.
    fn covers_text(&self, rect: Rect) -> bool {
        self.cells_of(rect).any(|(row, column)| self.cells[row * self.columns + column] == Cover::Text)
    }

    /// How far a rectangle stands out of bounds given in places.
    fn outside(&self, rect: Rect, [x, y]: [(f64, f64); 2]) -> f64 {
        let (width, height) = self.size;
        let beyond = |low: f64, high: f64, from: f64, to: f64| (from - low).max(0.0) + (high - to).max(0.0);
        beyond(rect.left, rect.right(), x.0 * width, x.1 * width)
            + beyond(rect.top, rect.bottom(), (1.0 - y.1) * height, (1.0 - y.0) * height)
    }

    /// The spot at which a text of this size covers least, with its box moved into the panel;
    /// earlier spots win ties.
    pub(crate) fn choose(&self, size: (f64, f64), text: &Wanted) -> Option<(Spot, Rect)> {
        let mut best: Option<(f64, Spot, Rect)> = None;
        for (index, spot) in text.spots.iter().enumerate() {
            let wanted = spot.rect(size, self.size);
            let rect = wanted.moved_into(self.size.0, self.size.1);
            let moved = (rect.left - wanted.left).abs() + (rect.top - wanted.top).abs();
            let (hard, soft) = self.covered(rect);
            // A text must not be pushed away from what it belongs to, unless everything else is
            // worse.
            let outside = text.within.map_or(0.0, |bounds| self.outside(rect, bounds));
            let cost = hard as f64 + 0.3 * soft as f64 + 2.0 * moved + 4.0 * outside + 0.15 * index as f64;
            if text.is_optional && self.covers_text(rect) {
                continue;
            }
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, *spot, rect));
            }
        }
        best.map(|(_, spot, rect)| (spot, rect))
    }
}

/// Sums over all rectangles of a space that start in its corner, from which every other follows by
/// differences.
pub(crate) struct Census<'a> {
    space: &'a Space,
    sums: Vec<(u32, u32)>,
}

impl Census<'_> {
    /// Number of cells of data and text, and of guides, that a rectangle covers.
    pub(crate) fn covered(&self, rect: Rect) -> (u32, u32) {
        let (columns, rows) = self.space.range_of(rect);
        let at = |column: usize, row: usize| self.sums[row * (self.space.columns + 1) + column];
        let (a, b) = (at(columns.start, rows.start), at(columns.end, rows.start));
        let (c, d) = (at(columns.start, rows.end), at(columns.end, rows.end));
        (d.0 + a.0 - b.0 - c.0, d.1 + a.1 - b.1 - c.1)
    }
}

#[cfg(test)]
mod tests;
