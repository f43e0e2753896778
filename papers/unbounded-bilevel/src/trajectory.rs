//! A run as a sequence of gradient norms and lower errors, infinite from divergence on.

use common::prelude::*;
use common::statistics::median;

/// The largest norm of a gradient that counts as finite.
const DIVERGED: f64 = 1e12;
/// The share of a run that its final gradient averages over.
const FINAL_SHARE: f64 = 0.1;
/// The share of a run that its running median spans.
const WINDOW_SHARE: f64 = 0.02;

/// What is measured at x_0, ..., x_T.
pub struct Trajectory {
    horizon: usize,
    gradient_norms: Vec<f64>,
    lower_errors: Vec<f64>,
}

impl Trajectory {
    /// A run of `horizon` iterations of which nothing is known yet.
    pub fn new(horizon: usize) -> Trajectory {
        Trajectory { horizon, gradient_norms: Vec::new(), lower_errors: Vec::new() }
    }

    /// Adds |∇Φ(x_t)| and |y_t - A x_t| of the next t. False, and nothing is added, if the run has diverged: its
    /// gradient norm is above 10^12 or NaN.
    pub fn push(&mut self, gradient_norm: f64, lower_error: f64) -> bool {
        let is_finite = gradient_norm <= DIVERGED;
        if is_finite {
            self.gradient_norms.push(gradient_norm);
            // A lower variable that has overflowed is lost one iteration before the gradient is.
            self.lower_errors.push(if lower_error.is_nan() { f64::INFINITY } else { lower_error });
        }
        is_finite
    }

    /// The whole run: infinite from divergence on.
    pub fn finish(mut self) -> Trajectory {
        self.gradient_norms.resize(self.horizon + 1, f64::INFINITY);
        self.lower_errors.resize(self.horizon + 1, f64::INFINITY);
        self
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

#[cfg(test)]
mod tests {
    use super::*;

    fn run(measured: impl IntoIterator<Item = (f64, f64)>, horizon: usize) -> Trajectory {
        let mut run = Trajectory::new(horizon);
        let mut measured = measured.into_iter();
        while measured.next().is_some_and(|(norm, error)| run.push(norm, error)) {}
        run.finish()
    }

    #[test]
    fn averages_are_over_the_iterations_they_name() {
        let run = run((0..=20).map(|t| (t as f64, 2.0 * t as f64)), 20);
        assert_eq!(run.final_gradient(20), 19.5);
        assert_eq!(run.final_gradient(10), 10.0);
        assert_eq!(run.average_gradient(20), 9.5);
        assert_eq!(run.average_lower_error(10), 9.0);
    }

    #[test]
    fn what_follows_a_divergence_is_infinite_not_a_number() {
        for end in [f64::NAN, f64::INFINITY, 2e12] {
            let run = run([(1.0, 1.0), (5.0, 1.0), (end, 1.0), (2.0, 1.0)], 40);
            assert_eq!((run.gradient_norm(1), run.gradient_norm(2)), (5.0, f64::INFINITY));
            assert_eq!(run.final_gradient(40), f64::INFINITY);
            assert_eq!(run.average_gradient(40), f64::INFINITY);
            assert_eq!(run.average_gradient(2), 3.0);
            assert_eq!(run.median_norm(30), f64::INFINITY);
        }
        let run = run([(1.0, f64::NAN)], 1);
        assert_eq!((run.gradient_norm(0), run.lower_error(0)), (1.0, f64::INFINITY));
    }

    #[test]
    fn the_running_median_ignores_a_spike_and_keeps_both_ends() {
        let run = run((0..=200).map(|t| (if t == 100 { 1e9 } else { t as f64 }, 0.0)), 200);
        assert_eq!(run.median_norm(0), 0.0);
        assert_eq!(run.median_norm(50), 50.0);
        assert_eq!(run.median_norm(100), 101.0);
        assert_eq!(run.median_norm(200), 200.0);
    }
}
