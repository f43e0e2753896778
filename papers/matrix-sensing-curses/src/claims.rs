//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{linear_fit, log_log_fit};

use crate::Config;

/// Squared errors between these are in the geometric phase: below the first phase, above rounding.
const GEOMETRIC: std::ops::Range<f64> = 1e-22..1e-4;

/// Squared errors below this are rounding.
pub const FLOOR: f64 = 1e-30;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let runs = Runs { config, table };
    Ok(vec![
        sym_over_is_inverse_square(&runs)?,
        sym_over_prefactor(&runs)?,
        asym_rate_matches_imbalance(&runs)?,
        asym_rate_quadratic_in_alpha(&runs)?,
        asymmetry_beats_symmetry(&runs)?,
        one_step_removes_alpha(&runs)?,
    ])
}

/// The recorded runs and what is fitted to them.
struct Runs<'a> {
    config: &'a Config,
    table: &'a Table,
}

/// One run: iterations, squared errors and the smallest eigenvalue left in F.
struct Curve {
    t: Vec<f64>,
    err: Vec<f64>,
    lambda_min: f64,
}

impl Runs<'_> {
    /// A quantity of one run for each seed.
    fn each_seed(&self, run: &str, alpha: f64, quantity: impl Fn(&Curve) -> f64) -> Result<Vec<f64>> {
        let of_seed = |seed| {
            let rows = self.table.filter("run", run)?.filter("alpha", alpha)?.filter("seed", seed)?;
            let lambda_min = rows.floats("lambda_min")?.last().copied().unwrap_or(f64::NAN);
            Ok(quantity(&Curve { t: rows.floats("t")?, err: rows.floats("err")?, lambda_min }))
        };
        (0..self.config.seeds).map(of_seed).collect()
    }
}

impl Curve {
    /// Slope of log err against log t over the last three quarters of the run.
    fn exponent(&self) -> f64 {
        let start = self.last_time() / 4.0;
        let late = self.t.iter().zip(&self.err).filter(|(t, _)| **t >= start);
        let (t, err): (Vec<f64>, Vec<f64>) = late.unzip();
        log_log_fit(&t, &err).slope
    }

    /// Slope of log err against t in the geometric phase after iteration `start`: over the later half of
    /// its rows if there are at least 8, NaN if there are fewer than 4.
    fn late_slope(&self, start: f64) -> f64 {
        let rows = self.t.iter().zip(&self.err).filter(|(t, err)| **t > start && inside_geometric(**err));
        let (t, err): (Vec<f64>, Vec<f64>) = rows.map(|(t, err)| (*t, ln(*err))).unzip();
        match t.len() {
            0..4 => f64::NAN,
            count => {
                let first = if count >= 8 { count / 2 } else { 0 };
                linear_fit(&t[first..], &err[first..]).slope
            }
        }
    }

    fn last_time(&self) -> f64 {
        self.t.last().copied().unwrap_or(f64::NAN)
    }

    fn last_error(&self) -> f64 {
        self.err.last().map_or(f64::NAN, |err| if *err < FLOOR { FLOOR } else { *err })
    }
}

/// Whether a squared error is strictly inside the geometric phase.
fn inside_geometric(err: f64) -> bool {
    err > GEOMETRIC.start && err < GEOMETRIC.end
}

/// Requires that the value of every seed is in [low, high]. A NaN makes both measures NaN.
fn every_seed(claim: Claim, what: &str, values: &[f64], low: f64, high: f64) -> Claim {
    claim.at_least(format!("{what}, lowest of the seeds"), lowest(values), low).at_most(
        format!("{what}, highest of the seeds"),
        highest(values),
        high,
    )
}

fn lowest(values: &[f64]) -> f64 {
    let smaller = |low: f64, x: &f64| if *x < low || x.is_nan() { *x } else { low };
    values.iter().fold(f64::INFINITY, smaller)
}

fn highest(values: &[f64]) -> f64 {
    -lowest(&values.iter().map(|x| -x).collect::<Vec<f64>>())
}

fn ratios(numerators: &[f64], denominators: &[f64]) -> Vec<f64> {
    numerators.iter().zip(denominators).map(|(a, b)| a / b).collect()
}

fn sym_over_is_inverse_square(runs: &Runs) -> Result<Claim> {
    let alpha = runs.config.sym_alpha;
    let exponents = runs.each_seed("sym_over", alpha, Curve::exponent)?;
    let exact = runs.each_seed("sym_exact", alpha, Curve::last_error)?;
    let claim = Claim::stated(
        "sym-over-is-inverse-square",
        "Over-parameterised symmetric gradient descent converges like 1/t², no faster",
    );
    Ok(every_seed(claim, "slope of log err against log t", &exponents, -2.2, -1.75)
        .report("err at T with k = r, highest of the seeds", highest(&exact))
        .published("lower bound Ω(1/T²)"))
}

fn sym_over_prefactor(runs: &Runs) -> Result<Claim> {
    let config = runs.config;
    let ratio = |curve: &Curve| curve.last_error() / config.inverse_square_law(curve.last_time());
    let ratios = runs.each_seed("sym_over", config.sym_alpha, ratio)?;
    let claim = Claim::stated("sym-over-prefactor", "Its error at T is (k − r)/(2ηT)², without a free constant");
    Ok(every_seed(claim, "err_T / ((k − r)/(2ηT)²)", &ratios, 0.8, 1.8)
        .note("our derivation; finite m makes the constant larger"))
}

fn asym_rate_matches_imbalance(runs: &Runs) -> Result<Claim> {
    let mut claim = Claim::stated(
        "asym-rate-matches-imbalance",
        "The rate of asymmetric gradient descent is set by the imbalance left in F: exp(−2ηλ_min t)",
    );
    // 0.5 and 0.25: smaller scales are not in their geometric phase by T.
    for &alpha in runs.config.alphas.iter().take(2) {
        let over_theory = |curve: &Curve| curve.late_slope(0.0) / (-2.0 * runs.config.eta * curve.lambda_min);
        let values = runs.each_seed("asym_over", alpha, over_theory)?;
        claim = every_seed(claim, &format!("slope over theory at α = {alpha}"), &values, 0.6, 1.1);
    }
    Ok(claim.published("err at T = exp(−Ω(α²T))"))
}

fn asym_rate_quadratic_in_alpha(runs: &Runs) -> Result<Claim> {
    let claim = Claim::stated("asym-rate-quadratic-in-alpha", "The rate grows with the square of α");
    let [large, small, ..] = runs.config.alphas[..] else {
        return Ok(claim.not_applicable("it compares two values of alphas"));
    };
    let slopes = |alpha| runs.each_seed("asym_over", alpha, |curve| curve.late_slope(0.0));
    let values = ratios(&slopes(large)?, &slopes(small)?);
    let expected = (large / small) * (large / small);
    let what = format!("slope at α = {large} over slope at α = {small}");
    // Within a quarter of the square of the ratio of scales: [3, 5] for 4.
    Ok(every_seed(claim, &what, &values, 0.75 * expected, 1.25 * expected).published(format!("{expected} in theory")))
}

fn asymmetry_beats_symmetry(runs: &Runs) -> Result<Claim> {
    let config = runs.config;
    let claim = Claim::stated(
        "asymmetry-beats-symmetry",
        "With the same k and α an asymmetric product ends far below a symmetric one",
    );
    if !config.alphas.contains(&config.sym_alpha) {
        return Ok(claim.not_applicable("alphas does not contain sym_alpha, so the two start at different scales"));
    }
    let last = |run| runs.each_seed(run, config.sym_alpha, |curve| log10(curve.last_error()));
    let gains: Vec<f64> = last("sym_over")?.iter().zip(last("asym_over")?).map(|(a, b)| a - b).collect();
    let what = format!("decades between the errors at T, α = {}, lowest of the seeds", config.sym_alpha);
    Ok(claim.at_least(what, lowest(&gains), 10.0).published("1/T² against exp(−Ω(α²T))"))
}

fn one_step_removes_alpha(runs: &Runs) -> Result<Claim> {
    let alpha = runs.config.smallest_alpha();
    let switch = runs.config.switch_iter as f64;
    let switched = runs.each_seed("asym_over_switched", alpha, |curve| curve.late_slope(switch))?;
    let exact = runs.each_seed("asym_exact", alpha, |curve| curve.late_slope(0.0))?;
    let claim = Claim::stated(
        "one-step-removes-alpha",
        "After one changed step the rate is that of the exact parameterisation, whatever α",
    );
    let what = format!("slope after the changed step over slope with k = r, α = {alpha}");
    Ok(every_seed(claim, &what, &ratios(&switched, &exact), 0.7, 1.2).published("a rate independent of α"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(err: impl Fn(f64) -> f64) -> Curve {
        let t: Vec<f64> = (1..=200).map(|k| 20.0 * f64::from(k)).collect();
        Curve { err: t.iter().map(|t| err(*t)).collect(), t, lambda_min: 1.0 }
    }

    #[test]
    fn fits_find_the_rate_of_a_power_law_and_of_a_geometric_curve() {
        assert!((curve(|t| 3.0 / (t * t)).exponent() + 2.0).abs() < 1e-12);
        // A fast first phase and a floor, which the window must leave out.
        let geometric = curve(|t| 10.0 * exp(-0.05 * t) + exp(-0.01 * t) + 4e-30);
        assert!((geometric.late_slope(0.0) + 0.01).abs() < 1e-6);
        assert!(curve(|t| exp(-t)).late_slope(0.0).is_nan());
    }

    #[test]
    fn a_seed_without_a_value_fails_the_claim() {
        let claim = |values: &[f64]| every_seed(Claim::stated("a", "b"), "x", values, 0.0, 2.0);
        assert!(claim(&[1.0, 2.0]).holds());
        assert!(!claim(&[1.0, 3.0]).holds() && !claim(&[-1.0, 1.0]).holds());
        assert!(!claim(&[f64::NAN, 1.0]).holds() && !claim(&[1.0, f64::NAN]).holds());
    }
}
