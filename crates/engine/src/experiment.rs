//! The one trait a paper implements, and the erasure of its types.
//!
//! Everything after [`Plan::new`] is code without type parameters, compiled once for all papers.

use std::sync::Arc;

use anyhow::Context;
use datasets::DataSet;
use numerics::random::Streams;
use plotting::Figure;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tables::Table;

use crate::claim::Claim;
use crate::config::{Check, ConfigError, Settings};

/// What every step of a paper returns: a value, or an error written for people.
pub type Result<T> = anyhow::Result<T>;

/// A paper: the sweep it runs, the figure it draws and the claims it checks.
///
/// The flow is one way: a configuration gives cells, each cell gives rows, all rows in the order
/// of the cells give the table, and the table gives the figure and the claims.
pub trait Experiment: 'static {
    /// The parameters under the names the paper's `paper.yaml` uses.
    ///
    /// A field whose type is a struct and that has no key of its own groups keys of the same flat
    /// level: `struct Config { model: Model, seeds: usize }` with `struct Model { n: usize }` is
    /// read from `{ n: 60, seeds: 3 }`. A cell can then own just the group it depends on.
    type Config: DeserializeOwned + Send + Sync;

    /// One configuration and seed: *everything* the computation depends on.
    ///
    /// [`run`](Self::run) sees nothing else of the configuration, so that a result is recomputed
    /// exactly when something it depends on has changed.
    type Cell: Serialize + Send + Sync;

    /// A row of the output table: a struct whose fields are the columns, or an enum of such
    /// structs when the table holds several kinds of rows (then a column `kind` comes first).
    type Row: Serialize + DeserializeOwned;

    /// Checks ranges and sizes before anything runs. See [`Check`].
    fn check(config: &Self::Config, check: &mut Check) {
        let _ = (config, check);
    }

    /// The cells in the order of the table. Must not depend on anything but `config`.
    fn cells(config: &Self::Config) -> Vec<Self::Cell>;

    /// Estimated seconds of one cell, for scheduling the most expensive first.
    fn cost(cell: &Self::Cell) -> f64 {
        let _ = cell;
        1.0
    }

    /// The data sets a cell reads; their hashes are part of the identity of its result.
    fn data(cell: &Self::Cell) -> Vec<&'static DataSet> {
        let _ = cell;
        Vec::new()
    }

    /// Computes a cell: a pure, single-threaded function of the cell and its named random
    /// streams.
    ///
    /// # Errors
    /// Whatever makes the cell impossible; the other cells still run and stay cached.
    fn run(cell: &Self::Cell, random: &Streams) -> Result<Vec<Self::Row>>;

    /// Draws the figure from the table.
    ///
    /// # Errors
    /// When the table lacks what the figure shows.
    fn figure(config: &Self::Config, table: &Table) -> Result<Figure>;

    /// Measures the paper's claims on the table.
    ///
    /// # Errors
    /// When the table lacks what a claim measures.
    fn claims(config: &Self::Config, table: &Table) -> Result<Vec<Claim>>;
}

/// Identity of the code behind a paper, taken at compile time by `common::paper!`.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// Name of the paper's package and folder.
    pub slug: &'static str,
    /// Hash of the paper's sources that compute cells.
    pub computing: &'static str,
    /// Hash of all sources of the paper.
    pub whole: &'static str,
    /// Name and hash of each workspace crate that computing code of this paper can reach.
    pub crates: &'static [(&'static str, &'static str)],
    /// Hash of the locked versions of the external libraries that compute.
    pub libraries: &'static str,
}

/// One planned cell with its types erased.
pub(crate) struct PlannedCell {
    /// The cell as YAML text: readable, and exact for floats.
    pub identity: String,
    /// Estimated seconds.
    pub cost: f64,
    /// Stable keys of the data sets the cell reads.
    pub data: Vec<&'static DataSet>,
}

impl PlannedCell {
    /// The cell on one line, for messages: `setting: large, seed: 3`.
    pub fn label(&self) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for line in self.identity.lines() {
            parts.push(line.trim());
        }
        parts.join(", ").replace(":,", ":")
    }
}

type RunCell = dyn Fn(usize, &Streams) -> Result<Vec<u8>> + Send + Sync;
type BuildTable = dyn Fn(&[Vec<u8>]) -> Result<Table> + Send + Sync;
type Draw = dyn Fn(&Table) -> Result<Figure> + Send + Sync;
type MeasureClaims = dyn Fn(&Table) -> Result<Vec<Claim>> + Send + Sync;

/// A configured experiment with its types erased.
pub(crate) struct Plan {
    pub cells: Vec<PlannedCell>,
    run: Box<RunCell>,
    table: Box<BuildTable>,
    figure: Box<Draw>,
    claims: Box<MeasureClaims>,
}

impl Plan {
    /// Reads, checks and expands the configuration.
    pub fn new<E: Experiment>(settings: &Settings) -> std::result::Result<Plan, ConfigError> {
        let config: Arc<E::Config> = Arc::new(settings.read()?);
        let mut check = Check::new(settings);
        E::check(&config, &mut check);
        check.finish()?;
        let cells: Arc<Vec<E::Cell>> = Arc::new(E::cells(&config));
        let planned = cells
            .iter()
            .map(|cell| {
                Ok(PlannedCell { identity: serde_yaml::to_string(cell)?, cost: E::cost(cell), data: E::data(cell) })
            })
            .collect::<std::result::Result<Vec<_>, serde_yaml::Error>>()
            .map_err(|error| settings.error(format!("a cell cannot be written down: {error}")))?;
        if planned.is_empty() {
            return Err(settings.error("this configuration has no cells to run".to_string()));
        }
        let (figure_config, claims_config) = (config.clone(), config);
        Ok(Plan {
            cells: planned,
            run: Box::new(move |index, random| {
                let rows = E::run(&cells[index], random)?;
                postcard::to_stdvec(&rows).context("rows cannot be stored")
            }),
            table: Box::new(build_table::<E>),
            figure: Box::new(move |table| E::figure(&figure_config, table)),
            claims: Box::new(move |table| E::claims(&claims_config, table)),
        })
    }

    /// Computes cell `index` and returns its rows, serialised.
    pub fn run(&self, index: usize, random: &Streams) -> Result<Vec<u8>> {
        (self.run)(index, random)
    }

    /// Joins the rows of all cells, given in their order.
    pub fn table(&self, results: &[Vec<u8>]) -> Result<Table> {
        (self.table)(results)
    }

    /// Draws the figure.
    pub fn figure(&self, table: &Table) -> Result<Figure> {
        (self.figure)(table).context("the figure could not be drawn")
    }

    /// Measures the claims.
    pub fn claims(&self, table: &Table) -> Result<Vec<Claim>> {
        (self.claims)(table).context("the claims could not be measured")
    }
}

fn build_table<E: Experiment>(results: &[Vec<u8>]) -> Result<Table> {
    let mut rows: Vec<E::Row> = Vec::new();
    for result in results {
        let part: Vec<E::Row> = postcard::from_bytes(result).context("stored rows are unreadable")?;
        rows.extend(part);
    }
    Table::from_rows(&rows)
}
