//! Draws a laid-out figure.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::{Result, bail};

use crate::color::{ColorScale, DARK_GREY, WHITE};
use crate::draw::Page;
use crate::figure::Figure;
use crate::layout::{Layout, Placed, layout};
use crate::place::Rect;
use crate::svg::Canvas;
use crate::text::{CAPITAL, Text};
use crate::view::{BAR_GAP, BAR_WIDTH, ColorBar, LABEL_GAP, LEGEND_GAP, MINOR_TICK, Placement, TICK, TICK_GAP, TITLE_GAP};

/// Width of axes and ticks in points.
const AXIS: f64 = 0.6;

/// The figure as an SVG document.
pub(crate) fn svg(figure: &Figure) -> Result<String> {
    check(figure)?;
    let layout = layout(figure)?;
    let canvas = Rc::new(RefCell::new(Canvas::new(layout.size.0, layout.size.1)));
    draw(&layout, &Page::new(&canvas))?;
    let svg = canvas.borrow_mut().finish(&plain(&figure.title), &plain(&figure.caption));
    Ok(svg)
}

/// Markup without its braces.
fn plain(markup: &str) -> String {
    Text::new(markup, 1.0, crate::font::Weight::Regular).plain
}

fn check(figure: &Figure) -> Result<()> {
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

fn draw(layout: &Layout, page: &Page) -> Result<()> {
    let left = 4.0;
    if let Some((title, baseline)) = &layout.title {
        page.text(title, (left, *baseline), DARK_GREY)?;
    }
    for placed in &layout.panels {
        panel(layout, placed, page)?;
    }
    if let Some((block, left, top)) = &layout.legend {
        block.draw(page, *left, *top)?;
    }
    if let Some((caption, baseline)) = &layout.caption {
        page.text(caption, (left, *baseline), DARK_GREY)?;
    }
    Ok(())
}

fn panel(layout: &Layout, placed: &Placed, page: &Page) -> Result<()> {
    let Placed { view, decor, rect, .. } = placed;
    let plot = page.plot(*rect);
    for shape in &view.shapes {
        plot.shape(shape)?;
    }
    axes(placed, page)?;
    titles(placed, page)?;
    color_bars(placed, page)?;
    let inside = match &decor.legend {
        Placement::Inside(_, legend) => Some(*legend),
        _ => None,
    };
    for text in view.placed_texts((rect.width, rect.height), &layout.sizes, inside) {
        let at = Rect { left: rect.left + text.rect.left, top: rect.top + text.rect.top, ..text.rect };
        page.text_in(&text.text, at, text.wanted.color, text.rotated, text.wanted.halo)?;
    }
    legend(placed, page)
}

/// The axes with ticks and tick labels.
fn axes(placed: &Placed, page: &Page) -> Result<()> {
    let Placed { view, decor, rect, .. } = placed;
    let Rect { left, top, .. } = *rect;
    let (right, bottom) = (rect.right(), rect.bottom());
    let (x_axis, y_axis) = (&view.panel.x, &view.panel.y);
    let line = |from: (f64, f64), to: (f64, f64)| page.line(&[from, to], DARK_GREY, AXIS);
    if !x_axis.hidden {
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
                let at = (x(label.place) + CAPITAL * label.text.size / 2.0, start + label.text.width);
                page.rotated_text(&label.text, at, DARK_GREY)?;
            } else {
                page.text(&label.text, (x(label.place) - label.text.width / 2.0, start + label.text.ascent), DARK_GREY)?;
            }
        }
    }
    if !y_axis.hidden {
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
    }
    if !x_axis.hidden && !y_axis.hidden {
        page.line(&[(left, top), (right, top), (right, bottom)], DARK_GREY, AXIS)?;
    }
    Ok(())
}

/// How far below a height the first baseline must be for the text to be centred on it.
fn centered(text: &Text) -> f64 {
    let capital = CAPITAL * text.size;
    let below = text.descent - 0.21 * text.size;
    let lines = (below / (1.22 * text.size)).round().max(0.0);
    capital / 2.0 - lines * 1.22 * text.size / 2.0
}

/// Labels of the axes, letter and title.
fn titles(placed: &Placed, page: &Page) -> Result<()> {
    let Placed { decor, rect, left_margin, .. } = placed;
    if let Some(label) = &decor.x_label {
        let x = rect.left + rect.width / 2.0 - label.width / 2.0;
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

fn step_color(scale: &ColorScale, share: f64) -> crate::color::Color {
    scale.at(share + 0.5 / STEPS as f64)
}

fn legend(placed: &Placed, page: &Page) -> Result<()> {
    let Placed { view, decor, rect, left_margin } = placed;
    match &decor.legend {
        Placement::None => Ok(()),
        Placement::Inside(block, at) => {
            let ground = Rect { left: rect.left + at.left, top: rect.top + at.top, ..*at };
            // Covers guides and, in a corner that was asked for, data.
            page.fill(ground, WHITE)?;
            block.draw(page, ground.left, ground.top)
        }
        Placement::Right(block) => {
            let bars: f64 = decor.bars.iter().map(|bar| bar.width).sum();
            block.draw(page, rect.right() + bars + LEGEND_GAP, rect.top)
        }
        Placement::Below(block) => {
            let label = decor.x_label.as_ref().map_or(0.0, |label| LABEL_GAP + label.height());
            let middle = rect.left + (rect.width - left_margin) / 2.0;
            let left = (middle - block.extent.0 / 2.0).max(rect.left - left_margin);
            block.draw(page, left, rect.bottom() + decor.x_depth + label + LEGEND_GAP)
        }
        Placement::Direct(labels) => {
            for (text, height, index) in labels {
                let color = view.entries[*index].end.map_or(DARK_GREY, |(_, color)| color);
                let at = (rect.right() + 4.0, rect.bottom() - height + centered(text));
                page.text(text, at, color.darker(0.1))?;
            }
            Ok(())
        }
    }
}
