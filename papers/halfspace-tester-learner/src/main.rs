//! An Efficient Tester-Learner for Halfspaces — Gollakota, Klivans, Stavropoulos, Vasilyan 2023,
//! arXiv:2302.14853.
//!
//! Halfspaces with noisy labels are learnt by non-convex gradient descent, which needs inputs that are
//! about Gaussian. Tests near the decision boundary of what was learnt tell whether they are: Gaussian
//! data are accepted, and an accepted output is near-optimal whatever the data.

mod baselines;
mod claims;
mod figure;
mod halfspace;
mod inputs;
mod learner;
mod tester;

use common::prelude::*;
use halfspace::{Halfspace, Noise, Sample};
use inputs::{InputLaw, Marginal};
use learner::Search;
use tester::Tester;

/// The sizes of a problem.
#[derive(Parameters)]
pub struct Sizes {
    /// Dimension of the inputs.
    #[range(2..)]
    d: usize,
    /// Training points; the tests look at these too. With fewer than 100 a sample may hold only one label.
    #[range(100..)]
    n: usize,
    /// Fresh points, with noisy labels, on which errors are measured.
    #[range(100..)]
    n_test: usize,
}

/// The parameters.
#[derive(Parameters)]
#[require(
    opt_grid[0] * sizes.n.min(sizes.n_test) as f64 >= 1.0,
    "shares that flip at least one label, of the training and of the test points"
)]
pub struct Config {
    #[flatten]
    sizes: Sizes,
    /// Flipping probability of Massart noise in panels b and d.
    #[range(0.0..0.5)]
    eta: f64,
    /// Flipping probabilities of Massart noise in panel a.
    #[range(0.0..0.5)]
    #[rising]
    eta_grid: Vec<f64>,
    /// Width of the smoothed step in panels a, c and d.
    sigma: f64,
    /// Widths of the smoothed step in panel b.
    #[distinct]
    sigma_grid: Vec<f64>,
    /// Shares of labels that the adversary of panel c flips. Beyond 0.1 the true halfspace is not the best one.
    #[range(..=0.1)]
    #[rising]
    opt_grid: Vec<f64>,
    /// Input distributions of panel d.
    #[distinct]
    marginals: Vec<Marginal>,
    #[flatten]
    search: Search,
    #[flatten]
    tester: Tester,
    /// Excess error that an accepted output may have.
    #[range(0.0..)]
    epsilon: f64,
    /// Runs for each setting of panels a to c.
    #[range(0..)]
    seeds: u64,
    /// Runs for each input distribution of panel d.
    #[range(0..)]
    seeds_marginals: u64,
}

/// One run of learners and testers. Runs of a seed share the halfspace and all draws that they can.
#[derive(Clone, Copy, Serialize)]
struct Run {
    panel: &'static str,
    seed: u64,
    marginal: Marginal,
    noise: Noise,
    sigma: f64,
    sizes: &'static Sizes,
    search: &'static Search,
    tester: &'static Tester,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { sizes, search, tester, .. } = config;
    // What each panel varies: Gaussian inputs with Massart noise.
    let (marginal, noise) = (Marginal::Gauss, Noise::massart(config.eta));
    let plain = Run { panel: "marginal", seed: 0, marginal, noise, sigma: config.sigma, sizes, search, tester };
    for seed in 0..config.seeds {
        let plain = Run { seed, ..plain };
        plan.add(config.eta_grid.iter().map(|&eta| Run { panel: "massart", noise: Noise::massart(eta), ..plain }));
        plan.add(config.sigma_grid.iter().map(|&sigma| Run { panel: "width", sigma, ..plain }));
        let adversarial = |&opt| Run { panel: "adversarial", noise: Noise::adversarial(opt), ..plain };
        plan.add(config.opt_grid.iter().map(adversarial));
    }
    for seed in 0..config.seeds_marginals {
        plan.add(config.marginals.iter().map(|&marginal| Run { seed, marginal, ..plain }));
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        let (d, n) = (self.sizes.d as f64, self.sizes.n as f64);
        // A step reads every point twice and takes one exponential of it.
        let steps = self.search.steps as f64 * self.search.restarts as f64 * n * (2.0e-10 * d + 1.0e-9);
        // Sampling; third moments; eigenvalues of d^2 / 2 features.
        let sampling = (n + self.sizes.n_test as f64) * d * 2.0e-8;
        steps + sampling + n * d * d * d * 1.0e-9 + powi(d, 6) / 8.0e9
    }

    fn memory(&self) -> f64 {
        let (d, n, n_test) = (self.sizes.d as f64, self.sizes.n as f64, self.sizes.n_test as f64);
        let (band, features) = (0.8 * self.tester.test_width * n, d * (d + 1.0) / 2.0);
        // Three copies of the training points; quadratic features of those in a band and their Gram matrix.
        8.0 * (3.0 * n * d + n_test * d + 2.0 * band * features + powi(band.min(features), 2))
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        // No stream depends on the panel, the noise or the width.
        let (sizes, seed) = (self.sizes, self.seed);
        let truth = Halfspace::sample(sizes.d, &mut random.open("halfspace", seed));
        let law = InputLaw::sample(self.marginal, sizes.d, &mut random.open("orientation", seed));
        let sample = |n, inputs, flips| {
            let inputs = law.points(n, &mut random.open(inputs, seed));
            let labels = self.noise.labels(&truth, inputs.view(), &mut random.open(flips, seed));
            Sample { inputs, labels }
        };
        let train = sample(sizes.n, "inputs", "flips");
        let test = sample(sizes.n_test, "test inputs", "test flips");

        let output = self.search.learn(&train, self.sigma, &mut random.open("starts", seed))?;
        let findings = self.tester.examine(train.inputs.view(), &output)?;
        // All on the same test labels: a difference of errors has far less noise than an error.
        let opt = test.error(&truth.normal);
        let excess = |w: &[f64]| test.error(w) - opt;
        let inside = findings.inside;
        let Noise { model: noise, level } = self.noise;
        rows.push(record! {
            /// Panel of the figure.
            panel: self.panel,
            /// Input distribution.
            marginal: self.marginal,
            /// Noise model: Massart or adversarial (agn).
            noise,
            /// Flipping probability of Massart noise, or the share of labels that the adversary flips.
            level,
            /// Width of the smoothed step.
            sigma: self.sigma,
            seed,
            /// Test error of the true halfspace.
            opt,
            /// Test error of the tester-learner's output less opt.
            excess_gd: excess(&output),
            /// Test error of logistic regression less opt.
            excess_logistic: excess(&baselines::logistic(&train)?),
            /// Test error of the averaging learner less opt.
            excess_average: excess(&baselines::average(&train)),
            /// Verdict of the tests near the decision boundary.
            accepted: self.tester.accepts(&findings),
            /// Verdict of the test of global moments up to degree 3.
            accepted_moment3: baselines::moments_look_gaussian(train.inputs.view()),
            /// Share of the points in a band beside the boundary over its Gaussian value, least of all bands.
            band_min: findings.bands.min,
            /// Share of the points in a band beside the boundary over its Gaussian value, greatest of all bands.
            band_max: findings.bands.max,
            /// Least eigenvalue of the covariance in the first band; missing where too few points lie there.
            cov_min: inside.map(|moments| moments.covariance.min),
            /// Greatest eigenvalue of the covariance in the first band.
            cov_max: inside.map(|moments| moments.covariance.max),
            /// Least eigenvalue of the covariance of quadratic features in the first band.
            quad_min: inside.map(|moments| moments.quadratic.min),
            /// Greatest eigenvalue of the covariance of quadratic features in the first band.
            quad_max: inside.map(|moments| moments.quadratic.max),
        });
        Ok(())
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
