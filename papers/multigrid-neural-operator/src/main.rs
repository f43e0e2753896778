//! MgNO: Efficient Parameterization of Linear Operators via Multigrid — He, Liu, Xu 2023, arXiv:2310.19809.
//!
//! A layer of a neural operator is σ(W u + b) with a linear operator W between functions. MgNO makes W one multigrid
//! V-cycle of learned convolutions. Here it learns the map from the coefficient of Darcy flow to the solution, beside
//! the same layer on fewer grids and the Fourier neural operator; and the contraction of classical V-cycles says why
//! coarse grids help.

mod claims;
mod contraction;
mod figure;
mod flow;
mod fourier;
mod operator;
mod training;
mod vcycle;

use common::multigrid::grids;
use common::prelude::*;
use contraction::Contraction;
use flow::{Problem, Samples};
use fourier::FourierOperator;
use operator::Architecture;
use training::Schedule;
use vcycle::MultigridOperator;

/// The parameters.
#[derive(Parameters)]
#[require(grids(n).is_some(), "n + 1 to be a power of two")]
#[require(levels <= grids(n).unwrap_or(levels), "as many grids as n has, log2(n + 1)")]
#[require(batch <= train_size)]
#[require(sizes.iter().all(|n| grids(*n).is_some()), "each of the sizes + 1 to be a power of two")]
#[require(2 * fno.modes <= n + fno.padding)]
pub struct Config {
    /// Points of the grid along each side, without the boundary: 2^k − 1.
    #[range(1..=1023)]
    n: usize,
    /// Training samples of each seed.
    train_size: usize,
    /// Test samples of each seed.
    test_size: usize,
    /// Passes over the training samples.
    epochs: usize,
    /// Samples of a step.
    batch: usize,
    /// Layers of MgNO: σ(W u + b).
    layers: usize,
    /// Channels of its hidden layers.
    channels: usize,
    /// Grids of its V-cycle: J. Fewer, down to one, are compared.
    levels: usize,
    /// Smoothing steps on each grid: ν.
    smoothing: usize,
    /// Smoothing steps of the deeper network on a single grid.
    cnn_smoothing: usize,
    /// Peak of the learning rate of all convolutional networks.
    lr: f64,
    /// Peak of the learning rate of the Fourier neural operator.
    lr_fno: f64,
    fno: FourierOperator,
    /// Runs, each with its own samples, initial weights and batches.
    seeds: u64,
    /// Points along each side in the study of classical cycles: 2^k − 1.
    #[rising]
    #[range(1..=1023)]
    sizes: Vec<usize>,
    /// Damping of the classical smoother: ω.
    #[range(0.0..=1.0)]
    omega: f64,
    /// Classical cycles over all grids.
    cycles: usize,
    /// Classical cycles over fewer grids, which converge more slowly.
    cycles_limited: usize,
}

impl Config {
    /// The architectures that are compared, by name: MgNO with all its levels first.
    fn architectures(&self) -> Vec<(String, Architecture)> {
        let &Config { layers, channels, smoothing, cnn_smoothing, .. } = self;
        let multigrid =
            |levels, smoothing| Architecture::Multigrid(MultigridOperator { layers, channels, levels, smoothing });
        let grids = (1..=self.levels).rev();
        let mut all: Vec<_> = grids.map(|levels| (mgno(levels), multigrid(levels, smoothing))).collect();
        // The same steps again would be the network of one grid.
        if cnn_smoothing != smoothing {
            all.push((format!("cnn{cnn_smoothing}"), multigrid(1, cnn_smoothing)));
        }
        all.push(("fno".to_string(), Architecture::Fourier(self.fno.clone())));
        all
    }
}

/// What the table calls MgNO with so many grids.
fn mgno(levels: usize) -> String {
    format!("mgno{levels}")
}

/// A network trained on the samples of one seed.
#[derive(Serialize)]
struct Training {
    arch: String,
    network: Architecture,
    n: usize,
    train_size: usize,
    test_size: usize,
    schedule: Schedule,
    seed: u64,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let &Config { n, train_size, test_size, epochs, batch, omega, cycles, cycles_limited, .. } = config;
    for (arch, network) in config.architectures() {
        let lr = if arch == "fno" { config.lr_fno } else { config.lr };
        plan.add((0..config.seeds).map(|seed| Training {
            arch: arch.clone(),
            network: network.clone(),
            n,
            train_size,
            test_size,
            schedule: Schedule { epochs, batch, lr },
            seed,
        }));
    }
    let largest = config.sizes.last().copied();
    for &n in &config.sizes {
        let most = grids(n).unwrap_or(1);
        // Of the largest grid all numbers of levels, of the others one and all.
        let levels = (1..=most).filter(|&levels| levels == 1 || levels == most || Some(n) == largest);
        plan.add(levels.map(|levels| {
            let cycles = if levels == most { cycles } else { cycles_limited };
            Contraction { n, levels, omega, cycles }
        }));
    }
}

impl Cell for Training {
    fn cost(&self) -> f64 {
        // Backwards twice as much as forwards; each epoch ends with the test samples.
        let samples = self.schedule.epochs as f64 * (3.0 * self.train_size as f64 + self.test_size as f64);
        // Each sample solves a band system.
        let solved = (self.train_size + self.test_size) as f64 * powi(self.n as f64, 4) / 2.0;
        0.02 + samples * self.network.multiply_adds(self.n) / 5.0e9 + solved / 2.0e9
    }

    fn memory(&self) -> f64 {
        let points = (self.n * self.n) as f64;
        let samples = 2.0 * (self.train_size + self.test_size) as f64 * points;
        // At least eight multiply-adds for each number that a layer makes, which has a gradient; the band matrix.
        4.0 * (samples + self.schedule.batch as f64 * self.network.multiply_adds(self.n) / 4.0)
            + 8.0 * points * self.n as f64
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let draw = |count, stream| Samples::draw(self.n, count, &mut random.open(stream, self.seed));
        let problem = Problem::new(draw(self.train_size, "training samples"), draw(self.test_size, "test samples"));
        let mut operator = self.network.build(self.n, self.schedule.batch);
        rows.key(record! {
            /// train: a network that learns Darcy flow; cycle: a classical multigrid cycle.
            panel: "train",
            /// Network: mgno and its grids, cnn and its smoothing steps on a single grid, fno.
            arch: self.arch,
            /// Run: samples, initial weights and batches.
            seed: self.seed,
        });
        let params = operator.tape.parameter_count();
        self.schedule.train(&mut operator, &problem, random, self.seed, |epoch, train_err, test_err| {
            rows.push(record! {
                /// Passes over the training samples so far.
                epoch,
                /// Numbers that are trained, complex ones counted twice.
                params,
                /// Relative L2 error on the training samples, each as it was before its step: mean over the epoch.
                train_err,
                /// Relative L2 error on the test samples after the epoch: mean.
                test_err,
            });
        });
        Ok(())
    }
}

impl Cell for Contraction {
    fn cost(&self) -> f64 {
        5e-4 + 2.5e-8 * (self.cycles * self.n * self.n) as f64
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        rows.key(record! { panel: "cycle" });
        rows.push(record! {
            /// Points along each side of the finest grid.
            n: self.n,
            /// Grids of the cycle.
            levels: self.levels,
            /// Factor by which the last cycle reduces the error.
            rate: self.rate(&mut random.open("noise", self.n as u64)),
            /// The same by theory, for a single grid.
            rate_theory: self.theory(),
        });
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
