//! Where the legend of a panel goes.

use crate::font::Weight;
use crate::legend::{Block, Legend, free_place};
use crate::marks::notes::Corner;
use crate::place::Rect;
use crate::text::{Justify, Text};
use crate::view::{Margins, Sizes, View};

/// Where a legend is.
pub(crate) enum Placement {
    None,
    Inside(Block, Rect),
    Right(Block),
    Below(Block),
    /// Labels at line ends: text, its place from the bottom of the panel, and the entry it belongs
    /// to.
    Direct(Vec<(Text, f64, usize)>),
}

impl View<'_> {
    pub(crate) fn place_legend(&self, size: (f64, f64), margins: Margins, sizes: &Sizes, outside: bool) -> Placement {
        let entries = &self.entries;
        let corner = |corner: Corner| {
            let block = Block::new(entries, sizes.legend, 1, 0.9 * size.0);
            let rect = corner.spots()[0].rect(block.extent, size);
            Placement::Inside(block, rect)
        };
        let cell = size.0 + margins.left + margins.right;
        let below = || Placement::Below(Block::wide(entries, sizes.legend, cell));
        let right = || Placement::Right(Block::new(entries, sizes.legend, 1, 16.0 * sizes.legend));
        match self.panel.legend {
            _ if entries.is_empty() => Placement::None,
            Legend::None | Legend::Shared => Placement::None,
            Legend::TopLeft => corner(Corner::TopLeft),
            Legend::TopRight => corner(Corner::TopRight),
            Legend::BottomLeft => corner(Corner::BottomLeft),
            Legend::BottomRight => corner(Corner::BottomRight),
            Legend::Right => right(),
            Legend::Below => below(),
            Legend::Direct => self.direct_labels(size, sizes),
            Legend::Best if !outside => {
                let (_, space) = self.place_texts(size, sizes, None);
                match free_place(entries, sizes.legend, &space, size) {
                    Some((block, rect)) => Placement::Inside(block, rect),
                    None if self.alone_in_row => right(),
                    None => below(),
                }
            }
            Legend::Best if self.alone_in_row => right(),
            Legend::Best => below(),
        }
    }

    /// Labels beside the ends of lines, moved apart where they would touch.
    fn direct_labels(&self, (width, height): (f64, f64), sizes: &Sizes) -> Placement {
        let limit = (0.45 * width).max(50.0);
        let mut labels: Vec<(Text, f64, usize)> = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            if let Some((place, _)) = entry.end {
                let text = Text::fitted(&entry.label, sizes.legend, Weight::Regular, limit, 0.92, Justify::Left);
                labels.push((text, place.1 * height, index));
            }
        }
        labels.sort_by(|a, b| a.1.total_cmp(&b.1));
        let distance = |a: &Text, b: &Text| (a.height() + b.height()) / 2.0;
        // Push up from the bottom, then back down from the top.
        for index in 1..labels.len() {
            let least = labels[index - 1].1 + distance(&labels[index - 1].0, &labels[index].0);
            labels[index].1 = labels[index].1.max(least);
        }
        let mut most = height + 0.2 * sizes.legend;
        for index in (0..labels.len()).rev() {
            labels[index].1 = labels[index].1.min(most);
            if index > 0 {
                most = labels[index].1 - distance(&labels[index - 1].0, &labels[index].0);
            }
        }
        Placement::Direct(labels)
    }
}
