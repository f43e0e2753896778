//! Mastered cubes against episodes in two spaces, and at the end against useless dimensions.

use common::prelude::*;

use crate::Config;
use crate::teacher::Name;
use crate::theory::ceiling_corners;

/// Teachers with their label and look, from the back to the front.
const TEACHERS: [(Name, &str, Color, Marker); 4] = [
    (Name::Random, "Random", GREY, Marker::Diamond),
    (Name::Riac, "RIAC", ORANGE, Marker::Square),
    (Name::CovarGmm, "Covar-GMM", GREEN, Marker::Triangle),
    (Name::AlpGmm, "ALP-GMM", BLUE, Marker::Circle),
];

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let caption = format!(
        "Four teachers in a toy space of {}-dimensional tasks, cut into {} cubes of which each unlocks its neighbours \
         (lines are means, bands and whiskers ranges over {} seeds). Uniform tasks hardly get beyond the first cube. \
         Useless dimensions cost the teacher that splits the space (RIAC) most of its success, and the two with \
         mixtures little or nothing (c). Dashed: with no episode wasted.",
        config.grid.dims,
        config.grid.count(),
        config.seeds,
    );
    let space = format!("{}-D toy space", config.grid.dims);
    let with_useless = |useless: usize| match useless {
        0 => space.clone(),
        1 => "with 1 useless dimension".to_string(),
        _ => format!("with {useless} useless dimensions"),
    };
    let (plain, many) = (config.fewest_useless(), config.many_useless());
    Ok(Figure::new("").caption(caption).row(
        1.15,
        [
            learning_curves(config, table, Panel::new("a", with_useless(plain)), plain)?,
            learning_curves(config, table, Panel::new("b", with_useless(many)), many)?,
            robustness(config, table)?,
        ],
    ))
}

/// The axis of mastered cubes, the same in all panels.
fn mastered_axis(table: &Table) -> Result<Axis> {
    let most = reduce::max(&table.floats("mastered_pct")?);
    Ok(Axis::linear("mastered cubes (%)").range(0, most.max(60.0)))
}

/// Mastered cubes over episodes in one space.
fn learning_curves(config: &Config, table: &Table, panel: Panel, useless: usize) -> Result<Panel> {
    let thousands = config.episodes as f64 / 1000.0;
    let mut panel = panel
        .x(Axis::linear("episodes (thousands)").range(0, thousands))
        .y(mastered_axis(table)?)
        .legend(Legend::Shared);
    for (teacher, label, color, _) in TEACHERS {
        let runs = table.filter("teacher", teacher.text())?.filter("useless", useless)?;
        let [episodes, mean, low, high] = spread(&runs, "episode")?;
        // Every run starts with nothing.
        let from_zero = |values: Vec<f64>| -> Vec<f64> { [0.0].into_iter().chain(values).collect() };
        let x = from_zero(episodes.iter().map(|episode| episode / 1000.0).collect());
        let (mean, low, high) = (from_zero(mean), from_zero(low), from_zero(high));
        panel = panel.band(&x, low, high, color).line(label, &x, mean, color);
    }
    // Through the corners of the staircase, which is too fine to be seen.
    let corners = ceiling_corners(&config.grid, config.episodes);
    let (episodes, ceiling): (Vec<f64>, Vec<f64>) = corners.into_iter().unzip();
    let episodes = episodes.iter().map(|episode| episode / 1000.0);
    Ok(panel.line("ceiling", episodes, ceiling, Style::color(BLACK).dashed().width(0.9)))
}

/// Mastered cubes at the end over numbers of useless dimensions.
fn robustness(config: &Config, table: &Table) -> Result<Panel> {
    let last = table.filter("episode", config.episodes)?;
    let counts = config.useless.iter().map(|&useless| useless as f64);
    let mut panel = Panel::new("c", "robustness")
        .x(Axis::linear("useless dimensions").ticks(counts))
        .y(mastered_axis(table)?)
        .legend(Legend::Shared);
    // Beside each other, so that the whiskers do not overlap.
    let widest = config.many_useless().max(1) as f64;
    for (k, (teacher, label, color, marker)) in TEACHERS.into_iter().enumerate() {
        let [useless, mean, low, high] = spread(&last.filter("teacher", teacher.text())?, "useless")?;
        let x: Vec<f64> = useless.iter().map(|count| count + 0.02 * widest * (k as f64 - 1.5)).collect();
        panel = panel
            .line(label, &x, &mean, color)
            .points(label, &x, &mean, Style::color(color).marker(marker))
            .errors(low, high);
    }
    Ok(panel)
}

/// The values of `by` with mean, minimum and maximum over seeds of the mastered cubes.
fn spread(runs: &Table, by: &str) -> Result<[Vec<f64>; 4]> {
    let statistics = [
        Summary::mean("mastered_pct").named("mean"),
        Summary::min("mastered_pct").named("low"),
        Summary::max("mastered_pct").named("high"),
    ];
    let summary = runs.summarize(&[by], &statistics)?;
    Ok([summary.floats(by)?, summary.floats("mean")?, summary.floats("low")?, summary.floats("high")?])
}
