//! Estimators of the true error: generalization bounds and other measures.

use common::estimate::Logistic;
use common::prelude::*;

use crate::learning::Trial;
use crate::theory::Exact;

/// An estimator of the true error of a learned hypothesis.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// The training error, which is always 0.
    Zero,
    /// The bound for finite classes, see [`occam_bound`].
    Occam,
    /// The leave-one-out error.
    Loo,
    /// Knows the rank of the samples: 0 if they determine the target, else 1 - 1/q.
    Oracle,
    /// Logistic regression on what can be seen, trained on other trials of the same world.
    Learned,
}

/// The bound (d ln q + ln(1/delta)) / n on the true error of a consistent linear function over F_q, violated with
/// probability delta at most.
pub fn occam_bound(q: u64, d: usize, n: usize, delta: f64) -> f64 {
    (d as f64 * ln(q as f64) + ln(1.0 / delta)) / n as f64
}

impl Estimator {
    /// All of them, in the order of the table.
    pub const ALL: [Estimator; 5] =
        [Estimator::Zero, Estimator::Occam, Estimator::Loo, Estimator::Oracle, Estimator::Learned];

    /// The estimate and the true error of each trial on which the estimator is judged, where true errors reach up to
    /// `range` and `occam` is the Occam bound.
    ///
    /// The learned estimator is trained on the first half of the trials and judged on the second; the others are
    /// judged on all.
    ///
    /// # Errors
    /// If the logistic regression fails.
    pub fn judged(self, trials: &[Trial], range: f64, occam: f64) -> Result<Vec<(f64, f64)>> {
        let each = |estimate: &dyn Fn(&Trial) -> f64| {
            trials.iter().map(|trial| (estimate(trial), trial.loss(range))).collect()
        };
        Ok(match self {
            Estimator::Zero => each(&|_| 0.0),
            Estimator::Occam => each(&|_| range.min(occam)),
            // Guesses may be wrong more often than uniform ones are on average; no true error is above the range.
            Estimator::Loo => each(&|trial| trial.leave_one_out.min(range)),
            Estimator::Oracle => each(&|trial| if trial.k == 0 { 0.0 } else { range }),
            Estimator::Learned => {
                let (training, evaluation) = trials.split_at(trials.len() / 2);
                let wrong = predict_wrong(training, evaluation)?;
                let estimates = wrong.into_iter().map(|wrong| if wrong { range } else { 0.0 });
                estimates.zip(evaluation.iter().map(|trial| trial.loss(range))).collect()
            }
        })
    }

    /// Writes the row of the estimator, from its estimate and the true error of each trial.
    pub fn push(self, judged: &[(f64, f64)], range: f64, success: f64, exact: Exact, rows: &mut Rows) {
        let (estimates, losses): (Vec<f64>, Vec<f64>) = judged.iter().copied().unzip();
        rows.push(record! {
            /// zero: the training error; occam: the bound for finite classes; loo: leave-one-out; oracle: knows the rank
            /// of the samples; learned: logistic regression on other trials.
            estimator: self,
            /// Trials on which the estimator was judged.
            trials: judged.len(),
            /// Those on which it was off by at least half of the range.
            failures: judged.iter().filter(|(estimate, loss)| fails(*estimate, *loss, range)).count(),
            /// Share of trials with a perfect hypothesis; in the stable world 1 - mean loss.
            success,
            mean_loss: reduce::mean(&losses),
            mean_estimate: reduce::mean(&estimates),
            /// Exact probability of a perfect hypothesis; NaN in the stable world.
            success_theory: exact.success,
            /// Least failure probability of any estimator; NaN in the stable world.
            floor_theory: exact.floor,
        });
    }
}

/// Whether the hypothesis of each trial is thought to be wrong, by logistic regression with the L2 penalty 1.
fn predict_wrong(training: &[Trial], evaluation: &[Trial]) -> Result<Vec<bool>> {
    let labels: Vec<bool> = training.iter().map(|trial| !trial.right).collect();
    let wrong = labels.iter().filter(|&&label| label).count();
    if wrong == 0 || wrong == labels.len() {
        return Ok(vec![wrong > 0; evaluation.len()]);
    }
    let fit = Logistic::new(1.0).fit(features(training).view(), &labels)?;
    Ok(fit.predict(features(evaluation).view()))
}

/// What the learned estimator sees of each trial (rows): whether k = 0, k, the leave-one-out error, the share of
/// non-zero coefficients, and the product of the last two.
fn features(trials: &[Trial]) -> Array2<f64> {
    let columns = |trial: &Trial| {
        let determined = f64::from(u8::from(trial.k == 0));
        let (error, weight) = (trial.leave_one_out, trial.weight);
        [determined, trial.k as f64, error, weight, error * weight]
    };
    let rows: Vec<[f64; 5]> = trials.iter().map(columns).collect();
    Array2::from(rows)
}

/// Whether an estimate fails: it is not known to be off by less than half of the range, so that NaN fails. An estimate
/// exactly half-way fails on both sides, whatever the rounding.
fn fails(estimate: f64, loss: f64, range: f64) -> bool {
    let close = (estimate - loss).abs() < 0.5 * range - 1e-9;
    !close
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(k: usize, right: bool) -> Trial {
        Trial { k, right, weight: 0.5, leave_one_out: 0.25 }
    }

    #[test]
    fn half_way_fails_on_both_sides() {
        assert!(fails(0.25, 0.0, 0.5) && fails(0.25, 0.5, 0.5) && !fails(0.24, 0.0, 0.5));
        assert!(fails(f64::NAN, 0.0, 0.5));
    }

    #[test]
    fn the_occam_bound_is_the_textbook_one() -> Result<()> {
        assert!((occam_bound(2, 4, 100, 0.05) - 0.057683210).abs() < 1e-8);
        // Cut off at the range for few samples.
        let judged = Estimator::Occam.judged(&[trial(0, true)], 0.5, occam_bound(2, 4, 8, 0.05))?;
        assert_eq!(judged, [(0.5, 0.0)]);
        Ok(())
    }

    #[test]
    fn the_learned_estimator_finds_the_rank() -> Result<()> {
        let trials: Vec<Trial> = (0..80).map(|i| trial(3 * (i % 2), i % 2 == 0)).collect();
        let judged = Estimator::Learned.judged(&trials, 0.5, f64::NAN)?;
        assert_eq!(judged.len(), 40);
        assert!(judged.iter().all(|(estimate, loss)| estimate == loss));
        Ok(())
    }
}
