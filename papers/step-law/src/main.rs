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
mod synthetic;

use analysis::{Analysis, Protocol};
use common::prelude::*;
use measured::Source;

/// The parameters.
#[derive(Parameters)]
#[require(source.usable(), "a source whose loss tables are here, complete and unchanged; `make data` fetches them")]
pub struct Config {
    /// Where the losses come from; auto: measured where the published tables are here.
    source: Source,
    #[flatten]
    protocol: Protocol,
    /// Standard deviation of the relative noise of synthetic losses.
    #[range(0.0..)]
    sigma: f64,
    /// Repetitions with other noise and other bootstrap resamples.
    seeds: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let protocol = &config.protocol;
    // Measured losses bring their own noise.
    let sigma = if config.source.is_measured() { None } else { Some(config.sigma) };
    let source = if sigma.is_some() { "synthetic" } else { "measured" };
    plan.add((0..config.seeds).map(|seed| Analysis { source, seed, sigma, protocol }));
}

common::paper!(Config, cells, figure::draw, claims::measure);
