//! The tester: does the neighbourhood of the output's decision boundary look Gaussian?
//!
//! Points in bands along the boundary must be as many as a Gaussian has, and within the first band the
//! other coordinates must have the second and fourth moments of a Gaussian. The first two tests make a
//! small angle to the true halfspace cost little and a large one visible in the gradient; the third keeps
//! the points in the band from lying all beside the directions that matter. Labels enter through the
//! output alone.

use common::prelude::*;

/// Bands on each side of the boundary.
const BANDS: usize = 10;

/// Width of the bands, and the limits between which each statistic must lie.
#[derive(Parameters)]
pub struct Tester {
    /// Width τ of a band beside the decision boundary. Beyond 1/2 the last bands lie where hardly a point is.
    #[range(..=0.5)]
    pub test_width: f64,
    /// Lower limit for the share of points in a band over its Gaussian value.
    #[range(0.0..=1.0)]
    pub band_lo: f64,
    /// Upper limit for the share of points in a band over its Gaussian value.
    #[range(1.0..)]
    pub band_hi: f64,
    /// Lower limit for the eigenvalues of the covariance in the first band.
    #[range(0.0..=1.0)]
    pub cov_lo: f64,
    /// Upper limit for the eigenvalues of the covariance in the first band.
    #[range(1.0..)]
    pub cov_hi: f64,
    /// Lower limit for the eigenvalues of the covariance of quadratic features in the first band.
    #[range(0.0..=1.0)]
    pub quad_lo: f64,
    /// Upper limit for the eigenvalues of the covariance of quadratic features in the first band.
    #[range(1.0..)]
    pub quad_hi: f64,
}

/// The smallest and the largest value of a statistic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremes {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
}

impl Extremes {
    fn of(values: &[f64]) -> Extremes {
        Extremes { min: reduce::min(values), max: reduce::max(values) }
    }

    fn within(self, low: f64, high: f64) -> bool {
        self.min > low && self.max < high
    }
}

/// What the tests find at a candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Findings {
    /// Share of points in each band over its Gaussian value.
    pub bands: Extremes,
    /// In the first band; none with fewer than 2d points there.
    pub inside: Option<BandMoments>,
}

/// Moments of the points in the first band, in coordinates of the complement of the candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandMoments {
    /// Eigenvalues of the matrix of second moments.
    pub covariance: Extremes,
    /// Eigenvalues of the covariance of the quadratic features: the identity for a Gaussian.
    pub quadratic: Extremes,
}

impl Tester {
    /// Runs the three tests on the points (rows) at the unit vector w.
    pub fn examine(&self, inputs: ArrayView2<f64>, w: &[f64]) -> Result<Findings> {
        let distances: Vec<f64> = matrix::vector_product(inputs, w).iter().map(|s| s.abs()).collect();
        let band: Vec<usize> = (0..distances.len()).filter(|&i| distances[i] < self.test_width).collect();
        let inside = if band.len() < 2 * w.len() {
            None
        } else {
            let band = inputs.select(ndarray::Axis(0), &band);
            let coordinates = matrix::product(band.view(), complement(w)?.view());
            Some(BandMoments::of(&coordinates)?)
        };
        Ok(Findings { bands: Extremes::of(&band_ratios(&distances, self.test_width)), inside })
    }

    /// Whether all three tests pass.
    pub fn accepts(&self, findings: &Findings) -> bool {
        findings.bands.within(self.band_lo, self.band_hi)
            && findings.inside.is_some_and(|moments| {
                moments.covariance.within(self.cov_lo, self.cov_hi)
                    && moments.quadratic.within(self.quad_lo, self.quad_hi)
            })
    }
}

/// For each band k τ ≤ |s| < (k + 1) τ: the share of the points in it over 2 (Φ((k + 1) τ) - Φ(k τ)).
fn band_ratios(distances: &[f64], width: f64) -> Vec<f64> {
    let mut counts = [0.0; BANDS];
    for distance in distances {
        if let Some(count) = counts.get_mut((distance / width) as usize) {
            *count += 1.0;
        }
    }
    let edge = |k: usize| normal_cdf(k as f64 * width);
    let gaussian = (0..BANDS).map(|k| 2.0 * (edge(k + 1) - edge(k)));
    let n = distances.len() as f64;
    counts.iter().zip(gaussian).map(|(count, share)| count / n / share).collect()
}

/// An orthonormal basis of the complement of the unit vector w in its columns, d x (d - 1).
fn complement(w: &[f64]) -> Result<Array2<f64>> {
    let d = w.len();
    let mut spanning = Array2::zeros((d, d + 1));
    for (i, &x) in w.iter().enumerate() {
        spanning[[i, 0]] = x;
        spanning[[i, i + 1]] = 1.0;
    }
    Ok(linear::qr(spanning.view())?.q.slice_move(s![.., 1..]))
}

impl BandMoments {
    /// Of points z as rows.
    fn of(points: &Array2<f64>) -> Result<BandMoments> {
        let features = quadratic_features(points);
        let means = features.mean_axis(ndarray::Axis(0)).context("a band without points")?;
        Ok(BandMoments {
            covariance: second_moments(points.view())?,
            quadratic: second_moments((features - means).view())?,
        })
    }
}

/// The eigenvalues of (1/n) Aᵀ A for an n x p matrix A.
fn second_moments(rows: ArrayView2<f64>) -> Result<Extremes> {
    let (n, p) = rows.dim();
    // A Aᵀ has the same eigenvalues, but for zeros.
    let smaller = if n < p { matrix::gram(rows) } else { matrix::gram(rows.t()) };
    let values = linear::symmetric_eigenvalues((smaller / n as f64).view())?;
    let Extremes { min, max } = Extremes::of(&values.to_vec());
    let min = if n < p { 0.0 } else { min.max(0.0) };
    Ok(Extremes { min, max })
}

/// The columns z_a z_b for a < b and (z_a² - 1) / √2: uncorrelated, of mean 0 and variance 1 for a
/// standard Gaussian z.
fn quadratic_features(points: &Array2<f64>) -> Array2<f64> {
    let (n, d) = points.dim();
    let mut features = Array2::zeros((n, d * (d + 1) / 2));
    for (z, mut row) in points.rows().into_iter().zip(features.rows_mut()) {
        let mut feature = row.iter_mut();
        for a in 0..d {
            for (b, slot) in (a..d).zip(&mut feature) {
                *slot = if a == b { (z[a] * z[a] - 1.0) * std::f64::consts::FRAC_1_SQRT_2 } else { z[a] * z[b] };
            }
        }
    }
    features
}

#[cfg(test)]
mod tests;
