//! Tests of means by Student's t, and the chi-square test.

use super::distribution::{ChiSquared, ContinuousCDF, student_cdf};
use super::{assert_paired, is_positive, mean, standard_error, variance};
use numerics::reduce;

/// The outcome of a test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// The test statistic: t, U, W or chi-square.
    pub statistic: f64,
    /// Degrees of freedom; NaN for tests that have none.
    pub degrees_of_freedom: f64,
    /// Two-sided p-value; for the chi-square test the p-value.
    pub p_value: f64,
    /// One-sided p-value against the alternative that the first sample lies lower.
    pub p_less: f64,
    /// One-sided p-value against the alternative that the first sample lies higher.
    pub p_greater: f64,
}

impl Test {
    pub(super) const UNKNOWN: Self = Self {
        statistic: f64::NAN,
        degrees_of_freedom: f64::NAN,
        p_value: f64::NAN,
        p_less: f64::NAN,
        p_greater: f64::NAN,
    };

    fn student(t: f64, degrees_of_freedom: f64) -> Self {
        Self {
            statistic: t,
            degrees_of_freedom,
            p_value: 2.0 * student_cdf(-t.abs(), degrees_of_freedom),
            p_less: student_cdf(t, degrees_of_freedom),
            p_greater: student_cdf(-t, degrees_of_freedom),
        }
    }
}

/// Student's test of the hypothesis that the mean is `expected`. NaN for fewer than two values.
pub fn one_sample_t_test(x: &[f64], expected: f64) -> Test {
    Test::student((mean(x) - expected) / standard_error(x), x.len() as f64 - 1.0)
}

/// Student's test of the hypothesis that the differences `a - b` of pairs have mean 0.
///
/// # Panics
/// If the slices differ in length.
pub fn paired_t_test(a: &[f64], b: &[f64]) -> Test {
    assert_paired(a, b);
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    one_sample_t_test(&differences, 0.0)
}

/// Welch's test of the hypothesis that two independent samples, of variances that may differ, have
/// the same mean (Biometrika 34, 1947). NaN if a sample has fewer than two values.
pub fn welch_t_test(a: &[f64], b: &[f64]) -> Test {
    if a.len() < 2 || b.len() < 2 {
        return Test::UNKNOWN;
    }
    let (share_a, share_b) = (variance(a) / a.len() as f64, variance(b) / b.len() as f64);
    let total = share_a + share_b;
    let degrees_of_freedom =
        total * total / (share_a * share_a / (a.len() - 1) as f64 + share_b * share_b / (b.len() - 1) as f64);
    Test::student((mean(a) - mean(b)) / total.sqrt(), degrees_of_freedom)
}

/// Pearson's chi-square test of counts against expected counts, with `n - 1 - fitted` degrees of
/// freedom. The one-sided fields are NaN. NaN for fewer than two cells or an expected count that is
/// not positive.
///
/// # Panics
/// If the slices differ in length.
pub fn chi_square_test(observed: &[f64], expected: &[f64], fitted: usize) -> Test {
    assert_paired(observed, expected);
    let degrees_of_freedom = observed.len() as f64 - 1.0 - fitted as f64;
    let Ok(distribution) = ChiSquared::new(degrees_of_freedom) else {
        return Test::UNKNOWN;
    };
    if expected.iter().any(|count| !is_positive(*count)) {
        return Test::UNKNOWN;
    }
    let terms: Vec<f64> =
        observed.iter().zip(expected).map(|(found, awaited)| (found - awaited) * (found - awaited) / awaited).collect();
    let statistic = reduce::sum(&terms);
    let p_value = if statistic.is_nan() { f64::NAN } else { distribution.sf(statistic) };
    Test { statistic, degrees_of_freedom, p_value, ..Test::UNKNOWN }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Student's sleep data (Biometrika 6, 1908): extra hours of sleep of ten patients under two
    // drugs.
    const FIRST: [f64; 10] = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    const SECOND: [f64; 10] = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

    fn check(actual: [f64; 4], expected: [f64; 4]) {
        for (actual, expected) in actual.into_iter().zip(expected) {
            assert!((actual - expected).abs() < 1e-10 * expected.abs(), "{actual} is not {expected}");
        }
    }

    #[test]
    fn t_tests_of_the_sleep_data() {
        // scipy 1.17.1: ttest_ind(equal_var=False), ttest_rel, ttest_1samp.
        let welch = welch_t_test(&FIRST, &SECOND);
        check(
            [welch.statistic, welch.degrees_of_freedom, welch.p_value, welch.p_less],
            [-1.8608134674868526, 17.776473516178488, 0.0793941401873583, 0.03969707009367915],
        );
        let paired = paired_t_test(&FIRST, &SECOND);
        check(
            [paired.statistic, paired.degrees_of_freedom, paired.p_value, paired.p_greater],
            [-4.062127683382037, 9.0, 0.002832890197384273, 0.9985835549013079],
        );
        let single = one_sample_t_test(&SECOND, 2.0);
        check(
            [single.statistic, single.p_value, single.p_less, single.p_greater],
            [0.5211898048422364, 0.6148147730877475, 0.6925926134561262, 0.30740738654387373],
        );
    }

    #[test]
    fn chi_square_of_counts() {
        // scipy 1.17.1: chisquare; the second with one fitted parameter (ddof=1).
        let test = chi_square_test(&[22.0, 21.0, 22.0, 27.0, 22.0, 36.0], &[25.0; 6], 0);
        check([test.statistic, test.degrees_of_freedom, test.p_value, 1.0], [6.72, 5.0, 0.24231086039631416, 1.0]);
        let expected = [16.0, 16.0, 16.0, 16.0, 16.0, 8.0];
        let test = chi_square_test(&[16.0, 18.0, 16.0, 14.0, 12.0, 12.0], &expected, 1);
        check([test.statistic, test.degrees_of_freedom, test.p_value, 1.0], [3.5, 4.0, 0.477878344488724, 1.0]);
    }

    #[test]
    fn nothing_to_test_gives_nan() {
        assert!(welch_t_test(&[1.0], &[1.0, 2.0]).p_value.is_nan());
        assert!(one_sample_t_test(&[1.0], 0.0).p_value.is_nan());
        assert!(one_sample_t_test(&[1.0, f64::NAN], 0.0).p_value.is_nan());
        assert!(chi_square_test(&[1.0], &[1.0], 0).p_value.is_nan());
        assert!(chi_square_test(&[1.0, 2.0], &[0.0, 3.0], 0).p_value.is_nan());
        assert!(chi_square_test(&[f64::NAN, 2.0], &[1.0, 3.0], 0).p_value.is_nan());
    }
}
