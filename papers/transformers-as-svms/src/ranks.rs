//! The rank of both SVM solutions on untrained problems, with the best-scored token of each input as
//! the selected one.

use common::prelude::*;

use crate::DRAWS;
use crate::attention::{Problem, Shape};
use crate::nuclear_norm::nuclear_norm;
use crate::svm::Svm;

/// A problem of some size.
#[derive(Clone, Debug, Serialize)]
pub struct RankInstance {
    /// Which of the random problems of these sizes.
    pub instance: u64,
    /// Its sizes.
    pub shape: Shape,
    /// Singular values above this share of the largest count.
    pub tolerance: f64,
}

/// The solutions for one problem; without values if no problem of this size was found to have any.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Ranks {
    n: usize,
    d: usize,
    instance: u64,
    rank_fro: Option<u64>,
    rank_nuc: Option<u64>,
    /// Nuclear norm of W_F.
    nucnorm_fro: Option<f64>,
    /// Nuclear norm of W_N.
    nucnorm_nuc: Option<f64>,
    /// Problems drawn before this one whose SVM has no solution that can be found.
    skipped: u64,
}

impl RankInstance {
    /// Draws problems until one has solutions.
    pub fn run(&self, random: &Streams) -> Result<Ranks> {
        let Shape { n, d, .. } = self.shape;
        let mut data = random.open("ranks", self.instance).split(&format!("n = {n}, d = {d}"));
        let mut ranks = Ranks {
            n,
            d,
            instance: self.instance,
            rank_fro: None,
            rank_nuc: None,
            nucnorm_fro: None,
            nucnorm_nuc: None,
            skipped: 0,
        };
        while ranks.skipped < DRAWS {
            let problem = Problem::draw(&self.shape, &mut data);
            if let Some(svm) = Svm::solve(&problem, &problem.best_tokens())? {
                ranks.rank_fro = Some(self.rank(&svm.frobenius)?);
                ranks.rank_nuc = Some(self.rank(&svm.nuclear)?);
                ranks.nucnorm_fro = Some(nuclear_norm(svm.frobenius.view())?);
                ranks.nucnorm_nuc = Some(nuclear_norm(svm.nuclear.view())?);
                break;
            }
            ranks.skipped += 1;
        }
        Ok(ranks)
    }

    /// Number of singular values that are not small next to the largest.
    fn rank(&self, matrix: &Array2<f64>) -> Result<u64> {
        let values = linear::singular_values(matrix.view())?;
        Ok(values.iter().filter(|value| **value > self.tolerance * values[0]).count() as u64)
    }
}
