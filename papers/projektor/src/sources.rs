//! Three sources of digits that are unbalanced in class, mixtures of them, and what a mixture is meant for.

use std::ops::Range;

use common::datasets::prepare::Standardization;
use common::datasets::{self, Examples, Images};
use common::estimate::Pca;
use common::prelude::*;

/// Sources, S1 to S3.
pub const SOURCES: usize = 3;

/// Classes of the digits.
const CLASSES: usize = 10;

/// The classes that a source has most of.
const OWN: [[usize; 4]; SOURCES] = [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]];

/// What every class of a source weighs, beside the 1 of its own classes.
const EVERY: f64 = 0.05;

/// What the classes weigh where the model is used.
const TARGET: [f64; CLASSES] = [2.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5];

/// Images are averaged over squares of so many pixels: 14 x 14 remain.
const POOL: usize = 2;

/// The images that the principal components are taken from: the first ones.
const COMPONENT_IMAGES: usize = 10_000;

/// Images that are read at a time.
const BLOCK: usize = 2000;

/// The images that the validation set is drawn from.
pub const VALIDATION: Range<usize> = 5000..10_000;

/// The images that the test set is drawn from.
pub const TEST: Range<usize> = 0..5000;

/// Shares of the sources in a mixture: p, summing to one.
pub type Shares = [f64; SOURCES];

/// Equal shares.
pub const UNIFORM: Shares = [1.0 / SOURCES as f64; SOURCES];

/// Each source alone.
pub const ALONE: [Shares; SOURCES] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// All images as points, of which sources and target draw.
pub struct Digits {
    /// What the sources draw from: the 60,000 images.
    train: Examples<f64>,
    /// What validation and test set draw from: the 10,000 images.
    test: Examples<f64>,
    /// Rows of `train` by class.
    by_class: Vec<Vec<usize>>,
}

impl Digits {
    /// The leading principal components, all divided by one number, the standard deviation of the training scores.
    pub fn new(components: usize) -> Result<Digits> {
        let (train, test) = (datasets::mnist_train()?, datasets::mnist_test()?);
        let first: Vec<usize> = (0..COMPONENT_IMAGES).collect();
        let pca = Pca::new(components).fit(train.rows(&first, POOL).view())?;
        let scores = |images: &Images| -> Result<Examples<f64>> {
            let all: Vec<usize> = (0..images.len()).collect();
            let inputs = all.chunks(BLOCK).flat_map(|block| pca.transform(images.rows(block, POOL).view()));
            let inputs = Array2::from_shape_vec((all.len(), components), inputs.collect())?;
            Ok(Examples { inputs, labels: images.labels(&all) })
        };
        let by_class = (0..CLASSES).map(|class| train.of_class(class)).collect();
        let (mut train, mut test) = (scores(&train)?, scores(&test)?);
        let standard = Standardization::of(train.inputs.view());
        standard.apply(train.inputs.view_mut());
        standard.apply(test.inputs.view_mut());
        Ok(Digits { train, test, by_class })
    }

    /// So many points of each source, one source after the other: the class of each is drawn, then, without replacement,
    /// images of the class.
    pub fn of_sources(&self, counts: [usize; SOURCES], random: &mut Generator) -> Examples<f64> {
        let mut drawn = Vec::new();
        for (count, own) in counts.into_iter().zip(OWN) {
            let weights: [f64; CLASSES] =
                std::array::from_fn(|class| EVERY + if own.contains(&class) { 1.0 } else { 0.0 });
            let mut of_class = [0; CLASSES];
            (0..count).for_each(|_| of_class[random.categorical(&weights)] += 1);
            for (count, images) in of_class.into_iter().zip(&self.by_class) {
                drawn.extend(random.sample(images.len(), count).into_iter().map(|place| images[place]));
            }
        }
        select(&self.train, &drawn)
    }

    /// About `count` points with the class weights of the target, rounded for each class, from one of the halves of the
    /// 10,000 images: [`VALIDATION`] or [`TEST`].
    pub fn of_target(&self, count: usize, half: Range<usize>, random: &mut Generator) -> Examples<f64> {
        let total: f64 = TARGET.iter().sum();
        let mut drawn = Vec::with_capacity(count);
        for (class, weight) in TARGET.iter().enumerate() {
            let images: Vec<usize> = half.clone().filter(|&index| self.test.labels[index] == class).collect();
            let count = (count as f64 * weight / total).round() as usize;
            drawn.extend(random.sample(images.len(), count).into_iter().map(|place| images[place]));
        }
        select(&self.test, &drawn)
    }
}

/// Points of each source in a mixture of `n`, D(N, p): rounded down, and what is missing comes from the source with the
/// largest share.
pub fn counts(n: usize, p: Shares) -> [usize; SOURCES] {
    let mut counts = p.map(|share| (share * n as f64 + 1e-9).floor() as usize);
    counts[reduce::argmax(&p)] += n - counts.iter().sum::<usize>();
    counts
}

fn select(examples: &Examples<f64>, rows: &[usize]) -> Examples<f64> {
    Examples {
        inputs: examples.inputs.select(ndarray::Axis(0), rows),
        labels: rows.iter().map(|&row| examples.labels[row]).collect(),
    }
}

/// All mixtures whose shares are multiples of one number.
pub struct Grid {
    pub mixtures: Vec<Shares>,
    /// The mixtures that stage 1 is fitted to.
    pub fitted: Vec<usize>,
    /// The others.
    pub held_out: Vec<usize>,
}

impl Grid {
    /// Shares are multiples of 1 / `divisions`; stage 1 is fitted to mixtures with a share of source 2 below `fit_below`.
    pub fn new(divisions: usize, fit_below: f64) -> Grid {
        let share = |parts: usize| parts as f64 / divisions as f64;
        let rest =
            |first: usize| (0..=divisions - first).map(move |second| [first, second, divisions - first - second]);
        let mixtures: Vec<Shares> = (0..=divisions).flat_map(rest).map(|parts| parts.map(share)).collect();
        let (fitted, held_out) = (0..mixtures.len()).partition(|&mixture| mixtures[mixture][1] < fit_below);
        Grid { mixtures, fitted, held_out }
    }

    /// The mixture that is nearest in the sum of absolute differences; of several the first.
    pub fn nearest(&self, p: Shares) -> usize {
        let distance = |other: &Shares| p.iter().zip(other).map(|(a, b)| (a - b).abs()).sum::<f64>();
        reduce::argmin(&self.mixtures.iter().map(distance).collect::<Vec<f64>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixture_has_its_size_and_the_remainder_goes_to_the_largest_share() {
        assert_eq!(counts(150, [0.1, 0.2, 0.7]), [15, 30, 105]);
        assert_eq!(counts(7, [0.3, 0.3, 0.4]), [2, 2, 3]);
        assert_eq!(counts(10, [0.5, 0.5, 0.0]), [5, 5, 0]);
        assert!(Grid::new(10, 0.5).mixtures.iter().all(|&p| counts(601, p).iter().sum::<usize>() == 601));
    }

    #[test]
    fn the_grid_of_tenths_has_66_mixtures_45_of_them_to_fit() {
        let grid = Grid::new(10, 0.5);
        assert_eq!((grid.mixtures.len(), grid.fitted.len(), grid.held_out.len()), (66, 45, 21));
        assert!(grid.fitted.iter().all(|&mixture| grid.mixtures[mixture][1] < 0.5));
        assert!(grid.mixtures.iter().all(|p| (p.iter().sum::<f64>() - 1.0).abs() < 1e-12));
        assert_eq!(grid.mixtures[grid.nearest([0.0, 0.12, 0.88])], [0.0, 0.1, 0.9]);
    }

    #[test]
    fn sources_and_target_have_their_classes() {
        let digits = Digits::new(20).unwrap();
        let mut random = Streams::new("test").open("digits", 0);
        let share = |examples: &Examples<f64>, classes: &[usize]| {
            examples.labels.iter().filter(|class| classes.contains(class)).count() as f64 / examples.len() as f64
        };
        let mixture = digits.of_sources([0, 4000, 0], &mut random);
        // 4 · 1.05 of 4.5, with a standard error of 0.004.
        assert!((share(&mixture, &OWN[1]) - 4.2 / 4.5).abs() < 0.016);
        let test = digits.of_target(1000, TEST, &mut random);
        assert_eq!((test.len(), share(&test, &[0]), share(&test, &[9])), (1000, 0.16, 0.04));
        assert_eq!(digits.of_target(200, VALIDATION, &mut random).len(), 200);
        // One scale for all: the mean variance is 1, and the first component has more than its share.
        let variance = |column: usize| {
            let scores = digits.train.inputs.column(column).to_vec();
            reduce::norm_squared(&scores) / scores.len() as f64
        };
        let variances: Vec<f64> = (0..20).map(variance).collect();
        assert!((reduce::mean(&variances) - 1.0).abs() < 1e-3 && variances[0] > 2.0 && variances[19] < 0.5);
    }
}
