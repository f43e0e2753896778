//! Predictable Scale: Part I — Optimal Hyperparameter Scaling Law in Large Language Model
//! Pretraining — Li, Zheng, Wang et al. 2025, arXiv:2503.04715, Figure 1.
//!
//! Over (ln learning rate, ln batch size) the loss of one model on one number of tokens is a bowl. Its
//! bottom is found for each group of runs, power laws in N and D are fitted to the bottoms, and each law
//! is judged by the loss of what it recommends. The runs are those of small models trained here, or of
//! tables: published ones, or synthetic ones that show whether the analysis finds a law that was planted.

mod bootstrap;
mod bowl;
mod claims;
mod figure;
mod law;
mod losses;
mod tabulated;
mod trained;

use common::prelude::*;
use tabulated::{Analysis, Protocol, Source};
use trained::{Grid, Group, Role};

/// A model size and a number of tokens.
#[derive(Parameters)]
pub struct GroupSize {
    /// Hidden units of each of the two layers.
    #[range(4..)]
    #[key("h")]
    width: usize,
    /// Training tokens.
    #[key("d")]
    tokens: usize,
}

/// The parameters.
#[derive(Parameters)]
#[require(source.usable(), "a source whose loss tables are here, complete and unchanged; `make data` fetches them")]
#[require(widths.iter().chain([&held_out.width]).all(|h| h % 4 == 0), "widths that 4 divides")]
#[require(
    tokens.iter().chain([&held_out.tokens]).all(|d| grid.batches.iter().all(|b| d % b == 0)),
    "numbers of tokens that every batch divides"
)]
#[require(
    !(widths.contains(&held_out.width) && tokens.contains(&held_out.tokens)),
    "a held-out group that no law is fitted to"
)]
pub struct Config {
    /// Where the losses come from; auto: measured where the published tables are here, otherwise synthetic.
    source: Source,
    /// h: hidden units of each of the two layers of the models that laws are fitted to.
    #[rising]
    #[range(4..)]
    widths: Vec<usize>,
    /// D: numbers of training tokens that laws are fitted to.
    #[rising]
    tokens: Vec<usize>,
    /// The group that laws are judged on.
    held_out: GroupSize,
    #[flatten]
    grid: Grid,
    /// Repetitions with all models trained anew.
    seeds: u64,
    #[flatten]
    protocol: Protocol,
    /// Standard deviation of the relative noise of synthetic losses.
    #[range(0.0..)]
    sigma: f64,
    /// Repetitions of the analysis of a table, with other noise and other resamples.
    check_seeds: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { source, widths, tokens, held_out, grid, protocol, .. } = config;
    if *source == Source::MeasuredHere {
        for seed in 0..config.seeds {
            let fitted = widths.iter().flat_map(|&width| tokens.iter().map(move |&tokens| (width, tokens)));
            plan.add(fitted.map(|(width, tokens)| Group { seed, role: Role::Fitted, width, tokens, grid }));
            let GroupSize { width, tokens } = *held_out;
            plan.add([Group { seed, role: Role::HeldOut, width, tokens, grid }]);
        }
    }
    // Measured losses bring their own noise. Beside models trained here, synthetic ones check the method.
    let sigma = if source.is_measured() { None } else { Some(config.sigma) };
    let source = if sigma.is_some() { "synthetic" } else { "measured" };
    plan.add((0..config.check_seeds).map(|seed| Analysis { source, seed, sigma, protocol }));
}

common::paper!(Config, cells, figure::draw, claims::measure);
