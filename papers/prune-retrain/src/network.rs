//! The network x → LN(W0 x + b0) → ReLU → LN(W1 · + b1) → ReLU → Wo · + bo, of which any parts can be trained.
//!
//! Parts that are trained are parameters of the tape; all others are its fixed inputs. So the vector that the
//! optimizer sees, and keeps moments for, holds the trained numbers and nothing else.

use std::ops::Range;

use common::datasets::Examples;
use common::networks::{Adam, Batches, Classifier, Init, Score, Tape, Value};
use common::prelude::*;

use crate::adapters::{Adapter, LowRank};

/// Images are averaged over squares of so many pixels a side.
pub const POOL: usize = 2;

/// Inputs: the pixels of a pooled image.
pub const PIXELS: usize = 14 * 14;

/// Outputs: the digits.
pub const CLASSES: usize = 10;

/// What a part of the network is to pruning and to retraining.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// W0 and W1, the matrices that are pruned.
    Hidden,
    /// b0, b1 and bo.
    Bias,
    /// Scales and shifts of the layer normalizations.
    Norm,
    /// Wo.
    Head,
}

/// A matrix or vector of the network.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is.
    pub role: Role,
    /// Its place in a model: the flat vector of all parts, matrices as inputs x outputs, row by row.
    pub range: Range<usize>,
    rows: usize,
    columns: usize,
    init: Init,
}

/// The parts of a network with two hidden layers of `width` units: of each hidden layer weight, bias, scale and
/// shift, then weight and bias of the head.
pub fn parts(width: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut push = |role, rows, columns, init| {
        let start = parts.last().map_or(0, |part| part.range.end);
        parts.push(Part { role, range: start..start + rows * columns, rows, columns, init });
    };
    for inputs in [PIXELS, width] {
        push(Role::Hidden, inputs, width, Init::HeNormal);
        push(Role::Bias, 1, width, Init::Constant(0.0));
        push(Role::Norm, 1, width, Init::Constant(1.0));
        push(Role::Norm, 1, width, Init::Constant(0.0));
    }
    push(Role::Head, width, CLASSES, Init::LeCunNormal);
    push(Role::Bias, 1, CLASSES, Init::Constant(0.0));
    parts
}

/// How many numbers a model has.
pub fn parameters(width: usize) -> usize {
    parts(width).last().map_or(0, |part| part.range.end)
}

/// A network with some parts trained and the others fixed, on a tape.
pub struct Network {
    classifier: Classifier<f32>,
    /// Each part with its value on the tape, and whether it is trained.
    parts: Vec<(Part, Value, bool)>,
    /// Of each hidden matrix, 1 where a weight is kept and 0 where it is pruned.
    masks: Vec<Value>,
    /// With adapters, what each hidden layer multiplies by.
    merged: Vec<Value>,
}

impl Network {
    /// For batches of up to `capacity` images. `trains` picks the parts that are trained.
    pub fn new(
        width: usize,
        capacity: usize,
        adapter: Option<(Adapter, LowRank)>,
        trains: impl Fn(Role) -> bool,
    ) -> Network {
        let mut tape = Tape::new(capacity);
        let x = tape.input("x", 1, PIXELS);
        let parts: Vec<(Part, Value, bool)> = parts(width)
            .into_iter()
            .enumerate()
            .map(|(number, part)| {
                let (name, trained) = (format!("part {number}"), trains(part.role));
                let value = match trained {
                    true => tape.parameter(&name, part.rows, part.columns, part.init),
                    false => tape.fixed_input(&name, part.rows, part.columns),
                };
                (part, value, trained)
            })
            .collect();
        // Recorded before all else, so that they can be computed without images.
        let (mut masks, mut effective) = (Vec::new(), Vec::new());
        for (part, weight, _) in parts.iter().filter(|(part, ..)| part.role == Role::Hidden) {
            let mask = tape.fixed_input("mask", part.rows, part.columns);
            masks.push(mask);
            effective.push(match adapter {
                // The chain rule masks the gradient as well.
                None => tape.multiply(*weight, mask),
                Some((adapter, low_rank)) => {
                    let name = format!("adapter {}", masks.len());
                    adapter.effective_weight(low_rank, &mut tape, &name, *weight, mask)
                }
            });
        }
        let value = |number: usize| parts[number].1;
        let mut units = x;
        for (layer, &weight) in effective.iter().enumerate() {
            let first = 4 * layer;
            let sums = tape.linear(units, weight, value(first + 1));
            let normalized = tape.layer_norm(sums, value(first + 2), value(first + 3));
            units = tape.relu(normalized);
        }
        let logits = tape.linear(units, value(8), value(9));
        let merged = if adapter.is_some() { effective } else { Vec::new() };
        Network { classifier: Classifier::new(tape, x, logits), parts, masks, merged }
    }

    /// A network without pruned weights and adapters, all of it trained: its trained numbers are a model.
    pub fn dense(width: usize, capacity: usize) -> Network {
        let mut network = Network::new(width, capacity, None, |_| true);
        for &mask in &network.masks {
            network.classifier.tape.input_mut(mask, 1).fill(1.0);
        }
        network
    }

    /// How many numbers are trained.
    pub fn trainable(&self) -> usize {
        self.classifier.tape.parameter_count()
    }

    /// Trained numbers at random.
    pub fn initial(&self, random: &mut Generator) -> Vec<f32> {
        self.classifier.tape.initial(random)
    }

    /// Takes a pruned model and its masks over, and gives the trained numbers to start from: those of the model,
    /// then the factors of adapters, at random.
    pub fn start(&mut self, model: &[f32], masks: &[Vec<f32>], random: &mut Generator) -> Vec<f32> {
        let mut theta = self.initial(random);
        let tape = &mut self.classifier.tape;
        for (part, value, trained) in &self.parts {
            let numbers = &model[part.range.clone()];
            match trained {
                true => theta[tape.range(*value)].copy_from_slice(numbers),
                false => tape.set(*value, numbers),
            }
        }
        for (&value, mask) in self.masks.iter().zip(masks) {
            tape.set(value, mask);
        }
        theta
    }

    /// The model that a network started from `model` has become: trained parts in the place of the old ones as they are
    /// stored, without a mask, and adapters multiplied out.
    pub fn model(&mut self, theta: &[f32], model: &[f32]) -> Vec<f32> {
        let mut model = model.to_vec();
        let tape = &mut self.classifier.tape;
        if let Some(&last) = self.merged.last() {
            tape.forward_to(last, theta);
        }
        let mut merged = self.merged.iter();
        for (part, value, trained) in &self.parts {
            let numbers = &mut model[part.range.clone()];
            if *trained {
                numbers.copy_from_slice(&theta[tape.range(*value)]);
            } else if part.role == Role::Hidden
                && let Some(&weight) = merged.next()
            {
                numbers.copy_from_slice(tape.value(weight));
            }
        }
        model
    }

    /// One step of Adam for each of the rates, on the mean cross-entropy of `batch` images drawn with replacement.
    pub fn train(
        &mut self,
        theta: &mut [f32],
        images: &Examples<f32>,
        batch: usize,
        rates: impl IntoIterator<Item = f64>,
        random: &mut Generator,
    ) {
        let (mut batches, mut adam) = (Batches::with_replacement(images.len(), batch), Adam::new(theta.len()));
        self.classifier.fit(theta, images.view(), &mut batches, &mut adam, rates, random);
    }

    /// Accuracy and mean cross-entropy on images, both NaN if the network has diverged.
    pub fn score(&mut self, theta: &[f32], images: &Examples<f32>) -> Score {
        let (inputs, labels) = images.view();
        let score = self.classifier.score(theta, inputs, labels);
        // ReLU hides weights that are no numbers, and logits that are none would count as a choice of the first class.
        let finite = score.loss.is_finite() && theta.iter().all(|weight| weight.is_finite());
        if finite { score } else { Score { accuracy: f64::NAN, loss: f64::NAN } }
    }
}

#[cfg(test)]
pub mod tests;
