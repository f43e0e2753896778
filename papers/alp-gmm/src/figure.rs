//! Mastered cubes against episodes in two spaces, at the end against useless dimensions, and the published order.

use common::prelude::*;

use crate::theory::ceiling_corners;
use crate::{Config, PUBLISHED};

/// Teachers with their label and look, from the back to the front. Larger markers stand behind smaller ones.
const TEACHERS: [(&str, &str, Style); 4] = [
    ("random", "Random", Style::color(GREY).marker(Marker::Diamond).size(4.5)),
    ("riac", "RIAC", Style::color(ORANGE).marker(Marker::Square).size(4.5)),
    ("covar_gmm", "Covar-GMM", Style::color(GREEN).marker(Marker::Triangle).size(7.0)),
    ("alp_gmm", "ALP-GMM", Style::color(BLUE).marker(Marker::Circle).size(4.0).width(2.0)),
];

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    let (plain, many) = (config.fewest_useless(), config.many_useless());
    // One axis for all; the ceiling leaves it soon.
    let most = 1.05 * table.greatest("mastered_pct");
    let ours = |panel: Panel| panel.y(Axis::linear("mastered cubes (%)").range(0, most)).legend(Legend::Shared);
    let space = match plain {
        0 => format!("{}-D space: progress beats chance", config.grid.dims),
        _ => format!("{plain} useless: progress beats chance"),
    };
    Figure::new()
        .row([
            ours(learning_curves(config, table, plain, space)).shows(["covar-leads-noise-free-2d"]),
            ours(learning_curves(config, table, many, format!("{many} useless dimensions: RIAC fails")))
                .series_shows("ALP-GMM", "alp-robust-to-useless-dims")
                .series_shows("RIAC", "riac-collapses")
                .series_shows("ALP-GMM", "alp-beats-riac-with-useless")
                .series_shows("RIAC", "alp-beats-riac-with-useless"),
        ])
        .row([ours(robustness(config, table)), walkers()])
}

/// Mastered cubes over episodes in one space.
fn learning_curves(config: &Config, table: &Table, useless: usize, title: String) -> Panel {
    let runs = table.with("useless", useless);
    let curves = TEACHERS.map(|(teacher, label, style)| {
        let mastered = runs.with("teacher", teacher).curve("episode", "mastered_pct").mean().range();
        // Every run starts with nothing.
        (label, mastered.starting_at(0.0, 0.0).map_x(|episode| episode / 1000.0), style.plain())
    });
    // Through the corners of the staircase, which is too fine to be seen.
    let (episodes, ceiling): (Vec<f64>, Vec<f64>) = ceiling_corners(&config.grid, config.episodes)
        .into_iter()
        .map(|(episode, percent)| (episode / 1000.0, percent))
        .unzip();
    Panel::new(title)
        .x(Axis::linear("episodes (thousands)").range(0, config.episodes as f64 / 1000.0))
        .curves(curves)
        .line("no episode wasted", episodes, ceiling, Style::color(BLACK).dashed().width(0.9))
        .series_shows("ALP-GMM", "alp-beats-random")
        .series_shows("Random", "alp-beats-random")
}

/// Mastered cubes at the end over numbers of useless dimensions.
fn robustness(config: &Config, table: &Table) -> Panel {
    let last = table.with("episode", config.episodes);
    let counts = config.useless.iter().map(|&useless| useless as f64);
    let mut panel = Panel::new("RIAC collapses, mixtures do not").x(Axis::linear("useless dimensions").ticks(counts));
    for (teacher, label, style) in TEACHERS {
        let mastered = last.with("teacher", teacher).curve("useless", "mastered_pct").mean().range();
        panel = panel.curve_with_band(label, mastered, style);
    }
    panel.series_shows("ALP-GMM", "alp-robust-to-useless-dims").series_shows("RIAC", "riac-collapses")
}

/// The published tasks that walkers have mastered, on an axis of its own.
fn walkers() -> Panel {
    let published = PUBLISHED.entry("walkers");
    let names = TEACHERS.map(|(_, label, _)| label);
    let mut panel = Panel::new("published for walkers: ALP-GMM leads")
        .x(Axis::categories("", names))
        .y(Axis::linear("mastered tasks (%)").range(0, 60))
        .legend(Legend::TopLeft)
        .shows(["alp-beats-random", "alp-beats-riac-with-useless", "covar-leads-noise-free-2d"]);
    let mut label = "published";
    for (k, (teacher, _, style)) in TEACHERS.into_iter().enumerate() {
        let place = published.x.iter().position(|x| x == teacher).expect("all four are published");
        let curve =
            Curve::new([k as f64], [published.y[place]]).between([published.low[place]], [published.high[place]]);
        panel = panel.curve_points(label, curve, style.open().size(7.0));
        label = "";
    }
    panel
}
