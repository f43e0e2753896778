//! The critic f(x, y) = ⟨g(x), g′(y)⟩/√e of two encoders, its contrastive loss and the norm of its gradient, on a tape.

use common::networks::{Init, Labels, Tape, Value};
use common::prelude::*;

use crate::training::Training;

/// The two encoders g and g′, W2ᵀ ReLU(W1ᵀ x + b1) + b2 with weights of their own.
#[derive(Parameters)]
pub struct Encoders {
    /// Hidden units of an encoder: h.
    pub hidden: usize,
    /// Numbers of a representation: e.
    pub embed: usize,
}

impl Encoders {
    /// Weights and biases of both encoders.
    pub fn parameters(&self, inputs: usize) -> f64 {
        let (h, e) = (self.hidden as f64, self.embed as f64);
        2.0 * (h * (inputs as f64 + 1.0) + e * (h + 1.0))
    }

    /// Bytes of a critic in training: weights with gradients and moments, and values with gradients of a batch.
    pub fn memory(&self, inputs: usize, batch: usize) -> f64 {
        let values = 8.0 * inputs as f64 + 16.0 * self.hidden as f64 + 6.0 * self.embed as f64 + 3.0 * batch as f64;
        4.0 * (4.0 * self.parameters(inputs) + 2.0 * batch as f64 * values)
    }
}

/// Added to squared norms of gradients, so that the root has a derivative at zero.
const FLOOR: f64 = 1e-12;

/// A critic for full batches of pairs.
pub struct Critic {
    /// The operations.
    pub tape: Tape<f32>,
    /// The views.
    pub x: Value,
    /// The second views.
    pub y: Value,
    /// A permutation π of the batch: x_i is also paired with y_π(i).
    pub pairing: Labels,
    /// g(x), batch x e.
    representation: Value,
    /// mean_i [−S_ii + ln Σ_j exp S_ij] with S_ij = f(x_i, y_j): what CPC makes small.
    pub contrast: Value,
    /// ‖∇f(x_i, y_i)‖ by both views together, one for each pair.
    pub norms: Value,
    /// The contrastive loss and λ times the gradient penalty: what WPC makes small.
    pub penalised: Value,
}

/// One encoder on the tape.
struct Encoder {
    first: Value,
    second: Value,
    /// Before the ReLU: a.
    activations: Value,
    output: Value,
}

impl Encoder {
    fn record(tape: &mut Tape<f32>, name: &str, input: Value, shape: &Encoders) -> Encoder {
        let &Encoders { hidden, embed } = shape;
        let mut layer = |layer: usize, inputs, units, init| {
            let w = tape.parameter(&format!("{name} W{layer}"), inputs, units, init);
            (w, tape.parameter(&format!("{name} b{layer}"), 1, units, Init::Constant(0.0)))
        };
        let (first, b1) = layer(1, input.columns(), hidden, Init::HeNormal);
        let (second, b2) = layer(2, hidden, embed, Init::Normal(0.5 * (2.0 / hidden as f64).sqrt()));
        let activations = tape.linear(input, first, b1);
        let units = tape.relu(activations);
        Encoder { first, second, activations, output: tape.linear(units, second, b2) }
    }
}

impl Critic {
    /// For views of so many numbers. Loss and penalty need both views and the pairing.
    pub fn new(inputs: usize, shape: &Encoders, training: &Training) -> Critic {
        let batch = training.batch;
        let mut tape = Tape::new(batch);
        let (x, y) = (tape.input("x", 1, inputs), tape.input("y", 1, inputs));
        let pairing = tape.labels("pairing", 1);
        let of_x = Encoder::record(&mut tape, "x", x, shape);
        let of_y = Encoder::record(&mut tape, "y", y, shape);

        let own = tape.labels("own", 1);
        tape.set_labels(own, &(0..batch).collect::<Vec<usize>>());
        let scale = 1.0 / (shape.embed as f64).sqrt();
        let scaled = tape.scale(of_x.output, scale);
        let similarities = tape.product_transposed(scaled, of_y.output);
        let losses = tape.cross_entropy(similarities, own);
        let contrast = tape.mean(losses);

        // The derivatives of f by the hidden units of each encoder: W2 g′(y)/√e and W2 g(x)/√e.
        let by_x = tape.product_transposed(of_y.output, of_x.second);
        let by_x = tape.scale(by_x, scale);
        let by_y = tape.product_transposed(scaled, of_y.second);
        let norms =
            gradient_norms(&mut tape, [by_x, by_y], [&of_x, &of_y].map(|encoder| (encoder.activations, encoder.first)));
        let other_by_x = tape.reorder(by_x, pairing);
        let other_activations = tape.reorder(of_y.activations, pairing);
        let layers = [(of_x.activations, of_x.first), (other_activations, of_y.first)];
        let other_norms = gradient_norms(&mut tape, [other_by_x, by_y], layers);

        let bound = tape.input("Lipschitz bound", 1, 1);
        tape.set(bound, &vec![training.lipschitz as f32; batch]);
        let [penalty, other_penalty] = [norms, other_norms].map(|norms| {
            let squares = tape.squared_error(norms, bound);
            tape.mean(squares)
        });
        let penalties = tape.add(penalty, other_penalty);
        let penalties = tape.scale(penalties, 0.5 * training.lambda_gp);
        let penalised = tape.add(contrast, penalties);
        Critic { tape, x, y, pairing, representation: of_x.output, contrast, norms, penalised }
    }

    /// g(x) for each row of `views`.
    pub fn represent(&mut self, theta: &[f32], views: ArrayView2<f32>) -> Array2<f32> {
        let mut features = Array2::zeros((views.nrows(), self.representation.columns()));
        self.tape.predict(theta, self.x, views, self.representation, features.view_mut());
        features
    }
}

/// ‖∇f‖ by both views together: ∇ = W1 (d ⊙ 1(a > 0)) for each of them, where d are the derivatives of f by its hidden
/// units. These are ordinary values of the tape, so their derivatives by all weights are exact: the slope of a ReLU is
/// constant wherever it has one.
fn gradient_norms(tape: &mut Tape<f32>, by_units: [Value; 2], layers: [(Value, Value); 2]) -> Value {
    let [by_x, by_y] = [0, 1].map(|view| {
        let (activations, first) = layers[view];
        let gated = tape.gate(by_units[view], activations);
        tape.product_transposed(gated, first)
    });
    tape.row_norms(&[by_x, by_y], FLOOR)
}

#[cfg(test)]
mod tests;
