//! Measuring the Intrinsic Dimension of Objective Landscapes — Li, Farkhoor, Liu, Yosinski 2018,
//! arXiv:1804.08838, Figures 1 to 4.
//!
//! A network is trained in a random subspace of d dimensions through its random start. The d from which it works is
//! the intrinsic dimension of the problem: far below the number of parameters, and much the same for all widths and
//! depths. A toy problem whose solutions have a known codimension shows that the method finds it.

mod claims;
mod figure;
mod intrinsic;
mod projection;
mod published;
mod subspace;
mod toy;
mod training;

use std::collections::BTreeSet;

use common::datasets::{DataSet, MNIST};
use common::prelude::*;
use projection::ProjectionKind;
use toy::BlockSums;
use training::{Network, PIXELS, Recipe, Trained, train};

/// Nets of at most so many hidden units a layer count as narrow: all their parameters are trained at a higher rate.
const NARROW: usize = 10;

/// The parameters, as in `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    toy: BlockSums,
    /// Subspace dimensions of the toy problem, rising.
    toy_d: Vec<usize>,
    toy_seeds: u64,
    main_width: usize,
    main_depth: usize,
    /// Subspace dimensions of the main network, rising.
    main_d: Vec<usize>,
    main_seeds: u64,
    /// Other widths and depths.
    sweep_nets: Vec<Network>,
    /// Their subspace dimensions, rising.
    sweep_d: Vec<usize>,
    sweep_seeds: u64,
    /// Hidden units of the small networks of which all parameters are trained, rising.
    direct_hidden: Vec<usize>,
    direct_seeds: u64,
    recipe: Recipe,
    lr_subspace: f64,
    lr_direct: f64,
    lr_direct_narrow: f64,
    projection: ProjectionKind,
}

/// One minimisation or training.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// The toy problem in a random subspace.
    Toy {
        /// Its size.
        problem: BlockSums,
        /// Of the subspace.
        d: usize,
        /// Of the subspace.
        seed: u64,
    },
    /// A network on handwritten digits.
    Training {
        /// Its size.
        network: Network,
        /// All parameters, or a subspace of them.
        trained: Trained,
        /// Adam's rate.
        rate: f64,
        /// Of initial parameters, subspace and batches.
        seed: u64,
        /// Everything else.
        recipe: Recipe,
    },
}

/// The series a row belongs to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The toy problem.
    Toy,
    /// A network in a subspace.
    Subspace,
    /// A network in all its parameters.
    Direct,
}

/// The output table: one row for each cell.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    kind: Kind,
    /// Units of each hidden layer; 0 for the toy.
    width: usize,
    /// Hidden layers; 0 for the toy.
    depth: usize,
    /// D.
    native_params: usize,
    /// Trained numbers; D for direct training.
    d: usize,
    seed: u64,
    /// Toy: at the minimum. Networks: of the last batch.
    loss: f64,
    /// Toy: loss over |b|².
    rel_residual: Option<f64>,
    /// Toy: exp(-loss). Networks: test accuracy.
    performance: f64,
    /// Lowest published accuracy for this network and d.
    published_min: Option<f64>,
    /// Highest published accuracy for this network and d.
    published_max: Option<f64>,
}

/// The paper.
pub struct IntrinsicDimension;

impl Config {
    /// The network of the main curve.
    fn main_network(&self) -> Network {
        Network { width: self.main_width, depth: self.main_depth }
    }

    /// The main network, then those of the sweep, none twice.
    fn networks(&self) -> Vec<Network> {
        let mut networks = vec![self.main_network()];
        for &network in &self.sweep_nets {
            if !networks.contains(&network) {
                networks.push(network);
            }
        }
        networks
    }

    /// Networks with one hidden layer and few parameters.
    fn small_networks(&self) -> impl Iterator<Item = Network> {
        self.direct_hidden.iter().map(|&width| Network { width, depth: 1 })
    }

    /// The toy problem in each dimension, for each seed.
    fn toys(&self) -> impl Iterator<Item = Cell> {
        self.toy_d
            .iter()
            .flat_map(move |&d| (0..self.toy_seeds).map(move |seed| Cell::Toy { problem: self.toy.clone(), d, seed }))
    }

    /// A training of d dimensions, or of all parameters if there is no d.
    fn training(&self, network: Network, d: Option<usize>, seed: u64) -> Cell {
        let projection = self.projection;
        let (trained, rate) = match d {
            Some(d) => (Trained::Subspace { d, projection }, self.lr_subspace),
            None if network.width <= NARROW => (Trained::Native, self.lr_direct_narrow),
            None => (Trained::Native, self.lr_direct),
        };
        Cell::Training { network, trained, rate, seed, recipe: self.recipe.clone() }
    }

    /// All trainings, none twice.
    fn trainings(&self) -> Vec<Cell> {
        let mut trainings = Vec::new();
        for seed in 0..self.main_seeds {
            let dimensions = self.main_d.iter().copied().map(Some).chain([None]);
            trainings.extend(dimensions.map(|d| (self.main_network(), d, seed)));
        }
        for &network in &self.sweep_nets {
            for seed in 0..self.sweep_seeds {
                trainings.extend(self.sweep_d.iter().map(|&d| (network, Some(d), seed)));
            }
        }
        for network in self.small_networks() {
            trainings.extend((0..self.direct_seeds).map(|seed| (network, None, seed)));
        }
        let mut seen = BTreeSet::new();
        trainings.retain(|training| seen.insert(*training));
        let cells = trainings.into_iter();
        cells.map(|(network, d, seed)| self.training(network, d, seed)).collect()
    }
}

impl Experiment for IntrinsicDimension {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        check_toy(config, check);
        check_networks(config, check);
        let recipe = &config.recipe;
        check.within("train_size", recipe.train_size, 1, 60_000);
        check.within("test_size", recipe.test_size, 1, 10_000);
        check.count("steps", recipe.steps);
        check.within("batch", recipe.batch, 1, 60_000);
        for (key, rate) in [
            ("lr_subspace", config.lr_subspace),
            ("lr_direct", config.lr_direct),
            ("lr_direct_narrow", config.lr_direct_narrow),
        ] {
            check.require(key, rate > 0.0 && rate <= 100.0, "a rate above 0 and at most 100");
        }
        check.within("l2", recipe.l2, 0.0, 1.0);
        for (key, seeds) in [
            ("main_seeds", config.main_seeds),
            ("sweep_seeds", config.sweep_seeds),
            ("direct_seeds", config.direct_seeds),
        ] {
            check.within(key, seeds, 1, 10_000);
        }
    }

    fn cells(config: &Config) -> Vec<Cell> {
        config.toys().chain(config.trainings()).collect()
    }

    fn cost(cell: &Cell) -> f64 {
        match cell {
            Cell::Toy { problem, d, .. } => 1.0e-8 * (problem.parameters * d) as f64,
            Cell::Training { network, trained, recipe, .. } => {
                let parameters = network.parameters() as f64;
                let entries = match trained {
                    Trained::Subspace { d, .. } => *d as f64 * parameters.sqrt(),
                    Trained::Native => 0.0,
                };
                let (images, steps) = ((recipe.steps * recipe.batch + recipe.test_size) as f64, recipe.steps as f64);
                // Six operations for each parameter and image; filling the images in; P twice a step.
                images * (6.0 * parameters / 1.6e11 + 1.0e-6) + steps * (1.3e-9 * entries + 0.5e-9 * parameters)
            }
        }
    }

    fn data(cell: &Cell) -> Vec<&'static DataSet> {
        match cell {
            Cell::Toy { .. } => Vec::new(),
            Cell::Training { .. } => vec![&MNIST],
        }
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        Ok(vec![match cell {
            Cell::Toy { problem, d, seed } => toy_row(problem, *d, *seed, random)?,
            Cell::Training { network, trained, rate, seed, recipe } => {
                let outcome = train(*network, *trained, *rate, recipe, *seed, random)?;
                let (kind, d) = match trained {
                    Trained::Subspace { d, .. } => (Kind::Subspace, Some(*d)),
                    Trained::Native => (Kind::Direct, None),
                };
                let published = published::range(*network, d);
                Row {
                    kind,
                    width: network.width,
                    depth: network.depth,
                    native_params: network.parameters(),
                    d: d.unwrap_or(network.parameters()),
                    seed: *seed,
                    loss: outcome.loss,
                    rel_residual: None,
                    performance: outcome.accuracy,
                    published_min: published.map(|(low, _)| low),
                    published_max: published.map(|(_, high)| high),
                }
            }
        }])
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

/// The toy problem in d dimensions. Subspaces of a seed are nested.
fn toy_row(problem: &BlockSums, d: usize, seed: u64, random: &Streams) -> Result<Row> {
    let sums = problem.random_subspace(d, &mut random.open("toy projection", seed));
    let loss = problem.minimum(&sums)?;
    Ok(Row {
        kind: Kind::Toy,
        width: 0,
        depth: 0,
        native_params: problem.parameters,
        d,
        seed,
        loss,
        rel_residual: Some(loss / problem.initial_loss()),
        performance: exp(-loss),
        published_min: None,
        published_max: None,
    })
}

fn check_toy(config: &Config, check: &mut Check) {
    let BlockSums { parameters, groups } = config.toy;
    check.within("toy_groups", groups, 2, 1000);
    check.within("toy_seeds", config.toy_seeds, 1, 10_000);
    if groups == 0 {
        return;
    }
    let even = (groups..=1_000_000).contains(&parameters) && parameters.is_multiple_of(groups);
    check.require("toy_D", even, "a multiple of toy_groups, at most 1000000");
    if even {
        check_dimensions("toy_d", &config.toy_d, parameters.min(2000), check);
    }
}

fn check_networks(config: &Config, check: &mut Check) {
    let main = config.main_network();
    check.within("main_width", main.width, 1, 10_000);
    check.within("main_depth", main.depth, 1, 100);
    let fits = |network: &Network| (1..=10_000).contains(&network.width) && (1..=100).contains(&network.depth);
    let sweep = config.sweep_nets.iter().all(fits);
    check.require("sweep_nets", sweep, "widths from 1 to 10000 and depths from 1 to 100");
    let hidden = config.direct_hidden.iter().all(|width| (1..=10_000).contains(width));
    check.require("direct_hidden", hidden, "values from 1 to 10000");
    check.increasing("direct_hidden", &config.direct_hidden);
    if !fits(&main) || !sweep {
        return;
    }
    let networks: [(_, _, &[Network], _); 2] = [
        ("main_width", "main_d", &[main], &config.main_d),
        ("sweep_nets", "sweep_d", &config.sweep_nets, &config.sweep_d),
    ];
    for (nets_key, d_key, networks, dimensions) in networks {
        let sizes = networks.iter().map(|network| network.parameters());
        check_dimensions(d_key, dimensions, sizes.clone().min().unwrap_or(0), check);
        let parameters = sizes.max().unwrap_or(0) as f64;
        let units = networks.iter().map(|network| PIXELS + network.width * network.depth);
        let activations = (config.recipe.batch * units.max().unwrap_or(0)) as f64;
        check.memory(nets_key, 32.0 * parameters + 16.0 * activations);
        if let Some(&d) = dimensions.last().filter(|d| **d as f64 <= parameters) {
            check.memory(d_key, 32.0 * d as f64 * parameters.sqrt());
        }
    }
}

/// Requires rising dimensions from 1 to `most`, at least one.
fn check_dimensions(key: &str, dimensions: &[usize], most: usize, check: &mut Check) {
    let inside = !dimensions.is_empty() && dimensions.iter().all(|d| (1..=most).contains(d));
    let expected = format!("at least one dimension, each from 1 to {most}");
    check.require(key, inside, &expected);
    check.increasing(key, dimensions);
}

common::paper!(IntrinsicDimension);
