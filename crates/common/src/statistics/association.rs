//! Covariance, correlation and the area under the ROC curve.

use super::{assert_paired, has_nan, is_constant, mean, ranks};
use numerics::reduce;

fn deviations(x: &[f64]) -> Vec<f64> {
    let center = mean(x);
    x.iter().map(|value| value - center).collect()
}

/// Unbiased sample covariance, with divisor `n - 1`. NaN for fewer than two pairs.
///
/// # Panics
/// If the slices differ in length.
pub fn covariance(x: &[f64], y: &[f64]) -> f64 {
    assert_paired(x, y);
    if x.len() < 2 {
        return f64::NAN;
    }
    reduce::dot(&deviations(x), &deviations(y)) / (x.len() - 1) as f64
}

/// Pearson's correlation, in `[-1, 1]`. NaN for fewer than two pairs, a constant sample or one with a NaN.
///
/// # Panics
/// If the slices differ in length.
pub fn pearson(x: &[f64], y: &[f64]) -> f64 {
    assert_paired(x, y);
    if x.len() < 2 || is_constant(x) || is_constant(y) {
        return f64::NAN;
    }
    let (dx, dy) = (deviations(x), deviations(y));
    let correlation = reduce::dot(&dx, &dy) / (reduce::norm(&dx) * reduce::norm(&dy));
    // NaN passes through clamp; only rounding can exceed 1.
    correlation.clamp(-1.0, 1.0)
}

/// Spearman's correlation: Pearson's on the ranks, equal values sharing theirs. NaN for fewer than two pairs, a
/// constant sample or one with a NaN.
///
/// # Panics
/// If the slices differ in length.
pub fn spearman(x: &[f64], y: &[f64]) -> f64 {
    pearson(&ranks(x), &ranks(y))
}

/// Kendall's tau-b (Biometrika 33, 1945): concordant less discordant pairs, corrected for ties.
/// Quadratic time. NaN for fewer than two pairs or a constant sample.
///
/// # Panics
/// If the slices differ in length.
pub fn kendall(x: &[f64], y: &[f64]) -> f64 {
    assert_paired(x, y);
    if has_nan(x) || has_nan(y) {
        return f64::NAN;
    }
    let (mut balance, mut untied_x, mut untied_y) = (0_i64, 0_i64, 0_i64);
    for i in 0..x.len() {
        for j in 0..i {
            let sign_x = i64::from(x[i] > x[j]) - i64::from(x[i] < x[j]);
            let sign_y = i64::from(y[i] > y[j]) - i64::from(y[i] < y[j]);
            balance += sign_x * sign_y;
            untied_x += sign_x.abs();
            untied_y += sign_y.abs();
        }
    }
    balance as f64 / (untied_x as f64 * untied_y as f64).sqrt()
}

/// Area under the ROC curve: the probability that a positive example scores higher than a negative
/// one, ties counting half. NaN unless both kinds occur.
///
/// # Panics
/// If there are not as many labels as scores.
pub fn auroc(scores: &[f64], positive: &[bool]) -> f64 {
    assert_eq!(scores.len(), positive.len(), "{} scores for {} labels", scores.len(), positive.len());
    let ranks = ranks(scores);
    let positives: Vec<f64> = ranks.iter().zip(positive).filter(|(_, yes)| **yes).map(|(rank, _)| *rank).collect();
    let (yes, no) = (positives.len() as f64, (scores.len() - positives.len()) as f64);
    (reduce::sum(&positives) - 0.5 * yes * (yes + 1.0)) / (yes * no)
}

#[cfg(test)]
mod tests {
    use super::*;

    // With ties in both.
    const X: [f64; 10] = [1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 4.0, 5.0, 9.0, 1.5];
    const Y: [f64; 10] = [2.0, 1.0, 3.0, 3.0, 5.0, 4.0, 8.0, 8.0, 0.0, 2.0];

    fn close(actual: f64, expected: f64) {
        assert!((actual - expected).abs() < 1e-14, "{actual} is not {expected}");
    }

    #[test]
    fn correlations_are_those_of_scipy() {
        // numpy.cov, scipy 1.17.1 spearmanr and kendalltau; Anscombe's first set for pearsonr.
        close(covariance(&X, &Y), 0.2444444444444446);
        close(spearman(&X, &Y), 0.3571497464062164);
        close(kendall(&X, &Y), 0.3855701541695039);
        let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
        let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
        close(pearson(&x, &y), 0.8164205163448395);
    }

    #[test]
    fn perfect_association_is_one() {
        let cubes: Vec<f64> = X.iter().map(|x| x * x * x).collect();
        let negative: Vec<f64> = X.iter().map(|x| -x).collect();
        close(spearman(&X, &cubes), 1.0);
        close(kendall(&X, &cubes), 1.0);
        assert_eq!(pearson(&X, &negative), -1.0);
        assert_eq!(kendall(&X, &negative), -1.0);
    }

    #[test]
    fn auroc_counts_ties_half() {
        // sklearn 1.9.1, roc_auc_score.
        let positive = [false, false, true, false, true, true, false, true, true, false];
        close(auroc(&X, &positive), 0.86);
        close(auroc(&Y, &positive), 0.64);
        assert_eq!(auroc(&[1.0, 1.0], &[true, false]), 0.5);
    }

    #[test]
    fn nothing_to_associate_gives_nan() {
        for statistic in [covariance, pearson, spearman, kendall] {
            assert!(statistic(&[], &[]).is_nan());
            assert!(statistic(&[1.0], &[1.0]).is_nan());
            assert!(statistic(&[1.0, f64::NAN], &[1.0, 2.0]).is_nan());
        }
        assert!(pearson(&[1.0, 1.0], &[1.0, 2.0]).is_nan() && kendall(&[1.0, 1.0], &[1.0, 2.0]).is_nan());
        // The mean of equal numbers may differ from them by rounding.
        assert!(pearson(&[0.1; 3], &[1.0, 2.0, 3.0]).is_nan() && pearson(&[1.0, 2.0, 3.0], &[0.1; 3]).is_nan());
        assert!(auroc(&[1.0, 2.0], &[true, true]).is_nan() && auroc(&[], &[]).is_nan());
        assert!(auroc(&[1.0, f64::NAN], &[true, false]).is_nan());
    }

    #[test]
    #[should_panic(expected = "different lengths: 2 and 1")]
    fn unpaired_samples_are_a_mistake_of_the_caller() {
        pearson(&[1.0, 2.0], &[1.0]);
    }
}
