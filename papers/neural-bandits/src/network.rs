//! The network that predicts the loss of each arm: one hidden layer of rectified linear units.

use common::prelude::*;

/// f_a(x) = (1 / sqrt m) sum_j v_j max(0, (W_a x)_j) for each arm a.
///
/// As the arms' contexts are blocks, the first layer of the paper falls apart into one matrix W_a for each
/// arm; the signs v, which are not trained, belong to all of them.
pub struct Network {
    /// Hidden units for each arm: m.
    width: usize,
    /// The first layers of all arms below each other, K m x d.
    weights: Array2<f32>,
    /// v / sqrt m; the second half is the negative of the first.
    output_weights: Vec<f32>,
}

impl Network {
    /// Samples weights from N(0, 2), then makes them antisymmetric: unit j + m / 2 is unit j with the opposite sign, so that
    /// every output starts at exactly zero.
    pub fn sample(arms: usize, width: usize, pixels: usize, random: &mut Generator) -> Network {
        let half = width / 2;
        let deviation = std::f32::consts::SQRT_2;
        let mut weights = Array2::zeros((arms * width, pixels));
        for mut block in weights.exact_chunks_mut((width, pixels)) {
            let (mut first, mut second) = block.view_mut().split_at(ndarray::Axis(0), half);
            first.map_inplace(|weight| *weight = deviation * random.normal_f32());
            second.assign(&first);
        }
        let size = 1.0 / (width as f32).sqrt();
        let mut output_weights: Vec<f32> = (0..half).map(|_| size * random.sign() as f32).collect();
        output_weights.extend_from_within(..);
        output_weights[half..].iter_mut().for_each(|weight| *weight = -*weight);
        Network { width, weights, output_weights }
    }

    /// The first layers of all arms: W, K m x d.
    pub fn weights(&self) -> ArrayView2<'_, f32> {
        self.weights.view()
    }

    /// Hidden units of all arms: K m.
    pub fn units(&self) -> usize {
        self.weights.nrows()
    }

    /// The units of one arm.
    pub fn units_of(&self, arm: usize) -> std::ops::Range<usize> {
        arm * self.width..(arm + 1) * self.width
    }

    /// The outputs f_a from the pre-activations of all units.
    pub fn outputs(&self, preactivations: &[f32], outputs: &mut [f64]) {
        let half = self.width / 2;
        let active = |h: f32| f64::from(if h > 0.0 { h } else { 0.0 });
        for (f, h) in outputs.iter_mut().zip(preactivations.chunks_exact(self.width)) {
            // In pairs, which cancel exactly at the start.
            let pairs = h[..half].iter().zip(&h[half..]).zip(&self.output_weights);
            *f = pairs.map(|((&plus, &minus), &v)| f64::from(v) * (active(plus) - active(minus))).sum();
        }
    }

    /// The derivative of f_a in the pre-activations of arm a: v_j / sqrt m for active units, else zero. Its
    /// outer product with the context is the gradient of f_a in W_a.
    pub fn slopes(&self, preactivations: &[f32], slopes: &mut [f32]) {
        for ((slope, &h), &v) in slopes.iter_mut().zip(preactivations).zip(&self.output_weights) {
            *slope = if h > 0.0 { v } else { 0.0 };
        }
    }

    /// W_a += move x', with one number of `move` for each unit of the arm.
    pub fn add(&mut self, arm: usize, moves: &[f32], image: &[f32]) {
        let units = self.units_of(arm);
        for (mut row, &amount) in self.weights.slice_mut(s![units, ..]).rows_mut().into_iter().zip(moves) {
            if amount != 0.0 {
                reduce::axpy(amount, image, row.as_slice_mut().expect("rows are contiguous"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preactivations(network: &Network, image: &[f32]) -> Vec<f32> {
        matrix::vector_product(network.weights(), image)
    }

    fn outputs(network: &Network, image: &[f32]) -> [f64; 3] {
        let mut outputs = [0.0; 3];
        network.outputs(&preactivations(network, image), &mut outputs);
        outputs
    }

    #[test]
    fn outputs_start_at_exactly_zero_with_weights_of_variance_two() {
        let network = Network::sample(3, 100, 20, &mut Streams::new("test").open("network", 0));
        let image: Vec<f32> = (0..20).map(|i| (i as f32 - 7.0) / 11.0).collect();
        assert_eq!(outputs(&network, &image), [0.0; 3]);
        let weights: Vec<f64> = network.weights().iter().map(|&w| f64::from(w)).collect();
        assert!((reduce::norm_squared(&weights) / 6000.0 - 2.0).abs() < 0.1);
    }

    #[test]
    fn slopes_are_the_derivative() {
        let mut network = Network::sample(3, 8, 5, &mut Streams::new("test").open("network", 1));
        let image = [0.5, -0.25, 1.0, 0.75, -1.0];
        let norm_squared: f64 = image.iter().map(|x| f64::from(x * x)).sum();
        let mut slopes = [0.0; 8];
        network.slopes(&preactivations(&network, &image)[network.units_of(1)], &mut slopes);
        // Along the gradient the output of arm 1 rises by its squared length, and no other moves.
        let (before, length) = (outputs(&network, &image), f64::from(reduce::norm_squared(&slopes)) * norm_squared);
        let step = slopes.map(|slope| 1e-3 * slope);
        network.add(1, &step, &image);
        let after = outputs(&network, &image);
        assert!(((after[1] - before[1]) / (1e-3 * length) - 1.0).abs() < 1e-3);
        assert_eq!((after[0], after[2]), (before[0], before[2]));
    }
}
