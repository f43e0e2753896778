//! Where ticks stand and what they say.

use super::*;
use crate::scale::Extent;

fn labels(axis: &Axis, length: f64) -> Vec<String> {
    let scale = Scale::fit(axis, &Extent::of(&axis.kind));
    let extent = |label: &str| 5.0 * label.chars().filter(|c| !"^{}".contains(*c)).count() as f64;
    let ticks = ticks(axis, &scale, &Room { length, ideal: 32.0, gap: 4.0, extent: &extent });
    let mut major = ticks.major;
    major.sort_by(|a, b| a.place.total_cmp(&b.place));
    let mut labels: Vec<String> = major.into_iter().map(|tick| tick.label).collect();
    labels.extend(ticks.multiplier.map(|multiplier| format!("×{multiplier}")));
    labels
}

#[test]
fn linear_ticks_are_round() {
    assert_eq!(labels(&Axis::linear("").range(0, 1), 140.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    assert_eq!(labels(&Axis::linear("").range(0.4, 1.02), 100.0), ["0.4", "0.6", "0.8", "1.0"]);
    assert_eq!(labels(&Axis::linear("").range(0, 1), 90.0), ["0.0", "0.5", "1.0"]);
    assert_eq!(labels(&Axis::linear("").range(-3, 3), 200.0), ["−3", "−2", "−1", "0", "1", "2", "3"]);
    assert_eq!(labels(&Axis::linear("").range(0, 12.5), 90.0), ["0", "5", "10"]);
    assert_eq!(labels(&Axis::linear("").range(0, 0.7), 70.0), ["0.0", "0.2", "0.4", "0.6"]);
}

#[test]
fn long_numbers_share_a_power_of_ten() {
    assert_eq!(labels(&Axis::linear("").range(0, 3e6), 120.0), ["0", "1", "2", "3", "×10^{6}"]);
    assert_eq!(labels(&Axis::linear("").range(0, 4e-5), 120.0), ["0", "1", "2", "3", "4", "×10^{−5}"]);
    assert_eq!(labels(&Axis::linear("").range(0, 4e6).format(Format::Si), 120.0), ["0", "1M", "2M", "3M", "4M"]);
}

#[test]
fn formats() {
    let percent = Axis::linear("").range(0, 1).format(Format::Percent);
    assert_eq!(labels(&percent, 160.0), ["0%", "20%", "40%", "60%", "80%", "100%"]);
    let thousands = Axis::linear("").range(0, 20000).format(Format::Thousands);
    assert_eq!(labels(&thousands, 160.0), ["0", "5,000", "10,000", "15,000", "20,000"]);
    let share = Axis::log("").range(0.0003, 0.03).format(Format::Percent);
    assert_eq!(labels(&share, 200.0), ["0.05%", "0.1%", "0.2%", "0.5%", "1%", "2%"]);
}

#[test]
fn log_ticks_are_decades_or_their_simple_multiples() {
    assert_eq!(labels(&Axis::log("").range(1, 21), 150.0), ["1", "2", "5", "10", "20"]);
    assert_eq!(labels(&Axis::log("").range(1e-4, 1), 150.0), ["10^{−4}", "10^{−3}", "10^{−2}", "10^{−1}", "10^{0}"]);
    assert_eq!(labels(&Axis::log("").range(1, 1000), 100.0), ["1", "10", "100", "1000"]);
    assert_eq!(labels(&Axis::log("").range(1e-12, 1), 100.0), ["10^{−12}", "10^{−8}", "10^{−4}", "10^{0}"]);
    assert_eq!(labels(&Axis::log("").range(1.1, 1.8), 120.0), ["1.2", "1.4", "1.6", "1.8"]);
    assert_eq!(labels(&Axis::log("").range(0.98e6, 4.1e6), 200.0), ["10^{6}", "2×10^{6}", "3×10^{6}", "4×10^{6}"]);
}

#[test]
fn log2_ticks_are_powers_of_two() {
    assert_eq!(labels(&Axis::log2("").range(1, 1024), 100.0), ["1", "8", "64", "512"]);
    assert_eq!(labels(&Axis::log2("").range(1, 16), 150.0), ["1", "2", "4", "8", "16"]);
    assert_eq!(labels(&Axis::log2("").range(2e-4, 0.01), 120.0), ["2^{−12}", "2^{−10}", "2^{−8}"]);
}

#[test]
fn symlog_ticks_have_zero_and_both_signs() {
    assert_eq!(labels(&Axis::symlog("", 1.0).range(-130, 130), 90.0), ["−100", "0", "100"]);
    assert_eq!(labels(&Axis::symlog("", 1.0).range(-100, 100), 200.0), ["−100", "−10", "−1", "0", "1", "10", "100"]);
    assert_eq!(labels(&Axis::symlog("", 1e3).range(-100, 100), 200.0), ["−100", "−50", "0", "50", "100"]);
}

#[test]
fn given_ticks_are_thinned_when_they_touch() {
    let axis = Axis::linear("").range(0, 1).tick_labels([(0.0, "none"), (0.05, "hidden"), (1.0, "all"), (2.0, "out")]);
    assert_eq!(labels(&axis, 100.0), ["none", "all"]);
}
