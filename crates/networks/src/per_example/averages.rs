//! Averages of the gradients of a batch, coordinate by coordinate. Robust ones suppress what few of its examples want.
//!
//! The gradient of example i by the weights of a layer `output = input W` is the outer product of its input a_i and of the
//! derivative d_i of its loss by what leaves the layer. All of a coordinate's values over a batch are therefore known
//! from one column of inputs and from the derivatives, and no gradient of a single example is ever stored.

use std::ops::Range;

/// Numbers that are averaged side by side.
pub const LANES: usize = 16;

/// A part of d_i.
pub type Lanes = [f32; LANES];

/// How the values of a coordinate are averaged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Average {
    /// The arithmetic mean.
    Mean,
    /// The mean after the so many least values are replaced by the next one, and so many greatest likewise.
    WinsorizedMean(usize),
    /// The median of the means of three groups of consecutive examples, as equal in size as can be.
    MedianOfMeans,
}

/// Averages over batches of one size.
///
/// ```
/// use networks::per_example::{Average, Averages, LANES};
///
/// // Two of five examples have an input, of 1 and 3; the derivative of all is 10.
/// let (input, derivatives) = ([(0, 1.0), (3, 3.0)], [[10.0; LANES]; 5]);
/// let average = |average| {
///     let mut of_input = [[0.0; LANES]];
///     Averages::new(average, 5).of_input(&input, &derivatives, &mut of_input);
///     of_input[0][0]
/// };
/// assert_eq!(average(Average::Mean), 8.0);
/// assert_eq!(average(Average::WinsorizedMean(1)), 4.0);
/// assert_eq!(average(Average::WinsorizedMean(2)), 0.0);
/// ```
pub struct Averages {
    average: Average,
    batch: usize,
    /// The c + 1 least values so far, rising, and the c + 1 greatest, falling.
    extremes: Vec<[Lanes; 2]>,
}

impl Averages {
    /// Averages over batches of `batch` examples.
    ///
    /// # Panics
    /// If a winsorized mean would replace all values, or a group would have none.
    pub fn new(average: Average, batch: usize) -> Averages {
        let (level, least) = match average {
            Average::Mean => (0, 1),
            Average::WinsorizedMean(c) => (c, 2 * c + 1),
            Average::MedianOfMeans => (0, 3),
        };
        assert!(batch >= least, "{average:?} takes at least {least} examples, not {batch}");
        Averages { average, batch, extremes: vec![[[0.0; LANES]; 2]; level + 1] }
    }

    /// The average of a_i d_i over the batch for one input, whose values a_i that are not zero are the `entries`, each with
    /// the place of its example in the batch, rising. `derivatives` holds d_i, for each example as many parts as `average`
    /// has.
    ///
    /// # Panics
    /// If there are more entries than examples, or derivatives of fewer.
    pub fn of_input(&mut self, entries: &[(usize, f32)], derivatives: &[Lanes], average: &mut [Lanes]) {
        let (parts, batch) = (average.len(), self.batch);
        // Where the entries of the three groups end.
        let ends = [0, batch / 3, 2 * batch / 3, batch];
        let places = ends.map(|end| match self.average {
            Average::MedianOfMeans => entries.partition_point(|&(example, _)| example < end),
            _ => 0,
        });
        for (part, average) in average.iter_mut().enumerate() {
            let values = |range: Range<usize>| {
                entries[range].iter().map(move |&(example, a)| (a, &derivatives[example * parts + part]))
            };
            let group = |k: usize| mean(values(places[k]..places[k + 1]), ends[k + 1] - ends[k]);
            *average = match self.average {
                Average::Mean => mean(values(0..entries.len()), batch),
                Average::WinsorizedMean(_) => self.winsorized_mean(values(0..entries.len())),
                Average::MedianOfMeans => median(&group(0), &group(1), &group(2)),
            };
        }
    }

    /// The winsorized mean, without sorting: the extremes are kept by chains of minima and maxima.
    fn winsorized_mean<'d>(&mut self, values: impl ExactSizeIterator<Item = (f32, &'d Lanes)> + Clone) -> Lanes {
        let zeros = self.batch - values.len();
        let c = self.extremes.len() - 1;
        // Among at most c values besides the zeros none survives.
        if values.len() <= c {
            return [0.0; LANES];
        }
        self.extremes.fill([[f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]]);
        for (a, d) in values.clone() {
            self.insert(&d.map(|d| a * d));
        }
        for _ in 0..zeros.min(c + 1) {
            self.insert(&[0.0; LANES]);
        }
        let [low, high] = self.extremes[c];
        let mut total = [0.0; LANES];
        for (a, d) in values {
            for lane in 0..LANES {
                total[lane] += clamp(a * d[lane], low[lane], high[lane]);
            }
        }
        let (zeros, batch) = (zeros as f32, self.batch as f32);
        std::array::from_fn(|lane| (total[lane] + zeros * clamp(0.0, low[lane], high[lane])) / batch)
    }

    fn insert(&mut self, values: &Lanes) {
        let (mut large, mut small) = (*values, *values);
        for [low, high] in &mut self.extremes {
            for lane in 0..LANES {
                (low[lane], large[lane]) = (least(low[lane], large[lane]), greatest(low[lane], large[lane]));
                (high[lane], small[lane]) = (greatest(high[lane], small[lane]), least(high[lane], small[lane]));
            }
        }
    }
}

/// The mean over `count` values of which some are not zero.
fn mean<'d>(values: impl Iterator<Item = (f32, &'d Lanes)>, count: usize) -> Lanes {
    let mut total = [0.0; LANES];
    for (a, d) in values {
        for lane in 0..LANES {
            total[lane] += a * d[lane];
        }
    }
    let share = 1.0 / count as f32;
    total.map(|total| share * total)
}

/// The middle one of three, lane by lane.
pub fn median(a: &Lanes, b: &Lanes, c: &Lanes) -> Lanes {
    let middle = |a, b, c| greatest(least(a, b), least(greatest(a, b), c));
    std::array::from_fn(|lane| middle(a[lane], b[lane], c[lane]))
}

// Unlike those of std, which have a rule for NaN, these are one instruction each.

fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

fn greatest(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

fn clamp(value: f32, low: f32, high: f32) -> f32 {
    least(greatest(value, low), high)
}

#[cfg(test)]
mod tests;
