//! The pool of training images that is pruned, and the test images.

use common::datasets::prepare::Standardization;
use common::datasets::{mnist_test, mnist_train};
use common::prelude::*;

/// Handwritten digits: ten of them.
pub const CLASSES: usize = 10;

/// Labelled images.
pub struct Examples {
    /// One image a row: n x pixels.
    pub images: Array2<f32>,
    /// The digit that each shows, or is said to show.
    pub labels: Vec<usize>,
}

/// What one seed trains on, and where it is tested.
pub struct Digits {
    /// A random part of the training images.
    pub pool: Examples,
    /// All test images.
    pub test: Examples,
}

impl Examples {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }
}

impl Digits {
    /// Draws `count` training images, averages all images over squares of `block` x `block` pixels, and brings the
    /// pool to mean 0 and deviation 1 over all its pixels together. The test images get the pool's mean and deviation.
    ///
    /// # Errors
    /// Where the images are absent.
    pub fn draw(count: usize, block: usize, random: &mut Generator) -> Result<Digits> {
        let (train, test) = (mnist_train()?, mnist_test()?);
        let chosen = random.sample(train.len(), count);
        let all: Vec<usize> = (0..test.len()).collect();
        let mut digits = Digits {
            pool: Examples { images: train.rows(&chosen, block), labels: train.labels(&chosen) },
            test: Examples { images: test.rows(&all, block), labels: test.labels(&all) },
        };
        let standard = Standardization::of(digits.pool.images.view());
        standard.apply(digits.pool.images.view_mut());
        standard.apply(digits.test.images.view_mut());
        Ok(digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mean_and_deviation_serve_all_pixels_and_both_sets() {
        let mut random = Streams::new("data-diet").open("pool", 0);
        let digits = Digits::draw(500, 2, &mut random).unwrap();
        assert_eq!(digits.pool.images.dim(), (500, 196));
        assert_eq!((digits.pool.len(), digits.test.len()), (500, 10_000));
        let standard = Standardization::of(digits.pool.images.view());
        assert!(standard.mean.abs() < 1e-6 && (standard.deviation - 1.0).abs() < 1e-6);
        // Paper has the same level in both sets, although their own means differ.
        let background = |examples: &Examples| examples.images[[0, 0]];
        assert_eq!(background(&digits.pool), background(&digits.test));
        assert!(Standardization::of(digits.test.images.view()).mean.abs() > 1e-4);
    }
}
