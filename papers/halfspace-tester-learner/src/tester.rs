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
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Tester {
    /// Width of a band, tau.
    pub test_width: f64,
    /// Limits for the share of points in a band over its Gaussian value.
    pub band_lo: f64,
    /// The upper one.
    pub band_hi: f64,
    /// Limits for the eigenvalues of the covariance in the first band.
    pub cov_lo: f64,
    /// The upper one.
    pub cov_hi: f64,
    /// Limits for the eigenvalues of the covariance of quadratic features there.
    pub quad_lo: f64,
    /// The upper one.
    pub quad_hi: f64,
}

/// The smallest and the largest value of a statistic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremes {
    /// The smallest.
    pub min: f64,
    /// The largest.
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
mod tests {
    use super::*;
    use crate::inputs::{InputLaw, Marginal};

    fn tester() -> Tester {
        Tester { test_width: 0.1, band_lo: 0.8, band_hi: 1.25, cov_lo: 0.7, cov_hi: 1.45, quad_lo: 0.35, quad_hi: 2.2 }
    }

    fn examined(marginal: Marginal) -> (Findings, bool) {
        let streams = Streams::new("test");
        let law = InputLaw::new(marginal, 10, &mut streams.open("orientation", 6));
        let inputs = law.sample(20_000, &mut streams.open("inputs", 6));
        let w = streams.open("w", 6).unit_vector(10).to_vec();
        let findings = tester().examine(inputs.view(), &w).unwrap();
        (findings, tester().accepts(&findings))
    }

    #[test]
    fn gaussian_points_pass_and_the_cross_polytope_does_not() {
        let (gauss, accepted) = examined(Marginal::Gauss);
        assert!(accepted, "{gauss:?}");
        let (cross, accepted) = examined(Marginal::Cross);
        assert!(!accepted && cross.bands.min == 0.0, "{cross:?}");
    }

    #[test]
    fn heavy_tails_near_the_boundary_fail_the_third_test() {
        let (findings, accepted) = examined(Marginal::TwoScale);
        // Given |s| small, the other coordinates mix variances 0.04 and 1.96.
        assert!(!accepted, "{findings:?}");
        assert!(findings.bands.max > 2.0, "{findings:?}");
    }

    #[test]
    fn each_limit_counts() {
        let inside =
            BandMoments { covariance: Extremes { min: 0.9, max: 1.1 }, quadratic: Extremes { min: 0.8, max: 1.2 } };
        let findings = Findings { bands: Extremes { min: 0.95, max: 1.05 }, inside: Some(inside) };
        assert!(tester().accepts(&findings));
        let low = Extremes { min: 0.1, max: 1.0 };
        let high = Extremes { min: 1.0, max: 3.0 };
        for bad in [low, high] {
            assert!(!tester().accepts(&Findings { bands: bad, ..findings }));
            for inside in [BandMoments { covariance: bad, ..inside }, BandMoments { quadratic: bad, ..inside }] {
                let inside = Some(inside);
                assert!(!tester().accepts(&Findings { inside, ..findings }));
            }
        }
        let empty = Findings { inside: None, ..findings };
        assert!(!tester().accepts(&empty));
    }

    #[test]
    fn bands_are_half_open_and_compared_with_the_gaussian() {
        // Two of five points in band 0, one in band 1, one in band 9, one beyond.
        let ratios = band_ratios(&[0.0, 0.49, 0.5, 4.75, 5.0], 0.5);
        let share = |k: f64| 2.0 * (normal_cdf(0.5 * (k + 1.0)) - normal_cdf(0.5 * k));
        assert!((ratios[0] * share(0.0) - 0.4).abs() < 1e-15);
        assert!((ratios[1] * share(1.0) - 0.2).abs() < 1e-15);
        assert!((ratios[9] * share(9.0) - 0.2).abs() < 1e-15);
        assert!(ratios[2..9].iter().all(|&ratio| ratio == 0.0));
    }

    #[test]
    fn the_complement_is_orthonormal_and_orthogonal() {
        let mut candidates = vec![vec![0.0, 0.0, 1.0], vec![1.0, 0.0, 0.0], vec![0.6, 0.0, -0.8]];
        candidates.push(Streams::new("test").open("w", 7).unit_vector(12).to_vec());
        for w in candidates {
            let basis = complement(&w).unwrap();
            assert_eq!(basis.dim(), (w.len(), w.len() - 1));
            let along = matrix::vector_product(basis.t(), &w);
            assert!(along.iter().all(|x| x.abs() < 1e-14), "{along:?}");
            let gram = matrix::gram(basis.t()) - Array2::<f64>::eye(w.len() - 1);
            assert!(gram.iter().all(|x| x.abs() < 1e-14), "{gram}");
        }
    }

    #[test]
    fn quadratic_features_of_a_gaussian_have_covariance_identity() {
        let points = Streams::new("test").open("points", 8).normal_matrix(60_000, 3);
        let covariance = matrix::gram(quadratic_features(&points).t()) / 60_000.0;
        for ((a, b), value) in covariance.indexed_iter() {
            let expected = if a == b { 1.0 } else { 0.0 };
            // Fourth moments of the features are at most 15.
            assert!((value - expected).abs() < 0.08, "{covariance}");
        }
    }

    #[test]
    fn second_moments_of_few_points_and_of_many() {
        // Eigenvalues of diag(4, 1) / 2, once with a third coordinate that is always 0.
        let moments = |rows: Array2<f64>| second_moments(rows.view()).unwrap();
        assert_eq!(moments(array![[2.0, 0.0], [0.0, 1.0]]), Extremes { min: 0.5, max: 2.0 });
        let flat = moments(array![[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
        assert_eq!(flat, Extremes { min: 0.0, max: 2.0 });
        let flat = moments(array![[2.0, 0.0], [2.0, 0.0], [-2.0, 0.0]]);
        assert!(flat.min == 0.0 && (flat.max - 4.0).abs() < 1e-15, "{flat:?}");
    }

    #[test]
    fn an_empty_band_is_a_rejection_not_an_error() {
        let inputs = array![[1.0, 0.0], [-1.0, 0.3], [2.0, -0.1], [1.5, 0.0]];
        let findings = tester().examine(inputs.view(), &[1.0, 0.0]).unwrap();
        assert_eq!(findings.inside, None);
        assert!(!tester().accepts(&findings));
    }
}
