//! A panel with definite axes, and everything around it for a given size: ticks, labels, legend, colour bars.

use crate::axis::{Axis, Kind};
use crate::color::ColorScale;
use crate::font::Weight;
use crate::legend::{Block, Legend, free_place, has_data, merged};
use crate::marks::notes::Corner;
use crate::marks::{Entry, Frame};
use crate::panel::Panel;
use crate::place::{Rect, Space, Wanted};
use crate::scale::{Extent, Scale};
use crate::shape::Drawn;
use crate::text::{CAPITAL, Justify, Text};
use crate::ticks::{Room, Ticks, ticks};

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
    /// Whether a legend with free choice goes to the right rather than below when there is no room inside.
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
        let frame = Frame {
            x: Scale::fit(&panel.x, &x_extent),
            y: Scale::fit(&y, &y_extent),
        };
        let mut shapes: Vec<Drawn> = panel
            .marks
            .iter()
            .flat_map(|mark| mark.as_draw().shapes(&frame))
            .collect();
        shapes.sort_by_key(|drawn| drawn.layer);
        let shown = panel.marks.iter().filter(|mark| has_data(mark));
        let entries = merged(shown.flat_map(|mark| mark.as_draw().entries(&frame)));
        let texts = panel
            .marks
            .iter()
            .flat_map(|mark| mark.as_draw().texts(&frame))
            .collect();
        let mut color_scales: Vec<ColorScale> = Vec::new();
        for scale in panel
            .marks
            .iter()
            .filter_map(|mark| mark.as_draw().color_scale())
        {
            if scale.bar && !color_scales.contains(scale) {
                color_scales.push(scale.clone());
            }
        }
        View {
            panel,
            frame,
            shapes,
            entries,
            texts,
            color_scales,
            alone_in_row,
        }
    }
}

/// A tick label at its place along an axis.
pub(crate) struct TickText {
    pub(crate) place: f64,
    pub(crate) text: Text,
}

/// A colour bar beside a panel.
pub(crate) struct ColorBar {
    pub(crate) scale: ColorScale,
    pub(crate) ticks: Ticks,
    pub(crate) texts: Vec<TickText>,
    pub(crate) label: Option<Text>,
    /// Gap, bar, ticks and label together, in points.
    pub(crate) width: f64,
}

/// Where a legend is.
pub(crate) enum Placement {
    None,
    Inside(Block, Rect),
    Right(Block),
    Below(Block),
    /// Labels at line ends: text, its place from the bottom of the panel, and the entry it belongs to.
    Direct(Vec<(Text, f64, usize)>),
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
    /// What surrounds the panel if its inside has this size in points. Once a legend has gone `outside` it stays there,
    /// so that the layout settles.
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
            if x_texts_rotated {
                label.text.width
            } else {
                label.text.height()
            }
        };
        let x_depth = if panel.x.hidden {
            0.0
        } else {
            TICK + TICK_GAP + x_texts.iter().map(x_height).fold(0.0, f64::max)
        };
        margins.bottom = x_depth
            + x_label
                .as_ref()
                .map_or(0.0, |label| LABEL_GAP + label.height());
        let widest = y_texts
            .iter()
            .map(|label| label.text.width)
            .fold(0.0, f64::max);
        if !panel.y.hidden {
            margins.left = TICK + TICK_GAP + widest;
        }
        margins.left += y_label
            .as_ref()
            .map_or(0.0, |label| LABEL_GAP + label.height());
        // Half a tick label can stand out at either end of an axis.
        for label in &x_texts {
            let half = if x_texts_rotated {
                label.text.height()
            } else {
                label.text.width
            } / 2.0;
            margins.left = margins.left.max(half - label.place * width);
            margins.right = margins.right.max(half - (1.0 - label.place) * width);
        }
        for label in &y_texts {
            let half = label.text.height() / 2.0;
            margins.top = margins.top.max(half - (1.0 - label.place) * height);
            margins.bottom = margins.bottom.max(half - label.place * height);
        }
        let title_height = |text: &Text| text.height() + TITLE_GAP;
        let heading = letter
            .iter()
            .chain(&title)
            .map(title_height)
            .fold(0.0, f64::max);
        margins.top = margins.top.max(heading);
        margins.right = margins
            .right
            .max(bars.iter().map(|bar| bar.width).sum::<f64>());
        match &legend {
            Placement::Right(block) => margins.right += LEGEND_GAP + block.extent.0,
            Placement::Below(block) => margins.bottom += LEGEND_GAP + block.extent.1,
            Placement::Direct(labels) => {
                let widest = labels
                    .iter()
                    .map(|(text, ..)| text.width)
                    .fold(0.0, f64::max);
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

    fn x_ticks(&self, width: f64, sizes: &Sizes) -> (Ticks, Vec<TickText>, bool) {
        let axis = &self.panel.x;
        if axis.hidden {
            return (Ticks::default(), Vec::new(), false);
        }
        let extent = |label: &str| crate::text::width(label, sizes.tick);
        let room = Room {
            length: width,
            ideal: (width / 8.0).max(34.0),
            gap: 0.75 * sizes.tick,
            extent: &extent,
        };
        let ticks = ticks(axis, &self.frame.x, &room);
        let mut rotated = false;
        let lay_out =
            |label: &str| Text::justified(label, sizes.tick, Weight::Regular, Justify::Center);
        let mut texts: Vec<Text> = ticks
            .major
            .iter()
            .map(|tick| lay_out(&tick.label))
            .collect();
        if let Kind::Categories(names) = &axis.kind {
            let slot = width / self.frame.x.span().max(1.0);
            let labels: Vec<&str> = ticks.major.iter().map(|tick| tick.label.as_str()).collect();
            (texts, rotated) = names_in(&labels, slot, names.len(), sizes);
        }
        let places = ticks.major.iter().map(|tick| tick.place);
        let texts = places
            .zip(texts)
            .map(|(place, text)| TickText { place, text })
            .collect();
        (ticks, texts, rotated)
    }

    fn y_ticks(&self, height: f64, sizes: &Sizes) -> (Ticks, Vec<TickText>) {
        let axis = &self.panel.y;
        if axis.hidden {
            return (Ticks::default(), Vec::new());
        }
        let ticks = ticks(
            axis,
            &self.frame.y,
            &vertical_room(height, sizes, &|_| CAPITAL * sizes.tick),
        );
        let place = |tick: &crate::ticks::Tick| TickText {
            place: tick.place,
            text: Text::justified(&tick.label, sizes.tick, Weight::Regular, Justify::Right),
        };
        let texts = ticks.major.iter().map(place).collect();
        (ticks, texts)
    }

    fn title(&self, width: f64, sizes: &Sizes) -> (Option<Text>, Option<Text>) {
        let Panel { letter, title, .. } = self.panel;
        let letter =
            (!letter.is_empty()).then(|| Text::new(letter, 1.1 * sizes.title, Weight::Bold));
        let taken = letter
            .as_ref()
            .map_or(0.0, |letter| letter.width + 0.6 * sizes.title);
        let room = (width - taken).max(20.0);
        let fit = |title: &str| {
            Text::fitted(
                title,
                sizes.title,
                Weight::Regular,
                room,
                0.86,
                Justify::Left,
            )
        };
        (letter, (!title.is_empty()).then(|| fit(title)))
    }

    fn color_bars(&self, height: f64, sizes: &Sizes) -> Vec<ColorBar> {
        let bar = |scale: &ColorScale| {
            let kind = if scale.log { Kind::Log10 } else { Kind::Linear };
            let axis = Axis {
                kind: kind.clone(),
                label: scale.label.clone(),
                format: scale.format,
                ..Axis::default()
            };
            let range = Scale::fixed(kind, scale.low, scale.high);
            let ticks = ticks(
                &axis,
                &range,
                &vertical_room(height, sizes, &|_| CAPITAL * sizes.tick),
            );
            let texts: Vec<TickText> = ticks
                .major
                .iter()
                .map(|tick| TickText {
                    place: tick.place,
                    text: Text::new(&tick.label, sizes.tick, Weight::Regular),
                })
                .collect();
            let label = axis_label(&axis, &ticks, height, sizes);
            let widest = texts
                .iter()
                .map(|label| label.text.width)
                .fold(0.0, f64::max);
            let label_width = label
                .as_ref()
                .map_or(0.0, |label| LABEL_GAP + label.height());
            let width = BAR_GAP + BAR_WIDTH + TICK + TICK_GAP + widest + label_width;
            ColorBar {
                scale: scale.clone(),
                ticks,
                texts,
                label,
                width,
            }
        };
        self.color_scales.iter().map(bar).collect()
    }

    /// All texts inside the panel at their places, and the space that they and the data leave. A legend in a corner that
    /// was asked for comes first, one with free choice last.
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
            let text = Text::fitted(
                &wanted.markup,
                sizes.note,
                Weight::Regular,
                0.94 * size.0,
                0.9,
                Justify::Center,
            );
            let extent = (text.width, text.height());
            if let [spot] = wanted.spots[..] {
                let rect = spot.rect(extent, size).moved_into(size.0, size.1);
                space.take(rect);
                placed.push(PlacedText {
                    wanted,
                    text,
                    rect,
                    rotated: spot.rotated,
                });
            } else {
                free.push((wanted, text, extent));
            }
        }
        for (wanted, text, extent) in free {
            if let Some((spot, rect)) = space.choose(extent, wanted) {
                space.take(rect);
                placed.push(PlacedText {
                    wanted,
                    text,
                    rect,
                    rotated: spot.rotated,
                });
            }
        }
        (placed, space)
    }

    fn place_legend(
        &self,
        size: (f64, f64),
        margins: Margins,
        sizes: &Sizes,
        outside: bool,
    ) -> Placement {
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
                let text = Text::fitted(
                    &entry.label,
                    sizes.legend,
                    Weight::Regular,
                    limit,
                    0.92,
                    Justify::Left,
                );
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

/// The names below a category axis with a slot for each: broken into lines and a little smaller where they must be, all
/// of one size; upwards (and then `true`) where that does not help.
fn names_in(labels: &[&str], slot: f64, count: usize, sizes: &Sizes) -> (Vec<Text>, bool) {
    let regular = Weight::Regular;
    let fit = |label: &&str| {
        Text::fitted(
            label,
            sizes.tick,
            regular,
            slot - 2.5,
            0.88,
            Justify::Center,
        )
    };
    let fitted: Vec<Text> = labels.iter().map(fit).collect();
    let least = fitted
        .iter()
        .map(|text| text.size)
        .fold(sizes.tick, f64::min);
    let is_crowded = least < 0.72 * sizes.tick || fitted.iter().any(|text| text.width > slot - 1.0);
    if count > 1 && is_crowded {
        // Two lines of a slot that has room for them keep the names short.
        let lines = |label: &&str| match slot > 2.6 * sizes.tick {
            true => crate::text::wrap(label, sizes.tick, regular, 8.0 * sizes.tick),
            false => label.replace('\n', " "),
        };
        let upright =
            |label: &&str| Text::justified(&lines(label), sizes.tick, regular, Justify::Right);
        return (labels.iter().map(upright).collect(), true);
    }
    let level = |label: &&str| {
        let lines = crate::text::wrap(label, least, regular, slot - 2.4);
        Text::justified(&lines, least, regular, Justify::Center)
    };
    (labels.iter().map(level).collect(), false)
}

/// A text inside a panel at its place.
pub(crate) struct PlacedText<'a> {
    pub(crate) wanted: &'a Wanted,
    pub(crate) text: Text,
    pub(crate) rect: Rect,
    pub(crate) rotated: bool,
}

fn vertical_room<'a>(height: f64, sizes: &Sizes, extent: &'a dyn Fn(&str) -> f64) -> Room<'a> {
    Room {
        length: height,
        ideal: (2.7 * sizes.tick).max(height / 6.0),
        gap: 0.35 * sizes.tick,
        extent,
    }
}

/// The label of an axis with the power of ten that its ticks share.
fn axis_label(axis: &Axis, ticks: &Ticks, room: f64, sizes: &Sizes) -> Option<Text> {
    if axis.hidden {
        return None;
    }
    let label = match &ticks.multiplier {
        Some(power) if axis.label.is_empty() => format!("×{power}"),
        Some(power) => format!("{} (×{power})", axis.label),
        None => axis.label.clone(),
    };
    (!label.is_empty()).then(|| {
        Text::fitted(
            &label,
            sizes.label,
            Weight::Regular,
            room,
            0.86,
            Justify::Center,
        )
    })
}
