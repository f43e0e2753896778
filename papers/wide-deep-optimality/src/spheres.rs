//! Two classes of Dirichlet points, projected on the unit sphere.

use common::prelude::*;
use common::statistics::mean;

/// The published Dirichlet parameters of the classes +1 and −1, from the authors' code; for d = 1, 2, 4 and 8.
fn published_alphas(dim: usize) -> Option<[&'static [f64]; 2]> {
    match dim {
        1 => Some([&[1.0, 2.0], &[2.0, 1.0]]),
        2 => Some([&[0.5, 0.5, 2.5], &[2.5, 0.1, 0.5]]),
        4 => Some([&[3.0, 1.0, 2.0, 1.0, 1.0], &[1.0, 2.0, 2.0, 2.0, 3.0]]),
        8 => Some([&[1.0, 2.0, 1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0], &[1.0, 1.0, 1.0, 2.0, 3.0, 4.0, 2.0, 2.0, 1.0]]),
        _ => None,
    }
}

/// Two Dirichlet classes on the positive part of a sphere.
#[derive(Parameters)]
#[require(published_alphas(dim).is_some() || alphas.is_some(), "1, 2, 4 or 8, or alphas for another dimension")]
#[require(alphas.iter().flatten().all(|alpha| alpha.len() == dim + 1), "dim + 1 Dirichlet parameters for each class")]
pub struct Population {
    /// Dimension d of the sphere that holds the data; points have d + 1 coordinates.
    pub dim: usize,
    /// Dirichlet parameters of the classes +1 and −1; if null the authors' for d = 1, 2, 4 and 8.
    #[range(0.05..)]
    pub alphas: Option<[Vec<f64>; 2]>,
    /// Probability of class +1.
    #[range(0.0..=1.0)]
    pub prior: f64,
}

impl Population {
    /// Dirichlet parameters of the classes +1 and −1.
    ///
    /// # Panics
    /// If there are none, which reading the parameters excludes.
    fn alphas(&self) -> [&[f64]; 2] {
        let own = self.alphas.as_ref().map(|alphas| alphas.each_ref().map(Vec::as_slice));
        own.or_else(|| published_alphas(self.dim)).expect("parameters that were checked")
    }

    /// Draws `n` labelled points; of one generator, the first points are the same for every `n`.
    pub fn sample(&self, n: usize, generator: &mut Generator) -> Points {
        let [positive, negative] = self.alphas();
        let mut positions = Array2::zeros((n, positive.len()));
        let (mut labels, mut eta) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for mut point in positions.rows_mut() {
            let label = if generator.bernoulli(self.prior) { 1.0 } else { -1.0 };
            let alpha = if label > 0.0 { positive } else { negative };
            // Gamma variables over their sum are Dirichlet distributed.
            for (coordinate, &shape) in point.iter_mut().zip(alpha) {
                *coordinate = generator.gamma(shape);
            }
            point /= point.sum();
            eta.push(self.posterior(&point.to_vec()));
            point /= point.dot(&point).sqrt();
            labels.push(label);
        }
        Points { positions, labels, eta }
    }

    /// P(+1 | s) for `s` on the simplex: the logistic function of the log-odds of the densities.
    fn posterior(&self, s: &[f64]) -> f64 {
        let [positive, negative] = self.alphas();
        let mut log_odds = ln(self.prior / (1.0 - self.prior)) + ln_normaliser(positive) - ln_normaliser(negative);
        for ((&coordinate, &a), &b) in s.iter().zip(positive).zip(negative) {
            if a != b {
                log_odds += (a - b) * ln(coordinate);
            }
        }
        sigmoid(log_odds)
    }
}

/// Logarithm of the factor of the Dirichlet density: Γ(Σ α) / Π Γ(α).
fn ln_normaliser(alpha: &[f64]) -> f64 {
    let parts: f64 = alpha.iter().map(|&a| special::ln_gamma(a)).sum();
    special::ln_gamma(alpha.iter().sum()) - parts
}

/// Labelled points of a [`Population`] and their posteriors.
pub struct Points {
    /// n x (d + 1), rows of norm 1.
    pub positions: Array2<f64>,
    /// The label of each point, ±1.
    pub labels: Vec<f64>,
    /// Probability of +1 at each point.
    pub eta: Vec<f64>,
}

impl Points {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Squared distances of all points to `query`, by coordinate differences: inner products would
    /// lose distances below 1e-8.
    pub fn squared_distances(&self, query: ArrayView1<f64>, squares: &mut [f64]) {
        for (square, point) in squares.iter_mut().zip(self.positions.rows()) {
            *square = point.iter().zip(query).map(|(a, b)| (a - b) * (a - b)).sum();
        }
    }

    /// Share of points whose label is predicted.
    pub fn accuracy(&self, predictions: &[f64]) -> f64 {
        agreement(&self.labels, predictions)
    }

    /// Expected accuracy of the predictions over labels drawn anew at these points.
    pub fn conditional_accuracy(&self, predictions: &[f64]) -> f64 {
        let right = |(&eta, &prediction): (&f64, &f64)| if prediction > 0.0 { eta } else { 1.0 - eta };
        mean(&self.eta.iter().zip(predictions).map(right).collect::<Vec<f64>>())
    }

    /// Expected accuracy of the Bayes classifier at these points: E max(η, 1 − η).
    pub fn bayes_accuracy(&self) -> f64 {
        mean(&self.eta.iter().map(|&eta| eta.max(1.0 - eta)).collect::<Vec<f64>>())
    }

    /// Asymptotic accuracy of the nearest-neighbour rule: 1 − E 2η(1 − η) (Cover and Hart 1967).
    pub fn cover_hart_accuracy(&self) -> f64 {
        let same = |&eta: &f64| 1.0 - 2.0 * eta * (1.0 - eta);
        mean(&self.eta.iter().map(same).collect::<Vec<f64>>())
    }
}

/// Share of equal entries of two lists of ±1.
pub fn agreement(a: &[f64], b: &[f64]) -> f64 {
    let equal = a.iter().zip(b).filter(|(a, b)| a == b).count();
    equal as f64 / a.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posterior_is_that_of_the_densities() {
        // On the segment the densities are 2 s₂ and 2 s₁.
        let population = Population { dim: 1, alphas: None, prior: 0.4 };
        let eta = population.posterior(&[0.3, 0.7]);
        assert!((eta - 0.4 * 0.7 / (0.4 * 0.7 + 0.6 * 0.3)).abs() < 1e-14);
    }

    #[test]
    fn labels_follow_the_posterior() {
        let population = Population { dim: 2, alphas: None, prior: 0.4 };
        let points = population.sample(20_000, &mut Streams::new("test").open("points", 0));
        let positive = points.labels.iter().filter(|&&label| label > 0.0).count() as f64 / 20_000.0;
        assert!((positive - 0.4).abs() < 0.015);
        assert!((mean(&points.eta) - 0.4).abs() < 0.015);
        let bayes: Vec<f64> = points.eta.iter().map(|&eta| if eta > 0.5 { 1.0 } else { -1.0 }).collect();
        assert!((points.accuracy(&bayes) - points.bayes_accuracy()).abs() < 0.015);
        let norms = points.positions.rows().into_iter().map(|point| point.dot(&point));
        assert!(norms.into_iter().all(|norm| (norm - 1.0).abs() < 1e-12));
    }
}
