//! A linear layer for inputs of which few are not zero, trained by averages of gradients of single examples.

use ndarray::{ArrayView2, ArrayViewMut2};
use numerics::random::Generator;
use numerics::reduce;

use super::{Average, Averages, LANES, Lanes, median};

/// A linear layer without a bias, in training. Its weights are stored in parts of [`LANES`] outputs; outputs that only
/// fill the last part have weights of zero, and keep them where their derivatives are zero.
///
/// ```
/// use networks::per_example::{Average, LANES, SparseLayer};
///
/// // Two inputs and one output, and a batch of one example with the second input at 3, whose loss has the derivative 10.
/// let mut layer = SparseLayer::zeros([2, 1], Average::Mean, 1);
/// layer.descend(|| [[(1, 3.0)]], &[[10.0; LANES]], 0.1);
/// assert_eq!(layer.matrix().column(0).to_vec(), [0.0, -3.0]);
/// ```
pub struct SparseLayer {
    weights: Vec<Lanes>,
    /// Parts of a row of weights, which is that of one input.
    parts: usize,
    averages: Averages,
    /// Means of the gradients of this and the two last batches, for the rolling median; empty without it.
    last_means: [Vec<Lanes>; 3],
    /// Steps done.
    steps: usize,
    /// The average for one input.
    average: Vec<Lanes>,
    columns: Columns,
}

/// A batch of what enters a layer: for each input the examples for which it is not zero, in order, with its values.
#[derive(Default)]
struct Columns {
    /// Where the entries of each input end.
    ends: Vec<usize>,
    entries: Vec<(usize, f32)>,
}

impl SparseLayer {
    /// A layer of weights of zero, inputs x outputs, for batches of `batch` examples.
    ///
    /// # Panics
    /// If the batch is too small for the average.
    pub fn zeros([inputs, outputs]: [usize; 2], average: Average, batch: usize) -> SparseLayer {
        let parts = outputs.div_ceil(LANES);
        SparseLayer {
            weights: vec![[0.0; LANES]; inputs * parts],
            parts,
            averages: Averages::new(average, batch),
            last_means: Default::default(),
            steps: 0,
            average: vec![[0.0; LANES]; parts],
            columns: Columns::default(),
        }
    }

    /// Steps by the rolling median from now on: the median, coordinate by coordinate, of the averages over this and the two
    /// last batches.
    pub fn rolling(mut self) -> SparseLayer {
        self.last_means = std::array::from_fn(|_| vec![[0.0; LANES]; self.weights.len()]);
        self
    }

    /// Draws the weights of the first rows and columns from a normal distribution with mean 0, row by row.
    pub fn sample(mut self, [rows, columns]: [usize; 2], deviation: f64, random: &mut Generator) -> SparseLayer {
        for row in self.weights.as_flattened_mut().chunks_exact_mut(self.parts * LANES).take(rows) {
            row[..columns].fill_with(|| (deviation * random.normal()) as f32);
        }
        self
    }

    /// Outputs with those that only fill the last part.
    pub fn width(&self) -> usize {
        self.parts * LANES
    }

    /// The weights: inputs x [`width`](Self::width).
    pub fn matrix(&self) -> ArrayView2<'_, f32> {
        rows_of_lanes(&self.weights, self.parts)
    }

    /// relu(W' a) for the inputs a of one example that are not zero, each with its value.
    ///
    /// # Panics
    /// If there is no such input, or more parts than the layer has.
    pub fn rectified(&self, entries: &[(usize, f32)], outputs: &mut [Lanes]) {
        for (part, output) in outputs.iter_mut().enumerate() {
            let mut total = [0.0; LANES];
            for &(input, a) in entries {
                let weights = &self.weights[input * self.parts + part];
                for lane in 0..LANES {
                    total[lane] += a * weights[lane];
                }
            }
            *output = total.map(|z| if z < 0.0 { 0.0 } else { z });
        }
    }

    /// A step of size `rate` against the average of the gradients a_i d_i' of a batch. `batch` gives the inputs of each of
    /// its examples that are not zero, with their values; `derivatives` holds d_i, a row of parts for each example.
    ///
    /// # Panics
    /// If there are more examples than a batch has, derivatives of fewer, or inputs that the layer does not have.
    pub fn descend<B>(&mut self, batch: impl Fn() -> B, derivatives: &[Lanes], rate: f32)
    where
        B: IntoIterator<Item: IntoIterator<Item = (usize, f32)>>,
    {
        let parts = self.parts;
        let this_batch = self.steps % 3;
        self.columns.set(self.weights.len() / parts, batch);
        for (input, weights) in self.weights.chunks_exact_mut(parts).enumerate() {
            let entries = self.columns.entries(input);
            if let Some(means) = self.last_means[this_batch].get_mut(input * parts..(input + 1) * parts) {
                self.averages.of_input(entries, derivatives, means);
            } else if !entries.is_empty() {
                self.averages.of_input(entries, derivatives, &mut self.average);
                subtract(weights, rate, &self.average);
            }
        }
        let [a, b, c] = &self.last_means;
        for (weights, ((a, b), c)) in self.weights.iter_mut().zip(a.iter().zip(b).zip(c)) {
            // Before the third batch there is one of them only.
            let average = if self.steps < 2 { [a, b][this_batch] } else { &median(a, b, c) };
            subtract(std::slice::from_mut(weights), rate, std::slice::from_ref(average));
        }
        self.steps += 1;
    }
}

/// W -= rate g.
fn subtract(weights: &mut [Lanes], rate: f32, gradient: &[Lanes]) {
    reduce::axpy(-rate, gradient.as_flattened(), weights.as_flattened_mut());
}

/// A matrix whose rows are so many parts each.
///
/// # Panics
/// If a row is not whole.
pub fn rows_of_lanes(lanes: &[Lanes], parts: usize) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((lanes.len() / parts, parts * LANES), lanes.as_flattened()).expect("whole rows")
}

/// [`rows_of_lanes`], to be written.
///
/// # Panics
/// If a row is not whole.
pub fn rows_of_lanes_mut(lanes: &mut [Lanes], parts: usize) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((lanes.len() / parts, parts * LANES), lanes.as_flattened_mut()).expect("whole rows")
}

impl Columns {
    /// Sorts the entries of the examples of a batch by inputs, of which there are `count`.
    fn set<B>(&mut self, count: usize, batch: impl Fn() -> B)
    where
        B: IntoIterator<Item: IntoIterator<Item = (usize, f32)>>,
    {
        self.ends.clear();
        self.ends.resize(count + 1, 0);
        for (input, _) in batch().into_iter().flatten() {
            self.ends[input + 1] += 1;
        }
        for input in 0..count {
            self.ends[input + 1] += self.ends[input];
        }
        self.entries.resize(self.ends[count], (0, 0.0));
        for (example, entries) in batch().into_iter().enumerate() {
            for (input, value) in entries {
                // Until all are there, the place where the next entry of an input belongs.
                self.entries[self.ends[input]] = (example, value);
                self.ends[input] += 1;
            }
        }
    }

    fn entries(&self, input: usize) -> &[(usize, f32)] {
        let start = if input == 0 { 0 } else { self.ends[input - 1] };
        &self.entries[start..self.ends[input]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_rectified_and_fill_the_last_part() {
        let mut random = numerics::random::Streams::new("test").open("layer", 0);
        let layer = SparseLayer::zeros([4, LANES + 2], Average::Mean, 1).sample([3, LANES + 2], 1.0, &mut random);
        assert_eq!((layer.width(), layer.matrix().dim()), (2 * LANES, (4, 2 * LANES)));
        assert!(layer.matrix().row(3).iter().all(|&weight| weight == 0.0));
        let mut outputs = [[0.0; LANES]; 2];
        layer.rectified(&[(0, 1.0), (2, -2.0)], &mut outputs);
        for (output, weights) in outputs.as_flattened().iter().zip(layer.matrix().columns()) {
            assert_eq!(*output, (weights[0] - 2.0 * weights[2]).max(0.0));
        }
        assert!(outputs[1][2..].iter().all(|&output| output == 0.0));
    }

    #[test]
    fn the_rolling_median_is_the_mean_before_the_third_batch() {
        let mut layer = SparseLayer::zeros([1, 1], Average::Mean, 1).rolling();
        // Gradients, and the weight after each: minus the sum of 1, 5 and the medians of (1, 5, 2) and (5, 2, 0).
        for (gradient, weight) in [(1.0, -1.0), (5.0, -6.0), (2.0, -8.0), (0.0, -10.0)] {
            layer.descend(|| [[(0, gradient)]], &[[1.0; LANES]], 1.0);
            assert_eq!(layer.matrix()[[0, 0]], weight);
        }
    }
}
