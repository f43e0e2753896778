//! The claims of the paper, measured on the table.

use common::prelude::*;
use common::statistics::{mean, median, pearson, spearman};

use crate::Config;

/// Runs with less imbalance are the "good runs" of the theory.
const GOOD_RUN_IMBALANCE: f64 = 1.5;

/// Measures every claim.
pub fn measure(config: &Config, table: &Table) -> Result<Vec<Claim>> {
    let times = table.filter("kind", "time")?;
    let large = times.filter("setting", "large")?;
    let first = large.filter("t", 1)?;
    let last = large.filter("t", config.steps_large)?;
    Ok(vec![
        one_step_fit(&first)?,
        grok_later(&last)?,
        linear_at_one(&first, &last)?,
        features_emerge(&first, &last)?,
        lean_law(&first)?,
        delay_law(config, &times)?,
        bad_runs_explained(&last)?,
    ])
}

/// Mean over the runs that have a value: runs without flipped points have no flipped accuracy.
fn present_mean(table: &Table, column: &str) -> Result<f64> {
    let values: Vec<f64> = table.floats(column)?.into_iter().filter(|x| !x.is_nan()).collect();
    Ok(mean(&values))
}

fn one_step_fit(first: &Table) -> Result<Claim> {
    Ok(Claim::new(
        "one-step-fit",
        "One large step fits all training labels, flipped ones too, and is at chance on test data",
    )
    .at_least("mean train_acc at t = 1", mean(&first.floats("train_acc")?), 0.985)
    .at_least("mean flipped_acc at t = 1", present_mean(first, "flipped_acc")?, 0.95)
    .within("mean test_acc at t = 1", mean(&first.floats("test_acc")?), 0.44, 0.60)
    .published("theorem: all training labels fitted, test error about 1/2"))
}

fn grok_later(last: &Table) -> Result<Claim> {
    let test = last.floats("test_acc")?;
    Ok(Claim::new("grok-later", "By T_large the test accuracy is near 1 and the noisy labels are still fitted")
        .at_least("median test_acc at T_large", median(&test), 0.985)
        .at_least("mean test_acc at T_large", mean(&test), 0.90)
        .at_least("mean train_acc at T_large", mean(&last.floats("train_acc")?), 0.995)
        .at_least("mean flipped_acc at T_large", present_mean(last, "flipped_acc")?, 0.95)
        .published("test accuracy near 100 %, training accuracy 100 % (Figure 1, left)"))
}

fn linear_at_one(first: &Table, last: &Table) -> Result<Claim> {
    Ok(Claim::new(
        "linear-at-one",
        "At t = 1 the network acts as the linear classifier sum_i y_i x_i, at T_large no more",
    )
    .at_least("mean linear_agree at t = 1", mean(&first.floats("linear_agree")?), 0.93)
    .at_most("mean linear_agree at T_large", mean(&last.floats("linear_agree")?), 0.70)
    .published("the network is about linear at t = 1 (eq. 4.3)"))
}

fn features_emerge(first: &Table, last: &Table) -> Result<Claim> {
    Ok(Claim::new("features-emerge", "Positive neurons do not prefer mu1 at t = 1 but do at the end")
        .within("median align_pos at t = 1", median(&first.floats("align_pos")?), 0.6, 1.6)
        .at_least("median align_pos at T_large", median(&last.floats("align_pos")?), 12.0)
        .published("Figure 3"))
}

fn lean_law(first: &Table) -> Result<Claim> {
    let share = first.floats("share_plus")?;
    let predicted = first.floats("share_plus_pred")?;
    let errors: Vec<f64> = share.iter().zip(&predicted).map(|(a, b)| (a - b).abs()).collect();
    Ok(Claim::new("lean-law", "The share of positive neurons leaning to +mu1 at t = 1 follows Φ(E D / √Var D)")
        .at_most("mean |share_plus - share_plus_pred|", mean(&errors), 0.03)
        .at_least("Pearson correlation", pearson(&share, &predicted), 0.97)
        .note("our derivation, not in the paper"))
}

/// First recorded time at which `column` reaches `level` in one run; infinite if it never does.
fn first_time(run: &Table, column: &str, level: f64) -> Result<f64> {
    let times = run.floats("t")?;
    let reached = run.floats(column)?.iter().position(|value| *value >= level);
    Ok(reached.map_or(f64::INFINITY, |k| times[k]))
}

/// For each seed below `seeds`: (t_fit, t_grok) of a setting's run.
fn fit_and_grok(times: &Table, setting: &str, seeds: u64) -> Result<Vec<(f64, f64)>> {
    let runs = times.filter("setting", setting)?;
    (0..seeds)
        .map(|seed| {
            let run = runs.filter("seed", seed)?;
            Ok((first_time(&run, "train_acc", 0.99)?, first_time(&run, "test_acc", 0.9)?))
        })
        .collect()
}

fn delay_law(config: &Config, times: &Table) -> Result<Claim> {
    // The same seed has the same data and initial weights in both settings.
    let seeds = config.seeds_mid.min(config.seeds_small);
    let mid = fit_and_grok(times, "mid", seeds)?;
    let small = fit_and_grok(times, "small", seeds)?;
    let median_grok = |runs: &[(f64, f64)]| median(&runs.iter().map(|(_, grok)| *grok).collect::<Vec<f64>>());
    let ratio = median_grok(&small) / median_grok(&mid);
    let delayed = small.iter().filter(|(fit, grok)| *grok >= 5.0 * fit).count();
    Ok(Claim::new("delay-law", "Time to generalise scales as 1/alpha, with overfitting first")
        .within(
            "median t_grok(small) / median t_grok(mid) · alpha_small / alpha_mid",
            ratio * config.alpha_small / config.alpha_mid,
            0.7,
            1.4,
        )
        .at_least("share of small runs with t_grok ≥ 5 t_fit", delayed as f64 / seeds as f64, 0.9)
        .published("Figure 1, right, shows the delay"))
}

fn bad_runs_explained(last: &Table) -> Result<Claim> {
    let imbalance = last.floats("imb")?;
    let test = last.floats("test_acc")?;
    let good = imbalance.iter().zip(&test).filter(|(imb, _)| **imb < GOOD_RUN_IMBALANCE);
    let good: Vec<f64> = good.map(|(_, accuracy)| *accuracy).collect();
    Ok(Claim::new("bad-runs-explained", "Failures are the imbalanced runs")
        .at_least("mean test_acc at T_large over runs with imb < 1.5", mean(&good), 0.985)
        .at_most("Spearman correlation of imb and test_acc", spearman(&imbalance, &test), -0.5)
        .published("the theory excludes imbalanced runs (\"good run\")"))
}
