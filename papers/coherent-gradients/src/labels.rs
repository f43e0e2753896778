//! Labels of which some are random, and how well a network fits the ones and the others.

use common::prelude::*;

/// Classes of the digits.
pub const CLASSES: usize = 10;

/// What became of the label of a training example.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// Not drawn anew.
    Pristine,
    /// Drawn anew, and the true label came out.
    Lucky,
    /// Drawn anew, and now wrong.
    Corrupted,
}

/// The labels of training examples, part of them random.
pub struct NoisyLabels {
    /// What the network is trained on.
    pub given: Vec<usize>,
    truth: Vec<usize>,
    fates: Vec<Fate>,
}

impl NoisyLabels {
    /// Draws anew exactly `round(noise n)` of the n labels, chosen at random, uniformly from all classes.
    pub fn sample(truth: &[usize], noise: f64, random: &mut Generator) -> NoisyLabels {
        let (mut given, mut fates) = (truth.to_vec(), vec![Fate::Pristine; truth.len()]);
        let count = (noise * truth.len() as f64).round() as usize;
        for index in random.sample(truth.len(), count) {
            given[index] = random.below(CLASSES);
            fates[index] = if given[index] == truth[index] { Fate::Lucky } else { Fate::Corrupted };
        }
        NoisyLabels { given, truth: truth.to_vec(), fates }
    }

    /// The fits of predictions for the training examples, and the accuracy of those for test examples.
    pub fn fits(&self, predicted: &[usize], test_predicted: &[usize], test_labels: &[usize]) -> Record {
        let among = |fate| (0..self.given.len()).filter(move |&index| self.fates[index] == fate);
        record! {
            /// Share of the training examples whose given label is predicted.
            train_acc: share(0..self.given.len(), |index| predicted[index] == self.given[index]),
            /// Share of the test examples whose true label is predicted.
            test_acc: share(0..test_labels.len(), |index| test_predicted[index] == test_labels[index]),
            /// Share of the training examples that kept their label whose label is predicted; empty if there are none.
            pristine_fit: share(among(Fate::Pristine), |index| predicted[index] == self.given[index]),
            /// Share of the training examples with a wrong label whose wrong label is predicted; empty if there are none.
            corrupt_fit: share(among(Fate::Corrupted), |index| predicted[index] == self.given[index]),
            /// Share of the training examples with a wrong label that are predicted as their true class; empty if there
            /// are none.
            recovered: share(among(Fate::Corrupted), |index| predicted[index] == self.truth[index]),
        }
    }
}

/// The share of the indices for which something holds; `None` of no indices.
fn share(indices: impl Iterator<Item = usize>, holds: impl Fn(usize) -> bool) -> Option<f64> {
    let (mut count, mut all) = (0, 0);
    for index in indices {
        all += 1;
        count += usize::from(holds(index));
    }
    (all > 0).then(|| count as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_tell_kept_and_wrong_labels_apart() {
        let truth: Vec<usize> = (0..1000).map(|index| index % CLASSES).collect();
        let labels = NoisyLabels::sample(&truth, 0.4, &mut Streams::new("test").open("labels", 0));
        let count = |fate| labels.fates.iter().filter(|&&other| other == fate).count();
        assert_eq!((count(Fate::Pristine), count(Fate::Lucky) + count(Fate::Corrupted)), (600, 400));
        // A tenth of the new labels is right; standard deviation 6.
        assert!((15..=65).contains(&count(Fate::Lucky)));
        let wrong = count(Fate::Corrupted) as f64 / 1000.0;
        let [honest, parrot] = [&truth, &labels.given].map(|predicted| labels.fits(predicted, &[1, 2], &[1, 1]));
        let fits = |train_acc: f64, corrupt_fit: f64, recovered: f64| {
            record! { train_acc, test_acc: 0.5, pristine_fit: 1.0, corrupt_fit, recovered }
        };
        assert_eq!((honest, parrot), (fits(1.0 - wrong, 0.0, 1.0), fits(1.0, 1.0, 0.0)));
        let clean = NoisyLabels::sample(&truth, 0.0, &mut Streams::new("test").open("labels", 0));
        assert_eq!(clean.given, truth);
        assert_eq!(share(0..0, |_| true), None);
    }
}
