//! Ticks at powers of ten and two.

use super::room::{Room, Tick, Ticks};
use crate::axis::Format;
use crate::decimal::{Decimal, power_label};
use crate::math;
use crate::scale::Scale;

/// Unlabelled ticks closer than this many points would be a grey bar.
const LEAST_MINOR: f64 = 1.5;

/// Ticks at powers of ten, or at their multiples by 1, 2 and 5 where the axis is short.
pub(super) fn decades(format: Format, scale: &Scale, room: &Room) -> Ticks {
    let (first, last) = (decade_below(scale.low), decade_below(scale.high));
    let tick = |digits: i64, power: i32, plain: bool| {
        let value = Decimal { digits, power };
        let label = match format {
            Format::Auto | Format::Power if !plain => value.write_power(),
            Format::Power => value.write_power(),
            _ => value.write(format),
        };
        Tick { place: scale.position(value.number()), label }
    };
    let on_axis = |digits: i64, power: i32| scale.contains(Decimal { digits, power }.number());
    let minor = |stride: i32| -> Vec<f64> {
        if room.length / scale.span() < LEAST_MINOR {
            return Vec::new();
        }
        let digits = if stride > 1 || room.length / scale.span() < 9.0 { 1..=1 } else { 1..=9 };
        (first..=last)
            .flat_map(|power| digits.clone().map(move |digit| (digit, power)))
            .filter(|&(digit, power)| on_axis(digit, power))
            .map(|(digit, power)| scale.position(Decimal { digits: digit, power }.number()))
            .collect()
    };

    let finer: &[&[i64]] = match scale.span() {
        span if span <= 0.7 => &[&[1, 2, 3, 4, 5, 6, 7, 8, 9], &[1, 2, 3, 5, 7], &[1, 2, 5]],
        span if span <= 1.2 => &[&[1, 2, 3, 5, 7], &[1, 2, 5], &[1, 3], &[2], &[3], &[5]],
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
            return Ticks { major, minor: minor(1), multiplier: None };
        }
    }
    let shown: Vec<i32> = (first..=last).filter(|&power| on_axis(1, power)).collect();
    let plain = shown.iter().all(|power| (-2..=3).contains(power));
    for stride in room.least_stride(scale.span())..=(last - first).max(1) {
        let major: Vec<Tick> =
            shown.iter().filter(|&&power| power.rem_euclid(stride) == 0).map(|&power| tick(1, power, plain)).collect();
        if room.fits(&major) {
            return Ticks { major, minor: minor(stride), multiplier: None };
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
pub(super) fn octaves(format: Format, scale: &Scale, room: &Room) -> Ticks {
    let first = (math::log2(scale.low) - 1e-9).ceil() as i32;
    let last = (math::log2(scale.high) + 1e-9).floor() as i32;
    let value = |power: i32| math::exp2(f64::from(power));
    let minor = if room.length / scale.span() < LEAST_MINOR {
        Vec::new()
    } else {
        (first..=last).map(|power| scale.position(value(power))).collect()
    };
    let plain = match format {
        Format::Power => false,
        Format::Auto => first >= -3 && last <= 14,
        _ => first >= -30 && last <= 50,
    };
    for stride in room.least_stride(scale.span())..=(last - first).max(1) {
        let major: Vec<Tick> = (first..=last)
            .filter(|power| power.rem_euclid(stride) == 0)
            .map(|power| {
                let label = if plain { Decimal::shortest(value(power)).write(format) } else { power_label(2, power) };
                Tick { place: scale.position(value(power)), label }
            })
            .collect();
        if room.fits(&major) {
            return Ticks { major, minor, multiplier: None };
        }
    }
    Ticks::default()
}

/// Ticks at zero and at powers of ten of both signs beyond the threshold.
pub(super) fn signed_decades(threshold: f64, format: Format, scale: &Scale, room: &Room) -> Ticks {
    let first = decade_below(threshold * (1.0 - 1e-6)) + 1;
    let last = decade_below(scale.low.abs().max(scale.high.abs()).max(threshold));
    let plain = first >= -2 && last <= 3;
    let label = |value: Decimal| match format {
        Format::Auto | Format::Power if !plain => value.write_power(),
        _ => value.write(format),
    };
    let on_axis = |values: Vec<Decimal>| -> Vec<Decimal> {
        values.into_iter().filter(|value| scale.contains(value.number())).collect()
    };
    let both_signs = |digits: i64, power: i32| [1, -1].map(|sign| Decimal { digits: sign * digits, power });
    let minor = |stride: i32| -> Vec<f64> {
        if room.length / scale.span() < LEAST_MINOR {
            return Vec::new();
        }
        let digits = if stride > 1 || room.length / scale.span() < 9.0 { 1..=1 } else { 1..=9 };
        let values = (first..=last).flat_map(|power| digits.clone().flat_map(move |digit| both_signs(digit, power)));
        on_axis(values.collect()).iter().map(|value| scale.position(value.number())).collect()
    };
    for stride in room.least_stride(scale.span())..=(last - first + 1).max(1) {
        // Counted from the outermost, so that the ends of the axis have ticks.
        let powers = (first..=last).filter(|power| (last - power) % stride == 0);
        let mut values: Vec<Decimal> = powers.flat_map(|power| both_signs(1, power)).collect();
        values.push(Decimal { digits: 0, power: 0 });
        let major: Vec<Tick> = on_axis(values)
            .into_iter()
            .map(|value| Tick { place: scale.position(value.number()), label: label(value) })
            .collect();
        if room.fits(&major) {
            return Ticks { major, minor: minor(stride), multiplier: None };
        }
    }
    Ticks::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_are_exact() {
        assert_eq!(decade_below(1000.0), 3);
        assert_eq!(decade_below(999.0), 2);
        assert_eq!(decade_below(1e-5), -5);
        assert_eq!(decade_below(f64::MIN_POSITIVE), -308);
        assert_eq!(decade_below(1e300), 300);
    }
}
