//! One bowl with the laws' recommendations, the two power laws, and what each law costs.

use anyhow::Context;
use common::prelude::*;
use common::statistics::mean;

use crate::Config;
use crate::law::PowerLaw;
use crate::rows::Source;

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

/// The figure. Panels a to c show the first seed, the strip all of them.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let seed = table.filter("seed", 0)?;
    let title = title(&seed)?;
    let refit = law(&seed, "refit")?;
    let upper = [bowl_panel(config, &seed)?, rate_panel(&seed, &refit)?, batch_panel(&seed, &refit)?];
    Ok(Figure::new(title).caption(caption(&seed, &refit)?).row(1.15, upper).row(0.6, [cost_panel(table)?]))
}

fn source(table: &Table) -> Result<Source> {
    let synthetic = table.filter("source", "synthetic")?;
    Ok(if synthetic.is_empty() { Source::Measured } else { Source::Synthetic })
}

/// Where the losses come from.
fn title(seed: &Table) -> Result<String> {
    let runs = |family: &str| -> Result<f64> {
        let groups = seed.filter("kind", "group")?.filter("method", "grid-min")?;
        Ok(groups.filter("family", family)?.floats("runs")?.iter().sum())
    };
    Ok(match source(seed)? {
        Source::Measured => format!("measured losses ({} + {} runs)", runs("dense")?, runs("moe")?),
        Source::Synthetic => "SYNTHETIC losses implied by the published law".to_string(),
    })
}

fn caption(seed: &Table, refit: &PowerLaw) -> Result<String> {
    let power = |exponent: f64| format!("^{{{exponent:.3}}}");
    let remark = match source(seed)? {
        Source::Measured => {
            " On the published loss tables the best learning rate rises more slowly with D than the \
             published law says."
        }
        Source::Synthetic => " The losses are synthetic: the published exponents are what was planted.",
    };
    Ok(format!(
        "Excess loss over the grid minimum is a convex bowl in (log lr, log batch); the bowl minima follow \
         power laws in N and D. Refit here: lr* = {:.3} N{} D{}, B* = {:.3} D{}; published exponents -0.713, \
         0.307, 0.571.{remark}",
        exp(refit.a0),
        power(refit.a_n),
        power(refit.a_d),
        exp(refit.b0),
        power(refit.b_d),
    ))
}

/// The coefficients of a law in the table.
fn law(table: &Table, method: &str) -> Result<PowerLaw> {
    let row = table.filter("kind", "law")?.filter("method", method)?;
    Ok(PowerLaw {
        a0: number(&row, "a0")?,
        a_n: number(&row, "a_n")?,
        a_d: number(&row, "a_d")?,
        b0: number(&row, "b0")?,
        b_d: number(&row, "b_d")?,
    })
}

/// The value of a column in the first row.
fn number(table: &Table, column: &str) -> Result<f64> {
    table.floats(column)?.first().copied().with_context(|| format!("no row with `{column}`"))
}

/// 214663680 as 215M, 5.69e10 as 56.9B.
fn short(count: f64) -> String {
    match count < 1.0e9 {
        true => format!("{:.0}M", count / 1.0e6),
        false => format!("{}B", (count / 1.0e7).round() / 100.0),
    }
}

fn bowl_panel(config: &Config, seed: &Table) -> Result<Panel> {
    let window = config.analysis.window;
    let runs = seed.filter("kind", "run")?;
    let (n, d) = (number(&runs, "n")?, number(&runs, "d")?);
    let inside = |value: &Value| value.as_float().is_some_and(|excess| excess <= window);
    let near = runs.filter_by("excess", inside)?;
    let far = runs.filter_by("excess", |value| !inside(value))?;
    let title = format!("N = {}, D = {}", short(n), short(d));
    let scale = ColorScale::viridis(0.0, window).label("excess loss").format(Format::Percent);
    let mut panel = Panel::new("a", title)
        .x(Axis::log2("peak learning rate"))
        .y(Axis::log2("batch size (tokens)"))
        .legend(Legend::Below)
        .width(1.2)
        .points("", far.floats("lr_opt")?, far.floats("b_opt")?, Style::color(GREY).marker(Marker::Cross).size(3.0))
        .points("", near.floats("lr_opt")?, near.floats("b_opt")?, Style::color(GREY).marker(Marker::Circle).size(4.5))
        .colored_by(near.floats("excess")?, scale);

    let groups = seed.filter("kind", "group")?.filter("n", n)?.filter("d", d)?;
    panel = bowl_contours(panel, &runs, &groups.filter("method", "bowl")?, window)?;
    let gaps = seed.filter("kind", "gap")?.filter("n", n)?.filter("d", d)?;
    // Where laws agree their markers cover each other: the later, the smaller.
    let marks = [
        (&groups, "grid-min", "lowest loss", WINE, Marker::Star, 8.0),
        (&gaps, "copied", "copied", PURPLE, Marker::Cross, 7.0),
        (&gaps, "deepseek-form", "compute-only law", ORANGE, Marker::Diamond, 7.0),
        (&gaps, "loso", "refit, size held out", BLUE, Marker::Square, 8.5),
        (&gaps, "published", "published law", RED, Marker::Triangle, 6.5),
        (&groups, "bowl", "bottom of the bowl", BLACK, Marker::Circle, 3.5),
    ];
    for (table, method, label, color, marker, size) in marks {
        let row = table.filter("method", method)?;
        let style = Style::color(color).marker(marker).size(size);
        panel = panel.points(label, row.floats("lr_opt")?, row.floats("b_opt")?, style);
    }
    Ok(panel)
}

/// Contour lines of the fitted quadratic over the range of the runs.
fn bowl_contours(panel: Panel, runs: &Table, bowl: &Table, window: f64) -> Result<Panel> {
    const STEPS: usize = 120;
    // Evenly spaced logarithms over the range of a column.
    let spaced = |column: &str| -> Result<Vec<f64>> {
        let logs: Vec<f64> = runs.floats(column)?.into_iter().map(ln).collect();
        let (low, high) = (reduce::min(&logs), reduce::max(&logs));
        Ok((0..=STEPS).map(|k| low + (high - low) * k as f64 / STEPS as f64).collect())
    };
    let (rates, batches) = (spaced("lr_opt")?, spaced("b_opt")?);
    let (rate, batch) = (ln(number(bowl, "lr_opt")?), ln(number(bowl, "b_opt")?));
    let (floor, xx) = (number(bowl, "floor")?, number(bowl, "h_lr")?);
    let (xy, yy) = (number(bowl, "h_mixed")?, number(bowl, "h_b")?);
    let excess = |ln_rate: f64, ln_batch: f64| {
        let (x, y) = (ln_rate - rate, ln_batch - batch);
        floor + (xx * x * x + 2.0 * xy * x * y + yy * y * y) / 2.0
    };
    let row = |&y: &f64| rates.iter().map(move |&x| excess(x, y));
    let values: Vec<f64> = batches.iter().flat_map(row).collect();
    let plain = |logs: &[f64]| logs.iter().copied().map(exp).collect::<Vec<_>>();
    let (rates, batches) = (plain(&rates), plain(&batches));
    let levels = [0.125, 0.25, 0.5, 1.0].map(|share| share * window);
    let labels = levels.map(|level| format!("{}%", 100.0 * level));
    Ok(panel.contours("", rates, batches, values, levels, Style::color(DARK_GREY).width(0.8)).level_labels(labels))
}

/// The bowl minima of one model size, with their bootstrap intervals, and how it is drawn.
struct Size {
    n: f64,
    color: Color,
    minima: Table,
    boot: Table,
}

fn sizes(seed: &Table) -> Result<Vec<Size>> {
    let bowls = seed.filter("kind", "group")?.filter("method", "bowl")?;
    let boots = seed.filter("kind", "boot")?;
    let groups = bowls.group_by(&["n"])?;
    let count = groups.len();
    let size = |(index, (_, minima)): (usize, (Vec<Value>, Table))| {
        let n = number(&minima, "n")?;
        Ok(Size { n, color: Color::ramp(index, count), minima, boot: boots.filter("n", n)? })
    };
    groups.into_iter().enumerate().map(size).collect()
}

fn rate_panel(seed: &Table, refit: &PowerLaw) -> Result<Panel> {
    let published = PowerLaw::published();
    let mut panel = Panel::new("b", "best learning rate")
        .x(Axis::log("tokens D"))
        .y(Axis::log("learning rate"))
        .legend(Legend::Below);
    for (index, size) in sizes(seed)?.into_iter().enumerate() {
        let d = size.minima.floats("d")?;
        let along = |law: &PowerLaw| -> Vec<f64> { d.iter().map(|&d| law.predict(size.n, d).rate()).collect() };
        if index == 0 {
            // For the legend; the lines of the first size cover them.
            let key = Style::color(DARK_GREY);
            panel = panel.line("refit", &d, along(refit), key).line("published", &d, along(&published), key.dashed());
        }
        let (name, style) = (format!("N = {}", short(size.n)), Style::color(size.color));
        panel = panel
            .line("", &d, along(refit), style)
            .line("", &d, along(&published), style.dashed())
            .points(name, &d, size.minima.floats("lr_opt")?, style)
            .errors(size.boot.floats("lr_lo")?, size.boot.floats("lr_hi")?);
    }
    Ok(panel)
}

fn batch_panel(seed: &Table, refit: &PowerLaw) -> Result<Panel> {
    let boots = seed.filter("kind", "boot")?.sort(&["d"])?;
    let d = boots.floats("d")?;
    // B does not depend on N in either law.
    let along = |law: &PowerLaw| -> Vec<f64> { d.iter().map(|&d| law.predict(1.0, d).batch()).collect() };
    let mut panel = Panel::new("c", "best batch size")
        .x(Axis::log("tokens D"))
        .y(Axis::log("batch size (tokens)"))
        .band(&d, boots.floats("law_b_lo")?, boots.floats("law_b_hi")?, BLACK)
        .line("refit", &d, along(refit), BLACK)
        .line("published", &d, along(&PowerLaw::published()), Style::color(RED).dashed());
    for size in sizes(seed)? {
        panel = panel
            .points("", size.minima.floats("d")?, size.minima.floats("b_opt")?, size.color)
            .errors(size.boot.floats("b_lo")?, size.boot.floats("b_hi")?);
    }
    Ok(panel)
}

/// Mean and largest excess of each law over all groups and seeds.
fn cost_panel(table: &Table) -> Result<Panel> {
    let gaps = table.filter("kind", "gap")?;
    let dense = gaps.filter("family", "dense")?;
    let mixtures = gaps.filter("family", "moe")?;
    let mut bars: Vec<(&str, Color, Vec<f64>)> = Vec::new();
    for (method, name, color) in LAWS {
        bars.push((name, color, dense.filter("method", method)?.floats("excess")?));
    }
    if !mixtures.is_empty() {
        for (method, name, color) in MIXTURES {
            bars.push((name, color, mixtures.filter("method", method)?.floats("excess")?));
        }
    }
    let largest: Vec<f64> = bars.iter().map(|(_, _, excess)| reduce::max(excess)).collect();
    let axis = Axis::log("excess loss of the nearest run: mean (bar) and largest (tick) over the groups")
        .range(3.0e-4, 1.15 * reduce::max(&largest).max(0.026))
        .format(Format::Percent);
    let names = bars.iter().map(|(name, ..)| *name);
    let mut panel =
        Panel::new("d", "what following a law costs").x(axis).y(Axis::categories("", names)).legend(Legend::None);
    for (index, (name, color, excess)) in bars.iter().enumerate() {
        let only = |value: f64| (0..bars.len()).map(move |k| if k == index { value } else { f64::NAN });
        panel = panel.bars(*name, only(mean(excess)), *color).bar_ticks(only(largest[index]));
    }
    // One series for each colour; stacked, each has the whole room of its category.
    Ok(panel.stacked())
}
