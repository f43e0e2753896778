//! Matrices to test on, and what must hold of a factorization.

use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView2, Axis};
use numerics::linear::*;
use numerics::matrix::{gram, product};

/// Numbers in [-1, 1) from a fixed sequence.
pub fn matrix(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    Array2::from_shape_fn((rows, columns), |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    })
}

pub fn symmetric(n: usize, seed: u64) -> Array2<f64> {
    let a = matrix(n, n, seed);
    &a + &a.t()
}

pub fn hilbert(n: usize) -> Array2<f64> {
    Array2::from_shape_fn((n, n), |(i, j)| 1.0 / (i + j + 1) as f64)
}

/// The matrix with 2 on the diagonal and -1 beside it.
pub fn second_difference(n: usize) -> Array2<f64> {
    Array2::from_shape_fn((n, n), |(i, j)| match i.abs_diff(j) {
        0 => 2.0,
        1 => -1.0,
        _ => 0.0,
    })
}

pub fn largest(a: ArrayView2<f64>) -> f64 {
    a.iter().fold(0.0, |largest, value| f64::max(largest, value.abs()))
}

pub fn assert_close(found: ArrayView2<f64>, expected: ArrayView2<f64>, tolerance: f64, what: &str) {
    assert_eq!(found.dim(), expected.dim(), "{what}");
    let distance = largest((&found - &expected).view());
    assert!(distance <= tolerance, "{what}: distance {distance:e} above {tolerance:e}");
    assert!(found.iter().all(|value| value.is_finite()), "{what}");
}

pub fn assert_near(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        let distance = (found - expected).abs();
        assert!(distance <= tolerance, "{what}: {found} is not {expected} ({distance:e})");
    }
}

pub fn assert_orthonormal_columns(a: ArrayView2<f64>, what: &str) {
    assert_close(gram(a.t()).view(), Array2::eye(a.ncols()).view(), 1e-13, what);
}

/// The sign rule: the first component of largest magnitude is positive.
pub fn assert_signs(columns: ArrayView2<f64>) {
    for column in columns.columns() {
        let size = column.iter().fold(0.0, |size, value| f64::max(size, value.abs()));
        let first = column.iter().find(|value| value.abs() == size);
        assert!(first.is_none_or(|&value| value > 0.0), "{column}");
    }
}

pub fn check_eigen(a: &Array2<f64>) -> SymmetricEigen {
    let eigen = symmetric_eigen(a.view()).unwrap();
    let (values, vectors) = (&eigen.values, &eigen.vectors);
    let scale = largest(a.view()).max(f64::MIN_POSITIVE);
    let tolerance = 1e-14 * scale * (10 + a.nrows()) as f64;
    let scaled = vectors * &values.view().insert_axis(Axis(0));
    assert_close(product(scaled.view(), vectors.t()).view(), a.view(), tolerance, "V D Vt");
    assert_orthonormal_columns(vectors.view(), "eigenvectors");
    assert_signs(vectors.view());
    assert!(values.windows(2).into_iter().all(|pair| pair[0] <= pair[1]));
    let alone = symmetric_eigenvalues(a.view()).unwrap();
    assert_near(alone.as_slice().unwrap(), values.as_slice().unwrap(), tolerance, "values alone");
    eigen
}

pub fn check_svd(a: &Array2<f64>) -> Svd {
    let svd = svd(a.view()).unwrap();
    let count = a.nrows().min(a.ncols());
    assert_eq!((svd.u.dim(), svd.vt.dim()), ((a.nrows(), count), (count, a.ncols())));
    let values = svd.singular_values.as_slice().unwrap();
    let top = values.first().copied().unwrap_or(0.0);
    let scaled = &svd.u * &svd.singular_values.view().insert_axis(Axis(0));
    let tolerance = 1e-13 * top.max(f64::MIN_POSITIVE);
    assert_close(product(scaled.view(), svd.vt.view()).view(), a.view(), tolerance, "U D Vt");
    assert_orthonormal_columns(svd.u.view(), "left vectors");
    assert_orthonormal_columns(svd.vt.t(), "right vectors");
    assert_signs(svd.u.view());
    assert!(values.iter().all(|&value| value >= 0.0));
    assert!(values.windows(2).all(|pair| pair[0] >= pair[1]));
    let alone = singular_values(a.view()).unwrap();
    assert_near(alone.as_slice().unwrap(), values, tolerance, "values alone");
    assert!((spectral_norm(a.view()).unwrap() - top).abs() <= tolerance);
    svd
}

pub fn check_qr(a: &Array2<f64>) -> Qr {
    let qr = qr(a.view()).unwrap();
    let count = a.nrows().min(a.ncols());
    assert_eq!((qr.q.dim(), qr.r.dim()), ((a.nrows(), count), (count, a.ncols())));
    let tolerance = 1e-14 * largest(a.view()) * (10 + a.nrows() + a.ncols()) as f64;
    assert_close(product(qr.q.view(), qr.r.view()).view(), a.view(), tolerance, "Q R");
    assert_orthonormal_columns(qr.q.view(), "Q");
    for ((i, j), &value) in qr.r.indexed_iter() {
        assert!(if i > j { value == 0.0 } else { i != j || value >= 0.0 }, "({i}, {j}): {value}");
    }
    qr
}

pub fn to_nalgebra(a: &Array2<f64>) -> DMatrix<f64> {
    DMatrix::from_row_iterator(a.nrows(), a.ncols(), a.iter().copied())
}

pub fn from_nalgebra(a: &DMatrix<f64>) -> Array2<f64> {
    Array2::from_shape_fn(a.shape(), |(i, j)| a[(i, j)])
}
