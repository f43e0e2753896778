//! What networks are trained and tested on: digits, with a shortcut or with wrong labels.

use common::datasets::prepare::randomize_labels;
use common::datasets::{Examples, Split};
use common::prelude::*;

use crate::training::Setup;

/// Handwritten digits: ten of them.
pub const CLASSES: usize = 10;

/// What is wrong with the training data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// Ten more inputs, of which one has this value and the others are 0: in training that of the label, in the test
    /// that of a random digit. At 0 the data are clean and there are no more inputs.
    Shift(f64),
    /// Each label is drawn anew with this probability.
    Noise(f64),
}

/// The data of a run.
pub struct Task {
    /// What is trained on.
    pub train: Examples<f32>,
    /// Test images whose shortcut names a random digit.
    pub shifted: Examples<f32>,
    /// The same test images with the right shortcut.
    pub same: Examples<f32>,
}

impl Regime {
    /// The name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Regime::Shift(_) => "shift",
            Regime::Noise(_) => "noise",
        }
    }

    /// Value of the shortcut, or share of labels drawn anew.
    pub fn strength(self) -> f64 {
        match self {
            Regime::Shift(strength) | Regime::Noise(strength) => strength,
        }
    }

    fn shortcut(self) -> f64 {
        match self {
            Regime::Shift(strength) => strength,
            Regime::Noise(_) => 0.0,
        }
    }

    /// Inputs of the network.
    pub fn inputs(self, setup: &Setup) -> usize {
        setup.pixels() + if self.shortcut() > 0.0 { CLASSES } else { 0 }
    }

    /// The data of a seed. Regimes share images, and the random digits of the shortcut at all strengths.
    ///
    /// # Errors
    /// Where the images are absent.
    pub fn sample(self, setup: &Setup, random: &Streams, seed: u64) -> Result<Task> {
        let mut images = random.open("images", seed);
        let Split { mut train, test } = Split::mnist(setup.n_train, setup.n_test, setup.block, &mut images)?;
        if let Regime::Noise(probability) = self {
            randomize_labels(&mut train.labels, CLASSES, probability, &mut random.open("label noise", seed));
        }
        let mut generator = random.open("shortcuts", seed);
        let digits: Vec<usize> = test.labels.iter().map(|_| generator.below(CLASSES)).collect();
        let [right, given] = [test.labels.clone(), train.labels.clone()];
        Ok(Task {
            shifted: self.name_digits(test.clone(), &digits),
            same: self.name_digits(test, &right),
            train: self.name_digits(train, &given),
        })
    }

    /// Examples with a shortcut that names these digits, on the scale of standardised pixels.
    fn name_digits(self, examples: Examples<f32>, digits: &[usize]) -> Examples<f32> {
        let strength = self.shortcut() as f32;
        if strength == 0.0 {
            return examples;
        }
        let Examples { inputs, labels } = examples;
        let (count, pixels) = inputs.dim();
        let mut longer = Array2::zeros((count, pixels + CLASSES));
        longer.slice_mut(s![.., ..pixels]).assign(&inputs);
        digits.iter().enumerate().for_each(|(row, digit)| longer[[row, pixels + digit]] = strength);
        Examples { inputs: longer, labels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::tests::small_setup;

    fn sample(regime: Regime) -> Task {
        regime.sample(&small_setup(), &Streams::new("weight-compander"), 0).unwrap()
    }

    /// The digits that the last ten inputs name.
    fn named(examples: &Examples<f32>, strength: f32) -> Vec<usize> {
        let shortcuts = examples.inputs.slice(s![.., -10..]);
        assert!(shortcuts.iter().all(|&x| x == 0.0 || x == strength));
        assert_eq!(shortcuts.sum(), strength * examples.len() as f32);
        shortcuts.rows().into_iter().map(|row| row.iter().position(|&x| x > 0.0).unwrap()).collect()
    }

    #[test]
    fn the_shortcut_is_right_in_training_and_random_in_the_shifted_test() {
        let Task { train, shifted, same } = sample(Regime::Shift(2.0));
        assert_eq!(train.inputs.ncols(), Regime::Shift(2.0).inputs(&small_setup()));
        assert_eq!(named(&train, 2.0), train.labels);
        assert_eq!(named(&same, 2.0), same.labels);
        let right = named(&shifted, 2.0).iter().zip(&shifted.labels).filter(|(a, b)| a == b).count();
        // A tenth of 2000 is right by chance, with standard deviation 13.
        assert!((140..=260).contains(&right), "{right}");
        assert_eq!(shifted.labels, same.labels);
        assert_eq!(named(&shifted, 2.0), named(&sample(Regime::Shift(4.0)).shifted, 4.0));
    }

    #[test]
    fn clean_data_have_pixels_only_and_noise_changes_training_labels_only() {
        let (clean, noisy) = (sample(Regime::Shift(0.0)), sample(Regime::Noise(0.4)));
        assert_eq!((clean.train.inputs.ncols(), &clean.same), (49, &clean.shifted));
        assert_eq!((&clean.same, &clean.train.inputs), (&noisy.same, &noisy.train.inputs));
        let wrong = clean.train.labels.iter().zip(&noisy.train.labels).filter(|(a, b)| a != b).count();
        // 36 % of 1000, with standard deviation 15.
        assert!((300..=420).contains(&wrong), "{wrong}");
    }
}
