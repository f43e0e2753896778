//! The data of one seed, and the points of figures that are measured with it.

use common::datasets::Split;
use common::datasets::prepare::randomize_labels;
use common::prelude::*;

use crate::scores::ScoreNetworks;
use crate::training::{CLASSES, Setup, TESTED, train_on};

/// The panel that a point belongs to.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PanelName {
    /// Accuracy against the share pruned.
    Prune,
    /// Accuracy against the score's epoch.
    Epoch,
    /// Accuracy against the window's offset, some labels wrong.
    Window,
}

/// What was trained on.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Series {
    /// The whole pool.
    Full,
    /// A random part.
    Random,
    /// The longest error vectors.
    El2n,
    /// The largest gradients at initialisation.
    GrandInit,
    /// A window of error lengths, some labels wrong.
    Window,
    /// The whole pool, some labels wrong.
    NoisyFull,
    /// A random part as large as a window, some labels wrong.
    NoisyRandom,
}

/// The images of one seed, and how networks are trained on them.
pub struct Bench<'a> {
    setup: &'a Setup,
    seed: u64,
    random: &'a Streams,
    /// The pool to train on, and all test images.
    pub digits: Split<f32>,
}

impl<'a> Bench<'a> {
    /// The same images for all that is measured under a seed.
    ///
    /// # Errors
    /// Where the images are absent.
    pub fn new(setup: &'a Setup, seed: u64, random: &'a Streams) -> Result<Bench<'a>> {
        let digits = Split::mnist(setup.n_train, TESTED, setup.block, &mut random.open("pool", seed))?;
        Ok(Bench { setup, seed, random, digits })
    }

    fn networks<'b>(&'b self, purpose: &'b str, count: usize) -> ScoreNetworks<'b> {
        let &Bench { setup, seed, random, .. } = self;
        ScoreNetworks { setup, pool: &self.digits.train, count, purpose, seed, random }
    }

    /// The networks for scores under clean labels, the same for all of these.
    pub fn clean_networks(&self, count: usize) -> ScoreNetworks<'_> {
        self.networks("score", count)
    }

    /// The networks for scores where some labels are wrong.
    pub fn noisy_networks(&self, count: usize) -> ScoreNetworks<'_> {
        self.networks("noisy score", count)
    }

    /// Draws each label of the pool anew with this probability; which ones are wrong now.
    pub fn randomize(&mut self, noise_frac: f64) -> Vec<bool> {
        let labels = &mut self.digits.train.labels;
        let clean = labels.clone();
        randomize_labels(labels, CLASSES, noise_frac, &mut self.random.open("label noise", self.seed));
        labels.iter().zip(clean).map(|(noisy, clean)| *noisy != clean).collect()
    }

    /// The pool in random order: where more is pruned, a part of what stays where less is.
    pub fn random_order(&self) -> Vec<usize> {
        self.random.open("random order", self.seed).permutation(self.digits.train.len())
    }

    /// Mean test accuracy of `runs` new networks trained on a subset of the pool. No two points share a network.
    pub fn point(&self, panel: PanelName, series: Series, x: f64, subset: &[usize], runs: usize) -> Record {
        let run = |run: usize| {
            let name = format!("training {panel:?} {series:?} {x} {run}");
            train_on(self.setup, &self.digits, subset, self.random.open(&name, self.seed))
        };
        let accuracies: Vec<f64> = (0..runs).map(run).collect();
        record! {
            panel,
            /// What was trained on.
            series,
            /// Share pruned, epoch of the score, or share of lower scores below the window; 0 for the references.
            x,
            /// Images trained on.
            n_kept: subset.len(),
            /// Share of the test images, whose labels are clean, that are classified correctly.
            test_acc: reduce::mean(&accuracies),
        }
    }

    /// Mean test accuracy of `runs` new networks trained on the whole pool.
    pub fn whole_pool(&self, panel: PanelName, series: Series, runs: usize) -> Record {
        let all: Vec<usize> = (0..self.digits.train.len()).collect();
        self.point(panel, series, 0.0, &all, runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::tests::small_setup;
    use common::statistics::auroc;

    #[test]
    fn label_noise_is_what_the_scores_and_the_trainings_see() {
        let (setup, random) = (small_setup(), Streams::new("data-diet"));
        let mut bench = Bench::new(&setup, 0, &random).unwrap();
        let clean = bench.digits.train.labels.clone();
        let wrong = bench.randomize(0.2);
        // 18 % on average, with standard deviation 1.2 %.
        let share = wrong.iter().filter(|wrong| **wrong).count() as f64 / 1000.0;
        assert!((share - 0.18).abs() < 0.04, "{share}");
        assert!((0..1000).all(|i| wrong[i] == (bench.digits.train.labels[i] != clean[i])));
        let scores = &bench.noisy_networks(2).el2n(&[2.0])[0];
        assert!(auroc(scores, &wrong) > 0.8, "{}", auroc(scores, &wrong));
    }
}
