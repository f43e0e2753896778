//! Draws a laid-out figure.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::Result;

use crate::characters;
use crate::check::check;
use crate::color::{DARK_GREY, WHITE};
use crate::draw::Page;
use crate::figure::Figure;
use crate::font::Weight;
use crate::frame::{self, centered};
use crate::layout::{Layout, Placed, layout};
use crate::legend::Legend;
use crate::place::Rect;
use crate::placement::Placement;
use crate::svg::{Canvas, units};
use crate::text::Text;
use crate::view::{LABEL_GAP, LEGEND_GAP};

impl Figure {
    /// The figure as an SVG document: the same bytes for the same figure on every machine.
    ///
    /// # Errors
    ///
    /// Names the panel and the series for mistakes in the program (columns of different lengths, a refinement without
    /// its mark, a range that runs backwards), for characters that the embedded font lacks, and for panels that have no
    /// room. Values are never an error: what is not finite is [left out](Figure::left_out).
    pub fn svg(&self) -> Result<String> {
        check(self)?;
        let layout = layout(self)?;
        check_characters(self, &layout)?;
        let canvas = Rc::new(RefCell::new(Canvas::new(layout.size.0, layout.size.1)));
        draw(&layout, &Page::new(&canvas))?;
        let svg = canvas.borrow_mut().finish(&plain(&self.title), &plain(&self.caption));
        Ok(svg)
    }
}

/// An error if a text needs a character that the embedded font lacks, and would be drawn as an empty box.
fn check_characters(figure: &Figure, layout: &Layout) -> Result<()> {
    characters::check("the figure", &figure.title, Weight::Bold)?;
    if figure.caption_is_drawn {
        characters::check("the caption", &figure.caption, Weight::Regular)?;
    }
    for Placed { view, .. } in &layout.panels {
        let name = view.panel.name(&view.letter);
        characters::check(&name, &view.letter, Weight::Bold)?;
        for text in view.labels() {
            characters::check(&name, text, Weight::Regular)?;
        }
    }
    Ok(())
}

/// Markup without its braces.
fn plain(markup: &str) -> String {
    Text::new(markup, 1.0, Weight::Regular).plain
}

fn draw(layout: &Layout, page: &Page) -> Result<()> {
    let left = 4.0;
    if let Some((title, baseline)) = &layout.title {
        page.text(title, (left, *baseline), DARK_GREY)?;
    }
    for placed in &layout.panels {
        let about = about(placed);
        let about: Vec<(&str, &str)> = about.iter().map(|(name, value)| (*name, value.as_str())).collect();
        page.group(&about, || panel(layout, placed, page))?;
    }
    if let Some((block, left, top)) = &layout.legend {
        block.draw(page, *left, *top)?;
    }
    if let Some((caption, baseline)) = &layout.caption {
        page.text(caption, (left, *baseline), DARK_GREY)?;
    }
    Ok(())
}

/// What a page needs to know of a panel: its name, its scales, where it is, and which claims it is about.
fn about(placed: &Placed) -> Vec<(&'static str, String)> {
    let Placed { view, decor, rect, left_margin, right_margin } = placed;
    let corner = (rect.left - left_margin, rect.top - decor.margins.top);
    // A title may be wider than its panel.
    let title = decor.title.as_ref().map_or(0.0, |title| title.width);
    let letter = decor.letter.as_ref().map_or(0.0, |letter| letter.width + 0.5 * letter.size);
    let right = (rect.width + right_margin).max(letter + title);
    let size = (left_margin + right, decor.margins.top + rect.height + decor.margins.bottom);
    let places = |places: [f64; 4]| places.map(|place| units(place).to_string()).join(" ");
    let mut about = vec![
        ("panel", view.letter.clone()),
        ("title", plain(&view.panel.title)),
        ("x", view.frame.x.as_data()),
        ("x-label", plain(&view.panel.x.label)),
        ("y", view.frame.y.as_data()),
        ("y-label", plain(&view.panel.y.label)),
        ("frame", places([rect.left, rect.top, rect.width, rect.height])),
        ("box", places([corner.0, corner.1, size.0, size.1])),
    ];
    let claims = view.panel.claims_of("");
    if !claims.is_empty() {
        about.push(("claims", claims));
    }
    about
}

fn panel(layout: &Layout, placed: &Placed, page: &Page) -> Result<()> {
    let Placed { view, decor, rect, .. } = placed;
    let plot = page.plot(*rect);
    let mut at = 0;
    for run in view.series.chunk_by(|a, b| a == b) {
        let shapes = &view.shapes[at..at + run.len()];
        at += run.len();
        let draw = || shapes.iter().try_for_each(|shape| plot.shape(shape, &view.frame));
        if run[0].is_empty() {
            draw()?;
        } else {
            let (label, claims) = (plain(&run[0]), view.panel.claims_of(&run[0]));
            let mut attributes = vec![("series", label.as_str())];
            if !claims.is_empty() {
                attributes.push(("claims", claims.as_str()));
            }
            page.group(&attributes, draw)?;
        }
    }
    let in_corner = match &decor.legend {
        Placement::Inside(_, legend) if view.panel.legend != Legend::Best => Some(*legend),
        _ => None,
    };
    let (texts, _) = view.place_texts((rect.width, rect.height), &layout.sizes, in_corner);
    for text in texts {
        let at = Rect { left: rect.left + text.rect.left, top: rect.top + text.rect.top, ..text.rect };
        page.text_in(&text.text, at, text.wanted.color, text.rotated, text.wanted.halo)?;
    }
    legend(placed, page)?;
    // Above the white grounds of texts and legend.
    frame::draw(placed, page)
}

fn legend(placed: &Placed, page: &Page) -> Result<()> {
    let Placed { view, decor, rect, left_margin, right_margin } = placed;
    match &decor.legend {
        Placement::None => Ok(()),
        Placement::Inside(block, at) => {
            let ground = Rect { left: rect.left + at.left, top: rect.top + at.top, ..*at };
            // Covers guides and, in a corner that was asked for, data.
            page.shade(ground, WHITE, 0.8)?;
            block.draw(page, ground.left, ground.top)
        }
        Placement::Right(block) => {
            let bars: f64 = decor.bars.iter().map(|bar| bar.width).sum();
            block.draw(page, rect.right() + bars + LEGEND_GAP, rect.top)
        }
        Placement::Below(block) => {
            let label = decor.x_label.as_ref().map_or(0.0, |label| LABEL_GAP + label.height());
            let room = left_margin + rect.width + right_margin;
            let left = rect.left - left_margin + ((room - block.extent.0) / 2.0).max(0.0);
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
