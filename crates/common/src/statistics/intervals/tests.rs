use super::*;
use crate::statistics::{mean, standard_deviation};
use numerics::random::Streams;

fn check(interval: Interval, low: f64, high: f64) {
    assert!((interval.low - low).abs() < 1e-12 && (interval.high - high).abs() < 1e-12, "{interval:?}");
}

#[test]
fn t_interval_of_the_second_sleep_sample() {
    // scipy 1.17.1, ttest_1samp(...).confidence_interval(0.9).
    let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    let interval = t_interval(&second, 0.9);
    assert!((interval.low - 1.1693340350169195).abs() < 1e-10 && (interval.high - 3.4906659649830796).abs() < 1e-10);
    assert!(interval.contains(2.33) && !interval.contains(1.0) && !interval.contains(f64::NAN));
}

#[test]
fn intervals_for_proportions() {
    // statsmodels 0.15.0, proportion_confint: "wilson" and "beta"; 81/263 and 15/148 are
    // Newcombe's examples (Statistics in Medicine 17, 1998), who prints .2553 to .3662 and
    // .0624 to .1605 for Wilson.
    check(wilson_interval(0, 10, 0.95), 0.0, 0.27753279986288926);
    check(wilson_interval(3, 10, 0.95), 0.10779126740630104, 0.6032218525388546);
    check(wilson_interval(10, 10, 0.95), 0.7224672001371106, 1.0);
    check(wilson_interval(81, 263, 0.95), 0.2552885198782742, 0.36620957698280004);
    check(clopper_pearson_interval(0, 10, 0.95), 0.0, 0.30849710781876083);
    check(clopper_pearson_interval(3, 10, 0.95), 0.06673951117773447, 0.6524528500599973);
    check(clopper_pearson_interval(10, 10, 0.95), 0.6915028921812392, 1.0);
    check(clopper_pearson_interval(15, 148, 0.95), 0.05784401008344857, 0.161650490349479);
}

#[test]
fn a_bootstrap_interval_of_the_mean_is_about_the_normal_one() {
    let mut generator = Streams::new("statistics").open("bootstrap", 1);
    let x: Vec<f64> = (0..400).map(|_| generator.normal()).collect();
    let interval = bootstrap_interval(&x, 0.95, 4000, &mut generator, mean);
    let half_width = 1.96 * standard_deviation(&x) / 20.0;
    // The noise of an end at 4000 resamples is about 3 % of the half width.
    assert!((interval.low - (mean(&x) - half_width)).abs() < 0.12 * half_width, "{interval:?}");
    assert!((interval.high - (mean(&x) + half_width)).abs() < 0.12 * half_width, "{interval:?}");
}

#[test]
fn the_generator_alone_decides() {
    let draw = |seed| {
        let mut generator = Streams::new("statistics").open("bootstrap", seed);
        bootstrap_interval(&[1.0, 2.0, 4.0, 8.0, 16.0], 0.9, 50, &mut generator, mean)
    };
    assert_eq!(draw(3), draw(3));
    assert_ne!(draw(3), draw(4));
    let mut generator = Streams::new("statistics").open("resample", 0);
    let drawn = resample(5, &mut generator);
    assert!(drawn.len() == 5 && drawn.iter().all(|index| *index < 5));
}

#[test]
fn nothing_to_bound_gives_nan() {
    let mut generator = Streams::new("statistics").open("bootstrap", 0);
    assert!(bootstrap_interval(&[], 0.9, 10, &mut generator, mean).low.is_nan());
    assert!(bootstrap_interval(&[1.0], 0.9, 0, &mut generator, mean).low.is_nan());
    assert!(t_interval(&[1.0], 0.9).high.is_nan() && t_interval(&[1.0, 2.0], 1.0).high.is_nan());
    assert!(wilson_interval(0, 0, 0.95).low.is_nan() && wilson_interval(2, 1, 0.95).low.is_nan());
    assert!(clopper_pearson_interval(0, 0, 0.95).low.is_nan());
    assert!(clopper_pearson_interval(1, 2, f64::NAN).low.is_nan());
}
