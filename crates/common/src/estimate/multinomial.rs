//! Logistic regression with any number of classes.

use super::{check_matrix, softmax};
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
    /// Whether that norm is at most the tolerance.
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

    /// Whether intercepts are fitted.
    pub fn intercept(mut self, intercept: bool) -> Self {
        self.intercept = intercept;
        self
    }

    /// The largest number of iterations.
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// Tolerance on the norm of the gradient of the mean loss.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Fits labels `0..classes` (n of them) on the columns of `x` (n x p). A class may be absent.
    ///
    /// # Errors
    /// If shapes disagree, a value is not finite, a label is not below `classes`, there are fewer
    /// than two classes, the penalty is not finite or negative, or the tolerance negative.
    pub fn fit(&self, x: ArrayView2<f64>, labels: &[usize], classes: usize) -> Result<MultinomialFit> {
        check_matrix(x)?;
        let (rows, columns) = x.dim();
        ensure!(rows == labels.len(), "{rows} rows of data for {} labels", labels.len());
        ensure!(classes >= 2, "{classes} classes leave nothing to predict");
        if let Some(row) = labels.iter().position(|label| *label >= classes) {
            anyhow::bail!("label {row} is {}, of {classes} classes", labels[row]);
        }
        let penalty = self.penalty;
        ensure!(penalty >= 0.0 && penalty.is_finite(), "a penalty is at least 0 and finite, not {penalty}");

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
mod tests {
    use super::*;
    use crate::estimate::tests::iris;
    use linfa::DatasetBase;
    use linfa::prelude::{Fit, ParamGuard};
    use ndarray::array;
    use numerics::random::Streams;

    #[test]
    fn agrees_with_sklearn() {
        // sklearn 1.9.1, LogisticRegression(C=2.0, tol=1e-14, solver="newton-cg"), whose intercepts
        // have a common shift.
        let (x, species) = iris();
        let fit = MultinomialLogistic::new(0.5).tolerance(1e-10).fit(x.view(), &species, 3).unwrap();
        assert!(fit.converged && fit.gradient_norm <= 1e-10);
        let expected = array![
            [-0.45067409466563574, -0.25879882119173325, 0.7094729158573664],
            [0.5147278602917305, -0.49361377566821824, -0.02111408462351329],
            [-1.9407573873029, 0.10694701965176054, 1.8338103676511377],
            [-0.7569496201689943, -0.6692579889614344, 1.4262076091304292]
        ];
        assert!((&fit.coefficients - &expected).iter().all(|d| d.abs() < 1e-8), "{fit:?}");
        let expected = array![9.340035594579106, 5.442563597990549, -14.781908994208806];
        let shifts = &fit.intercepts - &expected;
        assert!(shifts.iter().all(|shift| (shift - shifts[0]).abs() < 1e-7), "{fit:?}");
        let probabilities = fit.probabilities(array![[5.9, 3.2, 4.8, 1.8]].view());
        let expected = array![[0.013063382527429437, 0.709484081937894, 0.2774525355346765]];
        assert!((&probabilities - &expected).iter().all(|d| d.abs() < 1e-8), "{probabilities}");
    }

    #[test]
    fn agrees_with_linfa_where_logits_are_small() {
        let (x, species) = iris();
        let ours = MultinomialLogistic::new(0.5).tolerance(1e-9).fit(x.view(), &species, 3).unwrap();
        let theirs = linfa_logistic::MultiLogisticRegression::default()
            .alpha(0.5)
            .gradient_tolerance(1e-6)
            .max_iterations(1000)
            .check()
            .unwrap()
            .fit(&DatasetBase::new(x.clone(), Array1::from(species)))
            .unwrap();
        assert!((&ours.coefficients - theirs.params()).iter().all(|d| d.abs() < 1e-4));
    }

    #[test]
    fn widely_spread_logits_are_no_trouble() {
        // Ten classes far apart, weakly penalised: here linfa 0.8.1 returns losses 60 times too
        // high.
        let mut generator = Streams::new("multinomial").open("classes", 1);
        let centers = generator.normal_matrix(10, 20) * 3.0;
        let labels: Vec<usize> = (0..300).map(|row| row % 10).collect();
        let x = Array2::from_shape_fn((300, 20), |(i, j)| centers[[labels[i], j]] + 3.0 * generator.normal());
        let fit = MultinomialLogistic::new(0.03).fit(x.view(), &labels, 10).unwrap();
        assert!(fit.converged);
        assert_eq!(fit.predict(x.view()), labels);
        assert!(fit.probabilities(x.view()).rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12));
    }

    #[test]
    fn two_classes_are_the_binary_model() {
        // The coefficients of two classes are opposite, so the penalty on them is that of half
        // their difference.
        let (x, species) = iris();
        let x = x.slice(s![10.., ..]);
        let binary: Vec<usize> = species[10..].iter().map(|species| species - 1).collect();
        let virginica: Vec<bool> = binary.iter().map(|label| *label == 1).collect();
        let two = MultinomialLogistic::new(4.0).tolerance(1e-10).fit(x, &binary, 2).unwrap();
        let one = crate::estimate::Logistic::new(2.0).tolerance(1e-9).fit(x, &virginica).unwrap();
        let difference = &two.coefficients.column(1) - &two.coefficients.column(0);
        assert!((&difference - &one.coefficients).iter().all(|d| d.abs() < 1e-6));
    }

    #[test]
    fn absent_classes_and_errors() {
        let x = array![[1.0], [2.0], [-1.0]];
        let fit = MultinomialLogistic::new(1.0).fit(x.view(), &[0, 0, 2], 3).unwrap();
        assert!(fit.probabilities(x.view()).column(1).iter().all(|p| *p < 0.3));
        assert!(MultinomialLogistic::new(1.0).fit(x.view(), &[0, 0, 3], 3).is_err());
        assert!(MultinomialLogistic::new(1.0).fit(x.view(), &[0, 0], 3).is_err());
        assert!(MultinomialLogistic::new(1.0).fit(x.view(), &[0, 0, 0], 1).is_err());
        assert!(MultinomialLogistic::new(-1.0).fit(x.view(), &[0, 0, 1], 2).is_err());
        let plain = MultinomialLogistic::new(1.0).intercept(false).fit(x.view(), &[0, 0, 1], 2).unwrap();
        assert_eq!(plain.intercepts, array![0.0, 0.0]);
    }
}
