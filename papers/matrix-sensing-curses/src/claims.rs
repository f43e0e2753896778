//! The claims of the paper, measured on the table: mostly on the fits of each seed, all of which have to pass.

use common::optimize::brent_minimize;
use common::prelude::*;
use common::statistics::{least, log_log_fit, mean, standard_error};

use crate::Config;
use crate::theory::above_floor;

/// What the paper published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let seeds: Vec<u64> = (0..config.seeds).collect();
    let (fits, last) = (table.kind("fit"), table.kind("iteration").with("t", config.descent.iterations));
    let fitted = |column: &str, run: &str, alpha: f64| {
        let runs = fits.with("run", run).with("alpha", alpha);
        Each::of(&seeds, |seed| runs.with("seed", seed).value(column))
    };
    let at_same_alpha = last.with("alpha", config.sym_alpha);
    let decades = |seed: u64| {
        let runs = at_same_alpha.with("seed", seed);
        let [above, below] =
            ["sym_over", "asym_over"].map(|run| log10(above_floor(runs.with("run", run).value("err"))));
        above - below
    };
    let gains: Vec<f64> = seeds.iter().map(|&seed| decades(seed)).collect();

    // The two largest scales: smaller ones are not in their geometric phase by T.
    let alphas = &config.alphas[..config.alphas.len().min(2)];
    let (large, small) = (alphas[0], alphas[alphas.len() - 1]);
    let squared = (large / small) * (large / small);
    let smallest = config.smallest_alpha();

    let sym_over = table.kind("iteration").with("run", "sym_over");
    let exponents = sym_over.each("seed", |run| delayed_exponent(&run.curve("t", "err").mean()));
    let slopes = |alpha: f64| fits.with("run", "asym_over").with("alpha", alpha).sorted("seed").column("late_slope");
    let rate_ratios: Vec<f64> = slopes(large).iter().zip(slopes(small)).map(|(large, small)| large / small).collect();
    let (exponent, rate_ratio) = (PUBLISHED.number("symmetric-exponent"), PUBLISHED.number("rate-ratio"));

    let imbalance = alphas.iter().fold(
        Claim::new("asym-rate-matches-imbalance")
            .says("The rate of asymmetric gradient descent is set by the imbalance left in F: exp(−2ηλ_min t)"),
        |claim, &alpha| {
            let ratio = fitted("slope_over_theory", "asym_over", alpha);
            claim.within(format!("slope over theory at α = {alpha}, by seed"), ratio, 0.6..=1.1)
        },
    );
    vec![
        Claim::new("sym-over-is-inverse-square")
            .says("Over-parameterised symmetric gradient descent converges like 1/t², no faster")
            .within(
                "slope of log err against log t, by seed",
                fitted("sym_exponent", "sym_over", config.sym_alpha),
                -2.2..=-1.75,
            )
            .beside(exponent.clone())
            .report("greatest err at T with k = r", last.with("run", "sym_exact").greatest("err"))
            .published("lower bound Ω(1/T²)"),
        Claim::new("sym-over-prefactor")
            .says("Its error at T is (k − r)/(2ηT)², without a free constant")
            .within(
                "err_T / ((k − r)/(2ηT)²), by seed",
                fitted("prefactor_ratio", "sym_over", config.sym_alpha),
                0.8..=1.8,
            )
            .note("our derivation; finite m makes the constant larger"),
        imbalance.published("err at T = exp(−Ω(α²T))"),
        Claim::new("asym-rate-quadratic-in-alpha")
            .says("The rate grows with the square of α")
            // Within a quarter of the square of the ratio of scales: [3, 5] for 4.
            .within(
                format!("slope at α = {large} over slope at α = {small}, by seed"),
                fitted("late_slope", "asym_over", large) / fitted("late_slope", "asym_over", small),
                0.75 * squared..=1.25 * squared,
            )
            .published(format!("{squared} in theory"))
            .applies_if(alphas.len() == 2, "it compares two values of alphas"),
        Claim::new("asymmetry-beats-symmetry")
            .says("With the same k and α an asymmetric product ends far below a symmetric one")
            .at_least(
                format!("decades between the errors at T, α = {}, mean over seeds", config.sym_alpha),
                mean(&gains),
                10.0,
            )
            .report("least of them", least(&gains))
            .published("1/T² against exp(−Ω(α²T))")
            .applies_if(
                config.alphas.contains(&config.sym_alpha),
                "alphas does not contain sym_alpha, so the two start at different scales",
            ),
        Claim::new("one-step-removes-alpha")
            .says("After one changed step the rate is that of the exact parameterisation, whatever α")
            .within(
                format!("slope after the changed step over slope with k = r, α = {smallest}, by seed"),
                fitted("late_slope", "asym_over_switched", smallest) / fitted("late_slope", "asym_exact", smallest),
                0.7..=1.2,
            )
            .published("a rate independent of α"),
        Claim::new("matches-published")
            .says("Both exponents are those of the abstract: −2 of symmetric descent, and the square of α in the other rate")
            .matches(
                "p of the fit log err = a + p log(t + t₀), mean over seeds",
                mean(&exponents),
                exponent,
                0.05,
            )
            .report("its standard error", standard_error(&exponents))
            .matches(
                format!("slope at α = {large} over slope at α = {small}, mean over seeds"),
                mean(&rate_ratios),
                rate_ratio,
                0.5,
            )
            .report("its standard error", standard_error(&rate_ratios))
            .applies_if(squared == 4.0, "the published ratio is that of α and α/2"),
    ]
}

/// The exponent p of the curve C (t + t₀)^p through the last three quarters of a run: least squares in log err over C, t₀
/// and p. The law counts time from t₀ steps before the first, which a plain slope takes for a flatter one. t₀ is from −T/8
/// to T/4.
fn delayed_exponent(errors: &Curve) -> f64 {
    let end = errors.x.last().copied().unwrap_or(f64::NAN);
    let late = errors.keep(|t, _| t >= end / 4.0);
    let fit = |delay: f64| log_log_fit(&late.x.iter().map(|t| t + delay).collect::<Vec<f64>>(), &late.middle);
    let best = brent_minimize(-end / 8.0, end / 4.0, 1e-3, |delay| 1.0 - fit(delay).r_squared);
    best.map_or(f64::NAN, |best| fit(best.parameters).slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponent_does_not_depend_on_the_delay() {
        let t: Vec<f64> = (1..=200).map(|k| 20.0 * f64::from(k)).collect();
        let err: Vec<f64> = t.iter().map(|t| 3.0 / ((t + 40.0) * (t + 40.0))).collect();
        assert!((delayed_exponent(&Curve::new(t, err)) + 2.0).abs() < 1e-4);
    }
}
