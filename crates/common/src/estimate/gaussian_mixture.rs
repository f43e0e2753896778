//! Mixtures of Gaussians.

use super::arithmetic::softmax;
use super::builder::setters;
use super::checks::{check_counts, check_matrix};
use super::k_means::KMeans;
use anyhow::{Context, Result, ensure};
use ndarray::{Array1, Array2, Array3, ArrayView1, ArrayView2, Axis};
use numerics::random::Generator;
use numerics::{linear, ln, reduce};

/// A mixture of Gaussians with full covariances, by expectation maximisation (Dempster, Laird and
/// Rubin, JRSS B 39, 1977):
///
/// 1. One [`KMeans`] run; each row belongs to its cluster.
/// 2. M-step: weights, means and covariances of the components from the memberships; the
///    regularization is added to the diagonals.
/// 3. E-step: memberships, and the log-likelihood by a shifted sum of exponentials.
/// 4. Repeat from 2 until the mean log-likelihood changes by less than the tolerance.
///
/// The fit's parameters are those that its log-likelihood was computed with.
#[derive(Clone, Debug, PartialEq)]
pub struct GaussianMixture {
    components: usize,
    restarts: usize,
    iterations: usize,
    tolerance: f64,
    regularization: f64,
}

/// A fitted mixture of `k` components in `d` dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct MixtureFit {
    /// Weights (k), which sum to 1.
    pub weights: Array1<f64>,
    /// Means (k x d).
    pub means: Array2<f64>,
    /// Covariances (k x d x d).
    pub covariances: Array3<f64>,
    /// Log-likelihood of the rows fitted, summed over them.
    pub log_likelihood: f64,
    /// Number of rows fitted.
    pub rows: usize,
    /// Iterations of the run that was kept.
    pub iterations: usize,
    /// Whether the run that was kept met the tolerance.
    pub converged: bool,
    factors: Vec<Factor>,
}

/// What the density of one component needs: the lower Cholesky factor by rows, and the logarithm of
/// its determinant.
#[derive(Clone, Debug, PartialEq)]
struct Factor {
    lower: Vec<f64>,
    ln_determinant: f64,
}

impl GaussianMixture {
    /// With the given number of components; one run, at most 100 iterations, tolerance 1e-3,
    /// regularization 1e-6.
    pub fn new(components: usize) -> Self {
        Self { components, restarts: 1, iterations: 100, tolerance: 1e-3, regularization: 1e-6 }
    }

    setters! {
        /// Number of runs from fresh clusters, of which the one of highest likelihood is kept. A run
        /// that fails is passed over unless all do.
        restarts: usize,
        /// The largest number of iterations of a run.
        iterations: usize,
        /// Tolerance on the change of the mean log-likelihood.
        tolerance: f64,
        /// What is added to the diagonals of the covariances, at least 0.
        regularization: f64,
    }

    /// Fits the rows of `x` (n x d).
    ///
    /// # Errors
    /// If a value is not finite, there are no components, runs or iterations, there are fewer
    /// distinct rows than components, the regularization is negative, or a component collapses: it
    /// keeps less than 1e-14 of a row, or its covariance is singular. Reaching the limit on
    /// iterations is no error: see [`MixtureFit::converged`].
    pub fn fit(&self, x: ArrayView2<f64>, generator: &mut Generator) -> Result<MixtureFit> {
        check_matrix(x)?;
        let counts = [("components", self.components), ("runs", self.restarts), ("iterations", self.iterations)];
        check_counts(counts, "a mixture")?;
        ensure!(
            self.regularization >= 0.0,
            "the regularization of a mixture is at least 0, not {}",
            self.regularization
        );
        let mut best: Result<MixtureFit> = Err(anyhow::anyhow!("the mixture made no run"));
        for _ in 0..self.restarts {
            let fit = self.run(x, generator);
            best = match (best, fit) {
                (Ok(best), Ok(fit)) if fit.log_likelihood > best.log_likelihood => Ok(fit),
                (Ok(best), _) => Ok(best),
                (Err(_), fit) => fit,
            };
        }
        best
    }

    fn run(&self, x: ArrayView2<f64>, generator: &mut Generator) -> Result<MixtureFit> {
        let clusters = KMeans::new(self.components).fit(x, generator)?;
        let mut memberships = Array2::zeros((x.nrows(), self.components));
        for (row, label) in clusters.labels.into_iter().enumerate() {
            memberships[[row, label]] = 1.0;
        }
        let mut fit = self.maximize(x, &memberships)?;
        let mut previous = f64::NEG_INFINITY;
        loop {
            let densities;
            (memberships, densities) = fit.expect(x);
            fit.log_likelihood = reduce::sum(&densities);
            let mean = fit.log_likelihood / fit.rows as f64;
            fit.converged = (mean - previous).abs() < self.tolerance;
            if fit.converged || fit.iterations == self.iterations {
                return Ok(fit);
            }
            previous = mean;
            fit = MixtureFit { iterations: fit.iterations + 1, ..self.maximize(x, &memberships)? };
        }
    }

    /// The M-step: the parameters of greatest likelihood given the memberships (n x k).
    fn maximize(&self, x: ArrayView2<f64>, memberships: &Array2<f64>) -> Result<MixtureFit> {
        let ((n, d), k) = (x.dim(), self.components);
        let mut fit = MixtureFit {
            weights: Array1::zeros(k),
            means: Array2::zeros((k, d)),
            covariances: Array3::zeros((k, d, d)),
            log_likelihood: f64::NAN,
            rows: n,
            iterations: 1,
            converged: false,
            factors: Vec::with_capacity(k),
        };
        for (component, members) in memberships.columns().into_iter().enumerate() {
            let members = members.to_vec();
            let total = reduce::sum(&members);
            ensure!(total > 1e-14, "component {component} of the mixture has lost all its rows");
            let mean: Vec<f64> =
                x.columns().into_iter().map(|column| reduce::dot(&column.to_vec(), &members) / total).collect();
            let covariance = weighted_covariance(x, &mean, &members, total, self.regularization);
            let factor = Factor::new(covariance.view())
                .with_context(|| format!("the covariance of component {component} of the mixture is singular"))?;
            fit.weights[component] = total / n as f64;
            fit.means.row_mut(component).assign(&Array1::from(mean));
            fit.covariances.index_axis_mut(Axis(0), component).assign(&covariance);
            fit.factors.push(factor);
        }
        Ok(fit)
    }
}

fn weighted_covariance(
    x: ArrayView2<f64>,
    mean: &[f64],
    members: &[f64],
    total: f64,
    regularization: f64,
) -> Array2<f64> {
    let d = mean.len();
    // The lower triangle by rows.
    let mut sums = vec![0.0; d * d];
    let mut deviation = vec![0.0; d];
    for (row, member) in x.rows().into_iter().zip(members) {
        for (deviation, (value, mean)) in deviation.iter_mut().zip(row.iter().zip(mean)) {
            *deviation = value - mean;
        }
        for i in 0..d {
            let scaled = member * deviation[i];
            for (sum, deviation) in sums[i * d..=i * d + i].iter_mut().zip(&deviation) {
                *sum += scaled * deviation;
            }
        }
    }
    let entry = |i: usize, j: usize| sums[i.max(j) * d + i.min(j)] / total;
    let diagonal = |i: usize, j: usize| if i == j { regularization } else { 0.0 };
    Array2::from_shape_fn((d, d), |(i, j)| entry(i, j) + diagonal(i, j))
}

impl Factor {
    fn new(covariance: ArrayView2<f64>) -> Result<Self> {
        let factor = linear::cholesky(covariance)?;
        let lower = factor.factor();
        let logarithms: Vec<f64> = lower.diag().iter().map(|value| ln(*value)).collect();
        Ok(Self { lower: lower.iter().copied().collect(), ln_determinant: reduce::sum(&logarithms) })
    }

    /// The logarithm of the density at a deviation from the mean; `scratch` has its length.
    fn ln_density(&self, row: ArrayView1<f64>, mean: ArrayView1<f64>, scratch: &mut [f64]) -> f64 {
        let d = scratch.len();
        for (deviation, (value, mean)) in scratch.iter_mut().zip(row.iter().zip(mean)) {
            *deviation = value - mean;
        }
        let mut square = 0.0;
        for i in 0..d {
            let (solved, rest) = scratch.split_at_mut(i);
            let factors = &self.lower[i * d..=i * d + i];
            for (factor, solved) in factors.iter().zip(solved.iter()) {
                rest[0] -= factor * solved;
            }
            rest[0] /= factors[i];
            square += rest[0] * rest[0];
        }
        -0.5 * (square + d as f64 * ln(2.0 * std::f64::consts::PI)) - self.ln_determinant
    }
}

impl MixtureFit {
    /// Number of components.
    pub fn components(&self) -> usize {
        self.weights.len()
    }

    /// Number of free parameters: `k d + k d (d + 1) / 2 + k - 1`.
    pub fn free_parameters(&self) -> usize {
        let (k, d) = self.means.dim();
        k * d + k * d * (d + 1) / 2 + k - 1
    }

    /// Akaike's criterion on the rows fitted: `2 free parameters - 2 log-likelihood`.
    pub fn aic(&self) -> f64 {
        2.0 * self.free_parameters() as f64 - 2.0 * self.log_likelihood
    }

    /// The Bayesian criterion on the rows fitted: `ln(rows) free parameters - 2 log-likelihood`.
    pub fn bic(&self) -> f64 {
        ln(self.rows as f64) * self.free_parameters() as f64 - 2.0 * self.log_likelihood
    }

    /// Log densities of the mixture at new rows.
    ///
    /// # Panics
    /// If the rows have another number of columns.
    pub fn log_densities(&self, x: ArrayView2<f64>) -> Array1<f64> {
        Array1::from(self.expect(x).1)
    }

    /// Probabilities of the components for new rows, rows x components.
    ///
    /// # Panics
    /// If the rows have another number of columns.
    pub fn probabilities(&self, x: ArrayView2<f64>) -> Array2<f64> {
        self.expect(x).0
    }

    /// The most probable component for new rows, the first of equally probable ones.
    ///
    /// # Panics
    /// If the rows have another number of columns.
    pub fn predict(&self, x: ArrayView2<f64>) -> Vec<usize> {
        self.expect(x).0.rows().into_iter().map(|row| reduce::argmax(&row.to_vec())).collect()
    }

    /// A draw from one component.
    ///
    /// # Panics
    /// If there is no such component.
    pub fn draw_from(&self, component: usize, generator: &mut Generator) -> Array1<f64> {
        let d = self.means.ncols();
        let lower = &self.factors[component].lower;
        let noise = generator.normal_vector(d).to_vec();
        let shift = |i: usize| reduce::dot(&lower[i * d..=i * d + i], &noise[..=i]);
        Array1::from_shape_fn(d, |i| self.means[[component, i]] + shift(i))
    }

    /// The E-step: memberships (n x k) and log densities (n).
    fn expect(&self, x: ArrayView2<f64>) -> (Array2<f64>, Vec<f64>) {
        let (k, d) = self.means.dim();
        assert_eq!(x.ncols(), d, "rows of {} columns for a mixture in {d} dimensions", x.ncols());
        let ln_weights: Vec<f64> = self.weights.iter().map(|weight| ln(*weight)).collect();
        let mut memberships = Array2::zeros((x.nrows(), k));
        let mut densities = Vec::with_capacity(x.nrows());
        let (mut terms, mut scratch) = (vec![0.0; k], vec![0.0; d]);
        for (row, mut members) in x.rows().into_iter().zip(memberships.rows_mut()) {
            for (component, term) in terms.iter_mut().enumerate() {
                let density = self.factors[component].ln_density(row, self.means.row(component), &mut scratch);
                *term = ln_weights[component] + density;
            }
            densities.push(softmax(&mut terms));
            for (member, share) in members.iter_mut().zip(&terms) {
                *member = *share;
            }
        }
        (memberships, densities)
    }
}

#[cfg(test)]
mod tests;
