//! The outlines of markers.

use crate::path::PathData;
use crate::style::Marker;

/// A name that says shape and size, so that the same name is the same outline in every figure.
pub(crate) fn id(marker: Marker, size: i32) -> String {
    let name = match marker {
        Marker::Circle => "circle",
        Marker::Square => "square",
        Marker::Triangle => "triangle",
        Marker::TriangleDown => "nabla",
        Marker::Diamond => "diamond",
        Marker::Star => "star",
        Marker::Plus => "plus",
        Marker::Cross => "cross",
        Marker::Dash => "dash",
        Marker::Bar => "bar",
    };
    format!("{name}{size}")
}

/// The outline around the origin, y downwards, for a marker of this diameter. Areas are alike, so
/// that no shape looks more important than another.
pub(crate) fn outline(marker: Marker, size: i32) -> PathData {
    let radius = f64::from(size) / 2.0;
    let mut path = PathData::default();
    let at = |x: f64, y: f64| ((x * radius).round() as i32, (y * radius).round() as i32);
    let mut corners = |points: &[(f64, f64)]| path.polygon(&points.iter().map(|&(x, y)| at(x, y)).collect::<Vec<_>>());
    match marker {
        Marker::Circle => return circle(radius),
        Marker::Square => corners(&[(-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)]),
        Marker::Diamond => corners(&[(0.0, -1.3), (1.15, 0.0), (0.0, 1.3), (-1.15, 0.0)]),
        Marker::Triangle => corners(&[(0.0, -1.25), (1.16, 0.8), (-1.16, 0.8)]),
        Marker::TriangleDown => corners(&[(0.0, 1.25), (1.16, -0.8), (-1.16, -0.8)]),
        Marker::Star => corners(&STAR.map(|(x, y)| (1.7 * x, 1.7 * y))),
        Marker::Plus => return strokes(at(1.15, 0.0), at(0.0, 1.15)),
        Marker::Cross => return strokes(at(0.95, 0.95), at(0.95, -0.95)),
        Marker::Dash => return strokes(at(1.0, 0.0), (0, 0)),
        Marker::Bar => return strokes(at(0.0, 1.0), (0, 0)),
    }
    path
}

/// The corners of a five-pointed star with unit outer radius and inner radius 0.42, from the upper
/// tip on.
const STAR: [(f64, f64); 10] = [
    (0.0, -1.0),
    (0.24687, -0.33979),
    (0.95106, -0.30902),
    (0.39944, 0.12979),
    (0.58779, 0.80902),
    (0.0, 0.42),
    (-0.58779, 0.80902),
    (-0.39944, 0.12979),
    (-0.95106, -0.30902),
    (-0.24687, -0.33979),
];

/// A circle of eight quadratic arcs, within 0.03 % of the radius. Quadratic because the renderer's
/// cubic curves and elliptic arcs go through functions of the platform.
fn circle(radius: f64) -> PathData {
    const DIAGONAL: f64 = std::f64::consts::FRAC_1_SQRT_2;
    /// The tangent of 22.5 degrees.
    const TANGENT: f64 = std::f64::consts::SQRT_2 - 1.0;
    let at = |x: f64, y: f64| ((x * radius).round() as i32, (y * radius).round() as i32);
    let mut path = PathData::default();
    path.move_to(at(1.0, 0.0));
    // One eighth of the circle per step, turned by 90 degrees after every two.
    let (mut cos, mut sin) = (1.0, 0.0);
    for _ in 0..4 {
        let turned = |x: f64, y: f64| at(x * cos - y * sin, x * sin + y * cos);
        path.quad_to(turned(1.0, TANGENT), turned(DIAGONAL, DIAGONAL));
        path.quad_to(turned(TANGENT, 1.0), turned(0.0, 1.0));
        (cos, sin) = (-sin, cos);
    }
    path.close();
    path
}

/// Two strokes through the origin, each from minus its end to its end; one with length zero is left
/// out.
fn strokes(first: (i32, i32), second: (i32, i32)) -> PathData {
    let mut path = PathData::default();
    for (x, y) in [first, second] {
        if (x, y) != (0, 0) {
            path.move_to((-x, -y));
            path.line_to((x, y));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circle_is_closed_and_round() {
        let path = circle(1000.0);
        assert!(path.as_str().starts_with("m1000 0q0 414-293 707"), "{}", path.as_str());
        assert!(path.as_str().ends_with('z'));
        assert_eq!(path.as_str().matches('q').count(), 8);
    }

    #[test]
    fn star_corners_lie_on_two_circles() {
        for (index, (x, y)) in STAR.into_iter().enumerate() {
            let radius = if index % 2 == 0 { 1.0 } else { 0.42 };
            assert!(((x * x + y * y).sqrt() - radius).abs() < 1e-4, "corner {index}");
        }
    }

    #[test]
    fn crosses_have_two_strokes() {
        for marker in [Marker::Plus, Marker::Cross] {
            assert_eq!(outline(marker, 400).as_str().matches('m').count(), 2);
        }
        assert_eq!(outline(Marker::Dash, 400).as_str(), "m-200 0h400");
    }
}
