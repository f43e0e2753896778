//! One group: models of one size, trained on one number of tokens at every learning rate and batch of the grid.

use common::datasets::{DataSet, WORDNET};
use common::prelude::*;

use super::corpus::{Corpus, Positions};
use super::network::{Network, Training, parameters};
use crate::bootstrap::resampled_minimum;
use crate::bowl::Fitted;
use crate::losses::{self, Family, Setting};

/// What is trained in every group, and how its bowl is found.
#[derive(Parameters)]
pub struct Grid {
    /// Peak learning rates.
    #[rising]
    #[length(2..)]
    pub rates: Vec<f64>,
    /// Batches in tokens.
    #[rising]
    #[length(2..)]
    pub batches: Vec<usize>,
    #[flatten]
    pub training: Training,
    /// Positions of the validation text at which a trained model is judged.
    pub validation: usize,
    /// Largest excess loss of the runs that the bowl of a group is fitted to.
    pub grid_window: f64,
    /// Bootstrap resamples of each group.
    pub resamples: usize,
}

impl Grid {
    /// N of a model of this width.
    pub fn parameters(&self, width: usize) -> f64 {
        parameters(width, self.training.context) as f64
    }

    fn runs(&self) -> usize {
        self.rates.len() * self.batches.len()
    }

    fn largest_batch(&self) -> usize {
        self.batches[self.batches.len() - 1]
    }

    /// Whether a setting lies in the range of the grid.
    fn holds(&self, setting: Setting) -> bool {
        let lowest = Setting::new(self.rates[0], self.batches[0] as f64);
        let highest = Setting::new(self.rates[self.rates.len() - 1], self.largest_batch() as f64);
        (lowest.ln_rate..=highest.ln_rate).contains(&setting.ln_rate)
            && (lowest.ln_batch..=highest.ln_batch).contains(&setting.ln_batch)
    }
}

/// What a group is for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Laws are fitted to it.
    Fitted,
    /// Laws are judged on it.
    HeldOut,
}

/// All runs of one model size and number of tokens. They share start, tokens and validation positions, so that the
/// bowl over the grid is smooth; groups share nothing but the positions.
#[derive(Serialize)]
pub struct Group {
    pub seed: u64,
    pub role: Role,
    /// h: hidden units of each of the two layers.
    pub width: usize,
    /// D: training tokens.
    pub tokens: usize,
    pub grid: &'static Grid,
}

impl Group {
    fn numbers(&self) -> f64 {
        self.grid.parameters(self.width)
    }

    /// Trains the runs.
    fn train(&self, random: &Streams) -> Result<losses::Group> {
        let &Group { seed, width, tokens, grid, .. } = self;
        let context = grid.training.context;
        let corpus = Corpus::shared()?;
        let open = |what: &str| random.open(&format!("{what}, {width} units, {tokens} tokens"), seed);
        let stream = Positions::draw(&corpus.training, context, tokens, &mut open("tokens"));
        let mut drawn = random.open("validation", seed);
        let validation = Positions::draw(&corpus.validation, context, grid.validation, &mut drawn);
        let mut network = Network::new(width, context, grid.largest_batch());
        let start = network.initial(&mut open("start"));
        let mut losses = Vec::new();
        for &rate in &grid.rates {
            for &batch in &grid.batches {
                let mut theta = start.clone();
                network.train(&mut theta, &stream, batch, rate, &grid.training);
                losses.push((rate, batch as f64, network.loss(&theta, &validation)));
            }
        }
        let (n, d) = (self.numbers(), tokens as f64);
        // A forward and two backward products, each of two operations a parameter.
        losses::Group::new(Family::Dense, (n, n, d), 6.0 * n, losses)
    }
}

impl Cell for Group {
    fn cost(&self) -> f64 {
        let &Group { width, tokens, grid, .. } = self;
        // Seconds a parameter and symbol; narrow layers use the processor less well.
        let (step, judged) = (0.8e-10 + 1.6e-9 / width as f64, 0.3 * grid.validation as f64);
        let runs = grid.runs() as f64 * self.numbers() * (tokens as f64 + judged) * step;
        0.1 + runs + 5e-6 * grid.resamples as f64 * grid.runs() as f64
    }

    fn memory(&self) -> f64 {
        let &Group { width, tokens, grid, .. } = self;
        let positions = (tokens + grid.validation) as f64 * (grid.training.context + 1) as f64;
        // Values and gradients of inputs, four hidden layers and logits; six vectors of all parameters.
        let inputs = grid.training.context as f64 * (width as f64 / 2.0 + 2.0);
        let batch = 8.0 * grid.largest_batch() as f64 * (inputs + 5.0 * width as f64 + 150.0);
        let rows = 200.0 * (grid.resamples + grid.runs()) as f64;
        // The dictionary.
        6e7 + positions + batch + 24.0 * (self.numbers() + 8.0 * width as f64) + rows
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&WORDNET]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Group { seed, role, width, tokens, grid } = self;
        let group = self.train(random)?;
        rows.key(record! {
            source: "measured-here",
            seed,
            /// Whether laws are fitted to the group (fitted) or judged on it (held-out).
            role,
            /// Hidden units of each of the two layers.
            h: width,
            n: group.n,
            d: group.d,
        });
        for run in &group.runs {
            rows.kind("run").push(record! {
                lr: run.rate,
                b: run.batch,
                /// Cross-entropy of the trained model at the validation positions, nats a symbol; 9 where not finite.
                loss: run.loss,
                excess: run.excess,
            });
        }
        let fit = Fitted::new(&group, grid.grid_window);
        rows.kind("group").push(fit.record());
        if role == Role::HeldOut {
            return Ok(());
        }
        let mut draws = random.open(&format!("resamples, {width} units, {tokens} tokens"), seed);
        let mut redrawn = 0;
        for resample in 0..grid.resamples {
            let minimum = resampled_minimum(&fit, |minimum| grid.holds(minimum), &mut draws, &mut redrawn);
            rows.kind("resample").push(record! {
                lr_opt: minimum.rate(),
                b_opt: minimum.batch(),
                /// Number of the resample.
                resample,
                redrawn,
            });
        }
        Ok(())
    }
}
