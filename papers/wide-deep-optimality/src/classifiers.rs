//! The kernel machine of a deep network, its limit, and the classical classifiers.

use common::estimate::Neighbors;
use common::prelude::*;

use crate::activation::Activation;
use crate::kernel::{Layer, LimitKernel, Similarity};
use crate::spheres::Points;

/// ±1 by the sign of a score; +1 at 0, as in the authors' code.
fn sign(score: f64) -> f64 {
    if score < 0.0 { -1.0 } else { 1.0 }
}

/// Label of the closest training point, for each test point.
///
/// # Errors
/// If there are no training points.
pub fn nearest_neighbor(train: &Points, test: &Points) -> Result<Vec<f64>> {
    let neighbors = Neighbors::new(train.positions.view())?;
    let label = |query: &Vec<f64>| neighbors.nearest(query).map_or(-1.0, |nearest| train.labels[nearest.index]);
    Ok(test.positions.rows().into_iter().map(|point| label(&point.to_vec())).collect())
}

/// The more frequent training label, for each test point.
pub fn majority_vote(train: &Points, test: &Points) -> Vec<f64> {
    vec![sign(train.labels.iter().sum()); test.len()]
}

/// Sign of Σ y_i exp(w_i), for each test point, where `log_weights` makes the w of squared distances.
///
/// The largest weight of each test point is divided out: a positive factor changes no sign, and
/// nothing overflows.
fn smoother(train: &Points, test: &Points, log_weights: impl Fn(&mut [f64])) -> Vec<f64> {
    let mut weights = vec![0.0; train.len()];
    let vote = |query| {
        train.squared_distances(query, &mut weights);
        log_weights(&mut weights);
        sign(scaled_sum(&train.labels, &weights))
    };
    test.positions.rows().into_iter().map(vote).collect()
}

/// Σ c_i exp(w_i − max w); 0 if all weights are exp(−∞).
fn scaled_sum(coefficients: &[f64], log_weights: &[f64]) -> f64 {
    let largest = reduce::max(log_weights);
    if largest == f64::NEG_INFINITY {
        return 0.0;
    }
    coefficients.iter().zip(log_weights).map(|(c, w)| c * exp(w - largest)).sum()
}

/// The Hilbert estimate (Devroye, Györfi and Krzyżak 1998): sign of Σ y_i ‖x − x_i‖⁻ᵈ.
pub fn hilbert_estimate(train: &Points, test: &Points, dim: usize) -> Vec<f64> {
    let half = -0.5 * dim as f64;
    smoother(train, test, |squares| {
        squares.iter_mut().for_each(|w| *w = half * ln(w.max(f64::MIN_POSITIVE)));
    })
}

/// The classifier of infinite depth: sign of Σ y_i G(x, x_i). No system is solved, because the kernel
/// matrix tends to its diagonal.
pub fn limit_classifier(train: &Points, test: &Points, limit: &LimitKernel) -> Vec<f64> {
    smoother(train, test, |squares| limit.ln_at_squared_distances(squares))
}

/// The kernel machine of an infinitely wide network that grows layer by layer.
pub struct DeepMachine<'p> {
    train: &'p Points,
    layer: Layer,
    jitter: f64,
    /// Kernel of training points i > j, in rows; the diagonal is 1 at any depth.
    among: Vec<Similarity>,
    /// Kernel of test and training points, in rows of test points.
    across: Vec<Similarity>,
}

impl<'p> DeepMachine<'p> {
    /// A machine without layers; its kernel is the inner product.
    pub fn new(activation: Activation, train: &'p Points, test: &Points, jitter: f64) -> DeepMachine<'p> {
        let mut squares = vec![0.0; train.len()];
        let (mut among, mut across) = (Vec::new(), Vec::with_capacity(test.len() * train.len()));
        for (i, point) in train.positions.rows().into_iter().enumerate() {
            train.squared_distances(point, &mut squares[..i]);
            among.extend(squares[..i].iter().map(|&square| Similarity::at_squared_distance(square)));
        }
        for point in test.positions.rows() {
            train.squared_distances(point, &mut squares);
            across.extend(squares.iter().map(|&square| Similarity::at_squared_distance(square)));
        }
        DeepMachine { train, layer: Layer::new(activation), jitter, among, across }
    }

    /// Adds a layer.
    pub fn deepen(&mut self) {
        for similarity in self.among.iter_mut().chain(&mut self.across) {
            *similarity = self.layer.apply(*similarity);
        }
    }

    /// Signs of Σ β_i K(x, x_i) at the test points, with (K + jitter I) β = y.
    ///
    /// # Errors
    /// If the matrix is singular, or not finite.
    pub fn predict(&self) -> Result<Vec<f64>> {
        let coefficients = self.coefficients()?.to_vec();
        let n = self.train.len();
        let mut logarithms = vec![0.0; n];
        let predict = |row: &[Similarity]| {
            for (logarithm, similarity) in logarithms.iter_mut().zip(row) {
                *logarithm = similarity.logarithm();
            }
            sign(scaled_sum(&coefficients, &logarithms))
        };
        Ok(self.across.chunks_exact(n).map(predict).collect())
    }

    fn coefficients(&self) -> Result<Array1<f64>> {
        let n = self.train.len();
        let mut matrix = Array2::from_diag_elem(n, 1.0 + self.jitter);
        let mut among = self.among.iter();
        for i in 0..n {
            for (j, similarity) in (0..i).zip(&mut among) {
                let value = similarity.value();
                (matrix[[i, j]], matrix[[j, i]]) = (value, value);
            }
        }
        let labels = ArrayView1::from(&self.train.labels);
        // Rounding can make a shallow kernel indefinite, whose many eigenvalues are below it.
        Ok(match linear::cholesky(matrix.view()) {
            Ok(factor) => factor.solve(labels)?,
            Err(_) => linear::solve(matrix.view(), labels)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_circle(angles: &[f64], labels: &[f64]) -> Points {
        let positions = Array2::from_shape_fn((angles.len(), 2), |(i, j)| [cos(angles[i]), sin(angles[i])][j]);
        Points { positions, labels: labels.to_vec(), eta: vec![0.5; angles.len()] }
    }

    #[test]
    fn classical_classifiers_on_three_points() {
        let train = on_circle(&[0.1, 0.2, 0.6], &[1.0, 1.0, -1.0]);
        let test = on_circle(&[0.41, 0.59], &[1.0, 1.0]);
        assert_eq!(nearest_neighbor(&train, &test).expect("points"), [-1.0, -1.0]);
        assert_eq!(majority_vote(&train, &test), [1.0, 1.0]);
        // Two points at 0.31 and 0.21 outweigh one at 0.19, but not one at 0.01.
        assert_eq!(hilbert_estimate(&train, &test, 1), [1.0, -1.0]);
    }

    #[test]
    fn a_machine_of_two_points_is_solved_by_hand() {
        // K = [[1, k], [k, 1]]: β ∝ (1 + k, −1 − k), so the closer point decides.
        let train = on_circle(&[0.2, 1.0], &[1.0, -1.0]);
        let test = on_circle(&[0.5, 0.7], &[1.0, 1.0]);
        let mut machine = DeepMachine::new(Activation::Cubic(2.0), &train, &test, 0.0);
        machine.deepen();
        let k = (pow(cos(0.8), 3.0) + cos(0.8)) / 2.0;
        let beta = machine.coefficients().expect("regular");
        assert!((beta[0] - 1.0 / (1.0 - k)).abs() < 1e-12 && (beta[1] + 1.0 / (1.0 - k)).abs() < 1e-12);
        assert_eq!(machine.predict().expect("regular"), [1.0, -1.0]);
    }
}
