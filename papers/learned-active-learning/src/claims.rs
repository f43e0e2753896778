//! The claims of the paper, measured on the table. M(p, h) is the largest and A(p, h) the mean loss of a policy over the
//! instances of a class, E(p) its worst excess over the classes.

use common::prelude::*;
use common::statistics::{greatest, least, mean};

use crate::Config;
use crate::excess::ClassLosses;
use crate::policy::Policy;
use crate::rules::Rule;

/// Least denominator of a ratio of excesses, which may be zero or negative.
const LEAST_EXCESS: f64 = 0.02;

/// The classes that are judged for closeness to a rule that knows the class. Where answers are nearly
/// free of noise, that rule loses almost nothing, and a ratio to it says little.
const MOST_NOISE_FREE: f64 = 0.6;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Vec<Claim> {
    let levels = &config.problem.noise_levels;
    let losses = ClassLosses::new(table, levels);
    let (easiest, hardest) = (levels[0], levels[levels.len() - 1]);
    let (several, one) = (levels.len() > 1, "one class is neither easy nor hard");
    let excess = losses.worst_excess(Policy::Robust);
    let hard_excess = mean(&losses.worst_excess(Policy::Specialised(hardest)));
    let average = losses.mean_worst(Policy::Average, easiest);
    let needed = config.problem.binary_search_queries();

    let noisy: Vec<f64> = levels.iter().copied().filter(|&h| h <= MOST_NOISE_FREE).collect();
    let over_bound = |h| mean(&losses.mean(Policy::Robust, h)) / mean(&losses.mean(Policy::Bayes, h));
    let search = |h| losses.mean_worst(Policy::Rule(Rule::SoftBinarySearch(h)), h);
    let hard_to_search: Vec<f64> = noisy.iter().copied().filter(|&h| search(h) != 0.0).collect();
    let learned = levels.iter().map(|&h| Policy::Specialised(h)).chain([Policy::Robust, Policy::Average]);
    let rules = levels.iter().map(|&h| Rule::SoftBinarySearch(h)).chain([Rule::Random]).map(Policy::Rule);
    let bounds = losses.bounds();
    let slack = learned.chain(rules).flat_map(|policy| {
        let classes = levels.iter().zip(&bounds);
        classes.map(|(&h, bound)| least(losses.mean(policy, h)) - bound).collect::<Vec<f64>>()
    });
    let bayes_bound_respected = Claim::new("bayes-bound-respected")
        .says("Nothing beats the exact bound, and the robust policy is not far above it")
        .at_least("min over policies, seeds, h of A - bound", least(slack), -0.02)
        .published("exact theory")
        .applies_if(!bounds.is_empty(), "the problem is too large for the exact recursion");

    vec![
        Claim::new("robust-small-excess")
            .says("The robust policy is near the best in every class")
            .at_most("mean over seeds of E(robust)", mean(&excess), 0.15)
            .report("smallest over seeds", least(&excess))
            .report("largest over seeds", greatest(&excess))
            .published("the robust policy follows the lower envelope of the specialised ones"),
        Claim::new("hard-trained-fails-easy")
            .says("The policy trained on the hardest class has a far larger worst excess")
            .at_least(
                "mean E(hardest class) / max(0.02, mean E(robust))",
                hard_excess / greatest([mean(&excess), LEAST_EXCESS]),
                2.5,
            )
            .report("mean E(hardest class)", hard_excess)
            .published("the paper's motivation")
            .applies_if(several, one),
        Claim::new("robust-beats-prior")
            .says("Adversarial training beats training on a uniform prior over classes on the easy class")
            .at_most(
                "mean M(robust, easiest) / mean M(average, easiest)",
                losses.mean_worst(Policy::Robust, easiest) / average,
                0.5,
            )
            .report("mean M(average, easiest)", average)
            .published("ordering")
            .applies_if(several, one)
            .applies_if(average != 0.0, "the policy trained on average makes no mistake"),
        Claim::new("binary-search-discovered")
            .says("On noise-free problems the robust policy solves the task while random queries cannot")
            .at_most("mean M(robust, 1)", losses.mean_worst(Policy::Robust, easiest), 0.05)
            .at_least("mean M(random, 1)", losses.mean_worst(Policy::Rule(Rule::Random), easiest), 0.4)
            .note(format!("binary search needs {needed} queries done right"))
            .applies_if(easiest == 1.0, "no class is free of noise"),
        match noisy.is_empty() {
            true => bayes_bound_respected,
            false => {
                let ratios = Each::of(&noisy, over_bound);
                bayes_bound_respected.at_most("mean A(robust, h) / bound in noisy classes", ratios, 1.35)
            }
        },
        Claim::new("competitive-with-hand-made")
            .says("The robust policy is close to soft binary search with the right noise level")
            .at_most(
                "mean M(robust, h) / mean M(soft binary search, h) in noisy classes",
                Each::of(&hard_to_search, |h| losses.mean_worst(Policy::Robust, h) / search(h)),
                1.3,
            )
            .published("competitive")
            .applies_if(!noisy.is_empty(), "no class has a noise level of at most 0.6")
            .applies_if(!hard_to_search.is_empty(), "soft binary search makes no mistake"),
    ]
}
