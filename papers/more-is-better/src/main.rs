//! More is Better in Modern Machine Learning: when Infinite Overparameterization is Optimal and Overfitting is
//! Obligatory — Simon, Karkada, Ghosh, Belkin 2023, arXiv:2311.14646.
//!
//! Random-feature ridge regression has a closed-form test error. At the best ridge it falls with the number of
//! features and of samples; at a fixed small ridge it peaks where they are equal. With power-law spectra and little
//! noise, the best predictor fits its training labels far more closely than new ones.

mod claims;
mod digits;
mod eigenframework;
mod figure;
mod random_features;
mod studies;
mod task;

use common::datasets::{DataSet, MNIST};
use common::prelude::*;
use studies::{Cell, DigitRegression, FeatureSweep, KernelRegression, Row, Study};
use task::PowerLaw;

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    task: PowerLaw,
    /// Variance of the label noise of panels A and B.
    noise_var: f64,
    /// Samples of panel A.
    fixed_n: usize,
    ks: Vec<usize>,
    /// Features of panel B.
    fixed_k: usize,
    ns: Vec<usize>,
    ridges: LogSpaced,
    trials: u64,
    kernel: KernelConfig,
    mnist: DigitsConfig,
}

/// The parameters of panel C.
#[derive(Clone, Debug, Deserialize)]
pub struct KernelConfig {
    #[serde(rename = "M")]
    modes: usize,
    n: usize,
    sigma2_rel: Vec<f64>,
    interpolating_ridge: f64,
    ridges: LogSpaced,
    trials: u64,
}

/// The parameters of panel D.
#[derive(Clone, Debug, Deserialize)]
pub struct DigitsConfig {
    problem: digits::Problem,
    sigma2_rel: Vec<f64>,
    interpolating_ridge: f64,
    ridges: LogSpaced,
    seeds: u64,
}

/// Values with evenly spaced logarithms.
#[derive(Clone, Debug, Deserialize)]
pub struct LogSpaced {
    log10_min: f64,
    log10_max: f64,
    count: usize,
}

impl LogSpaced {
    /// The values, rising.
    fn values(&self) -> Vec<f64> {
        let step = (self.log10_max - self.log10_min) / (self.count.max(2) - 1) as f64;
        (0..self.count).map(|i| pow(10.0, self.log10_min + i as f64 * step)).collect()
    }

    /// The values after one below them.
    fn after(&self, first: f64) -> Vec<f64> {
        [first].into_iter().chain(self.values()).collect()
    }

    fn check(&self, check: &mut Check, key: &str) {
        check.within(&format!("{key}.log10_min"), self.log10_min, -9.0, 9.0);
        check.within(&format!("{key}.log10_max"), self.log10_max, -9.0, 9.0);
        let rises = self.log10_max > self.log10_min;
        check.require(&format!("{key}.log10_max"), rises, "a value above log10_min");
        check.within(&format!("{key}.count"), self.count, 2, 1000);
    }
}

impl KernelConfig {
    /// The task of panel C, with the exponents of the other panels.
    fn task(&self, other: &PowerLaw) -> PowerLaw {
        PowerLaw { modes: self.modes, ..other.clone() }
    }
}

/// The paper.
pub struct MoreIsBetter;

impl Experiment for MoreIsBetter {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        check_random_features(config, check);
        check_kernel(config, check);
        check_digits(&config.mnist, check);
    }

    fn cells(config: &Config) -> Vec<Cell> {
        let sweep = |study, ns: &[usize], ks: &[usize], trial| {
            Cell::Sweep(FeatureSweep {
                study,
                task: config.task.clone(),
                noise_var: config.noise_var,
                ns: ns.to_vec(),
                ks: ks.to_vec(),
                ridges: config.ridges.values(),
                trial,
            })
        };
        let over_features = (0..config.trials).map(|t| sweep(Study::Features, &[config.fixed_n], &config.ks, t));
        let over_samples = (0..config.trials).map(|t| sweep(Study::Samples, &config.ns, &[config.fixed_k], t));
        let kernel = &config.kernel;
        let over_noise = kernel.sigma2_rel.iter().flat_map(|&sigma2_rel| {
            (0..kernel.trials).map(move |trial| {
                Cell::Kernel(KernelRegression {
                    task: kernel.task(&config.task),
                    n: kernel.n,
                    sigma2_rel,
                    ridges: kernel.ridges.after(kernel.interpolating_ridge),
                    trial,
                })
            })
        });
        let mnist = &config.mnist;
        let digits = (0..mnist.seeds).map(|seed| {
            Cell::Digits(DigitRegression {
                problem: mnist.problem.clone(),
                sigma2_rel: mnist.sigma2_rel.clone(),
                ridges: mnist.ridges.after(mnist.interpolating_ridge),
                seed,
            })
        });
        over_features.chain(over_samples).chain(over_noise).chain(digits).collect()
    }

    fn cost(cell: &Cell) -> f64 {
        match cell {
            Cell::Sweep(sweep) => sweep.cost(),
            Cell::Kernel(regression) => regression.cost(),
            Cell::Digits(regression) => regression.cost(),
        }
    }

    fn data(cell: &Cell) -> Vec<&'static DataSet> {
        match cell {
            Cell::Digits(_) => vec![&MNIST],
            Cell::Sweep(_) | Cell::Kernel(_) => Vec::new(),
        }
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        match cell {
            Cell::Sweep(sweep) => sweep.run(random),
            Cell::Kernel(regression) => regression.run(random),
            Cell::Digits(regression) => regression.run(random),
        }
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

fn check_random_features(config: &Config, check: &mut Check) {
    let PowerLaw { modes, alpha, beta } = config.task;
    check.within("M", modes, 1, 1_000_000);
    // The formula of the optimal ratio is for exponents above 1.
    for (key, exponent) in [("alpha", alpha), ("beta", beta)] {
        let holds = exponent > 1.0 && exponent <= 10.0;
        check.require(key, holds, "a value above 1 and at most 10");
    }
    check.within("noise_var", config.noise_var, 0.0, 1e6);
    config.ridges.check(check, "ridges");
    check.count("trials", config.trials);
    for (fixed_key, fixed, key, list) in
        [("fixed_n", config.fixed_n, "ks", &config.ks), ("fixed_k", config.fixed_k, "ns", &config.ns)]
    {
        check.within(fixed_key, fixed, 1, 100_000);
        let sizes = list.len() >= 2 && list.iter().all(|size| (1..=100_000).contains(size));
        check.require(key, sizes, "at least two values, each between 1 and 100000");
        check.increasing(key, list);
        if !sizes || modes > 1_000_000 || fixed > 100_000 {
            continue;
        }
        let (most, fixed) = (list.last().map_or(0.0, |&size| size as f64), fixed as f64);
        let (columns, smaller) = (config.ridges.count as f64, most.min(fixed));
        let bytes = (modes as f64 + columns) * (most + fixed) + 2.0 * most * fixed + 4.0 * smaller * smaller;
        check.memory(key, 8.0 * (bytes + columns * modes as f64));
    }
}

fn check_kernel(config: &Config, check: &mut Check) {
    let kernel = &config.kernel;
    check.within("kernel.M", kernel.modes, 2, 1_000_000);
    let fewer = kernel.n >= 1 && (kernel.n < kernel.modes || kernel.modes < 2);
    check.require("kernel.n", fewer, "at least 1 sample and fewer than kernel.M");
    check_noise(check, "kernel.sigma2_rel", &kernel.sigma2_rel);
    kernel.ridges.check(check, "kernel.ridges");
    check_interpolating(check, "kernel", kernel.interpolating_ridge, &kernel.ridges);
    check.count("kernel.trials", kernel.trials);
    if kernel.modes <= 1_000_000 && fewer {
        let (n, modes, columns) = (kernel.n as f64, kernel.modes as f64, kernel.ridges.count as f64);
        let values = 2.0 * n * modes + 4.0 * n * n + 2.0 * columns * modes;
        check.memory("kernel.n", 8.0 * values);
    }
}

fn check_digits(mnist: &DigitsConfig, check: &mut Check) {
    check.within("mnist.n_train", mnist.problem.n_train, 1, 60_000);
    check.within("mnist.n_test", mnist.problem.n_test, 1, 10_000);
    check.within("mnist.depth", mnist.problem.depth, 1, 1000);
    check_noise(check, "mnist.sigma2_rel", &mnist.sigma2_rel);
    mnist.ridges.check(check, "mnist.ridges");
    check_interpolating(check, "mnist", mnist.interpolating_ridge, &mnist.ridges);
    check.within("mnist.seeds", mnist.seeds, 0, 1000);
    let (n, n_test) = (mnist.problem.n_train as f64, mnist.problem.n_test as f64);
    if n <= 60_000.0 && n_test <= 10_000.0 {
        let columns = 10.0 * (mnist.ridges.count + 1) as f64;
        let bytes = (n + n_test) * (784.0 + 2.0 * columns) + n * n_test + 4.0 * n * n;
        check.memory("mnist.n_train", 8.0 * bytes);
    }
}

fn check_noise(check: &mut Check, key: &str, sigma2_rel: &[f64]) {
    let levels = !sigma2_rel.is_empty() && sigma2_rel.iter().all(|level| (0.0..=1e6).contains(level));
    check.require(key, levels, "at least one value, each between 0 and 1e6");
    check.increasing(key, sigma2_rel);
}

fn check_interpolating(check: &mut Check, group: &str, ridge: f64, ridges: &LogSpaced) {
    let below = ridge > 0.0 && ridge < pow(10.0, ridges.log10_min);
    check.require(&format!("{group}.interpolating_ridge"), below, "a value above 0 and below the other ridges");
}

common::paper!(MoreIsBetter);
