//! The simulations behind the panels, and the rows they give.

use common::prelude::*;

use crate::digits::{self, Digits};
use crate::eigenframework::{Prediction, noiseless_interpolation, predict};
use crate::random_features::{Errors, RandomFeatures, kernel_errors};
use crate::task::PowerLaw;

/// The four simulations, each a panel of the figure.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Study {
    /// Random features, over their number.
    #[serde(rename = "A")]
    Features,
    /// Random features, over the number of samples.
    #[serde(rename = "B")]
    Samples,
    /// The kernel limit, over the ridge.
    #[serde(rename = "C")]
    Kernel,
    /// A network kernel on digits, over the ridge.
    #[serde(rename = "D")]
    Digits,
}

/// A unit of computation.
#[derive(Clone, Debug, Serialize)]
pub enum Cell {
    /// Panels A and B.
    Sweep(FeatureSweep),
    /// Panel C.
    Kernel(KernelRegression),
    /// Panel D.
    Digits(DigitRegression),
}

/// Random-feature regression with growing parts of one set of samples and features.
#[derive(Clone, Debug, Serialize)]
pub struct FeatureSweep {
    /// Features or samples.
    pub study: Study,
    /// Of the samples.
    pub task: PowerLaw,
    /// Variance of the label noise.
    pub noise_var: f64,
    /// Numbers of samples, rising.
    pub ns: Vec<usize>,
    /// Numbers of features, rising.
    pub ks: Vec<usize>,
    /// Penalties δ.
    pub ridges: Vec<f64>,
    /// Number of the draw.
    pub trial: u64,
}

/// Kernel regression. A trial has the same samples at every noise level.
#[derive(Clone, Debug, Serialize)]
pub struct KernelRegression {
    /// Of the samples.
    pub task: PowerLaw,
    /// Samples.
    pub n: usize,
    /// Noise variance over the test error at zero noise and ridge, which theory gives.
    pub sigma2_rel: f64,
    /// Penalties δ.
    pub ridges: Vec<f64>,
    /// Number of the draw.
    pub trial: u64,
}

/// Kernel regression on digits at several noise levels.
#[derive(Clone, Debug, Serialize)]
pub struct DigitRegression {
    /// Images and kernel.
    pub problem: digits::Problem,
    /// Noise variances over the test error without noise at the first ridge.
    pub sigma2_rel: Vec<f64>,
    /// Penalties δ; the first stands for zero.
    pub ridges: Vec<f64>,
    /// Number of the draw.
    pub seed: u64,
}

/// The output table: the errors at one ridge in one trial.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    panel: Study,
    /// Samples.
    n: usize,
    /// Features; 0 is the kernel limit.
    k: usize,
    /// δ, added to the Gram matrix of the features.
    ridge: f64,
    /// Noise variance over the test error at zero noise and ridge; −1 in panels A and B.
    sigma2_rel: f64,
    trial: u64,
    test_mse: f64,
    train_mse: f64,
    /// What the eigenframework says of `test_mse`; NaN for digits, as the next.
    theory_test: f64,
    theory_train: f64,
    /// train_mse / test_mse.
    ratio: f64,
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
    /// Estimated seconds: features of all samples, random numbers, theory, eigendecompositions.
    pub fn cost(&self) -> f64 {
        let largest = |sizes: &[usize]| sizes.last().map_or(0.0, |&size| size as f64);
        let (n, k, modes) = (largest(&self.ns), largest(&self.ks), self.task.modes as f64);
        let (sizes, ridges) = ((self.ns.len() * self.ks.len()) as f64, self.ridges.len() as f64);
        let draws = 2.0 * modes * n * k + NORMAL * modes * (n + k);
        (draws + sizes * (THEORY * modes * ridges + decomposition(n.min(k)))) / SPEED
    }

    /// The errors at each number of samples and features.
    ///
    /// # Errors
    /// If an equation of the theory has no solution.
    pub fn run(&self, random: &Streams) -> Result<Vec<Row>> {
        let (Some(&most_samples), Some(&most_features)) = (self.ns.last(), self.ks.last()) else {
            return Ok(Vec::new());
        };
        let name = match self.study {
            Study::Samples => "over samples",
            _ => "over features",
        };
        let random = random.open(name, self.trial);
        let task = self.task.task();
        let draw = RandomFeatures::draw(&task, self.noise_var, most_samples, most_features, &random);
        let mut rows = Vec::with_capacity(self.ns.len() * self.ks.len() * self.ridges.len());
        for &n in &self.ns {
            for &k in &self.ks {
                for (&ridge, errors) in self.ridges.iter().zip(draw.errors(n, k, &self.ridges)?) {
                    let theory = predict(&task, n, Some(k), ridge, self.noise_var)?;
                    let row = Row::new(self.study, n, ridge, self.trial, errors).with_theory(theory);
                    rows.push(Row { k, ..row });
                }
            }
        }
        Ok(rows)
    }
}

impl KernelRegression {
    /// Estimated seconds.
    pub fn cost(&self) -> f64 {
        let (n, modes, ridges) = (self.n as f64, self.task.modes as f64, self.ridges.len() as f64);
        let draws = modes * n * n + NORMAL * modes * n;
        (draws + ridges * modes * (2.0 * n + THEORY) + decomposition(n)) / SPEED
    }

    /// The errors at each ridge.
    ///
    /// # Errors
    /// If an equation of the theory has no solution.
    pub fn run(&self, random: &Streams) -> Result<Vec<Row>> {
        let task = self.task.task();
        let noise_var = self.sigma2_rel * noiseless_interpolation(&task, self.n)?;
        let random = random.open("kernel", self.trial);
        let errors = kernel_errors(&task, noise_var, self.n, &self.ridges, &random)?;
        let row = |(&ridge, errors): (&f64, Errors)| {
            let theory = predict(&task, self.n, None, ridge, noise_var)?;
            let row = Row::new(Study::Kernel, self.n, ridge, self.trial, errors).with_theory(theory);
            Ok(Row { sigma2_rel: self.sigma2_rel, ..row })
        };
        self.ridges.iter().zip(errors).map(row).collect()
    }
}

impl DigitRegression {
    /// Estimated seconds.
    pub fn cost(&self) -> f64 {
        let (n, n_test) = (self.problem.n_train as f64, self.problem.n_test as f64);
        // An inner product of images and an arc cosine for each layer.
        let kernels = (n / 2.0 + n_test) * n * (1600.0 + 400.0 * self.problem.depth as f64);
        let solves = 20.0 * (self.sigma2_rel.len() * self.ridges.len()) as f64 * (n + n_test) * n;
        0.1 + (kernels + solves + decomposition(n)) / SPEED
    }

    /// The errors at each noise level and ridge.
    ///
    /// # Errors
    /// If the images are not to be had.
    pub fn run(&self, random: &Streams) -> Result<Vec<Row>> {
        let random = random.open("digits", self.seed);
        let digits = Digits::draw(&self.problem, &random)?;
        let clean = digits.errors(0.0, &self.ridges[..1], &random);
        let unit = clean[0].test;
        let mut rows = Vec::with_capacity(self.sigma2_rel.len() * self.ridges.len());
        for &sigma2_rel in &self.sigma2_rel {
            let errors = digits.errors(sigma2_rel * unit, &self.ridges, &random);
            for (&ridge, errors) in self.ridges.iter().zip(errors) {
                let row = Row::new(Study::Digits, self.problem.n_train, ridge, self.seed, errors);
                rows.push(Row { sigma2_rel, ..row });
            }
        }
        Ok(rows)
    }
}

impl Row {
    /// A row of the kernel limit with neither relative noise nor theory.
    fn new(panel: Study, n: usize, ridge: f64, trial: u64, errors: Errors) -> Row {
        Row {
            panel,
            n,
            k: 0,
            ridge,
            sigma2_rel: -1.0,
            trial,
            test_mse: errors.test,
            train_mse: errors.train,
            theory_test: f64::NAN,
            theory_train: f64::NAN,
            ratio: errors.train / errors.test,
        }
    }

    fn with_theory(self, theory: Prediction) -> Row {
        Row { theory_test: theory.test, theory_train: theory.train, ..self }
    }
}
