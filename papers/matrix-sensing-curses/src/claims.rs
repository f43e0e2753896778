//! The claims of the paper, measured on the table: on the fits of each seed, all of which have to pass.

use common::prelude::*;

use crate::Config;
use crate::theory::above_floor;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let seeds: Vec<u64> = (0..config.seeds).collect();
    let (fits, last) = (table.kind("fit"), table.kind("iteration").with("t", config.descent.iterations));
    let fitted = |column: &str, run: &str, alpha: f64| {
        let runs = fits.with("run", run).with("alpha", alpha);
        Each::of(&seeds, |seed| runs.with("seed", seed).value(column))
    };
    let decades = |run: &str| {
        let runs = last.with("run", run).with("alpha", config.sym_alpha);
        Each::of(&seeds, |seed| log10(above_floor(runs.with("seed", seed).value("err"))))
    };

    // The two largest scales: smaller ones are not in their geometric phase by T.
    let alphas = &config.alphas[..config.alphas.len().min(2)];
    let (large, small) = (alphas[0], alphas[alphas.len() - 1]);
    let squared = (large / small) * (large / small);
    let smallest = config.smallest_alpha();

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
                format!("decades between the errors at T, α = {}, by seed", config.sym_alpha),
                decades("sym_over") - decades("asym_over"),
                10.0,
            )
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
    ]
}
