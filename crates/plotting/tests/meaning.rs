//! What the SVG says besides the drawing: panels with their scales and claims, series, values of marks.

use plotting::*;

fn panel() -> Panel {
    Panel::new("λ_{min} by n")
        .x(Axis::log("n").range(10, 1000))
        .y(Axis::linear("error").range(0, 1))
        .line("theory", [10, 1000], [1.0, 0.1], BLACK)
        .points("measured", [10, 100, 1000], [0.9, 0.25, 1.0 / 3.0], Style::color(BLUE).marker(Marker::Circle))
}

#[test]
fn panels_series_and_claims_are_named() {
    let panel = panel().shows(["falls"]).series_shows("measured", "below-theory").series_shows("measured", "is-small");
    let svg = Figure::new().row([panel, Panel::new("").line("", [0, 1], [0, 1], RED)]).svg().unwrap();
    for part in [
        "<g data-panel=\"a\" data-title=\"λ_min by n\" data-x=\"log 10 1000\" data-x-label=\"n\" data-y=\"linear 0 1\"",
        "data-claims=\"falls\">",
        "<g data-series=\"theory\">",
        "<g data-series=\"measured\" data-claims=\"below-theory is-small\">",
        "<g data-entry=\"measured\">",
        "<g data-panel=\"b\"",
    ] {
        assert!(svg.contains(part), "{part} is not in\n{svg}");
    }
    assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
}

#[test]
fn markers_and_bars_carry_their_values() {
    let svg = Figure::new().row([panel()]).svg().unwrap();
    for values in ["10, 0.9", "100, 0.25", "1000, 0.3333"] {
        assert!(svg.contains(&format!("<title>{values}</title>")), "{values} is not in\n{svg}");
    }
    let names = Axis::categories("", ["ours", "theirs & <others>", "none"]);
    let bars =
        Panel::new("").x(names.clone()).bars("gain", [-2.0, 0.5, f64::NAN], BLUE).bars("loss", [4.0, 3.0, 2.0], RED);
    let svg = Figure::new().row([bars]).svg().unwrap();
    for value in ["ours, -2", "theirs &amp; &lt;others&gt;, 0.5", "ours, 4", "none, 2"] {
        assert!(svg.contains(&format!("<title>{value}</title></path>")), "{value} is not in\n{svg}");
    }
    let low = Panel::new("").x(Axis::categories("", ["low", "high"])).bars("", [1e-9, 1.0], BLUE);
    assert!(!Figure::new().row([low]).svg().unwrap().contains("<title>low"));
    let lying = Panel::new("").y(names).bars("gain", [2.0, 1.0, 3.0], BLUE);
    let svg = Figure::new().row([lying]).svg().unwrap();
    assert!(svg.contains("<title>ours, 2</title>") && svg.contains("<title>none, 3</title>"), "{svg}");
}

#[test]
fn a_cloud_carries_none() {
    let cloud = Panel::new("").points("", 0..61, 0..61, Style::color(BLUE).marker(Marker::Circle));
    assert!(!Figure::new().row([cloud]).svg().unwrap().contains("<title>"));
}

#[test]
fn a_claim_about_a_series_that_is_not_there_is_an_error() {
    let error = Figure::new().row([panel().series_shows("mesured", "falls")]).svg().unwrap_err();
    assert!(error.to_string().contains("has no series \"mesured\""), "{error}");
}

#[test]
fn the_pdf_has_one_page_and_the_same_bytes() {
    let svg = Figure::new().row([panel()]).svg().unwrap();
    let pdf = plotting::pdf(&svg, "Title").unwrap();
    assert_eq!(pdf, plotting::pdf(&svg, "Title").unwrap());
    assert!(pdf.starts_with(b"%PDF") && pdf.len() > 2000);
}
