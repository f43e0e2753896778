//! Deep Learning on a Data Diet: Finding Important Examples Early in Training — Paul, Ganguli, Dziugaite 2021,
//! arXiv:2107.07075, Figures 1 to 3.
//!
//! A few networks are trained for an epoch. The examples on which their error vectors are long are kept, and a new
//! network is trained on these for as many steps as it would be on all. The gradient norm at initialisation, which
//! the paper proposes too, is compared, and so is pruning by chance.

mod bench;
mod claims;
mod figure;
mod pruning;
mod scores;
mod training;

use bench::{Bench, PanelName, Series};
use common::datasets::{DataSet, MNIST};
use common::prelude::*;
use common::statistics::{auroc, spearman};
use pruning::{HALF, kept, window};
use training::Setup;

/// Training on windows of scores where some labels are wrong.
#[derive(Parameters)]
pub struct Noise {
    /// Share of the labels that panel d draws anew.
    #[range(0.0..=1.0)]
    noise_frac: f64,
    /// Share of the pool that panel d trains on.
    #[range(..=1.0)]
    window_frac: f64,
    /// Shares of lowest scores below that window.
    #[range(0.0..=1.0)]
    #[rising]
    offsets: Vec<f64>,
}

/// The parameters.
#[derive(Parameters)]
#[require(
    prune_fracs.iter().all(|&prune_frac| leaves_batch(prune_frac, setup.n_train, setup.bs)),
    "shares that leave at least bs of n_train images"
)]
#[require(
    leaves_batch(1.0 - noise.window_frac, setup.n_train, setup.bs),
    "a share of n_train images that has at least bs of them"
)]
#[require(
    noise.offsets.iter().all(|offset| offset + noise.window_frac <= 1.0 + ROUNDING),
    "values of at most 1 - window_frac"
)]
#[require(
    noise.offsets.iter().all(|&offset| window(setup.n_train, offset, noise.window_frac).len() >= setup.bs),
    "windows of at least bs of n_train images"
)]
pub struct Config {
    #[flatten]
    setup: Setup,
    /// Networks that a score is averaged over: K.
    n_score_inits: usize,
    /// Epoch of the scores of panels a and d.
    #[range(0.0..)]
    score_epoch: f64,
    /// Epochs of the scores of panel c, where half is pruned.
    #[range(0.0..)]
    #[rising]
    score_epochs: Vec<f64>,
    /// Shares pruned in panel a.
    #[range(0.0..1.0)]
    #[rising]
    prune_fracs: Vec<f64>,
    #[flatten]
    noise: Noise,
    /// Seeds of pools, networks, batches and labels.
    #[range(0..)]
    #[distinct]
    seeds: Vec<u64>,
}

/// Decimal fractions like 0.6 and 0.4 may add up to a little more than 1.
const ROUNDING: f64 = 1e-9;

/// Whether what is left of `n_train` images where a share is pruned fills a batch of `bs`.
fn leaves_batch(prune_frac: f64, n_train: usize, bs: usize) -> bool {
    kept(n_train, prune_frac) >= bs
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let &Config { ref setup, n_score_inits, score_epoch, ref score_epochs, ref prune_fracs, ref noise, ref seeds } =
        config;
    let by = [PruneBy::Random, PruneBy::El2n { n_score_inits, score_epoch }, PruneBy::GrandInit { n_score_inits }];
    for &seed in seeds {
        plan.add([FullPool { seed, setup }]);
        plan.add(by.map(|by| Pruning { by, prune_fracs, seed, setup }));
        plan.add([ScoreEpochs { score_epochs, n_score_inits, seed, setup }]);
        plan.add([Windows { noise, n_score_inits, score_epoch, seed, setup }]);
    }
}

/// Training on the whole pool.
#[derive(Serialize)]
struct FullPool {
    seed: u64,
    setup: &'static Setup,
}

/// Trainings on the whole pool, whose accuracies are averaged.
const FULL_RUNS: usize = 2;

impl Cell for FullPool {
    fn cost(&self) -> f64 {
        self.setup.seconds(FULL_RUNS, 0, 0.0, 0)
    }

    fn memory(&self) -> f64 {
        self.setup.memory(0)
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let bench = Bench::new(self.setup, self.seed, random)?;
        rows.key(record! { seed: self.seed });
        rows.kind("accuracy").push(bench.whole_pool(PanelName::Prune, Series::Full, FULL_RUNS));
        Ok(())
    }
}

/// What is pruned first.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum PruneBy {
    /// Chance decides.
    Random,
    /// The shortest error vectors, early in training.
    El2n { n_score_inits: usize, score_epoch: f64 },
    /// The smallest gradients at initialisation.
    GrandInit { n_score_inits: usize },
}

/// Training on what is left where more and more is pruned.
#[derive(Serialize)]
struct Pruning {
    by: PruneBy,
    prune_fracs: &'static [f64],
    seed: u64,
    setup: &'static Setup,
}

impl Cell for Pruning {
    fn cost(&self) -> f64 {
        let (networks, epochs, passes) = match self.by {
            PruneBy::Random => (0, 0.0, 0),
            PruneBy::El2n { n_score_inits, score_epoch } => (n_score_inits, score_epoch, 1),
            PruneBy::GrandInit { n_score_inits } => (n_score_inits, 0.0, 3),
        };
        self.setup.seconds(self.prune_fracs.len(), networks, epochs, passes)
    }

    fn memory(&self) -> f64 {
        self.setup.memory(1)
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let bench = Bench::new(self.setup, self.seed, random)?;
        let mut follows_norm = None;
        let (series, order) = match self.by {
            PruneBy::Random => (Series::Random, bench.random_order()),
            PruneBy::El2n { n_score_inits, score_epoch } => {
                let scores = bench.clean_networks(n_score_inits).el2n(&[score_epoch]);
                (Series::El2n, argsort_descending(&scores[0]))
            }
            PruneBy::GrandInit { n_score_inits } => {
                let scores = bench.clean_networks(n_score_inits).grand_init();
                follows_norm = Some(spearman(&scores, &squared_norms(bench.digits.train.inputs.view())));
                (Series::GrandInit, argsort_descending(&scores))
            }
        };
        rows.key(record! { seed: self.seed }).kind("accuracy");
        for &prune_frac in self.prune_fracs {
            let subset = &order[..kept(order.len(), prune_frac)];
            rows.push(bench.point(PanelName::Prune, series, prune_frac, subset, 1));
        }
        if let Some(spearman_grand0_norm) = follows_norm {
            rows.kind("diagnostics").push(record! {
                /// Spearman's correlation of the gradient norm at initialisation with the squared norm of the input.
                spearman_grand0_norm,
            });
        }
        Ok(())
    }
}

/// ‖x‖² of each input.
fn squared_norms(inputs: ArrayView2<f32>) -> Vec<f64> {
    let squares = |row: ArrayView1<f32>| row.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
    inputs.rows().into_iter().map(squares).collect()
}

/// Training on the half with the longest error vectors, measured at several times.
#[derive(Serialize)]
struct ScoreEpochs {
    score_epochs: &'static [f64],
    n_score_inits: usize,
    seed: u64,
    setup: &'static Setup,
}

impl Cell for ScoreEpochs {
    fn cost(&self) -> f64 {
        let (count, last) = (self.score_epochs.len(), self.score_epochs.last().copied().unwrap_or(0.0));
        self.setup.seconds(count, self.n_score_inits, last, count)
    }

    fn memory(&self) -> f64 {
        self.setup.memory(self.score_epochs.len())
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let bench = Bench::new(self.setup, self.seed, random)?;
        rows.key(record! { seed: self.seed }).kind("accuracy");
        let scores = bench.clean_networks(self.n_score_inits).el2n(self.score_epochs);
        for (&epoch, scores) in self.score_epochs.iter().zip(&scores) {
            let subset = &argsort_descending(scores)[..kept(scores.len(), HALF)];
            rows.push(bench.point(PanelName::Epoch, Series::El2n, epoch, subset, 1));
        }
        Ok(())
    }
}

/// Training on windows of rising error length where some labels are wrong.
#[derive(Serialize)]
struct Windows {
    noise: &'static Noise,
    n_score_inits: usize,
    score_epoch: f64,
    seed: u64,
    setup: &'static Setup,
}

impl Cell for Windows {
    fn cost(&self) -> f64 {
        self.setup.seconds(self.noise.offsets.len() + 2, self.n_score_inits, self.score_epoch, 1)
    }

    fn memory(&self) -> f64 {
        self.setup.memory(1)
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let Noise { noise_frac, window_frac, offsets } = self.noise;
        let mut bench = Bench::new(self.setup, self.seed, random)?;
        let wrong = bench.randomize(*noise_frac);
        let scores = &bench.noisy_networks(self.n_score_inits).el2n(&[self.score_epoch])[0];
        let rising = argsort(scores);
        rows.key(record! { seed: self.seed }).kind("accuracy");
        for &offset in offsets {
            let subset = &rising[window(rising.len(), offset, *window_frac)];
            rows.push(bench.point(PanelName::Window, Series::Window, offset, subset, 1));
        }
        rows.push(bench.whole_pool(PanelName::Window, Series::NoisyFull, 1));
        let order = bench.random_order();
        let chosen = &order[..kept(order.len(), 1.0 - window_frac)];
        rows.push(bench.point(PanelName::Window, Series::NoisyRandom, 0.0, chosen, 1));
        rows.kind("diagnostics").push(record! {
            /// How well EL2N tells wrong labels from right ones: area under the ROC curve.
            auroc_noise: auroc(scores, &wrong),
            /// Share of wrong labels among as many highest EL2N scores as there are wrong labels.
            top_wrong_frac: share_on_top(scores, &wrong),
        });
        Ok(())
    }
}

/// Share of marked examples among as many with the highest scores as are marked; NaN if none is.
fn share_on_top(scores: &[f64], marked: &[bool]) -> f64 {
    let count = marked.iter().filter(|marked| **marked).count();
    let top = &argsort_descending(scores)[..count];
    top.iter().filter(|&&index| marked[index]).count() as f64 / count as f64
}

#[cfg(test)]
mod tests {
    use super::share_on_top;

    #[test]
    fn the_top_holds_as_many_as_are_marked() {
        let marked = [true, false, true, false, false];
        assert_eq!(share_on_top(&[5.0, 4.0, 1.0, 0.0, 2.0], &marked), 0.5);
        assert_eq!(share_on_top(&[5.0, 1.0, 4.0, 0.0, 2.0], &marked), 1.0);
        assert!(share_on_top(&[1.0], &[false]).is_nan());
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
