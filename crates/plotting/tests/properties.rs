//! No data keep a figure from being drawn, and whatever is drawn is well-formed and the same twice.

use plotting::*;
use proptest::prelude::*;
use resvg::usvg::roxmltree::Document;

/// Numbers of every kind that can reach a figure.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -10.0..10.0_f64,
        2 => prop::num::f64::ANY,
        1 => prop_oneof![
            Just(0.0), Just(-0.0), Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(f64::MAX),
            Just(f64::MIN), Just(f64::MIN_POSITIVE), Just(5e-324), Just(1.0), Just(1e-300), Just(1e300),
        ],
        1 => (-300..300_i32).prop_map(|exponent| numerics::pow(10.0, f64::from(exponent))),
    ]
}

fn column(length: usize) -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        5 => prop::collection::vec(any_number(), length),
        1 => any_number().prop_map(move |value| vec![value; length]),
    ]
}

fn axis() -> impl Strategy<Value = Axis> {
    let kind = prop_oneof![
        Just(Axis::linear("linear")),
        Just(Axis::log("log")),
        Just(Axis::log2("log2")),
        (1e-3..1e3_f64).prop_map(|threshold| Axis::symlog("symlog", threshold)),
        Just(Axis::categories("names", ["a", "b", "c", "d"])),
        Just(Axis::hidden()),
    ];
    let format = prop_oneof![
        Just(Format::Auto),
        (0..20_usize).prop_map(Format::Decimals),
        Just(Format::Percent),
        Just(Format::Thousands),
        Just(Format::Si),
        Just(Format::Power),
    ];
    let end = || prop::option::weighted(0.2, any_number());
    (kind, format, end(), end(), any::<bool>()).prop_map(|(axis, format, low, high, inverted)| {
        let axis = axis.format(format);
        let axis = if let Some(low) = low { axis.from(low) } else { axis };
        let axis = if let Some(high) = high { axis.to(high) } else { axis };
        if inverted { axis.inverted() } else { axis }
    })
}

fn legend() -> impl Strategy<Value = Legend> {
    prop::sample::select(vec![
        Legend::Best,
        Legend::TopRight,
        Legend::Right,
        Legend::Below,
        Legend::Shared,
        Legend::Direct,
        Legend::None,
    ])
}

fn curve([x, middle, low, high]: [&[f64]; 4]) -> numerics::Curve {
    numerics::Curve::new(x, middle).between(low, high)
}

/// Adds one mark of a kind made of these columns.
fn mark(panel: Panel, kind: u32, [a, b, c, d]: [&[f64]; 4]) -> Panel {
    let first = |values: &[f64]| values.first().copied().unwrap_or(0.5);
    let scale = ColorScale::viridis(0.0, 1.0).label("value");
    match kind {
        0 => panel.line("line", a, b, BLUE),
        1 => panel.line("marked", a, b, Style::color(RED).marker(Marker::Star).dashed()),
        2 => panel.band(a, b, c, GREEN),
        3 => panel.points("points", a, b, ORANGE).errors(c, d).x_errors(d, c),
        4 => panel.points("coloured", a, b, ORANGE).colored_by(c, scale),
        5 => panel.histogram("histogram", a, b.iter().skip(1), PURPLE),
        6 => panel.x(Axis::categories("", a.iter().map(|_| "name"))).bars("bars", b, BLUE).errors(c, d).bar_ticks(d),
        7 => panel.heat_map(0..a.len(), 0..2, b.iter().chain(c), scale),
        8 => panel.contours("contours", 0..a.len(), 0..2, b.iter().chain(c), d, BLACK),
        9 => panel.horizontal(first(a), "horizontal").vertical(first(b), "vertical").diagonal("diagonal"),
        10 => panel.region("region", first(a)..first(b), ..first(c), GREY),
        11 => panel.annotate(first(a), first(b), "text", Anchor::Auto).note("note", Corner::Best),
        12 => panel.curve("band", curve([a, b, c, d]), BLUE).curve_points("points", curve([b, a, d, c]), RED),
        13 => panel.curve("whiskers", curve([a, b, c, d]), Style::color(RED).marker(Marker::Plus)),
        14 => panel
            .x(Axis::categories("", a.iter().map(|_| "name")))
            .curves_beside([("one", curve([a, b, c, d]), BLUE), ("two", curve([d, c, b, a]), RED)])
            .ticks_across("ticks", a, BLACK),
        15 => panel.named_bars([("one", a, BLUE), ("two", b, RED)]),
        16 => panel.heat_map(0..a.len(), 0..1, b, ColorScale::greys(first(c), first(d)).log()),
        17 => panel.segments("segments", (a, b), (c, d), SKY).arrow((first(a), first(b)), (first(c), first(d)), RED),
        _ => panel.label_points(a, b, a.iter().map(|_| "label")),
    }
}

fn panel() -> impl Strategy<Value = Panel> {
    let columns = (0..12_usize).prop_flat_map(|n| [column(n), column(n), column(n), column(n)]);
    let marks = prop::collection::vec((0..19_u32, columns), 1..4);
    (axis(), axis(), legend(), any::<bool>(), marks).prop_map(|(x, y, legend, square, marks)| {
        let panel = Panel::new("title").x(x).y(y).legend(legend);
        let panel = if square { panel.square() } else { panel };
        marks.iter().fold(panel, |panel, (kind, [a, b, c, d])| mark(panel, *kind, [a, b, c, d]))
    })
}

/// What errors may be about: the program that draws, never its data.
const MISTAKES: [&str; 5] = ["runs from", "category", "neither ascend nor descend", "font lacks", "no room for"];

/// A figure whose numbers are all inside the page and which reads as XML; its pictures can be
/// rendered.
fn check(figure: &Figure) -> Result<(), TestCaseError> {
    let svg = match figure.svg() {
        Ok(svg) => svg,
        Err(error) => {
            let message = error.to_string();
            prop_assert!(MISTAKES.iter().any(|mistake| message.contains(mistake)), "{}", message);
            return Ok(());
        }
    };
    prop_assert_eq!(&svg, &figure.svg().unwrap());
    prop_assert!(Document::parse(&svg).is_ok());
    prop_assert!(!svg.contains("NaN") && !svg.contains("inf\""), "a coordinate that is no number");
    prop_assert!(png(&svg, 120).is_ok());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_data_keep_a_figure_from_being_drawn(panel in panel()) {
        check(&Figure::new().width(3.4).row([panel]))?;
    }

    #[test]
    fn no_combination_of_panels_does(a in panel(), b in panel(), c in panel(), width in 0.6..8.0_f64) {
        check(&Figure::new().title("title").width(width).row([a.below(b)]).row([c]).height(0.7))?;
    }

    #[test]
    fn no_label_does(text in "\\PC{0,30}", markup in "[a-z_^{}\\n αβ]{0,20}") {
        let panel = Panel::new(text.clone())
            .letter(markup.clone())
            .x(Axis::categories(markup.clone(), [text.clone(), markup.clone()]))
            .bars(markup, [1, 2], BLUE);
        check(&Figure::new().title(text.clone()).caption(text).draw_caption().width(3.0).row([panel]))?;
    }
}
