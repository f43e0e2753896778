//! The figure as plain data.

use anyhow::Result;

use crate::panel::Panel;
use crate::render;

/// A figure: rows of panels.
///
/// ```
/// use plotting::{Axis, BLUE, Figure, Panel};
/// # fn main() -> anyhow::Result<()> {
/// let figure = Figure::new("")
///     .caption("Squares grow.")
///     .width(3.4)
///     .row(1.0, [Panel::new("", "")
///         .x(Axis::linear("n"))
///         .y(Axis::linear("n^{2}"))
///         .line("squares", 0..10, (0..10).map(|n| n * n), BLUE)]);
/// let svg = figure.svg()?;
/// let png = plotting::png(&svg, 800)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub(crate) title: String,
    pub(crate) caption: String,
    pub(crate) caption_is_drawn: bool,
    pub(crate) width: f64,
    pub(crate) font_size: f64,
    pub(crate) rows: Vec<Row>,
}

/// Panels beside each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) height: f64,
    pub(crate) panels: Vec<Panel>,
}

/// Height of a row of height 1, in inches.
pub(crate) const ROW_HEIGHT: f64 = 2.3;

impl Figure {
    /// A figure without panels, seven inches wide. The title stands above all panels; it may be
    /// empty.
    pub fn new(title: impl Into<String>) -> Self {
        Figure {
            title: title.into(),
            caption: String::new(),
            caption_is_drawn: false,
            width: 7.0,
            font_size: 8.2,
            rows: Vec::new(),
        }
    }

    /// What the figure shows, in sentences. It becomes the description in the SVG and can be read
    /// back with [`caption_text`](Figure::caption_text); it is drawn only after
    /// [`draw_caption`](Figure::draw_caption).
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = caption.into();
        self
    }

    /// Draws the caption below the panels.
    pub fn draw_caption(mut self) -> Self {
        self.caption_is_drawn = true;
        self
    }

    /// Width in inches: about 3.4 for one column of a journal, 7 (the default) for two.
    pub fn width(mut self, inches: f64) -> Self {
        self.width = inches;
        self
    }

    /// Size of the axis labels in points (default 8.2); all other texts follow.
    pub fn font_size(mut self, points: f64) -> Self {
        self.font_size = points;
        self
    }

    /// Adds a row of panels below the others. Its height is relative to the usual one of 2.3
    /// inches: 0.5 for a strip.
    pub fn row(mut self, height: f64, panels: impl IntoIterator<Item = Panel>) -> Self {
        self.rows.push(Row { height, panels: panels.into_iter().collect() });
        self
    }

    /// The title; empty if there is none.
    pub fn title_text(&self) -> &str {
        &self.title
    }

    /// The caption; empty if there is none.
    pub fn caption_text(&self) -> &str {
        &self.caption
    }

    /// The figure as an SVG document: the same bytes for the same figure on every machine.
    ///
    /// # Errors
    ///
    /// Names the panel and the series for columns of different lengths, a series without a finite
    /// value, a panel without marks, an axis that runs backwards, and panels for which there is no
    /// room.
    pub fn svg(&self) -> Result<String> {
        render::svg(self)
    }
}
