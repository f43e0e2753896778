//! The drawing as PDF, for LaTeX.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{LineCapStyle, LineJoinStyle};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};
use resvg::tiny_skia::{PathSegment, Transform};
use resvg::usvg::{Fill, FillRule, Group, LineCap, LineJoin, Node, Options, Paint, Path, Stroke, Tree};

/// PDF's points in a pixel of SVG.
const POINTS: f32 = 0.75;

/// One page of exactly the size of the SVG, all of it as paths. The same SVG gives the same bytes on every machine: no
/// font, clock or platform function takes part, and the file holds no date.
///
/// # Errors
///
/// When the text is no SVG, or holds what drawings of this crate do not: images, texts in fonts, gradients.
pub fn pdf(svg: &str, title: &str) -> Result<Vec<u8>> {
    let tree = Tree::from_str(svg, &Options::default()).context("reading the SVG")?;
    let size = tree.size();
    // The vertical coordinate of PDF grows upwards.
    let page = Transform::from_row(POINTS, 0.0, 0.0, -POINTS, 0.0, POINTS * size.height());
    let mut writer = Writer { content: Content::new(), page, opacities: BTreeMap::new() };
    writer.group(tree.root())?;
    Ok(writer.document(POINTS * size.width(), POINTS * size.height(), title))
}

struct Writer {
    content: Content,
    page: Transform,
    /// The pairs of opacities (of fillings and of strokes, in hundredths) that are used, with their numbers.
    opacities: BTreeMap<(u16, u16), i32>,
}

impl Writer {
    fn group(&mut self, group: &Group) -> Result<()> {
        for node in group.children() {
            match node {
                Node::Group(group) if group.opacity().get() == 1.0 && group.clip_path().is_none() => {
                    self.group(group)?
                }
                Node::Path(path) => self.path(path)?,
                _ => bail!("the drawing holds something else than paths"),
            }
        }
        Ok(())
    }

    fn path(&mut self, path: &Path) -> Result<()> {
        let to_page = path.abs_transform().post_concat(self.page);
        self.content.save_state();
        let opacity = |opacity: f32| (100.0 * opacity).round() as u16;
        let opacities = (
            path.fill().map_or(100, |fill| opacity(fill.opacity().get())),
            path.stroke().map_or(100, |stroke| opacity(stroke.opacity().get())),
        );
        if opacities != (100, 100) {
            let next = self.opacities.len() as i32;
            let number = *self.opacities.entry(opacities).or_insert(next);
            self.content.set_parameters(Name(format!("o{number}").as_bytes()));
        }
        if let Some(fill) = path.fill() {
            let [r, g, b] = color(fill.paint())?;
            self.content.set_fill_rgb(r, g, b);
        }
        if let Some(stroke) = path.stroke() {
            self.stroke(stroke, scale(to_page))?;
        }
        self.outline(path, to_page);
        self.paint(path.fill(), path.stroke().is_some());
        self.content.restore_state();
        Ok(())
    }

    fn stroke(&mut self, stroke: &Stroke, scale: f32) -> Result<()> {
        let [r, g, b] = color(stroke.paint())?;
        self.content.set_stroke_rgb(r, g, b);
        self.content.set_line_width(rounded(scale * stroke.width().get()));
        self.content.set_line_cap(match stroke.linecap() {
            LineCap::Butt => LineCapStyle::ButtCap,
            LineCap::Round => LineCapStyle::RoundCap,
            LineCap::Square => LineCapStyle::ProjectingSquareCap,
        });
        self.content.set_line_join(match stroke.linejoin() {
            LineJoin::Round => LineJoinStyle::RoundJoin,
            LineJoin::Bevel => LineJoinStyle::BevelJoin,
            LineJoin::Miter | LineJoin::MiterClip => LineJoinStyle::MiterJoin,
        });
        if let Some(pattern) = stroke.dasharray() {
            self.content.set_dash_pattern(pattern.iter().map(|part| rounded(scale * part)), 0.0);
        }
        Ok(())
    }

    fn outline(&mut self, path: &Path, to_page: Transform) {
        let at = |mut point: resvg::tiny_skia::Point| {
            to_page.map_point(&mut point);
            (rounded(point.x), rounded(point.y))
        };
        // PDF has cubic curves only.
        let mut last = (0.0, 0.0);
        for segment in path.data().segments() {
            match segment {
                PathSegment::MoveTo(point) => {
                    last = at(point);
                    self.content.move_to(last.0, last.1);
                }
                PathSegment::LineTo(point) => {
                    last = at(point);
                    self.content.line_to(last.0, last.1);
                }
                PathSegment::QuadTo(control, point) => {
                    let ((cx, cy), end) = (at(control), at(point));
                    let near = |end: f32, control: f32| rounded(end + 2.0 * (control - end) / 3.0);
                    let first = (near(last.0, cx), near(last.1, cy));
                    self.content.cubic_to(first.0, first.1, near(end.0, cx), near(end.1, cy), end.0, end.1);
                    last = end;
                }
                PathSegment::CubicTo(one, two, point) => {
                    let ((ax, ay), (bx, by), end) = (at(one), at(two), at(point));
                    self.content.cubic_to(ax, ay, bx, by, end.0, end.1);
                    last = end;
                }
                PathSegment::Close => {
                    self.content.close_path();
                }
            }
        }
    }

    fn paint(&mut self, fill: Option<&Fill>, stroked: bool) {
        match (fill.map(Fill::rule), stroked) {
            (None, true) => self.content.stroke(),
            (None, false) => self.content.end_path(),
            (Some(FillRule::NonZero), false) => self.content.fill_nonzero(),
            (Some(FillRule::EvenOdd), false) => self.content.fill_even_odd(),
            (Some(FillRule::NonZero), true) => self.content.fill_nonzero_and_stroke(),
            (Some(FillRule::EvenOdd), true) => self.content.fill_even_odd_and_stroke(),
        };
    }

    fn document(self, width: f32, height: f32, title: &str) -> Vec<u8> {
        let [catalog, pages, page, content, info] = [1, 2, 3, 4, 5].map(Ref::new);
        let opacity = |number: i32| Ref::new(6 + number);
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(pages);
        pdf.pages(pages).kids([page]).count(1);
        let mut leaf = pdf.page(page);
        leaf.media_box(Rect::new(0.0, 0.0, rounded(width), rounded(height))).parent(pages).contents(content);
        let mut resources = leaf.resources();
        let mut states = resources.ext_g_states();
        for number in self.opacities.values() {
            states.pair(Name(format!("o{number}").as_bytes()), opacity(*number));
        }
        states.finish();
        resources.finish();
        leaf.finish();
        for ((fill, stroke), number) in &self.opacities {
            let mut state = pdf.ext_graphics(opacity(*number));
            state.non_stroking_alpha(f32::from(*fill) / 100.0).stroking_alpha(f32::from(*stroke) / 100.0);
        }
        let stream = compress_to_vec_zlib(&self.content.finish(), 9);
        pdf.stream(content, &stream).filter(Filter::FlateDecode);
        pdf.document_info(info).title(TextStr(title));
        pdf.finish()
    }
}

fn color(paint: &Paint) -> Result<[f32; 3]> {
    match paint {
        Paint::Color(color) => Ok([color.red, color.green, color.blue].map(|part| f32::from(part) / 255.0)),
        _ => bail!("the drawing holds a gradient or a pattern"),
    }
}

/// To a thousandth of a point, more than can be seen.
fn rounded(points: f32) -> f32 {
    (1000.0 * points).round() / 1000.0
}

/// How much longer lengths become; drawings are scaled alike in both directions.
fn scale(to_page: Transform) -> f32 {
    (to_page.sx * to_page.sx + to_page.ky * to_page.ky).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_the_size_of_the_drawing() {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='2in' height='1in'>\
                   <path d='m1 1h9q3 0 3 3z' fill='#f00' fill-opacity='.25' stroke='#000' stroke-dasharray='2 1'/></svg>";
        let file = pdf(svg, "A title").unwrap();
        assert_eq!(file, pdf(svg, "A title").unwrap());
        let text = String::from_utf8_lossy(&file);
        assert!(text.starts_with("%PDF-1.7") && text.contains("/MediaBox [0 0 144 72]"), "{text}");
        assert!(text.contains("/ca 0.25") && text.contains("A title") && !text.contains("Date"), "{text}");
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let clipped = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><clipPath id='c'><path d='m0 0h3v3z'/>\
                       </clipPath><g clip-path='url(#c)'><path d='m0 0h9v9z'/></g></svg>";
        assert!(pdf(clipped, "").is_err());
        assert!(pdf("no drawing", "").is_err());
    }
}
