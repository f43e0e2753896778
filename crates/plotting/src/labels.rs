//! The labels around a panel: at ticks, axes and colour bars, and its title.

use crate::axis::{Axis, Kind};
use crate::color::ColorScale;
use crate::font::Weight;
use crate::scale::Scale;
use crate::text::{CAPITAL, Justify, Text};
use crate::ticks::{Room, Tick, Ticks, ticks};
use crate::view::{BAR_GAP, BAR_WIDTH, LABEL_GAP, Sizes, TICK, TICK_GAP, View};

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

impl View<'_> {
    /// An empty frame has numbers only on axes whose range was given.
    fn has_ticks(&self, axis: &Axis) -> bool {
        !axis.hidden && (!self.is_blank || axis.has_range())
    }

    pub(crate) fn x_ticks(&self, width: f64, sizes: &Sizes) -> (Ticks, Vec<TickText>, bool) {
        let axis = &self.panel.x;
        if !self.has_ticks(axis) {
            return (Ticks::default(), Vec::new(), false);
        }
        let extent = |label: &str| crate::text::width(label, sizes.tick);
        let room = Room { length: width, ideal: (width / 8.0).max(34.0), gap: 0.75 * sizes.tick, extent: &extent };
        let ticks = ticks(axis, &self.frame.x, &room);
        let mut rotated = false;
        let lay_out = |label: &str| Text::justified(label, sizes.tick, Weight::Regular, Justify::Center);
        let mut texts: Vec<Text> = ticks.major.iter().map(|tick| lay_out(&tick.label)).collect();
        if let Kind::Categories(names) = &axis.kind {
            let slot = width / self.frame.x.span().max(1.0);
            let labels: Vec<&str> = ticks.major.iter().map(|tick| tick.label.as_str()).collect();
            (texts, rotated) = names_in(&labels, slot, names.len(), sizes);
        }
        let places = ticks.major.iter().map(|tick| tick.place);
        let texts = places.zip(texts).map(|(place, text)| TickText { place, text }).collect();
        (ticks, texts, rotated)
    }

    pub(crate) fn y_ticks(&self, height: f64, sizes: &Sizes) -> (Ticks, Vec<TickText>) {
        let axis = &self.panel.y;
        if !self.has_ticks(axis) {
            return (Ticks::default(), Vec::new());
        }
        let ticks = ticks(axis, &self.frame.y, &vertical_room(height, sizes, &|_| CAPITAL * sizes.tick));
        let place = |tick: &Tick| TickText {
            place: tick.place,
            text: Text::justified(&tick.label, sizes.tick, Weight::Regular, Justify::Right),
        };
        let texts = ticks.major.iter().map(place).collect();
        (ticks, texts)
    }

    pub(crate) fn title(&self, width: f64, sizes: &Sizes) -> (Option<Text>, Option<Text>) {
        let (letter, title) = (&self.letter, &self.panel.title);
        let letter = (!letter.is_empty()).then(|| Text::new(letter, 1.1 * sizes.title, Weight::Bold));
        let taken = letter.as_ref().map_or(0.0, |letter| letter.width + 0.6 * sizes.title);
        let room = (width - taken).max(20.0);
        let fit = |title: &str| Text::fitted(title, sizes.title, Weight::Regular, room, 0.86, Justify::Left);
        (letter, (!title.is_empty()).then(|| fit(title)))
    }

    pub(crate) fn color_bars(&self, height: f64, sizes: &Sizes) -> Vec<ColorBar> {
        let bar = |scale: &ColorScale| {
            let kind = if scale.log { Kind::Log10 } else { Kind::Linear };
            let axis = Axis { kind: kind.clone(), label: scale.label.clone(), format: scale.format, ..Axis::default() };
            let range = Scale::fixed(kind, scale.low, scale.high);
            let ticks = ticks(&axis, &range, &vertical_room(height, sizes, &|_| CAPITAL * sizes.tick));
            let texts: Vec<TickText> = ticks
                .major
                .iter()
                .map(|tick| TickText { place: tick.place, text: Text::new(&tick.label, sizes.tick, Weight::Regular) })
                .collect();
            let label = axis_label(&axis, &ticks, height, sizes);
            let widest = texts.iter().map(|label| label.text.width).fold(0.0, f64::max);
            let label_width = label.as_ref().map_or(0.0, |label| LABEL_GAP + label.height());
            let width = BAR_GAP + BAR_WIDTH + TICK + TICK_GAP + widest + label_width;
            ColorBar { scale: scale.clone(), ticks, texts, label, width }
        };
        self.color_scales.iter().map(bar).collect()
    }
}

/// The names below a category axis with a slot for each: broken into lines and a little smaller
/// where they must be, all of one size; upwards (and then `true`) where that does not help.
fn names_in(labels: &[&str], slot: f64, count: usize, sizes: &Sizes) -> (Vec<Text>, bool) {
    let regular = Weight::Regular;
    let fit = |label: &&str| Text::fitted(label, sizes.tick, regular, slot - 2.5, 0.88, Justify::Center);
    let fitted: Vec<Text> = labels.iter().map(fit).collect();
    let least = fitted.iter().map(|text| text.size).fold(sizes.tick, f64::min);
    let is_crowded = least < 0.72 * sizes.tick || fitted.iter().any(|text| text.width > slot - 1.0);
    if count > 1 && is_crowded {
        // Two lines of a slot that has room for them keep the names short.
        let lines = |label: &&str| match slot > 2.6 * sizes.tick {
            true => crate::text::wrap(label, sizes.tick, regular, 8.0 * sizes.tick),
            false => label.replace('\n', " "),
        };
        let upright = |label: &&str| Text::justified(&lines(label), sizes.tick, regular, Justify::Right);
        return (labels.iter().map(upright).collect(), true);
    }
    let level = |label: &&str| {
        let lines = crate::text::wrap(label, least, regular, slot - 2.4);
        Text::justified(&lines, least, regular, Justify::Center)
    };
    (labels.iter().map(level).collect(), false)
}

fn vertical_room<'a>(height: f64, sizes: &Sizes, extent: &'a dyn Fn(&str) -> f64) -> Room<'a> {
    Room { length: height, ideal: (2.7 * sizes.tick).max(height / 6.0), gap: 0.35 * sizes.tick, extent }
}

/// The label of an axis with the power of ten that its ticks share.
pub(crate) fn axis_label(axis: &Axis, ticks: &Ticks, room: f64, sizes: &Sizes) -> Option<Text> {
    if axis.hidden {
        return None;
    }
    let label = match &ticks.multiplier {
        Some(power) if axis.label.is_empty() => format!("×{power}"),
        Some(power) => format!("{} (×{power})", axis.label),
        None => axis.label.clone(),
    };
    (!label.is_empty()).then(|| Text::fitted(&label, sizes.label, Weight::Regular, room, 0.86, Justify::Center))
}
