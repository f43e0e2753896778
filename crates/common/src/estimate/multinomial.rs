//! Logistic regression with any number of classes.

use super::arithmetic::softmax;
use super::builder::setters;
use super::checks::{check_matrix, check_one_each, check_penalty};
use crate::optimize::Optimize;
use anyhow::{Result, ensure};
use ndarray::{Array1, Array2, ArrayView2, s};
use numerics::{matrix, reduce};

/// Multinomial logistic regression: minimises `sum_i (ln sum_c exp(z_ic) - z_{i, y_i}) + penalty
/// |W|^2 / 2` with `z = X W + b`, the intercepts `b` (fitted by default) not penalised, by L-BFGS
/// on the exact gradient.
///
/// The loss is a *sum*: for a penalty on the mean loss multiply it by the number of rows;
/// scikit-learn's `C` is the inverse of this penalty. The search starts at 0, so the coefficients
/// of the classes sum to 0.
#[derive(Clone, Debug, PartialEq)]
pub struct MultinomialLogistic {
    penalty: f64,
    intercept: bool,
    iterations: usize,
    tolerance: f64,
}

/// A fit of [`MultinomialLogistic`].
#[derive(Clone, Debug, PartialEq)]
pub struct MultinomialFit {
    /// Coefficients, columns of the data x classes.
    pub coefficients: Array2<f64>,
    /// One intercept per class; 0 if none was fitted.
    pub intercepts: Array1<f64>,
    /// Iterations of L-BFGS.
    pub iterations: usize,
    /// Euclidean norm of the gradient of the mean loss (penalty included, divided by the number of
    /// rows).
    pub gradient_norm: f64,
    /// Whether the norm of the gradient is at most the tolerance.
    pub converged: bool,
}

impl MultinomialFit {
    /// The logits for new rows, rows x classes.
    pub fn logits(&self, x: ArrayView2<f64>) -> Array2<f64> {
        matrix::product(x, self.coefficients.view()) + &self.intercepts
    }

    /// Probabilities of the classes for new rows, rows x classes.
    pub fn probabilities(&self, x: ArrayView2<f64>) -> Array2<f64> {
        let mut logits = self.logits(x);
        for mut row in logits.rows_mut() {
            let mut shares = row.to_vec();
            softmax(&mut shares);
            row.assign(&Array1::from(shares));
        }
        logits
    }

    /// The most probable class for new rows, the lowest one of several.
    pub fn predict(&self, x: ArrayView2<f64>) -> Vec<usize> {
        self.logits(x).rows().into_iter().map(|row| reduce::argmax(&row.to_vec())).collect()
    }
}

impl MultinomialLogistic {
    /// With the given penalty, at least 0; intercepts, at most 1000 iterations, tolerance 1e-6.
    pub fn new(penalty: f64) -> Self {
        Self { penalty, intercept: true, iterations: 1000, tolerance: 1e-6 }
    }

    setters! {
        /// Whether intercepts are fitted.
        intercept: bool,
        /// The largest number of iterations.
        iterations: usize,
        /// Tolerance on the norm of the gradient of the mean loss.
        tolerance: f64,
    }

    /// Fits labels `0..classes` (n of them) on the columns of `x` (n x p). A class may be absent.
    ///
    /// # Errors
    /// If shapes disagree, a value is not finite, a label is not below `classes`, there are fewer
    /// than two classes, the penalty is not finite or negative, or the tolerance negative.
    pub fn fit(&self, x: ArrayView2<f64>, labels: &[usize], classes: usize) -> Result<MultinomialFit> {
        check_matrix(x)?;
        let columns = x.ncols();
        check_one_each(x, labels.len(), "labels")?;
        check_penalty(self.penalty, "logistic regression")?;
        ensure!(classes >= 2, "{classes} classes leave nothing to predict");
        if let Some(row) = labels.iter().position(|label| *label >= classes) {
            anyhow::bail!("label {row} is {}, of {classes} classes", labels[row]);
        }

        let parameters = columns + usize::from(self.intercept);
        let optimum = Optimize::lbfgs()
            .iterations(self.iterations)
            .tolerance(self.tolerance)
            .minimize(Array1::zeros(parameters * classes), |point| self.mean_loss(x, labels, classes, point))?;
        let gradient = self.mean_loss(x, labels, classes, &optimum.parameters).1;
        let found = rows_of(&optimum.parameters, classes);
        Ok(MultinomialFit {
            coefficients: found.slice(s![..columns, ..]).to_owned(),
            intercepts: if self.intercept { found.row(columns).to_owned() } else { Array1::zeros(classes) },
            iterations: optimum.iterations,
            gradient_norm: reduce::norm(&gradient.to_vec()),
            converged: optimum.converged(),
        })
    }

    /// The objective over the number of rows and its gradient; `point` holds the rows of `W`, then
    /// `b`.
    fn mean_loss(
        &self,
        x: ArrayView2<f64>,
        labels: &[usize],
        classes: usize,
        point: &Array1<f64>,
    ) -> (f64, Array1<f64>) {
        let columns = x.ncols();
        let weights = rows_of(point, classes);
        let coefficients = weights.slice(s![..columns, ..]);
        let mut errors = matrix::product(x, coefficients);
        if self.intercept {
            errors += &weights.row(columns);
        }
        let mut losses = Vec::with_capacity(labels.len());
        for (mut row, label) in errors.rows_mut().into_iter().zip(labels) {
            let mut shares = row.to_vec();
            losses.push(softmax(&mut shares) - row[*label]);
            shares[*label] -= 1.0;
            row.assign(&Array1::from(shares));
        }

        let flat: Vec<f64> = coefficients.iter().copied().collect();
        let rows = labels.len() as f64;
        let value = (reduce::sum(&losses) + 0.5 * self.penalty * reduce::norm_squared(&flat)) / rows;
        let mut gradient: Vec<f64> = matrix::product(x.t(), errors.view()).into_iter().collect();
        reduce::axpy(self.penalty, &flat, &mut gradient);
        if self.intercept {
            gradient.extend(errors.columns().into_iter().map(|column| reduce::sum(&column.to_vec())));
        }
        reduce::scale(1.0 / rows, &mut gradient);
        (value, Array1::from(gradient))
    }
}

fn rows_of(point: &Array1<f64>, columns: usize) -> ArrayView2<'_, f64> {
    let shape = (point.len() / columns, columns);
    point.view().into_shape_with_order(shape).expect("L-BFGS keeps the number of parameters")
}

#[cfg(test)]
mod tests;
