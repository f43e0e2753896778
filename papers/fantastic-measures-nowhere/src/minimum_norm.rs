//! A stable learner with more parameters than samples: minimum-norm linear classification.

use common::prelude::*;

use crate::estimators::Estimator;
use crate::theory::Exact;

/// The range of the true errors of a half-space, from 0 to 1/2: half of it is the margin by which an estimate fails.
const RANGE: f64 = 0.5;

/// The trials of one seed with one number of samples.
#[derive(Serialize)]
pub struct StableRun {
    /// Dimension of the samples.
    pub d: usize,
    /// Samples in each training set, at most d.
    pub n: usize,
    /// Which part of all trials.
    pub seed: u64,
    /// Training sets.
    pub trials: u64,
}

impl Cell for StableRun {
    fn cost(&self) -> f64 {
        // Two inverses and a Gram matrix, at some GFLOP/s.
        let (d, n) = (self.d as f64, self.n as f64);
        self.trials as f64 * (1e-5 + (n * n * d + 2.0 * n * n * n) / 3e9)
    }

    fn memory(&self) -> f64 {
        let (d, n) = (self.d as f64, self.n as f64);
        16.0 * self.trials as f64 + 8.0 * n * (d + 4.0 * n)
    }

    fn run(&self, random: &Streams, rows: &mut Rows) -> Result<()> {
        let StableRun { d, n, seed, trials } = *self;
        let mut generator = random.open(&format!("Stable q = 0, d = {d}, n = {n}"), seed);
        let errors: Vec<Errors> = (0..trials).map(|_| Errors::sample(d, n, &mut generator)).collect::<Result<_>>()?;
        let judged: Vec<(f64, f64)> = errors.iter().map(|errors| (errors.leave_one_out, errors.loss)).collect();
        let losses: Vec<f64> = errors.iter().map(|errors| errors.loss).collect();
        rows.key(record! { world: "stable", q: 0, d, n, seed });
        Estimator::Loo.push(&judged, RANGE, 1.0 - reduce::mean(&losses), Exact::UNKNOWN, rows);
        Ok(())
    }
}

/// The true error and the leave-one-out error of one learned classifier.
#[derive(Clone, Copy, Debug)]
struct Errors {
    /// The angle between the learned and the true direction, over pi.
    loss: f64,
    /// The share of samples that the learner misclassifies if it is not shown them.
    leave_one_out: f64,
}

impl Errors {
    /// Draws n Gaussian samples in d >= n dimensions, labels them by the side of a uniformly random hyperplane, and
    /// interpolates the labels +1 and -1 with the least norm.
    ///
    /// With the Gram matrix G = X X^T the solution is X^T G^-1 y, and the left-out prediction of sample i is
    /// y_i - (G^-1 y)_i / (G^-1)_ii.
    ///
    /// # Errors
    /// If G is singular, which has probability 0.
    fn sample(d: usize, n: usize, generator: &mut Generator) -> Result<Errors> {
        let direction = generator.unit_vector(d).to_vec();
        let samples = generator.normal_matrix(n, d);
        let labels: Vec<f64> = matrix::vector_product(samples.view(), &direction)
            .iter()
            .map(|margin| if *margin >= 0.0 { 1.0 } else { -1.0 })
            .collect();
        let gram = matrix::gram(samples.view());
        let inverse = linear::cholesky(gram.view())?.solve_matrix(Array2::eye(n).view())?;
        let dual = matrix::vector_product(inverse.view(), &labels);
        let weights = matrix::vector_product(samples.t(), &dual);
        let cosine = reduce::dot(&weights, &direction) / reduce::norm(&weights);
        let wrong = (0..n).filter(|&i| {
            let left_out = labels[i] - dual[i] / inverse[[i, i]];
            left_out * labels[i] <= 0.0
        });
        Ok(Errors {
            loss: acos(cosine.clamp(-1.0, 1.0)) / std::f64::consts::PI,
            leave_one_out: wrong.count() as f64 / n as f64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leave_one_out_agrees_with_leaving_out() -> Result<()> {
        let (d, n) = (12, 8);
        let errors = Errors::sample(d, n, &mut Streams::new("test").open("minimum norm", 5))?;
        // The same draws again.
        let mut generator = Streams::new("test").open("minimum norm", 5);
        let direction = generator.unit_vector(d).to_vec();
        let samples = generator.normal_matrix(n, d);
        let labels: Vec<f64> = matrix::vector_product(samples.view(), &direction).iter().map(|m| m.signum()).collect();
        let mut wrong = 0;
        for left_out in 0..n {
            let rest: Vec<usize> = (0..n).filter(|&i| i != left_out).collect();
            let x = samples.select(ndarray::Axis(0), &rest);
            let y: Array1<f64> = rest.iter().map(|&i| labels[i]).collect();
            let weights = common::estimate::minimum_norm(x.view(), y.view())?.to_vec();
            let margin = reduce::dot(&samples.row(left_out).to_vec(), &weights);
            wrong += usize::from(margin * labels[left_out] <= 0.0);
        }
        assert_eq!(errors.leave_one_out, wrong as f64 / n as f64);
        Ok(())
    }

    #[test]
    fn one_dimension_is_learned_perfectly() -> Result<()> {
        let errors = Errors::sample(1, 1, &mut Streams::new("test").open("minimum norm", 0))?;
        assert!(errors.loss < 1e-7);
        Ok(())
    }
}
