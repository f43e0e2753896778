//! The matrix of least nuclear norm in a polyhedron, by the alternating direction method of
//! multipliers (Boyd et al. 2011).
//!
//! minimise ‖Z‖_* + 1[C u ≥ b] subject to u = Z, with penalty 1: project, soften the singular values,
//! add up the difference.

use common::prelude::*;

use crate::halfspaces::{HalfSpaces, Projection};

/// Most rounds.
const ROUNDS: usize = 3000;
/// The rounds end when ‖u − Z‖ and the change of Z are below this share of ‖Z‖.
const TOLERANCE: f64 = 1e-7;
/// Most sweeps of each projection: the duals of the last round are nearly right already.
const SWEEPS: usize = 20;
/// Sweeps end when they move the point by less.
const SWEEP_TOLERANCE: f64 = 1e-10;

/// The search.
pub struct MinimumNuclearNorm<'h> {
    projection: Projection<'h>,
    /// u: in the polyhedron.
    feasible: Array2<f64>,
    /// Z: of low rank.
    low_rank: Array2<f64>,
    /// U: the sum of all differences u − Z.
    multiplier: Array2<f64>,
}

impl<'h> MinimumNuclearNorm<'h> {
    /// Searches from `start`; a point of the polyhedron is its matrix read row by row.
    ///
    /// # Errors
    /// If a singular value decomposition fails.
    pub fn search(halfspaces: &'h HalfSpaces, start: &Array2<f64>) -> Result<MinimumNuclearNorm<'h>> {
        let mut search = MinimumNuclearNorm {
            projection: halfspaces.projection(),
            feasible: start.clone(),
            low_rank: start.clone(),
            multiplier: Array2::zeros(start.dim()),
        };
        for _ in 0..ROUNDS {
            if search.round()? < TOLERANCE * norm(&search.low_rank) {
                break;
            }
        }
        Ok(search)
    }

    /// One round; returns the larger of ‖u − Z‖ and the change of Z.
    fn round(&mut self) -> Result<f64> {
        self.feasible.assign(&self.low_rank);
        self.feasible -= &self.multiplier;
        self.projection.project(flat_mut(&mut self.feasible), SWEEPS, SWEEP_TOLERANCE);
        self.multiplier += &self.feasible;
        let softened = soften_singular_values(self.multiplier.view(), 1.0)?;
        self.multiplier -= &softened;
        let change = distance(&softened, &self.low_rank);
        self.low_rank = softened;
        Ok(distance(&self.feasible, &self.low_rank).max(change))
    }

    /// The matrix that was found, feasible up to the tolerance.
    pub fn feasible(&self) -> &Array2<f64> {
        &self.feasible
    }

    /// Multipliers a ≥ 0 of the half-spaces. At the optimum ‖Cᵀa‖₂ ≤ 1 and ⟨a, b⟩ is the nuclear norm.
    #[cfg(test)]
    pub fn duals(&self) -> &[f64] {
        self.projection.duals()
    }
}

/// The matrix with its singular values lowered by `threshold`, but not below 0.
fn soften_singular_values(matrix: ArrayView2<f64>, threshold: f64) -> Result<Array2<f64>> {
    let linear::Svd { u, singular_values, vt } = linear::svd(matrix)?;
    let kept = singular_values.iter().filter(|value| **value > threshold).count();
    let mut left = u.slice(s![.., ..kept]).to_owned();
    for (mut column, value) in left.columns_mut().into_iter().zip(&singular_values) {
        column *= value - threshold;
    }
    Ok(matrix::product(left.view(), vt.slice(s![..kept, ..])))
}

/// The sum of the singular values.
///
/// # Errors
/// If they cannot be found.
pub fn nuclear_norm(matrix: ArrayView2<f64>) -> Result<f64> {
    Ok(linear::singular_values(matrix)?.sum())
}

fn flat_mut(matrix: &mut Array2<f64>) -> &mut [f64] {
    matrix.as_slice_mut().expect("row-major")
}

fn norm(matrix: &Array2<f64>) -> f64 {
    reduce::norm(matrix.as_slice().expect("row-major"))
}

/// ‖A − B‖_F.
fn distance(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// W_11, W_12, W_21 ≥ 1 with W_22 free.
    fn corner() -> HalfSpaces {
        let mut normals = Array2::zeros((3, 4));
        for k in 0..3 {
            normals[[k, k]] = 1.0;
        }
        HalfSpaces::new(normals, vec![1.0; 3])
    }

    #[test]
    fn the_free_entry_makes_the_rank_one() {
        // In the Frobenius norm it would be 0, of nuclear norm √5.
        let halfspaces = corner();
        let search = MinimumNuclearNorm::search(&halfspaces, &array![[1.0, 1.0], [1.0, 0.0]]).unwrap();
        let difference = distance(search.feasible(), &Array2::ones((2, 2)));
        assert!(difference < 1e-6, "{difference}");
        assert!((nuclear_norm(search.feasible().view()).unwrap() - 2.0).abs() < 1e-6);
    }

    /// Weak duality: ⟨a, b⟩ / ‖Cᵀa‖₂ is at most the nuclear norm of any matrix in the polyhedron.
    #[test]
    fn the_multipliers_certify_the_optimum() {
        for seed in 0..3 {
            let mut random = Streams::new("test").open("certificate", seed);
            let (d, truth) = (6, random.normal_matrix(6, 6));
            let mut normals = random.normal_matrix(30, d * d);
            let products = matrix::vector_product(normals.view(), truth.as_slice().unwrap());
            for (mut normal, product) in normals.rows_mut().into_iter().zip(products) {
                normal *= product.signum();
            }
            let halfspaces = HalfSpaces::new(normals.clone(), vec![1.0; 30]);
            let mut start = Array2::zeros((d, d));
            halfspaces.projection().project(flat_mut(&mut start), 2000, 1e-12);
            let search = MinimumNuclearNorm::search(&halfspaces, &start).unwrap();
            let found = search.feasible();
            assert!(halfspaces.least_slack(found.as_slice().unwrap()) > -1e-6);
            assert!(search.duals().iter().all(|dual| *dual >= 0.0));
            let combined = matrix::vector_product(normals.t(), search.duals());
            let combined = Array2::from_shape_vec((d, d), combined).unwrap();
            let bound = reduce::sum(search.duals()) / linear::singular_values(combined.view()).unwrap()[0];
            let norm = nuclear_norm(found.view()).unwrap();
            assert!((norm - bound).abs() < 1e-5 * norm, "{norm} {bound}");
            assert!(norm < 0.99 * nuclear_norm(start.view()).unwrap());
        }
    }

    #[test]
    fn softening_lowers_singular_values() {
        let matrix = Streams::new("test").open("soften", 0).normal_matrix(5, 4);
        let softened = soften_singular_values(matrix.view(), 1.0).unwrap();
        let before = linear::singular_values(matrix.view()).unwrap();
        let after = linear::singular_values(softened.view()).unwrap();
        for (before, after) in before.iter().zip(&after) {
            assert!(((before - 1.0).max(0.0) - after).abs() < 1e-13);
        }
    }
}
