//! The transformer. Example tokens c_i know their label, query tokens q_i ask for it: each of both reads the example
//! tokens before it and itself.

use common::networks::{Init, Labels, Tape, Value};
use common::prelude::*;

use crate::tasks::PIXELS;

/// The size of the transformer.
#[derive(Clone, Copy, Parameters)]
#[require(width.is_multiple_of(heads), "a width that the heads divide")]
pub struct Size {
    /// Width of a token: d.
    pub width: usize,
    /// Blocks of attention and perceptron: L.
    pub layers: usize,
    /// Heads of the attention: H.
    pub heads: usize,
    /// Hidden units of the perceptron of a block, as a multiple of the width.
    pub ff_mult: usize,
}

impl Size {
    fn numbers(&self) -> [f64; 4] {
        [self.width, self.layers, self.heads, self.ff_mult].map(|number| number as f64)
    }

    /// Multiplications of a forward pass for each position of a sequence of n examples.
    pub fn multiplications(&self, n: usize) -> f64 {
        let [d, layers, _, ff] = self.numbers();
        let attention = 2.0 * n as f64 * d;
        // Of the last block, example tokens need key and value only.
        let reads = (4.0 + 2.0 * ff) * d * d + attention;
        PIXELS as f64 * d + (2.0 * layers - 1.0) * reads + 2.0 * d * d
    }

    /// Numbers that a position takes on the tape, with their derivatives.
    pub fn numbers_of_a_position(&self, n: usize) -> f64 {
        let [d, layers, heads, ff] = self.numbers();
        2.0 * (PIXELS as f64 + 4.0 * d + layers * ((24.0 + 4.0 * ff) * d + 2.0 * heads * n as f64))
    }

    /// About the number of parameters.
    pub fn parameters(&self) -> f64 {
        let [d, layers, _, ff] = self.numbers();
        d * (PIXELS as f64 + 30.0) + layers * (4.0 + 2.0 * ff) * (d * d + d)
    }
}

/// The transformer on a tape: an example of its batches is a sequence.
pub struct Transformer {
    /// The operations.
    pub tape: Tape<f32>,
    /// The inputs x_i: n x pixels.
    pub inputs: Value,
    /// The labels y_i: n, told to the example tokens and asked of the query tokens.
    pub labels: Labels,
    /// What the query tokens answer: n x classes.
    pub logits: Value,
    /// Mean cross-entropy over all positions and sequences.
    pub loss: Value,
}

impl Transformer {
    /// For batches of up to so many sequences of n examples.
    pub fn new(size: &Size, classes: usize, n: usize, batch: usize) -> Transformer {
        let &Size { width, layers, heads, ff_mult } = size;
        let mut tape = Tape::new(batch);
        let inputs = tape.input("inputs", n, PIXELS);
        let labels = tape.labels("labels", n);
        // One matrix for [x; onehot(y)], in two parts: c_i is q_i and a row for its label.
        let fan_in = PIXELS + classes;
        let pixels = tape.parameter("pixels", PIXELS, width, uniform(fan_in));
        let names = tape.parameter("labels", classes, width, uniform(fan_in));
        let bias = tape.parameter("bias", 1, width, uniform(fan_in));
        let mut queries = tape.linear(inputs, pixels, bias);
        let told = tape.embedding(names, labels);
        let mut examples = tape.add(queries, told);
        for layer in 0..layers {
            let block = Block::new(&mut tape, &layer.to_string(), width, ff_mult * width);
            let [q, c] = [queries, examples].map(|tokens| block.first.of(&mut tape, tokens));
            let [own, context] = [q, c].map(|tokens| tape.product(tokens, block.key_value));
            let mut advance = |tokens, normalized, own| {
                let query = tape.product(normalized, block.query);
                let read = tape.attention_to_earlier(query, own, context, heads);
                block.finish(&mut tape, tokens, read)
            };
            queries = advance(queries, q, own);
            // Nothing reads what example tokens would become in the last block.
            if layer + 1 < layers {
                examples = advance(examples, c, context);
            }
        }
        let last = Norm::new(&mut tape, "last", width).of(&mut tape, queries);
        let logits = Affine::new(&mut tape, "logits", width, classes).of(&mut tape, last);
        let losses = tape.cross_entropy(logits, labels);
        let loss = tape.mean(losses);
        Transformer { tape, inputs, labels, logits, loss }
    }
}

/// The law of all weights and biases: uniform on ± 1 / √fan_in.
fn uniform(fan_in: usize) -> Init {
    Init::Uniform(1.0 / (fan_in as f64).sqrt())
}

/// A layer W · + b.
struct Affine {
    weight: Value,
    bias: Value,
}

impl Affine {
    fn new(tape: &mut Tape<f32>, name: &str, inputs: usize, units: usize) -> Affine {
        let weight = tape.parameter(&format!("{name}.weight"), inputs, units, uniform(inputs));
        let bias = tape.parameter(&format!("{name}.bias"), 1, units, uniform(inputs));
        Affine { weight, bias }
    }

    fn of(&self, tape: &mut Tape<f32>, tokens: Value) -> Value {
        tape.linear(tokens, self.weight, self.bias)
    }
}

/// A layer normalization LN.
struct Norm {
    scale: Value,
    shift: Value,
}

impl Norm {
    fn new(tape: &mut Tape<f32>, name: &str, width: usize) -> Norm {
        let [scale, shift] = [("scale", 1.0), ("shift", 0.0)]
            .map(|(part, start)| tape.parameter(&format!("{name}.{part}"), 1, width, Init::Constant(start)));
        Norm { scale, shift }
    }

    fn of(&self, tape: &mut Tape<f32>, tokens: Value) -> Value {
        tape.layer_norm(tokens, self.scale, self.shift)
    }
}

/// The parameters of a block, the same for both kinds of tokens.
struct Block {
    first: Norm,
    /// Q.
    query: Value,
    /// K and V, side by side.
    key_value: Value,
    /// O.
    output: Value,
    second: Norm,
    up: Affine,
    down: Affine,
}

impl Block {
    fn new(tape: &mut Tape<f32>, name: &str, width: usize, hidden: usize) -> Block {
        let name = |part: &str| format!("{name}.{part}");
        Block {
            first: Norm::new(tape, &name("first"), width),
            query: tape.parameter(&name("query"), width, width, uniform(width)),
            key_value: tape.parameter(&name("key and value"), width, 2 * width, uniform(width)),
            output: tape.parameter(&name("output"), width, width, uniform(width)),
            second: Norm::new(tape, &name("second"), width),
            up: Affine::new(tape, &name("up"), width, hidden),
            down: Affine::new(tape, &name("down"), hidden, width),
        }
    }

    /// Behind the attention: u = t + O read, then t' = u + W2 relu(W1 LN2(u) + b1) + b2.
    fn finish(&self, tape: &mut Tape<f32>, tokens: Value, read: Value) -> Value {
        let read = tape.product(read, self.output);
        let u = tape.add(tokens, read);
        let normalized = self.second.of(tape, u);
        let hidden = self.up.of(tape, normalized);
        let hidden = tape.relu(hidden);
        let added = self.down.of(tape, hidden);
        tape.add(u, added)
    }
}

#[cfg(test)]
mod tests;
