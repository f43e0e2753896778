//! XOR clusters with label noise, in coordinates that keep every inner product exact.
//!
//! Vectors of dimension p are never formed. In an orthonormal basis that starts with mu1/|mu| and
//! mu2/|mu|, a point has its two signal coordinates and p-2 coordinates of pure noise. Only inner
//! products matter, and the Gram matrix of N standard Gaussian vectors in R^(p-2) is Wishart; its
//! Cholesky factor has independent entries (Bartlett). Its rows stand for the noise coordinates:
//! every quantity has the distribution it has with explicit p-dimensional vectors.

use common::prelude::*;

use crate::Model;

/// A data set: n training points, then n_test test points.
pub struct XorClusters {
    /// Labels of the training points (flipped ones flipped), ±1.
    pub train_labels: Vec<f64>,
    /// Clean labels of the test points, ±1.
    pub test_labels: Vec<f64>,
    /// Whether a training label is flipped.
    pub flipped: Vec<bool>,
    /// The cluster of each training point.
    pub train_centres: Vec<Centre>,
    /// Points as rows, (n + n_test) x (n + n_test + 2): B.
    pub points: Array2<f64>,
    /// Norm of the cluster centres.
    pub mu_norm: f64,
    /// Dimension of the inputs.
    pub p: usize,
}

/// A cluster centre: ±mu1 (clean label +1) or ±mu2 (clean label -1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Centre {
    /// The clean label: +1 on the mu1 axis, -1 on the mu2 axis.
    pub label: f64,
    /// Which end of the axis, ±1.
    pub sign: f64,
}

impl XorClusters {
    /// Draws clusters, flips, signal noise and the Bartlett factor, in this order.
    pub fn sample(model: &Model, random: &mut Generator) -> XorClusters {
        let (n, count) = (model.n, model.n + model.n_test);
        let mu_norm = model.mu_norm();
        let centres: Vec<Centre> = (0..count).map(|_| Centre { label: random.sign(), sign: random.sign() }).collect();
        let flipped: Vec<bool> = (0..n).map(|_| random.bernoulli(model.eta)).collect();
        let mut points = Array2::zeros((count, count + 2));
        for (mut point, centre) in points.rows_mut().into_iter().zip(&centres) {
            let axis = if centre.label > 0.0 { 0 } else { 1 };
            point[0] = random.normal();
            point[1] = random.normal();
            point[axis] += centre.sign * mu_norm;
        }
        for i in 0..count {
            for k in 0..i {
                points[[i, k + 2]] = random.normal();
            }
            let degrees_of_freedom = (model.p - 2 - i) as f64;
            points[[i, i + 2]] = random.chi_squared(degrees_of_freedom).sqrt();
        }
        let noisy = |(centre, &flip): (&Centre, &bool)| if flip { -centre.label } else { centre.label };
        XorClusters {
            train_labels: centres.iter().zip(&flipped).map(noisy).collect(),
            test_labels: centres[n..].iter().map(|centre| centre.label).collect(),
            train_centres: centres[..n].to_vec(),
            flipped,
            points,
            mu_norm,
            p: model.p,
        }
    }

    /// Number of training points.
    pub fn n(&self) -> usize {
        self.train_labels.len()
    }

    /// Clean minus flipped training points of one cluster: c.
    pub fn net_count(&self, label: f64, sign: f64) -> f64 {
        let inside = Centre { label, sign };
        let members = self.train_centres.iter().zip(&self.flipped).filter(|(c, _)| **c == inside);
        members.map(|(_, &flip)| if flip { -1.0 } else { 1.0 }).sum()
    }

    /// Training points with this clean label, that is around one pair of centres.
    pub fn pair_count(&self, label: f64) -> f64 {
        self.train_centres.iter().filter(|centre| centre.label == label).count() as f64
    }

    /// max over the two pairs of |c_plus - c_minus| / sqrt(points in the pair): large in "bad runs".
    pub fn imbalance(&self) -> f64 {
        let of_pair = |label: f64| {
            let difference = self.net_count(label, 1.0) - self.net_count(label, -1.0);
            difference.abs() / self.pair_count(label).sqrt()
        };
        of_pair(1.0).max(of_pair(-1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squared_norms_have_the_mean_of_explicit_vectors() {
        let model = Model { n: 150, n_test: 50, p: 3000, mu_coef: 2.5, m: 2, eta: 0.1, omega: 1.0 };
        let mut total = 0.0;
        for seed in 0..5 {
            let mut random = Streams::new("test").open("clusters", seed);
            let data = XorClusters::sample(&model, &mut random);
            total += data.points.iter().map(|x| x * x).sum::<f64>() / 200.0;
        }
        let expected = 3000.0 + model.mu_norm() * model.mu_norm();
        // Standard error of the mean of 1000 chi-square values with 3000 degrees of freedom: 2.4.
        assert!((total / 5.0 - expected).abs() < 10.0, "{} {expected}", total / 5.0);
    }
}
