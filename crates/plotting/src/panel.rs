//! One coordinate system with its marks, as plain data.

mod curves;
mod explain;

use crate::axis::Axis;
use crate::color::{Color, ColorScale};
use crate::legend::Legend;
use crate::marks::Mark;
use crate::marks::bars::{self, Bars};
use crate::marks::contours::Contours;
use crate::marks::grid::{HeatMap, Histogram};
use crate::marks::line::{Band, Line};
use crate::marks::points::{Intervals, Points};
use crate::number::Series;
use crate::style::Style;

/// A panel of a figure: two axes and what is drawn between them.
///
/// Every method returns the panel, so that it is written down in one expression. Marks are drawn
/// from the back to the front as regions, heat maps, bands, bars, reference lines, lines, error
/// bars and points; marks of one kind in the order in which they are added. A series without a
/// label (`""`) stays out of the legend, and series with the same label share one entry.
///
/// NaN and infinite values are gaps. A series without a finite value is not drawn but keeps its entry in the legend;
/// where no series of a panel has one, the panel is an empty frame with the note "no finite values".
///
/// Some methods refine the mark added last: [`errors`](Panel::errors),
/// [`x_errors`](Panel::x_errors), [`colored_by`](Panel::colored_by),
/// [`bar_ticks`](Panel::bar_ticks), [`bar_markers`](Panel::bar_markers),
/// [`level_labels`](Panel::level_labels), [`styled`](Panel::styled) and
/// [`in_legend`](Panel::in_legend). Used after a mark of another kind they make the figure an error
/// when it is drawn, as columns of different lengths do.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    pub(crate) letter: Letter,
    pub(crate) title: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) marks: Vec<Mark>,
    pub(crate) legend: Legend,
    pub(crate) width: f64,
    pub(crate) square: bool,
    pub(crate) below: Option<Box<Panel>>,
    /// Label of a series, empty for the whole panel, and the claim that is about it.
    pub(crate) claims: Vec<(String, String)>,
    /// Wrong uses of the methods, reported when the figure is drawn.
    pub(crate) problems: Vec<String>,
}

/// What stands in bold before the title of a panel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Letter {
    /// The next letter of the figure.
    InOrder,
    Own(String),
    None,
}

impl Panel {
    /// An empty panel with linear axes. The title stands above it and may be empty.
    pub fn new(title: impl Into<String>) -> Self {
        Panel {
            letter: Letter::InOrder,
            title: title.into(),
            x: Axis::default(),
            y: Axis::default(),
            marks: Vec::new(),
            legend: Legend::Best,
            width: 1.0,
            square: false,
            below: None,
            claims: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// A letter of its own instead of the next one of the figure; the panels after it do not count it.
    pub fn letter(mut self, letter: impl Into<String>) -> Self {
        self.letter = Letter::Own(letter.into());
        self
    }

    /// No letter, for instance because the panel continues the one before.
    pub fn unlettered(mut self) -> Self {
        self.letter = Letter::None;
        self
    }

    /// The horizontal axis.
    pub fn x(mut self, axis: Axis) -> Self {
        self.x = axis;
        self
    }

    /// The vertical axis.
    pub fn y(mut self, axis: Axis) -> Self {
        self.y = axis;
        self
    }

    /// Where the legend stands.
    pub fn legend(mut self, legend: Legend) -> Self {
        self.legend = legend;
        self
    }

    /// Width relative to the other panels of the row (default 1).
    pub fn width(mut self, relative: f64) -> Self {
        self.width = relative;
        self
    }

    /// Makes both axes equally long, for diagonals, maps and diagrams.
    pub fn square(mut self) -> Self {
        self.square = true;
        self
    }

    /// Puts another panel below this one, in the same place of the row; both share its height.
    pub fn below(mut self, panel: Panel) -> Self {
        match &mut self.below {
            Some(below) => **below = below.as_ref().clone().below(panel),
            empty => *empty = Some(Box::new(panel)),
        }
        self
    }

    /// Claims, by their ids, that are about what the panel shows: the paper's page points out one through the other.
    pub fn shows<I: Into<String>>(mut self, claims: impl IntoIterator<Item = I>) -> Self {
        self.claims.extend(claims.into_iter().map(|claim| (String::new(), claim.into())));
        self
    }

    /// A claim, by its id, that is about one series, by its label.
    pub fn series_shows(mut self, label: impl Into<String>, claim: impl Into<String>) -> Self {
        self.claims.push((label.into(), claim.into()));
        self
    }

    /// The ids of the claims about a series or, without a label, about the panel.
    pub(crate) fn claims_of(&self, label: &str) -> String {
        let ids = self.claims.iter().filter(|(of, _)| of == label).map(|(_, claim)| claim.as_str());
        ids.collect::<Vec<_>>().join(" ")
    }

    fn add(mut self, mark: Mark) -> Self {
        self.marks.push(mark);
        self
    }

    fn problem(mut self, method: &str, needed: &str) -> Self {
        self.problems.push(format!("`{method}` that does not follow {needed}"));
        self
    }

    /// A line through the points in the given order; with a marker in its style also a marker at
    /// each.
    pub fn line(self, label: impl Into<String>, x: impl Series, y: impl Series, style: impl Into<Style>) -> Self {
        let (x, y) = (x.collect_numbers(), y.collect_numbers());
        self.add(Mark::Line(Line { label: label.into(), x, y, style: style.into() }))
    }

    /// The area between `low` and `high`, in a light shade of the colour.
    pub fn band(self, x: impl Series, low: impl Series, high: impl Series, color: Color) -> Self {
        let (x, low, high) = (x.collect_numbers(), low.collect_numbers(), high.collect_numbers());
        self.add(Mark::Band(Band { label: String::new(), x, low, high, color }))
    }

    /// Markers at points.
    pub fn points(self, label: impl Into<String>, x: impl Series, y: impl Series, style: impl Into<Style>) -> Self {
        let (x, y) = (x.collect_numbers(), y.collect_numbers());
        let label = label.into();
        let style = style.into();
        self.add(Mark::Points(Points { label, x, y, style, x_errors: None, y_errors: None, colors: None }))
    }

    /// Error bars for the points or bars added last, from `low` to `high` (values, not distances),
    /// along the axis of the measured quantity: y for points.
    pub fn errors(mut self, low: impl Series, high: impl Series) -> Self {
        let intervals = Intervals { low: low.collect_numbers(), high: high.collect_numbers() };
        match self.marks.last_mut() {
            Some(Mark::Points(points)) => points.y_errors = Some(intervals),
            Some(Mark::Bars(Bars { series, .. })) => {
                if let Some(last) = series.last_mut() {
                    last.errors = Some(intervals);
                }
            }
            _ => return self.problem("errors", "points or bars"),
        }
        self
    }

    /// Horizontal error bars for the points added last, from `low` to `high`.
    pub fn x_errors(mut self, low: impl Series, high: impl Series) -> Self {
        match self.marks.last_mut() {
            Some(Mark::Points(points)) => {
                points.x_errors = Some(Intervals { low: low.collect_numbers(), high: high.collect_numbers() });
            }
            _ => return self.problem("x_errors", "points"),
        }
        self
    }

    /// Colours the points added last by a value each, and shows the scale in a colour bar.
    pub fn colored_by(mut self, values: impl Series, scale: ColorScale) -> Self {
        match self.marks.last_mut() {
            Some(Mark::Points(points)) => {
                points.colors = Some((values.collect_numbers(), scale.with_finite_limits()));
            }
            _ => return self.problem("colored_by", "points"),
        }
        self
    }

    /// A histogram: `heights[i]` over the interval from `edges[i]` to `edges[i + 1]`; filled, or an
    /// outline if the style is open.
    pub fn histogram(
        self,
        label: impl Into<String>,
        edges: impl Series,
        heights: impl Series,
        style: impl Into<Style>,
    ) -> Self {
        let (edges, heights) = (edges.collect_numbers(), heights.collect_numbers());
        self.add(Mark::Histogram(Histogram { label: label.into(), edges, heights, style: style.into() }))
    }

    /// One bar for each name of the category axis; NaN for none. They stand upright if the
    /// categories are on x, and lie if they are on y. Further calls put further series beside the
    /// first.
    pub fn bars(mut self, label: impl Into<String>, values: impl Series, style: impl Into<Style>) -> Self {
        let series = bars::Series {
            label: label.into(),
            values: values.collect_numbers(),
            style: style.into(),
            errors: None,
            ticks: Vec::new(),
            markers: Vec::new(),
        };
        // All bars are one mark, because they share the room of their categories; it moves to the
        // end so that refinements find it.
        match self.marks.iter().position(|mark| matches!(mark, Mark::Bars(_))) {
            Some(index) => {
                let mut mark = self.marks.remove(index);
                if let Mark::Bars(bars) = &mut mark {
                    bars.series.push(series);
                }
                self.add(mark)
            }
            None => self.add(Mark::Bars(Bars { series: vec![series], stacked: false })),
        }
    }

    /// Puts the bars of a category on each other instead of side by side.
    pub fn stacked(mut self) -> Self {
        match self.marks.iter_mut().find_map(|mark| if let Mark::Bars(bars) = mark { Some(bars) } else { None }) {
            Some(bars) => bars.stacked = true,
            None => return self.problem("stacked", "bars"),
        }
        self
    }

    fn last_bars(&mut self) -> Option<&mut bars::Series> {
        match self.marks.last_mut() {
            Some(Mark::Bars(bars)) => bars.series.last_mut(),
            _ => None,
        }
    }

    /// A stroke across each bar of the series added last, for instance at the maximum over groups
    /// of which the bar shows the mean.
    pub fn bar_ticks(mut self, values: impl Series) -> Self {
        match self.last_bars() {
            Some(series) => series.ticks.push(values.collect_numbers()),
            None => return self.problem("bar_ticks", "bars"),
        }
        self
    }

    /// A marker on the middle line of each bar of the series added last: single seeds, a published
    /// value. Can be repeated.
    pub fn bar_markers(mut self, values: impl Series, style: impl Into<Style>) -> Self {
        match self.last_bars() {
            Some(series) => series.markers.push((values.collect_numbers(), style.into())),
            None => return self.problem("bar_markers", "bars"),
        }
        self
    }

    /// Coloured cells centred at the grid of `xs` and `ys`, with a colour bar. The values run row
    /// by row: that at `(xs[i], ys[j])` is number `j * xs.len() + i`, as in an array of shape (ys,
    /// xs). NaN cells stay empty.
    pub fn heat_map(self, xs: impl Series, ys: impl Series, values: impl Series, scale: ColorScale) -> Self {
        let (xs, ys, values) = (xs.collect_numbers(), ys.collect_numbers(), values.collect_numbers());
        self.add(Mark::HeatMap(HeatMap { xs, ys, values, scale: scale.with_finite_limits() }))
    }

    /// Lines along which the values over a grid (ordered as in [`heat_map`](Panel::heat_map)) equal
    /// each of `levels`.
    pub fn contours(
        self,
        label: impl Into<String>,
        xs: impl Series,
        ys: impl Series,
        values: impl Series,
        levels: impl Series,
        style: impl Into<Style>,
    ) -> Self {
        self.add(Mark::Contours(Contours {
            label: label.into(),
            xs: xs.collect_numbers(),
            ys: ys.collect_numbers(),
            values: values.collect_numbers(),
            levels: levels.collect_numbers(),
            level_labels: Vec::new(),
            style: style.into(),
        }))
    }

    /// A text on each level of the contours added last.
    pub fn level_labels<L: Into<String>>(mut self, labels: impl IntoIterator<Item = L>) -> Self {
        match self.marks.last_mut() {
            Some(Mark::Contours(contours)) => contours.level_labels = labels.into_iter().map(Into::into).collect(),
            _ => return self.problem("level_labels", "contours"),
        }
        self
    }

    /// How the panel is called in error messages when it has this letter.
    pub(crate) fn name(&self, letter: &str) -> String {
        match (letter.is_empty(), self.title.is_empty()) {
            (true, true) => "a panel without a name".into(),
            (false, true) => format!("panel {letter}"),
            (true, false) => format!("panel \"{}\"", self.title),
            (false, false) => format!("panel {letter} \"{}\"", self.title),
        }
    }

    /// How many values of the panel are not drawn because they are not finite.
    pub(crate) fn left_out(&self) -> usize {
        self.marks.iter().map(|mark| mark.as_draw().count().left_out).sum()
    }

    /// Whether the panel should show data and none of them can be drawn.
    pub(crate) fn is_blank(&self) -> bool {
        let mut data = self.marks.iter().filter(|mark| mark.is_data()).peekable();
        match data.peek() {
            Some(_) => data.all(|mark| mark.as_draw().count().drawn == 0),
            None => self.marks.is_empty(),
        }
    }

    /// This panel and those below it.
    pub(crate) fn column(&self) -> Vec<&Panel> {
        let mut column = vec![self];
        while let Some(next) = column.last().and_then(|panel| panel.below.as_deref()) {
            column.push(next);
        }
        column
    }
}
