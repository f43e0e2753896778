//! What a number of occurrences says about the frequency of a point, and how often the private learner fits it.

use common::prelude::*;
use common::statistics::distribution::{Binomial, Discrete};

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
    /// # Errors
    /// If a frequency is no probability.
    pub fn new(marginal: &[(f64, f64)], domain: usize, n: usize, largest: usize) -> Result<CountLaw> {
        let mut points = vec![0.0; largest.min(n) + 1];
        let mut mass = points.clone();
        for &(frequency, weight) in marginal {
            each_count(n, frequency, points.len() - 1, |count, probability| {
                points[count] += weight * probability;
                mass[count] += weight * probability * frequency;
            })?;
        }
        let tau = mass.iter().zip(&points).map(|(mass, points)| mass / points).collect();
        reduce::scale(domain as f64, &mut points);
        Ok(CountLaw { tau, points })
    }

    /// The law when the frequencies are these and no others.
    ///
    /// # Errors
    /// If a frequency is no probability.
    pub fn of_realized(frequencies: &[f64], n: usize, largest: usize) -> Result<CountLaw> {
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
fn each_count(n: usize, p: f64, largest: usize, mut add: impl FnMut(usize, f64)) -> Result<()> {
    let likeliest = (((n + 1) as f64 * p) as usize).min(largest);
    let peak = exp(Binomial::new(p, n as u64)?.ln_pmf(likeliest as u64));
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
    Ok(())
}

/// Largest count that matters to private learners with privacy parameters of at least `eps`: all labels of
/// points seen more often are fitted, but for a share below 1e-7 in ten classes.
pub fn largest_relevant_count(eps: f64) -> usize {
    (20.0 / eps).ceil() as usize
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
mod tests {
    use super::*;
    use common::statistics::distribution::{ContinuousCDF, Laplace};

    #[test]
    fn fit_probability_is_that_of_the_midpoint_rule() {
        let unit = Laplace::new(0.0, 1.0).unwrap();
        const QUANTILES: usize = 20_000;
        for m in [2, 3, 10, 40] {
            for signal in [0.0, 0.1, 0.5, 1.0, 3.0, 8.0] {
                let fitted: f64 = (0..QUANTILES)
                    .map(|k| unit.inverse_cdf((k as f64 + 0.5) / QUANTILES as f64))
                    .map(|z| powi(unit.cdf(signal + z), m as i32 - 1))
                    .sum();
                let expected = fitted / QUANTILES as f64;
                let actual = fit_probability(signal, m);
                assert!((actual - expected).abs() < 1e-6, "m = {m}, {signal}: {actual}, {expected}");
            }
        }
    }

    #[test]
    fn fit_probability_runs_from_a_guess_to_certainty() {
        for m in [2, 10, 1000] {
            assert!((fit_probability(0.0, m) * m as f64 - 1.0).abs() < 1e-9);
            assert!((fit_probability(30.0, m) - 1.0).abs() < 1e-9 && fit_probability(1e4, m) == 1.0);
        }
        // Two classes: one minus the tail of a difference of two Laplace variables, exp(−t) (2 + t) / 4.
        let tail = exp(-5.0) * 7.0 / 4.0;
        assert!((1.0 - fit_probability(5.0, 2) - tail).abs() < 1e-14);
    }

    #[test]
    fn equal_frequencies_are_known_whatever_the_count() {
        let law = CountLaw::of_realized(&[0.01; 100], 250, 8).unwrap();
        for tau in &law.tau {
            assert!((tau - 0.01).abs() < 1e-15);
        }
        let unseen = 100.0 * pow(0.99, 250.0);
        assert!((law.points[0] / unseen - 1.0).abs() < 1e-12);
    }

    #[test]
    fn counts_and_masses_add_up() {
        let frequencies: Vec<f64> = (1..=50).map(|x| f64::from(x) / 1275.0).collect();
        let law = CountLaw::of_realized(&frequencies, 40, 40).unwrap();
        assert!((law.points.iter().sum::<f64>() - 50.0).abs() < 1e-10);
        let samples: f64 = law.points.iter().enumerate().map(|(l, points)| l as f64 * points).sum();
        assert!((samples - 40.0).abs() < 1e-10);
        // Every point once: the frequencies of those seen and of those not seen.
        let mass = law.excess(&law.points) + law.tau[0] * law.points[0];
        assert!((mass - 1.0).abs() < 1e-12);
    }

    #[test]
    fn two_frequencies_by_hand() {
        let (a, b) = (0.25_f64, 0.125_f64);
        let law = CountLaw::new(&[(a, 0.5), (b, 0.5)], 6, 2, 2).unwrap();
        let tau = (a * a * (1.0 - a) + b * b * (1.0 - b)) / (a * (1.0 - a) + b * (1.0 - b));
        assert!((law.tau[1] - tau).abs() < 1e-15);
        assert!((law.excess(&[9.0, 2.0, 0.0]) - 2.0 * tau).abs() < 1e-15);
    }

    #[test]
    fn the_papers_example() {
        // n = N, Zipf: a singleton's expected frequency is about 0.47/n, and 17 % of the sample are singletons.
        let prior = crate::prior::Prior::Zipf { exponent: 1.0, domain: 50_000 };
        let law = CountLaw::new(&prior.marginal(), 50_000, 50_000, 60).unwrap();
        assert!((law.tau[1] * 50_000.0 - 0.4717).abs() < 1e-4);
        assert!((law.points[1] / 50_000.0 - 0.1704).abs() < 1e-4);
    }
}
