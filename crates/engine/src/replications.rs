//! Replications: the whole experiment with every random number drawn anew, and how its claims fared.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::claim::Claim;
use crate::digest::{Hasher, hex};
use crate::output::REPLICATIONS;
use crate::session::Target;

/// The file `replications.yaml`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Replications {
    /// The paper's slug.
    pub paper: String,
    /// smoke, default or paper.
    pub scale: String,
    /// Replications 1 to this were made.
    pub count: u64,
    /// Hash of what they depend on: code, configuration, libraries, compiler, data.
    pub identity: String,
    /// The claims in the order of the paper.
    pub claims: Vec<Replicated>,
}

/// How a claim fared.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Replicated {
    /// Its id.
    pub id: String,
    /// In how many replications it held.
    pub held: usize,
    /// In how many it applied.
    pub of: usize,
    /// Whether it is declared to miss.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known_deviation: bool,
    /// What was measured in each.
    pub measures: Vec<Measured>,
}

/// The values of one measure.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Measured {
    /// What was measured.
    pub what: String,
    /// The threshold as text.
    pub threshold: String,
    /// Least value, quartiles, greatest value; NaN if a value is.
    pub least: f64,
    /// A quarter of the values are at most this.
    pub lower_quartile: f64,
    /// The median.
    pub median: f64,
    /// A quarter of the values are at least this.
    pub upper_quartile: f64,
    /// The greatest value.
    pub greatest: f64,
    /// All values, from the first replication on.
    pub values: Vec<f64>,
}

impl Replications {
    /// Sums up the claims of each replication.
    pub(crate) fn new(target: &Target, paper: &str, claims: &[Vec<Claim>]) -> Replications {
        let ids = claims.first().into_iter().flatten();
        let of_id = |id: &str| claims.iter().flatten().filter(|claim| claim.id == id).collect::<Vec<&Claim>>();
        Replications {
            paper: paper.to_string(),
            scale: target.settings.scale().name().to_string(),
            count: claims.len() as u64,
            identity: identity(target),
            claims: ids.map(|claim| Replicated::new(&of_id(&claim.id))).collect(),
        }
    }

    /// The claims that held in fewer than 19 of 20 and are not declared to miss.
    pub fn shaky(&self) -> impl Iterator<Item = &Replicated> {
        self.claims.iter().filter(|claim| !claim.known_deviation && 20 * claim.held < 19 * claim.of)
    }
}

impl Replicated {
    fn new(claims: &[&Claim]) -> Replicated {
        let applies = |claim: &&&Claim| claim.not_applicable.is_none();
        let first = claims.iter().find(|claim| claim.not_applicable.is_none()).unwrap_or(&claims[0]);
        let measured = |(position, measure): (usize, &crate::Measure)| {
            let applied = claims.iter().filter(|claim| claim.not_applicable.is_none());
            let values = applied.filter_map(|claim| claim.measures.get(position)).map(|measure| measure.value);
            Measured::new(measure, values.collect())
        };
        Replicated {
            id: first.id.clone(),
            held: claims.iter().filter(applies).filter(|claim| claim.is_met()).count(),
            of: claims.iter().filter(applies).count(),
            known_deviation: first.known_deviation.is_some(),
            measures: first.measures.iter().enumerate().map(measured).collect(),
        }
    }
}

impl Measured {
    fn new(measure: &crate::Measure, values: Vec<f64>) -> Measured {
        let column = tables::Table::from_columns([("value", tables::Column::from(values.clone()))]);
        let quantile = |level| column.as_ref().map_or(f64::NAN, |table| table.quantile("value", level));
        Measured {
            what: measure.what.clone(),
            threshold: measure.threshold(),
            least: quantile(0.0),
            lower_quartile: quantile(0.25),
            median: quantile(0.5),
            upper_quartile: quantile(0.75),
            greatest: quantile(1.0),
            values,
        }
    }
}

/// Hash of what replications of a target depend on.
fn identity(target: &Target) -> String {
    let mut provenance = target.provenance.clone();
    (provenance.caption, provenance.code.documentation) = (String::new(), String::new());
    provenance.code.drawing.clear();
    hex(&Hasher::new("replications").text(&serde_yaml::to_string(&provenance).unwrap_or_default()).finish())
}

/// The bytes of the replications in an output folder, if there are any.
pub(crate) fn stored(folder: &Path) -> Option<Vec<u8>> {
    fs::read(folder.join(REPLICATIONS)).ok()
}

/// The replications in an output folder, if there are any that can be read.
pub(crate) fn read(folder: &Path) -> Option<Replications> {
    serde_yaml::from_slice(&stored(folder)?).ok()
}

/// What is out of date with the replications of a target, if it has any.
pub(crate) fn staleness(target: &Target) -> Option<String> {
    stored(&target.out)?;
    match read(&target.out) {
        None => Some(format!("{REPLICATIONS} is unreadable: `replicate` makes it anew")),
        Some(replications) if replications.identity == identity(target) => None,
        Some(_) => Some(format!("{REPLICATIONS} is of other code or another configuration: `replicate` makes it anew")),
    }
}
