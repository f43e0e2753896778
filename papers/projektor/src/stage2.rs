//! Stage 2: performance at a size that nobody can afford to try, from two small ones.

use common::prelude::*;

/// The measure L of performance that is a straight line in ln N.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transform {
    /// The accuracy.
    Acc,
    /// The logarithm of the error: a power law in N.
    LogErr,
}

impl Transform {
    /// Both in the order of the table.
    pub const ALL: [Transform; 2] = [Transform::Acc, Transform::LogErr];

    /// L of an accuracy. `resolution` is the least error that can be told from none.
    pub fn of(self, accuracy: f64, resolution: f64) -> f64 {
        match self {
            Transform::Acc => accuracy,
            Transform::LogErr => ln((1.0 - accuracy).max(resolution)),
        }
    }

    /// The accuracy that belongs to L, from 0 to 1.
    pub fn accuracy(self, l: f64) -> f64 {
        let accuracy = match self {
            Transform::Acc => l,
            Transform::LogErr => 1.0 - exp(l),
        };
        accuracy.clamp(0.0, 1.0)
    }
}

/// L(N) = [ln(N / N0) L(N1) − ln(N / N1) L(N0)] / ln(N1 / N0), the straight line in ln N through two sizes.
pub fn project(n: f64, [n0, n1]: [f64; 2], [l0, l1]: [f64; 2]) -> f64 {
    (ln(n / n0) * l1 - ln(n / n1) * l0) / ln(n1 / n0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_sizes_get_their_own_values_back() {
        assert_eq!(project(150.0, [150.0, 600.0], [-0.5, -1.0]), -0.5);
        assert_eq!(project(600.0, [150.0, 600.0], [-0.5, -1.0]), -1.0);
        assert!((project(2400.0, [150.0, 600.0], [-0.5, -1.0]) + 1.5).abs() < 1e-12);
    }

    #[test]
    fn in_the_log_error_it_is_a_power_law() {
        let accuracy = |n: f64| 1.0 - 2.0 * pow(n, -0.3);
        let l = [150.0, 600.0].map(|n| Transform::LogErr.of(accuracy(n), 1e-9));
        let projected = Transform::LogErr.accuracy(project(4800.0, [150.0, 600.0], l));
        assert!((projected - accuracy(4800.0)).abs() < 1e-12);
        assert_eq!(Transform::LogErr.of(1.0, 0.01), ln(0.01));
        assert_eq!((Transform::Acc.accuracy(1.7), Transform::Acc.of(0.7, 0.1)), (1.0, 0.7));
    }
}
