//! Laws that predict the best learning rate and batch size.

use anyhow::Context;
use common::estimate::{LeastSquares, LeastSquaresFit};
use common::prelude::*;

use crate::losses::{Group, Setting};

/// ln lr = a0 + a_n ln N + a_d ln D and ln B = b0 + b_d ln D, with B in tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerLaw {
    pub a0: f64,
    pub a_n: f64,
    pub a_d: f64,
    pub b0: f64,
    pub b_d: f64,
}

impl PowerLaw {
    /// The paper's law: lr = 1.79 N^-0.713 D^0.307, B = 0.58 D^0.571.
    pub fn published() -> PowerLaw {
        PowerLaw { a0: ln(1.79), a_n: -0.713, a_d: 0.307, b0: ln(0.58), b_d: 0.571 }
    }

    /// Ordinary least squares of optima on the law, all with the same weight.
    ///
    /// # Errors
    /// When the sizes do not determine the law.
    pub fn fit(optima: &[Optimum]) -> Result<PowerLaw> {
        let rate = regress(optima, |(n, d, _)| [ln(*n), ln(*d)], |best| best.ln_rate)?;
        let batch = regress(optima, |(_, d, _)| [ln(*d)], |best| best.ln_batch)?;
        Ok(PowerLaw {
            a0: rate.intercept,
            a_n: rate.coefficients[0],
            a_d: rate.coefficients[1],
            b0: batch.intercept,
            b_d: batch.coefficients[0],
        })
    }

    /// The prediction for N parameters and D tokens.
    pub fn predict(&self, n: f64, d: f64) -> Setting {
        Setting { ln_rate: self.a0 + self.a_n * ln(n) + self.a_d * ln(d), ln_batch: self.b0 + self.b_d * ln(d) }
    }

    /// a0, a_n, a_d, b0, b_d.
    pub fn coefficients(&self) -> [f64; 5] {
        [self.a0, self.a_n, self.a_d, self.b0, self.b_d]
    }
}

/// N, D, and the best setting for them.
pub type Optimum = (f64, f64, Setting);

/// Exponents of N and D in B when the batch may depend on both.
///
/// # Errors
/// When the sizes do not determine them.
pub fn joint_batch_exponents(optima: &[Optimum]) -> Result<[f64; 2]> {
    let fit = regress(optima, |(n, d, _)| [ln(*n), ln(*d)], |best| best.ln_batch)?;
    Ok([fit.coefficients[0], fit.coefficients[1]])
}

/// Ordinary least squares of a logarithm on logarithms, with an intercept.
fn regress<const K: usize>(
    optima: &[Optimum],
    features: impl Fn(&Optimum) -> [f64; K],
    target: impl Fn(&Setting) -> f64,
) -> Result<LeastSquaresFit> {
    let x: Vec<[f64; K]> = optima.iter().map(features).collect();
    let y: Array1<f64> = optima.iter().map(|(_, _, best)| target(best)).collect();
    let fit = LeastSquares::new().fit(ndarray::aview2(&x), y.view());
    fit.context("the model sizes and token counts do not determine a power law")
}

/// A law in the compute C = M D alone: lr = 0.3118 C^-0.1250, B = 0.2920 C^0.3271.
///
/// Constants of DeepSeek LLM (Bi et al. 2024, arXiv:2401.02954).
pub fn deepseek_form(group: &Group) -> Setting {
    let ln_compute = ln(group.flops_per_token) + ln(group.d);
    Setting { ln_rate: ln(0.3118) - 0.1250 * ln_compute, ln_batch: ln(0.2920) + 0.3271 * ln_compute }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: f64, expected: f64) -> bool {
        (value / expected - 1.0).abs() < 1e-4
    }

    #[test]
    fn published_law_at_one_billion_parameters_and_a_hundred_billion_tokens() {
        // 1.79 · 10^(-9 · 0.713 + 11 · 0.307) = 1.79 · 10^-3.04; 0.58 · 10^(11 · 0.571) = 0.58 · 10^6.281.
        let best = PowerLaw::published().predict(1.0e9, 1.0e11);
        assert!(close(best.rate(), 1.63251e-3), "{}", best.rate());
        assert!(close(best.batch(), 1.10772e6), "{}", best.batch());
    }

    #[test]
    fn compute_law_at_1e20_operations() {
        // 0.3118 · 10^-2.5 and 0.2920 · 10^6.542.
        let group = Group::new(crate::losses::Family::Dense, (1.0e9, 1.0e9, 1.0e10), 1.0e10, vec![(0.001, 1.0e6, 2.0)]);
        let best = deepseek_form(&group.unwrap());
        assert!(close(best.rate(), 9.85998e-4), "{}", best.rate());
        assert!(close(best.batch(), 1.01714e6), "{}", best.batch());
    }

    #[test]
    fn a_planted_law_is_recovered() {
        let planted = PowerLaw { a0: 0.5, a_n: -0.7, a_d: 0.3, b0: -1.0, b_d: 0.6 };
        let sizes = [(1.0e8, 2.0e9), (1.0e8, 2.0e10), (5.0e8, 1.0e10), (2.0e9, 1.0e11), (2.0e9, 4.0e10)];
        let optima: Vec<_> = sizes.iter().map(|&(n, d)| (n, d, planted.predict(n, d))).collect();
        let fitted = PowerLaw::fit(&optima).unwrap();
        for (value, expected) in fitted.coefficients().iter().zip(planted.coefficients()) {
            assert!((value - expected).abs() < 1e-10, "{fitted:?}");
        }
        let [b_n, b_d] = joint_batch_exponents(&optima).unwrap();
        assert!(b_n.abs() < 1e-10 && (b_d - 0.6).abs() < 1e-10);
    }

    #[test]
    fn one_size_does_not_determine_a_law() {
        let planted = PowerLaw::published();
        let optima: Vec<_> = [2.0e9, 5.0e9, 1.0e10].map(|d| (1.0e8, d, planted.predict(1.0e8, d))).into();
        assert!(PowerLaw::fit(&optima).is_err());
    }
}
