//! Predictable Scale: Part I — Optimal Hyperparameter Scaling Law in Large Language Model
//! Pretraining — Li, Zheng, Wang et al. 2025, arXiv:2503.04715, Figure 1.
//!
//! Over (ln learning rate, ln batch size) the loss of one model on one number of tokens is a bowl. Its
//! bottom is found for each of 17 groups of runs, power laws in N and D are fitted to the bottoms, and
//! each law is judged by the loss of the run nearest to what it recommends.

mod analysis;
mod bootstrap;
mod bowl;
mod claims;
mod figure;
mod law;
mod losses;
mod measured;
mod rows;
mod synthetic;

use common::datasets::{DataSet, STEP_LAW};
use common::prelude::*;
use rows::{Row, Source};

/// How losses are turned into laws.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Analysis {
    /// Of the model sizes N, this many of the smallest.
    model_sizes: usize,
    /// Of each size's token counts D, this many of the smallest.
    token_counts: usize,
    /// Largest excess loss of the runs that a bowl is fitted to.
    window: f64,
    /// Bootstrap resamples.
    resamples: usize,
    /// Batches are counted in sequences; the laws speak of tokens.
    tokens_per_sequence: f64,
}

/// Where the losses come from, as asked for.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Implied by the published law.
    Synthetic,
    /// From the published tables, which must be present.
    Measured,
    /// Measured where the tables are present.
    Auto,
}

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    source: Choice,
    analysis: Analysis,
    /// Standard deviation of the relative noise of synthetic losses.
    sigma: f64,
    seeds: u64,
}

/// The analysis of all groups with one seed, which draws the noise and the resamples.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    source: Source,
    seed: u64,
    /// Of synthetic losses; measured ones bring their own noise.
    sigma: Option<f64>,
    analysis: Analysis,
}

/// The experiment.
pub struct StepLaw;

impl Experiment for StepLaw {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let analysis = &config.analysis;
        // Leaving one size out must leave two, and two token counts, or no law can be fitted.
        check.within("model_sizes", analysis.model_sizes, 3, 5);
        check.within("token_counts", analysis.token_counts, 2, 4);
        check.positive("window", analysis.window);
        check.at_most("window", analysis.window, 1.0);
        check.within("sigma", config.sigma, 0.0, 1.0);
        check.within("resamples", analysis.resamples, 1, 100_000);
        check.within("tokens_per_sequence", analysis.tokens_per_sequence, 1, 1_000_000);
        check.within("seeds", config.seeds, 1, 1000);
        if let Err(problem) = measured::usable(config.source) {
            check.require("source", false, &format!("usable loss tables ({problem:#})"));
        }
    }

    fn cells(config: &Config) -> Vec<Cell> {
        let (source, sigma) = match config.source {
            Choice::Synthetic => (Source::Synthetic, Some(config.sigma)),
            Choice::Auto if !measured::present() => (Source::Synthetic, Some(config.sigma)),
            Choice::Measured | Choice::Auto => (Source::Measured, None),
        };
        let analysis = &config.analysis;
        (0..config.seeds).map(|seed| Cell { source, seed, sigma, analysis: analysis.clone() }).collect()
    }

    fn cost(cell: &Cell) -> f64 {
        // Seventeen fits a resample.
        1.0e-4 * (10 + cell.analysis.resamples) as f64
    }

    fn data(cell: &Cell) -> Vec<&'static DataSet> {
        match cell.source {
            Source::Synthetic => Vec::new(),
            Source::Measured => vec![&STEP_LAW],
        }
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        let tokens = cell.analysis.tokens_per_sequence;
        let (dense, moe) = match cell.sigma {
            Some(sigma) => {
                let mut noise = random.open("noise", cell.seed);
                (synthetic::groups(sigma, tokens, &mut noise)?, Vec::new())
            }
            None => (measured::dense(tokens)?, measured::mixtures(tokens)?),
        };
        let Analysis { model_sizes, token_counts, .. } = cell.analysis;
        let dense = losses::smallest(dense, model_sizes, token_counts);
        analysis::rows(cell, &dense, &moe, &mut random.open("bootstrap", cell.seed))
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(_: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(table)
    }
}

common::paper!(StepLaw);
