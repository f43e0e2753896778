//! Linear systems and least squares.

use ndarray::{Array1, Array2, array};
use numerics::linear::*;
use numerics::matrix::{product, vector_product};
use numerics::reduce::norm;

use crate::helpers::*;

#[test]
fn lu_solves_and_inverts() {
    for n in [0, 1, 2, 16, 17, 40, 100, 150] {
        let a = matrix(n, n, 18);
        let x = matrix(n, 4, 19);
        let b = product(a.view(), x.view());
        let factors = lu(a.view()).unwrap();
        assert_close(factors.solve_matrix(b.view()).unwrap().view(), x.view(), 1e-9, "X");
        let single = solve(a.view(), b.column(0)).unwrap();
        assert_near(single.as_slice().unwrap(), &x.column(0).to_vec(), 1e-9, "x");
        let inverse = inverse(a.view()).unwrap();
        assert_close(product(a.view(), inverse.view()).view(), Array2::eye(n).view(), 1e-9, "inverse");
        let expected = to_nalgebra(&a).determinant();
        assert!((factors.determinant() - expected).abs() <= 1e-10 * expected.abs(), "determinant");
    }
}

#[test]
fn lu_of_matrices_with_known_results() {
    // The inverse of a Hilbert matrix is a matrix of integers.
    let inverse_of_hilbert = array![
        [16.0, -120.0, 240.0, -140.0],
        [-120.0, 1200.0, -2700.0, 1680.0],
        [240.0, -2700.0, 6480.0, -4200.0],
        [-140.0, 1680.0, -4200.0, 2800.0],
    ];
    let inverse = inverse(hilbert(4).view()).unwrap();
    assert_close(inverse.view(), inverse_of_hilbert.view(), 1e-8, "inverse");
    let determinant = lu(hilbert(5).view()).unwrap().determinant();
    assert!((determinant * 266_716_800_000.0 - 1.0).abs() < 1e-11);
    let permutation = array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    assert_eq!(lu(permutation.view()).unwrap().determinant(), 1.0);
    assert_eq!(lu(array![[0.0, 1.0], [1.0, 0.0]].view()).unwrap().determinant(), -1.0);
}

#[test]
fn singular_systems_are_refused() {
    let zero = lu(Array2::zeros((3, 3)).view()).unwrap_err();
    assert_eq!(zero, LinearError::Singular { pivot: 0 });
    let ones = solve(Array2::ones((4, 4)).view(), Array1::ones(4).view()).unwrap_err();
    assert_eq!(ones, LinearError::Singular { pivot: 1 });
}

#[test]
fn least_squares_of_full_rank() {
    for (m, n) in [(5, 5), (50, 7), (120, 80), (3, 1)] {
        let (a, b) = (matrix(m, n, 20), matrix(m, 1, 21));
        let x = least_squares(a.view(), b.column(0)).unwrap();
        let fitted = vector_product(a.view(), x.as_slice().unwrap());
        let residual: Vec<f64> = b.iter().zip(fitted).map(|(b, fitted)| b - fitted).collect();
        // The residual is orthogonal to the columns.
        assert!(norm(&vector_product(a.t(), &residual)) < 1e-12, "{m} x {n}");
    }
    // The line through four points: y = 3.5 + 1.4 x.
    let a = array![[1.0, 1.0], [1.0, 2.0], [1.0, 3.0], [1.0, 4.0]];
    let x = least_squares(a.view(), array![6.0, 5.0, 7.0, 10.0].view()).unwrap();
    assert_near(x.as_slice().unwrap(), &[3.5, 1.4], 1e-14, "line");
}

#[test]
fn least_squares_takes_the_shortest_of_many_solutions() {
    for (m, n) in [(7, 50), (80, 120), (1, 3)] {
        let (a, b) = (matrix(m, n, 22), matrix(m, 1, 23));
        let x = least_squares(a.view(), b.column(0)).unwrap();
        let fitted = vector_product(a.view(), x.as_slice().unwrap());
        assert_near(&fitted, &b.column(0).to_vec(), 1e-12, "interpolation");
        // The shortest solution lies in the row space: x = At z.
        let z = least_squares(a.t(), x.view()).unwrap();
        let projected = vector_product(a.t(), z.as_slice().unwrap());
        assert_near(&projected, x.as_slice().unwrap(), 1e-12, "row space");
    }
}

#[test]
fn least_squares_of_deficient_rank_is_that_of_the_pseudo_inverse() {
    for (m, n, rank) in [(40, 20, 5), (20, 40, 5), (30, 30, 29), (10, 6, 0)] {
        let a = match rank {
            0 => Array2::zeros((m, n)),
            _ => product(matrix(m, rank, 24).view(), matrix(rank, n, 25).view()),
        };
        let b = matrix(m, 1, 26);
        let x = least_squares(a.view(), b.column(0)).unwrap();
        let inverse = to_nalgebra(&a).pseudo_inverse(1e-10).unwrap();
        let expected = vector_product(from_nalgebra(&inverse).view(), b.as_slice().unwrap());
        assert_near(x.as_slice().unwrap(), &expected, 1e-9, "pseudo-inverse");
    }
    // Two equal columns share the weight.
    let a = array![[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]];
    let x = least_squares(a.view(), array![2.0, 4.0, 6.0].view()).unwrap();
    assert_near(x.as_slice().unwrap(), &[1.0, 1.0], 1e-14, "equal columns");
}
