//! Bilevel Optimization under Unbounded Smoothness: A New Algorithm and Convergence Analysis — Hao, Gong, Liu 2024,
//! arXiv:2401.09587.
//!
//! Minimise Φ(x) = f(x, y*(x)), where y*(x) minimises g(x, ·), from stochastic derivatives, while the curvature of f
//! in x grows with its gradient. BO-REP does it with a normalised momentum for x, a refined start of y and periodic
//! updates of y. Here on a problem whose hypergradient is known exactly.

mod claims;
mod figure;
mod method;
mod oracle;
mod problem;
mod trajectory;

use common::optimize::Steps;
use common::prelude::*;
use method::{Algorithm, Iterate, Lower, Method, has_diverged};
use oracle::Oracle;
use problem::{Instance, Problem};
use trajectory::{Trajectory, checkpoints};

/// The parameters, under the names of `paper.yaml`.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    instance: Instance,
    sigma: f64,
    /// Largest start coordinate of panels A and B.
    x_max: f64,
    /// The same of panel C.
    x_max_rate: f64,
    /// T of panels A and B.
    iterations: usize,
    /// A shorter T at which the same runs are judged; without effect from T on.
    iterations_early: usize,
    /// T of panel C, rising.
    horizons: Vec<usize>,
    /// Steps η of BO-REP, rising.
    eta_borep: Vec<f64>,
    /// Steps η of the methods without normalisation, rising.
    eta_plain: Vec<f64>,
    /// The step of BO-REP in panel A and in the study of the start.
    eta_shown: f64,
    beta: f64,
    lower: Lower,
    /// Iterations over which the start of y is judged.
    start_iterations: usize,
    /// Step of panel C at T = `rate_horizon`.
    eta_rate: f64,
    rate_horizon: usize,
    /// Recorded iterations of panel A.
    checkpoints: usize,
    seeds: u64,
}

/// What runs are made for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Study {
    /// Panels A and B: all methods over their steps, from far away.
    Conv,
    /// Panel C: BO-REP over horizons, with the theorem's steps.
    Rate,
    /// The first iterations of BO-REP with and without refinement.
    Start,
}

/// One run of an algorithm; seeds differ in the noise only.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    study: Study,
    instance: Instance,
    sigma: f64,
    x_max: f64,
    algorithm: Algorithm,
    /// T.
    horizon: usize,
    /// A shorter T at which the run is judged as well.
    early: Option<usize>,
    /// Recorded iterations; only the last is if there are none.
    checkpoints: usize,
    seed: u64,
}

/// The output table: one run after t iterations.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Row {
    panel: Study,
    method: Method,
    /// The step η.
    eta: f64,
    /// Refinement steps of y before the first iteration.
    refine_steps: usize,
    /// The T of the run.
    horizon: usize,
    seed: u64,
    t: usize,
    /// |∇Φ(x_t)|, exact; infinite from divergence on, as all that follows.
    grad_norm: f64,
    /// Running median of the same.
    grad_norm_median: f64,
    /// |y_t - A x_t|.
    lower_err: f64,
    /// Mean of |∇Φ(x_t)| over the last tenth of the iterations; last row only, as the two means below.
    final_grad: Option<f64>,
    /// Mean of |∇Φ(x_t)| over all iterations.
    avg_grad: Option<f64>,
    /// Mean of |y_t - A x_t| over all iterations.
    avg_lower_err: Option<f64>,
}

/// The paper.
pub struct UnboundedBilevel;

impl Config {
    /// The shorter T of panels A and B; T itself where that is no longer.
    fn early(&self) -> usize {
        self.iterations_early.min(self.iterations)
    }

    /// A run of panels A and B.
    fn conv_run(&self, method: Method, eta: f64, seed: u64) -> Run {
        Run {
            study: Study::Conv,
            instance: self.instance.clone(),
            sigma: self.sigma,
            x_max: self.x_max,
            algorithm: Algorithm { method, eta, beta: self.beta, lower: self.lower.clone() },
            horizon: self.iterations,
            early: Some(self.early()).filter(|&early| early < self.iterations),
            checkpoints: self.checkpoints,
            seed,
        }
    }

    /// A run of panel C: η ∝ T^(-3/4) and 1 - β ∝ T^(-1/2), as the theorem has them.
    fn rate_run(&self, horizon: usize, seed: u64) -> Run {
        let ratio = horizon as f64 / self.rate_horizon as f64;
        let base = self.conv_run(Method::Borep, self.eta_rate * pow(ratio, -0.75), seed);
        Run {
            study: Study::Rate,
            x_max: self.x_max_rate,
            algorithm: Algorithm { beta: 1.0 - (1.0 - self.beta) / ratio.sqrt(), ..base.algorithm },
            horizon,
            early: None,
            checkpoints: 0,
            ..base
        }
    }

    /// A run of the first iterations from a start of y with this many refinement steps.
    fn start_run(&self, refine_steps: usize, seed: u64) -> Run {
        let mut run = self.conv_run(Method::Borep, self.eta_shown, seed);
        run.algorithm.lower.refine_steps = refine_steps;
        Run { study: Study::Start, horizon: self.start_iterations, early: None, checkpoints: 0, ..run }
    }

    /// Methods and steps of panels A and B.
    fn grid(&self) -> Vec<(Method, f64)> {
        let with = |method: Method, etas: &[f64]| -> Vec<_> { etas.iter().map(|&eta| (method, eta)).collect() };
        [
            with(Method::Borep, &self.eta_borep),
            with(Method::Sgd, &self.eta_plain),
            with(Method::Momentum, &self.eta_plain),
        ]
        .concat()
    }
}

impl Experiment for UnboundedBilevel {
    type Config = Config;
    type Cell = Run;
    type Row = Row;

    fn check(config: &Config, check: &mut Check) {
        let (instance, lower) = (&config.instance, &config.lower);
        check.within("dim", instance.dim, 1, 1000);
        check.within("kappa", instance.kappa, 1e-6, 100);
        check.within("sigma", config.sigma, 0, 1000);
        for (key, x_max) in [("x_max", config.x_max), ("x_max_rate", config.x_max_rate)] {
            check.at_least(key, x_max, 1.0);
            let slope = sinh(instance.kappa * x_max) / instance.kappa * (instance.dim as f64).sqrt();
            let expected = "a smaller value: at the start sinh(kappa x_max) / kappa sqrt(dim) may be 1e10 at most";
            check.require(key, slope <= 1e10, expected);
        }
        check.within("iterations", config.iterations, 10, 1_000_000);
        check.within("iterations_early", config.iterations_early, 10, 1_000_000);
        check.increasing("horizons", &config.horizons);
        // Below the last bound, 1 - β would exceed 1.
        let shortest = (config.rate_horizon as f64 * (1.0 - config.beta) * (1.0 - config.beta)).max(10.0);
        let horizons = config.horizons.iter().all(|&horizon| horizon as f64 >= shortest && horizon <= 10_000_000);
        let expected = format!("at least one value, each between {shortest:.0} and 10000000");
        check.require("horizons", horizons && !config.horizons.is_empty(), &expected);
        for (key, etas) in [("eta_borep", &config.eta_borep), ("eta_plain", &config.eta_plain)] {
            let steps = !etas.is_empty() && etas.iter().all(|&eta| eta > 0.0 && eta <= 1e6);
            check.require(key, steps, "at least one value, each above 0 and at most 1000000");
            check.increasing(key, etas);
        }
        let shown = config.eta_borep.contains(&config.eta_shown);
        check.require("eta_shown", shown, "one of the values of eta_borep");
        check.within("beta", config.beta, 0, 0.999_999);
        check.positive("gamma", lower.gamma);
        check.positive("nu", lower.nu);
        check.count("period", lower.period);
        check.within("inner_steps", lower.inner_steps, 1, 10_000);
        check.within("refine_steps", lower.refine_steps, 0, 1_000_000);
        check.within("start_iterations", config.start_iterations, 10, 1_000_000);
        check.within("eta_rate", config.eta_rate, 1e-300, 1e6);
        check.count("rate_horizon", config.rate_horizon);
        check.within("checkpoints", config.checkpoints, 2, 10_000);
        check.count("seeds", config.seeds);
    }

    fn cells(config: &Config) -> Vec<Run> {
        let seeds = || 0..config.seeds;
        let grid = config.grid();
        let conv = grid.iter().flat_map(|&(method, eta)| seeds().map(move |seed| config.conv_run(method, eta, seed)));
        let rate = config.horizons.iter().flat_map(|&horizon| seeds().map(move |seed| config.rate_run(horizon, seed)));
        let mut refinements = vec![config.lower.refine_steps, 0];
        refinements.dedup();
        let start = refinements.into_iter().flat_map(|steps| seeds().map(move |seed| config.start_run(steps, seed)));
        conv.chain(rate).chain(start).collect()
    }

    fn cost(run: &Run) -> f64 {
        // Measured: what is done once, element by element, and by about five products with d x d matrices.
        let dim = run.instance.dim as f64;
        let lower = &run.algorithm.lower;
        let inner = 0.2 * lower.inner_steps as f64 / lower.period as f64;
        let steps = run.horizon as f64 * (1.0 + inner) + 0.2 * lower.refine_steps as f64;
        let draw = 1e-9 * dim * dim * dim;
        steps * (4e-7 + dim * 5e-8 + dim * dim * 7e-10) + draw
    }

    fn run(run: &Run, random: &Streams) -> Result<Vec<Row>> {
        let problem = Problem::draw(&run.instance, random);
        // Each setting has its own noise, but the same with and without refinement, and for any number of iterations.
        let oracle = |part: &str| {
            let (method, eta) = (run.algorithm.method.name(), run.algorithm.eta);
            let name = format!("{part} {} {method} {eta}", run.study.name());
            Oracle::new(run.sigma, random.open(&name, run.seed))
        };
        let start = run.instance.start(run.x_max);
        let start = Iterate::new(&problem, &run.algorithm, start, oracle("refinement"), oracle("iterations"));
        let finished = Steps::new(run.horizon).every(1).run_until(
            start,
            Iterate::advance,
            |iterate, _| (iterate.gradient_norm(), iterate.lower_error()),
            |iterate, _| has_diverged(iterate.gradient_norm()),
        )?;
        Ok(rows(run, &Trajectory::new(&finished.measured, run.horizon, has_diverged)))
    }

    fn figure(config: &Config, table: &Table) -> Result<Figure> {
        figure::draw(config, table)
    }

    fn claims(config: &Config, table: &Table) -> Result<Vec<Claim>> {
        claims::measure(config, table)
    }
}

impl Study {
    /// The name in the table.
    fn name(self) -> &'static str {
        match self {
            Study::Conv => "conv",
            Study::Rate => "rate",
            Study::Start => "start",
        }
    }
}

/// What the table holds of a run: its checkpoints, and its summary at each T at which it is judged.
fn rows(run: &Run, trajectory: &Trajectory) -> Vec<Row> {
    let row = |t: usize, horizon: usize| {
        let last = |mean: f64| (t == horizon).then_some(mean);
        Row {
            panel: run.study,
            method: run.algorithm.method,
            eta: run.algorithm.eta,
            refine_steps: run.algorithm.lower.refine_steps,
            horizon,
            seed: run.seed,
            t,
            grad_norm: trajectory.gradient_norm(t),
            grad_norm_median: trajectory.median_norm(t),
            lower_err: trajectory.lower_error(t),
            final_grad: last(trajectory.final_gradient(horizon)),
            avg_grad: last(trajectory.average_gradient(horizon)),
            avg_lower_err: last(trajectory.average_lower_error(horizon)),
        }
    };
    let times = match run.checkpoints {
        0 => vec![run.horizon],
        count => checkpoints(count, run.horizon),
    };
    let early = run.early.iter().map(|&early| row(early, early));
    early.chain(times.iter().map(|&t| row(t, run.horizon))).collect()
}

common::paper!(UnboundedBilevel);
