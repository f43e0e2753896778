//! One random problem: trained as W and as (K, Q), and compared with the SVM of the tokens that each
//! training run selects.

use common::prelude::*;

use crate::attention::{Problem, Shape};
use crate::descent::{Product, Single, Snapshot, Trained, Training, train};
use crate::svm::{Svm, correlation};
use crate::{DRAWS, Row};

/// A problem to train on.
#[derive(Clone, Debug, Serialize)]
pub struct Instance {
    /// Which of the random problems.
    pub instance: u64,
    /// Its sizes.
    pub shape: Shape,
    /// How it is trained.
    pub training: Training,
}

/// What is trained.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Param {
    /// One matrix.
    W,
    /// The product K Qᵀ.
    KQ,
}

/// A training run at a recorded iteration.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Curve {
    instance: u64,
    param: Param,
    /// Steps done.
    iter: usize,
    /// Mean over the inputs of the largest softmax probability.
    softmax_max: f64,
    /// Correlation of W with W_F.
    corr_fro: f64,
    /// Correlation of W with W_N.
    corr_nuc: f64,
}

/// A training run after its last step.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Final {
    instance: u64,
    param: Param,
    softmax_max: f64,
    corr_fro: f64,
    corr_nuc: f64,
    /// Correlation of W_F with W_N.
    svm_corr: f64,
    /// Share of inputs whose selected token is the best-scored one.
    frac_best: f64,
    /// (Σσ)² / Σσ² over the singular values of W.
    eff_rank: f64,
    /// Problems drawn before this one whose SVM has no solution that can be found.
    skipped: u64,
}

impl Instance {
    /// Trains and compares; draws another problem as long as an SVM has no solution.
    pub fn run(&self, random: &Streams) -> Result<Vec<Row>> {
        let d = self.shape.d;
        let [mut data, mut single, mut product] = ["data", "W", "KQ"].map(|stream| random.open(stream, self.instance));
        for skipped in 0..DRAWS {
            let problem = Problem::draw(&self.shape, &mut data);
            let w = train(&problem, Single::draw(d, &mut single), &self.training)?;
            let kq = train(&problem, Product::draw(d, &mut product), &self.training)?;
            let svms = (Svm::solve(&problem, &w.selected)?, Svm::solve(&problem, &kq.selected)?);
            if let (Some(w_svm), Some(kq_svm)) = svms {
                let mut rows = self.rows(Param::W, &problem, &w, &w_svm, skipped)?;
                rows.extend(self.rows(Param::KQ, &problem, &kq, &kq_svm, skipped)?);
                return Ok(rows);
            }
        }
        bail!(
            "none of {DRAWS} problems has an SVM whose margins could be met: train longer, with a larger d or fewer tokens"
        )
    }

    fn rows(&self, param: Param, problem: &Problem, run: &Trained, svm: &Svm, skipped: u64) -> Result<Vec<Row>> {
        let curve = |snapshot: &Snapshot| Curve {
            instance: self.instance,
            param,
            iter: snapshot.iteration,
            softmax_max: snapshot.softmax_max,
            corr_fro: correlation(&snapshot.weights, &svm.frobenius),
            corr_nuc: correlation(&snapshot.weights, &svm.nuclear),
        };
        let last = run.snapshots.last().context("the last step is always recorded")?;
        let end = curve(last);
        let best = problem.best_tokens();
        let agreeing = best.iter().zip(&run.selected).filter(|(best, selected)| best == selected);
        let end = Final {
            instance: self.instance,
            param,
            softmax_max: end.softmax_max,
            corr_fro: end.corr_fro,
            corr_nuc: end.corr_nuc,
            svm_corr: correlation(&svm.frobenius, &svm.nuclear),
            frac_best: agreeing.count() as f64 / best.len() as f64,
            eff_rank: effective_rank(&last.weights)?,
            skipped,
        };
        let curves = run.snapshots.iter().map(curve).map(Row::Curve);
        Ok(curves.chain([Row::Final(end)]).collect())
    }
}

/// (Σσ)² / Σσ²: the rank where all singular values other than zero are equal, less otherwise.
fn effective_rank(matrix: &Array2<f64>) -> Result<f64> {
    let values = linear::singular_values(matrix.view())?;
    Ok(values.sum() * values.sum() / values.dot(&values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_effective_rank_counts_equal_singular_values() {
        assert!((effective_rank(&Array2::eye(4)).unwrap() - 4.0).abs() < 1e-14);
        let matrix = array![[3.0, 0.0], [0.0, -1.0]];
        assert!((effective_rank(&matrix).unwrap() - 1.6).abs() < 1e-14);
    }
}
