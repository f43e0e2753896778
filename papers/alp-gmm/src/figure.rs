//! Mastered cubes against episodes in two spaces, and at the end against useless dimensions.

use common::prelude::*;

use crate::Config;
use crate::theory::ceiling_corners;

/// Teachers with their label and look, from the back to the front.
const TEACHERS: [(&str, &str, Color, Marker); 4] = [
    ("random", "Random", GREY, Marker::Diamond),
    ("riac", "RIAC", ORANGE, Marker::Square),
    ("covar_gmm", "Covar-GMM", GREEN, Marker::Triangle),
    ("alp_gmm", "ALP-GMM", BLUE, Marker::Circle),
];

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let panels = [
        learning_curves(config, table, config.fewest_useless()),
        learning_curves(config, table, config.many_useless()),
        robustness(config, table),
    ];
    // One axis for all.
    let most = table.greatest("mastered_pct").max(60.0);
    let axis = || Axis::linear("mastered cubes (%)").range(0, most);
    Figure::new().row(panels.map(|panel| panel.y(axis()).legend(Legend::Shared))).height(1.15)
}

/// Mastered cubes over episodes in one space.
fn learning_curves(config: &Config, table: &Table, useless: usize) -> Panel {
    let title = match useless {
        0 => format!("{}-D toy space", config.grid.dims),
        1 => "with 1 useless dimension".to_string(),
        _ => format!("with {useless} useless dimensions"),
    };
    let runs = table.with("useless", useless);
    let curves = TEACHERS.map(|(teacher, label, color, _)| {
        let mastered = runs.with("teacher", teacher).curve("episode", "mastered_pct").mean().range();
        // Every run starts with nothing.
        (label, mastered.starting_at(0.0, 0.0).map_x(|episode| episode / 1000.0), color)
    });
    // Through the corners of the staircase, which is too fine to be seen.
    let (episodes, ceiling): (Vec<f64>, Vec<f64>) = ceiling_corners(&config.grid, config.episodes)
        .into_iter()
        .map(|(episode, percent)| (episode / 1000.0, percent))
        .unzip();
    Panel::new(title)
        .x(Axis::linear("episodes (thousands)").range(0, config.episodes as f64 / 1000.0))
        .curves(curves)
        .line("ceiling", episodes, ceiling, Style::color(BLACK).dashed().width(0.9))
}

/// Mastered cubes at the end over numbers of useless dimensions.
fn robustness(config: &Config, table: &Table) -> Panel {
    let last = table.with("episode", config.episodes);
    // Beside each other, so that the whiskers do not overlap.
    let widest = config.many_useless().max(1) as f64;
    let curves = TEACHERS.into_iter().enumerate().map(|(k, (teacher, label, color, marker))| {
        let mastered = last.with("teacher", teacher).curve("useless", "mastered_pct").mean().range();
        let beside = mastered.map_x(|useless| useless + 0.02 * widest * (k as f64 - 1.5));
        (label, beside, Style::color(color).marker(marker))
    });
    let counts = config.useless.iter().map(|&useless| useless as f64);
    Panel::new("robustness").x(Axis::linear("useless dimensions").ticks(counts)).curves(curves)
}
