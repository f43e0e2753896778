//! Discrete distributions.

use super::Generator;
use crate::elementary::{exp, ln, ln_1p};
use crate::reduce;
use crate::slices::exp_slice;
use crate::special::stirling_remainder;

/// Below this mean, counting up the probabilities is faster than rejection; the bounds of the rejection
/// methods are proved from here on.
const SMALL_MEAN: f64 = 10.0;

impl Generator {
    /// Number of successes in `trials` independent trials with success probability `p`. Exact.
    ///
    /// Up to a mean of 10 by inversion, above by transformed rejection (Hörmann 1993, *The generation of
    /// binomial random variates*, algorithm BTRS). For p > 1/2 the failures are counted.
    ///
    /// # Panics
    /// If `p` is outside [0, 1], or `trials` is 2⁵³ or more.
    pub fn binomial(&mut self, trials: u64, p: f64) -> u64 {
        assert!((0.0..=1.0).contains(&p), "binomial needs a probability, got {p}");
        assert!(trials < 1 << 53, "binomial counts up to 2^53 trials, got {trials}");
        if p > 0.5 {
            return trials - self.binomial_of_rare(trials, 1.0 - p);
        }
        self.binomial_of_rare(trials, p)
    }

    fn binomial_of_rare(&mut self, trials: u64, p: f64) -> u64 {
        if trials == 0 || p == 0.0 {
            0
        } else if trials as f64 * p < SMALL_MEAN {
            self.binomial_by_inversion(trials, p)
        } else {
            self.binomial_by_rejection(trials, p)
        }
    }

    /// Adds up P(0), P(1), … until the sum passes a uniform draw.
    fn binomial_by_inversion(&mut self, trials: u64, p: f64) -> u64 {
        let odds = p / (1.0 - p);
        let none = exp(trials as f64 * ln_1p(-p));
        loop {
            let mut remaining = self.uniform();
            let mut probability = none;
            for k in 0..=trials {
                if remaining < probability {
                    return k;
                }
                remaining -= probability;
                probability *= odds * (trials - k) as f64 / (k + 1) as f64;
                if probability < f64::MIN_POSITIVE {
                    break;
                }
            }
            // Only the rounding errors of the sum lead here: draw again.
        }
    }

    fn binomial_by_rejection(&mut self, trials: u64, p: f64) -> u64 {
        let n = trials as f64;
        let q = 1.0 - p;
        let spread = (n * p * q).sqrt();
        let b = 1.15 + 2.53 * spread;
        let a = -0.0873 + 0.0248 * b + 0.01 * p;
        let centre = n * p + 0.5;
        let certain = 0.92 - 4.2 / b;
        let alpha = (2.83 + 5.1 / b) * spread;
        let mode = ((n + 1.0) * p).floor();
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform_positive();
            let distance = 0.5 - u.abs();
            let k = ((2.0 * a / distance + b) * u + centre).floor();
            // Written so that NaN or infinity from distance = 0 is rejected too.
            if !(k >= 0.0 && k <= n) {
                continue;
            }
            if distance >= 0.07 && v <= certain {
                return k as u64;
            }
            let height = ln(v * alpha / (a / (distance * distance) + b));
            if height <= ln_binomial_ratio(n, p, mode, k) {
                return k as u64;
            }
        }
    }

    /// Poisson with mean `mean`. Exact.
    ///
    /// Up to a mean of 10 by inversion, above by transformed rejection (Hörmann 1993, *The transformed
    /// rejection method for generating Poisson random variables*, algorithm PTRS).
    ///
    /// # Panics
    /// If `mean` is negative or above 10¹⁵.
    pub fn poisson(&mut self, mean: f64) -> u64 {
        assert!((0.0..=1e15).contains(&mean), "poisson needs a mean between 0 and 1e15, got {mean}");
        if mean == 0.0 {
            0
        } else if mean < SMALL_MEAN {
            self.poisson_by_inversion(mean)
        } else {
            self.poisson_by_rejection(mean)
        }
    }

    fn poisson_by_inversion(&mut self, mean: f64) -> u64 {
        let none = exp(-mean);
        loop {
            let mut remaining = self.uniform();
            let mut probability = none;
            let mut k = 0_u64;
            while probability >= f64::MIN_POSITIVE {
                if remaining < probability {
                    return k;
                }
                remaining -= probability;
                k += 1;
                probability *= mean / k as f64;
            }
            // Only the rounding errors of the sum lead here: draw again.
        }
    }

    fn poisson_by_rejection(&mut self, mean: f64) -> u64 {
        let b = 0.931 + 2.53 * mean.sqrt();
        let a = -0.059 + 0.02483 * b;
        let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
        let certain = 0.9277 - 3.6224 / (b - 2.0);
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform_positive();
            let distance = 0.5 - u.abs();
            let k = ((2.0 * a / distance + b) * u + mean + 0.43).floor();
            if distance >= 0.07 && v <= certain {
                return k as u64;
            }
            if !(k >= 0.0 && k.is_finite()) || (distance < 0.013 && v > distance) {
                continue;
            }
            let height = ln(v * inverse_alpha / (a / (distance * distance) + b));
            if height <= ln_poisson(mean, k) {
                return k as u64;
            }
        }
    }

    /// An index drawn with probability proportional to its weight.
    ///
    /// # Panics
    /// If a weight is negative or not finite, or no weight is positive, or their sum overflows.
    pub fn categorical(&mut self, weights: &[f64]) -> usize {
        let mut total = 0.0;
        for &weight in weights {
            assert!(weight >= 0.0, "categorical needs weights of at least 0, got {weight}");
            total += weight;
        }
        assert!(total > 0.0 && total.is_finite(), "categorical needs weights with a positive, finite sum, got {total}");
        let mut remaining = self.uniform() * total;
        let mut last = 0;
        for (index, &weight) in weights.iter().enumerate() {
            if weight > 0.0 {
                if remaining < weight {
                    return index;
                }
                remaining -= weight;
                last = index;
            }
        }
        // Rounding may leave a remainder; it belongs to the last index that can occur.
        last
    }

    /// An index drawn with probability e^z_i / Σ_j e^z_j, its softmax, from logits z. A logit of minus infinity is
    /// never drawn.
    ///
    /// # Panics
    /// If no logit is finite, or one is NaN or infinity.
    pub fn categorical_of_logits(&mut self, logits: &[f64]) -> usize {
        let highest = reduce::max(logits);
        assert!(highest.is_finite(), "categorical_of_logits needs a finite largest logit, got {highest}");
        let mut weights: Vec<f64> = logits.iter().map(|logit| logit - highest).collect();
        exp_slice(&mut weights);
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        self.categorical(&weights)
    }
}

/// ln (P(k) / P(mode)) of a binomial distribution, by Stirling's formula with its remainder.
fn ln_binomial_ratio(n: f64, p: f64, mode: f64, k: f64) -> f64 {
    let odds = p / (1.0 - p);
    (mode + 0.5) * ln((mode + 1.0) / (odds * (n - mode + 1.0)))
        + (n + 1.0) * ln((n - mode + 1.0) / (n - k + 1.0))
        + (k + 0.5) * ln(odds * (n - k + 1.0) / (k + 1.0))
        + stirling_remainder(mode + 1.0)
        + stirling_remainder(n - mode + 1.0)
        - stirling_remainder(k + 1.0)
        - stirling_remainder(n - k + 1.0)
}

/// ln P(k) of a Poisson distribution, without the cancellation of −mean + k ln mean − ln k!.
fn ln_poisson(mean: f64, k: f64) -> f64 {
    if k == 0.0 {
        return -mean;
    }
    k * ln(mean / k) + (k - mean) - 0.5 * ln(std::f64::consts::TAU * k) - stirling_remainder(k)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::ln_gamma;

    /// The rejection methods are exact only if these are; draws alone would show a small error late.
    #[test]
    fn log_masses_match_the_factorials() {
        let ln_factorial = |k: f64| ln_gamma(k + 1.0);
        let ln_mass = |n: f64, p: f64, k: f64| {
            ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k) + k * ln(p) + (n - k) * ln_1p(-p)
        };
        for (n, p) in [(25.0_f64, 0.4), (100.0, 0.5), (1000.0, 0.02)] {
            let mode = ((n + 1.0) * p).floor();
            for k in 0..=n as u32 {
                let k = f64::from(k);
                let direct = ln_mass(n, p, k) - ln_mass(n, p, mode);
                let error = ln_binomial_ratio(n, p, mode, k) - direct;
                assert!(error.abs() < 1e-11, "n = {n}, p = {p}, k = {k}: {error:e}");
            }
        }
        for mean in [10.0, 33.3, 400.0] {
            for k in 0..1000 {
                let k = f64::from(k);
                let error = ln_poisson(mean, k) - (k * ln(mean) - mean - ln_factorial(k));
                assert!(error.abs() < 1e-11, "mean = {mean}, k = {k}: {error:e}");
            }
        }
    }
}
