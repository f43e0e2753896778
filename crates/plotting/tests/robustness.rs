//! What is drawn of values that are not finite, and what is said about them.

use numerics::Curve;
use plotting::*;
use resvg::usvg::roxmltree::Document;

const NAN: f64 = f64::NAN;
const INFINITE: f64 = f64::INFINITY;

fn one(panel: Panel) -> Figure {
    Figure::new().row([panel])
}

/// All texts of a figure.
fn texts(figure: &Figure) -> Vec<String> {
    let svg = figure.svg().unwrap();
    let document = Document::parse(&svg).unwrap();
    document.descendants().filter_map(|node| node.attribute("aria-label").map(str::to_string)).collect()
}

fn says(panel: Panel, text: &str) -> bool {
    texts(&one(panel)).iter().any(|other| other == text)
}

const NOTE: &str = "no finite values";

#[test]
fn values_that_are_not_finite_are_counted() {
    let curve = Curve::new([1.0, 2.0, 3.0], [1.0, NAN, INFINITE]).between([0.0, NAN, 1.0], [2.0, NAN, INFINITE]);
    let panel = Panel::new("")
        .line("l", [1.0, NAN, 3.0], [1.0, 2.0, INFINITE], BLUE)
        .points("p", [1.0, 2.0], [1.0, 1e301], BLUE)
        .curve("band", &curve, GREEN)
        .curve("whiskers", &curve, Style::color(RED).marker(Marker::Square))
        .histogram("h", [0.0, 1.0, 2.0], [NAN, 1.0], GREY)
        .horizontal(NAN, "nothing")
        .region("nowhere", NAN..1.0, .., GREY)
        .segments("s", ([0.0], [0.0]), ([NAN], [1.0]), BLACK);
    let lower = Panel::new("").points("p", [NAN], [1.0], BLUE).points("q", [1.0], [1.0], RED);
    assert_eq!(one(panel.below(lower)).left_out(), 2 + 1 + 2 + 2 + 1 + 1 + 1 + 1 + 1);
}

#[test]
fn absent_bars_and_cells_are_not_missing() {
    let bars = Panel::new("").x(Axis::categories("", ["a", "b", "c"])).bars("", [1.0, NAN, INFINITE], BLUE);
    let cells = Panel::new("").heat_map([0, 1], [0], [1.0, NAN], ColorScale::greys(0.0, 1.0));
    assert_eq!(Figure::new().row([bars, cells]).left_out(), 1);
    let named = Panel::new("").named_bars([("lost", vec![1.0, NAN], RED), ("kept", vec![1.0, 2.0], BLUE)]);
    assert_eq!(one(named).left_out(), 1);
}

#[test]
fn a_series_without_a_finite_value_keeps_its_entry() {
    let panel = || Panel::new("").line("kept", [0, 1], [0, 1], BLUE).points("lost", [NAN], [1.0], RED);
    assert!(says(panel(), "lost") && says(panel(), "kept") && !says(panel(), NOTE));
}

#[test]
fn a_panel_without_a_finite_value_says_so() {
    let lost = |panel: Panel| panel.line("lost", [0.0, 1.0], [NAN, INFINITE], BLUE);
    assert!(says(Panel::new(""), NOTE));
    assert!(says(lost(Panel::new("")).horizontal(0.5, "chance"), NOTE));
    assert!(says(Panel::new("").x(Axis::categories("", ["a"])).bars("", [NAN], BLUE), NOTE));
    assert!(says(Panel::new("").named_bars::<&str, [f64; 0], Color>([]), NOTE));
    // What only explains is drawn as it is.
    assert!(!says(Panel::new("").note("nothing was lost", Corner::TopLeft), NOTE));
    // Numbers stand at the axis whose range is given only.
    let labels = texts(&one(lost(Panel::new("").y(Axis::linear("").range(0, 1)))));
    assert_eq!(labels, [NOTE, "lost", "0.0", "0.2", "0.4", "0.6", "0.8", "1.0"].map(String::from));
}

#[test]
fn ranges_from_data_are_no_errors() {
    for end in [NAN, INFINITE, -INFINITE, 1e301, 0.0, 1e-310, 1e150, 1e300] {
        for axis in [Axis::linear(""), Axis::log(""), Axis::log2(""), Axis::symlog("", 1.0)] {
            for axis in [axis.clone().from(end), axis.clone().to(end), axis.range(end, end)] {
                for y in [[1.0, 2.0], [0.0, 0.0], [-1e150, 1e150], [1e300, -1e300], [1e-320, 1.0]] {
                    let panel = Panel::new("").x(axis.clone()).y(axis.clone()).line("", [1, 2], y, BLUE);
                    one(panel).svg().unwrap();
                }
            }
        }
        let scale = ColorScale::viridis(end, end).label("value");
        for scale in [scale.clone(), scale.log()] {
            one(Panel::new("").heat_map([0], [0], [1.0], scale)).svg().unwrap();
        }
    }
}

#[test]
fn equal_ends_make_a_range_around_them() {
    let panel = Panel::new("").y(Axis::linear("").range(5, 5)).line("", [1, 2], [100, 200], BLUE);
    let labels = texts(&one(panel));
    assert!(labels.contains(&"5.0".to_string()) && !labels.contains(&"100".to_string()), "{labels:?}");
}

#[test]
fn a_mark_can_leave_the_automatic_range() {
    let panel = |y: Axis| Panel::new("").y(y).line("near", [0, 1], [0, 1], BLUE).line("far", [0, 1], [0, 1000], RED);
    assert!(says(panel(Axis::linear("")), "1000"));
    assert!(says(panel(Axis::linear("").without("far")), "0.5"));
}

#[test]
fn tabs_are_spaces() {
    let svg = |label: &str| one(Panel::new(label).line("", [0, 1], [0, 1], BLUE)).svg().unwrap();
    assert_eq!(svg("a\tb"), svg("a b"));
}
