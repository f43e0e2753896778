//! Curves draw the same marks as their parts one by one.

use numerics::Curve;
use plotting::*;

/// The drawing without the groups that say what belongs together: a curve's band has the name of the curve.
fn svg(panel: Panel) -> String {
    let svg = Figure::new().row([panel]).svg().unwrap();
    let drawn = svg.lines().filter(|line| !line.starts_with("<g data-") && *line != "</g>");
    drawn.collect::<Vec<_>>().join("\n")
}

const X: [f64; 3] = [1.0, 2.0, 3.0];
const MIDDLE: [f64; 3] = [3.0, 2.0, 2.5];
const LOW: [f64; 3] = [2.0, 1.5, 2.0];
const HIGH: [f64; 3] = [4.0, 2.5, 3.5];

fn curve() -> Curve {
    Curve::new(X, MIDDLE).between(LOW, HIGH)
}

#[test]
fn a_curve_is_a_band_and_a_line() {
    let style = Style::color(BLUE).dashed();
    let parts = Panel::new("").band(X, LOW, HIGH, BLUE).line("c", X, MIDDLE, style);
    assert_eq!(svg(Panel::new("").curve("c", curve(), style)), svg(parts));
    let line = Panel::new("").line("c", X, MIDDLE, style);
    assert_eq!(svg(Panel::new("").curve("c", Curve::new(X, MIDDLE), style)), svg(line));
}

#[test]
fn a_curve_with_a_marker_is_a_line_points_and_whiskers() {
    for (color, style) in [
        (BLUE, Style::color(BLUE).marker(Marker::Square)),
        (RED, Style::color(RED).marker(Marker::Cross).width(2.0).open()),
    ] {
        let parts = Panel::new("").line("c", X, MIDDLE, style.plain()).points("c", X, MIDDLE, style).errors(LOW, HIGH);
        assert_eq!(svg(Panel::new("").curve("c", curve(), style)), svg(parts));
        let band = Panel::new("").band(X, LOW, HIGH, color).line("c", X, MIDDLE, style);
        assert_eq!(svg(Panel::new("").curve_with_band("c", curve(), style)), svg(band));
        let points = Panel::new("").points("c", X, MIDDLE, style).errors(LOW, HIGH);
        assert_eq!(svg(Panel::new("").curve_points("c", curve(), style)), svg(points));
    }
    let style = Style::color(BLUE).marker(Marker::Square);
    let line = Panel::new("").line("c", X, MIDDLE, style);
    assert_eq!(svg(Panel::new("").curve("c", Curve::new(X, MIDDLE), style)), svg(line));
}

#[test]
fn curves_are_drawn_in_order() {
    let pairs = [("a", curve(), BLUE), ("b", curve().map(|y| y + 1.0), RED)];
    let one_by_one = Panel::new("").curve("a", curve(), BLUE).curve("b", curve().map(|y| y + 1.0), RED);
    assert_eq!(svg(Panel::new("").curves(pairs)), svg(one_by_one));
}

#[test]
fn curves_beside_each_other_share_the_room_of_a_category() {
    let panel = || Panel::new("").x(Axis::categories("", ["p", "q", "r"])).legend(Legend::None);
    let styles = [BLUE, RED, GREEN].map(|color| Style::color(color).marker(Marker::Circle));
    let beside = panel().curves_beside(styles.map(|style| ("c", curve(), style)));
    let parts = styles.iter().enumerate().fold(panel(), |panel, (index, style)| {
        let offset = 0.6 * (index as f64 / 2.0 - 0.5);
        panel.curve("c", curve().map_x(|x| x - 1.0 + offset), *style)
    });
    assert_eq!(svg(beside), svg(parts));
    let alone = panel().curves_beside([("c", curve(), styles[0])]);
    assert_eq!(svg(alone), svg(panel().curve("c", curve().map_x(|x| x - 1.0), styles[0])));
}

#[test]
fn ticks_go_across_their_categories() {
    let panel = || Panel::new("").x(Axis::categories("", ["p", "q", "r"])).points("", [0], [0], BLUE);
    let side = |by: f64| (0..3).map(move |category| f64::from(category) + by);
    let segments = panel().segments("bound", (side(-0.42), HIGH), (side(0.42), HIGH), GREY);
    assert_eq!(svg(panel().ticks_across("bound", HIGH, GREY)), svg(segments));
    assert_eq!(svg(panel().ticks_across("bound", [0.0; 0], GREY)), svg(panel()));
}

#[test]
fn named_bars_lie_beside_their_names() {
    let named = Panel::new("").named_bars([("one", vec![1.0, 2.0, 6.0], BLUE), ("two", vec![4.0], RED)]);
    let parts = Panel::new("")
        .y(Axis::categories("", ["one", "two"]))
        .bars("", [3.0, f64::NAN], BLUE)
        .errors([1.0, f64::NAN], [6.0, f64::NAN])
        .bars("", [f64::NAN, 4.0], RED)
        .stacked();
    assert_eq!(svg(named), svg(parts));
}
