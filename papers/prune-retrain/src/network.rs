//! The network x → LN(W0 x + b0) → ReLU → LN(W1 · + b1) → ReLU → Wo · + bo, of which any parts can be trained.
//!
//! Parts that are trained are parameters of the tape; all others are its fixed inputs. So the vector that the
//! optimizer sees, and keeps moments for, holds the trained numbers and nothing else.

use std::ops::Range;

use common::networks::{Adam, Classifier, Init, Optimizer, Score, Tape, Value, draw_indices};
use common::prelude::*;

use crate::adapters::{Adapter, LowRank};
use crate::digits::{CLASSES, Digits, PIXELS};

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
    /// What each hidden layer multiplies by.
    effective: Vec<Value>,
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
        Network { classifier: Classifier::new(tape, x, logits), parts, masks, effective }
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

    /// The model that a network started from `model` has become: trained parts in the place of the old ones, and
    /// the effective weights as hidden matrices, so that it needs no adapter.
    pub fn model(&mut self, theta: &[f32], model: &[f32]) -> Vec<f32> {
        let mut model = model.to_vec();
        let tape = &mut self.classifier.tape;
        if let Some(&last) = self.effective.last() {
            tape.forward_to(last, theta);
        }
        let mut effective = self.effective.iter();
        for (part, value, trained) in &self.parts {
            let numbers = &mut model[part.range.clone()];
            if part.role == Role::Hidden {
                numbers.copy_from_slice(effective.next().map_or(&[], |&weight| tape.value(weight)));
            } else if *trained {
                numbers.copy_from_slice(&theta[tape.range(*value)]);
            }
        }
        model
    }

    /// Steps of Adam on the mean cross-entropy of batches, drawn with replacement; `rate` depends on the step,
    /// counted from zero.
    pub fn train(
        &mut self,
        theta: &mut [f32],
        digits: &Digits,
        (steps, batch): (usize, usize),
        rate: impl Fn(usize) -> f64,
        random: &mut Generator,
    ) {
        let mut adam = Adam::new(theta.len());
        let (mut gradient, mut batch) = (vec![0.0; theta.len()], vec![0; batch]);
        for step in 0..steps {
            draw_indices(digits.labels.len(), &mut batch, random);
            let (images, labels) = (digits.images.view(), &digits.labels);
            self.classifier.gradient(theta, images, labels, &batch, &mut gradient);
            adam.step(theta, &gradient, rate(step));
        }
    }

    /// Accuracy and mean cross-entropy on images.
    pub fn score(&mut self, theta: &[f32], digits: &Digits) -> Score {
        self.classifier.score(theta, digits.images.view(), &digits.labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_those_of_the_formula() {
        assert_eq!(parameters(128), 43_530);
        let trained = |trains: fn(Role) -> bool| Network::new(128, 1, None, trains).trainable();
        assert_eq!(trained(|_| true), 43_530);
        assert_eq!(trained(|role| role == Role::Bias), 266);
        assert_eq!(trained(|role| role == Role::Norm), 512);
        assert_eq!(trained(|role| role != Role::Hidden), 2058);
        let initial = Network::dense(128, 1).initial(&mut Streams::new("prune-retrain").open("init", 0));
        let (first, scale) = (&parts(128)[0], &parts(128)[2]);
        let variance = reduce::norm_squared(&initial[first.range.clone()]) / (PIXELS * 128) as f32;
        // Standard error 0.9 %.
        assert!((variance * PIXELS as f32 / 2.0 - 1.0).abs() < 0.04, "{variance}");
        assert!(initial[scale.range.clone()].iter().all(|scale| *scale == 1.0));
    }

    /// The mean cross-entropy of one image by plain loops in double precision.
    fn cross_entropy(model: &[f32], width: usize, image: ArrayView1<f32>, label: usize) -> f64 {
        let parts = parts(width);
        let number = |part: usize, index: usize| f64::from(model[parts[part].range.start + index]);
        let affine = |x: &[f64], weight: usize, bias: usize, outputs: usize| -> Vec<f64> {
            let sum = |j: usize| (0..x.len()).map(|i| x[i] * number(weight, i * outputs + j)).sum::<f64>();
            (0..outputs).map(|j| sum(j) + number(bias, j)).collect()
        };
        let mut units: Vec<f64> = image.iter().map(|&x| f64::from(x)).collect();
        for first in [0, 4] {
            let z = affine(&units, first, first + 1, width);
            let mean = z.iter().sum::<f64>() / width as f64;
            let variance = z.iter().map(|z| (z - mean) * (z - mean)).sum::<f64>() / width as f64;
            let normalized = z.iter().map(|z| (z - mean) / (variance + 1e-5).sqrt()).enumerate();
            let scaled = normalized.map(|(j, n)| n * number(first + 2, j) + number(first + 3, j));
            units = scaled.map(|y| if y > 0.0 { y } else { 0.0 }).collect();
        }
        let logits = affine(&units, 8, 9, CLASSES);
        log_sum_exp(&logits) - logits[label]
    }

    #[test]
    fn the_network_is_the_formula() {
        let (width, streams) = (7, Streams::new("prune-retrain"));
        let digits = Digits::noise(3, &mut streams.open("images", 0));
        // All parts at random, also those that start as constants.
        let mut random = streams.open("model", 0);
        let model: Vec<f32> = (0..parameters(width)).map(|_| random.normal_f32()).collect();
        let loss = Network::dense(width, 2).score(&model, &digits).loss;
        let rows = digits.images.rows().into_iter().zip(&digits.labels);
        let expected: f64 = rows.map(|(image, &label)| cross_entropy(&model, width, image, label)).sum::<f64>() / 3.0;
        assert!((loss / expected - 1.0).abs() < 1e-5, "{loss} {expected}");
    }
}
