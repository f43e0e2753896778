//! Measuring the Intrinsic Dimension of Objective Landscapes — Li, Farkhoor, Liu, Yosinski 2018,
//! arXiv:1804.08838, Figures 1 to 4.
//!
//! A network is trained in a random subspace of d dimensions through its random start. The d from which it works is
//! the intrinsic dimension of the problem: far below the number of parameters, and much the same for all widths and
//! depths. A toy problem whose solutions have a known codimension shows that the method finds it.

mod claims;
mod figure;
mod intrinsic;
mod network;
mod projection;
mod published;
mod subspace;
mod toy;
mod training;

use std::collections::BTreeSet;

use common::prelude::*;
use intrinsic::Dimension;
use network::{MOST_DEPTH, MOST_WIDTH, Network};
use projection::ProjectionKind;
use toy::BlockSums;
use training::{Recipe, Trained};

/// Nets of at most so many hidden units a layer count as narrow: all their parameters are trained in steps of their own.
const NARROW: usize = 10;

/// The parameters.
#[derive(Parameters)]
#[require(toy_d.iter().all(|&d| d <= toy.parameters), "dimensions of at most toy_D")]
#[require(
    main_d.iter().all(|&d| d <= Network::new(main_width, main_depth).parameters()),
    "dimensions of at most the number of parameters of the main network"
)]
#[require(
    sweep_d.iter().all(|&d| sweep_nets.iter().all(|network| d <= network.parameters())),
    "dimensions of at most the number of parameters of each network of sweep_nets"
)]
pub struct Config {
    #[flatten]
    toy: BlockSums,
    /// Subspace dimensions of the toy problem.
    #[rising]
    #[range(0..)]
    toy_d: Vec<usize>,
    /// Subspaces of the toy problem of each dimension.
    toy_seeds: u64,
    /// Hidden units of each layer of the main network.
    #[range(..=MOST_WIDTH)]
    main_width: usize,
    /// Hidden layers of the main network.
    #[range(0..=MOST_DEPTH)]
    main_depth: usize,
    /// Subspace dimensions of the main network.
    #[rising]
    main_d: Vec<usize>,
    /// Runs of the main network.
    main_seeds: u64,
    /// Networks of other sizes.
    #[distinct]
    sweep_nets: Vec<Network>,
    /// Subspace dimensions of the networks of other sizes.
    #[rising]
    sweep_d: Vec<usize>,
    /// Runs of the networks of other sizes.
    #[range(0..)]
    sweep_seeds: u64,
    /// Hidden units of small networks with one hidden layer, of which all parameters are trained.
    #[rising]
    #[range(..=MOST_WIDTH)]
    direct_hidden: Vec<usize>,
    /// Runs of the small networks.
    #[range(0..)]
    direct_seeds: u64,
    /// Steps of Adam, on a subspace or on all parameters.
    #[range(0..)]
    steps: usize,
    /// Steps of Adam on all parameters of networks with at most 10 hidden units a layer.
    #[range(0..)]
    steps_direct_narrow: usize,
    #[flatten]
    recipe: Recipe,
    /// Adam's rate on the coordinates v of a subspace.
    lr_subspace: f64,
    /// Adam's rate on all parameters.
    lr_direct: f64,
    /// Adam's rate on all parameters of networks with at most 10 hidden units a layer.
    lr_direct_narrow: f64,
    /// How the matrix P of a subspace is drawn.
    projection: ProjectionKind,
}

impl Config {
    /// The network of the main curve.
    fn main_network(&self) -> Network {
        Network::new(self.main_width, self.main_depth)
    }

    /// All networks that are trained in subspaces: the main one, then the others.
    fn networks(&self) -> Vec<Network> {
        let others = self.sweep_nets.iter().filter(|_| self.sweep_seeds > 0);
        distinct([self.main_network()].into_iter().chain(others.copied()))
    }

    /// A training of d dimensions, or of all parameters if there is no d.
    fn training(&'static self, network: Network, d: Option<usize>, seed: u64) -> training::Run {
        let projection = self.projection;
        let (trained, rate, steps) = match d {
            Some(d) => (Trained::Subspace { d, projection }, self.lr_subspace, self.steps),
            None if network.width <= NARROW => (Trained::Native, self.lr_direct_narrow, self.steps_direct_narrow),
            None => (Trained::Native, self.lr_direct, self.steps),
        };
        training::Run { network, trained, rate, steps, seed, recipe: &self.recipe }
    }
}

fn cells(config: &'static Config, plan: &mut Plan) {
    for &d in &config.toy_d {
        plan.add((0..config.toy_seeds).map(|seed| toy::Run { problem: &config.toy, d, seed }));
    }
    let main = (0..config.main_seeds).flat_map(|seed| {
        let dimensions = config.main_d.iter().copied().map(Some).chain([None]);
        dimensions.map(move |d| (config.main_network(), d, seed))
    });
    let others = config.sweep_nets.iter().flat_map(|&network| {
        let dimensions = move |seed| config.sweep_d.iter().map(move |&d| (network, Some(d), seed));
        (0..config.sweep_seeds).flat_map(dimensions)
    });
    let small = config.direct_hidden.iter().flat_map(|&width| {
        let network = Network::new(width, 1);
        (0..config.direct_seeds).map(move |seed| (network, None, seed))
    });
    // The main network can be one of the others too.
    let mut seen = BTreeSet::new();
    let trainings = main.chain(others).chain(small).filter(|training| seen.insert(*training));
    plan.add(trainings.map(|(network, d, seed)| config.training(network, d, seed)));
}

/// The intrinsic dimension of each network, from its mean accuracies: missing where the dimensions that were tried give
/// only a bound.
fn intrinsic_dimensions(config: &Config, table: &Table, rows: &mut Rows) {
    for network in config.networks() {
        let dimension = Dimension::measure(&intrinsic::accuracy(table, network));
        rows.kind("d_int90").push(record! {
            width: network.width,
            depth: network.depth,
            native_params: network.parameters(),
            /// Dimension at which the mean test accuracy first reaches 0.9, interpolated in log d.
            d_int90: Some(dimension.interpolated()).filter(|d| d.is_finite()),
        });
    }
}

common::paper!(Config, cells, figure::draw, claims::measure, intrinsic_dimensions);
