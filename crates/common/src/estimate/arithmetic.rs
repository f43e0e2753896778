//! Small computations that several estimators share.

use ndarray::{Array1, Array2, ArrayView2};
use numerics::{exp, ln, matrix, reduce};

/// Mean of each column.
pub fn column_means(x: ArrayView2<f64>) -> Array1<f64> {
    x.columns().into_iter().map(|column| reduce::mean(&column.to_vec())).collect()
}

/// The rows less the column means.
pub fn centered(x: ArrayView2<f64>, means: &Array1<f64>) -> Array2<f64> {
    &x - means
}

/// `x w + b` for every row.
pub fn affine(x: ArrayView2<f64>, coefficients: &Array1<f64>, intercept: f64) -> Array1<f64> {
    let product = matrix::vector_product(x, &coefficients.to_vec());
    product.into_iter().map(|value| value + intercept).collect()
}

/// Replaces logits by their softmax and returns the logarithm of its normalizer. Where all are minus
/// infinity the shares are equal.
pub fn softmax(logits: &mut [f64]) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        logits.fill(1.0 / logits.len() as f64);
        return largest;
    }
    for logit in logits.iter_mut() {
        *logit = exp(*logit - largest);
    }
    let total = reduce::sum(logits);
    for share in logits.iter_mut() {
        *share /= total;
    }
    largest + ln(total)
}

/// Sum of squared differences, in four lanes. The slices have one length.
pub fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (a4, a_rest) = a.as_chunks::<4>();
    let (b4, b_rest) = b.as_chunks::<4>();
    for (a, b) in a4.iter().zip(b4) {
        for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += (a - b) * (a - b);
        }
    }
    let rest = a_rest.iter().zip(b_rest).fold(0.0, |sum, (a, b)| sum + (a - b) * (a - b));
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}
