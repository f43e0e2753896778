//! A run as a sequence of gradient norms and lower errors, infinite from divergence on.

use common::prelude::*;
use common::statistics::median;

/// The share of a run that its final gradient averages over.
const FINAL_SHARE: f64 = 0.1;
/// The share of a run that its running median spans.
const WINDOW_SHARE: f64 = 0.02;

/// What is measured at x_0, ..., x_T.
pub struct Trajectory {
    gradient_norms: Vec<f64>,
    lower_errors: Vec<f64>,
}

impl Trajectory {
    /// From (|∇Φ(x_t)|, |y_t - A x_t|) for t = 0, 1, ... From the first gradient norm on that is not finite or that
    /// `diverged` marks, everything is infinite; so are missing iterations up to `horizon`.
    pub fn new(measured: &[(f64, f64)], horizon: usize, diverged: impl Fn(f64) -> bool) -> Trajectory {
        let lost = |&(norm, _): &(f64, f64)| !norm.is_finite() || diverged(norm);
        let kept = measured.iter().position(lost).unwrap_or(measured.len());
        let (mut gradient_norms, mut lower_errors): (Vec<f64>, Vec<f64>) = measured[..kept].iter().copied().unzip();
        // A lower variable that has overflowed is lost one iteration before the gradient is.
        for error in &mut lower_errors {
            *error = if error.is_nan() { f64::INFINITY } else { *error };
        }
        gradient_norms.resize(horizon + 1, f64::INFINITY);
        lower_errors.resize(horizon + 1, f64::INFINITY);
        Trajectory { gradient_norms, lower_errors }
    }

    /// |∇Φ(x_t)|.
    pub fn gradient_norm(&self, t: usize) -> f64 {
        self.gradient_norms[t]
    }

    /// |y_t - A x_t|.
    pub fn lower_error(&self, t: usize) -> f64 {
        self.lower_errors[t]
    }

    /// Median of the gradient norms around t, over 2 % of the run; less near its ends, so that t stays in the middle.
    pub fn median_norm(&self, t: usize) -> f64 {
        let last = self.gradient_norms.len() - 1;
        let half = ((0.5 * WINDOW_SHARE * last as f64).round() as usize).min(t).min(last - t);
        median(&self.gradient_norms[t - half..=t + half])
    }

    /// Mean gradient norm after each of the last tenth of the first `horizon` iterations.
    pub fn final_gradient(&self, horizon: usize) -> f64 {
        let count = ((FINAL_SHARE * horizon as f64).round() as usize).max(1);
        reduce::mean(&self.gradient_norms[horizon + 1 - count..=horizon])
    }

    /// Mean gradient norm at x_0, ..., x_(T-1), the points at which T iterations estimate a gradient.
    pub fn average_gradient(&self, horizon: usize) -> f64 {
        reduce::mean(&self.gradient_norms[..horizon])
    }

    /// Mean lower error at the same points.
    pub fn average_lower_error(&self, horizon: usize) -> f64 {
        reduce::mean(&self.lower_errors[..horizon])
    }
}

/// 0, and at most `count` of the times 1 to `last` about evenly spaced in their logarithms, both ends among them.
pub fn checkpoints(count: usize, last: usize) -> Vec<usize> {
    let ratio = ln(last as f64) / (count.max(2) - 1) as f64;
    let spaced = (0..count).map(|k| (exp(k as f64 * ratio).round() as usize).min(last));
    let mut times: Vec<usize> = [0].into_iter().chain(spaced).chain([last]).collect();
    times.sort_unstable();
    times.dedup();
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_over_the_iterations_they_name() {
        let measured: Vec<(f64, f64)> = (0..=20).map(|t| (t as f64, 2.0 * t as f64)).collect();
        let run = Trajectory::new(&measured, 20, |_| false);
        assert_eq!(run.final_gradient(20), 19.5);
        assert_eq!(run.final_gradient(10), 10.0);
        assert_eq!(run.average_gradient(20), 9.5);
        assert_eq!(run.average_lower_error(10), 9.0);
    }

    #[test]
    fn what_follows_a_divergence_is_infinite_not_a_number() {
        for end in [f64::NAN, f64::INFINITY, 2e3] {
            let run = Trajectory::new(&[(1.0, 1.0), (5.0, 1.0), (end, 1.0)], 40, |norm| norm > 1e3);
            assert_eq!((run.gradient_norm(1), run.gradient_norm(2)), (5.0, f64::INFINITY));
            assert_eq!(run.final_gradient(40), f64::INFINITY);
            assert_eq!(run.average_gradient(40), f64::INFINITY);
            assert_eq!(run.average_gradient(2), 3.0);
            assert_eq!(run.median_norm(30), f64::INFINITY);
        }
        let run = Trajectory::new(&[(1.0, f64::NAN)], 1, |_| false);
        assert_eq!((run.gradient_norm(0), run.lower_error(0)), (1.0, f64::INFINITY));
    }

    #[test]
    fn the_running_median_ignores_a_spike_and_keeps_both_ends() {
        let measured: Vec<(f64, f64)> = (0..=200).map(|t| (if t == 100 { 1e9 } else { t as f64 }, 0.0)).collect();
        let run = Trajectory::new(&measured, 200, |_| false);
        assert_eq!(run.median_norm(0), 0.0);
        assert_eq!(run.median_norm(50), 50.0);
        assert_eq!(run.median_norm(100), 101.0);
        assert_eq!(run.median_norm(200), 200.0);
    }

    #[test]
    fn checkpoints_have_both_ends_and_rise() {
        assert_eq!(checkpoints(4, 1000), [0, 1, 10, 100, 1000]);
        assert_eq!(checkpoints(1, 7), [0, 1, 7]);
        assert_eq!(checkpoints(5, 1), [0, 1]);
        assert!(checkpoints(200, 8000).len() > 150);
    }
}
