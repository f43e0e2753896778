use super::*;

// Student's sleep data (Biometrika 6, 1908): extra hours of sleep of ten patients under two
// drugs.
const FIRST: [f64; 10] = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
const SECOND: [f64; 10] = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

fn check(test: Test, statistic: f64, p_value: f64, p_less: f64, p_greater: f64) {
    assert_eq!(test.statistic, statistic);
    for (actual, expected) in [(test.p_value, p_value), (test.p_less, p_less), (test.p_greater, p_greater)] {
        assert!((actual - expected).abs() < 1e-12, "{actual} is not {expected}");
    }
}

#[test]
fn mann_whitney_is_exact_without_ties() {
    // scipy 1.17.1, mannwhitneyu(method="exact").
    let a = [1.1, 2.2, 3.3, 0.4, 5.5];
    let b = [2.5, 6.1, 7.2, 8.3, 3.9, 9.4, 4.6];
    let p = [0.030303030303030304, 0.015151515151515152, 0.9911616161616161];
    check(mann_whitney_test(&a, &b), 4.0, p[0], p[1], p[2]);
    check(mann_whitney_test(&b, &a), 31.0, p[0], p[2], p[1]);
}

#[test]
fn mann_whitney_corrects_for_ties() {
    // scipy 1.17.1, mannwhitneyu(method="asymptotic").
    let test = mann_whitney_test(&FIRST, &SECOND);
    check(test, 25.5, 0.06932757543362658, 0.03466378771681329, 0.9707516686072744);
    let constant = mann_whitney_test(&[1.0, 1.0], &[1.0]);
    assert_eq!((constant.statistic, constant.p_value), (1.0, 1.0));
}

#[test]
#[expect(clippy::approx_constant, reason = "3.14 is a measurement")]
fn wilcoxon_is_exact_without_ties() {
    // Hollander and Wolfe's depression data; scipy 1.17.1, wilcoxon(method="exact").
    let before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
    let after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
    check(wilcoxon_test(&before, &after), 40.0, 0.0390625, 0.986328125, 0.01953125);
}

#[test]
fn wilcoxon_corrects_for_ties_and_drops_zeros() {
    // scipy 1.17.1, wilcoxon(method="approx", correction=True).
    let test = wilcoxon_test(&FIRST, &SECOND);
    check(test, 0.0, 0.009090698015925044, 0.004545349007962522, 0.9968062667242578);
}

#[test]
fn null_distributions_are_complete_and_symmetric() {
    // Binomial(100, 50) = 1.0089134454556415e29 subsets, 2^50 subsets.
    let counts = mann_whitney_counts(50, 50);
    assert!((reduce::sum(&counts) / 1.008_913_445_455_641_5e29 - 1.0).abs() < 1e-12);
    assert!(counts.iter().zip(counts.iter().rev()).all(|(a, b)| (a / b - 1.0).abs() < 1e-12));
    assert_eq!(reduce::sum(&wilcoxon_counts(50)), (1u64 << 50) as f64);
}

#[test]
fn nothing_to_compare_gives_nan() {
    assert!(mann_whitney_test(&[], &[1.0]).p_value.is_nan());
    assert!(mann_whitney_test(&[1.0], &[f64::NAN]).p_value.is_nan());
    assert!(wilcoxon_test(&[1.0, 2.0], &[1.0, 2.0]).p_value.is_nan());
}
