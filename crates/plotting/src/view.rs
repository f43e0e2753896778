//! A panel with definite axes whose marks have become shapes, and the texts inside it.

use std::iter;

use crate::axis::Kind;
use crate::color::{ColorScale, DARK_GREY};
use crate::font::Weight;
use crate::legend::{Legend, merged};
use crate::marks::kind::{Entry, Frame};
use crate::panel::Panel;
use crate::place::{Hold, Rect, Spot, Wanted};
use crate::scale::{Extent, Scale};
use crate::shape::Drawn;
use crate::space::Space;
use crate::text::{Justify, Text};

/// Sizes of the texts of a figure in points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) label: f64,
    pub(crate) tick: f64,
    pub(crate) title: f64,
    pub(crate) legend: f64,
    pub(crate) note: f64,
    pub(crate) heading: f64,
}

impl Sizes {
    pub(crate) fn new(base: f64) -> Self {
        Sizes {
            label: base,
            tick: 0.91 * base,
            title: 1.06 * base,
            legend: 0.9 * base,
            note: 0.9 * base,
            heading: 1.22 * base,
        }
    }
}

/// Length of the ticks in points.
pub(crate) const TICK: f64 = 2.8;
/// Length of the ticks without labels.
pub(crate) const MINOR_TICK: f64 = 1.6;
/// Between a tick and its label.
pub(crate) const TICK_GAP: f64 = 1.8;
/// Between tick labels and the label of the axis.
pub(crate) const LABEL_GAP: f64 = 3.2;
/// Between the panel and its title.
pub(crate) const TITLE_GAP: f64 = 4.0;
/// Between the panel or its labels and a legend outside.
pub(crate) const LEGEND_GAP: f64 = 5.0;
/// Between the panel and a colour bar, and the width of the bar.
pub(crate) const BAR_GAP: f64 = 6.0;
pub(crate) const BAR_WIDTH: f64 = 7.0;

/// A panel whose ranges are known and whose marks have become shapes.
pub(crate) struct View<'a> {
    pub(crate) panel: &'a Panel,
    /// Empty for none.
    pub(crate) letter: String,
    /// Whether the panel is an empty frame because none of its values can be drawn.
    pub(crate) is_blank: bool,
    pub(crate) frame: Frame,
    /// In drawing order.
    pub(crate) shapes: Vec<Drawn>,
    /// The label of the series of each shape, empty for none.
    pub(crate) series: Vec<String>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) texts: Vec<Wanted>,
    pub(crate) color_scales: Vec<ColorScale>,
    /// Whether a legend with free choice goes to the right rather than below when there is no room
    /// inside.
    pub(crate) alone_in_row: bool,
}

impl<'a> View<'a> {
    /// The panel with the letter that it has in its figure.
    pub(crate) fn new(panel: &'a Panel, letter: String, alone_in_row: bool) -> Self {
        // Names are read from top to bottom.
        let mut y = panel.y.clone();
        if matches!(y.kind, Kind::Categories(_)) {
            y = y.inverted();
        }
        let (mut x_extent, mut y_extent) = (Extent::of(&panel.x.kind), Extent::of(&y.kind));
        for mark in &panel.marks {
            let (mut ignored_x, mut ignored_y) = (x_extent.clone(), y_extent.clone());
            let x = if panel.x.counts(mark.label()) { &mut x_extent } else { &mut ignored_x };
            let y = if panel.y.counts(mark.label()) { &mut y_extent } else { &mut ignored_y };
            mark.as_draw().extend(x, y);
        }
        let frame = Frame { x: Scale::fit(&panel.x, &x_extent), y: Scale::fit(&y, &y_extent) };
        let mut drawn: Vec<(String, Drawn)> = panel.marks.iter().flat_map(|mark| mark.series(&frame)).collect();
        drawn.sort_by_key(|(_, drawn)| drawn.layer);
        let (series, shapes) = drawn.into_iter().unzip();
        let shown = panel.marks.iter().filter(|mark| mark.has_entry());
        let entries = merged(shown.flat_map(|mark| mark.as_draw().entries(&frame)));
        let mut texts: Vec<Wanted> = panel.marks.iter().flat_map(|mark| mark.as_draw().texts(&frame)).collect();
        let is_blank = panel.is_blank();
        if is_blank {
            let center = Spot::new((0.5, 0.5), (0.0, 0.0), Hold::Middle, Hold::Middle);
            texts.push(Wanted::new("no finite values", DARK_GREY, vec![center]));
        }
        let mut color_scales: Vec<ColorScale> = Vec::new();
        for scale in panel.marks.iter().filter_map(|mark| mark.as_draw().color_scale()) {
            if scale.bar && !color_scales.contains(scale) {
                color_scales.push(scale.clone());
            }
        }
        View { panel, letter, is_blank, frame, shapes, series, entries, texts, color_scales, alone_in_row }
    }
}

/// Room around a panel, in points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Margins {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

impl Margins {
    pub(crate) fn max(self, other: Margins) -> Margins {
        Margins {
            left: self.left.max(other.left),
            right: self.right.max(other.right),
            top: self.top.max(other.top),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

impl View<'_> {
    /// All texts in and around the panel but its letter and the numbers at its ticks.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &str> {
        let axes = [&self.panel.x, &self.panel.y].into_iter().flat_map(|axis| axis.texts());
        let entries = self.entries.iter().filter(|_| self.panel.legend != Legend::None).map(|entry| &entry.label);
        let inside = self.texts.iter().map(|text| &text.markup);
        let bars = self.color_scales.iter().map(|scale| &scale.label);
        let all = iter::once(&self.panel.title).chain(axes).chain(entries).chain(inside).chain(bars);
        all.map(String::as_str)
    }

    /// All texts inside the panel at their places, and the space that they and the data leave. A
    /// legend in a corner that was asked for comes first, one with free choice last.
    pub(crate) fn place_texts(
        &self,
        size: (f64, f64),
        sizes: &Sizes,
        legend: Option<Rect>,
    ) -> (Vec<PlacedText<'_>>, Space) {
        let mut space = Space::new(size.0, size.1, &self.shapes);
        if let Some(rect) = legend {
            space.take(rect);
        }
        let (mut placed, mut free) = (Vec::new(), Vec::new());
        for wanted in &self.texts {
            let text = Text::fitted(&wanted.markup, sizes.note, Weight::Regular, 0.94 * size.0, 0.9, Justify::Center);
            let extent = (text.width, text.height());
            if let [spot] = wanted.spots[..] {
                let rect = spot.rect(extent, size).moved_into(size.0, size.1);
                space.take(rect);
                placed.push(PlacedText { wanted, text, rect, rotated: spot.rotated });
            } else {
                free.push((wanted, text, extent));
            }
        }
        for (wanted, text, extent) in free {
            if let Some((spot, rect)) = space.choose(extent, wanted) {
                space.take(rect);
                placed.push(PlacedText { wanted, text, rect, rotated: spot.rotated });
            }
        }
        (placed, space)
    }
}

/// A text inside a panel at its place.
pub(crate) struct PlacedText<'a> {
    pub(crate) wanted: &'a Wanted,
    pub(crate) text: Text,
    pub(crate) rect: Rect,
    pub(crate) rotated: bool,
}
