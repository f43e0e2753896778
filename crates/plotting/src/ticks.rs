//! Where ticks stand and what they say.

use crate::axis::{Axis, Format, Kind};
use crate::decimal::{Decimal, common_exponent, power_label};
use crate::math;
use crate::scale::Scale;

/// A labelled tick.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// Place along the axis, 0 to 1.
    pub(crate) place: f64,
    pub(crate) label: String,
}

/// The ticks of an axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ticks {
    pub(crate) major: Vec<Tick>,
    /// Places of the unlabelled ticks.
    pub(crate) minor: Vec<f64>,
    /// The power of ten that all labels are to be multiplied with, as markup; to be shown with the axis label.
    pub(crate) multiplier: Option<String>,
}

/// The room along an axis.
pub(crate) struct Room<'a> {
    /// Length of the axis in points.
    pub(crate) length: f64,
    /// The best distance between labelled ticks, in points.
    pub(crate) ideal: f64,
    /// The least gap between the labels, in points.
    pub(crate) gap: f64,
    /// How much of the axis a label takes, in points.
    pub(crate) extent: &'a dyn Fn(&str) -> f64,
}

impl Room<'_> {
    /// Whether all labels can stand beside each other with some distance between the ticks.
    fn fits(&self, ticks: &[Tick]) -> bool {
        self.fits_with(ticks, 0.6 * self.ideal)
    }

    fn fits_with(&self, ticks: &[Tick], spacing: f64) -> bool {
        let mut sorted: Vec<&Tick> = ticks.iter().collect();
        sorted.sort_by(|a, b| a.place.total_cmp(&b.place));
        sorted.windows(2).all(|pair| {
            let distance = (pair[1].place - pair[0].place) * self.length;
            let touching = ((self.extent)(&pair[0].label) + (self.extent)(&pair[1].label)) / 2.0;
            distance >= (touching + self.gap).max(spacing)
        })
    }
}

/// The ticks of an axis that has this much room.
pub(crate) fn ticks(axis: &Axis, scale: &Scale, room: &Room) -> Ticks {
    if let Some(given) = &axis.ticks {
        return given_ticks(given, axis.format, scale, room);
    }
    match &axis.kind {
        Kind::Categories(names) => categories(names, scale),
        Kind::Linear => linear(axis.format, scale, room),
        Kind::Log10 => or_linear(decades(axis.format, scale, room), axis.format, scale, room),
        Kind::Log2 => or_linear(octaves(axis.format, scale, room), axis.format, scale, room),
        Kind::Symlog(threshold) => or_linear(
            signed_decades(*threshold, axis.format, scale, room),
            axis.format,
            scale,
            room,
        ),
    }
}

/// Falls back to equal steps where a logarithmic axis is so short that it holds fewer than two of its own ticks.
fn or_linear(ticks: Ticks, format: Format, scale: &Scale, room: &Room) -> Ticks {
    if ticks.major.len() >= 2 {
        return ticks;
    }
    let plain = linear(format, scale, room);
    if plain.major.len() > ticks.major.len() {
        plain
    } else {
        ticks
    }
}

fn given_ticks(
    given: &[(f64, Option<String>)],
    format: Format,
    scale: &Scale,
    room: &Room,
) -> Ticks {
    let mut ticks = Ticks::default();
    for (value, label) in given.iter().filter(|(value, _)| scale.contains(*value)) {
        let label = label
            .clone()
            .unwrap_or_else(|| Decimal::shortest(*value).write(format));
        ticks.major.push(Tick {
            place: scale.position(*value),
            label,
        });
        // A label that would touch an earlier one is left out, its tick stays.
        if !room.fits_with(&ticks.major, 0.0)
            && let Some(last) = ticks.major.last_mut()
        {
            ticks.minor.push(last.place);
            ticks.major.pop();
        }
    }
    ticks
}

fn categories(names: &[String], scale: &Scale) -> Ticks {
    let place = |index: usize| scale.position(index as f64);
    let shown = names
        .iter()
        .enumerate()
        .filter(|(index, _)| scale.contains(*index as f64));
    let major = shown
        .map(|(index, name)| Tick {
            place: place(index),
            label: name.clone(),
        })
        .collect();
    Ticks {
        major,
        ..Ticks::default()
    }
}

/// Steps of 1, 2, 2.5 or 5 times a power of ten: of those whose labels fit, the one nearest to the ideal distance.
fn linear(format: Format, scale: &Scale, room: &Room) -> Ticks {
    let span = scale.high - scale.low;
    let magnitude = math::log10(span).floor() as i32;
    let exponent = match format {
        Format::Auto => common_exponent(scale.low.abs().max(scale.high.abs()), span),
        _ => 0,
    };
    let mut best: Option<(f64, Vec<Tick>)> = None;
    for power in (magnitude - 3)..=magnitude {
        for (step, below) in [(1, 0), (2, 0), (25, 1), (5, 0)] {
            let Some(values) = multiples(scale, step, power - below) else {
                continue;
            };
            let tick = |value: &Decimal| Tick {
                place: scale.position(value.number()),
                label: value.shifted(-exponent).write(format),
            };
            let major: Vec<Tick> = values.iter().map(tick).collect();
            if major.len() < 2 || !room.fits_with(&major, 0.0) {
                continue;
            }
            let distance = (major[1].place - major[0].place).abs() * room.length;
            let widest = major
                .iter()
                .map(|tick| (room.extent)(&tick.label))
                .fold(0.0, f64::max);
            let ideal = room.ideal.max(1.6 * widest);
            let mut cost = (distance / ideal).max(ideal / distance);
            // Steps of 2.5 need a digit more than others, and two ticks are few.
            if step == 25 {
                cost += if power == 0 { 1.0 } else { 0.35 };
            }
            if major.len() == 2 {
                cost += 1.0;
            }
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, major));
            }
        }
    }
    let Some((_, major)) = best else {
        return Ticks::default();
    };
    let multiplier = (exponent != 0).then(|| power_label(10, exponent));
    Ticks {
        major,
        minor: Vec::new(),
        multiplier,
    }
}

/// The multiples of `step * 10^power` on the axis, as decimals with the same number of digits; `None` where they are
/// too many to be ticks.
fn multiples(scale: &Scale, step: i64, power: i32) -> Option<Vec<Decimal>> {
    let unit = Decimal {
        digits: step,
        power,
    }
    .number();
    let (first, last) = (
        (scale.low / unit - 1e-6).ceil(),
        (scale.high / unit + 1e-6).floor(),
    );
    if !(last - first < 200.0 && first.abs() < 1e15 && last.abs() < 1e15) {
        return None;
    }
    Some(
        (first as i64..=last as i64)
            .map(|count| Decimal {
                digits: count * step,
                power,
            })
            .collect(),
    )
}

/// Ticks at powers of ten, or at their multiples by 1, 2 and 5 where the axis is short.
fn decades(format: Format, scale: &Scale, room: &Room) -> Ticks {
    let (first, last) = (decade_below(scale.low), decade_below(scale.high));
    let tick = |digits: i64, power: i32, plain: bool| {
        let value = Decimal { digits, power };
        let label = match format {
            Format::Auto | Format::Power if !plain => value.write_power(),
            Format::Power => value.write_power(),
            _ => value.write(format),
        };
        Tick {
            place: scale.position(value.number()),
            label,
        }
    };
    let on_axis = |digits: i64, power: i32| scale.contains(Decimal { digits, power }.number());
    let minor = |stride: i32| -> Vec<f64> {
        let digits = if stride > 1 || room.length / scale.span() < 9.0 {
            1..=1
        } else {
            1..=9
        };
        (first..=last)
            .flat_map(|power| digits.clone().map(move |digit| (digit, power)))
            .filter(|&(digit, power)| on_axis(digit, power))
            .map(|(digit, power)| {
                scale.position(
                    Decimal {
                        digits: digit,
                        power,
                    }
                    .number(),
                )
            })
            .collect()
    };

    let finer: &[&[i64]] = match scale.span() {
        span if span <= 0.7 => &[&[1, 2, 3, 4, 5, 6, 7, 8, 9], &[1, 2, 3, 5, 7], &[1, 2, 5]],
        span if span <= 1.8 => &[&[1, 2, 5], &[1, 3], &[2], &[3], &[5]],
        span if span <= 2.2 => &[&[1, 2, 5], &[1, 3]],
        _ => &[],
    };
    let plain = first >= -4 && last <= 4;
    for digits in finer {
        let major: Vec<Tick> = (first..=last)
            .flat_map(|power| digits.iter().map(move |&digit| (digit, power)))
            .filter(|&(digit, power)| on_axis(digit, power))
            .map(|(digit, power)| tick(digit, power, plain))
            .collect();
        if major.len() >= 2 && room.fits(&major) {
            return Ticks {
                major,
                minor: minor(1),
                multiplier: None,
            };
        }
    }
    let shown: Vec<i32> = (first..=last).filter(|&power| on_axis(1, power)).collect();
    let plain = shown.iter().all(|power| (-2..=3).contains(power));
    for stride in 1..=(last - first).max(1) {
        let major: Vec<Tick> = shown
            .iter()
            .filter(|&&power| power.rem_euclid(stride) == 0)
            .map(|&power| tick(1, power, plain))
            .collect();
        if room.fits(&major) {
            return Ticks {
                major,
                minor: minor(stride),
                multiplier: None,
            };
        }
    }
    Ticks::default()
}

/// The exponent of the largest power of ten that is not above the value.
fn decade_below(value: f64) -> i32 {
    let guess = (math::log10(value).floor() as i32).clamp(-307, 308);
    if math::power_of_ten(guess) > value * (1.0 + 1e-9) {
        guess - 1
    } else if math::power_of_ten(guess + 1) <= value * (1.0 + 1e-9) {
        guess + 1
    } else {
        guess
    }
}

/// Ticks at powers of two.
fn octaves(format: Format, scale: &Scale, room: &Room) -> Ticks {
    let first = (math::log2(scale.low) - 1e-9).ceil() as i32;
    let last = (math::log2(scale.high) + 1e-9).floor() as i32;
    let value = |power: i32| math::exp2(f64::from(power));
    let minor = (first..=last)
        .map(|power| scale.position(value(power)))
        .collect();
    let plain = match format {
        Format::Power => false,
        Format::Auto => first >= -3 && last <= 14,
        _ => first >= -30 && last <= 50,
    };
    for stride in 1..=(last - first).max(1) {
        let major: Vec<Tick> = (first..=last)
            .filter(|power| power.rem_euclid(stride) == 0)
            .map(|power| {
                let label = if plain {
                    Decimal::shortest(value(power)).write(format)
                } else {
                    power_label(2, power)
                };
                Tick {
                    place: scale.position(value(power)),
                    label,
                }
            })
            .collect();
        if room.fits(&major) {
            return Ticks {
                major,
                minor,
                multiplier: None,
            };
        }
    }
    Ticks::default()
}

/// Ticks at zero and at powers of ten of both signs beyond the threshold.
fn signed_decades(threshold: f64, format: Format, scale: &Scale, room: &Room) -> Ticks {
    let first = decade_below(threshold * (1.0 - 1e-6)) + 1;
    let last = decade_below(scale.low.abs().max(scale.high.abs()).max(threshold));
    let plain = first >= -2 && last <= 3;
    let label = |value: Decimal| match format {
        Format::Auto | Format::Power if !plain => value.write_power(),
        _ => value.write(format),
    };
    let on_axis = |values: Vec<Decimal>| -> Vec<Decimal> {
        values
            .into_iter()
            .filter(|value| scale.contains(value.number()))
            .collect()
    };
    let both_signs = |digits: i64, power: i32| {
        [1, -1].map(|sign| Decimal {
            digits: sign * digits,
            power,
        })
    };
    let minor = |stride: i32| -> Vec<f64> {
        let digits = if stride > 1 || room.length / scale.span() < 9.0 {
            1..=1
        } else {
            1..=9
        };
        let values = (first..=last).flat_map(|power| {
            digits
                .clone()
                .flat_map(move |digit| both_signs(digit, power))
        });
        on_axis(values.collect())
            .iter()
            .map(|value| scale.position(value.number()))
            .collect()
    };
    for stride in 1..=(last - first + 1).max(1) {
        // Counted from the outermost, so that the ends of the axis have ticks.
        let powers = (first..=last).filter(|power| (last - power) % stride == 0);
        let mut values: Vec<Decimal> = powers.flat_map(|power| both_signs(1, power)).collect();
        values.push(Decimal {
            digits: 0,
            power: 0,
        });
        let major: Vec<Tick> = on_axis(values)
            .into_iter()
            .map(|value| Tick {
                place: scale.position(value.number()),
                label: label(value),
            })
            .collect();
        if room.fits(&major) {
            return Ticks {
                major,
                minor: minor(stride),
                multiplier: None,
            };
        }
    }
    Ticks::default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::Extent;

    fn labels(axis: &Axis, length: f64) -> Vec<String> {
        let scale = Scale::fit(axis, &Extent::of(&axis.kind));
        let extent =
            |label: &str| 5.0 * label.chars().filter(|c| !"^{}".contains(*c)).count() as f64;
        let ticks = ticks(
            axis,
            &scale,
            &Room {
                length,
                ideal: 32.0,
                gap: 4.0,
                extent: &extent,
            },
        );
        let mut major = ticks.major;
        major.sort_by(|a, b| a.place.total_cmp(&b.place));
        let mut labels: Vec<String> = major.into_iter().map(|tick| tick.label).collect();
        labels.extend(ticks.multiplier.map(|multiplier| format!("×{multiplier}")));
        labels
    }

    #[test]
    fn linear_ticks_are_round() {
        assert_eq!(
            labels(&Axis::linear("").range(0, 1), 140.0),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(
            labels(&Axis::linear("").range(0.4, 1.02), 100.0),
            ["0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(
            labels(&Axis::linear("").range(0, 1), 90.0),
            ["0.0", "0.5", "1.0"]
        );
        assert_eq!(
            labels(&Axis::linear("").range(-3, 3), 200.0),
            ["−3", "−2", "−1", "0", "1", "2", "3"]
        );
        assert_eq!(
            labels(&Axis::linear("").range(0, 12.5), 90.0),
            ["0", "5", "10"]
        );
        assert_eq!(
            labels(&Axis::linear("").range(0, 0.7), 70.0),
            ["0.00", "0.25", "0.50"]
        );
    }

    #[test]
    fn long_numbers_share_a_power_of_ten() {
        assert_eq!(
            labels(&Axis::linear("").range(0, 3e6), 120.0),
            ["0", "1", "2", "3", "×10^{6}"]
        );
        assert_eq!(
            labels(&Axis::linear("").range(0, 4e-5), 120.0),
            ["0", "1", "2", "3", "4", "×10^{-5}"]
        );
        assert_eq!(
            labels(&Axis::linear("").range(0, 4e6).format(Format::Si), 120.0),
            ["0", "1M", "2M", "3M", "4M"]
        );
    }

    #[test]
    fn formats() {
        let percent = Axis::linear("").range(0, 1).format(Format::Percent);
        assert_eq!(
            labels(&percent, 160.0),
            ["0%", "20%", "40%", "60%", "80%", "100%"]
        );
        let thousands = Axis::linear("").range(0, 20000).format(Format::Thousands);
        assert_eq!(
            labels(&thousands, 160.0),
            ["0", "5,000", "10,000", "15,000", "20,000"]
        );
        let share = Axis::log("").range(0.0003, 0.03).format(Format::Percent);
        assert_eq!(
            labels(&share, 200.0),
            ["0.05%", "0.1%", "0.2%", "0.5%", "1%", "2%"]
        );
    }

    #[test]
    fn log_ticks_are_decades_or_their_simple_multiples() {
        assert_eq!(
            labels(&Axis::log("").range(1, 21), 150.0),
            ["1", "2", "5", "10", "20"]
        );
        assert_eq!(
            labels(&Axis::log("").range(1e-4, 1), 150.0),
            ["10^{−4}", "10^{−3}", "10^{−2}", "10^{−1}", "10^{0}"]
        );
        assert_eq!(
            labels(&Axis::log("").range(1, 1000), 100.0),
            ["1", "10", "100", "1000"]
        );
        assert_eq!(
            labels(&Axis::log("").range(1e-12, 1), 100.0),
            ["10^{−12}", "10^{−8}", "10^{−4}", "10^{0}"]
        );
        assert_eq!(
            labels(&Axis::log("").range(1.1, 1.8), 120.0),
            ["1.2", "1.4", "1.6", "1.8"]
        );
        assert_eq!(
            labels(&Axis::log("").range(0.98e6, 4.1e6), 200.0),
            ["10^{6}", "2×10^{6}", "3×10^{6}", "4×10^{6}"]
        );
    }

    #[test]
    fn log2_ticks_are_powers_of_two() {
        assert_eq!(
            labels(&Axis::log2("").range(1, 1024), 100.0),
            ["1", "8", "64", "512"]
        );
        assert_eq!(
            labels(&Axis::log2("").range(1, 16), 150.0),
            ["1", "2", "4", "8", "16"]
        );
        assert_eq!(
            labels(&Axis::log2("").range(2e-4, 0.01), 120.0),
            ["2^{−12}", "2^{−10}", "2^{−8}"]
        );
    }

    #[test]
    fn symlog_ticks_have_zero_and_both_signs() {
        assert_eq!(
            labels(&Axis::symlog("", 1.0).range(-130, 130), 90.0),
            ["−100", "0", "100"]
        );
        assert_eq!(
            labels(&Axis::symlog("", 1.0).range(-100, 100), 200.0),
            ["−100", "−10", "−1", "0", "1", "10", "100"]
        );
        assert_eq!(
            labels(&Axis::symlog("", 1e3).range(-100, 100), 200.0),
            ["−100", "−50", "0", "50", "100"]
        );
    }

    #[test]
    fn given_ticks_are_thinned_when_they_touch() {
        let axis = Axis::linear("").range(0, 1).tick_labels([
            (0.0, "none"),
            (0.05, "hidden"),
            (1.0, "all"),
            (2.0, "out"),
        ]);
        assert_eq!(labels(&axis, 100.0), ["none", "all"]);
    }

    #[test]
    fn decades_are_exact() {
        assert_eq!(decade_below(1000.0), 3);
        assert_eq!(decade_below(999.0), 2);
        assert_eq!(decade_below(1e-5), -5);
        assert_eq!(decade_below(f64::MIN_POSITIVE), -308);
        assert_eq!(decade_below(1e300), 300);
    }
}
