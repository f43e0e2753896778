//! Everything around a panel for a given size: ticks, labels, legend, colour bars.

use crate::labels::{ColorBar, TickText, axis_label};
use crate::placement::Placement;
use crate::text::Text;
use crate::ticks::Ticks;
use crate::view::{LABEL_GAP, LEGEND_GAP, Margins, Sizes, TICK, TICK_GAP, TITLE_GAP, View};

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
}
