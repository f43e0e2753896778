//! A perceptron with gated layers: weights that respond to the hyperparameters.
//!
//! Weights and hyperparameters λ stand in one flat vector, the model. Two tapes read it: one for training, with a
//! hyperparameter vector and dropout masks for each example, and one without dropout, where λ is a parameter like
//! others, so that a backward pass gives the gradient by it.

use std::ops::Range;

use common::networks::{Classifier, Init, Tape, Value};

/// Images are averaged over squares of so many pixels a side.
pub const POOL: usize = 2;

/// Inputs: the pixels of a pooled image.
pub const PIXELS: usize = 14 * 14;

/// Outputs: the digits.
pub const CLASSES: usize = 10;

/// Hyperparameters: the logits of the dropout rates of inputs and of hidden units.
pub const RATES: usize = 2;

/// Examples that are evaluated at once.
pub const CHUNK: usize = 250;

/// A fully connected layer.
struct Layer {
    /// W, inputs x units, and b.
    plain: [Value; 2],
    /// What makes it gated; none in a plain network.
    gate: Option<Gate>,
}

/// The part of a layer that the hyperparameters scale.
struct Gate {
    /// W′ and b′, as large as W and b.
    response: [Value; 2],
    /// V₁ and V₂, hyperparameters x units, by which W′ and b′ are scaled.
    scales: [Value; 2],
}

impl Layer {
    /// y = W x + b + (V₁ h) ⊙ (W′ x) + (V₂ h) ⊙ b′ for a row h, of each example or the same for all.
    fn apply(&self, tape: &mut Tape<f32>, x: Value, h: Value) -> Value {
        let [w, b] = self.plain;
        let plain = tape.linear(x, w, b);
        let Some(Gate { response: [w, b], scales }) = self.gate else { return plain };
        let [scale_w, scale_b] = scales.map(|v| tape.product(h, v));
        let by_w = tape.product(x, w);
        let by_w = tape.multiply(by_w, scale_w);
        let by_b = tape.multiply(scale_b, b);
        let sum = tape.add(plain, by_w);
        tape.add(sum, by_b)
    }
}

/// The layers of a network: pixels, `hidden` ReLU units, logits. A gated network begins with the plain one's
/// parameters, so that both start from the same ones.
fn layers(tape: &mut Tape<f32>, hidden: usize, gated: bool) -> [Layer; 2] {
    let shapes = [(1, PIXELS, hidden), (2, hidden, CLASSES)];
    let mut affine = |name: String, inputs: usize, units| {
        let bound = Init::Uniform(1.0 / (inputs as f64).sqrt());
        [("W", inputs), ("b", 1)].map(|(letter, rows)| tape.parameter(&format!("{letter}{name}"), rows, units, bound))
    };
    let plain = shapes.map(|(number, inputs, units)| affine(number.to_string(), inputs, units));
    let responses = gated.then(|| shapes.map(|(number, inputs, units)| affine(format!("′{number}"), inputs, units)));
    let gates = responses.map(|responses| {
        let scales = shapes.map(|(number, _, units)| {
            [1, 2].map(|v| tape.parameter(&format!("V{v} of layer {number}"), RATES, units, Init::Normal(0.01)))
        });
        let [[first, second], [scales_first, scales_second]] = [responses, scales];
        [(first, scales_first), (second, scales_second)].map(|(response, scales)| Gate { response, scales })
    });
    let [first, second] = gates.map_or([None, None], |gates| gates.map(Some));
    let [plain_first, plain_second] = plain;
    [Layer { plain: plain_first, gate: first }, Layer { plain: plain_second, gate: second }]
}

/// The network on its two tapes.
pub struct Network {
    /// With dropout.
    pub training: Classifier<f32>,
    /// The hyperparameters of each example in training.
    pub h: Value,
    /// Factors of inputs and hidden units of each example in training: 0 where dropped.
    pub masks: [Value; RATES],
    /// Without dropout, at the model's own λ.
    pub clean: Classifier<f32>,
    /// Where λ stands in the model; the weights are all before it.
    pub lambda: Range<usize>,
}

impl Network {
    /// For batches of up to `batch` examples.
    pub fn new(hidden: usize, batch: usize, gated: bool) -> Network {
        let mut tape = Tape::new(batch);
        let (x, h) = (tape.input("x", 1, PIXELS), tape.input("h", 1, RATES));
        let masks = [PIXELS, hidden].map(|units| tape.input(&format!("mask of {units}"), 1, units));
        let [first, second] = layers(&mut tape, hidden, gated);
        let kept = tape.multiply(x, masks[0]);
        let units = first.apply(&mut tape, kept, h);
        let units = tape.relu(units);
        let kept = tape.multiply(units, masks[1]);
        let logits = second.apply(&mut tape, kept, h);
        let training = Classifier::new(tape, x, logits);

        let mut tape = Tape::new(batch.max(CHUNK));
        let x = tape.input("x", 1, PIXELS);
        let [first, second] = layers(&mut tape, hidden, gated);
        let lambda = tape.parameter("λ", 1, RATES, Init::Constant(0.0));
        let units = first.apply(&mut tape, x, lambda);
        let units = tape.relu(units);
        let logits = second.apply(&mut tape, units, lambda);
        let lambda = tape.range(lambda);
        Network { training, h, masks, clean: Classifier::new(tape, x, logits), lambda }
    }
}

#[cfg(test)]
mod tests;
