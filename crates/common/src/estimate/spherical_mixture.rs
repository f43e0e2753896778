//! Mixtures of spherical Gaussians of variance one, fitted by expectation maximisation.

use anyhow::Result;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use numerics::random::Generator;
use numerics::{exp, ln, matrix};

use super::k_means::KMeans;

/// A component with less total membership than this keeps its mean: there is nothing to average.
const EMPTY: f64 = 1e-12;

/// The rise of the mean log-likelihood below which a run has converged.
const TOLERANCE: f64 = 1e-6;

/// A mixture of k Gaussians N(mean_j, I_d) with weights.
#[derive(Clone, Debug)]
pub struct SphericalMixture {
    /// Weights (k), which sum to 1.
    pub weights: Array1<f64>,
    /// Means, k x d.
    pub means: Array2<f64>,
}

impl SphericalMixture {
    /// Maximum likelihood by expectation maximisation: the likeliest of `restarts` runs (at least one is
    /// made) of at most `iterations` steps, each from k-means++ seeds and equal weights.
    ///
    /// # Errors
    /// With fewer distinct points (rows of `x`) than components.
    pub fn fit(
        x: ArrayView2<f64>,
        components: usize,
        restarts: usize,
        iterations: usize,
        random: &mut Generator,
    ) -> Result<SphericalMixture> {
        let mut run = || -> Result<(f64, SphericalMixture)> {
            let mut mixture = SphericalMixture {
                weights: Array1::from_elem(components, 1.0 / components as f64),
                means: KMeans::new(components).seeds(x, random)?,
            };
            Ok((mixture.climb(x, iterations), mixture))
        };
        let mut best = run()?;
        for _ in 1..restarts {
            let other = run()?;
            if other.0 > best.0 {
                best = other;
            }
        }
        Ok(best.1)
    }

    /// Runs expectation maximisation from here. Returns the last mean log-likelihood seen, up to a
    /// constant that depends on the points alone.
    fn climb(&mut self, x: ArrayView2<f64>, iterations: usize) -> f64 {
        let mut before = f64::NEG_INFINITY;
        for _ in 0..iterations {
            let (likelihood, memberships) = self.expectation(x);
            self.maximisation(x, memberships.view());
            if likelihood - before < TOLERANCE {
                return likelihood;
            }
            before = likelihood;
        }
        before
    }

    /// The mean log-likelihood up to a constant, and the membership of each point (row) in each component.
    fn expectation(&self, x: ArrayView2<f64>) -> (f64, Array2<f64>) {
        let mut memberships = self.scores(x);
        let mut total = 0.0;
        for mut row in memberships.rows_mut() {
            let highest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            row.mapv_inplace(|score| exp(score - highest));
            let sum = row.sum();
            row /= sum;
            total += highest + ln(sum);
        }
        (total / x.nrows() as f64, memberships)
    }

    /// Weights and means that maximise the expected log-likelihood under the memberships.
    fn maximisation(&mut self, x: ArrayView2<f64>, memberships: ArrayView2<f64>) {
        let sums = matrix::product(memberships.t(), x);
        for (j, sum) in sums.rows().into_iter().enumerate() {
            let members = memberships.column(j).sum();
            self.weights[j] = members / x.nrows() as f64;
            if members > EMPTY {
                self.means.row_mut(j).assign(&(&sum / members));
            }
        }
    }

    /// ln weight_j + ln N(x_i; mean_j, I) for each point i (row) and component j, less what does not
    /// depend on j.
    fn scores(&self, x: ArrayView2<f64>) -> Array2<f64> {
        let mut scores = matrix::product(x, self.means.t());
        let offset = |(weight, mean): (&f64, ArrayView1<f64>)| ln(*weight) - 0.5 * mean.dot(&mean);
        let offsets: Array1<f64> = self.weights.iter().zip(self.means.rows()).map(offset).collect();
        scores += &offsets;
        scores
    }

    /// The most likely component of each point (row).
    pub fn assign(&self, x: ArrayView2<f64>) -> Vec<usize> {
        let scores = self.scores(x);
        scores
            .rows()
            .into_iter()
            .map(|row| {
                let better = |best: usize, j: usize| if row[j] > row[best] { j } else { best };
                (0..row.len()).fold(0, better)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::s;
    use numerics::random::Streams;

    #[test]
    fn two_distant_components_are_found_with_their_weights() {
        let mut random = Streams::new("spherical-mixture").open("points", 0);
        let points = Array2::from_shape_fn((400, 2), |(i, _)| {
            let centre = if i < 100 { 20.0 } else { -20.0 };
            centre + random.normal()
        });
        let mixture = SphericalMixture::fit(points.view(), 2, 2, 50, &mut random).unwrap();
        let first = mixture.assign(points.view())[0];
        assert!((mixture.weights[first] - 0.25).abs() < 1e-9);
        // With memberships of 0 and 1 the mean is that of the points.
        let mean = points.slice(s![..100, 0]).sum() / 100.0;
        assert!((mixture.means[[first, 0]] - mean).abs() < 1e-9);
    }

    #[test]
    fn each_step_raises_the_likelihood() {
        let mut random = Streams::new("spherical-mixture").open("steps", 0);
        let x = random.normal_matrix(60, 3) * 2.0;
        let means = KMeans::new(4).seeds(x.view(), &mut random).unwrap();
        let mut mixture = SphericalMixture { weights: Array1::from_elem(4, 0.25), means };
        let mut before = f64::NEG_INFINITY;
        for _ in 0..20 {
            let (likelihood, memberships) = mixture.expectation(x.view());
            assert!(likelihood >= before - 1e-12);
            mixture.maximisation(x.view(), memberships.view());
            before = likelihood;
        }
    }
}
