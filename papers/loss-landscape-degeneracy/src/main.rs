//! Using Degeneracy in the Loss Landscape for Mechanistic Interpretability — Bushnaq, Mendel, Heimersheim, Braun,
//! Goldowsky-Dill, Hänni, Wu, Hobbhahn 2024, arXiv:2405.10927.
//!
//! How many parameters does a network use? The volume of the weights with nearly the same behaviour answers it, and
//! the answer is measured where it is known exactly: in toy valleys, by sampling two-layer linear nets, by the rank of
//! the behavioural Hessian of synchronised ReLUs and low-rank layers. The Interaction Basis is the coordinate system in
//! which such a degeneracy shows.

mod claims;
mod figure;
mod interaction_basis;
mod learning_coefficient;
mod linear_chain;
mod linear_net;
mod measurements;
mod rank;
mod synchronised;
mod volume;

use common::prelude::*;
use linear_chain::Widths;
use linear_net::{Net, Posterior, Sampling};
use measurements::{Bases, EffectiveParameters, ProductRank, ReluRank, Volume};
use synchronised::{Blocks, ReluNets};
use volume::LOSSES;

/// The parameters.
#[derive(Parameters)]
#[require(nets.iter().all(|net| ranks[0] <= linear_net::largest_rank(*net)), "a smallest rank that every net can have")]
#[require(relu.points >= most_parameters(relu, partitions), "at least as many data points as a ReLU net has weights")]
#[require(
    activation_ranks.iter().all(|&rank| rank <= widths[0].min(widths[1])),
    "ranks of at most the smaller of the first two widths"
)]
#[require(
    gradient_ranks.iter().all(|&rank| rank <= widths[2].min(widths[3])),
    "ranks of at most the smaller of the last two widths"
)]
#[require(input_rank <= widths[0].min(widths[1]))]
#[require(chain_points >= widths[0])]
pub struct Config {
    /// Points of the box in which the volumes of toy valleys are measured.
    #[range(1000..)]
    samples: usize,
    /// Linear nets: sizes M, H, N of input, hidden and output layer.
    #[length(1..=4)]
    #[distinct]
    nets: Vec<Net>,
    /// Ranks r of the truth; those above a net's smallest layer are left out.
    #[rising]
    #[range(0..)]
    ranks: Vec<usize>,
    /// Inverse temperatures B. At very high ones rounding makes a covariance indefinite.
    #[rising]
    #[range(10.0..=1e9)]
    inverse_temperatures: Vec<f64>,
    #[flatten]
    sampling: Sampling,
    #[flatten]
    relu: ReluNets,
    /// Sizes k_b of the blocks of hidden units that fire together, one list for each ReLU net.
    #[distinct]
    partitions: Vec<Vec<usize>>,
    /// Layers of the linear chains: input, two hidden layers, output.
    widths: Widths,
    /// Ranks a of the first map of a chain.
    #[distinct]
    activation_ranks: Vec<usize>,
    /// Ranks g of the last map of a chain.
    #[distinct]
    gradient_ranks: Vec<usize>,
    /// Data points of the chains.
    chain_points: usize,
    /// Rank of the first map of the chain in the Interaction Basis.
    input_rank: usize,
    /// Repetitions.
    seeds: u64,
}

/// Weights of the largest of the ReLU nets.
fn most_parameters(nets: &ReluNets, partitions: &[Vec<usize>]) -> usize {
    partitions.iter().map(|sizes| Blocks { sizes, nets }.parameters()).max().unwrap_or(0)
}

impl Config {
    /// The largest B.
    fn coldest(&self) -> f64 {
        self.inverse_temperatures[self.inverse_temperatures.len() - 1]
    }

    /// The ranks of the truth that a net can have.
    fn ranks_of(&self, net: Net) -> Vec<usize> {
        self.ranks.iter().copied().filter(|&r| r <= linear_net::largest_rank(net)).collect()
    }

    /// The ReLU nets.
    fn blocks(&self) -> impl Iterator<Item = Blocks<'_>> {
        self.partitions.iter().map(|sizes| Blocks { sizes, nets: &self.relu })
    }
}

/// All measurements of one seed after the other.
fn cells(config: &'static Config, plan: &mut Plan) {
    let &Config { samples, ref sampling, widths, chain_points: points, input_rank, .. } = config;
    for seed in 0..config.seeds {
        plan.add(LOSSES.map(|loss| Volume { loss, samples, seed }));
        for &net in &config.nets {
            for r in config.ranks_of(net) {
                let posteriors = config.inverse_temperatures.iter().map(|&b| Posterior { net, r, b });
                plan.add(posteriors.map(|posterior| EffectiveParameters { posterior, sampling, seed }));
            }
        }
        plan.add(config.blocks().map(|blocks| ReluRank { blocks, seed }));
        for &a in &config.activation_ranks {
            plan.add(config.gradient_ranks.iter().map(|&g| ProductRank { widths, a, g, points, seed }));
        }
        plan.add([Bases { widths, input_rank, seed }]);
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
