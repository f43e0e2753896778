//! Methods that solve a linear system per step: Newton's method and Gauss-Newton, both safeguarded.

use super::line_search::Wolfe;
use super::objective::{Evaluation, Objective};
use super::{Optimize, Optimum};
use anyhow::{Result, bail, ensure};
use argmin::core::{Error, IterState, KV, LineSearch, Problem, Solver, State};
use ndarray::{Array1, Array2, ArrayView1};
use numerics::{linear, matrix};

/// Newton's method with a line search. Where the Hessian is not positive definite a multiple of the
/// identity is added (Nocedal and Wright, *Numerical Optimization*, 2nd ed., algorithm 3.3).
#[derive(Clone, Debug, PartialEq)]
pub struct Newton;

/// Gauss-Newton for nonlinear least squares (Nocedal and Wright, *Numerical Optimization*, 2nd ed.,
/// section 10.3) with a line search and, where the
/// Jacobian has not full rank, the same shift as [`Newton`].
#[derive(Clone, Debug, PartialEq)]
pub struct GaussNewton;

/// Shifts tried before a curvature matrix is given up; each is ten times the one before.
const SHIFTS: usize = 40;

impl Optimize<Newton> {
    /// Newton's method: at most 100 iterations, gradient tolerance 1e-10.
    pub fn newton() -> Self {
        Self::with(Newton, 100, 1e-10)
    }

    /// Minimises from `start`; the closure returns the value, the gradient and the Hessian at a
    /// point.
    ///
    /// # Errors
    /// If the start, or the value or gradient there, is not finite; if gradient or Hessian have the
    /// wrong shape; if the tolerance is negative. Not converging is no error: see
    /// [`Optimum::stop`].
    pub fn minimize(
        &self,
        start: Array1<f64>,
        mut all: impl FnMut(&Array1<f64>) -> (f64, Array1<f64>, Array2<f64>),
    ) -> Result<Optimum> {
        let objective = Objective::new(|x: &Array1<f64>| {
            let (value, gradient, curvature) = all(x);
            Evaluation { value, gradient, extra: curvature }
        });
        let size = start.len();
        let shape = objective.at(&start, |evaluation| evaluation.extra.dim());
        ensure!(shape == (size, size), "the Hessian is {} x {}, not {size} x {size}", shape.0, shape.1);
        self.descend(start, &objective, CurvatureDescent::new)
    }
}

impl Optimize<GaussNewton> {
    /// Gauss-Newton: at most 200 iterations, gradient tolerance 1e-10.
    pub fn gauss_newton() -> Self {
        Self::with(GaussNewton, 200, 1e-10)
    }

    /// Minimises half the sum of squares `|r(x)|^2 / 2` from `start`; the closure returns the
    /// residuals `r` (one per observation) and their Jacobian (observations x parameters). The
    /// gradient is `J^T r`.
    ///
    /// # Errors
    /// As [`Optimize::<Newton>::minimize`](Optimize#method.minimize), with the Jacobian in place of
    /// the Hessian.
    pub fn minimize(
        &self,
        start: Array1<f64>,
        mut residuals_and_jacobian: impl FnMut(&Array1<f64>) -> (Array1<f64>, Array2<f64>),
    ) -> Result<Optimum> {
        let mut shape_error = None;
        let size = start.len();
        let objective = Objective::new(|x: &Array1<f64>| {
            let (residuals, jacobian) = residuals_and_jacobian(x);
            if jacobian.dim() != (residuals.len(), size) {
                shape_error = Some((jacobian.dim(), residuals.len()));
                return Evaluation { value: f64::NAN, gradient: Array1::zeros(size), extra: Array2::zeros((0, 0)) };
            }
            let value = 0.5 * residuals.dot(&residuals);
            let gradient = Array1::from(matrix::vector_product(jacobian.t(), &residuals.to_vec()));
            Evaluation { value, gradient, extra: matrix::product(jacobian.t(), jacobian.view()) }
        });
        let optimum = self.descend(start, &objective, CurvatureDescent::new);
        drop(objective);
        if let Some(((rows, columns), residuals)) = shape_error {
            bail!("the Jacobian is {rows} x {columns} for {residuals} residuals and {size} parameters");
        }
        optimum
    }
}

/// Descends along `-(C + shift I)^-1 g`, with `C` the curvature matrix that the closure returned.
struct CurvatureDescent {
    line_search: Wolfe,
}

impl CurvatureDescent {
    fn new() -> Self {
        Self { line_search: Wolfe::newton() }
    }
}

type SmoothState = IterState<Array1<f64>, Array1<f64>, (), (), (), f64>;

impl<'a, F> Solver<&'a Objective<F, Array2<f64>>, SmoothState> for CurvatureDescent
where
    F: FnMut(&Array1<f64>) -> Evaluation<Array2<f64>>,
{
    fn name(&self) -> &str {
        "safeguarded Newton"
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<&'a Objective<F, Array2<f64>>>,
        state: SmoothState,
    ) -> Result<(SmoothState, Option<KV>), Error> {
        let (Some(objective), Some(x)) = (problem.problem, state.param.clone()) else {
            bail!("Newton's method was started without a problem or a point");
        };
        let direction = objective.at(&x, |here| newton_direction(&here.extra, here.gradient.view()))?;
        self.line_search.search_direction(direction);
        let (found, _) = self.line_search.next_iter(problem, IterState::new().param(x))?;
        let Some(x) = found.param else {
            bail!("the line search returned no point");
        };
        Ok((state.param(x).cost(found.cost), None))
    }
}

fn newton_direction(curvature: &Array2<f64>, gradient: ArrayView1<f64>) -> Result<Array1<f64>> {
    ensure!(curvature.iter().all(|x| x.is_finite()), "the curvature matrix is not finite");
    let scale = curvature.diag().iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    let mut shift = 0.0;
    for _ in 0..SHIFTS {
        let mut shifted = curvature.clone();
        shifted.diag_mut().mapv_inplace(|x| x + shift);
        if let Ok(factor) = linear::cholesky(shifted.view()) {
            let direction = -factor.solve(gradient)?;
            if direction.iter().all(|x| x.is_finite()) {
                return Ok(direction);
            }
        }
        shift = if shift == 0.0 { 1e-10 * scale.max(f64::MIN_POSITIVE / 1e-10) } else { 10.0 * shift };
    }
    bail!("no multiple of the identity made the curvature matrix positive definite")
}

#[cfg(test)]
mod tests;
