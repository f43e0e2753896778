//! On the Provable Advantage of Unsupervised Pretraining — Ge, Tang, Fan, Jin 2023, arXiv:2303.01566, a
//! simulation of its main theorem.
//!
//! A latent-variable model is fitted to m unlabelled points by maximum likelihood (step 1), then a small
//! predictor on top of it to n labelled points (step 2). In a factor model the excess risk is about
//! d/m plus r/n instead of the d/n of supervised least squares; in a mixture of K Gaussians the labels
//! only have to tell K components apart.

mod claims;
mod classification;
mod factor_model;
mod figure;
mod regression;

use classification::{MixtureRun, MixtureSettings};
use common::prelude::*;
use factor_model::FactorModel;
use regression::FactorRun;

/// The parameters.
#[derive(Parameters)]
// From there on least squares on r columns has a finite mean.
#[require(n_fixed >= model.r + 2, "r + 2 labelled points or more")]
#[require(n_grid[0] >= model.r + 2, "r + 2 labelled points or more")]
pub struct Config {
    #[flatten]
    model: FactorModel,
    /// Unlabelled points of the factor model.
    #[rising]
    m_grid: Vec<usize>,
    /// Labelled points of the factor model.
    #[rising]
    n_grid: Vec<usize>,
    /// Labelled points where the unlabelled ones vary (c, d).
    n_fixed: usize,
    /// Populations of the factor model.
    seeds: u64,
    /// The mixture of Gaussians (b).
    gmm: Mixture,
}

/// Classification on a mixture of Gaussians.
#[derive(Parameters)]
pub struct Mixture {
    #[flatten]
    settings: MixtureSettings,
    /// Populations of the mixture.
    #[range(0..)]
    seeds: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { model, m_grid, n_fixed, gmm, .. } = config;
    let mut n_grid = [config.n_grid.as_slice(), &[*n_fixed]].concat();
    n_grid.sort_unstable();
    n_grid.dedup();
    let factor = |seed| FactorRun { seed, model, m_grid, n_grid: n_grid.clone(), n_fixed: *n_fixed };
    plan.add((0..config.seeds).map(factor));
    plan.add((0..gmm.seeds).map(|seed| MixtureRun { seed, settings: &gmm.settings }));
}

common::paper!(Config, cells, figure::draw, claims::measure);
