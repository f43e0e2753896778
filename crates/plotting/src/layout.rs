//! Where the panels of a figure stand.

use anyhow::{Result, bail};

use crate::decor::Decor;
use crate::figure::{Figure, ROW_HEIGHT};
use crate::font::Weight;
use crate::legend::{Block, Legend, merged};
use crate::panel::Panel;
use crate::place::Rect;
use crate::placement::Placement;
use crate::text::{Justify, Text, wrap};
use crate::view::{LEGEND_GAP, Margins, Sizes, View};

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
    /// The left margin shared by the panels above each other, at whose outer end the axis labels
    /// stand.
    pub(crate) left_margin: f64,
    pub(crate) right_margin: f64,
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
    outside: bool,
}

impl Item<'_> {
    fn update(&mut self, sizes: &Sizes, is_free: bool) {
        let decor = self.view.decorate(self.size, self.margins, sizes, self.outside);
        if is_free {
            self.margins = decor.margins;
        } else {
            self.outside |= matches!(decor.legend, Placement::Right(_) | Placement::Below(_));
            self.margins = self.margins.max(decor.margins);
        }
    }
}

/// Panels above each other in one place of a row.
struct Cell<'a> {
    items: Vec<Item<'a>>,
    weight: f64,
}

struct Row<'a> {
    cells: Vec<Cell<'a>>,
    /// Height in points with the usual margins.
    height: f64,
    usual: Margins,
}

/// Finds a place for every panel. Margins depend on tick labels and legends, these on the size of
/// the panels, and the size on the margins: a few free rounds come near, and some in which margins
/// only grow settle it.
pub(crate) fn layout(figure: &Figure) -> Result<Layout<'_>> {
    let sizes = Sizes::new(figure.font_size);
    let width = figure.width * INCH - 2.0 * BORDER;
    let mut rows = rows(figure, width, &sizes);
    for round in 0..7 {
        let is_free = round < 3;
        for item in rows.iter_mut().flat_map(|row| &mut row.cells).flat_map(|cell| &mut cell.items) {
            item.update(&sizes, is_free);
        }
        align_columns(&mut rows, width);
        for row in &mut rows {
            row.settle(width);
        }
    }
    place(figure, rows, width, sizes)
}

fn rows<'a>(figure: &'a Figure, width: f64, sizes: &Sizes) -> Vec<Row<'a>> {
    // Tick labels, an axis label of up to two lines, and a title of one.
    let mut letters = figure.lettered_panels().into_iter().map(|(letter, _)| letter);
    let usual = Margins { bottom: 4.2 * sizes.label, top: 2.4 * sizes.label, ..Margins::default() };
    figure
        .rows
        .iter()
        .map(|row| {
            let weights: f64 = row.panels.iter().map(|panel| panel.width).sum();
            let alone = row.panels.len() == 1;
            let height = row.height * ROW_HEIGHT * INCH;
            let cell = |panel: &'a Panel| {
                let column = panel.column();
                let count = column.len() as f64;
                let size = ((0.75 * width * panel.width / weights).max(LEAST), (0.7 * height / count).max(LEAST));
                let item = |panel| {
                    let view = View::new(panel, letters.next().unwrap_or_default(), alone);
                    Item { view, size, margins: Margins::default(), outside: false }
                };
                Cell { items: column.into_iter().map(item).collect(), weight: panel.width }
            };
            Row { cells: row.panels.iter().map(cell).collect(), height, usual }
        })
        .collect()
}

/// Gives panels above each other the same margins at the sides: within a cell, and in the same
/// column of rows that are divided alike, unless that would cost one of the rows much of its width.
fn align_columns(rows: &mut [Row], width: f64) {
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        let widest = widest_sides(&cell.items);
        cell.items.iter_mut().for_each(|item| (item.margins.left, item.margins.right) = widest);
    }
    let division = |row: &Row| -> Vec<f64> { row.cells.iter().map(|cell| cell.weight).collect() };
    let divisions: Vec<Vec<f64>> = rows.iter().map(division).collect();
    for like in &divisions {
        let alike: Vec<usize> = (0..rows.len()).filter(|&row| divisions[row] == *like).collect();
        let sides: Vec<(f64, f64)> = (0..like.len())
            .map(|column| widest_sides(alike.iter().flat_map(|&row| &rows[row].cells[column].items)))
            .collect();
        let total: f64 = sides.iter().map(|(left, right)| left + right).sum();
        if alike.iter().any(|&row| total - rows[row].sides() > 0.1 * width) {
            continue;
        }
        for &row in &alike {
            for (cell, sides) in rows[row].cells.iter_mut().zip(&sides) {
                cell.items.iter_mut().for_each(|item| (item.margins.left, item.margins.right) = *sides);
            }
        }
    }
}

fn widest_sides<'a, 'b: 'a>(items: impl IntoIterator<Item = &'a Item<'b>>) -> (f64, f64) {
    items.into_iter().fold((0.0, 0.0), |most, item| (item.margins.left.max(most.0), item.margins.right.max(most.1)))
}

impl Row<'_> {
    /// Height with what legends below, upright names or long titles take beyond the usual: they
    /// make the row higher, not the panels lower.
    fn full_height(&self) -> f64 {
        let beyond = |item: &Item| {
            (item.margins.bottom - self.usual.bottom).max(0.0) + (item.margins.top - self.usual.top).max(0.0)
        };
        let extra = |cell: &Cell| cell.items.iter().map(beyond).sum::<f64>();
        self.height + self.cells.iter().map(extra).fold(0.0, f64::max)
    }

    /// Margins above the uppermost and below the lowest panels, the same for all cells so that
    /// panels line up.
    fn outer_margins(&self) -> (f64, f64) {
        let top = self.cells.iter().filter_map(|cell| cell.items.first()).map(|item| item.margins.top);
        let bottom = self.cells.iter().filter_map(|cell| cell.items.last()).map(|item| item.margins.bottom);
        (top.fold(0.0, f64::max), bottom.fold(0.0, f64::max))
    }

    /// What the margins of all cells take of the width.
    fn sides(&self) -> f64 {
        let sides = |cell: &Cell| cell.items.first().map_or(0.0, |item| item.margins.left + item.margins.right);
        self.cells.iter().map(sides).sum()
    }

    /// The width that each cell gives to the inside of its panels, from which square ones may take
    /// less.
    fn slots(&self, width: f64) -> Vec<f64> {
        let gaps = COLUMN_GAP * (self.cells.len().max(1) - 1) as f64;
        let weights: f64 = self.cells.iter().map(|cell| cell.weight).sum();
        let free = width - self.sides() - gaps;
        self.cells.iter().map(|cell| free * cell.weight / weights).collect()
    }

    /// Shares the width and height that the margins leave among the panels.
    fn settle(&mut self, width: f64) {
        let (top, bottom) = self.outer_margins();
        let height = self.full_height() - top - bottom;
        let slots = self.slots(width);
        for (cell, slot) in self.cells.iter_mut().zip(slots) {
            let between: f64 =
                cell.items.windows(2).map(|pair| pair[0].margins.bottom + ROW_GAP + pair[1].margins.top).sum();
            let size = (slot.max(LEAST), ((height - between) / cell.items.len() as f64).max(LEAST));
            for item in &mut cell.items {
                let side = size.0.min(size.1);
                item.size = if item.view.panel.square { (side, side) } else { size };
            }
        }
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
                        view.panel.name(&view.letter),
                        size.1
                    );
                }
                let rect = Rect { left: x, top: y, width: size.0, height: size.1 };
                let decor = view.decorate(size, margins, &sizes, outside);
                // A square panel keeps its axis label close.
                let left_margin = if view.panel.square { decor.margins.left } else { margins.left };
                let right_margin = margins.right;
                panels.push(Placed { view, decor, rect, left_margin, right_margin });
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
