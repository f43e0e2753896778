//! Everything that keeps a figure from being drawn, in words that name panel and series.

use anyhow::{Result as Outcome, bail};

use crate::axis::{Axis, Kind};
use crate::color::ColorScale;
use crate::figure::Figure;
use crate::marks::is_categorical;
use crate::panel::Panel;
use crate::scale::LARGEST;

pub(crate) fn check(figure: &Figure) -> Outcome<()> {
    if !(figure.width.is_finite() && figure.width > 0.5 && figure.width <= 50.0) {
        bail!("a figure {} inches wide (must be between 0.5 and 50)", figure.width);
    }
    if !(figure.font_size.is_finite() && figure.font_size >= 1.0 && figure.font_size <= 100.0) {
        bail!("a figure with labels of {} points (must be between 1 and 100)", figure.font_size);
    }
    if figure.rows.iter().all(|row| row.panels.is_empty()) {
        bail!("a figure without panels");
    }
    for (index, row) in figure.rows.iter().enumerate() {
        if row.panels.is_empty() {
            bail!("row {} of the figure has no panels", index + 1);
        }
        if !(row.height.is_finite() && row.height > 0.0 && row.height <= 20.0) {
            bail!("row {} of the figure has the height {} (must be between 0 and 20)", index + 1, row.height);
        }
        for panel in row.panels.iter().flat_map(|panel| panel.column()) {
            if !(panel.width.is_finite() && panel.width > 0.0) {
                bail!("{} has the relative width {} (must be positive)", panel.name(), panel.width);
            }
            panel.check().map_err(anyhow::Error::msg)?;
        }
    }
    Ok(())
}

impl Panel {
    /// Everything that keeps the panel from being drawn.
    fn check(&self) -> Result<(), String> {
        let name = self.name();
        if let Some(problem) = self.problems.first() {
            return Err(format!("{name} has {problem}"));
        }
        if self.marks.is_empty() {
            return Err(format!("{name} is empty"));
        }
        for (side, axis) in [("x", &self.x), ("y", &self.y)] {
            check_axis(axis).map_err(|problem| format!("{name}: the {side} axis {problem}"))?;
        }
        for mark in &self.marks {
            mark.as_draw().check([&self.x, &self.y]).map_err(|problem| format!("{name} has {problem}"))?;
            if let Some(scale) = mark.as_draw().color_scale() {
                check_scale(scale).map_err(|problem| format!("{name}: the colour scale {problem}"))?;
            }
        }
        Ok(())
    }
}

fn check_axis(axis: &Axis) -> Result<(), String> {
    if is_categorical(axis) && (axis.low.is_some() || axis.high.is_some()) {
        return Ok(());
    }
    for end in [axis.low, axis.high].into_iter().flatten() {
        if end.is_nan() || end.abs() > LARGEST {
            return Err(format!("ends at {end}"));
        }
        if matches!(axis.kind, Kind::Log10 | Kind::Log2) && end <= 0.0 {
            return Err(format!("is logarithmic and ends at {end}"));
        }
    }
    if let (Some(low), Some(high)) = (axis.low, axis.high)
        && low >= high
    {
        return Err(format!("runs from {low} to {high} (for a reversed axis use `.inverted()`)"));
    }
    match &axis.kind {
        Kind::Symlog(threshold) if !(*threshold > 0.0 && threshold.is_finite()) => {
            Err(format!("has the threshold {threshold} (must be positive)"))
        }
        Kind::Categories(names) if names.is_empty() => Err("has no categories".into()),
        _ => Ok(()),
    }
}

fn check_scale(scale: &ColorScale) -> Result<(), String> {
    let ColorScale { low, high, .. } = *scale;
    if !(low.is_finite() && high.is_finite() && low <= high) {
        return Err(format!("runs from {low} to {high}"));
    }
    if scale.log && low <= 0.0 {
        return Err(format!("is logarithmic and starts at {low}"));
    }
    Ok(())
}
