//! A network with one hidden layer of rectified linear units on sparse inputs, trained by averages of one's choice.
//!
//! h_i = relu(W1' a_i), p_i = softmax(W2' h_i); d2_i = p_i - onehot(y_i), d1_i = (W2 d2_i) * [h_i > 0]. The gradients of
//! example i are a_i d1_i' and h_i d2_i'. Biases are the weights of an input, and of a hidden unit, that is always 1.

use common::networks::per_example::{Averages, LANES, Lanes, median};
use common::networks::softmax_rows;
use common::prelude::*;

use crate::features::SparseExamples;
use crate::labels::CLASSES;
use crate::rules::Rule;

/// The network in training.
pub struct Network {
    first: Layer,
    second: Layer,
    averages: Averages,
    /// Size of a batch.
    batch: usize,
    /// h_i, one row for each example of the batch, the last unit being always 1.
    hidden: Array2<f32>,
    /// p_i, then d2_i.
    outputs: Vec<Lanes>,
    /// d1_i.
    derivatives: Vec<Lanes>,
    /// What enters a layer, by columns.
    columns: Columns,
}

/// The weights of one layer: a row for each input, in parts of [`LANES`] outputs. Outputs that only fill the last part
/// have weights and derivatives of zero, and keep them.
struct Layer {
    weights: Vec<Lanes>,
    /// Parts of a row.
    parts: usize,
    /// Means of the gradients of this and the two last batches, for the rolling median.
    last_means: [Vec<Lanes>; 3],
    /// Steps done.
    steps: usize,
    /// The average for one input.
    average: Vec<Lanes>,
}

/// A batch of what enters a layer: for each input the examples for which it is not zero, in order, with its values.
#[derive(Default)]
struct Columns {
    /// Where the entries of each input end.
    ends: Vec<usize>,
    entries: Vec<(usize, f32)>,
}

impl Network {
    /// Samples weights of variance 2 / inputs in the first layer and 1 / units in the second; biases start at zero.
    pub fn sample(inputs: usize, units: usize, (rule, batch): (Rule, usize), random: &mut Generator) -> Network {
        // The last of the inputs is that of the biases.
        let first = Layer::sample([inputs - 1, units], [inputs, units], 2.0, rule, random);
        let places = first.parts * LANES;
        let second = Layer::sample([units, CLASSES], [places + 1, CLASSES], 1.0, rule, random);
        let mut hidden = Array2::zeros((batch, places + 1));
        hidden.column_mut(places).fill(1.0);
        Network {
            averages: Averages::new(rule.average(), batch),
            batch,
            hidden,
            outputs: vec![[0.0; LANES]; batch],
            derivatives: vec![[0.0; LANES]; batch * first.parts],
            columns: Columns::default(),
            first,
            second,
        }
    }

    /// The places of hidden units, filled or not.
    fn places(&self) -> usize {
        self.first.parts * LANES
    }

    /// The outputs before the softmax for up to a batch of examples.
    fn forward(&mut self, examples: &SparseExamples, indices: impl Iterator<Item = usize>) {
        let places = self.places();
        let mut count = 0;
        for (mut hidden, index) in self.hidden.rows_mut().into_iter().zip(indices) {
            let hidden = hidden.as_slice_mut().expect("rows are contiguous");
            let (hidden, _) = hidden[..places].as_chunks_mut::<LANES>();
            self.first.gather(examples.entries(index), hidden);
            count += 1;
        }
        let mut outputs = matrix_mut(&mut self.outputs[..count], 1);
        matrix::product_into(self.hidden.slice(s![..count, ..]), self.second.matrix(), &mut outputs);
    }

    /// One step of size `rate` on the average gradient of a batch.
    pub fn step(&mut self, examples: &SparseExamples, labels: &[usize], batch: &[usize], rate: f32) {
        self.forward(examples, batch.iter().copied());
        for (output, &index) in self.outputs.iter_mut().zip(batch) {
            softmax_rows(&mut output[..CLASSES], CLASSES);
            output[CLASSES..].fill(0.0);
            output[labels[index]] -= 1.0;
        }
        let (places, parts) = (self.places(), self.first.parts);
        let second = self.second.matrix();
        let mut derivatives = matrix_mut(&mut self.derivatives, parts);
        matrix::product_into(matrix_of(&self.outputs, 1), second.slice(s![..places, ..]).t(), &mut derivatives);
        for (derivatives, hidden) in
            self.derivatives.as_flattened_mut().chunks_exact_mut(places).zip(self.hidden.rows())
        {
            let hidden = hidden.to_slice().expect("rows are contiguous");
            for (derivative, &h) in derivatives.iter_mut().zip(hidden) {
                *derivative = if h > 0.0 { *derivative } else { 0.0 };
            }
        }
        let units = self.hidden.rows().into_iter().map(|hidden| hidden.to_slice().expect("rows are contiguous"));
        self.columns
            .set(places + 1, || units.clone().map(|h| h.iter().copied().enumerate().filter(|&(_, h)| h != 0.0)));
        self.second.descend(&self.columns, &self.outputs, &mut self.averages, rate);
        self.columns.set(examples.inputs, || batch.iter().map(|&index| examples.entries(index).iter().copied()));
        self.first.descend(&self.columns, &self.derivatives, &mut self.averages, rate);
    }

    /// The predicted class of each example.
    ///
    /// # Errors
    /// Where the steps have been so large that the outputs are no numbers any more.
    pub fn predict(&mut self, examples: &SparseExamples) -> Result<Vec<usize>> {
        let mut classes = Vec::with_capacity(examples.len());
        for start in (0..examples.len()).step_by(self.batch) {
            let end = (start + self.batch).min(examples.len());
            self.forward(examples, start..end);
            let outputs = self.outputs[..end - start].iter().map(|output| &output[..CLASSES]);
            ensure!(outputs.clone().flatten().all(|z| z.is_finite()), "training diverged: the step size is too large");
            classes.extend(outputs.map(reduce::argmax));
        }
        Ok(classes)
    }
}

impl Layer {
    /// Weights of variance `scale` / inputs in the first `filled` rows and columns of a `shape`, zeros elsewhere.
    fn sample(filled: [usize; 2], shape: [usize; 2], scale: f64, rule: Rule, random: &mut Generator) -> Layer {
        let ([rows, columns], parts) = (filled, shape[1].div_ceil(LANES));
        let mut weights = vec![[0.0; LANES]; shape[0] * parts];
        let deviation = (scale / rows as f64).sqrt();
        for row in weights.as_flattened_mut().chunks_exact_mut(parts * LANES).take(rows) {
            row[..columns].fill_with(|| (deviation * random.normal()) as f32);
        }
        let remembered = if rule == Rule::Rolling { weights.len() } else { 0 };
        let last_means = std::array::from_fn(|_| vec![[0.0; LANES]; remembered]);
        Layer { weights, parts, last_means, steps: 0, average: vec![[0.0; LANES]; parts] }
    }

    /// The weights, inputs x outputs.
    fn matrix(&self) -> ArrayView2<'_, f32> {
        matrix_of(&self.weights, self.parts)
    }

    /// relu(W' a) for the inputs a of one example.
    fn gather(&self, entries: &[(usize, f32)], outputs: &mut [Lanes]) {
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

    /// A step against the average of the gradients a_i d_i'.
    fn descend(&mut self, columns: &Columns, derivatives: &[Lanes], averages: &mut Averages, rate: f32) {
        let parts = self.parts;
        let this_batch = self.steps % 3;
        for (input, weights) in self.weights.chunks_exact_mut(parts).enumerate() {
            let entries = columns.entries(input);
            if let Some(means) = self.last_means[this_batch].get_mut(input * parts..(input + 1) * parts) {
                averages.of_input(entries, derivatives, means);
            } else if !entries.is_empty() {
                averages.of_input(entries, derivatives, &mut self.average);
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

fn matrix_of(rows: &[Lanes], parts: usize) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((rows.len() / parts, parts * LANES), rows.as_flattened()).expect("whole rows")
}

fn matrix_mut(rows: &mut [Lanes], parts: usize) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((rows.len() / parts, parts * LANES), rows.as_flattened_mut()).expect("whole rows")
}

impl Columns {
    /// Sorts the entries of the examples of a batch by inputs, of which there are `count`.
    fn set<E: Iterator<Item = (usize, f32)>, B: Iterator<Item = E>>(&mut self, count: usize, batch: impl Fn() -> B) {
        self.ends.clear();
        self.ends.resize(count + 1, 0);
        for (input, _) in batch().flatten() {
            self.ends[input + 1] += 1;
        }
        for input in 0..count {
            self.ends[input + 1] += self.ends[input];
        }
        self.entries.resize(self.ends[count], (0, 0.0));
        for (example, entries) in batch().enumerate() {
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
mod tests;
