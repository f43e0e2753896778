//! Probes of reductions, products and factorizations.
//!
//! Sizes straddle the blocks, tiles and lanes of the implementations and their remainders.

use ndarray::{Array1, Array2};

use super::{Digest, Probe};
use crate::matrix::{self, Real};
use crate::random::Streams;
use crate::{linear, reduce};

/// A matrix of uniform draws on [−1, 1).
fn matrix<T: Real>(rows: usize, columns: usize, seed: u64) -> Array2<T> {
    let mut random = Streams::new("probes").open("matrix", seed);
    Array2::from_shape_simple_fn((rows, columns), || T::from_f64(random.uniform_in(-1.0, 1.0)))
}

fn vector<T: Real>(length: usize, seed: u64) -> Vec<T> {
    matrix(1, length, seed).into_raw_vec_and_offset().0
}

/// Adds numbers of either precision; the conversion to double is exact.
fn add<'a, T: Real>(digest: &mut Digest, values: impl IntoIterator<Item = &'a T>) {
    digest.doubles(values.into_iter().map(|value| value.to_f64()));
}

/// m, n, k of A (m x k) times B (k x n).
const SHAPES: [(usize, usize, usize); 8] =
    [(1, 1, 1), (3, 5, 7), (17, 10, 300), (64, 64, 64), (1, 200, 33), (129, 1, 65), (100, 3, 1000), (131, 257, 263)];

fn products<T: Real>(digest: &mut Digest) {
    for (m, n, k) in SHAPES {
        let (a, b) = (matrix::<T>(m, k, 1), matrix::<T>(k, n, 2));
        let mut c = matrix::product(a.view(), b.view());
        add(digest, &c);
        matrix::product_add(a.view(), b.view(), &mut c.view_mut());
        add(digest, &c);
    }
}

fn transposed_products<T: Real>(digest: &mut Digest) {
    for (m, n, k) in SHAPES {
        let (a, b) = (matrix::<T>(k, m, 3), matrix::<T>(n, k, 4));
        add(digest, &matrix::product(a.t(), b.t()));
        add(digest, &matrix::gram(a.view()));
    }
}

fn vector_products<T: Real>(digest: &mut Digest) {
    for (m, _, k) in SHAPES {
        let a = matrix::<T>(m, k, 5);
        add(digest, &matrix::vector_product(a.view(), &vector(k, 6)));
        add(digest, &matrix::vector_product(a.t(), &vector(m, 7)));
    }
}

fn reductions<T: Real>(digest: &mut Digest) {
    for length in [0, 1, 15, 16, 17, 100, 1000, 4099] {
        let (x, mut y) = (vector::<T>(length, 8), vector::<T>(length, 9));
        add(
            digest,
            &[reduce::sum(&x), reduce::mean(&x), reduce::dot(&x, &y), reduce::norm_squared(&x), reduce::norm(&x)],
        );
        reduce::axpy(T::from_f64(0.3), &x, &mut y);
        reduce::scale(T::from_f64(1.7), &mut y);
        add(digest, &y);
        if length > 0 {
            add(digest, &[reduce::max(&x), reduce::min(&x)]);
            digest.integers([reduce::argmax(&x) as u64, reduce::argmin(&x) as u64]);
        }
    }
}

const ORDERS: [usize; 4] = [1, 7, 40, 150];

/// A well-conditioned symmetric matrix of the given order.
fn positive_definite(order: usize) -> Array2<f64> {
    let a = matrix::<f64>(order, order + 5, 10);
    matrix::gram(a.view()) + Array2::<f64>::eye(order)
}

const FINITE: &str = "the input of the probe is regular";

pub const PROBES: &[Probe] = &[
    Probe::new("reduce/f64", reductions::<f64>),
    Probe::new("reduce/f32", reductions::<f32>),
    Probe::new("matrix/product/f64", products::<f64>),
    Probe::new("matrix/product/f32", products::<f32>),
    Probe::new("matrix/transposed_product/f64", transposed_products::<f64>),
    Probe::new("matrix/transposed_product/f32", transposed_products::<f32>),
    Probe::new("matrix/vector_product/f64", vector_products::<f64>),
    Probe::new("matrix/vector_product/f32", vector_products::<f32>),
    Probe::new("linear/cholesky", |digest| {
        for order in ORDERS {
            let factored = linear::cholesky(positive_definite(order).view()).expect(FINITE);
            digest.doubles(factored.factor());
            digest.doubles(factored.solve(Array1::from(vector(order, 11)).view()).expect(FINITE));
        }
    }),
    Probe::new("linear/solve", |digest| {
        for order in ORDERS {
            let a = matrix::<f64>(order, order, 12);
            digest.doubles(linear::solve(a.view(), Array1::from(vector(order, 13)).view()).expect(FINITE));
            digest.doubles(linear::inverse(a.view()).expect(FINITE));
        }
    }),
    Probe::new("linear/qr", |digest| {
        for order in ORDERS {
            let linear::Qr { q, r } = linear::qr(matrix::<f64>(order + 30, order, 14).view()).expect(FINITE);
            digest.doubles(q);
            digest.doubles(r);
        }
    }),
    Probe::new("linear/symmetric_eigen", |digest| {
        for order in ORDERS {
            let eigen = linear::symmetric_eigen(positive_definite(order).view()).expect(FINITE);
            digest.doubles(eigen.values);
            digest.doubles(eigen.vectors);
        }
    }),
    Probe::new("linear/svd", |digest| {
        for order in ORDERS {
            let svd = linear::svd(matrix::<f64>(order, order + 20, 15).view()).expect(FINITE);
            digest.doubles(svd.u);
            digest.doubles(svd.singular_values);
            digest.doubles(svd.vt);
        }
    }),
    Probe::new("linear/least_squares", |digest| {
        for order in ORDERS {
            let (a, b) = (matrix::<f64>(order + 20, order, 16), Array1::from(vector(order + 20, 17)));
            digest.doubles(linear::least_squares(a.view(), b.view()).expect(FINITE));
        }
    }),
    Probe::new("linear/spectral_norm", |digest| {
        digest.doubles(ORDERS.map(|order| linear::spectral_norm(positive_definite(order).view()).expect(FINITE)));
    }),
];
