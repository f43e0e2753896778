//! How Over-Parameterization Slows Down Gradient Descent in Matrix Sensing: The Curses of Symmetry and
//! Initialization — Xiong, Ding, Du 2023, arXiv:2310.01769, the simulated convergence curves.
//!
//! Gradient descent recovers a matrix of rank r from linear measurements by fitting a product of two
//! factors with k columns. With k > r a symmetric product X Xᵀ is stuck at an error of 1/t², while an
//! asymmetric one F Gᵀ whose factors start at different scales converges geometrically, at a rate that
//! falls with the square of the initial scale unless a single step re-balances the factors.

mod claims;
mod descent;
mod figure;
mod sensing;
mod theory;

use common::prelude::*;
use descent::{Descent, Factors};
use optimize::Steps;
use sensing::{Problem, Sensing};

/// The parameters.
#[derive(Parameters)]
#[require(k > problem.r && k <= problem.n, "r < k <= n")]
#[require(switch_iter < descent.iterations, "fewer steps than `iterations`")]
pub struct Config {
    #[flatten]
    problem: Problem,
    /// Columns of the over-parameterised factors.
    k: usize,
    #[flatten]
    descent: Schedule,
    /// Scales α of the first asymmetric factor F at the start.
    #[falling]
    alphas: Vec<f64>,
    /// Scale of the second factor G over that of F at the start.
    #[range(0.0..)]
    init_ratio: f64,
    /// Scale α of the symmetric factor X at the start.
    sym_alpha: f64,
    /// Steps done when the changed step is made: T_s.
    #[range(0..)]
    switch_iter: usize,
    /// Singular values γ of F after the changed step.
    switch_gamma: f64,
    /// Unknown matrices, each with measurements and initial factors of its own.
    seeds: u64,
}

impl Config {
    /// The smallest scale of F at the start.
    fn smallest_alpha(&self) -> f64 {
        self.alphas[self.alphas.len() - 1]
    }
}

/// How gradient descent steps and when it is looked at.
#[derive(Parameters)]
#[require(8 * record_every <= iterations)]
pub struct Schedule {
    /// Step size η.
    eta: f64,
    /// Steps T of each run.
    iterations: usize,
    /// Steps between two recorded errors.
    record_every: usize,
}

/// One run of gradient descent. Runs of the same seed recover the same matrix from the same measurements.
#[derive(Clone, Copy, Serialize)]
struct Run {
    run: &'static str,
    /// Columns of the factors.
    k: usize,
    alpha: f64,
    /// Scale of G over that of F at the start; none for a symmetric product.
    init_ratio: Option<f64>,
    /// When the changed step is made, and the singular values of F after it.
    switch: Option<(usize, f64)>,
    seed: u64,
    descent: &'static Schedule,
    problem: &'static Problem,
}

fn cells(config: &'static Config, plan: &mut Plan) {
    let Config { problem, descent, .. } = config;
    let (r, k, smallest) = (problem.r, config.k, config.smallest_alpha());
    let switch = Some((config.switch_iter, config.switch_gamma));
    for seed in 0..config.seeds {
        let symmetric =
            |run, k| Run { run, k, alpha: config.sym_alpha, init_ratio: None, switch: None, seed, descent, problem };
        let asymmetric = |run, k, alpha| Run { alpha, init_ratio: Some(config.init_ratio), ..symmetric(run, k) };
        plan.add([symmetric("sym_exact", r), symmetric("sym_over", k)]);
        plan.add(config.alphas.iter().map(|&alpha| asymmetric("asym_over", k, alpha)));
        plan.add([
            Run { switch, ..asymmetric("asym_over_switched", k, smallest) },
            asymmetric("asym_exact", r, smallest),
        ]);
    }
}

impl Cell for Run {
    fn cost(&self) -> f64 {
        // The Gram matrix at about 20 GFLOP/s, and a product with it every step at about 5.
        let (entries, m) = (self.problem.entries(), self.problem.m as f64);
        m * entries * entries / 20.0e9 + self.descent.iterations as f64 * 2.0 * entries * entries / 5.0e9
    }

    fn memory(&self) -> f64 {
        self.problem.memory()
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let &Run { run, k, alpha, seed, descent: &Schedule { eta, iterations, record_every }, problem, .. } = self;
        let sensing = Sensing::sample(problem, &mut random.open("data", seed));
        // One stream for all asymmetric runs: those of different scales start in the same direction.
        let start = match self.init_ratio {
            None => Factors::symmetric(problem.n, k, alpha, &mut random.open("symmetric", seed)),
            Some(ratio) => Factors::asymmetric(problem.n, k, alpha, ratio, &mut random.open("asymmetric", seed)),
        };
        let mut rebalanced = Ok(());
        let finished = Steps::new(iterations).every(record_every).run(
            Descent::new(&sensing, eta, start),
            |descent, t| {
                if let Some((_, gamma)) = self.switch.filter(|(switch_iter, _)| *switch_iter == t) {
                    rebalanced = descent.rebalance(gamma);
                }
                descent.step();
            },
            |descent, t| (t, descent.squared_error()),
        )?;
        let lambda_min = rebalanced
            .and_then(|()| finished.state.factors().smallest_eigenvalue())
            .context("gradient descent diverged: it needs a smaller eta, or more measurements m")?;
        rows.key(record! {
            /// Which factors are fitted: `sym_exact` and `sym_over` X Xᵀ with r and with k columns; `asym_exact` and
            /// `asym_over` F Gᵀ with r and with k, `asym_over_switched` with k and the changed step.
            run,
            /// Columns of the factors.
            k,
            /// Scale of the first factor at the start.
            alpha,
            seed,
        });
        for &(t, err) in &finished.measured {
            rows.kind("iteration").push(record! {
                /// Steps done.
                t,
                /// ‖W - M*‖² in the Frobenius norm.
                err,
                /// Smallest eigenvalue of FᵀF, or XᵀX, after the last step; the same on all rows of the run.
                lambda_min,
            });
        }
        let (t, err): (Vec<f64>, Vec<f64>) = finished.measured.iter().map(|&(t, err)| (t as f64, err)).unzip();
        rows.kind("fit").push(self.fits(&Curve::new(t, err), lambda_min));
        Ok(())
    }
}

impl Run {
    /// What is fitted to the errors of the run, which end with the last step.
    fn fits(&self, errors: &Curve, lambda_min: f64) -> Record {
        let &Schedule { eta, iterations, .. } = self.descent;
        let (is_symmetric, superfluous) = (self.init_ratio.is_none(), self.k - self.problem.r);
        let follows_power_law = is_symmetric && superfluous > 0;
        let follows_imbalance = !is_symmetric && superfluous > 0 && lambda_min >= theory::NO_IMBALANCE;
        let law = theory::inverse_square_law(superfluous, eta, iterations as f64);
        let start = self.switch.map_or(0.0, |(switch_iter, _)| switch_iter as f64);
        let late_slope = theory::late_slope(errors, start);
        record! {
            /// Slope of log err against log t over the last three quarters of a symmetric run with k > r.
            sym_exponent: follows_power_law.then(|| theory::exponent(errors)),
            /// The last err of a symmetric run with k > r over (k - r) / (2 η T)².
            prefactor_ratio: follows_power_law.then(|| errors.at(iterations as f64) / law),
            /// Slope of log err against t in the geometric phase, in a switched run after the changed step; NaN where
            /// fewer than 4 recorded errors are in it.
            late_slope,
            /// `late_slope` over -2 η λ_min, of an asymmetric run with k > r whose λ_min is not zero.
            slope_over_theory: follows_imbalance.then(|| late_slope / (-2.0 * eta * lambda_min)),
        }
    }
}

common::paper!(Config, cells, figure::draw, claims::measure);
