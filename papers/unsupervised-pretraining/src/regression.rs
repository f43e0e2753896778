//! Pretrained and supervised regression on the factor model.

use common::prelude::*;
use common::statistics::least;

use crate::factor_model::{FactorModel, Label, Labelled, Population, compose, fit_loadings, posterior_mean};

/// Ridge penalties tried: `PENALTIES` of them, evenly spaced in the logarithm from 0.1 to 100,000.
const PENALTIES: usize = 25;

/// All methods on one draw of the factor model: all m and all n share their points.
#[derive(Serialize)]
pub struct FactorRun {
    /// Which draw of the factor model.
    pub seed: u64,
    /// The factor model.
    pub model: &'static FactorModel,
    /// Numbers of unlabelled points, rising.
    pub m_grid: &'static [usize],
    /// Numbers of labelled points, rising, `n_fixed` among them.
    pub n_grid: Vec<usize>,
    /// Labelled points of the representation's part and of the uninformative label.
    pub n_fixed: usize,
}

impl Cell for FactorRun {
    fn cost(&self) -> f64 {
        // Second moments at about 10 GFLOP/s, eigendecompositions at about 2.
        let d = self.model.d as f64;
        let points = last(self.m_grid).max(last(&self.n_grid)) as f64;
        let decompositions = (self.m_grid.len() + self.n_grid.len()) as f64;
        2.0 * points * d * d / 10.0e9 + decompositions * 10.0 * d * d * d / 2.0e9
    }

    fn memory(&self) -> f64 {
        let (d, r) = (self.model.d as f64, self.model.r as f64);
        let points = (last(self.m_grid) + last(&self.n_grid)) as f64;
        8.0 * (points * (2.0 * d + r) + d * (8.0 * d + self.m_grid.len() as f64 * r))
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let FactorRun { seed, model, m_grid, .. } = *self;
        let population = Population::sample(model, &mut random.open("population", seed));
        let unlabelled = population.points(last(m_grid), &mut random.open("unlabelled", seed));
        let labelled = population.points(last(&self.n_grid), &mut random.open("labelled", seed));
        let pretrained = pretrain(model, &unlabelled, m_grid)?;
        let mut moments = Moments { n: 0, gram: Array2::zeros((model.d, model.d)), cross: Array2::zeros((model.d, 2)) };
        for &n in &self.n_grid {
            moments.extend(&labelled, n);
            self.evaluate(&population, Label::Informative, &pretrained, &moments, rows)?;
            if n == self.n_fixed {
                self.evaluate(&population, Label::Uninformative, &pretrained, &moments, rows)?;
            }
        }
        Ok(())
    }
}

fn last(grid: &[usize]) -> usize {
    grid[grid.len() - 1]
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

impl FactorRun {
    /// All methods on one label; on the uninformative one pretraining and least squares alone.
    fn evaluate(
        &self,
        population: &Population,
        label: Label,
        pretrained: &[(usize, Array2<f64>)],
        moments: &Moments,
        rows: &mut Rows,
    ) -> Result<()> {
        let (model, n, informative) = (self.model, moments.n, label == Label::Informative);
        let best = population.best_predictor(label);
        let risk = |predictor: &Array1<f64>| population.excess_risk(predictor, &best);
        rows.key(record! { model: label, seed: self.seed });
        let mut push = |m: usize, method: &str, excess: f64, predicted: Option<f64>| {
            rows.push(record! {
                /// Unlabelled points; 0 for methods that use none.
                m,
                /// Labelled points.
                n,
                /// pretrain: both steps; bias: the best predictor on the learnt representation; oracle: step 2 on the
                /// true one; least-squares: on x, of minimum norm for n < d; ridge: with the penalty of least true
                /// risk; self: both steps on the labelled points alone; logistic: with the penalty of least test error.
                method,
                /// Excess risk (squared loss), or excess classification error for the mixture.
                excess,
                /// What theory predicts for it, where it predicts something.
                predicted,
            });
        };
        for (m, representation) in pretrained {
            let predicted = if informative { model.pretrained_risk(*m, n) } else { None };
            push(*m, "pretrain", risk(&moments.downstream(representation.view(), label)?), predicted);
            if informative && n == self.n_fixed {
                let excess = population.representation_risk(representation.view(), &best)?;
                push(*m, "bias", excess, Some(model.representation_risk(*m)));
            }
        }
        if informative {
            let oracle = posterior_mean(population.loadings(), model.sigma);
            push(0, "oracle", risk(&moments.downstream(oracle.view(), label)?), model.oracle_risk(n));
        }
        let path = RidgePath::new(moments, label)?;
        push(0, "least-squares", risk(&path.least_squares()), model.least_squares_risk(label, n));
        if informative {
            // A favour to ridge regression: the best penalty is chosen by the true risk.
            let risks = logspace(-1.0, 5.0, PENALTIES).into_iter().map(|penalty| risk(&path.ridge(penalty)));
            push(0, "ridge", least(risks), None);
        }
        Ok(())
    }
}

/// The first n labelled points, as far as least squares needs them.
struct Moments {
    /// How many points.
    n: usize,
    /// XᵀX, d x d.
    gram: Array2<f64>,
    /// XᵀY for both labels, d x 2.
    cross: Array2<f64>,
}

impl Moments {
    /// Adds the points up to number n.
    fn extend(&mut self, points: &Labelled, n: usize) {
        let x = points.x.slice(s![self.n..n, ..]);
        matrix::product_add(x.t(), x, &mut self.gram.view_mut());
        let labels = points.labels.slice(s![self.n..n, ..]);
        matrix::product_add(x.t(), labels, &mut self.cross.view_mut());
        self.n = n;
    }

    /// Step 2: least squares on a representation (d x r), as a predictor in d dimensions.
    fn downstream(&self, representation: ArrayView2<f64>, label: Label) -> Result<Array1<f64>> {
        let gram = matrix::product(representation.t(), matrix::product(self.gram.view(), representation).view());
        let cross = matrix::product(representation.t(), self.cross.view());
        let psi = linear::cholesky(gram.view())?.solve(cross.column(label as usize))?;
        Ok(compose(representation, &psi))
    }
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
    fn new(moments: &Moments, label: Label) -> Result<RidgePath> {
        let eigen = linear::symmetric_eigen(moments.gram.view())?;
        let d = eigen.values.len();
        // Gaussian points: the rank is certain, no threshold on the eigenvalues is needed.
        let first = d - moments.n.min(d);
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
                Moments { n, gram: matrix::product(x.t(), x.view()), cross: matrix::product(x.t(), labels.view()) };
            let path = RidgePath::new(&moments, Label::Uninformative).unwrap();
            let expected = estimate::minimum_norm(x.view(), labels.column(1)).unwrap();
            let error = &path.least_squares() - &expected;
            assert!(error.dot(&error).sqrt() < 1e-9);
        }
    }
}
