//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{greatest, least, mean, median, standard_error};

use crate::Config;
use crate::eigenframework::{optimal_fitting_ratio, predict};

/// The exponents α and β for which the thresholds of panel c are meant.
const EXPONENT: f64 = 1.5;

/// What the authors published.
pub static PUBLISHED: Published = Published::new(include_str!("../published.yaml"));

/// What the published curves of a ridge have in their names, where there are some.
pub fn ridge_name(ridge: f64) -> Option<&'static str> {
    let names = [("1e-3", -3.0), ("3.16e-2", -1.5), ("1", 0.0), ("10", 1.0)];
    let named = names.into_iter().find(|&(_, log_ridge)| (log10(ridge) - log_ridge).abs() < 1e-9);
    named.map(|(name, _)| name)
}

/// Whether panels a and b have the setting of the published curves.
pub fn as_published(config: &Config) -> bool {
    let task = &config.task;
    (config.fixed_n, config.fixed_k, task.modes) == (256, 256, 10_000)
        && (task.alpha, task.beta, config.noise_var) == (1.5, 1.5, 0.5)
}

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
            .beside(PUBLISHED.number("deviation-median"))
            .at_most("maximum over k and ridge of the same", greatest(&deviations), 0.35)
            .beside(PUBLISHED.number("deviation-maximum"))
            .published("lines through dots"),
        matches_published(config, table),
        falling(more_features, &over_features, "k", 1.02, "features-step")
            .applies_if(config.ks.len() > 1, "a single k"),
        falling(more_samples, &over_samples, "n", 1.04, "samples-step").applies_if(config.ns.len() > 1, "a single n"),
        double_descent(config, &over_features),
        overfit_when_clean(config, table),
        noise_moves_optimum(config, table),
        digits_are_overfitted(config, table),
    ]
}

/// The closed form at the published size beside the published curves, and our simulation beside theirs.
fn matches_published(config: &Config, table: &Table) -> Claim {
    let task = config.task.task();
    let ridges = config.ridges.values();
    let compare = |panel: &str, name: &str, size: &str, n_and_k: &dyn Fn(usize) -> (usize, usize)| -> Vec<Compared> {
        let named = ridges.iter().filter_map(|&ridge| Some((ridge, ridge_name(ridge)?)));
        let curve = |(ridge, ridge_name)| {
            let rows = table.with("panel", panel).with("ridge", ridge);
            Compared::new(&format!("{name}-{ridge_name}"), &rows, size, |size| {
                let (n, k) = n_and_k(size);
                predict(&task, n, Some(k), ridge, config.noise_var).map_or(f64::NAN, |errors| errors.test)
            })
        };
        named.map(curve).collect()
    };
    let over_features = compare("A", "features", "k", &|k| (config.fixed_n, k));
    let over_samples = compare("B", "samples", "n", &|n| (n, config.fixed_k));
    let points = || over_features.iter().chain(&over_samples).flat_map(|curve| &curve.deviations);
    let deviations: Vec<f64> = points().map(|(deviation, _)| deviation.abs()).collect();
    let near = points().filter(|(deviation, error)| deviation.abs() <= 3.0 * error).count();
    let sizes = PUBLISHED.entry("features-best").places();
    let is_shared = |ours: &[usize]| ours.iter().any(|&size| sizes.contains(&(size as f64)));
    let distance = |curves: &[Compared]| greatest(curves.iter().map(|curve| curve.distance.abs()));
    Claim::new("matches-published")
        .says("The closed form goes through the published simulation, and so does ours")
        .at_most("median over 8 published curves of |published mean / closed form − 1|", median(&deviations), 0.02)
        .at_most("maximum of the same", greatest(&deviations), 0.10)
        .at_least(
            "share of published means within 3 of their standard errors of it",
            near as f64 / deviations.len() as f64,
            0.95,
        )
        .at_most(
            "maximum over ridges of our distance from the published curve over k, in standard errors",
            distance(&over_features),
            3.0,
        )
        .at_most("the same over n", distance(&over_samples), 3.0)
        .published("means and standard errors of 45 trials (expt-gaussian-n256.expt, expt-gaussian-k256.expt)")
        .applies_if(as_published(config), "published for n or k = 256, M = 10,000, alpha = beta = 1.5, noise_var = 0.5")
        .applies_if(over_features.len() == 4, "ridges lack published ones")
        .applies_if(is_shared(&config.ks) && is_shared(&config.ns), "no published size in ks or ns")
        .applies_if(config.trials > 1, "one trial has no standard error")
}

/// A published curve over samples or features.
struct Compared {
    /// Published mean over closed form − 1 and its standard error, at each size.
    deviations: Vec<(f64, f64)>,
    /// Our mean over sizes of measured / closed form, less the published one, in standard errors.
    distance: f64,
}

impl Compared {
    /// A published curve beside the rows of ours over the column `size`.
    fn new(published: &str, rows: &Table, size: &str, closed_form: impl Fn(usize) -> f64) -> Compared {
        let published = PUBLISHED.entry(published);
        let sizes = published.places();
        let deviation = |(i, &size): (usize, &f64)| {
            let theory = closed_form(size as usize);
            (published.y[i] / theory - 1.0, (published.high[i] - published.low[i]) / (2.0 * theory))
        };
        let deviations: Vec<(f64, f64)> = sizes.iter().enumerate().map(deviation).collect();
        // At the sizes of both. A trial has the same data at all sizes, which therefore err together; in the published
        // curves over n they do not, and what is taken for their error is too large.
        let ours = rows
            .keep(size, |size| sizes.contains(&size))
            .each("trial", |draw| mean(&draw.map(["test_mse", "theory_test"], |[test, theory]| test / theory - 1.0)));
        let in_ours = rows.column(size);
        let both = sizes.iter().zip(&deviations).filter(|(size, _)| in_ours.contains(size));
        let (theirs, errors): (Vec<f64>, Vec<f64>) = both.map(|(_, &deviation)| deviation).unzip();
        let error = hypot(standard_error(&ours), mean(&errors));
        Compared { deviations, distance: (mean(&ours) - mean(&theirs)) / error }
    }
}

/// At the best ridge, one size to the next. The published step is over a finer grid of sizes.
fn falling(claim: Claim, rows: &Table, size: &str, threshold: f64, published: &str) -> Claim {
    let best = |column| rows.sorted(size).each(size, |draws| least(draws.each("ridge", |draws| draws.mean(column))));
    let (measured, theory) = (best("test_mse"), best("theory_test"));
    let deviations = measured.iter().zip(&theory).map(|(measured, theory)| (measured / theory - 1.0).abs());
    claim
        .at_most(
            format!("maximum over consecutive {size} of opt(next) / opt"),
            greatest(measured.windows(2).map(|pair| pair[1] / pair[0])),
            threshold,
        )
        .beside(PUBLISHED.number(published))
        .at_most(format!("maximum over {size} of |opt / opt of the closed form − 1|"), greatest(deviations), 0.25)
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
        .beside(PUBLISHED.number("peak"))
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
        .beside(PUBLISHED.number("mnist-best-ratio"))
        .at_least(
            "minimum over seeds of the test error at R nearest 0.5 over the minimum",
            least(curves.iter().map(FittingCurve::excess_half_fitted)),
            1.2,
        )
        .beside(PUBLISHED.number("mnist-half-fitted"))
        .published("optimum near 0")
        .applies_if(config.mnist.seeds > 0, "no digits")
        .applies_if(config.mnist.sigma2_rel.contains(&0.0), "no digits at noise level 0")
}
