//! A quantity over another one, with the interval of its repetitions.

/// A measured quantity over x: a middle value and, if it was asked for, an interval for each x.
///
/// `low` and `high` are empty when there is no interval; otherwise all four have the same length.
/// Infinite values are results of runs that diverged: they stay, and sort last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Where the quantity was measured, in ascending order if it comes from a table.
    pub x: Vec<f64>,
    /// The mean, the median or what else was asked for.
    pub middle: Vec<f64>,
    /// Lower ends of the intervals.
    pub low: Vec<f64>,
    /// Upper ends of the intervals.
    pub high: Vec<f64>,
}

impl Curve {
    /// A curve without an interval.
    pub fn new(x: impl Into<Vec<f64>>, middle: impl Into<Vec<f64>>) -> Curve {
        Curve { x: x.into(), middle: middle.into(), ..Curve::default() }
    }

    /// The same curve with an interval around each middle.
    pub fn between(mut self, low: impl Into<Vec<f64>>, high: impl Into<Vec<f64>>) -> Curve {
        (self.low, self.high) = (low.into(), high.into());
        self
    }

    /// The number of points.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// Whether the points have intervals.
    pub fn has_interval(&self) -> bool {
        !self.low.is_empty()
    }

    /// With x passed through a function, for instance `|t| t + 1.0` for a logarithmic axis.
    pub fn map_x(&self, f: impl Fn(f64) -> f64) -> Curve {
        Curve { x: self.x.iter().map(|&x| f(x)).collect(), ..self.clone() }
    }

    /// With the quantity and its interval passed through a rising function.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Curve {
        let map = |values: &[f64]| values.iter().map(|&value| f(value)).collect();
        Curve { x: self.x.clone(), middle: map(&self.middle), low: map(&self.low), high: map(&self.high) }
    }

    /// With one more point in front: what every run starts from.
    pub fn starting_at(&self, x: f64, value: f64) -> Curve {
        let before = |first: f64, values: &[f64]| [&[first], values].concat();
        let interval = |values: &[f64]| if self.has_interval() { before(value, values) } else { Vec::new() };
        Curve {
            x: before(x, &self.x),
            middle: before(value, &self.middle),
            low: interval(&self.low),
            high: interval(&self.high),
        }
    }

    /// The points at which a condition on x and the middle holds.
    pub fn keep(&self, condition: impl Fn(f64, f64) -> bool) -> Curve {
        let kept: Vec<bool> = self.x.iter().zip(&self.middle).map(|(&x, &middle)| condition(x, middle)).collect();
        let choose = |values: &[f64]| values.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(v, _)| *v).collect();
        Curve { x: choose(&self.x), middle: choose(&self.middle), low: choose(&self.low), high: choose(&self.high) }
    }

    /// The points up to the first infinite middle, that one included: where a curve ends.
    pub fn through_first_infinite(&self) -> Curve {
        let end = self.middle.iter().position(|middle| middle.is_infinite());
        let kept = end.map_or(self.len(), |end| end + 1);
        let start = |values: &[f64]| values.iter().take(kept).copied().collect();
        Curve { x: start(&self.x), middle: start(&self.middle), low: start(&self.low), high: start(&self.high) }
    }

    /// With every value above `ceiling` at it: what has diverged is drawn at the border of a panel, or on its way out.
    pub fn capped(&self, ceiling: f64) -> Curve {
        // Not `min`, which would put NaN at the ceiling too.
        self.map(|value| if value > ceiling { ceiling } else { value })
    }

    /// The middle at an x, NaN if the curve has no such point.
    pub fn at(&self, x: f64) -> f64 {
        self.x.iter().position(|&other| other == x).map_or(f64::NAN, |index| self.middle[index])
    }
}

#[cfg(test)]
mod tests {
    use super::Curve;

    fn curve() -> Curve {
        Curve::new([1.0, 2.0, 3.0], [5.0, f64::INFINITY, 7.0])
            .between([4.0, 6.0, 6.5], [f64::INFINITY, f64::INFINITY, 8.0])
    }

    #[test]
    fn points_keep_their_intervals() {
        let finite = curve().keep(|_, middle| middle.is_finite());
        assert_eq!((finite.x, finite.low), (vec![1.0, 3.0], vec![4.0, 6.5]));
        let shifted = curve().map_x(|x| x + 1.0).starting_at(0.0, 9.0);
        assert_eq!((shifted.x, shifted.low[0], shifted.high[0]), (vec![0.0, 2.0, 3.0, 4.0], 9.0, 9.0));
        assert!(Curve::new([1.0], [2.0]).starting_at(0.0, 0.0).low.is_empty());
    }

    #[test]
    fn what_diverges_is_drawn_until_it_leaves() {
        let drawn = curve().through_first_infinite().capped(100.0);
        assert_eq!((drawn.x, drawn.middle, drawn.high), (vec![1.0, 2.0], vec![5.0, 100.0], vec![100.0, 100.0]));
    }

    #[test]
    fn a_value_is_found_by_its_x() {
        assert_eq!(curve().at(3.0), 7.0);
        assert!(curve().at(4.0).is_nan() && Curve::default().at(0.0).is_nan());
    }
}
