//! Factorizations against known values, against an independent implementation, and by their defining properties.

use nalgebra::DMatrix;
use ndarray::{Array1, Array2, ArrayView2, array, s};
use numerics::linear::*;
use numerics::matrix::{gram, product, vector_product};
use numerics::reduce::norm;
use proptest::prelude::*;

/// Numbers in [-1, 1) from a fixed sequence.
fn matrix(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    Array2::from_shape_fn((rows, columns), |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    })
}

fn symmetric(n: usize, seed: u64) -> Array2<f64> {
    let a = matrix(n, n, seed);
    &a + &a.t()
}

fn hilbert(n: usize) -> Array2<f64> {
    Array2::from_shape_fn((n, n), |(i, j)| 1.0 / (i + j + 1) as f64)
}

/// The matrix with 2 on the diagonal and -1 beside it.
fn second_difference(n: usize) -> Array2<f64> {
    Array2::from_shape_fn((n, n), |(i, j)| match i.abs_diff(j) {
        0 => 2.0,
        1 => -1.0,
        _ => 0.0,
    })
}

fn largest(a: ArrayView2<f64>) -> f64 {
    a.iter()
        .fold(0.0, |largest, value| f64::max(largest, value.abs()))
}

fn assert_close(found: ArrayView2<f64>, expected: ArrayView2<f64>, tolerance: f64, what: &str) {
    assert_eq!(found.dim(), expected.dim(), "{what}");
    let distance = largest((&found - &expected).view());
    assert!(
        distance <= tolerance,
        "{what}: distance {distance:e} above {tolerance:e}"
    );
    assert!(found.iter().all(|value| value.is_finite()), "{what}");
}

fn assert_near(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        let distance = (found - expected).abs();
        assert!(
            distance <= tolerance,
            "{what}: {found} is not {expected} ({distance:e})"
        );
    }
}

fn assert_orthonormal_columns(a: ArrayView2<f64>, what: &str) {
    assert_close(
        gram(a.t()).view(),
        Array2::eye(a.ncols()).view(),
        1e-13,
        what,
    );
}

/// The sign rule: the first component of largest magnitude is positive.
fn assert_signs(columns: ArrayView2<f64>) {
    for column in columns.columns() {
        let size = column
            .iter()
            .fold(0.0, |size, value| f64::max(size, value.abs()));
        let first = column.iter().find(|value| value.abs() == size);
        assert!(first.is_none_or(|&value| value > 0.0), "{column}");
    }
}

fn check_eigen(a: &Array2<f64>) -> SymmetricEigen {
    let eigen = symmetric_eigen(a.view()).unwrap();
    let (values, vectors) = (&eigen.values, &eigen.vectors);
    let scale = largest(a.view()).max(f64::MIN_POSITIVE);
    let tolerance = 1e-14 * scale * (10 + a.nrows()) as f64;
    let scaled = vectors * &values.view().insert_axis(ndarray::Axis(0));
    assert_close(
        product(scaled.view(), vectors.t()).view(),
        a.view(),
        tolerance,
        "V D Vt",
    );
    assert_orthonormal_columns(vectors.view(), "eigenvectors");
    assert_signs(vectors.view());
    assert!(values.windows(2).into_iter().all(|pair| pair[0] <= pair[1]));
    let alone = symmetric_eigenvalues(a.view()).unwrap();
    assert_near(
        alone.as_slice().unwrap(),
        values.as_slice().unwrap(),
        tolerance,
        "values alone",
    );
    eigen
}

fn check_svd(a: &Array2<f64>) -> Svd {
    let svd = svd(a.view()).unwrap();
    let count = a.nrows().min(a.ncols());
    assert_eq!(
        (svd.u.dim(), svd.vt.dim()),
        ((a.nrows(), count), (count, a.ncols()))
    );
    let values = svd.singular_values.as_slice().unwrap();
    let top = values.first().copied().unwrap_or(0.0);
    let scaled = &svd.u * &svd.singular_values.view().insert_axis(ndarray::Axis(0));
    let tolerance = 1e-13 * top.max(f64::MIN_POSITIVE);
    assert_close(
        product(scaled.view(), svd.vt.view()).view(),
        a.view(),
        tolerance,
        "U D Vt",
    );
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

fn check_qr(a: &Array2<f64>) -> Qr {
    let qr = qr(a.view()).unwrap();
    let count = a.nrows().min(a.ncols());
    assert_eq!(
        (qr.q.dim(), qr.r.dim()),
        ((a.nrows(), count), (count, a.ncols()))
    );
    let tolerance = 1e-14 * largest(a.view()) * (10 + a.nrows() + a.ncols()) as f64;
    assert_close(
        product(qr.q.view(), qr.r.view()).view(),
        a.view(),
        tolerance,
        "Q R",
    );
    assert_orthonormal_columns(qr.q.view(), "Q");
    for ((i, j), &value) in qr.r.indexed_iter() {
        assert!(
            if i > j {
                value == 0.0
            } else {
                i != j || value >= 0.0
            },
            "({i}, {j}): {value}"
        );
    }
    qr
}

fn to_nalgebra(a: &Array2<f64>) -> DMatrix<f64> {
    DMatrix::from_row_iterator(a.nrows(), a.ncols(), a.iter().copied())
}

fn from_nalgebra(a: &DMatrix<f64>) -> Array2<f64> {
    Array2::from_shape_fn(a.shape(), |(i, j)| a[(i, j)])
}

#[test]
fn eigenvalues_of_the_second_difference_matrix_are_known() {
    for n in [1, 2, 3, 31, 100, 257] {
        let eigen = check_eigen(&second_difference(n));
        let step = std::f64::consts::PI / (n + 1) as f64;
        let expected: Vec<f64> = (1..=n)
            .map(|k| 2.0 - 2.0 * numerics::cos(k as f64 * step))
            .collect();
        assert_near(
            eigen.values.as_slice().unwrap(),
            &expected,
            1e-14 * (5 + n) as f64,
            "values",
        );
    }
}

#[test]
fn eigenvalues_of_small_hilbert_matrices_are_known() {
    let expected = [
        0.002_687_340_355_773_53,
        0.122_327_065_853_905_8,
        1.408_318_927_123_654,
    ];
    let eigen = check_eigen(&hilbert(3));
    assert_near(
        eigen.values.as_slice().unwrap(),
        &expected,
        1e-15,
        "Hilbert 3",
    );
    check_eigen(&hilbert(12));
}

#[test]
fn eigen_of_degenerate_matrices() {
    assert_eq!(check_eigen(&Array2::zeros((0, 0))).values.len(), 0);
    let one = check_eigen(&array![[-3.5]]);
    assert_eq!((one.values, one.vectors), (array![-3.5], array![[1.0]]));
    assert_eq!(check_eigen(&Array2::zeros((7, 7))).values, Array1::zeros(7));
    let identity = check_eigen(&Array2::eye(40));
    assert_near(
        identity.values.as_slice().unwrap(),
        &[1.0; 40],
        1e-15,
        "identity",
    );
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
fn eigen_agrees_with_nalgebra() {
    for n in [5, 33, 64, 150] {
        let a = symmetric(n, 3);
        let mut expected: Vec<f64> = to_nalgebra(&a)
            .symmetric_eigenvalues()
            .iter()
            .copied()
            .collect();
        expected.sort_by(f64::total_cmp);
        assert_near(
            check_eigen(&a).values.as_slice().unwrap(),
            &expected,
            1e-12,
            "values",
        );
    }
}

#[test]
fn only_the_lower_triangle_is_read() {
    let a = symmetric(20, 4) + Array2::<f64>::eye(20) * 20.0;
    let mut other = a.clone();
    for i in 0..20 {
        other.slice_mut(s![i, i + 1..]).fill(f64::NAN);
    }
    assert_eq!(
        symmetric_eigen(a.view()).unwrap().values,
        symmetric_eigen(other.view()).unwrap().values
    );
    assert_eq!(
        cholesky(a.view()).unwrap().factor(),
        cholesky(other.view()).unwrap().factor()
    );
}

#[test]
fn svd_of_many_shapes() {
    for (m, n) in [
        (0, 0),
        (0, 3),
        (4, 0),
        (1, 1),
        (1, 6),
        (6, 1),
        (7, 7),
        (40, 3),
        (3, 40),
        (70, 65),
        (65, 70),
        (130, 130),
    ] {
        check_svd(&matrix(m, n, 5));
    }
}

#[test]
fn svd_of_degenerate_matrices() {
    assert_eq!(
        check_svd(&Array2::zeros((5, 3))).singular_values,
        Array1::zeros(3)
    );
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
        let (m, n) = (
            30 + (seed as usize * 7) % 50,
            30 + (seed as usize * 11) % 50,
        );
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
        assert_near(
            found.as_slice().unwrap(),
            expected.as_slice(),
            1e-12,
            "singular values",
        );
    }
}

#[test]
fn qr_of_many_shapes() {
    for (m, n) in [
        (0, 0),
        (0, 2),
        (3, 0),
        (1, 1),
        (1, 5),
        (5, 1),
        (9, 9),
        (100, 33),
        (33, 100),
        (200, 200),
    ] {
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
    assert_close(
        check_qr(&a).r.mapv(f64::abs).view(),
        expected.view(),
        1e-12,
        "R",
    );
}

#[test]
fn cholesky_reconstructs_and_solves() {
    for n in [0, 1, 2, 31, 32, 33, 64, 100, 257] {
        let root = matrix(n, n + 5, 15);
        let a = gram(root.view()) + Array2::<f64>::eye(n);
        let factors = cholesky(a.view()).unwrap();
        let l = factors.factor();
        assert_close(product(l.view(), l.t()).view(), a.view(), 1e-11, "L Lt");
        assert!(
            l.indexed_iter()
                .all(|((i, j), &value)| i >= j || value == 0.0)
        );
        let x = matrix(n, 3, 16);
        let b = product(a.view(), x.view());
        assert_close(
            factors.solve_matrix(b.view()).unwrap().view(),
            x.view(),
            1e-10,
            "X",
        );
        let single = factors.solve(b.column(1)).unwrap();
        assert_near(
            single.as_slice().unwrap(),
            &x.column(1).to_vec(),
            1e-10,
            "x",
        );
    }
}

#[test]
fn cholesky_agrees_with_nalgebra_and_known_values() {
    let a = gram(matrix(80, 100, 17).view());
    let expected = from_nalgebra(&to_nalgebra(&a).cholesky().unwrap().l());
    assert_close(
        cholesky(a.view()).unwrap().factor().view(),
        expected.view(),
        1e-12,
        "L",
    );
    let a = array![
        [4.0, 12.0, -16.0],
        [12.0, 37.0, -43.0],
        [-16.0, -43.0, 98.0]
    ];
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
    assert_eq!(
        fails(&array![[1.0, 2.0], [2.0, 1.0]]),
        LinearError::NotPositiveDefinite { pivot: 1 }
    );
}

#[test]
fn lu_solves_and_inverts() {
    for n in [0, 1, 2, 16, 17, 40, 100, 150] {
        let a = matrix(n, n, 18);
        let x = matrix(n, 4, 19);
        let b = product(a.view(), x.view());
        let factors = lu(a.view()).unwrap();
        assert_close(
            factors.solve_matrix(b.view()).unwrap().view(),
            x.view(),
            1e-9,
            "X",
        );
        let single = solve(a.view(), b.column(0)).unwrap();
        assert_near(single.as_slice().unwrap(), &x.column(0).to_vec(), 1e-9, "x");
        let inverse = inverse(a.view()).unwrap();
        assert_close(
            product(a.view(), inverse.view()).view(),
            Array2::eye(n).view(),
            1e-9,
            "inverse",
        );
        let expected = to_nalgebra(&a).determinant();
        assert!(
            (factors.determinant() - expected).abs() <= 1e-10 * expected.abs(),
            "determinant"
        );
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
    assert_eq!(
        lu(array![[0.0, 1.0], [1.0, 0.0]].view())
            .unwrap()
            .determinant(),
        -1.0
    );
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

#[test]
fn wrong_input_is_refused_with_its_place() {
    let wide = Array2::<f64>::zeros((2, 3));
    let not_square = LinearError::NotSquare {
        rows: 2,
        columns: 3,
    };
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
        assert_eq!(
            least_squares(a.view(), Array1::zeros(4).view()).unwrap_err(),
            not_finite
        );
    }
    let short = LinearError::LengthMismatch {
        expected: 3,
        found: 2,
    };
    let eye = Array2::<f64>::eye(3);
    let b = Array1::<f64>::zeros(2);
    assert_eq!(
        cholesky(eye.view()).unwrap().solve(b.view()).unwrap_err(),
        short
    );
    assert_eq!(solve(eye.view(), b.view()).unwrap_err(), short);
    assert_eq!(least_squares(eye.view(), b.view()).unwrap_err(), short);
    assert_eq!(
        short.to_string(),
        "the right-hand side has 2 rows where the matrix has 3"
    );
}

#[test]
fn results_do_not_depend_on_the_layout() {
    let a = symmetric(45, 27);
    let mut turned = Array2::zeros((45, 45)).reversed_axes();
    turned.assign(&a);
    assert_eq!(
        symmetric_eigen(a.view()).unwrap().vectors,
        symmetric_eigen(turned.view()).unwrap().vectors
    );
    let a = matrix(45, 60, 28);
    let mut turned = Array2::zeros((60, 45)).reversed_axes();
    turned.assign(&a);
    assert_eq!(svd(a.view()).unwrap().u, svd(turned.view()).unwrap().u);
    assert_eq!(qr(a.view()).unwrap().q, qr(turned.view()).unwrap().q);
}

/// Any shape up to 40 x 40 and any rank, with columns of very different sizes.
fn any_matrix() -> impl Strategy<Value = Array2<f64>> {
    (1_usize..40, 1_usize..40, 0_usize..40, 0..8, any::<u64>()).prop_map(
        |(m, n, rank, grade, seed)| {
            let rank = rank.min(m).min(n);
            let scales = Array1::from_shape_fn(n, |j| {
                (0..(j % 4) * grade as usize).fold(1.0, |x, _| x * 0.1)
            });
            let scales = scales.insert_axis(ndarray::Axis(0));
            match rank {
                0 => matrix(m, n, seed) * &scales,
                _ => {
                    product(
                        matrix(m, rank, seed).view(),
                        matrix(rank, n, seed ^ 1).view(),
                    ) * &scales
                }
            }
        },
    )
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
