//! ColoredMNIST: small or large digit? The colour of the image says more in training, and misleads in the test.

use std::ops::Range;

use common::datasets::prepare::color;
use common::datasets::{Images, mnist_train};
use common::prelude::*;

use crate::IMAGES;

/// Pixels along a side of an image.
const SIDE: usize = 28;

/// How an image becomes smaller.
#[derive(Clone, Copy, Debug, Parameters)]
pub enum Shrink {
    /// Averages over squares of pixels.
    Average,
    /// One pixel of each square.
    Pick,
}

/// The data of a run.
#[derive(Parameters)]
#[require(SIDE.is_multiple_of(side), "1, 2, 4, 7, 14 or 28, which divide 28")]
#[require(2.0 * n_env as f64 + n_test as f64 <= IMAGES as f64, "numbers with 2 n_env + n_test of at most 60000")]
pub struct Digits {
    /// Pixels along a side of a shrunken image.
    #[range(1..=SIDE)]
    side: usize,
    /// How images are shrunken.
    shrink: Shrink,
    /// Examples of each of the two environments that are trained on.
    n_env: usize,
    /// Examples of the environment that is tested on.
    pub n_test: usize,
    /// Probability that a label says small for a large digit, or large for a small one.
    #[range(0.0..=1.0)]
    pub label_noise: f64,
    /// Probability that the colour is not that of the label, in the first environment.
    #[range(0.0..=1.0)]
    pub e1: f64,
    /// The same in the second environment.
    #[range(0.0..=1.0)]
    pub e2: f64,
    /// The same in the environment that is tested on.
    #[range(0.0..=1.0)]
    pub e_test: f64,
}

/// Inputs and what each output should say of them. The outputs of all examples, one after the other, are in two groups.
pub struct Examples {
    /// An example a row.
    pub inputs: Array2<f32>,
    /// 0 or 1 for each output of each example, row by row.
    pub targets: Vec<f32>,
    /// How many targets are in the first group; the others, if any, are in the second.
    pub first: usize,
}

impl Examples {
    /// Places of the targets of both groups.
    pub fn groups(&self) -> [Range<usize>; 2] {
        [0..self.first, self.first..self.targets.len()]
    }

    /// The same examples, which have one target each, in new groups.
    pub fn regrouped(&self, [first, second]: [&[usize]; 2]) -> Examples {
        let order = [first, second].concat();
        let targets = order.iter().map(|&index| self.targets[index]).collect();
        Examples { inputs: self.inputs.select(ndarray::Axis(0), &order), targets, first: first.len() }
    }
}

/// The examples of one seed.
pub struct ColoredDigits {
    /// Those of the two environments, which are the groups.
    pub train: Examples,
    /// The training images with labels and colours drawn anew, the colours by fair coins: one group.
    pub oracle: Examples,
    /// Other images, with misleading colours.
    pub test: Examples,
}

impl Digits {
    /// Numbers of an input: two channels of pixels.
    pub fn inputs(&self) -> usize {
        2 * self.side * self.side
    }

    /// Examples to train on.
    pub fn trained(&self) -> usize {
        2 * self.n_env
    }

    /// Bytes of three sets of training examples and one of test examples, and of the images that they are made of.
    pub fn memory(&self) -> f64 {
        let images = (self.trained() + self.n_test) as f64;
        4.0 * images * ((SIDE * SIDE) as f64 + 4.0 * self.inputs() as f64)
    }

    /// Draws images, then for each environment the labels and after them the colours.
    ///
    /// # Errors
    /// Where the images are absent.
    pub fn sample(&self, seed: u64, random: &Streams) -> Result<ColoredDigits> {
        let images = mnist_train()?;
        let chosen = random.open("images", seed).sample(images.len(), self.trained() + self.n_test);
        let small: Vec<bool> = images.labels(&chosen).into_iter().map(|digit| digit < 5).collect();
        let grey = self.grey(&images, &chosen);
        let environment = |name: &str, range: Range<usize>, e: f64| {
            let mut random = random.open(name, seed);
            let labels: Vec<bool> =
                small[range].iter().map(|small| small ^ random.bernoulli(self.label_noise)).collect();
            let colors: Vec<bool> = labels.iter().map(|label| label ^ random.bernoulli(e)).collect();
            (labels, colors)
        };
        let colored = |range: Range<usize>, (labels, colors): (Vec<bool>, Vec<bool>), first: usize| Examples {
            inputs: color(grey.slice(s![range, ..]), &colors),
            targets: labels.into_iter().map(|label| f32::from(u8::from(label))).collect(),
            first,
        };
        let (n, all) = (self.n_env, self.trained());
        let (mut labels, mut colors) = environment("environment 1", 0..n, self.e1);
        let second = environment("environment 2", n..all, self.e2);
        labels.extend(second.0);
        colors.extend(second.1);
        Ok(ColoredDigits {
            train: colored(0..all, (labels, colors), n),
            oracle: colored(0..all, environment("oracle", 0..all, 0.5), all),
            test: colored(all..chosen.len(), environment("test", all..chosen.len(), self.e_test), self.n_test),
        })
    }

    /// Shrunken images, one a row, levels from 0 to 1.
    fn grey(&self, images: &Images, chosen: &[usize]) -> Array2<f32> {
        let block = SIDE / self.side;
        match self.shrink {
            Shrink::Average => images.rows(chosen, block),
            Shrink::Pick => {
                let lines = (0..SIDE).step_by(block);
                let places: Vec<usize> =
                    lines.flat_map(|line| (0..SIDE).step_by(block).map(move |column| line * SIDE + column)).collect();
                images.rows(chosen, 1).select(ndarray::Axis(1), &places)
            }
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// So many training images of 7 x 7 pixels in each environment.
    pub fn small_digits(n_env: usize) -> Digits {
        let (label_noise, e1, e2, e_test) = (0.25, 0.1, 0.2, 0.9);
        Digits { side: 7, shrink: Shrink::Average, n_env, n_test: 1000, label_noise, e1, e2, e_test }
    }

    /// The share of some examples whose image is in the channel that the target says.
    fn agreement(examples: &Examples, range: Range<usize>) -> f64 {
        let agrees = |index: usize| {
            let row = examples.inputs.row(index);
            let (zeros, ones) = (row.slice(s![..49]).sum(), row.slice(s![49..]).sum());
            assert!(zeros == 0.0 || ones == 0.0);
            (ones > 0.0) == (examples.targets[index] == 1.0)
        };
        range.clone().filter(|&index| agrees(index)).count() as f64 / range.len() as f64
    }

    #[test]
    fn colours_follow_the_noisy_labels_as_often_as_they_should() {
        let ColoredDigits { train, oracle, test } = small_digits(1000).sample(0, &Streams::new("test")).unwrap();
        let shares = [
            (agreement(&train, 0..1000), 0.9),
            (agreement(&train, 1000..2000), 0.8),
            (agreement(&test, 0..1000), 0.1),
            (agreement(&oracle, 0..2000), 0.5),
        ];
        // Standard deviations are at most 0.013.
        assert!(shares.iter().all(|(share, expected)| (share - expected).abs() < 0.05), "{shares:?}");
        // The oracle has the images of training, and other labels: equal where both or neither is wrong.
        let grey = |examples: &Examples| &examples.inputs.slice(s![.., ..49]) + &examples.inputs.slice(s![.., 49..]);
        assert_eq!(grey(&train), grey(&oracle));
        let equal = train.targets.iter().zip(&oracle.targets).filter(|(a, b)| a == b).count() as f64 / 2000.0;
        assert!((equal - 0.625).abs() < 0.05, "{equal}");
        assert_eq!((train.groups(), oracle.groups()), ([0..1000, 1000..2000], [0..2000, 2000..2000]));
    }

    #[test]
    fn a_picked_pixel_is_the_upper_left_one_of_its_square() {
        let images = mnist_train().unwrap();
        let picked = Digits { shrink: Shrink::Pick, side: 14, ..small_digits(1) }.grey(&images, &[5]);
        assert_eq!(picked.dim(), (1, 196));
        for (line, column) in [(0, 0), (7, 7), (13, 6)] {
            let level = f32::from(images.pixels(5)[2 * line * SIDE + 2 * column]) / 255.0;
            assert!((picked[[0, line * 14 + column]] - level).abs() < 1e-6);
        }
    }
}
