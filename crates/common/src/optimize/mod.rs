//! Optimization: argmin's solvers behind closures, one builder and one result.
//!
//! ```
//! use common::optimize::Optimize;
//! use ndarray::{Array1, array};
//!
//! // The Rosenbrock valley, value and gradient from one closure.
//! let valley = |x: &Array1<f64>| {
//!     let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
//!     (a * a + 100.0 * b * b, array![-2.0 * a - 400.0 * x[0] * b, 200.0 * b])
//! };
//! let optimum = Optimize::lbfgs().memory(5).tolerance(1e-9).minimize(array![-1.2, 1.0], valley)?;
//! assert!(optimum.converged());
//! assert!((optimum.parameters[0] - 1.0).abs() < 1e-8);
//! # Ok::<(), anyhow::Error>(())
//! ```
//!
//! | method | closure | stops when |
//! |---|---|---|
//! | [`Optimize::lbfgs`] | `x -> (value, gradient)` | gradient norm `<= tolerance` |
//! | [`Optimize::conjugate_gradient`] | `x -> (value, gradient)` | gradient norm `<= tolerance` |
//! | [`Optimize::steepest_descent`] | `x -> (value, gradient)` | gradient norm `<= tolerance` |
//! | [`Optimize::newton`] | `x -> (value, gradient, Hessian)` | gradient norm `<= tolerance` |
//! | [`Optimize::gauss_newton`] | `x -> (residuals, Jacobian)` | gradient norm `<= tolerance` |
//! | [`Optimize::nelder_mead`] | `x -> value` | spread of the simplex values `<= tolerance` |
//! | [`brent_minimize`], [`golden_section`] | `x -> value`, scalar | bracket is short enough |
//! | [`brent_root`] | `x -> value`, scalar | bracket is short enough |
//! | [`Steps`] | the caller's own update | after a number of steps |
//!
//! The solvers' loops, L-BFGS, nonlinear conjugate gradients, steepest descent, Nelder-Mead, Brent
//! and golden section are argmin's. The line search, Newton's method and damped Gauss-Newton are
//! solvers of this crate run by argmin's executor, because argmin 0.11's own line searches stop at
//! the first non-finite value and its Newton methods have neither a stopping rule nor a safeguard
//! against an indefinite Hessian.
//!
//! Nothing here prints, reads a clock or uses threads; every result is a function of its arguments
//! alone.

mod line_search;
mod objective;
mod scalar;
mod second_order;
mod simplex;
mod smooth;
mod steps;

pub use scalar::{brent_minimize, brent_root, golden_section};
pub use second_order::{GaussNewton, Newton};
pub use simplex::NelderMead;
pub use smooth::{ConjugateGradient, Lbfgs, SteepestDescent};
pub use steps::{Run, Steps};

use anyhow::{Result, bail, ensure};
use ndarray::Array1;

/// A minimisation to be run: a method, a limit on its iterations and a tolerance.
///
/// The constructors name the methods; [`iterations`](Self::iterations) and
/// [`tolerance`](Self::tolerance) mean the same for all of them; each method adds its own knobs and
/// its own `minimize`.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimize<Method> {
    method: Method,
    iterations: usize,
    tolerance: f64,
}

impl<Method> Optimize<Method> {
    fn with(method: Method, iterations: usize, tolerance: f64) -> Self {
        Self { method, iterations, tolerance }
    }

    /// The largest number of iterations.
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// The tolerance below which the search has converged: on the Euclidean norm of the gradient
    /// for methods that use gradients, on the standard deviation of the simplex values for
    /// Nelder-Mead.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    fn check(&self, start: &Array1<f64>) -> Result<()> {
        ensure!(self.tolerance >= 0.0, "the tolerance of a minimisation must be at least 0, not {}", self.tolerance);
        ensure!(!start.is_empty(), "a minimisation needs at least one parameter");
        if let Some(index) = start.iter().position(|x| !x.is_finite()) {
            bail!("the start of a minimisation is not finite: parameter {index} is {}", start[index]);
        }
        Ok(())
    }
}

/// Where a minimisation ended and how it got there.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimum<P = Array1<f64>> {
    /// The minimiser (or root): the last point if the search converged, else the one of lowest
    /// value seen.
    pub parameters: P,
    /// The value there.
    pub value: f64,
    /// Iterations done.
    pub iterations: usize,
    /// Calls of the caller's closure.
    pub evaluations: usize,
    /// Why the search ended.
    pub stop: Stop,
    /// One entry for the start and one after each iteration.
    pub log: Vec<Iteration>,
}

impl<P> Optimum<P> {
    /// Whether the stopping rule was met.
    pub fn converged(&self) -> bool {
        self.stop == Stop::Converged
    }

    /// The optimum itself if the search converged.
    ///
    /// # Errors
    /// If it did not; the message says why and how far it came.
    pub fn into_converged(self) -> Result<Self> {
        ensure!(
            self.converged(),
            "the search did not converge: {} (value {}, {} iterations, {} evaluations)",
            self.stop,
            self.value,
            self.iterations,
            self.evaluations
        );
        Ok(self)
    }
}

/// Why a search ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The stopping rule was met.
    Converged,
    /// The limit on iterations was reached first.
    IterationLimit,
    /// No further progress was possible: rounding hides the decrease, or the closure left its
    /// domain.
    Stalled(String),
}

impl std::fmt::Display for Stop {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Converged => formatter.write_str("converged"),
            Self::IterationLimit => formatter.write_str("reached the limit on iterations"),
            Self::Stalled(why) => write!(formatter, "stalled, {why}"),
        }
    }
}

/// One line of a search's log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Iteration {
    /// Number of iterations done; 0 is the start.
    pub iteration: usize,
    /// Value at the current point. For Nelder-Mead, the lowest value of the simplex; for a root,
    /// `|f(x)|`.
    pub value: f64,
    /// Euclidean norm of the gradient there; NaN for methods without gradients.
    pub gradient_norm: f64,
}
