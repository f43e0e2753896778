//! From shapes to plotters: its drawing areas translate places to units, its elements reach the
//! backend.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::DrawingArea;
use plotters::element::{Drawable, PathElement, PointCollection, Polygon, Rectangle};
use plotters::style::{RGBAColor, ShapeStyle};
use plotters_backend::{BackendCoord, DrawingErrorKind};

use crate::color::Color;
use crate::marks::kind::{ERROR_WIDTH, Frame, Handle, LINE_WIDTH, MARKER_SIZE};
use crate::place::Rect;
use crate::scale::Place;
use crate::shape::{Drawn, Layer, Point, Shape};
use crate::style::Dash;
use crate::svg::{Canvas, MarkerStyle, units};
use crate::text::Text;

/// A series of more markers than this is a cloud, in which a reader points at no single one.
const MOST_NAMES: usize = 60;

type Outcome = std::result::Result<(), DrawingErrorKind<std::convert::Infallible>>;

/// The whole drawing, with places in points from the top left corner.
pub(crate) struct Page {
    area: DrawingArea<Canvas, Shift>,
    canvas: Rc<RefCell<Canvas>>,
}

/// The inside of a panel, with places from 0 to 1 from the bottom left corner.
pub(crate) struct Plot {
    area: DrawingArea<Canvas, Cartesian2d<Place, Place>>,
    /// Where the panel is on the page, in points.
    rect: Rect,
    canvas: Rc<RefCell<Canvas>>,
}

impl Page {
    pub(crate) fn new(canvas: &Rc<RefCell<Canvas>>) -> Self {
        Page { area: DrawingArea::from(canvas), canvas: Rc::clone(canvas) }
    }

    /// Draws something as a group with attributes that say what it is.
    pub(crate) fn group(&self, attributes: &[(&str, &str)], draw: impl FnOnce() -> Result<()>) -> Result<()> {
        self.canvas.borrow_mut().open(attributes);
        draw()?;
        self.canvas.borrow_mut().close();
        Ok(())
    }

    /// The inside of a panel at this rectangle.
    pub(crate) fn plot(&self, rect: Rect) -> Plot {
        let start = (units(rect.left), units(rect.top));
        let size = (units(rect.width), units(rect.height));
        let area = self.area.clone().shrink(start, size);
        let (x, y) = area.get_pixel_range();
        // The vertical coordinate grows upwards.
        let coordinate = Cartesian2d::new(Place, Place, (x, y.end..y.start));
        Plot { area: area.apply_coord_spec(coordinate), rect, canvas: Rc::clone(&self.canvas) }
    }

    fn draw<'a, E>(&self, element: &'a E) -> Result<()>
    where
        E: Drawable<Canvas>,
        &'a E: PointCollection<'a, BackendCoord>,
    {
        self.area.draw(element).map_err(|error| anyhow!("drawing failed: {error}"))
    }

    /// A straight or broken line.
    pub(crate) fn line(&self, points: &[(f64, f64)], color: Color, width: f64) -> Result<()> {
        let points: Vec<BackendCoord> = points.iter().map(|&(x, y)| (units(x), units(y))).collect();
        self.draw(&PathElement::new(points, stroke(color, width, 1.0)))
    }

    /// A rectangle that lets something of what is below shine through.
    pub(crate) fn shade(&self, rect: Rect, color: Color, opacity: f64) -> Result<()> {
        self.draw(&Rectangle::new(corners(rect), fill(color, opacity)))
    }

    /// A filled rectangle.
    pub(crate) fn fill(&self, rect: Rect, color: Color) -> Result<()> {
        self.draw(&Rectangle::new(corners(rect), fill(color, 1.0)))
    }

    /// A text whose first baseline starts at the place.
    pub(crate) fn text(&self, text: &Text, (x, y): (f64, f64), color: Color) -> Result<()> {
        let at = [(units(x), units(y))];
        self.draw(&Label { text, at, color, rotated: false, halo: false })
    }

    /// A text that runs upwards, with its first baseline starting at the place.
    pub(crate) fn rotated_text(&self, text: &Text, (x, y): (f64, f64), color: Color) -> Result<()> {
        let at = [(units(x), units(y))];
        self.draw(&Label { text, at, color, rotated: true, halo: false })
    }

    /// A text inside a box of exactly its size, upright or rotated, with or without a halo.
    pub(crate) fn text_in(&self, text: &Text, rect: Rect, color: Color, rotated: bool, halo: bool) -> Result<()> {
        let (x, y) =
            if rotated { (rect.left + text.ascent, rect.bottom()) } else { (rect.left, rect.top + text.ascent) };
        self.draw(&Label { text, at: [(units(x), units(y))], color, rotated, halo })
    }

    /// The sample of a mark in a legend.
    pub(crate) fn handle(&self, handle: &Handle, rect: Rect) -> Result<()> {
        let middle = rect.top + rect.height / 2.0;
        let center = rect.left + rect.width / 2.0;
        match handle {
            Handle::Line(style) => {
                let points = [rect.left, rect.right()].map(|x| (units(x), units(middle)));
                let width = style.width.unwrap_or(LINE_WIDTH);
                let path = PathElement::new(points, stroke(style.color, width, style.opacity));
                self.draw(&Dashed { path, dash: style.dash })
            }
            Handle::Marker(style) => {
                self.draw(&Markers { centers: vec![(units(center), units(middle))], style: *style, names: Vec::new() })
            }
            Handle::ErrorBar(color) => {
                let half = (0.5 * rect.height + 0.6).max(MARKER_SIZE * 0.9);
                self.line(&[(center, middle - half), (center, middle + half)], *color, ERROR_WIDTH)
            }
            Handle::Patch { color, opacity, outlined } => {
                let inner = Rect { left: rect.left + 0.12 * rect.width, width: 0.76 * rect.width, ..rect };
                if *opacity > 0.0 {
                    self.draw(&Rectangle::new(corners(inner), fill(*color, *opacity)))?;
                }
                if *outlined {
                    self.draw(&Rectangle::new(corners(inner), stroke(*color, 0.8, 1.0)))?;
                }
                Ok(())
            }
        }
    }
}

impl Plot {
    fn draw<'a, E>(&self, element: &'a E) -> Result<()>
    where
        E: Drawable<Canvas>,
        &'a E: PointCollection<'a, Point>,
    {
        self.area.draw(element).map_err(|error| anyhow!("drawing failed: {error}"))
    }

    /// Draws a shape. Bars and, unless there are very many, markers carry their values, read back from their places.
    pub(crate) fn shape(&self, drawn: &Drawn, frame: &Frame) -> Result<()> {
        match &drawn.shape {
            Shape::Line { points, color, width, dash, opacity } => {
                let path = PathElement::new(points.clone(), stroke(*color, *width, *opacity));
                self.draw(&Dashed { path, dash: *dash })
            }
            Shape::Area { corners, color, opacity } => {
                if drawn.layer == Layer::Bar {
                    self.canvas.borrow_mut().name(&frame.value_of_bar(corners));
                }
                let drawn = self.draw(&Polygon::new(corners.clone(), fill(*color, *opacity)));
                // A bar that is too low to be drawn leaves its name to no other.
                self.canvas.borrow_mut().forget_name();
                drawn
            }
            Shape::Cells { rectangles, color } => {
                self.draw(&Cells { corners: rectangles.as_flattened().to_vec(), color: *color })
            }
            Shape::Markers { centers, style } => {
                let has_names = drawn.layer == Layer::Marker && centers.len() <= MOST_NAMES;
                let names =
                    if has_names { centers.iter().map(|&at| frame.values_at(at)).collect() } else { Vec::new() };
                self.draw(&Markers { centers: centers.clone(), style: *style, names })
            }
            Shape::Arrow { from, to, color, width } => self.arrow(*from, *to, *color, *width),
        }
    }

    /// A line that ends in a filled head.
    fn arrow(&self, from: Point, to: Point, color: Color, width: f64) -> Result<()> {
        let Rect { width: w, height: h, .. } = self.rect;
        // In points, where directions and lengths are those seen.
        let step = ((to.0 - from.0) * w, (to.1 - from.1) * h);
        let length = (step.0 * step.0 + step.1 * step.1).sqrt();
        if length == 0.0 {
            return Ok(());
        }
        let along = (step.0 / length, step.1 / length);
        let head = (3.0 + 1.6 * width).min(length);
        let half = 0.38 * head;
        let place = |back: f64, side: f64| {
            (to.0 + (-back * along.0 - side * along.1) / w, to.1 + (-back * along.1 + side * along.0) / h)
        };
        let line = PathElement::new(vec![from, place(0.8 * head, 0.0)], stroke(color, width, 1.0));
        self.draw(&Dashed { path: line, dash: Dash::Solid })?;
        self.draw(&Polygon::new(vec![to, place(head, half), place(head, -half)], fill(color, 1.0)))
    }
}

fn corners(rect: Rect) -> [BackendCoord; 2] {
    [(units(rect.left), units(rect.top)), (units(rect.right()), units(rect.bottom()))]
}

fn rgba(color: Color, opacity: f64) -> RGBAColor {
    RGBAColor(color.red, color.green, color.blue, opacity)
}

fn stroke(color: Color, width: f64, opacity: f64) -> ShapeStyle {
    ShapeStyle { color: rgba(color, opacity), filled: false, stroke_width: units(width).max(1) as u32 }
}

fn fill(color: Color, opacity: f64) -> ShapeStyle {
    ShapeStyle { color: rgba(color, opacity), filled: true, stroke_width: 0 }
}

/// A path with a dash pattern, which plotters' styles do not have.
struct Dashed<C> {
    path: PathElement<C>,
    dash: Dash,
}

impl<'a, C> PointCollection<'a, C> for &'a Dashed<C> {
    type Point = &'a C;
    type IntoIter = &'a [C];

    fn point_iter(self) -> &'a [C] {
        self.path.point_iter()
    }
}

impl<C> Drawable<Canvas> for Dashed<C> {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, points: I, canvas: &mut Canvas, size: (u32, u32)) -> Outcome {
        canvas.dash = self.dash;
        let outcome = self.path.draw(points, canvas, size);
        canvas.dash = Dash::Solid;
        outcome
    }
}

/// Markers of one style.
struct Markers<C> {
    centers: Vec<C>,
    style: MarkerStyle,
    names: Vec<String>,
}

impl<'a, C> PointCollection<'a, C> for &'a Markers<C> {
    type Point = &'a C;
    type IntoIter = &'a [C];

    fn point_iter(self) -> &'a [C] {
        &self.centers
    }
}

impl<C> Drawable<Canvas> for Markers<C> {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, points: I, canvas: &mut Canvas, _: (u32, u32)) -> Outcome {
        canvas.markers(self.style, &points.collect::<Vec<_>>(), &self.names);
        Ok(())
    }
}

/// Rectangles of one colour, each given by two corners.
struct Cells {
    corners: Vec<Point>,
    color: Color,
}

impl<'a> PointCollection<'a, Point> for &'a Cells {
    type Point = &'a Point;
    type IntoIter = &'a [Point];

    fn point_iter(self) -> &'a [Point] {
        &self.corners
    }
}

impl Drawable<Canvas> for Cells {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, points: I, canvas: &mut Canvas, _: (u32, u32)) -> Outcome {
        let points: Vec<BackendCoord> = points.collect();
        let rectangles: Vec<[BackendCoord; 2]> = points.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
        canvas.cells(self.color, &rectangles);
        Ok(())
    }
}

/// A text in outlines.
struct Label<'t> {
    text: &'t Text,
    at: [BackendCoord; 1],
    color: Color,
    rotated: bool,
    halo: bool,
}

impl<'a> PointCollection<'a, BackendCoord> for &'a Label<'_> {
    type Point = &'a BackendCoord;
    type IntoIter = &'a [BackendCoord];

    fn point_iter(self) -> &'a [BackendCoord] {
        &self.at
    }
}

impl Drawable<Canvas> for Label<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, mut points: I, canvas: &mut Canvas, _: (u32, u32)) -> Outcome {
        if let Some(origin) = points.next() {
            canvas.text(self.text, origin, self.color, self.rotated, self.halo);
        }
        Ok(())
    }
}
