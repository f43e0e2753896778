//! The law of counts and the private learner, against other ways to compute them.

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
    let law = CountLaw::of_realized(&[0.01; 100], 250, 8);
    for tau in &law.tau {
        assert!((tau - 0.01).abs() < 1e-15);
    }
    let unseen = 100.0 * pow(0.99, 250.0);
    assert!((law.points[0] / unseen - 1.0).abs() < 1e-12);
}

#[test]
fn counts_and_masses_add_up() {
    let frequencies: Vec<f64> = (1..=50).map(|x| f64::from(x) / 1275.0).collect();
    let law = CountLaw::of_realized(&frequencies, 40, 40);
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
    let law = CountLaw::new(&[(a, 0.5), (b, 0.5)], 6, 2, 2);
    let tau = (a * a * (1.0 - a) + b * b * (1.0 - b)) / (a * (1.0 - a) + b * (1.0 - b));
    assert!((law.tau[1] - tau).abs() < 1e-15);
    assert!((law.excess(&[9.0, 2.0, 0.0]) - 2.0 * tau).abs() < 1e-15);
}

#[test]
fn the_papers_example() {
    // n = N, Zipf: a singleton's expected frequency is about 0.47/n, and 17 % of the sample are singletons.
    let prior = Prior::Zipf { exponent: 1.0, domain: 50_000 };
    let law = CountLaw::new(&prior.marginal(), 50_000, 50_000, 60);
    assert!((law.tau[1] * 50_000.0 - 0.4717).abs() < 1e-4);
    assert!((law.points[1] / 50_000.0 - 0.1704).abs() < 1e-4);
}
