//! The simulations behind the panels.

use common::datasets::{DataSet, MNIST};
use common::prelude::*;

use crate::digits::{Digits, Problem};
use crate::eigenframework::{noiseless_interpolation, predict};
use crate::random_features::{RandomFeatures, kernel_errors};
use crate::task::{Errors, PowerLaw};

/// Penalties δ with evenly spaced logarithms.
#[derive(Parameters)]
#[require(log10_min < log10_max)]
pub struct LogSpaced {
    /// Logarithm of the smallest to base 10.
    #[range(-24.0..=24.0)]
    pub log10_min: f64,
    /// Logarithm of the largest to base 10.
    #[range(-24.0..=24.0)]
    pub log10_max: f64,
    /// How many there are.
    pub count: usize,
}

impl LogSpaced {
    /// The penalties, rising.
    pub fn values(&self) -> Vec<f64> {
        self.spaced(self.count)
    }

    /// Another number of penalties over the same range, rising.
    pub fn spaced(&self, count: usize) -> Vec<f64> {
        logspace(self.log10_min, self.log10_max, count)
    }
}

/// Penalties δ from interpolation to the zero predictor.
#[derive(Parameters)]
#[require(interpolating_ridge < pow(10.0, ridges.log10_min), "a value below the other ridges")]
pub struct Penalties {
    /// A penalty as good as zero.
    #[range(0.0..)]
    pub interpolating_ridge: f64,
    /// The other penalties δ.
    pub ridges: LogSpaced,
}

impl Penalties {
    /// All penalties, rising.
    fn values(&self) -> Vec<f64> {
        [&[self.interpolating_ridge], &self.ridges.values()[..]].concat()
    }
}

/// Random-feature regression with growing parts of one set of samples and features.
#[derive(Serialize)]
pub struct FeatureSweep {
    /// A over features, B over samples.
    pub panel: &'static str,
    /// The task of the samples.
    pub task: &'static PowerLaw,
    /// Variance of the label noise.
    pub noise_var: f64,
    /// Numbers of samples, rising.
    pub ns: &'static [usize],
    /// Numbers of features, rising.
    pub ks: &'static [usize],
    /// Penalties δ.
    pub ridges: &'static LogSpaced,
    /// Number of the draw.
    pub trial: u64,
}

/// Kernel regression, panel C. A trial has the same samples at every noise level.
#[derive(Serialize)]
pub struct KernelRegression {
    /// The task of the samples.
    pub task: PowerLaw,
    /// Samples.
    pub n: usize,
    /// Noise variance over the test error at zero noise and ridge, which theory gives.
    pub sigma2_rel: f64,
    /// Penalties δ.
    pub penalties: &'static Penalties,
    /// Number of the draw.
    pub trial: u64,
}

/// Kernel regression on digits at several noise levels, panel D.
#[derive(Serialize)]
pub struct DigitRegression {
    /// Images and kernel.
    pub problem: &'static Problem,
    /// Noise variances over the test error without noise at the interpolating ridge.
    pub sigma2_rel: &'static [f64],
    /// Penalties δ.
    pub penalties: &'static Penalties,
    /// Number of the draw.
    pub seed: u64,
}

/// What is measured at one ridge, and what the eigenframework says of it.
fn row(measured: Errors, theory: Errors) -> Record {
    record! {
        /// Mean squared error on new points, label noise included.
        test_mse: measured.test,
        /// Mean squared error on the training points.
        train_mse: measured.train,
        /// What the eigenframework says of test_mse; NaN for digits.
        theory_test: theory.test,
        /// What the eigenframework says of train_mse; NaN for digits.
        theory_train: theory.train,
        /// Fitting ratio: train_mse / test_mse.
        ratio: measured.train / measured.test,
    }
}

/// Floating-point operations in a second, for the estimates of the time that a cell takes.
const SPEED: f64 = 2.5e10;
/// A normal number, in such operations.
const NORMAL: f64 = 150.0;
/// A mode of one solution of the eigenframework.
const THEORY: f64 = 500.0;

/// An eigendecomposition of order n.
fn decomposition(n: f64) -> f64 {
    5.0 * n * n * n
}

impl FeatureSweep {
    /// Largest numbers of samples and features.
    fn largest(&self) -> (usize, usize) {
        let last = |sizes: &[usize]| sizes.last().copied().unwrap_or(0);
        (last(self.ns), last(self.ks))
    }
}

impl Cell for FeatureSweep {
    fn cost(&self) -> f64 {
        // Features of all samples, random numbers, theory, eigendecompositions.
        let (n, k) = self.largest();
        let (n, k, modes) = (n as f64, k as f64, self.task.modes as f64);
        let (sizes, ridges) = ((self.ns.len() * self.ks.len()) as f64, self.ridges.count as f64);
        let draws = 2.0 * modes * n * k + NORMAL * modes * (n + k);
        (draws + sizes * (THEORY * modes * ridges + decomposition(n.min(k)))) / SPEED
    }

    fn memory(&self) -> f64 {
        let (n, k) = self.largest();
        let (n, k, modes, ridges) = (n as f64, k as f64, self.task.modes as f64, self.ridges.count as f64);
        let smaller = n.min(k);
        8.0 * ((modes + ridges) * (n + k) + 2.0 * n * k + 4.0 * smaller * smaller + ridges * modes)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let stream = if self.panel == "A" { "over features" } else { "over samples" };
        let (most_samples, most_features) = self.largest();
        let task = self.task.task();
        let random = random.open(stream, self.trial);
        let sample = RandomFeatures::sample(&task, self.noise_var, most_samples, most_features, &random);
        let ridges = self.ridges.values();
        for &n in self.ns {
            for &k in self.ks {
                for (&ridge, errors) in ridges.iter().zip(sample.errors(n, k, &ridges)?) {
                    let theory = predict(&task, n, Some(k), ridge, self.noise_var)?;
                    rows.key(record! {
                        /// A: over random features; B: over samples; C: kernel limit; D: digits.
                        panel: self.panel,
                        /// Samples.
                        n,
                        /// Random features; 0 is the kernel limit.
                        k,
                        /// The penalty δ, added to the Gram matrix of the features.
                        ridge,
                        /// Noise variance over the test error at zero noise and ridge; −1 in panels A and B.
                        sigma2_rel: -1.0,
                        /// Number of the draw.
                        trial: self.trial,
                    });
                    rows.push(row(errors, theory));
                }
            }
        }
        Ok(())
    }
}

impl Cell for KernelRegression {
    fn cost(&self) -> f64 {
        let (n, modes, ridges) = (self.n as f64, self.task.modes as f64, self.penalties.ridges.count as f64);
        let draws = modes * n * n + NORMAL * modes * n;
        (draws + ridges * modes * (2.0 * n + THEORY) + decomposition(n)) / SPEED
    }

    fn memory(&self) -> f64 {
        let (n, modes, ridges) = (self.n as f64, self.task.modes as f64, self.penalties.ridges.count as f64);
        8.0 * (2.0 * n * modes + 4.0 * n * n + 2.0 * ridges * modes)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &KernelRegression { n, sigma2_rel, trial, .. } = self;
        let task = self.task.task();
        let noise_var = sigma2_rel * noiseless_interpolation(&task, n)?;
        let ridges = self.penalties.values();
        let errors = kernel_errors(&task, noise_var, n, &ridges, &random.open("kernel", trial))?;
        for (&ridge, errors) in ridges.iter().zip(errors) {
            let theory = predict(&task, n, None, ridge, noise_var)?;
            rows.key(record! { panel: "C", n, k: 0, ridge, sigma2_rel, trial }).push(row(errors, theory));
        }
        Ok(())
    }
}

impl Cell for DigitRegression {
    fn cost(&self) -> f64 {
        let (n, n_test) = (self.problem.n_train as f64, self.problem.n_test as f64);
        // An inner product of images and an arc cosine for each layer.
        let kernels = (n / 2.0 + n_test) * n * (1600.0 + 400.0 * self.problem.depth as f64);
        let solves = 20.0 * (self.sigma2_rel.len() * (self.penalties.ridges.count + 1)) as f64 * (n + n_test) * n;
        0.1 + (kernels + solves + decomposition(n)) / SPEED
    }

    fn memory(&self) -> f64 {
        let (n, n_test) = (self.problem.n_train as f64, self.problem.n_test as f64);
        let columns = 10.0 * (self.penalties.ridges.count + 1) as f64;
        8.0 * ((n + n_test) * (784.0 + 2.0 * columns) + n * n_test + 4.0 * n * n)
    }

    fn data(&self) -> Vec<&'static DataSet> {
        vec![&MNIST]
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let random = random.open("digits", self.seed);
        let digits = Digits::sample(self.problem, &random)?;
        let ridges = self.penalties.values();
        let unit = digits.errors(0.0, &ridges[..1], &random)[0].test;
        let no_theory = Errors { test: f64::NAN, train: f64::NAN };
        for &sigma2_rel in self.sigma2_rel {
            let errors = digits.errors(sigma2_rel * unit, &ridges, &random);
            for (&ridge, errors) in ridges.iter().zip(errors) {
                rows.key(record! { panel: "D", n: self.problem.n_train, k: 0, ridge, sigma2_rel, trial: self.seed });
                rows.push(row(errors, no_theory));
            }
        }
        Ok(())
    }
}
