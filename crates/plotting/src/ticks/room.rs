//! Ticks with their labels, and the room for them along an axis.

/// A labelled tick.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// Place along the axis, 0 to 1.
    pub(crate) place: f64,
    pub(crate) label: String,
}

/// The ticks of an axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ticks {
    pub(crate) major: Vec<Tick>,
    /// Places of the unlabelled ticks.
    pub(crate) minor: Vec<f64>,
    /// The power of ten that all labels are to be multiplied with, as markup; to be shown with the
    /// axis label.
    pub(crate) multiplier: Option<String>,
}

/// The room along an axis.
pub(crate) struct Room<'a> {
    /// Length of the axis in points.
    pub(crate) length: f64,
    /// The best distance between labelled ticks, in points.
    pub(crate) ideal: f64,
    /// The least gap between the labels, in points.
    pub(crate) gap: f64,
    /// How much of the axis a label takes, in points.
    pub(crate) extent: &'a dyn Fn(&str) -> f64,
}

impl Room<'_> {
    /// Whether all labels can stand beside each other with some distance between the ticks.
    pub(super) fn fits(&self, ticks: &[Tick]) -> bool {
        self.fits_with(ticks, 0.6 * self.ideal)
    }

    /// The least number of decades or octaves between labelled ticks, on an axis with `span` of
    /// them.
    pub(super) fn least_stride(&self, span: f64) -> i32 {
        (0.6 * self.ideal * span / self.length).ceil().clamp(1.0, 1e4) as i32
    }

    pub(super) fn fits_with(&self, ticks: &[Tick], spacing: f64) -> bool {
        let mut sorted: Vec<&Tick> = ticks.iter().collect();
        sorted.sort_by(|a, b| a.place.total_cmp(&b.place));
        sorted.windows(2).all(|pair| {
            let distance = (pair[1].place - pair[0].place) * self.length;
            let touching = ((self.extent)(&pair[0].label) + (self.extent)(&pair[1].label)) / 2.0;
            distance >= (touching + self.gap).max(spacing)
        })
    }
}
