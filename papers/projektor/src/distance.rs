//! The distance between a mixture and the validation set: entropic optimal transport of points and labels.

use common::datasets::Examples;
use common::prelude::*;
use common::transport::{Sinkhorn, Transport, squared_distances};

/// The ground cost and its regularization.
#[derive(Parameters)]
pub struct Distance {
    /// Cost of moving a point to one of another class, λ.
    #[range(0.0..)]
    pub label_cost: f64,
    /// Weight of the entropy, ε, in units of the cost.
    pub epsilon: f64,
    /// Iterations of Sinkhorn's algorithm in a distance; half as many again in gradient steps.
    pub iterations: usize,
}

impl Distance {
    /// C_ij = |x_i − x_j|² / d + λ 1[y_i ≠ y_j], with d the number of features.
    pub fn ground_cost(&self, from: &Examples<f64>, to: &Examples<f64>) -> Array2<f64> {
        let features = from.inputs.ncols() as f64;
        let mut cost = squared_distances(from.inputs.view(), to.inputs.view());
        for (mut row, label) in cost.rows_mut().into_iter().zip(&from.labels) {
            for (cost, other) in row.iter_mut().zip(&to.labels) {
                *cost = *cost / features + if label == other { 0.0 } else { self.label_cost };
            }
        }
        cost
    }

    /// The optimal transport of these weights to equal ones.
    pub fn transport(&self, cost: ArrayView2<f64>, weights: &[f64], iterations: usize) -> Result<Transport> {
        let equal = vec![1.0 / cost.ncols() as f64; cost.ncols()];
        Sinkhorn::new(self.epsilon).iterations(iterations).tolerance(0.0).solve(cost, weights, &equal)
    }

    /// OT: what the transport of equally weighted points costs, without the entropy.
    pub fn between(&self, from: &Examples<f64>, to: &Examples<f64>) -> Result<f64> {
        let weights = vec![1.0 / from.len() as f64; from.len()];
        Ok(self.transport(self.ground_cost(from, to).view(), &weights, self.iterations)?.cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DISTANCE: Distance = Distance { label_cost: 1.0, epsilon: 0.05, iterations: 100 };

    #[test]
    fn the_ground_cost_adds_features_and_labels() {
        let from = Examples { inputs: array![[0.0, 0.0], [3.0, 4.0]], labels: vec![0, 1] };
        let to = Examples { inputs: array![[0.0, 2.0]], labels: vec![1] };
        assert_eq!(DISTANCE.ground_cost(&from, &to), array![[3.0], [6.5]]);
    }

    #[test]
    fn what_is_alike_is_near_and_wrong_labels_cost_one_each() {
        let mut random = Streams::new("test").open("points", 0);
        let inputs = 6.0 * random.normal_matrix(30, 4);
        let labels: Vec<usize> = (0..30).map(|i| i % 3).collect();
        let points = Examples { inputs: inputs.clone(), labels: labels.clone() };
        assert!(DISTANCE.between(&points, &points).unwrap() < 1e-3);
        let wrong = Examples { inputs, labels: labels.iter().map(|label| label + 3).collect() };
        assert!((DISTANCE.between(&points, &wrong).unwrap() - 1.0).abs() < 1e-3);
    }
}
