//! Estimators of the true error: generalization bounds and other measures.

use common::estimate::Logistic;
use common::prelude::*;

use crate::learning::{Trial, error_range};

/// An estimator of the true error of a learned hypothesis.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// The training error, which is always 0.
    Zero,
    /// The bound for finite classes: (d ln q + ln(1/delta)) / n.
    Occam,
    /// The leave-one-out error.
    Loo,
    /// Knows the rank of the samples: 0 if they determine the target, else 1 - 1/q.
    Oracle,
    /// Logistic regression on what can be seen, trained on other trials of the same world.
    Learned,
}

impl Estimator {
    /// All of them, in the order of the table.
    pub const ALL: [Estimator; 5] =
        [Estimator::Zero, Estimator::Occam, Estimator::Loo, Estimator::Oracle, Estimator::Learned];
}

/// Where the trials come from.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub q: u64,
    pub d: usize,
    pub n: usize,
    /// Probability with which the Occam bound may be violated.
    pub occam_delta: f64,
}

/// The trials on which an estimator is judged, with its estimate of the true error of each.
///
/// The learned estimator is trained on the first half of the trials and judged on the second; the others are judged
/// on all.
///
/// # Errors
/// If the logistic regression fails.
pub fn judged(estimator: Estimator, setting: Setting, trials: &[Trial]) -> Result<Vec<(&Trial, f64)>> {
    let range = error_range(setting.q);
    let each = |estimate: &dyn Fn(&Trial) -> f64| trials.iter().map(|trial| (trial, estimate(trial))).collect();
    Ok(match estimator {
        Estimator::Zero => each(&|_| 0.0),
        Estimator::Occam => {
            let bits = setting.d as f64 * ln(setting.q as f64) + ln(1.0 / setting.occam_delta);
            each(&|_| range.min(bits / setting.n as f64))
        }
        // Guesses may be wrong more often than uniform ones are on average; no true error is above the range.
        Estimator::Loo => each(&|trial| trial.leave_one_out.min(range)),
        Estimator::Oracle => each(&|trial| if trial.k == 0 { 0.0 } else { range }),
        Estimator::Learned => {
            let (training, evaluation) = trials.split_at(trials.len() / 2);
            let wrong = predict_wrong(training, evaluation)?;
            let estimate = |(trial, wrong)| (trial, if wrong { range } else { 0.0 });
            evaluation.iter().zip(wrong).map(estimate).collect()
        }
    })
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

/// Whether an estimate fails: it is off by at least half of the range. An estimate exactly half-way fails on both
/// sides, whatever the rounding.
pub fn fails(estimate: f64, loss: f64, range: f64) -> bool {
    (estimate - loss).abs() >= 0.5 * range - 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTING: Setting = Setting { q: 2, d: 4, n: 8, occam_delta: 0.05 };

    fn trial(k: usize, right: bool) -> Trial {
        Trial { k, right, weight: 0.5, leave_one_out: 0.25 }
    }

    #[test]
    fn half_way_fails_on_both_sides() {
        assert!(fails(0.25, 0.0, 0.5) && fails(0.25, 0.5, 0.5) && !fails(0.24, 0.0, 0.5));
    }

    #[test]
    fn the_occam_bound_is_the_textbook_one() -> Result<()> {
        let large = Setting { n: 100, ..SETTING };
        let trials = [trial(0, true)];
        // (4 ln 2 + ln 20) / 100, and cut off at 1/2 for 8 samples.
        assert!((judged(Estimator::Occam, large, &trials)?[0].1 - 0.057683210).abs() < 1e-8);
        assert_eq!(judged(Estimator::Occam, SETTING, &trials)?[0].1, 0.5);
        Ok(())
    }

    #[test]
    fn the_learned_estimator_finds_the_rank() -> Result<()> {
        let trials: Vec<Trial> = (0..80).map(|i| trial(3 * (i % 2), i % 2 == 0)).collect();
        let judged = judged(Estimator::Learned, SETTING, &trials)?;
        assert_eq!(judged.len(), 40);
        assert!(judged.iter().all(|(trial, estimate)| *estimate == trial.loss(2)));
        Ok(())
    }
}
