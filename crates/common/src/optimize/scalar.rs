//! Functions of one variable: Brent's minimiser and root finder, golden section.

use super::{Iteration, Optimum, Stop};
use anyhow::{Result, bail, ensure};
use argmin::core::{
    CostFunction, Error, Executor, IterState, KV, Problem, Solver, TerminationReason, TerminationStatus,
};
use argmin::solver::brent::{BrentOpt, BrentRoot};
use argmin::solver::goldensectionsearch::GoldenSectionSearch;
use std::cell::RefCell;

/// Brent's methods halve their bracket at worst every few steps: 1074 halvings exhaust every f64.
const LIMIT: u64 = 5000;

/// The inverse of the golden ratio, by which each step of a golden-section search shrinks its
/// bracket.
const GOLDEN: f64 = 0.618_033_988_749_894_8;

/// State of argmin's gradient-free solvers.
pub(super) type PlainState<P> = IterState<P, (), (), (), (), f64>;

/// A solver that writes the log.
pub(super) struct Logged<'a, S> {
    pub solver: S,
    pub log: &'a RefCell<Vec<Iteration>>,
}

impl<O, S, P> Solver<O, PlainState<P>> for Logged<'_, S>
where
    S: Solver<O, PlainState<P>>,
    P: Clone,
{
    fn name(&self) -> &str {
        self.solver.name()
    }

    fn init(&mut self, problem: &mut Problem<O>, state: PlainState<P>) -> Result<(PlainState<P>, Option<KV>), Error> {
        self.solver.init(problem, state)
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<O>,
        state: PlainState<P>,
    ) -> Result<(PlainState<P>, Option<KV>), Error> {
        self.solver.next_iter(problem, state)
    }

    fn terminate(&mut self, state: &PlainState<P>) -> TerminationStatus {
        let mut log = self.log.borrow_mut();
        let iteration = log.len();
        log.push(Iteration { iteration, value: state.get_cost(), gradient_norm: f64::NAN });
        self.solver.terminate(state)
    }
}

/// A scalar function that remembers every point, for the ends of a bracket are asked for twice.
struct Scalar<F> {
    evaluate: RefCell<F>,
    seen: RefCell<Vec<(f64, f64)>>,
}

impl<F: FnMut(f64) -> f64> Scalar<F> {
    fn new(evaluate: F) -> Self {
        Self { evaluate: RefCell::new(evaluate), seen: RefCell::default() }
    }

    fn at(&self, x: f64) -> f64 {
        let mut seen = self.seen.borrow_mut();
        if let Some((_, value)) = seen.iter().find(|(point, _)| *point == x) {
            return *value;
        }
        let value = (self.evaluate.borrow_mut())(x);
        seen.push((x, value));
        value
    }

    /// Of the two neighbouring points seen that are nearest to each other with a change of sign between them, the one
    /// with the value nearer to zero. Where the function jumps over zero, this need not be the point with the least
    /// value of all, which is what argmin keeps.
    ///
    /// # Panics
    /// If no change of sign has been seen.
    fn change_of_sign(&self) -> (f64, f64) {
        let mut seen: Vec<(f64, f64)> = self.seen.borrow().iter().filter(|(_, f)| !f.is_nan()).copied().collect();
        seen.sort_by(|a, b| a.0.total_cmp(&b.0));
        let opposite = |a: f64, b: f64| a == 0.0 || b == 0.0 || (a > 0.0) != (b > 0.0);
        let changes = seen.windows(2).filter(|pair| opposite(pair[0].1, pair[1].1));
        let narrowest = changes.min_by(|a, b| (a[1].0 - a[0].0).total_cmp(&(b[1].0 - b[0].0)));
        let pair = narrowest.expect("a bracket has a change of sign");
        if pair[1].1.abs() < pair[0].1.abs() { pair[1] } else { pair[0] }
    }

    /// Runs an argmin solver on the function; `exhausted` is what reaching the limit on iterations
    /// means.
    fn run<'a, S>(&'a self, solver: S, start: f64, limit: u64, exhausted: Stop) -> Result<Optimum<f64>>
    where
        for<'l> Logged<'l, S>: Solver<&'a Self, PlainState<f64>>,
    {
        let log = RefCell::default();
        let run = Executor::new(self, Logged { solver, log: &log })
            .configure(|state| state.param(start).max_iters(limit))
            .ctrlc(false)
            .run()?;
        let stop = match run.state.termination_status {
            TerminationStatus::Terminated(TerminationReason::SolverConverged) => Stop::Converged,
            _ => exhausted,
        };
        let (Some(parameters), value) = (run.state.best_param, run.state.best_cost) else {
            bail!("the search ended before its first point");
        };
        let log = log.into_inner();
        Ok(Optimum {
            parameters,
            value,
            iterations: log.len().saturating_sub(1),
            evaluations: self.seen.borrow().len(),
            stop,
            log,
        })
    }
}

impl<F: FnMut(f64) -> f64> CostFunction for &Scalar<F> {
    type Param = f64;
    type Output = f64;

    fn cost(&self, x: &f64) -> Result<f64, Error> {
        Ok(self.at(*x))
    }
}

fn check_bracket(low: f64, high: f64, tolerance: f64) -> Result<()> {
    ensure!(
        low.is_finite() && high.is_finite() && low < high,
        "a bracket needs two finite ends in ascending order, not [{low}, {high}]"
    );
    ensure!(
        tolerance > 0.0 && tolerance.is_finite(),
        "the tolerance of a bracket must be positive and finite, not {tolerance}"
    );
    Ok(())
}

/// A minimum of `f` in `[low, high]` by Brent's method (Brent, *Algorithms for Minimization without
/// Derivatives*, 1973, chapter 5), within about `3 (tolerance + 1.5e-8 |x|)`.
///
/// If `f` has several minima in the bracket, one of them. NaN counts as infinitely high.
///
/// # Errors
/// If the bracket is empty or not finite, the tolerance not positive, or `f` finite at no point
/// tried.
///
/// ```
/// let optimum = common::optimize::brent_minimize(0.0, 4.0, 1e-9, |x| (x - 1.5) * (x - 1.5))?;
/// assert!((optimum.parameters - 1.5).abs() < 1e-7);
/// # Ok::<(), anyhow::Error>(())
/// ```
pub fn brent_minimize(low: f64, high: f64, tolerance: f64, f: impl FnMut(f64) -> f64) -> Result<Optimum<f64>> {
    check_bracket(low, high, tolerance)?;
    let scalar = Scalar::new(nan_is_high(f));
    let solver = BrentOpt::new(low, high).set_tolerance(f64::EPSILON.sqrt(), tolerance);
    finite(scalar.run(solver, low, LIMIT, Stop::IterationLimit)?)
}

/// A minimum of `f` in `[low, high]` by golden-section search (Kiefer, Proc. AMS 4, 1953): the
/// bracket shrinks by 0.618 a step until it is shorter than `tolerance`. Slower than
/// [`brent_minimize`], with a number of evaluations that is known beforehand.
///
/// # Errors
/// As [`brent_minimize`].
pub fn golden_section(low: f64, high: f64, tolerance: f64, f: impl FnMut(f64) -> f64) -> Result<Optimum<f64>> {
    check_bracket(low, high, tolerance)?;
    // argmin's own rule is relative to |x| and never met by a minimum at 0; the length after k
    // steps is known.
    let mut length = high - low;
    let mut steps = 0;
    while length > tolerance && steps < LIMIT {
        length *= GOLDEN;
        steps += 1;
    }
    let scalar = Scalar::new(nan_is_high(f));
    let solver = GoldenSectionSearch::new(low, high)?.with_tolerance(f64::MIN_POSITIVE)?;
    let start = low + (1.0 - GOLDEN) * (high - low);
    finite(scalar.run(solver, start, steps, Stop::Converged)?)
}

/// A root of `f` in `[low, high]` by Brent's method (Brent, *Algorithms for Minimization without Derivatives*, 1973, chapter 4): `f` must change sign
/// between the ends. The result's `value` is `|f|` at the root, which lies within `tolerance +
/// 4.4e-16 |x|` of a change of sign.
///
/// # Errors
/// If the bracket is empty or not finite, the tolerance not positive, `f` not a number at an end,
/// or of one sign at both.
///
/// ```
/// let root = common::optimize::brent_root(0.0, 2.0, 1e-14, |x| x * x - 2.0)?;
/// assert!((root.parameters - 2f64.sqrt()).abs() < 1e-14);
/// # Ok::<(), anyhow::Error>(())
/// ```
pub fn brent_root(low: f64, high: f64, tolerance: f64, f: impl FnMut(f64) -> f64) -> Result<Optimum<f64>> {
    check_bracket(low, high, tolerance)?;
    let scalar = Scalar::new(f);
    let (at_low, at_high) = (scalar.at(low), scalar.at(high));
    ensure!(
        !at_low.is_nan() && !at_high.is_nan(),
        "the function is not a number at an end of the bracket: f({low}) = {at_low}, f({high}) = {at_high}"
    );
    ensure!(
        at_low == 0.0 || at_high == 0.0 || (at_low > 0.0) != (at_high > 0.0),
        "no change of sign in the bracket: f({low}) = {at_low}, f({high}) = {at_high}"
    );
    let optimum = scalar.run(BrentRoot::new(low, high, tolerance), low, LIMIT, Stop::IterationLimit)?;
    let (parameters, value) = scalar.change_of_sign();
    Ok(Optimum { parameters, value: value.abs(), ..optimum })
}

fn nan_is_high(mut f: impl FnMut(f64) -> f64) -> impl FnMut(f64) -> f64 {
    move |x| {
        let value = f(x);
        if value.is_nan() { f64::INFINITY } else { value }
    }
}

fn finite(optimum: Optimum<f64>) -> Result<Optimum<f64>> {
    ensure!(optimum.value.is_finite(), "the function was finite at no point of the bracket that was tried");
    Ok(optimum)
}

#[cfg(test)]
mod tests;
