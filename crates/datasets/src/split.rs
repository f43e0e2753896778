//! Labelled examples to train on, and others to test on.

use anyhow::{Result, ensure};
use ndarray::{Array2, ArrayView2};
use numerics::matrix::Real;
use numerics::random::Generator;

use crate::prepare::Standardization;
use crate::{Images, mnist_test, mnist_train};

/// Examples with a class each.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples<T> {
    /// One example a row: n x pixels for images.
    pub inputs: Array2<T>,
    /// The class of each example, counted from 0.
    pub labels: Vec<usize>,
}

impl<T> Examples<T> {
    /// How many examples there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no examples.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Inputs and labels, as a classifier's `fit` takes them.
    pub fn view(&self) -> (ArrayView2<'_, T>, &[usize]) {
        (self.inputs.view(), &self.labels)
    }
}

impl Images {
    /// Some images as examples: grey levels from 0 to 1, averaged over squares of `block` x `block` pixels.
    ///
    /// # Panics
    /// Where there is no such image, or the side of an image is no multiple of `block`.
    pub fn examples<T: Real>(&self, indices: &[usize], block: usize) -> Examples<T> {
        Examples { inputs: self.rows(indices, block), labels: self.labels(indices) }
    }
}

/// Examples to train on, and others to test on.
#[derive(Clone, Debug, PartialEq)]
pub struct Split<T> {
    /// The examples to train on.
    pub train: Examples<T>,
    /// The examples to test on.
    pub test: Examples<T>,
}

impl<T: Real> Split<T> {
    /// `train` of the 60,000 training images of MNIST, drawn without replacement in random order, and the first `test`
    /// of its 10,000 test images. All are averaged over squares of `block` x `block` pixels, then standardised by the
    /// one mean and deviation of all pixels drawn for training.
    ///
    /// ```
    /// use datasets::Split;
    /// use numerics::random::Streams;
    ///
    /// let digits = Split::<f32>::mnist(500, 200, 2, &mut Streams::new("example").open("digits", 0))?;
    /// assert_eq!((digits.train.inputs.dim(), digits.test.len()), ((500, 14 * 14), 200));
    /// # anyhow::Ok(())
    /// ```
    ///
    /// # Errors
    /// Where the images are absent or damaged, for more images than there are, for none to train on, and where 28
    /// is no multiple of `block`.
    pub fn mnist(train: usize, test: usize, block: usize, random: &mut Generator) -> Result<Split<T>> {
        let (train_images, test_images) = (mnist_train()?, mnist_test()?);
        let (most, most_test) = (train_images.len(), test_images.len());
        ensure!((1..=most).contains(&train), "MNIST has 1 to {most} images to train on, not {train}");
        ensure!(test <= most_test, "MNIST has {most_test} images to test on, not {test}");
        let side = train_images.side();
        ensure!(
            block > 0 && side.is_multiple_of(block),
            "images of {side} x {side} pixels have no blocks of {block} x {block}"
        );
        let chosen = random.sample(most, train);
        let first: Vec<usize> = (0..test).collect();
        let train = train_images.examples(&chosen, block);
        let mut split = Split { train, test: test_images.examples(&first, block) };
        split.standardize();
        Ok(split)
    }

    /// Subtracts from all inputs the mean of the training inputs and divides them by their deviation: one mean and one
    /// deviation of all columns together. No test input has a say in them.
    ///
    /// # Panics
    /// If there is nothing to train on.
    pub fn standardize(&mut self) {
        let standard = Standardization::of(self.train.inputs.view());
        standard.apply(self.train.inputs.view_mut());
        standard.apply(self.test.inputs.view_mut());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use numerics::random::Streams;

    fn generator() -> Generator {
        Streams::new("test").open("split", 0)
    }

    #[test]
    fn one_mean_and_deviation_serve_all_pixels_and_both_sets() {
        let split = Split::<f32>::mnist(2000, 10_000, 2, &mut generator()).unwrap();
        assert_eq!((split.train.inputs.dim(), split.test.inputs.dim()), ((2000, 196), (10_000, 196)));
        let standard = Standardization::of(split.train.inputs.view());
        assert!(standard.mean.abs() < 1e-6 && (standard.deviation - 1.0).abs() < 1e-6);
        // Paper has the same level in both sets, although their own means differ.
        assert_eq!(split.train.inputs[[0, 0]], split.test.inputs[[0, 0]]);
        assert!(Standardization::of(split.test.inputs.view()).mean.abs() > 1e-4);
    }

    #[test]
    fn training_images_are_drawn_and_test_images_are_the_first() {
        let split = Split::<f64>::mnist(300, 5, 4, &mut generator()).unwrap();
        let drawn = generator().sample(60_000, 300);
        assert_eq!(split.train.labels, mnist_train().unwrap().labels(&drawn));
        assert_eq!((split.test.view().1, split.test.len()), ([7, 2, 1, 0, 4].as_slice(), 5));
        let none = Split::<f64>::mnist(1, 0, 28, &mut generator()).unwrap();
        assert!(none.test.is_empty() && none.train.inputs[[0, 0]] == 0.0);
    }

    #[test]
    fn impossible_splits_are_explained() {
        for (train, test, block, message) in [
            (60_001, 1, 1, "MNIST has 1 to 60000 images to train on, not 60001"),
            (0, 1, 1, "MNIST has 1 to 60000 images to train on, not 0"),
            (10, 10_001, 1, "MNIST has 10000 images to test on, not 10001"),
            (10, 10, 3, "images of 28 x 28 pixels have no blocks of 3 x 3"),
        ] {
            let error = Split::<f32>::mnist(train, test, block, &mut generator()).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
