//! The claims of the paper, measured on the table. M(p, h) is the largest and A(p, h) the mean loss of a policy over the
//! instances of a class, E(p) its worst excess over the classes.

use common::prelude::*;
use common::statistics::{greatest, least, mean};

use crate::Config;
use crate::excess::ClassLosses;
use crate::policy::Policy;
use crate::rules::Rule;
use crate::thresholds::Thresholds;

/// Least denominator of a ratio of excesses, which may be zero or negative, and of losses without noise, which fall to
/// zero with the queries.
const LEAST_EXCESS: f64 = 0.02;
const LEAST_LOSS: f64 = 0.01;

/// The classes that are judged for closeness to a rule that knows the class. Where answers are nearly
/// free of noise, that rule loses almost nothing, and a ratio to it says little.
const MOST_NOISE_FREE: f64 = 0.6;

/// The largest mean loss of random queries without noise, about: the announcement is the middle between the nearest
/// items asked on both sides, whose distances are geometric with the share q = (1 - 1/D)^T of items never asked.
fn random_loss(problem: &Thresholds) -> f64 {
    let q = powi(1.0 - 1.0 / problem.items as f64, problem.queries as i32);
    q / (1.0 - q * q)
}

/// How many times the loss of soft binary search in class h is close to it. Losses fall about like exp(-c h² T), so
/// that a wasted share of the queries costs a factor that is a power: 1.3 up to h² T = 2.9.
fn close(problem: &Thresholds, h: f64) -> f64 {
    pow(1.3, greatest([1.0, h * h * problem.queries as f64 / 2.9]))
}

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let problem = &config.problem;
    let levels = &problem.noise_levels;
    let losses = ClassLosses::new(table, levels);
    let (easiest, hardest) = (levels[0], levels[levels.len() - 1]);
    let (several, one) = (levels.len() > 1, "one class is neither easy nor hard");
    let (random, search) = (Policy::Rule(Rule::Random), |h| Policy::Rule(Rule::SoftBinarySearch(h)));
    let excess = losses.worst_excess(Policy::Robust);
    let over_robust = |policy| mean(&losses.worst_excess(policy)) / greatest([mean(&excess), LEAST_EXCESS]);
    let robust = losses.mean_worst(Policy::Robust, easiest);
    let average = losses.mean_worst(Policy::Average, easiest);

    let noisy: Vec<f64> = levels.iter().copied().filter(|&h| h <= MOST_NOISE_FREE).collect();
    let why_noisy = format!("no class has a noise level of at most {MOST_NOISE_FREE}");
    let over_search = |h| losses.mean_worst(Policy::Robust, h) / losses.mean_worst(search(h), h);
    let bound = |h| losses.bound(h).unwrap_or(f64::NAN);
    let learned = levels.iter().map(|&h| Policy::Specialised(h)).chain([Policy::Robust, Policy::Average]);
    let slack = learned.chain(levels.iter().map(|&h| search(h))).chain([random]).flat_map(|policy| {
        let losses = &losses;
        levels.iter().map(move |&h| least(losses.mean(policy, h)) - bound(h))
    });

    let mut bayes_bound_respected = Claim::new("bayes-bound-respected")
        .says("Nothing beats the exact bound, and the robust policy is not far above it")
        .at_least("min over policies, seeds, h of A - bound", least(slack), -0.02)
        .published("exact theory")
        .applies_if(losses.bound(easiest).is_some(), "the problem is too large for the exact recursion");
    if !noisy.is_empty() {
        let ratios = Each::of(&noisy, |h| mean(&losses.mean(Policy::Robust, h)) / bound(h));
        bayes_bound_respected =
            bayes_bound_respected.at_most("mean A(robust, h) / bound in noisy classes", ratios, 1.35);
    }
    vec![
        Claim::new("robust-small-excess")
            .says("The robust policy is near the best in every class, as random queries are not")
            .at_most("mean over seeds of E(robust)", mean(&excess), 0.15)
            .at_least("mean E(random) / max(0.02, mean E(robust))", over_robust(random), 2.5)
            .report("smallest E(robust) over seeds", least(&excess))
            .report("largest over seeds", greatest(&excess))
            .published("the robust policy follows the lower envelope of the specialised ones")
            .applies_if(several, one),
        Claim::new("hard-trained-fails-easy")
            .says("The policy trained on the hardest class has a far larger worst excess")
            .at_least(
                "mean E(hardest class) / max(0.02, mean E(robust))",
                over_robust(Policy::Specialised(hardest)),
                2.5,
            )
            .report("mean E(hardest class)", mean(&losses.worst_excess(Policy::Specialised(hardest))))
            .published("the paper's motivation")
            .applies_if(several, one),
        Claim::new("robust-beats-prior")
            .says("Adversarial training beats training on a uniform prior over classes on the easy class")
            .at_most(
                "mean M(robust, easiest) / max(0.01, mean M(average, easiest))",
                robust / greatest([average, LEAST_LOSS]),
                0.5,
            )
            .report("mean M(average, easiest)", average)
            .published("ordering")
            .applies_if(several, one),
        Claim::new("binary-search-discovered")
            .says("On noise-free problems the robust policy solves the task while random queries cannot")
            .at_most("mean M(robust, 1)", robust, 0.05)
            .at_least(
                "mean M(random, 1), threshold 3/4 q / (1 - q²) with q = (1 - 1/D)^T",
                losses.mean_worst(random, easiest),
                0.75 * random_loss(problem),
            )
            .note(format!("binary search needs {} queries done right", problem.binary_search_queries()))
            .applies_if(easiest == 1.0, "no class is free of noise"),
        bayes_bound_respected,
        Claim::new("competitive-with-hand-made")
            .says("The robust policy is close to soft binary search with the right noise level")
            .at_most(
                "mean M(robust, h) / mean M(soft binary search, h) / 1.3^max(1, h² T / 2.9) in noisy classes",
                Each::of(&noisy, |h| over_search(h) / close(problem, h)),
                1.0,
            )
            .at_most(
                "mean M(robust, h) / (h D / 2), the loss of the middle, announced without a query",
                Each::of(&noisy, |h| losses.mean_worst(Policy::Robust, h) / (0.5 * h * problem.items as f64)),
                0.9,
            )
            .report("first measure without the power of 1.3", Each::of(&noisy, over_search))
            .published("competitive")
            .applies_if(!noisy.is_empty(), why_noisy)
            .applies_if(
                noisy.iter().all(|&h| losses.mean_worst(search(h), h) != 0.0),
                "soft binary search makes no mistake",
            ),
    ]
}
