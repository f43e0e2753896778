//! Handwritten digits of 14 x 14 pixels.

use common::datasets::prepare::Standardization;
use common::datasets::{mnist_test, mnist_train};
use common::prelude::*;

/// Images are averaged over squares of so many pixels.
const POOL: usize = 2;

/// Pixels of a pooled image.
pub const PIXELS: usize = 14 * 14;

/// Digits.
pub const CLASSES: usize = 10;

/// Images of the training set.
pub const TRAINING_IMAGES: usize = 60_000;

/// Images of the test set.
pub const TEST_IMAGES: usize = 10_000;

/// Standardised images with their labels.
pub struct Digits {
    /// Images as rows, n x 196.
    pub images: Array2<f32>,
    /// The digit of each.
    pub labels: Vec<usize>,
}

impl Digits {
    /// Training images drawn without replacement, and the first test images. One mean and one deviation, those of
    /// all pixels drawn for training, standardise both.
    ///
    /// # Errors
    /// Where the images are absent.
    pub fn draw(train: usize, test: usize, random: &mut Generator) -> Result<(Digits, Digits)> {
        let (train_set, test_set) = (mnist_train()?, mnist_test()?);
        let drawn = random.sample(train_set.len(), train);
        let mut training = Digits { images: train_set.rows(&drawn, POOL), labels: train_set.labels(&drawn) };
        let first: Vec<usize> = (0..test).collect();
        let mut testing = Digits { images: test_set.rows(&first, POOL), labels: test_set.labels(&first) };
        let standardization = Standardization::of(training.images.view());
        standardization.apply(training.images.view_mut());
        standardization.apply(testing.images.view_mut());
        Ok((training, testing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Digits {
        /// Random images with random labels.
        pub fn noise(count: usize, random: &mut Generator) -> Digits {
            Digits {
                images: random.normal_matrix(count, PIXELS).mapv(|x| x as f32),
                labels: (0..count).map(|_| random.below(CLASSES)).collect(),
            }
        }
    }

    #[test]
    fn training_pixels_are_standardised_and_test_images_are_the_first() {
        let mut random = Streams::new("prune-retrain").open("images", 0);
        let (training, testing) = Digits::draw(2000, 5, &mut random).unwrap();
        assert_eq!((training.images.dim(), training.labels.len()), ((2000, PIXELS), 2000));
        let again = Standardization::of(training.images.view());
        assert!(again.mean.abs() < 1e-6 && (again.deviation - 1.0).abs() < 1e-6);
        assert_eq!(testing.labels, [7, 2, 1, 0, 4]);
        // The corners of all images are black: the lowest level, below the mean.
        assert!(testing.images[[0, 0]] < -0.4 && testing.images[[0, 0]] == training.images[[0, 0]]);
    }
}
