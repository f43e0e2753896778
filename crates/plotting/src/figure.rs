//! The figure as plain data.

use crate::marks::Mark;
use crate::marks::kind::named;
use crate::panel::{Letter, Panel};

/// A figure: rows of panels, with the letters a, b, c and so on if there are several.
///
/// The letters run in reading order: row by row, a panel before those [below](Panel::below) it. A panel can have
/// another [letter](Panel::letter) or [none](Panel::unlettered); the others are then lettered as if it were not there.
///
/// What is drawn is what is finite: NaN and infinite values are [left out](Figure::left_out), and a panel without a
/// finite value is an empty frame that says so.
///
/// ```
/// use plotting::{Axis, BLUE, Figure, Panel};
/// # fn main() -> anyhow::Result<()> {
/// let squares = Panel::new("squares")
///     .x(Axis::linear("n"))
///     .y(Axis::linear("n^{2}"))
///     .line("", 0..10, (0..10).map(|n| n * n), BLUE);
/// let cubes = Panel::new("cubes").line("", 0..10, (0..10).map(|n| n * n * n), BLUE);
/// let figure = Figure::new().caption("Cubes grow faster.").row([squares, cubes]).height(0.8);
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
    /// A wrong use of the methods, reported when the figure is drawn.
    pub(crate) problem: Option<String>,
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
    /// A figure without panels, seven inches wide.
    pub fn new() -> Self {
        Figure {
            title: String::new(),
            caption: String::new(),
            caption_is_drawn: false,
            width: 7.0,
            font_size: 8.2,
            rows: Vec::new(),
            problem: None,
        }
    }

    /// A title in bold above all panels.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
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

    /// Adds a row of panels below the others, 2.3 inches high with titles and labels.
    pub fn row(mut self, panels: impl IntoIterator<Item = Panel>) -> Self {
        self.rows.push(Row { height: 1.0, panels: panels.into_iter().collect() });
        self
    }

    /// Height of the row added last, relative to the usual one: 0.5 for a strip. Without a row the figure is an error
    /// when it is drawn.
    pub fn height(mut self, relative: f64) -> Self {
        match self.rows.last_mut() {
            Some(row) => row.height = relative,
            None => self.problem = Some("`height` that does not follow a row".into()),
        }
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

    /// How many values are not drawn because they are NaN or infinite: points, histogram bins, infinite bars, ends of
    /// segments, reference lines and regions.
    ///
    /// NaN bars, heat map cells and ends of intervals do not count: there NaN means that there is none.
    pub fn left_out(&self) -> usize {
        self.panels().map(Panel::left_out).sum()
    }

    /// The lines whose x goes back and forth, each with its panel: rows that were not sorted look like that.
    pub fn unsorted_lines(&self) -> Vec<String> {
        let of_panel = |(letter, panel): (String, &Panel)| {
            let name = panel.name(&letter);
            let lines = panel.marks.iter().filter_map(|mark| match mark {
                Mark::Line(line) if line.is_unsorted() => Some(format!("{name}: {}", named("a line", &line.label))),
                _ => None,
            });
            lines.collect::<Vec<String>>()
        };
        self.lettered_panels().into_iter().flat_map(of_panel).collect()
    }

    /// The ids of the claims that panels and series are [about](Panel::shows), in reading order.
    pub fn claims(&self) -> impl Iterator<Item = &str> {
        self.panels().flat_map(|panel| panel.claims.iter().map(|(_, claim)| claim.as_str()))
    }

    /// All panels in reading order.
    fn panels(&self) -> impl Iterator<Item = &Panel> {
        self.rows.iter().flat_map(|row| &row.panels).flat_map(|panel| panel.column())
    }

    /// All panels in reading order with their letters, empty for none.
    pub(crate) fn lettered_panels(&self) -> Vec<(String, &Panel)> {
        let is_in_order = |panel: &&Panel| panel.letter == Letter::InOrder;
        let is_alone = self.panels().filter(is_in_order).count() == 1;
        let mut count = 0;
        let mut letter = |panel: &Panel| match &panel.letter {
            Letter::InOrder if is_alone => String::new(),
            Letter::InOrder => {
                count += 1;
                letter_number(count - 1)
            }
            Letter::Own(letter) => letter.clone(),
            Letter::None => String::new(),
        };
        self.panels().map(|panel| (letter(panel), panel)).collect()
    }
}

impl Default for Figure {
    fn default() -> Self {
        Figure::new()
    }
}

/// a to z, then aa, ab and so on.
fn letter_number(index: usize) -> String {
    let last = char::from(b'a' + (index % 26) as u8);
    match index / 26 {
        0 => last.to_string(),
        before => format!("{}{last}", letter_number(before - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(figure: &Figure) -> Vec<String> {
        figure.lettered_panels().into_iter().map(|(letter, _)| letter).collect()
    }

    #[test]
    fn panels_are_lettered_in_reading_order() {
        let panel = || Panel::new("");
        let figure = Figure::new().row([panel().below(panel()), panel()]).row([panel()]);
        assert_eq!(letters(&figure), ["a", "b", "c", "d"]);
        let names: Vec<String> = figure.lettered_panels().iter().map(|(letter, panel)| panel.name(letter)).collect();
        assert_eq!(names[3], "panel d");
    }

    #[test]
    fn a_single_panel_has_no_letter() {
        let panel = || Panel::new("");
        assert_eq!(letters(&Figure::new().row([panel()])), [""]);
        assert_eq!(letters(&Figure::new().row([panel(), panel().unlettered()])), ["", ""]);
    }

    #[test]
    fn own_letters_do_not_count() {
        let panel = || Panel::new("");
        let figure = Figure::new().row([panel(), panel().letter("x"), panel().unlettered(), panel()]);
        assert_eq!(letters(&figure), ["a", "x", "", "b"]);
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([0, 25, 26, 51, 52, 702].map(letter_number), ["a", "z", "aa", "az", "ba", "aaa"]);
    }
}
