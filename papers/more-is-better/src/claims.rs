//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least, mean, median};

use crate::Config;
use crate::eigenframework::optimal_fitting_ratio;

/// The exponents α and β for which the thresholds of panel c are meant.
const EXPONENT: f64 = 1.5;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let (over_features, over_samples) = (table.with("panel", "A"), table.with("panel", "B"));
    let deviations = over_features.each(["k", "ridge"], |draws| {
        let theory = draws.mean("theory_test");
        (draws.mean("test_mse") / theory - 1.0).abs()
    });
    let more_features = Claim::new("more-features-better").says("At the best ridge the test error falls with k");
    let more_samples = Claim::new("more-samples-better").says("At the best ridge the test error falls with n");
    vec![
        Claim::new("theory-matches-test")
            .says("The closed form predicts the simulated test error over k")
            .at_most("median over k and ridge of |mean test / theory − 1|", median(&deviations), 0.05)
            .at_most("maximum over k and ridge of the same", greatest(&deviations), 0.35)
            .published("lines through dots"),
        falling(more_features, &over_features, "k", 1.02).applies_if(config.ks.len() > 1, "a single k"),
        falling(more_samples, &over_samples, "n", 1.04).applies_if(config.ns.len() > 1, "a single n"),
        double_descent(config, &over_features),
        overfit_when_clean(config, table),
        noise_moves_optimum(config, table),
        digits_are_overfitted(config, table),
    ]
}

/// At the best ridge, one size to the next.
fn falling(claim: Claim, rows: &Table, size: &str, threshold: f64) -> Claim {
    let best = rows.sorted(size).each(size, |draws| least(draws.each("ridge", |draws| draws.mean("test_mse"))));
    let end = |best: Option<&f64>| best.copied().unwrap_or(f64::NAN);
    claim
        .at_most(
            format!("maximum over consecutive {size} of opt(next) / opt"),
            greatest(best.windows(2).map(|pair| pair[1] / pair[0])),
            threshold,
        )
        .report("opt at the smallest", end(best.first()))
        .report("opt at the largest", end(best.last()))
        .published("theorem")
}

fn double_descent(config: &Config, over_features: &Table) -> Claim {
    let n = config.fixed_n as f64;
    let curve = over_features.with("ridge", config.ridges.values()[0]).curve("k", "test_mse").mean();
    let ks: Vec<f64> = config.ks.iter().map(|&k| k as f64).collect();
    let distances: Vec<f64> = ks.iter().map(|k| ln(k / n).abs()).collect();
    let nearest = at_least_of(&distances, &ks);
    let few = curve.keep(|k, _| k < n / 2.0);
    Claim::new("double-descent-without-tuning")
        .says("At the smallest ridge the test error has a peak near k = n")
        .at_least(
            format!("mean test error at k = {nearest} over the minimum at k < n / 2"),
            curve.at(nearest) / least(few.middle),
            1.7,
        )
        .published("visible")
        .applies_if(ks[0] < n / 2.0, "no k below n / 2")
        .applies_if(least(distances) <= ln(2.0), "no k between n / 2 and 2 n")
}

/// The value that belongs to the least key; NaN where a key is NaN or there is none.
fn at_least_of(keys: &[f64], values: &[f64]) -> f64 {
    let lowest = least(keys);
    keys.iter().position(|&key| key == lowest).map_or(f64::NAN, |place| values[place])
}

/// Test error over the fitting ratio R, one point for each ridge, in means over trials or in one of them.
struct FittingCurve {
    ratios: Vec<f64>,
    tests: Vec<f64>,
}

impl FittingCurve {
    fn of(rows: &Table) -> FittingCurve {
        let means = |column| rows.each("ridge", |draws| draws.mean(column));
        FittingCurve { ratios: means("ratio"), tests: means("test_mse") }
    }

    /// R at the lowest test error.
    fn best_ratio(&self) -> f64 {
        at_least_of(&self.tests, &self.ratios)
    }

    /// The test error at R nearest one half, over the lowest.
    fn excess_half_fitted(&self) -> f64 {
        let distances: Vec<f64> = self.ratios.iter().map(|ratio| (ratio - 0.5).abs()).collect();
        at_least_of(&distances, &self.tests) / least(&self.tests)
    }

    /// The test error at the lowest R, over the lowest.
    fn excess_interpolating(&self) -> f64 {
        at_least_of(&self.ratios, &self.tests) / least(&self.tests)
    }
}

/// A claim about panel c at one noise level.
fn in_kernel_limit(config: &Config, claim: Claim, sigma2_rel: f64) -> Claim {
    let same = config.task.alpha == EXPONENT && config.task.beta == EXPONENT;
    claim
        .report("R* of the formula", optimal_fitting_ratio(config.task.alpha, config.task.beta, sigma2_rel))
        .applies_if(config.kernel.sigma2_rel.contains(&sigma2_rel), format!("no noise level {sigma2_rel}"))
        .applies_if(same, format!("the thresholds are those of alpha = beta = {EXPONENT}"))
}

fn overfit_when_clean(config: &Config, table: &Table) -> Claim {
    let curve = FittingCurve::of(&table.with("panel", "C").with("sigma2_rel", 0));
    let claim = Claim::new("overfit-when-clean")
        .says("Without noise the best kernel regression interpolates (panel C)")
        .at_most("R at the best ridge", curve.best_ratio(), 0.02)
        .at_least("mean test error at R nearest 0.5 over the minimum", curve.excess_half_fitted(), 1.25)
        .published("R* = 0");
    in_kernel_limit(config, claim, 0.0)
}

fn noise_moves_optimum(config: &Config, table: &Table) -> Claim {
    let curve = FittingCurve::of(&table.with("panel", "C").with("sigma2_rel", 5));
    let claim = Claim::new("noise-moves-optimum")
        .says("With relative noise 5 the best kernel regression is far from interpolation (panel C)")
        .within("R at the best ridge", curve.best_ratio(), 0.35..=0.68)
        .at_least("mean test error of interpolation over the minimum", curve.excess_interpolating(), 1.12)
        .published("R* = 0.524");
    in_kernel_limit(config, claim, 5.0)
}

fn digits_are_overfitted(config: &Config, table: &Table) -> Claim {
    let curves = table.with("panel", "D").with("sigma2_rel", 0).each("trial", FittingCurve::of);
    let ratios: Vec<f64> = curves.iter().map(FittingCurve::best_ratio).collect();
    Claim::new("mnist-obligatory-overfitting")
        .says("On digits without added noise the best kernel regression interpolates (panel D)")
        .at_most("mean over seeds of R at the best ridge", mean(&ratios), 0.05)
        .at_least(
            "minimum over seeds of the test error at R nearest 0.5 over the minimum",
            least(curves.iter().map(FittingCurve::excess_half_fitted)),
            1.2,
        )
        .published("optimum near 0")
        .applies_if(config.mnist.seeds > 0, "no digits")
        .applies_if(config.mnist.sigma2_rel.contains(&0.0), "no digits at noise level 0")
}
