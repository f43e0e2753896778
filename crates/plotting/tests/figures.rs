//! Figures as a whole: what the SVG contains, that it is always the same, and what errors say.

use numerics::Curve;
use plotting::*;
use resvg::usvg::roxmltree::{Document, Node};

fn one(panel: Panel) -> Figure {
    Figure::new().row([panel])
}

fn svg(panel: Panel) -> String {
    one(panel).svg().unwrap()
}

fn error(panel: Panel) -> String {
    one(panel).svg().unwrap_err().to_string()
}

/// All texts of a document, as their accessible labels.
fn texts(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).unwrap();
    let labels = document.descendants().filter_map(|node| node.attribute("aria-label").map(str::to_string));
    labels.collect()
}

fn has_text(svg: &str, text: &str) -> bool {
    texts(svg).iter().any(|other| other == text)
}

/// Strokes of a colour.
fn strokes<'a>(document: &'a Document, color: &str) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|node| node.has_tag_name("path") && node.attribute("stroke") == Some(color)).collect()
}

fn sample() -> Figure {
    let x: Vec<f64> = (1..200).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| 1.0 / x).collect();
    let grid = [0.0, 1.0, 2.0, 3.0];
    let values: Vec<f64> = (0..16).map(|i| f64::from(i % 5)).collect();
    Figure::new().title("A title").caption("A < caption with 10^{-3}").row([
        Panel::new("lines")
            .x(Axis::log("t"))
            .y(Axis::log("‖x_{t}‖^{2}"))
            .band(&x, y.iter().map(|y| 0.5 * y), y.iter().map(|y| 2.0 * y), BLUE)
            .line("decay", &x, &y, BLUE)
            .points("some", [10, 100], [0.1, 0.01], Style::color(RED).open())
            .errors([0.05, 0.005], [0.2, 0.02])
            .vertical(20, "here"),
        Panel::new("grid").heat_map(grid, grid, &values, ColorScale::viridis(0.0, 4.0).label("value")).contours(
            "",
            grid,
            grid,
            &values,
            [1.5],
            BLACK,
        ),
    ])
}

#[test]
fn same_figure_same_bytes() {
    let (first, second) = (sample().svg().unwrap(), sample().svg().unwrap());
    assert_eq!(first, second);
    assert_eq!(png(&first, 700).unwrap(), png(&second, 700).unwrap());
}

#[test]
fn document_is_well_formed_and_described() {
    let svg = sample().svg().unwrap();
    let document = Document::parse(&svg).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("width"), Some("7in"));
    let child = |name: &str| root.children().find(|node| node.has_tag_name(name)).and_then(|node| node.text());
    assert_eq!(child("title"), Some("A title"));
    assert_eq!(child("desc"), Some("A < caption with 10^−3"));
    // Text is outlines; every reference has its definition.
    assert!(!document.descendants().any(|node| node.has_tag_name("text")));
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    let link = ("http://www.w3.org/1999/xlink", "href");
    for used in document.descendants().filter_map(|node| node.attribute(link)) {
        assert!(ids.contains(&used.trim_start_matches('#')), "{used}");
    }
    for text in ["a", "lines", "t", "‖x_t‖^2", "decay", "some", "here", "grid", "value"] {
        assert!(has_text(&svg, text), "{text} is missing in {:?}", texts(&svg));
    }
}

#[test]
fn picture_has_the_asked_size_and_is_not_blank() {
    let bytes = png(&sample().svg().unwrap(), 640).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(frame.width, 640);
    let dark = pixels.chunks(3).filter(|pixel| pixel.iter().all(|&part| part < 100)).count();
    assert!(dark > 500, "{dark} dark pixels");
    // The corners are white, opaque ground.
    assert_eq!(pixels[..3], [255, 255, 255]);
    assert_eq!(pixels[pixels.len() - 3..], [255, 255, 255]);
}

#[test]
fn lines_end_at_the_border_of_their_panel() {
    let svg = svg(Panel::new("").x(Axis::linear("").range(0, 1)).y(Axis::linear("").range(0, 1)).line(
        "",
        [-5.0, 0.5, 5.0],
        [-5.0, 0.5, 500.0],
        RED,
    ));
    let document = Document::parse(&svg).unwrap();
    let frame = strokes(&document, "#333")[0];
    let [line] = strokes(&document, "#d55e00")[..] else { panic!("one line") };
    // The axis starts in the lower left corner; so must the line, which passes through it.
    let start =
        |node: Node| node.attribute("d").unwrap().split('h').next().unwrap().split('l').next().unwrap().to_string();
    assert_eq!(start(frame), start(line));
}

#[test]
fn legend_lists_each_label_once() {
    let labels = texts(&svg(Panel::new("")
        .line("both", [0, 1], [0, 1], BLUE)
        .points("both", [0, 1], [0, 1], BLUE)
        .line("", [0, 1], [1, 0], RED)
        .points("none", [0.0; 0], [0.0; 0], RED)));
    assert_eq!(labels.iter().filter(|label| *label == "both").count(), 1);
    assert!(!labels.iter().any(|label| label == "none"), "a series without points has no entry");
}

#[test]
fn shared_legend_stands_below_all_panels() {
    let panel = || Panel::new("").line("same", [0, 1], [0, 1], BLUE).legend(Legend::Shared);
    let figure = Figure::new().row([panel(), panel().line("other", [0, 1], [1, 0], RED)]);
    let labels = texts(&figure.svg().unwrap());
    assert_eq!(labels.iter().filter(|label| *label == "same").count(), 1);
    assert_eq!(labels.last().map(String::as_str), Some("other"));
}

#[test]
fn long_lines_make_short_files() {
    let count = 200_000;
    let x = (0..count).map(f64::from);
    let y = (0..count).map(|i| f64::from((i * 7919) % 1000));
    let svg = svg(Panel::new("").line("", x, y, BLUE));
    assert!(svg.len() < 120_000, "{} bytes", svg.len());
}

#[test]
fn texts_do_not_leave_the_page() {
    // Ink at the outermost pixels would be a clipped label.
    let long = "a label that is much longer than the panel it belongs to, in words";
    let panel = || {
        Panel::new(long)
            .x(Axis::linear(long))
            .y(Axis::linear(long).range(-12345.678, 99999.9))
            .line(long, [0.0, 1.0], [0.0, 1e4], BLUE)
            .points("second series", [0.5], [1e4], RED)
            .annotate(1.0, 99999.9, long, Anchor::AboveRight)
            .annotate(0.0, -12345.0, "corner", Anchor::BelowLeft)
            .horizontal(5e4, long)
            .vertical(0.9, "limit")
    };
    let categories = Panel::new("")
        .x(Axis::categories(long, ["one long category name", "another-hyphenated-name", "third", "x", "y", "z", "w"]))
        .y(Axis::log("y"))
        .bars("bars", [1, 20, 300, 4, 5, 6, 7], BLUE);
    for legend in [Legend::Best, Legend::Direct, Legend::Right, Legend::Below, Legend::Shared, Legend::TopLeft] {
        let figure = Figure::new()
            .title(long)
            .caption(long)
            .draw_caption()
            .row([panel().legend(legend), panel().legend(legend)])
            .row([categories.clone().legend(legend), panel().legend(Legend::None)])
            .height(0.8);
        let bytes = png(&figure.svg().unwrap(), 1000).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        let (width, height) = (frame.width as usize, frame.height as usize);
        let is_white = |x: usize, y: usize| pixels[3 * (y * width + x)..][..3] == [255; 3];
        for inset in 0..3 {
            assert!((0..width).all(|x| is_white(x, inset) && is_white(x, height - 1 - inset)), "{legend:?}");
            assert!((0..height).all(|y| is_white(inset, y) && is_white(width - 1 - inset, y)), "{legend:?}");
        }
    }
}

#[test]
fn errors_name_panel_and_series() {
    let panel = || Panel::new("learning rate").letter("b");
    let cases = [
        (
            panel().line("train", [1, 2, 3], [1, 2], BLUE),
            "panel b \"learning rate\" has a line \"train\" with 3 x values and 2 y values",
        ),
        (panel().points("p", [1, 2], [1, 2], BLUE).errors([0], [2, 3]), "low error"),
        (panel().x(Axis::linear("").range(2, 1)).line("", [1], [1], BLUE), "the x axis runs from 2 to 1"),
        (panel().line("l", [1], [1], BLUE).errors([0], [2]), "`errors` that does not follow points or bars"),
        (panel().bars("b", [1, 2], BLUE), "no category axis"),
        (panel().x(Axis::categories("", ["one"])).bars("b", [1, 2], BLUE), "1 category values and 2 bar values"),
        (panel().histogram("h", [0, 1], [1, 2], BLUE), "2 edges and 2 heights"),
        (
            panel().heat_map([0, 1], [0, 1], [1, 2, 3], ColorScale::viridis(0.0, 1.0)),
            "2 x values, 2 y values and 3 values",
        ),
        (
            panel().heat_map([0, 1], [0, 1], [1, 2, 3, 4], ColorScale::viridis(1.0, 0.0)),
            "the colour scale runs from 1 to 0",
        ),
        (panel().heat_map([0, 2, 1], [0], [1, 2, 3], ColorScale::viridis(0.0, 1.0)), "neither ascend nor descend"),
        (
            panel().contours("c", [0, 1], [0, 1], [1, 2, 3, 4], [1], BLACK).level_labels(["a", "b"]),
            "1 levels and 2 level labels",
        ),
        (panel().label_points([1], [1], ["a", "b"]), "2 labels"),
        (
            panel().curve("c", Curve::new([1.0, 2.0], [1.0, 2.0]).between([0.0], [3.0, 4.0]), BLUE),
            "a band \"c\" with 2 x values and 1 low values and 2 high values",
        ),
        (panel().curves_beside([("c", Curve::new([1.0], [1.0]), BLUE)]), "no category axis"),
        (panel().x(Axis::categories("", ["one", "two"])).ticks_across("t", [1], BLUE), "2 category values and 1 tick"),
        (
            panel().line("대큰 γ", [1], [1], BLUE),
            "panel b \"learning rate\" has the text \"대큰 γ\" with characters that the embedded font lacks: '대', '큰'",
        ),
        (panel().note("a\u{7}b", Corner::Best), "lacks: '\\u{7}'"),
    ];
    for (panel, expected) in cases {
        let message = error(panel);
        assert!(message.contains(expected), "{message:?} does not say {expected:?}");
    }
    assert!(Figure::new().svg().unwrap_err().to_string().contains("without panels"));
    assert!(Figure::new().height(0.5).row([panel()]).svg().unwrap_err().to_string().contains("`height`"));
    assert!(
        Figure::new().title("학습").row([panel()]).svg().unwrap_err().to_string().contains("the figure has the text")
    );
    assert!(Figure::new().row([]).svg().unwrap_err().to_string().contains("panels"));
    let narrow = Figure::new().width(1.2).row(vec![panel().line("", [1], [1], BLUE); 4]);
    assert!(narrow.svg().unwrap_err().to_string().contains("no room for panel b"));
    assert!(png("no svg", 100).is_err());
    assert!(png(&sample().svg().unwrap(), 0).is_err());
}
