//! The learning rate over a run.

use common::networks::schedules::cosine;

/// Share of the steps in which the rate rises.
const WARM_UP: f64 = 0.1;

/// The rate at step `step` = 0, 1, … of `steps`: a line up to the peak over w = `steps` / 10, reached by the step
/// number from 1, then half a cosine down to the final rate.
pub fn rate(step: usize, steps: usize, peak: f64, last: f64) -> f64 {
    let (s, w) = (step as f64, WARM_UP * steps as f64);
    if s < w {
        return peak * ((s + 1.0) / w).min(1.0);
    }
    last + (peak - last) * half_cosine((s - w) / (steps as f64 - w))
}
