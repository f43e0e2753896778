//! The series of the three panels. A study computes its scores once and trains once for each of its subsets.

use common::datasets::prepare::randomize_labels;
use common::prelude::*;
use common::statistics::{auroc, spearman};

use crate::digits::{CLASSES, Digits, Examples};
use crate::pruning::{highest, kept, window};
use crate::scores::ScoreNetworks;
use crate::training::{Setup, train_on};
use crate::{Accuracy, Cell, Diagnostics, HALF, PanelName, Row, Series};

/// Trainings on all data, whose accuracies are averaged.
const FULL_RUNS: usize = 2;

/// One series: what it prunes by, and how much.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Study {
    /// All of the pool.
    Full,
    /// Pruning by chance.
    Random {
        /// Shares pruned.
        prune_fracs: Vec<f64>,
    },
    /// Pruning by the gradient norm at initialisation.
    GrandInit {
        /// Shares pruned.
        prune_fracs: Vec<f64>,
        /// Networks behind the score.
        n_score_inits: usize,
    },
    /// Pruning by the length of the error vector early in training.
    El2n {
        /// Shares pruned.
        prune_fracs: Vec<f64>,
        /// Networks behind the score.
        n_score_inits: usize,
        /// When they are asked.
        score_epoch: f64,
    },
    /// Pruning half by the length of the error vector at several times.
    Epochs {
        /// Networks behind the score.
        n_score_inits: usize,
        /// When they are asked.
        score_epochs: Vec<f64>,
    },
    /// Windows of rising error length where some labels are wrong.
    Window {
        /// Share of the labels that are drawn anew.
        noise_frac: f64,
        /// Share of the pool in a window.
        window_frac: f64,
        /// Shares below the windows.
        offsets: Vec<f64>,
        /// Networks behind the score.
        n_score_inits: usize,
        /// When they are asked.
        score_epoch: f64,
    },
}

impl Study {
    /// Steps of all trainings, and passes of single examples for the scores.
    pub fn work(&self, setup: &Setup) -> (usize, usize) {
        // Trainings; score networks, how far they are trained, and how often each judges the pool (forward and
        // backward counts as three).
        let (trainings, networks, epoch, passes) = match self {
            Study::Full => (FULL_RUNS, 0, 0.0, 0),
            Study::Random { prune_fracs } => (prune_fracs.len(), 0, 0.0, 0),
            Study::GrandInit { prune_fracs, n_score_inits } => (prune_fracs.len(), *n_score_inits, 0.0, 3),
            Study::El2n { prune_fracs, n_score_inits, score_epoch } => {
                (prune_fracs.len(), *n_score_inits, *score_epoch, 1)
            }
            Study::Epochs { n_score_inits, score_epochs: epochs } => {
                let last = epochs.last().copied().unwrap_or(0.0);
                (epochs.len(), *n_score_inits, last, epochs.len())
            }
            Study::Window { offsets, n_score_inits, score_epoch, .. } => {
                (offsets.len() + 2, *n_score_inits, *score_epoch, 1)
            }
        };
        let steps = trainings * setup.final_steps() + networks * setup.steps(epoch);
        (steps, networks * passes * setup.n_train)
    }
}

/// A study under one seed, with the images it needs.
struct Bench<'a> {
    setup: &'a Setup,
    seed: u64,
    random: &'a Streams,
    digits: Digits,
}

/// Computes the rows of a cell.
///
/// # Errors
/// Where the images are absent.
pub fn rows(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
    let Cell { study, seed, setup } = cell;
    let mut bench = Bench {
        setup,
        seed: *seed,
        random,
        // The same for all studies of a seed.
        digits: Digits::draw(setup.n_train, setup.block, &mut random.open("pool", *seed))?,
    };
    Ok(match study {
        Study::Full => vec![bench.on_everything(PanelName::Prune, Series::Full, FULL_RUNS)],
        Study::Random { prune_fracs } => bench.random(prune_fracs),
        Study::GrandInit { prune_fracs, n_score_inits } => bench.grand_init(prune_fracs, *n_score_inits),
        Study::El2n { prune_fracs, n_score_inits, score_epoch } => {
            let scores = &bench.clean_networks(*n_score_inits).el2n(&[*score_epoch])[0];
            bench.pruned(Series::El2n, scores, prune_fracs)
        }
        Study::Epochs { n_score_inits, score_epochs } => bench.epochs(score_epochs, *n_score_inits),
        Study::Window { noise_frac, window_frac, offsets, n_score_inits, score_epoch } => {
            let wrong = bench.randomize(*noise_frac);
            let scores = bench.networks("noisy score", *n_score_inits).el2n(&[*score_epoch]);
            bench.windows(&scores[0], &wrong, *window_frac, offsets)
        }
    })
}

impl Bench<'_> {
    fn networks<'b>(&'b self, purpose: &'b str, count: usize) -> ScoreNetworks<'b> {
        ScoreNetworks {
            setup: self.setup,
            pool: &self.digits.pool,
            count,
            purpose,
            seed: self.seed,
            random: self.random,
        }
    }

    /// The same networks for all scores under clean labels.
    fn clean_networks(&self, count: usize) -> ScoreNetworks<'_> {
        self.networks("score", count)
    }

    /// Mean test accuracy of `runs` new networks trained on a subset. No two points share a network.
    fn point(&self, panel: PanelName, series: Series, x: f64, subset: &[usize], runs: usize) -> Row {
        let accuracies: Vec<f64> = (0..runs)
            .map(|run| {
                let name = format!("training {panel:?} {series:?} {x} {run}");
                train_on(self.setup, &self.digits, subset, self.random.open(&name, self.seed))
            })
            .collect();
        Row::Accuracy(Accuracy {
            seed: self.seed,
            panel,
            series,
            x,
            n_kept: subset.len(),
            test_acc: reduce::mean(&accuracies),
        })
    }

    fn on_everything(&self, panel: PanelName, series: Series, runs: usize) -> Row {
        let all: Vec<usize> = (0..self.digits.pool.len()).collect();
        self.point(panel, series, 0.0, &all, runs)
    }

    /// Subsets of one random order: where more is pruned, a part of what stays where less is.
    fn random(&self, prune_fracs: &[f64]) -> Vec<Row> {
        let order = self.random_order();
        let point = |&frac: &f64| {
            let subset = &order[..kept(order.len(), frac)];
            self.point(PanelName::Prune, Series::Random, frac, subset, 1)
        };
        prune_fracs.iter().map(point).collect()
    }

    fn random_order(&self) -> Vec<usize> {
        let mut random = self.random.open("random order", self.seed);
        random.permutation(self.digits.pool.len())
    }

    fn pruned(&self, series: Series, scores: &[f64], prune_fracs: &[f64]) -> Vec<Row> {
        let point = |&frac: &f64| self.point(PanelName::Prune, series, frac, &highest(scores, frac), 1);
        prune_fracs.iter().map(point).collect()
    }

    fn grand_init(&self, prune_fracs: &[f64], n_score_inits: usize) -> Vec<Row> {
        let scores = self.clean_networks(n_score_inits).grand_init();
        let Examples { images, .. } = &self.digits.pool;
        let squares = |row: ArrayView1<f32>| row.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        let squared_norms: Vec<f64> = images.rows().into_iter().map(squares).collect();
        let mut rows = self.pruned(Series::GrandInit, &scores, prune_fracs);
        rows.push(Row::Diagnostics(Diagnostics {
            seed: self.seed,
            spearman_grand0_norm: Some(spearman(&scores, &squared_norms)),
            auroc_noise: None,
            top_wrong_frac: None,
        }));
        rows
    }

    fn epochs(&self, score_epochs: &[f64], n_score_inits: usize) -> Vec<Row> {
        let scores = self.clean_networks(n_score_inits).el2n(score_epochs);
        let point = |(&epoch, scores): (&f64, &Vec<f64>)| {
            self.point(PanelName::Epoch, Series::El2n, epoch, &highest(scores, HALF), 1)
        };
        score_epochs.iter().zip(&scores).map(point).collect()
    }

    /// Draws some labels of the pool anew; which ones are wrong now.
    fn randomize(&mut self, noise_frac: f64) -> Vec<bool> {
        let mut random = self.random.open("label noise", self.seed);
        let labels = &mut self.digits.pool.labels;
        let clean = labels.clone();
        randomize_labels(labels, CLASSES, noise_frac, &mut random);
        labels.iter().zip(clean).map(|(noisy, clean)| *noisy != clean).collect()
    }

    fn windows(&self, scores: &[f64], wrong: &[bool], window_frac: f64, offsets: &[f64]) -> Vec<Row> {
        let (panel, order) = (PanelName::Window, self.random_order());
        let mut rows: Vec<Row> = offsets
            .iter()
            .map(|&offset| {
                let subset = window(scores, offset, window_frac);
                self.point(panel, Series::Window, offset, &subset, 1)
            })
            .collect();
        rows.push(self.on_everything(panel, Series::NoisyFull, 1));
        let chosen = &order[..kept(order.len(), 1.0 - window_frac)];
        rows.push(self.point(panel, Series::NoisyRandom, 0.0, chosen, 1));
        rows.push(Row::Diagnostics(Diagnostics {
            seed: self.seed,
            spearman_grand0_norm: None,
            auroc_noise: Some(auroc(scores, wrong)),
            top_wrong_frac: Some(share_on_top(scores, wrong)),
        }));
        rows
    }
}

/// Share of marked examples among as many with the highest scores as are marked; NaN if none is.
fn share_on_top(scores: &[f64], marked: &[bool]) -> f64 {
    let count = marked.iter().filter(|marked| **marked).count();
    let mut order = highest(scores, 0.0);
    order.truncate(count);
    order.iter().filter(|&&index| marked[index]).count() as f64 / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::tests::small_setup;

    #[test]
    fn the_top_holds_as_many_as_are_marked() {
        let marked = [true, false, true, false, false];
        assert_eq!(share_on_top(&[5.0, 4.0, 1.0, 0.0, 2.0], &marked), 0.5);
        assert_eq!(share_on_top(&[5.0, 1.0, 4.0, 0.0, 2.0], &marked), 1.0);
        assert!(share_on_top(&[1.0], &[false]).is_nan());
    }

    #[test]
    fn label_noise_is_what_the_scores_and_the_trainings_see() {
        let (setup, random) = (small_setup(), Streams::new("data-diet"));
        let digits = Digits::draw(setup.n_train, setup.block, &mut random.open("pool", 0)).unwrap();
        let clean = digits.pool.labels.clone();
        let mut bench = Bench { setup: &setup, seed: 0, random: &random, digits };
        let wrong = bench.randomize(0.2);
        // 18 % on average, with standard deviation 1.2 %.
        let share = wrong.iter().filter(|wrong| **wrong).count() as f64 / 1000.0;
        assert!((share - 0.18).abs() < 0.04, "{share}");
        assert!((0..1000).all(|i| wrong[i] == (bench.digits.pool.labels[i] != clean[i])));
        let scores = &bench.networks("noisy score", 2).el2n(&[2.0])[0];
        assert!(auroc(scores, &wrong) > 0.8, "{}", auroc(scores, &wrong));
    }
}
