//! Factorizations against known values, against an independent implementation, and by their defining properties.

use ndarray::{Array1, Array2, Axis};
use numerics::linear::*;
use numerics::matrix::{gram, product, vector_product};
use proptest::prelude::*;

mod eigen;
mod factors;
mod helpers;
mod svd;
mod systems;

use helpers::*;

#[test]
fn wrong_input_is_refused_with_its_place() {
    let wide = Array2::<f64>::zeros((2, 3));
    let not_square = LinearError::NotSquare { rows: 2, columns: 3 };
    assert_eq!(cholesky(wide.view()).unwrap_err(), not_square);
    assert_eq!(lu(wide.view()).unwrap_err(), not_square);
    assert_eq!(symmetric_eigen(wide.view()).unwrap_err(), not_square);
    assert_eq!(symmetric_eigenvalues(wide.view()).unwrap_err(), not_square);
    for bad in [f64::NAN, f64::INFINITY] {
        let mut a = Array2::<f64>::eye(4);
        a[[2, 1]] = bad;
        let not_finite = LinearError::NotFinite { row: 2, column: 1 };
        assert_eq!(cholesky(a.view()).unwrap_err(), not_finite);
        assert_eq!(lu(a.view()).unwrap_err(), not_finite);
        assert_eq!(qr(a.view()).unwrap_err(), not_finite);
        assert_eq!(svd(a.view()).unwrap_err(), not_finite);
        assert_eq!(singular_values(a.view()).unwrap_err(), not_finite);
        assert_eq!(spectral_norm(a.view()).unwrap_err(), not_finite);
        assert!(symmetric_eigen(a.view()).is_err());
        assert_eq!(least_squares(a.view(), Array1::zeros(4).view()).unwrap_err(), not_finite);
    }
    let short = LinearError::LengthMismatch { expected: 3, found: 2 };
    let eye = Array2::<f64>::eye(3);
    let b = Array1::<f64>::zeros(2);
    assert_eq!(cholesky(eye.view()).unwrap().solve(b.view()).unwrap_err(), short);
    assert_eq!(solve(eye.view(), b.view()).unwrap_err(), short);
    assert_eq!(least_squares(eye.view(), b.view()).unwrap_err(), short);
    assert_eq!(short.to_string(), "the right-hand side has 2 rows where the matrix has 3");
}

#[test]
fn results_do_not_depend_on_the_layout() {
    let a = symmetric(45, 27);
    let mut turned = Array2::zeros((45, 45)).reversed_axes();
    turned.assign(&a);
    assert_eq!(symmetric_eigen(a.view()).unwrap().vectors, symmetric_eigen(turned.view()).unwrap().vectors);
    let a = matrix(45, 60, 28);
    let mut turned = Array2::zeros((60, 45)).reversed_axes();
    turned.assign(&a);
    assert_eq!(svd(a.view()).unwrap().u, svd(turned.view()).unwrap().u);
    assert_eq!(qr(a.view()).unwrap().q, qr(turned.view()).unwrap().q);
}

/// Any shape up to 40 x 40 and any rank, with columns of very different sizes.
fn any_matrix() -> impl Strategy<Value = Array2<f64>> {
    (1_usize..40, 1_usize..40, 0_usize..40, 0..8, any::<u64>()).prop_map(|(m, n, rank, grade, seed)| {
        let rank = rank.min(m).min(n);
        let scales = Array1::from_shape_fn(n, |j| (0..(j % 4) * grade as usize).fold(1.0, |x, _| x * 0.1));
        let scales = scales.insert_axis(Axis(0));
        match rank {
            0 => matrix(m, n, seed) * &scales,
            _ => product(matrix(m, rank, seed).view(), matrix(rank, n, seed ^ 1).view()) * &scales,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn factorizations_hold_for_any_matrix(a in any_matrix()) {
        check_svd(&a);
        check_qr(&a);
        check_eigen(&gram(a.view()));
        let shifted = gram(a.view()) + Array2::<f64>::eye(a.nrows());
        let l = cholesky(shifted.view()).unwrap();
        let tolerance = 1e-13 * largest(shifted.view());
        assert_close(gram(l.factor().view()).view(), shifted.view(), tolerance, "L Lt");
        let x = least_squares(a.view(), a.column(0)).unwrap();
        let fitted = vector_product(a.view(), x.as_slice().unwrap());
        assert_near(&fitted, &a.column(0).to_vec(), 1e-11 * largest(a.view()), "consistent system");
    }
}
