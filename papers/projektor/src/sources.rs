//! Three sources of digits that are unbalanced in class, mixtures of them, and what a mixture is meant for.

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

/// Shares of the sources in a mixture: p, summing to one.
pub type Shares = [f64; SOURCES];

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
        let scores = |images: &Images| {
            let all: Vec<usize> = (0..images.len()).collect();
            let mut inputs = Array2::zeros((all.len(), components));
            for (block, mut rows) in all.chunks(BLOCK).zip(inputs.axis_chunks_iter_mut(ndarray::Axis(0), BLOCK)) {
                rows.assign(&pca.transform(images.rows(block, POOL).view()));
            }
            Examples { inputs, labels: images.labels(&all) }
        };
        let by_class = (0..CLASSES).map(|class| train.of_class(class)).collect();
        let (mut train, mut test) = (scores(&train), scores(&test));
        let standard = Standardization::of(train.inputs.view());
        standard.apply(train.inputs.view_mut());
        standard.apply(test.inputs.view_mut());
        Ok(Digits { train, test, by_class })
    }

    /// Images of one source: the class of each is drawn, then, without replacement, images of the class.
    fn draw(&self, source: usize, count: usize, random: &mut Generator, drawn: &mut Vec<usize>) {
        let weights: [f64; CLASSES] = class_weights(source);
        let mut counts = [0; CLASSES];
        (0..count).for_each(|_| counts[random.categorical(&weights)] += 1);
        for (count, images) in counts.into_iter().zip(&self.by_class) {
            drawn.extend(random.sample(images.len(), count).into_iter().map(|place| images[place]));
        }
    }

    /// A mixture of `n` points, D(N, p): the points of the sources one after the other.
    pub fn mixture(&self, n: usize, p: Shares, random: &mut Generator) -> Examples<f64> {
        let mut drawn = Vec::with_capacity(n);
        for (source, count) in counts(n, p).into_iter().enumerate() {
            self.draw(source, count, random, &mut drawn);
        }
        select(&self.train, &drawn)
    }

    /// `count` points of each source, one source after the other.
    pub fn pilot(&self, count: usize, random: &mut Generator) -> Examples<f64> {
        let mut drawn = Vec::with_capacity(SOURCES * count);
        (0..SOURCES).for_each(|source| self.draw(source, count, random, &mut drawn));
        select(&self.train, &drawn)
    }

    /// About `count` points with the class weights of the target, rounded for each class, from the second half of the
    /// 10,000 images.
    pub fn validation(&self, count: usize, random: &mut Generator) -> Examples<f64> {
        self.target(count, self.test.len() / 2..self.test.len(), random)
    }

    /// The same from the first half.
    pub fn test(&self, count: usize, random: &mut Generator) -> Examples<f64> {
        self.target(count, 0..self.test.len() / 2, random)
    }

    fn target(&self, count: usize, half: std::ops::Range<usize>, random: &mut Generator) -> Examples<f64> {
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

/// What the classes of a source weigh.
fn class_weights(source: usize) -> [f64; CLASSES] {
    std::array::from_fn(|class| EVERY + f64::from(u8::from(OWN[source].contains(&class))))
}

/// Points of each source in a mixture: rounded down, and what is missing comes from the source with the largest share.
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

/// All mixtures whose shares are multiples of 1 / `divisions`.
pub fn simplex(divisions: usize) -> Vec<Shares> {
    let share = |parts: usize| parts as f64 / divisions as f64;
    let rest = |first: usize| (0..=divisions - first).map(move |second| (first, second));
    let grid = (0..=divisions).flat_map(rest);
    grid.map(|(first, second)| [share(first), share(second), share(divisions - first - second)]).collect()
}

/// The mixture of a grid that is nearest in the sum of absolute differences; of several the first.
pub fn nearest(grid: &[Shares], p: Shares) -> usize {
    let distance = |other: &Shares| p.iter().zip(other).map(|(a, b)| (a - b).abs()).sum::<f64>();
    reduce::argmin(&grid.iter().map(distance).collect::<Vec<f64>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixture_has_its_size_and_the_remainder_goes_to_the_largest_share() {
        assert_eq!(counts(150, [0.1, 0.2, 0.7]), [15, 30, 105]);
        assert_eq!(counts(7, [0.3, 0.3, 0.4]), [2, 2, 3]);
        assert_eq!(counts(10, [0.5, 0.5, 0.0]), [5, 5, 0]);
        assert!(simplex(10).iter().all(|&p| counts(601, p).iter().sum::<usize>() == 601));
    }

    #[test]
    fn the_grid_of_tenths_has_66_mixtures_45_of_them_to_fit() {
        let grid = simplex(10);
        assert_eq!((grid.len(), grid.iter().filter(|p| p[1] < 0.5).count()), (66, 45));
        assert!(grid.iter().all(|p| (p.iter().sum::<f64>() - 1.0).abs() < 1e-12));
        assert_eq!(grid[nearest(&grid, [0.0, 0.12, 0.88])], [0.0, 0.1, 0.9]);
    }

    #[test]
    fn sources_and_target_have_their_classes() {
        let digits = Digits::new(20).unwrap();
        let mut random = Streams::new("test").open("digits", 0);
        let share = |examples: &Examples<f64>, classes: &[usize]| {
            examples.labels.iter().filter(|class| classes.contains(class)).count() as f64 / examples.len() as f64
        };
        let mixture = digits.mixture(4000, [0.0, 1.0, 0.0], &mut random);
        // 4 · 1.05 of 4.5, with a standard error of 0.004.
        assert!((share(&mixture, &OWN[1]) - 4.2 / 4.5).abs() < 0.016);
        let test = digits.test(1000, &mut random);
        assert_eq!((test.len(), share(&test, &[0]), share(&test, &[9])), (1000, 0.16, 0.04));
        assert_eq!(digits.validation(200, &mut random).len(), 200);
        // One scale for all: the mean variance is 1, and the first component has more than its share.
        let variance = |column: usize| {
            let scores = digits.train.inputs.column(column).to_vec();
            reduce::norm_squared(&scores) / scores.len() as f64
        };
        let variances: Vec<f64> = (0..20).map(variance).collect();
        assert!((reduce::mean(&variances) - 1.0).abs() < 1e-3 && variances[0] > 2.0 && variances[19] < 0.5);
    }
}
