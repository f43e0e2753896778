//! Views of several characters, in pairs: the second view shows the next class at every position.

use common::datasets::prepare::Standardization;
use common::datasets::{Images, mnist_train};
use common::estimate::Pca;
use common::prelude::*;

/// Digits that characters are drawn from.
pub const IMAGES: usize = 60_000;

/// Pixels of a digit after averaging over squares of [`BLOCK`] x [`BLOCK`].
pub const PIXELS: usize = 7 * 7;

const BLOCK: usize = 4;

/// The first digits, which the principal components are fitted to.
const FITTED: usize = 10_000;

/// Digits of each class, the last ones, that nothing is trained on.
const UNSEEN: usize = 500;

/// Which digits views are made of.
#[derive(Clone, Copy)]
pub enum Pool {
    /// Those to train on.
    Training,
    /// The unseen ones.
    Test,
}

/// All digits as characters.
pub struct Characters {
    /// Leading principal components of each digit, all divided by one number, their standard deviation: 60,000 x d.
    scores: Array2<f32>,
    /// Rows of `scores` by class.
    by_class: Vec<Vec<usize>>,
}

/// Pairs of views of m characters each.
pub struct Pairs {
    /// First views: n x m d.
    pub x: Array2<f32>,
    /// Second views: n x m d.
    pub y: Array2<f32>,
    /// Classes z of the characters of x, n x m; those of y are the next ones.
    pub z: Array2<usize>,
}

impl Characters {
    /// Digits of the first `n_classes` classes, described by `pc_dims` numbers each.
    ///
    /// # Errors
    /// Where the images are absent.
    pub fn new(n_classes: usize, pc_dims: usize) -> Result<Characters> {
        let images = mnist_train()?;
        let scores = scores(&images, pc_dims)?;
        Ok(Characters { scores, by_class: (0..n_classes).map(|class| images.of_class(class)).collect() })
    }

    /// `n` pairs of `m` characters from a pool. The classes are independent and uniform, and the digits of both views are
    /// drawn independently, so that the views share the classes and nothing else: their mutual information is m ln C.
    pub fn pairs(&self, pool: Pool, n: usize, m: usize, random: &mut Generator) -> Pairs {
        let (classes, d) = (self.by_class.len(), self.scores.ncols());
        let [mut x, mut y] = [0, 1].map(|_| Array2::zeros((n, m * d)));
        let mut z = Array2::zeros((n, m));
        for ((pair, position), z) in z.indexed_iter_mut() {
            *z = random.below(classes);
            for (view, class) in [(&mut x, *z), (&mut y, (*z + 1) % classes)] {
                let digits = self.pool(pool, class);
                let digit = digits[random.below(digits.len())];
                view.slice_mut(s![pair, position * d..(position + 1) * d]).assign(&self.scores.row(digit));
            }
        }
        Pairs { x, y, z }
    }

    fn pool(&self, pool: Pool, class: usize) -> &[usize] {
        let (training, test) = self.by_class[class].split_at(self.by_class[class].len() - UNSEEN);
        match pool {
            Pool::Training => training,
            Pool::Test => test,
        }
    }
}

/// Centred principal components, divided by one number.
fn scores(images: &Images, pc_dims: usize) -> Result<Array2<f32>> {
    let all: Vec<usize> = (0..IMAGES).collect();
    let pixels: Array2<f64> = images.rows(&all, BLOCK);
    let mut pca = Pca::new(pc_dims).fit(pixels.slice(s![..FITTED, ..]))?;
    // The components are those of the first digits, the mean is that of all.
    pca.mean = pixels.columns().into_iter().map(|pixel| reduce::mean(&pixel.to_vec())).collect();
    let scores = pca.transform(pixels.view());
    let deviation = Standardization::of(scores.view()).deviation;
    Ok(scores.mapv(|score| (score / deviation) as f32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pool: Pool, n: usize) -> (Characters, Pairs) {
        let characters = Characters::new(10, 16).unwrap();
        let pairs = characters.pairs(pool, n, 3, &mut Streams::new("test").open("pairs", 0));
        (characters, pairs)
    }

    /// The digit with exactly these scores.
    fn digit(characters: &Characters, scores: ArrayView1<f32>) -> usize {
        characters.scores.rows().into_iter().position(|row| row == scores).unwrap()
    }

    #[test]
    fn scores_are_centred_and_of_one_scale() {
        let (characters, _) = pairs(Pool::Training, 1);
        let standard = Standardization::of(characters.scores.view());
        assert!(standard.mean.abs() < 1e-6 && (standard.deviation - 1.0).abs() < 1e-6);
        let variance = |component: usize| Standardization::of(characters.scores.slice(s![.., component..=component]));
        assert!(variance(0).deviation > 1.5 && variance(15).deviation < 0.7);
    }

    #[test]
    fn views_share_the_classes_and_no_digit() {
        let labels = mnist_train().unwrap();
        for pool in [Pool::Training, Pool::Test] {
            let (characters, pairs) = pairs(pool, 4);
            for ((pair, position), &z) in pairs.z.indexed_iter() {
                let [first, second] = [&pairs.x, &pairs.y]
                    .map(|view| digit(&characters, view.slice(s![pair, 16 * position..16 * (position + 1)])));
                assert_eq!([labels.label(first), labels.label(second)], [z, (z + 1) % 10]);
                for digit in [first, second] {
                    let of_class = labels.of_class(labels.label(digit));
                    let unseen = of_class.iter().rev().take(UNSEEN).any(|&other| other == digit);
                    assert_eq!(unseen, matches!(pool, Pool::Test));
                }
            }
        }
    }
}
