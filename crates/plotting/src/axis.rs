//! What runs along the sides of a panel.

use crate::number::Series;

/// One axis of a panel: its label, its scale, and optionally its range and ticks.
///
/// ```
/// use plotting::{Axis, Format};
/// let time = Axis::log("t + 1").range(1, 21);
/// let share = Axis::linear("trainable parameters").from(0).format(Format::Percent);
/// let method = Axis::categories("", ["ERM", "IRMv1", "vREx"]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub(crate) label: String,
    pub(crate) kind: Kind,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) inverted: bool,
    pub(crate) hidden: bool,
    pub(crate) format: Format,
    pub(crate) ticks: Option<Vec<(f64, Option<String>)>>,
    /// Labels of the marks that an automatic range does not have to hold.
    pub(crate) without: Vec<String>,
}

/// The scale of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Linear,
    Log10,
    Log2,
    /// Linear up to the threshold on both sides of zero, logarithmic beyond.
    Symlog(f64),
    Categories(Vec<String>),
}

/// How the numbers at the ticks are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// As many decimals as the ticks need; powers of ten or two on logarithmic axes; a common power
    /// of ten joins the axis label where the numbers would be long.
    #[default]
    Auto,
    /// This many decimals.
    Decimals(usize),
    /// A share as a percentage: 0.25 is written `25%`.
    Percent,
    /// Groups of three digits: `12,000`.
    Thousands,
    /// With k, M, G or T: `12k`, `1.5M`.
    Si,
    /// Always as a power of ten (or two, on a `log2` axis), also where a plain number would be as
    /// short.
    Power,
}

impl Axis {
    fn new(label: impl Into<String>, kind: Kind) -> Self {
        Axis {
            label: label.into(),
            kind,
            low: None,
            high: None,
            inverted: false,
            hidden: false,
            format: Format::Auto,
            ticks: None,
            without: Vec::new(),
        }
    }

    /// A linear axis.
    pub fn linear(label: impl Into<String>) -> Self {
        Self::new(label, Kind::Linear)
    }

    /// A logarithmic axis with ticks at powers of ten. Values that are not positive are not drawn.
    pub fn log(label: impl Into<String>) -> Self {
        Self::new(label, Kind::Log10)
    }

    /// A logarithmic axis with ticks at powers of two.
    pub fn log2(label: impl Into<String>) -> Self {
        Self::new(label, Kind::Log2)
    }

    /// Linear between `-threshold` and `threshold`, logarithmic (base ten) outside; the linear part
    /// takes as much room on each side of zero as one decade.
    pub fn symlog(label: impl Into<String>, threshold: f64) -> Self {
        Self::new(label, Kind::Symlog(threshold))
    }

    /// An axis with one place for each name, at the coordinates 0, 1, 2 and so on. Horizontally
    /// they run from left to right, vertically from top to bottom. A name may hold several lines,
    /// separated by `\n`.
    pub fn categories<N: Into<String>>(label: impl Into<String>, names: impl IntoIterator<Item = N>) -> Self {
        Self::new(label, Kind::Categories(names.into_iter().map(Into::into).collect()))
    }

    /// A linear axis of which nothing is drawn, for maps and diagrams.
    pub fn hidden() -> Self {
        Axis { hidden: true, ..Self::linear("") }
    }

    /// Fixes both ends. What lies outside is cut off at the border of the panel.
    ///
    /// The ends may come from data: one that is NaN, infinite, or not positive on a logarithmic axis is left to the
    /// data in the panel, and two equal ends make a range around them. A range that runs backwards is an error when
    /// the figure is drawn.
    pub fn range(self, low: impl crate::Number, high: impl crate::Number) -> Self {
        self.from(low).to(high)
    }

    /// Fixes the lower end, as [`range`](Axis::range) does.
    pub fn from(mut self, low: impl crate::Number) -> Self {
        self.low = Some(low.number());
        self
    }

    /// Fixes the upper end, as [`range`](Axis::range) does.
    pub fn to(mut self, high: impl crate::Number) -> Self {
        self.high = Some(high.number());
        self
    }

    /// Leaves the mark with this label out of the automatic range: where it leaves the panel it is cut off. Can be
    /// repeated.
    pub fn without(mut self, label: impl Into<String>) -> Self {
        self.without.push(label.into());
        self
    }

    /// Lets the axis run from right to left or from top to bottom.
    pub fn inverted(mut self) -> Self {
        self.inverted = !self.inverted;
        self
    }

    /// How numbers are written at the ticks.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Ticks at these values and no others, labelled with the numbers.
    pub fn ticks(mut self, values: impl Series) -> Self {
        self.ticks = Some(values.collect_numbers().into_iter().map(|value| (value, None)).collect());
        self
    }

    /// Ticks at these values and no others, each with its own label.
    pub fn tick_labels<L: Into<String>>(mut self, ticks: impl IntoIterator<Item = (f64, L)>) -> Self {
        self.ticks = Some(ticks.into_iter().map(|(value, label)| (value, Some(label.into()))).collect());
        self
    }

    /// Whether the range is known without data.
    pub(crate) fn has_range(&self) -> bool {
        matches!(self.kind, Kind::Categories(_)) || (self.low.is_some() && self.high.is_some())
    }

    /// The label, and the names or tick labels that were given.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &String> {
        let names = if let Kind::Categories(names) = &self.kind { names.as_slice() } else { &[] };
        let ticks = self.ticks.iter().flatten().filter_map(|(_, label)| label.as_ref());
        let all = std::iter::once(&self.label).chain(names).chain(ticks);
        all.filter(|_| !self.hidden)
    }

    /// Whether a mark of this name counts in the automatic range.
    pub(crate) fn counts(&self, label: &str) -> bool {
        label.is_empty() || !self.without.iter().any(|other| other == label)
    }
}

impl Default for Axis {
    /// A linear axis without a label.
    fn default() -> Self {
        Self::linear("")
    }
}
