//! A panel with definite axes, and everything around it for a given size: ticks, labels, legend,
//! colour bars.

use crate::axis::Kind;
use crate::color::ColorScale;
use crate::font::Weight;
use crate::labels::{ColorBar, TickText, axis_label};
use crate::legend::{has_data, merged};
use crate::marks::{Entry, Frame};
use crate::panel::Panel;
use crate::place::{Rect, Wanted};
use crate::placement::Placement;
use crate::scale::{Extent, Scale};
use crate::shape::Drawn;
use crate::space::Space;
use crate::text::{Justify, Text};
use crate::ticks::Ticks;

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
    pub(crate) frame: Frame,
    /// In drawing order.
    pub(crate) shapes: Vec<Drawn>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) texts: Vec<Wanted>,
    pub(crate) color_scales: Vec<ColorScale>,
    /// Whether a legend with free choice goes to the right rather than below when there is no room
    /// inside.
    pub(crate) alone_in_row: bool,
}

impl<'a> View<'a> {
    pub(crate) fn new(panel: &'a Panel, alone_in_row: bool) -> Self {
        // Names are read from top to bottom.
        let mut y = panel.y.clone();
        if matches!(y.kind, Kind::Categories(_)) {
            y = y.inverted();
        }
        let (mut x_extent, mut y_extent) = (Extent::of(&panel.x.kind), Extent::of(&y.kind));
        for mark in &panel.marks {
            mark.as_draw().extend(&mut x_extent, &mut y_extent);
        }
        let frame = Frame { x: Scale::fit(&panel.x, &x_extent), y: Scale::fit(&y, &y_extent) };
        let mut shapes: Vec<Drawn> = panel.marks.iter().flat_map(|mark| mark.as_draw().shapes(&frame)).collect();
        shapes.sort_by_key(|drawn| drawn.layer);
        let shown = panel.marks.iter().filter(|mark| has_data(mark));
        let entries = merged(shown.flat_map(|mark| mark.as_draw().entries(&frame)));
        let texts = panel.marks.iter().flat_map(|mark| mark.as_draw().texts(&frame)).collect();
        let mut color_scales: Vec<ColorScale> = Vec::new();
        for scale in panel.marks.iter().filter_map(|mark| mark.as_draw().color_scale()) {
            if scale.bar && !color_scales.contains(scale) {
                color_scales.push(scale.clone());
            }
        }
        View { panel, frame, shapes, entries, texts, color_scales, alone_in_row }
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

/// Everything around a panel of a certain size.
pub(crate) struct Decor {
    pub(crate) x_ticks: Ticks,
    pub(crate) y_ticks: Ticks,
    pub(crate) x_texts: Vec<TickText>,
    pub(crate) y_texts: Vec<TickText>,
    /// Names of a category axis that are too long to stand side by side run upwards.
    pub(crate) x_texts_rotated: bool,
    pub(crate) x_label: Option<Text>,
    pub(crate) y_label: Option<Text>,
    pub(crate) letter: Option<Text>,
    pub(crate) title: Option<Text>,
    pub(crate) bars: Vec<ColorBar>,
    pub(crate) legend: Placement,
    /// Height of the labels below the panel, ticks included.
    pub(crate) x_depth: f64,
    pub(crate) margins: Margins,
}

impl View<'_> {
    /// What surrounds the panel if its inside has this size in points. Once a legend has gone
    /// `outside` it stays there, so that the layout settles.
    pub(crate) fn decorate(
        &self,
        (width, height): (f64, f64),
        margins: Margins,
        sizes: &Sizes,
        outside: bool,
    ) -> Decor {
        let panel = self.panel;
        let (x_ticks, x_texts, x_texts_rotated) = self.x_ticks(width, sizes);
        let (y_ticks, y_texts) = self.y_ticks(height, sizes);
        let room_x = width + margins.left + margins.right;
        let room_y = height + 0.6 * (margins.top + margins.bottom);
        let x_label = axis_label(&panel.x, &x_ticks, room_x, sizes);
        let y_label = axis_label(&panel.y, &y_ticks, room_y, sizes);
        let (letter, title) = self.title(width + margins.right + 6.0, sizes);
        let bars = self.color_bars(height, sizes);
        let legend = self.place_legend((width, height), margins, sizes, outside);

        let mut margins = Margins::default();
        let x_height = |label: &TickText| {
            if x_texts_rotated { label.text.width } else { label.text.height() }
        };
        let x_depth =
            if panel.x.hidden { 0.0 } else { TICK + TICK_GAP + x_texts.iter().map(x_height).fold(0.0, f64::max) };
        margins.bottom = x_depth + x_label.as_ref().map_or(0.0, |label| LABEL_GAP + label.height());
        let widest = y_texts.iter().map(|label| label.text.width).fold(0.0, f64::max);
        if !panel.y.hidden {
            margins.left = TICK + TICK_GAP + widest;
        }
        margins.left += y_label.as_ref().map_or(0.0, |label| LABEL_GAP + label.height());
        // Half a tick label can stand out at either end of an axis.
        for label in &x_texts {
            let half = if x_texts_rotated { label.text.height() } else { label.text.width } / 2.0;
            margins.left = margins.left.max(half - label.place * width);
            margins.right = margins.right.max(half - (1.0 - label.place) * width);
        }
        for label in &y_texts {
            let half = label.text.height() / 2.0;
            margins.top = margins.top.max(half - (1.0 - label.place) * height);
            margins.bottom = margins.bottom.max(half - label.place * height);
        }
        let title_height = |text: &Text| text.height() + TITLE_GAP;
        let heading = letter.iter().chain(&title).map(title_height).fold(0.0, f64::max);
        margins.top = margins.top.max(heading);
        margins.right = margins.right.max(bars.iter().map(|bar| bar.width).sum::<f64>());
        match &legend {
            Placement::Right(block) => margins.right += LEGEND_GAP + block.extent.0,
            Placement::Below(block) => margins.bottom += LEGEND_GAP + block.extent.1,
            Placement::Direct(labels) => {
                let widest = labels.iter().map(|(text, ..)| text.width).fold(0.0, f64::max);
                margins.right = margins.right.max(widest + 4.0);
            }
            Placement::Inside(..) | Placement::None => {}
        }
        Decor {
            x_ticks,
            y_ticks,
            x_texts,
            y_texts,
            x_texts_rotated,
            x_label,
            y_label,
            letter,
            title,
            bars,
            legend,
            x_depth,
            margins,
        }
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
