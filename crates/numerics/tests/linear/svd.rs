//! Singular value decompositions.

use ndarray::{Array1, Array2, array};
use numerics::matrix::{gram, product};

use crate::helpers::*;

#[test]
fn svd_of_many_shapes() {
    for (m, n) in
        [(0, 0), (0, 3), (4, 0), (1, 1), (1, 6), (6, 1), (7, 7), (40, 3), (3, 40), (70, 65), (65, 70), (130, 130)]
    {
        check_svd(&matrix(m, n, 5));
    }
}

#[test]
fn svd_of_degenerate_matrices() {
    assert_eq!(check_svd(&Array2::zeros((5, 3))).singular_values, Array1::zeros(3));
    let signs = check_svd(&Array2::from_diag(&array![1.0, -4.0, 0.0, 2.0]));
    assert_eq!(signs.singular_values, array![4.0, 2.0, 1.0, 0.0]);
    check_svd(&Array2::eye(33));
    let ones = check_svd(&Array2::ones((20, 30)));
    assert!((ones.singular_values[0] - 600.0_f64.sqrt()).abs() < 1e-13);
    assert!(ones.singular_values[1] < 1e-13);
    // A nilpotent shift: every diagonal element is zero.
    let shift = Array2::from_shape_fn((12, 12), |(i, j)| if j == i + 1 { 1.0 } else { 0.0 });
    let values = check_svd(&shift).singular_values;
    assert_near(&values.to_vec()[..11], &[1.0; 11], 1e-15, "shift");
    assert_eq!(values[11], 0.0);
    for (m, n, rank) in [(50, 50, 7), (80, 40, 39), (40, 80, 1), (64, 64, 63)] {
        let low = product(matrix(m, rank, 6).view(), matrix(rank, n, 7).view());
        let values = check_svd(&low).singular_values;
        assert!(values[rank] < 1e-14 * values[0] && values[rank - 1] > 1e-5 * values[0]);
    }
    for n in [8, 12, 40] {
        check_svd(&hilbert(n));
    }
    for scale in [1e-300, 5e-320, 1e-160, 1e160, 1e300] {
        check_svd(&(matrix(15, 12, 8) * scale));
    }
    // Kahan's matrix, whose triangular form hides how close to singular it is.
    let (sine, cosine) = (0.8_f64, 0.6_f64);
    let kahan = Array2::from_shape_fn((60, 60), |(i, j)| {
        let power = (0..i).fold(1.0, |power, _| power * sine);
        if i == j {
            power
        } else if i < j {
            -cosine * power
        } else {
            0.0
        }
    });
    check_svd(&kahan);
}

/// Matrices of ones with a few minus ones: elimination leaves residues of rounding that shrink from step to step
/// down to the smallest numbers there are.
#[test]
fn svd_of_sign_matrices_of_low_rank() {
    for seed in 0..150 {
        let (m, n) = (30 + (seed as usize * 7) % 50, 30 + (seed as usize * 11) % 50);
        let level = -1.0 + 0.04 * (seed % 5) as f64;
        let signs = matrix(m, n, 30 + seed).mapv(|value| if value < level { -1.0 } else { 1.0 });
        check_svd(&signs);
        check_eigen(&gram(signs.view()));
    }
}

#[test]
fn singular_values_of_hilbert_are_known() {
    let values = check_svd(&hilbert(5)).singular_values;
    let expected = [
        1.567_050_691_098_231,
        0.208_534_218_611_013_3,
        0.011_407_491_623_419_8,
        0.000_305_898_040_151_19,
        0.000_003_287_928_772_171_86,
    ];
    assert_near(values.as_slice().unwrap(), &expected, 2e-15, "Hilbert 5");
}

#[test]
fn singular_values_agree_with_nalgebra() {
    for (m, n) in [(10, 10), (60, 25), (25, 60), (100, 100)] {
        let a = matrix(m, n, 9);
        let expected = to_nalgebra(&a).singular_values();
        let found = check_svd(&a).singular_values;
        assert_near(found.as_slice().unwrap(), expected.as_slice(), 1e-12, "singular values");
    }
}
