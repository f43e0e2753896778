//! Digits of which many have a wrong label, and clean ones to validate and to test on.

use common::datasets::prepare::randomize_labels;
use common::datasets::{Examples, Split};
use common::prelude::*;

/// Handwritten digits: ten of them.
pub const CLASSES: usize = 10;

/// Pixels of an image, averaged over squares of 2 x 2.
pub const PIXELS: usize = 14 * 14;

/// Images that MNIST has to train on.
const IMAGES: usize = 60_000;

/// Images that networks are tested on: all test images.
const TESTED: usize = 10_000;

/// The digits.
#[derive(Parameters)]
#[require(n_train + n_val <= IMAGES)]
pub struct Digits {
    /// Training images, with noisy labels.
    #[range(..=IMAGES)]
    pub n_train: usize,
    /// Images with clean labels, by which the number of features is chosen.
    #[range(..=IMAGES)]
    n_val: usize,
    /// Probability that a training label is replaced by a uniform one of ten, the old one included.
    #[range(0.0..=1.0)]
    noise: f64,
}

/// The digits of one seed.
pub struct NoisyDigits {
    /// The images to train on, with the labels that are given to the networks.
    pub train: Examples<f32>,
    /// Their true labels.
    pub truth: Vec<usize>,
    /// Images to choose by, clean.
    pub validation: Examples<f32>,
    /// Images to test on, clean.
    pub test: Examples<f32>,
}

impl Digits {
    /// Images and wrong labels, the same for all networks of a seed.
    ///
    /// # Errors
    /// Where the images are absent or damaged.
    pub fn draw(&self, random: &Streams, seed: u64) -> Result<NoisyDigits> {
        let &Digits { n_train, n_val, noise } = self;
        let Split { train: all, test } = Split::mnist(n_train + n_val, TESTED, 2, &mut random.open("images", seed))?;
        let part = |from: usize, to: usize| Examples {
            inputs: all.inputs.slice(s![from..to, ..]).to_owned(),
            labels: all.labels[from..to].to_vec(),
        };
        let (mut train, validation) = (part(0, n_train), part(n_train, n_train + n_val));
        let truth = train.labels.clone();
        randomize_labels(&mut train.labels, CLASSES, noise, &mut random.open("wrong labels", seed));
        Ok(NoisyDigits { train, truth, validation, test })
    }

    /// The share of labels that are wrong, on average.
    pub fn wrong(&self) -> f64 {
        self.noise * (1.0 - 1.0 / CLASSES as f64)
    }

    /// Images of all three sets.
    pub fn images(&self) -> f64 {
        (self.n_train + self.n_val + TESTED) as f64
    }
}

impl NoisyDigits {
    /// Whether the label given to this training image is the true one.
    pub fn is_clean(&self, index: usize) -> bool {
        self.train.labels[index] == self.truth[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_wrong_in_training_only() {
        let random = Streams::new("test");
        let digits = Digits { n_train: 2000, n_val: 300, noise: 0.5 };
        let noisy = digits.draw(&random, 0).unwrap();
        let clean = Digits { noise: 0.0, ..digits }.draw(&random, 0).unwrap();
        assert_eq!((noisy.train.inputs.dim(), noisy.validation.len(), noisy.test.len()), ((2000, 196), 300, TESTED));
        assert_eq!((&noisy.truth, &noisy.validation), (&clean.train.labels, &clean.validation));
        let wrong = (0..2000).filter(|&index| !noisy.is_clean(index)).count() as f64 / 2000.0;
        // Standard error 0.011.
        assert!((wrong - 0.45).abs() < 0.05, "{wrong}");
    }
}
