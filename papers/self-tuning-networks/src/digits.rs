//! Handwritten digits in three parts.

use common::datasets::{Examples, mnist_test, mnist_train, prepare::Standardization};
use common::prelude::*;

use crate::network::POOL;

/// How many digits there are of each part.
#[derive(Clone, Copy, Parameters)]
#[require(n_train + n_validation <= 60_000)]
pub struct Sizes {
    /// Training images, drawn without replacement for each seed.
    #[range(..=60_000)]
    pub n_train: usize,
    /// Validation images, drawn with them.
    #[range(..=60_000)]
    pub n_validation: usize,
    /// Test images, the first of their set.
    #[range(..=10_000)]
    pub n_test: usize,
}

/// Images to train on, to tune rates on, and to test on.
pub struct Digits {
    pub train: Examples<f32>,
    pub validation: Examples<f32>,
    pub test: Examples<f32>,
}

impl Digits {
    /// Pooled images, standardised by the one mean and deviation of all pixels to train on.
    pub fn draw(sizes: Sizes, random: &mut Generator) -> Result<Digits> {
        let (train, test) = (mnist_train()?, mnist_test()?);
        let chosen = random.sample(train.len(), sizes.n_train + sizes.n_validation);
        let (for_training, for_validation) = chosen.split_at(sizes.n_train);
        let first: Vec<usize> = (0..sizes.n_test).collect();
        let mut digits = Digits {
            train: train.examples(for_training, POOL),
            validation: train.examples(for_validation, POOL),
            test: test.examples(&first, POOL),
        };
        let standard = Standardization::of(digits.train.inputs.view());
        for part in [&mut digits.train, &mut digits.validation, &mut digits.test] {
            standard.apply(part.inputs.view_mut());
        }
        Ok(digits)
    }
}
