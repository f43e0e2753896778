//! Random features: finite vectors whose dot products estimate a kernel.
//!
//! ReLU features φ(x) = max(0, G x) / √m, with G (m x d) of independent standard normals, estimate the arc-cosine
//! kernel of degree 1 (Cho and Saul, NeurIPS 2009): E φ(x)·φ(w) = |x||w| (sin θ + (π − θ) cos θ) / 2π, with θ the angle
//! between x and w. [`relu_moments`] has this mean and the variance of one feature, so that the error of an estimate
//! is known beforehand.

use ndarray::{Array2, ArrayView2};
use numerics::matrix::{self, Real};
use numerics::random::Generator;
use std::f64::consts::PI;

use crate::kernels;

/// ReLU features in single or double precision.
///
/// ```
/// use common::random_features::{ReluFeatures, relu_moments};
/// use ndarray::array;
/// use numerics::random::Streams;
///
/// let (x, w) = (array![[1.0, 0.0]], array![[0.6, 0.8]]);
/// let features = ReluFeatures::<f64>::sample(20_000, 2, &mut Streams::new("example").open("features", 0));
/// let estimate = features.of(x.view()).row(0).dot(&features.of(w.view()).row(0));
/// let (kernel, variance) = relu_moments(0.6, 1.0, 1.0);
/// assert!((estimate - kernel).abs() < 4.0 * (variance / 20_000.0).sqrt());
/// ```
#[derive(Clone, Debug)]
pub struct ReluFeatures<T> {
    /// Gaussian projections, m x d: G.
    projections: Array2<T>,
}

impl<T: Real> ReluFeatures<T> {
    /// Draws `m` features of inputs with `d` numbers, rounded to the precision; a feature's draws follow those of the
    /// one before it.
    pub fn sample(m: usize, d: usize, random: &mut Generator) -> Self {
        ReluFeatures { projections: Array2::from_shape_simple_fn((m, d), || T::from_f64(random.normal())) }
    }

    /// The number of features: m.
    #[expect(clippy::len_without_is_empty, reason = "these are features to be used, not a collection")]
    pub fn len(&self) -> usize {
        self.projections.nrows()
    }

    /// The features of inputs, one a row: n x d to n x m.
    ///
    /// # Panics
    /// If the inputs have another d.
    pub fn of(&self, inputs: ArrayView2<T>) -> Array2<T> {
        let mut features = matrix::product(inputs, self.projections.t());
        let scale = T::ONE / T::from_f64(self.projections.nrows() as f64).sqrt();
        features.map_inplace(|feature| *feature = if *feature > T::ZERO { *feature * scale } else { T::ZERO });
        features
    }
}

/// Mean and variance of max(0, g·x) max(0, g·w) over standard normal g, for vectors of inner product `inner` and squared
/// norms `x2` and `w2`. Both are 0 if one of the vectors is.
pub fn relu_moments(inner: f64, x2: f64, w2: f64) -> (f64, f64) {
    let size = (x2 * w2).sqrt();
    if size == 0.0 {
        return (0.0, 0.0);
    }
    let cosine = (inner / size).clamp(-1.0, 1.0);
    let (zero, one) = kernels::degrees_0_and_1(cosine);
    let sine = (1.0 - cosine * cosine).sqrt();
    let mean = size * one / 2.0;
    // The arc-cosine kernel of degree 2, without its factor: 3 sin θ cos θ + (π − θ) (1 + 2 cos² θ).
    let two = 3.0 * sine * cosine + zero * PI * (1.0 + 2.0 * cosine * cosine);
    (mean, size * size * two / (2.0 * PI) - mean * mean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use numerics::random::Streams;
    use numerics::{cos, reduce, sin};

    #[test]
    fn parallel_opposite_and_orthogonal_vectors_have_their_closed_forms() {
        // E relu(g)² = 1/2 and E relu(g)⁴ = 3/2.
        let (mean, variance) = relu_moments(6.0, 4.0, 9.0);
        assert!((mean - 3.0).abs() < 1e-12 && (variance - (54.0 - 9.0)).abs() < 1e-12);
        let (mean, variance) = relu_moments(-1.0, 1.0, 1.0);
        assert!(mean.abs() < 1e-15 && variance.abs() < 1e-15);
        // Independent: E relu(g) = 1/√(2π) and E relu(g)² = 1/2.
        let (mean, variance) = relu_moments(0.0, 1.0, 1.0);
        let square = 1.0 / (2.0 * PI);
        assert!((mean - square).abs() < 1e-15 && (variance - (0.25 - square * square)).abs() < 1e-15);
        assert_eq!(relu_moments(0.0, 0.0, 1.0), (0.0, 0.0));
    }

    #[test]
    fn a_feature_has_the_mean_and_variance_of_theory() {
        let count = 200_000;
        let features = ReluFeatures::<f64>::sample(count, 3, &mut Streams::new("test").open("relu", 0));
        for angle in [0.3, 1.2, 2.5] {
            let inputs = ndarray::array![[2.0, 0.0, 0.0], [cos(angle), sin(angle), 0.0]];
            let features = features.of(inputs.view()).t().to_owned();
            // Each feature carries 1/√m.
            let products: Vec<f64> = features.rows().into_iter().map(|row| row[0] * row[1] * count as f64).collect();
            let (mean, variance) = relu_moments(2.0 * cos(angle), 4.0, 1.0);
            let squares: Vec<f64> = products.iter().map(|product| (product - mean) * (product - mean)).collect();
            let error = (variance / count as f64).sqrt();
            assert!((reduce::mean(&products) - mean).abs() < 4.0 * error, "{angle}");
            assert!((reduce::mean(&squares) / variance - 1.0).abs() < 0.05, "{angle}");
        }
    }

    #[test]
    fn precisions_share_their_draws() {
        let streams = Streams::new("test");
        let inputs = ndarray::array![[0.5, -1.0, 2.0]];
        let double = ReluFeatures::<f64>::sample(50, 3, &mut streams.open("relu", 0)).of(inputs.view());
        let single = ReluFeatures::<f32>::sample(50, 3, &mut streams.open("relu", 0));
        let single = single.of(inputs.mapv(|x| x as f32).view()).mapv(f64::from);
        assert!(double.iter().zip(&single).all(|(double, single)| (double - single).abs() < 1e-6));
        assert!(double.iter().any(|feature| *feature == 0.0) && double.iter().any(|feature| *feature > 0.0));
    }
}
