//! Pretrained and supervised regression on the factor model.

use common::prelude::*;

use crate::factor_model::{
    FactorModel, Label, Labelled, Population, compose, fit_loadings, gaussian_design, posterior_mean,
};
use crate::{FactorRun, Method, Model, Row};

/// Ridge penalties tried: `PENALTIES` of them, evenly spaced in the logarithm from 0.1 to 100,000.
const PENALTIES: usize = 25;

/// XᵀX (d x d) and XᵀY (d x 2) of labelled points.
struct Moments {
    gram: Array2<f64>,
    cross: Array2<f64>,
}

/// Runs all methods on one draw of the population and of the points.
///
/// # Errors
/// If labelled points are too few for least squares on the representation.
pub fn run(run: &FactorRun, random: &Streams) -> Result<Vec<Row>> {
    let (model, seed) = (&run.model, run.seed);
    let population = Population::draw(model, &mut random.open("population", seed));
    let unlabelled = population.sample(largest(&run.m_grid), &mut random.open("unlabelled", seed));
    let labelled = population.sample(largest(&run.n_grid), &mut random.open("labelled", seed));
    let pretrained = pretrain(model, &unlabelled, &run.m_grid)?;
    let oracle = posterior_mean(population.loadings(), model.sigma);
    let mut rows = Vec::new();
    let mut moments = Moments { gram: Array2::zeros((model.d, model.d)), cross: Array2::zeros((model.d, 2)) };
    let mut start = 0;
    for &n in &run.n_grid {
        let x = labelled.x.slice(s![start..n, ..]);
        matrix::product_add(x.t(), x, &mut moments.gram.view_mut());
        let labels = labelled.labels.slice(s![start..n, ..]);
        matrix::product_add(x.t(), labels, &mut moments.cross.view_mut());
        start = n;
        let evaluation = Evaluation { run, population: &population, moments: &moments, n };
        evaluation.informative(&pretrained, oracle.view(), &mut rows)?;
        if n == run.n_fixed {
            evaluation.uninformative(&pretrained, &mut rows)?;
        }
    }
    Ok(rows)
}

fn largest(grid: &[usize]) -> usize {
    grid.iter().copied().max().unwrap_or(0)
}

/// Step 1: the representation F (d x r) learnt from the first m points, for each m in rising order.
fn pretrain(model: &FactorModel, points: &Labelled, m_grid: &[usize]) -> Result<Vec<(usize, Array2<f64>)>> {
    let mut gram = Array2::zeros((model.d, model.d));
    let mut start = 0;
    let mut learn = |&m: &usize| {
        let x = points.x.slice(s![start..m, ..]);
        matrix::product_add(x.t(), x, &mut gram.view_mut());
        start = m;
        let loadings = fit_loadings((&gram / m as f64).view(), model.r, model.sigma)?;
        Ok((m, posterior_mean(loadings.view(), model.sigma)))
    };
    m_grid.iter().map(&mut learn).collect()
}

/// The methods on n labelled points.
struct Evaluation<'a> {
    run: &'a FactorRun,
    population: &'a Population<'a>,
    moments: &'a Moments,
    n: usize,
}

impl Evaluation<'_> {
    fn row(&self, model: Model, m: usize, method: Method, excess: f64, predicted: Option<f64>) -> Row {
        Row { model, seed: self.run.seed, m, n: self.n, method, excess, predicted }
    }

    /// Step 2: least squares on a representation, as a predictor in d dimensions.
    fn downstream(&self, representation: ArrayView2<f64>, label: Label) -> Result<Array1<f64>> {
        let gram =
            matrix::product(representation.t(), matrix::product(self.moments.gram.view(), representation).view());
        let cross = matrix::product(representation.t(), self.moments.cross.view());
        let psi = linear::cholesky(gram.view())?.solve(cross.column(label as usize))?;
        Ok(compose(representation, &psi))
    }

    /// All methods on the label that depends on the factors.
    fn informative(
        &self,
        pretrained: &[(usize, Array2<f64>)],
        oracle: ArrayView2<f64>,
        rows: &mut Vec<Row>,
    ) -> Result<()> {
        let model = &self.run.model;
        let label = Label::Informative;
        let best = self.population.best_predictor(label);
        let risk = |predictor: &Array1<f64>| self.population.excess_risk(predictor, &best);
        let row = |m, method, excess, predicted| self.row(Model::Factor, m, method, excess, predicted);
        for (m, representation) in pretrained {
            let excess = risk(&self.downstream(representation.view(), label)?);
            let predicted = model.pretrained_risk(*m, self.n);
            rows.push(row(*m, Method::Pretrain, excess, predicted));
            if self.n == self.run.n_fixed {
                let excess = self.population.representation_risk(representation.view(), &best)?;
                let predicted = Some(model.representation_risk(*m));
                rows.push(row(*m, Method::Bias, excess, predicted));
            }
        }
        let excess = risk(&self.downstream(oracle, label)?);
        rows.push(row(0, Method::Oracle, excess, model.oracle_risk(self.n)));
        let path = RidgePath::new(self.moments, self.n, label)?;
        let (least_squares, predicted) = (risk(&path.least_squares()), model.least_squares_risk(self.n));
        rows.push(row(0, Method::LeastSquares, least_squares, predicted));
        let risks = penalties().map(|penalty| risk(&path.ridge(penalty)));
        rows.push(row(0, Method::Ridge, risks.fold(f64::INFINITY, f64::min), None));
        Ok(())
    }

    /// Pretraining and least squares on the label that depends on a direction of noise.
    fn uninformative(&self, pretrained: &[(usize, Array2<f64>)], rows: &mut Vec<Row>) -> Result<()> {
        let model = &self.run.model;
        let label = Label::Uninformative;
        let best = self.population.best_predictor(label);
        let row = |m, method, excess, predicted| self.row(Model::Uninformative, m, method, excess, predicted);
        for (m, representation) in pretrained {
            let predictor = self.downstream(representation.view(), label)?;
            let excess = self.population.excess_risk(&predictor, &best);
            rows.push(row(*m, Method::Pretrain, excess, None));
        }
        let path = RidgePath::new(self.moments, self.n, label)?;
        let excess = self.population.excess_risk(&path.least_squares(), &best);
        let predicted = gaussian_design(model.eps * model.eps, model.d, self.n);
        rows.push(row(0, Method::LeastSquares, excess, predicted));
        Ok(())
    }
}

/// The penalties of ridge regression, a favour to it: the best one is chosen by the true risk.
fn penalties() -> impl Iterator<Item = f64> {
    (0..PENALTIES).map(|k| pow(10.0, -1.0 + 6.0 * k as f64 / (PENALTIES - 1) as f64))
}

/// Ridge regression for all penalties from one eigendecomposition of XᵀX.
struct RidgePath {
    /// Eigenvalues that are not 0 because of too few points.
    values: Array1<f64>,
    /// Their eigenvectors as columns, d x min(n, d).
    vectors: Array2<f64>,
    /// Xᵀy along each eigenvector.
    along: Array1<f64>,
}

impl RidgePath {
    fn new(moments: &Moments, n: usize, label: Label) -> Result<RidgePath> {
        let eigen = linear::symmetric_eigen(moments.gram.view())?;
        let d = eigen.values.len();
        // Gaussian points: the rank is certain, no threshold on the eigenvalues is needed.
        let first = d - n.min(d);
        let vectors = eigen.vectors.slice(s![.., first..]).to_owned();
        let along = matrix::product(vectors.t(), moments.cross.view());
        Ok(RidgePath {
            values: eigen.values.slice(s![first..]).to_owned(),
            along: along.column(label as usize).to_owned(),
            vectors,
        })
    }

    /// (XᵀX + penalty I)⁻¹ Xᵀy.
    fn ridge(&self, penalty: f64) -> Array1<f64> {
        compose(self.vectors.view(), &(&self.along / &(&self.values + penalty)))
    }

    /// Least squares, of minimum norm for n < d.
    fn least_squares(&self) -> Array1<f64> {
        self.ridge(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_agrees_with_the_pseudo_inverse() {
        let mut random = Streams::new("regression").open("points", 0);
        for n in [4, 30] {
            let x = random.normal_matrix(n, 9);
            let labels = random.normal_matrix(n, 2);
            let moments =
                Moments { gram: matrix::product(x.t(), x.view()), cross: matrix::product(x.t(), labels.view()) };
            let path = RidgePath::new(&moments, n, Label::Uninformative).unwrap();
            let expected = estimate::minimum_norm(x.view(), labels.column(1)).unwrap();
            let error = &path.least_squares() - &expected;
            assert!(error.dot(&error).sqrt() < 1e-9);
        }
    }
}
