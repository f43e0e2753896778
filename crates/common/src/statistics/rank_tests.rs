//! Rank tests: Mann-Whitney and Wilcoxon's signed ranks.
//!
//! Without ties and with at most 50 values in a sample the p-values are exact: the null
//! distribution of the statistic is counted. Otherwise they come from the normal approximation with
//! the variance corrected for ties and a continuity correction of one half.

use super::order::ties;
use super::{Test, assert_paired, has_nan};
use numerics::{reduce, special::normal_cdf};

/// Largest sample whose null distribution is counted.
const EXACT: usize = 50;

/// The test of Mann and Whitney (Annals of Mathematical Statistics 18, 1947) that two independent
/// samples have the same distribution. The statistic is `U` of the first sample: the number of
/// pairs in which it is higher, ties counting half. NaN if a sample is empty.
pub fn mann_whitney_test(a: &[f64], b: &[f64]) -> Test {
    let pooled: Vec<f64> = a.iter().chain(b).copied().collect();
    if a.is_empty() || b.is_empty() || has_nan(&pooled) {
        return Test::UNKNOWN;
    }
    let groups = ties(&pooled);
    let mut rank_sum = 0.0;
    let mut tie_excess = 0.0;
    for tie in &groups {
        let size = tie.members.len() as f64;
        let rank = tie.first_rank as f64 + 0.5 * (size - 1.0);
        rank_sum += rank * tie.members.iter().filter(|index| **index < a.len()).count() as f64;
        tie_excess += size * (size * size - 1.0);
    }
    let (m, n) = (a.len() as f64, b.len() as f64);
    let u = rank_sum - 0.5 * m * (m + 1.0);
    if tie_excess == 0.0 && a.len().max(b.len()) <= EXACT {
        return exact(u, &mann_whitney_counts(a.len(), b.len()));
    }
    let total = m + n;
    let variance = m * n / 12.0 * (total + 1.0 - tie_excess / (total * (total - 1.0)));
    approximate(u, 0.5 * m * n, variance)
}

/// Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945) that the differences `a - b` of pairs
/// are symmetric about 0. Differences of 0 are dropped. The statistic is the sum of the ranks of
/// the positive differences. NaN if no difference is left.
///
/// # Panics
/// If the slices differ in length.
pub fn wilcoxon_test(a: &[f64], b: &[f64]) -> Test {
    assert_paired(a, b);
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).filter(|d| *d != 0.0).collect();
    if differences.is_empty() || has_nan(&differences) {
        return Test::UNKNOWN;
    }
    let sizes: Vec<f64> = differences.iter().map(|difference| difference.abs()).collect();
    let mut statistic = 0.0;
    let mut tie_excess = 0.0;
    for tie in ties(&sizes) {
        let size = tie.members.len() as f64;
        let rank = tie.first_rank as f64 + 0.5 * (size - 1.0);
        statistic += rank * tie.members.iter().filter(|index| differences[**index] > 0.0).count() as f64;
        tie_excess += size * (size * size - 1.0);
    }
    if tie_excess == 0.0 && differences.len() <= EXACT {
        return exact(statistic, &wilcoxon_counts(differences.len()));
    }
    let n = differences.len() as f64;
    let variance = n * (n + 1.0) * (2.0 * n + 1.0) / 24.0 - tie_excess / 48.0;
    approximate(statistic, 0.25 * n * (n + 1.0), variance)
}

/// Ways in which `U` of samples of `m` and `n` values takes each value: the number of `m`-element
/// subsets of the ranks `1..=m + n` with each sum. Only additions of positive numbers, so that
/// counts beyond 2^53 keep their leading digits.
fn mann_whitney_counts(m: usize, n: usize) -> Vec<f64> {
    let width = m * n + 1;
    // ways[k][u]: subsets of k ranks whose sum exceeds the least possible one, k (k + 1) / 2, by u.
    let mut ways = vec![vec![0.0; width]; m + 1];
    ways[0][0] = 1.0;
    for rank in 1..=m + n {
        for k in (1..=m.min(rank)).rev() {
            // Adding this rank as the k-th lifts the excess by rank - k.
            let (below, here) = ways.split_at_mut(k);
            for excess in (rank - k)..width {
                here[0][excess] += below[k - 1][excess - (rank - k)];
            }
        }
    }
    ways.swap_remove(m)
}

/// Ways in which the sum of a subset of the ranks `1..=n` takes each value.
fn wilcoxon_counts(n: usize) -> Vec<f64> {
    let mut counts = vec![0.0; n * (n + 1) / 2 + 1];
    counts[0] = 1.0;
    for rank in 1..=n {
        for value in (rank..counts.len()).rev() {
            counts[value] += counts[value - rank];
        }
    }
    counts
}

/// A test whose statistic is an integer with the given null distribution, which is symmetric.
fn exact(statistic: f64, counts: &[f64]) -> Test {
    let value = statistic.round() as usize;
    let total = reduce::sum(counts);
    let p_less = reduce::sum(&counts[..=value]) / total;
    let p_greater = reduce::sum(&counts[value..]) / total;
    Test { statistic, p_value: (2.0 * p_less.min(p_greater)).min(1.0), p_less, p_greater, ..Test::UNKNOWN }
}

fn approximate(statistic: f64, center: f64, variance: f64) -> Test {
    if variance <= 0.0 {
        // All values equal: the statistic can take no other value.
        return Test { statistic, p_value: 1.0, p_less: 1.0, p_greater: 1.0, ..Test::UNKNOWN };
    }
    let deviation = variance.sqrt();
    let p_less = normal_cdf((statistic + 0.5 - center) / deviation);
    let p_greater = normal_cdf((center + 0.5 - statistic) / deviation);
    Test { statistic, p_value: (2.0 * p_less.min(p_greater)).min(1.0), p_less, p_greater, ..Test::UNKNOWN }
}

#[cfg(test)]
mod tests;
