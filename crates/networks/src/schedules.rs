//! Learning-rate schedules: factors of the base rate, as functions of the step.
//!
//! They multiply: `rate * warm_up(t, 50) * cosine(t, steps)`. Whether the first step is 0 or 1 is the caller's choice.

use std::f64::consts::PI;

/// Half a cosine from 1 at step 0 to 0 at step `steps`: (1 + cos(π t / steps)) / 2 (Loshchilov and Hutter 2017).
pub fn cosine(t: usize, steps: usize) -> f64 {
    0.5 * (1.0 + numerics::cos(PI * t as f64 / steps as f64))
}

/// A line from 1 at step 0 to 0 at step `steps`.
pub fn linear(t: usize, steps: usize) -> f64 {
    1.0 - t as f64 / steps as f64
}

/// A line from 0 at step 0 to 1 at step `steps`, and 1 from there on.
pub fn warm_up(t: usize, steps: usize) -> f64 {
    if t < steps { t as f64 / steps as f64 } else { 1.0 }
}

/// 1 until the first of the given steps, then the factor that comes with the last one reached:
/// `stairs(t, &[(600, 0.2), (850, 0.04)])`.
pub fn stairs(t: usize, factors: &[(usize, f64)]) -> f64 {
    let reached = factors.iter().take_while(|(start, _)| t >= *start);
    reached.last().map_or(1.0, |(_, factor)| *factor)
}

/// One cycle in two half cosines (Smith and Topin 2019, in PyTorch's form): from 1 / `start` at step 0 up to 1 at
/// `rise` · (steps − 1), down to 1 / (`start` · `end`) at the last step, steps − 1. PyTorch's defaults are
/// rise 0.3, start 25, end 10 000.
pub fn one_cycle(t: usize, steps: usize, rise: f64, start: f64, end: f64) -> f64 {
    let (t, last) = (t as f64, steps as f64 - 1.0);
    let peak = rise * steps as f64 - 1.0;
    let between = |from: f64, to: f64, share: f64| to + (from - to) * 0.5 * (1.0 + numerics::cos(PI * share));
    if t <= peak {
        between(1.0 / start, 1.0, t / peak)
    } else {
        between(1.0, 1.0 / (start * end), (t - peak) / (last - peak))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_middles() {
        assert_eq!((cosine(0, 10), cosine(10, 10)), (1.0, 0.0));
        assert!((cosine(5, 10) - 0.5).abs() < 1e-15);
        assert_eq!((linear(0, 4), linear(1, 4), linear(4, 4)), (1.0, 0.75, 0.0));
        assert_eq!((warm_up(0, 4), warm_up(2, 4), warm_up(9, 4)), (0.0, 0.5, 1.0));
        let steps = [(3, 0.2), (6, 0.04)];
        assert_eq!([0, 2, 3, 5, 6, 100].map(|t| stairs(t, &steps)), [1.0, 1.0, 0.2, 0.2, 0.04, 0.04]);
    }

    #[test]
    fn one_cycle_rises_and_falls() {
        let factor = |t| one_cycle(t, 100, 0.3, 25.0, 1e4);
        assert!((factor(0) - 0.04).abs() < 1e-15 && factor(29) == 1.0);
        assert!((factor(99) - 1.0 / 250_000.0).abs() < 1e-15);
        assert!((1..30).all(|t| factor(t) > factor(t - 1)));
        assert!((30..100).all(|t| factor(t) < factor(t - 1)));
    }
}
