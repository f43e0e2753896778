//! Histograms, empirical distribution functions and the distance between them.

use super::{is_positive, sorted};
use numerics::spacing::linspace;

/// Counts of values between edges.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Ascending edges, one more than bins. Bin `i` is `[edges[i], edges[i+1])`; the last one has
    /// its upper edge too.
    pub edges: Vec<f64>,
    /// Values in each bin.
    pub counts: Vec<usize>,
    /// Values in no bin, NaN included.
    pub outside: usize,
}

impl Histogram {
    /// `bins` bins of equal width on `[low, high]`. Without bins, or if `low < high` does not hold,
    /// there are no bins and every value is outside.
    pub fn uniform(x: &[f64], bins: usize, low: f64, high: f64) -> Self {
        let width = high - low;
        if bins == 0 || !is_positive(width) || width.is_infinite() {
            return Self::with_edges(x, Vec::new());
        }
        Self::with_edges(x, linspace(low, high, bins + 1))
    }

    /// Bins with the given edges, which are put in ascending order; NaN edges are dropped.
    pub fn with_edges(x: &[f64], mut edges: Vec<f64>) -> Self {
        edges.retain(|edge| !edge.is_nan());
        edges.sort_unstable_by(f64::total_cmp);
        let mut counts = vec![0; edges.len().saturating_sub(1)];
        let mut outside = 0;
        for value in x {
            match bin(&edges, *value) {
                Some(bin) => counts[bin] += 1,
                None => outside += 1,
            }
        }
        Self { edges, counts, outside }
    }

    /// Counts over (number of values in bins x width of the bin): an estimate of the density, which
    /// integrates to 1. NaN if no value is in a bin.
    pub fn density(&self) -> Vec<f64> {
        let total: usize = self.counts.iter().sum();
        let widths = self.edges.windows(2).map(|edge| edge[1] - edge[0]);
        self.counts.iter().zip(widths).map(|(count, width)| *count as f64 / (total as f64 * width)).collect()
    }

    /// Midpoints of the bins.
    pub fn centers(&self) -> Vec<f64> {
        self.edges.windows(2).map(|edge| 0.5 * (edge[0] + edge[1])).collect()
    }
}

fn bin(edges: &[f64], value: f64) -> Option<usize> {
    let last = *edges.last()?;
    if value == last && edges.len() > 1 {
        return Some(edges.len() - 2);
    }
    // The number of edges at or below the value; a NaN is above none.
    let above = edges.partition_point(|edge| *edge <= value);
    (above > 0 && above < edges.len()).then(|| above - 1)
}

/// The empirical distribution function of a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Ecdf {
    sorted: Option<Vec<f64>>,
}

impl Ecdf {
    /// Of a sample; of an empty one, or one with a NaN, it is NaN everywhere.
    pub fn new(x: &[f64]) -> Self {
        Self { sorted: sorted(x) }
    }

    /// Share of the sample at or below `x`.
    pub fn at(&self, x: f64) -> f64 {
        match &self.sorted {
            Some(sorted) if !x.is_nan() => sorted.partition_point(|value| *value <= x) as f64 / sorted.len() as f64,
            _ => f64::NAN,
        }
    }

    /// The corners of the step function for plotting: each distinct value with the share at or
    /// below it.
    pub fn steps(&self) -> Vec<(f64, f64)> {
        let mut values = self.sorted.clone().unwrap_or_default();
        values.dedup();
        values.into_iter().map(|value| (value, self.at(value))).collect()
    }
}

/// The largest distance between the empirical distribution functions of two samples, the two-sample
/// statistic of Kolmogorov and Smirnov. NaN if a sample is empty.
pub fn kolmogorov_smirnov_distance(a: &[f64], b: &[f64]) -> f64 {
    let (ecdf_a, ecdf_b) = (Ecdf::new(a), Ecdf::new(b));
    if ecdf_a.sorted.is_none() || ecdf_b.sorted.is_none() {
        return f64::NAN;
    }
    a.iter().chain(b).map(|x| (ecdf_a.at(*x) - ecdf_b.at(*x)).abs()).fold(0.0, f64::max)
}

/// The largest distance between the empirical distribution function of a sample and the continuous
/// distribution function `cdf`, the one-sample statistic of Kolmogorov. NaN for an empty sample.
pub fn kolmogorov_smirnov_distance_to(x: &[f64], cdf: impl Fn(f64) -> f64) -> f64 {
    let Some(sorted) = sorted(x) else {
        return f64::NAN;
    };
    let n = sorted.len() as f64;
    let mut largest = 0.0;
    for (below, value) in sorted.iter().enumerate() {
        let expected = cdf(*value);
        if expected.is_nan() {
            return f64::NAN;
        }
        let step = (expected - below as f64 / n).max((below + 1) as f64 / n - expected);
        largest = f64::max(largest, step);
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Michelson's first series of 20 speeds of light, km/s minus 299000 (R's `morley`, experiment
    /// 1).
    const MORLEY: [f64; 20] = [
        850.0, 740.0, 900.0, 1070.0, 930.0, 850.0, 950.0, 980.0, 980.0, 880.0, 1000.0, 980.0, 930.0, 650.0, 760.0,
        810.0, 1000.0, 1000.0, 960.0, 960.0,
    ];

    #[test]
    fn counts_are_those_of_numpy() {
        // numpy.histogram(x, bins=7, range=(650, 1070)), numpy 2.4.6: 1070 falls on the last edge,
        // 950 on an inner one.
        let histogram = Histogram::uniform(&MORLEY, 7, 650.0, 1070.0);
        assert_eq!(histogram.counts, [1, 2, 1, 3, 3, 9, 1]);
        assert_eq!(histogram.edges, [650.0, 710.0, 770.0, 830.0, 890.0, 950.0, 1010.0, 1070.0]);
        assert_eq!(histogram.outside, 0);
        assert!((histogram.density()[5] - 0.0075).abs() < 1e-17);
        assert_eq!(histogram.centers()[0], 680.0);
    }

    #[test]
    fn values_in_no_bin_are_counted() {
        let histogram = Histogram::uniform(&[0.0, 0.5, 1.0, -1.0, f64::NAN, f64::INFINITY], 2, 0.0, 1.0);
        assert_eq!((histogram.counts, histogram.outside), (vec![1, 2], 3));
        assert_eq!(Histogram::uniform(&[1.0], 0, 0.0, 1.0).outside, 1);
        assert_eq!(Histogram::uniform(&[1.0], 4, 1.0, 1.0).outside, 1);
        assert_eq!(Histogram::with_edges(&[1.5], vec![2.0, 1.0]).counts, [1]);
        assert!(Histogram::uniform(&[], 1, 0.0, 1.0).density()[0].is_nan());
    }

    #[test]
    fn the_distance_of_kolmogorov_and_smirnov() {
        // scipy 1.17.1: ks_2samp and kstest against the standard normal, on Student's sleep data.
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        assert!((kolmogorov_smirnov_distance(&first, &second) - 0.4).abs() < 1e-15);
        let normal = numerics::special::normal_cdf;
        assert!((kolmogorov_smirnov_distance_to(&first, normal) - 0.27724986805182084).abs() < 1e-12);
        assert!(kolmogorov_smirnov_distance(&first, &[]).is_nan());
        assert!(kolmogorov_smirnov_distance_to(&[f64::NAN], normal).is_nan());
    }

    #[test]
    fn an_ecdf_climbs_at_its_sample() {
        let ecdf = Ecdf::new(&[2.0, 1.0, 2.0, 5.0]);
        assert_eq!(ecdf.steps(), [(1.0, 0.25), (2.0, 0.75), (5.0, 1.0)]);
        assert_eq!((ecdf.at(0.9), ecdf.at(2.0), ecdf.at(9.0)), (0.0, 0.75, 1.0));
        assert!(ecdf.at(f64::NAN).is_nan() && Ecdf::new(&[]).at(0.0).is_nan() && Ecdf::new(&[]).steps().is_empty());
    }
}
