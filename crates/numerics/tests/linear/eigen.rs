//! Symmetric eigenvalues and eigenvectors.

use ndarray::{Array1, Array2, array, s};
use numerics::linear::*;
use numerics::matrix::gram;
use numerics::random::Streams;

use crate::helpers::*;

#[test]
fn eigenvalues_of_the_second_difference_matrix_are_known() {
    for n in [1, 2, 3, 31, 100, 257] {
        let eigen = check_eigen(&second_difference(n));
        let step = std::f64::consts::PI / (n + 1) as f64;
        let expected: Vec<f64> = (1..=n).map(|k| 2.0 - 2.0 * numerics::cos(k as f64 * step)).collect();
        assert_near(eigen.values.as_slice().unwrap(), &expected, 1e-14 * (5 + n) as f64, "values");
    }
}

#[test]
fn eigenvalues_of_small_hilbert_matrices_are_known() {
    let expected = [0.002_687_340_355_773_53, 0.122_327_065_853_905_8, 1.408_318_927_123_654];
    let eigen = check_eigen(&hilbert(3));
    assert_near(eigen.values.as_slice().unwrap(), &expected, 1e-15, "Hilbert 3");
    check_eigen(&hilbert(12));
}

#[test]
fn eigen_of_degenerate_matrices() {
    assert_eq!(check_eigen(&Array2::zeros((0, 0))).values.len(), 0);
    let one = check_eigen(&array![[-3.5]]);
    assert_eq!((one.values, one.vectors), (array![-3.5], array![[1.0]]));
    assert_eq!(check_eigen(&Array2::zeros((7, 7))).values, Array1::zeros(7));
    let identity = check_eigen(&Array2::eye(40));
    assert_near(identity.values.as_slice().unwrap(), &[1.0; 40], 1e-15, "identity");
    let diagonal = check_eigen(&Array2::from_diag(&array![3.0, -1.0, 2.0, 2.0]));
    assert_eq!(diagonal.values, array![-1.0, 2.0, 2.0, 3.0]);
    assert_eq!(diagonal.vectors.column(0).to_vec(), [0.0, 1.0, 0.0, 0.0]);
    // n - 1 equal eigenvalues and one apart; then blocks that do not touch.
    let ones = check_eigen(&Array2::ones((60, 60)));
    assert_near(&ones.values.to_vec()[..59], &[0.0; 59], 5e-13, "ones");
    assert!((ones.values[59] - 60.0).abs() < 5e-13);
    let mut blocks = Array2::zeros((50, 50));
    blocks.slice_mut(s![..20, ..20]).assign(&symmetric(20, 1));
    blocks.slice_mut(s![30.., 30..]).assign(&symmetric(20, 1));
    check_eigen(&blocks);
    // Wilkinson's matrix: pairs that agree to nearly all digits.
    let wilkinson = Array2::from_shape_fn((21, 21), |(i, j)| match i.abs_diff(j) {
        0 => i.abs_diff(10) as f64,
        1 => 1.0,
        _ => 0.0,
    });
    let eigen = check_eigen(&wilkinson);
    assert!((eigen.values[20] - 10.746_194_182_903_39).abs() < 1e-13);
    assert!(eigen.values[20] - eigen.values[19] < 1e-13);
}

#[test]
fn eigen_at_all_scales_and_grades() {
    for scale in [1e-300, 5e-320, 1e-160, 1e160, 1e300] {
        check_eigen(&(symmetric(20, 2) * scale));
    }
    for base in [0.1_f64, 10.0] {
        let power = |i: usize| (0..i).fold(1.0, |power, _| power * base);
        let graded = Array2::from_shape_fn((30, 30), |(i, j)| power(i) * power(j) / power(30));
        check_eigen(&(graded + Array2::from_diag(&Array1::from_shape_fn(30, power))));
    }
}

#[test]
fn eigen_of_low_numerical_rank() {
    // Most elements of these Gram matrices are rounding errors of the few large ones.
    for (n, seed) in [(100, 0), (100, 1), (150, 2)] {
        let mut random = numerics::random::Streams::new("eigen").open("low rank", seed);
        let (left, right) = (random.orthonormal(n, n), random.orthonormal(n, n));
        let sizes = Array1::from_shape_fn(n, |i| numerics::exp2(-(i as f64)));
        let a = numerics::matrix::product((left * &sizes).view(), right.t());
        let eigen = check_eigen(&numerics::matrix::gram(a.view()));
        assert!((eigen.values[n - 1] - 1.0).abs() < 1e-14);
        assert!((eigen.values[n - 2] - 0.25).abs() < 1e-14);
        assert!((spectral_norm(a.view()).unwrap() - 1.0).abs() < 1e-14);
    }
}

#[test]
fn eigen_agrees_with_nalgebra() {
    for n in [5, 33, 64, 150] {
        let a = symmetric(n, 3);
        let mut expected: Vec<f64> = to_nalgebra(&a).symmetric_eigenvalues().iter().copied().collect();
        expected.sort_by(f64::total_cmp);
        assert_near(check_eigen(&a).values.as_slice().unwrap(), &expected, 1e-12, "values");
    }
}

#[test]
fn only_the_lower_triangle_is_read() {
    let a = symmetric(20, 4) + Array2::<f64>::eye(20) * 20.0;
    let mut other = a.clone();
    for i in 0..20 {
        other.slice_mut(s![i, i + 1..]).fill(f64::NAN);
    }
    assert_eq!(symmetric_eigen(a.view()).unwrap().values, symmetric_eigen(other.view()).unwrap().values);
    assert_eq!(cholesky(a.view()).unwrap().factor(), cholesky(other.view()).unwrap().factor());
}

/// Of a large Gram matrix of low rank, the blocks of zeros carry errors in proportion to the norm, which is far above
/// the largest element.
#[test]
fn large_gram_matrices_of_low_rank_converge() {
    let (rank, n) = (240, 1770);
    let a = Streams::new("t").open("a", 0).normal_matrix(rank, n);
    let values = symmetric_eigenvalues(gram(a.t()).view()).unwrap();
    let expected = symmetric_eigenvalues(gram(a.view()).view()).unwrap();
    let scale = expected[rank - 1];
    assert!(values.iter().take(n - rank).all(|value| value.abs() < 1e-12 * scale));
    for (value, expected) in values.iter().skip(n - rank).zip(&expected) {
        assert!((value - expected).abs() < 1e-12 * scale, "{value} {expected}");
    }
}
