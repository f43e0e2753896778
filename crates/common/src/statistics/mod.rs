//! Statistics of samples held in slices.
//!
//! **NaN policy.** A NaN anywhere in the input gives NaN (or an interval or a test of NaNs); so
//! does a sample too small for the statistic, the empty one included, and a parameter out of its
//! range. Nothing here panics on a value. The one thing that does panic, because only a mistake in
//! the calling code can cause it, is two slices that must have the same length and have not.
//!
//! Sums run in the fixed order of [`numerics::reduce`]; values are sorted by [`f64::total_cmp`].
//! Distribution functions and quantiles come from statrs.
//!
//! | question | functions |
//! |---|---|
//! | location, spread | [`mean`], [`median`], [`geometric_mean`], [`trimmed_mean`], [`winsorized_mean`], [`variance`], [`standard_deviation`], [`standard_error`] |
//! | order | [`quantile`], [`quantiles`], [`interquartile_range`], [`least`], [`greatest`], [`greatest_of_each`], [`ranks`], [`Ecdf`], [`Histogram`] |
//! | intervals | [`t_interval`], [`bootstrap_interval`], [`wilson_interval`], [`clopper_pearson_interval`] |
//! | lines | [`linear_fit`], [`weighted_linear_fit`], [`log_log_fit`] |
//! | association | [`covariance`], [`pearson`], [`spearman`], [`kendall`], [`auroc`] |
//! | tests | [`one_sample_t_test`], [`paired_t_test`], [`welch_t_test`], [`mann_whitney_test`], [`wilcoxon_test`], [`chi_square_test`], [`kolmogorov_smirnov_distance`] |
//! | distributions | [`distribution`] |

mod association;
pub mod distribution;
mod fits;
mod histogram;
mod intervals;
mod moments;
mod order;
mod rank_tests;
mod tests_of_means;

pub use association::{auroc, covariance, kendall, pearson, spearman};
pub use fits::{LinearFit, linear_fit, log_log_fit, weighted_linear_fit};
pub use histogram::{Ecdf, Histogram, kolmogorov_smirnov_distance, kolmogorov_smirnov_distance_to};
pub use intervals::{Interval, bootstrap_interval, clopper_pearson_interval, resample, t_interval, wilson_interval};
pub use moments::{
    geometric_mean, standard_deviation, standard_error, trimmed_mean, variance, weighted_mean, winsorized_mean,
};
pub use numerics::reduce::mean;
pub use order::{greatest, greatest_of_each, interquartile_range, least, median, quantile, quantiles, ranks};
pub use rank_tests::{mann_whitney_test, wilcoxon_test};
pub use tests_of_means::{Test, chi_square_test, one_sample_t_test, paired_t_test, welch_t_test};

/// False for NaN, as for 0.
fn is_positive(x: f64) -> bool {
    x > 0.0
}

fn has_nan(x: &[f64]) -> bool {
    x.iter().any(|value| value.is_nan())
}

/// Whether all values are equal. Their mean may differ from them by rounding, so deviations do not tell.
fn is_constant(x: &[f64]) -> bool {
    x.windows(2).all(|pair| pair[0] == pair[1])
}

fn assert_paired(x: &[f64], y: &[f64]) {
    assert_eq!(x.len(), y.len(), "paired samples of different lengths: {} and {}", x.len(), y.len());
}

/// Ascending by `total_cmp`, or `None` for an empty sample or one with a NaN.
fn sorted(x: &[f64]) -> Option<Vec<f64>> {
    if x.is_empty() || has_nan(x) {
        return None;
    }
    let mut sorted = x.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    Some(sorted)
}
