//! The policy that is best for pass@N where the right answer is known up to a posterior.

use std::fmt::{self, Display, Formatter};

use common::optimize::{Optimize, brent_root};
use common::prelude::*;

use crate::coverage::coverage;

/// Which answer is right: the k-th of K with probability πₖ ∝ k^−s.
#[derive(Parameters)]
pub struct Posterior {
    /// Exponent s of the posterior; 0 makes all answers equally likely.
    #[range(0.0..=20.0)]
    zipf_exponent: f64,
    /// Answers, K.
    #[range(2..)]
    zipf_k: usize,
}

impl Posterior {
    /// The probabilities π, in descending order.
    fn probabilities(&self) -> Array1<f64> {
        let weights = Array1::from_shape_fn(self.zipf_k, |k| pow((k + 1) as f64, -self.zipf_exponent));
        let total = reduce::sum(weights.as_slice().expect("a vector"));
        weights / total
    }

    /// Whether all answers are equally likely.
    pub fn is_flat(&self) -> bool {
        self.zipf_exponent == 0.0
    }

    /// q₁ of the best policy for two samples, in closed form: qₖ = 1 − a k^s for the first m answers and 0 for the
    /// others, where the sum of 1 gives a = (m − 1) / Σ k^s, and the right m is that of the largest a.
    pub fn best_of_two(&self) -> f64 {
        let mut total = 0.0;
        let slopes = (1..=self.zipf_k).map(|m| {
            total += pow(m as f64, self.zipf_exponent);
            (m - 1) as f64 / total
        });
        1.0 - slopes.fold(0.0, f64::max)
    }
}

impl Display for Posterior {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let power = if self.zipf_exponent == 1.0 { "k".to_string() } else { format!("k^{}", self.zipf_exponent) };
        write!(f, "posterior ∝ 1/{power}, K = {}", self.zipf_k)
    }
}

/// J(q) = Σₖ πₖ (1 − (1 − qₖ)^N).
fn expected(posterior: &Array1<f64>, q: &Array1<f64>, n: usize) -> f64 {
    posterior.iter().zip(q).map(|(pi, &q)| pi * coverage(n, q)).sum()
}

/// The maximiser of J over the simplex for N ≥ 2: qₖ = max(0, 1 − (λ/(N πₖ))^(1/(N−1))), with λ such that q sums to 1.
fn water_filling(posterior: &Array1<f64>, n: usize) -> Result<Array1<f64>> {
    let order = n as f64;
    let q = |ln_lambda: f64| posterior.mapv(|pi| (-exp_m1((ln_lambda - ln(order * pi)) / (order - 1.0))).max(0.0));
    // The sum falls with λ: every q is above 1/K at the lower end, and none above 0 at the upper one.
    let (first, last, k) = (posterior[0], posterior[posterior.len() - 1], posterior.len() as f64);
    let low = ln(order * last) + (order - 1.0) * ln_1p(-1.0 / k) - 1.0;
    let excess = |ln_lambda: f64| q(ln_lambda).sum() - 1.0;
    Ok(q(brent_root(low, ln(order * first), 1e-15, excess)?.parameters))
}

/// The same by L-BFGS on logits z, q = softmax(z), from z = ln π. It lowers ln(1 − J), the logarithm of Σₖ πₖ (1 − qₖ)^N,
/// which has the same minimiser as −J and does not go flat where J is nearly 1.
fn numerical(posterior: &Array1<f64>, n: usize) -> Result<Array1<f64>> {
    let (order, ln_posterior) = (n as f64, posterior.mapv(ln));
    let loss = |z: &Array1<f64>| {
        let q = softmax(z);
        let misses = &ln_posterior + &q.mapv(|q| order * ln_1p(-q));
        let ln_miss = log_sum_exp(misses.as_slice().expect("a vector"));
        // Derivatives of J by q over 1 − J: N πₖ (1 − qₖ)^(N−1) / (1 − J).
        let slopes = order * misses.mapv(|miss| exp(miss - ln_miss)) / (1.0 - &q);
        let mean = arrays::dot(&q, &slopes);
        (ln_miss, &q * &(mean - slopes))
    };
    let optimum =
        Optimize::lbfgs().memory(10).iterations(5000).tolerance(1e-10).minimize(ln_posterior.clone(), loss)?;
    Ok(softmax(&optimum.parameters))
}

fn softmax(z: &Array1<f64>) -> Array1<f64> {
    let normaliser = log_sum_exp(z.as_slice().expect("a vector"));
    z.mapv(|z| exp(z - normaliser))
}

/// The best policy for N samples, in theory and by search.
#[derive(Serialize)]
pub struct BestPolicy {
    /// N.
    pub n: usize,
    /// What is known of the right answer.
    pub posterior: &'static Posterior,
}

impl Cell for BestPolicy {
    fn cost(&self) -> f64 {
        1e-3 * self.posterior.zipf_k as f64
    }

    fn memory(&self) -> f64 {
        // Posterior, policy and the memory of L-BFGS.
        8.0 * 50.0 * self.posterior.zipf_k as f64
    }

    fn run(&self, _: &Streams, rows: &mut Rows) -> Result<()> {
        let (n, posterior) = (self.n, self.posterior.probabilities());
        let theory = water_filling(&posterior, n)?;
        let numeric = numerical(&posterior, n)?;
        rows.kind("optimal").push(record! {
            /// N of the best policy.
            n,
            /// Largest probability of the best policy, by water-filling.
            q1_theory: theory[0],
            /// The same by L-BFGS.
            q1_numeric: numeric[0],
            /// Expected pass@N of the policy of theory.
            coverage_theory: expected(&posterior, &theory, n),
            /// The same of that found by L-BFGS.
            coverage_numeric: expected(&posterior, &numeric, n),
            /// Answers that the policy of theory gives.
            support: theory.iter().filter(|&&q| q > 0.0).count(),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_samples_have_a_closed_form() {
        let posterior = Posterior { zipf_exponent: 1.0, zipf_k: 50 };
        let q = water_filling(&posterior.probabilities(), 2).unwrap();
        assert!((q[0] - 2.0 / 3.0).abs() < 1e-12 && (q[1] - 1.0 / 3.0).abs() < 1e-12 && q[2] < 1e-12);
        for (zipf_exponent, zipf_k) in [(1.0, 2), (0.0, 7), (0.4, 30), (2.5, 9)] {
            let posterior = Posterior { zipf_exponent, zipf_k };
            let q = water_filling(&posterior.probabilities(), 2).unwrap();
            assert!((q[0] - posterior.best_of_two()).abs() < 1e-12, "{zipf_exponent} {zipf_k}");
        }
    }

    #[test]
    fn no_policy_is_better_than_water_filling() {
        let mut random = Streams::new("test").open("policies", 0);
        for (zipf_exponent, n) in [(1.0, 3), (0.5, 16), (3.0, 200)] {
            let posterior = Posterior { zipf_exponent, zipf_k: 12 }.probabilities();
            let best = water_filling(&posterior, n).unwrap();
            assert!((best.sum() - 1.0).abs() < 1e-12);
            for _ in 0..300 {
                let mixed = 0.9 * &best + 0.1 * softmax(&random.normal_vector(12));
                assert!(expected(&posterior, &mixed, n) <= expected(&posterior, &best, n));
            }
            let found = expected(&posterior, &numerical(&posterior, n).unwrap(), n);
            let gap = expected(&posterior, &best, n) - found;
            assert!((-1e-12..1e-4).contains(&gap), "{zipf_exponent} {n}: {gap}");
        }
    }

    #[test]
    fn equal_answers_get_equal_chances() {
        let posterior = Posterior { zipf_exponent: 0.0, zipf_k: 5 }.probabilities();
        let q = water_filling(&posterior, 40).unwrap();
        assert!(q.iter().all(|q| (q - 0.2).abs() < 1e-12));
    }
}
