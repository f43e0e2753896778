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

use common::prelude::*;
use digits::Problem;
use studies::{DigitRegression, FeatureSweep, KernelRegression, LogSpaced, Penalties};
use task::PowerLaw;

/// The parameters.
#[derive(Parameters)]
pub struct Config {
    #[flatten]
    task: PowerLaw,
    /// Variance of the label noise in panels a and b.
    #[range(0.0..)]
    noise_var: f64,
    /// Samples in panel a.
    fixed_n: usize,
    /// Random features in panel a.
    #[rising]
    ks: Vec<usize>,
    /// Random features in panel b.
    fixed_k: usize,
    /// Samples in panel b.
    #[rising]
    ns: Vec<usize>,
    /// Penalties δ in panels a and b.
    ridges: LogSpaced,
    /// Draws in panels a and b.
    trials: u64,
    /// Panel c: kernel regression, the limit of infinitely many features.
    kernel: Kernel,
    /// Panel d: the kernel of a network on handwritten digits.
    mnist: Mnist,
}

/// Kernel regression on the synthetic task.
#[derive(Parameters)]
#[require(n < modes)]
pub struct Kernel {
    /// Modes: the dimension of the inputs.
    #[key("M")]
    modes: usize,
    /// Samples.
    n: usize,
    /// Noise variances over the test error at zero noise and ridge.
    #[range(0.0..)]
    #[rising]
    sigma2_rel: Vec<f64>,
    #[flatten]
    penalties: Penalties,
    /// Draws.
    trials: u64,
}

/// Kernel regression on handwritten digits.
#[derive(Parameters)]
pub struct Mnist {
    #[flatten]
    problem: Problem,
    /// Noise variances over the test error at zero noise and the interpolating ridge.
    #[range(0.0..)]
    #[rising]
    sigma2_rel: Vec<f64>,
    #[flatten]
    penalties: Penalties,
    /// Draws; 0 leaves the panel empty.
    #[range(0..)]
    seeds: u64,
}

impl Config {
    /// The task of panel c, with the exponents of the other panels.
    fn kernel_task(&self) -> PowerLaw {
        PowerLaw { modes: self.kernel.modes, ..self.task }
    }
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { task, noise_var, ridges, trials, kernel, mnist, .. } = config;
    for (panel, ns, ks) in [
        ("A", std::slice::from_ref(&config.fixed_n), &config.ks[..]),
        ("B", &config.ns[..], std::slice::from_ref(&config.fixed_k)),
    ] {
        let sweep = |trial| FeatureSweep { panel, task, noise_var: *noise_var, ns, ks, ridges, trial };
        plan.add((0..*trials).map(sweep));
    }
    for &sigma2_rel in &kernel.sigma2_rel {
        let penalties = &kernel.penalties;
        let draw = |trial| KernelRegression { task: config.kernel_task(), n: kernel.n, sigma2_rel, penalties, trial };
        plan.add((0..kernel.trials).map(draw));
    }
    let Mnist { problem, sigma2_rel, penalties, seeds } = mnist;
    plan.add((0..*seeds).map(|seed| DigitRegression { problem, sigma2_rel, penalties, seed }));
}

common::paper!(Config, cells, figure::draw, claims::measure);
