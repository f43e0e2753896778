//! What a number of occurrences says about the frequency of a point, and how often the private learner fits it.

use common::prelude::*;
use common::statistics::distribution::{Binomial, Discrete};

use crate::prior::Prior;

/// Probabilities below this are left out of sums.
const NEGLIGIBLE: f64 = 1e-30;

/// Points seen l times, for l = 0, 1, 2 and so on.
#[derive(Clone, Debug)]
pub struct CountLaw {
    /// τ_l: expected frequency of a point that the sample has l times. NaN where no point can have that count.
    pub tau: Vec<f64>,
    /// Expected number of such points.
    pub points: Vec<f64>,
}

impl CountLaw {
    /// The law of `n` samples from `domain` points with the given marginal (frequency, probability) of one
    /// frequency, up to the count `largest` (Theorem 2.3):
    /// τ_l = E\[a^(l+1) (1 − a)^(n−l)\] / E\[a^l (1 − a)^(n−l)\].
    ///
    /// # Panics
    /// If a frequency is no probability.
    pub fn new(marginal: &[(f64, f64)], domain: usize, n: usize, largest: usize) -> CountLaw {
        let mut points = vec![0.0; largest.min(n) + 1];
        let mut mass = points.clone();
        for &(frequency, weight) in marginal {
            each_count(n, frequency, points.len() - 1, |count, probability| {
                points[count] += weight * probability;
                mass[count] += weight * probability * frequency;
            });
        }
        let tau = mass.iter().zip(&points).map(|(mass, points)| mass / points).collect();
        reduce::scale(domain as f64, &mut points);
        CountLaw { tau, points }
    }

    /// The law under a prior, up to the count `shown` or, if it is larger, the largest count that matters to a private
    /// learner with privacy parameter `eps` or more.
    pub fn expected(prior: Prior, n: usize, shown: usize, eps: f64) -> CountLaw {
        CountLaw::new(&prior.marginal(), prior.domain(), n, largest_relevant_count(eps).max(shown))
    }

    /// The law when the frequencies are these and no others.
    ///
    /// # Panics
    /// If a frequency is no probability.
    pub fn of_realized(frequencies: &[f64], n: usize, largest: usize) -> CountLaw {
        let weight = 1.0 / frequencies.len() as f64;
        let marginal: Vec<(f64, f64)> = frequencies.iter().map(|&frequency| (frequency, weight)).collect();
        CountLaw::new(&marginal, frequencies.len(), n, largest)
    }

    /// The central sum Σ_l τ_l errn(l) over l ≥ 1; `errn` starts at l = 0, and counts without errors do not matter.
    pub fn excess(&self, errn: &[f64]) -> f64 {
        let terms = self.tau.iter().zip(errn).skip(1);
        terms.filter(|(_, errors)| **errors != 0.0).map(|(tau, errors)| tau * errors).sum()
    }
}

/// Calls `add` with each count up to `largest` of `n` trials with success probability `p`, and its probability
/// where that is not negligible: outwards from the likeliest, so that nothing underflows on the way.
fn each_count(n: usize, p: f64, largest: usize, mut add: impl FnMut(usize, f64)) {
    let likeliest = (((n + 1) as f64 * p) as usize).min(largest);
    let binomial = Binomial::new(p, n as u64).expect("a frequency is a probability");
    let peak = exp(binomial.ln_pmf(likeliest as u64));
    let odds = p / (1.0 - p);
    let mut probability = peak;
    for count in likeliest..=largest {
        if probability < NEGLIGIBLE {
            break;
        }
        add(count, probability);
        probability *= odds * (n - count) as f64 / (count + 1) as f64;
    }
    probability = peak;
    for count in (0..likeliest).rev() {
        probability *= (count + 1) as f64 / ((n - count) as f64 * odds);
        if probability < NEGLIGIBLE {
            break;
        }
        add(count, probability);
    }
}

/// Largest count that matters to private learners with privacy parameters of at least `eps`: all labels of
/// points seen more often are fitted, but for a share below 1e-7 in ten classes.
fn largest_relevant_count(eps: f64) -> usize {
    (20.0 / eps).ceil() as usize
}

/// What the private histogram of `m` classes is expected to pay: errn(l) is a share 1 − p_fit of the `points` seen l
/// times, l = 0, 1, 2 and so on.
pub fn private_excess(law: &CountLaw, points: &[f64], eps: f64, m: usize) -> f64 {
    let unfitted = |(count, points): (usize, &f64)| points * (1.0 - fit_probability(eps * count as f64, m));
    let errn: Vec<f64> = points.iter().enumerate().map(unfitted).collect();
    law.excess(&errn)
}

/// p_fit: probability that the noisy histogram of `m` classes gives the right label to a point whose count
/// times eps is `signal`: E F(signal + z)^(m−1), with z unit Laplace and F its distribution function.
///
/// In closed form, from three ranges of z. With c = exp(−signal) / 2 and M = m − 1: below −signal the integrand
/// is an exponential; above 0 it is (1 − c u)^M / 2 in u = exp(−z) between 0 and 1; and between the two it is
/// (c / 2) (1 − v)^M / v² in v = c exp(−z) from c to 1/2, which is reduced by parts from M to 0.
pub fn fit_probability(signal: f64, m: usize) -> f64 {
    let c = 0.5 * exp(-signal);
    if c < 1e-300 {
        return 1.0;
    }
    let classes = m as f64;
    let below = c * powi(0.5, m as i32 - 1) / classes;
    let above = -exp_m1(classes * ln_1p(-c)) / (2.0 * c * classes);
    // Both start at M = 0: ∫ (1 − v)^M / v² dv and ∫ (1 − v)^M / v dv.
    let (mut by_square, mut by_value) = (1.0 / c - 2.0, signal);
    let (mut kept, mut half) = (1.0, 1.0);
    for power in 1..m {
        by_square -= by_value;
        kept *= 1.0 - c;
        half *= 0.5;
        by_value -= (kept - half) / power as f64;
    }
    below + above + 0.5 * c * by_square
}

#[cfg(test)]
mod tests;
