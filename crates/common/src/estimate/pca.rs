//! Principal components.

use super::arithmetic::{centered, column_means};
use super::builder::setters;
use super::checks::check_matrix;
use anyhow::{Context, Result, ensure};
use ndarray::{Array1, Array2, ArrayView2};
use numerics::{linear, matrix, reduce};

/// Principal component analysis by the eigendecomposition of the smaller of the covariance and the
/// Gram matrix. Of each component the entry largest in absolute value is positive.
#[derive(Clone, Debug, PartialEq)]
pub struct Pca {
    components: usize,
    whiten: bool,
}

/// The fitted components.
#[derive(Clone, Debug, PartialEq)]
pub struct PcaFit {
    /// Mean of the rows.
    pub mean: Array1<f64>,
    /// Components, one unit vector a row, largest variance first.
    pub components: Array2<f64>,
    /// Variance along each component, with divisor n - 1.
    pub explained_variance: Array1<f64>,
    /// Variance along each component over the total variance of the data.
    pub explained_variance_ratio: Array1<f64>,
    /// What scores are divided by: standard deviations if whitening, else 1.
    scales: Array1<f64>,
}

impl Pca {
    /// The given number of components, not whitened.
    pub fn new(components: usize) -> Self {
        Self { components, whiten: false }
    }

    setters! {
        /// Whether scores are divided by their standard deviations.
        whiten: bool,
    }

    /// Fits the rows of `x` (n x p).
    ///
    /// # Errors
    /// If a value is not finite, there are fewer than two rows, more components are asked for than
    /// rows less one or columns, or a component to whiten has no variance.
    pub fn fit(&self, x: ArrayView2<f64>) -> Result<PcaFit> {
        check_matrix(x)?;
        let ((n, p), k) = (x.dim(), self.components);
        ensure!(k > 0 && k <= p && k < n, "{n} x {p} data do not have {k} principal components");
        let mean = column_means(x);
        let x = centered(x, &mean);
        let divisor = (n - 1) as f64;
        let narrow = p <= n;
        let square = if narrow { matrix::product(x.t(), x.view()) } else { matrix::product(x.view(), x.t()) };
        let eigen = linear::symmetric_eigen(square.view()).context("principal components")?;
        let size = eigen.values.len();

        let mut components = Array2::zeros((k, p));
        let mut explained_variance = Array1::zeros(k);
        for component in 0..k {
            let column = size - 1 - component;
            let vector = eigen.vectors.column(column).to_vec();
            // A column of the Gram matrix's vectors is the scores: the data carry it to the
            // component.
            let direction = if narrow { vector } else { matrix::vector_product(x.t(), &vector) };
            components.row_mut(component).assign(&oriented(direction));
            explained_variance[component] = eigen.values[column].max(0.0) / divisor;
        }
        let total = reduce::norm_squared(&x.iter().copied().collect::<Vec<f64>>()) / divisor;
        let scales = if self.whiten {
            ensure!(explained_variance.iter().all(|variance| *variance > 0.0), "a component has no variance to whiten");
            explained_variance.mapv(f64::sqrt)
        } else {
            Array1::ones(k)
        };
        let explained_variance_ratio = &explained_variance / total;
        Ok(PcaFit { mean, components, explained_variance, explained_variance_ratio, scales })
    }
}

/// The unit vector of a direction, its entry largest in absolute value (the first such) positive.
fn oriented(direction: Vec<f64>) -> Array1<f64> {
    let sizes: Vec<f64> = direction.iter().map(|value| value.abs()).collect();
    let sign = if direction[reduce::argmax(&sizes)] < 0.0 { -1.0 } else { 1.0 };
    let norm = reduce::norm(&direction);
    let scale = if norm > 0.0 { sign / norm } else { 0.0 };
    direction.into_iter().map(|value| scale * value).collect()
}

impl PcaFit {
    /// Scores of new rows, rows x components.
    pub fn transform(&self, x: ArrayView2<f64>) -> Array2<f64> {
        matrix::product(centered(x, &self.mean).view(), self.components.t()) / &self.scales
    }

    /// The rows that have the given scores and lie in the span of the components.
    pub fn inverse_transform(&self, scores: ArrayView2<f64>) -> Array2<f64> {
        matrix::product((&scores * &self.scales).view(), self.components.view()) + &self.mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::tests::iris;
    use ndarray::array;

    #[test]
    fn agrees_with_sklearn() {
        // sklearn 1.9.1, PCA(2); its second component has the same sign by chance.
        let (x, _) = iris();
        let fit = Pca::new(2).fit(x.view()).unwrap();
        let expected = array![
            [0.36666490567581905, -0.06644635057990722, 0.8512476533949014, 0.3694849956764541],
            [0.6698021719809604, 0.7086138664131605, -0.21968806490379444, -0.031122224782392238]
        ];
        assert!((&fit.components - &expected).iter().all(|d| d.abs() < 1e-12), "{fit:?}");
        let expected = array![4.660276101373671, 0.2613042187103909];
        assert!((&fit.explained_variance - &expected).iter().all(|d| d.abs() < 1e-12));
        let expected = array![0.9245040412892158, 0.05183744502444178];
        assert!((&fit.explained_variance_ratio - &expected).iter().all(|d| d.abs() < 1e-12));
    }

    #[test]
    fn wide_data_have_the_components_of_their_transpose_route() {
        let (x, _) = iris();
        // Four rows of thirty columns, by the Gram matrix; padded with copies, by the covariance.
        let wide = x.t().to_owned();
        let fit = Pca::new(3).fit(wide.view()).unwrap();
        let copies: Vec<usize> = (0..40).map(|row| row % 4).collect();
        let tall = Pca::new(3).fit(wide.select(ndarray::Axis(0), &copies).view()).unwrap();
        assert!((&fit.components - &tall.components).iter().all(|d| d.abs() < 1e-9));
        let gram = fit.components.dot(&fit.components.t());
        assert!((&gram - &Array2::<f64>::eye(3)).iter().all(|d| d.abs() < 1e-12));
    }

    #[test]
    fn all_components_restore_the_data() {
        let (x, _) = iris();
        for whiten in [false, true] {
            let fit = Pca::new(4).whiten(whiten).fit(x.view()).unwrap();
            let scores = fit.transform(x.view());
            assert!((&fit.inverse_transform(scores.view()) - &x).iter().all(|d| d.abs() < 1e-12));
            let variance = scores.mapv(|s| s * s).sum_axis(ndarray::Axis(0)) / 29.0;
            let expected = if whiten { Array1::ones(4) } else { fit.explained_variance.clone() };
            assert!((&variance - &expected).iter().all(|d| d.abs() < 1e-11));
        }
    }

    #[test]
    fn impossible_fits_are_errors() {
        assert!(Pca::new(2).fit(array![[1.0, 2.0], [3.0, 5.0]].view()).is_err());
        assert!(Pca::new(0).fit(array![[1.0, 2.0], [3.0, 5.0]].view()).is_err());
        assert!(Pca::new(1).fit(array![[1.0, f64::NAN], [3.0, 5.0]].view()).is_err());
        let flat = array![[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]];
        assert!(Pca::new(1).whiten(true).fit(flat.view()).is_err());
        assert!(Pca::new(1).fit(flat.view()).is_ok());
    }
}
