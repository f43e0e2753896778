//! Probability distributions, from statrs.
//!
//! Each is made by a constructor that checks its parameters (`Normal::new(mean, sd)?`); the
//! functions are those of the traits: [`Continuous`] and [`Discrete`] (`pdf`, `pmf`, `ln_pdf`,
//! `ln_pmf`), [`ContinuousCDF`] and [`DiscreteCDF`] (`cdf`, `sf`, `inverse_cdf`), [`Distribution`]
//! (`mean`, `variance`, `std_dev`). Random numbers come from `numerics::random`, not from here.
//!
//! Two things to know of statrs 0.19: the functions of [`StudentsT`] and [`Beta`] panic on NaN, and
//! the tail of [`Normal`] is right to 10 digits only; `numerics::special` has the normal
//! distribution to full precision, and the intervals and tests of [`statistics`](crate::statistics)
//! use that one.
//!
//! ```
//! use common::statistics::distribution::{ContinuousCDF, StudentsT};
//!
//! let t = StudentsT::new(0.0, 1.0, 4.0)?;
//! assert!((t.inverse_cdf(0.975) - 2.7764451051977987).abs() < 1e-9);
//! # Ok::<(), anyhow::Error>(())
//! ```

pub use statrs::distribution::{
    Beta, Binomial, ChiSquared, Continuous, ContinuousCDF, Discrete, DiscreteCDF, Exp, FisherSnedecor, Gamma,
    Hypergeometric, Laplace, LogNormal, NegativeBinomial, Normal, Pareto, Poisson, StudentsT, Uniform,
};
pub use statrs::statistics::Distribution;

/// Distribution function of Student's t; NaN unless the degrees of freedom are positive.
pub(super) fn student_cdf(t: f64, degrees_of_freedom: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees_of_freedom).map_or(f64::NAN, |student| {
        // statrs panics on NaN.
        if t.is_nan() { f64::NAN } else { student.cdf(t) }
    })
}

/// The `t` that Student's t exceeds in absolute value with probability `1 - level`.
pub(super) fn student_critical(level: f64, degrees_of_freedom: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, degrees_of_freedom) {
        Ok(student) if level > 0.0 && level < 1.0 => student.inverse_cdf(0.5 + 0.5 * level),
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_agree_with_scipy() {
        // scipy 1.17.1.
        let normal = Normal::new(0.0, 1.0).unwrap();
        let beta = Beta::new(3.0, 8.0).unwrap();
        let chi_squared = ChiSquared::new(5.0).unwrap();
        let cases = [
            ("t.ppf(.975, 4)", student_critical(0.95, 4.0), 2.7764451051977934),
            ("t.ppf(.95, 2.5)", student_critical(0.9, 2.5), 2.5582186141359355),
            ("t.ppf(.995, 1)", student_critical(0.99, 1.0), 63.656741162871526),
            ("t.cdf(-3.2, 17.776)", student_cdf(-3.2, 17.776), 0.0025114441781486974),
            ("norm.ppf(.975)", normal.inverse_cdf(0.975), 1.959963984540054),
            ("norm.sf(2)", normal.sf(2.0), 0.022750131948179195),
            ("norm.cdf(-1.2345)", normal.cdf(-1.2345), 0.10850832336267019),
            ("beta.ppf(.025, 3, 8)", beta.inverse_cdf(0.025), 0.06673951117773447),
            ("binom.pmf(3, 10, .2)", Binomial::new(0.2, 10).unwrap().pmf(3), 0.20132659199999992),
            ("laplace.cdf(1, 0, 2)", Laplace::new(0.0, 2.0).unwrap().cdf(1.0), 0.6967346701436833),
            ("chi2.sf(11.07, 5)", chi_squared.sf(11.07), 0.050009618622405425),
        ];
        for (name, actual, expected) in cases {
            assert!((actual / expected - 1.0).abs() < 1e-10, "{name}: {actual} is not {expected}");
        }
    }

    #[test]
    fn parameters_out_of_range_give_nan() {
        assert!(student_cdf(1.0, 0.0).is_nan() && student_cdf(1.0, f64::NAN).is_nan());
        assert!(student_cdf(f64::NAN, 3.0).is_nan());
        assert!(student_critical(1.0, 3.0).is_nan() && student_critical(0.9, -1.0).is_nan());
    }
}
