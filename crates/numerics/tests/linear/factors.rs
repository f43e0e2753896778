//! QR and Cholesky factorizations.

use ndarray::{Array2, array};
use numerics::linear::*;
use numerics::matrix::{gram, product};

use crate::helpers::*;

#[test]
fn qr_of_many_shapes() {
    for (m, n) in [(0, 0), (0, 2), (3, 0), (1, 1), (1, 5), (5, 1), (9, 9), (100, 33), (33, 100), (200, 200)] {
        check_qr(&matrix(m, n, 10));
    }
    check_qr(&Array2::zeros((6, 4)));
    check_qr(&Array2::from_diag(&array![-1.0, 0.0, 3.0]));
    check_qr(&product(matrix(50, 3, 11).view(), matrix(3, 20, 12).view()));
    check_qr(&(matrix(10, 10, 13) * 1e-300));
    check_qr(&(matrix(10, 10, 13) * 1e300));
}

#[test]
fn qr_agrees_with_nalgebra_up_to_signs() {
    let a = matrix(90, 40, 14);
    let expected = from_nalgebra(&to_nalgebra(&a).qr().r()).mapv(f64::abs);
    assert_close(check_qr(&a).r.mapv(f64::abs).view(), expected.view(), 1e-12, "R");
}

#[test]
fn cholesky_reconstructs_and_solves() {
    for n in [0, 1, 2, 31, 32, 33, 64, 100, 257] {
        let root = matrix(n, n + 5, 15);
        let a = gram(root.view()) + Array2::<f64>::eye(n);
        let factors = cholesky(a.view()).unwrap();
        let l = factors.factor();
        assert_close(product(l.view(), l.t()).view(), a.view(), 1e-11, "L Lt");
        assert!(l.indexed_iter().all(|((i, j), &value)| i >= j || value == 0.0));
        let x = matrix(n, 3, 16);
        let b = product(a.view(), x.view());
        assert_close(factors.solve_matrix(b.view()).unwrap().view(), x.view(), 1e-10, "X");
        let single = factors.solve(b.column(1)).unwrap();
        assert_near(single.as_slice().unwrap(), &x.column(1).to_vec(), 1e-10, "x");
    }
}

#[test]
fn cholesky_agrees_with_nalgebra_and_known_values() {
    let a = gram(matrix(80, 100, 17).view());
    let expected = from_nalgebra(&to_nalgebra(&a).cholesky().unwrap().l());
    assert_close(cholesky(a.view()).unwrap().factor().view(), expected.view(), 1e-12, "L");
    let a = array![[4.0, 12.0, -16.0], [12.0, 37.0, -43.0], [-16.0, -43.0, 98.0]];
    let expected = array![[2.0, 0.0, 0.0], [6.0, 1.0, 0.0], [-8.0, 5.0, 3.0]];
    assert_eq!(cholesky(a.view()).unwrap().factor(), expected);
}

#[test]
fn cholesky_names_the_pivot_that_fails() {
    let fails = |a: &Array2<f64>| cholesky(a.view()).unwrap_err();
    let mut a = Array2::<f64>::eye(100);
    a[[70, 70]] = -1.0;
    assert_eq!(fails(&a), LinearError::NotPositiveDefinite { pivot: 70 });
    a[[70, 70]] = 0.0;
    assert_eq!(fails(&a), LinearError::NotPositiveDefinite { pivot: 70 });
    assert_eq!(fails(&array![[1.0, 2.0], [2.0, 1.0]]), LinearError::NotPositiveDefinite { pivot: 1 });
}
