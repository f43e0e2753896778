//! First-order methods: L-BFGS, nonlinear conjugate gradients, steepest descent.

use super::line_search::Wolfe;
use super::objective::{Evaluation, Objective};
use super::{Optimize, Optimum};
use anyhow::{Result, ensure};
use argmin::solver::conjugategradient::NonlinearConjugateGradient;
use argmin::solver::conjugategradient::beta::PolakRibierePlus;
use argmin::solver::gradientdescent;
use argmin::solver::quasinewton::LBFGS;
use ndarray::Array1;

/// Limited-memory BFGS (Nocedal and Wright, *Numerical Optimization*, 2nd ed., algorithm 7.5).
#[derive(Clone, Debug, PartialEq)]
pub struct Lbfgs {
    memory: usize,
}

/// Nonlinear conjugate gradients with the Polak-Ribière+ update (Nocedal and Wright, *Numerical Optimization*, 2nd ed.,
/// eq. 5.45).
#[derive(Clone, Debug, PartialEq)]
pub struct ConjugateGradient;

/// Steepest descent with a line search.
#[derive(Clone, Debug, PartialEq)]
pub struct SteepestDescent;

fn both(
    mut value_and_gradient: impl FnMut(&Array1<f64>) -> (f64, Array1<f64>),
) -> impl FnMut(&Array1<f64>) -> Evaluation {
    move |x| {
        let (value, gradient) = value_and_gradient(x);
        Evaluation { value, gradient, extra: () }
    }
}

impl Optimize<Lbfgs> {
    /// Limited-memory BFGS: memory 10, at most 1000 iterations, gradient tolerance 1e-8.
    pub fn lbfgs() -> Self {
        Self::with(Lbfgs { memory: 10 }, 1000, 1e-8)
    }

    /// Number of past steps kept to model the curvature.
    pub fn memory(mut self, memory: usize) -> Self {
        self.method.memory = memory;
        self
    }

    /// Minimises from `start`; the closure returns the value and the gradient at a point.
    ///
    /// # Errors
    /// If the start, or the value or gradient there, is not finite; if the gradient has another
    /// length than the start; if the tolerance is negative or the memory 0. Not converging is no
    /// error: see [`Optimum::stop`].
    pub fn minimize(
        &self,
        start: Array1<f64>,
        value_and_gradient: impl FnMut(&Array1<f64>) -> (f64, Array1<f64>),
    ) -> Result<Optimum> {
        ensure!(self.method.memory > 0, "L-BFGS needs a memory of at least one step");
        let objective = Objective::new(both(value_and_gradient));
        self.descend::<_, _, _, (), (), ()>(start, &objective, || {
            LBFGS::<_, Array1<f64>, Array1<f64>, f64>::new(Wolfe::quasi_newton(), self.method.memory)
        })
    }
}

impl Optimize<ConjugateGradient> {
    /// Nonlinear conjugate gradients: at most 1000 iterations, gradient tolerance 1e-8.
    pub fn conjugate_gradient() -> Self {
        Self::with(ConjugateGradient, 1000, 1e-8)
    }

    /// Minimises from `start`; the closure returns the value and the gradient at a point.
    ///
    /// # Errors
    /// As [`Optimize::<Lbfgs>::minimize`](Optimize#method.minimize).
    pub fn minimize(
        &self,
        start: Array1<f64>,
        value_and_gradient: impl FnMut(&Array1<f64>) -> (f64, Array1<f64>),
    ) -> Result<Optimum> {
        let objective = Objective::new(both(value_and_gradient));
        self.descend::<_, _, _, (), (), ()>(start, &objective, || {
            NonlinearConjugateGradient::<Array1<f64>, _, _, f64>::new(Wolfe::gradient(), PolakRibierePlus::new())
        })
    }
}

impl Optimize<SteepestDescent> {
    /// Steepest descent with a line search: at most 1000 iterations, gradient tolerance 1e-8.
    pub fn steepest_descent() -> Self {
        Self::with(SteepestDescent, 1000, 1e-8)
    }

    /// Minimises from `start`; the closure returns the value and the gradient at a point.
    ///
    /// # Errors
    /// As [`Optimize::<Lbfgs>::minimize`](Optimize#method.minimize).
    pub fn minimize(
        &self,
        start: Array1<f64>,
        value_and_gradient: impl FnMut(&Array1<f64>) -> (f64, Array1<f64>),
    ) -> Result<Optimum> {
        let objective = Objective::new(both(value_and_gradient));
        self.descend::<_, _, _, (), (), ()>(start, &objective, || {
            gradientdescent::SteepestDescent::new(Wolfe::gradient())
        })
    }
}

#[cfg(test)]
mod tests;
