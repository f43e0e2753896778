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

use common::prelude::*;
use factor_model::FactorModel;

/// The setting of the mixture.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct MixtureSettings {
    /// K.
    #[serde(rename = "gmm_k")]
    components: usize,
    #[serde(rename = "gmm_d")]
    dimension: usize,
    /// Typical norm of the means.
    #[serde(rename = "gmm_sep")]
    separation: f64,
    /// Unlabelled points.
    #[serde(rename = "gmm_m")]
    unlabelled: usize,
    /// Numbers of labelled points, rising.
    #[serde(rename = "gmm_n_grid")]
    labelled: Vec<usize>,
    /// Test points.
    #[serde(rename = "gmm_test")]
    test: usize,
    /// Runs of expectation maximisation.
    #[serde(rename = "em_restarts")]
    restarts: usize,
    /// Steps of each run, at most.
    #[serde(rename = "em_iters")]
    iterations: usize,
}

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    model: FactorModel,
    /// Numbers of unlabelled points, rising.
    m_grid: Vec<usize>,
    /// Numbers of labelled points, rising.
    n_grid: Vec<usize>,
    /// Labelled points where m varies.
    n_fixed: usize,
    seeds: u64,
    mixture: MixtureSettings,
    gmm_seeds: u64,
}

/// The factor model under one seed: all m and n share their points.
#[derive(Clone, Debug, Serialize)]
pub struct FactorRun {
    seed: u64,
    model: FactorModel,
    /// Rising.
    m_grid: Vec<usize>,
    /// Rising; contains `n_fixed`.
    n_grid: Vec<usize>,
    n_fixed: usize,
}

/// The mixture under one seed.
#[derive(Clone, Debug, Serialize)]
pub struct MixtureRun {
    seed: u64,
    settings: MixtureSettings,
}

/// One seed of one model.
#[derive(Clone, Debug, Serialize)]
pub enum Cell {
    /// All methods of regression.
    Factor(FactorRun),
    /// All methods of classification.
    Mixture(MixtureRun),
}

/// What is learnt.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// A label that depends on the factors.
    Factor,
    /// A label that depends on a direction of noise.
    Uninformative,
    /// The label of a component of the mixture.
    Gmm,
}

/// How it is learnt.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Both steps.
    Pretrain,
    /// The best predictor on the learnt representation: what step 1 costs.
    Bias,
    /// Step 2 on the true representation.
    Oracle,
    /// Least squares on x, of minimum norm for n < d.
    LeastSquares,
    /// Ridge regression with the penalty of least true risk.
    Ridge,
    /// Both steps on the labelled points alone.
    #[serde(rename = "self")]
    SelfTaught,
    /// Logistic regression with the penalty of least test error.
    Logistic,
}

/// One method on one number of points under one seed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    model: Model,
    seed: u64,
    /// Unlabelled points; 0 for methods that use none.
    m: usize,
    /// Labelled points.
    n: usize,
    method: Method,
    /// Excess risk (squared loss), or excess classification error for the mixture.
    excess: f64,
    /// What theory predicts for it, where it predicts something.
    predicted: Option<f64>,
}

/// The paper.
pub struct UnsupervisedPretraining;

impl Experiment for UnsupervisedPretraining {
    type Config = Config;
    type Cell = Cell;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        check_factor(config, check);
        check_mixture(&config.mixture, check);
        check.count("gmm_seeds", config.gmm_seeds);
    }

    fn cells(config: &Config) -> Vec<Cell> {
        let mut n_grid = config.n_grid.clone();
        n_grid.push(config.n_fixed);
        n_grid.sort_unstable();
        n_grid.dedup();
        let factor = |seed| {
            Cell::Factor(FactorRun {
                seed,
                model: config.model.clone(),
                m_grid: config.m_grid.clone(),
                n_grid: n_grid.clone(),
                n_fixed: config.n_fixed,
            })
        };
        let mixture = |seed| Cell::Mixture(MixtureRun { seed, settings: config.mixture.clone() });
        let factors = (0..config.seeds).map(factor);
        factors.chain((0..config.gmm_seeds).map(mixture)).collect()
    }

    fn cost(cell: &Cell) -> f64 {
        match cell {
            Cell::Factor(run) => {
                // Second moments at about 10 GFLOP/s, eigendecompositions at about 2.
                let d = run.model.d as f64;
                let points = run.m_grid.iter().chain(&run.n_grid).copied().max().unwrap_or(0);
                let decompositions = (run.m_grid.len() + run.n_grid.len()) as f64;
                2.0 * points as f64 * d * d / 10.0e9 + decompositions * 10.0 * d * d * d / 2.0e9
            }
            Cell::Mixture(run) => {
                let settings = &run.settings;
                let steps = (settings.restarts * settings.iterations) as f64;
                let memberships = (settings.unlabelled * settings.components) as f64;
                steps * memberships * (4.0 * settings.dimension as f64 + 50.0) / 5.0e9
            }
        }
    }

    fn run(cell: &Cell, random: &Streams) -> Result<Vec<Row>> {
        match cell {
            Cell::Factor(run) => regression::run(run, random),
            Cell::Mixture(run) => classification::run(run, random),
        }
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

/// Requires a rising grid of at least one number of points, from `least` to ten million.
fn check_grid(check: &mut Check, key: &str, grid: &[usize], least: usize) {
    check.increasing(key, grid);
    let range = format!("at least one number, each between {least} and 10,000,000");
    let inside = grid.iter().all(|points| (least..=10_000_000).contains(points));
    check.require(key, inside && !grid.is_empty(), &range);
}

fn check_factor(config: &Config, check: &mut Check) {
    let FactorModel { d, r, lambda, sigma, eps } = &config.model;
    check.within("d", *d, 2, 5000);
    check.within("r", *r, 1, d.saturating_sub(1).min(5000));
    check.require("lambda", lambda.len() == *r, &format!("one variance for each of the {r} factors"));
    check.all_positive("lambda", lambda);
    check.positive("sigma", *sigma);
    check.at_least("eps", *eps, 0.0);
    check_grid(check, "m_grid", &config.m_grid, 2);
    // Least squares on r columns has a finite mean from here on.
    let least = r.saturating_add(2);
    check_grid(check, "n_grid", &config.n_grid, least);
    check.within("n_fixed", config.n_fixed, least, 10_000_000);
    check.count("seeds", config.seeds);
    let bytes = |points: usize| 8.0 * points as f64 * (2.0 * *d as f64 + *r as f64);
    check.memory("m_grid", config.m_grid.iter().map(|m| bytes(*m)).fold(0.0, f64::max));
    check.memory("n_grid", config.n_grid.iter().map(|n| bytes(*n)).fold(0.0, f64::max));
    check.memory("n_fixed", bytes(config.n_fixed));
}

fn check_mixture(settings: &MixtureSettings, check: &mut Check) {
    let components = settings.components;
    let even = components.is_multiple_of(2) && (2..=1000).contains(&components);
    check.require("gmm_k", even, "an even number between 2 and 1000");
    check.within("gmm_d", settings.dimension, 1, 10_000);
    check.positive("gmm_sep", settings.separation);
    check.within("gmm_m", settings.unlabelled, components, 10_000_000);
    check_grid(check, "gmm_n_grid", &settings.labelled, components);
    check.within("gmm_test", settings.test, 1, 10_000_000);
    check.count("em_restarts", settings.restarts);
    check.count("em_iters", settings.iterations);
    let width = 8.0 * (settings.dimension as f64 + 2.0 * components as f64);
    check.memory("gmm_m", width * settings.unlabelled as f64);
    check.memory("gmm_test", width * settings.test as f64);
    check.memory("gmm_n_grid", width * settings.labelled.iter().copied().max().unwrap_or(0) as f64);
}

common::paper!(UnsupervisedPretraining);
