//! Declarative figures: written down as data, drawn by plotters into SVG, rendered from that SVG as
//! PNG.
//!
//! ```
//! use numerics::Curve;
//! use plotting::{Axis, BLUE, Figure, GREEN, Panel};
//!
//! # fn main() -> anyhow::Result<()> {
//! let (t, median) = ([1.0, 2.0, 4.0, 8.0, 16.0], [0.5, 0.55, 0.8, 0.97, 0.99]);
//! let (low, high) = ([0.48, 0.5, 0.7, 0.95, 0.98], [0.52, 0.6, 0.88, 0.98, 1.0]);
//! let figure = Figure::new()
//!     .caption("Test accuracy; median and 10-90 % band over 40 seeds.")
//!     .row([
//!         Panel::new("large step")
//!             .x(Axis::log("t + 1").range(1, 21))
//!             .y(Axis::linear("accuracy").range(0.4, 1.02))
//!             .curve("test (clean labels)", Curve::new(t, median).between(low, high), GREEN)
//!             .horizontal(0.5, "chance"),
//!         Panel::new("shares")
//!             .x(Axis::linear("predicted Φ(·)"))
//!             .y(Axis::linear("measured"))
//!             .points("one seed each", [0.45, 0.5, 0.56], [0.46, 0.49, 0.57], BLUE)
//!             .diagonal("y = x"),
//!     ]);
//! let svg: String = figure.svg()?;
//! let png: Vec<u8> = plotting::png(&svg, 1500)?;
//! # Ok(())
//! # }
//! ```
//!
//! A [`Figure`] has rows of [`Panel`]s, which it letters; a panel has two [`Axis`] and marks. A table
//! gives curves ([`numerics::Curve`]); other data arguments take anything that iterates over numbers
//! ([`Series`]): slices, vectors, arrays, ranges, `ndarray` arrays by reference, iterators. A [`Style`] or just a [`Color`] says how a mark looks. Labels
//! are Unicode with two bits of markup: `λ_{min}` and `10^{-3}`. Where they are too long they are
//! broken at spaces, but not at no-break spaces.
//!
//! # Every mark in a line
//!
//! ```
//! # use plotting::*;
//! # let (x, y, low, high) = ([1.0, 2.0], [1.0, 2.0], [0.9, 1.9], [1.1, 2.1]);
//! # let curve = numerics::Curve::new([1.0, 2.0], [1.0, 2.0]).between([0.9, 1.9], [1.1, 2.1]);
//! # let (edges, density) = ([0.0, 1.0, 2.0], [0.3, 0.7]);
//! # let (grid, values) = ([0.0, 1.0, 2.0], [0.0, 0.1, 0.2, 0.1, 0.2, 0.3, 0.2, 0.3, 0.4]);
//! # let _ = Panel::new("")
//! .curve("line and band", &curve, BLUE)
//! .curve("line, markers and whiskers", &curve, Style::color(RED).marker(Marker::Square))
//! .curve_with_band("line, markers and band", &curve, Style::color(GREEN).marker(Marker::Circle))
//! .curve_points("markers and whiskers", &curve, ORANGE)
//! .line("theory", x, y, Style::color(BLUE).dashed().width(0.8))
//! .line("dots joined", x, y, Style::color(BLUE).marker(Marker::Circle))
//! .band(x, low, high, BLUE)
//! .points("measured", x, y, Style::color(RED).marker(Marker::Square).open()).errors(low, high)
//! .points("coloured", x, y, BLUE).colored_by(y, ColorScale::viridis(0.0, 2.0).label("loss"))
//! .histogram("h_{1}", edges, density, SKY)
//! .histogram("h_{2}", edges, density, Style::color(BLUE).open())
//! .heat_map(grid, grid, values, ColorScale::diverging(-1.0, 1.0).label("weight"))
//! .contours("", grid, grid, values, [0.1, 0.2], GREY).level_labels(["0.1", "0.2"])
//! .horizontal(0.5, "chance").styled(Style::color(GREY).dotted())
//! .vertical(1.56, "ω*").in_legend()
//! .diagonal("y = x")
//! .region("memorise", ..8.0, .., GREY)
//! .annotate(1.0, 2.0, "singletons", Anchor::Above)
//! .label_points(x, y, ["MgNO", "FNO"])
//! .note("posterior ∝ 1/k", Corner::TopRight)
//! .segments("paths", (x, y), (y, x), BLACK)
//! .arrow((1.0, 1.0), (2.0, 2.0), RED)
//! # ;
//! ```
//!
//! Bars need a category axis; its side decides whether they stand or lie. Further series stand
//! beside the first, or on it after `.stacked()`; NaN is no bar.
//!
//! ```
//! # use plotting::*;
//! # let (rfc, low, high, seed, published) = ([0.7, 0.68], [0.68, 0.66], [0.71, 0.7], [0.7, 0.67], [0.69, 0.7]);
//! # let (mean, maximum) = ([0.001, 0.005], [0.004, 0.02]);
//! Panel::new("OoD accuracy")
//!     .x(Axis::categories("", ["vREx", "IRMv1"]))
//!     .y(Axis::linear("accuracy").range(0, 0.8))
//!     .bars("ERM", [0.68, f64::NAN], GREY)
//!     .bars("RFC", rfc, BLUE).errors(low, high)
//!     .bar_markers(seed, Style::color(BLACK).size(1.5))
//!     .bar_markers(published, Style::color(BLACK).marker(Marker::Diamond).open());
//! Panel::new("excess loss: mean (bar) and maximum (tick)")
//!     .x(Axis::log("excess loss").range(3e-4, 0.03).format(Format::Percent))
//!     .y(Axis::categories("", ["our law", "Step Law"]))
//!     .bars("", mean, BLUE).bar_ticks(maximum);
//!
//! # let methods = [("ERM", numerics::Curve::new([0.0, 1.0], [0.6, 0.7]), BLUE)];
//! Panel::new("curves side by side in each category")
//!     .x(Axis::categories("environment", ["easy", "hard"]))
//!     .ticks_across("bound", [0.5, 0.4], DARK_GREY)
//!     .curves_beside(methods);
//! Panel::new("a bar for each name, whiskers over its seeds")
//!     .named_bars([("robust", vec![0.1, 0.12], RED), ("average", vec![0.2, 0.25], GREY)]);
//! ```
//!
//! # Axes, legends, layout
//!
//! ```
//! # use plotting::*;
//! Axis::linear("noise rate η").from(0);               // one end fixed, the other from the data
//! Axis::log("relative error").range(1e-6, 10);        // not positive: not drawn
//! Axis::log2("N at test time");
//! Axis::symlog("gain", 0.01);                         // linear within ±0.01
//! Axis::categories("", ["gauss\n100 / 100", "t_{3}\n30 / 20"]);   // places 0, 1; two lines each
//! Axis::hidden();                                     // for maps and diagrams
//! Axis::log("density").inverted().tick_labels([(0.5, "50%"), (0.1, "90%")]);
//! Axis::linear("iterations").format(Format::Thousands).without("chance");   // which leaves the panel
//!
//! # let (upper, lower, wide) = (Panel::new(""), Panel::new(""), Panel::new(""));
//! let upper = upper.legend(Legend::Direct);           // labels at the ends of the lines
//! let wide = wide.legend(Legend::Shared).width(2.0);  // one legend for all panels that say so
//! Figure::new().title("title of the whole figure")
//!     .width(7.0)                                     // inches
//!     .row([upper.below(lower), wide])                // a row of 2.3 inches; two panels in one place
//!     .row([Panel::new("strip").square()]).height(0.5);
//! ```
//!
//! [`Legend::Best`], the default, takes a place where it covers neither data nor text, and goes
//! outside where there is none. Colours for an ordered family of series: [`Color::ramp`]; for
//! methods: the named constants or [`Color::series`]. They can be told apart by colour-blind
//! readers.
//!
//! # Values that are not finite
//!
//! A figure is drawn from what is finite, so that no result of a computation keeps it from being drawn. NaN and
//! infinite values are gaps, and [`Figure::left_out`] counts them; a series without a finite value keeps its entry in
//! the legend; a panel without any is an empty frame that says so; ends of axes and colour scales that are not finite
//! are chosen from the rest. Mistakes in the program are errors of [`Figure::svg`]: columns of different lengths,
//! refinements without a mark, ranges that run backwards, characters that the font lacks.
//!
//! # The same bytes everywhere
//!
//! Two calls with equal figures give equal bytes on any machine. Positions are computed with exact
//! operations and the elementary functions of [`numerics`], and written as whole hundredths of a
//! point; text is drawn as outlines of an embedded font, so that no viewer has a choice; the
//! renderer gets straight lines and quadratic curves only, because its cubic curves and arcs would
//! call the platform's sine and cosine. No clock, no environment, no files.
//!
//! # How a figure is drawn
//!
//! `check` → `view` (ranges of the axes; marks become shapes in places from 0 to 1, clipped) →
//! `decor` and `layout` (sizes, tick labels and legends until they fit each other) → `render`, `frame`
//! and `draw` (plotters' drawing areas and elements) → `svg` (the plotters backend that writes the
//! document) → `png`.

mod axis;
mod characters;
mod check;
mod color;
mod decimal;
mod decor;
mod draw;
mod figure;
mod font;
mod frame;
mod labels;
mod layout;
mod legend;
mod marks;
mod math;
mod number;
mod panel;
mod path;
mod pdf;
mod place;
mod placement;
mod png;
mod render;
mod scale;
mod shape;
mod space;
mod style;
mod svg;
mod symbol;
mod text;
mod ticks;
mod view;

pub use axis::{Axis, Format};
pub use color::{
    BLACK, BLUE, Color, ColorScale, DARK_GREY, GREEN, GREY, LIGHT_GREY, OLIVE, ORANGE, PURPLE, RED, SKY, WHITE, WINE,
    YELLOW,
};
pub use figure::Figure;
pub use legend::Legend;
pub use marks::notes::{Anchor, Corner};
pub use number::{Number, Series, power_of_ten};
pub use panel::Panel;
pub use pdf::pdf;
pub use png::{png, png_difference};
pub use style::{Marker, Style};

/// Hash of the code of this crate: part of the identity of what it computes.
pub const FINGERPRINT: &str = fingerprint::of_crate!();
