//! Ticks at equal steps.

use super::room::{Room, Tick, Ticks};
use crate::axis::Format;
use crate::decimal::{Decimal, common_exponent, power_label};
use crate::math;
use crate::scale::Scale;

/// Steps of 1, 2, 2.5 or 5 times a power of ten: of those whose labels fit, the one nearest to the
/// ideal distance.
pub(super) fn linear(format: Format, scale: &Scale, room: &Room) -> Ticks {
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
            let widest = major.iter().map(|tick| (room.extent)(&tick.label)).fold(0.0, f64::max);
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
    Ticks { major, minor: Vec::new(), multiplier }
}

/// The multiples of `step * 10^power` on the axis, as decimals with the same number of digits;
/// `None` where they are too many to be ticks.
fn multiples(scale: &Scale, step: i64, power: i32) -> Option<Vec<Decimal>> {
    let unit = Decimal { digits: step, power }.number();
    let (first, last) = ((scale.low / unit - 1e-6).ceil(), (scale.high / unit + 1e-6).floor());
    if !(last - first < 200.0 && first.abs() < 1e15 && last.abs() < 1e15) {
        return None;
    }
    Some((first as i64..=last as i64).map(|count| Decimal { digits: count * step, power }).collect())
}
