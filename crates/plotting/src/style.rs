//! How a mark looks.

use crate::color::Color;

/// The look of a line, a set of points, a histogram or a bar.
///
/// A style starts from a colour and is refined by the methods below; where only the colour matters
/// a [`Color`] can be given instead of a style.
///
/// ```
/// use plotting::{BLUE, Marker, Style};
/// let theory = Style::color(BLUE).dashed().width(0.8);
/// let measured = Style::color(BLUE).marker(Marker::Square).open();
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    pub(crate) color: Color,
    pub(crate) width: Option<f64>,
    pub(crate) dash: Dash,
    pub(crate) marker: Option<Marker>,
    pub(crate) size: Option<f64>,
    pub(crate) open: bool,
    pub(crate) opacity: f64,
}

impl Style {
    /// A solid line or filled marker of this colour.
    pub const fn color(color: Color) -> Self {
        Style { color, width: None, dash: Dash::Solid, marker: None, size: None, open: false, opacity: 1.0 }
    }

    /// Long dashes: for theory and baselines.
    pub const fn dashed(mut self) -> Self {
        self.dash = Dash::Dashed;
        self
    }

    /// Dots: for limits and guides.
    pub const fn dotted(mut self) -> Self {
        self.dash = Dash::Dotted;
        self
    }

    /// Dashes and dots in turn.
    pub const fn dash_dotted(mut self) -> Self {
        self.dash = Dash::DashDotted;
        self
    }

    /// Line width in points (default 1.3 for lines).
    pub const fn width(mut self, points: f64) -> Self {
        self.width = Some(points);
        self
    }

    /// A marker at every data point. On a line it is drawn in addition to the line.
    pub const fn marker(mut self, marker: Marker) -> Self {
        self.marker = Some(marker);
        self
    }

    /// Marker diameter in points (default 4).
    pub const fn size(mut self, points: f64) -> Self {
        self.size = Some(points);
        self
    }

    /// Without the marker: the line alone, for a panel that shows the curve of a method and not its points.
    pub const fn plain(self) -> Self {
        Style { marker: None, size: None, open: false, ..self }
    }

    /// Markers, bars and histograms as outlines; the markers are filled with white.
    pub const fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Draws the mark at 35 % opacity, for single runs behind their mean.
    pub const fn faint(self) -> Self {
        self.opacity(0.35)
    }

    /// Opacity from 0 (invisible) to 1.
    pub const fn opacity(mut self, opacity: f64) -> Self {
        self.opacity = opacity;
        self
    }
}

impl From<Color> for Style {
    fn from(color: Color) -> Self {
        Style::color(color)
    }
}

/// The shape of a data point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Marker {
    /// Round.
    Circle,
    /// Square with horizontal sides.
    Square,
    /// Triangle on its base.
    Triangle,
    /// Triangle on its tip.
    TriangleDown,
    /// Square on its corner.
    Diamond,
    /// Five-pointed star.
    Star,
    /// Upright cross of two strokes.
    Plus,
    /// Diagonal cross of two strokes.
    Cross,
    /// Short horizontal stroke.
    Dash,
    /// Short vertical stroke.
    Bar,
}

impl Marker {
    /// The marker of the `index`-th series: circle, square, triangle, diamond, star and so on.
    pub const fn series(index: usize) -> Self {
        const ORDER: [Marker; 8] = [
            Marker::Circle,
            Marker::Square,
            Marker::Triangle,
            Marker::Diamond,
            Marker::TriangleDown,
            Marker::Star,
            Marker::Cross,
            Marker::Plus,
        ];
        ORDER[index % ORDER.len()]
    }

    /// Whether the marker consists of strokes and has no inside to fill.
    pub(crate) fn is_stroke(self) -> bool {
        matches!(self, Marker::Plus | Marker::Cross | Marker::Dash | Marker::Bar)
    }
}

/// The pattern of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::enum_variant_names, reason = "dashed lines are called so")]
pub(crate) enum Dash {
    #[default]
    Solid,
    Dashed,
    Dotted,
    DashDotted,
}

impl Dash {
    /// Lengths of strokes and gaps in units of the line width.
    pub(crate) fn pattern(self) -> &'static [f64] {
        match self {
            Dash::Solid => &[],
            Dash::Dashed => &[4.0, 2.2],
            Dash::Dotted => &[1.0, 1.6],
            Dash::DashDotted => &[5.0, 1.7, 1.0, 1.7],
        }
    }
}
