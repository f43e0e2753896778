//! The linear probe: how much of each character can be read off a representation by ridge regression.

use common::datasets::prepare::Standardization;
use common::estimate::Ridge;
use common::prelude::*;

/// Penalty of the probe on all its coefficients.
const PENALTY: f64 = 1.0;

/// How much the probe sees.
#[derive(Parameters)]
pub struct Probe {
    /// New pairs that the probe is fitted to.
    pub probe_train: usize,
    /// New pairs of unseen digits that it is tested on.
    pub probe_test: usize,
}

impl Probe {
    /// Pairs in all.
    pub fn pairs(&self) -> usize {
        self.probe_train + self.probe_test
    }

    /// Floating-point operations for so many features and targets.
    pub fn operations(&self, features: usize, targets: usize) -> f64 {
        let [train, test, f, t] = [self.probe_train, self.probe_test, features + 1, targets].map(|size| size as f64);
        2.0 * f * (train * (f + t) + test * t) + f * f * (f + t)
    }

    /// Bytes for so many features and targets: both in several copies, and the normal equations.
    pub fn memory(&self, features: usize, targets: usize) -> f64 {
        let [f, t] = [features + 1, targets].map(|size| size as f64);
        8.0 * (self.pairs() as f64 * (3.0 * f + 3.0 * t) + 3.0 * f * f + 2.0 * f * t)
    }
}

/// Features, one row for each view, and the classes of the characters of the view.
pub type Labelled = (Array2<f32>, Array2<usize>);

/// At each position the share of `test` whose class is predicted: the largest of the `classes` one-hot regressions
/// W = (FᵀF + I)⁻¹ Fᵀ Z on the standardised features of `train` and a one. NaN where a feature is no number.
///
/// # Errors
/// Where the regression fails.
pub fn accuracies(train: &Labelled, test: &Labelled, classes: usize) -> Result<Vec<f64>> {
    let positions = train.1.ncols();
    if train.0.iter().chain(&test.0).any(|feature| !feature.is_finite()) {
        return Ok(vec![f64::NAN; positions]);
    }
    let [f, tested] = standardised(&train.0, &test.0);
    let mut one_hot = Array2::zeros((f.nrows(), positions * classes));
    for ((row, position), &z) in train.1.indexed_iter() {
        one_hot[[row, position * classes + z]] = 1.0;
    }
    let fit = Ridge::new(PENALTY).intercept(false).fit_targets(f.view(), one_hot.view())?;
    let predicted = fit.predict(tested.view());
    let right = |position: usize| {
        let scores = predicted.slice(s![.., position * classes..(position + 1) * classes]);
        let rows = scores.rows().into_iter().zip(test.1.column(position));
        rows.filter(|(scores, z)| reduce::argmax(&scores.to_vec()) == **z).count() as f64
    };
    Ok((0..positions).map(|position| right(position) / tested.nrows() as f64).collect())
}

/// Each feature less its mean and over its deviation, both those of the first set, and a one behind them.
fn standardised(train: &Array2<f32>, test: &Array2<f32>) -> [Array2<f64>; 2] {
    let mut sets = [train, test].map(|set| {
        let mut wide = Array2::ones((set.nrows(), set.ncols() + 1));
        wide.slice_mut(s![.., ..set.ncols()]).assign(&set.mapv(f64::from));
        wide
    });
    for feature in 0..train.ncols() {
        let standard = Standardization::of(train.slice(s![.., feature..=feature]));
        sets.iter_mut().for_each(|set| standard.apply(set.slice_mut(s![.., feature..=feature])));
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Features that hold the class of the first character and nothing of the second.
    fn labelled(n: usize, seed: u64) -> Labelled {
        let mut random = Streams::new("test").open("probe", seed);
        let z = Array2::from_shape_simple_fn((n, 2), || random.below(3));
        let features = Array2::from_shape_fn((n, 4), |(row, feature)| match feature {
            3 => 7.0,
            class => 5.0 + if z[[row, 0]] == class { 100.0 } else { 0.0 },
        });
        (features, z)
    }

    #[test]
    fn what_is_there_is_read_and_nothing_else() {
        let [first, second] = accuracies(&labelled(300, 0), &labelled(3000, 1), 3).unwrap()[..] else { panic!() };
        assert_eq!(first, 1.0);
        assert!((second - 1.0 / 3.0).abs() < 0.04, "{second}");
    }

    #[test]
    fn a_diverged_representation_has_no_accuracy() {
        let (mut train, test) = (labelled(10, 0), labelled(10, 1));
        train.0[[3, 1]] = f32::INFINITY;
        assert!(accuracies(&train, &test, 3).unwrap().iter().all(|accuracy| accuracy.is_nan()));
    }
}
