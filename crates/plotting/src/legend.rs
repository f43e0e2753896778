//! The legend: which entries it has, how large it is, and drawing it.

use crate::draw::Page;
use crate::font::Weight;
use crate::marks::kind::{Entry, Handle};
use crate::marks::notes::Corner;
use crate::place::Rect;
use crate::space::Space;
use crate::text::{CAPITAL, Justify, Text};

/// Where the legend of a panel stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Legend {
    /// Inside where it covers no data; outside if there is no such place.
    #[default]
    Best,
    /// In the top left corner, whatever is there.
    TopLeft,
    /// In the top right corner, whatever is there.
    TopRight,
    /// In the bottom left corner, whatever is there.
    BottomLeft,
    /// In the bottom right corner, whatever is there.
    BottomRight,
    /// Outside, to the right of the panel.
    Right,
    /// Outside, below the panel, in as many columns as fit.
    Below,
    /// One legend for all panels with this setting, below the whole figure; each label once.
    Shared,
    /// No legend: each line has its label at its right end, in its colour.
    Direct,
    /// No legend.
    None,
}

/// The entries of marks: those with a label, one for each label.
pub(crate) fn merged(entries: impl IntoIterator<Item = Entry>) -> Vec<Entry> {
    let mut merged: Vec<Entry> = Vec::new();
    for entry in entries.into_iter().filter(|entry| !entry.label.is_empty()) {
        match merged.iter_mut().find(|other| other.label == entry.label) {
            Some(other) => {
                for handle in entry.handles {
                    if !other.handles.contains(&handle) {
                        other.handles.push(handle);
                    }
                }
                other.end = other.end.or(entry.end);
            }
            None => merged.push(entry),
        }
    }
    // Markers lie on lines and error bars, as they do in the panel.
    for entry in &mut merged {
        entry.handles.sort_by_key(|handle| matches!(handle, Handle::Marker(_)));
    }
    merged
}

/// A legend with its size.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    entries: Vec<(Text, Vec<Handle>)>,
    rows: usize,
    columns: Vec<f64>,
    size: f64,
    /// Room for the handle and the gap after it.
    handle: f64,
    /// Width and height in points.
    pub(crate) extent: (f64, f64),
    row_heights: Vec<f64>,
}

const PADDING: f64 = 2.0;

impl Block {
    /// A legend of at most this many columns; labels are broken to keep within the width.
    pub(crate) fn new(entries: &[Entry], size: f64, columns: usize, width: f64) -> Self {
        let handle = handle_width(entries, size);
        let texts: Vec<Text> = entries
            .iter()
            .map(|entry| {
                Text::fitted(&entry.label, size, Weight::Regular, (width - handle).max(20.0), 0.9, Justify::Left)
            })
            .collect();
        let columns = columns.clamp(1, entries.len().max(1));
        let rows = entries.len().div_ceil(columns).max(1);
        let widths: Vec<f64> = texts
            .chunks(rows)
            .map(|column| handle + column.iter().fold(0.0, |widest: f64, text| widest.max(text.width)))
            .collect();
        let row_heights: Vec<f64> = (0..rows)
            .map(|row| {
                let tallest = texts.iter().skip(row).step_by(rows).fold(0.0, |most: f64, text| most.max(text.height()));
                (tallest + 0.3 * size).max(1.28 * size)
            })
            .collect();
        let gaps = column_gap(size) * (widths.len().max(1) - 1) as f64;
        let extent = (
            widths.iter().sum::<f64>() + gaps + 2.0 * PADDING,
            row_heights.iter().sum::<f64>() + 2.0 * PADDING - 0.2 * size,
        );
        let entries = texts.into_iter().zip(entries.iter().map(|entry| entry.handles.clone())).collect();
        Block { entries, rows, columns: widths, size, handle, extent, row_heights }
    }

    /// The legend with the most columns that keep within the width.
    pub(crate) fn wide(entries: &[Entry], size: f64, width: f64) -> Self {
        let mut best = Block::new(entries, size, 1, width);
        for columns in 2..=entries.len() {
            let block = Block::new(entries, size, columns, width);
            // Fewer rows, not just fewer entries in the last one.
            if block.extent.0 <= width && block.rows < best.rows {
                best = block;
            }
        }
        best
    }

    /// Draws the legend with its top left corner at the given place of the page.
    pub(crate) fn draw(&self, page: &Page, left: f64, top: f64) -> anyhow::Result<()> {
        for (index, (text, handles)) in self.entries.iter().enumerate() {
            let (column, row) = (index / self.rows, index % self.rows);
            let x = left + PADDING + self.columns[..column].iter().sum::<f64>() + column as f64 * column_gap(self.size);
            let y = top + PADDING + self.row_heights[..row].iter().sum::<f64>();
            let baseline = y + text.ascent + 0.05 * self.size;
            let middle = baseline - CAPITAL * self.size / 2.0;
            let width = self.handle - 0.6 * self.size;
            page.group(&[("entry", &text.plain)], || {
                for handle in handles {
                    let rect = Rect { left: x, top: middle - 0.35 * self.size, width, height: 0.7 * self.size };
                    page.handle(handle, rect)?;
                }
                page.text(text, (x + self.handle, baseline), crate::color::DARK_GREY)
            })?;
        }
        Ok(())
    }
}

/// Lines need a longer sample than markers and patches.
fn handle_width(entries: &[Entry], size: f64) -> f64 {
    let has_line = entries.iter().flat_map(|entry| &entry.handles).any(|handle| matches!(handle, Handle::Line(_)));
    let has_patch =
        entries.iter().flat_map(|entry| &entry.handles).any(|handle| matches!(handle, Handle::Patch { .. }));
    match (has_line, has_patch) {
        (true, _) => 2.5 * size,
        (false, true) => 2.2 * size,
        (false, false) => 1.6 * size,
    }
}

fn column_gap(size: f64) -> f64 {
    1.5 * size
}

/// The place inside a panel at which a legend covers no data, if there is one: corners first, then
/// the middles of the sides, then anywhere along the sides; one column before several.
pub(crate) fn free_place(entries: &[Entry], size: f64, space: &Space, panel: (f64, f64)) -> Option<(Block, Rect)> {
    let mut best: Option<(f64, Block, Rect)> = None;
    let census = space.census();
    for columns in 1..=entries.len().min(4) {
        let block = Block::new(entries, size, columns, 0.8 * panel.0);
        if block.extent.0 > panel.0 - 6.0 || block.extent.1 > panel.1 - 4.0 {
            continue;
        }
        for (order, rect) in candidates(block.extent, panel).into_iter().enumerate() {
            let around =
                Rect { left: rect.left - 2.0, top: rect.top - 1.0, width: rect.width + 4.0, height: rect.height + 2.0 };
            let (hard, soft) = census.covered(around);
            let cost = f64::from(soft) + order as f64 + 6.0 * (columns - 1) as f64;
            if hard == 0 && best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                best = Some((cost, block.clone(), rect));
            }
        }
    }
    best.map(|(_, block, rect)| (block, rect))
}

/// Places tried along each side of a panel.
const STEPS: u32 = 24;

fn candidates(extent: (f64, f64), panel: (f64, f64)) -> Vec<Rect> {
    let mut rects: Vec<Rect> = Corner::Best.spots().iter().map(|spot| spot.rect(extent, panel)).collect();
    let (free_x, free_y) = (panel.0 - extent.0 - 6.0, panel.1 - extent.1 - 6.0);
    let at = |left: f64, top: f64| Rect { left: 3.0 + left, top: 3.0 + top, width: extent.0, height: extent.1 };
    for step in 1..STEPS {
        let share = f64::from(step) / f64::from(STEPS);
        rects.push(at(share * free_x, 0.0));
        rects.push(at(share * free_x, free_y));
        rects.push(at(free_x, share * free_y));
        rects.push(at(0.0, share * free_y));
    }
    rects
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{BLUE, RED};
    use crate::shape::{Drawn, Layer, Shape};
    use crate::style::{Dash, Style};

    fn entries(labels: &[&str]) -> Vec<Entry> {
        let entry = |label: &&str| Entry {
            label: label.to_string(),
            handles: vec![Handle::Line(Style::color(BLUE))],
            end: None,
        };
        labels.iter().map(entry).collect()
    }

    #[test]
    fn equal_labels_share_an_entry() {
        let mut list = entries(&["a", "", "a", "b"]);
        list[2].handles = vec![Handle::Line(Style::color(RED))];
        let merged = merged(list);
        assert_eq!(merged.len(), 2);
        assert_eq!(merged[0].handles.len(), 2);
        let last = |entries: &[Entry]| entries[0].handles.last().cloned();
        assert_eq!(last(&merged), Some(Handle::Line(Style::color(RED))));
    }

    #[test]
    fn wide_legends_use_columns() {
        let list = entries(&["one", "two", "three", "four", "five", "six"]);
        assert_eq!(Block::wide(&list, 8.0, 500.0).rows, 1);
        assert_eq!(Block::wide(&list, 8.0, 180.0).rows, 2);
        assert_eq!(Block::wide(&list, 8.0, 60.0).rows, 6);
    }

    fn line(points: Vec<(f64, f64)>) -> Drawn {
        Drawn {
            layer: Layer::Line,
            shape: Shape::Line { points, color: BLUE, width: 1.0, dash: Dash::Solid, opacity: 1.0 },
        }
    }

    #[test]
    fn legend_avoids_the_data() {
        let list = entries(&["one", "two"]);
        let space = Space::new(150.0, 120.0, &[line(vec![(0.0, 0.0), (1.0, 1.0)])]);
        let (_, rect) = free_place(&list, 8.0, &space, (150.0, 120.0)).unwrap();
        assert_eq!(space.census().covered(rect).0, 0);
        assert!(rect.left < 10.0 && rect.top < 10.0, "top left is free: {rect:?}");
    }

    #[test]
    fn no_place_among_dense_data() {
        let list = entries(&["one", "two"]);
        let zigzag = (0..200).map(|i| (f64::from(i) / 199.0, f64::from(i % 2))).collect();
        let space = Space::new(150.0, 120.0, &[line(zigzag)]);
        assert!(free_place(&list, 8.0, &space, (150.0, 120.0)).is_none());
    }
}
