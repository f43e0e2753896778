//! Global Convergence of Sub-gradient Method for Robust Matrix Recovery: Small Initialization,
//! Noisy Measurements, and Over-parameterization — Ma, Fattahi 2022, arXiv:2202.08788.
//!
//! A positive semidefinite matrix of low rank is recovered from corrupted linear measurements by
//! the sub-gradient method on the l1 loss of U Uᵀ. A tiny start makes it blind to the number of
//! columns of U and to the corruption, even where the truth does not minimise the loss.

mod claims;
mod figure;
mod measurements;
mod subgradient;

use common::optimize::Steps;
use common::prelude::*;
use measurements::{Measurements, Noise, Shape, symmetric_length};
use subgradient::{Descent, Iterate};

/// The large initialisation: as long as the columns of the true factor.
const LARGE_ALPHA: f64 = 1.0;

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    shape: Shape,
    /// Measurements of panels A and B.
    m: usize,
    outlier_frac: f64,
    outlier_frac_heavy: f64,
    outlier_sd: f64,
    small_alpha: f64,
    /// Initialisation scales of panel B.
    alphas: Vec<f64>,
    noise_sd: f64,
    /// Measurements of panel C, rising.
    ms: Vec<usize>,
    #[serde(rename = "T")]
    iterations: usize,
    eta0: f64,
    eta_final_ratio: f64,
    l2_eta: f64,
    seeds: u64,
    /// Panel C has only these first seeds.
    seeds_dense: u64,
    record_every: usize,
}

/// The three simulations, each a panel of the figure.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Study {
    /// A few outliers, the error over the iterations.
    #[serde(rename = "A")]
    Outliers,
    /// Many outliers, over initialisation scales.
    #[serde(rename = "B")]
    HeavyOutliers,
    /// Gaussian noise on every measurement, over numbers of measurements.
    #[serde(rename = "C")]
    DenseNoise,
}

/// The loss that is minimised.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LossKind {
    /// The mean absolute residual.
    L1,
    /// The mean squared residual.
    L2,
}

/// One run of a descent. Runs of a seed share the truth and the measurements of equal number.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    study: Study,
    shape: Shape,
    m: usize,
    noise: Noise,
    /// Columns r' of U.
    columns: usize,
    /// The start is alpha times a matrix with orthonormal columns.
    alpha: f64,
    descent: Descent,
    iterations: usize,
    /// Iterations between two recorded ones; only the last is if there is none.
    record_every: Option<usize>,
    seed: u64,
}

/// The output table: one run after one number of iterations.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    panel: Study,
    loss_kind: LossKind,
    /// Columns r' of U.
    rank_param: usize,
    /// Scale of the initialisation.
    alpha: f64,
    /// Measurements.
    m: usize,
    /// Share of outliers.
    outlier_frac: f64,
    /// Standard deviation of the dense noise.
    noise_sd: f64,
    seed: u64,
    /// Iterations done.
    t: usize,
    /// |U Uᵀ - X*|_F / |X*|_F; infinite if the run has diverged, as are the losses.
    rel_err: f64,
    /// The l1 loss, whichever loss is minimised.
    loss: f64,
    /// The l1 loss less that of X*.
    loss_excess: f64,
}

/// The paper.
pub struct RobustMatrixRecovery;

impl Config {
    /// The sub-gradient method from the small start with as many columns as rows, for `seed`.
    fn run(&self, study: Study, m: usize, noise: Noise, seed: u64) -> Run {
        Run {
            study,
            shape: self.shape.clone(),
            m,
            noise,
            columns: self.shape.d,
            alpha: self.small_alpha,
            descent: Descent::Absolute { eta0: self.eta0, final_ratio: self.eta_final_ratio },
            iterations: self.iterations,
            record_every: None,
            seed,
        }
    }

    /// Panel A: known rank, full rank, large start, squared loss.
    fn outlier_runs(&self, seed: u64) -> [Run; 4] {
        let noise = Noise::Outliers { fraction: self.outlier_frac, sd: self.outlier_sd };
        let full = Run { record_every: Some(self.record_every), ..self.run(Study::Outliers, self.m, noise, seed) };
        [
            Run { columns: self.shape.r, ..full.clone() },
            full.clone(),
            Run { alpha: LARGE_ALPHA, ..full.clone() },
            Run { descent: Descent::Squared { eta: self.l2_eta }, ..full },
        ]
    }

    /// Panel B: full rank from each scale.
    fn heavy_outlier_runs(&self, seed: u64) -> impl Iterator<Item = Run> {
        let noise = Noise::Outliers { fraction: self.outlier_frac_heavy, sd: self.outlier_sd };
        self.alphas.iter().map(move |&alpha| Run { alpha, ..self.run(Study::HeavyOutliers, self.m, noise, seed) })
    }

    /// Panel C: known rank, full rank, large start, for each number of measurements.
    fn dense_noise_runs(&self, seed: u64) -> impl Iterator<Item = Run> {
        let noise = Noise::Dense { sd: self.noise_sd };
        self.ms.iter().flat_map(move |&m| {
            let full = self.run(Study::DenseNoise, m, noise, seed);
            [Run { columns: self.shape.r, ..full.clone() }, full.clone(), Run { alpha: LARGE_ALPHA, ..full }]
        })
    }
}

impl Experiment for RobustMatrixRecovery {
    type Config = Config;
    type Cell = Run;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let Shape { d, r } = config.shape;
        check.within("d", d, 2, 10_000);
        check.within("r", r, 1, d);
        check.count("m", config.m);
        check.probability("outlier_frac", config.outlier_frac);
        check.probability("outlier_frac_heavy", config.outlier_frac_heavy);
        check.positive("outlier_sd", config.outlier_sd);
        check.positive("noise_sd", config.noise_sd);
        check.positive("small_alpha", config.small_alpha);
        check.at_most("small_alpha", config.small_alpha, 0.1);
        let scales = !config.alphas.is_empty() && config.alphas.iter().all(|&alpha| alpha > 0.0 && alpha <= 10.0);
        check.require("alphas", scales, "at least one value, each above 0 and at most 10");
        let counts = !config.ms.is_empty() && config.ms.iter().all(|m| (1..=1_000_000).contains(m));
        check.require("ms", counts, "at least one value, each between 1 and 1000000");
        check.increasing("ms", &config.ms);
        check.count("T", config.iterations);
        check.positive("eta0", config.eta0);
        check.positive("eta_final_ratio", config.eta_final_ratio);
        check.at_most("eta_final_ratio", config.eta_final_ratio, 1.0);
        check.positive("l2_eta", config.l2_eta);
        check.count("seeds", config.seeds);
        check.within("seeds_dense", config.seeds_dense, 1, config.seeds);
        check.within("record_every", config.record_every, 1, config.iterations);
        let row = 8.0 * (d as f64) * (d as f64 + 1.0) / 2.0;
        check.memory("m", row * config.m as f64);
        check.memory("ms", row * config.ms.iter().max().map_or(0.0, |&m| m as f64));
    }

    fn cells(config: &Config) -> Vec<Run> {
        let outliers = (0..config.seeds).flat_map(|seed| config.outlier_runs(seed));
        let heavy = (0..config.seeds).flat_map(|seed| config.heavy_outlier_runs(seed));
        let dense = (0..config.seeds_dense).flat_map(|seed| config.dense_noise_runs(seed));
        outliers.chain(heavy).chain(dense).collect()
    }

    fn cost(run: &Run) -> f64 {
        // Two passes over the measurements and two products with U, at about 4 GFLOP/s.
        let (d, columns) = (run.shape.d as f64, run.columns as f64);
        let passes = 4.0 * run.m as f64 * symmetric_length(run.shape.d) as f64;
        run.iterations as f64 * (passes + 4.0 * d * d * columns) / 4.0e9
    }

    fn run(run: &Run, random: &Streams) -> Result<Vec<Row>> {
        // No stream depends on the study or the series: runs of a seed differ only in what is compared.
        let measurements = Measurements::draw(&run.shape, run.m, run.noise, run.seed, random);
        let basis = random.open("start", run.seed).orthonormal(run.shape.d, run.columns);
        let steps = match run.record_every {
            Some(period) => Steps::new(run.iterations).every(period),
            None => Steps::new(run.iterations).at([run.iterations]),
        };
        let finished = steps.run(
            Iterate::new(&measurements, run.alpha * basis),
            |iterate, t| iterate.advance(run.descent, t, run.iterations),
            |iterate, t| row(run, &measurements, iterate, t),
        )?;
        Ok(finished.measured)
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

/// What the table holds of an iterate.
fn row(run: &Run, measurements: &Measurements, iterate: &Iterate<'_>, t: usize) -> Row {
    let (outlier_frac, noise_sd) = match run.noise {
        Noise::Outliers { fraction, .. } => (fraction, 0.0),
        Noise::Dense { sd } => (0.0, sd),
    };
    Row {
        panel: run.study,
        loss_kind: match run.descent {
            Descent::Absolute { .. } => LossKind::L1,
            Descent::Squared { .. } => LossKind::L2,
        },
        rank_param: run.columns,
        alpha: run.alpha,
        m: run.m,
        outlier_frac,
        noise_sd,
        seed: run.seed,
        t,
        rel_err: iterate.relative_error(),
        loss: iterate.loss(),
        loss_excess: iterate.loss() - measurements.truth_loss,
    }
}

common::paper!(RobustMatrixRecovery);
