//! Digits whose labels are partly random, and how well a network fits the labels that are and those that are not.

use common::datasets::{Examples, mnist_test, mnist_train};
use common::prelude::*;

use crate::{Digits, IMAGES, SIDE};

/// Classes of the digits.
pub const CLASSES: usize = 10;

impl Digits {
    /// Pixels of an image.
    pub fn pixels(&self) -> f64 {
        powi((SIDE / self.pool) as f64, 2)
    }

    /// Training and test images together.
    pub fn images(&self) -> f64 {
        (self.n + self.n_test) as f64
    }

    /// Training images with labels of which some are random, and test images. All runs of a seed have the same images,
    /// and all with equal noise the same labels.
    ///
    /// # Errors
    /// Where the files are absent or damaged.
    pub fn sample(&self, noise: f64, random: &Streams, seed: u64) -> Result<NoisyDigits> {
        let chosen = random.open("images", seed).sample(IMAGES, self.n);
        let train = mnist_train()?.examples(&chosen, self.pool);
        let test = mnist_test()?.examples(&Vec::from_iter(0..self.n_test), self.pool);
        Ok(NoisyDigits::new(train, test, noise, &mut random.open("labels", seed)))
    }
}

/// Digits to train on, part of their labels random, and digits to test on.
pub struct NoisyDigits {
    /// Training images and their true labels.
    pub train: Examples<f32>,
    /// The labels that the network is trained on.
    pub given: Vec<usize>,
    /// Whether a label was drawn anew. It is wrong then, or the true one came out.
    redrawn: Vec<bool>,
    /// Test images and their true labels.
    pub test: Examples<f32>,
}

impl NoisyDigits {
    /// Draws anew exactly `round(noise n)` of the n training labels, chosen at random, uniformly from all classes.
    pub fn new(train: Examples<f32>, test: Examples<f32>, noise: f64, random: &mut Generator) -> NoisyDigits {
        let (mut given, n) = (train.labels.clone(), train.labels.len());
        let mut redrawn = vec![false; n];
        for index in random.sample(n, (noise * n as f64).round() as usize) {
            given[index] = random.below(CLASSES);
            redrawn[index] = true;
        }
        NoisyDigits { train, given, redrawn, test }
    }

    /// The fits of predictions for the training images, and the accuracy of those for the test images.
    pub fn fits(&self, predicted: &[usize], test_predicted: &[usize]) -> Record {
        let NoisyDigits { train, given, redrawn, test } = self;
        let all = 0..given.len();
        let kept = all.clone().filter(|&index| !redrawn[index]);
        let wrong = || all.clone().filter(|&index| given[index] != train.labels[index]);
        record! {
            /// Share of the training examples whose given label is predicted.
            train_acc: share(all.clone(), |index| predicted[index] == given[index]),
            /// Share of the test examples whose true label is predicted.
            test_acc: share(0..test.labels.len(), |index| test_predicted[index] == test.labels[index]),
            /// Share of the training examples that kept their label whose label is predicted; empty if there are none.
            pristine_fit: share(kept, |index| predicted[index] == given[index]),
            /// Share of the training examples with a wrong label whose wrong label is predicted; empty if there are none.
            corrupt_fit: share(wrong(), |index| predicted[index] == given[index]),
            /// Share of the training examples with a wrong label that are predicted as their true class; empty if there
            /// are none.
            recovered: share(wrong(), |index| predicted[index] == train.labels[index]),
        }
    }
}

/// The share of the indices for which something holds; `None` of no indices.
fn share(indices: impl Iterator<Item = usize>, holds: impl Fn(usize) -> bool) -> Option<f64> {
    let held: Vec<f64> = indices.map(|index| f64::from(u8::from(holds(index)))).collect();
    (!held.is_empty()).then(|| reduce::mean(&held))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_tell_kept_and_wrong_labels_apart() {
        let digits = |noise| {
            let of = |labels: Vec<usize>| Examples { inputs: Array2::zeros((labels.len(), 1)), labels };
            let train = of((0..1000).map(|index| index % CLASSES).collect());
            NoisyDigits::new(train, of(vec![1, 1]), noise, &mut Streams::new("test").open("labels", 0))
        };
        let noisy = digits(0.4);
        let truth = &noisy.train.labels;
        let wrong = truth.iter().zip(&noisy.given).filter(|(truth, given)| truth != given).count();
        let redrawn = noisy.redrawn.iter().filter(|&&redrawn| redrawn).count();
        assert_eq!(redrawn, 400);
        // A tenth of the new labels is right; standard deviation 6.
        assert!((15..=65).contains(&(redrawn - wrong)));
        assert!((0..1000).all(|index| noisy.redrawn[index] || truth[index] == noisy.given[index]));
        let [honest, parrot] = [truth, &noisy.given].map(|predicted| noisy.fits(predicted, &[1, 2]));
        let fits = |train_acc: f64, corrupt_fit: f64, recovered: f64| {
            record! { train_acc, test_acc: 0.5, pristine_fit: 1.0, corrupt_fit, recovered }
        };
        assert_eq!((honest, parrot), (fits(1.0 - wrong as f64 / 1000.0, 0.0, 1.0), fits(1.0, 1.0, 0.0)));
        let clean = digits(0.0);
        assert_eq!(clean.given, clean.train.labels);
        assert_eq!(share(0..0, |_| true), None);
    }
}
