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

use clusters::{Clusters, Mixture, Outcome};
use common::prelude::*;
use discrete::Discrete;
use prior::Prior;

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// Samples.
    n: usize,
    /// Domain points under the Zipf priors.
    zipf_n_domain: usize,
    /// Exponents of the Zipf priors; the first is the leading one.
    zipf_exponent: Vec<f64>,
    /// Classes.
    m: usize,
    /// Shares of singletons that are ignored.
    q_grid: Vec<f64>,
    /// Probability of a wrong training label.
    noise: f64,
    /// Privacy parameters.
    eps_grid: Vec<f64>,
    seeds: u64,
    mixture: Mixture,
    /// Numbers of neighbours.
    knn_k: Vec<usize>,
    knn_seeds: u64,
}

impl Config {
    /// The Zipf priors, the leading one first, and the outlier prior.
    fn priors(&self) -> Vec<Prior> {
        let domain = self.zipf_n_domain;
        let zipf = self.zipf_exponent.iter().map(|&exponent| Prior::Zipf { exponent, domain });
        zipf.chain([Prior::Outlier { n: self.n }]).collect()
    }
}

/// One population and sample.
#[derive(Clone, Debug, Serialize)]
pub enum Cell {
    /// Labelled points without geometry.
    Discrete(Discrete),
    /// Gaussian clusters with the leading Zipf prior.
    Clusters {
        /// As many subpopulations as training points.
        prior: Prior,
        /// Number of the draw.
        seed: u64,
        /// Classes.
        m: usize,
        /// The geometry.
        mixture: Mixture,
        /// Numbers of neighbours.
        knn_k: Vec<usize>,
    },
}

/// What a row of the output table measures.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// Frequency of points seen l times.
    Count,
    /// Excess error if singletons are ignored.
    Ignore,
    /// The same with label noise.
    Noise,
    /// Excess error of the private histogram.
    Private,
    /// Accuracy in a band of frequencies.
    Subgroup,
    /// Excess error of k-nearest neighbours.
    Knn,
}

/// The output table.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    panel: Measured,
    prior: String,
    seed: u64,
    /// count: l; ignore and noise: q; private: eps; subgroup: index of the band; knn: k.
    setting: f64,
    /// subgroup: privacy parameter, infinite for full memorization.
    eps: Option<f64>,
    /// count: points seen l times; ignore and noise: ignored singletons; private: points seen; subgroup: points
    /// of the band; knn: test points.
    points: usize,
    /// Singletons over n in this sample.
    singleton_fraction: f64,
    /// count: n times mean D(x); subgroup: accuracy; else excess error.
    measured: f64,
    /// The same by theory; NaN for subgroup.
    predicted: f64,
}

/// The paper.
pub struct LongTail;

impl Experiment for LongTail {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        check.within("n", config.n, 50, 5_000_000);
        check.within("zipf_n_domain", config.zipf_n_domain, 2, 20_000_000);
        let exponents = &config.zipf_exponent;
        let some = (1..=4).contains(&exponents.len());
        let distinct = (1..exponents.len()).all(|i| !exponents[..i].contains(&exponents[i]));
        let valid = some && distinct && exponents.iter().all(|s| (0.0..=5.0).contains(s));
        check.require("zipf_exponent", valid, "1 to 4 different exponents between 0 and 5");
        check.within("m", config.m, 2, 1000);
        let lists = [("q_grid", &config.q_grid, 0.0, 1.0), ("eps_grid", &config.eps_grid, 1e-3, 100.0)];
        for (key, values, low, high) in lists {
            let valid = (1..=100).contains(&values.len()) && values.iter().all(|value| (low..=high).contains(value));
            check.require(key, valid, &format!("1 to 100 values between {low} and {high}"));
            check.increasing(key, values);
        }
        check.probability("noise", config.noise);
        check.within("seeds", config.seeds, 1, 10_000);
        let Mixture { n, n_test, dimension, sigma } = config.mixture;
        check.within("knn_n", n, 2, 100_000);
        check.within("knn_test", n_test, 1, 1_000_000);
        check.within("knn_d", dimension, 1, 10_000);
        check.memory("knn_d", 16.0 * (2 * n + n_test) as f64 * dimension as f64);
        check.within("knn_sigma", sigma, 0.0, 1e6);
        let valid =
            (1..=100).contains(&config.knn_k.len()) && config.knn_k.iter().all(|k| (1..=n.min(1000)).contains(k));
        check.require("knn_k", valid, "1 to 100 values from 1 to 1000 and at most knn_n");
        check.increasing("knn_k", &config.knn_k);
        check.within("knn_seeds", config.knn_seeds, 1, 10_000);
    }

    fn cells(config: &Config) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (index, prior) in config.priors().into_iter().enumerate() {
            let leading = index == 0;
            cells.extend((0..config.seeds).map(|seed| {
                Cell::Discrete(Discrete {
                    prior: prior.clone(),
                    seed,
                    n: config.n,
                    m: config.m,
                    q_grid: config.q_grid.clone(),
                    noise: leading.then_some(config.noise),
                    eps_grid: config.eps_grid.clone(),
                    bands: leading,
                })
            }));
        }
        cells.extend((0..config.knn_seeds).map(|seed| Cell::Clusters {
            prior: Prior::Zipf { exponent: config.zipf_exponent[0], domain: config.mixture.n },
            seed,
            m: config.m,
            mixture: config.mixture.clone(),
            knn_k: config.knn_k.clone(),
        }));
        cells
    }

    fn cost(cell: &Cell) -> f64 {
        match cell {
            Cell::Discrete(discrete) => discrete.cost(),
            Cell::Clusters { mixture, .. } => {
                let distances = mixture.n * (mixture.n + mixture.n_test);
                distances as f64 * (1e-9 + 0.16e-9 * mixture.dimension as f64)
            }
        }
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        match cell {
            Cell::Discrete(discrete) => discrete.rows(random),
            Cell::Clusters { prior, seed, m, mixture, knn_k } => {
                let mut generator = random.open("clusters", *seed);
                let clusters = Clusters::draw(mixture, prior, *m, &mut generator);
                let row = |(&k, outcome): (&usize, Outcome)| Row {
                    panel: Measured::Knn,
                    prior: prior.name(),
                    seed: *seed,
                    setting: k as f64,
                    eps: None,
                    points: mixture.n_test,
                    singleton_fraction: clusters.singleton_fraction(),
                    measured: outcome.excess,
                    predicted: outcome.predicted,
                };
                Ok(knn_k.iter().zip(clusters.outcomes(knn_k)?).map(row).collect())
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

common::paper!(LongTail);
