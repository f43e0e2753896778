//! A paper's own iteration, run and observed step by step.

use anyhow::{Result, bail};
use argmin::core::{Error, Executor, IterState, KV, Problem, Solver, State, TerminationReason, TerminationStatus};
use std::collections::BTreeSet;

/// A number of steps of the caller's own update, with measurements on a schedule: the training loop
/// of a method that no library has.
///
/// ```
/// use common::optimize::Steps;
///
/// // Gradient descent on x^2/2, measured at the start, every 2 steps and at the end.
/// let run = Steps::new(5).every(2).run(1.0, |x, _| *x -= 0.5 * *x, |x, step| (step, *x))?;
/// assert_eq!(run.measured, [(0, 1.0), (2, 0.25), (4, 0.0625), (5, 0.03125)]);
/// # Ok::<(), anyhow::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    steps: usize,
    schedule: Schedule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Schedule {
    Every(usize),
    At(BTreeSet<usize>),
}

impl Schedule {
    fn includes(&self, step: usize) -> bool {
        match self {
            Self::Every(period) => step.is_multiple_of(*period),
            Self::At(steps) => steps.contains(&step),
        }
    }
}

/// What a run of [`Steps`] leaves behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Run<S, M> {
    /// The state after the last step.
    pub state: S,
    /// Number of steps made.
    pub steps: usize,
    /// The measurements, in order.
    pub measured: Vec<M>,
}

impl Steps {
    /// `steps` steps, measured at the start and at the end.
    pub fn new(steps: usize) -> Self {
        Self { steps, schedule: Schedule::At([0, steps].into()) }
    }

    /// Measures after 0, `period`, 2 `period`, ... steps and at the end. A period of 0 is taken as
    /// 1.
    pub fn every(mut self, period: usize) -> Self {
        self.schedule = Schedule::Every(period.max(1));
        self
    }

    /// Measures after the given numbers of steps (0 is the start) and at the end.
    pub fn at(mut self, steps: impl IntoIterator<Item = usize>) -> Self {
        self.schedule = Schedule::At(steps.into_iter().collect());
        self
    }

    /// Measures at the start, at the end, and after about `count` numbers of steps that are evenly
    /// spaced in the logarithm.
    pub fn log_spaced(self, count: usize) -> Self {
        let last = self.steps;
        let span = numerics::ln(last.max(1) as f64);
        let points = (0..count).map(|k| {
            let exponent = span * k as f64 / count.saturating_sub(1).max(1) as f64;
            (numerics::exp(exponent).round() as usize).min(last)
        });
        let points: Vec<usize> = std::iter::once(0).chain(points).collect();
        self.at(points)
    }

    /// Runs from `start`. `step` changes the state; its second argument counts the steps made
    /// before it. `measure` sees the state and the number of steps made.
    ///
    /// # Errors
    /// None of its own; the type leaves room for `?`.
    pub fn run<S, M>(
        &self,
        start: S,
        step: impl FnMut(&mut S, usize),
        measure: impl FnMut(&S, usize) -> M,
    ) -> Result<Run<S, M>> {
        self.run_until(start, step, measure, |_, _| false)
    }

    /// As [`run`](Self::run), but ends early once `done` holds; `done` sees the state and the
    /// number of steps made, the start included.
    ///
    /// # Errors
    /// None of its own.
    pub fn run_until<S, M>(
        &self,
        start: S,
        step: impl FnMut(&mut S, usize),
        measure: impl FnMut(&S, usize) -> M,
        done: impl FnMut(&S, usize) -> bool,
    ) -> Result<Run<S, M>> {
        let run = Run { state: start, steps: 0, measured: Vec::new() };
        let schedule = &self.schedule;
        let procedure = Procedure { run, schedule, last_measured: None, step, measure, done };
        let finished = Executor::new((), procedure)
            .configure(|state: Bare| state.param(()).max_iters(self.steps as u64))
            .ctrlc(false)
            .run()?;
        let mut procedure = finished.solver;
        procedure.measure_unless_measured();
        Ok(procedure.run)
    }
}

/// argmin counts and stops; the state proper stays with the procedure, where it is not cloned every
/// iteration.
type Bare = IterState<(), (), (), (), (), f64>;

struct Procedure<'a, S, M, Step, Measure, Done> {
    run: Run<S, M>,
    schedule: &'a Schedule,
    last_measured: Option<usize>,
    step: Step,
    measure: Measure,
    done: Done,
}

impl<S, M, Step, Measure: FnMut(&S, usize) -> M, Done> Procedure<'_, S, M, Step, Measure, Done> {
    fn measure_unless_measured(&mut self) {
        if self.last_measured != Some(self.run.steps) {
            self.last_measured = Some(self.run.steps);
            self.run.measured.push((self.measure)(&self.run.state, self.run.steps));
        }
    }
}

impl<O, S, M, Step, Measure, Done> Solver<O, Bare> for Procedure<'_, S, M, Step, Measure, Done>
where
    Step: FnMut(&mut S, usize),
    Measure: FnMut(&S, usize) -> M,
    Done: FnMut(&S, usize) -> bool,
{
    fn name(&self) -> &str {
        "procedure"
    }

    fn next_iter(&mut self, _: &mut Problem<O>, state: Bare) -> Result<(Bare, Option<KV>), Error> {
        if state.get_iter() != self.run.steps as u64 {
            bail!("argmin's executor repeated or skipped a step");
        }
        (self.step)(&mut self.run.state, self.run.steps);
        self.run.steps += 1;
        Ok((state, None))
    }

    fn terminate(&mut self, _: &Bare) -> TerminationStatus {
        if self.schedule.includes(self.run.steps) {
            self.measure_unless_measured();
        }
        if (self.done)(&self.run.state, self.run.steps) {
            TerminationStatus::Terminated(TerminationReason::SolverConverged)
        } else {
            TerminationStatus::NotTerminated
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps_measured(steps: Steps) -> Vec<usize> {
        steps.run((), |(), _| (), |(), step| step).unwrap().measured
    }

    #[test]
    fn schedules_name_the_steps_made() {
        assert_eq!(steps_measured(Steps::new(3)), [0, 3]);
        assert_eq!(steps_measured(Steps::new(0)), [0]);
        assert_eq!(steps_measured(Steps::new(7).every(3)), [0, 3, 6, 7]);
        assert_eq!(steps_measured(Steps::new(7).at([5, 1, 1])), [1, 5, 7]);
        assert_eq!(steps_measured(Steps::new(1000).log_spaced(4)), [0, 1, 10, 100, 1000]);
    }

    #[test]
    fn every_step_is_made_once_and_in_order() {
        let run = Steps::new(4).run(Vec::new(), |seen, step| seen.push(step), |_, _| ()).unwrap();
        assert_eq!((run.state, run.steps), (vec![0, 1, 2, 3], 4));
    }

    #[test]
    fn a_run_that_is_done_ends_and_is_measured() {
        let run =
            Steps::new(100).every(10).run_until(0, |x, _| *x += 2, |x, step| (step, *x), |x, _| *x >= 14).unwrap();
        assert_eq!((run.steps, run.measured), (7, vec![(0, 0), (7, 14)]));
    }
}
