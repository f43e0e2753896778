//! A layer of features that is compressed in training, and cut to its first features afterwards.

use common::networks::{Init, Tape, Value, draw_dropout};
use common::prelude::*;

/// How the features are compressed in training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// Not at all.
    None,
    /// Nested Dropout: only the first k stay, p(k) ∝ exp(−(k/s)²) for k = 1, …, F with this scale s.
    Nested { scale: f64 },
    /// Dropout: each is dropped with this probability, for itself and for each example.
    Dropout { rate: f64 },
}

/// The masks of one training, drawn step by step.
pub struct Masks {
    compression: Compression,
    features: usize,
    /// p(k) of Nested Dropout, up to a factor.
    weights: Vec<f64>,
    random: Generator,
}

impl Masks {
    /// Masks for `features` features: F.
    pub fn new(compression: Compression, features: usize, random: Generator) -> Masks {
        let weights = match compression {
            Compression::Nested { scale } => nested_weights(scale, features),
            _ => Vec::new(),
        };
        Masks { compression, features, weights, random }
    }

    /// Fills a mask of a batch, one row of F factors for each example. Nested Dropout has one k for the whole batch, and
    /// does not rescale what stays.
    pub fn draw(&mut self, mask: &mut [f32]) {
        match self.compression {
            Compression::None => mask.fill(1.0),
            Compression::Nested { .. } => {
                let k = self.random.categorical(&self.weights) + 1;
                for row in mask.chunks_exact_mut(self.features) {
                    row[..k].fill(1.0);
                    row[k..].fill(0.0);
                }
            }
            Compression::Dropout { rate } => draw_dropout(rate, mask, &mut self.random),
        }
    }
}

/// p(k) / p(1) for k = 1, …, F: relative to the largest, so that no scale makes all of them vanish.
fn nested_weights(scale: f64, features: usize) -> Vec<f64> {
    (1..=features).map(|k| exp((1.0 - (k as f64) * (k as f64)) / scale / scale)).collect()
}

/// A layer of features, its mask, and the linear head on the masked features.
pub struct Compressed {
    /// The features, before the mask.
    pub features: Value,
    /// The mask: an input of the tape, to be loaded before each step.
    pub mask: Value,
    /// What the head makes of the masked features.
    pub output: Value,
    weight: Value,
    bias: Value,
}

impl Compressed {
    /// Records mask and head, whose weights are drawn from `init`.
    pub fn record(tape: &mut Tape<f32>, features: Value, outputs: usize, init: Init) -> Compressed {
        let mask = tape.input("mask", 1, features.columns());
        let masked = tape.multiply(features, mask);
        let output = tape.dense("head", masked, outputs, init);
        let [weight, bias] = ["head.weight", "head.bias"].map(|name| tape.named(name).value);
        Compressed { features, mask, output, weight, bias }
    }

    /// What the head makes of the first k of some features, n x F: one row of outputs for each.
    pub fn truncated(&self, tape: &Tape<f32>, theta: &[f32], features: ArrayView2<f32>, k: usize) -> Array2<f32> {
        let (weight, bias) = (tape.view(self.weight, theta), tape.view(self.bias, theta));
        let shape = (features.nrows(), bias.ncols());
        let mut outputs = bias.broadcast(shape).expect("a row for each example").to_owned();
        matrix::product_add(features.slice(s![.., ..k]), weight.slice(s![..k, ..]), &mut outputs.view_mut());
        outputs
    }
}

/// These numbers of features as far as there are so many, then all of them.
pub fn grid(numbers: &[usize], features: usize) -> Vec<usize> {
    numbers.iter().copied().filter(|&k| k < features).chain([features]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masks(compression: Compression, features: usize) -> Masks {
        Masks::new(compression, features, Streams::new("test").open("masks", 0))
    }

    #[test]
    fn nested_masks_keep_the_first_features_of_a_whole_batch() {
        const DRAWS: usize = 20_000;
        let (mut nested, mut mask) = (masks(Compression::Nested { scale: 3.0 }, 8), [0.0; 24]);
        let mut counts = [0.0; 9];
        for _ in 0..DRAWS {
            nested.draw(&mut mask);
            let k = mask[..8].iter().filter(|&&kept| kept == 1.0).count();
            let expected: Vec<f32> = (0..24).map(|place| f32::from(u8::from(place % 8 < k))).collect();
            assert_eq!(mask, expected[..]);
            counts[k] += 1.0 / DRAWS as f64;
        }
        let law: Vec<f64> = (1..=8).map(|k| exp(-powi(f64::from(k) / 3.0, 2))).collect();
        let total = reduce::sum(&law);
        assert_eq!(counts[0], 0.0);
        // Standard errors are 0.003 at most.
        assert!(law.iter().zip(&counts[1..]).all(|(p, share)| (p / total - share).abs() < 0.015), "{counts:?}");
    }

    #[test]
    fn any_scale_has_a_law() {
        assert_eq!(nested_weights(1e-200, 3), [1.0, 0.0, 0.0]);
        assert_eq!(nested_weights(1e200, 3), [1.0; 3]);
    }

    #[test]
    fn dropout_masks_have_mean_one() {
        let (mut dropout, mut mask) = (masks(Compression::Dropout { rate: 0.9 }, 8), [0.0; 8000]);
        dropout.draw(&mut mask);
        assert!(mask.iter().all(|&factor| factor == 0.0 || factor == 10.0));
        // Standard error 0.034.
        assert!((reduce::mean(&mask) - 1.0).abs() < 0.15);
    }

    #[test]
    fn cutting_is_masking() {
        let mut tape = Tape::new(3);
        let x = tape.input("x", 1, 2);
        let features = tape.dense("features", x, 5, Init::HeNormal);
        let layer = Compressed::record(&mut tape, features, 2, Init::Normal(1.0));
        let mut random = Streams::new("test").open("cut", 0);
        let mut theta = tape.initial(&mut random);
        // Biases that are not zero.
        theta.iter_mut().for_each(|number| *number += random.normal_f32());
        tape.set(x, &[1.0, -2.0, 0.5, 3.0, -1.0, 0.1]);
        for k in 1..=5 {
            let mask = tape.input_mut(layer.mask, 3);
            mask.iter_mut().enumerate().for_each(|(place, kept)| *kept = f32::from(u8::from(place % 5 < k)));
            tape.forward_to(layer.output, &theta);
            let cut = layer.truncated(&tape, &theta, tape.matrix(layer.features), k);
            assert!(cut.iter().zip(tape.value(layer.output)).all(|(a, b)| (a - b).abs() < 1e-5));
        }
        assert_eq!(grid(&[1, 2, 5, 10], 5), [1, 2, 5]);
    }
}
