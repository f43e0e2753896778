//! One random problem: trained as W and as (K, Q), and compared with the SVM of the tokens that each
//! training run selects.

use common::prelude::*;

use crate::attention::{Problem, Shape};
use crate::descent::{Product, Single, Snapshot, Trained, Training, train};
use crate::svm::{DRAWS, Svm, correlation};

/// Both trainings of a random problem, compared with their SVMs.
#[derive(Serialize)]
pub struct Alignment {
    /// Which of the random problems.
    pub instance: u64,
    /// Sizes of the problem.
    pub shape: &'static Shape,
    /// How it is trained.
    pub training: &'static Training,
}

impl Cell for Alignment {
    fn cost(&self) -> f64 {
        let (n, tokens, d) = (self.shape.n as f64, self.shape.tokens as f64, self.shape.d as f64);
        let step = 1e-9 * n * tokens * (20.0 + d);
        2.0 * (self.training.iterations as f64 * step + Svm::cost(self.shape))
    }

    fn memory(&self) -> f64 {
        let d = self.shape.d as f64;
        let snapshots = 2.0 * (self.training.compared() / self.training.record_every) as f64;
        Svm::memory(self.shape) + 8.0 * snapshots * d * d
    }

    /// Draws another problem as long as an SVM has no solution.
    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let d = self.shape.d;
        let [mut data, mut single, mut product] = ["data", "W", "KQ"].map(|stream| random.open(stream, self.instance));
        for skipped in 0..DRAWS {
            let problem = Problem::sample(self.shape, &mut data);
            let w = train(&problem, Single::sample(d, &mut single), self.training)?;
            let kq = train(&problem, Product::sample(d, &mut product), self.training)?;
            let svms = (Svm::solve(&problem, &w.selected)?, Svm::solve(&problem, &kq.selected)?);
            if let (Some(w_svm), Some(kq_svm)) = svms {
                for (param, trained, svm) in [("W", &w, &w_svm), ("KQ", &kq, &kq_svm)] {
                    rows.key(record! {
                        /// Which of the random problems.
                        instance: self.instance,
                        /// What was trained: one matrix W, or the factors of K Qᵀ.
                        param,
                    });
                    compare(&problem, trained, svm, skipped, rows)?;
                }
                return Ok(());
            }
        }
        bail!(
            "none of {DRAWS} problems has an SVM whose margins could be met: train longer, with a larger d or fewer tokens"
        )
    }
}

/// Correlation with both solutions at each recorded iteration, and more after the last one of them.
fn compare(problem: &Problem, trained: &Trained, svm: &Svm, skipped: u64, rows: &mut Rows) -> Result<()> {
    let correlations =
        |snapshot: &Snapshot| [&svm.frobenius, &svm.nuclear].map(|solution| correlation(&snapshot.weights, solution));
    for snapshot in &trained.snapshots {
        let [corr_fro, corr_nuc] = correlations(snapshot);
        rows.kind("curve").push(record! {
            /// Steps done.
            iter: snapshot.iteration,
            /// Mean over the inputs of the largest softmax probability.
            softmax_max: snapshot.softmax_max,
            /// Correlation of W with W_F, the solution of least Frobenius norm.
            corr_fro,
            /// Correlation of W with W_N, the solution of least nuclear norm.
            corr_nuc,
        });
    }
    let last = trained.snapshots.last().context("the last shown step is always recorded")?;
    let [corr_fro, corr_nuc] = correlations(last);
    let best = problem.best_tokens();
    let agreeing = best.iter().zip(&trained.selected).filter(|(best, selected)| best == selected).count();
    rows.kind("final").push(record! {
        softmax_max: last.softmax_max,
        corr_fro,
        corr_nuc,
        /// Correlation of W_F with W_N.
        svm_corr: correlation(&svm.frobenius, &svm.nuclear),
        /// Share of inputs whose selected token is the best-scored one, after all iterations.
        frac_best: agreeing as f64 / best.len() as f64,
        /// (Σσ)² / Σσ² over the singular values of W.
        eff_rank: effective_rank(&last.weights)?,
        /// Problems drawn before this one whose SVM has no solution that could be found.
        skipped,
    });
    Ok(())
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
