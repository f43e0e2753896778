//! Figures with the panels of some papers of this workspace.

use numerics::{exp, log2, log10, pow, sin};
use plotting::{
    Anchor, Axis, BLACK, BLUE, Color, ColorScale, Figure, Format, GREEN, GREY, Legend, Marker, ORANGE, PURPLE, Panel,
    RED, SKY, Style,
};

use crate::Noise;

/// A row of three panels and a strip of horizontal bars on a logarithmic axis.
pub fn step_law() -> Figure {
    let mut noise = Noise::new(1);
    let rates: Vec<f64> = (0..10).map(|i| pow(2.0, -11.0 + 0.5 * f64::from(i))).collect();
    let batches: Vec<f64> = (0..12).map(|i| pow(2.0, 16.0 + 0.5 * f64::from(i))).collect();
    let excess = |rate: f64, batch: f64| {
        let (u, v) = (log2(rate) + 9.0, log2(batch) - 18.8);
        0.0022 * u * u + 0.0012 * v * v - 0.0012 * u * v
    };
    let (mut x, mut y, mut z) = (vec![], vec![], vec![]);
    let (mut far_x, mut far_y) = (vec![], vec![]);
    for &rate in &rates {
        for &batch in &batches {
            let loss = excess(rate, batch) + 0.0006 * noise.uniform();
            if loss < 0.02 {
                x.push(rate);
                y.push(batch);
                z.push(loss);
            } else {
                far_x.push(rate);
                far_y.push(batch);
            }
        }
    }
    let grid_x: Vec<f64> = (0..60).map(|i| pow(2.0, -11.3 + 5.1 * f64::from(i) / 59.0)).collect();
    let grid_y: Vec<f64> = (0..60).map(|i| pow(2.0, 15.7 + 6.1 * f64::from(i) / 59.0)).collect();
    let fitted: Vec<f64> =
        grid_y.iter().flat_map(|&b| grid_x.iter().map(move |&r| (r, b))).map(|(r, b)| excess(r, b)).collect();
    let bowl = Panel::new("a", "bowl, N = 1.07 B, D = 20 B")
        .x(Axis::log2("peak learning rate"))
        .y(Axis::log2("batch size (tokens)"))
        .contours("", &grid_x, &grid_y, &fitted, [0.0025, 0.005, 0.01, 0.02], GREY)
        .level_labels(["0.25%", "0.5%", "1%", "2%"])
        .points("", &far_x, &far_y, Style::color(GREY).marker(Marker::Cross).size(2.5))
        .points("", &x, &y, Style::color(BLUE).size(3.6))
        .colored_by(&z, ColorScale::viridis(0.0, 0.02).label("excess loss").format(Format::Percent))
        .points("grid minimum", [pow(2.0, -9.0)], [pow(2.0, 19.0)], Style::color(RED).marker(Marker::Star).size(6.0))
        .points("fitted bowl", [pow(2.0, -8.9)], [pow(2.0, 18.7)], Style::color(BLACK).size(4.5))
        .points(
            "our law",
            [pow(2.0, -9.3)],
            [pow(2.0, 18.3)],
            Style::color(BLACK).marker(Marker::Square).open().size(5.0),
        )
        .points(
            "Step Law",
            [pow(2.0, -8.6)],
            [pow(2.0, 18.2)],
            Style::color(BLACK).marker(Marker::Triangle).open().size(5.0),
        )
        .points(
            "DeepSeek form",
            [pow(2.0, -10.0)],
            [pow(2.0, 19.6)],
            Style::color(BLACK).marker(Marker::Diamond).open().size(5.0),
        )
        .points(
            "smallest model",
            [pow(2.0, -7.6)],
            [pow(2.0, 17.0)],
            Style::color(RED).marker(Marker::Cross).size(5.0).width(1.3),
        );
    let tokens = [2e9, 4e9, 8e9, 2e10, 5.6e10, 1e11];
    let sizes = [6e7, 1.2e8, 2.15e8, 4.3e8, 1.07e9];
    let mut rate_panel =
        Panel::new("b", "learning rate").x(Axis::log("D (tokens)")).y(Axis::log("optimal learning rate"));
    let mut batch_panel =
        Panel::new("c", "batch size").x(Axis::log("D (tokens)")).y(Axis::log("optimal batch (tokens)"));
    let batch_law: Vec<f64> = tokens.iter().map(|&d| 0.58 * pow(d, 0.571)).collect();
    batch_panel = batch_panel
        .band(tokens, batch_law.iter().map(|b| b * 0.85), batch_law.iter().map(|b| b * 1.2), GREY)
        .line("our law", tokens, &batch_law, BLACK)
        .line("Step Law", tokens, batch_law.iter().map(|b| b * 0.93), Style::color(BLACK).dashed());
    for (index, size) in sizes.into_iter().enumerate() {
        let color = Color::ramp(index, sizes.len());
        let law: Vec<f64> = tokens.iter().map(|&d| 1.79 * pow(size, -0.713) * pow(d, 0.307)).collect();
        let measured: Vec<f64> = law.iter().map(|l| l * exp(0.12 * noise.normal())).collect();
        let label = if size > 1e9 { "N = 1.07 B".to_string() } else { format!("N = {:.0} M", size / 1e6) };
        rate_panel = rate_panel
            .line("", tokens, &law, Style::color(color).width(1.0))
            .line("", tokens, law.iter().map(|l| l * 0.9), Style::color(color).dashed().width(0.8))
            .points(label.clone(), tokens, &measured, Style::color(color))
            .errors(measured.iter().map(|m| m * 0.85), measured.iter().map(|m| m * 1.2));
        let measured: Vec<f64> = batch_law.iter().map(|b| b * exp(0.2 * noise.normal())).collect();
        batch_panel = batch_panel.points("", tokens, &measured, Style::color(color));
    }
    let laws = ["our law (left out)", "Step Law", "DeepSeek form", "smallest model", "MoE: our law", "MoE: Step Law"];
    let strip = Panel::new("d", "excess loss of the predicted optimum: mean (bar) and maximum (tick) over all groups")
        .x(Axis::log("excess loss").range(0.0003, 0.03).format(Format::Percent))
        .y(Axis::categories("", laws))
        .bars("", [0.0011, 0.0013, 0.0055, 0.0081, 0.0014, 0.0016], BLUE)
        .bar_ticks([0.004, 0.0043, 0.016, 0.028, 0.0052, 0.0049]);
    Figure::new("SYNTHETIC losses implied by the published law")
        .caption("Excess loss over the grid minimum is a convex bowl in (log lr, log batch); the bowl minima follow power laws in N and D.")
        .row(1.0, [bowl.width(1.1), rate_panel, batch_panel])
        .row(0.6, [strip])
}

/// Two by two, with bands, histograms on a logarithmic axis and a diagonal.
pub fn xor_grokking() -> Figure {
    let accuracy = |letter: &str, title: &str, last: u32, delay: f64| {
        let t: Vec<f64> = (1..=last).map(f64::from).collect();
        let curve = |start: f64, end: f64, middle: f64, steep: f64| -> Vec<f64> {
            t.iter().map(|&t| start + (end - start) / (1.0 + exp(-steep * (log10(t) - middle)))).collect()
        };
        let mut panel = Panel::new(letter, title)
            .x(Axis::log("t + 1").range(1.0, f64::from(last)))
            .y(Axis::linear("accuracy").range(0.4, 1.02))
            .horizontal(0.5, "chance");
        let train = curve(0.5, 1.0, 0.1 + delay, 12.0);
        let flipped = curve(0.42, 1.0, 0.15 + delay, 10.0);
        let test = curve(0.5, 0.99, 0.7 + delay * 1.4, 9.0);
        for (label, values, color) in [
            ("train (all)", train, BLUE),
            ("train (flipped labels)", flipped, ORANGE),
            ("test (clean labels)", test, GREEN),
        ] {
            let spread: Vec<f64> = values.iter().map(|v| 0.3 * (v - 0.4) * (1.02 - v)).collect();
            let low = values.iter().zip(&spread).map(|(v, s)| v - s);
            let high = values.iter().zip(&spread).map(|(v, s)| v + s);
            panel = panel.band(&t, low, high, color).line(label, &t, &values, color);
        }
        panel
    };
    let edges: Vec<f64> = (0..=60).map(|i| -3.0 + 0.1 * f64::from(i)).collect();
    let centers: Vec<f64> = edges.windows(2).map(|e| (e[0] + e[1]) / 2.0).collect();
    let normal = |m: f64, s: f64| {
        centers.iter().map(|x| exp(-(x - m) * (x - m) / (2.0 * s * s)) / (s * 2.5066)).collect::<Vec<f64>>()
    };
    let bimodal: Vec<f64> = normal(-1.8, 0.3).iter().zip(normal(1.7, 0.32)).map(|(a, b)| (a + b) / 2.0).collect();
    let histograms = Panel::new("c", "positive neurons")
        .x(Axis::linear("⟨w_{j}, μ_{i}⟩ / (α‖μ‖^{2})"))
        .y(Axis::log("density").range(1e-2, 20))
        .histogram("h_{1}, t = 1", &edges, normal(0.0, 0.22), SKY)
        .histogram("h_{2}, t = 1", &edges, normal(0.0, 0.23), Style::color(BLUE).open())
        .histogram("h_{1}, t = 20", &edges, &bimodal, ORANGE)
        .histogram("h_{2}, t = 20", &edges, normal(0.0, 0.1), Style::color(RED).open());
    let mut noise = Noise::new(3);
    let predicted: Vec<f64> = (0..40).map(|_| 0.5 + 0.13 * noise.normal()).collect();
    let measured: Vec<f64> = predicted.iter().map(|p| p + 0.015 * noise.normal()).collect();
    let shares = Panel::new("d", "which way neurons lean")
        .x(Axis::linear("predicted share Φ(·)").range(0.2, 0.8))
        .y(Axis::linear("measured share").range(0.2, 0.8))
        .diagonal("y = x")
        .points("", &predicted, &measured, PURPLE);
    Figure::new("")
        .caption("Two-layer ReLU network on noisy XOR clusters.")
        .row(1.0, [accuracy("a", "large step", 21, 0.0), accuracy("b", "small step", 3000, 1.0)])
        .row(1.0, [histograms, shares])
}

/// Three panels; two with long lines that share a legend.
pub fn learning_to_relax() -> Figure {
    let omega: Vec<f64> = (0..20).map(|i| 1.0 + 0.05 * f64::from(i)).collect();
    let measured: Vec<f64> = omega.iter().map(|w| 30.0 + 900.0 * (w - 1.56) * (w - 1.56)).collect();
    let one = Panel::new("a", "one system")
        .x(Axis::linear("ω").range(1.0, 1.95))
        .y(Axis::log("iterations").range(20, 1000))
        .line("measured", &omega, &measured, Style::color(BLUE).marker(Marker::Circle))
        .line("asymptotic", &omega, measured.iter().map(|m| m * 0.8), GREEN)
        .line("bound U(ω)", &omega, measured.iter().map(|m| m * 1.5 + 20.0), RED)
        .vertical(1.5604, "ω* = 1.5604");
    let learners = |letter: &str, title: &str, wiggle: f64| {
        let mut panel = Panel::new(letter, title)
            .x(Axis::linear("iterations spent (thousands)").range(0, 300))
            .y(Axis::linear("instances remaining").range(0, 5000).format(Format::Thousands))
            .legend(Legend::Shared);
        let series = [
            ("ω = 1.0", 900.0, Style::color(GREY).dashed().width(0.8)),
            ("ω = 1.4", 420.0, Style::color(Color::ramp(1, 4)).dashed().width(0.8)),
            ("ω = 1.6", 250.0, Style::color(Color::ramp(2, 4)).dashed().width(0.8)),
            ("ω = 1.8", 290.0, Style::color(Color::ramp(3, 4)).dashed().width(0.8)),
            ("Tsallis-INF", 265.0, Style::color(BLACK)),
            ("Tsallis-INF-CB", 240.0, Style::color(BLUE)),
            ("ChebCB", 215.0, Style::color(PURPLE)),
            ("Instance-Optimal", 190.0, Style::color(ORANGE)),
        ];
        for (index, (label, total, style)) in series.into_iter().enumerate() {
            let spent: Vec<f64> = (0..5000)
                .map(|t| total * (f64::from(t) / 5000.0 + wiggle * 0.01 * sin(f64::from(t) / 300.0 + index as f64)))
                .collect();
            panel = panel.line(label, &spent, (0..5000).map(|t| 5000 - t), style);
        }
        panel
    };
    Figure::new("")
        .caption("Learning the SOR relaxation parameter from iteration counts alone.")
        .row(1.0, [one, learners("b", "low-variance shifts", 1.0), learners("c", "high-variance shifts", 3.0)])
}

/// Grouped bars with error bars, seeds and published values, and curves with bands.
pub fn rich_features() -> Figure {
    let nan = f64::NAN;
    let groups = [
        ("random init", [0.54, 0.531, 0.273], GREY),
        ("ERM pre-training", [0.689, 0.693, nan], SKY),
        ("RFC", [0.665, 0.703, nan], BLUE),
        ("RFC (frozen)", [0.699, 0.699, 0.356], GREEN),
    ];
    let mut bars = Panel::new("a", "OoD accuracy")
        .x(Axis::categories("", ["vREx", "IRMv1", "ERM (no penalty)"]))
        .y(Axis::linear("OoD test accuracy").range(0.0, 0.8))
        .width(1.3);
    for (label, values, color) in groups {
        bars = bars.bars(label, values, color).errors(values.map(|v| v - 0.03), values.map(|v| v + 0.025));
        for shift in [-0.02, 0.004, 0.018] {
            bars = bars.bar_markers(values.map(|v| v + shift), Style::color(BLACK).size(1.6).opacity(0.7));
        }
        bars =
            bars.bar_markers(values.map(|v| v - 0.035), Style::color(BLACK).marker(Marker::Diamond).open().size(3.6));
    }
    bars = bars
        .horizontal(0.721, "oracle")
        .horizontal(0.75, "best with 25 % noise")
        .styled(Style::color(GREY).dotted())
        .horizontal(0.5, "chance")
        .styled(Style::color(GREY).dotted());
    let steps: Vec<f64> = (0..=50).map(|i| 10.0 * f64::from(i)).collect();
    let mut curves = Panel::new("b", "vREx training")
        .x(Axis::linear("optimizer step").range(0, 500))
        .y(Axis::linear("OoD test accuracy").range(0.0, 0.8))
        .legend(Legend::None)
        .vertical(150, "annealing");
    for (index, (label, values, color)) in groups.into_iter().enumerate() {
        let curve: Vec<f64> =
            steps.iter().map(|s| values[0] * (1.0 - exp(-s / (40.0 + 30.0 * index as f64)))).collect();
        curves = curves
            .band(&steps, curve.iter().map(|c| c - 0.02), curve.iter().map(|c| c + 0.02), color)
            .line(label, &steps, &curve, color);
    }
    Figure::new("").row(1.0, [bars, curves])
}

/// Categories with two-line names, open and filled points, guides with slopes.
pub fn halfspace() -> Figure {
    let eta = [0.0, 0.1, 0.2, 0.3, 0.4];
    let mut massart = Panel::new("a", "Massart noise")
        .x(Axis::linear("noise rate η"))
        .y(Axis::linear("excess error").range(0.0, 0.07));
    for (index, (label, slope)) in
        [("gradient descent", 0.01), ("logistic regression", 0.09), ("averaging", 0.15)].into_iter().enumerate()
    {
        let y: Vec<f64> = eta.iter().map(|e| 0.002 + slope * e).collect();
        let style = Style::color(Color::series(index)).marker(Marker::series(index));
        massart = massart
            .line("", eta, &y, Style::color(Color::series(index)).width(0.8))
            .points(label, eta, &y, style)
            .errors(y.iter().map(|y| y * 0.8), y.iter().map(|y| y * 1.2));
    }
    let sigma = [0.025, 0.05, 0.1, 0.2, 0.4];
    let error: Vec<f64> = sigma.iter().map(|s| 0.12 * pow(*s, 0.95)).collect();
    let width = Panel::new("b", "accuracy against width")
        .x(Axis::log("σ"))
        .y(Axis::log("excess error").range(1e-3, 1e-1))
        .line("slope 1", [0.025, 0.4], [0.003, 0.048], Style::color(GREY).width(0.8))
        .line("gradient descent", sigma, &error, Style::color(BLUE).marker(Marker::Circle))
        .horizontal(0.03, "logistic regression");
    let names = [
        "gauss\n100 / 100",
        "uniform\n90 / 100",
        "t_{3}\n30 / 20",
        "cube\n0 / 90",
        "two-scale\n10 / 10",
        "cross\n0 / 100",
    ];
    let mut noise = Noise::new(5);
    let mut accepted = Panel::new("d", "who is accepted")
        .x(Axis::categories("accepted by the tester / by degree-3 moments (%)", names))
        .y(Axis::linear("excess error").from(0))
        .horizontal(0.03, "ε");
    let (mut in_x, mut in_y, mut out_x, mut out_y) = (vec![], vec![], vec![], vec![]);
    for (index, level) in [0.004, 0.005, 0.012, 0.05, 0.02, 0.08].into_iter().enumerate() {
        for seed in 0..8 {
            let x = index as f64 + 0.05 * f64::from(seed) - 0.18;
            let y = level * (1.0 + 0.2 * noise.normal());
            if level < 0.01 {
                in_x.push(x);
                in_y.push(y);
            } else {
                out_x.push(x);
                out_y.push(y);
            }
        }
    }
    accepted =
        accepted.points("accepted", &in_x, &in_y, BLUE).points("rejected", &out_x, &out_y, Style::color(BLUE).open());
    let adversarial = Panel::new("c", "adversarial noise")
        .x(Axis::log("opt").range(0.01, 0.1))
        .y(Axis::log("error of the output"))
        .line("y = opt", [0.01, 0.1], [0.01, 0.1], Style::color(GREY).dashed())
        .line("y = 3 opt", [0.01, 0.1], [0.03, 0.3], Style::color(GREY).dotted())
        .line(
            "gradient descent",
            [0.01, 0.03, 0.05, 0.1],
            [0.012, 0.04, 0.07, 0.14],
            Style::color(BLUE).marker(Marker::Circle),
        )
        .line(
            "averaging",
            [0.01, 0.03, 0.05, 0.1],
            [0.05, 0.1, 0.16, 0.24],
            Style::color(GREEN).marker(Marker::Triangle),
        )
        .legend(Legend::Direct);
    Figure::new("").row(1.0, [massart, width]).row(1.0, [adversarial, accepted])
}

/// Two panels above each other in the middle of a row.
pub fn self_tuning() -> Figure {
    let lambda: Vec<f64> = (0..80).map(|i| -8.0 + 13.0 * f64::from(i) / 79.0).collect();
    let loss: Vec<f64> = lambda.iter().map(|l| 1.0 + 0.02 * (l - 0.5) * (l - 0.5)).collect();
    let exact = Panel::new("a", "exact check, ridge")
        .x(Axis::linear("log λ"))
        .y(Axis::linear("validation loss"))
        .line("exact best response", &lambda, &loss, BLACK)
        .points("minimum", [0.5], [1.0], Style::color(RED).marker(Marker::Star).size(6.0))
        .points("STN, gated", [0.4, 0.6, 0.55, 0.7], [1.02, 1.03, 1.01, 1.02], Style::color(BLUE).open())
        .points(
            "STN, affine",
            [2.0, 2.2, 1.9, 2.1],
            [1.06, 1.07, 1.05, 1.06],
            Style::color(ORANGE).marker(Marker::Triangle).open(),
        );
    let steps: Vec<f64> = (0..=100).map(|i| 20.0 * f64::from(i)).collect();
    let schedule = |letter: &str, title: &str, target: f64| {
        let mut panel =
            Panel::new(letter, title).x(Axis::linear("training step")).y(Axis::linear("dropout").range(0.0, 0.7));
        for (index, start) in [0.05, 0.2, 0.35, 0.5, 0.65].into_iter().enumerate() {
            let y: Vec<f64> = steps.iter().map(|s| target + (start - target) * exp(-s / 400.0)).collect();
            let color = Color::ramp(index, 5);
            panel = panel
                .band(&steps, y.iter().map(|y| y - 0.02), y.iter().map(|y| y + 0.02), color)
                .line("", &steps, &y, color);
        }
        panel
    };
    let comparison = Panel::new("c", "comparison")
        .x(Axis::linear("fixed dropout rate"))
        .y(Axis::linear("validation cross-entropy"))
        .region("STN", .., 0.30..0.33, BLUE)
        .points("fixed", [0.0, 0.1, 0.2, 0.3, 0.4, 0.5], [0.6, 0.45, 0.38, 0.34, 0.36, 0.41], BLACK)
        .errors([0.58, 0.43, 0.37, 0.33, 0.35, 0.4], [0.62, 0.47, 0.39, 0.35, 0.37, 0.42])
        .annotate(0.0, 0.6, "no dropout", Anchor::Auto);
    Figure::new("")
        .row(1.0, [exact, schedule("b", "input dropout", 0.2).below(schedule("", "hidden dropout", 0.35)), comparison])
}
