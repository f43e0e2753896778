//! The matrix of least nuclear norm in a polyhedron, by the alternating direction method of
//! multipliers (Boyd et al. 2011).
//!
//! minimise ‖Z‖_* + 1[C u ≥ b] subject to u = Z: project, soften the singular values, add up the difference.

use common::prelude::*;

use crate::halfspaces::{HalfSpaces, Projection};

/// Singular values are lowered by this share of the norm of the start: the inverse of the penalty on ‖u − Z‖². It saves
/// rounds where solutions are long, and costs none elsewhere.
const SOFTENING: f64 = 0.4;
/// Most rounds.
const ROUNDS: usize = 3000;
/// The rounds end when ‖u − Z‖ and the change of Z are below this share of ‖Z‖.
const TOLERANCE: f64 = 1e-7;
/// Most sweeps of each projection: the duals of the last round are nearly right already.
const SWEEPS: usize = 20;
/// Most sweeps of the last one, whose point has to be in the polyhedron.
const LAST_SWEEPS: usize = 500_000;
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
    /// What singular values are lowered by.
    softening: f64,
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
            softening: SOFTENING * arrays::norm(start),
        };
        for _ in 0..ROUNDS {
            if search.round()? < TOLERANCE * arrays::norm(&search.low_rank) {
                break;
            }
        }
        search.project(LAST_SWEEPS);
        Ok(search)
    }

    /// One round; returns the larger of ‖u − Z‖ and the change of Z.
    fn round(&mut self) -> Result<f64> {
        self.project(SWEEPS);
        self.multiplier += &self.feasible;
        let softened = soften_singular_values(self.multiplier.view(), self.softening)?;
        self.multiplier -= &softened;
        let change = distance(&softened, &self.low_rank);
        self.low_rank = softened;
        Ok(distance(&self.feasible, &self.low_rank).max(change))
    }

    /// u = the projection of Z − U.
    fn project(&mut self, sweeps: usize) {
        self.feasible.assign(&self.low_rank);
        self.feasible -= &self.multiplier;
        self.projection.project(flat_mut(&mut self.feasible), sweeps, SWEEP_TOLERANCE);
    }

    /// The matrix that was found, feasible up to the tolerance.
    pub fn feasible(&self) -> &Array2<f64> {
        &self.feasible
    }

    /// Multipliers of the half-spaces, a ≥ 0. At the optimum ⟨a, b⟩ is ‖Cᵀa‖₂ times the nuclear norm.
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

/// ‖A − B‖_F.
fn distance(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests;
