//! A paper's own iteration, run and observed step by step.

use anyhow::Result;
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
        mut step: impl FnMut(&mut S, usize),
        mut measure: impl FnMut(&S, usize) -> M,
        mut done: impl FnMut(&S, usize) -> bool,
    ) -> Result<Run<S, M>> {
        let mut run = Run { state: start, steps: 0, measured: Vec::new() };
        loop {
            let measured = self.schedule.includes(run.steps);
            if measured {
                run.measured.push(measure(&run.state, run.steps));
            }
            if run.steps == self.steps || done(&run.state, run.steps) {
                if !measured {
                    run.measured.push(measure(&run.state, run.steps));
                }
                return Ok(run);
            }
            step(&mut run.state, run.steps);
            run.steps += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use numerics::spacing::log_spaced;

    fn steps_measured(steps: Steps) -> Vec<usize> {
        steps.run((), |(), _| (), |(), step| step).unwrap().measured
    }

    #[test]
    fn schedules_name_the_steps_made() {
        assert_eq!(steps_measured(Steps::new(3)), [0, 3]);
        assert_eq!(steps_measured(Steps::new(0)), [0]);
        assert_eq!(steps_measured(Steps::new(7).every(3)), [0, 3, 6, 7]);
        assert_eq!(steps_measured(Steps::new(7).at([5, 1, 1])), [1, 5, 7]);
        assert_eq!(steps_measured(Steps::new(1000).at(log_spaced(4, 1000))), [0, 1, 10, 100, 1000]);
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
