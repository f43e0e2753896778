//! The intrinsic dimension of a network: where its accuracy first reaches nine tenths.

use common::prelude::*;

use crate::network::Network;

/// The accuracy that counts as a solution: 90 % of that of a perfect baseline, as in the paper.
pub const SOLVED: f64 = 0.90;

/// The rows of a network among those of one kind of training, `subspace` or `direct`.
pub fn runs(table: &Table, kind: &str, network: Network) -> Table {
    table.kind(kind).with("width", network.width).with("depth", network.depth)
}

/// Test accuracy of a network over the dimension of its subspace: mean and range over seeds.
pub fn accuracy(table: &Table, network: Network) -> Curve {
    runs(table, "subspace", network).curve("d", "performance").mean().range()
}

/// The intrinsic dimension d_int90 as far as the dimensions that were tried tell it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dimension {
    /// Between two of them, interpolated.
    At(f64),
    /// Not above the smallest of them, this one.
    Below(f64),
    /// Above the largest of them, this one.
    Above(f64),
}

impl Dimension {
    /// Where the accuracy first reaches [`SOLVED`], linear in log d between neighbours; dimensions rise.
    pub fn measure(accuracy: &Curve) -> Dimension {
        let (d, accuracies) = (&accuracy.x, &accuracy.middle);
        match accuracies.iter().position(|accuracy| *accuracy >= SOLVED) {
            Some(0) => Dimension::Below(d[0]),
            Some(k) => {
                let share = (SOLVED - accuracies[k - 1]) / (accuracies[k] - accuracies[k - 1]);
                let (low, high) = (ln(d[k - 1]), ln(d[k]));
                Dimension::At(exp(low + share * (high - low)))
            }
            None => Dimension::Above(d.last().copied().unwrap_or(f64::NAN)),
        }
    }

    /// The dimension, or the bound on it.
    pub fn or_bound(self) -> f64 {
        let (Dimension::At(d) | Dimension::Below(d) | Dimension::Above(d)) = self;
        d
    }

    /// The dimension; NaN where there is only a bound, so that no claim holds by it.
    pub fn interpolated(self) -> f64 {
        if let Dimension::At(d) = self { d } else { f64::NAN }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_crossing_counts() {
        let measure = |accuracies: [f64; 3]| Dimension::measure(&Curve::new([100.0, 400.0, 1600.0], accuracies));
        // Half way in accuracy is half way in log d.
        assert!((measure([0.8, 1.0, 0.5]).interpolated() - 200.0).abs() < 1e-9);
        assert!((measure([0.2, 0.3, 0.9]).interpolated() - 1600.0).abs() < 1e-9);
        assert_eq!(measure([0.1, 0.2, 0.3]), Dimension::Above(1600.0));
        assert_eq!(measure([0.95, 0.8, 0.95]), Dimension::Below(100.0));
        assert_eq!((measure([0.1; 3]).or_bound(), measure([0.1; 3]).interpolated().is_nan()), (1600.0, true));
    }
}
