//! Where the panels of a figure stand.

use anyhow::{Result, bail};

use crate::figure::{Figure, ROW_HEIGHT};
use crate::font::Weight;
use crate::legend::{Block, Legend, merged};
use crate::place::Rect;
use crate::text::{Justify, Text, wrap};
use crate::view::{Decor, LEGEND_GAP, Margins, Placement, Sizes, View};

/// Points per inch.
const INCH: f64 = 72.0;
/// White around the figure.
const BORDER: f64 = 4.0;
/// Between panels side by side, and above each other.
const COLUMN_GAP: f64 = 13.0;
const ROW_GAP: f64 = 10.0;
/// A panel narrower or lower than this shows nothing.
const LEAST: f64 = 18.0;

/// A panel with everything around it and its place on the page.
pub(crate) struct Placed<'a> {
    pub(crate) view: View<'a>,
    pub(crate) decor: Decor,
    pub(crate) rect: Rect,
    /// The left margin shared by the panels above each other, at whose outer end the axis labels stand.
    pub(crate) left_margin: f64,
}

/// A figure whose every part has its place, in points.
pub(crate) struct Layout<'a> {
    pub(crate) size: (f64, f64),
    pub(crate) sizes: Sizes,
    pub(crate) title: Option<(Text, f64)>,
    pub(crate) panels: Vec<Placed<'a>>,
    pub(crate) legend: Option<(Block, f64, f64)>,
    pub(crate) caption: Option<(Text, f64)>,
}

/// A panel while sizes are being settled.
struct Item<'a> {
    view: View<'a>,
    size: (f64, f64),
    margins: Margins,
    legend_depth: f64,
    outside: bool,
}

/// Panels above each other in one place of a row.
struct Cell<'a> {
    items: Vec<Item<'a>>,
    weight: f64,
}

struct Row<'a> {
    cells: Vec<Cell<'a>>,
    /// Height in points, without legends below the panels.
    height: f64,
}

/// Finds a place for every panel. Margins depend on tick labels and legends, these on the size of the panels, and the
/// size on the margins: a few rounds, in which margins only grow, settle it.
pub(crate) fn layout(figure: &Figure) -> Result<Layout<'_>> {
    let sizes = Sizes::new(figure.font_size);
    let width = figure.width * INCH - 2.0 * BORDER;
    let mut rows = rows(figure, width);
    for _ in 0..5 {
        for row in &mut rows {
            for item in row.cells.iter_mut().flat_map(|cell| &mut cell.items) {
                let decor = item.view.decorate(item.size, item.margins, &sizes, item.outside);
                item.outside |= matches!(decor.legend, Placement::Right(_) | Placement::Below(_));
                item.margins = item.margins.max(decor.margins);
                item.legend_depth = item.legend_depth.max(decor.legend_depth);
            }
        }
        align_columns(&mut rows);
        for row in &mut rows {
            row.settle(width);
        }
    }
    place(figure, rows, width, sizes)
}

fn rows(figure: &Figure, width: f64) -> Vec<Row<'_>> {
    figure
        .rows
        .iter()
        .map(|row| {
            let weights: f64 = row.panels.iter().map(|panel| panel.width).sum();
            let alone = row.panels.len() == 1;
            let height = row.height * ROW_HEIGHT * INCH;
            let cell = |panel| {
                let column = crate::panel::Panel::column(panel);
                let count = column.len() as f64;
                let size = ((0.75 * width * panel.width / weights).max(LEAST), (0.7 * height / count).max(LEAST));
                let item = |panel| Item {
                    view: View::new(panel, alone),
                    size,
                    margins: Margins::default(),
                    legend_depth: 0.0,
                    outside: false,
                };
                Cell { items: column.into_iter().map(item).collect(), weight: panel.width }
            };
            Row { cells: row.panels.iter().map(cell).collect(), height }
        })
        .collect()
}

/// Gives panels above each other the same margins at the sides: within a cell, and in the same column of rows that are
/// divided alike.
fn align_columns(rows: &mut [Row]) {
    let division = |row: &Row| -> Vec<f64> { row.cells.iter().map(|cell| cell.weight).collect() };
    for index in 0..rows.len() {
        let like = division(&rows[index]);
        for column in 0..like.len() {
            let widest = rows
                .iter()
                .filter(|row| division(row) == like)
                .flat_map(|row| &row.cells[column].items)
                .fold((0.0_f64, 0.0_f64), |most, item| (most.0.max(item.margins.left), most.1.max(item.margins.right)));
            for item in &mut rows[index].cells[column].items {
                (item.margins.left, item.margins.right) = widest;
            }
        }
    }
}

impl Row<'_> {
    /// Height with the deepest legend below a panel: legends make the row higher, not the panels lower.
    fn full_height(&self) -> f64 {
        let depth = |cell: &Cell| cell.items.iter().map(|item| item.legend_depth).sum::<f64>();
        self.height + self.cells.iter().map(depth).fold(0.0, f64::max)
    }

    /// Margins above the uppermost and below the lowest panels, the same for all cells so that panels line up.
    fn outer_margins(&self) -> (f64, f64) {
        let top = self.cells.iter().filter_map(|cell| cell.items.first()).map(|item| item.margins.top);
        let bottom = self.cells.iter().filter_map(|cell| cell.items.last()).map(|item| item.margins.bottom);
        (top.fold(0.0, f64::max), bottom.fold(0.0, f64::max))
    }

    /// Shares the width and height that the margins leave among the panels.
    fn settle(&mut self, width: f64) {
        let sides = |cell: &Cell| cell.items.first().map_or(0.0, |item| item.margins.left + item.margins.right);
        let taken: f64 = self.cells.iter().map(sides).sum();
        let gaps = COLUMN_GAP * (self.cells.len().max(1) - 1) as f64;
        let weights: f64 = self.cells.iter().map(|cell| cell.weight).sum();
        let (top, bottom) = self.outer_margins();
        let free = (width - taken - gaps, self.full_height() - top - bottom);
        for cell in &mut self.cells {
            let between: f64 =
                cell.items.windows(2).map(|pair| pair[0].margins.bottom + ROW_GAP + pair[1].margins.top).sum();
            let size = (free.0 * cell.weight / weights, (free.1 - between) / cell.items.len() as f64);
            for item in &mut cell.items {
                item.size = (size.0.max(LEAST), size.1.max(LEAST));
                if item.view.panel.square {
                    let side = item.size.0.min(item.size.1);
                    item.size = (side, side);
                }
            }
        }
    }

    /// The width that a cell gives to the inside of its panels, from which square ones may take less.
    fn slots(&self, width: f64) -> Vec<f64> {
        let sides = |cell: &Cell| cell.items.first().map_or(0.0, |item| item.margins.left + item.margins.right);
        let taken: f64 = self.cells.iter().map(sides).sum();
        let gaps = COLUMN_GAP * (self.cells.len().max(1) - 1) as f64;
        let weights: f64 = self.cells.iter().map(|cell| cell.weight).sum();
        self.cells.iter().map(|cell| (width - taken - gaps) * cell.weight / weights).collect()
    }
}

fn place<'a>(figure: &Figure, rows: Vec<Row<'a>>, width: f64, sizes: Sizes) -> Result<Layout<'a>> {
    let mut top = BORDER;
    let title = (!figure.title.is_empty()).then(|| {
        let text = Text::fitted(&figure.title, sizes.heading, Weight::Bold, width, 0.85, Justify::Left);
        let baseline = top + text.ascent;
        top += text.height() + 6.0;
        (text, baseline)
    });
    let shared = rows
        .iter()
        .flat_map(|row| &row.cells)
        .flat_map(|cell| &cell.items)
        .filter(|item| item.view.panel.legend == Legend::Shared)
        .flat_map(|item| item.view.entries.clone());
    let shared = merged(shared);

    let mut panels = Vec::new();
    for row in rows {
        let slots = row.slots(width);
        let (outer_top, height) = (row.outer_margins().0, row.full_height());
        let mut left = BORDER;
        for (cell, slot) in row.cells.into_iter().zip(slots) {
            let mut y = top + outer_top;
            let mut next_left = left;
            let mut previous: Option<Margins> = None;
            for item in cell.items {
                let Item { view, size, margins, outside, .. } = item;
                if let Some(above) = previous {
                    y += above.bottom + ROW_GAP + margins.top;
                }
                let x = left + margins.left + ((slot - size.0) / 2.0).max(0.0);
                if slot <= LEAST || size.0 <= LEAST || size.1 <= LEAST {
                    let (room, labels) = (slot.min(size.0).max(0.0), margins.left + margins.right);
                    bail!(
                        "no room for {}: its labels take {labels:.0} points across and leave {room:.0} by {:.0} points \
                         (fewer panels per row, a wider figure, a higher row or shorter labels)",
                        view.panel.name(),
                        size.1
                    );
                }
                let rect = Rect { left: x, top: y, width: size.0, height: size.1 };
                let decor = view.decorate(size, margins, &sizes, outside);
                // A square panel keeps its axis label close.
                let left_margin = if view.panel.square { decor.margins.left } else { margins.left };
                panels.push(Placed { view, decor, rect, left_margin });
                y += size.1;
                previous = Some(margins);
                next_left = left + margins.left + slot + margins.right + COLUMN_GAP;
            }
            left = next_left;
        }
        top += height + ROW_GAP;
    }
    top -= ROW_GAP;
    let legend = (!shared.is_empty()).then(|| {
        let block = Block::wide(&shared, sizes.legend, width);
        let left = BORDER + (width - block.extent.0) / 2.0;
        top += LEGEND_GAP;
        let at = (left, top);
        top += block.extent.1;
        (block, at.0, at.1)
    });
    let caption = (figure.caption_is_drawn && !figure.caption.is_empty()).then(|| {
        let lines = wrap(&figure.caption, sizes.label, Weight::Regular, width);
        let text = Text::new(&lines, sizes.label, Weight::Regular);
        top += 8.0;
        let baseline = top + text.ascent;
        top += text.height();
        (text, baseline)
    });
    Ok(Layout { size: (figure.width * INCH, top + BORDER), sizes, title, panels, legend, caption })
}
