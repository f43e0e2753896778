//! Wide and Deep Neural Networks Achieve Optimality for Classification — Radhakrishnan, Belkin, Uhler
//! 2022, arXiv:2204.14126.
//!
//! The kernel machine of an infinitely wide network is followed to great depth on data on a sphere. It
//! becomes the nearest-neighbour rule, the majority vote or a smoother with a singular kernel, and the
//! last is Bayes optimal for many samples if the exponent of its singularity is the dimension.

mod activation;
mod claims;
mod classifiers;
mod figure;
mod kernel;
mod spheres;

use activation::{Activation, SINGULAR};
use classifiers::DeepMachine;
use common::prelude::*;
use kernel::LimitKernel;
use spheres::{Points, Population, agreement};

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    population: Population,
    seeds: u64,
    /// Training points of the depth sweep.
    n_train: usize,
    /// Test points of the depth sweep.
    n_test: usize,
    depths: Vec<usize>,
    /// Added to the diagonal of the kernel matrix.
    jitter: f64,
    /// Distances at which the limit kernels are evaluated, from 1e-5 to 1.
    radii: usize,
    /// Training points for the approach to the Bayes accuracy.
    ns: Vec<usize>,
    /// Test points for the same.
    n_test_c: usize,
}

impl Config {
    /// The activation that is optimal in the dimension of the data.
    fn optimal(&self) -> Activation {
        Activation::optimal(self.population.dim).unwrap_or(Activation::P7)
    }

    /// The most training points for the approach to the Bayes accuracy.
    fn largest_n(&self) -> usize {
        self.ns.iter().copied().max().unwrap_or(0)
    }
}

/// A unit of computation. Seed s has the same training and test points in every cell, of which each
/// takes the first.
#[derive(Clone, Debug, Serialize)]
pub enum Cell {
    /// Kernel machines of growing depth.
    Depths {
        /// Of all layers.
        activation: Activation,
        /// Of training and test points.
        population: Population,
        /// Number of the data set.
        seed: u64,
        /// Training points.
        n_train: usize,
        /// Test points.
        n_test: usize,
        /// Rising numbers of layers.
        depths: Vec<usize>,
        /// Added to the diagonal of the kernel matrix.
        jitter: f64,
    },
    /// A limit kernel against the distance.
    Limit {
        /// Of all layers.
        activation: Activation,
        /// Number of distances.
        radii: usize,
    },
    /// The limit classifier against the classical ones.
    Accuracy {
        /// Of all layers.
        activation: Activation,
        /// Of training and test points.
        population: Population,
        /// Number of the data set.
        seed: u64,
        /// Training points.
        n: usize,
        /// Test points.
        n_test: usize,
    },
}

/// The output table. What does not apply to a row is empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Row {
    /// A: depth sweep; B: limit kernels; C: accuracies.
    panel: String,
    /// Activation, or the name of a classical classifier or accuracy.
    activation: String,
    /// Training points.
    n: Option<usize>,
    /// Layers; 0 is the limit.
    depth: Option<usize>,
    seed: Option<u64>,
    /// Distance of two points.
    r: Option<f64>,
    /// A: accuracy; B: ln G; C: expected accuracy at the test points.
    value: f64,
    /// Share of test points on which the predicted limit classifier agrees.
    agree_limit: Option<f64>,
    agree_nn: Option<f64>,
    agree_hilbert: Option<f64>,
    agree_majority: Option<f64>,
}

/// The paper.
pub struct WideDeepOptimality;

impl Experiment for WideDeepOptimality {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let known = config.population.parameters().is_some();
        check.require("dim", known, "1, 2 or 4, the dimensions with published Dirichlet parameters");
        let prior = config.population.prior;
        check.require("prior", prior > 0.0 && prior < 1.0, "a probability strictly between 0 and 1");
        check.count("seeds", config.seeds);
        check.within("n_train", config.n_train, 1, 100_000);
        check.within("n_test", config.n_test, 1, 100_000);
        let (n, n_test) = (config.n_train as f64, config.n_test as f64);
        // The kernel, its factor, and the entries that are iterated.
        check.memory("n_train", 16.0 * n * n + 16.0 * (n * n / 2.0 + n * n_test));
        check.require("depths", !config.depths.is_empty(), "at least one depth");
        check.all_positive("depths", &config.depths);
        check.increasing("depths", &config.depths);
        let deepest = config.depths.last().copied().unwrap_or(1);
        check.require("depths", deepest <= 10_000, "depths of at most 10000");
        check.within("jitter", config.jitter, 0.0, 1.0);
        check.within("radii", config.radii, 5, 10_000);
        check.require("ns", !config.ns.is_empty(), "at least one number of points");
        check.all_positive("ns", &config.ns);
        check.increasing("ns", &config.ns);
        check.require("ns", config.largest_n() <= 100_000, "at most 100000 points");
        check.within("n_test_c", config.n_test_c, 1, 100_000);
    }

    fn cells(config: &Config) -> Vec<Cell> {
        let mut cells: Vec<Cell> = Vec::new();
        for seed in 0..config.seeds {
            for activation in [config.optimal(), Activation::Herm2, Activation::Shift] {
                cells.push(Cell::Depths {
                    activation,
                    population: config.population.clone(),
                    seed,
                    n_train: config.n_train,
                    n_test: config.n_test,
                    depths: config.depths.clone(),
                    jitter: config.jitter,
                });
            }
        }
        cells.extend(SINGULAR.map(|activation| Cell::Limit { activation, radii: config.radii }));
        for &n in &config.ns {
            cells.extend((0..config.seeds).map(|seed| Cell::Accuracy {
                activation: config.optimal(),
                population: config.population.clone(),
                seed,
                n,
                n_test: config.n_test_c,
            }));
        }
        cells
    }

    fn cost(cell: &Cell) -> f64 {
        match cell {
            Cell::Depths { n_train, n_test, depths, .. } => {
                let (n, solves) = (*n_train as f64, depths.len() as f64);
                let entries = n * (n / 2.0 + *n_test as f64);
                let deepest = depths.last().copied().unwrap_or(0) as f64;
                entries * (2e-9 * deepest + 8e-9 * solves) + solves * n * n * n / 10e9
            }
            Cell::Limit { .. } => 0.001,
            Cell::Accuracy { n, n_test, .. } => 40e-9 * (n * n_test) as f64,
        }
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        let draw = |population: &Population, seed: u64, n: usize, n_test: usize| {
            let train = population.draw(n, &mut random.open("train", seed));
            (train, population.draw(n_test, &mut random.open("test", seed)))
        };
        match cell {
            Cell::Depths { activation, population, seed, n_train, n_test, depths, jitter } => {
                let (train, test) = draw(population, *seed, *n_train, *n_test);
                let mut machine = DeepMachine::new(*activation, &train, &test, *jitter);
                let row = Row { panel: "A".into(), seed: Some(*seed), n: Some(*n_train), ..Row::default() };
                sweep(*activation, population.dim, &mut machine, (&train, &test), depths, &row)
            }
            Cell::Limit { activation, radii } => Ok(singularity(*activation, *radii)),
            Cell::Accuracy { activation, population, seed, n, n_test } => {
                let (train, test) = draw(population, *seed, *n, *n_test);
                let row = Row { panel: "C".into(), seed: Some(*seed), n: Some(*n), ..Row::default() };
                accuracies(*activation, population.dim, &train, &test, &row)
            }
        }
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

/// Accuracy and agreements of the machine at each depth; `row` has what the rows share.
fn sweep(
    activation: Activation,
    dim: usize,
    machine: &mut DeepMachine,
    (train, test): (&Points, &Points),
    depths: &[usize],
    row: &Row,
) -> Result<Vec<Row>> {
    let nearest = classifiers::nearest_neighbor(train, test)?;
    let hilbert = classifiers::hilbert_estimate(train, test, dim);
    let majority = classifiers::majority_vote(train, test);
    let limit = match activation {
        Activation::Herm2 => &nearest,
        Activation::Shift => &majority,
        _ => &hilbert,
    };
    let (mut layers, mut rows) = (0, Vec::with_capacity(depths.len()));
    for &depth in depths {
        while layers < depth {
            machine.deepen();
            layers += 1;
        }
        let predictions = machine.predict()?;
        rows.push(Row {
            activation: activation.name().into(),
            depth: Some(depth),
            value: test.accuracy(&predictions),
            agree_limit: Some(agreement(&predictions, limit)),
            agree_nn: Some(agreement(&predictions, &nearest)),
            agree_hilbert: Some(agreement(&predictions, &hilbert)),
            agree_majority: Some(agreement(&predictions, &majority)),
            ..row.clone()
        });
    }
    Ok(rows)
}

/// The limit kernel at distances from 1e-5 to 1.
fn singularity(activation: Activation, radii: usize) -> Vec<Row> {
    let Some(limit) = LimitKernel::new(activation) else {
        return Vec::new();
    };
    let at = |k: usize| {
        let r = pow(10.0, -5.0 + 5.0 * k as f64 / (radii - 1) as f64);
        let value = limit.ln_at_squared_distance(r * r);
        Row { panel: "B".into(), activation: activation.name().into(), r: Some(r), value, ..Row::default() }
    };
    (0..radii).map(at).collect()
}

/// Expected accuracies of the limit classifier and the classical ones; `row` has what the rows share.
fn accuracies(activation: Activation, dim: usize, train: &Points, test: &Points, row: &Row) -> Result<Vec<Row>> {
    let row = |name: &str, value: f64| Row { activation: name.into(), value, depth: Some(0), ..row.clone() };
    let hilbert = classifiers::hilbert_estimate(train, test, dim);
    let nearest = classifiers::nearest_neighbor(train, test)?;
    let majority = classifiers::majority_vote(train, test);
    let mut rows = Vec::new();
    if let Some(limit) = LimitKernel::new(activation) {
        let singular = classifiers::limit_classifier(train, test, &limit);
        let agree_limit = Some(agreement(&singular, &hilbert));
        rows.push(Row { agree_limit, ..row(activation.name(), test.conditional_accuracy(&singular)) });
    }
    for (name, predictions) in [("1nn", &nearest), ("majority", &majority), ("hilbert", &hilbert)] {
        rows.push(row(name, test.conditional_accuracy(predictions)));
    }
    rows.push(row("bayes", test.bayes_accuracy()));
    rows.push(row("cover_hart", test.cover_hart_accuracy()));
    Ok(rows)
}

common::paper!(WideDeepOptimality);
