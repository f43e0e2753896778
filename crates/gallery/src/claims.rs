//! What pages and report say of a claim: verdict, measured and published values, replications.

use engine::{Compares, JudgedClaim, Measure, Measured, Number, Replications, Verdict, short};
use serde::Serialize;

use crate::markup::escape;
use crate::paper::{Paper, PaperScale};

/// A claim as it is shown.
#[derive(Serialize)]
pub(crate) struct Shown<'a> {
    id: &'a str,
    statement: &'a str,
    published: Option<&'a str>,
    note: Option<&'a str>,
    /// Why it does not apply, or is known to miss.
    reason: Option<&'a str>,
    pub verdict: &'static str,
    /// The verdict as a class of the style sheet.
    class: &'static str,
    /// In how many replications it held: "20 of 20".
    held: Option<String>,
    /// Whether a measure has a published number.
    compared: bool,
    measures: Vec<ShownMeasure<'a>>,
}

/// A measure as it is shown.
#[derive(Serialize)]
struct ShownMeasure<'a> {
    what: &'a str,
    value: String,
    threshold: String,
    missed: bool,
    published: Option<String>,
    locator: Option<&'a str>,
    deviation: Option<String>,
    /// The values of the replications as a drawing.
    strip: Option<String>,
}

/// All claims of a paper.
pub(crate) fn of(paper: &Paper) -> Vec<Shown<'_>> {
    paper.claims.claims.iter().map(|claim| shown(claim, paper.replications.as_ref())).collect()
}

/// All claims at the published sizes.
pub(crate) fn at_paper_scale(outputs: &PaperScale) -> Vec<Shown<'_>> {
    outputs.claims.claims.iter().map(|claim| shown(claim, None)).collect()
}

fn shown<'a>(judged: &'a JudgedClaim, replications: Option<&'a Replications>) -> Shown<'a> {
    let claim = &judged.claim;
    let replicated = replications.iter().flat_map(|all| &all.claims).find(|one| one.id == claim.id);
    let (verdict, class) = words(judged.verdict);
    let measures = claim.measures.iter().enumerate().map(|(position, measure)| {
        let values = replicated.and_then(|claim| claim.measures.get(position)).filter(|of| of.what == measure.what);
        let missed = judged.verdict != Verdict::NotApplicable && !measure.holds();
        let published = measure.published.as_ref();
        ShownMeasure {
            what: &measure.what,
            value: measure.shown(),
            threshold: measure.threshold(),
            missed,
            published: published.map(published_text),
            locator: published.map(|number| number.locator.as_str()),
            deviation: published.and_then(|number| deviation(measure.value, number)),
            strip: values.and_then(|values| strip(measure, values)),
        }
    });
    let reason = match judged.verdict {
        Verdict::NotApplicable => claim.not_applicable.as_deref(),
        Verdict::KnownDeviation => claim.known_deviation.as_deref(),
        _ => None,
    };
    Shown {
        id: &claim.id,
        statement: &claim.statement,
        published: claim.published.as_deref(),
        note: claim.note.as_deref(),
        reason,
        verdict,
        class,
        held: replicated.filter(|one| one.of > 0).map(|one| format!("{} of {}", one.held, one.of)),
        compared: claim.measures.iter().any(|measure| measure.published.is_some()),
        measures: measures.collect(),
    }
}

/// A verdict in words, and as a class.
pub(crate) fn words(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Holds => ("holds", "holds"),
        Verdict::Fails => ("fails", "fails"),
        Verdict::KnownDeviation => ("known deviation", "known"),
        Verdict::NotApplicable => ("does not apply", "none"),
    }
}

/// `0.571 ± 0.03`, or with what keeps it from being judged.
fn published_text(number: &Number) -> String {
    let value = short(number.value);
    match (number.tolerance, number.compares) {
        (Some(tolerance), _) => format!("{value} ± {}", short(tolerance)),
        (None, Compares::Exact) => value,
        (None, Compares::Scaled) => format!("{value} (another size or data: not judged)"),
        (None, Compares::Order) => format!("{value} (only the order compares)"),
    }
}

/// How far ours is from the published number, if their sizes compare: `+0.02 (+3.5 %)`.
fn deviation(ours: f64, published: &Number) -> Option<String> {
    if published.compares == Compares::Order {
        return None;
    }
    let off = ours - published.value;
    let sign = if off > 0.0 { "+" } else { "" };
    let share = 100.0 * off / published.value.abs();
    match (off.is_finite(), share.is_finite()) {
        (false, _) => None,
        (true, false) => Some(format!("{sign}{}", short(off))),
        (true, true) => Some(format!("{sign}{} ({share:+.1} %)", short(off))),
    }
}

/// A drawing of the values of all replications, with the threshold as lines and the value of the committed run.
fn strip(measure: &Measure, of: &Measured) -> Option<String> {
    const WIDTH: f64 = 130.0;
    let bounds: Vec<f64> = measure.low.iter().chain(&measure.high).copied().collect();
    let all = || of.values.iter().chain(&bounds).chain([&measure.value]).copied();
    if of.values.is_empty() || !all().all(f64::is_finite) {
        return None;
    }
    let (least, greatest) =
        all().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, g), value| (l.min(value), g.max(value)));
    let range = if greatest > least { greatest - least } else { 1.0 };
    let x = |value: f64| 6.0 + (WIDTH - 12.0) * (value - least) / range;
    let lines = bounds.iter().map(|&at| format!("<path d=\"M{:.1} 0v16\"/>", x(at)));
    let dots = of.values.iter().map(|&value| format!("<circle cx=\"{:.1}\" cy=\"8\" r=\"2.5\"/>", x(value)));
    let text = format!(
        "{} replications: {} to {}, median {}; line: threshold, ring: this run",
        of.values.len(),
        short(of.least),
        short(of.greatest),
        short(of.median)
    );
    let ring = format!("<circle class=\"own\" cx=\"{:.1}\" cy=\"8\" r=\"5\"/>", x(measure.value));
    Some(format!(
        "<svg class=\"strip\" role=\"img\" viewBox=\"0 0 {WIDTH} 16\" width=\"{WIDTH}\" height=\"16\"><title>{}</title>{}{}{ring}</svg>",
        escape(&text),
        lines.collect::<String>(),
        dots.collect::<String>()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_in_words() {
        let number = |tolerance, compares| Number { value: 0.5, tolerance, locator: String::new(), compares };
        assert_eq!(published_text(&number(Some(0.03), Compares::Exact)), "0.5 ± 0.03");
        assert!(published_text(&number(None, Compares::Scaled)).contains("not judged"));
        assert_eq!(deviation(0.52, &number(None, Compares::Exact)).unwrap(), "+0.02 (+4.0 %)");
        assert_eq!(deviation(f64::NAN, &number(None, Compares::Exact)), None);
    }

    #[test]
    fn a_strip_has_a_dot_for_each_replication() {
        let claim = engine::Claim::new("a").at_least("x", 0.9, 0.5);
        let of = Measured {
            what: "x".into(),
            threshold: "≥ 0.5".into(),
            least: 0.4,
            lower_quartile: 0.4,
            median: 0.7,
            upper_quartile: 1.0,
            greatest: 1.0,
            values: vec![0.4, 1.0],
        };
        let drawing = strip(&claim.measures[0], &of).unwrap();
        assert_eq!((drawing.matches("<circle").count(), drawing.matches("<path").count()), (3, 1));
        let broken = Measured { values: vec![f64::NAN], ..of };
        assert_eq!(strip(&claim.measures[0], &broken), None);
    }
}
