//! Does Learning Require Memorization? A Short Tale about a Long Tail — Feldman 2019, arXiv:1906.05271: a
//! simulation of the model with Theorem 2.3 drawn on top.
//!
//! A population is a mixture of many subpopulations whose frequencies come from a prior. A learner cannot tell
//! whether one that it has seen once is an outlier or one of many that are moderately rare. Under a long-tailed
//! prior each such label that it does not fit costs τ₁ of test error, about 0.47/n, whatever the learner.

mod claims;
mod clusters;
mod discrete;
mod figure;
mod learners;
mod prior;
mod sample;
mod theory;

use clusters::{ClusterRun, Mixture};
use common::prelude::*;
use discrete::DiscreteRun;
use prior::Prior;

/// The parameters.
#[derive(Parameters)]
#[require(knn_k.iter().all(|&k| k <= mixture.knn_n), "numbers of neighbours up to knn_n")]
pub struct Config {
    /// Samples; the heavy points of the outlier prior have frequency 20/n.
    #[range(21..)]
    n: usize,
    /// Domain points, each one a subpopulation, under the Zipf priors: N.
    zipf_n_domain: usize,
    /// Exponents s of the Zipf priors; the first also has label noise, groups and clusters.
    // Up to an exponent whose frequencies are all above 0 as floats.
    #[range(0.0..=10.0)]
    #[length(1..=4)]
    #[distinct]
    zipf_exponent: Vec<f64>,
    /// Classes.
    #[range(2..)]
    m: usize,
    /// Probabilities that a singleton is ignored (b).
    #[range(0.0..=1.0)]
    #[rising]
    q_grid: Vec<f64>,
    /// Probability that a training label is wrong (b).
    #[range(0.0..=1.0)]
    noise: f64,
    /// Privacy parameters of the private histogram (c).
    #[rising]
    eps_grid: Vec<f64>,
    /// Populations and samples (a to c, e).
    seeds: u64,
    #[flatten]
    mixture: Mixture,
    /// Numbers of neighbours (d).
    #[rising]
    knn_k: Vec<usize>,
    /// Draws of Gaussian clusters (d).
    #[range(0..)]
    knn_seeds: u64,
}

impl Config {
    /// The Zipf priors, the leading one first, and the outlier prior.
    fn priors(&self) -> Vec<Prior> {
        let zipf = self.zipf_exponent.iter().map(|&exponent| Prior::Zipf { exponent, domain: self.zipf_n_domain });
        zipf.chain([Prior::Outlier { n: self.n }]).collect()
    }
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { n, m, q_grid, noise, eps_grid, mixture, knn_k, .. } = config;
    let (n, m) = (*n, *m);
    for (index, prior) in config.priors().into_iter().enumerate() {
        let leading = (index == 0).then_some(*noise);
        plan.add((0..config.seeds).map(|seed| DiscreteRun { prior, seed, n, m, q_grid, eps_grid, leading }));
    }
    let prior = Prior::Zipf { exponent: config.zipf_exponent[0], domain: mixture.knn_n };
    plan.add((0..config.knn_seeds).map(|seed| ClusterRun { prior, seed, m, mixture, knn_k }));
}

common::paper!(Config, cells, figure::draw, claims::measure);
