//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::mean;

use crate::excess::ClassLosses;
use crate::rules::Rule;
use crate::{Config, Policy};

/// Least denominator of a ratio of excesses, which may be zero or negative.
const LEAST_EXCESS: f64 = 0.02;

/// The classes that are judged for closeness to a rule that knows the class. Where answers are nearly
/// free of noise, that rule loses almost nothing, and a ratio to it says little.
const MOST_NOISE_FREE: f64 = 0.6;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let losses = ClassLosses::new(table, &config.problem.noise_levels)?;
    Ok(vec![
        robust_small_excess(&losses)?,
        hard_trained_fails_easy(config, &losses)?,
        robust_beats_prior(config, &losses)?,
        binary_search_discovered(config, &losses)?,
        bayes_bound_respected(config, &losses)?,
        competitive_with_hand_made(config, &losses)?,
    ])
}

/// The classes from easy to hard, the first and the last apart.
fn ends(config: &Config) -> (f64, f64) {
    let levels = &config.problem.noise_levels;
    (levels[0], levels[levels.len() - 1])
}

/// The largest value over the noisy classes, h up to 0.6; `None` if there is no such class.
fn largest_over_noisy(config: &Config, value: impl Fn(f64) -> Result<f64>) -> Result<Option<f64>> {
    let noisy = config.problem.noise_levels.iter().filter(|h| **h <= MOST_NOISE_FREE);
    let values: Vec<f64> = noisy.map(|&h| value(h)).collect::<Result<_>>()?;
    Ok(values.into_iter().reduce(f64::max))
}

/// Mean over the seeds of the worst-case loss.
fn mean_worst(losses: &ClassLosses, policy: Policy, h: f64) -> Result<f64> {
    Ok(mean(&losses.worst(policy, h)?))
}

/// Mean over the seeds of the worst excess.
fn mean_excess(losses: &ClassLosses, policy: Policy) -> Result<f64> {
    Ok(mean(&losses.worst_excess(policy)?))
}

fn robust_small_excess(losses: &ClassLosses) -> Result<Claim> {
    let excess = losses.worst_excess(Policy::Robust)?;
    Ok(Claim::stated("robust-small-excess", "The robust policy is near the best in every class")
        .at_most("mean over seeds of E(robust)", mean(&excess), 0.15)
        .report("smallest over seeds", reduce::min(&excess))
        .report("largest over seeds", reduce::max(&excess))
        .published("the robust policy follows the lower envelope of the specialised ones"))
}

fn hard_trained_fails_easy(config: &Config, losses: &ClassLosses) -> Result<Claim> {
    let (_, hardest) = ends(config);
    let specialised = mean_excess(losses, Policy::Specialised(hardest))?;
    let robust = mean_excess(losses, Policy::Robust)?;
    Ok(Claim::stated("hard-trained-fails-easy", "The policy trained on the hardest class has a far larger worst excess")
        .at_least("mean E(hardest class) / max(0.02, mean E(robust))", specialised / robust.max(LEAST_EXCESS), 2.5)
        .report("mean E(hardest class)", specialised)
        .published("the paper's motivation"))
}

fn robust_beats_prior(config: &Config, losses: &ClassLosses) -> Result<Claim> {
    let (easiest, _) = ends(config);
    let robust = mean_worst(losses, Policy::Robust, easiest)?;
    let average = mean_worst(losses, Policy::Average, easiest)?;
    Ok(Claim::stated(
        "robust-beats-prior",
        "Adversarial training beats training on a uniform prior over classes on the easy class",
    )
    .at_most("mean M(robust, easiest) / mean M(average, easiest)", robust / average, 0.5)
    .report("mean M(average, easiest)", average)
    .published("ordering"))
}

fn binary_search_discovered(config: &Config, losses: &ClassLosses) -> Result<Claim> {
    let (easiest, _) = ends(config);
    let claim = Claim::stated(
        "binary-search-discovered",
        "On noise-free problems the robust policy solves the task while random queries cannot",
    )
    .at_most("mean M(robust, 1)", mean_worst(losses, Policy::Robust, easiest)?, 0.05)
    .at_least("mean M(random, 1)", mean_worst(losses, Policy::Rule(Rule::Random), easiest)?, 0.4);
    let needed = config.problem.binary_search_queries();
    Ok(if easiest < 1.0 {
        claim.not_applicable("no class is free of noise")
    } else if config.problem.queries < needed {
        claim.not_applicable(format!("binary search needs {needed} queries"))
    } else {
        claim.note(format!("binary search needs {needed} queries done right"))
    })
}

/// Every policy that was played.
fn played(config: &Config) -> Vec<Policy> {
    let levels = &config.problem.noise_levels;
    let mut policies = vec![Policy::Robust, Policy::Average, Policy::Rule(Rule::Random)];
    policies.extend(levels.iter().map(|&h| Policy::Specialised(h)));
    policies.extend(levels.iter().map(|&h| Policy::Rule(Rule::SoftBinarySearch(h))));
    policies
}

fn bayes_bound_respected(config: &Config, losses: &ClassLosses) -> Result<Claim> {
    let claim =
        Claim::stated("bayes-bound-respected", "Nothing beats the exact bound, and the robust policy is not far above it")
            .published("exact theory");
    let Some(bounds) = losses.bounds()? else {
        return Ok(claim.not_applicable("the problem is too large for the exact recursion"));
    };
    let mut slack = f64::INFINITY;
    for (&h, bound) in config.problem.noise_levels.iter().zip(bounds) {
        for policy in played(config) {
            slack = slack.min(reduce::min(&losses.mean(policy, h)?) - bound);
        }
    }
    let claim = claim.at_least("min over policies, seeds, h of A - bound", slack, -0.02);
    let ratio = largest_over_noisy(config, |h| {
        Ok(mean(&losses.mean(Policy::Robust, h)?) / mean(&losses.mean(Policy::Bayes, h)?))
    })?;
    Ok(match ratio {
        Some(ratio) => claim.at_most("max over noisy classes of mean A(robust, h) / bound", ratio, 1.35),
        None => claim,
    })
}

fn competitive_with_hand_made(config: &Config, losses: &ClassLosses) -> Result<Claim> {
    let claim = Claim::stated(
        "competitive-with-hand-made",
        "The robust policy is close to soft binary search with the right noise level",
    )
    .published("competitive");
    let ratio = largest_over_noisy(config, |h| {
        let search = Policy::Rule(Rule::SoftBinarySearch(h));
        Ok(mean_worst(losses, Policy::Robust, h)? / mean_worst(losses, search, h)?)
    })?;
    Ok(match ratio {
        Some(ratio) => {
            claim.at_most("max over noisy classes of mean M(robust, h) / mean M(soft binary search, h)", ratio, 1.3)
        }
        None => claim.not_applicable("no class has a noise level of at most 0.6"),
    })
}
