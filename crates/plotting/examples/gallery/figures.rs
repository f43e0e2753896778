//! Every kind of mark, axis and legend, with invented data.

use numerics::{Curve, cos, exp, pow, sin};
use plotting::{
    Anchor, Axis, BLACK, BLUE, Color, ColorScale, Corner, DARK_GREY, Figure, Format, GREEN, GREY, Legend, Marker,
    ORANGE, PURPLE, Panel, RED, SKY, Style,
};

/// Numbers that look random: a linear congruential generator. A demonstration needs no better one.
struct Noise(u64);

impl Noise {
    /// The next number of those that look uniform between 0 and 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1_u64 << 24) as f64
    }

    /// Roughly normal with mean 0 and standard deviation 1: a sum of four uniform numbers.
    fn normal(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| self.uniform()).sum();
        (sum - 2.0) * 3.0_f64.sqrt()
    }
}

/// All figures with their names.
pub fn all() -> [(&'static str, Figure); 4] {
    [("marks", marks()), ("axes", axes()), ("single-column", single_column()), ("curves", curves())]
}

/// One panel per mark.
fn marks() -> Figure {
    let axis: Vec<f64> = (0..60).map(|i| -3.0 + 6.0 * f64::from(i) / 59.0).collect();
    let peaks: Vec<f64> = axis
        .iter()
        .flat_map(|&y| axis.iter().map(move |&x| (x, y)))
        .map(|(x, y)| sin(1.3 * x) * cos(1.1 * y) * exp(-0.1 * (x * x + y * y)))
        .collect();
    let heat = Panel::new("heat map and contours")
        .x(Axis::linear("w_{1}"))
        .y(Axis::linear("w_{2}"))
        .square()
        .heat_map(&axis, &axis, &peaks, ColorScale::diverging(-0.8, 0.8).label("loss"))
        .contours("", &axis, &axis, &peaks, [-0.4, -0.2, 0.2, 0.4], Style::color(BLACK).width(0.6))
        .level_labels(["−0.4", "−0.2", "0.2", "0.4"]);
    let interactions: Vec<f64> =
        (0..64).map(|i| pow(10.0, -4.0 * (f64::from(i % 8) - f64::from(i / 8)).abs() / 7.0)).collect();
    let log_heat = Panel::new("interactions, log colours")
        .x(Axis::linear("unit of layer 1"))
        .y(Axis::linear("unit of layer 2").inverted())
        .square()
        .heat_map(0..8, 0..8, &interactions, ColorScale::viridis(1e-4, 1.0).log().label("|interaction|"));
    let stacked = Panel::new("stacked bars")
        .x(Axis::categories("", ["CE", "Dropout", "Nested", "Nested + Co-teaching"]))
        .y(Axis::linear("share").format(Format::Percent))
        .bars("right", [0.7, 0.75, 0.8, 0.85], GREEN)
        .bars("memorised", [0.2, 0.15, 0.1, 0.05], ORANGE)
        .bars("other", [0.1, 0.1, 0.1, 0.1], GREY)
        .stacked();
    let mut noise = Noise(9);
    let x: Vec<f64> = (0..2000).map(|_| noise.normal()).collect();
    let y: Vec<f64> = x.iter().map(|x| 0.6 * x + 0.7 * noise.normal()).collect();
    let scatter = Panel::new("2000 points")
        .x(Axis::linear("x"))
        .y(Axis::linear("y"))
        .points("", &x, &y, Style::color(BLUE).size(2.0).opacity(0.5))
        .arrow((2.5, -2.0), (1.0, 0.4), RED)
        .annotate(2.5, -2.0, "trend", Anchor::Below);
    let mut markers =
        Panel::new("markers").x(Axis::linear("")).y(Axis::linear("").range(-0.5, 3.5)).legend(Legend::None);
    let all = [
        Marker::Circle,
        Marker::Square,
        Marker::Triangle,
        Marker::TriangleDown,
        Marker::Diamond,
        Marker::Star,
        Marker::Plus,
        Marker::Cross,
        Marker::Dash,
        Marker::Bar,
    ];
    for (index, marker) in all.into_iter().enumerate() {
        let color = Color::series(index);
        let at = [index as f64];
        markers = markers
            .points("", at, [0.0], Style::color(color).marker(marker))
            .points("", at, [1.0], Style::color(color).marker(marker).open())
            .points("", at, [2.0], Style::color(color).marker(marker).size(7.0))
            .points("", at, [3.0], Style::color(color).marker(marker).size(7.0).opacity(0.4));
    }
    let labelled = Panel::new("labelled points with ranges")
        .x(Axis::log("parameters"))
        .y(Axis::log("test error"))
        .points("", [2e3, 5e3, 1.1e4, 1.2e4, 4e4], [0.3, 0.12, 0.05, 0.06, 0.04], BLUE)
        .errors([0.25, 0.1, 0.045, 0.05, 0.035], [0.36, 0.14, 0.056, 0.07, 0.046])
        .x_errors([1.8e3, 4e3, 1e4, 1.1e4, 3.5e4], [2.2e3, 6e3, 1.3e4, 1.4e4, 5e4])
        .label_points(
            [2e3, 5e3, 1.1e4, 1.2e4, 4e4],
            [0.3, 0.12, 0.05, 0.06, 0.04],
            ["CNN, 1 grid", "MgNO-2", "MgNO-3", "FNO", "U-Net (2.1 M)"],
        );
    let zones = Panel::new("regions and notes")
        .x(Axis::log2("training tasks K").range(1, 4096))
        .y(Axis::linear("gain").range(-0.1, 0.6))
        .region("memorise", ..8.0, .., GREY)
        .region("identify", 8.0..256.0, .., SKY)
        .region("learn", 256.0.., .., GREEN)
        .line("seen tasks", (0..13).map(|k| 1 << k), (0..13).map(|k| 0.05 + 0.3 * exp(-0.1 * f64::from(k))), BLUE)
        .line(
            "new tasks",
            (0..13).map(|k| 1 << k),
            (0..13).map(|k| 0.4 / (1.0 + exp(-1.2 * (f64::from(k) - 8.0)))),
            RED,
        )
        .note("posterior ∝ 1/k, K = 50", Corner::BottomLeft);
    let triangle = |p: &[f64; 3]| (p[1] + 0.5 * p[2], 0.866 * p[2]);
    let mixtures: Vec<[f64; 3]> = (0..=10)
        .flat_map(|i| {
            (0..=(10 - i)).map(move |j| [f64::from(10 - i - j) / 10.0, f64::from(i) / 10.0, f64::from(j) / 10.0])
        })
        .collect();
    let places: Vec<(f64, f64)> = mixtures.iter().map(triangle).collect();
    let simplex = Panel::new("simplex")
        .x(Axis::hidden().range(-0.1, 1.1))
        .y(Axis::hidden().range(-0.15, 1.05))
        .square()
        .line("", [0.0, 1.0, 0.5, 0.0], [0.0, 0.0, 0.866, 0.0], Style::color(BLACK).width(0.7))
        .points("", places.iter().map(|p| p.0), places.iter().map(|p| p.1), Style::color(BLUE).size(5.0))
        .colored_by(
            mixtures.iter().map(|m| 0.3 + m[0] * m[1] + m[1] * m[2] + 0.5 * m[2]),
            ColorScale::viridis(0.3, 0.9).label("accuracy"),
        )
        .annotate(0.0, 0.0, "source 1", Anchor::Below)
        .annotate(1.0, 0.0, "source 2", Anchor::Below)
        .annotate(0.5, 0.866, "source 3", Anchor::Above)
        .points("best", [0.65], [0.4], Style::color(RED).marker(Marker::Star).size(7.0));
    let dense: Vec<f64> = (0..200).map(|i| f64::from(i) / 20.0).collect();
    let crowded = Panel::new("no room inside: the legend goes below")
        .x(Axis::linear("t"))
        .y(Axis::linear("x(t)"))
        .line("fast", &dense, dense.iter().map(|t| sin(9.0 * t)), BLUE)
        .line("slow", &dense, dense.iter().map(|t| cos(4.0 * t)), ORANGE)
        .line("slower still", &dense, dense.iter().map(|t| sin(*t)), PURPLE);
    Figure::new().title("Every mark of the crate")
        .caption("A sheet to look at, with a caption that is drawn because it was asked for. It is long enough to be broken into several lines, as captions of figures usually are, and it has a formula: e^{−λ_{min}t}.")
        .draw_caption()
        .row([heat, log_heat, stacked])
        .row([scatter, markers, labelled])
        .row([zones, simplex, crowded])
}

/// Scales and number formats.
fn axes() -> Figure {
    let x: Vec<f64> = (-200..=200).map(|i| f64::from(i) / 2.0).collect();
    let panel = |title: &str| Panel::new(title).unlettered();
    Figure::new()
        .title("Axes")
        .row([
            panel("symlog").x(Axis::symlog("x", 1.0)).y(Axis::symlog("x^{3}", 10.0)).line(
                "",
                &x,
                x.iter().map(|x| x * x * x),
                BLUE,
            ),
            panel("common power of ten").x(Axis::linear("step")).y(Axis::linear("energy (J)")).line(
                "",
                (0..100).map(|i| i * 30_000),
                (0..100).map(|i| 1e-7 * f64::from(i)),
                BLUE,
            ),
            panel("many decades").x(Axis::log("n")).y(Axis::log("error")).line("", [1.0, 1e9], [1.0, 1e-26], BLUE),
            panel("inverted, SI")
                .x(Axis::linear("left to right").inverted())
                .y(Axis::linear("").format(Format::Si))
                .line("", [0.0, 1.0], [0.0, 3e6], BLUE),
        ])
        .height(0.8)
        .row([
            panel("long names")
                .x(Axis::categories(
                    "",
                    ["gradient ascent", "gradient difference", "NPO + KL", "Needle (noise)", "random other unit"],
                ))
                .y(Axis::linear("accuracy"))
                .bars("", [0.5, 0.6, 0.7, 0.2, 0.9], BLUE),
            panel("very long name that must be broken")
                .x(Axis::categories("", (0..9).map(|i| format!("category {i}"))))
                .y(Axis::linear("a label too long for the height of this panel"))
                .bars("", (0..9).map(f64::from), ORANGE),
            panel("short range of a log axis")
                .x(Axis::log("x").range(3.0, 8.0))
                .y(Axis::log("y").range(110.0, 180.0))
                .line("", [3.0, 8.0], [110.0, 180.0], BLUE),
            panel("own ticks")
                .x(Axis::log("density").range(0.02, 0.5).inverted().tick_labels([
                    (0.5, "50%"),
                    (0.3, "70%"),
                    (0.2, "80%"),
                    (0.1, "90%"),
                    (0.05, "95%"),
                    (0.02, "98%"),
                ]))
                .y(Axis::linear(""))
                .line("", [0.02, 0.5], [0.1, 0.9], BLUE),
        ])
        .height(0.8)
        .row([
            panel("constant data").line("c", [1.0, 2.0], [3.0, 3.0], BLUE),
            panel("one point").points("p", [1.0], [1e-3], BLUE),
            panel("gaps").line(
                "g",
                (0..20).map(f64::from),
                (0..20).map(|i| if i % 5 == 0 { f64::NAN } else { f64::from(i) }),
                Style::color(RED).marker(Marker::Circle),
            ),
            panel("leaves the panel").y(Axis::linear("").range(0.0, 1.0)).line(
                "",
                (0..50).map(f64::from),
                (0..50).map(|i| 2.0 * sin(f64::from(i) / 3.0)),
                GREEN,
            ),
        ])
        .height(0.8)
}

/// At the width of one column.
fn single_column() -> Figure {
    let t: Vec<f64> = (1..=100).map(f64::from).collect();
    let decay = |rate: f64| t.iter().map(|t| exp(-rate * t)).collect::<Vec<f64>>();
    Figure::new().width(3.4).row([Panel::new("")
        .unlettered()
        .x(Axis::linear("iteration"))
        .y(Axis::log("‖W_{t} − M^{*}‖_{F}^{2}"))
        .line("α = 0.1", &t, decay(0.02), BLUE)
        .line("α = 0.2", &t, decay(0.06), RED)
        .line("α = 0.4", &t, decay(0.12), GREEN)
        .line("theory", &t, decay(0.05), Style::color(BLACK).dashed().width(0.8))])
}

/// A quantity with the interval of its repetitions, in all the ways to draw it, and values that are not finite.
fn curves() -> Figure {
    let curve = |shift: f64, count: i32| {
        let x: Vec<f64> = (1..=count).map(f64::from).collect();
        let middle: Vec<f64> = x.iter().map(|x| shift + exp(-0.4 * x)).collect();
        let ends = [-0.04, 0.06].map(|by| middle.iter().map(|y| y + by).collect::<Vec<f64>>());
        let [low, high] = ends;
        Curve::new(x, middle).between(low, high)
    };
    let ways = Panel::new("curves")
        .x(Axis::linear("t"))
        .y(Axis::linear("loss").without("far away"))
        .curve("band", curve(0.6, 8), BLUE)
        .curve("whiskers", curve(0.4, 8), Style::color(RED).marker(Marker::Square))
        .curve_with_band("band and markers", curve(0.2, 8), Style::color(GREEN).marker(Marker::Circle))
        .curve_points("points", curve(0.0, 8), Style::color(PURPLE).open())
        .horizontal(7.0, "far away");
    let methods = [("one", BLUE), ("two", ORANGE), ("three", GREEN)];
    let styles = methods.iter().enumerate().map(|(k, (label, color))| {
        (*label, curve(0.1 * f64::from(k as u32), 4), Style::color(*color).marker(Marker::series(k)))
    });
    let beside = Panel::new("side by side")
        .x(Axis::categories("class", ["easy", "harder", "hard", "hardest"]))
        .y(Axis::linear("loss").from(0))
        .ticks_across("bound", [0.5, 0.3, 0.2, 0.1], DARK_GREY)
        .curves_beside(styles);
    let bars = Panel::new("named bars")
        .x(Axis::linear("excess"))
        .named_bars(methods.iter().enumerate().map(|(k, (label, color))| (*label, [1 + k, 2 + k, 5], *color)));
    let (nan, infinite) = (f64::NAN, f64::INFINITY);
    let broken = Panel::new("not finite: gaps, and an entry for the series that has nothing else")
        .line("diverged", [1, 2, 3, 4, 5], [1.0, nan, 2.0, infinite, 2.5], BLUE)
        .points("all lost", [1.0], [nan], RED);
    let blank = Panel::new("nothing finite").x(Axis::log("x")).points("all lost", [1.0, 2.0], [nan, nan], RED);
    let huge = Panel::new("huge").line("", [1e-150, 1e150], [-1e150, 1e150], BLUE);
    Figure::new().row([ways, beside, bars]).row([broken, blank, huge])
}
