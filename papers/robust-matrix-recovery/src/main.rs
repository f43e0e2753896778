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
use measurements::{Measurements, Noise, Shape};
use subgradient::{Descent, Iterate};

/// The large initialisation: as long as the columns of the true factor.
const LARGE_ALPHA: f64 = 1.0;

/// The parameters.
#[derive(Parameters)]
#[require(columns.is_none_or(|columns| shape.r <= columns && columns <= shape.d), "r <= columns <= d")]
pub struct Config {
    #[flatten]
    shape: Shape,
    /// Columns r′ of U where the rank is not known; d if null.
    columns: Option<usize>,
    /// Measurements of panels a and b.
    m: usize,
    /// Share p of outliers among the measurements of panel a.
    #[range(0.0..=1.0)]
    outlier_frac: f64,
    /// Share p of outliers among the measurements of panel b.
    #[range(0.0..=1.0)]
    outlier_frac_heavy: f64,
    /// Standard deviation of an outlier.
    #[range(0.0..)]
    outlier_sd: f64,
    /// Scale α of the small initialisation.
    #[range(..1.0)]
    small_alpha: f64,
    /// Initialisation scales α of panel b.
    #[distinct]
    alphas: Vec<f64>,
    /// Standard deviation σ of the dense noise of panel c.
    #[range(0.0..)]
    noise_sd: f64,
    /// Measurements of panel c.
    #[rising]
    ms: Vec<usize>,
    /// Iterations.
    #[key("T")]
    iterations: usize,
    /// First step size η_0 on the l1 loss.
    eta0: f64,
    /// Last step size over the first; geometric decay between.
    #[range(..=1.0)]
    eta_final_ratio: f64,
    /// Constant step size on the squared loss.
    l2_eta: f64,
    /// Truths with their measurements, panels a and b.
    seeds: u64,
    /// The same for panel c.
    seeds_dense: u64,
    /// Iterations between two recorded ones, panel a.
    record_every: usize,
}

impl Config {
    /// Columns r' of U where the rank is not known.
    fn columns(&self) -> usize {
        self.columns.unwrap_or(self.shape.d)
    }

    /// How r' is written: d, or its number where it is less.
    fn columns_name(&self) -> String {
        if self.columns() == self.shape.d { "d".to_string() } else { self.columns().to_string() }
    }

    /// Whether U has more columns than the unknown matrix has rank.
    fn is_over_parameterised(&self) -> bool {
        self.columns() > self.shape.r
    }

    /// Whether U has as many columns as rows, and more than the unknown matrix has rank.
    fn is_full(&self) -> bool {
        self.columns() == self.shape.d && self.is_over_parameterised()
    }

    /// Whether a share of outliers puts any among the measurements of panels a and b.
    fn has_outliers(&self, fraction: f64) -> bool {
        self.outlier_sd > 0.0 && measurements::outliers(fraction, self.m) > 0
    }
}

/// One run of a descent. Runs of a seed share the truth and the measurements of equal number.
#[derive(Clone, Copy, Serialize)]
struct Run {
    /// The panel of the figure that it is for.
    panel: &'static str,
    shape: &'static Shape,
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

fn cells(config: &'static Config, plan: &mut Plan) {
    // The sub-gradient method from the small start, the rank not known.
    let run = |panel, m, noise, seed| Run {
        panel,
        shape: &config.shape,
        m,
        noise,
        columns: config.columns(),
        alpha: config.small_alpha,
        descent: Descent::Absolute { eta0: config.eta0, final_ratio: config.eta_final_ratio },
        iterations: config.iterations,
        record_every: None,
        seed,
    };
    let outliers = |fraction| Noise::Outliers { fraction, sd: config.outlier_sd };
    // One run where r' is the rank.
    let known_and_unknown_rank =
        |run: Run| distinct([config.shape.r, run.columns]).into_iter().map(move |columns| Run { columns, ..run });
    let large_start = |run: Run| Run { alpha: LARGE_ALPHA, ..run };
    for seed in 0..config.seeds {
        let few = run("A", config.m, outliers(config.outlier_frac), seed);
        let few = Run { record_every: Some(config.record_every), ..few };
        let squared = Run { descent: Descent::Squared { eta: config.l2_eta }, ..few };
        plan.add(known_and_unknown_rank(few).chain([large_start(few), squared]));
    }
    for seed in 0..config.seeds {
        let many = run("B", config.m, outliers(config.outlier_frac_heavy), seed);
        plan.add(config.alphas.iter().map(|&alpha| Run { alpha, ..many }));
    }
    for seed in 0..config.seeds_dense {
        for &m in &config.ms {
            let dense = run("C", m, Noise::Dense { sd: config.noise_sd }, seed);
            plan.add(known_and_unknown_rank(dense).chain([large_start(dense)]));
        }
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        // Two passes over the measurements and two products with U, at about 4 GFLOP/s.
        let (d, columns) = (self.shape.d as f64, self.columns as f64);
        self.iterations as f64 * (4.0 * self.entries() + 4.0 * d * d * columns) / 4.0e9
    }

    fn memory(&self) -> f64 {
        let d = self.shape.d as f64;
        8.0 * (self.entries() + 4.0 * d * d)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        // No stream depends on the panel or the series: runs of a seed differ only in what is compared.
        let measurements = Measurements::sample(self.shape, self.m, self.noise, self.seed, random);
        let basis = random.open("start", self.seed).orthonormal(self.shape.d, self.columns);
        let (loss_kind, (outlier_frac, noise_sd)) = (self.descent.loss(), self.noise.levels());
        rows.key(record! {
            panel: self.panel,
            /// The loss that is minimised: `l1`, the mean absolute residual, or `l2`, the mean squared one.
            loss_kind,
            /// Columns r' of U.
            rank_param: self.columns,
            /// Scale of the initialisation.
            alpha: self.alpha,
            /// Measurements.
            m: self.m,
            /// Share of outliers.
            outlier_frac,
            /// Standard deviation of the dense noise.
            noise_sd,
            seed: self.seed,
        });
        let steps = match self.record_every {
            Some(period) => Steps::new(self.iterations).every(period),
            None => Steps::new(self.iterations).at([self.iterations]),
        };
        steps.run(
            Iterate::new(&measurements, self.alpha * basis),
            |iterate, t| iterate.advance(self.descent, t, self.iterations),
            |iterate, t| {
                rows.push(record! {
                    /// Iterations done.
                    t,
                    /// |U Uᵀ - X*|_F / |X*|_F; infinite if the run has diverged, as are the losses.
                    rel_err: iterate.relative_error(),
                    /// The l1 loss, whichever loss is minimised.
                    loss: iterate.loss(),
                    /// The l1 loss less that of X*.
                    loss_excess: iterate.loss() - measurements.truth_loss,
                });
            },
        )?;
        Ok(())
    }
}

impl Run {
    /// Entries of all measurement matrices, of which a triangle is stored.
    fn entries(&self) -> f64 {
        let d = self.shape.d as f64;
        self.m as f64 * d * (d + 1.0) / 2.0
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
