//! A network with one hidden layer of rectified linear units on sparse inputs, trained by averages of one's choice.
//!
//! h_i = relu(W1' a_i), p_i = softmax(W2' h_i); d2_i = p_i - onehot(y_i), d1_i = (W2 d2_i) * `[h_i > 0]`. The gradients of
//! example i are a_i d1_i' and h_i d2_i'. Biases are the weights of an input, and of a hidden unit, that is always 1.

use common::networks::per_example::{LANES, Lanes, SparseLayer, rows_of_lanes, rows_of_lanes_mut};
use common::networks::softmax_rows;
use common::prelude::*;

use crate::digits::CLASSES;
use crate::features::SparseExamples;
use crate::rules::Rule;

/// The network in training.
pub struct Network {
    first: SparseLayer,
    second: SparseLayer,
    /// h_i, one row for each example of the batch, the last unit being always 1.
    hidden: Array2<f32>,
    /// p_i, then d2_i.
    outputs: Vec<Lanes>,
    /// d1_i.
    derivatives: Vec<Lanes>,
}

impl Network {
    /// Samples weights of variance 2 / inputs in the first layer and 1 / units in the second; biases start at zero.
    pub fn sample(inputs: usize, units: usize, (rule, batch): (Rule, usize), random: &mut Generator) -> Network {
        let mut layer = |shape, [rows, columns]: [usize; 2], scale: f64| {
            let layer = SparseLayer::zeros(shape, rule.average(), batch);
            let layer = layer.sample([rows, columns], (scale / rows as f64).sqrt(), random);
            if rule == Rule::Rolling { layer.rolling() } else { layer }
        };
        // The last of the inputs is that of the biases.
        let first = layer([inputs, units], [inputs - 1, units], 2.0);
        let places = first.width();
        let second = layer([places + 1, CLASSES], [units, CLASSES], 1.0);
        let mut hidden = Array2::zeros((batch, places + 1));
        hidden.column_mut(places).fill(1.0);
        let derivatives = vec![[0.0; LANES]; batch * (places / LANES)];
        Network { first, second, hidden, outputs: vec![[0.0; LANES]; batch], derivatives }
    }

    /// The outputs before the softmax for up to a batch of examples.
    fn forward(&mut self, examples: &SparseExamples, indices: &[usize]) {
        for (hidden, &index) in self.hidden.rows_mut().into_iter().zip(indices) {
            let hidden = hidden.into_slice().expect("rows are contiguous");
            self.first.rectified(examples.entries(index), hidden.as_chunks_mut().0);
        }
        let mut outputs = rows_of_lanes_mut(&mut self.outputs[..indices.len()], 1);
        matrix::product_into(self.hidden.slice(s![..indices.len(), ..]), self.second.matrix(), &mut outputs);
    }

    /// One step of size `rate` on the average gradient of a batch.
    pub fn step(&mut self, examples: &SparseExamples, labels: &[usize], batch: &[usize], rate: f32) {
        self.forward(examples, batch);
        for (output, &index) in self.outputs.iter_mut().zip(batch) {
            softmax_rows(&mut output[..CLASSES], CLASSES);
            output[CLASSES..].fill(0.0);
            output[labels[index]] -= 1.0;
        }
        let places = self.first.width();
        let mut derivatives = rows_of_lanes_mut(&mut self.derivatives, places / LANES);
        let second = self.second.matrix();
        matrix::product_into(rows_of_lanes(&self.outputs, 1), second.slice(s![..places, ..]).t(), &mut derivatives);
        let hidden = self.hidden.slice(s![.., ..places]);
        derivatives.zip_mut_with(&hidden, |derivative, &h| *derivative = if h > 0.0 { *derivative } else { 0.0 });
        let units =
            || self.hidden.rows().into_iter().map(|h| h.into_iter().copied().enumerate().filter(|&(_, h)| h != 0.0));
        self.second.descend(units, &self.outputs, rate);
        let inputs = |&index: &usize| examples.entries(index).iter().copied();
        self.first.descend(|| batch.iter().map(inputs), &self.derivatives, rate);
    }

    /// The predicted class of each example.
    ///
    /// # Errors
    /// Where the steps have been so large that the outputs are no numbers any more.
    pub fn predict(&mut self, examples: &SparseExamples) -> Result<Vec<usize>> {
        let mut classes = Vec::with_capacity(examples.len());
        for chunk in Vec::from_iter(0..examples.len()).chunks(self.outputs.len()) {
            self.forward(examples, chunk);
            let outputs = self.outputs[..chunk.len()].iter().map(|output| &output[..CLASSES]);
            ensure!(outputs.clone().flatten().all(|z| z.is_finite()), "training diverged: the step size is too large");
            classes.extend(outputs.map(reduce::argmax));
        }
        Ok(classes)
    }
}

#[cfg(test)]
mod tests;
