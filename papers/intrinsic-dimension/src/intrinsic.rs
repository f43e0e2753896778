//! The intrinsic dimension of a network: where its accuracy first reaches nine tenths.

use common::prelude::*;

use crate::training::Network;

/// The accuracy that counts as a solution: 90 % of that of a perfect baseline, as in the paper.
pub const SOLVED: f64 = 0.90;

/// d_int90 as the dimensions that were tried tell it.
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
    pub fn measure(dimensions: &[f64], accuracies: &[f64]) -> Dimension {
        let reached = accuracies.iter().position(|accuracy| *accuracy >= SOLVED);
        match reached {
            Some(0) => Dimension::Below(dimensions[0]),
            Some(k) => {
                let share = (SOLVED - accuracies[k - 1]) / (accuracies[k] - accuracies[k - 1]);
                let (low, high) = (ln(dimensions[k - 1]), ln(dimensions[k]));
                Dimension::At(exp(low + share * (high - low)))
            }
            None => Dimension::Above(dimensions.last().copied().unwrap_or(f64::NAN)),
        }
    }

    /// The dimension, or the bound on it.
    pub fn or_bound(self) -> f64 {
        let (Dimension::At(d) | Dimension::Below(d) | Dimension::Above(d)) = self;
        d
    }
}

/// Test accuracy of a network over subspace dimensions: means, extremes, published range.
pub struct Curve {
    pub dimensions: Vec<f64>,
    pub mean: Vec<f64>,
    pub low: Vec<f64>,
    pub high: Vec<f64>,
    pub published_low: Vec<f64>,
    pub published_high: Vec<f64>,
}

impl Curve {
    /// The subspace runs of a network, over its seeds.
    ///
    /// # Errors
    /// If the table lacks a column.
    pub fn of(network: Network, table: &Table) -> Result<Curve> {
        let runs = of_network(network, &table.filter("kind", "subspace")?)?;
        let curve = runs.sort(&["d"])?.summarize(
            &["d"],
            &[
                Summary::mean("performance").named("mean"),
                Summary::min("performance").named("low"),
                Summary::max("performance").named("high"),
                Summary::min("published_min").named("published_low"),
                Summary::max("published_max").named("published_high"),
            ],
        )?;
        Ok(Curve {
            dimensions: curve.floats("d")?,
            mean: curve.floats("mean")?,
            low: curve.floats("low")?,
            high: curve.floats("high")?,
            published_low: curve.floats("published_low")?,
            published_high: curve.floats("published_high")?,
        })
    }

    /// d_int90 on the means.
    pub fn dimension(&self) -> Dimension {
        Dimension::measure(&self.dimensions, &self.mean)
    }

    /// Mean accuracy at a dimension; NaN if there are no runs.
    pub fn at(&self, d: usize) -> f64 {
        let place = self.dimensions.iter().position(|tried| *tried == d as f64);
        place.map_or(f64::NAN, |place| self.mean[place])
    }
}

/// The rows of a network.
///
/// # Errors
/// If the table lacks a column.
pub fn of_network(network: Network, table: &Table) -> Result<Table> {
    table.filter("width", network.width as i64)?.filter("depth", network.depth as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_crossing_counts() {
        let measure = |accuracies: &[f64]| Dimension::measure(&[100.0, 400.0, 1600.0], accuracies);
        // Half way in accuracy is half way in log d.
        let Dimension::At(d) = measure(&[0.8, 1.0, 0.5]) else { panic!("no crossing") };
        assert!((d - 200.0).abs() < 1e-9);
        let Dimension::At(d) = measure(&[0.2, 0.3, 0.9]) else { panic!("no crossing") };
        assert!((d - 1600.0).abs() < 1e-9);
        assert_eq!(measure(&[0.1, 0.2, 0.3]), Dimension::Above(1600.0));
        assert_eq!(measure(&[0.95, 0.8, 0.95]), Dimension::Below(100.0));
    }
}
