//! Ridge regression at many penalties from one eigendecomposition.

use anyhow::Result;
use ndarray::{Array1, Array2, ArrayView2};
use numerics::{linear, matrix};

/// The systems (A + δ I) X = B of a positive semidefinite matrix A, for any number of shifts δ > 0.
#[derive(Clone, Debug)]
pub struct ShiftedSystems {
    /// Eigenvalues of A; those that rounding made negative are 0.
    values: Array1<f64>,
    /// Eigenvectors of A, one a column.
    vectors: Array2<f64>,
}

impl ShiftedSystems {
    /// Decomposes an n x n matrix, of which only the lower triangle is read.
    ///
    /// # Errors
    /// If the matrix is not square or not finite.
    pub fn new(matrix: ArrayView2<f64>) -> Result<ShiftedSystems> {
        let eigen = linear::symmetric_eigen(matrix)?;
        Ok(ShiftedSystems { values: eigen.values.mapv_into(|value| value.max(0.0)), vectors: eigen.vectors })
    }

    /// The solutions X for an n x t matrix B, side by side: n x (shifts · t), those of the first shift first.
    ///
    /// # Panics
    /// If B has not n rows.
    pub fn solve(&self, right: ArrayView2<f64>, shifts: &[f64]) -> Array2<f64> {
        let rotated = matrix::product(self.vectors.t(), right);
        let targets = rotated.ncols();
        let mut scaled = Array2::zeros((rotated.nrows(), shifts.len() * targets));
        for ((mut row, rotated), value) in scaled.rows_mut().into_iter().zip(rotated.rows()).zip(&self.values) {
            for (i, shift) in shifts.iter().enumerate() {
                for (j, b) in rotated.iter().enumerate() {
                    row[i * targets + j] = b / (value + shift);
                }
            }
        }
        matrix::product(self.vectors.view(), scaled.view())
    }
}

/// The minimisers of |Y − Φ θ|² + δ |θ|² over a list of penalties δ.
#[derive(Clone, Debug)]
pub struct RidgePath {
    /// θ, columns of Φ x (penalties · targets): all targets of the first penalty first.
    pub coefficients: Array2<f64>,
    /// Y − Φ θ, rows of Φ x (penalties · targets).
    pub residuals: Array2<f64>,
}

impl RidgePath {
    /// Fits n x t targets on the columns of n x k features, by the smaller of the matrices Φ Φᵀ and Φᵀ Φ.
    ///
    /// # Errors
    /// If a feature is not finite.
    ///
    /// # Panics
    /// If there are not as many rows of targets as of features.
    pub fn fit(features: ArrayView2<f64>, targets: ArrayView2<f64>, penalties: &[f64]) -> Result<RidgePath> {
        let (n, k) = features.dim();
        if k >= n {
            // θ = Φᵀ a with (Φ Φᵀ + δ I) a = Y, and the residuals are δ a.
            let dual = ShiftedSystems::new(matrix::gram(features).view())?.solve(targets, penalties);
            let coefficients = matrix::product(features.t(), dual.view());
            let residuals = scale_by_penalty(dual, penalties);
            return Ok(RidgePath { coefficients, residuals });
        }
        let right = matrix::product(features.t(), targets);
        let systems = ShiftedSystems::new(matrix::gram(features.t()).view())?;
        let coefficients = systems.solve(right.view(), penalties);
        let fitted = matrix::product(features, coefficients.view());
        let residuals = Array2::from_shape_fn(fitted.dim(), |(i, column)| {
            targets[[i, column % targets.ncols()]] - fitted[[i, column]]
        });
        Ok(RidgePath { coefficients, residuals })
    }
}

/// Residuals δ a of kernel ridge regression from its dual coefficients a, the solutions of (K + δ I) a = Y as
/// [`ShiftedSystems::solve`] lays them out.
pub fn scale_by_penalty(mut dual: Array2<f64>, penalties: &[f64]) -> Array2<f64> {
    let targets = dual.ncols() / penalties.len().max(1);
    for mut row in dual.rows_mut() {
        for (column, value) in row.iter_mut().enumerate() {
            *value *= penalties[column / targets];
        }
    }
    dual
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::{ElasticNet, Ridge};
    use ndarray::{array, s};
    use numerics::random::Streams;

    const PENALTIES: [f64; 3] = [1e-3, 0.5, 20.0];

    fn problem(n: usize, k: usize) -> (Array2<f64>, Array2<f64>) {
        let mut random = Streams::new("test").open("ridge", (n * 1000 + k) as u64);
        (random.normal_matrix(n, k), random.normal_matrix(n, 2))
    }

    #[test]
    fn wide_square_and_tall_features_agree_with_one_fit_a_penalty() {
        for (n, k) in [(7, 12), (9, 9), (12, 7)] {
            let (features, targets) = problem(n, k);
            let path = RidgePath::fit(features.view(), targets.view(), &PENALTIES).unwrap();
            for (i, &penalty) in PENALTIES.iter().enumerate() {
                let ridge = Ridge::new(penalty).intercept(false);
                let one = ridge.fit_targets(features.view(), targets.view()).unwrap();
                let columns = s![.., 2 * i..2 * i + 2];
                let difference = &path.coefficients.slice(columns) - &one.coefficients;
                assert!(difference.iter().all(|d| d.abs() < 1e-10), "{n} x {k}, {penalty}");
                let residuals = &targets - &one.predict(features.view());
                let difference = &path.residuals.slice(columns) - &residuals;
                assert!(difference.iter().all(|d| d.abs() < 1e-10), "{n} x {k}, {penalty}");
            }
        }
    }

    #[test]
    fn agrees_with_coordinate_descent() {
        // linfa's elastic net with next to no l1 part, whose penalty counts n times.
        let (features, targets) = problem(12, 7);
        let path = RidgePath::fit(features.view(), targets.view(), &[6.0]).unwrap();
        let net = ElasticNet::new(0.5, 1e-9).intercept(false).tolerance(1e-14);
        let fit = net.fit(features.view(), targets.column(0)).unwrap();
        let difference = &path.coefficients.column(0) - &fit.coefficients;
        assert!(difference.iter().all(|d| d.abs() < 1e-6), "{difference}");
    }

    #[test]
    fn a_singular_matrix_is_shifted_to_a_regular_one() {
        // A = u uᵀ with |u|² = 25: (A + δ I)⁻¹ u = u / (25 + δ), and 1/δ across u.
        let matrix = array![[9.0, 12.0], [12.0, 16.0]];
        let solution =
            ShiftedSystems::new(matrix.view()).unwrap().solve(array![[3.0, 4.0], [4.0, -3.0]].view(), &[1e-6]);
        assert!((solution[[0, 0]] - 3.0 / 25.000_001).abs() < 1e-14);
        assert!((solution[[0, 1]] / 4e6 - 1.0).abs() < 1e-8);
    }
}
