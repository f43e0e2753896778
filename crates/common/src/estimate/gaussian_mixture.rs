//! Mixtures of Gaussians.

use super::{KMeans, check_matrix};
use anyhow::{Context, Result, ensure};
use ndarray::{Array1, Array2, Array3, ArrayView1, ArrayView2, Axis};
use numerics::random::Generator;
use numerics::{exp, linear, ln, log_sum_exp, reduce};

/// A mixture of Gaussians with full covariances, by expectation maximisation (Dempster, Laird and Rubin, JRSS B 39,
/// 1977):
///
/// 1. One [`KMeans`] run; each row belongs to its cluster.
/// 2. M-step: weights, means and covariances of the components from the memberships; the regularization is added to
///    the diagonals.
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
    /// Rows fitted.
    pub rows: usize,
    /// Iterations of the run that was kept.
    pub iterations: usize,
    /// Whether that run met the tolerance.
    pub converged: bool,
    factors: Vec<Factor>,
}

/// What the density of one component needs: the lower Cholesky factor by rows, and the logarithm of its determinant.
#[derive(Clone, Debug, PartialEq)]
struct Factor {
    lower: Vec<f64>,
    ln_determinant: f64,
}

impl GaussianMixture {
    /// With the given number of components; one run, at most 100 iterations, tolerance 1e-3, regularization 1e-6.
    pub fn new(components: usize) -> Self {
        Self { components, restarts: 1, iterations: 100, tolerance: 1e-3, regularization: 1e-6 }
    }

    /// Number of runs from fresh clusters, of which the one of highest likelihood is kept. A run that fails is
    /// passed over unless all do.
    pub fn restarts(mut self, restarts: usize) -> Self {
        self.restarts = restarts;
        self
    }

    /// The largest number of iterations of a run.
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// Tolerance on the change of the mean log-likelihood.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// What is added to the diagonals of the covariances, at least 0.
    pub fn regularization(mut self, regularization: f64) -> Self {
        self.regularization = regularization;
        self
    }

    /// Fits the rows of `x` (n x d).
    ///
    /// # Errors
    /// If a value is not finite, there are no components, runs or iterations, there are fewer distinct rows than
    /// components, the regularization is negative, or a component collapses: it keeps less than 1e-14 of a row, or
    /// its covariance is singular. Reaching the limit on iterations is no error: see [`MixtureFit::converged`].
    pub fn fit(&self, x: ArrayView2<f64>, generator: &mut Generator) -> Result<MixtureFit> {
        check_matrix(x)?;
        ensure!(
            self.components > 0 && self.restarts > 0 && self.iterations > 0,
            "a mixture needs components, runs and iterations"
        );
        ensure!(self.regularization >= 0.0, "the regularization of a mixture is at least 0, not {}", self.regularization);
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
    let mut covariance = Array2::zeros((d, d));
    let mut deviation = vec![0.0; d];
    for (row, member) in x.rows().into_iter().zip(members) {
        for (deviation, (value, mean)) in deviation.iter_mut().zip(row.iter().zip(mean)) {
            *deviation = value - mean;
        }
        for i in 0..d {
            let scaled = member * deviation[i];
            for j in 0..=i {
                covariance[[i, j]] += scaled * deviation[j];
            }
        }
    }
    for i in 0..d {
        for j in 0..=i {
            covariance[[i, j]] /= total;
            covariance[[j, i]] = covariance[[i, j]];
        }
        covariance[[i, i]] += regularization;
    }
    covariance
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
        let mut square = 0.0;
        for i in 0..d {
            let mut value = row[i] - mean[i];
            for (factor, solved) in self.lower[i * d..i * d + i].iter().zip(scratch.iter()) {
                value -= factor * solved;
            }
            scratch[i] = value / self.lower[i * d + i];
            square += scratch[i] * scratch[i];
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
            let density = log_sum_exp(&terms);
            densities.push(density);
            for (member, term) in members.iter_mut().zip(&terms) {
                *member = exp(term - density);
            }
        }
        (memberships, densities)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::tests::iris;
    use linfa::DatasetBase;
    use linfa::prelude::{Fit, ParamGuard};
    use ndarray::{array, s};
    use numerics::random::Streams;
    use rand_xoshiro::{Xoshiro256Plus, rand_core::SeedableRng};

    fn generator(seed: u64) -> Generator {
        Streams::new("mixture").open("seeds", seed)
    }

    #[test]
    fn agrees_with_sklearn_on_petals() {
        // sklearn 1.9.1, the best of 40 GaussianMixture(2, tol=1e-12, reg_covar=1e-6).
        let (x, _) = iris();
        let x = x.slice(s![.., 2..]);
        let fit =
            GaussianMixture::new(2).restarts(5).tolerance(1e-12).iterations(1000).fit(x, &mut generator(0)).unwrap();
        assert!(fit.converged && (fit.log_likelihood + 30.17417943895161).abs() < 1e-6, "{fit:?}");
        assert!((fit.aic() - 82.34835887790322).abs() < 1e-6 && (fit.bic() - 97.76153007618694).abs() < 1e-6);
        let setosa = fit.predict(x)[0];
        assert!((fit.weights[setosa] - 0.3333159657797872).abs() < 1e-6);
        let expected = array![1.489992068585414, 0.2599979922834009];
        assert!((&fit.means.row(setosa) - &expected).iter().all(|d| d.abs() < 1e-6));
        let expected =
            array![[0.02490048822355702, 0.0015996457653415991], [0.0015996457653415998, 0.006400747838210542]];
        let covariance = fit.covariances.index_axis(Axis(0), setosa);
        assert!((&covariance - &expected).iter().all(|d| d.abs() < 1e-6));
    }

    #[test]
    fn agrees_with_linfa_where_it_converges() {
        let (x, _) = iris();
        let x = x.slice(s![.., 2..]).to_owned();
        let ours = GaussianMixture::new(2).tolerance(1e-10).iterations(1000).fit(x.view(), &mut generator(1)).unwrap();
        let theirs = linfa_clustering::GaussianMixtureModel::params_with_rng(2, Xoshiro256Plus::seed_from_u64(1))
            .tolerance(1e-10)
            .max_n_iterations(1000)
            .check()
            .unwrap()
            .fit(&DatasetBase::from(x))
            .unwrap();
        let order = |weights: &Array1<f64>| usize::from(weights[0] > weights[1]);
        let (a, b) = (order(&ours.weights), order(theirs.weights()));
        assert!((ours.weights[a] - theirs.weights()[b]).abs() < 1e-5);
        assert!((&ours.means.row(a) - &theirs.means().row(b)).iter().all(|d| d.abs() < 1e-5));
    }

    #[test]
    fn each_iteration_raises_the_likelihood() {
        let (x, _) = iris();
        let mut previous = f64::NEG_INFINITY;
        for iterations in 1..20 {
            let fit = GaussianMixture::new(3)
                .iterations(iterations)
                .tolerance(0.0)
                .regularization(0.0)
                .fit(x.view(), &mut generator(3))
                .unwrap();
            assert!(fit.log_likelihood >= previous - 1e-9 && !fit.converged);
            assert_eq!(fit.iterations, iterations);
            previous = fit.log_likelihood;
        }
    }

    #[test]
    fn a_single_component_is_the_sample() {
        let (x, _) = iris();
        let fit = GaussianMixture::new(1).regularization(0.0).fit(x.view(), &mut generator(0)).unwrap();
        let mean = x.mean_axis(Axis(0)).unwrap();
        assert!((&fit.means.row(0) - &mean).iter().all(|d| d.abs() < 1e-14));
        let centered = &x - &mean;
        let covariance = centered.t().dot(&centered) / 30.0;
        assert!((&fit.covariances.index_axis(Axis(0), 0) - &covariance).iter().all(|d| d.abs() < 1e-14));
        assert!((fit.log_densities(x.view()).sum() - fit.log_likelihood).abs() < 1e-10);
    }

    #[test]
    fn points_far_from_all_components_have_a_density() {
        let (x, _) = iris();
        let fit = GaussianMixture::new(2).fit(x.view(), &mut generator(0)).unwrap();
        let far = array![[1000.0, -1000.0, 1000.0, 1000.0]];
        assert!(fit.log_densities(far.view())[0].is_finite());
        assert!((fit.probabilities(far.view()).sum() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn draws_have_the_moments_of_their_component() {
        let (x, _) = iris();
        let fit = GaussianMixture::new(2).fit(x.slice(s![.., 2..]), &mut generator(0)).unwrap();
        let mut generator = generator(9);
        let mut draws = Array2::zeros((4000, 2));
        for mut row in draws.rows_mut() {
            row.assign(&fit.draw_from(1, &mut generator));
        }
        let mean = draws.mean_axis(Axis(0)).unwrap();
        let centered = &draws - &mean;
        let covariance = centered.t().dot(&centered) / 4000.0;
        let expected = fit.covariances.index_axis(Axis(0), 1);
        for i in 0..2 {
            let deviation = expected[[i, i]].sqrt();
            assert!((mean[i] - fit.means[[1, i]]).abs() < 5.0 * deviation / 4000f64.sqrt());
            for j in 0..2 {
                let scale = (expected[[i, i]] * expected[[j, j]]).sqrt();
                assert!((covariance[[i, j]] - expected[[i, j]]).abs() < 0.12 * scale);
            }
        }
    }

    #[test]
    fn collapsed_components_are_errors() {
        let flat = array![[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [4.0, 0.0]];
        let error =
            GaussianMixture::new(1).regularization(0.0).fit(flat.view(), &mut generator(0)).unwrap_err().to_string();
        assert!(error.contains("component 0") && error.contains("singular"), "{error}");
        assert!(GaussianMixture::new(1).fit(flat.view(), &mut generator(0)).is_ok());
        let same = array![[1.0], [1.0], [1.0]];
        assert!(GaussianMixture::new(2).fit(same.view(), &mut generator(0)).is_err());
        assert!(GaussianMixture::new(0).fit(same.view(), &mut generator(0)).is_err());
        assert!(GaussianMixture::new(1).regularization(-1.0).fit(same.view(), &mut generator(0)).is_err());
    }
}
