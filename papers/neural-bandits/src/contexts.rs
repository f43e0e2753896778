//! Images as contexts: what a player sees before each choice, and the arm that would have been right.

use common::datasets::prepare::normalize_rows;
use common::datasets::{DataSet, FASHION_MNIST, Images, MNIST, fashion_mnist, mnist_train};
use common::prelude::*;

/// One arm for each class: K.
pub const ARMS: usize = 10;
/// Images of each data set that contexts are drawn from.
pub const POOL: usize = 20_000;
/// Side of the images in pixels.
pub const SIDE: usize = 28;

/// Where the images come from.
#[derive(Clone, Copy, Debug, Eq, Parameters, PartialEq)]
pub enum Dataset {
    /// Handwritten digits: the first training images.
    Mnist,
    /// Clothes.
    Fashion,
}

impl Dataset {
    /// The files that hold the images and their classes.
    pub fn files(self) -> &'static DataSet {
        match self {
            Dataset::Mnist => &MNIST,
            Dataset::Fashion => &FASHION_MNIST,
        }
    }

    fn images(self) -> Result<Images> {
        match self {
            Dataset::Mnist => mnist_train(),
            Dataset::Fashion => fashion_mnist(),
        }
    }
}

/// The contexts of all rounds, T x d, each of length 1, and the right arm of each round.
///
/// The context of arm a in the paper is the image in block a of K d coordinates and zeros elsewhere. Only
/// the image is kept: the network has weights of its own for each block.
pub struct Contexts {
    /// One image a row.
    pub images: Array2<f32>,
    /// The class of each image.
    pub right: Vec<usize>,
}

impl Contexts {
    /// Samples `rounds` images of the pool without replacement, averaged to `side` x `side` pixels.
    ///
    /// # Errors
    /// Where the files of the data set cannot be read.
    pub fn sample(dataset: Dataset, rounds: usize, side: usize, random: &mut Generator) -> Result<Contexts> {
        let all = dataset.images()?;
        let chosen = random.sample(POOL, rounds);
        let mut images = all.rows::<f32>(&chosen, SIDE / side);
        normalize_rows(images.view_mut());
        let right = all.labels(&chosen);
        Ok(Contexts { images, right })
    }

    /// The number of rounds: T.
    pub fn rounds(&self) -> usize {
        self.right.len()
    }

    /// The image of one round.
    pub fn image(&self, round: usize) -> &[f32] {
        let pixels = self.images.ncols();
        let all = self.images.as_slice().expect("rows are contiguous");
        &all[round * pixels..][..pixels]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_shuffled_images_of_length_one() {
        for dataset in [Dataset::Mnist, Dataset::Fashion] {
            let mut random = Streams::new("test").open("contexts", dataset as u64);
            let contexts = Contexts::sample(dataset, 2000, 14, &mut random).unwrap();
            assert_eq!(contexts.images.dim(), (2000, 196));
            for round in 0..2000 {
                assert!((reduce::norm(contexts.image(round)) - 1.0).abs() < 1e-5);
            }
            // Fashion is sorted by class on disk; here every class is among the first hundred.
            let early = &contexts.right[..100];
            assert!((0..ARMS).all(|class| early.contains(&class)), "{early:?}");
        }
    }
}
