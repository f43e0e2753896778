//! Deep Learning on a Data Diet: Finding Important Examples Early in Training — Paul, Ganguli, Dziugaite 2021,
//! arXiv:2107.07075, Figures 1 to 3.
//!
//! A few networks are trained for an epoch. The examples on which their error vectors are long are kept, and a new
//! network is trained on these for as many steps as it would be on all. The gradient norm at initialisation, which
//! the paper proposes too, is compared, and so is pruning by chance.

mod claims;
mod digits;
mod figure;
mod pruning;
mod scores;
mod studies;
mod training;

use common::datasets::{DataSet, MNIST};
use common::prelude::*;
use studies::Study;
use training::Setup;

/// Share that panel b prunes.
pub const HALF: f64 = 0.5;

/// The parameters, as in `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    setup: Setup,
    /// Networks that a score is averaged over: K.
    n_score_inits: usize,
    /// When they are asked, in panels a and c.
    score_epoch: f64,
    /// When they are asked in panel b, rising.
    score_epochs: Vec<f64>,
    /// Shares pruned in panel a, rising.
    prune_fracs: Vec<f64>,
    /// Share of the labels that panel c draws anew.
    noise_frac: f64,
    /// Share of the pool that panel c trains on.
    window_frac: f64,
    /// Shares of lowest scores that it skips, rising.
    offsets: Vec<f64>,
    seeds: Vec<u64>,
}

/// One series under one seed, with the scores it needs.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    study: Study,
    seed: u64,
    setup: Setup,
}

/// The panel that a row belongs to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
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
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
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

/// The output table.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Row {
    /// One point of a series.
    Accuracy(Accuracy),
    /// What the scores go with.
    Diagnostics(Diagnostics),
}

/// One point of a series under one seed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Accuracy {
    seed: u64,
    panel: PanelName,
    series: Series,
    /// Share pruned, epoch of the score, or offset of the window.
    x: f64,
    /// Examples trained on.
    n_kept: usize,
    /// On clean test data.
    test_acc: f64,
}

/// What the scores of one seed go with; each series gives the values that it has.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Diagnostics {
    seed: u64,
    /// Spearman's correlation of the gradient norm at initialisation with the squared norm of the input.
    spearman_grand0_norm: Option<f64>,
    /// How well EL2N tells wrong labels from right ones: area under the ROC curve.
    auroc_noise: Option<f64>,
    /// Share of wrong labels among as many highest EL2N scores as there are wrong labels.
    top_wrong_frac: Option<f64>,
}

/// The paper.
pub struct DataDiet;

impl Experiment for DataDiet {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let Setup { n_train, bs, .. } = config.setup;
        check.within("n_train", n_train, 2, 60_000);
        if !(2..=60_000).contains(&n_train) {
            return;
        }
        // Half of the pool is pruned in panel b and has to fill a batch.
        check.within("bs", bs, 1, n_train / 2);
        if !(1..=n_train / 2).contains(&bs) {
            return;
        }
        check_setup(&config.setup, check);
        check_scores(config, check);
        check_subsets(config, check);
        let seeds = &config.seeds;
        let different = (1..seeds.len()).all(|i| !seeds[..i].contains(&seeds[i]));
        let valid = (1..=1000).contains(&seeds.len()) && different;
        check.require("seeds", valid, "1 to 1000 different seeds");
    }

    fn cells(config: &Config) -> Vec<Cell> {
        let studies = config.studies();
        let cell = |seed: u64, study: &Study| Cell { study: study.clone(), seed, setup: config.setup.clone() };
        let cells = config.seeds.iter().flat_map(|&seed| studies.iter().map(move |study| cell(seed, study)));
        cells.collect()
    }

    fn cost(cell: &Cell) -> f64 {
        let (steps, scored) = cell.study.work(&cell.setup);
        // Six operations for each parameter and trained image, two for each scored one.
        let images = 6 * steps * cell.setup.bs + 2 * scored;
        images as f64 * cell.setup.parameters() as f64 / 1.1e11
    }

    fn data(_: &Cell) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        studies::rows(cell, random)
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

impl Config {
    /// The studies of one seed.
    fn studies(&self) -> Vec<Study> {
        let (prune_fracs, n_score_inits) = (|| self.prune_fracs.clone(), self.n_score_inits);
        vec![
            Study::Full,
            Study::Random { prune_fracs: prune_fracs() },
            Study::El2n { prune_fracs: prune_fracs(), n_score_inits, score_epoch: self.score_epoch },
            Study::GrandInit { prune_fracs: prune_fracs(), n_score_inits },
            Study::Epochs { n_score_inits, score_epochs: self.score_epochs.clone() },
            Study::Window {
                noise_frac: self.noise_frac,
                window_frac: self.window_frac,
                offsets: self.offsets.clone(),
                n_score_inits,
                score_epoch: self.score_epoch,
            },
        ]
    }
}

fn check_setup(setup: &Setup, check: &mut Check) {
    let divides = setup.block > 0 && 28_usize.is_multiple_of(setup.block);
    check.require("block", divides, "a divisor of 28, the side of the images");
    check.within("hidden", setup.hidden, 1, 10_000);
    let fits = (0.0..=10_000.0).contains(&setup.final_epochs) && (1..=1_000_000).contains(&setup.final_steps());
    check.require("final_epochs", fits, "epochs of 1 to 1000000 steps");
    check.require("lr", setup.lr > 0.0 && setup.lr <= 100.0, "a rate above 0 and at most 100");
    let valid = (0.0..1.0).contains(&setup.momentum);
    check.require("momentum", valid, "a value from 0 to less than 1");
    check.within("wd", setup.wd, 0.0, 1.0);
}

fn check_scores(config: &Config, check: &mut Check) {
    check.within("n_score_inits", config.n_score_inits, 1, 1000);
    check.within("score_epoch", config.score_epoch, 0.0, 1000.0);
    let epochs = &config.score_epochs;
    let valid = (1..=20).contains(&epochs.len()) && epochs.iter().all(|epoch| (0.0..=1000.0).contains(epoch));
    check.require("score_epochs", valid, "1 to 20 epochs from 0 to 1000");
    check.increasing("score_epochs", epochs);
}

fn check_subsets(config: &Config, check: &mut Check) {
    let Setup { n_train, bs, .. } = config.setup;
    let trainable = |prune_frac: f64| pruning::kept(n_train, prune_frac) >= bs;
    let fracs = &config.prune_fracs;
    let valid = (1..=100).contains(&fracs.len()) && fracs.iter().all(|frac| (0.0..1.0).contains(frac));
    check.require("prune_fracs", valid, "1 to 100 values from 0 to less than 1");
    check.increasing("prune_fracs", fracs);
    let enough = !valid || fracs.iter().all(|&frac| trainable(frac));
    check.require("prune_fracs", enough, "values that leave at least bs images of n_train");
    check.probability("noise_frac", config.noise_frac);
    let width = config.window_frac;
    let valid = (0.0..=1.0).contains(&width) && trainable(1.0 - width);
    check.require("window_frac", valid, "a share of n_train of at least bs images");
    let offsets = &config.offsets;
    // Decimal fractions like 0.6 and 0.4 may add up to a little more than 1.
    let inside = |offset: &f64| *offset >= 0.0 && offset + width <= 1.0 + 1e-9;
    let valid = (1..=100).contains(&offsets.len()) && offsets.iter().all(inside);
    check.require("offsets", valid, "1 to 100 values from 0 to 1 - window_frac");
    check.increasing("offsets", offsets);
}

common::paper!(DataDiet);
