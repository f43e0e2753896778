//! How the weights of the first layer are distributed.

use common::prelude::*;
use common::statistics::Histogram;

/// Bins of a histogram, from −`EDGE` to `EDGE`.
const BINS: usize = 81;
const EDGE: f64 = 0.5;

/// The weights of a first layer. All is NaN if one of them is.
pub struct FirstLayer {
    weights: Vec<f64>,
    /// Greatest magnitude.
    pub greatest: f64,
    /// Mean square.
    square: f64,
}

impl FirstLayer {
    /// What there is to say of these weights.
    pub fn of(weights: &[f32]) -> FirstLayer {
        let weights: Vec<f64> = weights.iter().copied().map(f64::from).collect();
        let (greatest, square) = (reduce::max(&weights).max(-reduce::min(&weights)), square(&weights));
        FirstLayer { greatest: if square.is_nan() { f64::NAN } else { greatest }, square, weights }
    }

    /// Share of weights smaller than a tenth of the root mean square.
    pub fn near_zero(&self) -> f64 {
        let limit = 0.1 * self.square.sqrt();
        let near = self.weights.iter().filter(|weight| weight.abs() < limit).count();
        if limit.is_nan() { f64::NAN } else { near as f64 / self.weights.len() as f64 }
    }

    /// ⟨w⁴⟩ / ⟨w²⟩².
    pub fn kurtosis(&self) -> f64 {
        let squares: Vec<f64> = self.weights.iter().map(|weight| weight * weight).collect();
        square(&squares) / (self.square * self.square)
    }

    /// The edges of each bin and the density in it; the bins at the ends hold what lies beyond, too.
    pub fn densities(&self) -> impl Iterator<Item = ([f64; 2], f64)> {
        let inside: Vec<f64> = self.weights.iter().map(|weight| weight.clamp(-EDGE, EDGE)).collect();
        let histogram = Histogram::uniform(&inside, BINS, -EDGE, EDGE);
        let density = histogram.density();
        (0..BINS).map(move |bin| ([histogram.edges[bin], histogram.edges[bin + 1]], density[bin]))
    }
}

/// Mean square.
fn square(values: &[f64]) -> f64 {
    reduce::norm_squared(values) / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_shares_of_a_few_weights() {
        // Mean square 0.26 and a fifth of the weights below 0.05.
        let layer = FirstLayer::of(&[0.0, -0.9, 0.5, 0.5, 0.0625]);
        assert!((layer.greatest - 0.9).abs() < 1e-7);
        assert_eq!(layer.near_zero(), 0.2);
        let flat = FirstLayer::of(&[0.3, -0.3, 0.3]);
        assert!((flat.kurtosis() - 1.0).abs() < 1e-12 && flat.near_zero() == 0.0);
        let broken = FirstLayer::of(&[0.1, f32::NAN]);
        assert!(broken.greatest.is_nan() && broken.near_zero().is_nan() && broken.kurtosis().is_nan());
    }

    #[test]
    fn normal_weights_have_the_moments_of_the_normal_law() {
        let draws = Streams::new("test").open("weights", 0).normal_vector(100_000);
        let layer = FirstLayer::of(&draws.iter().map(|&draw| draw as f32).collect::<Vec<f32>>());
        assert!((layer.kurtosis() - 3.0).abs() < 0.1, "{}", layer.kurtosis());
        // 2 Φ(0.1) − 1.
        assert!((layer.near_zero() - 0.0797).abs() < 0.004, "{}", layer.near_zero());
    }

    #[test]
    fn the_histogram_counts_all_weights_once() {
        let densities: Vec<_> = FirstLayer::of(&[3.0, -0.5, 0.5, 0.0]).densities().collect();
        let width = 1.0 / BINS as f64;
        let shares: Vec<f64> = densities.iter().map(|(_, density)| density * width).collect();
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((shares[BINS - 1] - 0.5).abs() < 1e-12 && (shares[BINS / 2] - 0.25).abs() < 1e-12);
    }
}
