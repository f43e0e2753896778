//! The loss bowl of a group: its excess loss as a quadratic of (ln lr, ln B).

use common::estimate::LeastSquares;
use common::prelude::*;

use crate::losses::{Group, Optimum, Run, Setting};

/// Runs a bowl is fitted to at least: its six coefficients and four more.
const LEAST_RUNS: usize = 10;

/// A fitted quadratic: excess = floor + u' H u / 2 with u = (ln lr, ln B) - minimum.
///
/// It is a bowl if H is positive definite; otherwise it has no minimum, and minimum and floor are NaN. All is NaN where
/// the runs do not determine a quadratic.
#[derive(Clone, Copy, Debug)]
pub struct Bowl {
    /// Where the excess is least.
    pub minimum: Setting,
    /// Excess at the minimum. Slightly above 0, since excess counts from the luckiest run.
    pub floor: f64,
    /// H: second derivatives by ln lr twice, by ln lr and ln B, by ln B twice.
    pub curvature: [f64; 3],
    /// Share of the variance of the excess that the quadratic explains.
    pub r2: f64,
}

impl Bowl {
    /// Ordinary least squares of the excess on 1, x, y, x², xy, y², where x and y are ln lr and ln B
    /// less their means over the runs: uncentred, the squares would be collinear to six digits.
    pub fn fit(runs: &[Run]) -> Bowl {
        let count = runs.len() as f64;
        let mean_rate = runs.iter().map(|run| run.setting.ln_rate).sum::<f64>() / count;
        let mean_batch = runs.iter().map(|run| run.setting.ln_batch).sum::<f64>() / count;
        let mut features = Array2::zeros((runs.len(), 5));
        for (mut row, run) in features.rows_mut().into_iter().zip(runs) {
            let (x, y) = (run.setting.ln_rate - mean_rate, run.setting.ln_batch - mean_batch);
            row.assign(&ndarray::aview1(&[x, y, x * x, x * y, y * y]));
        }
        let excess: Array1<f64> = runs.iter().map(|run| run.excess).collect();
        let undetermined = Bowl { minimum: Setting::NONE, floor: f64::NAN, curvature: [f64::NAN; 3], r2: f64::NAN };
        if runs.len() < LEAST_RUNS {
            return undetermined;
        }
        let Ok(fit) = LeastSquares::new().fit(features.view(), excess.view()) else { return undetermined };
        let c = &fit.coefficients;
        let (rate_slope, batch_slope) = (c[0], c[1]);
        let curvature = [2.0 * c[2], c[3], 2.0 * c[4]];
        let [xx, xy, yy] = curvature;
        let determinant = xx * yy - xy * xy;
        // Written so that a NaN is refused too.
        if !(determinant > 0.0 && xx > 0.0) {
            return Bowl { curvature, r2: fit.r_squared, ..undetermined };
        }
        // -H^-1 times the gradient at the means.
        let x = (xy * batch_slope - yy * rate_slope) / determinant;
        let y = (xy * rate_slope - xx * batch_slope) / determinant;
        Bowl {
            minimum: Setting { ln_rate: mean_rate + x, ln_batch: mean_batch + y },
            floor: fit.intercept + (rate_slope * x + batch_slope * y) / 2.0,
            curvature,
            r2: fit.r_squared,
        }
    }

    /// Whether it is a bowl.
    pub fn has_minimum(&self) -> bool {
        self.minimum.is_some()
    }

    /// The smaller and the larger eigenvalue of H.
    pub fn eigenvalues(&self) -> (f64, f64) {
        let [xx, xy, yy] = self.curvature;
        let (middle, half) = ((xx + yy) / 2.0, (xx - yy) / 2.0);
        let radius = (half * half + xy * xy).sqrt();
        (middle - radius, middle + radius)
    }
}

/// A group with its bowl.
pub struct Fitted<'g> {
    /// All runs.
    pub group: &'g Group,
    /// The runs in the window.
    pub kept: Vec<Run>,
    /// The quadratic fitted to the runs in the window.
    pub bowl: Bowl,
}

impl<'g> Fitted<'g> {
    /// Fits the bowl to the runs within `window` of the best one.
    pub fn new(group: &'g Group, window: f64) -> Fitted<'g> {
        let kept = group.within(window);
        Fitted { group, bowl: Bowl::fit(&kept), kept }
    }

    /// The bowl as a row.
    pub fn record(&self) -> Record {
        let (eig_min, eig_max) = self.bowl.eigenvalues();
        let [h_lr, h_mixed, h_b] = self.bowl.curvature;
        record! {
            /// Runs of the group.
            runs: self.group.runs.len(),
            /// Runs in the window, which the bowl is fitted to.
            kept: self.kept.len(),
            /// Peak learning rate of a minimum or recommendation; NaN where a bowl has no minimum.
            lr_opt: self.bowl.minimum.rate(),
            /// Batch in tokens of a minimum or recommendation; NaN where a bowl has no minimum.
            b_opt: self.bowl.minimum.batch(),
            /// Smaller eigenvalue of the second derivatives of the bowl by (ln lr, ln B).
            eig_min,
            /// Larger eigenvalue of the second derivatives of the bowl by (ln lr, ln B).
            eig_max,
            /// Share of the variance of the excess that the bowl explains.
            r2: self.bowl.r2,
            /// Excess of the bowl at its minimum.
            floor: self.bowl.floor,
            /// Second derivative of the bowl by ln lr.
            h_lr,
            /// Second derivative of the bowl by ln lr and ln B.
            h_mixed,
            /// Second derivative of the bowl by ln B.
            h_b,
        }
    }

    /// The minimum of the bowl as what is best for this group.
    pub fn optimum(&self) -> Optimum {
        (self.group.n, self.group.d, self.bowl.minimum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs on a grid with the excess of a quadratic of second derivatives `curvature` around (-6.5, 13).
    fn grid([xx, xy, yy]: [f64; 3]) -> Vec<Run> {
        let mut runs = Vec::new();
        for i in 0..6 {
            for j in 0..5 {
                let (x, y) = (0.35 * f64::from(i) - 1.0, 0.7 * f64::from(j) - 1.2);
                let excess = 0.001 + (xx * x * x + 2.0 * xy * x * y + yy * y * y) / 2.0;
                let setting = Setting { ln_rate: x - 6.5, ln_batch: y + 13.0 };
                let (rate, batch) = (setting.rate(), setting.batch());
                runs.push(Run { rate, batch, setting, loss: 2.0 * (1.0 + excess), excess });
            }
        }
        runs
    }

    #[test]
    fn a_quadratic_is_recovered() {
        let bowl = Bowl::fit(&grid([0.02, -0.008, 0.014]));
        assert!((bowl.minimum.ln_rate + 6.5).abs() < 1e-10);
        assert!((bowl.minimum.ln_batch - 13.0).abs() < 1e-10);
        assert!((bowl.floor - 0.001).abs() < 1e-12);
        assert!((bowl.r2 - 1.0).abs() < 1e-10);
        // Trace 0.034, determinant 0.000216: eigenvalues 0.017 ± sqrt(0.000073).
        let (smaller, larger) = bowl.eigenvalues();
        assert!((smaller - 0.008_455_996_254).abs() < 1e-10, "{smaller}");
        assert!((larger - 0.025_544_003_745).abs() < 1e-10, "{larger}");
    }

    #[test]
    fn a_saddle_and_a_hill_are_no_bowls() {
        for curvature in [[0.02, -0.03, 0.014], [-0.02, 0.0, -0.014]] {
            let bowl = Bowl::fit(&grid(curvature));
            assert!(!bowl.has_minimum() && bowl.floor.is_nan() && bowl.eigenvalues().0 < -0.01);
        }
    }

    #[test]
    fn runs_that_do_not_determine_a_quadratic_are_no_bowl() {
        let same_rate: Vec<Run> =
            grid([0.02, 0.0, 0.014]).iter().filter(|run| run.setting.ln_rate < -7.4).copied().collect();
        assert_eq!(same_rate.len(), 5);
        for runs in [same_rate.repeat(3), grid([0.02, 0.0, 0.014])[..9].to_vec(), Vec::new()] {
            let bowl = Bowl::fit(&runs);
            assert!(!bowl.has_minimum() && bowl.eigenvalues().0.is_nan() && bowl.r2.is_nan());
        }
    }
}
