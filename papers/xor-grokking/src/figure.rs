//! Accuracy against time for two step sizes, what the neurons point at, and which way they lean.

use common::prelude::*;

use crate::Config;

/// Draws the four panels.
pub fn draw(config: &Config, table: &Table) -> Result<Figure> {
    let times = table.filter("kind", "time")?;
    let caption = format!(
        "Two-layer ReLU network on noisy XOR clusters (n = {}, p = {}, m = {}, η = {}). One step of \
         gradient descent fits all labels with chance-level test accuracy; later steps generalise \
         while the noisy labels stay fitted. Median and 10–90 % band over {} (a) and {} (b) seeds. \
         (c) Neurons with positive output weight: at t = 1 they point at μ₁ and μ₂ alike, at the end \
         at +μ₁ or −μ₁. (d) Which of the two follows from the counts in the clusters.",
        config.model.n, config.model.p, config.model.m, config.model.eta, config.seeds_large, config.seeds_small,
    );
    let title = |size: &str, alpha: f64| format!("{size} step, α = {}", power_of_ten(alpha));
    let large = Panel::new("a", title("large", config.alpha_large));
    let large = accuracies(large, &times.filter("setting", "large")?, config.steps_large)?;
    // The series are those of panel a.
    let small = Panel::new("b", title("small", config.alpha_small)).legend(Legend::None);
    let small = accuracies(small, &times.filter("setting", "small")?, config.steps_small)?;
    let alignment = alignments(config, &table.filter("kind", "alignment")?)?;
    Ok(Figure::new("").caption(caption).row(1.0, [large, small]).row(1.0, [alignment, lean(&times)?]))
}

/// Train, flipped-label and test accuracy of one setting's runs against t + 1.
fn accuracies(panel: Panel, runs: &Table, steps: usize) -> Result<Panel> {
    let mut panel = panel
        .x(Axis::log("gradient steps + 1").range(1.0, steps as f64 + 1.0))
        .y(Axis::linear("accuracy").range(0.4, 1.02))
        .horizontal(0.5, "chance");
    for (column, label, color) in [
        ("train_acc", "train", BLUE),
        ("flipped_acc", "train, flipped labels", ORANGE),
        ("test_acc", "test, clean labels", GREEN),
    ] {
        let summary = runs.summarize(
            &["t"],
            &[
                Summary::median(column).named("middle"),
                Summary::quantile(column, 0.1).named("low"),
                Summary::quantile(column, 0.9).named("high"),
            ],
        )?;
        let x: Vec<f64> = summary.floats("t")?.iter().map(|t| t + 1.0).collect();
        let (low, high) = (summary.floats("low")?, summary.floats("high")?);
        panel = panel.band(&x, &low, &high, color).line(label, &x, &summary.floats("middle")?, Style::color(color));
    }
    Ok(panel)
}

/// Densities of the projections of positive neurons, pooled over the runs with the large step.
fn alignments(config: &Config, bins: &Table) -> Result<Panel> {
    let mut panel = Panel::new("c", "positive neurons, large step")
        .x(Axis::linear("⟨w, μ⟩ / (α ‖μ‖^{2})"))
        .y(Axis::log("density").from(0.1))
        .legend(Legend::TopRight);
    for (t, axis, label, style) in [
        (config.steps_large, "mu1", format!("μ_{{1}}, t = {}", config.steps_large), Style::color(ORANGE)),
        (config.steps_large, "mu2", format!("μ_{{2}}, t = {}", config.steps_large), Style::color(RED).open()),
        (1, "mu1", "μ_{1}, t = 1".to_string(), Style::color(SKY)),
        (1, "mu2", "μ_{2}, t = 1".to_string(), Style::color(BLUE).open()),
    ] {
        let pooled = bins
            .filter("t", t)?
            .filter("axis", axis)?
            .summarize(&["bin_left", "bin_right"], &[Summary::mean("density").named("density")])?
            .sort(&["bin_left"])?;
        let mut edges = pooled.floats("bin_left")?;
        edges.extend(pooled.floats("bin_right")?.last());
        panel = panel.histogram(label, &edges, &pooled.floats("density")?, style);
    }
    Ok(panel)
}

/// Measured against predicted share of positive neurons that lean to +mu1 after one step.
fn lean(times: &Table) -> Result<Panel> {
    let first = times.filter("setting", "large")?.filter("t", 1)?;
    Ok(Panel::new("d", "lean of positive neurons at t = 1")
        .x(Axis::linear("predicted share leaning to +μ_{1}").range(0.0, 1.0))
        .y(Axis::linear("measured share").range(0.0, 1.0))
        .legend(Legend::TopLeft)
        .diagonal("y = x")
        .points("one run each", &first.floats("share_plus_pred")?, &first.floats("share_plus")?, Style::color(PURPLE)))
}
