//! The number of directions along which a loss is not flat.

use common::prelude::*;

/// Singular values, and eigenvalues of a matrix of which no root is known, count above this share of the largest:
/// rounding leaves about 1e-15.
pub const THRESHOLD: f64 = 1e-10;

/// The rank of a positive semidefinite matrix up to rounding.
#[derive(Clone, Copy, Debug)]
pub struct NumericalRank {
    /// Number of eigenvalues that count.
    pub rank: usize,
    /// The smallest that counts over the largest.
    pub gap: f64,
    /// The largest magnitude that does not count over the largest; none if all count.
    pub gap_below: Option<f64>,
}

impl NumericalRank {
    /// The rank of a symmetric positive semidefinite matrix.
    ///
    /// # Errors
    /// If the matrix is not finite.
    pub fn of_hessian(hessian: ArrayView2<f64>) -> Result<NumericalRank> {
        Ok(NumericalRank::of(linear::symmetric_eigenvalues(hessian)?.to_vec(), THRESHOLD))
    }

    /// The rank of Jᵀ J for a Jacobian J. Its eigenvalues are squares of the singular values of J, of which much smaller
    /// ones are told apart from rounding.
    ///
    /// # Errors
    /// If the Jacobian is not finite.
    pub fn of_jacobian(jacobian: ArrayView2<f64>) -> Result<NumericalRank> {
        let singular = linear::singular_values(jacobian)?;
        Ok(NumericalRank::of(singular.iter().map(|value| value * value).collect(), THRESHOLD * THRESHOLD))
    }

    fn of(eigenvalues: Vec<f64>, threshold: f64) -> NumericalRank {
        let largest = reduce::max(&eigenvalues);
        let (kept, dropped): (Vec<f64>, Vec<f64>) =
            eigenvalues.into_iter().partition(|&value| value > threshold * largest);
        let magnitudes: Vec<f64> = dropped.iter().map(|value| value.abs()).collect();
        NumericalRank {
            rank: kept.len(),
            gap: reduce::min(&kept) / largest,
            gap_below: (!magnitudes.is_empty()).then(|| reduce::max(&magnitudes) / largest),
        }
    }
}

/// A random `rows` x `columns` matrix of this rank: the product of two standard normal matrices.
pub fn matrix_of_rank(rank: usize, rows: usize, columns: usize, generator: &mut Generator) -> Array2<f64> {
    let (left, right) = (generator.normal_matrix(rows, rank), generator.normal_matrix(rank, columns));
    matrix::product(left.view(), right.view())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_gaps_of_a_diagonal_matrix() {
        let matrix = Array2::from_diag(&array![4.0, 1e-9, 2.0, -8e-11, 1e-11]);
        let rank = NumericalRank::of_hessian(matrix.view()).expect("a finite matrix");
        assert_eq!(rank.rank, 3);
        assert!((rank.gap / 2.5e-10 - 1.0).abs() < 1e-6);
        assert!((rank.gap_below.expect("two are dropped") / 2e-11 - 1.0).abs() < 1e-4);
        let whole = NumericalRank::of_hessian(Array2::eye(3).view()).expect("a finite matrix");
        assert_eq!((whole.rank, whole.gap, whole.gap_below), (3, 1.0, None));
    }

    #[test]
    fn random_matrices_have_the_rank_asked_for() {
        let mut generator = Streams::new("test").open("rank", 0);
        for rank in 1..=5 {
            let matrix = matrix_of_rank(rank, 7, 5, &mut generator);
            let found = NumericalRank::of_jacobian(matrix.view()).expect("a finite matrix");
            assert_eq!(found.rank, rank);
        }
    }
}
