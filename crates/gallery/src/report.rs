//! The report: every claim of every paper on one page, for an evaluator to go through and sign. As HTML, as Markdown,
//! and as JUnit XML for programs that collect test results.

use engine::Verdict;
use minijinja::context;
use minijinja::value::Value;

use crate::claims;
use crate::markup::escape;
use crate::paper::{Collection, Paper};

/// What the templates of the report are filled with.
pub(crate) fn context(collection: &Collection) -> Value {
    let papers = collection.papers.iter().map(|paper| {
        let claims = claims::of(paper);
        let cells = claims.len();
        context! {
            slug => paper.slug, title => paper.about.title, reference => paper.about.reference(),
            link => paper.about.link(), claims, count => cells,
            replications => paper.replications.as_ref().map(|all| all.count),
        }
    });
    let count = |verdict| collection.papers.iter().map(|paper| of_verdict(paper, verdict)).sum::<usize>();
    let about = &collection.citation;
    context! {
        title => about.title, version => about.version, papers => papers.collect::<Vec<_>>(),
        holds => count(Verdict::Holds), known => count(Verdict::KnownDeviation), fails => count(Verdict::Fails),
        inapplicable => count(Verdict::NotApplicable),
    }
}

fn of_verdict(paper: &Paper, verdict: Verdict) -> usize {
    paper.claims.claims.iter().filter(|claim| claim.verdict == verdict).count()
}

/// The claims as JUnit XML: a suite for each paper, a case for each claim. Known deviations and claims that do not apply
/// are skipped, with the reason.
pub fn junit(collection: &Collection) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for paper in &collection.papers {
        let [fails, known, none] =
            [Verdict::Fails, Verdict::KnownDeviation, Verdict::NotApplicable].map(|verdict| of_verdict(paper, verdict));
        xml.push_str(&format!(
            "<testsuite name=\"{}\" tests=\"{}\" failures=\"{fails}\" skipped=\"{}\">\n",
            escape(&paper.slug),
            paper.claims.claims.len(),
            known + none
        ));
        for judged in &paper.claims.claims {
            let (verdict, result) = (claims::words(judged.verdict).0, escape(&judged.result()));
            let inside = match judged.verdict {
                Verdict::Holds => format!("<system-out>{result}</system-out>"),
                Verdict::Fails => format!("<failure message=\"{result}\"/>"),
                Verdict::KnownDeviation | Verdict::NotApplicable => {
                    format!("<skipped message=\"{verdict}: {result}\"/>")
                }
            };
            let (suite, name) = (escape(&paper.slug), escape(&judged.claim.id));
            xml.push_str(&format!("<testcase classname=\"{suite}\" name=\"{name}\">{inside}</testcase>\n"));
        }
        xml.push_str("</testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    // What XML has no way to say.
    xml.retain(|character| !character.is_control() || character == '\n');
    xml
}
