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

mod arithmetic;
mod builder;
mod checks;
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

#[cfg(test)]
mod tests;
