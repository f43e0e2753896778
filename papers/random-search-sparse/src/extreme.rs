//! What choosing the best of many draws gains by luck alone.

use common::prelude::*;
use common::statistics::distribution::{Continuous, ContinuousCDF, Normal};

/// m_T = ∫ x T φ(x) Φ(x)^(T−1) dx, the expected maximum of T standard normal numbers, by the trapezoid rule.
pub fn expected_maximum(draws: usize) -> f64 {
    let normal = Normal::standard();
    let draws = draws as f64;
    let grid = linspace(-8.0, 8.0, 4001);
    // At both ends the integrand vanishes.
    let density = |&x: &f64| x * draws * normal.pdf(x) * pow(normal.cdf(x), draws - 1.0);
    (grid[1] - grid[0]) * grid.iter().map(density).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_maxima_have_closed_forms_and_larger_ones_are_tabulated() {
        let root = std::f64::consts::PI.sqrt();
        // Closed forms for 2 and 3; for 20, 100 and 200 three decimals of tables of normal order statistics.
        for (draws, expected, tolerance) in [
            (1, 0.0, 1e-9),
            (2, 1.0 / root, 1e-9),
            (3, 1.5 / root, 1e-9),
            (20, 1.867, 6e-4),
            (100, 2.508, 6e-4),
            (200, 2.746, 6e-4),
        ] {
            let found = expected_maximum(draws);
            assert!((found - expected).abs() < tolerance, "{draws}: {found}");
        }
    }
}
