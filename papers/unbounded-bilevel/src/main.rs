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

use common::prelude::*;
use method::{Algorithm, Iterate, Lower, Method};
use oracle::Oracle;
use problem::{Instance, Problem, start_slope};
use trajectory::Trajectory;

/// The parameters.
#[derive(Parameters)]
#[require(
    start_slope(instance.kappa, instance.dim, x_max) <= 1e10,
    "sinh(kappa x_max) / kappa sqrt(dim), about the gradient at the start, up to 1e10"
)]
#[require(
    start_slope(instance.kappa, instance.dim, x_max_rate) <= 1e10,
    "sinh(kappa x_max_rate) / kappa sqrt(dim), about the gradient at the start, up to 1e10"
)]
#[require(
    horizons.iter().all(|&horizon| horizon as f64 >= rate_horizon as f64 * (1.0 - beta) * (1.0 - beta)),
    "each horizon at least rate_horizon (1 - beta)^2, so that the momentum of the theorem is not negative"
)]
#[require(eta_borep.contains(&eta_shown), "steps with eta_shown among them")]
pub struct Config {
    #[flatten]
    instance: Instance,
    /// Noise σ of the stochastic oracles.
    #[range(0.0..)]
    sigma: f64,
    /// Largest start coordinate of panels a and b.
    #[range(1.0..)]
    x_max: f64,
    /// Largest start coordinate of panel c.
    #[range(1.0..)]
    x_max_rate: f64,
    /// Iterations T of panels a and b.
    iterations: usize,
    /// A shorter T at which the runs of panels a and b are judged as well; without effect from T on.
    iterations_early: usize,
    /// The T at which bounds and gap are judged, however long the runs are; T itself where they are shorter.
    iterations_gap: usize,
    /// Iterations T of panel c.
    #[rising]
    horizons: Vec<usize>,
    /// Steps η of BO-REP.
    #[rising]
    eta_borep: Vec<f64>,
    /// Steps η of the methods without normalisation.
    #[rising]
    eta_plain: Vec<f64>,
    /// The step of BO-REP in panel a and in the comparison without refinement.
    eta_shown: f64,
    /// Momentum β.
    #[range(0.0..1.0)]
    beta: f64,
    #[flatten]
    lower: Lower,
    /// BO-REP: steps of y before the first iteration.
    #[range(0..)]
    refine_steps: usize,
    /// Iterations over which the start of y is compared.
    start_iterations: usize,
    /// Step of panel c at T = rate_horizon; other T by the theorem's exponents.
    eta_rate: f64,
    /// The T at which panel c has the step eta_rate and the momentum beta.
    rate_horizon: usize,
    /// Recorded iterations of panel a, evenly spaced in log t.
    #[range(2..)]
    checkpoints: usize,
    /// Runs of each setting; they differ in the noise only.
    seeds: u64,
}

impl Config {
    /// The shorter T of panels a and b; T itself where that is no longer.
    fn early(&self) -> usize {
        self.iterations_early.min(self.iterations)
    }

    /// The T at which bounds and gap are judged.
    fn gap(&self) -> usize {
        self.iterations_gap.min(self.iterations)
    }

    /// All T at which runs of panels a and b are judged, in order.
    fn judged(&self) -> Vec<usize> {
        let mut judged = distinct([self.early(), self.gap(), self.iterations]);
        judged.sort_unstable();
        judged
    }

    /// A run of panels a and b.
    fn run(&'static self, method: Method, eta: f64, seed: u64) -> Run {
        Run {
            panel: "conv",
            seed,
            instance: &self.instance,
            sigma: self.sigma,
            x_max: self.x_max,
            algorithm: Algorithm { method, eta, beta: self.beta, refine_steps: self.refine_steps, lower: &self.lower },
            horizon: self.iterations,
            shorter: self.judged().into_iter().filter(|&shorter| shorter < self.iterations).collect(),
            checkpoints: Some(self.checkpoints),
        }
    }
}

/// One run of an algorithm; seeds differ in the noise only.
#[derive(Serialize)]
struct Run {
    panel: &'static str,
    seed: u64,
    instance: &'static Instance,
    sigma: f64,
    /// Largest start coordinate.
    x_max: f64,
    algorithm: Algorithm,
    /// Iterations T.
    horizon: usize,
    /// Shorter T at which the run is judged as well.
    shorter: Vec<usize>,
    /// How many iterations are recorded; the last one if none.
    checkpoints: Option<usize>,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let seeds = || 0..config.seeds;
    // Panels a and b: all methods over their steps, from far away.
    for (method, etas) in
        [(Method::Borep, &config.eta_borep), (Method::Sgd, &config.eta_plain), (Method::Momentum, &config.eta_plain)]
    {
        for &eta in etas {
            plan.add(seeds().map(|seed| config.run(method, eta, seed)));
        }
    }
    // Panel c: η ∝ T^(-3/4) and 1 - β ∝ T^(-1/2), as the theorem has them.
    for &horizon in &config.horizons {
        let ratio = horizon as f64 / config.rate_horizon as f64;
        let (eta, beta) = (config.eta_rate * pow(ratio, -0.75), 1.0 - (1.0 - config.beta) / ratio.sqrt());
        plan.add(seeds().map(|seed| {
            let run = config.run(Method::Borep, eta, seed);
            let algorithm = Algorithm { beta, ..run.algorithm };
            let x_max = config.x_max_rate;
            Run { panel: "rate", x_max, algorithm, horizon, shorter: Vec::new(), checkpoints: None, ..run }
        }));
    }
    // The first iterations with and without refinement.
    for refine_steps in distinct([config.refine_steps, 0]) {
        plan.add(seeds().map(|seed| {
            let run = config.run(Method::Borep, config.eta_shown, seed);
            let algorithm = Algorithm { refine_steps, ..run.algorithm };
            Run {
                panel: "start",
                algorithm,
                horizon: config.start_iterations,
                shorter: Vec::new(),
                checkpoints: None,
                ..run
            }
        }));
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        // Measured: what is done once, element by element, and by about five products with d x d matrices.
        let dim = self.instance.dim as f64;
        let Algorithm { refine_steps, lower, .. } = self.algorithm;
        let inner = 0.2 * lower.inner_steps as f64 / lower.period as f64;
        let steps = self.horizon as f64 * (1.0 + inner) + 0.2 * refine_steps as f64;
        let sampling = 1e-9 * dim * dim * dim;
        steps * (4e-7 + dim * 5e-8 + dim * dim * 7e-10) + sampling
    }

    fn memory(&self) -> f64 {
        let dim = self.instance.dim as f64;
        40.0 * dim * dim + 100.0 * dim + 16.0 * self.horizon as f64 + 200.0 * self.checkpoints.unwrap_or(0) as f64
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let problem = Problem::sample(self.instance, random);
        // Each setting has its own noise, but the same with and without refinement, and for any number of iterations.
        let oracle = |part: &str| {
            let (method, eta) = (Value::of(&self.algorithm.method), self.algorithm.eta);
            Oracle::new(self.sigma, random.open(&format!("{part} {} {method} {eta}", self.panel), self.seed))
        };
        let start = self.instance.start(self.x_max);
        let mut iterate = Iterate::new(&problem, &self.algorithm, start, oracle("refinement"), oracle("iterations"));
        let mut trajectory = Trajectory::new(self.horizon);
        for t in 0..=self.horizon {
            if t > 0 {
                iterate.advance(t - 1);
            }
            if !trajectory.push(iterate.gradient_norm(), iterate.lower_error()) {
                break;
            }
        }
        let trajectory = trajectory.finish();
        self.shorter.iter().for_each(|&shorter| self.record(&trajectory, shorter, shorter, rows));
        let times = self.checkpoints.map_or(vec![self.horizon], |count| log_spaced(count, self.horizon));
        times.into_iter().for_each(|t| self.record(&trajectory, t, self.horizon, rows));
        Ok(())
    }
}

impl Run {
    /// Writes the run after t of `horizon` iterations; after the last one with the means over all of them.
    fn record(&self, trajectory: &Trajectory, t: usize, horizon: usize, rows: &mut Rows) {
        let is_last = t == horizon;
        rows.push(record! {
            /// conv: panels a and b. rate: panel c. start: the comparison without refinement.
            panel: self.panel,
            method: self.algorithm.method,
            /// The step η.
            eta: self.algorithm.eta,
            /// Refinement steps of y before the first iteration of BO-REP.
            refine_steps: self.algorithm.refine_steps,
            /// Iterations T that the row is about.
            horizon,
            seed: self.seed,
            /// Iterations done.
            t,
            /// |∇Φ(x_t)|, exact; infinite from divergence on, as all that follows from it.
            grad_norm: trajectory.gradient_norm(t),
            /// Running median of |∇Φ(x_t)| over 2 % of the run.
            grad_norm_median: trajectory.median_norm(t),
            /// |y_t - A x_t|.
            lower_err: trajectory.lower_error(t),
            /// Mean of |∇Φ(x_t)| over the last tenth of the iterations; in the last row only.
            final_grad: is_last.then(|| trajectory.final_gradient(horizon)),
            /// Mean of |∇Φ(x_t)| over all iterations; in the last row only.
            avg_grad: is_last.then(|| trajectory.average_gradient(horizon)),
            /// Mean of |y_t - A x_t| over all iterations; in the last row only.
            avg_lower_err: is_last.then(|| trajectory.average_lower_error(horizon)),
        });
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
