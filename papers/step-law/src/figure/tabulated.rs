//! Of the losses of a table: one bowl with the laws' recommendations, the two power laws, and what each law costs.

use common::prelude::*;
use common::statistics::{greatest, mean};

use super::bowl;
use crate::Config;
use crate::law::PowerLaw;

/// Bars of the strip: method, its name and colour.
const LAWS: [(&str, &str, Color); 5] = [
    ("published", "published law", RED),
    ("refit", "refit, all sizes", BLACK),
    ("loso", "refit, size held out", BLUE),
    ("deepseek-form", "compute-only law", ORANGE),
    ("copied", "copied from the smallest", PURPLE),
];

/// Bars for mixtures of experts.
const MIXTURES: [(&str, &str, Color); 2] =
    [("refit", "MoE, N = all parameters", BLACK), ("refit-active", "MoE, N = active parameters", SKY)];

/// Draws the panels: a to c of the first seed, the strip of all.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let seed = table.with("seed", 0);
    let refit = law(&seed, "refit");
    Figure::new()
        .title(title(&seed))
        .row([bowl_panel(config.protocol.window, &seed), rate_panel(&seed, &refit), batch_panel(&seed, &refit)])
        .height(1.15)
        .row([cost_panel(&table.kind("gap"))])
        .height(0.6)
}

/// Where the losses come from.
fn title(seed: &Table) -> String {
    let groups = seed.kind("group").with("method", "grid-min");
    let runs = |family| groups.with("family", family).column("runs").iter().sum::<f64>();
    match seed.with("source", "measured").is_empty() {
        true => "SYNTHETIC losses implied by the published law".to_string(),
        false => format!("measured losses ({} + {} runs)", runs("dense"), runs("moe")),
    }
}

/// The coefficients of a law in the table.
fn law(seed: &Table, method: &str) -> PowerLaw {
    let row = seed.kind("law").with("method", method);
    let of = |coefficient| row.value(coefficient);
    PowerLaw { a0: of("a0"), a_n: of("a_n"), a_d: of("a_d"), b0: of("b0"), b_d: of("b_d") }
}

/// 214663680 as 215M, 5.69e10 as 56.9B.
fn short(count: f64) -> String {
    match count < 1.0e9 {
        true => format!("{:.0}M", count / 1.0e6),
        false => format!("{}B", (count / 1.0e7).round() / 100.0),
    }
}

fn bowl_panel(window: f64, seed: &Table) -> Panel {
    let runs = seed.kind("run");
    // The same in all runs.
    let (n, d) = (runs.least("n"), runs.least("d"));
    let of_group = |kind| seed.kind(kind).with("n", n).with("d", d);
    let (groups, gaps) = (of_group("group"), of_group("gap"));
    // Where laws agree their markers cover each other: the later, the smaller.
    let marks = [
        (&groups, "grid-min", "lowest loss", WINE, Marker::Star, 8.0),
        (&gaps, "copied", "copied", PURPLE, Marker::Cross, 7.0),
        (&gaps, "deepseek-form", "compute-only law", ORANGE, Marker::Diamond, 7.0),
        (&gaps, "loso", "refit, size held out", BLUE, Marker::Square, 8.5),
        (&gaps, "published", "published law", RED, Marker::Triangle, 6.5),
        (&groups, "bowl", "bottom of the bowl", BLACK, Marker::Circle, 3.5),
    ];
    let marks = marks.map(|(rows, method, label, color, marker, size)| {
        let row = rows.with("method", method);
        (label, row.value("lr_opt"), row.value("b_opt"), Style::color(color).marker(marker).size(size))
    });
    let levels = [0.125, 0.25, 0.5, 1.0].map(|share| share * window);
    let title = format!("N = {}, D = {}", short(n), short(d));
    bowl::panel(title, &runs, &groups.with("method", "bowl"), &levels, window, &marks).shows(["convex-bowl"])
}

/// The bowl minima of one model size, with their bootstrap intervals, and how it is drawn.
struct Size {
    n: f64,
    color: Color,
    minima: Table,
    boot: Table,
}

impl Size {
    /// The best learning rate (`lr`) or batch size (`b`) over D.
    fn best(&self, quantity: &str) -> Curve {
        let of = |table: &Table, what| table.column(&format!("{quantity}_{what}"));
        Curve::new(self.minima.column("d"), of(&self.minima, "opt")).between(of(&self.boot, "lo"), of(&self.boot, "hi"))
    }
}

fn sizes(seed: &Table) -> Vec<Size> {
    let groups = seed.kind("group").with("method", "bowl").groups("n");
    let count = groups.len();
    let size = |(index, (_, minima)): (usize, (Value, Table))| {
        let n = minima.least("n");
        Size { n, color: Color::ramp(index, count), minima, boot: seed.kind("boot").with("n", n) }
    };
    groups.into_iter().enumerate().map(size).collect()
}

fn rate_panel(seed: &Table, refit: &PowerLaw) -> Panel {
    let sizes = sizes(seed);
    let along = |law: &PowerLaw, size: &Size| {
        let d = size.minima.column("d");
        let rates: Vec<f64> = d.iter().map(|&d| law.predict(size.n, d).rate()).collect();
        Curve::new(d, rates)
    };
    let published = PowerLaw::published();
    let panel =
        Panel::new("best learning rate").x(Axis::log("tokens D")).y(Axis::log("learning rate")).legend(Legend::Below);
    let panel = panel.shows(["lr-size-exponent", "lr-data-exponent", "matches-published"]);
    // For the legend; the lines of the first size cover them.
    let key = Style::color(DARK_GREY);
    let panel = sizes.iter().take(1).fold(panel, |panel, size| {
        panel.curve("refit", along(refit, size), key).curve("published", along(&published, size), key.dashed())
    });
    sizes.iter().fold(panel, |panel, size| {
        let style = Style::color(size.color);
        panel.curve("", along(refit, size), style).curve("", along(&published, size), style.dashed()).curve_points(
            format!("N = {}", short(size.n)),
            size.best("lr"),
            style,
        )
    })
}

fn batch_panel(seed: &Table, refit: &PowerLaw) -> Panel {
    let boots = seed.kind("boot").sorted("d");
    let d = boots.column("d");
    // B does not depend on N in either law.
    let along = |law: &PowerLaw| {
        let batches: Vec<f64> = d.iter().map(|&d| law.predict(1.0, d).batch()).collect();
        Curve::new(d.clone(), batches)
    };
    let panel = Panel::new("best batch size")
        .x(Axis::log("tokens D"))
        .y(Axis::log("batch size (tokens)"))
        .shows(["batch-exponent", "matches-published"])
        .curve("refit", along(refit).between(boots.column("law_b_lo"), boots.column("law_b_hi")), BLACK)
        .curve("published", along(&PowerLaw::published()), Style::color(RED).dashed());
    sizes(seed).iter().fold(panel, |panel, size| panel.curve_points("", size.best("b"), size.color))
}

/// Mean and largest excess of each law over all groups and seeds.
fn cost_panel(gaps: &Table) -> Panel {
    let (dense, mixtures) = (gaps.with("family", "dense"), gaps.with("family", "moe"));
    let of_mixtures = if mixtures.is_empty() { &[][..] } else { &MIXTURES[..] };
    let bars = LAWS.iter().map(|law| (&dense, law)).chain(of_mixtures.iter().map(|law| (&mixtures, law)));
    let bars: Vec<(&str, Color, Vec<f64>)> = bars
        .map(|(gaps, &(method, name, color))| (name, color, gaps.with("method", method).column("excess")))
        .collect();
    let largest: Vec<f64> = bars.iter().map(|(_, _, excess)| greatest(excess)).collect();
    let axis = Axis::log("excess loss of the nearest run: mean (bar) and largest (tick) over the groups")
        .range(3.0e-4, 1.15 * largest.iter().copied().fold(0.026, f64::max))
        .format(Format::Percent);
    let names = bars.iter().map(|(name, ..)| *name);
    let panel = Panel::new("what following a law costs").x(axis).y(Axis::categories("", names)).legend(Legend::None);
    let panel = panel
        .shows(["moe-transfer"])
        .series_shows("published law", "law-vs-deepseek")
        .series_shows("compute-only law", "law-vs-deepseek")
        .series_shows("refit, size held out", "held-out-size")
        .series_shows("copied from the smallest", "held-out-size");
    let panel = bars.iter().enumerate().fold(panel, |panel, (index, (name, color, excess))| {
        let only = |value: f64| (0..bars.len()).map(move |k| if k == index { value } else { f64::NAN });
        panel.bars(*name, only(mean(excess)), *color).bar_ticks(only(largest[index]))
    });
    // One series for each colour; stacked, each has the whole room of its category.
    panel.stacked()
}
