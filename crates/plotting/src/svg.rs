//! The plotters backend that writes the SVG.
//!
//! Plotters has a backend of its own for SVG. It writes text as `<text>`, which every viewer sets
//! in a font of its choice, one element per shape, and no dashes; this one writes outlines, shared
//! definitions and dash patterns, all in whole numbers of a hundredth of a point.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Write;

use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind};

use crate::color::Color;
use crate::font::UNITS_PER_EM;
use crate::path::{PathData, simplified, without_redundant};
use crate::style::{Dash, Marker};
use crate::symbol;
use crate::text::{Placed, Text};

/// Units of the drawing per point. Plotters' coordinates are whole numbers; a hundredth of a point
/// cannot be seen.
pub(crate) const UNITS: f64 = 100.0;

/// Lines are simplified within this many units, a twentieth of the thinnest stroke.
const TOLERANCE: i64 = 3;

/// A length in points as whole units.
pub(crate) fn units(points: f64) -> i32 {
    (points * UNITS).round() as i32
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// An SVG under construction.
pub(crate) struct Canvas {
    size: (u32, u32),
    /// Shapes that are drawn more than once, by name.
    definitions: BTreeMap<String, PathData>,
    body: String,
    /// Strokes that wait for more of the same style.
    pending: Option<(String, PathData)>,
    /// The pattern of the next strokes; plotters' styles have none.
    pub(crate) dash: Dash,
    /// The name of the next filled shape.
    named: Option<String>,
}

/// Filling and edge of a marker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MarkerStyle {
    pub(crate) marker: Marker,
    /// Diameter in points.
    pub(crate) size: f64,
    pub(crate) fill: Option<Color>,
    pub(crate) edge: Option<Color>,
    /// Width of the edge, or of the strokes of a cross, in points.
    pub(crate) width: f64,
    pub(crate) opacity: f64,
}

impl Canvas {
    /// An empty drawing of this size in points.
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Canvas {
            size: (units(width).max(1) as u32, units(height).max(1) as u32),
            definitions: BTreeMap::new(),
            body: String::new(),
            pending: None,
            dash: Dash::Solid,
            named: None,
        }
    }

    /// The document, with a title and a description for readers who cannot see it.
    pub(crate) fn finish(&mut self, title: &str, description: &str) -> String {
        self.flush();
        let (width, height) = self.size;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             width=\"{}in\" height=\"{}in\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n",
            decimal(f64::from(width) / UNITS / 72.0),
            decimal(f64::from(height) / UNITS / 72.0),
        );
        for (tag, text) in [("title", title), ("desc", description)] {
            if !text.is_empty() {
                let _ = writeln!(svg, "<{tag}>{}</{tag}>", escape(text));
            }
        }
        svg.push_str("<defs>\n");
        for (id, path) in &self.definitions {
            let _ = writeln!(svg, "<path id=\"{id}\" d=\"{}\"/>", path.as_str());
        }
        let _ = write!(
            svg,
            "</defs>\n<path d=\"m0 0h{width}v{height}h-{width}z\" fill=\"#fff\"/>\n\
             <g fill=\"none\" stroke-linejoin=\"round\">\n{}</g>\n</svg>\n",
            self.body
        );
        svg
    }

    fn flush(&mut self) {
        if let Some((attributes, path)) = self.pending.take() {
            let _ = writeln!(self.body, "<path d=\"{}\"{attributes}/>", path.as_str());
        }
    }

    fn write(&mut self, element: &str) {
        self.flush();
        self.body.push_str(element);
        self.body.push('\n');
    }

    /// Adds an open or closed stroke; consecutive opaque strokes of one style become one path.
    fn stroke(&mut self, points: &[BackendCoord], closed: bool, color: BackendColor, width: u32) {
        let pattern: Vec<String> =
            self.dash.pattern().iter().map(|part| decimal((part * f64::from(width)).round())).collect();
        let mut attributes = format!(" stroke=\"{}\" stroke-width=\"{width}\"", paint(color));
        if !pattern.is_empty() {
            let _ = write!(attributes, " stroke-dasharray=\"{}\"", pattern.join(" "));
        }
        if color.alpha < 1.0 {
            let _ = write!(attributes, " stroke-opacity=\"{}\"", decimal(color.alpha));
        }
        if color.alpha < 1.0 || self.pending.as_ref().is_none_or(|(same, _)| *same != attributes) {
            self.flush();
        }
        let (_, path) = self.pending.get_or_insert_with(|| (attributes, PathData::default()));
        path.move_to(points[0]);
        points[1..].iter().for_each(|&point| path.line_to(point));
        if closed {
            path.close();
        }
    }

    fn fill(&mut self, corners: &[BackendCoord], color: BackendColor) {
        let mut path = PathData::default();
        path.polygon(corners);
        let opacity = opacity_attribute("fill-opacity", color.alpha);
        let end = self.end("path");
        self.write(&format!("<path d=\"{}\" fill=\"{}\"{opacity}{end}", path.as_str(), paint(color)));
    }

    /// Many rectangles of one colour as one shape, without seams between neighbours.
    pub(crate) fn cells(&mut self, color: Color, rectangles: &[[BackendCoord; 2]]) {
        let mut path = PathData::default();
        for [a, b] in rectangles {
            path.polygon(&[*a, (b.0, a.1), *b, (a.0, b.1)]);
        }
        self.write(&format!("<path d=\"{}\" fill=\"{}\" shape-rendering=\"crispEdges\"/>", path.as_str(), color.svg()));
    }

    /// Begins a group with attributes that say what it holds; a page that shows the drawing reads them.
    pub(crate) fn open(&mut self, attributes: &[(&str, &str)]) {
        let attributes: String =
            attributes.iter().map(|(name, value)| format!(" data-{name}=\"{}\"", escape(value))).collect();
        self.write(&format!("<g{attributes}>"));
    }

    /// Ends the group that was begun last.
    pub(crate) fn close(&mut self) {
        self.write("</g>");
    }

    /// What the next shape is called where a reader points at it.
    pub(crate) fn name(&mut self, name: &str) {
        self.flush();
        self.named = Some(escape(name));
    }

    /// Takes back a name that no shape has taken.
    pub(crate) fn forget_name(&mut self) {
        self.named = None;
    }

    /// The end of a shape that has begun, with its name if there is one.
    fn end(&mut self, tag: &str) -> String {
        match self.named.take() {
            Some(name) => format!("><title>{name}</title></{tag}>"),
            None => "/>".into(),
        }
    }

    /// Many markers of one style, each with the name that it has where there are names.
    pub(crate) fn markers(&mut self, style: MarkerStyle, centers: &[BackendCoord], names: &[String]) {
        let id = symbol::id(style.marker, units(style.size));
        self.definitions.entry(id.clone()).or_insert_with(|| symbol::outline(style.marker, units(style.size)));
        let mut group = String::from("<g");
        if let Some(fill) = style.fill {
            let _ = write!(group, " fill=\"{}\"", fill.svg());
        }
        if let Some(edge) = style.edge {
            let _ = write!(group, " stroke=\"{}\" stroke-width=\"{}\"", edge.svg(), units(style.width));
        }
        if style.opacity < 1.0 {
            group.push_str(&opacity_attribute("fill-opacity", style.opacity));
            group.push_str(&opacity_attribute("stroke-opacity", style.opacity));
        }
        group.push('>');
        for (index, (x, y)) in centers.iter().enumerate() {
            self.named = names.get(index).map(|name| escape(name));
            let end = self.end("use");
            let _ = write!(group, "<use xlink:href=\"#{id}\" x=\"{x}\" y=\"{y}\"{end}");
        }
        group.push_str("</g>");
        self.write(&group);
    }

    /// A text whose first baseline starts at `origin`; rotated, it runs upwards from there. A halo
    /// keeps it readable on top of lines.
    pub(crate) fn text(&mut self, text: &Text, origin: BackendCoord, color: Color, rotated: bool, halo: bool) {
        if text.glyphs.is_empty() {
            return;
        }
        let mut runs = String::new();
        for run in text.glyphs.chunk_by(|a, b| a.size == b.size && a.y == b.y) {
            self.run(run, origin, rotated, &mut runs);
        }
        let label = escape(&text.plain);
        if halo {
            // In font units, because the stroke is scaled with the glyphs.
            let width = (2.4 * UNITS_PER_EM / text.size).round();
            self.write(&format!(
                "<g fill=\"#fff\" stroke=\"#fff\" stroke-width=\"{}\" aria-hidden=\"true\">{runs}</g>",
                decimal(width)
            ));
        }
        self.write(&format!("<g fill=\"{}\" role=\"img\" aria-label=\"{label}\">{runs}</g>", color.svg()));
    }

    /// Glyphs of one size on one baseline.
    fn run(&mut self, run: &[Placed], origin: BackendCoord, rotated: bool, out: &mut String) {
        let scale = run[0].size * UNITS / UNITS_PER_EM;
        let (x, y) = (run[0].x * UNITS, run[0].y * UNITS);
        let (x0, y0) = (f64::from(origin.0), f64::from(origin.1));
        let scale_text = decimal(scale);
        let matrix = if rotated {
            format!("0 -{scale_text} -{scale_text} 0 {} {}", (x0 + y).round(), (y0 - x).round())
        } else {
            format!("{scale_text} 0 0 -{scale_text} {} {}", (x0 + x).round(), (y0 + y).round())
        };
        let _ = write!(out, "<g transform=\"matrix({matrix})\">");
        for placed in run {
            let outline = placed.glyph.outline();
            if outline.as_str().is_empty() {
                continue;
            }
            let id = placed.glyph.id();
            let shift = ((placed.x - run[0].x) * UNITS / scale).round() as i64;
            let _ = match shift {
                0 => write!(out, "<use xlink:href=\"#{id}\"/>"),
                _ => write!(out, "<use xlink:href=\"#{id}\" x=\"{shift}\"/>"),
            };
            self.definitions.entry(id).or_insert(outline);
        }
        out.push_str("</g>");
    }
}

impl DrawingBackend for Canvas {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.fill(&[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], color);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S, fill: bool) -> Drawn {
        let corners = [a, (b.0, a.1), b, (a.0, b.1)];
        if fill {
            self.fill(&corners, style.color());
        } else {
            self.stroke(&corners, true, style.color(), style.stroke_width());
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let points = simplified(&without_redundant(path), TOLERANCE);
        if points.len() >= 2 {
            let closed = points.len() > 3 && points.first() == points.last();
            let end = if closed { points.len() - 1 } else { points.len() };
            self.stroke(&points[..end], closed, style.color(), style.stroke_width());
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, at: BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        let color = style.color();
        let opaque = Color::rgb(color.rgb.0, color.rgb.1, color.rgb.2);
        let style = MarkerStyle {
            marker: Marker::Circle,
            size: 2.0 * f64::from(radius) / UNITS,
            fill: fill.then_some(opaque),
            edge: (!fill).then_some(opaque),
            width: f64::from(style.stroke_width()) / UNITS,
            opacity: color.alpha,
        };
        self.markers(style, &[at], &[]);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, corners: I, style: &S) -> Drawn {
        let corners = simplified(&without_redundant(corners), TOLERANCE);
        if corners.len() >= 3 {
            self.fill(&corners, style.color());
        }
        Ok(())
    }
}

fn paint(color: BackendColor) -> String {
    Color::rgb(color.rgb.0, color.rgb.1, color.rgb.2).svg()
}

fn opacity_attribute(name: &str, opacity: f64) -> String {
    if opacity < 1.0 { format!(" {name}=\"{}\"", decimal(opacity)) } else { String::new() }
}

/// A number with at most five decimals and no trailing zeros.
fn decimal(value: f64) -> String {
    let text = format!("{value:.5}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// Text with the characters that XML reserves replaced, and without those that it forbids.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if character.is_control() => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::Weight;

    #[test]
    fn strokes_of_one_style_share_a_path() {
        let mut canvas = Canvas::new(10.0, 10.0);
        let black = BackendColor { alpha: 1.0, rgb: (0, 0, 0) };
        canvas.draw_path([(0, 0), (10, 0)], &black).unwrap();
        canvas.draw_path([(0, 5), (10, 5)], &black).unwrap();
        canvas.dash = Dash::Dotted;
        canvas.draw_path([(0, 9), (10, 9)], &black).unwrap();
        let svg = canvas.finish("", "");
        assert_eq!(svg.matches("<path d=").count(), 3, "{svg}");
        assert!(svg.contains("m0 0h10m-10 5h10"), "{svg}");
        assert!(svg.contains("stroke-dasharray=\"1 2\""), "{svg}");
    }

    #[test]
    fn glyphs_are_defined_once() {
        let mut canvas = Canvas::new(100.0, 100.0);
        canvas.text(&Text::new("aaa", 8.0, Weight::Regular), (0, 0), Color::hex(0), false, true);
        let svg = canvas.finish("a <title>", "");
        assert_eq!(svg.matches("<path id=").count(), 1);
        assert_eq!(svg.matches("<use").count(), 6);
        assert!(svg.contains("<title>a &lt;title&gt;</title>"));
    }

    #[test]
    fn numbers_have_no_trailing_zeros() {
        assert_eq!(decimal(7.0), "7");
        assert_eq!(decimal(0.390625), "0.39062");
        assert_eq!(decimal(100.0), "100");
    }

    #[test]
    fn forbidden_characters_do_not_reach_the_file() {
        assert_eq!(escape("a\u{0}b\u{1b}\n\"<&"), "ab &quot;&lt;&amp;");
    }
}
