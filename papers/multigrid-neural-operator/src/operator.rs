//! Neural operators: networks from functions on a grid to functions on it.

use common::networks::{Init, Tape, Value};
use common::prelude::*;

use crate::fourier::FourierOperator;
use crate::vcycle::MultigridOperator;

/// A network that can be compared.
#[derive(Clone, Serialize)]
pub enum Architecture {
    /// V-cycles of convolutions; with one grid a plain convolutional network.
    Multigrid(MultigridOperator),
    /// Spectral convolutions.
    Fourier(FourierOperator),
}

impl Architecture {
    /// The network on n x n points, for batches of this size.
    pub fn build(&self, n: usize, batch: usize) -> Operator {
        match self {
            Architecture::Multigrid(network) => network.build(n, batch),
            Architecture::Fourier(network) => network.build(n, batch),
        }
    }

    /// Multiply-adds of one sample on n x n points.
    pub fn multiply_adds(&self, n: usize) -> f64 {
        match self {
            Architecture::Multigrid(network) => network.multiply_adds(n),
            Architecture::Fourier(network) => network.multiply_adds(n),
        }
    }
}

/// How functions on n x n points stand on the grid of a network.
#[derive(Clone, Copy)]
pub struct Functions {
    /// Points along each side.
    pub n: usize,
    /// Points of zero that are added right and below.
    pub padding: usize,
    /// Whether the coordinates, each from −1 to 1, are two more channels of the input.
    pub coordinates: bool,
}

impl Functions {
    /// Points along each side with padding.
    pub fn side(&self) -> usize {
        self.n + self.padding
    }

    /// Points of the functions with their place among those of the network.
    fn places(self) -> impl Iterator<Item = (usize, usize)> {
        let (n, side) = (self.n, self.side());
        (0..n * n).map(move |point| (point, point / n * side + point % n))
    }

    /// A fixed input that is 1 inside and 0 in the padding, with so many channels.
    pub fn mask(self, tape: &mut Tape<f32>, channels: usize) -> Value {
        let mask = tape.fixed_input(&format!("inside, {channels} channels"), self.side() * self.side(), channels);
        let numbers = tape.input_mut(mask, 1);
        numbers.fill(0.0);
        self.places().for_each(|(_, place)| numbers[place * channels..(place + 1) * channels].fill(1.0));
        mask
    }

    fn load_input(self, a: ArrayView1<f32>, channels: &mut [f32]) {
        channels.fill(0.0);
        let n = self.n;
        let coordinate = |i: usize| (2 * i) as f32 / (n.max(2) - 1) as f32 - 1.0;
        let width = if self.coordinates { 3 } else { 1 };
        for (point, place) in self.places() {
            let to = &mut channels[place * width..(place + 1) * width];
            to[0] = a[point];
            if self.coordinates {
                (to[1], to[2]) = (coordinate(point / n), coordinate(point % n));
            }
        }
    }

    fn load_target(self, u: ArrayView1<f32>, target: &mut [f32]) {
        target.fill(0.0);
        self.places().for_each(|(point, place)| target[place] = u[point]);
    }
}

/// A network with the squared distance of its output from a target.
pub struct Operator {
    /// Its operations.
    pub tape: Tape<f32>,
    input: Value,
    target: Value,
    /// ‖output − target‖² of each sample.
    pub squared_distances: Value,
    functions: Functions,
}

impl Operator {
    /// A network from an input to an output of one channel.
    pub fn new(mut tape: Tape<f32>, input: Value, output: Value, functions: Functions) -> Operator {
        let points = output.rows();
        let target = tape.input("u", 1, points);
        let row = tape.reshape(output, 1, points);
        let squared_distances = tape.squared_error(row, target);
        Operator { tape, input, target, squared_distances, functions }
    }

    /// Loads the samples with these indices: inputs and targets, a row of n² values each.
    pub fn load(&mut self, inputs: ArrayView2<f32>, targets: ArrayView2<f32>, samples: &[usize]) {
        let functions = self.functions;
        let size = self.input.rows() * self.input.columns();
        let numbers = self.tape.input_mut(self.input, samples.len());
        for (numbers, &sample) in numbers.chunks_exact_mut(size).zip(samples) {
            functions.load_input(inputs.row(sample), numbers);
        }
        let size = self.target.columns();
        let numbers = self.tape.input_mut(self.target, samples.len());
        for (numbers, &sample) in numbers.chunks_exact_mut(size).zip(samples) {
            functions.load_target(targets.row(sample), numbers);
        }
    }
}

/// B x + b at each point: a matrix between channels and a bias, uniform on ± 1/√(channels of x).
pub fn pointwise(tape: &mut Tape<f32>, name: &str, x: Value, channels: usize) -> Value {
    let weights = tape.parameter(&format!("{name}: B"), x.columns(), channels, Init::FanIn(1.0));
    let bound = 1.0 / (x.columns() as f64).sqrt();
    let bias = tape.parameter(&format!("{name}: b"), 1, channels, Init::Uniform(bound));
    tape.linear(x, weights, bias)
}
