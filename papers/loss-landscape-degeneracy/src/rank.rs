//! The number of directions along which a matrix is not flat.

use common::prelude::*;

/// Eigenvalues above this share of the largest count.
pub const THRESHOLD: f64 = 1e-10;

/// The rank of a positive semidefinite matrix up to rounding.
#[derive(Clone, Copy, Debug)]
pub struct NumericalRank {
    /// Number of eigenvalues above [`THRESHOLD`] of the largest.
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
    pub fn of(matrix: ArrayView2<f64>) -> Result<NumericalRank> {
        let values = linear::symmetric_eigenvalues(matrix)?.to_vec();
        let largest = reduce::max(&values);
        let (kept, dropped): (Vec<f64>, Vec<f64>) = values.into_iter().partition(|&value| value > THRESHOLD * largest);
        let magnitudes: Vec<f64> = dropped.iter().map(|value| value.abs()).collect();
        Ok(NumericalRank {
            rank: kept.len(),
            gap: reduce::min(&kept) / largest,
            gap_below: (!magnitudes.is_empty()).then(|| reduce::max(&magnitudes) / largest),
        })
    }
}

/// A random `rows` x `columns` matrix of this rank, whose singular values are 1: with a product of normal matrices
/// the smallest could come near the threshold.
pub fn matrix_of_rank(rank: usize, rows: usize, columns: usize, generator: &mut Generator) -> Array2<f64> {
    let (left, right) = (generator.orthonormal(rows, rank), generator.orthonormal(columns, rank));
    matrix::product(left.view(), right.t())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_gaps_of_a_diagonal_matrix() {
        let matrix = Array2::from_diag(&array![4.0, 1e-9, 2.0, -8e-11, 1e-11]);
        let rank = NumericalRank::of(matrix.view()).expect("a finite matrix");
        assert_eq!(rank.rank, 3);
        assert!((rank.gap / 2.5e-10 - 1.0).abs() < 1e-6);
        assert!((rank.gap_below.expect("two are dropped") / 2e-11 - 1.0).abs() < 1e-4);
        let whole = NumericalRank::of(Array2::eye(3).view()).expect("a finite matrix");
        assert_eq!((whole.rank, whole.gap, whole.gap_below), (3, 1.0, None));
    }

    #[test]
    fn random_matrices_have_the_rank_asked_for() {
        let mut generator = Streams::new("test").open("rank", 0);
        for rank in 1..=5 {
            let matrix = matrix_of_rank(rank, 7, 5, &mut generator);
            let found = NumericalRank::of(matrix::gram(matrix.view()).view()).expect("a finite matrix");
            assert_eq!(found.rank, rank);
        }
    }
}
