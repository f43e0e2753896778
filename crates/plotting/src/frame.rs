//! What surrounds the inside of a panel: axes, ticks, labels, title and colour bars.

use anyhow::Result;

use crate::axis::Kind;
use crate::color::{Color, ColorScale, DARK_GREY};
use crate::draw::Page;
use crate::labels::ColorBar;
use crate::layout::Placed;
use crate::marks::Mark;
use crate::place::Rect;
use crate::scale::Scale;
use crate::text::{CAPITAL, Text};
use crate::view::{BAR_GAP, BAR_WIDTH, LABEL_GAP, MINOR_TICK, TICK, TICK_GAP, TITLE_GAP};

/// Width of axes and ticks in points.
const AXIS: f64 = 0.6;

/// Draws everything around a panel but its legend.
pub(crate) fn draw(placed: &Placed, page: &Page) -> Result<()> {
    axes(placed, page)?;
    titles(placed, page)?;
    color_bars(placed, page)
}

/// The axes with ticks and tick labels.
fn axes(placed: &Placed, page: &Page) -> Result<()> {
    let Placed { view, rect, .. } = placed;
    let Rect { left, top, .. } = *rect;
    let (right, bottom) = (rect.right(), rect.bottom());
    let (x_hidden, y_hidden) = (view.panel.x.hidden, view.panel.y.hidden);
    if !x_hidden {
        horizontal_axis(placed, page)?;
    }
    if !y_hidden {
        vertical_axis(placed, page)?;
    }
    if !x_hidden && !y_hidden {
        page.line(&[(left, top), (right, top), (right, bottom)], DARK_GREY, AXIS)?;
        cut_mark(placed, page)?;
    }
    Ok(())
}

fn horizontal_axis(placed: &Placed, page: &Page) -> Result<()> {
    let Placed { decor, rect, .. } = placed;
    let (left, right, bottom) = (rect.left, rect.right(), rect.bottom());
    let line = |from: (f64, f64), to: (f64, f64)| page.line(&[from, to], DARK_GREY, AXIS);
    line((left, bottom), (right, bottom))?;
    let x = |place: f64| left + place * rect.width;
    for &place in &decor.x_ticks.minor {
        line((x(place), bottom), (x(place), bottom + MINOR_TICK))?;
    }
    for label in &decor.x_texts {
        line((x(label.place), bottom), (x(label.place), bottom + TICK))?;
    }
    for label in &decor.x_texts {
        let start = bottom + TICK + TICK_GAP;
        if decor.x_texts_rotated {
            let at = (x(label.place) + centered(&label.text), start + label.text.width);
            page.rotated_text(&label.text, at, DARK_GREY)?;
        } else {
            page.text(&label.text, (x(label.place) - label.text.width / 2.0, start + label.text.ascent), DARK_GREY)?;
        }
    }
    Ok(())
}

fn vertical_axis(placed: &Placed, page: &Page) -> Result<()> {
    let Placed { decor, rect, .. } = placed;
    let (left, top, bottom) = (rect.left, rect.top, rect.bottom());
    let line = |from: (f64, f64), to: (f64, f64)| page.line(&[from, to], DARK_GREY, AXIS);
    line((left, bottom), (left, top))?;
    let y = |place: f64| bottom - place * rect.height;
    for &place in &decor.y_ticks.minor {
        line((left, y(place)), (left - MINOR_TICK, y(place)))?;
    }
    for label in &decor.y_texts {
        line((left, y(label.place)), (left - TICK, y(label.place)))?;
    }
    for label in &decor.y_texts {
        let at = (left - TICK - TICK_GAP - label.text.width, y(label.place) + centered(&label.text));
        page.text(&label.text, at, DARK_GREY)?;
    }
    Ok(())
}

/// Two slanted strokes where an axis of bars does not begin at zero: their lengths are not in
/// proportion.
fn cut_mark(placed: &Placed, page: &Page) -> Result<()> {
    let Placed { view, rect, .. } = placed;
    if !view.panel.marks.iter().any(|mark| matches!(mark, Mark::Bars(_))) {
        return Ok(());
    }
    let is_cut = |scale: &Scale| scale.kind == Kind::Linear && !scale.inverted && scale.low > 0.0;
    let (left, bottom) = (rect.left, rect.bottom());
    for step in [5.0, 7.2] {
        if is_cut(&view.frame.y) {
            let y = bottom - step;
            page.line(&[(left - 2.4, y + 1.0), (left + 2.4, y - 1.0)], DARK_GREY, AXIS)?;
        }
        if is_cut(&view.frame.x) {
            let x = left + step;
            page.line(&[(x - 1.0, bottom + 2.4), (x + 1.0, bottom - 2.4)], DARK_GREY, AXIS)?;
        }
    }
    Ok(())
}

/// How far below a height the first baseline must be for the text to be centred on it.
pub(crate) fn centered(text: &Text) -> f64 {
    let capital = CAPITAL * text.size;
    let below = text.descent - 0.21 * text.size;
    let lines = (below / (1.22 * text.size)).round().max(0.0);
    capital / 2.0 - lines * 1.22 * text.size / 2.0
}

/// Labels of the axes, letter and title.
fn titles(placed: &Placed, page: &Page) -> Result<()> {
    let Placed { decor, rect, left_margin, .. } = placed;
    if let Some(label) = &decor.x_label {
        // Below the middle of the panel, or moved to stay within the room that the panel has.
        let last = rect.right() + placed.right_margin - label.width;
        let x = (rect.left + (rect.width - label.width) / 2.0).min(last).max(rect.left - left_margin);
        page.text(label, (x, rect.bottom() + decor.x_depth + LABEL_GAP + label.ascent), DARK_GREY)?;
    }
    if let Some(label) = &decor.y_label {
        let y = rect.top + rect.height / 2.0 + label.width / 2.0;
        page.rotated_text(label, (rect.left - left_margin + label.ascent, y), DARK_GREY)?;
    }
    let mut x = rect.left;
    let lines_below = |text: &Text| text.descent - 0.21 * text.size;
    let first = decor.title.as_ref().map_or(0.0, lines_below);
    // Letter and title share the first baseline.
    let baseline = rect.top - TITLE_GAP - first.max(0.0) - 0.21 * decor.title.as_ref().map_or(0.0, |title| title.size);
    if let Some(letter) = &decor.letter {
        page.text(letter, (x, baseline), DARK_GREY)?;
        x += letter.width + 0.5 * letter.size;
    }
    if let Some(title) = &decor.title {
        page.text(title, (x, baseline), DARK_GREY)?;
    }
    Ok(())
}

fn color_bars(placed: &Placed, page: &Page) -> Result<()> {
    let rect = placed.rect;
    let mut left = rect.right();
    for bar in &placed.decor.bars {
        let at = Rect { left: left + BAR_GAP, width: BAR_WIDTH, ..rect };
        color_bar(bar, at, page)?;
        left += bar.width;
    }
    Ok(())
}

/// Steps of a colour bar: as many as the scale has colours would not show.
const STEPS: usize = 128;

fn color_bar(bar: &ColorBar, rect: Rect, page: &Page) -> Result<()> {
    let ColorBar { scale, texts, .. } = bar;
    for step in 0..STEPS {
        let share = |step: usize| step as f64 / STEPS as f64;
        let bottom = rect.bottom() - share(step) * rect.height;
        // Each step reaches to the top, so that no seam shows between two.
        page.fill(Rect { top: rect.top, height: bottom - rect.top, ..rect }, step_color(scale, share(step)))?;
    }
    let (left, right, top, bottom) = (rect.left, rect.right(), rect.top, rect.bottom());
    let corners = [(left, bottom), (left, top), (right, top), (right, bottom), (left, bottom)];
    page.line(&corners, DARK_GREY, AXIS)?;
    let y = |place: f64| bottom - place * rect.height;
    for &place in &bar.ticks.minor {
        page.line(&[(right, y(place)), (right + MINOR_TICK, y(place))], DARK_GREY, AXIS)?;
    }
    for label in texts {
        page.line(&[(right, y(label.place)), (right + TICK, y(label.place))], DARK_GREY, AXIS)?;
    }
    for label in texts {
        page.text(&label.text, (right + TICK + TICK_GAP, y(label.place) + centered(&label.text)), DARK_GREY)?;
    }
    if let Some(label) = &bar.label {
        let widest = texts.iter().map(|label| label.text.width).fold(0.0, f64::max);
        let x = right + TICK + TICK_GAP + widest + LABEL_GAP + label.ascent;
        page.rotated_text(label, (x, rect.top + rect.height / 2.0 + label.width / 2.0), DARK_GREY)?;
    }
    Ok(())
}

fn step_color(scale: &ColorScale, share: f64) -> Color {
    scale.at(share + 0.5 / STEPS as f64)
}
