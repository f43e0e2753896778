//! Estimators, in linfa's manner: a builder with the knobs, `fit`, and a fitted model that answers
//! questions.
//!
//! ```
//! use common::estimate::LeastSquares;
//! use ndarray::array;
//!
//! let x = array![[0.0], [1.0], [2.0], [3.0]];
//! let y = array![1.0, 3.0, 5.0, 7.0];
//! let fit = LeastSquares::new().fit(x.view(), y.view())?;
//! assert!((fit.coefficients[0] - 2.0).abs() < 1e-12 && (fit.intercept - 1.0).abs() < 1e-12);
//! # Ok::<(), anyhow::Error>(())
//! ```
//!
//! Data are `n x p` matrices, one row per observation. Whatever is random takes a generator; a fit
//! that cannot be made is an `Err`, one that stops early says so in its `converged`.
//!
//! | estimator | computed by |
//! |---|---|
//! | [`LeastSquares`] | linfa-linear; standard errors from a QR factorization of our own |
//! | [`ElasticNet`], lasso | linfa-elasticnet, on centred data |
//! | [`Logistic`] | linfa-logistic, with the gradient at its result checked |
//! | [`MultinomialLogistic`] | argmin's L-BFGS on the exact gradient |
//! | [`Ridge`], [`RidgePath`], [`minimum_norm`], [`Pca`] | `numerics::linear` |
//! | [`KMeans`], [`GaussianMixture`], [`SphericalMixture`], [`Neighbors`] | here |
//!
//! Why not linfa throughout (version 0.8.1): its multinomial logistic regression subtracts the
//! largest logit of the whole data set, not of the row, before it exponentiates, and returns wrong
//! fits without an error once logits spread by more than about 34; its ridge (elastic net with no
//! l1 part) never meets its stopping rule; its k-means runs on the global thread pool, counts the
//! old centre as one more point, and with several runs reports the counts of the last one; its
//! Gaussian mixture exponentiates log densities without a shift, keeps nothing of a fit that has
//! not converged, does not start anew between runs, and always makes ten k-means runs first; its
//! PCA starts a random iterative solver, divides variances by the number of components, and differs
//! in its last bits between processor families. The tests compare with linfa where it is right.
//!
//! Every estimator gives the same bits on each run: the tests fit each twenty times.

mod elastic_net;
mod gaussian_mixture;
mod k_means;
mod least_squares;
mod logistic;
mod multinomial;
mod neighbors;
mod pca;
mod ridge;
mod ridge_path;
mod spherical_mixture;

pub use elastic_net::{ElasticNet, ElasticNetFit};
pub use gaussian_mixture::{GaussianMixture, MixtureFit};
pub use k_means::{KMeans, KMeansFit};
pub use least_squares::{LeastSquares, LeastSquaresFit, minimum_norm};
pub use logistic::{Logistic, LogisticFit};
pub use multinomial::{MultinomialFit, MultinomialLogistic};
pub use neighbors::{Neighbor, Neighbors};
pub use pca::{Pca, PcaFit};
pub use ridge::{Ridge, RidgeFit};
pub use ridge_path::{RidgePath, ShiftedSystems, scale_by_penalty};
pub use spherical_mixture::SphericalMixture;

use anyhow::{Result, ensure};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use numerics::{exp, ln, matrix, reduce};

fn check_matrix(x: ArrayView2<f64>) -> Result<()> {
    ensure!(x.nrows() > 0 && x.ncols() > 0, "the data are {} x {}", x.nrows(), x.ncols());
    for (row, values) in x.rows().into_iter().enumerate() {
        for (column, value) in values.iter().enumerate() {
            ensure!(value.is_finite(), "row {row}, column {column} of the data is {value}");
        }
    }
    Ok(())
}

fn check_regression(x: ArrayView2<f64>, y: ArrayView1<f64>) -> Result<()> {
    check_matrix(x)?;
    ensure!(x.nrows() == y.len(), "{} rows of data for {} targets", x.nrows(), y.len());
    for (row, value) in y.iter().enumerate() {
        ensure!(value.is_finite(), "target {row} is {value}");
    }
    Ok(())
}

fn column_means(x: ArrayView2<f64>) -> Array1<f64> {
    x.columns().into_iter().map(|column| reduce::mean(&column.to_vec())).collect()
}

fn centered(x: ArrayView2<f64>, means: &Array1<f64>) -> Array2<f64> {
    &x - means
}

/// `x w + b` for every row.
fn affine(x: ArrayView2<f64>, coefficients: &Array1<f64>, intercept: f64) -> Array1<f64> {
    let product = matrix::vector_product(x, &coefficients.to_vec());
    product.into_iter().map(|value| value + intercept).collect()
}

/// Replaces logits by their softmax and returns the logarithm of its normalizer. Where all are minus
/// infinity the shares are equal.
fn softmax(logits: &mut [f64]) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        logits.fill(1.0 / logits.len() as f64);
        return largest;
    }
    for logit in logits.iter_mut() {
        *logit = exp(*logit - largest);
    }
    let total = reduce::sum(logits);
    for share in logits.iter_mut() {
        *share /= total;
    }
    largest + ln(total)
}

/// Sum of squared differences, in four lanes. The slices have one length.
fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (a4, a_rest) = a.as_chunks::<4>();
    let (b4, b_rest) = b.as_chunks::<4>();
    for (a, b) in a4.iter().zip(b4) {
        for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += (a - b) * (a - b);
        }
    }
    let rest = a_rest.iter().zip(b_rest).fold(0.0, |sum, (a, b)| sum + (a - b) * (a - b));
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use numerics::random::Streams;

    /// Every fifth flower of Fisher's iris data (Annals of Eugenics 7, 1936): length and width of
    /// sepal and petal in cm, and the species (setosa 0, versicolor 1, virginica 2).
    pub(super) fn iris() -> (Array2<f64>, Vec<usize>) {
        let x = array![
            [5.1, 3.5, 1.4, 0.2],
            [5.4, 3.9, 1.7, 0.4],
            [5.4, 3.7, 1.5, 0.2],
            [5.7, 4.4, 1.5, 0.4],
            [5.4, 3.4, 1.7, 0.2],
            [5.0, 3.0, 1.6, 0.2],
            [4.8, 3.1, 1.6, 0.2],
            [5.0, 3.2, 1.2, 0.2],
            [5.0, 3.5, 1.3, 0.3],
            [4.8, 3.0, 1.4, 0.3],
            [7.0, 3.2, 4.7, 1.4],
            [5.7, 2.8, 4.5, 1.3],
            [5.0, 2.0, 3.5, 1.0],
            [6.7, 3.1, 4.4, 1.4],
            [5.9, 3.2, 4.8, 1.8],
            [6.6, 3.0, 4.4, 1.4],
            [5.5, 2.4, 3.8, 1.1],
            [6.0, 3.4, 4.5, 1.6],
            [5.5, 2.6, 4.4, 1.2],
            [5.7, 3.0, 4.2, 1.2],
            [6.3, 3.3, 6.0, 2.5],
            [7.6, 3.0, 6.6, 2.1],
            [6.5, 3.2, 5.1, 2.0],
            [6.4, 3.2, 5.3, 2.3],
            [6.9, 3.2, 5.7, 2.3],
            [7.2, 3.2, 6.0, 1.8],
            [7.4, 2.8, 6.1, 1.9],
            [7.7, 3.0, 6.1, 2.3],
            [6.7, 3.1, 5.6, 2.4],
            [6.7, 3.0, 5.2, 2.3]
        ];
        (x, (0..30).map(|row| row / 10).collect())
    }

    #[test]
    fn twenty_fits_give_the_same_bits() {
        let (x, species) = iris();
        let (x, y) = (x.view(), x.column(0));
        let predictors = x.slice(ndarray::s![.., 1..]);
        let setosa: Vec<bool> = species.iter().map(|species| *species == 0).collect();
        // Debug prints the shortest digits that identify each bit pattern.
        let fit_all = || {
            let mut generator = Streams::new("estimate").open("twenty", 7);
            [
                format!("{:?}", LeastSquares::new().fit(predictors, y).unwrap()),
                format!("{:?}", Ridge::new(0.3).fit(predictors, y).unwrap()),
                format!("{:?}", minimum_norm(predictors, y).unwrap()),
                format!("{:?}", ElasticNet::new(0.1, 0.5).fit(predictors, y).unwrap()),
                format!("{:?}", Logistic::new(0.1).fit(x, &setosa).unwrap()),
                format!("{:?}", MultinomialLogistic::new(0.1).fit(x, &species, 3).unwrap()),
                format!("{:?}", KMeans::new(3).fit(x, &mut generator).unwrap()),
                format!("{:?}", GaussianMixture::new(2).fit(x, &mut generator).unwrap()),
                format!("{:?}", Pca::new(2).fit(x).unwrap()),
                format!("{:?}", Neighbors::new(x).unwrap().nearest_of(&[5.0, 3.0, 2.0, 1.0], 9)),
            ]
        };
        let first = fit_all();
        for _ in 1..20 {
            assert_eq!(fit_all(), first);
        }
    }

    #[test]
    fn data_that_are_not_numbers_are_named() {
        let error = check_matrix(array![[1.0, 2.0], [3.0, f64::NAN]].view()).unwrap_err().to_string();
        assert_eq!(error, "row 1, column 1 of the data is NaN");
        assert!(check_matrix(Array2::zeros((0, 3)).view()).is_err());
    }

    #[test]
    fn distances_of_all_lengths() {
        let a: Vec<f64> = (0..11).map(f64::from).collect();
        for n in 0..11_u32 {
            let expected = f64::from(n * n.saturating_sub(1) * (2 * n).saturating_sub(1) / 6);
            assert_eq!(squared_distance(&a[..n as usize], &vec![0.0; n as usize]), expected);
        }
    }
}
