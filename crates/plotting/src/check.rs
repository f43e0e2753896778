//! Everything that keeps a figure from being drawn, in words that name panel and series.

use anyhow::{Result as Outcome, bail};

use crate::axis::{Axis, Kind};
use crate::color::ColorScale;
use crate::figure::Figure;
use crate::panel::Panel;

pub(crate) fn check(figure: &Figure) -> Outcome<()> {
    if !(figure.width.is_finite() && figure.width > 0.5 && figure.width <= 50.0) {
        bail!("a figure {} inches wide (must be between 0.5 and 50)", figure.width);
    }
    if !(figure.font_size.is_finite() && figure.font_size >= 1.0 && figure.font_size <= 100.0) {
        bail!("a figure with labels of {} points (must be between 1 and 100)", figure.font_size);
    }
    if let Some(problem) = &figure.problem {
        bail!("the figure has {problem}");
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
    }
    for (letter, panel) in figure.lettered_panels() {
        let name = panel.name(&letter);
        if !(panel.width.is_finite() && panel.width > 0.0) {
            bail!("{name} has the relative width {} (must be positive)", panel.width);
        }
        panel.check(&name).map_err(anyhow::Error::msg)?;
    }
    Ok(())
}

impl Panel {
    /// Everything that keeps the panel from being drawn.
    fn check(&self, name: &str) -> Result<(), String> {
        if let Some(problem) = self.problems.first() {
            return Err(format!("{name} has {problem}"));
        }
        for (side, axis) in [("x", &self.x), ("y", &self.y)] {
            check_axis(axis).map_err(|problem| format!("{name}: the {side} axis {problem}"))?;
        }
        let labels: Vec<&str> = self.marks.iter().flat_map(|mark| mark.labels()).collect();
        if let Some((label, _)) =
            self.claims.iter().find(|(label, _)| !label.is_empty() && !labels.contains(&label.as_str()))
        {
            return Err(format!("{name} has no series \"{label}\" that a claim could be about"));
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
    if let (Some(low), Some(high)) = (axis.low, axis.high)
        && low > high
        && low.is_finite()
        && high.is_finite()
    {
        return Err(format!("runs from {low} to {high} (for a reversed axis use `.inverted()`)"));
    }
    match &axis.kind {
        Kind::Symlog(threshold) if !(*threshold > 0.0 && threshold.is_finite()) => {
            Err(format!("has the threshold {threshold} (must be positive)"))
        }
        _ => Ok(()),
    }
}

fn check_scale(scale: &ColorScale) -> Result<(), String> {
    let ColorScale { low, high, .. } = *scale;
    if low > high {
        return Err(format!("runs from {low} to {high} (for the other direction use `.reversed()`)"));
    }
    Ok(())
}
