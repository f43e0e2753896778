//! Entropic optimal transport between weighted points (Cuturi, NeurIPS 2013).
//!
//! Of all plans P ≥ 0 with row sums a and column sums b, Sinkhorn's algorithm finds the one that minimises
//! ⟨P, C⟩ + ε KL(P | a bᵀ), where KL(P | Q) = Σᵢⱼ Pᵢⱼ ln(Pᵢⱼ / Qᵢⱼ). It is Pᵢⱼ = aᵢ bⱼ exp((fᵢ + gⱼ − Cᵢⱼ) / ε) with
//! potentials f and g that are found in turn, each so that one of the two sums is right.
//!
//! ```
//! use common::transport::Sinkhorn;
//! use ndarray::array;
//!
//! // Two points onto two points: with little entropy each goes where it is cheap.
//! let cost = array![[0.0, 1.0], [1.0, 0.2]];
//! let transport = Sinkhorn::new(0.01).solve(cost.view(), &[0.5, 0.5], &[0.5, 0.5])?;
//! assert!((transport.cost - 0.1).abs() < 1e-9 && transport.violation < 1e-9);
//! # anyhow::Ok(())
//! ```
//!
//! Sums over exp((fᵢ + gⱼ − Cᵢⱼ) / ε) are taken in the log domain, so that no ε is too small for the range of numbers.
//! To be fast, most iterations correct the plan by factors of its rows and columns instead, which are the same updates
//! without an exponential; factors that leave a safe range are put into the potentials (Schmitzer, SIAM J. Sci.
//! Comput. 2019, "stabilized sparse scaling algorithms").

use anyhow::{Result, ensure};
use ndarray::{Array2, ArrayView2, Axis};
use numerics::{ln, matrix, reduce, slices};
use std::ops::RangeInclusive;

/// Factors of rows and columns outside are put into the potentials.
const SAFE: RangeInclusive<f64> = 1e-60..=1e60;

/// How far total weights may differ, relative to their size.
const SAME_TOTAL: f64 = 1e-9;

/// Sinkhorn's algorithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sinkhorn {
    epsilon: f64,
    iterations: usize,
    tolerance: f64,
}

/// A transport plan with its potentials.
#[derive(Clone, Debug, PartialEq)]
pub struct Transport {
    /// The plan P, rows x columns of the cost. Its column sums are b up to rounding.
    pub plan: Array2<f64>,
    /// Transport cost ⟨P, C⟩, without the entropy.
    pub cost: f64,
    /// Dual value Σ aᵢ fᵢ + Σ bⱼ gⱼ: at the optimum the least ⟨P, C⟩ + ε KL(P | a bᵀ), for weights that sum to one. Its
    /// derivative along a change of a is f.
    pub dual: f64,
    /// Potential of each row, in units of the cost. A constant can be moved from f to g.
    pub f: Vec<f64>,
    /// Potential of each column.
    pub g: Vec<f64>,
    /// Sum over rows of |Σⱼ Pᵢⱼ − aᵢ|: 0 at the optimum.
    pub violation: f64,
    /// Iterations made.
    pub iterations: usize,
}

impl Sinkhorn {
    /// With the entropy weighted by `epsilon` > 0, in units of the cost: at most 10,000 iterations, until the row sums
    /// are off by less than 1e-9 in total.
    pub fn new(epsilon: f64) -> Sinkhorn {
        Sinkhorn { epsilon, iterations: 10_000, tolerance: 1e-9 }
    }

    /// The largest number of iterations, at least one. An iteration updates both potentials.
    pub fn iterations(mut self, iterations: usize) -> Sinkhorn {
        self.iterations = iterations.max(1);
        self
    }

    /// Stops once the row sums are off by less than this in total; with 0 all iterations are made.
    pub fn tolerance(mut self, tolerance: f64) -> Sinkhorn {
        self.tolerance = tolerance;
        self
    }

    /// Transports weights `a` of the rows of `cost` to weights `b` of its columns.
    ///
    /// # Errors
    /// If there are not as many weights as rows and columns, a weight is not positive, the totals differ, a cost is not
    /// finite, or epsilon is not positive. An iteration that has not converged is none: see
    /// [`violation`](Transport::violation).
    pub fn solve(&self, cost: ArrayView2<f64>, a: &[f64], b: &[f64]) -> Result<Transport> {
        self.check(cost, a, b)?;
        let mut state = Scaling::start(cost.view(), a, b, self.epsilon);
        let mut made = 1;
        while made < self.iterations {
            let violation = state.iterate();
            made += 1;
            // Of the plan before this iteration; this one has not made it worse.
            if violation < self.tolerance {
                break;
            }
        }
        Ok(state.finish(made))
    }

    fn check(&self, cost: ArrayView2<f64>, a: &[f64], b: &[f64]) -> Result<()> {
        let (rows, columns) = cost.dim();
        ensure!(self.epsilon > 0.0 && self.epsilon.is_finite(), "epsilon must be positive, got {}", self.epsilon);
        ensure!(
            (a.len(), b.len()) == (rows, columns),
            "{} and {} weights for a cost of {rows} rows and {columns} columns",
            a.len(),
            b.len()
        );
        ensure!(rows > 0 && columns > 0, "there is nothing to transport");
        ensure!(cost.iter().all(|cost| cost.is_finite()), "a cost is not finite");
        let positive = |weight: &f64| *weight > 0.0 && weight.is_finite();
        ensure!(a.iter().chain(b).all(positive), "a weight is not positive: leave out points without weight");
        let (total, other) = (reduce::sum(a), reduce::sum(b));
        ensure!((total - other).abs() <= SAME_TOTAL * total, "the weights sum to {total} and {other}: not the same");
        Ok(())
    }
}

/// The state between iterations: P = diag(u) K diag(v), with K the plan of the potentials f and g.
struct Scaling<'a> {
    cost: ArrayView2<'a, f64>,
    a: &'a [f64],
    b: &'a [f64],
    epsilon: f64,
    f: Vec<f64>,
    g: Vec<f64>,
    kernel: Array2<f64>,
    u: Vec<f64>,
    v: Vec<f64>,
    /// Room for the column sums of diag(u) K.
    sums: Vec<f64>,
}

impl<'a> Scaling<'a> {
    /// After a first iteration from g = 0.
    fn start(cost: ArrayView2<'a, f64>, a: &'a [f64], b: &'a [f64], epsilon: f64) -> Scaling<'a> {
        let (rows, columns) = cost.dim();
        let mut state = Scaling {
            cost,
            a,
            b,
            epsilon,
            f: vec![0.0; rows],
            g: vec![0.0; columns],
            kernel: Array2::zeros((rows, columns)),
            u: vec![1.0; rows],
            v: vec![1.0; columns],
            sums: vec![0.0; columns],
        };
        state.iterate_in_the_log_domain();
        state
    }

    /// u = a / K v, then v = b / Kᵀ u, in one pass over K. Gives how far the row sums were off before.
    fn iterate(&mut self) -> f64 {
        self.sums.fill(0.0);
        let (mut violation, mut safe) = (0.0, true);
        let rows = self.kernel.as_slice().unwrap_or(&[]).chunks_exact(self.v.len());
        for ((row, u), &a) in rows.zip(&mut self.u).zip(self.a) {
            let sum = reduce::dot(row, &self.v);
            violation += (*u * sum - a).abs();
            *u = a / sum;
            safe &= SAFE.contains(u);
            reduce::axpy(*u, row, &mut self.sums);
        }
        for (sum, &b) in self.sums.iter_mut().zip(self.b) {
            *sum = b / *sum;
            safe &= SAFE.contains(sum);
        }
        match safe {
            true => std::mem::swap(&mut self.v, &mut self.sums),
            // The old v holds all that the iteration needs to be made anew.
            false => self.iterate_in_the_log_domain(),
        }
        violation
    }

    /// The same from the column potentials g + ε ln v, by sums that cannot leave the range of numbers.
    fn iterate_in_the_log_domain(&mut self) {
        let epsilon = self.epsilon;
        self.g.iter_mut().zip(&self.v).for_each(|(g, &v)| *g += epsilon * ln(v));
        soft_minimum(self.cost, &self.g, self.b, epsilon, &mut self.f);
        soft_minimum(self.cost.t(), &self.f, self.a, epsilon, &mut self.g);
        self.u.fill(1.0);
        self.v.fill(1.0);
        let rows = self.kernel.rows_mut().into_iter().zip(self.cost.rows());
        for (((mut plan, cost), &f), &a) in rows.zip(&self.f).zip(self.a) {
            let plan = plan.as_slice_mut().expect("rows of a new array are contiguous");
            for ((plan, cost), g) in plan.iter_mut().zip(cost).zip(&self.g) {
                *plan = (f + g - cost) / epsilon;
            }
            slices::exp_slice(plan);
            plan.iter_mut().zip(self.b).for_each(|(plan, b)| *plan *= a * b);
        }
    }

    fn finish(self, iterations: usize) -> Transport {
        let Scaling { cost, a, b, epsilon, mut f, mut g, kernel: mut plan, u, v, .. } = self;
        let (mut total, mut violation) = (0.0, 0.0);
        for (((mut row, cost), &u), &a) in plan.rows_mut().into_iter().zip(cost.rows()).zip(&u).zip(a) {
            row.iter_mut().zip(&v).for_each(|(plan, v)| *plan *= u * v);
            violation += (row.iter().sum::<f64>() - a).abs();
            total += row.iter().zip(cost).map(|(plan, cost)| plan * cost).sum::<f64>();
        }
        f.iter_mut().zip(&u).for_each(|(f, &u)| *f += epsilon * ln(u));
        g.iter_mut().zip(&v).for_each(|(g, &v)| *g += epsilon * ln(v));
        let dual = reduce::dot(a, &f) + reduce::dot(b, &g);
        Transport { plan, cost: total, dual, f, g, violation, iterations }
    }
}

/// Potential of each row of the cost, −ε ln Σⱼ wⱼ exp((hⱼ − Cᵢⱼ) / ε), from weights w and potentials h of the columns.
fn soft_minimum(cost: ArrayView2<f64>, h: &[f64], weights: &[f64], epsilon: f64, potentials: &mut [f64]) {
    let offsets: Vec<f64> = h.iter().zip(weights).map(|(h, &weight)| h + epsilon * ln(weight)).collect();
    let mut terms = vec![0.0; h.len()];
    for (row, potential) in cost.axis_iter(Axis(0)).zip(potentials) {
        for ((term, offset), cost) in terms.iter_mut().zip(&offsets).zip(row) {
            *term = (offset - cost) / epsilon;
        }
        let largest = reduce::max(&terms);
        terms.iter_mut().for_each(|term| *term -= largest);
        slices::exp_slice(&mut terms);
        *potential = -epsilon * (largest + ln(reduce::sum(&terms)));
    }
}

/// |xᵢ − yⱼ|² of the rows of `x` and `y`, which have equally many columns: never below zero.
///
/// # Panics
/// If the numbers of columns differ.
pub fn squared_distances(x: ArrayView2<f64>, y: ArrayView2<f64>) -> Array2<f64> {
    let norms = |points: ArrayView2<f64>| -> Vec<f64> {
        points.rows().into_iter().map(|row| row.iter().map(|value| value * value).sum()).collect()
    };
    let (x_norms, y_norms) = (norms(x), norms(y));
    let mut squares = matrix::product(x, y.t());
    for (mut row, x) in squares.rows_mut().into_iter().zip(&x_norms) {
        row.iter_mut().zip(&y_norms).for_each(|(square, y)| *square = (x + y - 2.0 * *square).max(0.0));
    }
    squares
}

#[cfg(test)]
mod tests;
