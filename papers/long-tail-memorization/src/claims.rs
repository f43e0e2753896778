//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::greatest;

use crate::Config;

/// Index of the band 1 ≤ n D(x) < 3 of rare subpopulations.
const RARE_BAND: usize = 3;
/// Index of the band 30 ≤ n D(x) of frequent ones.
const FREQUENT_BAND: usize = 6;

/// Excess errors below this one are of too few labels to be compared with theory.
const RESOLVED: f64 = 1e-3;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let names: Vec<String> = config.priors().iter().map(|prior| prior.name()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (zipfs, outlier) = (&names[..names.len() - 1], names[names.len() - 1]);
    let zipf = zipfs[0];
    let of = |panel: &str, prior: &str| table.with("panel", panel).with("prior", prior);
    let measured = |panel: &str, prior: &str, setting: f64| of(panel, prior).with("setting", setting).mean("measured");
    let predicted =
        |panel: &str, prior: &str, setting: f64| of(panel, prior).with("setting", setting).mean("predicted");
    let ratio = |panel: &str, prior: &str, setting| measured(panel, prior, setting) / predicted(panel, prior, setting);
    let worst = |panel: &str, prior: &str, settings: &[f64]| {
        greatest(settings.iter().map(|&setting| (ratio(panel, prior, setting) - 1.0).abs()))
    };
    let advantage = measured("ignore", zipf, 1.0) / measured("ignore", outlier, 1.0);
    let singletons = |prior: &str| of("count", prior).with("setting", 1).mean("singleton_fraction");

    let ignoring: Vec<f64> = config.q_grid.iter().copied().filter(|&q| q > 0.0).collect();
    let is_small = |eps: f64| predicted("private", zipf, eps) < RESOLVED;
    let private: Vec<f64> = config.eps_grid.iter().copied().filter(|&eps| !is_small(eps)).collect();
    let losses: Vec<f64> = private.iter().map(|&eps| measured("private", zipf, eps)).collect();
    let excess_error = Each::of(zipfs, |prior| worst("ignore", prior, &ignoring));
    // Two neighbours are the same rule as one: where they differ, the nearer one wins.
    let smoothing: Vec<usize> = config.knn_k.iter().copied().filter(|&k| k > 2).collect();
    let knn = Each::of(&smoothing, |k| ratio("knn", zipf, k as f64));

    let band = |band: usize| of("subgroup", zipf).with("setting", band);
    let lost = |band: Table| band.with("eps", f64::INFINITY).mean("measured") - band.with("eps", 1).mean("measured");
    let (rare, frequent) = (lost(band(RARE_BAND)), lost(band(FREQUENT_BAND)));
    let populated = !band(RARE_BAND).is_empty() && !band(FREQUENT_BAND).is_empty();

    let papers_prior = config.zipf_exponent[0] == 1.0 && config.n == config.zipf_n_domain;
    let other_prior = "the first prior is not Zipf with s = 1 and N = n";
    let some = zipfs.iter().all(|prior| of("ignore", prior).greatest("singleton_fraction") > 0.0);
    let no_singletons = "a sample has no singletons";
    let wrong_guesses = 1.0 - 1.0 / config.m as f64;

    vec![
        Claim::new("zipf-singletons")
            .says("With n = N a sixth of a Zipf sample are singletons")
            .within("mean over seeds of singleton_fraction", singletons(zipf), 0.160..=0.181)
            .published("about 17 % (from memory; could not be verified)")
            .applies_if(papers_prior, other_prior),
        Claim::new("zipf-tau1")
            .says("The subpopulation of a singleton has an expected frequency of 0.47/n")
            .within("mean of n times the mean frequency of singletons", measured("count", zipf, 1.0), 0.45..=0.50)
            .published("0.47/n (from memory; could not be verified)")
            .applies_if(papers_prior, other_prior),
        Claim::new("excess-law")
            .says("The excess error is τ₁ times the number of singletons that are not fitted")
            .at_most("max over q > 0 of |mean measured / mean predicted − 1|", excess_error, 0.05)
            .published("Theorem 2.3")
            .applies_if(!ignoring.is_empty(), "q_grid has no value above 0")
            .applies_if(some, no_singletons),
        Claim::new("privacy-law")
            .says("The private histogram pays Σ τ_l errn(l), less the less private it is")
            .at_most("max over eps of |mean measured / mean predicted − 1|", worst("private", zipf, &private), 0.05)
            .is_true("mean excess falls in eps", losses.windows(2).all(|pair| pair[1] < pair[0]))
            .published("Theorem 2.3")
            .applies_if(!private.is_empty(), "eps_grid has no value at which privacy costs 0.001"),
        Claim::new("outliers-are-worthless")
            .says("With as many singletons that are outliers, memorizing them gains nothing")
            .within("mean excess at q = 1, zipf over outlier", advantage, 15.0..=40.0)
            .at_most("difference of the singleton fractions", (singletons(zipf) - singletons(outlier)).abs(), 0.02)
            .published("no number")
            .applies_if(config.q_grid.contains(&1.0), "q_grid lacks 1")
            // The outlier prior is made to have the singletons of that Zipf prior.
            .applies_if(papers_prior, other_prior),
        Claim::new("noisy-labels-too")
            .says("Fitting all singletons helps although a part of their labels is wrong")
            .above("mean excess at q = 1", measured("noise", zipf, 1.0), 0.0)
            .at_most("|mean measured / mean predicted − 1|", worst("noise", zipf, &[1.0]), 0.08)
            .published("no number")
            .applies_if(config.q_grid.contains(&1.0), "q_grid lacks 1")
            .applies_if(some, no_singletons)
            .applies_if(config.noise < wrong_guesses, "labels are wrong as often as guesses, or more often"),
        Claim::new("rare-groups-pay")
            .says("The loss of privacy falls on rare subpopulations")
            .at_least("accuracy drop from full memorization to eps = 1, 1 ≤ n D(x) < 3", rare, 0.30)
            .at_most("the same, 30 ≤ n D(x)", frequent, 0.01)
            .published("no number")
            .applies_if(populated, "a band of frequencies has no subpopulation"),
        Claim::new("knn-law")
            .says("The law holds for k-nearest neighbours on Gaussian clusters")
            .within("pooled measured / predicted at k", knn, 0.90..=1.10)
            .published("Theorem 2.3")
            .applies_if(!smoothing.is_empty(), "knn_k has no value above 2")
            .applies_if(config.knn_seeds > 0, "knn_seeds is 0"),
    ]
}
