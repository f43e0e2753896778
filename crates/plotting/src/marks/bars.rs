//! Bars over the names of a category axis.

use super::kind::{Count, Draw, Entry, Frame, Handle, is_categorical, named, same_length};
use super::points::{Intervals, error_bar, markers};
use crate::axis::Axis;
use crate::color::DARK_GREY;
use crate::marks::grid::base;
use crate::scale::{Extent, Scale, is_finite};
use crate::shape::{Drawn, Layer, Point, Shape, clip_line, clip_polygon};
use crate::style::{Dash, Marker, Style};

/// All bars of a panel. The series of a category stand side by side, or on each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bars {
    pub(crate) series: Vec<Series>,
    pub(crate) stacked: bool,
}

/// One value per category.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    pub(crate) label: String,
    pub(crate) values: Vec<f64>,
    pub(crate) style: Style,
    pub(crate) errors: Option<Intervals>,
    /// Values marked by a stroke across the bar.
    pub(crate) ticks: Vec<Vec<f64>>,
    /// Values marked by a marker on the middle line of the bar.
    pub(crate) markers: Vec<(Vec<f64>, Style)>,
}

/// Share of a category's room that its bars take.
const FILLED: f64 = 0.78;

impl Series {
    fn beside(&self) -> impl Iterator<Item = &Vec<f64>> {
        let errors = self.errors.iter().flat_map(|errors| [&errors.low, &errors.high]);
        errors.chain(&self.ticks).chain(self.markers.iter().map(|(values, _)| values))
    }

    /// Whether the series has anything in a category; if not, the others take its room.
    fn is_in(&self, category: usize) -> bool {
        self.values[category].is_finite()
    }
}

impl Draw for Bars {
    fn check(&self, [x, y]: [&Axis; 2]) -> Result<(), String> {
        let categories = match (&x.kind, &y.kind) {
            (crate::axis::Kind::Categories(names), _) | (_, crate::axis::Kind::Categories(names)) => names.len(),
            _ => {
                return Err("bars but no category axis (use Axis::categories for one of the two)".into());
            }
        };
        if is_categorical(x) && is_categorical(y) {
            return Err("bars and two category axes".into());
        }
        for series in &self.series {
            let name = named("bars", &series.label);
            same_length(&name, &[("category", categories), ("bar", series.values.len())])?;
            for values in series.beside() {
                same_length(&name, &[("bar", series.values.len()), ("error, tick or marker", values.len())])?;
            }
        }
        Ok(())
    }

    /// NaN is no bar.
    fn count(&self) -> Count {
        self.series.iter().fold(Count::default(), |count, series| count.plus(Count::of_present(&series.values)))
    }

    fn extend(&self, x: &mut Extent, y: &mut Extent) {
        // The category axis has a fixed extent, so that including the values in both is right.
        for extent in [x, y] {
            extent.anchor(0.0);
            for series in &self.series {
                extent.include_all(&series.values);
                series.beside().for_each(|values| extent.include_all(values));
            }
            for category in 0..self.series.first().map_or(0, |series| series.values.len()) {
                if self.stacked {
                    self.stack(category).into_iter().for_each(|(_, high)| extent.include(high));
                }
            }
        }
    }

    fn shapes(&self, frame: &Frame) -> Vec<Drawn> {
        self.labelled_shapes(frame).into_iter().map(|(_, drawn)| drawn).collect()
    }

    fn entries(&self, _frame: &Frame) -> Vec<Entry> {
        let entry = |series: &Series| {
            let Style { color, opacity, open, .. } = series.style;
            let opacity = if open { 0.0 } else { opacity };
            let handles = vec![Handle::Patch { color, opacity, outlined: open }];
            Entry { label: series.label.clone(), handles, end: None }
        };
        self.series.iter().map(entry).collect()
    }
}

impl Bars {
    /// The shapes of all series, each with the label of its own.
    pub(crate) fn labelled_shapes(&self, frame: &Frame) -> Vec<(String, Drawn)> {
        let horizontal = matches!(frame.y.kind, crate::axis::Kind::Categories(_));
        let along = if horizontal { &frame.x } else { &frame.y };
        let across = if horizontal { &frame.y } else { &frame.x };
        let place = move |across: f64, along: f64| {
            if horizontal { (along, across) } else { (across, along) }
        };
        let mut shapes = Vec::new();
        for (index, series) in self.series.iter().enumerate() {
            let mut add = |drawn: Drawn| shapes.push((series.label.clone(), drawn));
            for category in 0..series.values.len() {
                let Some((start, end)) = self.slot(index, category) else {
                    continue;
                };
                let sides = [across.position(start), across.position(end)];
                let (low, high) = match self.stacked {
                    true => {
                        let (from, to) = self.stack(category)[index];
                        (along.position_of_end(from), along.position_of_end(to))
                    }
                    false => (base(along), along.position_of_end(series.values[category])),
                };
                // On a logarithmic axis the stack begins where the axis does.
                let low = if low.is_nan() { base(along) } else { low };
                bar(series, sides, (low, high), place).into_iter().for_each(&mut add);
                extras(series, category, sides, along, place).into_iter().for_each(&mut add);
            }
        }
        shapes
    }

    /// Start and end of each series in a stack, as data values.
    fn stack(&self, category: usize) -> Vec<(f64, f64)> {
        let mut top = 0.0;
        let mut parts = Vec::new();
        for series in &self.series {
            let value = series.values.get(category).copied().filter(|&value| is_finite(value)).unwrap_or(0.0);
            parts.push((top, top + value));
            top += value;
        }
        parts
    }

    /// Where the bar of a series begins and ends across its category, in category coordinates.
    fn slot(&self, index: usize, category: usize) -> Option<(f64, f64)> {
        if !self.series[index].is_in(category) {
            return None;
        }
        let center = category as f64;
        if self.stacked {
            return Some((center - FILLED / 2.0, center + FILLED / 2.0));
        }
        // All bars of a panel are equally wide; a category with fewer of them centres what it has.
        let width = FILLED / self.series.len() as f64;
        let present = |range: std::ops::Range<usize>| range.filter(|&i| self.series[i].is_in(category)).count() as f64;
        let start = center - width * present(0..self.series.len()) / 2.0 + width * present(0..index);
        Some((start, start + width))
    }
}

fn bar(series: &Series, sides: [f64; 2], (low, high): (f64, f64), place: impl Fn(f64, f64) -> Point) -> Option<Drawn> {
    let Style { color, opacity, open, .. } = series.style;
    // A hair of white between neighbours.
    let gap = 0.04 * (sides[1] - sides[0]);
    let (left, right) = (sides[0] + gap, sides[1] - gap);
    let corners = [place(left, low), place(left, high), place(right, high), place(right, low)];
    let mut corners = clip_polygon(&corners);
    if corners.len() < 3 {
        return None;
    }
    let shape = if open {
        corners.push(corners[0]);
        Shape::Line { points: corners, color, width: 1.0, dash: Dash::Solid, opacity }
    } else {
        Shape::Area { corners, color, opacity }
    };
    Some(Drawn { layer: Layer::Bar, shape })
}

/// Error bars, ticks and markers of a bar.
fn extras(
    series: &Series,
    category: usize,
    sides: [f64; 2],
    along: &Scale,
    place: impl Fn(f64, f64) -> Point + Copy,
) -> Vec<Drawn> {
    let middle = (sides[0] + sides[1]) / 2.0;
    let mut shapes = Vec::new();
    if let Some(errors) = &series.errors {
        let end = |value: f64| place(middle, along.position_of_end(value));
        let is_upright = place(0.0, 1.0).1 == 1.0;
        let cap = if is_upright { Marker::Dash } else { Marker::Bar };
        shapes.extend(error_bar(end(errors.low[category]), end(errors.high[category]), DARK_GREY, cap));
    }
    for ticks in &series.ticks {
        let at = along.position(ticks[category]);
        let color = series.style.color.darker(0.45);
        for points in clip_line(&[place(sides[0], at), place(sides[1], at)]) {
            let shape = Shape::Line { points, color, width: 1.6, dash: Dash::Solid, opacity: 1.0 };
            shapes.push(Drawn { layer: Layer::Error, shape });
        }
    }
    for (values, style) in &series.markers {
        shapes.extend(markers(&[place(middle, along.position(values[category]))], style));
    }
    shapes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Series {
        Series {
            label: "s".into(),
            values: values.to_vec(),
            style: Style::color(DARK_GREY),
            errors: None,
            ticks: Vec::new(),
            markers: Vec::new(),
        }
    }

    #[test]
    fn missing_bars_leave_no_hole() {
        let bars = Bars { series: vec![series(&[1.0, 1.0]), series(&[1.0, f64::NAN])], stacked: false };
        let close = |slot: Option<(f64, f64)>, start: f64, end: f64| {
            let (a, b) = slot.unwrap();
            assert!((a - start).abs() < 1e-12 && (b - end).abs() < 1e-12, "{a} {b}");
        };
        close(bars.slot(0, 0), -0.39, 0.0);
        close(bars.slot(1, 0), 0.0, 0.39);
        close(bars.slot(0, 1), 1.0 - 0.195, 1.0 + 0.195);
        assert_eq!(bars.slot(1, 1), None);
    }

    #[test]
    fn stacks_add_up() {
        let bars = Bars { series: vec![series(&[1.0]), series(&[f64::NAN]), series(&[2.0])], stacked: true };
        assert_eq!(bars.stack(0), [(0.0, 1.0), (1.0, 1.0), (1.0, 3.0)]);
    }
}
