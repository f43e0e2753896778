//! Laws that predict the best learning rate and batch size.

use common::estimate::LeastSquares;
use common::prelude::*;

use crate::losses::{Group, Optimum, Setting};

/// ln lr = a0 + a_n ln N + a_d ln D and ln B = b0 + b_d ln D, with B in tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerLaw {
    /// Constant of the learning rate.
    pub a0: f64,
    /// Exponent of N in the learning rate.
    pub a_n: f64,
    /// Exponent of D in the learning rate.
    pub a_d: f64,
    /// Constant of the batch size.
    pub b0: f64,
    /// Exponent of D in the batch size.
    pub b_d: f64,
}

impl PowerLaw {
    /// The paper's law: lr = 1.79 N^-0.713 D^0.307, B = 0.58 D^0.571.
    pub fn published() -> PowerLaw {
        PowerLaw { a0: ln(1.79), a_n: -0.713, a_d: 0.307, b0: ln(0.58), b_d: 0.571 }
    }

    /// Ordinary least squares of optima on the law, all with the same weight. Optima that are NaN do not count. NaN
    /// where the sizes do not determine the law.
    pub fn fit(optima: impl IntoIterator<Item = Optimum>) -> PowerLaw {
        let optima: Vec<Optimum> = optima.into_iter().filter(|(_, _, best)| best.is_some()).collect();
        let (a0, [a_n, a_d]) = regress(&optima, |n, d| [ln(n), ln(d)], |best| best.ln_rate);
        let (b0, [b_d]) = regress(&optima, |_, d| [ln(d)], |best| best.ln_batch);
        PowerLaw { a0, a_n, a_d, b0, b_d }
    }

    /// The prediction for N parameters and D tokens.
    pub fn predict(&self, n: f64, d: f64) -> Setting {
        Setting { ln_rate: self.a0 + self.a_n * ln(n) + self.a_d * ln(d), ln_batch: self.b0 + self.b_d * ln(d) }
    }
}

/// Exponents of N and D in B when the batch may depend on both; NaN where the sizes do not determine them. Optima that
/// are NaN do not count.
pub fn joint_batch_exponents(optima: impl IntoIterator<Item = Optimum>) -> [f64; 2] {
    let optima: Vec<Optimum> = optima.into_iter().filter(|(_, _, best)| best.is_some()).collect();
    regress(&optima, |n, d| [ln(n), ln(d)], |best| best.ln_batch).1
}

/// Intercept and coefficients of the ordinary least squares of a logarithm on logarithms; NaN where the optima do not
/// determine them.
fn regress<const K: usize>(
    optima: &[Optimum],
    features: impl Fn(f64, f64) -> [f64; K],
    target: impl Fn(Setting) -> f64,
) -> (f64, [f64; K]) {
    let x: Vec<[f64; K]> = optima.iter().map(|&(n, d, _)| features(n, d)).collect();
    let y: Array1<f64> = optima.iter().map(|&(_, _, best)| target(best)).collect();
    match LeastSquares::new().fit(ndarray::aview2(&x), y.view()) {
        Ok(fit) => (fit.intercept, std::array::from_fn(|k| fit.coefficients[k])),
        Err(_) => (f64::NAN, [f64::NAN; K]),
    }
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
        let mut optima: Vec<_> = sizes.iter().map(|&(n, d)| (n, d, planted.predict(n, d))).collect();
        // What has no optimum does not count.
        optima.push((4.0e9, 1.0e11, Setting::NONE));
        let fitted = PowerLaw::fit(optima.iter().copied());
        let coefficients: [fn(&PowerLaw) -> f64; 5] =
            [|law| law.a0, |law| law.a_n, |law| law.a_d, |law| law.b0, |law| law.b_d];
        for of in coefficients {
            assert!((of(&fitted) - of(&planted)).abs() < 1e-10, "{fitted:?}");
        }
        let [b_n, b_d] = joint_batch_exponents(optima);
        assert!(b_n.abs() < 1e-10 && (b_d - 0.6).abs() < 1e-10);
    }

    #[test]
    fn one_size_does_not_determine_a_law() {
        let planted = PowerLaw::published();
        let fitted = PowerLaw::fit([2.0e9, 5.0e9, 1.0e10].map(|d| (1.0e8, d, planted.predict(1.0e8, d))));
        assert!(fitted.a_n.is_nan() && (fitted.b_d - planted.b_d).abs() < 1e-10);
        assert!(PowerLaw::fit([]).b_d.is_nan() && !PowerLaw::fit([]).predict(1.0e8, 2.0e9).is_some());
    }
}
