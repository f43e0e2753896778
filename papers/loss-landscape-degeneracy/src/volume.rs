//! Valleys of toy losses in the box [−1, 1]^d: the share of the box that lies below a level.

use std::f64::consts::FRAC_PI_4;

use common::prelude::*;

/// A loss K(w) with its zero at the origin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum Loss {
    /// w₁² in the plane: one direction is free.
    #[serde(rename = "w1^2")]
    Trough,
    /// w₁² w₂²: two free directions that cross.
    #[serde(rename = "w1^2 w2^2")]
    Cross,
    /// w₁² + w₂²: a regular minimum.
    #[serde(rename = "w1^2 + w2^2")]
    Bowl,
    /// w₁² w₂² + w₃²: a cross beside a regular direction.
    #[serde(rename = "w1^2 w2^2 + w3^2")]
    CrossAndBowl,
}

/// The losses in the order of the table.
pub const LOSSES: [Loss; 4] = [Loss::Trough, Loss::Cross, Loss::Bowl, Loss::CrossAndBowl];

/// The levels ε, rising, evenly spaced in ln ε.
pub fn levels() -> Vec<f64> {
    geomspace(1e-6, 1e-1, 30)
}

impl Loss {
    /// d: the dimension of the box.
    pub fn dimension(self) -> usize {
        if self == Loss::CrossAndBowl { 3 } else { 2 }
    }

    /// K(w) of a point with as many coordinates as the box.
    pub fn at(self, w: &[f64]) -> f64 {
        let squared = |i: usize| w[i] * w[i];
        match self {
            Loss::Trough => squared(0),
            Loss::Cross => squared(0) * squared(1),
            Loss::Bowl => squared(0) + squared(1),
            Loss::CrossAndBowl => squared(0) * squared(1) + squared(2),
        }
    }

    /// Share of the box with K(w) < ε, for ε ≤ 1.
    pub fn volume(self, eps: f64) -> f64 {
        let side = eps.sqrt();
        match self {
            Loss::Trough => side,
            Loss::Cross => cross(side),
            Loss::Bowl => FRAC_PI_4 * eps,
            // The integral over |w₃| of cross(√(ε − w₃²)).
            Loss::CrossAndBowl => FRAC_PI_4 * eps * (0.5 + ln(2.0) - ln(side)),
        }
    }
}

/// P(|w₁ w₂| < t) for t ≤ 1: a product of two uniform variables.
fn cross(t: f64) -> f64 {
    t * (1.0 - ln(t))
}

/// Points whose losses are kept at a time: few enough for the first-level cache.
const BLOCK: usize = 1024;

/// For each of the `levels`, how many of `samples` uniform points of the box lie below it.
pub fn count_below(loss: Loss, levels: &[f64], samples: usize, generator: &mut Generator) -> Vec<usize> {
    let mut counts = vec![0; levels.len()];
    let mut point = vec![0.0; loss.dimension()];
    let mut values = Vec::with_capacity(BLOCK);
    for drawn in (0..samples).step_by(BLOCK) {
        values.clear();
        values.extend((drawn..samples).take(BLOCK).map(|_| {
            for coordinate in &mut point {
                *coordinate = 2.0 * generator.uniform() - 1.0;
            }
            loss.at(&point)
        }));
        // Comparing with every level is vector code, and faster than to search the place of each value.
        for (count, &eps) in counts.iter_mut().zip(levels) {
            *count += values.iter().filter(|&&value| value < eps).count();
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_agree_with_a_count_on_a_grid() {
        // Midpoints of a grid over the positive corner, which stands for the whole box.
        let points = 120;
        let place = |k: usize| (k as f64 + 0.5) / points as f64;
        for loss in LOSSES {
            let mut below = 0;
            let depth = if loss.dimension() == 3 { points } else { 1 };
            for (i, j, k) in
                (0..points * points * depth).map(|n| (n % points, n / points % points, n / points / points))
            {
                below += usize::from(loss.at(&[place(i), place(j), place(k)]) < 0.05);
            }
            let share = below as f64 / (points * points * depth) as f64;
            assert!((share / loss.volume(0.05) - 1.0).abs() < 0.01, "{loss:?}: {share}");
        }
    }

    #[test]
    fn the_cross_beside_a_regular_direction_is_an_integral_over_crosses() {
        for eps in [1e-6_f64, 1e-2, 0.1] {
            // Midpoints stay clear of t = 0.
            let step = eps.sqrt() / 2000.0;
            let slice = |k: i32| {
                let w3 = (f64::from(k) + 0.5) * step;
                cross((eps - w3 * w3).sqrt())
            };
            let integral = step * (0..2000).map(slice).sum::<f64>();
            assert!((Loss::CrossAndBowl.volume(eps) / integral - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn volumes_narrow_as_the_learning_coefficient_says() {
        // ε^λ (−ln ε)^(m − 1) up to a constant, compared between two tiny levels.
        for (loss, lambda, logs) in
            [(Loss::Trough, 0.5, 0.0), (Loss::Cross, 0.5, 1.0), (Loss::Bowl, 1.0, 0.0), (Loss::CrossAndBowl, 1.0, 1.0)]
        {
            let predicted = |eps: f64| lambda * ln(eps) + logs * ln(-ln(eps));
            let (low, high) = (1e-200, 1e-100);
            let measured = ln(loss.volume(high) / loss.volume(low));
            assert!((measured - (predicted(high) - predicted(low))).abs() < 0.02, "{loss:?}");
        }
    }

    #[test]
    fn counts_are_cumulative_and_strict() {
        let mut generator = Streams::new("test").open("box", 0);
        let counts = count_below(Loss::Trough, &[0.25, 0.5, 2.0], 40_000, &mut generator);
        assert_eq!(counts[2], 40_000);
        assert!((counts[0] as f64 / 40_000.0 - 0.5).abs() < 0.015);
        assert!((counts[1] as f64 / 40_000.0 - 0.5f64.sqrt()).abs() < 0.015);
    }
}
