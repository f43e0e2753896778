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
mod ranges;
mod rank;
mod rows;
mod synchronised;
mod volume;

use common::prelude::*;
use linear_chain::Widths;
use linear_net::{Net, Posterior};
use rows::Row;
use synchronised::Blocks;
use volume::{LOSSES, Loss};

/// The parameters, as in `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// Points of the box.
    samples: usize,
    nets: Vec<Net>,
    /// Ranks r of the truth; those above a net's smallest layer are left out.
    ranks: Vec<usize>,
    /// B.
    inverse_temperatures: Vec<f64>,
    chains: usize,
    /// Of each chain.
    sweeps: usize,
    /// Inputs of the ReLU nets.
    d: usize,
    /// Outputs of the ReLU nets.
    o: usize,
    /// Sizes k_b of the blocks of hidden units.
    partitions: Vec<Vec<usize>>,
    /// Data points of the ReLU nets.
    points: usize,
    /// How far the weights of a block are apart.
    spread: f64,
    /// Of the linear chains.
    widths: Widths,
    /// Ranks a of the first map of a chain.
    activation_ranks: Vec<usize>,
    /// Ranks g of the last map of a chain.
    gradient_ranks: Vec<usize>,
    /// Data points of the chains.
    chain_points: usize,
    /// Rank of the first map of the chain in the Interaction Basis.
    input_rank: usize,
    seeds: u64,
}

impl Config {
    /// The largest B.
    fn coldest(&self) -> f64 {
        reduce::max(&self.inverse_temperatures)
    }

    /// The ranks of the truth that a net can have.
    fn ranks_of(&self, net: &Net) -> Vec<usize> {
        let possible = |r: &usize| *r <= net.largest_rank();
        self.ranks.iter().copied().filter(possible).collect()
    }

    /// The ReLU net with blocks of these sizes.
    fn blocks(&self, sizes: &[usize]) -> Blocks {
        Blocks { d: self.d, o: self.o, sizes: sizes.to_vec(), spread: self.spread, points: self.points }
    }
}

/// One measurement. Cells of one seed are independent of each other.
#[derive(Clone, Debug, Serialize)]
pub enum Cell {
    /// Volume of a toy valley.
    Volume {
        /// K.
        loss: Loss,
        /// Points of the box.
        samples: usize,
        /// Of the points.
        seed: u64,
    },
    /// Effective parameters of a linear net.
    Linear {
        /// Net, truth and B.
        posterior: Posterior,
        /// Markov chains.
        chains: usize,
        /// Of each chain.
        sweeps: usize,
        /// Of the chains.
        seed: u64,
    },
    /// Rank of the Hessian of a ReLU net.
    Relu {
        /// Blocks and data points.
        blocks: Blocks,
        /// Of weights and data.
        seed: u64,
    },
    /// Rank of the Hessian of the middle layer of a linear chain.
    Product {
        /// Sizes.
        widths: Widths,
        /// Rank of the activations.
        a: usize,
        /// Rank of the gradients.
        g: usize,
        /// Data points.
        points: usize,
        /// Of weights and data.
        seed: u64,
    },
    /// Interactions of a linear chain in two bases.
    Basis {
        /// Sizes.
        widths: Widths,
        /// Rank of the first map.
        input_rank: usize,
        /// Of weights and covariance.
        seed: u64,
    },
}

/// The paper.
pub struct LossLandscapeDegeneracy;

impl Experiment for LossLandscapeDegeneracy {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        ranges::check(config, check);
    }

    fn cells(config: &Config) -> Vec<Cell> {
        (0..config.seeds).flat_map(|seed| cells_of_seed(config, seed)).collect()
    }

    fn cost(cell: &Cell) -> f64 {
        match cell {
            Cell::Volume { loss, samples, .. } => 4e-9 * (samples * loss.dimension()) as f64,
            Cell::Linear { posterior, chains, sweeps, .. } => {
                (chains * sweeps) as f64 * (6e-7 + 4e-8 * posterior.net.parameters() as f64)
            }
            Cell::Relu { blocks, .. } => {
                let parameters = blocks.parameters() as f64;
                (blocks.points * blocks.o) as f64 * parameters * parameters * 3e-11
            }
            Cell::Product { .. } => 0.003,
            Cell::Basis { .. } => 0.001,
        }
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        match cell {
            Cell::Volume { loss, samples, seed } => Ok(measurements::volumes(*loss, *samples, *seed, random)),
            Cell::Linear { posterior, chains, sweeps, seed } => {
                measurements::effective_parameters(posterior, (*chains, *sweeps), *seed, random)
            }
            Cell::Relu { blocks, seed } => measurements::relu_rank(blocks, *seed, random),
            Cell::Product { widths, a, g, points, seed } => {
                measurements::product_rank(*widths, (*a, *g), *points, *seed, random)
            }
            Cell::Basis { widths, input_rank, seed } => measurements::bases(*widths, *input_rank, *seed, random),
        }
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

/// All measurements of one seed, by panel.
fn cells_of_seed(config: &Config, seed: u64) -> Vec<Cell> {
    let samples = config.samples;
    let mut cells: Vec<Cell> = LOSSES.map(|loss| Cell::Volume { loss, samples, seed }).into();
    for net in &config.nets {
        for r in config.ranks_of(net) {
            cells.extend(config.inverse_temperatures.iter().map(|&b| Cell::Linear {
                posterior: Posterior { net: net.clone(), r, b },
                chains: config.chains,
                sweeps: config.sweeps,
                seed,
            }));
        }
    }
    cells.extend(config.partitions.iter().map(|sizes| Cell::Relu { blocks: config.blocks(sizes), seed }));
    for &a in &config.activation_ranks {
        cells.extend(config.gradient_ranks.iter().map(|&g| Cell::Product {
            widths: config.widths,
            a,
            g,
            points: config.chain_points,
            seed,
        }));
    }
    cells.push(Cell::Basis { widths: config.widths, input_rank: config.input_rank, seed });
    cells
}

common::paper!(LossLandscapeDegeneracy);
