//! The caller's closure as an argmin problem, and argmin's loop with one stopping rule for every
//! smooth method.

use super::{Iteration, Optimize, Optimum, Stop};
use anyhow::{Result, ensure};
use argmin::core::{
    CostFunction, Error, Executor, Gradient, IterState, KV, Problem, Solver, State, TerminationReason,
    TerminationStatus,
};
use ndarray::Array1;
use std::cell::{Cell, RefCell};

/// Iterations without a new lowest value or a new smallest gradient after which a search has
/// stalled.
const PATIENCE: usize = 20;

/// What the caller's closure says about one point: the value, the gradient, and whatever the method
/// needs beyond them (the Hessian, for example).
#[derive(Clone, Debug)]
pub(super) struct Evaluation<Extra = ()> {
    pub value: f64,
    pub gradient: Array1<f64>,
    pub extra: Extra,
}

/// A closure that evaluates a point at once, behind argmin's separate questions for cost and
/// gradient.
///
/// The latest point is kept, so that asking for its cost and then for its gradient costs one
/// evaluation.
pub(super) struct Objective<F, Extra = ()> {
    evaluate: RefCell<F>,
    latest: RefCell<Option<(Array1<f64>, Evaluation<Extra>)>>,
    evaluations: Cell<usize>,
}

impl<F, Extra> Objective<F, Extra>
where
    F: FnMut(&Array1<f64>) -> Evaluation<Extra>,
    Extra: Clone,
{
    pub fn new(evaluate: F) -> Self {
        Self { evaluate: RefCell::new(evaluate), latest: RefCell::new(None), evaluations: Cell::new(0) }
    }

    pub fn evaluations(&self) -> usize {
        self.evaluations.get()
    }

    /// Runs `read` on the evaluation of `x`, which is made only if `x` is not the latest point.
    pub fn at<T>(&self, x: &Array1<f64>, read: impl FnOnce(&Evaluation<Extra>) -> T) -> T {
        let mut latest = self.latest.borrow_mut();
        match &*latest {
            Some((point, evaluation)) if point == x => read(evaluation),
            _ => {
                self.evaluations.set(self.evaluations.get() + 1);
                let evaluation = (self.evaluate.borrow_mut())(x);
                read(&latest.insert((x.clone(), evaluation)).1)
            }
        }
    }

    fn norm(&self, x: &Array1<f64>) -> (f64, f64) {
        self.at(x, |evaluation| (evaluation.value, evaluation.gradient.dot(&evaluation.gradient).sqrt()))
    }
}

impl<F, Extra> CostFunction for &Objective<F, Extra>
where
    F: FnMut(&Array1<f64>) -> Evaluation<Extra>,
    Extra: Clone,
{
    type Param = Array1<f64>;
    type Output = f64;

    fn cost(&self, x: &Array1<f64>) -> Result<f64, Error> {
        Ok(self.at(x, |evaluation| evaluation.value))
    }
}

impl<F, Extra> Gradient for &Objective<F, Extra>
where
    F: FnMut(&Array1<f64>) -> Evaluation<Extra>,
    Extra: Clone,
{
    type Param = Array1<f64>;
    type Gradient = Array1<f64>;

    fn gradient(&self, x: &Array1<f64>) -> Result<Array1<f64>, Error> {
        Ok(self.at(x, |evaluation| evaluation.gradient.clone()))
    }
}

/// What the iterations leave behind. It lives outside argmin's executor, which drops its state when
/// a line search fails.
#[derive(Default)]
struct Journal {
    log: Vec<Iteration>,
    best: Option<(Array1<f64>, f64)>,
    last: Option<(Array1<f64>, f64)>,
    smallest_gradient: f64,
    idle: usize,
}

impl Journal {
    fn record(&mut self, x: &Array1<f64>, value: f64, gradient_norm: f64) {
        let lower = self.best.as_ref().is_none_or(|(_, lowest)| value < *lowest);
        if lower {
            self.best = Some((x.clone(), value));
        }
        if lower || self.log.is_empty() || gradient_norm < self.smallest_gradient {
            self.smallest_gradient =
                if self.log.is_empty() { gradient_norm } else { self.smallest_gradient.min(gradient_norm) };
            self.idle = 0;
        } else {
            self.idle += 1;
        }
        self.log.push(Iteration { iteration: self.log.len(), value, gradient_norm });
        self.last = Some((x.clone(), value));
    }
}

/// A solver with the stopping rule of this module in place of its own: it reads the gradient at
/// each new point, writes the log and decides.
struct Watched<'a, 'j, S, F, Extra> {
    solver: S,
    objective: &'a Objective<F, Extra>,
    journal: &'j RefCell<Journal>,
    tolerance: f64,
}

impl<'a, S, F, Extra, J, H, R> Solver<&'a Objective<F, Extra>, IterState<Array1<f64>, Array1<f64>, J, H, R, f64>>
    for Watched<'a, '_, S, F, Extra>
where
    S: Solver<&'a Objective<F, Extra>, IterState<Array1<f64>, Array1<f64>, J, H, R, f64>>,
    F: FnMut(&Array1<f64>) -> Evaluation<Extra>,
    Extra: Clone,
{
    fn name(&self) -> &str {
        self.solver.name()
    }

    fn init(
        &mut self,
        problem: &mut Problem<&'a Objective<F, Extra>>,
        state: IterState<Array1<f64>, Array1<f64>, J, H, R, f64>,
    ) -> Result<(IterState<Array1<f64>, Array1<f64>, J, H, R, f64>, Option<KV>), Error> {
        self.solver.init(problem, state)
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<&'a Objective<F, Extra>>,
        state: IterState<Array1<f64>, Array1<f64>, J, H, R, f64>,
    ) -> Result<(IterState<Array1<f64>, Array1<f64>, J, H, R, f64>, Option<KV>), Error> {
        self.solver.next_iter(problem, state)
    }

    fn terminate(&mut self, state: &IterState<Array1<f64>, Array1<f64>, J, H, R, f64>) -> TerminationStatus {
        let Some(x) = state.get_param() else {
            return TerminationStatus::NotTerminated;
        };
        let (value, gradient_norm) = self.objective.norm(x);
        let mut journal = self.journal.borrow_mut();
        journal.record(x, value, gradient_norm);
        if gradient_norm <= self.tolerance {
            return TerminationStatus::Terminated(TerminationReason::SolverConverged);
        }
        if journal.idle >= PATIENCE {
            let why = format!("neither value nor gradient decreased in {PATIENCE} iterations");
            return TerminationStatus::Terminated(TerminationReason::SolverExit(why));
        }
        TerminationStatus::NotTerminated
    }
}

impl<Method> Optimize<Method> {
    /// Runs a smooth method from `start`. `solver` makes a fresh solver: a failed line search
    /// restarts the method from the best point without its memory, as long as that makes progress.
    pub(super) fn descend<'a, S, F, Extra, J, H, R>(
        &self,
        start: Array1<f64>,
        objective: &'a Objective<F, Extra>,
        solver: impl Fn() -> S,
    ) -> Result<Optimum>
    where
        S: Solver<&'a Objective<F, Extra>, IterState<Array1<f64>, Array1<f64>, J, H, R, f64>>,
        F: FnMut(&Array1<f64>) -> Evaluation<Extra>,
        Extra: Clone,
    {
        self.check(&start)?;
        let parameters = start.len();
        let (value, gradient) = objective.at(&start, |evaluation| (evaluation.value, evaluation.gradient.clone()));
        ensure!(
            gradient.len() == parameters,
            "the gradient has {} components, the start has {parameters}",
            gradient.len()
        );
        ensure!(
            value.is_finite() && gradient.iter().all(|x| x.is_finite()),
            "the value or the gradient at the start is not finite (value {value})"
        );

        let journal = RefCell::new(Journal::default());
        let mut from = start;
        let stop = loop {
            let begun = journal.borrow().log.len();
            let watched = Watched { solver: solver(), objective, journal: &journal, tolerance: self.tolerance };
            let left = self.iterations.saturating_sub(begun);
            let run = Executor::new(objective, watched)
                .configure(|state| state.param(from.clone()).max_iters(left as u64))
                .ctrlc(false)
                .run();
            let reason = match run {
                Ok(result) => result.state.termination_status,
                Err(error) => TerminationStatus::Terminated(TerminationReason::SolverExit(error.to_string())),
            };
            match reason {
                TerminationStatus::Terminated(TerminationReason::SolverConverged) => {
                    break Stop::Converged;
                }
                TerminationStatus::Terminated(TerminationReason::SolverExit(why)) => {
                    let mut journal = journal.borrow_mut();
                    let stuck = journal.idle >= PATIENCE || journal.log.len() - begun <= 1;
                    match &journal.best {
                        Some((best, _)) if !stuck => from = best.clone(),
                        _ => break Stop::Stalled(why),
                    }
                    // The fresh run logs its start again.
                    journal.log.pop();
                }
                _ => break Stop::IterationLimit,
            }
        };

        let journal = journal.into_inner();
        let end = if stop == Stop::Converged { journal.last } else { journal.best };
        let Some((parameters, value)) = end else {
            anyhow::bail!("the search ended before its first point ({stop})");
        };
        Ok(Optimum {
            parameters,
            value,
            iterations: journal.log.len() - 1,
            evaluations: objective.evaluations(),
            stop,
            log: journal.log,
        })
    }
}
