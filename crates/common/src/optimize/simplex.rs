//! Nelder-Mead: minimisation from values alone.

use super::scalar::{Logged, PlainState};
use super::{Iteration, Optimize, Optimum, Stop};
use anyhow::{Result, bail, ensure};
use argmin::core::{CostFunction, Error, Executor, TerminationReason, TerminationStatus};
use argmin::solver::neldermead;
use ndarray::Array1;
use std::cell::{Cell, RefCell};

/// The simplex method of Nelder and Mead (Computer Journal 7, 1965), restarted until a fresh
/// simplex at the best point finds nothing lower.
#[derive(Clone, Debug, PartialEq)]
pub struct NelderMead {
    edge: f64,
}

struct Values<F> {
    evaluate: RefCell<F>,
    evaluations: Cell<usize>,
}

impl<F: FnMut(&Array1<f64>) -> f64> CostFunction for &Values<F> {
    type Param = Array1<f64>;
    type Output = f64;

    /// NaN counts as infinitely high, so that a closure may leave its domain.
    fn cost(&self, x: &Array1<f64>) -> Result<f64, Error> {
        self.evaluations.set(self.evaluations.get() + 1);
        let value = (self.evaluate.borrow_mut())(x);
        Ok(if value.is_nan() { f64::INFINITY } else { value })
    }
}

impl Optimize<NelderMead> {
    /// Nelder-Mead: first simplex of edge 0.1, at most 5000 iterations, standard deviation of the
    /// simplex values below 1e-12.
    pub fn nelder_mead() -> Self {
        Self::with(NelderMead { edge: 0.1 }, 5000, 1e-12)
    }

    /// Edge of the first simplex: coordinate `i` is shifted by `edge * max(|x_i|, 1)`.
    pub fn edge(mut self, edge: f64) -> Self {
        self.method.edge = edge;
        self
    }

    /// Minimises from `start`; the closure returns the value at a point, NaN outside its domain.
    ///
    /// # Errors
    /// If the start or the value there is not finite, the edge not positive, or the tolerance
    /// negative. Not converging is no error: see [`Optimum::stop`].
    pub fn minimize(&self, start: Array1<f64>, value: impl FnMut(&Array1<f64>) -> f64) -> Result<Optimum> {
        self.check(&start)?;
        ensure!(self.method.edge > 0.0 && self.method.edge.is_finite(), "the edge of a simplex must be positive");
        let values = Values { evaluate: RefCell::new(value), evaluations: Cell::new(0) };
        let first = (&values).cost(&start)?;
        ensure!(first.is_finite(), "the value at the start is not finite");

        let log: RefCell<Vec<Iteration>> = RefCell::default();
        let (mut parameters, mut lowest) = (start, first);
        let (mut edge, mut restarted) = (self.method.edge, false);
        // The values of a simplex can be equal on both sides of a minimum, which the rule on their
        // spread takes for convergence: only a fresh simplex, of another size and on the other
        // side, can tell.
        let stop = loop {
            let (found, reason) = self.run(&parameters, edge, &values, &log)?;
            edge *= -0.6;
            let gain = lowest - found.1;
            if found.1 <= lowest {
                (parameters, lowest) = found;
            }
            match reason {
                TerminationStatus::Terminated(TerminationReason::SolverConverged)
                    if restarted && gain <= self.tolerance =>
                {
                    break Stop::Converged;
                }
                TerminationStatus::Terminated(TerminationReason::SolverConverged) => {
                    restarted = true;
                    log.borrow_mut().pop();
                }
                _ => break Stop::IterationLimit,
            }
        };
        let log = log.into_inner();
        Ok(Optimum {
            parameters,
            value: lowest,
            iterations: log.len() - 1,
            evaluations: values.evaluations.get(),
            stop,
            log,
        })
    }

    fn run<F: FnMut(&Array1<f64>) -> f64>(
        &self,
        start: &Array1<f64>,
        edge: f64,
        values: &Values<F>,
        log: &RefCell<Vec<Iteration>>,
    ) -> Result<((Array1<f64>, f64), TerminationStatus)> {
        let mut simplex = vec![start.clone()];
        for index in 0..start.len() {
            let mut vertex = start.clone();
            vertex[index] += edge * start[index].abs().max(1.0);
            simplex.push(vertex);
        }
        let left = self.iterations.saturating_sub(log.borrow().len());
        // argmin asks for a strictly smaller spread.
        let tolerance = self.tolerance.max(f64::MIN_POSITIVE);
        let solver = neldermead::NelderMead::new(simplex).with_sd_tolerance(tolerance)?;
        let run = Executor::new(values, Logged { solver, log })
            .configure(|state: PlainState<Array1<f64>>| state.max_iters(left as u64))
            .ctrlc(false)
            .run()?;
        let Some(best) = run.state.best_param else {
            bail!("the search ended before its first simplex");
        };
        Ok(((best, run.state.best_cost), run.state.termination_status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn walks_the_valley_of_rosenbrock() {
        let optimum = Optimize::nelder_mead()
            .minimize(array![-1.2, 1.0], |x| {
                let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
                a * a + 100.0 * b * b
            })
            .unwrap();
        assert!(optimum.converged());
        assert!((&optimum.parameters - 1.0).iter().all(|d| d.abs() < 1e-5), "{optimum:?}");
    }

    #[test]
    fn equal_values_on_both_sides_are_not_convergence() {
        // The first simplex {-0.05, 0.05} has no spread at all; the minimum lies between.
        let optimum = Optimize::nelder_mead().minimize(array![-0.05], |x| x[0] * x[0]).unwrap();
        assert!(optimum.converged() && optimum.parameters[0].abs() < 1e-5, "{optimum:?}");
    }

    #[test]
    fn stays_in_the_domain() {
        let optimum =
            Optimize::nelder_mead().minimize(array![1.0], |x| if x[0] < 0.5 { f64::NAN } else { x[0] }).unwrap();
        assert!((optimum.parameters[0] - 0.5).abs() < 1e-6);
        assert!(Optimize::nelder_mead().minimize(array![0.0], |_| f64::NAN).is_err());
        assert!(Optimize::nelder_mead().minimize(array![f64::NAN], |_| 0.0).is_err());
    }

    #[test]
    fn the_limit_on_iterations_holds() {
        let optimum =
            Optimize::nelder_mead().iterations(7).minimize(array![9.0, 9.0], |x| x[0] * x[0] + x[1] * x[1]).unwrap();
        assert_eq!((optimum.stop, optimum.iterations), (Stop::IterationLimit, 7));
    }
}
