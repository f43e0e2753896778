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
use halfspace::{Halfspace, Noise, NoiseModel, Sample};
use inputs::{InputLaw, Marginal};
use learner::Search;
use tester::Tester;

/// The sizes of a problem.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Sizes {
    /// Dimension of the inputs.
    d: usize,
    /// Training points.
    n: usize,
    /// Test points.
    n_test: usize,
}

/// The parameters, as in `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    sizes: Sizes,
    /// Massart level where the level does not vary.
    eta: f64,
    eta_grid: Vec<f64>,
    /// Width of the smoothed step where the width does not vary.
    sigma: f64,
    sigma_grid: Vec<f64>,
    opt_grid: Vec<f64>,
    marginals: Vec<Marginal>,
    search: Search,
    tester: Tester,
    epsilon: f64,
    seeds: u64,
    seeds_marginals: u64,
}

/// The four simulations, each a panel of the figure.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Study {
    /// Massart noise over its level.
    Massart,
    /// Massart noise over the width of the smoothed step.
    Width,
    /// Adversarial noise over its level.
    Adversarial,
    /// Massart noise over input distributions.
    Marginal,
}

/// One run of learners and testers. Runs of a seed share the halfspace and all draws that they can.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    study: Study,
    sizes: Sizes,
    marginal: Marginal,
    noise: Noise,
    sigma: f64,
    search: Search,
    tester: Tester,
    seed: u64,
}

/// The output table: one run.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    panel: Study,
    marginal: Marginal,
    noise: NoiseModel,
    /// eta or the target of opt.
    level: f64,
    sigma: f64,
    seed: u64,
    /// Test error of the true halfspace.
    opt: f64,
    /// Test error of the tester-learner's output less opt.
    excess_gd: f64,
    excess_logistic: f64,
    excess_average: f64,
    /// Verdict of the tests near the decision boundary.
    accepted: bool,
    /// Verdict of the test of global moments up to degree 3.
    accepted_moment3: bool,
    /// Points in a band over their Gaussian number.
    band_min: f64,
    band_max: f64,
    /// Eigenvalues of the covariance in the first band; none where too few points lie there.
    cov_min: Option<f64>,
    cov_max: Option<f64>,
    /// The same for quadratic features.
    quad_min: Option<f64>,
    quad_max: Option<f64>,
}

/// The paper.
pub struct HalfspaceTesterLearner;

impl Config {
    /// The run on Gaussian inputs with Massart noise that each study varies.
    fn run(&self, study: Study, seed: u64) -> Run {
        Run {
            study,
            sizes: self.sizes.clone(),
            marginal: Marginal::Gauss,
            noise: Noise { model: NoiseModel::Massart, level: self.eta },
            sigma: self.sigma,
            search: self.search.clone(),
            tester: self.tester.clone(),
            seed,
        }
    }

    /// A run with another noise.
    fn noisy_run(&self, study: Study, model: NoiseModel, level: f64, seed: u64) -> Run {
        Run { noise: Noise { model, level }, ..self.run(study, seed) }
    }
}

impl Experiment for HalfspaceTesterLearner {
    type Config = Config;
    type Cell = Run;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        check_problem(config, check);
        check_learner_and_tester(config, check);
        check.count("seeds", config.seeds);
        check.count("seeds_marginals", config.seeds_marginals);
    }

    fn cells(config: &Config) -> Vec<Run> {
        let mut runs = Vec::new();
        for seed in 0..config.seeds {
            for &eta in &config.eta_grid {
                runs.push(config.noisy_run(Study::Massart, NoiseModel::Massart, eta, seed));
            }
            for &sigma in &config.sigma_grid {
                runs.push(Run { sigma, ..config.run(Study::Width, seed) });
            }
            for &opt in &config.opt_grid {
                runs.push(config.noisy_run(Study::Adversarial, NoiseModel::Adversarial, opt, seed));
            }
        }
        for seed in 0..config.seeds_marginals {
            for &marginal in &config.marginals {
                runs.push(Run { marginal, ..config.run(Study::Marginal, seed) });
            }
        }
        runs
    }

    fn cost(run: &Run) -> f64 {
        let (d, n) = (run.sizes.d as f64, run.sizes.n as f64);
        // A step reads every point twice and takes one exponential of it.
        let steps = (run.search.steps * run.search.restarts) as f64 * n * (2.0e-10 * d + 1.0e-9);
        // Sampling; third moments; eigenvalues of d^2 / 2 features.
        let sampling = (n + run.sizes.n_test as f64) * d * 2.0e-8;
        steps + sampling + n * d * d * d * 1.0e-9 + powi(d, 6) / 8.0e9
    }

    fn run(run: &Run, random: &Streams) -> Result<Vec<Row>> {
        // No stream depends on the study, the noise or the width.
        let (sizes, seed) = (&run.sizes, run.seed);
        let truth = Halfspace::draw(sizes.d, &mut random.open("halfspace", seed));
        let law = InputLaw::new(run.marginal, sizes.d, &mut random.open("orientation", seed));
        let sample = |n, inputs, flips| {
            let inputs = law.sample(n, &mut random.open(inputs, seed));
            let labels = run.noise.labels(&truth, inputs.view(), &mut random.open(flips, seed));
            Sample { inputs, labels }
        };
        let train = sample(sizes.n, "inputs", "flips");
        let test = sample(sizes.n_test, "test inputs", "test flips");

        let output = run.search.learn(&train, run.sigma, &mut random.open("starts", seed))?;
        let findings = run.tester.examine(train.inputs.view(), &output)?;
        // All on the same test labels: a difference of errors has far less noise than an error.
        let opt = test.error(&truth.normal);
        let excess = |w: &[f64]| test.error(w) - opt;
        let inside = findings.inside;
        Ok(vec![Row {
            panel: run.study,
            marginal: run.marginal,
            noise: run.noise.model,
            level: run.noise.level,
            sigma: run.sigma,
            seed,
            opt,
            excess_gd: excess(&output),
            excess_logistic: excess(&baselines::logistic(&train)?),
            excess_average: excess(&baselines::average(&train)),
            accepted: run.tester.accepts(&findings),
            accepted_moment3: baselines::moments_look_gaussian(train.inputs.view()),
            band_min: findings.bands.min,
            band_max: findings.bands.max,
            cov_min: inside.map(|moments| moments.covariance.min),
            cov_max: inside.map(|moments| moments.covariance.max),
            quad_min: inside.map(|moments| moments.quadratic.min),
            quad_max: inside.map(|moments| moments.quadratic.max),
        }])
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

fn check_problem(config: &Config, check: &mut Check) {
    let Sizes { d, n, n_test } = config.sizes;
    check.within("d", d, 2, 60);
    // Fewer points and a draw may hold only one label.
    check.within("n", n, 100, 10_000_000);
    check.within("n_test", n_test, 100, 10_000_000);
    // Three copies of the training points.
    check.memory("n", 24.0 * n as f64 * d as f64);
    check.memory("n_test", 8.0 * n_test as f64 * d as f64);
    check.require("eta", is_massart(&config.eta), "a value from 0 to below 1/2");
    let levels = config.eta_grid.iter().all(is_massart);
    check.require("eta_grid", levels, "values from 0 to below 1/2");
    check.increasing("eta_grid", &config.eta_grid);
    // Above 0.1 the true halfspace is not the best one. Too few points are a fault of their own.
    let points = n.min(n_test).max(100) as f64;
    let levels = config.opt_grid.iter().all(|&opt| opt * points >= 1.0 && opt <= 0.1);
    check.require("opt_grid", levels, "values of at most 0.1 that flip at least one label");
    check.increasing("opt_grid", &config.opt_grid);
    check.require("marginals", are_distinct(&config.marginals), "each distribution once");
}

fn check_learner_and_tester(config: &Config, check: &mut Check) {
    let search = &config.search;
    let widths = 1e-6..=10.0;
    let range = "between 0.000001 and 10";
    check.require("sigma", widths.contains(&config.sigma), &format!("a value {range}"));
    let inside = config.sigma_grid.iter().all(|sigma| widths.contains(sigma));
    check.require("sigma_grid", inside, &format!("values {range}"));
    check.require("sigma_grid", are_distinct(&config.sigma_grid), "each width once");
    check.count("steps", search.steps);
    check.within("lr", search.lr, 1e-6, 1e6);
    check.within("restarts", search.restarts, 1, 1000);
    check.count("candidates", search.candidates);
    // Without a step, that alone is the mistake.
    let enough_steps = search.steps == 0 || search.candidates <= search.steps;
    check.require("candidates", enough_steps, "at most one for each step");
    let tester = &config.tester;
    // Beyond, the last bands lie where there is hardly a point.
    check.within("test_width", tester.test_width, 1e-6, 0.5);
    for (low_key, low, high_key, high) in [
        ("band_lo", tester.band_lo, "band_hi", tester.band_hi),
        ("cov_lo", tester.cov_lo, "cov_hi", tester.cov_hi),
        ("quad_lo", tester.quad_lo, "quad_hi", tester.quad_hi),
    ] {
        check.within(low_key, low, 0, 1);
        check.at_least(high_key, high, 1);
    }
    check.positive("epsilon", config.epsilon);
}

fn is_massart(eta: &f64) -> bool {
    (0.0..0.5).contains(eta)
}

fn are_distinct<T: PartialEq>(values: &[T]) -> bool {
    values.iter().enumerate().all(|(k, value)| !values[..k].contains(value))
}

common::paper!(HalfspaceTesterLearner);
