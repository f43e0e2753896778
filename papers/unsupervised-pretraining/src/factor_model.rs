//! The factor model x = B z + mu, its maximum-likelihood fit, and the exact risk of linear predictors.

use common::prelude::*;

/// Smallest variance that the fit gives to a factor.
const SMALLEST_VARIANCE: f64 = 1e-6;

/// The factor model: z ~ N(0, I_r), x = B z + N(0, sigma² I_d), y = betaᵀ z + N(0, eps²), where B has orthogonal
/// columns of squared norms lambda_j and beta = (1, …, 1)/√r.
#[derive(Parameters)]
#[require(r < d)]
#[require(lambda.len() == r, "one variance for each of the r factors")]
pub struct FactorModel {
    /// Dimension of the inputs x.
    pub d: usize,
    /// Latent factors.
    pub r: usize,
    /// Variances of the factors in the inputs, one for each factor: the squared norms of the columns of B.
    pub lambda: Vec<f64>,
    /// Standard deviation of the inputs' noise.
    pub sigma: f64,
    /// Standard deviation of the label's noise.
    #[range(0.0..)]
    pub eps: f64,
}

/// A label, by what it depends on; serialised as the name of its model in the table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// It depends on the factors.
    #[serde(rename = "factor")]
    Informative,
    /// It depends on a direction of x that is orthogonal to all factors.
    Uninformative,
}

impl FactorModel {
    /// sum_j beta_j² term(lambda_j).
    fn over_factors(&self, term: impl Fn(f64) -> f64) -> f64 {
        self.lambda.iter().map(|lambda| term(*lambda) / self.r as f64).sum()
    }

    /// Variance of a label given x: what no predictor can explain.
    pub fn unexplained(&self, label: Label) -> f64 {
        let noise = self.sigma * self.sigma;
        let of_factors = match label {
            Label::Informative => self.over_factors(|lambda| noise / (lambda + noise)),
            Label::Uninformative => 0.0,
        };
        self.eps * self.eps + of_factors
    }

    /// The exact excess risk of least squares in d dimensions, variance d/(n − d − 1); none for n <= d + 1.
    pub fn least_squares_risk(&self, label: Label, n: usize) -> Option<f64> {
        gaussian_design(self.unexplained(label), self.d, n)
    }

    /// The excess risk of least squares on the true posterior means of the factors; none for n <= r + 1.
    pub fn oracle_risk(&self, n: usize) -> Option<f64> {
        gaussian_design(self.unexplained(Label::Informative), self.r, n)
    }

    /// What the representation learnt from m points costs, to first order in 1/m: the error of subspace j
    /// is sin² = (d - r) sigma² (lambda_j + sigma²) / (m lambda_j²).
    pub fn representation_risk(&self, m: usize) -> f64 {
        let noise = self.sigma * self.sigma;
        let cost = self.over_factors(|lambda| noise * noise / (lambda * (lambda + noise)));
        (self.d - self.r) as f64 / m as f64 * cost
    }

    /// The excess risk of a predictor on a representation learnt from m points; none for n <= r + 1.
    pub fn pretrained_risk(&self, m: usize, n: usize) -> Option<f64> {
        let cost = self.representation_risk(m);
        gaussian_design(self.unexplained(Label::Informative) + cost, self.r, n).map(|labels| cost + labels)
    }
}

/// Excess risk of least squares with n Gaussian rows of p columns and the given residual variance; none for n <= p + 1.
fn gaussian_design(variance: f64, p: usize, n: usize) -> Option<f64> {
    (n > p + 1).then(|| variance * p as f64 / (n - p - 1) as f64)
}

/// A population: a factor model with its directions drawn.
pub struct Population<'m> {
    model: &'m FactorModel,
    /// The true loadings B, d x r.
    loadings: Array2<f64>,
    /// A unit vector orthogonal to the columns of B.
    noise_direction: Array1<f64>,
}

/// Points with both kinds of labels.
pub struct Labelled {
    /// n x d.
    pub x: Array2<f64>,
    /// n x 2: the informative and the uninformative label.
    pub labels: Array2<f64>,
}

impl<'m> Population<'m> {
    /// Draws the directions of the factors and of the noise that the uninformative label depends on.
    pub fn sample(model: &'m FactorModel, random: &mut Generator) -> Population<'m> {
        let directions = random.orthonormal(model.d, model.r + 1);
        let mut loadings = directions.slice(s![.., ..model.r]).to_owned();
        for (mut column, lambda) in loadings.columns_mut().into_iter().zip(&model.lambda) {
            column *= lambda.sqrt();
        }
        Population { model, loadings, noise_direction: directions.column(model.r).to_owned() }
    }

    /// The true loadings B, d x r.
    pub fn loadings(&self) -> ArrayView2<'_, f64> {
        self.loadings.view()
    }

    /// Draws points (rows) and, from the same factors, their labels. More points begin with the same ones.
    pub fn points(&self, points: usize, random: &mut Generator) -> Labelled {
        let (d, r) = self.loadings.dim();
        let draws = random.normal_matrix(points, r + d + 1);
        let factors = draws.slice(s![.., ..r]);
        let mut x = draws.slice(s![.., r..r + d]).to_owned() * self.model.sigma;
        matrix::product_add(factors, self.loadings.t(), &mut x.view_mut());
        let noise = draws.column(r + d).to_owned() * self.model.eps;
        let mut labels = Array2::zeros((points, 2));
        let beta = 1.0 / (r as f64).sqrt();
        let informative = factors.map_axis(ndarray::Axis(1), |z| beta * z.sum()) + &noise;
        labels.column_mut(0).assign(&informative);
        let direction = self.noise_direction.view().insert_axis(ndarray::Axis(1));
        let along = matrix::product(x.view(), direction);
        labels.column_mut(1).assign(&(&along.column(0) + &noise));
        Labelled { x, labels }
    }

    /// The best linear predictor: w* = Sigma⁻¹ B beta, or the noise direction itself.
    pub fn best_predictor(&self, label: Label) -> Array1<f64> {
        match label {
            Label::Uninformative => self.noise_direction.clone(),
            Label::Informative => {
                let beta = vec![1.0 / (self.model.r as f64).sqrt(); self.model.r];
                let representation = posterior_mean(self.loadings.view(), self.model.sigma);
                Array1::from(matrix::vector_product(representation.view(), &beta))
            }
        }
    }

    /// Sigma a for Sigma = B Bᵀ + sigma² I and the columns of `a` (d x any).
    fn covariance_product(&self, a: ArrayView2<f64>) -> Array2<f64> {
        let along = matrix::product(self.loadings.t(), a);
        let mut product = a.to_owned() * (self.model.sigma * self.model.sigma);
        matrix::product_add(self.loadings.view(), along.view(), &mut product.view_mut());
        product
    }

    /// The exact excess risk (w - w*)ᵀ Sigma (w - w*) of predicting wᵀ x.
    pub fn excess_risk(&self, predictor: &Array1<f64>, best: &Array1<f64>) -> f64 {
        let error = predictor - best;
        let along = matrix::product(self.loadings.t(), error.view().insert_axis(ndarray::Axis(1)));
        let factors: f64 = along.iter().map(|a| a * a).sum();
        factors + self.model.sigma * self.model.sigma * error.dot(&error)
    }

    /// Excess risk of the best predictor on a representation F (d x r): psi = (Fᵀ Sigma F)⁻¹ Fᵀ Sigma w*.
    ///
    /// # Errors
    /// If two columns of F are dependent.
    pub fn representation_risk(&self, representation: ArrayView2<f64>, best: &Array1<f64>) -> Result<f64> {
        let weighted = self.covariance_product(representation);
        let target = matrix::product(weighted.t(), best.view().insert_axis(ndarray::Axis(1)));
        let gram = matrix::product(representation.t(), weighted.view());
        let psi = linear::cholesky(gram.view())?.solve(target.column(0))?;
        Ok(self.excess_risk(&compose(representation, &psi), best))
    }
}

/// The predictor F psi in d dimensions.
pub fn compose(representation: ArrayView2<f64>, psi: &Array1<f64>) -> Array1<f64> {
    Array1::from(matrix::vector_product(representation, &psi.to_vec()))
}

/// Maximum-likelihood loadings for known noise (probabilistic principal components) from the second
/// moments S (d x d) about 0: the leading r eigenvectors times sqrt(eigenvalue - sigma²).
///
/// # Errors
/// If S is not finite.
pub fn fit_loadings(moments: ArrayView2<f64>, r: usize, sigma: f64) -> Result<Array2<f64>> {
    let eigen = linear::symmetric_eigen(moments)?;
    let d = moments.nrows();
    Ok(Array2::from_shape_fn((d, r), |(i, j)| {
        let leading = d - 1 - j;
        let variance = (eigen.values[leading] - sigma * sigma).max(SMALLEST_VARIANCE);
        eigen.vectors[[i, leading]] * variance.sqrt()
    }))
}

/// F = (B Bᵀ + sigma² I)⁻¹ B, d x r, for orthogonal columns of B: Fᵀ x is the posterior mean of z.
pub fn posterior_mean(loadings: ArrayView2<f64>, sigma: f64) -> Array2<f64> {
    let mut representation = loadings.to_owned();
    for mut column in representation.columns_mut() {
        let scale = 1.0 / (column.dot(&column) + sigma * sigma);
        column *= scale;
    }
    representation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> FactorModel {
        FactorModel { d: 8, r: 2, lambda: vec![3.0, 1.5], sigma: 0.7, eps: 0.5 }
    }

    #[test]
    fn the_best_predictor_leaves_the_unexplained_variance() {
        let model = model();
        let streams = Streams::new("factor-model");
        let population = Population::sample(&model, &mut streams.open("population", 0));
        let points = 100_000;
        let sample = population.points(points, &mut streams.open("sample", 0));
        for label in [Label::Informative, Label::Uninformative] {
            let expected = model.unexplained(label);
            let best = population.best_predictor(label);
            let fitted = Array1::from(matrix::vector_product(sample.x.view(), &best.to_vec()));
            let residual = &sample.labels.column(label as usize) - &fitted;
            let risk = residual.dot(&residual) / points as f64;
            assert!((risk / expected - 1.0).abs() < 0.02, "{risk} against {expected}");
        }
    }

    #[test]
    fn the_exact_moments_give_the_true_representation() {
        let model = model();
        let population = Population::sample(&model, &mut Streams::new("factor-model").open("population", 1));
        let covariance = population.covariance_product(Array2::eye(model.d).view());
        let loadings = fit_loadings(covariance.view(), model.r, model.sigma).unwrap();
        let representation = posterior_mean(loadings.view(), model.sigma);
        let risk = |label| {
            let best = population.best_predictor(label);
            population.representation_risk(representation.view(), &best).unwrap()
        };
        assert!(risk(Label::Informative) < 1e-20);
        // Nothing of the noise direction is kept: the whole variance of uᵀ x is lost.
        assert!((risk(Label::Uninformative) - model.sigma * model.sigma).abs() < 1e-12);
    }

    #[test]
    fn predictions_at_the_default_parameters() {
        let model = FactorModel { d: 100, r: 5, lambda: vec![2.0; 5], sigma: 1.0, eps: 0.5 };
        assert!((model.unexplained(Label::Informative) - 7.0 / 12.0).abs() < 1e-15);
        assert!((model.representation_risk(1000) - 0.095 / 6.0).abs() < 1e-15);
        assert_eq!(model.least_squares_risk(Label::Informative, 101), None);
    }
}
