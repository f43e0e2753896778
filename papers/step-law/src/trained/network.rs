//! A neural n-gram language model in the manner of Bengio, Ducharme, Vincent and Jauvin 2003, and its training.

use std::f64::consts::PI;

use common::networks::{Adam, Init, Labels, Optimizer, Tape, Value, clip_norm};
use common::prelude::*;

use super::corpus::{Positions, SYMBOLS};

/// Hidden units for each number of a symbol's embedding.
const UNITS_PER_NUMBER: usize = 4;

/// Gradients are scaled down to this norm.
const LONGEST_GRADIENT: f64 = 1.0;

/// The loss of a run that has diverged.
const DIVERGED_LOSS: f64 = 9.0;

/// How a model is trained, but for the peak of the learning rate and the batch.
#[derive(Parameters)]
pub struct Training {
    /// c: symbols that a model reads to predict the next.
    #[range(1..=1000)]
    pub context: usize,
    /// Decoupled weight decay of all parameters.
    #[range(0.0..)]
    pub weight_decay: f64,
    /// Decay rates of the two moments of AdamW.
    #[range(0.0..1.0)]
    #[length(2..=2)]
    pub betas: Vec<f64>,
    /// Share of the steps in which the learning rate rises.
    #[range(0.0..1.0)]
    pub warm_up: f64,
    /// r: learning rate at the end of the half cosine.
    #[range(0.0..)]
    pub final_rate: f64,
}

impl Training {
    /// The learning rate at step s = 0, 1, … of S: with w the steps of warm-up, a line lr (s + 1) / w up to the peak,
    /// then r + (lr − r) (1 + cos(π (s − w) / (S − w))) / 2.
    fn rate(&self, step: usize, steps: usize, peak: f64) -> f64 {
        let (s, w) = (step as f64, self.warm_up * steps as f64);
        if s < w {
            return peak * ((s + 1.0) / w).min(1.0);
        }
        self.final_rate + (peak - self.final_rate) * (1.0 + cos(PI * (s - w) / (steps as f64 - w))) / 2.0
    }
}

/// N: the numbers of a network of `width` units that reads `context` symbols, all but the embedding.
pub fn parameters(width: usize, context: usize) -> usize {
    let inputs = context * width / UNITS_PER_NUMBER;
    (inputs + 1) * width + (width + 1) * width + (width + 1) * SYMBOLS
}

/// h1 = relu(W1 x + b1), h2 = relu(W2 h1 + b2), logits = W3 (h1 + h2) + b3, where x is the embedding of the symbols
/// before.
pub struct Network {
    tape: Tape<f32>,
    before: Labels,
    next: Labels,
    errors: Value,
    loss: Value,
}

impl Network {
    /// For batches of up to `capacity` positions.
    pub fn new(width: usize, context: usize, capacity: usize) -> Network {
        let mut tape = Tape::new(capacity);
        let (before, next) = (tape.labels("before", context), tape.labels("next", 1));
        let numbers = width / UNITS_PER_NUMBER;
        let table = tape.parameter("embedding", SYMBOLS, numbers, Init::Normal(1.0));
        let symbols = tape.embedding(table, before);
        let x = tape.reshape(symbols, 1, context * numbers);
        let sums = tape.dense("first", x, width, Init::HeNormal);
        let first = tape.relu(sums);
        let sums = tape.dense("second", first, width, Init::HeNormal);
        let second = tape.relu(sums);
        let hidden = tape.add(first, second);
        let logits = tape.dense("third", hidden, SYMBOLS, Init::LeCunNormal);
        let errors = tape.cross_entropy(logits, next);
        let loss = tape.mean(errors);
        Network { tape, before, next, errors, loss }
    }

    /// Random numbers to start from.
    pub fn initial(&self, random: &mut Generator) -> Vec<f32> {
        self.tape.initial(random)
    }

    /// One pass of AdamW over the tokens in batches of `batch`.
    pub fn train(&mut self, theta: &mut [f32], tokens: &Positions, batch: usize, peak: f64, training: &Training) {
        let mut gradient = vec![0.0; theta.len()];
        let (first, second) = (training.betas[0], training.betas[1]);
        let mut optimizer =
            Adam::new(theta.len()).betas(first, second).epsilon(1e-8).decoupled_decay(training.weight_decay);
        let steps = tokens.len() / batch;
        for (step, (before, next)) in tokens.batches(batch).enumerate() {
            self.tape.set_labels(self.before, before);
            self.tape.set_labels(self.next, next);
            self.tape.loss_and_gradient(self.loss, theta, &mut gradient);
            clip_norm(&mut gradient, LONGEST_GRADIENT);
            optimizer.step(theta, &gradient, training.rate(step, steps, peak));
        }
    }

    /// The mean cross-entropy in nats a symbol; 9 where it is not finite.
    pub fn loss(&mut self, theta: &[f32], positions: &Positions) -> f64 {
        let mut sum = 0.0;
        for (before, next) in positions.batches(self.tape.capacity()) {
            self.tape.set_labels(self.before, before);
            self.tape.set_labels(self.next, next);
            self.tape.forward_to(self.errors, theta);
            sum += self.tape.value(self.errors).iter().map(|&error| f64::from(error)).sum::<f64>();
        }
        let loss = sum / positions.len() as f64;
        if loss.is_finite() { loss } else { DIVERGED_LOSS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn training() -> Training {
        Training { context: 3, weight_decay: 0.1, betas: vec![0.9, 0.95], warm_up: 0.1, final_rate: 1e-5 }
    }

    #[test]
    fn sizes_without_embedding() {
        assert_eq!([16, 32, 64, 96].map(|width| parameters(width, 8)), [1_344, 4_192, 14_496, 30_944]);
        let network = Network::new(32, 8, 4);
        assert_eq!(network.tape.parameter_count(), parameters(32, 8) + 32 * 8);
    }

    #[test]
    fn rate_rises_in_a_tenth_and_falls_to_the_last() {
        let rate = |step, steps| training().rate(step, steps, 0.02);
        assert!((rate(0, 100) - 0.002).abs() < 1e-15 && (rate(9, 100) - 0.02).abs() < 1e-15);
        assert!((rate(55, 100) - (0.02 + 1e-5) / 2.0).abs() < 1e-12);
        assert!((rate(100, 100) - 1e-5).abs() < 1e-12);
        // w = 1.6 is not rounded: 1 / 1.6 at the first step, the peak at the second.
        assert!((rate(0, 16) - 0.0125).abs() < 1e-15 && (rate(1, 16) - 0.02).abs() < 1e-15);
    }

    /// Two layers by hand, the second of which adds to the first.
    #[test]
    fn the_last_layer_sees_both_hidden_layers() {
        let (width, context) = (8, 3);
        let mut network = Network::new(width, context, 2);
        let theta = network.initial(&mut Streams::new("test").open("start", 0));
        let tape = &network.tape;
        let matrix = |name: &str| tape.view(tape.named(name).value, &theta).mapv(f64::from);
        let layer = |name: &str, x: &Array1<f64>| x.dot(&matrix(&format!("{name}.weight")));
        let relu = |x: Array1<f64>| x.mapv(|x| x.max(0.0));
        let before = [5_u8, 0, 30];
        let x: Array1<f64> = before.iter().flat_map(|&s| matrix("embedding").row(usize::from(s)).to_vec()).collect();
        let first = relu(layer("first", &x));
        let second = relu(layer("second", &first));
        let logits = layer("third", &(&first + &second));
        let expected = log_sum_exp(logits.as_slice().unwrap()) - logits[7];
        let text = [before.as_slice(), &[7]].concat();
        let positions = Positions::draw(&text, context, 1, &mut Streams::new("test").open("tokens", 0));
        assert!((network.loss(&theta, &positions) - expected).abs() < 1e-5);
    }

    #[test]
    fn training_lowers_the_loss_and_a_huge_rate_is_a_diverged_run() {
        let text: Vec<u8> = (0..400).map(|k| (k % 7) as u8).collect();
        let tokens = Positions::draw(&text, 3, 2048, &mut Streams::new("test").open("tokens", 0));
        let mut network = Network::new(8, 3, 32);
        let start = network.initial(&mut Streams::new("test").open("start", 0));
        let mut trained = |peak| {
            let mut theta = start.clone();
            network.train(&mut theta, &tokens, 16, peak, &training());
            network.loss(&theta, &tokens)
        };
        assert!(trained(0.03) < 0.05);
        assert_eq!(trained(1e30), DIVERGED_LOSS);
    }
}
