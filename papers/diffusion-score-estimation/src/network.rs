//! A wide two-layer ReLU network whose first layer is trained by full-batch gradient descent.

use common::prelude::*;

use crate::diffusion::{D, INPUTS, Sample};

/// f^k(z) = m^(-1/2) sum_r a_rk max(0, w_r.z) with fixed signs a_rk, and what a step needs.
pub struct Network {
    /// W, a neuron a column: INPUTS x m.
    weights: Array2<f64>,
    /// W before the first step.
    initial: Array2<f64>,
    /// a_rk / sqrt(m): D x m.
    output: Array2<f64>,
    /// The gradient of the loss by W: INPUTS x m.
    gradient: Array2<f64>,
    /// What every neuron does with one point: m.
    neurons: Vec<f64>,
}

impl Network {
    /// Standard normal w_r, random signs a_rk. Neurons r and r + m/2 start with equal w and opposite a, so that the
    /// network starts at 0.
    pub fn sample(width: usize, random: &mut Generator) -> Network {
        let half = width / 2;
        let start = random.normal_matrix(INPUTS, half);
        let signs = Array2::from_shape_simple_fn((D, half), || random.sign() / (width as f64).sqrt());
        let weights = Array2::from_shape_fn((INPUTS, width), |(d, r)| start[[d, r % half]]);
        let sign = |(k, r): (usize, usize)| if r < half { signs[[k, r]] } else { -signs[[k, r - half]] };
        Network {
            output: Array2::from_shape_fn((D, width), sign),
            gradient: Array2::zeros(weights.dim()),
            neurons: vec![0.0; width],
            initial: weights.clone(),
            weights,
        }
    }

    /// f(z); in `neurons` are then the values max(0, w_r.z).
    fn outputs(&mut self, input: ArrayView1<f64>) -> [f64; D] {
        matrix::vector_product_into(self.weights.t(), slice(input), &mut self.neurons);
        // NaN stays, so that a network that has diverged does not look like one whose neurons are all silent.
        self.neurons.iter_mut().for_each(|value| *value = if *value < 0.0 { 0.0 } else { *value });
        std::array::from_fn(|k| reduce::dot(slice(self.output.row(k)), &self.neurons))
    }

    /// f(z) for each row z of the inputs: points x D.
    pub fn predict(&mut self, inputs: ArrayView2<f64>) -> Array2<f64> {
        let outputs: Vec<[f64; D]> = inputs.rows().into_iter().map(|input| self.outputs(input)).collect();
        Array2::from(outputs)
    }

    /// One step on (1/2n) sum_i |f(z_i) - x_i|^2 for the inputs z and labels x of a sample:
    /// w_r -= eta / sqrt(m) (1/n) sum_i [w_r.z_i > 0] (sum_k a_rk (f^k(z_i) - x_ik)) z_i.
    pub fn step(&mut self, sample: &Sample, eta: f64) {
        self.gradient.fill(0.0);
        for (input, label) in sample.inputs.rows().into_iter().zip(sample.labels.rows()) {
            let outputs = self.outputs(input);
            let [first, second] = std::array::from_fn(|k| outputs[k] - label[k]);
            let signs = slice(self.output.row(0)).iter().zip(slice(self.output.row(1)));
            for (value, (a, b)) in self.neurons.iter_mut().zip(signs) {
                // What the loss gains with the pre-activation of the neuron.
                *value = if *value > 0.0 { a * first + b * second } else { 0.0 };
            }
            for (mut gradient, &z) in self.gradient.rows_mut().into_iter().zip(input) {
                reduce::axpy(z, &self.neurons, gradient.as_slice_mut().expect("rows lie contiguously"));
            }
        }
        arrays::axpy(-eta / sample.inputs.nrows() as f64, &self.gradient, &mut self.weights);
    }

    /// How far the weights have moved, as a share of what they were: |W - W(0)| / |W(0)|.
    pub fn movement(&self) -> f64 {
        arrays::norm(&(&self.weights - &self.initial)) / arrays::norm(&self.initial)
    }
}

fn slice(row: ArrayView1<'_, f64>) -> &[f64] {
    row.to_slice().expect("rows lie contiguously")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{KernelDescent, tangent_kernel};

    fn sample(n: usize) -> Sample {
        let mut random = Streams::new("test").open("sample", 0);
        Sample {
            inputs: random.normal_matrix(n, INPUTS),
            labels: random.normal_matrix(n, D),
            truth: Array2::zeros((n, D)),
        }
    }

    fn network(width: usize) -> Network {
        Network::sample(width, &mut Streams::new("test").open("network", 0))
    }

    fn loss(network: &mut Network, sample: &Sample) -> f64 {
        let gaps = network.predict(sample.inputs.view()) - &sample.labels;
        arrays::norm_squared(&gaps) / (2.0 * sample.inputs.nrows() as f64)
    }

    #[test]
    fn a_network_starts_at_zero() {
        let outputs = network(64).predict(sample(10).inputs.view());
        assert!(outputs.iter().all(|f| f.abs() < 1e-12));
    }

    #[test]
    fn a_step_is_the_gradient_by_finite_differences() {
        let (sample, mut network) = (sample(7), network(10));
        // Away from the start, where the outputs are 0.
        (0..3).for_each(|_| network.step(&sample, 0.5));
        let before = network.weights.clone();
        network.step(&sample, 1.0);
        let gradient = &before - &network.weights;
        let step = 1e-6;
        for index in [[0, 0], [1, 3], [2, 7], [3, 9]] {
            let mut at = |sign: f64| {
                network.weights.assign(&before);
                network.weights[index] += sign * step;
                loss(&mut network, &sample)
            };
            let slope = (at(1.0) - at(-1.0)) / (2.0 * step);
            assert!((slope - gradient[index]).abs() < 1e-8, "{index:?}: {slope} {}", gradient[index]);
        }
    }

    #[test]
    fn a_wide_network_follows_the_kernel() {
        let (sample, tests) = (sample(15), sample(25));
        let kernel = tangent_kernel(sample.inputs.view(), sample.inputs.view());
        let test_kernel = tangent_kernel(tests.inputs.view(), sample.inputs.view());
        let distance = |width: usize| {
            let (mut network, mut descent) = (network(width), KernelDescent::new(kernel.view(), sample.labels.view()));
            (0..10).for_each(|_| {
                network.step(&sample, 1.0);
                descent.step(1.0);
            });
            let gaps = network.predict(tests.inputs.view()) - descent.predict(test_kernel.view());
            (arrays::norm_squared(&gaps) / 25.0).sqrt()
        };
        let (narrow, wide) = (distance(100), distance(10_000));
        assert!(wide < 0.05 && wide < 0.3 * narrow, "{narrow} {wide}");
    }

    #[test]
    fn wide_networks_move_less() {
        let sample = sample(15);
        let movement = |width: usize| {
            let mut network = network(width);
            assert_eq!(network.movement(), 0.0);
            network.step(&sample, 1.0);
            network.movement()
        };
        let ratio = movement(16_384) / movement(1024);
        assert!((0.2..0.3).contains(&ratio), "{ratio}");
    }
}
