//! Averages against sorting, and what they leave of a direction that few examples want.

use numerics::order::sorted;
use numerics::random::Streams;

use super::*;

const BATCH: usize = 20;

/// Inputs of which most are zero, and derivatives of two parts.
fn random_batch(seed: u64, on: f64) -> (Vec<(usize, f32)>, Vec<Lanes>) {
    let mut random = Streams::new("test").open("averages", seed);
    let derivatives = (0..2 * BATCH).map(|_| std::array::from_fn(|_| random.normal_f32())).collect();
    let entries = (0..BATCH).filter(|_| random.bernoulli(on)).map(|example| (example, 1.0 + example as f32)).collect();
    (entries, derivatives)
}

/// The values of one coordinate over the batch.
fn coordinate(entries: &[(usize, f32)], derivatives: &[Lanes], part: usize, lane: usize) -> Vec<f32> {
    let mut values = vec![0.0; BATCH];
    entries.iter().for_each(|&(example, a)| values[example] = a * derivatives[2 * example + part][lane]);
    values
}

fn check(average: Average, expected: impl Fn(&[f32]) -> f32) {
    for (seed, on) in (0..40).zip([0.05, 0.15, 0.4, 0.9, 1.0].into_iter().cycle()) {
        let (entries, derivatives) = random_batch(seed, on);
        let mut averages = [[f32::NAN; LANES]; 2];
        Averages::new(average, BATCH).of_input(&entries, &derivatives, &mut averages);
        for (part, averages) in averages.iter().enumerate() {
            for (lane, value) in averages.iter().enumerate() {
                let expected = expected(&coordinate(&entries, &derivatives, part, lane));
                assert!((value - expected).abs() < 2e-6 * (1.0 + expected.abs()), "{average:?} {value} {expected}");
            }
        }
    }
}

fn plain_mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len() as f32
}

#[test]
fn winsorized_means_are_those_of_sorted_values() {
    for c in [1, 2, 5, 9] {
        check(Average::WinsorizedMean(c), |values| {
            let mut sorted = sorted(values.iter().copied());
            let (low, high) = (sorted[c], sorted[BATCH - 1 - c]);
            sorted[..c].fill(low);
            sorted[BATCH - c..].fill(high);
            plain_mean(&sorted)
        });
    }
}

#[test]
fn means_and_medians_are_their_definitions() {
    check(Average::Mean, plain_mean);
    check(Average::MedianOfMeans, |values| {
        let groups = [&values[..6], &values[6..13], &values[13..]];
        sorted(groups.map(plain_mean))[1]
    });
}

#[test]
fn what_few_examples_want_is_suppressed() {
    let derivatives = vec![[1.0; LANES]; BATCH];
    let average = |average, entries: &[(usize, f32)]| {
        let mut of_input = [[f32::NAN; LANES]];
        Averages::new(average, BATCH).of_input(entries, &derivatives, &mut of_input);
        of_input[0][3]
    };
    let two = [(3, 50.0), (11, 70.0)];
    assert_eq!(average(Average::Mean, &two), 6.0);
    assert_eq!(average(Average::WinsorizedMean(1), &two), 5.0);
    assert_eq!(average(Average::WinsorizedMean(2), &two), 0.0);
    assert_eq!(average(Average::MedianOfMeans, &two[..1]), 0.0);
    // What all want is not.
    let all: Vec<(usize, f32)> = (0..BATCH).map(|example| (example, 3.0)).collect();
    for each in [Average::Mean, Average::WinsorizedMean(4), Average::MedianOfMeans] {
        assert!((average(each, &all) - 3.0).abs() < 1e-6);
    }
}
