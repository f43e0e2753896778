//! Gradients of single examples: how far they agree, and robust averages of them.
//!
//! The gradient of one example is [`Classifier::gradient`] of that example alone, and the squared norms of a whole batch
//! are [`Classifier::gradient_norms`], from one backward pass. [`GradientMoments`] need no more than these norms and
//! the mean gradient, so they cost about one pass over the examples and no memory for gradients of single ones.

mod averages;
mod layer;

use ndarray::ArrayView2;
use numerics::reduce;

pub use averages::{Average, Averages, LANES, Lanes, median};
pub use layer::{SparseLayer, rows_of_lanes, rows_of_lanes_mut};

use crate::{Classifier, Number};

/// The first two moments of the gradients g_i of the losses of m examples, each by all parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientMoments {
    /// Number of examples: m.
    pub examples: usize,
    /// ‖mean_i g_i‖².
    pub norm_squared_of_mean: f64,
    /// mean_i ‖g_i‖².
    pub mean_norm_squared: f64,
}

impl GradientMoments {
    /// Coherence ‖mean_i g_i‖² / mean_i ‖g_i‖² (Chatterjee 2020, arXiv:2002.10657), from 0 to 1; NaN if all gradients are
    /// zero. Of i and j drawn independently it is the mean of g_i · g_j over that of ‖g_i‖².
    pub fn coherence(&self) -> f64 {
        self.norm_squared_of_mean / self.mean_norm_squared
    }

    /// m-coherence, m times [`coherence`](Self::coherence) (Chatterjee and Zielinski 2020, arXiv:2008.01217): how many
    /// examples, itself among them, the gradient of one helps on average. It is m for equal gradients and 1 for pairwise
    /// orthogonal ones of any lengths, and below 1 for gradients that cancel each other.
    pub fn m_coherence(&self) -> f64 {
        self.examples as f64 * self.coherence()
    }
}

impl<T: Number> Classifier<T> {
    /// The moments of the gradients of all examples by the parameters of `layers`, which have to be all parameters;
    /// taken in chunks of the capacity.
    ///
    /// ```
    /// use ndarray::array;
    /// use networks::{Classifier, Init};
    /// use numerics::random::Streams;
    ///
    /// let mut net = Classifier::<f64>::mlp(2, &[2, 8, 2], Init::HeNormal, Init::LeCunNormal);
    /// let theta = net.tape.initial(&mut Streams::new("example").open("init", 1));
    /// let x = array![[1.0, 0.5], [1.0, 0.5], [1.0, 0.5]];
    /// let equal = net.gradient_moments(&theta, x.view(), &[1_usize, 1, 1]);
    /// assert!((equal.m_coherence() - 3.0).abs() < 1e-12);
    /// ```
    ///
    /// # Panics
    /// If shapes do not fit, or there are no examples.
    pub fn gradient_moments<L: Copy + Into<usize>>(
        &mut self,
        theta: &[T],
        images: ArrayView2<T>,
        labels: &[L],
    ) -> GradientMoments {
        let (examples, capacity) = (images.nrows(), self.tape.capacity());
        assert!(examples > 0 && labels.len() == examples, "{examples} images and {} labels", labels.len());
        let mut gradient = vec![T::ZERO; theta.len()];
        // In double precision: where gradients cancel, little is left of the sum.
        let mut sum = vec![0.0; theta.len()];
        let (mut norms, mut total) = (vec![0.0; capacity.min(examples)], 0.0);
        let indices: Vec<usize> = (0..examples).collect();
        for chunk in indices.chunks(capacity) {
            self.gradient(theta, images, labels, chunk, &mut gradient);
            let count = chunk.len() as f64;
            sum.iter_mut().zip(&gradient).for_each(|(sum, g)| *sum += count * g.to_f64());
            let norms = &mut norms[..chunk.len()];
            self.gradient_norms(norms);
            total += reduce::sum(norms);
        }
        let m = examples as f64;
        GradientMoments {
            examples,
            norm_squared_of_mean: reduce::norm_squared(&sum) / (m * m),
            mean_norm_squared: total / m,
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use numerics::random::Streams;

    use super::*;
    use crate::Init;

    fn network(capacity: usize, widths: &[usize]) -> (Classifier<f64>, Vec<f64>) {
        let net = Classifier::mlp(capacity, widths, Init::HeNormal, Init::LeCunNormal);
        let theta = net.tape.initial(&mut Streams::new("test").open("init", 0));
        (net, theta)
    }

    #[test]
    fn moments_are_those_of_explicit_gradients() {
        let mut random = Streams::new("test").open("data", 0);
        let images = random.normal_matrix(23, 6);
        let labels: Vec<usize> = (0..23).map(|_| random.below(4)).collect();
        // One chunk, and several with a remainder.
        for capacity in [40, 23, 7, 1] {
            let (mut net, theta) = network(capacity, &[6, 9, 5, 4]);
            let mut gradients = Array2::zeros((23, theta.len()));
            for (index, mut gradient) in gradients.rows_mut().into_iter().enumerate() {
                net.gradient(&theta, images.view(), &labels, &[index], gradient.as_slice_mut().unwrap());
            }
            let norms = gradients.rows().into_iter().map(|row| row.dot(&row)).sum::<f64>() / 23.0;
            let mean = gradients.mean_axis(ndarray::Axis(0)).unwrap();
            let moments = net.gradient_moments(&theta, images.view(), &labels);
            assert!((moments.norm_squared_of_mean / mean.dot(&mean) - 1.0).abs() < 1e-12);
            assert!((moments.mean_norm_squared / norms - 1.0).abs() < 1e-12);
            // The mean over all pairs is what the name says.
            let products = gradients.dot(&gradients.t()).sum() / (23.0 * 23.0 * norms);
            assert!((moments.coherence() - products).abs() < 1e-12);
        }
    }

    #[test]
    fn orthogonal_gradients_have_m_coherence_one_and_opposite_ones_less() {
        // Without a hidden layer the gradient is the outer product of the input with a 1 behind it and of p - y.
        let (mut net, mut theta) = network(4, &[3, 2]);
        theta.fill(0.0);
        let coherence = |net: &mut Classifier<f64>, images: Array2<f64>, labels: &[usize]| {
            net.gradient_moments(&theta, images.view(), labels).m_coherence()
        };
        // Inner products of the inputs are -1.
        let orthogonal = array![[1.0, 0.0, 0.0], [-1.0, 5.0, 0.0]];
        assert!((coherence(&mut net, orthogonal, &[0, 0]) - 1.0).abs() < 1e-12);
        let equal = array![[1.0, 2.0, 0.0], [1.0, 2.0, 0.0]];
        assert!(coherence(&mut net, equal, &[0, 1]) < 1e-12);
    }
}
