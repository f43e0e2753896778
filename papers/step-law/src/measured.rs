//! The authors' published loss tables: one row for each language model they trained.
//!
//! The tables are no part of this repository. `datasets` finds them where they are present and refuses
//! files of another content.

use anyhow::{Context, ensure};
use common::datasets::{self, STEP_LAW};
use common::prelude::*;

use crate::Choice;
use crate::losses::{Family, Group};

const DENSE: &str = "dense_lr_bs_loss.csv";
const MIXTURES: &str = "moe_lr_bs_loss.csv";

/// Groups in the table of dense models, and in the one of mixtures of experts.
const DENSE_GROUPS: usize = 17;
const MIXTURE_GROUPS: usize = 16;

/// The column of losses used everywhere.
const LOSS: &str = "smooth loss";

/// Whether the tables are on this machine.
pub fn present() -> bool {
    matches!(datasets::find(&STEP_LAW), Ok(Some(_)))
}

/// Refuses a choice that the tables on this machine do not allow. Tables of another content are refused also
/// where absent ones are allowed: there is no silent fallback to synthetic losses.
///
/// # Errors
/// When the tables are of another content, or absent and asked for.
pub fn usable(choice: Choice) -> Result<()> {
    match choice {
        Choice::Synthetic => Ok(()),
        Choice::Auto => datasets::find(&STEP_LAW).map(drop),
        Choice::Measured => datasets::read_text(&STEP_LAW, DENSE).map(drop),
    }
}

/// The groups of dense models.
///
/// # Errors
/// When the table is absent or of another content.
pub fn dense(tokens_per_sequence: f64) -> Result<Vec<Group>> {
    let table = read(DENSE)?;
    let groups = table.group_by(&["N", "D"])?;
    let found = groups.len();
    ensure!(found == DENSE_GROUPS, "{found} groups of dense models, expected {DENSE_GROUPS}");
    let group = |runs: &Table| {
        let [n, d] = [first(runs, "N")?, first(runs, "D")?];
        let [h, ffnh, layers] = [first(runs, "h")?, first(runs, "ffnh")?, first(runs, "numl")?];
        // M: 6 operations per weight of attention and feed-forward, and attention over the sequence.
        let flops = 6.0 * (4.0 * h + 3.0 * ffnh + 2.0 * tokens_per_sequence) * layers * h;
        Group::new(Family::Dense, (n, n, d), flops, losses(runs, tokens_per_sequence)?)
    };
    groups.iter().map(|(_, runs)| group(runs)).collect()
}

/// The groups of mixtures of experts.
///
/// # Errors
/// When the table is absent or of another content.
pub fn mixtures(tokens_per_sequence: f64) -> Result<Vec<Group>> {
    let table = read(MIXTURES)?;
    let groups = table.group_by(&["N", "Na", "D", "moe_name"])?;
    let found = groups.len();
    ensure!(found == MIXTURE_GROUPS, "{found} groups of mixtures, expected {MIXTURE_GROUPS}");
    let group = |runs: &Table| {
        let [n, active, d, flops] = [first(runs, "N")?, first(runs, "Na")?, first(runs, "D")?, first(runs, "M")?];
        Group::new(Family::Moe, (n, active, d), flops, losses(runs, tokens_per_sequence)?)
    };
    groups.iter().map(|(_, runs)| group(runs)).collect()
}

fn read(file: &str) -> Result<Table> {
    Table::from_csv(&datasets::read_text(&STEP_LAW, file)?).with_context(|| file.to_string())
}

/// A column's value in the first row, of a column that is the same in all rows.
fn first(runs: &Table, column: &str) -> Result<f64> {
    runs.floats(column)?.first().copied().with_context(|| format!("no rows with `{column}`"))
}

/// (learning rate, batch in tokens, loss) of each run.
fn losses(runs: &Table, tokens_per_sequence: f64) -> Result<Vec<(f64, f64, f64)>> {
    let (rates, sequences) = (runs.floats("lr")?, runs.floats("bs")?);
    let settings = rates.into_iter().zip(sequences);
    let losses = settings.zip(runs.floats(LOSS)?);
    Ok(losses.map(|((rate, bs), loss)| (rate, bs * tokens_per_sequence, loss)).collect())
}
