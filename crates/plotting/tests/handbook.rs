//! `docs/plotting.md`: a picture and a line of code for every mark, axis, scale and legend. Made from the examples here;
//! `UPDATE_EXPECT=1` writes page and pictures anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use numerics::Curve;
use plotting::*;

type Example = (&'static str, &'static str, fn(Panel) -> Panel);

/// Sections of examples: what it is, and code that makes it of an empty panel.
macro_rules! handbook {
    ($panel:ident; $($section:literal { $($words:literal => $code:expr;)+ })+) => {
        vec![$(($section, vec![$({
            let example: Example = ($words, stringify!($code), |$panel| $code);
            example
        }),+])),+]
    };
}

const X: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];
const Y: [f64; 5] = [0.3, 0.55, 0.7, 0.8, 0.85];
const LOW: [f64; 5] = [0.2, 0.45, 0.62, 0.75, 0.81];
const HIGH: [f64; 5] = [0.4, 0.65, 0.78, 0.86, 0.9];
const NAMES: [&str; 3] = ["erm", "irm", "ours"];
const POWERS: [f64; 5] = [1.0, 10.0, 100.0, 1000.0, 10000.0];

/// A curve with intervals, as the table gives it.
fn curve(shift: f64) -> Curve {
    Curve::new(X, Y.map(|y| y - shift)).between(LOW.map(|y| y - shift), HIGH.map(|y| y - shift))
}

/// Values over a grid of 5 x 5 points.
fn hill() -> Vec<f64> {
    X.iter().flat_map(|y| X.map(|x| 1.0 / (1.0 + (x - 2.5) * (x - 2.5) + (y - 3.0) * (y - 3.0)))).collect()
}

fn sections() -> Vec<(&'static str, Vec<Example>)> {
    handbook! { panel;
        "Curves" {
            "A curve of the table: a line with its interval as a band" => panel.curve("test", curve(0.0), BLUE);
            "With a marker: whiskers" => panel.curve("test", curve(0.0), Style::color(BLUE).marker(Marker::Circle));
            "Several" => panel.curves([("train", curve(0.0), BLUE), ("test", curve(0.2), ORANGE)]);
            "A band even with markers" => panel.curve_with_band("test", curve(0.0), Style::color(BLUE).marker(Marker::Square));
            "Points with whiskers, no line" => panel.curve_points("test", curve(0.0), Style::color(BLUE).marker(Marker::Circle));
            "Side by side in categories" => panel.x(Axis::categories("", ["1", "2", "3", "4", "5"])).curves_beside([("a", curve(0.0), BLUE), ("b", curve(0.1), ORANGE)]).ticks_across("bound", HIGH, BLACK);
        }
        "Lines and points" {
            "A line" => panel.line("theory", X, Y, BLUE);
            "Dashed, dotted, both" => panel.line("", X, Y, Style::color(BLUE).dashed()).line("", X, LOW, Style::color(RED).dotted()).line("", X, HIGH, Style::color(GREEN).dash_dotted());
            "Width, opacity" => panel.line("", X, Y, Style::color(BLUE).width(3.0)).line("", X, LOW, Style::color(BLUE).faint()).line("", X, HIGH, Style::color(BLUE).opacity(0.6));
            "A band" => panel.band(X, LOW, HIGH, BLUE);
            "Points" => panel.points("measured", X, Y, Style::color(BLUE).marker(Marker::Circle));
            "Open, larger: published values" => panel.points("published", X, Y, Style::color(BLACK).marker(Marker::Diamond).open().size(6.0));
            "Error bars" => panel.points("", X, Y, Style::color(BLUE).marker(Marker::Square)).errors(LOW, HIGH).x_errors(X.map(|x| x - 0.3), X.map(|x| x + 0.3));
            "Coloured by a value" => panel.points("", X, Y, Style::color(BLUE).marker(Marker::Circle).size(7.0)).colored_by(Y, ColorScale::viridis(0.0, 1.0).label("share"));
            "Segments" => panel.segments("moves", (X, LOW), (X, HIGH), GREY);
        }
        "Bars and grids" {
            "Bars" => panel.x(Axis::categories("", NAMES)).bars("accuracy", [0.4, 0.6, 0.8], BLUE).errors([0.3, 0.5, 0.7], [0.5, 0.7, 0.9]);
            "Groups, a second series" => panel.x(Axis::categories("", NAMES)).bars("1-shot", [0.4, 0.6, 0.8], SKY).bars("5-shot", [0.5, 0.7, 0.9], BLUE);
            "Stacked" => panel.x(Axis::categories("", NAMES)).bars("right", [0.4, 0.6, 0.8], GREEN).bars("wrong", [0.6, 0.4, 0.2], LIGHT_GREY).stacked();
            "Marks on bars: maxima, single seeds" => panel.x(Axis::categories("", NAMES)).bars("", [0.4, 0.6, 0.8], SKY).bar_ticks([0.5, 0.8, 0.9]).bar_markers([0.35, 0.65, 0.75], Style::color(BLACK).marker(Marker::Circle));
            "Lying bars with names" => panel.named_bars([("copied", vec![0.5, 0.7], GREY), ("law", vec![0.1, 0.2], ORANGE)]);
            "A histogram" => panel.histogram("neurons", [0.0, 1.0, 2.0, 3.0], [2.0, 5.0, 1.0], BLUE);
            "Its outline" => panel.histogram("neurons", [0.0, 1.0, 2.0, 3.0], [2.0, 5.0, 1.0], Style::color(BLUE).open());
            "A heat map" => panel.heat_map(X, X, hill(), ColorScale::viridis(0.0, 1.0).label("accuracy"));
            "Contours" => panel.contours("", X, X, hill(), [0.2, 0.5], BLACK).level_labels(["0.2", "0.5"]);
        }
        "Explaining" {
            "Reference lines" => panel.line("", X, Y, BLUE).horizontal(0.5, "chance").vertical(3.0, "N^{*}");
            "The diagonal" => panel.points("", Y, LOW, Style::color(BLUE).marker(Marker::Circle)).diagonal("equal");
            "In another style, in the legend" => panel.line("", X, Y, BLUE).horizontal(0.5, "chance").styled(Style::color(RED).dotted()).in_legend();
            "A region" => panel.line("", X, Y, BLUE).region("memorise", ..2.5, .., GREY);
            "A text at a point, an arrow" => panel.line("", X, Y, BLUE).annotate(3.5, 0.4, "here", Anchor::Below).arrow((3.5, 0.42), (3.0, 0.66), DARK_GREY);
            "Labels of points" => panel.points("", X, Y, Style::color(BLUE).marker(Marker::Circle)).label_points(X, Y, ["a", "b", "c", "d", "e"]);
            "A note in a corner" => panel.line("", X, Y, BLUE).note("20 seeds", Corner::BottomRight);
        }
        "Axes" {
            "Linear, with ends" => panel.x(Axis::linear("step").from(0.0).to(6.0)).y(Axis::linear("accuracy").range(0.0, 1.0)).line("", X, Y, BLUE);
            "Logarithmic" => panel.x(Axis::log("draws n")).y(Axis::log("error")).line("", POWERS, POWERS.map(|x| 1.0 / x), BLUE);
            "To base two" => panel.x(Axis::log2("tasks K")).line("", [1.0, 4.0, 16.0, 64.0, 256.0], Y, BLUE);
            "Linear about zero, logarithmic beyond" => panel.x(Axis::symlog("gradient", 1.0)).line("", [-1000.0, -10.0, 0.0, 10.0, 1000.0], Y, BLUE);
            "Categories" => panel.x(Axis::categories("method", NAMES)).bars("", [0.4, 0.6, 0.8], BLUE);
            "None" => panel.x(Axis::hidden()).y(Axis::hidden()).line("", X, Y, BLUE);
            "Reversed" => panel.x(Axis::linear("step").inverted()).line("", X, Y, BLUE);
            "Own ticks" => panel.x(Axis::linear("step").ticks([1, 3, 5])).y(Axis::linear("share").tick_labels([(0.3, "few"), (0.8, "most")])).line("", X, Y, BLUE);
            "A label left out" => panel.x(Axis::linear("step").without("3")).line("", X, Y, BLUE);
            "Numbers: percent" => panel.y(Axis::linear("share").format(Format::Percent)).line("", X, Y, BLUE);
            "Numbers: thousands, k and M" => panel.x(Axis::linear("tokens").format(Format::Si)).y(Axis::linear("steps").format(Format::Thousands)).line("", POWERS, POWERS, BLUE);
            "A square panel" => panel.square().line("", X, Y, BLUE);
        }
        "Colours" {
            "From dark to bright" => panel.heat_map(X, X, hill(), ColorScale::viridis(0.0, 1.0));
            "Signed numbers" => panel.heat_map(X, X, hill().iter().map(|z| z - 0.3).collect::<Vec<_>>(), ColorScale::diverging(-0.7, 0.7));
            "Greys, the other way round" => panel.heat_map(X, X, hill(), ColorScale::greys(0.0, 1.0).reversed());
            "By the logarithm, in percent" => panel.heat_map(X, X, hill(), ColorScale::viridis(0.05, 1.0).log().format(Format::Percent));
            "Without its bar" => panel.heat_map(X, X, hill(), ColorScale::viridis(0.0, 1.0).without_bar());
            "Steps of one colour" => panel.curves((0..4).map(|k| ("", curve(0.1 * f64::from(k)), Color::ramp(k as usize, 4))));
            "Lighter, darker, mixed" => panel.line("", X, Y, BLUE.lighter(0.5)).line("", X, LOW, BLUE.darker(0.5)).line("", X, HIGH, BLUE.mix(RED, 0.5));
        }
        "Legends" {
            "Where it covers no data (default)" => panel.line("train", X, Y, BLUE).line("test", X, LOW, ORANGE);
            "Below" => panel.line("train", X, Y, BLUE).line("test", X, LOW, ORANGE).legend(Legend::Below);
            "To the right" => panel.line("train", X, Y, BLUE).line("test", X, LOW, ORANGE).legend(Legend::Right);
            "At the ends of the lines" => panel.line("train", X, Y, BLUE).line("test", X, LOW, ORANGE).legend(Legend::Direct);
            "In a corner" => panel.line("train", X, Y, BLUE).legend(Legend::TopLeft);
            "One for all panels, below the figure" => panel.line("train", X, Y, BLUE).legend(Legend::Shared);
            "None" => panel.line("train", X, Y, BLUE).legend(Legend::None);
        }
    }
}

/// The page and the pictures, by their paths in `docs/`.
fn handbook() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut page = String::from(
        "# Drawing\n\nEvery mark, axis, scale and legend of `plotting`, with the code that makes it of an empty panel.\n\
         Made by `UPDATE_EXPECT=1 cargo test --release -p plotting --test handbook`; a test keeps it current.\n\n\
         `X`, `Y`, `LOW`, `HIGH` are five numbers each, `curve(…)` is what `table.curve(\"x\", \"y\").mean().range()` gives.\n\
         A figure is rows of panels: `Figure::new().row([a, b]).height(1.2)`; `a.below(b)` stacks two in a row,\n\
         `a.width(1.5)` makes one wider, `unlettered` and `letter` change the letters. Labels know `λ_{min}` and `10^{-3}`.\n\
         `shows` says which claims a panel is about, `series_shows` which claim a series is about: pages point them out.\n",
    );
    for (section, examples) in sections() {
        write!(page, "\n## {section}\n\n| | |\n|---|---|\n").unwrap();
        for (words, code, draw) in examples {
            let name = format!("plotting/{:02}.png", files.len());
            let figure = Figure::new().width(2.6).row([draw(Panel::new(""))]).caption(words);
            let svg = figure.svg().unwrap_or_else(|error| panic!("{words}: {error:#}"));
            files.insert(name.clone(), plotting::png(&svg, 520).unwrap());
            let code = code.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
            writeln!(page, "| <img src=\"{name}\" width=\"260\" alt=\"{words}\"> | {words}<br>`{code}` |").unwrap();
        }
    }
    files.insert("plotting.md".to_string(), page.into_bytes());
    files
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join("docs")
}

#[test]
fn the_page_and_its_pictures_are_current() {
    let (docs, files) = (docs(), handbook());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let _ = fs::remove_dir_all(docs.join("plotting"));
        fs::create_dir_all(docs.join("plotting")).unwrap();
        files.iter().for_each(|(name, bytes)| fs::write(docs.join(name), bytes).unwrap());
    }
    for (name, bytes) in &files {
        let current = fs::read(docs.join(name)).ok().as_ref() == Some(bytes);
        assert!(current, "docs/{name} is not current: UPDATE_EXPECT=1 writes it");
    }
    let pictures = fs::read_dir(docs.join("plotting")).unwrap().count();
    assert_eq!(pictures, files.len() - 1, "pictures that no example makes");
}

/// Nothing that can be drawn is left out.
#[test]
fn every_method_has_an_example() {
    let codes: String = sections().iter().flat_map(|(_, examples)| examples).map(|(_, code, _)| *code).collect();
    let page = String::from_utf8(handbook().remove("plotting.md").unwrap()).unwrap();
    let sources = [
        include_str!("../src/panel.rs"),
        include_str!("../src/panel/curves.rs"),
        include_str!("../src/panel/explain.rs"),
        include_str!("../src/axis.rs"),
        include_str!("../src/color.rs"),
    ];
    let methods = sources.iter().flat_map(|source| source.split("    pub fn ").skip(1));
    let names = methods.filter_map(|rest| rest.split(['(', '<']).next());
    let missing: Vec<&str> = names
        .filter(|name| !["new", "color"].contains(name))
        .filter(|name| {
            let (method, function) = (format!(".{name}("), format!("::{name}("));
            !codes.contains(&method)
                && !codes.contains(&function)
                && !page.contains(&format!("`{name}`"))
                && !page.contains(&method)
        })
        .collect();
    assert!(missing.is_empty(), "without an example: {missing:?}");
}
