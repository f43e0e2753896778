//! The rank of both SVM solutions on untrained problems, with the best-scored token of each input as
//! the selected one.

use common::prelude::*;

use crate::attention::{Problem, Shape};
use crate::nuclear_norm::nuclear_norm;
use crate::svm::{DRAWS, Svm};

/// Singular values above these shares of the largest count towards the rank.
#[derive(Parameters)]
pub struct Tolerance {
    /// For W_F, which is exact: its small singular values are true.
    #[range(..1.0)]
    pub frobenius: f64,
    /// For W_N, which is exact to about 1e-7.
    #[range(..1.0)]
    pub nuclear: f64,
}

/// Both SVM solutions for a random problem of some size.
#[derive(Serialize)]
pub struct Ranks {
    /// Which of the random problems of this size.
    pub instance: u64,
    /// Sizes of the problem.
    pub shape: Shape,
    /// What counts towards a rank.
    pub tolerance: &'static Tolerance,
}

/// Number of singular values that are above a share of the largest.
fn rank(matrix: &Array2<f64>, tolerance: f64) -> Result<u64> {
    let values = linear::singular_values(matrix.view())?;
    Ok(values.iter().filter(|value| **value > tolerance * values[0]).count() as u64)
}

impl Cell for Ranks {
    fn cost(&self) -> f64 {
        Svm::cost(&self.shape)
    }

    fn memory(&self) -> f64 {
        Svm::memory(&self.shape)
    }

    /// Draws problems until one has solutions; without ranks and norms if none has.
    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let Shape { n, d, .. } = self.shape;
        let mut data = random.open("ranks", self.instance).split(&format!("n = {n}, d = {d}"));
        let (mut skipped, mut solution) = (0, None);
        while solution.is_none() && skipped < DRAWS {
            let problem = Problem::sample(&self.shape, &mut data);
            solution = Svm::solve(&problem, &problem.best_tokens())?;
            skipped += u64::from(solution.is_none());
        }
        let (frobenius, nuclear) = solution.map(|svm| (svm.frobenius, svm.nuclear)).unzip();
        let rank = |w: &Option<Array2<f64>>, tolerance| w.as_ref().map(|w| rank(w, tolerance)).transpose();
        let norm = |w: &Option<Array2<f64>>| w.as_ref().map(|w| nuclear_norm(w.view())).transpose();
        rows.kind("ranks").push(record! {
            instance: self.instance,
            skipped,
            /// Inputs of the problem.
            n,
            /// Dimension of tokens and queries.
            d,
            /// Rank of W_F, the solution of least Frobenius norm; missing if no problem has one.
            rank_fro: rank(&frobenius, self.tolerance.frobenius)?,
            /// Rank of W_N, the solution of least nuclear norm.
            rank_nuc: rank(&nuclear, self.tolerance.nuclear)?,
            /// Nuclear norm of W_F.
            nucnorm_fro: norm(&frobenius)?,
            /// Nuclear norm of W_N.
            nucnorm_nuc: norm(&nuclear)?,
        });
        Ok(())
    }
}
