//! Probe accuracy against characters and training pairs, and estimates of the mutual information.

use common::prelude::*;

use crate::Config;
use crate::claims::PUBLISHED;

/// Name in the table, label, colour and marker of the two methods.
const METHODS: [(&str, &str, Color, Marker); 2] =
    [("wpc", "WPC", BLUE, Marker::Circle), ("cpc", "CPC", ORANGE, Marker::Square)];

/// Draws the three panels.
pub fn draw(config: &Config, table: &Table) -> Figure {
    Figure::new().row([characters(config, table), pairs(config, table), estimates(config, table)]).height(1.3)
}

/// Panel a: accuracy against the number of characters.
fn characters(config: &Config, table: &Table) -> Panel {
    let rows = table.with("n_pairs", config.n_pairs);
    let accuracy = |method| rows.with("method", method).curve("m", "probe_acc").mean();
    let mut panel = Panel::new(format!("more characters, {} pairs", config.n_pairs))
        .x(Axis::linear("characters in a view, m")
            .ticks(&config.m_values)
            .range(config.m_values[0] as f64 - 0.5, config.most() as f64 + 0.5))
        .y(Axis::linear("accuracy of a linear probe").range(0.0, 1.03))
        .legend(Legend::Shared)
        .width(1.1)
        .shows(["beats-untrained-twice"])
        .series_shows("WPC", "wpc-more-complete")
        .series_shows("CPC", "wpc-more-complete")
        .series_shows("WPC", "gap-opens-with-mi")
        .series_shows("CPC", "gap-opens-with-mi")
        .curve("probe of the raw view", accuracy("raw").alone(), Style::color(DARK_GREY).dotted());
    for (method, label, color, marker) in METHODS {
        let published = PUBLISHED.entry(method);
        let shared = published.places().into_iter().zip(&published.y).filter(|(m, _)| rows.column("m").contains(m));
        let (x, y): (Vec<f64>, Vec<f64>) = shared.unzip();
        panel = panel.points(format!("{label}, published"), x, y, Style::color(color).marker(marker).open().size(6.0));
    }
    let untrained = Style::color(GREY).marker(Marker::Diamond).size(3.5);
    panel = panel.curve("untrained encoder", accuracy("untrained").deviation(), untrained);
    for (method, label, color, marker) in METHODS {
        panel = panel.curve(label, accuracy(method).deviation(), Style::color(color).marker(marker).size(3.5));
    }
    panel
}

/// Panel b: accuracy against the number of training pairs.
fn pairs(config: &Config, table: &Table) -> Panel {
    let rows = table.with("m", config.most());
    let panel = Panel::new(format!("more pairs, m = {}", config.most()))
        .x(Axis::log("training pairs").ticks(sorted(config.sizes().map(|n| n as f64))))
        .y(Axis::linear("accuracy of a linear probe"))
        .legend(Legend::Shared)
        .shows(["small-data"]);
    METHODS.iter().fold(panel, |panel, &(method, label, color, marker)| {
        let accuracy = rows.with("method", method).curve("n_pairs", "probe_acc").mean().deviation();
        panel.curve(label, accuracy, Style::color(color).marker(marker).size(3.5))
    })
}

/// Panel c: estimates of the mutual information on training batches and on fresh pairs.
fn estimates(config: &Config, table: &Table) -> Panel {
    let rows = table.with("n_pairs", config.n_pairs);
    let log_batch = config.setting.training.log_batch();
    let name = |m: &usize| format!("m = {m}\ntrue {:.2}", *m as f64 * ln(config.setting.n_classes as f64));
    let mut panel = Panel::new("mutual information, estimated")
        .x(Axis::categories("", config.m_values.iter().map(name)))
        .y(Axis::linear("nats").range(0.0, 1.2 * log_batch))
        .legend(Legend::Shared)
        .width(1.3)
        .shows(["bound-respected"])
        .series_shows("CPC, training batches", "cpc-hits-the-bound")
        .series_shows("CPC, training batches", "cpc-overfits")
        .series_shows("CPC, fresh pairs", "cpc-overfits")
        .series_shows("WPC, fresh pairs", "cpc-overfits");
    for ((method, label, color, _), (column, where_, shade)) in METHODS.iter().rev().flat_map(|method| {
        [("mi_train", "training batches", 0.0), ("mi_fresh", "fresh pairs", 0.5)].map(|estimate| (*method, estimate))
    }) {
        let estimates = |m: &usize| rows.with("method", method).with("m", *m).column(column);
        let means: Vec<f64> = config.m_values.iter().map(|m| reduce::mean(&estimates(m))).collect();
        panel = panel.bars(format!("{label}, {where_}"), means, color.lighter(shade));
        for run in 0..config.seeds as usize {
            let run: Vec<f64> =
                config.m_values.iter().map(|m| estimates(m).get(run).copied().unwrap_or(f64::NAN)).collect();
            panel = panel.bar_markers(run, Style::color(BLACK).marker(Marker::Circle).size(2.0));
        }
    }
    panel.horizontal(log_batch, format!("ln B = {log_batch:.2}"))
}
