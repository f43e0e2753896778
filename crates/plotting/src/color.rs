//! Colours that colour-blind readers can tell apart, and scales that turn numbers into colours.

use crate::axis::Format;
use crate::math;

/// An opaque sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Color {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

/// Black.
pub const BLACK: Color = Color::hex(0x000000);
/// White.
pub const WHITE: Color = Color::hex(0xffffff);
/// Blue of the Okabe-Ito palette.
pub const BLUE: Color = Color::hex(0x0072b2);
/// Vermilion of the Okabe-Ito palette, its red.
pub const RED: Color = Color::hex(0xd55e00);
/// Bluish green of the Okabe-Ito palette.
pub const GREEN: Color = Color::hex(0x009e73);
/// Orange of the Okabe-Ito palette. Next to [`RED`] it needs a second cue (dash or marker).
pub const ORANGE: Color = Color::hex(0xe69f00);
/// Reddish purple of the Okabe-Ito palette.
pub const PURPLE: Color = Color::hex(0xcc79a7);
/// Sky blue of the Okabe-Ito palette.
pub const SKY: Color = Color::hex(0x56b4e9);
/// Yellow of the Okabe-Ito palette: for fills only, too light for lines on white.
pub const YELLOW: Color = Color::hex(0xf0e442);
/// Olive, an addition to the palette for a seventh method.
pub const OLIVE: Color = Color::hex(0x8a8424);
/// Wine red, an addition to the palette for an eighth method.
pub const WINE: Color = Color::hex(0x882255);
/// Grey for what is not the subject: baselines, guides, chance levels.
pub const GREY: Color = Color::hex(0x7f7f7f);
/// Light grey for shaded regions.
pub const LIGHT_GREY: Color = Color::hex(0xc8c8c8);
/// Dark grey, the colour of text and axes.
pub const DARK_GREY: Color = Color::hex(0x333333);

impl Color {
    /// The colour with these three components, each 0 to 255.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Color { red, green, blue }
    }

    /// The colour written as in HTML: `Color::hex(0x0072b2)`.
    pub const fn hex(code: u32) -> Self {
        Color { red: (code >> 16) as u8, green: (code >> 8) as u8, blue: code as u8 }
    }

    /// The colour of the `index`-th series: blue, red, green, purple, orange, sky, black, olive,
    /// wine, then from the start again.
    pub const fn series(index: usize) -> Self {
        const ORDER: [Color; 9] = [BLUE, RED, GREEN, PURPLE, ORANGE, SKY, BLACK, OLIVE, WINE];
        ORDER[index % ORDER.len()]
    }

    /// The `index`-th of `count` colours for an ordered family of series (model sizes, step sizes):
    /// from dark blue over green to a yellow-green that is still visible on white.
    pub fn ramp(index: usize, count: usize) -> Self {
        let last = count.max(2) - 1;
        let place = index.min(last) as f64 / last as f64;
        blend(&VIRIDIS, 0.05 + 0.80 * place)
    }

    /// The colour mixed with white: 0 leaves it, 1 gives white.
    pub fn lighter(self, amount: f64) -> Self {
        self.mix(WHITE, amount)
    }

    /// The colour mixed with black: 0 leaves it, 1 gives black.
    pub fn darker(self, amount: f64) -> Self {
        self.mix(BLACK, amount)
    }

    /// The colour moved towards `other` by a share from 0 to 1.
    pub fn mix(self, other: Color, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let part = |a: u8, b: u8| (f64::from(a) + share * (f64::from(b) - f64::from(a))).round() as u8;
        Color {
            red: part(self.red, other.red),
            green: part(self.green, other.green),
            blue: part(self.blue, other.blue),
        }
    }

    /// The colour as SVG writes it, in the short form where there is one.
    pub(crate) fn svg(self) -> String {
        let Color { red, green, blue } = self;
        if [red, green, blue].iter().all(|part| part >> 4 == part & 15) {
            format!("#{:x}{:x}{:x}", red & 15, green & 15, blue & 15)
        } else {
            format!("#{red:02x}{green:02x}{blue:02x}")
        }
    }
}

/// How numbers become colours, and what the colour bar beside the panel says about it.
///
/// ```
/// use plotting::ColorScale;
/// let scale = ColorScale::viridis(0.0, 0.02).label("excess loss");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ColorScale {
    pub(crate) map: ColorMap,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) log: bool,
    pub(crate) reversed: bool,
    pub(crate) bar: bool,
    pub(crate) label: String,
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColorMap {
    Viridis,
    Diverging,
    Greys,
}

impl ColorScale {
    /// The viridis map: dark blue at `low`, green, yellow at `high`. Values outside take the end colours.
    ///
    /// The limits may come from data: one that is not finite is put one unit from the other, or one decade on a
    /// logarithmic scale, where it must be positive too. A scale that runs backwards is an error when the figure is
    /// drawn.
    pub fn viridis(low: f64, high: f64) -> Self {
        Self::new(ColorMap::Viridis, low, high)
    }

    /// Blue at `low`, white in the middle, red at `high`: for signed numbers, with `low = -high`.
    pub fn diverging(low: f64, high: f64) -> Self {
        Self::new(ColorMap::Diverging, low, high)
    }

    /// White at `low`, black at `high`.
    pub fn greys(low: f64, high: f64) -> Self {
        Self::new(ColorMap::Greys, low, high)
    }

    fn new(map: ColorMap, low: f64, high: f64) -> Self {
        ColorScale {
            map,
            low,
            high,
            log: false,
            reversed: false,
            bar: true,
            label: String::new(),
            format: Format::Auto,
        }
    }

    /// Spaces the colours by the logarithm of the value.
    pub fn log(mut self) -> Self {
        self.log = true;
        self
    }

    /// Swaps the two ends of the map.
    pub fn reversed(mut self) -> Self {
        self.reversed = true;
        self
    }

    /// What the colour bar is labelled with.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With limits that colours can be spaced between: one that is NaN, infinite, or not positive on a logarithmic
    /// scale, as limits taken from data may be, is put one unit or decade from the other.
    pub(crate) fn with_finite_limits(mut self) -> Self {
        let is_limit = |value: f64| value.is_finite() && (value > 0.0 || !self.log);
        let beyond = |limit: f64, steps: f64| if self.log { limit * math::pow(10.0, steps) } else { limit + steps };
        (self.low, self.high) = match (is_limit(self.low), is_limit(self.high)) {
            (true, true) => (self.low, self.high),
            (true, false) => (self.low, beyond(self.low, 1.0)),
            (false, true) => (beyond(self.high, -1.0), self.high),
            (false, false) if self.log => (1.0, 10.0),
            (false, false) => (0.0, 1.0),
        };
        self
    }

    /// How the colour bar writes its numbers.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Draws no colour bar, for instance because the neighbouring panel shows the same one.
    pub fn without_bar(mut self) -> Self {
        self.bar = false;
        self
    }

    /// The colour of a value; `None` for NaN, and for what has no logarithm on a logarithmic scale.
    pub fn color(&self, value: f64) -> Option<Color> {
        if value.is_nan() || (self.log && value <= 0.0) {
            return None;
        }
        let measure = |x: f64| if self.log { math::log10(x) } else { x };
        let (low, high) = (measure(self.low), measure(self.high));
        let place = if low == high { 0.5 } else { ((measure(value) - low) / (high - low)).clamp(0.0, 1.0) };
        Some(self.at(place))
    }

    /// The colour at a place of the map, 0 to 1.
    pub(crate) fn at(&self, place: f64) -> Color {
        let place = if self.reversed { 1.0 - place } else { place };
        // 257 levels, one of them in the middle, are more than the eye tells apart, and let equal
        // neighbours of a heat map be drawn as one.
        let place = (place * 256.0).round() / 256.0;
        match self.map {
            ColorMap::Viridis => blend(&VIRIDIS, place),
            ColorMap::Diverging => blend(&DIVERGING, place),
            ColorMap::Greys => blend(&GREYS, place),
        }
    }
}

/// Piecewise linear interpolation between equally spaced colours. A place that is not a number
/// gives the first.
fn blend(colors: &[u32], place: f64) -> Color {
    let scaled = place.clamp(0.0, 1.0) * (colors.len() - 1) as f64;
    let index = (scaled as usize).min(colors.len() - 2);
    Color::hex(colors[index]).mix(Color::hex(colors[index + 1]), scaled - index as f64)
}

/// Twenty equally spaced colours of viridis (van der Walt and Smith, CC0).
const VIRIDIS: [u32; 20] = [
    0x440154, 0x481568, 0x482677, 0x453781, 0x3f4788, 0x39558c, 0x32648e, 0x2d718e, 0x287d8e, 0x238a8d, 0x1f968b,
    0x20a386, 0x29af7f, 0x3cbc75, 0x56c667, 0x74d055, 0x94d840, 0xb8de29, 0xdce318, 0xfde725,
];

/// The eleven colours of ColorBrewer's RdBu, from blue to red.
const DIVERGING: [u32; 11] =
    [0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b, 0x67001f];

const GREYS: [u32; 2] = [0xffffff, 0x000000];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_hit_their_control_colours() {
        let scale = ColorScale::viridis(2.0, 4.0);
        assert_eq!(scale.color(2.0), Some(Color::hex(0x440154)));
        assert_eq!(scale.color(4.0), Some(Color::hex(0xfde725)));
        assert_eq!(scale.clone().reversed().color(2.0), Some(Color::hex(0xfde725)));
        assert_eq!(scale.color(f64::INFINITY), Some(Color::hex(0xfde725)));
        assert_eq!(scale.color(f64::NAN), None);
        let log = ColorScale::greys(1.0, 100.0).log();
        assert_eq!(log.color(10.0), Some(Color::rgb(128, 128, 128)));
        assert_eq!(log.color(-1.0), None);
        let middle = ColorScale::diverging(-1.0, 1.0).color(0.0).unwrap();
        assert_eq!(middle, Color::hex(0xf7f7f7));
    }

    #[test]
    fn constant_scale_is_no_division_by_zero() {
        assert!(ColorScale::viridis(1.0, 1.0).color(1.0).is_some());
    }

    #[test]
    fn mixing_is_exact_at_the_ends() {
        assert_eq!(BLUE.lighter(0.0), BLUE);
        assert_eq!(BLUE.lighter(1.0), WHITE);
        assert_eq!(BLUE.darker(1.0), BLACK);
        assert_eq!(Color::rgb(0, 0, 0).mix(Color::rgb(255, 255, 255), 0.5), Color::rgb(128, 128, 128));
    }

    #[test]
    fn svg_colours_are_short_where_they_can_be() {
        assert_eq!(DARK_GREY.svg(), "#333");
        assert_eq!(BLUE.svg(), "#0072b2");
    }
}
