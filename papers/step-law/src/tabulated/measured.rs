//! The authors' published loss tables: one row for each language model they trained.
//!
//! The tables are no part of this repository. `datasets` finds them where they are present and refuses
//! files of another content.

use common::datasets::{self, STEP_LAW};
use common::prelude::*;

use crate::losses::{Family, Group};

const DENSE: &str = "dense_lr_bs_loss.csv";
const MIXTURES: &str = "moe_lr_bs_loss.csv";

/// Groups in the table of dense models, and in the one of mixtures of experts.
const DENSE_GROUPS: usize = 17;
const MIXTURE_GROUPS: usize = 16;

/// The column of losses used everywhere.
const LOSS: &str = "smooth loss";

/// Where losses come from, as asked for.
#[derive(Clone, Copy, PartialEq, Parameters)]
pub enum Source {
    /// Of small models that are trained here.
    #[key("measured-here")]
    MeasuredHere,
    /// Implied by the published law.
    Synthetic,
    /// From the published tables, which must be present.
    Measured,
    /// Measured where the published tables are present, otherwise synthetic.
    Auto,
}

impl Source {
    /// Whether the tables on this machine allow it. Tables of another content are refused also where absent ones are
    /// allowed: there is no silent fallback to synthetic losses.
    pub fn usable(self) -> bool {
        match self {
            Source::MeasuredHere | Source::Synthetic => true,
            Source::Measured => matches!(datasets::find(&STEP_LAW), Ok(Some(_))),
            Source::Auto => datasets::find(&STEP_LAW).is_ok(),
        }
    }

    /// Whether the losses are those of the published tables.
    pub fn is_measured(self) -> bool {
        match self {
            Source::MeasuredHere | Source::Synthetic => false,
            Source::Measured => true,
            Source::Auto => matches!(datasets::find(&STEP_LAW), Ok(Some(_))),
        }
    }
}

/// The groups of dense models.
///
/// # Errors
/// When the table is absent or of another content.
pub fn dense(tokens_per_sequence: f64) -> Result<Vec<Group>> {
    let table = read(DENSE)?;
    let group = |runs: &Table| {
        // The same in all runs.
        let of = |column| runs.least(column);
        let (n, h) = (of("N"), of("h"));
        // M: 6 operations per weight of attention and feed-forward, and attention over the sequence.
        let flops = 6.0 * (4.0 * h + 3.0 * of("ffnh") + 2.0 * tokens_per_sequence) * of("numl") * h;
        Group::new(Family::Dense, (n, n, of("D")), flops, losses(runs, tokens_per_sequence))
    };
    let groups = table.each(["N", "D"], group);
    ensure!(groups.len() == DENSE_GROUPS, "{} groups of dense models, expected {DENSE_GROUPS}", groups.len());
    groups.into_iter().collect()
}

/// The groups of mixtures of experts.
///
/// # Errors
/// When the table is absent or of another content.
pub fn mixtures(tokens_per_sequence: f64) -> Result<Vec<Group>> {
    let table = read(MIXTURES)?;
    let group = |runs: &Table| {
        // The same in all runs.
        let of = |column| runs.least(column);
        let sizes = (of("N"), of("Na"), of("D"));
        Group::new(Family::Moe, sizes, of("M"), losses(runs, tokens_per_sequence))
    };
    let groups = table.each(["N", "Na", "D", "moe_name"], group);
    ensure!(groups.len() == MIXTURE_GROUPS, "{} groups of mixtures, expected {MIXTURE_GROUPS}", groups.len());
    groups.into_iter().collect()
}

fn read(file: &str) -> Result<Table> {
    Table::from_csv(&datasets::read_text(&STEP_LAW, file)?).with_context(|| file.to_string())
}

/// (learning rate, batch in tokens, loss) of each run.
fn losses(runs: &Table, tokens_per_sequence: f64) -> Vec<(f64, f64, f64)> {
    runs.map(["lr", "bs", LOSS], |[rate, sequences, loss]| (rate, sequences * tokens_per_sequence, loss))
}
