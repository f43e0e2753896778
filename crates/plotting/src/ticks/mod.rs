//! Where ticks stand and what they say.

mod linear;
mod logarithmic;
mod room;

use crate::axis::{Axis, Format, Kind};
use crate::decimal::Decimal;
use crate::scale::Scale;
use linear::linear;
use logarithmic::{decades, octaves, signed_decades};
pub(crate) use room::{Room, Tick, Ticks};

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
        Kind::Symlog(threshold) => {
            or_linear(signed_decades(*threshold, axis.format, scale, room), axis.format, scale, room)
        }
    }
}

/// Falls back to equal steps where a logarithmic axis is so short that it holds fewer than two of
/// its own ticks.
fn or_linear(ticks: Ticks, format: Format, scale: &Scale, room: &Room) -> Ticks {
    if ticks.major.len() >= 2 {
        return ticks;
    }
    let plain = linear(format, scale, room);
    if plain.major.len() > ticks.major.len() { plain } else { ticks }
}

fn given_ticks(given: &[(f64, Option<String>)], format: Format, scale: &Scale, room: &Room) -> Ticks {
    let mut ticks = Ticks::default();
    for (value, label) in given.iter().filter(|(value, _)| scale.contains(*value)) {
        let label = label.clone().unwrap_or_else(|| Decimal::shortest(*value).write(format));
        ticks.major.push(Tick { place: scale.position(*value), label });
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
    let shown = names.iter().enumerate().filter(|(index, _)| scale.contains(*index as f64));
    let major = shown.map(|(index, name)| Tick { place: place(index), label: name.clone() }).collect();
    Ticks { major, ..Ticks::default() }
}

#[cfg(test)]
mod tests;
