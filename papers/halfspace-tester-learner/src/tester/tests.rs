use super::*;
use crate::inputs::{InputLaw, Marginal};

fn tester() -> Tester {
    Tester { test_width: 0.1, band_lo: 0.8, band_hi: 1.25, cov_lo: 0.7, cov_hi: 1.45, quad_lo: 0.35, quad_hi: 2.2 }
}

fn examined(marginal: Marginal) -> (Findings, bool) {
    let streams = Streams::new("test");
    let law = InputLaw::sample(marginal, 10, &mut streams.open("orientation", 6));
    let inputs = law.points(20_000, &mut streams.open("inputs", 6));
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
