//! Turns the rows of all cells into the files of an output folder.

use parameters::Scale;
use serde::{Deserialize, Serialize};
use tables::Table;

use crate::claim::{Claim, Measure, Verdict, short};
use crate::code::Code;
use crate::columns;
use crate::digest::{hex, sha256};
use crate::output::Files;
use crate::session::{Failure, Outcome, Target};

/// Pixels across the PNG that is made from a figure.
const PNG_WIDTH: u32 = 2100;

/// The file `claims.yaml`.
#[derive(Debug, Deserialize, Serialize)]
pub struct ClaimsFile {
    /// The paper's slug.
    pub paper: String,
    /// smoke, default or paper.
    pub scale: String,
    /// Whether failing claims count: they do not at smoke scale, where the thresholds are not meant.
    pub judged: bool,
    /// The figure's caption.
    pub caption: String,
    /// The claims with their verdicts.
    pub claims: Vec<JudgedClaim>,
}

/// A claim with its verdict.
#[derive(Debug, Deserialize, Serialize)]
pub struct JudgedClaim {
    /// The claim.
    #[serde(flatten)]
    pub claim: Claim,
    /// Its verdict.
    pub verdict: Verdict,
}

impl JudgedClaim {
    /// A claim as it is judged at a scale, for the configuration of `paper.yaml` or a bent one.
    fn new(mut claim: Claim, scale: Scale, bent: bool) -> JudgedClaim {
        if let (Scale::Paper, Some(why), None) = (scale, &claim.default_scale_only, &claim.not_applicable) {
            claim.not_applicable = Some(format!("judged at default scale: {why}"));
        }
        // What is declared is declared of the paper's own configuration: a reader who bends it may well find it hold.
        let verdict = match claim.verdict() {
            Verdict::Fails if bent && claim.known_deviation.is_some() && claim.is_met() => Verdict::Holds,
            verdict => verdict,
        };
        JudgedClaim { verdict, claim }
    }

    /// What people are told of its outcome.
    pub fn result(&self) -> String {
        let claim = &self.claim;
        let measure = |measure: &Measure| {
            let published = measure
                .published
                .as_ref()
                .map_or(String::new(), |number| format!(", published {}", short(number.value)));
            format!("{} = {} ({}{published})", measure.what, measure.shown(), measure.threshold())
        };
        let measures = claim.measures.iter().map(measure).collect::<Vec<String>>().join("; ");
        match (self.verdict, &claim.not_applicable, &claim.known_deviation) {
            (Verdict::NotApplicable, Some(why), _) if claim.default_scale_only.is_none() => why.clone(),
            (Verdict::NotApplicable, Some(why), _) | (Verdict::KnownDeviation, _, Some(why)) => {
                format!("{measures} [{why}]")
            }
            (Verdict::Fails, _, Some(_)) if claim.is_met() => {
                format!("{measures} [it is declared a known deviation but holds: take the declaration away]")
            }
            _ => measures,
        }
    }
}

impl ClaimsFile {
    /// The claims that fail where failing counts.
    pub fn failing(&self) -> impl Iterator<Item = &JudgedClaim> {
        self.claims.iter().filter(|claim| self.judged && claim.verdict == Verdict::Fails)
    }
}

/// Judges the claims of a target.
pub(crate) fn judge(target: &Target, claims: Vec<Claim>) -> Vec<JudgedClaim> {
    let scale = target.settings.scale();
    claims.into_iter().map(|claim| JudgedClaim::new(claim, scale, target.bent)).collect()
}

/// Makes the files of the output folder from the rows of all cells.
pub(crate) fn render(target: &Target, results: &[Vec<u8>], code: &Code) -> Outcome<(Files, ClaimsFile)> {
    let failed = |error: anyhow::Error| Failure::Failed(format!("{error:#}"));
    let table: Table = target.paper.table(results).map_err(failed)?;
    let figure = target.paper.figure(&table).map_err(failed)?;
    let caption = match figure.left_out() {
        0 => target.provenance.caption.clone(),
        count => format!("{} Values that are not finite and not drawn: {count}.", target.provenance.caption),
    };
    let figure = figure.caption(caption);
    let svg = figure.svg().map_err(|error| failed(error.context("the figure could not be drawn")))?;
    let png = plotting::png(&svg, PNG_WIDTH).map_err(|error| failed(error.context("figure.png")))?;
    let pdf = plotting::pdf(&svg, &target.settings.about.title).map_err(|error| failed(error.context("figure.pdf")))?;
    let claims = target.paper.claims(&table).map_err(failed)?;
    let scale = target.settings.scale();
    let claims = ClaimsFile {
        paper: code.slug.to_string(),
        scale: scale.name().to_string(),
        judged: scale != Scale::Smoke,
        caption: figure.caption_text().to_string(),
        claims: judge(target, claims),
    };
    let yaml = |text: Result<String, serde_yaml::Error>| text.map_err(|error| failed(error.into()));
    let mut files: Files = vec![
        ("claims.yaml", yaml(serde_yaml::to_string(&claims))?.into_bytes()),
        ("figure.pdf", pdf),
        ("figure.png", png),
        ("figure.svg", svg.into_bytes()),
        ("parameters.json", target.parameters.clone().into_bytes()),
        ("table.csv", table.to_csv().into_bytes()),
        ("table.csv-metadata.json", columns::metadata(&table, code.columns).into_bytes()),
    ];
    let mut provenance = target.provenance.clone();
    for (name, bytes) in &files {
        provenance.outputs.insert(name.to_string(), hex(&sha256(bytes)));
    }
    files.push(("provenance.yaml", yaml(serde_yaml::to_string(&provenance))?.into_bytes()));
    Ok((files, claims))
}
